"""Footprints on a plane: where pieces of a path are inside them, in closed form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.geometry.ellipsoid import EARTH_RADIUS_M, Floats, Ints
from dronectl.records import dataclass

EPS_M = 0.02  # what the plane and the cut edges can cost, given to the zone
WINDOW_M = 300_000.0  # what is farther than this from the path is cut away from very large zones
BLOCK = 400_000  # piece-edge pairs held at once
Cuts = tuple[Ints, Floats, Floats]
"""Stretches of pieces: the row of each, and the fractions from and to; a row may have several, in any order."""
Geometries = NDArray[np.object_]


class PlaneShape(ABC):
    """A footprint on a plane."""

    @abstractmethod
    def apart(self, p0: Floats, p1: Floats) -> Floats:
        """The least distance of each piece (p0[k] to p1[k]) to the shape, metres, (n,); 0 where it reaches inside."""


@dataclass(frozen=True, slots=True)
class Disc(PlaneShape):
    """A circle, on the plane about its own centre, where it stays a circle."""

    radius_m: float

    def apart(self, p0: Floats, p1: Floats) -> Floats:
        return np.maximum(to_origin(p0, p1)[0] - self.radius_m, 0.0)


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
        return lines[0] if len(lines) == 1 else made

    @cached_property
    def boxes(self) -> tuple[Floats, Floats]:
        """The corners of the box round each edge, (edges, 2) each."""
        return np.minimum(self.a, self.b), np.maximum(self.a, self.b)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Round all of it: least x and y, greatest x and y."""
        low, high = self.boxes[0].min(axis=0), self.boxes[1].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @cached_property
    def whole(self) -> bool:
        """False where a window cut some of it off, so that distances to its edge are not known."""
        return bool(self.real.all())

    def apart(self, p0: Floats, p1: Floats) -> Floats:
        return np.asarray(shapely.distance(lines(p0, p1), self.polygon))


