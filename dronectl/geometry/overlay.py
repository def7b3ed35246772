"""Two outlines laid over each other: how much they share, how far their edges lie apart, what only one of them holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from dronectl.geometry.course import Frame
from dronectl.geometry.crowds import on_frame
from dronectl.geometry.ellipsoid import Floats
from dronectl.records import dataclass
from dronectl.zone import Box, Footprint

DENSE = 0.05  # places on an edge, as a share of its length, at which the distance to the other outline is taken
SLIVER_M2 = 1.0  # less than this is what rounding leaves


@dataclass(frozen=True, slots=True)
class Overlay:
    """Two outlines on one plane; areas in square metres."""

    area: float
    other: float
    shared: float
    apart_m: float
    """The farthest that a place of one edge lies from the other edge."""
    only_one: dict[str, Any] | None
    """What only the first holds, as a GeoJSON geometry; None where that is nothing."""
    only_other: dict[str, Any] | None

    @property
    def likeness(self) -> float:
        """What both hold, as a share of what either holds."""
        either = self.area + self.other - self.shared
        return self.shared / either if either > 0 else 0.0


def overlay(one: Sequence[Footprint], other: Sequence[Footprint], box: Box) -> Overlay:
    """Lay two outlines over each other, on the plane about the middle of a box that holds both."""
    frame = Frame((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    left, right = (shapely.union_all([shapely.make_valid(on_frame(shape, frame)) for shape in shapes])
                   for shapes in (one, other))  # fmt: skip
    return Overlay(
        float(left.area), float(right.area), float(shapely.intersection(left, right).area), _apart(left, right),
        _degrees(shapely.difference(left, right), frame), _degrees(shapely.difference(right, left), frame),
    )  # fmt: skip


def _apart(left: Any, right: Any) -> float:
    edges = [shapely.boundary(shape) for shape in (left, right)]
    if any(edge.is_empty for edge in edges):
        return float("inf")
    return float(max(_farthest(edges[0], edges[1]), _farthest(edges[1], edges[0])))


def _farthest(edge: Any, other: Any) -> float:
    """The farthest of the corners of an edge, and of places along it, from another."""
    corners = shapely.get_coordinates(edge)
    along = [shapely.get_coordinates(shapely.line_interpolate_point(part, np.arange(0.0, 1.0, DENSE), normalized=True))
             for part in shapely.get_parts(edge)]  # fmt: skip
    return float(shapely.distance(shapely.points(np.concatenate([corners, *along])), other).max())


def _degrees(shape: Any, frame: Frame) -> dict[str, Any] | None:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > SLIVER_M2]
    if not parts:
        return None

    def back(points: Floats) -> Floats:
        return np.asarray(np.round(np.column_stack(frame.unproject(points)), 7), dtype=np.float64)

    moved = [shapely.orient_polygons(shapely.transform(part, back)) for part in parts]
    made: dict[str, Any] = json.loads(shapely.to_geojson(shapely.MultiPolygon(moved)))
    return made


def meeting_boxes(boxes: Floats, others: Floats) -> list[tuple[int, int]]:
    """Which of some boxes, (n, 4), meet which of others, (m, 4), by their numbers."""
    if not len(boxes) or not len(others):
        return []
    drawn, asked = (np.asarray(shapely.box(*corners.T), dtype=object) for corners in (others, boxes))
    found = shapely.STRtree(list(drawn)).query(list(asked), predicate="intersects")
    return [(int(a), int(b)) for a, b in found.T.tolist()]
