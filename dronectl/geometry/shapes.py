"""Footprints on a plane: where pieces of a path are inside them, in closed form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.geometry.ellipsoid import EARTH_RADIUS_M, Floats, Ints

EPS_M = 0.02  # what the plane and the cut edges can cost, given to the zone
WINDOW_M = 300_000.0  # what is farther than this from the path is cut away from very large zones
BLOCK = 400_000  # piece-edge pairs held at once
SAMPLES = 33  # places that are looked at for the deepest one, twice
Cuts = tuple[Ints, Floats, Floats]
"""Stretches of pieces: the row of each, and the fractions from and to; a row may have several, in any order."""


class PlaneShape(ABC):
    """A footprint on a plane. Signed distances are metres to its edge, positive inside."""

    @abstractmethod
    def signed(self, points: Floats) -> Floats:
        """Of points, (n,)."""

    @abstractmethod
    def apart(self, p0: Floats, p1: Floats) -> Floats:
        """The least distance of each piece (p0[k] to p1[k]) to the shape, (n,); 0 where it reaches inside."""

    @abstractmethod
    def nearest(self, p0: Floats, p1: Floats) -> float:
        """The fraction of one piece at which it is nearest to the shape."""

    @abstractmethod
    def cuts(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> Cuts:
        """Where pieces are within `radius[k]` of the shape; with `outside`, of its complement."""

    @abstractmethod
    def deepest(self, p0: Floats, p1: Floats) -> float:
        """The greatest signed distance on one piece."""


@dataclass(frozen=True, slots=True)
class Disc(PlaneShape):
    """A circle, on the plane about its own centre, where it stays a circle."""

    radius_m: float

    def signed(self, points: Floats) -> Floats:
        return np.asarray(self.radius_m - np.hypot(points[:, 0], points[:, 1]))

    def apart(self, p0: Floats, p1: Floats) -> Floats:
        return np.maximum(to_origin(p0, p1)[0] - self.radius_m, 0.0)

    def nearest(self, p0: Floats, p1: Floats) -> float:
        return float(to_origin(p0[None], p1[None])[1][0])

    def cuts(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> Cuts:
        bow = self.bow(np.hypot(*(p1 - p0).T))
        reach = self.radius_m - radius if outside else self.radius_m + radius + EPS_M + bow
        low, high = _disc_cut(p0, p1 - p0, np.maximum(reach, 0.0))
        if not outside:
            held = np.flatnonzero(low <= high)
            return held, low[held], high[held]
        rows = np.arange(len(p0))
        empty = low > high
        before, after = np.where(empty, 1.0, low), np.where(empty, 1.0, high)
        first, last = np.flatnonzero(before > LEAST), np.flatnonzero(1.0 - after > LEAST)
        return (
            np.concatenate([rows[first], rows[last]]),
            np.concatenate([np.zeros(len(first)), after[last]]),
            np.concatenate([before[first], np.ones(len(last))]),
        )

    def bow(self, length: Floats) -> Floats:
        """How far geodesic pieces of some lengths, beside the circle, may lie from straight ones, metres."""
        return np.asarray(length**2 * self.radius_m / (8 * EARTH_RADIUS_M**2))

    def deepest(self, p0: Floats, p1: Floats) -> float:
        return self.radius_m - float(to_origin(p0[None], p1[None])[0][0])


@dataclass(frozen=True, eq=False)
class Patch(PlaneShape):
    """Polygons with holes: edges from `a` to `b`, and the same as one Shapely geometry."""

    a: Floats
    b: Floats
    polygon: shapely.Geometry
    real: NDArray[np.bool_]
    """False for edges that only the cutting window made."""
    rings: Ints
    """How many edges each ring has."""

    @cached_property
    def boundary(self) -> Any:
        if self.real.all():  # GEOS is quicker with whole rings than with their edges
            stops = np.cumsum(self.rings)
            rings = [
                np.concatenate([self.a[stop - count : stop], self.b[stop - 1 : stop]])
                for stop, count in zip(stops.tolist(), self.rings.tolist(), strict=True)
            ]
            lines: Any = np.array([shapely.linestrings(ring) for ring in rings], dtype=object)
        else:
            lines = shapely.linestrings(np.stack([self.a, self.b], axis=1)[self.real])
        made: Any = shapely.multilinestrings(lines)
        return made if len(lines) > 1 else lines[0]

    @property
    def whole(self) -> bool:
        """False where a window cut some of it off, so that distances to its edge are not known."""
        return bool(self.real.all())

    def signed(self, points: Floats) -> Floats:
        if not self.real.any():
            return np.full(len(points), WINDOW_M)
        metres = shapely.distance(shapely.points(points), self.boundary)
        return np.asarray(np.where(shapely.contains_xy(self.polygon, points), metres, -metres))

    def apart(self, p0: Floats, p1: Floats) -> Floats:
        return np.asarray(shapely.distance(_lines(p0, p1), self.polygon))

    def nearest(self, p0: Floats, p1: Floats) -> float:
        foot = shapely.get_coordinates(shapely.shortest_line(_lines(p0[None], p1[None])[0], self.polygon))
        step = p1 - p0
        square = float(step @ step)
        return float(np.clip((foot[0] - p0) @ step / square, 0.0, 1.0)) if square and len(foot) else 0.0

    def cuts(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> Cuts:
        """Between stretches that are near an edge, one place says for all whether they are inside.

        Rows lie side by side on one line, row k from 2 k to 2 k + 1, so that all are told at once.
        """
        reach = radius + EPS_M
        found = []
        rows = max(1, BLOCK // max(1, len(self.a)))
        for first in range(0, len(p0), rows):
            block = slice(first, first + rows)
            row, low, high = _edge_cuts(p0[block], p1[block], self.a, self.b, reach[block])
            found.append((row + first, low, high))
        row, low, high = (np.concatenate(column) for column in zip(*found, strict=True))
        between = 2.0 * np.arange(len(p0) + 1)
        start, stop = np.concatenate([2.0 * row + low, between - 1.0]), np.concatenate([2.0 * row + high, between])
        order = np.argsort(start, kind="stable")
        start, stop = start[order], np.maximum.accumulate(stop[order])
        gap = np.flatnonzero(start[1:] - stop[:-1] > LEAST)
        begin, end = stop[gap], start[gap + 1]
        gone = np.floor((begin + end) / 4.0).astype(np.intp)
        begin, end = begin - 2.0 * gone, end - 2.0 * gone
        middle = p0[gone] + ((begin + end) / 2)[:, None] * (p1[gone] - p0[gone])
        held = shapely.contains_xy(self.polygon, middle) != outside
        return (
            np.concatenate([row, gone[held]]), np.concatenate([low, begin[held]]), np.concatenate([high, end[held]])
        )  # fmt: skip

    def deepest(self, p0: Floats, p1: Floats) -> float:
        """By two passes of samples, the second between the neighbours of the deepest."""
        low, high, best = 0.0, 1.0, -np.inf
        for _ in range(2):
            u = low + (high - low) * PARTS
            signed = self.signed(p0 + u[:, None] * (p1 - p0))
            k = int(signed.argmax())
            best = float(signed[k])
            low, high = float(u[max(k - 1, 0)]), float(u[min(k + 1, SAMPLES - 1)])
        return best


def signed_from(shapes: Sequence[Patch], places: Sequence[Floats]) -> list[Floats]:
    """Of each shape the signed distances of some points, (n, 2) each."""
    if not shapes:
        return []
    counts = [len(points) for points in places]
    points = np.concatenate(places)
    edges = np.repeat(np.array([shape.boundary for shape in shapes], dtype=object), counts)
    areas = np.repeat(np.array([shape.polygon for shape in shapes], dtype=object), counts)
    metres = shapely.distance(shapely.points(points), edges)
    inside = shapely.contains_xy(areas, points[:, 0], points[:, 1])
    return np.split(np.where(inside, metres, -metres), np.cumsum(counts)[:-1])


def apart_from(shapes: Sequence[Patch], pieces: Sequence[tuple[Floats, Floats]]) -> list[Floats]:
    """Of each shape the least distances of some pieces (from and to, (n, 2) each)."""
    if not shapes:
        return []
    counts = [len(p0) for p0, _ in pieces]
    areas = np.repeat(np.array([shape.polygon for shape in shapes], dtype=object), counts)
    p0, p1 = (np.concatenate(ends) for ends in zip(*pieces, strict=True))
    return np.split(np.asarray(shapely.distance(_lines(p0, p1), areas)), np.cumsum(counts)[:-1])


LEAST = 1e-12  # of a piece: what is shorter is no stretch
PARTS: Floats = np.linspace(0.0, 1.0, SAMPLES)


def _lines(p0: Floats, p1: Floats) -> NDArray[np.object_]:
    """Pieces as geometries; one of no length as a point, since GEOS overlays lose such a line."""
    made = np.asarray(shapely.linestrings(np.stack([p0, p1], axis=1)), dtype=object).reshape(-1)
    still = np.all(p0 == p1, axis=1)
    if still.any():
        made[still] = shapely.points(p0[still])
    return made


def to_origin(p0: Floats, p1: Floats) -> tuple[Floats, Floats]:
    """Distance of each piece to the origin, and the fraction where it is least."""
    step = p1 - p0
    square = np.einsum("ij,ij->i", step, step)
    u = np.where(square > 0, -np.einsum("ij,ij->i", p0, step) / np.where(square > 0, square, 1.0), 0.0)
    u = np.clip(u, 0.0, 1.0)
    foot = p0 + u[:, None] * step
    return np.hypot(foot[:, 0], foot[:, 1]), u


def _disc_cut(from_centre: Floats, step: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """Where pieces are inside discs, one each: fractions from and to, (n,); from above to means nowhere."""
    qa = np.einsum("ij,ij->i", step, step)
    half = np.einsum("ij,ij->i", from_centre, step)
    qc = np.einsum("ij,ij->i", from_centre, from_centre) - radius * radius
    moving = qa > 0
    safe = np.where(moving, qa, 1.0)
    square = half * half - qa * qc
    root = np.sqrt(np.maximum(square, 0.0))
    low = np.where(moving, (-half - root) / safe, 0.0)
    high = np.where(moving, (-half + root) / safe, 1.0)
    nowhere = np.where(moving, square < 0, qc > 0)
    low = np.where(nowhere, 2.0, np.maximum(low, 0.0))
    high = np.where(nowhere, -1.0, np.minimum(high, 1.0))
    return low, high


def _slab(base: Floats, slope: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Where low <= base + u * slope <= high, as fractions from and to."""
    flat = np.abs(slope) < 1e-12
    safe = np.where(flat, 1.0, slope)
    one, two = (low - base) / safe, (high - base) / safe
    held = (base >= low) & (base <= high)
    begin = np.where(flat, np.where(held, 0.0, 2.0), np.minimum(one, two))
    end = np.where(flat, np.where(held, 1.0, -1.0), np.maximum(one, two))
    return begin, end


