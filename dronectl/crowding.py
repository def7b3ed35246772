"""People on the ground against a flight: the 1:1 rule at every moment, and the straight way home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dronectl import altitude, geometry
from dronectl.geometry import EPS_M, Course, Floats, Frame, PlaneShape, plane_shape
from dronectl.holding import hours_of, in_time
from dronectl.intervals import Interval, Intervals, meet, union
from dronectl.measures import Answer, Datum, Height
from dronectl.records import dataclass
from dronectl.schedule import Hours
from dronectl.track import Fix, Track, box_of, fix_at, times_of
from dronectl.zone import Zone

STEP_M = 1.0  # along the path: the least distance of a stretch is held against its greatest height
STEP_S = 5.0  # and no stretch lasts longer, where the aircraft stands or flies slowly
MOST_SAMPLES, MOST_TURNS = 200_000, 20_000
GROUND = Height(0.0, Datum.AGL)
HOMEWARD_MPS = 5.0  # the way home is flown at least this fast: a house figure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Room:
    """What the 1:1 rule leaves along one flight towards one crowd: distance less height, metres, a stretch a row."""

    flight: str
    zone: Zone
    at: Floats
    """(n, 2): where each stretch begins and ends, in pieces of the course."""
    times: Floats | None
    """(n, 2), seconds since 1970 (UTC); None where the flight states no times."""
    margin_m: Floats
    """(n,): the least of the stretch; NaN where the height above ground is not known."""
    distance_m: Floats
    height_m: Floats
    present: Floats
    """(n,): 1 where the crowd is surely there at some moment of the stretch, 0.5 where it may be."""

    @property
    def known(self) -> bool:
        """True where every stretch at which the crowd may be there has a height."""
        return not bool(np.isnan(self.margin_m[self.present > 0]).any())

    def below(self, least: float = 0.0) -> Answer:
        """Whether the rule is surely broken somewhere."""
        with np.errstate(invalid="ignore"):
            low = self.margin_m < least
        if bool((low & (self.present == 1)).any()):
            return Answer.YES
        unsure = bool((low & (self.present > 0)).any()) or not self.known
        return Answer.UNKNOWN if unsure else Answer.NO

    @property
    def worst(self) -> int | None:
        """The stretch with the least room while the crowd is, or may be, there: the first of those as near to a mm."""
        margin = np.where((self.present > 0) & ~np.isnan(self.margin_m), self.margin_m, np.inf)
        return int(np.argmin(np.round(margin, 3))) if len(margin) and np.isfinite(margin.min()) else None


def seconds_below(found: Sequence[Room], least: float = 0.0) -> float | None:
    """For how long the rule is broken towards one crowd; None where a flight states no times.

    A moving crowd has a room for each of its places: what two of them share counts once.
    """
    spans: Intervals = []
    for room in found:
        if room.times is None:
            return None
        with np.errstate(invalid="ignore"):
            low = (room.margin_m < least) & (room.present == 1)
        spans.extend((float(a), float(b)) for a, b in room.times[low].tolist())
    return sum(b - a for a, b in union(spans, gap=1e-6))


def rooms(tracks: Sequence[Track], zone: Zone, slope: float = 1.0) -> Iterator[Room]:
    """The room along every flight towards a crowd, with the path's uncertainty and the crowd's drift taken off.

    `slope` is the height that a metre of distance allows. A crowd whose place is not known yields nothing.
    """
    for track in tracks:
        for k, volume in enumerate(zone.volumes):
            if volume.footprint is None or volume.doubt:
                continue
            seen = zone.in_time_of(k)
            hours = hours_of(seen, track.flight)
            parts = [
                part
                for pieces, frame in track.course.frames()
                for shape, plane in plane_shape(volume, track.course, pieces, frame)
                for part in _stretches(track, pieces, shape, plane, seen, hours, slope)
            ]
            if parts:
                columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
                at, times, margin, distance, height, present = columns
                yield Room(
                    flight=track.flight.id, zone=zone, at=at, times=times if track.flight.times is not None else None,
                    margin_m=margin, distance_m=distance, height_m=height, present=present,
                )  # fmt: skip


Columns = tuple[Floats, Floats, Floats, Floats, Floats, Floats]


def _stretches(
    track: Track, pieces: Any, shape: PlaneShape, plane: Frame, zone: Zone, hours: Hours | None, slope: float
) -> Iterator[Columns]:
    """Per piece its stretches: place, times, room, distance, height, and whether the crowd is there."""
    course = track.course
    total = float(np.hypot(*(_ends(course, pieces, plane, 1) - _ends(course, pieces, plane, 0)).T).sum())
    step = max(STEP_M, total / MOST_SAMPLES)
    for piece in pieces.tolist():
        here = np.array([piece])
        p0, p1 = _ends(course, here, plane, 0)[0], _ends(course, here, plane, 1)[0]
        length = float(np.hypot(*(p1 - p0)))
        when = times_of(track, piece)
        count = max(1, int(np.ceil(length / step)), _turns(when))
        u = np.linspace(0.0, 1.0, count + 1)
        corners = p0 + u[:, None] * (p1 - p0)
        near = np.maximum(shape.apart(corners[:-1], corners[1:]) - EPS_M, 0.0)
        near = np.maximum(near - float(track.reach[piece]) - zone.spread_m, 0.0)
        over = altitude.known_above(track, piece, GROUND)
        high = np.full(count, np.nan)
        if over is not None:
            ends = np.interp(u, over.u, over.high)
            high = np.maximum(np.maximum(ends[:-1], ends[1:]) + track.up_m, 0.0)
        sure, maybe = in_time(track, piece, zone, hours)
        spans = np.column_stack([u[:-1], u[1:]])
        present = np.array(
            [1.0 if meet(sure, [(a, b)]) else 0.5 if meet(maybe, [(a, b)]) else 0.0 for a, b in spans.tolist()]
        )
        times = np.full((count, 2), np.nan) if when is None else when[0] + spans * (when[1] - when[0])
        yield piece + spans, times, near - high * slope, near, high, present


def _turns(when: tuple[float, float] | None) -> int:
    """How many stretches of time a piece takes: people move while the aircraft stands."""
    return 1 if when is None else min(int(np.ceil(abs(when[1] - when[0]) / STEP_S)), MOST_TURNS)


def _ends(course: Course, pieces: Any, plane: Frame, side: int) -> Floats:
    return plane.project(course.lon[pieces, side], course.lat[pieces, side])


def fix_of(track: Track, room: Room, row: int) -> Fix:
    """The middle of one stretch."""
    return fix_at(track, float(room.at[row].mean()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Homeward:
    """A leg from which the straight way home lies over a crowd."""

    flight: str
    zone: Zone
    legs: tuple[int, int]
    sure: bool
    span: Interval


def homeward(tracks: Sequence[Track], zone: Zone) -> Iterator[Homeward]:
    """The stretches of each flight from which the straight line to the take-off point crosses a crowd that is there.

    A flight that took off at a place that its file does not hold has no way home that can be drawn.
    """
    for track in tracks:
        flight = track.flight
        if not flight.takeoff_known:
            continue
        for k, volume in enumerate(zone.volumes):
            if volume.footprint is None or volume.doubt:
                continue
            seen = zone.in_time_of(k)
            west, south, east, north = box_of([track])
            farthest = max(geometry.metres_between(x, y, *flight.takeoff) for x in (west, east) for y in (south, north))
            hours = hours_of(seen, flight, farthest / HOMEWARD_MPS)
            for piece in range(len(track.course)):
                reach = float(track.reach[piece]) + zone.spread_m
                if not geometry.fan_meets(volume, track.course, piece, flight.takeoff, reach):
                    continue
                sure, maybe = _present(track, piece, seen, hours)
                if maybe:
                    leg = int(track.course.leg[piece])
                    last = min(leg + 1, len(flight.lon) - 1)
                    yield Homeward(
                        flight=flight.id, zone=zone, legs=(leg, last), sure=sure, span=(float(piece), piece + 1.0)
                    )


def _present(track: Track, piece: int, zone: Zone, hours: Hours | None) -> tuple[bool, bool]:
    """Whether a crowd is surely, and maybe, there while a piece is flown and while the aircraft comes home from it."""
    if not zone.keeps_hours:
        return True, True
    if hours is None:
        return False, True
    when = times_of(track, piece)
    if when is None:
        return bool(hours.surely), bool(hours.maybe)
    lon, lat = float(track.course.lon[piece, 1]), float(track.course.lat[piece, 1])
    back = geometry.metres_between(lon, lat, *track.flight.takeoff) / HOMEWARD_MPS
    window = [(min(when), max(when) + back)]
    return bool(meet(hours.surely, window)), bool(meet(hours.maybe, window))
