"""
The flight path enters a zone that may be flown only with an authorisation.

Why: somebody else works in this air or answers for it, and wants to know you are there: a tower, a base, a port.
What is measured: as for AIR101. A permit (`--permit FILE`, or the mission's `permits`) that covers the whole encounter in
    zone, place, height and time turns the violation into "permitted under".
Source: EUROCAE ED-318, zone type REQ_AUTHORIZATION (ED-269: REQ_AUTHORISATION); (EU) 2019/947, Art. 15(1).
Undecided when: heights stand over different datums, or the zone keeps hours and the mission names no time.
Example: a survey through a harbour zone with a permit for the morning is permitted at 09:30, and a violation at 13:05.
Remedy: ask the zone's authority for an authorisation and give it as a permit file, or route around the zone.
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
        lambda zone: zone.restriction is Restriction.REQ_AUTHORIZATION,
        verb="needs an authorisation in",
        remedy=lambda zone: f"ask for an authorisation{call(zone)} and give it with --permit, or route around it",
    )


RULE = Rule("AIR102", "authorisation-zone-entered", Severity.VIOLATION, judge)
