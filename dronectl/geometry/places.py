"""Which of some areas hold some places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from dronectl.geometry.ellipsoid import Floats, Ints
from dronectl.geometry.wkb import circumscribed
from dronectl.zone import Circle, Rings, Volume


def holders(areas: Sequence[Volume], lon: Floats, lat: Floats) -> Ints:
    """For each place, (n,), the first area that holds it, its edge included; -1 where none does."""
    found = np.full(len(lon), -1, dtype=np.intp)
    drawn = [(k, shape) for k, area in enumerate(areas) if (shape := _outline(area)) is not None]
    if not drawn or not len(lon):
        return found
    tree = shapely.STRtree([shape for _, shape in drawn])
    points, hits = tree.query(shapely.points(lon, lat), predicate="intersects")
    for point, hit in sorted(zip(points.tolist(), hits.tolist(), strict=True), key=lambda pair: (pair[0], -pair[1])):
        found[point] = drawn[hit][0]
    return found


def nearest_of(places: Floats, asked: Floats) -> Ints:
    """For each of some points on a plane, (n, 2), the number of the place nearest to it, (m, 2); -1 where there is none."""
    if not len(places):
        return np.full(len(asked), -1, dtype=np.intp)
    return np.asarray(
        shapely.STRtree(list(np.asarray(shapely.points(places), dtype=object))).nearest(shapely.points(asked)),
        dtype=np.intp,
    )


def farthest_off(line: Floats, points: Floats) -> float:
    """How far the farthest of some points is from a line on a plane, (n, 2) and (m, 2), in metres."""
    ends = np.stack([line[:-1], line[1:]], axis=1)
    pieces = [shapely.LineString(pair) for pair in ends] if len(line) > 1 else [shapely.Point(*line[0])]
    _, metres = shapely.STRtree(pieces).query_nearest(shapely.points(points), all_matches=False, return_distance=True)
    return float(metres.max(initial=0.0))


def middle(area: Volume) -> tuple[float, float] | None:
    """A place inside an area: longitude and latitude; None where it has no shape."""
    if isinstance(area.footprint, Circle):
        return area.footprint.lon, area.footprint.lat
    shape = _outline(area)
    if shape is None:
        return None
    inside = shapely.point_on_surface(shape)
    return float(inside.x), float(inside.y)


def _outline(area: Volume) -> shapely.Geometry | None:
    shape = area.footprint
    if isinstance(shape, Circle):
        return shapely.Polygon(circumscribed(shape))
    if not isinstance(shape, Rings) or not shape.polygons:
        return None
    return shapely.MultiPolygon([shapely.Polygon(rings[0], list(rings[1:])) for rings in shape.polygons])
