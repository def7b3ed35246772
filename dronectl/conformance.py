"""How a flown flight kept to its plan: how far beside, above or below it, leg by leg, and when outside its volume.

Which leg a fix belongs to is `following`'s to say. Distances are metres on the ground, on planes that hold 2 parts in a
million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dronectl import altitude
from dronectl.following import SKIP_M, Ints, Plan, costs, distances, matched
from dronectl.gaps import GAP_S
from dronectl.geometry import Floats, Frame
from dronectl.measures import Datum, Height
from dronectl.mission import VolumePlan
from dronectl.prepared import Prepared
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.volumes import OperationalVolume, volume_of

FLOWN_SHARE = 0.9  # a leg is flown where so much of its length was passed: a house figure
LEAST_CONFORMANCE = 0.95  # share of time inside the operational volume: ASTM F3548-21, min_conformance_percent
LONGEST_EXCURSION_S = 10.0  # ASTM F3548-21, max_excursion_s
MOST_EXCURSIONS_PER_HOUR = 18.0  # ASTM F3548-21, max_excursions_per_fh
LONGEST_NONCONFORMING_S = 60.0  # ASTM F3548-21, max_nonconforming_s
UPRIGHT_M = 1.0  # a leg so short on the ground is a climb or a descent: its heights are a band
SLACK_M = 0.01  # of the plane, given to the flight
WIDEST_M = 120.0  # a height known between bounds farther apart is none to compare: a house figure
PLACES = ("geography", "contingency", "outside", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegKept:
    """One planned leg, and how it was flown. Metres and seconds."""

    flight: str
    leg: int
    kind: str
    length_m: float
    flown_share: float
    """Of its length, 0 to 1; of a hover, 1 where a fix belongs to it."""
    passes: int
    seconds: float | None
    lateral_m: float | None
    """The farthest fix beside it; None where none belongs to it."""
    lateral_p95_m: float | None
    above_m: float | None
    """The farthest above it, and below it; None where heights cannot be compared."""
    below_m: float | None

    @property
    def state(self) -> str:
        """`flown`, `partly` or `missed`."""
        if self.passes == 0:
            return "missed"
        return "flown" if self.flown_share >= FLOWN_SHARE else "partly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """One stretch outside the operational volume."""

    flight: str
    first: int
    """The fix with which it begins."""
    last: int
    begin: float | None
    """Seconds since 1970 (UTC)."""
    seconds: float | None
    worst_m: float
    """How far outside, at its farthest."""
    upward: bool
    """True where it is farthest above the volume, False where beside it."""
    lon: float
    lat: float
    """Where it is farthest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flown:
    """One flown flight against the plan, fix by fix."""

    track: Track
    leg: Ints
    """The number of the planned leg of each fix, over all flights of the plan."""
    lateral_m: Floats
    """Beside that leg."""
    nearest_m: Floats
    """Beside the nearest leg of all."""
    vertical_m: Floats
    """Above the plan, below 0 under it; NaN where it cannot be known."""
    height_m: Floats
    """Over the datum of the plan's volume: the ground, or the take-off point; NaN where it is not known."""
    place: NDArray[np.int8]
    """Per step between two fixes a number of `PLACES`."""
    seconds: Floats
    """Per step; NaN where the log keeps no times."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conformance:
    """A flown mission against its plan."""

    plan: Prepared
    log: Prepared
    geography_m: float
    """Metres beside the planned path that are flight geography."""
    volume: OperationalVolume | None
    volume_why: str
    """Why there is no operational volume, or how it came about."""
    flights: tuple[Flown, ...]
    legs: tuple[LegKept, ...]
    excursions: tuple[Excursion, ...]
    seconds: dict[str, float]
    """Time by `PLACES`."""
    start_m: float
    """From the planned to the flown first position."""
    end_m: float
    start_s: float | None
    """Seconds that it began later than planned; None where one of the two has no times."""
    end_s: float | None
    vertical_why: str
    """Why heights could not be compared; empty where they could."""

    @property
    def known_s(self) -> float:
        return sum(self.seconds[name] for name in PLACES[:3])

    @property
    def inside_share(self) -> float | None:
        """Of the time that is known, inside the operational volume; None where no time is known."""
        if self.known_s <= 0:
            return None
        return (self.seconds["geography"] + self.seconds["contingency"]) / self.known_s

    @property
    def kept(self) -> bool | None:
        """True where ASTM F3548's figures hold; None where that cannot be told."""
        if self.volume is None:
            return None
        if self.broken:
            return False
        known = self.inside_share is not None and not self.vertical_why and self.seconds["unknown"] == 0
        return True if known else None

    @property
    def broken(self) -> list[str]:
        """Which of ASTM F3548's figures do not hold."""
        found = []
        share, hours = self.inside_share, self.known_s / 3600
        longest = max((e.seconds for e in self.excursions if e.seconds is not None), default=0.0)
        if share is not None and share < LEAST_CONFORMANCE:
            found.append(f"inside the operational volume {share * 100:.1f} % of the time, at least 95 % wanted")
        if longest > LONGEST_NONCONFORMING_S:
            found.append(f"outside for {longest:.0f} s at a time, more than 60 s is non-conforming")
        elif longest > LONGEST_EXCURSION_S:
            found.append(f"outside for {longest:.0f} s at a time, at most 10 s wanted")
        if hours > 0 and len(self.excursions) > max(1.0, MOST_EXCURSIONS_PER_HOUR * hours):
            found.append(f"{len(self.excursions)} excursions in {hours * 60:.0f} min, at most 18 an hour wanted")
        return found


