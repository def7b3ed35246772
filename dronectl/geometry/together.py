"""Two moving things: where and when they come how near each other, on straight pieces with straight times and heights.

Of two pieces let u and v say how far along each one is. Moments that lie near enough together, and heights that do, are
linear bounds on (u, v): what they leave of the unit square is a polygon. The distance on the ground is the length of a linear
function of (u, v), so its square is convex: its least over the polygon, and the range of u on which it stays below a limit,
are found exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from dronectl.geometry.course import Course, Frame
from dronectl.geometry.ellipsoid import Floats, Ints, grow_all
from dronectl.records import dataclass

HALVINGS = 50
NONE = 1e-9  # seconds and metres: below that two bounds are one
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Some pieces of a course on a plane: both ends of each in place, time and height."""

    pieces: Ints
    p0: Floats
    p1: Floats
    t0: Floats
    t1: Floats
    low: Floats
    """(n, 2): the least height at both ends."""
    high: Floats
    reach: Floats
    """(n,): metres by which each may be beside its line."""


@dataclass(frozen=True, slots=True)
class Near:
    """Two pieces that come near each other: the range of `u` on the one, of `v` on the other, and the nearest there."""

    row: int
    other: int
    u: tuple[float, float]
    v: tuple[float, float]
    at: Point
    metres: float
    """Between the bare lines, at the nearest place."""


def near_pieces(one: Course, other: Course, metres: float) -> Iterator[tuple[Ints, Ints, Frame]]:
    """Groups of pieces of two courses that lie within some metres by their boxes, each with a plane for both."""
    for pieces, frame in one.frames():
        mine = grow_all(one.boxes[pieces], metres)
        low, high = mine[:, :2].min(axis=0), mine[:, 2:].max(axis=0)
        held = np.zeros(len(other), dtype=bool)
        for turn in (-360.0, 0.0, 360.0):
            west, south, east, north = (other.boxes + np.array([turn, 0.0, turn, 0.0])).T
            held |= (west <= high[0]) & (east >= low[0]) & (south <= high[1]) & (north >= low[1])
        if held.any():
            yield pieces, np.flatnonzero(held), frame


def near(one: Ways, other: Ways, sideways_m: float, seconds: float, up_m: float) -> Iterator[Near]:
    """Where two things come within `sideways_m` beside their reach, within some seconds and metres of height.

    A height that is only known between bounds counts wherever it may be.
    """
    theirs: Any = shapely.box(*_boxes(other).T)
    tree = shapely.STRtree(theirs)
    room = sideways_m + one.reach + float(other.reach.max(initial=0.0))
    boxes = _boxes(one)
    hits = tree.query(shapely.box(*(boxes + room[:, None] * np.array([-1, -1, 1, 1])).T), predicate="intersects")
    a, b = hits
    early = np.minimum(one.t0, one.t1)[a] - np.maximum(other.t0, other.t1)[b] <= seconds
    late = np.minimum(other.t0, other.t1)[b] - np.maximum(one.t0, one.t1)[a] <= seconds
    above = one.low[a].min(axis=1) - other.high[b].max(axis=1) <= up_m
    below = other.low[b].min(axis=1) - one.high[a].max(axis=1) <= up_m
    for row, with_ in np.column_stack([a, b])[early & late & above & below].tolist():
        found = _near(one, other, row, with_, sideways_m, seconds, up_m)
        if found is not None:
            yield found


def _boxes(ways: Ways) -> Floats:
    return np.column_stack([np.minimum(ways.p0, ways.p1), np.maximum(ways.p0, ways.p1)])


def _near(one: Ways, other: Ways, a: int, b: int, sideways_m: float, seconds: float, up_m: float) -> Near | None:
    polygon: list[Point] = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    t, s = (float(one.t0[a]), float(one.t1[a])), (float(other.t0[b]), float(other.t1[b]))
    bounds = [_bound(t, s, seconds), _bound(s, t, seconds, swap=True)]
    bounds.append(_bound(tuple(one.low[a].tolist()), tuple(other.high[b].tolist()), up_m))
    bounds.append(_bound(tuple(other.low[b].tolist()), tuple(one.high[a].tolist()), up_m, swap=True))
    for bound in bounds:
        polygon = _clipped(polygon, bound)
        if not polygon:
            return None
    c = one.p0[a] - other.p0[b]
    way, back = one.p1[a] - one.p0[a], other.p1[b] - other.p0[b]
    gap = Gap(float(c[0]), float(c[1]), float(way[0]), float(way[1]), float(back[0]), float(back[1]))
    at, least = gap.least(polygon)
    limit = sideways_m + float(one.reach[a]) + float(other.reach[b])
    if least > limit:
        return None
    flipped = [(v, u) for u, v in polygon]
    return Near(
        row=a, other=b, u=gap.within(polygon, at, limit), v=gap.turned().within(flipped, (at[1], at[0]), limit), at=at,
        metres=least,
    )  # fmt: skip


