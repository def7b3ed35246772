"""Footprints laid on planes: circles on their own, polygons on that of the course."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.geometry.course import Course, Frame
from dronectl.geometry.ellipsoid import Floats, Ints, edge_sag, grow
from dronectl.geometry.shapes import WINDOW_M, Disc, Patch, PlaneShape
from dronectl.zone import Box, Circle, Rings, Volume

EDGE_SAG_M = 0.01  # how far a cut edge may stay from the true one
LONGEST_EDGE_M = 5_000.0  # longer ones bend on the plane
LARGE_DEG = 6.0
FEW_CORNERS = 2_000


def plane_shape(volume: Volume, course: Course, pieces: Ints, frame: Frame) -> list[tuple[PlaneShape, Frame]]:
    """A volume's footprint on the planes that suit it: a circle on its own, polygons on the course's.

    A very large footprint is cut to a window round the course first, once for each turn of longitude it lies in.
    """
    footprint = volume.footprint
    if isinstance(footprint, Circle):
        return [(Disc(footprint.radius_m), Frame(footprint.lon, footprint.lat))]
    if not isinstance(footprint, Rings) or volume.box is None:
        return []
    west, south, east, north = volume.box
    squeeze = max(float(np.cos(np.radians(min(max(abs(south), abs(north)), 89.0)))), 0.02)
    if north - south <= LARGE_DEG and east - west <= LARGE_DEG / squeeze:
        few = sum(len(ring) for polygon in footprint.polygons for ring in polygon) <= FEW_CORNERS
        made = (_patch if few else _large_patch)(footprint, frame)
        return [(made, frame)] if made else []
    boxes = course.boxes[pieces]
    low, high = boxes.min(axis=0), boxes.max(axis=0)
    around = grow((float(low[0]), float(low[1]), float(high[2]), float(high[3])), WINDOW_M)
    shapes: list[tuple[PlaneShape, Frame]] = []
    for turn in (-360.0, 0.0, 360.0):
        window = (around[0] + turn, max(around[1], -90.0), around[2] + turn, min(around[3], 90.0))
        if window[0] <= east and window[2] >= west:
            cut = patch(footprint, frame, window=window)
            if cut:
                shapes.append((cut, frame))
    return shapes


def patch(rings: Rings, frame: Frame, *, window: Box | None = None) -> Patch | None:
    """Polygons on a plane, long edges cut short first; None where the window leaves nothing of them."""
    polygons = list(rings.polygons)
    if window is not None:
        polygons = _cut(polygons, window)
        if not polygons:
            return None
    starts, stops, shapes, real, counts = [], [], [], [], []
    for polygon in polygons:
        on_plane = []
        for ring in polygon:
            dense, kept = _dense(ring, window)
            flat = frame.project(dense[:, 0], dense[:, 1])
            flat[-1] = flat[0]
            on_plane.append(flat)
            starts.append(flat[:-1])
            stops.append(flat[1:])
            real.append(kept)
            counts.append(len(kept))
        shapes.append(shapely.Polygon(on_plane[0], on_plane[1:]))
    whole = shapes[0] if len(shapes) == 1 else shapely.union_all(np.asarray(shapes, dtype=object))
    if not whole.is_valid:
        whole = shapely.make_valid(whole)
    shapely.prepare(whole)
    return Patch(np.concatenate(starts), np.concatenate(stops), whole, np.concatenate(real), np.array(counts))


_patch = lru_cache(maxsize=4_096)(patch)  # many flights are held against the same zones
_large_patch = lru_cache(maxsize=16)(patch)


def _cut(polygons: Sequence[tuple[Floats, ...]], window: Box) -> list[tuple[Floats, ...]]:
    """The parts of polygons inside a lon/lat window."""
    frame = shapely.box(*window)
    kept: list[tuple[Floats, ...]] = []
    for polygon in polygons:
        shape = shapely.Polygon(polygon[0], polygon[1:])
        part = shapely.intersection(shape if shape.is_valid else shapely.make_valid(shape), frame)
        for piece in shapely.get_parts(part):
            if piece.geom_type == "Polygon" and piece.area > 0:
                kept.append((np.asarray(piece.exterior.coords), *(np.asarray(h.coords) for h in piece.interiors)))
    return kept


def _dense(ring: Floats, window: Box | None) -> tuple[Floats, NDArray[np.bool_]]:
    """A ring with its long edges cut short, and per edge whether it is the zone's own."""
    lon, lat = ring[:, 0], ring[:, 1]
    nearest_equator = np.minimum(np.abs(lat[:-1]), np.abs(lat[1:]))
    east = np.abs(np.diff(lon)) * 111_320.0 * np.cos(np.radians(nearest_equator))
    north = np.abs(np.diff(lat)) * 111_700.0
    count = np.maximum(np.sqrt(edge_sag(lon, lat) / EDGE_SAG_M), np.hypot(east, north) / LONGEST_EDGE_M)
    number = np.maximum(1, np.ceil(count)).astype(np.intp)
    own = np.ones(len(number), bool)
    if window is not None:
        west, south, east_side, north_side = window
        for column, side in ((0, west), (0, east_side), (1, south), (1, north_side)):
            own &= ~((ring[:-1, column] == side) & (ring[1:, column] == side))
    if number.max() == 1:
        return ring, own
    edge = np.repeat(np.arange(len(number)), number)
    step = (np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number)) / number[edge]
    dense = ring[edge] + step[:, None] * (ring[edge + 1] - ring[edge])
    return np.vstack([dense, ring[-1:]]), own[edge]