def conformance(plan: Prepared, log: Prepared) -> Conformance:
    """Hold a flown mission against its plan. Without a volume the plan's own uncertainty is the flight geography."""
    volume, volume_why, datum = volume_for(plan)
    lines = Plan(plan)
    geography = volume.flight_geography_m if volume is not None else 0.0
    geography += plan.mission.uncertainty.horizontal_m
    room = _Room(
        geography_m=geography,
        sideways_m=geography + (volume.contingency_m if volume is not None else 0.0),
        top_m=volume.top_m + plan.mission.uncertainty.vertical_m if volume is not None else None,
        contingency_top_m=volume.contingency_top_m + plan.mission.uncertainty.vertical_m
        if volume is not None
        else None,
    )
    flights = tuple(_flown(lines, track, room, datum) for track in log.bare)
    excursions = tuple(one for flown in flights for one in _excursions(flown, room))
    seconds = dict.fromkeys(PLACES, 0.0)
    for flown in flights:
        for k, name in enumerate(PLACES):
            seconds[name] += float(np.nansum(flown.seconds[flown.place == k]))
        seconds["unknown"] += sum(silent for silent in flown.track.flight.silent_s if silent > GAP_S)
    planned, done = plan.mission.flights, log.mission.flights
    begins, ends = _clock(plan, 0), _clock(plan, -1)
    began, ended = _clock(log, 0), _clock(log, -1)
    why = ""
    if all(bool(np.isnan(flown.vertical_m).all()) for flown in flights):
        why = "the heights of plan and log cannot be turned into each other: give a terrain (--terrain)"
    return Conformance(
        plan=plan, log=log, geography_m=geography, volume=volume, volume_why=volume_why, flights=flights,
        legs=tuple(_legs(lines, flights)), excursions=excursions, seconds=seconds,
        start_m=_apart((planned[0].lon[0], planned[0].lat[0]), (done[0].lon[0], done[0].lat[0])),
        end_m=_apart((planned[-1].lon[-1], planned[-1].lat[-1]), (done[-1].lon[-1], done[-1].lat[-1])),
        start_s=None if begins is None or began is None else began - begins,
        end_s=None if ends is None or ended is None else ended - ends,
        vertical_why=why,
    )  # fmt: skip