def box_signed(boxes: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Between which signed distances points lie, each to a shape that touches all four sides of its own box.

    What is inside is no nearer to the edge than to the nearest side of the box. On each side there is a place of the shape:
    the nearest is no farther than the farther end of the nearer of two sides (Roussopoulos et al. 1995).
    """
    low, high = boxes[:, :2], boxes[:, 2:]
    beyond = np.maximum(low - points, points - high)
    outside = np.hypot(*np.maximum(beyond, 0.0).T)
    most = np.where(outside > 0, -outside, -beyond.max(axis=1))
    sides = np.abs(low - points), np.abs(high - points)
    nearer, farther = np.minimum(*sides), np.maximum(*sides)
    least = -np.minimum(np.hypot(nearer[:, 0], farther[:, 1]), np.hypot(farther[:, 0], nearer[:, 1]))
    return least, most


def feet(areas: Geometries, p0: Floats, p1: Floats) -> Floats:
    """The fraction of each piece at which it is nearest to its own shape."""
    found: Any = shapely.shortest_line(lines(p0, p1), areas)
    points, row = shapely.get_coordinates(found, return_index=True)
    firsts = np.flatnonzero(np.diff(row, prepend=-1))
    row, way = row[firsts], p1 - p0
    square = np.einsum("ij,ij->i", way, way)[row]
    along = np.einsum("ij,ij->i", points[firsts] - p0[row], way[row])
    u = np.zeros(len(p0))
    u[row] = np.where(square > 0, np.clip(along / np.where(square > 0, square, 1.0), 0.0, 1.0), 0.0)
    return u


def disc_cuts(radius_m: Floats, p0: Floats, p1: Floats, radius: Floats, outside: bool) -> Cuts:
    """Where pieces are within `radius` metres of circles about the origin, one each; with `outside`, of the complement."""
    if not outside:
        bow = np.hypot(*(p1 - p0).T) ** 2 * radius_m / (8 * EARTH_RADIUS_M**2)
        low, high = _disc_cut(p0, p1 - p0, radius_m + radius + EPS_M + bow)
        held = np.flatnonzero(low <= high)
        return held, low[held], high[held]
    low, high = _disc_cut(p0, p1 - p0, np.maximum(radius_m - radius, 0.0))
    empty = low > high
    before, after = np.where(empty, 1.0, low), np.where(empty, 1.0, high)
    first, last = np.flatnonzero(before > LEAST), np.flatnonzero(1.0 - after > LEAST)
    row = np.concatenate([first, last])
    return row, np.append(np.zeros(len(first)), after[last]), np.append(before[first], np.ones(len(last)))


def patch_cuts(
    shapes: Sequence[Patch], counts: Sequence[int], p0: Floats, p1: Floats, radius: Floats, outside: bool
) -> Cuts:
    """Where pieces, `counts[k]` for each shape, are within `radius` metres of them; with `outside`, of the complement.

    Between stretches that are near an edge, one place says for all whether they are inside. Rows lie side by side on one
    line, row k from 2 k to 2 k + 1, so that all are told at once.
    """
    owner = np.repeat(np.arange(len(shapes)), counts)
    row, low, high = _near_edges(shapes, p0, p1, radius + EPS_M, counts)
    between = 2.0 * np.arange(len(p0) + 1)
    start, stop = np.concatenate([2.0 * row + low, between - 1.0]), np.concatenate([2.0 * row + high, between])
    order = np.argsort(start, kind="stable")
    start, stop = start[order], np.maximum.accumulate(stop[order])
    gap = np.flatnonzero(start[1:] - stop[:-1] > LEAST)
    begin, end = stop[gap], start[gap + 1]
    gone = np.floor((begin + end) / 4.0).astype(np.intp)
    begin, end = begin - 2.0 * gone, end - 2.0 * gone
    middle = p0[gone] + ((begin + end) / 2)[:, None] * (p1[gone] - p0[gone])
    areas = np.array([shape.polygon for shape in shapes], dtype=object)[owner[gone]]
    held = shapely.contains_xy(areas, middle[:, 0], middle[:, 1]) != outside
    return np.append(row, gone[held]), np.append(low, begin[held]), np.append(high, end[held])


def _near_edges(shapes: Sequence[Patch], p0: Floats, p1: Floats, reach: Floats, counts: Sequence[int]) -> Cuts:
    """Where each piece is within `reach` of an edge of its shape: the disc about its first end and the strip along it.

    The disc about its last end is the one about the next edge's first end: rings are closed. Only pairs whose boxes meet are
    looked at.
    """
    low, high = np.minimum(p0, p1) - reach[:, None], np.maximum(p0, p1) + reach[:, None]
    rows, starts, stops = [np.zeros(0, np.intp)], [np.zeros((0, 2))], [np.zeros((0, 2))]
    first = 0
    for shape, count in zip(shapes, counts, strict=True):
        step = max(1, BLOCK // max(1, len(shape.a)))
        for begin in range(first, first + count, step):
            block = slice(begin, min(begin + step, first + count))
            row, edge = _boxes_meet(low[block], high[block], *shape.boxes)
            rows.append(row + begin)
            starts.append(shape.a[edge])
            stops.append(shape.b[edge])
        first += count
    row, a, b = np.concatenate(rows), np.concatenate(starts), np.concatenate(stops)
    way, from_a, near = (p1 - p0)[row], p0[row] - a, reach[row]
    enter, leave = _disc_cut(from_a, way, near)
    along = b - a
    length = np.hypot(along[:, 0], along[:, 1])
    long = length > 0
    unit = along / np.where(long, length, 1.0)[:, None]
    low1, high1 = _slab(np.einsum("ij,ij->i", from_a, unit), np.einsum("ij,ij->i", way, unit), np.zeros(1), length)
    low2, high2 = _slab(_cross(unit, from_a), _cross(unit, way), -near, near)
    low1 = np.where(long, np.maximum(np.maximum(low1, low2), 0.0), 2.0)
    high1 = np.minimum(np.minimum(high1, high2), 1.0)
    near_corner, near_side = enter <= leave, low1 <= high1
    return (
        np.append(row[near_corner], row[near_side]), np.append(enter[near_corner], low1[near_side]),
        np.append(leave[near_corner], high1[near_side]),
    )  # fmt: skip


def _boxes_meet(low: Floats, high: Floats, least: Floats, most: Floats) -> tuple[Ints, Ints]:
    """The pairs of boxes, each given by two corners, that meet: rows of the first and of the second."""
    close = np.flatnonzero(np.all((least <= high.max(axis=0)) & (most >= low.min(axis=0)), axis=1))
    meets = (
        (least[close, 0] <= high[:, None, 0]) & (most[close, 0] >= low[:, None, 0])
        & (least[close, 1] <= high[:, None, 1]) & (most[close, 1] >= low[:, None, 1])
    )  # fmt: skip
    row, edge = np.nonzero(meets)
    return row, close[edge]


LEAST = 1e-12  # of a piece: what is shorter is no stretch


def lines(p0: Floats, p1: Floats) -> Geometries:
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


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
