"""
The flight path enters a zone in which flight is prohibited.

Why: such a zone stands over something that a drone must not reach at all: a heliport's approach, a court, a shelter.
What is measured: the path, widened by the mission's uncertainty, against the zone's footprint, height band and hours, all
    at the same moment of the same leg. The zone's edge belongs to the zone.
Source: EUROCAE ED-318 and ED-269, zone type PROHIBITED; (EU) 2019/947, Art. 15.
Undecided when: heights stand over different datums, or the zone keeps hours and the mission names no time.
Example: a path 1,180 m from the centre of heliport HMC Westeinde is inside its circle of 1,200 m; at 1,210 m it is not.
Remedy: route around the zone, fly above or below its band, or fly outside its hours. Only an exemption lifts a prohibition.
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
        lambda zone: zone.restriction is Restriction.PROHIBITED,
        verb="enters prohibited zone",
        remedy=lambda zone: f"route around it, or ask its authority for an exemption{call(zone)}",
    )


RULE = Rule("AIR101", "prohibited-zone-entered", Severity.VIOLATION, judge)