def _clock(ready: Prepared, which: int) -> float | None:
    times = ready.mission.flights[which].times
    return None if times is None else float(times[which])


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    there = Frame(*map(float, one)).project(np.array([float(other[0])]), np.array([float(other[1])]))
    return float(np.hypot(*there[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    geography_m: float
    sideways_m: float
    top_m: float | None
    """Over the datum of the volume; None where there is none."""
    contingency_top_m: float | None


def _flown(plan: Plan, track: Track, room: _Room, datum: Datum) -> Flown:
    flight = track.flight
    frame = Frame.about(flight.lon, flight.lat)
    points = frame.project(flight.lon, flight.lat)
    distance, share = distances(plan, frame, points)
    common = _common(plan, track)
    heights = None if common is None else _all_over(track, common)
    cost = costs(plan, frame, points, distance)
    if common is not None and heights is not None and plan.states(common):
        cost += _rises(plan, share, heights, common)
    leg = matched(cost)
    rows = np.arange(len(leg))
    lateral = distance[rows, leg]
    nearest = distance.min(axis=1)
    vertical = np.full(len(leg), np.nan)
    if common is not None and heights is not None:
        for number in np.unique(leg).tolist():
            mine = np.flatnonzero(leg == number)
            vertical[mine] = _beyond(plan, number, share[mine, number], heights[mine], common)
    height = heights if heights is not None and common is datum else _all_over(track, datum)
    place = _places(nearest, height, room)
    seconds = np.full(max(len(leg) - 1, 0), np.nan)
    if flight.elapsed is not None and len(flight.elapsed) > 1:
        seconds = np.diff(flight.elapsed)
    steps = np.maximum(place[:-1], place[1:]) if len(place) > 1 else place[:0]
    steps = np.where(seconds > GAP_S, PLACES.index("unknown"), steps).astype(np.int8)
    return Flown(
        track=track,
        leg=leg,
        lateral_m=lateral,
        nearest_m=nearest,
        vertical_m=vertical,
        height_m=height,
        place=steps,
        seconds=seconds,
    )


def _places(nearest: Floats, height: Floats, room: _Room) -> NDArray[np.int8]:
    """Where each fix is: in the flight geography, in the contingency volume, outside, or not known."""
    place = np.where(
        nearest <= room.geography_m + SLACK_M, 0, np.where(nearest <= room.sideways_m + SLACK_M, 1, 2)
    ).astype(np.int8)
    if room.top_m is None or room.contingency_top_m is None:
        return place
    known = ~np.isnan(height)
    top = np.where(height[known] <= room.contingency_top_m + SLACK_M, 1, 2)
    place[known] = np.maximum(place[known], np.where(height[known] <= room.top_m + SLACK_M, 0, top))
    place[~known & (place < PLACES.index("outside"))] = PLACES.index("unknown")
    return place


def _rises(plan: Plan, share: Floats, heights: Floats, datum: Datum) -> Floats:
    """What the heights of fixes cost on each leg, (points, legs): what tells a climb from the cruise that begins over it."""
    beyond = np.stack([_beyond(plan, k, share[:, k], heights, datum) for k in range(len(plan))], axis=1)
    return np.asarray(np.minimum(np.abs(np.nan_to_num(beyond)), 10 * SKIP_M) ** 2)


def _beyond(plan: Plan, number: int, share: Floats, heights: Floats, datum: Datum) -> Floats:
    """Metres above a planned leg at shares of it; NaN where a model would have to know more.

    An upright leg is a whole band of heights: 0 in it, whatever the share.
    """
    if plan.length_m(number) > UPRIGHT_M:
        return np.asarray(heights - _on_leg(plan, number, share, datum))
    low, high = np.sort(_on_leg(plan, number, np.array([0.0, 1.0]), datum))
    return np.asarray(np.maximum(heights - high, 0.0) + np.minimum(heights - low, 0.0))


def _all_over(track: Track, datum: Datum) -> Floats:
    """Metres over a datum at every fix of a flight; NaN where they are not known."""
    flight = track.flight
    if all(stated is datum for stated in flight.datum):
        return flight.height
    found = [_over(track, *_place_of(track, k), datum) for k in range(len(flight.lon))]
    return np.array([np.nan if metres is None else metres for metres in found])


def _on_leg(plan: Plan, number: int, share: Floats, datum: Datum) -> Floats:
    """Metres over a datum at shares of a planned leg: even along it where its ends state that datum."""
    track, leg = plan.tracks[int(plan.flight[number])], int(plan.leg[number])
    flight, last = track.flight, min(leg + 1, len(track.flight.lon) - 1)
    if flight.datum[leg] is datum and flight.datum[last] is datum:
        low, high = float(flight.height[leg]), float(flight.height[last])
        return np.asarray(low + share * (high - low))
    found = []
    for one in share.tolist():
        there, at = plan.at(number, one)
        piece = min(int(at), len(there.course) - 1)
        metres = _over(there, piece, at - piece, datum)
        found.append(np.nan if metres is None else metres)
    return np.array(found)


def _place_of(track: Track, fix: int) -> tuple[int, float]:
    """The piece of the course on which a fix stands, and where on it."""
    legs = track.course.leg
    if fix < len(track.flight.lon) - 1:
        return int(np.searchsorted(legs, fix)), 0.0
    return len(legs) - 1, 1.0


def _common(plan: Plan, track: Track) -> Datum | None:
    """A datum over which both heights are known: the same that both state, else sea level, else the ground."""
    stated = {datum for one in (*plan.tracks, track) for datum in one.flight.datum}
    if len(stated) == 1 and None not in stated:
        return next(iter(stated))
    for datum in (Datum.AMSL, Datum.AGL):
        if all(_over(one, 0, 0.0, datum) is not None for one in (*plan.tracks, track)):
            return datum
    return None


def _over(track: Track, piece: int, u: float, datum: Datum) -> float | None:
    """Metres over a datum at a place; the middle of its bounds, None where they are too wide apart."""
    bounds = altitude.known_above(track, piece, Height(0.0, datum))
    if bounds is None:
        return None
    low, high = bounds.at(u)
    return None if high - low > WIDEST_M else (low + high) / 2


def _excursions(flown: Flown, room: _Room) -> list[Excursion]:
    """Stretches outside, from the first to the last fix that is."""
    outside = flown.place == PLACES.index("outside")
    flight, found = flown.track.flight, []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], outside, [False]]).astype(np.int8)))
    for first, end in edges.reshape(-1, 2).tolist():
        fixes = np.arange(first, end + 1)
        beside = flown.nearest_m[fixes] - room.sideways_m
        over = np.full(len(fixes), -np.inf)
        if room.contingency_top_m is not None:
            over = np.nan_to_num(flown.height_m[fixes] - room.contingency_top_m, nan=-np.inf)
        worst = np.maximum(beside, over)
        k = int(worst.argmax())
        seconds = flown.seconds[first:end]
        found.append(
            Excursion(
                flight=flight.id, first=first, last=end,
                begin=None if flight.times is None else float(flight.times[first]),
                seconds=None if np.isnan(seconds).any() else float(seconds.sum()), worst_m=float(worst[k]),
                upward=bool(over[k] > beside[k]), lon=float(flight.lon[fixes[k]]), lat=float(flight.lat[fixes[k]]),
            )
        )  # fmt: skip
    return found


