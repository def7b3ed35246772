"""
An aircraft that falls comes down on a crowd, or on a road or railway.

Why: it keeps its speed while it falls, and comes down ahead of where it was.
What is measured: round every leg the way that the aircraft flies on while it falls freely from its height: speed times
    the root of 2 h / 9.81, and half its size; against crowds, at their hours, and the layers roads and railways.
Source: LBA guideline on dimensioning, ballistic ground risk buffer (confidence B). A house rule to ask it of every
    mission.
Undecided when: the height above ground is not known. Without an aircraft, or without crowds and layers, it is not asked.
Example: at 8 m/s and 60 m an aircraft of 1 m comes down up to 28.5 m ahead.
Remedy: fly lower, slower or farther off.
"""

from collections.abc import Iterator

from dronectl.emergency import falling
from dronectl.encounter import Meeting, Skies
from dronectl.finding import Finding, Severity, Status
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named, stretch
from dronectl.track import Track
from dronectl.zone import Zone

LAYERS = ("roads", "railways")
MOST = 3  # of roads and railways that are told
REMEDY = "fly lower, slower or farther off"


def judge(briefing: Briefing) -> Iterator[Finding]:
    near = {zone: tracks for zone, tracks in briefing.flights_near_crowds().items() if zone.uninvolved}
    ground = [zone for name in LAYERS if name in briefing.layers for zone in briefing.layers[name].zones]
    if briefing.mission.flown or not (near or ground):
        yield RULE.answer(Status.NOT_APPLICABLE, "no crowd is near, and no layer of roads or railways is given")
        return
    aircraft = briefing.aircraft
    if aircraft is None:
        yield RULE.answer(Status.UNDECIDED, "where the aircraft comes down if it falls", missing="aircraft")
        return
    asked = [bare for bare in briefing.bare if ground or any(bare in tracks for tracks in near.values())]
    falls = [(bare, falling(bare, aircraft)) for bare in asked]
    known = [fall for _, fall in falls if fall is not None]
    unknown = tuple(bare.flight.id for bare, fall in falls if fall is None)
    if unknown:
        text = (
            "where it comes down if it falls is not known: neither are its height above ground, its speed or its size"
        )
        yield RULE.answer(
            Status.UNDECIDED, text, flights=unknown,
            remedy="give a terrain model (--terrain FILE), times, and the aircraft's size",
        )  # fmt: skip
    met = _met([zone.at_any_height() for zone in near], known)
    over = _met([zone.at_any_height() for zone in ground], known)[:MOST]
    for meeting in [*met, *over]:
        may = "may come down" if meeting.inside is Answer.UNKNOWN else "comes down"
        what = f"crowd {named(meeting.zone)}" if meeting.zone.crowd is not None else named(meeting.zone)
        legs = "; ".join(stretch(one) for one in meeting.encounters[:3])
        yield RULE.answer(
            Status.FAILED, f"an aircraft that falls {may} on {what}: {legs}", remedy=REMEDY,
            zone=meeting.zone if meeting.zone.crowd is not None else None, encounters=meeting.encounters,
        )  # fmt: skip
    if not met and not over and not unknown:
        widest = max(float((fall.reach - bare.reach).max()) for bare, fall in falls if fall is not None)
        yield RULE.answer(
            Status.PASSED, f"what falls comes down within {widest:.0f} m of the path, on nobody that is known"
        )


def _met(zones: list[Zone], tracks: list[Track]) -> list[Meeting]:
    if not zones:
        return []
    return [one for one in Skies(zones).meetings(tracks, near_m=0.0) if one.inside is not Answer.NO]


RULE = Rule("VEH108", "fall-area-over-people", Severity.WARNING, judge)
