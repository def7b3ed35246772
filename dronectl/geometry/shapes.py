"""Footprints on a plane: where pieces of a path are inside them, in closed form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.geometry.ellipsoid import EARTH_RADIUS_M, Floats
from dronectl.intervals import Interval, Intervals, union

EPS_M = 0.02  # what the plane and the cut edges can cost, given to the zone
WINDOW_M = 300_000.0  # what is farther than this from the path is cut away from very large zones
SURE_M = 0.01  # beyond what the arithmetic of one distance can cost
TOGETHER = 32  # pieces that are told from one place
BLOCK = 400_000  # piece-edge pairs held at once


class PlaneShape(ABC):
    """A footprint on a plane."""

    @abstractmethod
    def spans(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> list[Intervals]:
        """Per piece (p0[k] to p1[k]) where it is within `radius[k]` of the shape; with `outside`, of its complement."""

    @abstractmethod
    def nearest(self, p0: Floats, p1: Floats) -> float:
        """The fraction of one piece at which it is nearest to the shape."""

    @abstractmethod
    def apart(self, p0: Floats, p1: Floats, within: float) -> Floats:
        """The least distance of each piece to the shape, (n,); 0 where it reaches inside.

        Exact for the nearest piece and for those within `within`; what is farther may be told by a lower bound.
        """

    @abstractmethod
    def signed(self, points: Floats) -> Floats:
        """Metres to the edge, positive inside, (n,)."""

    def deepest(self, p0: Floats, p1: Floats, low: float, high: float) -> float:
        """The greatest signed distance on one span of one piece, by two passes of 33 samples."""
        for _ in range(2):
            u = np.linspace(low, high, 33)
            signed = self.signed(p0 + u[:, None] * (p1 - p0))
            k = int(np.argmax(signed))
            best = float(signed[k])
            low, high = u[max(k - 1, 0)], u[min(k + 1, 32)]
        return best


@dataclass(frozen=True, slots=True)
class Disc(PlaneShape):
    """A circle, on the plane about its own centre, where it stays a circle."""

    radius_m: float

    def spans(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> list[Intervals]:
        bow = np.hypot(*(p1 - p0).T) ** 2 * self.radius_m / (8 * EARTH_RADIUS_M**2)
        reach = self.radius_m - radius if outside else self.radius_m + radius + EPS_M + bow
        low, high = _disc_cut(p0, p1 - p0, np.zeros((1, 2)), np.maximum(reach, 0.0)[:, None])
        inside = [[(float(a), float(b))] if a <= b else [] for a, b in zip(low[:, 0], high[:, 0], strict=True)]
        return [_complement(intervals) for intervals in inside] if outside else inside

    def apart(self, p0: Floats, p1: Floats, within: float) -> Floats:
        return np.maximum(_to_point(p0, p1)[0] - self.radius_m, 0.0)

    def nearest(self, p0: Floats, p1: Floats) -> float:
        return float(_to_point(p0[None], p1[None])[1][0])

    def signed(self, points: Floats) -> Floats:
        return np.asarray(self.radius_m - np.hypot(points[:, 0], points[:, 1]))


@dataclass(frozen=True, eq=False)
class Patch(PlaneShape):
    """Polygons with holes: edges from `a` to `b`, and the same as one Shapely geometry."""

    a: Floats
    b: Floats
    polygon: shapely.Geometry
    real: NDArray[np.bool_]
    """False for edges that only the cutting window made."""

    @cached_property
    def boundary(self) -> shapely.Geometry:
        edges = np.stack([self.a, self.b], axis=1)[self.real]
        lines = np.asarray(shapely.linestrings(edges), dtype=object)
        return np.asarray(shapely.multilinestrings([lines]), dtype=object).item()  # type: ignore[no-any-return]

    def spans(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> list[Intervals]:
        reach = radius + EPS_M
        least, most = self._signed_between(p0, p1)
        deep, far = least > reach + SURE_M, most < -reach - SURE_M
        if deep.any() or far.any():
            whole: list[Intervals] = [[(0.0, 1.0)] if held else [] for held in (far if outside else deep).tolist()]
            open_ = np.flatnonzero(~deep & ~far)
            for k, found in zip(open_.tolist(), self._cut(p0[open_], p1[open_], reach[open_], outside), strict=True):
                whole[k] = found
            return whole
        return self._cut(p0, p1, reach, outside)

    def _cut(self, p0: Floats, p1: Floats, reach: Floats, outside: bool) -> list[Intervals]:
        near: list[list[Interval]] = [[] for _ in p0]
        rows = max(1, BLOCK // max(1, len(self.a)))
        for first in range(0, len(p0), rows):
            block = slice(first, first + rows)
            for k, low, high in _edge_cuts(p0[block], p1[block], self.a, self.b, reach[block]):
                near[first + k].append((low, high))
        close = [union(intervals) for intervals in near]
        gaps = [(k, gap) for k, intervals in enumerate(close) for gap in _complement(intervals)]
        if gaps:
            middle = np.array([p0[k] + (low + high) / 2 * (p1[k] - p0[k]) for k, (low, high) in gaps])
            for (k, gap), inside in zip(gaps, shapely.contains_xy(self.polygon, middle), strict=True):
                if inside != outside:
                    close[k].append(gap)
        return [union(intervals) for intervals in close]

    def apart(self, p0: Floats, p1: Floats, within: float) -> Floats:
        low, high = self._signed_between(p0, p1)
        found = np.maximum(-high, 0.0)  # deep inside that is 0, far outside less than the distance
        open_ = (low <= SURE_M) & (found <= max(within, float(np.maximum(-low, 0.0).min())) + SURE_M)
        found[open_] = shapely.distance(_lines(p0[open_], p1[open_]), self.polygon)
        return found

    def _signed_between(self, p0: Floats, p1: Floats) -> tuple[Floats, Floats]:
        """Between which signed distances all points of each piece lie, (n,) each: from one place for some pieces together.

        No distance changes by more than the way that is gone. Nothing is told of a shape that a window cut.
        """
        if len(p0) < TOGETHER or not self.real.all():
            return np.full(len(p0), -np.inf), np.full(len(p0), np.inf)
        first = np.arange(0, len(p0), TOGETHER)
        least = np.minimum.reduceat(np.minimum(p0, p1), first)
        most = np.maximum.reduceat(np.maximum(p0, p1), first)
        signed, reach = self.signed((least + most) / 2), np.hypot(*(most - least).T) / 2
        count = np.diff(np.append(first, len(p0)))
        return np.repeat(signed - reach, count), np.repeat(signed + reach, count)

    def nearest(self, p0: Floats, p1: Floats) -> float:
        foot = shapely.get_coordinates(shapely.shortest_line(_lines(p0[None], p1[None])[0], self.polygon))
        step = p1 - p0
        square = float(step @ step)
        return float(np.clip((foot[0] - p0) @ step / square, 0.0, 1.0)) if square and len(foot) else 0.0

    def signed(self, points: Floats) -> Floats:
        if not self.real.any():
            return np.full(len(points), WINDOW_M)
        metres = shapely.distance(shapely.points(points), self.boundary)
        return np.asarray(np.where(shapely.contains_xy(self.polygon, points), metres, -metres))


def _lines(p0: Floats, p1: Floats) -> NDArray[np.object_]:
    """Pieces as geometries; one of no length as a point, since GEOS overlays lose such a line."""
    made = np.asarray(shapely.linestrings(np.stack([p0, p1], axis=1)), dtype=object).reshape(-1)
    still = np.all(p0 == p1, axis=1)
    if still.any():
        made[still] = shapely.points(p0[still])
    return made


def _complement(intervals: Intervals) -> Intervals:
    """What is left of [0, 1]."""
    left: Intervals = []
    at = 0.0
    for low, high in intervals:
        if low - at > 1e-12:
            left.append((at, low))
        at = max(at, high)
    if 1.0 - at > 1e-12:
        left.append((at, 1.0))
    return left


def _to_point(p0: Floats, p1: Floats) -> tuple[Floats, Floats]:
    """Distance of each piece to the origin, and the fraction where it is least."""
    step = p1 - p0
    square = np.einsum("ij,ij->i", step, step)
    u = np.where(square > 0, -np.einsum("ij,ij->i", p0, step) / np.where(square > 0, square, 1.0), 0.0)
    u = np.clip(u, 0.0, 1.0)
    foot = p0 + u[:, None] * step
    return np.hypot(foot[:, 0], foot[:, 1]), u


def _disc_cut(p0: Floats, step: Floats, centre: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """Where pieces are inside discs: fractions from and to, (pieces, discs); from above to means nowhere."""
    dx = p0[:, None, 0] - centre[None, :, 0]
    dy = p0[:, None, 1] - centre[None, :, 1]
    qa = np.einsum("ij,ij->i", step, step)[:, None]
    half = dx * step[:, None, 0] + dy * step[:, None, 1]
    qc = dx * dx + dy * dy - radius * radius
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


def _edge_cuts(p0: Floats, p1: Floats, a: Floats, b: Floats, reach: Floats) -> Iterator[tuple[int, float, float]]:
    """Where each piece is within `reach` of an edge: the disc about its first end and the strip along it.

    The disc about its last end is the one about the next edge's first end: rings are closed.
    """
    most = reach.max()
    low = np.minimum(p0, p1).min(axis=0) - most
    high = np.maximum(p0, p1).max(axis=0) + most
    close = np.all((np.minimum(a, b) <= high) & (np.maximum(a, b) >= low), axis=1)
    if not close.any():
        return
    a, b = a[close], b[close]
    step = p1 - p0
    ends = np.unique(np.concatenate([a, b]), axis=0)
    cuts = [_disc_cut(p0, step, ends, reach[:, None])]
    edge = b - a
    length = np.hypot(edge[:, 0], edge[:, 1])
    a, edge, length = a[length > 0], edge[length > 0], length[length > 0]
    if len(a):
        ex, ey = edge[:, 0] / length, edge[:, 1] / length
        dx, dy = p0[:, None, 0] - a[None, :, 0], p0[:, None, 1] - a[None, :, 1]
        sx, sy = step[:, None, 0], step[:, None, 1]
        begin, end = _slab(dx * ex + dy * ey, sx * ex + sy * ey, np.zeros_like(length), length)
        begin2, end2 = _slab(dy * ex - dx * ey, sy * ex - sx * ey, -reach[:, None], reach[:, None])
        cuts.append((np.maximum(np.maximum(begin, begin2), 0.0), np.minimum(np.minimum(end, end2), 1.0)))
    for begin, end in cuts:
        for k, j in np.argwhere(begin <= end):
            yield int(k), float(begin[k, j]), float(end[k, j])
