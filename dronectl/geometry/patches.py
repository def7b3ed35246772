"""Footprints laid on planes: circles on their own, polygons on that of the course."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

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
    if not _is_large(volume.box):
        made = _KEPT.of(footprint, frame) if _has_few(footprint) else _large_patch(footprint, frame)
        return [(made, frame)] if made else []
    west, _, east, _ = volume.box
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


def lay(asked: Iterable[tuple[Volume, Frame]]) -> None:
    """Lay volumes on planes that `plane_shape` will be asked for: at once takes less time than one by one."""
    _KEPT.lay(
        (volume.footprint, frame)
        for volume, frame in asked
        if isinstance(volume.footprint, Rings) and volume.box is not None and not _is_large(volume.box)
        and _has_few(volume.footprint)
    )  # fmt: skip


def _is_large(box: Box) -> bool:
    west, south, east, north = box
    squeeze = max(float(np.cos(np.radians(min(max(abs(south), abs(north)), 89.0)))), 0.02)
    return north - south > LARGE_DEG or east - west > LARGE_DEG / squeeze


def _has_few(rings: Rings) -> bool:
    return sum(len(ring) for polygon in rings.polygons for ring in polygon) <= FEW_CORNERS


def patch(rings: Rings, frame: Frame, *, window: Box | None = None) -> Patch | None:
    """Polygons on a plane, long edges cut short first; None where the window leaves nothing of them."""
    polygons = list(rings.polygons) if window is None else _cut(rings.polygons, window)
    return _laid([(polygons, frame)], window)[0] if polygons else None


_large_patch = lru_cache(maxsize=16)(patch)


def _laid(asked: Sequence[tuple[Sequence[tuple[Floats, ...]], Frame]], window: Box | None = None) -> list[Patch]:
    """Some footprints, each of one or more polygons, on their planes: all of them at once."""
    every = [
        (k, number, ring)
        for k, (polygons, _) in enumerate(asked)
        for number, polygon in enumerate(polygons)
        for ring in polygon
    ]
    whose, polygon = (np.array([one[k] for one in every]) for k in (0, 1))
    dense = _dense([ring for *_, ring in every], window)
    flat = Frame.project_each(
        [asked[k][1] for k, *_ in every], [points[:, 0] for points, _ in dense], [points[:, 1] for points, _ in dense]
    )
    for points in flat:
        points[-1] = points[0]
    count = np.array([len(points) for points in flat])
    rings: Any = shapely.linearrings(np.concatenate(flat), indices=np.repeat(np.arange(len(flat)), count))
    new = np.flatnonzero(np.diff(whose, prepend=-1) | np.diff(polygon, prepend=0))
    shapes: Any = shapely.polygons(rings, indices=np.searchsorted(new, np.arange(len(flat)), side="right") - 1)
    whole = np.empty(len(asked), dtype=object)
    first = np.flatnonzero(np.diff(whose, prepend=-1))
    for k, (begin, end) in enumerate(pairwise(np.searchsorted(new, [*first, len(flat)]).tolist())):
        whole[k] = shapes[begin] if end - begin == 1 else shapely.union_all(shapes[begin:end])
    broken = ~shapely.is_valid(whole)
    if broken.any():
        whole[broken] = shapely.make_valid(whole[broken])
    shapely.prepare(whole)
    made = []
    for k, (begin, end) in enumerate(pairwise([*first.tolist(), len(flat)])):
        starts, stops = [ring[:-1] for ring in flat[begin:end]], [ring[1:] for ring in flat[begin:end]]
        real = np.concatenate([own for _, own in dense[begin:end]])
        made.append(Patch(np.concatenate(starts), np.concatenate(stops), whole[k], real, count[begin:end] - 1))
    return made


class Kept:
    """Footprints as they were laid on planes last: many flights are held against the same zones."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._patches: OrderedDict[tuple[int, Frame], tuple[Rings, Patch]] = OrderedDict()

    def lay(self, asked: Iterable[tuple[Rings, Frame]]) -> None:
        """Lay what is not there yet, all at once; of the rest the longest unused are forgotten."""
        new: dict[tuple[int, Frame], Rings] = {}
        for rings, frame in asked:
            key = (id(rings), frame)
            if key in self._patches:
                self._patches.move_to_end(key)
            else:
                new[key] = rings
        if not new:
            return
        while len(self._patches) > self.most:
            self._patches.popitem(last=False)
        laid = _laid([(rings.polygons, frame) for (_, frame), rings in new.items()])
        for (key, rings), made in zip(new.items(), laid, strict=True):
            self._patches[key] = rings, made

    def of(self, rings: Rings, frame: Frame) -> Patch:
        """One of them."""
        key = (id(rings), frame)
        if key not in self._patches:
            self.lay([(rings, frame)])
        return self._patches[key][1]


_KEPT = Kept(4_096)


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


def _dense(rings: Sequence[Floats], window: Box | None) -> list[tuple[Floats, NDArray[np.bool_]]]:
    """Rings with their long edges cut short, and per edge whether it is the zone's own."""
    stops = np.cumsum([len(ring) for ring in rings])
    points = np.concatenate(rings)
    lon, lat = points.T
    nearest_equator = np.minimum(np.abs(lat[:-1]), np.abs(lat[1:]))
    east = np.abs(np.diff(lon)) * 111_320.0 * np.cos(np.radians(nearest_equator))
    north = np.abs(np.diff(lat)) * 111_700.0
    count = np.maximum(np.sqrt(edge_sag(lon, lat) / EDGE_SAG_M), np.hypot(east, north) / LONGEST_EDGE_M)
    number = np.maximum(1, np.ceil(count)).astype(np.intp)
    made = []
    for ring, stop in zip(rings, stops.tolist(), strict=True):  # what lies between two rings is no edge
        made.append(_cut_short(ring, number[stop - len(ring) : stop - 1], window))
    return made


def _cut_short(ring: Floats, number: Ints, window: Box | None) -> tuple[Floats, NDArray[np.bool_]]:
    """A ring with each edge cut into so many, and per edge whether it is the zone's own."""
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
