"""Areas round lines: everything within some metres of them, as polygons that hold the true area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from dronectl.geometry.course import FRAME_M, Course, Frame
from dronectl.geometry.ellipsoid import DEGREE_M, Floats, unwrap
from dronectl.geometry.shapes import EPS_M
from dronectl.zone import Rings

QUARTER = 16  # corners of a quarter circle
LONGEST_EDGE_DEG = 0.01  # an edge this short bows by less than 0.1 m
STEP_M = 500.0  # edges this short stay within 0.01 m of a straight line in lon/lat at 85 degrees


def ribbon(lon: Floats, lat: Floats, metres: float) -> Rings:
    """What lies within `metres` of a line whose edges are straight in lon/lat (RFC 7946); it holds all of that."""
    lon = unwrap(np.asarray(lon, dtype=float))
    lon, lat = _dense(lon, np.asarray(lat, dtype=float))
    parts = []
    first = 0
    for k in range(1, len(lon) + 1):
        if k < len(lon) and _across(lon[first : k + 1], lat[first : k + 1]) <= FRAME_M:
            continue
        stop = max(k, first + 1)
        frame = Frame.about(lon[first:stop], lat[first:stop])
        parts.append(_grown(frame.project(lon[first : stop + 1], lat[first : stop + 1]), frame, metres))
        first = stop
    return _joined(parts)


def corridor(courses: Iterable[Course], metres: float) -> Rings:
    """What lies within `metres` of flights; it holds all of that."""
    parts = []
    for course in courses:
        for pieces, frame in course.frames():
            ends = np.stack(
                [frame.project(course.lon[pieces, side], course.lat[pieces, side]) for side in (0, 1)], axis=1
            )
            lines: Any = shapely.linestrings(ends)
            places: Any = shapely.points(ends[:, 0])
            shapes = np.where(shapely.length(lines) == 0, places, lines)
            parts.append(_placed(_buffered(shapely.geometrycollections(shapes), metres), frame))
    return _joined(parts)


def shares_m2(parts: Sequence[Rings], area: Rings) -> tuple[Floats, float, float]:
    """What each part has of an area, (n,), how much of it they have together, and the whole area; square metres.

    All of it lies within about a hundred kilometres.
    """
    west, south, east, north = _outline(area).bounds
    frame = Frame((west + east) / 2, (south + north) / 2)
    whole = on_plane([area], frame)[0]
    if not parts:
        return np.zeros(0), 0.0, float(shapely.area(whole))
    shared = shapely.intersection(on_plane(parts, frame), whole)
    return shapely.area(shared), float(shapely.area(shapely.union_all(shared))), float(shapely.area(whole))


def grown(rings: Rings, metres: float) -> Rings:
    """An outline with everything within `metres` of it."""
    west, south, east, north = _outline(rings).bounds
    frame = Frame((west + east) / 2, (south + north) / 2)
    return _joined([_placed(_buffered(on_plane([rings], frame)[0], metres), frame)])


def wrapped(outlines: Sequence[Rings], corner_m: float) -> Rings:
    """The convex outline round some areas, with few corners: it holds them, and no corner of it is needless by `corner_m`."""
    shapes = [_outline(rings) for rings in outlines]
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    frame = Frame(float(west + east) / 2, float(south + north) / 2)
    hull = shapely.convex_hull(shapely.union_all(on_plane(outlines, frame)))
    rough = shapely.buffer(hull, corner_m, join_style="mitre").simplify(corner_m / 2)
    return _joined([_placed(shapely.convex_hull(rough), frame)])


def _dense(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    if len(lon) < 2:
        return lon, lat
    line = np.column_stack([lon, lat])
    steps = np.hypot(np.diff(lon) * np.cos(np.radians(lat[:-1])), np.diff(lat)) * DEGREE_M
    number = np.maximum(1, np.ceil(steps / STEP_M)).astype(np.intp)
    edge = np.repeat(np.arange(len(number)), number)
    part = (np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number)) / number[edge]
    dense = np.vstack([line[edge] + part[:, None] * (line[edge + 1] - line[edge]), line[-1:]])
    return dense[:, 0], dense[:, 1]


def placed(shape: Any, frame: Frame) -> Rings:
    """A shape of a plane as outlines in degrees; without polygons where it is empty."""
    if shape.is_empty:
        return Rings(())
    return _joined([_placed(shapely.segmentize(shape, STEP_M), frame)])


def _across(lon: Floats, lat: Floats) -> float:
    wide = float(np.ptp(lon)) * DEGREE_M * max(float(np.cos(np.radians(lat.mean()))), 1e-3)
    return float(np.hypot(wide, np.ptp(lat) * DEGREE_M))


def _grown(points: Floats, frame: Frame, metres: float) -> Any:
    shape = shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])
    return _placed(_buffered(shape, metres), frame)


def _buffered(shape: Any, metres: float) -> Any:
    radius = metres / chord_depth(QUARTER) + EPS_M
    return shapely.segmentize(shapely.buffer(shape, radius, quad_segs=QUARTER), STEP_M)


def chord_depth(quarter: int) -> float:
    """How near the middle of a chord comes to the centre of a rounded corner, of its radius.

    GEOS closes a corner with a chord of up to one step and a half.
    """
    return float(np.cos(1.5 * np.pi / (4 * quarter)))


def _placed(shape: Any, frame: Frame) -> Any:
    """A shape on a plane as degrees, its longitudes running on from the frame's."""

    def degrees(points: Floats) -> Floats:
        lon, lat = frame.unproject(points)
        return np.column_stack([frame.lon + (lon - frame.lon + 180.0) % 360.0 - 180.0, lat])

    return shapely.transform(shape, degrees)


def _joined(parts: Sequence[Any]) -> Rings:
    whole = shapely.union_all(np.asarray(parts, dtype=object)) if len(parts) > 1 else parts[0]
    polygons = []
    for part in shapely.get_parts(whole):
        if part.geom_type == "Polygon":
            polygons.append((np.asarray(part.exterior.coords), *(np.asarray(hole.coords) for hole in part.interiors)))
    return Rings(tuple(polygons))


def _outline(rings: Rings) -> Any:
    return shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in rings.polygons])


def on_plane(outlines: Sequence[Rings], frame: Frame) -> Any:
    """Outlines on a plane as valid polygons, long edges cut short first, (n,)."""

    def metres(points: Floats) -> Floats:
        return frame.project(points[:, 0], points[:, 1])

    dense = shapely.segmentize(np.array([_outline(rings) for rings in outlines], dtype=object), LONGEST_EDGE_DEG)
    shapes = shapely.transform(dense, metres)
    wrong = ~shapely.is_valid(shapes)
    shapes[wrong] = shapely.make_valid(shapes[wrong])
    return shapes
