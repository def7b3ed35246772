"""What the rules about the camera share: asking what is in view, and telling it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dronectl.finding import Finding, Status
from dronectl.law import Limit
from dronectl.records import dataclass
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import lacking
from dronectl.zone import Zone

if TYPE_CHECKING:
    from dronectl.seeing import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is in view, and the camera's name."""

    name: str
    sightings: Sequence[Sighting]


def asked(
    rule: Rule, limit: Limit | None, briefing: Briefing, zones: Sequence[Zone], levels: Sequence[float]
) -> Asked | Finding:
    """What of some zones is in view at the lowest of some levels or more; the answer of the rule where that is not known."""
    what = f"{limit.title['en']}: {limit.words}" if limit else "what a zone itself allows"
    view = briefing.view
    if view is None:
        if limit is not None:
            return lacking(rule, limit, "camera")
        text = f"{what}. Not asked: the mission says nothing of its camera"
        return rule.answer(Status.UNDECIDED, text, remedy=STATE, missing="camera")
    if isinstance(view, str):
        return rule.answer(Status.UNDECIDED, f"{what}; {view}", remedy=STATE, law=limit)
    from dronectl.seeing import sightings

    found = sightings(briefing.mission, briefing.bare, view, zones, levels) if zones else []
    return Asked(name=f"camera {view.name}", sightings=found)


def unplaced(rule: Rule, limit: Limit, what: str, zones: Sequence[Zone]) -> Finding | None:
    """The answer where nothing of a layer was seen, and of some of it nobody knows where it is; None where all is known."""
    count = sum(any(volume.footprint is None for volume in zone.volumes) for zone in zones)
    if not count:
        return None
    text = f"{limit.title['en']}: {limit.words}; {count} of the layer {what} have no place that could be read"
    return rule.answer(Status.UNDECIDED, text, remedy="mend the layer: each feature needs a geometry", law=limit)


STATE = 'state "camera" with payload, lens and video, or hfov_deg and video; or add it to an operator file'


def told(sighting: Sighting, level: float) -> str:
    """`22 s, best 89 px/m from 30 m (upright 53), legs 3-5`."""
    seconds = sighting.seconds.get(level, float("nan"))
    long = f"{seconds:.0f} s, " if seconds == seconds else ""
    several = len(sighting.legs) > 1
    where = ", ".join(f"{flight} {_legs(legs)}" if several else _legs(legs) for flight, legs in sighting.legs.items())
    flat, upright = pixels(sighting.flat_px_per_m), pixels(sighting.upright_px_per_m)
    return (
        f"{long}best {pixels(sighting.px_per_m)} px/m from {sighting.slant_m:.0f} m "
        f"({flat} on the ground, {upright} upright), {where}"
    )


def _legs(numbers: Iterable[int]) -> str:
    legs = sorted(numbers)
    return f"leg {legs[0]}-{legs[0] + 1}" if len(legs) == 1 else f"legs {legs[0]}-{legs[-1] + 1}"


def pixels(density: float) -> str:
    """A density for people; beyond the scale of EN 62676-4 it is only more."""
    return f"{density:.0f}" if density <= HIGHEST_PX_PER_M else f">{HIGHEST_PX_PER_M:.0f}"


HIGHEST_PX_PER_M = 1000.0  # inspect, the highest level of EN 62676-4:2015
