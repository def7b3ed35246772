"""What a mission's camera sees along its path: who or what is in view, how well, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.camera import View
from dronectl.filming import Moments, moments
from dronectl.geometry import Floats, Frame, Index, in_view, on_frame
from dronectl.holding import hours_of, in_time
from dronectl.intervals import meet
from dronectl.mission import Mission
from dronectl.occlusion import DIAGONAL, Surface
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.zone import Volume, Zone

BLOCK = 4_000  # moments held against all targets at once


@dataclass(slots=True, kw_only=True, eq=False)
class Sighting:
    """One target in view: how long at each level, how well at best, from where."""

    zone: Zone
    seconds: dict[float, float] = field(default_factory=dict)
    """Per level in px/m the seconds at or above it; NaN where times are not known."""
    px_per_m: float = 0.0
    """The highest density of the nearest part that is in view: an upper bound."""
    flat_px_per_m: float = 0.0
    upright_px_per_m: float = 0.0
    slant_m: float = float("inf")
    nearest_m: float = float("inf")
    """The least distance on the ground, and the least height, of all moments at which it is in view."""
    lowest_m: float = float("inf")
    legs: dict[str, set[int]] = field(default_factory=dict)
    """Per flight the legs on which it is in view."""
    moment: float = float("nan")
    """When it is seen best (seconds since 1970, UTC)."""
    sure_px_per_m: float = 0.0
    """The same as `px_per_m`, of moments of which the log speaks, at which the height is known and the zone surely in force;
    0 where there is none."""

    logged: bool = False
    """False where it is in view only from where the aircraft can have been in a gap of its log."""

    def sure_at(self, px_per_m: float) -> bool:
        """True where it is surely in view at a density or more at some moment."""
        return self.sure_px_per_m >= px_per_m


def sightings(
    mission: Mission, tracks: Sequence[Track], view: View, zones: Sequence[Zone], levels: Sequence[float]
) -> list[Sighting]:
    """What is in view at or above the lowest of some levels (px/m), in the zones' order; `levels` ascend."""
    found: dict[int, Sighting] = {}
    order = {id(zone): k for k, zone in enumerate(zones)}
    pairs = [(zone, k) for zone in zones for k in range(len(zone.volumes))]
    index = Index([zone.volumes[k] for zone, k in pairs])
    slant = view.reach_m(levels[0])
    for whole in moments(mission, tracks, view, slant):
        reach = slant + float(whole.looks.grow_m.max()) + max((zone.spread_m for zone in zones), default=0.0)
        near = index.near(whole.track.course, np.unique(whole.piece), reach)
        targets = [(pairs[number], _target(pairs[number][0].volumes[pairs[number][1]], whole.frame)) for number in near]
        targets = [(pair, shape) for pair, shape in targets if shape is not None]
        for first in range(0, len(whole) if targets else 0, BLOCK):
            block = whole.part(np.arange(first, min(first + BLOCK, len(whole))))
            _look(block, view, slant, targets, levels, found)
    return [found[key] for key in sorted(found, key=lambda key: order[key])]


@dataclass(frozen=True, slots=True, kw_only=True)
class OffSubject:
    """What is recorded beside the area that the camera is there for."""

    seconds: float
    """While nothing of it is in view; NaN without times."""
    legs: Mapping[str, set[int]]
    """Per flight the legs on which that is so."""
    seen_m2: float
    outside_m2: float
    height_known: bool


def off_subject(mission: Mission, tracks: Sequence[Track], view: View, px_per_m: float) -> OffSubject:
    """What is seen at a density or more beside the mission's subject; it must state one."""
    seconds, seen_m2, outside_m2, known = 0.0, 0.0, 0.0, True
    legs: dict[str, set[int]] = {}
    slant = view.reach_m(px_per_m)
    for part in moments(mission, tracks, view, slant):
        shape = on_frame(mission.subject[0], part.frame)
        missed, seen, outside = geometry.off_subject(
            part.looks, (view.hfov_deg, view.vfov_deg), slant, part.counted, shape
        )  # fmt: skip
        seconds += float(part.seconds[missed].sum())
        if beside := part.track.course.leg[part.piece[missed]].tolist():
            legs.setdefault(part.track.flight.id, set()).update(beside)
        seen_m2, outside_m2 = seen_m2 + seen, outside_m2 + outside
        known &= bool(part.height_known.all())
    return OffSubject(
        seconds=seconds, legs=legs, seen_m2=seen_m2, outside_m2=outside_m2, height_known=known
    )  # fmt: skip


def _target(volume: Volume, frame: Frame) -> Any:
    """A volume's footprint on a plane; None where its place is not known."""
    if volume.footprint is None:
        return None
    return on_frame(volume.footprint, frame)


