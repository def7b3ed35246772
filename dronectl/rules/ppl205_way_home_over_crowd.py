"""
The straight way home to the take-off point lies over a crowd.

Why: an aircraft that loses its link flies home in a straight line, whoever stands below.
What is measured: from every piece of the path the straight line to the take-off point, widened by the uncertainty and the
    crowd's drift, while the aircraft flies there and on the way home at 5 m/s. Crowds of kind `controlled` do not count.
Source: a house rule; 5 m/s is a house figure.
Undecided when: never; it warns. Without crowds, or with an unknown take-off point, it is not asked.
Example: a path on the far side of a festival from its take-off point.
Remedy: take off elsewhere, set another way home or a rally point, or fly when nobody is there.
"""

from collections.abc import Iterator

from dronectl.crowding import Homeward, homeward
from dronectl.finding import Finding, Severity, Status
from dronectl.geometry import metres_from
from dronectl.intervals import union
from dronectl.rules import CROWDS_M, Briefing, Rule
from dronectl.rules.entry import named


def judge(briefing: Briefing) -> Iterator[Finding]:
    homes = [flight for flight in briefing.mission.flights if flight.takeoff_known]
    longest_m = max(
        (float(metres_from(*flight.takeoff, flight.lon, flight.lat).max()) for flight in homes), default=0.0
    )
    crowds = [zone for zone in briefing.crowds_within(max(CROWDS_M, longest_m)) if zone.uninvolved]
    if not crowds:
        yield RULE.answer(Status.NOT_APPLICABLE, "no crowd is near")
        return
    if not homes:
        yield RULE.answer(Status.NOT_APPLICABLE, "the take-off point is not known")
        return
    told = False
    for zone in crowds:
        found = list(homeward(briefing.bare, zone))
        if not found:
            continue
        told = True
        may = "" if any(one.sure for one in found) else "may be: "
        yield RULE.answer(
            Status.FAILED,
            f"{may}the straight way home lies over crowd {named(zone)} from {_legs(found)}",
            remedy="take off elsewhere, set another way home, or fly when nobody is there",
            zone=zone,
            flights=tuple(dict.fromkeys(one.flight for one in found)),
        )
    if not told:
        yield RULE.answer(Status.PASSED, "the straight way home lies over no crowd")


def _legs(found: list[Homeward]) -> str:
    """`legs 3-7 and 9-12`, neighbours joined."""
    spans = union(one.legs for one in found)
    one = len(spans) == 1 and spans[0][1] - spans[0][0] <= 1
    return ("leg " if one else "legs ") + " and ".join(f"{first}-{last}" for first, last in spans)


RULE = Rule("PPL205", "way-home-over-crowd", Severity.WARNING, judge)
