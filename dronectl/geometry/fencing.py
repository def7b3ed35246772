"""Fences on a plane: a keep-in outline between two distances from a path, and keep-out outlines that hold their zones.

Both err to the safe side, and both are looked at after they were drawn: the keep-in outline holds everything within `least`
metres of the path and nothing beyond `most`; a keep-out outline holds its zone and nothing within `least` metres of the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from dronectl.geometry.course import WIDEST_M, Course, Frame
from dronectl.geometry.crowds import on_frame
from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.shapes import EPS_M
from dronectl.records import dataclass
from dronectl.zone import Footprint, Rings

QUARTER = 16  # corners of a quarter circle, before they are thinned out
ARC = float(np.cos(np.pi / (4 * QUARTER)))  # what such a quarter circle is short of a round one
SHARE = 0.98  # of the room there is, for thinning out
STEPS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
SLIVER_M2 = 0.01  # what rounding in a file may leave of a zone inside the fence
GROWN_M = 50.0  # keep-out outlines are grown by no more than this


class NoFence(ValueError):
    """A fence that would have to be drawn cannot be."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An outline in degrees, and how many corners its longest ring has."""

    rings: Rings
    corners: int


class Corridor:
    """The flights of a mission on one plane."""

    def __init__(self, courses: Sequence[Course], least: float, most: float) -> None:
        boxes = np.concatenate([course.boxes for course in courses])
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        self.frame = Frame(float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2)
        corners = self.frame.project(np.array([low[0], high[0]]), np.array([low[1], high[1]]))
        if float(np.hypot(*(corners[1] - corners[0]))) > WIDEST_M:
            raise NoFence(f"the path is more than {WIDEST_M / 1000:g} km across")
        self.least, self.most = least, most
        self.path = shapely.union_all([_line(course, self.frame) for course in courses])
        self.near = shapely.buffer(self.path, (least + EPS_M) / ARC, quad_segs=QUARTER)
        self.far = shapely.buffer(self.path, most - EPS_M, quad_segs=QUARTER)

    def keep_in(self, corners: int) -> list[Drawn]:
        """Outlines to keep inside of, each with at most so many corners a ring. Raises `NoFence` where that is too few."""
        room = (self.most - self.least) / 2
        middle = shapely.buffer(self.path, (self.most + self.least) / 2, quad_segs=QUARTER)
        for share in STEPS:
            thin = shapely.simplify(middle, room * SHARE * share)
            held = thin.is_valid and shapely.covers(thin, self.near) and shapely.covers(self.far, thin)
            made = [Drawn(self._degrees(part), _corners(part)) for part in shapely.get_parts(thin)]
            if held and all(one.corners <= corners for one in made):
                return made
        raise NoFence(f"a fence round this path needs more than {corners} corners: widen it, or export fewer legs")

    def keep_out(self, footprint: Footprint, corners: int) -> Drawn | None:
        """An outline that holds a zone and keeps clear of the path; None where the zone lies too near for one."""
        shape = shapely.make_valid(on_frame(footprint, self.frame))
        apart = float(shapely.distance(shape, self.near))
        if apart <= 2 * EPS_M:
            return None
        for share in STEPS:
            room = min(apart * 0.45, GROWN_M) * share
            grown = shapely.buffer(shape, room, quad_segs=QUARTER)
            thin = shapely.simplify(_whole(grown), room * SHARE)
            if thin.geom_type == "Polygon" and shapely.covers(thin, shape) and not shapely.intersects(thin, self.near):
                drawn = Drawn(self._degrees(thin), _corners(thin))
                if drawn.corners <= corners:
                    return drawn
        hull = shapely.convex_hull(shapely.buffer(shape, min(apart * 0.45, GROWN_M), quad_segs=2))
        if not shapely.intersects(hull, self.near) and _corners(hull) <= corners:
            return Drawn(self._degrees(hull), _corners(hull))
        raise NoFence(f"a keep-out outline needs more than {corners} corners")

    def distance(self, footprint: Footprint) -> float:
        """Metres between a footprint and what must stay inside the fence."""
        return float(shapely.distance(on_frame(footprint, self.frame), self.near))

    def holds(self, inside: Sequence[Rings], outside: Sequence[Rings], zones: Sequence[Footprint]) -> list[str]:
        """What is wrong with a fence that was read back: empty where it holds the path and keeps off the zones."""
        told = []
        kept = shapely.union_all([shapely.make_valid(on_frame(rings, self.frame)) for rings in inside])
        barred = shapely.union_all([shapely.make_valid(on_frame(rings, self.frame)) for rings in outside])
        allowed = shapely.difference(kept, barred)
        near = shapely.buffer(self.path, max(self.least - EPS_M, 0.0), quad_segs=QUARTER)
        far = shapely.buffer(self.path, self.most / ARC + EPS_M, quad_segs=QUARTER)
        if not shapely.covers(allowed, near):
            told.append("the fence cuts the path")
        if not shapely.covers(far, allowed):
            told.append("the fence reaches beyond what was checked")
        shapes = [shapely.make_valid(on_frame(zone, self.frame)) for zone in zones]
        if any(float(shapely.intersection(shape, allowed).area) > SLIVER_M2 for shape in shapes):
            told.append("the fence lets the aircraft into a zone")
        return told

    def _degrees(self, part: Any) -> Rings:
        def back(points: Floats) -> Floats:
            return np.column_stack(self.frame.unproject(points))

        rings = [part.exterior, *part.interiors]
        return Rings((tuple(back(shapely.get_coordinates(ring)) for ring in rings),))


def _line(course: Course, frame: Frame) -> Any:
    """A course on a plane; one that stands still is a place."""
    points = frame.project(
        np.append(course.lon[:, 0], course.lon[-1:, 1]), np.append(course.lat[:, 0], course.lat[-1:, 1])
    )
    line = shapely.LineString(points if len(points) > 1 else np.repeat(points, 2, axis=0))
    return line if line.length > 0 else shapely.Point(points[0])


def _whole(shape: Any) -> Any:
    """A shape as one polygon without holes: what is kept out may be more than the zone, never less."""
    parts = [shapely.Polygon(part.exterior) for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.convex_hull(shapely.union_all(parts))


def _corners(part: Any) -> int:
    return max(len(ring.coords) - 1 for ring in (part.exterior, *part.interiors))
