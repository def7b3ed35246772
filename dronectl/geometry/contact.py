"""How a course lies to the footprints of volumes, and which volumes are near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.geometry.course import Course, Frame
from dronectl.geometry.ellipsoid import Floats, Ints, edge_sag, grow, grow_all
from dronectl.geometry.shapes import WINDOW_M, Disc, Patch, PlaneShape
from dronectl.intervals import Intervals, union
from dronectl.zone import Box, Circle, Rings, Volume

EDGE_SAG_M = 0.01  # how far a cut edge may stay from the true one
LONGEST_EDGE_M = 5_000.0  # longer ones bend on the plane
LARGE_DEG = 6.0
SURELY_M = 1.0  # a piece farther away than its radius and this is surely not within it
BLOCK = 32  # pieces that are looked at together first
MOST_PAIRS = 2_000_000  # of boxes held against each other at once


@dataclass(frozen=True, eq=False)
class Contact:
    """How the pieces of a course lie to one footprint, per level of widening.

    `levels[i]` maps a piece to the closed intervals of it, as fractions, on which it is inside the footprint widened by
    the i-th radius.
    """

    levels: tuple[dict[int, Intervals], ...]
    nearest_m: float
    """The least distance (metres) between the unwidened path and the footprint; 0 inside."""
    nearest_at: tuple[int, float]
    """Piece and fraction where that is."""
    shape: PlaneShape | None = None
    pieces: Ints | None = None
    p0: Floats | None = None
    p1: Floats | None = None

    def depth(self, spans: dict[int, Intervals]) -> float:
        """The greatest depth (metres) inside the unwidened footprint on these spans; below 0 where only near it."""
        if self.shape is None or self.pieces is None or self.p0 is None or self.p1 is None:
            return 0.0
        row = {int(piece): k for k, piece in enumerate(self.pieces)}
        asked = [(row[piece], low, high) for piece, found in spans.items() if piece in row for low, high in found]
        if not asked:
            return -np.inf
        k = np.array([entry[0] for entry in asked])
        step = self.p1[k] - self.p0[k]
        begin, end = (self.p0[k] + np.array([entry[side] for entry in asked])[:, None] * step for side in (1, 2))
        at = self.shape.signed(np.concatenate([begin, end]))
        # The depth changes by no more than the way that is gone: a span can be no deeper than this.
        most = (at[: len(k)] + at[len(k) :] + np.hypot(*(end - begin).T)) / 2
        best = -np.inf
        for entry in np.argsort(-most).tolist():
            if most[entry] <= best:
                break
            one, low, high = asked[entry]
            best = max(best, self.shape.deepest(self.p0[one], self.p1[one], low, high))
        return float(best)


def patch(rings: Rings, frame: Frame, *, window: Box | None = None) -> Patch | None:
    """Polygons on a plane, long edges cut short first; None where the window leaves nothing of them."""
    polygons = list(rings.polygons)
    if window is not None:
        polygons = _cut(polygons, window)
        if not polygons:
            return None
    starts, stops, shapes, real = [], [], [], []
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
        shapes.append(shapely.Polygon(on_plane[0], on_plane[1:]))
    whole = shapes[0] if len(shapes) == 1 else shapely.union_all(np.asarray(shapes, dtype=object))
    if not whole.is_valid:
        whole = shapely.make_valid(whole)
    shapely.prepare(whole)
    return Patch(np.concatenate(starts), np.concatenate(stops), whole, np.concatenate(real))


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


class Index:
    """All volumes of all zones, found by place. A volume whose place is not known is found everywhere."""

    def __init__(self, volumes: Sequence[Volume]) -> None:
        self.volumes = tuple(volumes)
        placed = [k for k, volume in enumerate(volumes) if volume.box is not None]
        self.anywhere = [k for k, volume in enumerate(volumes) if volume.box is None]
        self._placed = np.asarray(placed, dtype=np.intp)
        self.boxes = np.array([volumes[k].box for k in placed], dtype=float).reshape(-1, 4)
        self._tree = shapely.STRtree(shapely.box(*self.boxes.T))
        self._west = float(self.boxes[:, 0].min(initial=np.inf))
        self._east = float(self.boxes[:, 2].max(initial=-np.inf))

    def near(self, course: Course, pieces: Ints, metres: float) -> dict[int, Ints]:
        """Per volume the pieces whose boxes, grown by `metres`, meet its box, round the antimeridian as well."""
        boxes = grow_all(course.boxes[pieces], metres)
        return {number: self._close(boxes, pieces, number) for number in self._around(boxes)}

    def around(self, course: Course, pieces: Ints, metres: float) -> list[int]:
        """The volumes to whose boxes some piece's box, grown by `metres`, comes, in their order."""
        return self._around(grow_all(course.boxes[pieces], metres)) if len(self.boxes) and len(pieces) else []

    def close(self, course: Course, pieces: Ints, metres: float, number: int) -> Ints:
        """The pieces whose boxes, grown by `metres`, meet the box of one volume."""
        return self._close(grow_all(course.boxes[pieces], metres), pieces, number)

    def _around(self, boxes: Floats) -> list[int]:
        if not len(self.boxes) or not len(boxes):
            return []
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        starts = np.arange(0, len(boxes), BLOCK)
        blocks = np.column_stack(
            [np.minimum.reduceat(boxes[:, :2], starts, axis=0), np.maximum.reduceat(boxes[:, 2:], starts, axis=0)]
        )
        found: set[int] = set()
        for turn in (-360.0, 0.0, 360.0):
            if low[0] + turn > self._east or high[0] + turn < self._west:
                continue
            whole = shapely.box(low[0] + turn, low[1], high[0] + turn, high[1])
            hits = self._tree.query(whole, predicate="intersects")
            turned = np.array([turn, 0.0, turn, 0.0])
            if len(hits) * len(blocks) <= MOST_PAIRS:  # blocks of pieces that follow each other first
                hits = hits[_meet((blocks + turned)[:, None], self.boxes[hits][None]).any(axis=0)]
            shifted = boxes + turned
            if len(hits) * len(boxes) <= MOST_PAIRS:
                found.update(hits[_meet(shifted[:, None], self.boxes[hits][None]).any(axis=0)].tolist())
                continue
            found.update(np.unique(self._tree.query(shapely.box(*shifted.T), predicate="intersects")[1]).tolist())
        return sorted(int(self._placed[hit]) for hit in found)

    def _close(self, boxes: Floats, pieces: Ints, number: int) -> Ints:
        mine = np.array(self.volumes[number].box)
        held = np.zeros(len(pieces), dtype=bool)
        for turn in (-360.0, 0.0, 360.0):
            if mine[0] - turn <= boxes[:, 2].max(initial=-np.inf) and mine[2] - turn >= boxes[:, 0].min(initial=np.inf):
                held |= _meet(boxes + np.array([turn, 0.0, turn, 0.0]), mine)
        return np.sort(pieces[held])


