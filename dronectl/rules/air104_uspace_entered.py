"""
The flight path enters U-space airspace.

Why: inside U-space a flight needs an authorisation from a U-space service provider, activated before take-off.
What is measured: as for AIR101. A permit file with that authorisation covers it.
Source: (EU) 2021/664, Art. 6; EUROCAE ED-318, zone type USPACE.
Undecided when: heights stand over different datums, or the zone keeps hours and the mission names no time.
Example: a delivery through a port's U-space without an authorisation file is a violation.
Remedy: file the flight with a U-space service provider and give the authorisation as a permit file.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import call, judge_entries
from dronectl.zone import Restriction


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judge_entries(
        briefing,
        RULE,
        lambda zone: zone.restriction is Restriction.USPACE,
        verb="enters U-space",
        remedy=lambda zone: f"get a U-space flight authorisation{call(zone)} and give it with --permit",
    )


RULE = Rule("AIR104", "uspace-entered", Severity.VIOLATION, judge)
