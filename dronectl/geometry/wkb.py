"""Geometries of tables and databases: from their own reference system to longitude and latitude."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from dronectl.geometry.course import Frame
from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.geodesics import beside
from dronectl.geometry.projection import Projection, outline, projection
from dronectl.zone import Circle

EXACT_M = 0.001


def geojson_of(wkb: Sequence[bytes | None], crs: str | None) -> tuple[list[dict[str, Any] | None], float, str]:
    """GeoJSON geometries in degrees on WGS 84, the metres that the change of datum may be off, and the system's name.

    Areas are grown by these metres before they move, so that they hold the true ones. None stands for what is no
    geometry. Raises `UnknownReference` where the system cannot be used. Without `crs` the numbers are degrees already.
    """
    shapes = shapely.from_wkb(np.asarray(wkb, dtype=object), on_invalid="ignore")
    shapes = shapely.force_2d(shapes)
    error_m, name = 0.0, "WGS 84"
    if crs is not None:
        known = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
        west, south, east, north = shapely.total_bounds(known) if len(known) else (0.0, 0.0, 0.0, 0.0)
        if not np.isfinite([west, south, east, north]).all():
            west, south, east, north = 0.0, 0.0, 0.0, 0.0
        corners = np.array([[west, south], [east, south], [east, north], [west, north]])
        way = projection(crs, outline(crs, corners))
        error_m, name = way.error_m, way.name
        shapes = _moved(shapes, way)
    return [json.loads(words) if words else None for words in shapely.to_geojson(shapes)], error_m, name


def _moved(shapes: Any, way: Projection) -> Any:
    if way.error_m > EXACT_M and not way.geographic:
        polygonal = np.isin(shapely.get_type_id(shapes), (3, 6)) & shapely.is_valid(shapes)
        grown = shapely.buffer(shapes, way.error_m, join_style="mitre")
        shapes = np.where(polygonal, grown, shapes)

    def to_degrees(points: Floats) -> Floats:
        lon, lat = way.unproject(points[:, 0], points[:, 1])
        return np.column_stack([lon, lat])

    if way.error_m == 0.0 and way.geographic:
        return shapes
    return shapely.transform(shapes, to_degrees)


def offset(corners: Sequence[tuple[float, float]], metres: float) -> list[tuple[float, float]]:
    """The corners of a ring (longitude, latitude) moved outward by some metres, its edges parallel; not closed."""
    lon, lat = (np.array([corner[k] for corner in corners]) for k in (0, 1))
    frame = Frame.about(lon, lat)
    shape = shapely.Polygon(frame.project(lon, lat))
    grown = shapely.buffer(shape if shape.is_valid else shape.convex_hull, metres, join_style="mitre", mitre_limit=5.0)
    ring = shapely.get_coordinates(grown.exterior if grown.geom_type == "Polygon" else grown.convex_hull.exterior)[:-1]
    out_lon, out_lat = frame.unproject(ring)
    return list(zip(out_lon.tolist(), out_lat.tolist(), strict=True))


def circumscribed(circle: Circle, corners: int = 64) -> list[list[float]]:
    """A closed polygon round a circle, for programs that draw no circles: the circle lies inside it."""
    radius = circle.radius_m / np.cos(np.pi / corners)
    angles = np.linspace(0.0, 360.0, corners, endpoint=False)
    lon, lat = beside(np.full(corners, circle.lon), np.full(corners, circle.lat), angles[::-1], radius)
    ring = [[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]
    return [*ring, ring[0]]


def line_wkb(points: Sequence[tuple[float, float, float | None]] | Floats) -> bytes:
    """A line with heights as WKB, NaN where there is none; one that stands still has its place twice."""
    known = np.array(points, dtype=float)  # None becomes NaN
    return bytes(shapely.to_wkb(shapely.linestrings(known if len(known) > 1 else np.repeat(known, 2, axis=0))))


def wkb_of(geojson: Sequence[str]) -> Any:
    """The same geometries as WKB, areas as MultiPolygon, (n,) of bytes."""
    shapes = shapely.from_geojson(list(geojson)) if len(geojson) else np.empty(0, dtype=object)
    many = [shapely.MultiPolygon([s]) if s.geom_type == "Polygon" else s for s in np.atleast_1d(shapes).tolist()]
    return np.asarray(shapely.to_wkb(np.asarray(many, dtype=object)), dtype=object)
