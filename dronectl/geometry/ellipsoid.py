"""Boxes and outlines on the ellipsoid."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from threading import Thread

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.zone import Box, Circle, Footprint, Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


EARTH_RADIUS_M = 6_371_008.8  # IUGG mean radius
DEGREE_M = 110_574.0  # metres in the shortest degree of latitude on WGS 84
HIGHEST_LAT = 85.0  # beyond it the accuracy is not promised
LEG_BEND_M = 0.1  # a leg that leaves the straight lon/lat line by more is widened by it


def bend(lon: Floats, lat: Floats) -> Floats:
    """How far (metres) each geodesic leg may lie from the straight lon/lat line between its points, (n - 1,)."""
    return edge_sag(lon, lat)


def edge_sag(lon: Floats, lat: Floats) -> Floats:
    """The distance between a straight lon/lat edge and the geodesic of the same ends, to leading order, from above."""
    dlon = np.abs(np.diff(lon))
    dlon = np.minimum(dlon, np.abs(360.0 - dlon))
    high = np.minimum(np.maximum(np.abs(lat[:-1]), np.abs(lat[1:])), 89.0)
    low = np.minimum(np.minimum(np.abs(lat[:-1]), np.abs(lat[1:])), 89.0)
    east = np.radians(dlon) * np.cos(np.radians(low)) * EARTH_RADIUS_M
    north = np.radians(np.abs(np.diff(lat))) * EARTH_RADIUS_M
    return np.asarray((east * east + 2 * east * north) * np.tan(np.radians(high)) / (8 * EARTH_RADIUS_M))


def unwrap(lon: Floats) -> Floats:
    """The same longitudes without jumps of more than 180 degrees: a ring across the antimeridian runs on."""
    turns = np.round(np.diff(lon) / 360.0)
    if not turns.any():
        return lon
    return np.asarray(lon - 360.0 * np.concatenate([[0.0], np.cumsum(turns)]))


def box_of(footprint: Footprint) -> Box:
    """The lon/lat box round a footprint; for a circle slightly larger than the circle."""
    if isinstance(footprint, Circle):
        return grow((footprint.lon, footprint.lat, footprint.lon, footprint.lat), footprint.radius_m)
    outers = [polygon[0] for polygon in footprint.polygons]
    low = np.min([ring.min(axis=0) for ring in outers], axis=0)
    high = np.max([ring.max(axis=0) for ring in outers], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def grow(box: Box, metres: float) -> Box:
    """A box that contains everything within `metres` of `box`."""
    west, south, east, north = box
    by = metres * 1.01 / DEGREE_M
    south, north = south - by, north + by
    top = max(abs(south), abs(north))
    if top >= 89.0:
        return -540.0, max(south, -90.0), 540.0, min(north, 90.0)
    wide = by / cos(radians(top))
    return west - wide, south, east + wide, north


def grow_all(boxes: Floats, metres: float) -> Floats:
    """Boxes, (n, 4), each grown as `grow` does it."""
    by = metres * 1.01 / DEGREE_M
    south, north = boxes[:, 1] - by, boxes[:, 3] + by
    top = np.maximum(np.abs(south), np.abs(north))
    wide = by / np.cos(np.radians(np.minimum(top, 89.0)))
    made = np.column_stack([boxes[:, 0] - wide, south, boxes[:, 2] + wide, north])
    polar = top >= 89.0
    made[polar] = np.column_stack([
        np.full(int(polar.sum()), -540.0), np.maximum(south[polar], -90.0), np.full(int(polar.sum()), 540.0),
        np.minimum(north[polar], 90.0),
    ])  # fmt: skip
    return made


def apart(box: Box, others: Sequence[Box]) -> bool:
    """True where a box meets none of the others, round the antimeridian as well."""
    west, south, east, north = box
    return not any(
        south <= high
        and north >= low
        and any(west <= right + turn and east >= left + turn for turn in (-360.0, 0.0, 360.0))
        for left, low, right, high in others
    )


def shared(one: Sequence[Box], other: Sequence[Box]) -> float:
    """What two sets of boxes both cover, as a part of what they cover together, in degrees; each set is taken as one box."""
    (west, south, east, north), (left, low, right, high) = (
        (*np.min(boxes, axis=0)[:2].tolist(), *np.max(boxes, axis=0)[2:].tolist()) for boxes in (one, other)
    )
    wide = max(min(east, right + turn) - max(west, left + turn) for turn in (-360.0, 0.0, 360.0))
    both = max(wide, 0.0) * max(min(north, high) - max(south, low), 0.0)
    whole = (east - west) * (north - south) + (right - left) * (high - low) - both
    return both / whole if whole > 0 else 0.0


def rings_valid(footprints: Sequence[Rings]) -> list[str]:
    """Why each footprint is no proper polygon, empty where it is one; a ring that touches itself in a point is one."""
    owners: list[int] = []
    made = []
    for number, footprint in enumerate(footprints):
        for polygon in footprint.polygons:
            owners.append(number)
            made.append(shapely.Polygon(polygon[0], polygon[1:]))
    reasons = [""] * len(footprints)
    good = _valid(np.asarray(made, dtype=object))
    for number, polygon_ok, shape in zip(owners, good, made, strict=True):
        if not polygon_ok:
            reason = str(shapely.is_valid_reason(shape))
            if not reason.startswith("Ring Self-intersection"):
                reasons[number] = reason
    return reasons


def _valid(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which geometries are valid; a second thread takes half of many, for GEOS lets go of the interpreter meanwhile."""
    if len(shapes) < 500:
        return np.asarray(shapely.is_valid(shapes), dtype=bool)
    good = np.zeros(len(shapes), bool)

    def ask(part: slice) -> None:
        good[part] = shapely.is_valid(shapes[part])

    other = Thread(target=ask, args=(slice(1, None, 2),))
    other.start()
    ask(slice(0, None, 2))
    other.join()
    return good


def hull(points: Floats) -> Rings | None:
    """The convex outline of some positions (n, 2), closed; None where there is none that has an area."""
    if len(points) < 3:
        return None
    shape = shapely.MultiPoint(points).convex_hull
    if not isinstance(shape, shapely.Polygon):
        return None
    return Rings(((np.asarray(shape.exterior.coords)[:, :2],),))