def _legs(plan: Plan, flights: Sequence[Flown]) -> list[LegKept]:
    made = []
    for number in range(len(plan)):
        lateral, vertical, seconds, passes, shares = [], [], [], 0, []
        timed = True
        for flown in flights:
            mine = flown.leg == number
            if not mine.any():
                continue
            passes += int((np.diff(np.concatenate([[False], mine]).astype(np.int8)) > 0).sum())
            lateral.append(flown.lateral_m[mine])
            vertical.append(flown.vertical_m[mine])
            shares.append(_span(plan, flown, number, mine))
            steps = flown.seconds[mine[:-1]]
            timed = timed and not bool(np.isnan(steps).any())
            seconds.append(float(np.nansum(steps)))
        beside = np.concatenate(lateral) if lateral else np.empty(0)
        over = np.concatenate(vertical) if vertical else np.empty(0)
        over = over[~np.isnan(over)]
        made.append(
            LegKept(
                flight=plan.tracks[int(plan.flight[number])].flight.id, leg=int(plan.leg[number]), kind=plan.kind(number),
                length_m=plan.length_m(number), flown_share=min(sum(shares), 1.0), passes=passes,
                seconds=sum(seconds) if seconds and timed else None,
                lateral_m=float(beside.max()) if len(beside) else None,
                lateral_p95_m=float(np.percentile(beside, 95)) if len(beside) else None,
                above_m=float(over.max()) if len(over) else None, below_m=float(over.min()) if len(over) else None,
            )
        )  # fmt: skip
    return made


def _span(plan: Plan, flown: Flown, number: int, mine: NDArray[np.bool_]) -> float:
    """The share of a leg between the first and the last place on it that the fixes of one flight passed."""
    if plan.length_m(number) == 0:
        return 1.0
    flight = flown.track.flight
    near = np.flatnonzero(mine)
    around = np.unique(np.clip(np.concatenate([near - 1, near, near + 1]), 0, len(flight.lon) - 1))
    frame = Frame(float(plan.lon[0, number]), float(plan.lat[0, number]))
    end = frame.project(plan.lon[1, number : number + 1], plan.lat[1, number : number + 1])[0]
    points = frame.project(flight.lon[around], flight.lat[around])
    share = np.clip(points @ end / float(end @ end), 0.0, 1.0)
    return float(share.max() - share.min())


def volume_for(plan: Prepared) -> tuple[OperationalVolume | None, str, Datum]:
    """The operational volume that a flight has to keep to, how it came about, and what its heights are measured from.

    The mission's own; else that of SORA's defaults, where its aircraft is known; else none, and only the plan's uncertainty
    is left to keep to. Where the ground is not known and the plan counts from take-off, so does the volume.
    """
    asked = plan if plan.mission.volumes is not None else None
    said = (
        "that of the mission" if asked is not None else "worked out with SORA's defaults, for the mission states none"
    )
    mission = plan.mission if asked is not None else replace(plan.mission, volumes=VolumePlan())
    made = volume_of(mission, plan.bare, plan.aircraft)
    if isinstance(made, OperationalVolume):
        return made, f"the operational volume is {said}", Datum.AGL
    stated = {datum for flight in mission.flights for datum in flight.datum}
    if stated == {Datum.TAKEOFF}:
        level = tuple(_levelled(track) for track in plan.bare)
        made = volume_of(mission, level, plan.aircraft)
        if isinstance(made, OperationalVolume):
            return made, f"the operational volume is {said}; its heights count from take-off", Datum.TAKEOFF
    return None, f"no operational volume: {made}", Datum.AGL


def _levelled(track: Track) -> Track:
    """A flight as it is over ground that is level with its take-off point."""
    flight = replace(track.flight, datum=(Datum.AGL,) * len(track.flight.datum))
    return replace(track, flight=flight, levels={}, zeros={}, evens={}, bands={})
