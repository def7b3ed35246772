"""
The flight path is higher than it is far from people on the ground: the 1:1 rule.

Why: what falls from a height flies on about as far; the rule leaves that room on the ground.
What is measured: at every metre of the path, the horizontal distance to each crowd (widened by its drift, where it is at that
    moment) less the path's uncertainty, against the height above ground with its vertical uncertainty; the worst of it, and
    for how many seconds it is below zero. Crowds of kind `controlled` are involved and do not count.
Source: the limit of the pack that it names: AMC and GM to UAS.OPEN.030(1) (EU-A2-1TO1), guidance and so a warning, or the
    own rule of a house (HOUSE-1TO1).
Undecided when: the height above ground is not known, or whether the crowd is there, or the aircraft can have been higher
    than it was far away in a gap of its log. Without crowds it is not asked.
Example: 71 m above ground and 52 m from a march breaks it by 19 m; at 52 m above ground it does not.
Remedy: fly lower or farther away by what is missing, or fly before or after the crowd is there.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil

from dronectl.along import above_ground
from dronectl.crowding import Room, rooms, seconds_below
from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import MORE_FIXES, Gap
from dronectl.law import Limit
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named
from dronectl.rules.held import judged, lacking
from dronectl.zone import Zone

HIGHEST_M = 1000.0  # so high an aircraft may be whose height above ground is not known: a house figure


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("one-to-one",), _held, "1:1 rule")


def _held(limit: Limit, briefing: Briefing) -> Iterator[Finding]:
    slope = float(limit.value or 1.0)
    highest_m = above_ground(briefing.bare, 0.0).highest_m or 0.0
    reach_m = max(highest_m, HIGHEST_M) / min(slope, 1.0)  # farther away nobody can break the rule
    widest_m = max((gap.reach_m for gap in briefing.gaps), default=0.0)
    near = briefing.flights_near_crowds(reach_m + 2 * widest_m)  # as much higher, and as much nearer
    crowds = [zone for zone in near if zone.uninvolved]
    if not crowds:
        yield lacking(RULE, limit, "crowd")
        return
    for zone in crowds:
        found = list(rooms(near[zone], zone, 1.0 / slope))
        placed = all(volume.footprint is not None and not volume.doubt for volume in zone.volumes)
        if not found or (not placed and Answer.YES not in [room.below() for room in found]):
            yield RULE.answer(
                Status.UNDECIDED, f"the place of crowd {named(zone)} is not known (1:1 rule)",
                remedy="mend it in its file", law=limit, zone=zone,
            )  # fmt: skip
            continue
        answer = _answer(limit, zone, found)
        gap = _strayed(briefing, zone, slope) if answer.status is Status.PASSED else None
        if gap is not None:
            what = f"{gap}: it can have been higher than it was far from crowd {named(zone)} (1:1 rule)"
            answer = RULE.answer(Status.UNDECIDED, what, remedy=MORE_FIXES, law=limit, zone=zone)
        yield answer


def _strayed(briefing: Briefing, zone: Zone, slope: float) -> Gap | None:
    """The first gap of a log in which the rule can have been broken, if there is one."""
    for gap in briefing.gaps:
        if any(room.below() is not Answer.NO for room in rooms([gap.strayed], zone, 1.0 / slope)):
            return gap
    return None


def _answer(limit: Limit, zone: Zone, found: list[Room]) -> Finding:
    room = min(found, key=lambda room: room.margin_m[row] if (row := room.worst) is not None else float("inf"))
    row = room.worst
    broken = [one.below() for one in found]
    if row is None and Answer.UNKNOWN not in broken:
        return RULE.answer(Status.PASSED, f"nobody is at {named(zone)} then", law=limit, zone=zone)
    words = "" if row is None else _words(room, row)
    if Answer.YES in broken:
        seconds = seconds_below(found)
        last = f", {seconds:.0f} s below zero" if seconds is not None else ""
        missing = -float(room.margin_m[row]) if row is not None else 0.0
        return RULE.answer(
            Status.FAILED,
            f"{words} of crowd {named(zone)}{last} (1:1 rule)",
            remedy=f"fly {ceil(missing)} m lower or {ceil(missing)} m farther away, or when the crowd is not there",
            law=limit,
            zone=zone,
            measured=float(room.margin_m[row]) if row is not None else None,
            limit=0.0,
            unit="m",
        )
    if Answer.UNKNOWN in broken:
        why = (
            "the height above ground is not known"
            if not all(one.known for one in found)
            else "whether it is there is not known"
        )
        return RULE.answer(
            Status.UNDECIDED,
            f"may be higher than it is far from crowd {named(zone)}: {why} (1:1 rule)",
            remedy="state heights above ground, and when the crowd is there",
            law=limit,
            zone=zone,
        )
    return RULE.answer(
        Status.PASSED,
        f"{words} of crowd {named(zone)} (1:1 rule)",
        law=limit,
        zone=zone,
        measured=float(room.margin_m[row]) if row is not None else None,
        limit=0.0,
        unit="m",
    )


def _words(room: Room, row: int) -> str:
    """`-19 m at 13:07:30Z: 71 m high, within 52 m`."""
    when = ""
    if room.times is not None:
        when = f" at {datetime.fromtimestamp(float(room.times[row].mean()), UTC):%H:%M:%SZ}"
    return f"{room.margin_m[row]:+.1f} m{when}: {room.height_m[row]:.0f} m high and within {room.distance_m[row]:.0f} m"


RULE = Rule("PPL203", "one-to-one-not-kept", Severity.VIOLATION, judge)