def _edge_cuts(p0: Floats, p1: Floats, a: Floats, b: Floats, reach: Floats) -> Cuts:
    """Where each piece is within `reach` of an edge: the disc about its first end and the strip along it.

    The disc about its last end is the one about the next edge's first end: rings are closed. Only pairs whose boxes meet are
    looked at.
    """
    low, high = np.minimum(p0, p1) - reach[:, None], np.maximum(p0, p1) + reach[:, None]
    least, most = np.minimum(a, b), np.maximum(a, b)
    close = np.flatnonzero(np.all((least <= high.max(axis=0)) & (most >= low.min(axis=0)), axis=1))
    meets = (
        (least[close, 0] <= high[:, None, 0]) & (most[close, 0] >= low[:, None, 0])
        & (least[close, 1] <= high[:, None, 1]) & (most[close, 1] >= low[:, None, 1])
    )  # fmt: skip
    row, edge = np.nonzero(meets)
    edge = close[edge]
    step, from_a, near = (p1 - p0)[row], p0[row] - a[edge], reach[row]
    first, last = _disc_cut(from_a, step, near)
    along = b[edge] - a[edge]
    length = np.hypot(along[:, 0], along[:, 1])
    long = length > 0
    unit = along / np.where(long, length, 1.0)[:, None]
    begin, end = _slab(np.einsum("ij,ij->i", from_a, unit), np.einsum("ij,ij->i", step, unit), np.zeros(1), length)
    aside, off = _cross(unit, from_a), _cross(unit, step)
    begin2, end2 = _slab(aside, off, -near, near)
    begin = np.where(long, np.maximum(np.maximum(begin, begin2), 0.0), 2.0)
    end = np.minimum(np.minimum(end, end2), 1.0)
    round_, strip = first <= last, begin <= end
    return (
        np.concatenate([row[round_], row[strip]]), np.concatenate([first[round_], begin[strip]]),
        np.concatenate([last[round_], end[strip]]),
    )  # fmt: skip


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
