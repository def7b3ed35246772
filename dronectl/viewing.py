"""What a mission's camera sees, leg by leg, and the least change that takes each finding away: each is tried, not guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, hypot, isnan, nan, sqrt
from typing import Any

import numpy as np

from dronectl.camera import LEVELS, Camera, View, carried, view_of
from dronectl.filming import STEP_M, Moments, moments, view_for, wanted_of
from dronectl.geometry import placed, swept
from dronectl.intervals import union
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.prepared import Prepared
from dronectl.records import dataclass
from dronectl.seeing import Sighting, sightings
from dronectl.track import Track
from dronectl.zone import Rings, Zone

OBSERVE = LEVELS["observe"]
PITCH_STEP_DEG = 5.0
SENSITIVITY_DEG = 5.0
SLACK_M = 0.1
TALL_M = 2.0  # how near to the camera the top of a person comes
MOST_TIPPED = 200  # targets: with more of them the sensitivity is not worked out
MOST_TARGETS = 25  # of them the least changes are worked out


@dataclass(frozen=True, slots=True, kw_only=True)
class LegView:
    """One leg: where the camera looks, how high, and how well it resolves the ground at best."""

    flight: str
    leg: int
    pitch_deg: float
    """NaN where it may look up and down as it likes."""
    yaw_deg: float
    """On the whole; NaN where it may look anywhere round all along."""
    low_m: float
    high_m: float
    height_known: bool
    best_px_per_m: float
    """On the nearest ground that may be in view: an upper bound."""
    seconds: float
    recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change after which a finding is gone."""

    kind: str
    """`farther`, `higher`, `lens`, `pitch` or `recording`."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """One target in view at its limit or more, and what takes it away."""

    sighting: Sighting
    limit: float
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Viewing:
    """The answer to what the camera of a mission sees."""

    mission: Mission
    view: View
    legs: tuple[LegView, ...]
    zones: tuple[Seen, ...]
    zones_given: bool
    """False where no zone file has a privacy zone near."""
    homes: tuple[Sighting, ...]
    homes_given: bool
    home_changes: tuple[Change, ...]
    sensitivity: tuple[int, int] | None
    """The fewest and the most targets in view, should the gimbal be off by some degrees; None where it is not stated."""


def viewing(
    ready: Prepared, zones: Sequence[Zone], homes: Sequence[Zone] | None, cameras: Mapping[str, Camera]
) -> Viewing | str:
    """What the camera sees, or why that is not known."""
    view = view_for(ready.mission, cameras, ready.aircraft)
    if isinstance(view, str):
        return view
    work = _Work(ready, view, cameras)
    private = [zone for zone in zones if zone.privacy is not None]
    seen = work.seen(private)
    houses = work.ask(ready.mission, view, homes or [], OBSERVE)
    return Viewing(
        mission=ready.mission,
        view=view,
        legs=tuple(work.legs()),
        zones=tuple(seen),
        zones_given=bool(private),
        homes=tuple(houses),
        homes_given=homes is not None,
        home_changes=tuple(work.changes(houses, OBSERVE)) if houses else (),
        sensitivity=work.sensitivity([*private, *(homes or [])]),
    )


def limit_of(zone: Zone) -> float:
    """The density from which a zone is told: its own, else that at which people are told apart."""
    return (zone.privacy.max_px_per_m if zone.privacy else None) or OBSERVE


def footprint(mission: Mission, tracks: Sequence[Track], view: View, px_per_m: float) -> Iterator[Rings]:
    """Everything that is resolved at a density at some moment, a plane at a time, as outlines in degrees."""
    for part in moments(mission, tracks, view, view.reach_m(px_per_m)):
        shape = swept(part.looks, (view.hfov_deg, view.vfov_deg), view.reach_m(px_per_m), part.counted)
        rings = placed(shape, part.frame)
        if rings.polygons:
            yield rings


class _Work:
    def __init__(self, ready: Prepared, view: View, cameras: Mapping[str, Camera]) -> None:
        self.ready, self.view, self.cameras = ready, view, cameras

    def ask(self, mission: Mission, view: View, zones: Sequence[Zone], level: float) -> list[Sighting]:
        """What is in view at a density or more."""
        if not zones:
            return []
        return [one for one in sightings(mission, self.ready.bare, view, zones, [level]) if one.px_per_m >= level]

    def seen(self, zones: Sequence[Zone]) -> list[Seen]:
        """The privacy zones in view at their limits, the nearest to its limit last."""
        found: list[Seen] = []
        for level, of_level in _by_limit(zones):
            for sighting in self.ask(self.ready.mission, self.view, of_level, level):
                changes = self.changes([sighting], level) if len(found) < MOST_TARGETS else []
                found.append(Seen(sighting=sighting, limit=level, changes=tuple(changes)))
        return sorted(found, key=lambda one: one.limit / one.sighting.px_per_m)

    def legs(self) -> Iterator[LegView]:
        for part in moments(self.ready.mission, self.ready.bare, self.view):
            leg = part.track.course.leg[part.piece]
            for number in np.unique(leg).tolist():
                yield _leg(part, np.flatnonzero(leg == number), number, self.view)

    def changes(self, found: Sequence[Sighting], level: float) -> list[Change]:
        """What takes some sightings away, each kind at its least."""
        zones = [one.zone for one in found]
        made = [
            self._farther(found, level),
            self._higher(found, level),
            self._lens(zones, level),
            self._pitch(zones, level),
        ]
        return [change for change in [*made, self._silent(found)] if change is not None]

    def _farther(self, found: Sequence[Sighting], level: float) -> Change:
        """How far to stay away on the ground: beyond the slant range of the density nothing is resolved at it."""
        reach, lowest = self.view.reach_m(level), min(one.lowest_m for one in found)
        least = (
            sqrt(max(reach**2 - lowest**2, 0.0))
            + max(float(track.reach.max()) for track in self.ready.bare)
            + STEP_M / 2
        )
        return Change(kind="farther", words=f"{ceil(least + SLACK_M)} m away from it on the ground")

    def _higher(self, found: Sequence[Sighting], level: float) -> Change:
        """How high to fly where it is in view, by the same reckoning."""
        reach, nearest = self.view.reach_m(level), min(one.nearest_m for one in found)
        least = sqrt(max(reach**2 - nearest**2, 0.0)) + max(track.vertical_m for track in self.ready.bare)
        return Change(kind="higher", words=f"{ceil(least + SLACK_M)} m above ground")

    def _lens(self, zones: Sequence[Zone], level: float) -> Change | None:
        """The longest other lens of the same camera that resolves less."""
        wanted = wanted_of(self.ready.mission.camera)
        craft = self.ready.aircraft
        name = craft.type if craft else self.ready.mission.aircraft
        camera = carried(wanted.payload, name, self.cameras)
        tried = []
        for lens in camera.lenses if isinstance(camera, Camera) else ():
            other = view_of(replace(wanted, lens=lens.name, hfov_deg=None), name, self.cameras)
            if isinstance(other, View) and other.focal_px < self.view.focal_px:
                tried.append((other.focal_px, lens.name, other))
        for _, lens_name, other in sorted(tried, reverse=True, key=lambda entry: entry[0]):
            if not self.ask(self.ready.mission, other, zones, level):
                return Change(kind="lens", words=f"lens {lens_name!r}")
        return None

    def _pitch(self, zones: Sequence[Zone], level: float) -> Change | None:
        """The pitch nearest to the stated one at which none of them is in view; only where one pitch is stated."""
        stated = (self.ready.mission.camera or {}).get("pitch_deg")
        if stated is None or any(flight.gimbal_pitch_deg for flight in self.ready.mission.flights):
            return None
        low, high = self.view.pitch_deg
        steps = np.arange(max(low, -90.0), min(high, 90.0) + 1e-9, PITCH_STEP_DEG).tolist()
        for pitch in sorted(steps, key=lambda pitch: abs(pitch - stated)):
            if not self.ask(_aimed(self.ready.mission, pitch_deg=pitch), self.view, zones, level):
                return Change(kind="pitch", words=f"gimbal at {pitch:g} degrees in place of {stated:g}")
        return None

    def _silent(self, found: Sequence[Sighting]) -> Change:
        several, named, count = len(self.ready.mission.flights) > 1, [], 0
        for flight in (flight.id for flight in self.ready.mission.flights):
            legs = sorted(set().union(*(one.legs.get(flight, set()) for one in found)))
            spans = union((leg, leg + 1) for leg in legs)
            named += [f"{first}-{last}{f' of {flight}' if several else ''}" for first, last in spans]
            count += len(legs)
        return Change(kind="recording", words=f"no recording on leg{'s' if count > 1 else ''} {', '.join(named)}")

    def sensitivity(self, zones: Sequence[Zone]) -> tuple[int, int] | None:
        """How many targets are in view at least and at most, with the gimbal off by some degrees either way."""
        mission = self.ready.mission
        camera = mission.camera or {}
        if camera.get("pitch_deg") is None or any(flight.gimbal_pitch_deg for flight in mission.flights):
            return None
        if len(zones) >= MOST_TIPPED:
            return None
        exact = replace(self.view, error_deg=0.0)
        counts = []
        for tip in (-SENSITIVITY_DEG, 0.0, SENSITIVITY_DEG):
            for turn in (
                (-SENSITIVITY_DEG, 0.0, SENSITIVITY_DEG) if isinstance(camera.get("yaw_deg"), int | float) else (0.0,)
            ):
                yaw = {"yaw_deg": camera["yaw_deg"] + turn} if turn else {}
                tipped = min(max(camera["pitch_deg"] + tip, -90.0), 90.0)
                other = _aimed(mission, pitch_deg=tipped, **yaw)
                counts.append(sum(len(self.ask(other, exact, group, level)) for level, group in _by_limit(zones)))
        return min(counts), max(counts)


def _by_limit(zones: Sequence[Zone]) -> list[tuple[float, list[Zone]]]:
    """The zones of each limit, the lowest first."""
    levels = sorted({limit_of(zone) for zone in zones})
    return [(level, [zone for zone in zones if limit_of(zone) == level]) for level in levels]


def _aimed(mission: Mission, **camera: Any) -> Mission:
    """A mission whose camera looks elsewhere."""
    return replace(mission, camera={**(mission.camera or {}), **camera})


def _leg(part: Moments, rows: Any, number: int, view: View) -> LegView:
    looks = part.looks
    low, rises = float(looks.least_m[rows].min()), bool((looks.low[rows] < looks.least_m[rows]).any())
    logged = bool(part.logged[rows].all())
    pitch, yaw = float(looks.pitch_deg[rows].mean()), _bearing(looks.yaw_deg[rows]) if logged else nan
    seconds = part.seconds[rows]
    nearest = 0.0
    if not isnan(pitch):
        steep = min(-pitch + view.vfov_deg / 2 + float(looks.off_deg[rows].max()), 90.0)
        nearest = low / np.tan(np.radians(steep)) if steep > 0 else 0.0 if rises else float("inf")
    return LegView(
        flight=part.track.flight.id,
        leg=number,
        pitch_deg=pitch,
        yaw_deg=yaw,
        low_m=low,
        high_m=float(looks.high[rows].max()),
        height_known=logged and bool(part.height_known[rows].all()),
        best_px_per_m=float(view.focal_px / hypot(low, nearest)),
        seconds=float(seconds.sum()),
        recorded=bool(part.counted[rows].any()),
    )


def _bearing(yaw_deg: Any) -> float:
    """Where a camera looks on the whole, degrees from north; NaN where it may look anywhere round all along."""
    known = np.radians(yaw_deg[~np.isnan(yaw_deg)])
    return float(np.degrees(np.arctan2(np.sin(known).sum(), np.cos(known).sum()))) if len(known) else nan


def density(mission: Mission, view: View | None) -> float | None:
    """The most pixels a metre on people below the path, once the aircraft has climbed; None where that is not known."""
    if view is None:
        return None
    lowest = []
    for flight in mission.flights:
        for k, (height, datum) in enumerate(zip(flight.height.tolist(), flight.datum, strict=True)):
            if datum not in (Datum.AGL, Datum.TAKEOFF):
                return None
            if height > 2.0 or 0 < k < len(flight.height) - 1:
                lowest.append(height - mission.uncertainty.vertical_m - TALL_M)
    return view.focal_px / max(min(lowest), 1.0) if lowest else None