def _meet(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Where boxes meet, their edges included; the last axis is west, south, east, north."""
    return np.asarray(
        (one[..., 0] <= other[..., 2]) & (one[..., 2] >= other[..., 0])
        & (one[..., 1] <= other[..., 3]) & (one[..., 3] >= other[..., 1])
    )  # fmt: skip


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
        made = patch(footprint, frame)
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


def contact(
    volume: Volume, course: Course, pieces: Ints, frame: Frame, radii: Sequence[Floats], *, outside: bool = False
) -> Contact | None:
    """How some pieces of a course lie to a volume's footprint.

    `radii` are widenings in metres per piece, ascending from level to level. None where nothing is near.
    """
    best: Contact | None = None
    for shape, plane in plane_shape(volume, course, pieces, frame):
        p0, p1 = course.on(plane, pieces)
        reach = max((float(radius.max(initial=0.0)) for radius in radii), default=0.0) + SURELY_M
        apart = shape.apart(p0, p1, reach)
        k = int(np.argmin(apart))
        metres, u = float(apart[k]), shape.nearest(p0[k], p1[k])
        levels: list[dict[int, Intervals]] = []
        for radius in radii:
            close = np.arange(len(pieces)) if outside else np.flatnonzero(apart <= radius + SURELY_M)
            if not len(close):
                levels.append({})
                continue
            spans = shape.spans(p0[close], p1[close], radius[close], outside=outside)
            names = pieces[close].tolist()
            levels.append({name: found for name, found in zip(names, spans, strict=True) if found})
        here = Contact(tuple(levels), metres, (int(pieces[k]), u), shape, pieces, p0, p1)
        best = here if best is None else _both(best, here)
    return best


def _both(one: Contact, two: Contact) -> Contact:
    """Two windows of the same footprint seen as one."""
    levels = []
    for left, right in zip(one.levels, two.levels, strict=True):
        levels.append({k: union([*left.get(k, []), *right.get(k, [])]) for k in sorted({*left, *right})})
    nearer = one if one.nearest_m <= two.nearest_m else two
    return Contact(
        tuple(levels), nearer.nearest_m, nearer.nearest_at, nearer.shape, nearer.pieces, nearer.p0, nearer.p1
    )


def distance_to(volume: Volume, course: Course, pieces: Ints, frame: Frame) -> float:
    """The least distance in metres between some pieces of a course and a volume's footprint."""
    found = contact(volume, course, pieces, frame, [])
    return found.nearest_m if found else float("inf")
