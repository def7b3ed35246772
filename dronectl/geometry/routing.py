"""The shortest way round obstacles on a plane: a visibility graph that is opened only where the search comes (A*)."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import shapely.ops

from dronectl.geometry.course import Frame
from dronectl.geometry.crowds import on_frame
from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.wkb import circumscribed
from dronectl.zone import Circle, Footprint, Rings

QUARTER = 2  # corners of a quarter circle round the corner of an obstacle: each is a waypoint
CIRCLE = 24  # corners of a round obstacle: 0.6 % farther to go round
ROUND = float(np.cos(np.pi / (4 * QUARTER)))  # what such a quarter circle is short of a round one
SLACK_M = 0.01  # a way along the edge of an obstacle is free
SHORTEST_M = 1.0  # of a part of a line that is worth flying
AROUND_M = 100_000.0
OUT_M = 0.05  # a place that was in an obstacle is put so far beyond its edge
Place = tuple[float, float]


class FreeGround:
    """A plane with obstacles, each grown by some metres; what is within them is not to be crossed.

    With `inside`, nor is what is not within one of these areas, each shrunk by some metres.
    """

    def __init__(
        self, frame: Frame, obstacles: Sequence[tuple[Footprint, float]], inside: Sequence[tuple[Footprint, float]] = ()
    ) -> None:
        self.frame = frame
        grown = [shapely.buffer(shapely.make_valid(_drawn(shape, frame)), metres / ROUND, quad_segs=QUARTER)
                 for shape, metres in obstacles]  # fmt: skip
        self.closed: Any = shapely.union_all(grown)
        if inside:
            areas = [shapely.buffer(_within(shape, frame), -metres, quad_segs=QUARTER) for shape, metres in inside]
            whole = shapely.union_all(areas)
            self.closed = shapely.union(self.closed, shapely.difference(_all_around(whole), whole))
        self._inner: Any = shapely.buffer(self.closed, -SLACK_M, quad_segs=QUARTER)
        shapely.prepare(self._inner)
        self.corners = _corners(self.closed)

    def barred(self, places: Floats) -> np.ndarray:
        """Which places lie in an obstacle, (n,)."""
        return np.asarray(shapely.intersects_xy(self._inner, places[:, 0], places[:, 1]))

    def open(self, one: Floats, other: Floats) -> np.ndarray:
        """Between which pairs of places nothing lies, (n,); both (n, 2)."""
        lines: Any = shapely.linestrings(np.stack([one, other], axis=1))
        return ~np.asarray(shapely.intersects(self._inner, lines))

    def beside(self, place: Floats) -> Floats:
        """The free place that is nearest to one in an obstacle, (2,)."""
        edge = shapely.boundary(self.closed)
        (foot,) = shapely.get_coordinates(shapely.ops.nearest_points(edge, shapely.Point(place))[0])
        away = foot - place
        length = float(np.hypot(*away))
        return np.asarray(foot + away / length * OUT_M if length > 0 else foot)

    def free_parts(self, one: Floats, other: Floats) -> list[tuple[float, float]]:
        """Where on a straight line nothing lies, as shares of it, in order; what is shorter than `SHORTEST_M` is left out."""
        line = shapely.LineString([one, other])
        length = float(line.length)
        if length <= 0:
            return []
        parts = shapely.get_parts(shapely.difference(line, self.closed))
        ends = [
            np.hypot(*(shapely.get_coordinates(part)[[0, -1]] - one).T) / length
            for part in parts
            if part.length > SHORTEST_M
        ]
        return sorted((float(min(pair)), float(max(pair))) for pair in ends)

    def way(self, begin: Floats, end: Floats) -> list[Place] | None:
        """The corners to turn at from one free place to another, in order; None where there is no way."""
        if bool(self.open(begin[None], end[None])[0]):
            return []
        start, goal = _key(begin), _key(end)
        nodes = np.vstack([self.corners, end[None]])
        queue: list[tuple[float, Place]] = [(float(np.hypot(*(end - begin))), start)]
        far: dict[Place, float] = {start: 0.0}
        before: dict[Place, Place] = {}
        done: set[Place] = set()
        while queue:
            _, here = heapq.heappop(queue)
            if here in done:
                continue
            if here == goal:
                return _back(before, start, goal)
            done.add(here)
            at = np.array(here)
            steps = np.hypot(*(nodes - at).T)
            better = [k for k in range(len(nodes)) if far[here] + steps[k] < far.get(_key(nodes[k]), np.inf) - 1e-9]
            if not better:
                continue
            seen = self.open(np.repeat(at[None], len(better), axis=0), nodes[better])
            for k in np.array(better)[seen].tolist():
                key = _key(nodes[k])
                far[key] = far[here] + float(steps[k])
                before[key] = here
                heapq.heappush(queue, (far[key] + float(np.hypot(*(end - nodes[k]))), key))
        return None


def _drawn(shape: Footprint, frame: Frame) -> Any:
    """A footprint on the plane; a circle as a polygon round it with few corners."""
    if isinstance(shape, Circle):
        return on_frame(Rings(((np.array(circumscribed(shape, CIRCLE), dtype=float),),)), frame)
    return on_frame(shape, frame)


def _within(shape: Footprint, frame: Frame) -> Any:
    """An area to stay in on the plane; a circle as a polygon within it."""
    if isinstance(shape, Circle):
        inner = Circle(shape.lon, shape.lat, shape.radius_m * float(np.cos(np.pi / CIRCLE)) ** 2)
        return _drawn(inner, frame)
    return on_frame(shape, frame)


def _all_around(area: Any) -> Any:
    """A box far beyond an area: nobody leaves it by going round."""
    west, south, east, north = area.bounds if not area.is_empty else (0.0, 0.0, 0.0, 0.0)
    return shapely.box(west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M)


def _key(place: Floats) -> Place:
    return float(place[0]), float(place[1])


def _back(before: dict[Place, Place], start: Place, goal: Place) -> list[Place]:
    found, here = [], before[goal]
    while here != start:
        found.append(here)
        here = before[here]
    return found[::-1]


def _corners(closed: Any) -> Floats:
    """The corners that a shortest way can turn at: those that stick out into the free ground."""
    found = []
    for part in shapely.get_parts(closed):
        if part.geom_type != "Polygon":
            continue
        for number, ring in enumerate((part.exterior, *part.interiors)):
            at = shapely.get_coordinates(ring)[:-1]
            if not shapely.is_ccw(ring):
                at = at[::-1]
            before, after = at - np.roll(at, 1, axis=0), np.roll(at, -1, axis=0) - at
            turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
            found.append(at[turn > 0] if number == 0 else at[turn < 0])
    return np.concatenate(found) if found else np.zeros((0, 2))
