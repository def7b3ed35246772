"""A flight cut into pieces that fit a plane, and the planes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dronectl.geometry.ellipsoid import DEGREE_M, GEOD, Floats, Ints, leg_azimuths
from dronectl.mission import Flight

LONGEST_PIECE_M = 5_000.0
FRAME_M = 20_000.0
WIDEST_M = 60_000.0  # what is farther across lies on no one plane


@dataclass(frozen=True, slots=True)
class Frame:
    """The azimuthal equidistant plane about one place, x east and y north in metres."""

    lon: float
    lat: float

    def project(self, lon: Floats, lat: Floats) -> Floats:
        """Positions to metres, (n, 2)."""
        n = len(lon)
        azimuth, _, metres = GEOD.inv(np.full(n, self.lon), np.full(n, self.lat), lon, lat)
        angle = np.radians(np.asarray(azimuth))
        return np.column_stack([metres * np.sin(angle), metres * np.cos(angle)])

    def unproject(self, points: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of points on the plane, (n, 2) metres."""
        n = len(points)
        azimuth = np.degrees(np.arctan2(points[:, 0], points[:, 1]))
        metres = np.hypot(points[:, 0], points[:, 1])
        lon, lat, _ = GEOD.fwd(np.full(n, self.lon), np.full(n, self.lat), azimuth, metres)
        return np.asarray(lon), np.asarray(lat)


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
                lon[inner, column], lat[inner, column], _ = GEOD.fwd(
                    flight.lon[here], flight.lat[here], azimuth[here], length[here] * fraction[inner]
                )
        return cls(flight, azimuth, length, leg, start, stop, lon, lat, flight.widen_m[leg])

    def __len__(self) -> int:
        return len(self.leg)

    @cached_property
    def boxes(self) -> Floats:
        """The lon/lat box of each piece, (pieces, 4); east may lie beyond 180. Geodesics bow by up to their sag."""
        lon1 = self.lon[:, 0] + (self.lon[:, 1] - self.lon[:, 0] + 180.0) % 360.0 - 180.0
        west, east = np.minimum(self.lon[:, 0], lon1), np.maximum(self.lon[:, 0], lon1)
        south, north = self.lat.min(axis=1), self.lat.max(axis=1)
        return np.column_stack([west, south, east, north])

    def frames(self) -> Iterator[tuple[Ints, Frame]]:
        """Groups of neighbouring pieces that fit one plane, each with that plane."""
        return iter(self._frames)

    @cached_property
    def _frames(self) -> list[tuple[Ints, Frame]]:
        boxes = self.boxes
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        if _across(low, high) <= FRAME_M:
            whole = Frame(float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2))
            return [(np.arange(len(self)), whole)]
        return list(self._grouped())

    def on(self, frame: Frame, pieces: Ints) -> tuple[Floats, Floats]:
        """Both ends of some pieces on a plane, (n, 2) metres; kept for the planes of `frames`, which are asked for often."""
        if not any(frame is own for _, own in self._frames):
            return self._ends(frame, pieces)
        key = id(frame)
        if key not in self._planes:
            first = {id(own): group[0] for group, own in self._frames}[key]
            group = next(group for group, own in self._frames if own is frame)
            self._planes[key] = (int(first), *self._ends(frame, group))
        first, p0, p1 = self._planes[key]
        inside = pieces - first
        if len(inside) and (inside[0] < 0 or inside[-1] >= len(p0)):  # pieces of another plane
            return self._ends(frame, pieces)
        return p0[inside], p1[inside]

    def _ends(self, frame: Frame, pieces: Ints) -> tuple[Floats, Floats]:
        """Both ends of some pieces on a plane: an end that is the next piece's beginning is projected once."""
        p0 = frame.project(self.lon[pieces, 0], self.lat[pieces, 0])
        p1 = np.empty_like(p0)
        alone = np.ones(len(pieces), dtype=bool)
        lon, lat = self.lon[pieces], self.lat[pieces]
        alone[:-1] = (lon[:-1, 1] != lon[1:, 0]) | (lat[:-1, 1] != lat[1:, 0])
        p1[:-1] = p0[1:]
        p1[alone] = frame.project(lon[alone, 1], lat[alone, 1])
        return p0, p1

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
            yield np.arange(first, k), Frame(float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2))
            if k < len(self):
                first, low, high = k, boxes[k, :2].copy(), boxes[k, 2:].copy()

    def points(self, piece: int, u: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes at fractions `u` of a piece, (k,)."""
        leg = int(self.leg[piece])
        flight = self.flight
        if not len(self.length) or self.length[leg] == 0:
            return np.full(len(u), flight.lon[leg]), np.full(len(u), flight.lat[leg])
        metres = self.length[leg] * (self.start[piece] + u * (self.stop[piece] - self.start[piece]))
        here = np.full(len(u), flight.lon[leg]), np.full(len(u), flight.lat[leg]), np.full(len(u), self.azimuth[leg])
        lon, lat, _ = GEOD.fwd(*here, metres)
        return np.asarray(lon), np.asarray(lat)

    def position(self, piece: int, u: float) -> tuple[float, float, int, float]:
        """Longitude, latitude, leg and fraction of that leg, at fraction `u` of a piece."""
        leg = int(self.leg[piece])
        fraction = float(self.start[piece] + u * (self.stop[piece] - self.start[piece]))
        flight = self.flight
        if not len(self.length) or fraction <= 0 or self.length[leg] == 0:
            return float(flight.lon[leg]), float(flight.lat[leg]), leg, fraction
        if fraction >= 1:
            return float(flight.lon[leg + 1]), float(flight.lat[leg + 1]), leg, fraction
        lon, lat, _ = GEOD.fwd(flight.lon[leg], flight.lat[leg], self.azimuth[leg], self.length[leg] * fraction)
        return float(lon), float(lat), leg, fraction


def _across(low: Floats, high: Floats) -> float:
    """The diagonal of a lon/lat box in metres; `low` is its south-west corner."""
    middle = np.radians((low[1] + high[1]) / 2)
    tall = (high[1] - low[1]) * DEGREE_M
    wide = (high[0] - low[0]) * 111_320.0 * max(np.cos(middle), 1e-3)
    return float(np.hypot(tall, wide))
