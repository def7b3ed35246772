"""Missions against each other: where two of them are too near in place, height and time at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import inf

import numpy as np

from dronectl import altitude
from dronectl.geometry import EPS_M, Floats, Frame, metres_between
from dronectl.geometry.ellipsoid import Ints
from dronectl.geometry.together import Near, Ways, near, near_pieces
from dronectl.intervals import Intervals, union
from dronectl.measures import Answer, Datum, Height
from dronectl.mission import Flight, Mission, Separation
from dronectl.records import dataclass
from dronectl.track import VERTICAL_EPS_M, Encounter, Track, fix_at, stretch

SAME_M, SAME_S = 1.0, 1.0  # paths that stay this near all along, at the same times, are one path
BOW_M = 10.0  # a 5 km piece of a leg bows 6 m towards the pole at 85 degrees
UNBOUND_M = 1e6  # a height that is not known lies between this and its opposite
KNOWN_M = 10.0  # a difference of heights known within this is told as a figure
UNTIMED = "not both of them say when they fly"
UNLEVEL = "their heights are over different datums, or over ground that is not known"
Found = tuple[int, int, Near]
"""Pieces of the two courses, and how they come near."""
# Heights over the same one of these are held against each other as they are; above ground only without a terrain model.
ONE_LEVEL = (Datum.AMSL, Datum.WGS84, Datum.AGL)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflict:
    """A mission that comes too near another one."""

    other: Mission
    sure: Answer
    """YES, or UNKNOWN where a height or a time is not known well enough."""
    metres: float
    """The least distance on the ground between the two paths while they are too near, without any widening."""
    up_m: float | None
    """How far one is over the other there; None where that is not known."""
    time: float | None
    """When this one is there (seconds since 1970, UTC)."""
    encounters: tuple[Encounter, ...]
    """The stretches of this mission that are too near."""
    why: str
    """What is not known; empty where it is sure."""
    flight: str = ""
    """Which flight of this very mission it comes too near to; empty where it is another mission."""


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """Two tracks that come too near each other."""

    one: Track
    other: Track
    sure: Answer
    metres: float
    up_m: float | None
    at: tuple[float, float]
    """The nearest place on the one and on the other, in pieces of their courses."""
    spans: tuple[Intervals, Intervals]
    """The stretches of the one and of the other."""
    why: str

    def turned(self) -> _Met:
        """The same with the two changed."""
        return replace(self, one=self.other, other=self.one, at=self.at[::-1], spans=self.spans[::-1])


def conflicts(
    missions: Sequence[Mission], tracks: Sequence[Sequence[Track]], apart: Separation
) -> dict[int, list[Conflict]]:
    """Per mission, by its place, the others that it comes too near to. A log is not held against a plan.

    Flights of one mission that are in the air together are held against each other at the same moment.
    """
    made: dict[int, list[Conflict]] = {}
    for i, mission in enumerate(missions):
        for a, b in combinations(tracks[i], 2):
            if _together(a.flight, b.flight) and (found := _met(a, b, replace(apart, seconds=SAME_S))) is not None:
                made.setdefault(i, []).append(replace(_told(mission, [found], apart), flight=b.flight.id))
    for i, k in combinations(range(len(missions)), 2):
        if missions[i].flown is not missions[k].flown or is_same(missions[i], missions[k]):
            continue
        met = [found for a in tracks[i] for b in tracks[k] if (found := _met(a, b, apart)) is not None]
        if met:
            made.setdefault(i, []).append(_told(missions[k], met, apart))
            made.setdefault(k, []).append(_told(missions[i], [one.turned() for one in met], apart))
    return made


def _together(one: Flight, other: Flight) -> bool:
    """True where two flights are surely in the air at one time: not where one follows the other."""
    if one.times is None or other.times is None:
        return False
    return float(min(one.times[-1], other.times[-1]) - max(one.times[0], other.times[0])) > SAME_S


def is_same(one: Mission, other: Mission) -> bool:
    """True for one mission in two files: the same name, and the same path at the same times."""
    if one.id != other.id or len(one.flights) != len(other.flights):
        return False
    return all(map(_same_flight, one.flights, other.flights))


def _same_flight(one: Flight, other: Flight) -> bool:
    if len(one.lon) != len(other.lon) or (one.times is None) is not (other.times is None):
        return False
    if one.times is not None and other.times is not None and bool((abs(one.times - other.times) > SAME_S).any()):
        return False
    level = [a is b for a, b in zip(one.datum, other.datum, strict=True)]
    if bool((abs(one.height - other.height)[level] > SAME_M).any()):
        return False
    places = zip(one.lon.tolist(), one.lat.tolist(), other.lon.tolist(), other.lat.tolist(), strict=True)
    return all(metres_between(*place) <= SAME_M for place in places)


def _told(other: Mission, met: Sequence[_Met], apart: Separation) -> Conflict:
    """What one mission is told of another: where it is surely too near, else where it may be."""
    sure = Answer.YES if any(one.sure is Answer.YES for one in met) else Answer.UNKNOWN
    kept = [one for one in met if one.sure is sure]
    worst = min(kept, key=lambda one: one.metres)
    encounters = [
        stretch(
            one.one, span, volume=0, inside=sure, nominal=True, margin_m=one.metres - apart.sideways_m, spans=[span]
        )
        for one in kept
        for span in one.spans[0]
    ]
    return Conflict(
        other=other, sure=sure, metres=worst.metres, up_m=worst.up_m, time=fix_at(worst.one, worst.at[0]).time,
        encounters=tuple(encounters), why=worst.why,
    )  # fmt: skip


def _met(one: Track, other: Track, apart: Separation) -> _Met | None:
    """Where two flights come too near each other; None where they surely do not."""
    first, second = one.flight.span, other.flight.span
    if first is not None and second is not None and max(first[0] - second[1], second[0] - first[1]) > apart.seconds:
        return None
    timed = one.flight.times is not None and other.flight.times is not None
    seconds = apart.seconds if timed else inf
    up_m = apart.up_m + max(one.up_m + other.vertical_m, one.vertical_m + other.up_m) + VERTICAL_EPS_M
    room = apart.sideways_m + EPS_M
    within = room + float(one.reach.max()) + float(other.reach.max())
    groups = list(near_pieces(one.course, other.course, within + BOW_M))
    if not groups:
        return None
    datum = _datum_of_both(one, other)
    heights = _heights(one, datum), _heights(other, datum)
    maybe: list[Found] = []
    surely: list[Found] = []
    for mine, theirs, frame in groups:
        a, b = _ways(one, mine, frame, heights[0], timed), _ways(other, theirs, frame, heights[1], timed)
        maybe += [(int(mine[n.row]), int(theirs[n.other]), n) for n in near(a, b, room, seconds, up_m)]
        if timed and maybe:
            tops = replace(a, low=a.high, high=a.low), replace(b, low=b.high, high=b.low)
            surely += [
                (int(mine[n.row]), int(theirs[n.other]), n) for n in near(*tops, apart.sideways_m, seconds, up_m)
            ]
    found = surely or maybe
    if not found:
        return None
    i, k, nearest = min(found, key=lambda row: row[2].metres)
    return _Met(
        one=one, other=other, sure=Answer.YES if surely else Answer.UNKNOWN, metres=nearest.metres,
        up_m=_over(heights, (i, k), nearest), at=(i + nearest.at[0], k + nearest.at[1]),
        spans=(union(((i + n.u[0], i + n.u[1]) for i, _, n in found), gap=1e-9),
               union(((k + n.v[0], k + n.v[1]) for _, k, n in found), gap=1e-9)),
        why="" if surely else UNTIMED if not timed else UNLEVEL,
    )  # fmt: skip


def _datum_of_both(one: Track, other: Track) -> Datum:
    """What the heights of two flights are held against each other over."""
    datums = {*one.flight.datum, *other.flight.datum}
    if len(datums) == 1:
        (datum,) = datums
        if datum in ONE_LEVEL and not (datum is Datum.AGL and one.models.terrain is not None):
            return datum
        known = one.flight.takeoff_known and other.flight.takeoff_known
        if datum is Datum.TAKEOFF and known and metres_between(*one.flight.takeoff, *other.flight.takeoff) <= SAME_M:
            return datum
    return Datum.AMSL


def _heights(track: Track, datum: Datum) -> tuple[Floats, Floats]:
    """The least and the greatest height over a datum at both ends of every piece; without bound where it is not known."""
    zero = Height(0.0, datum)
    evens = altitude.evenly(track, zero)
    if evens is not None:
        return evens.low, evens.high
    low, high = np.full((len(track.course), 2), -inf), np.full((len(track.course), 2), inf)
    for piece in range(len(track.course)):
        over = altitude.above(track, piece, zero)
        if over is not None:
            low[piece], high[piece] = float(over.low.min()), float(over.high.max())
    return np.maximum(low, -UNBOUND_M), np.minimum(high, UNBOUND_M)


def _ways(track: Track, pieces: Ints, frame: Frame, heights: tuple[Floats, Floats], timed: bool) -> Ways:
    course = track.course
    p0, p1 = course.on(frame, pieces)
    t0 = t1 = np.zeros(len(pieces))
    if timed and course.moments is not None:
        t0, t1 = (side[pieces] for side in course.moments)
    return Ways(pieces, p0, p1, t0, t1, heights[0][pieces], heights[1][pieces], track.reach[pieces])


def _over(
    heights: tuple[tuple[Floats, Floats], tuple[Floats, Floats]], at: tuple[int, int], nearest: Near
) -> float | None:
    """How far one flight is over the other at the nearest place; None where that is not known within the separation."""
    bounds = []
    for (low, high), piece, part in zip(heights, at, nearest.at, strict=True):
        bounds.append([float(side[piece, 0] + part * (side[piece, 1] - side[piece, 0])) for side in (low, high)])
    least, most = bounds[0][0] - bounds[1][1], bounds[0][1] - bounds[1][0]
    return (least + most) / 2 if most - least <= KNOWN_M else None
