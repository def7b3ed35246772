"""Squares of a fixed grid: a place told no finer than it may be. In RD New over the Netherlands, in degrees elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.sketch import from_rd, in_the_netherlands, to_rd
from dronectl.records import dataclass

DEGREE_UNITS = 100_000  # a square of 500 m is 0.005 degrees where there is no RD New
FINE = 8  # steps of a path per side of a square


@dataclass(frozen=True, slots=True, order=True)
class Square:
    """A square by its south-west corner and its side: metres of RD New, or 1e-5 degrees."""

    x: int
    y: int
    side: int
    dutch: bool

    @property
    def name(self) -> str:
        """Such as `RD-081000-455000-500`."""
        kind = "RD" if self.dutch else "DEG"
        return f"{kind}-{self.x:06d}-{self.y:06d}-{self.side}"

    def parent(self, side: int) -> Square:
        """The square of a larger grid that holds this one; `side` is a multiple of its own."""
        return Square(self.x // side * side, self.y // side * side, side, self.dutch)

    def holds(self, other: Square) -> bool:
        """True where another square lies inside this one."""
        inside = 0 <= other.x - self.x <= self.side - other.side and 0 <= other.y - self.y <= self.side - other.side
        return self.dutch == other.dutch and inside

    def ring(self) -> list[list[float]]:
        """Its corners as longitude and latitude, closed, counterclockwise."""
        x = np.array([self.x, self.x + self.side, self.x + self.side, self.x, self.x], dtype=float)
        y = np.array([self.y, self.y, self.y + self.side, self.y + self.side, self.y], dtype=float)
        lon, lat = from_rd(x, y) if self.dutch else (x / DEGREE_UNITS, y / DEGREE_UNITS)
        return [[round(float(a), 6), round(float(b), 6)] for a, b in zip(lon, lat, strict=True)]


def squares_of(lon: Floats, lat: Floats, side: int, *, dutch: bool | None = None) -> list[Square]:
    """Per place its square."""
    dutch = in_the_netherlands(lon, lat) if dutch is None else dutch
    x, y = to_rd(lon, lat) if dutch else (lon * DEGREE_UNITS, lat * DEGREE_UNITS)
    west, south = (np.floor(np.asarray(values) / side).astype(np.int64) * side for values in (x, y))
    return [Square(a, b, side, dutch) for a, b in zip(west.tolist(), south.tolist(), strict=True)]


def squares_along(lon: Floats, lat: Floats, side: int, *, dutch: bool | None = None) -> list[Square]:
    """The squares that a path crosses, in the order in which it does; one that only a corner of is cut may be missing."""
    dutch = in_the_netherlands(lon, lat) if dutch is None else dutch
    if len(lon) > 1:
        x, y = to_rd(lon, lat) if dutch else (lon * DEGREE_UNITS, lat * DEGREE_UNITS)
        count = np.maximum(1, np.ceil(np.hypot(np.diff(x), np.diff(y)) / side * FINE)).astype(int)
        leg = np.repeat(np.arange(len(count)), count)
        u = (np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)) / count[leg]
        lon = np.append(lon[leg] + u * (lon[leg + 1] - lon[leg]), lon[-1])
        lat = np.append(lat[leg] + u * (lat[leg + 1] - lat[leg]), lat[-1])
    return list(_without_repeats(squares_of(lon, lat, side, dutch=dutch)))


def _without_repeats(squares: Iterable[Square]) -> Iterable[Square]:
    last = None
    for square in squares:
        if square != last:
            yield square
        last = square