def _bound(x: Sequence[float], y: Sequence[float], room: float, *, swap: bool = False) -> tuple[float, float, float]:
    """`x(u) - y(v) <= room` as (p, q, r) with p u + q v <= r; with `swap`, x runs with v and y with u."""
    p, q, r = x[1] - x[0], -(y[1] - y[0]), room - x[0] + y[0]
    return (q, p, r) if swap else (p, q, r)


def _clipped(polygon: Sequence[Point], bound: tuple[float, float, float]) -> list[Point]:
    """What a half plane leaves of a convex polygon, its edge included."""
    p, q, r = bound
    over = [p * u + q * v - r for u, v in polygon]
    made: list[Point] = []
    for (one, here), (two, there) in pairwise([*zip(polygon, over, strict=True), (polygon[0], over[0])]):
        if here <= NONE:
            made.append(one)
        if (here < -NONE and there > NONE) or (here > NONE and there < -NONE):
            part = here / (here - there)
            made.append((one[0] + part * (two[0] - one[0]), one[1] + part * (two[1] - one[1])))
    return made


@dataclass(frozen=True, slots=True)
class Gap:
    """The way from a place of one piece to a place of another, metres: c + u a - v b."""

    cx: float
    cy: float
    ax: float
    ay: float
    bx: float
    by: float

    def turned(self) -> Gap:
        """The same with u and v changed."""
        return Gap(-self.cx, -self.cy, self.bx, self.by, self.ax, self.ay)

    def metres(self, u: float, v: float) -> float:
        x, y = self.cx + u * self.ax - v * self.bx, self.cy + u * self.ay - v * self.by
        return float(np.hypot(x, y))

    def least(self, polygon: Sequence[Point]) -> tuple[Point, float]:
        """Where over a convex polygon the way is shortest, and how long it is there."""
        free = self._free()
        if free is not None and _inside(free, polygon):
            return free, self.metres(*free)
        best, least = polygon[0], self.metres(*polygon[0])
        for one, two in pairwise([*polygon, polygon[0]]):
            du, dv = two[0] - one[0], two[1] - one[1]
            x, y = self.cx + one[0] * self.ax - one[1] * self.bx, self.cy + one[0] * self.ay - one[1] * self.by
            dx, dy = du * self.ax - dv * self.bx, du * self.ay - dv * self.by
            whole = dx * dx + dy * dy
            part = min(max(-(x * dx + y * dy) / whole, 0.0), 1.0) if whole > 0 else 0.0
            at = (one[0] + part * du, one[1] + part * dv)
            if self.metres(*at) < least:
                best, least = at, self.metres(*at)
        return best, least

    def _free(self) -> Point | None:
        """Where the way is nothing at all, without any bound; None where the two run alongside each other."""
        cross = self.ax * -self.by + self.bx * self.ay
        if abs(cross) <= NONE * (np.hypot(self.ax, self.ay) * np.hypot(self.bx, self.by) + NONE):
            return None
        return (self.cx * self.by - self.bx * self.cy) / cross, (self.cx * self.ay - self.ax * self.cy) / cross

    def within(self, polygon: Sequence[Point], at: Point, limit: float) -> tuple[float, float]:
        """The range of u over a convex polygon on which some v brings the two within a limit; `at` is such a place."""
        low, high = min(u for u, _ in polygon), max(u for u, _ in polygon)
        return self._edge(polygon, at[0], low, limit), self._edge(polygon, at[0], high, limit)

    def _edge(self, polygon: Sequence[Point], inner: float, outer: float, limit: float) -> float:
        if self._along(polygon, outer) <= limit:
            return outer
        for _ in range(HALVINGS):
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if self._along(polygon, middle) <= limit else (inner, middle)
        return inner

    def _along(self, polygon: Sequence[Point], u: float) -> float:
        """The shortest way at one u, over the v that a polygon leaves there."""
        crossed = []
        for one, two in pairwise([*polygon, polygon[0]]):
            if min(one[0], two[0]) - NONE <= u <= max(one[0], two[0]) + NONE:
                wide = two[0] - one[0]
                if abs(wide) <= NONE:
                    crossed += [one[1], two[1]]
                else:
                    crossed.append(one[1] + (u - one[0]) / wide * (two[1] - one[1]))
        if not crossed:
            return float("inf")
        low, high = min(crossed), max(crossed)
        x, y = self.cx + u * self.ax, self.cy + u * self.ay
        whole = self.bx**2 + self.by**2
        v = min(max((x * self.bx + y * self.by) / whole, low), high) if whole > 0 else low
        return self.metres(u, v)


def _inside(at: Point, polygon: Sequence[Point]) -> bool:
    """True where a place lies in a convex polygon, its edge included; corners run counterclockwise.

    What is left of a square may be a line or a single point, on whose edges no place lies to the right.
    """
    for k in (0, 1):
        side = [corner[k] for corner in polygon]
        if not min(side) - NONE <= at[k] <= max(side) + NONE:
            return False
    return all(
        (two[0] - one[0]) * (at[1] - one[1]) - (two[1] - one[1]) * (at[0] - one[0]) >= -NONE
        for one, two in pairwise([*polygon, polygon[0]])
    )
