"""
The log of a flown flight has a gap in which the aircraft can have been in a zone.

Why: a log is evidence of where the aircraft was only where it says so. Between two fixes the straight line is taken, and
    that holds for seconds, not for minutes.
What is measured: every step of more than 5 s between two fixes, and how far from the straight line the aircraft can have
    been in that time, at the highest speed of this flight, that of its aircraft or 19 m/s, whichever is most; both fixes may
    be off as far as the path is widened there. Up and down it can have been as far away, or as far as it climbs and sinks in
    that time, where an operator file says how fast (`max_climb_mps`, `max_descent_mps`). Where the log goes on without a
    position before the first fix or after the last one, it can have flown as far as that speed takes it, unless the fixes
    beside show that it stands on the ground: they stay within 10 m for 5 s, no higher than 5 m above where it took off.
Source: the 5 s are a house figure; 19 m/s is the highest speed of classes C0 to C2, (EU) 2019/945, annex, parts 1 to 3.
Undecided when: a zone with a restriction that is in force then lies that near to a gap, sideways and in height, or the
    log keeps no times, so that gaps cannot be seen.
Example: 40 s without a fix at 300 m from a heliport's circle: 19 m/s for 40 s are enough to have been inside.
Remedy: give a log with more fixes, such as the aircraft's own instead of the ground station's.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import GAP_S, MORE_FIXES
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named, understood
from dronectl.zone import Zone

MOST_NAMED = 5


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    if not mission.flown:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission is a plan, not a log")
        return
    if any(flight.elapsed is None for flight in mission.flights):
        yield RULE.answer(
            Status.UNDECIDED,
            "the log keeps no usable times: whether it has gaps cannot be seen",
            remedy=MORE_FIXES,
            where=(mission.where,),
        )
    found, told = briefing.gaps, _told(briefing)
    per_zone: dict[int, tuple[Zone, list[str], float]] = {}
    for gap, meetings in briefing.strayed:
        for zone in (meeting.zone for meeting in meetings):
            if not zone.asks or id(zone) in told or not zone.binds(mission.category):
                continue
            _, places, longest = per_zone.setdefault(id(zone), (zone, [], 0.0))
            places.append(str(gap))
            per_zone[id(zone)] = (zone, places, max(longest, gap.seconds))
    for zone, places, longest in per_zone.values():
        more = f" and in {len(places) - 1} more gap(s)" if len(places) > 1 else ""
        yield RULE.answer(
            Status.UNDECIDED,
            f"{places[0]}{more}: {named(zone)} was within reach of the aircraft",
            remedy=MORE_FIXES,
            zone=zone,
            where=(zone.where,),
            measured=longest,
            limit=GAP_S,
            unit="s",
        )
    if not per_zone and all(flight.elapsed is not None for flight in mission.flights):
        longest = max((gap.seconds for gap in found), default=0.0)
        words = f"{len(found)} gap(s), the longest {longest:.0f} s, no other zone within reach of the aircraft in them"
        yield RULE.answer(Status.PASSED, words if found else f"no step of the log is longer than {GAP_S:g} s")


def _told(briefing: Briefing) -> set[int]:
    """The zones of which other rules tell."""
    return {id(met.zone) for met in briefing.meetings if met.inside is Answer.YES or not understood(met)}


RULE = Rule("LOG101", "gap-in-log", Severity.VIOLATION, judge)