def _look(
    block: Moments,
    view: View,
    slant: float,
    targets: Sequence[Any],
    levels: Sequence[float],
    found: dict[int, Sighting],
) -> None:
    """Hold some moments against some targets."""
    looks = block.looks
    shapes = np.array([shape for _, shape in targets], dtype=object)
    spread = np.array([pair[0].spread_m for pair, _ in targets])
    which, when, away = in_view(looks, (view.hfov_deg, view.vfov_deg), slant, block.counted, shapes, spread)
    if not len(which):
        return
    surface = _surface(block, shapes, slant)
    if surface is not None:
        which, when, away = _unhidden(surface, block, shapes, spread, which, when, away)
    low = looks.least_m[when]
    far = np.hypot(away, low)
    density = view.focal_px / far
    for number in np.unique(which).tolist():
        rows = which == number
        (zone, k), _ = targets[number]
        present = _present(block, zone, k, when[rows])
        kept = np.flatnonzero(rows)[present > 0]
        if not len(kept):
            continue
        one = found.setdefault(id(zone), Sighting(zone=zone, seconds=dict.fromkeys(levels, 0.0)))
        for level in levels:
            at = kept[density[kept] >= level]
            one.seconds[level] += float(block.seconds[when[at]].sum())
        sure = kept[(present[present > 0] == 1) & (block.height_known & block.logged)[when[kept]]]
        if len(sure) and not zone.volumes[k].doubt:
            one.sure_px_per_m = max(one.sure_px_per_m, float(density[sure].max()))
        enough = kept[density[kept] >= levels[0]]
        one.logged = one.logged or bool(block.logged[when[enough]].any())
        if len(enough):
            legs = block.track.course.leg[block.piece[when[enough]]].tolist()
            one.legs.setdefault(block.track.flight.id, set()).update(legs)
        if len(enough):
            one.nearest_m = min(one.nearest_m, float(away[enough].min()))
            one.lowest_m = min(one.lowest_m, float(low[enough].min()))
        best = int(kept[np.argmax(density[kept])])
        if density[best] > one.px_per_m:
            one.px_per_m, one.slant_m = float(density[best]), float(far[best])
            one.flat_px_per_m = float(density[best] * low[best] / far[best])
            one.upright_px_per_m = float(density[best] * away[best] / far[best])
            one.moment = float(block.times[when[best]].mean())


def _surface(block: Moments, shapes: Any, slant: float) -> Surface | None:
    """The surface between some moments and what they may see; None where none is given, or no height above the sea known."""
    terrain = block.track.models.surface
    if terrain is None or not np.isfinite(block.eye_m).any():
        return None
    looks, beside = block.looks, float(block.looks.grow_m[np.isfinite(block.eye_m)].max())
    room = slant + beside
    bounds = (
        float(looks.x.min()) - room, float(looks.y.min()) - room, float(looks.x.max()) + room, float(looks.y.max()) + room
    )  # fmt: skip
    return Surface.of(terrain, block.frame, bounds, beside)


def _unhidden(
    surface: Surface, block: Moments, shapes: Any, spread: Floats, which: Any, when: Any, away: Floats
) -> tuple[Any, Any, Floats]:
    """The pairs of which some part is not hidden, and how far on the ground its nearest is."""
    looks = block.looks
    kept = np.ones(len(which), bool)
    eyes = np.column_stack([looks.x, looks.y])
    for number in np.unique(which).tolist():
        if spread[number] > 0:  # people who may stand anywhere round: nothing hides them for sure
            continue
        rows = np.flatnonzero((which == number) & np.isfinite(block.eye_m[when]))
        places, tops = surface.places(shapes[number])
        seen = ~surface.hidden(eyes[when[rows]], block.eye_m[when[rows]], places, tops)
        apart = np.hypot(
            eyes[when[rows]][:, None, 0] - places[None, :, 0], eyes[when[rows]][:, None, 1] - places[None, :, 1]
        )
        nearest = np.where(seen, apart - places[None, :, 2] * DIAGONAL, np.inf).min(axis=1) - looks.grow_m[when[rows]]
        kept[rows] = np.isfinite(nearest)
        away[rows] = np.maximum(away[rows], np.where(np.isfinite(nearest), nearest, 0.0))
    return which[kept], when[kept], away[kept]


def _present(block: Moments, zone: Zone, k: int, rows: Any) -> Floats:
    """For each moment 1 where the zone is surely in force at some time of it, 0.5 where it may be, else 0."""
    seen = zone.in_time_of(k)
    if not seen.keeps_hours:
        return np.ones(len(rows))
    hours = hours_of(seen, block.track.flight)
    found = np.zeros(len(rows))
    for piece in np.unique(block.piece[rows]).tolist():
        sure, maybe = in_time(block.track, piece, seen, hours)
        for i in np.flatnonzero(block.piece[rows] == piece).tolist():
            a, b = (block.at[rows[i]] - piece).tolist()
            found[i] = 1.0 if meet(sure, [(a, b)]) else 0.5 if meet(maybe, [(a, b)]) else 0.0
    return found
