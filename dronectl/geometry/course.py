"""A flight cut into pieces that fit a plane, and the planes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dronectl.geometry.ellipsoid import DEGREE_M, Floats, Ints, unwrap
from dronectl.geometry.geodesics import beside, leg_azimuths, offsets, place_beside
from dronectl.mission import Flight
from dronectl.records import dataclass

LONGEST_PIECE_M = 5_000.0
FRAME_M = 20_000.0
SNAP_DEG = 0.05
TOGETHER = 32  # pieces that are told from one place, at most
BLOCK_M = 400.0  # of path, at most, unless one piece is longer
STEEPEST_LAT, CURVED_M, ROUNDED_M = 89.5, 6_335_439.0, 0.1  # degrees; a (1 - e2), the least radius of WGS 84; rounding
WIDEST_M = 60_000.0  # what is farther across lies on no one plane


@dataclass(frozen=True, slots=True)
class Frame:
    """The azimuthal equidistant plane about one place, x east and y north in metres."""

    lon: float
    lat: float

    @classmethod
    def about(cls, lon: Floats, lat: Floats) -> Frame:
        """The plane about the middle of some positions, where they lie across the antimeridian as well."""
        return cls(float(unwrap(np.asarray(lon)).mean()), float(np.mean(lat)))

    def project(self, lon: Floats, lat: Floats) -> Floats:
        """Positions to metres, (n, 2)."""
        return offsets(self.lon, self.lat, lon, lat)

    @staticmethod
    def project_each(frames: Sequence[Frame], lon: Sequence[Floats], lat: Sequence[Floats]) -> list[Floats]:
        """Positions to metres, some for each of several planes, as `project` does it: asked at once."""
        counts = [len(one) for one in lon]
        if not counts:
            return []
        from_lon, from_lat = (np.repeat([getattr(frame, name) for frame in frames], counts) for name in ("lon", "lat"))
        made = offsets(from_lon, from_lat, np.concatenate(lon), np.concatenate(lat))
        return np.split(made, np.cumsum(counts)[:-1])

    def unproject(self, points: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of points on the plane, (n, 2) metres."""
        azimuth = np.degrees(np.arctan2(points[:, 0], points[:, 1]))
        return beside(self.lon, self.lat, azimuth, np.hypot(points[:, 0], points[:, 1]))


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Pieces of a path on a plane that are looked at together: each block lies within `reach` of its middle, metres."""

    middle: Floats
    """(blocks, 2)."""
    reach: Floats
    count: Ints
    """How many pieces each has."""

    @classmethod
    def of(
        cls,
        p0: Floats,
        p1: Floats,
        apart: NDArray[np.bool_] | None = None,
        *,
        many: int = TOGETHER,
        longest_m: float = BLOCK_M,
    ) -> Blocks:
        """Of pieces that follow each other, but where one is `apart` from the one before it."""
        run = np.floor(np.cumsum(np.hypot(*(p1 - p0).T)) / longest_m)
        row = np.arange(len(p0))
        begins = (row % many == 0) | (run != np.append(-1.0, run[:-1]))
        first = np.flatnonzero(begins if apart is None else begins | apart)
        least = np.minimum.reduceat(np.minimum(p0, p1), first)
        most = np.maximum.reduceat(np.maximum(p0, p1), first)
        return cls((least + most) / 2, np.hypot(*(most - least).T) / 2, np.diff(np.append(first, len(p0))))


@dataclass(frozen=True, eq=False)
class Course:
    """A flight cut into pieces short enough for a plane; piece k runs from fraction `start` to `stop` of leg `leg`."""

    flight: Flight
    azimuth: Floats
    length: Floats
    leg: Ints
    start: Floats
    stop: Floats
    lon: Floats
    """(pieces, 2): of both ends."""
    lat: Floats
    widen: Floats
    """Metres by which each piece may leave its line, without the mission's uncertainty."""

    @classmethod
    def of(cls, flight: Flight) -> Course:
        """Cut the legs of a flight; a flight of one point is one piece of no length."""
        azimuth, length = leg_azimuths(flight.lon, flight.lat)
        if not len(length):
            one = np.zeros(1)
            return cls(
                flight, azimuth, length, np.zeros(1, np.intp), one, np.ones(1),
                np.repeat(flight.lon[:1], 2)[None], np.repeat(flight.lat[:1], 2)[None], flight.widen_m[:1],
            )  # fmt: skip
        count = np.maximum(1, np.ceil(length / LONGEST_PIECE_M)).astype(np.intp)
        leg = np.repeat(np.arange(len(length)), count)
        number = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
        start, stop = number / count[leg], (number + 1) / count[leg]
        lon = np.column_stack([flight.lon[leg], flight.lon[leg + 1]])
        lat = np.column_stack([flight.lat[leg], flight.lat[leg + 1]])
        for column, fraction in ((0, start), (1, stop)):
            inner = (fraction > 0) & (fraction < 1)
            if inner.any():
                here = leg[inner]
                lon[inner, column], lat[inner, column] = beside(
                    flight.lon[here], flight.lat[here], azimuth[here], length[here] * fraction[inner]
                )
        return cls(flight, azimuth, length, leg, start, stop, lon, lat, flight.widen_m[leg])

    @cached_property
    def moments(self) -> tuple[Floats, Floats] | None:
        """When each piece begins and ends, seconds since 1970 (UTC), (pieces,) each; None where no times are stated."""
        times = self.flight.times
        if times is None:
            return None
        first, last = times[self.leg], times[np.minimum(self.leg + 1, len(times) - 1)]
        return first + self.start * (last - first), first + self.stop * (last - first)

    def __len__(self) -> int:
        return len(self.leg)

    @cached_property
    def boxes(self) -> Floats:
        """The lon/lat box of each piece, (pieces, 4); east may lie beyond 180. Geodesics bow by up to their sag."""
        lon1 = self.lon[:, 0] + (self.lon[:, 1] - self.lon[:, 0] + 180.0) % 360.0 - 180.0
        west, east = np.minimum(self.lon[:, 0], lon1), np.maximum(self.lon[:, 0], lon1)
        south, north = self.lat.min(axis=1), self.lat.max(axis=1)
        return np.column_stack([west, south, east, north])

    @cached_property
    def metres(self) -> Floats:
        """The length of each piece."""
        return self.length[self.leg] * (self.stop - self.start) if len(self.length) else np.zeros(len(self))

    @cached_property
    def run(self) -> Floats:
        """Metres flown at the beginning of each piece, and at the end of the last, (pieces + 1,)."""
        return np.append(0.0, np.cumsum(self.metres))

    @cached_property
    def bow_m(self) -> float:
        """How far a piece may reach beyond the box of its ends, towards the pole: at 85 degrees one of 5 km bows 6 m."""
        slope = np.tan(np.radians(np.minimum(np.abs(self.lat).max(axis=1), STEEPEST_LAT)))
        return float((self.metres**2 * slope).max() / (8 * CURVED_M)) * 1.01 + ROUNDED_M

    def frames(self) -> Iterator[tuple[Ints, Frame]]:
        """Groups of neighbouring pieces that fit one plane, each with that plane."""
        return iter(self._frames)

    @cached_property
    def _frames(self) -> list[tuple[Ints, Frame]]:
        boxes = self.boxes
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        if _across(low, high) <= FRAME_M:
            return [(np.arange(len(self)), _about(low, high))]
        return list(self._grouped())

    def on(self, frame: Frame, pieces: Ints) -> tuple[Floats, Floats]:
        """Both ends of some pieces on a plane, (n, 2) metres; kept for the planes of `frames`, which are asked for often."""
        kept = self._planes.get(id(frame))
        if kept is None:
            group = next((group for group, own in self._frames if own is frame), None)
            if group is None:
                return self._ends(frame, pieces)
            kept = self._planes[id(frame)] = int(group[0]), *self._ends(frame, group)
        first, p0, p1 = kept
        inside = pieces - first
        if len(inside) and (inside[0] < 0 or inside[-1] >= len(p0)):  # pieces of another plane
            return self._ends(frame, pieces)
        return p0[inside], p1[inside]

    def _ends(self, frame: Frame, pieces: Ints) -> tuple[Floats, Floats]:
        """Both ends of some pieces on a plane: an end that is the next piece's beginning is projected once."""
        lon, lat = self.lon[pieces], self.lat[pieces]
        alone = np.ones(len(pieces), dtype=bool)
        alone[:-1] = (lon[:-1, 1] != lon[1:, 0]) | (lat[:-1, 1] != lat[1:, 0])
        made = frame.project(np.append(lon[:, 0], lon[alone, 1]), np.append(lat[:, 0], lat[alone, 1]))
        p0 = made[: len(pieces)]
        p1 = np.empty_like(p0)
        p1[:-1] = p0[1:]
        p1[alone] = made[len(pieces) :]
        return p0, p1

    def blocks(self, frame: Frame, pieces: Ints) -> Blocks:
        """Some pieces in blocks that follow each other, on a plane; kept for all the pieces of one of `frames`."""
        kept = self._blocks.get(id(frame))
        if kept is not None and len(kept.count) and int(kept.count.sum()) == len(pieces):
            return kept
        made = Blocks.of(*self.on(frame, pieces))
        if any(own is frame and len(group) == len(pieces) for group, own in self._frames):
            self._blocks[id(frame)] = made
        return made

    @cached_property
    def _blocks(self) -> dict[int, Blocks]:
        return {}

    @cached_property
    def _planes(self) -> dict[int, tuple[int, Floats, Floats]]:
        return {}

    def _grouped(self) -> Iterator[tuple[Ints, Frame]]:
        boxes = self.boxes
        first = 0
        low, high = boxes[0, :2].copy(), boxes[0, 2:].copy()
        for k in range(1, len(self) + 1):
            if k < len(self):
                new_low, new_high = np.minimum(low, boxes[k, :2]), np.maximum(high, boxes[k, 2:])
                if _across(new_low, new_high) <= FRAME_M:
                    low, high = new_low, new_high
                    continue
            yield np.arange(first, k), _about(low, high)
            if k < len(self):
                first, low, high = k, boxes[k, :2].copy(), boxes[k, 2:].copy()

    def points(self, piece: int, u: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes at fractions `u` of a piece, (k,)."""
        leg = int(self.leg[piece])
        flight = self.flight
        if not len(self.length) or self.length[leg] == 0:
            return np.full(len(u), flight.lon[leg]), np.full(len(u), flight.lat[leg])
        metres = self.length[leg] * (self.start[piece] + u * (self.stop[piece] - self.start[piece]))
        return beside(flight.lon[leg], flight.lat[leg], self.azimuth[leg], metres)

    def position(self, piece: int, u: float) -> tuple[float, float, int, float]:
        """Longitude, latitude, leg and fraction of that leg, at fraction `u` of a piece."""
        leg = int(self.leg[piece])
        fraction = float(self.start[piece] + u * (self.stop[piece] - self.start[piece]))
        flight = self.flight
        if not len(self.length) or fraction <= 0 or self.length[leg] == 0:
            return float(flight.lon[leg]), float(flight.lat[leg]), leg, fraction
        if fraction >= 1:
            return float(flight.lon[leg + 1]), float(flight.lat[leg + 1]), leg, fraction
        whence = float(flight.lon[leg]), float(flight.lat[leg]), float(self.azimuth[leg])
        return *place_beside(*whence, float(self.length[leg]) * fraction), leg, fraction


def _about(low: Floats, high: Floats) -> Frame:
    """The plane about the middle of a lon/lat box, to a twentieth of a degree: flights near each other share theirs."""
    return Frame(*(round(float(one + other) / 2 / SNAP_DEG) * SNAP_DEG for one, other in zip(low, high, strict=True)))


def _across(low: Floats, high: Floats) -> float:
    """The diagonal of a lon/lat box in metres; `low` is its south-west corner."""
    middle = np.radians((low[1] + high[1]) / 2)
    tall = (high[1] - low[1]) * DEGREE_M
    wide = (high[0] - low[0]) * 111_320.0 * max(np.cos(middle), 1e-3)
    return float(np.hypot(tall, wide))
