"""Metres on a plane round one place.

Only this room knows Shapely and PROJ. Positions are degrees on WGS 84, lon before lat. A plane is the azimuthal
equidistant projection about a centre: exact from the centre, and within (d / R)^2 / 6 of the distance at d from it, which
is 2 parts in a million at the 20 km that a frame spans. What that, and cutting long edges short, can cost is less than
`EPS_M`, and every test gives `EPS_M` to the zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from threading import Thread

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from dronectl.intervals import Interval, Intervals, union
from dronectl.mission import Flight
from dronectl.zone import Box, Circle, Footprint, Rings, Volume, Zone

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

GEOD = pyproj.Geod(ellps="WGS84")
EPS_M = 0.02
EARTH_RADIUS_M = 6_371_008.8  # IUGG mean radius
DEGREE_M = 110_574.0  # metres in the shortest degree of latitude on WGS 84
EDGE_SAG_M = 0.01  # how far a cut edge may stay from the true one
LONGEST_EDGE_M = 5_000.0  # longer ones bend on the plane
LONGEST_PIECE_M = 5_000.0
FRAME_M = 20_000.0
WINDOW_M = 300_000.0  # what is farther than this from the path is cut away from very large zones
LARGE_DEG = 6.0
HIGHEST_LAT = 85.0  # beyond it the accuracy is not promised
LEG_BEND_M = 0.1  # a leg that leaves the straight lon/lat line by more is widened by it
BLOCK = 400_000  # piece-edge pairs held at once


# ---------------------------------------------------------------- on the ellipsoid


def leg_azimuths(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Azimuth (degrees) and geodesic length (metres) from each point to the next, both (n - 1,)."""
    if len(lon) < 2:
        return np.zeros(0), np.zeros(0)
    azimuth, _, metres = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    return np.asarray(azimuth), np.asarray(metres)


def metres_between(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    """Geodesic metres between two positions."""
    return float(GEOD.inv(lon0, lat0, lon1, lat1)[2])


def bend(lon: Floats, lat: Floats) -> Floats:
    """How far (metres) each geodesic leg may lie from the straight lon/lat line between its points, (n - 1,)."""
    return _sag(lon, lat)


def _sag(lon: Floats, lat: Floats) -> Floats:
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


def apart(box: Box, others: Sequence[Box]) -> bool:
    """True where a box meets none of the others, round the antimeridian as well."""
    west, south, east, north = box
    return not any(
        south <= high
        and north >= low
        and any(west <= right + turn and east >= left + turn for turn in (-360.0, 0.0, 360.0))
        for left, low, right, high in others
    )


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


# ---------------------------------------------------------------- on a plane


@dataclass(frozen=True, slots=True)
class Frame:
    """The azimuthal equidistant plane about one place, x east and y north in metres."""

    lon: float
    lat: float

    def project(self, lon: Floats, lat: Floats) -> Floats:
        """Positions to metres, (n, 2)."""
        n = len(lon)
        azimuth, _, metres = GEOD.inv(np.full(n, self.lon), np.full(n, self.lat), lon, lat)
        angle = np.radians(np.asarray(azimuth))
        return np.column_stack([metres * np.sin(angle), metres * np.cos(angle)])


@dataclass(frozen=True, eq=False)
class Course:
    """A flight cut into pieces short enough for a plane; piece k runs from fraction `start` to `stop` of leg `leg`."""

    flight: Flight
    azimuth: Floats
    length: Floats
    leg: Ints
    start: Floats
    stop: Floats
    lon: Floats
    """(pieces, 2): of both ends."""
    lat: Floats
    widen: Floats
    """Metres by which each piece may leave its line, without the mission's uncertainty."""

    @classmethod
    def of(cls, flight: Flight) -> Course:
        """Cut the legs of a flight; a flight of one point is one piece of no length."""
        azimuth, length = leg_azimuths(flight.lon, flight.lat)
        if not len(length):
            one = np.zeros(1)
            return cls(
                flight, azimuth, length, np.zeros(1, np.intp), one, np.ones(1),
                np.repeat(flight.lon[:1], 2)[None], np.repeat(flight.lat[:1], 2)[None], flight.widen_m[:1],
            )  # fmt: skip
        count = np.maximum(1, np.ceil(length / LONGEST_PIECE_M)).astype(np.intp)
        leg = np.repeat(np.arange(len(length)), count)
        number = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
        start, stop = number / count[leg], (number + 1) / count[leg]
        lon = np.column_stack([flight.lon[leg], flight.lon[leg + 1]])
        lat = np.column_stack([flight.lat[leg], flight.lat[leg + 1]])
        for column, fraction in ((0, start), (1, stop)):
            inner = (fraction > 0) & (fraction < 1)
            if inner.any():
                here = leg[inner]
                lon[inner, column], lat[inner, column], _ = GEOD.fwd(
                    flight.lon[here], flight.lat[here], azimuth[here], length[here] * fraction[inner]
                )
        return cls(flight, azimuth, length, leg, start, stop, lon, lat, flight.widen_m[leg])

    def __len__(self) -> int:
        return len(self.leg)

    @cached_property
    def boxes(self) -> Floats:
        """The lon/lat box of each piece, (pieces, 4); east may lie beyond 180. Geodesics bow by up to their sag."""
        lon1 = self.lon[:, 0] + (self.lon[:, 1] - self.lon[:, 0] + 180.0) % 360.0 - 180.0
        west, east = np.minimum(self.lon[:, 0], lon1), np.maximum(self.lon[:, 0], lon1)
        south, north = self.lat.min(axis=1), self.lat.max(axis=1)
        return np.column_stack([west, south, east, north])

    def frames(self) -> Iterator[tuple[Ints, Frame]]:
        """Groups of neighbouring pieces that fit one plane, each with that plane."""
        boxes = self.boxes
        first = 0
        low, high = boxes[0, :2].copy(), boxes[0, 2:].copy()
        for k in range(1, len(self) + 1):
            if k < len(self):
                new_low, new_high = np.minimum(low, boxes[k, :2]), np.maximum(high, boxes[k, 2:])
                middle = np.radians((new_low[1] + new_high[1]) / 2)
                tall = (new_high[1] - new_low[1]) * DEGREE_M
                wide = (new_high[0] - new_low[0]) * 111_320.0 * max(np.cos(middle), 1e-3)
                if np.hypot(tall, wide) <= FRAME_M:
                    low, high = new_low, new_high
                    continue
            yield np.arange(first, k), Frame(float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2))
            if k < len(self):
                first, low, high = k, boxes[k, :2].copy(), boxes[k, 2:].copy()

    def position(self, piece: int, u: float) -> tuple[float, float, int, float]:
        """Longitude, latitude, leg and fraction of that leg, at fraction `u` of a piece."""
        leg = int(self.leg[piece])
        fraction = float(self.start[piece] + u * (self.stop[piece] - self.start[piece]))
        flight = self.flight
        if not len(self.length) or fraction <= 0 or self.length[leg] == 0:
            return float(flight.lon[leg]), float(flight.lat[leg]), leg, fraction
        if fraction >= 1:
            return float(flight.lon[leg + 1]), float(flight.lat[leg + 1]), leg, fraction
        lon, lat, _ = GEOD.fwd(flight.lon[leg], flight.lat[leg], self.azimuth[leg], self.length[leg] * fraction)
        return float(lon), float(lat), leg, fraction


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
        best = -np.inf
        for piece, intervals in spans.items():
            k = row.get(piece)
            if k is None:
                continue
            for low, high in intervals:
                best = max(best, self.shape.deepest(self.p0[k], self.p1[k], low, high))
        return float(best)


class PlaneShape:
    """A footprint on a plane."""

    def spans(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> list[Intervals]:
        """Per piece (p0[k] to p1[k]) where it is within `radius[k]` of the shape; with `outside`, of its complement."""
        raise NotImplementedError

    def distance(self, p0: Floats, p1: Floats) -> tuple[float, int, float]:
        """The least distance of the pieces to the shape, with the piece and the fraction where it is."""
        raise NotImplementedError

    def signed(self, points: Floats) -> Floats:
        """Metres to the edge, positive inside, (n,)."""
        raise NotImplementedError

    def deepest(self, p0: Floats, p1: Floats, low: float, high: float) -> float:
        """The greatest signed distance on one span of one piece, by two passes of 33 samples."""
        for _ in range(2):
            u = np.linspace(low, high, 33)
            signed = self.signed(p0 + u[:, None] * (p1 - p0))
            k = int(np.argmax(signed))
            best = float(signed[k])
            low, high = u[max(k - 1, 0)], u[min(k + 1, 32)]
        return best


@dataclass(frozen=True, slots=True)
class Disc(PlaneShape):
    """A circle, on the plane about its own centre, where it stays a circle."""

    radius_m: float

    def spans(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> list[Intervals]:
        bow = np.hypot(*(p1 - p0).T) ** 2 * self.radius_m / (8 * EARTH_RADIUS_M**2)
        reach = self.radius_m - radius if outside else self.radius_m + radius + EPS_M + bow
        low, high = _disc_cut(p0, p1 - p0, np.zeros((1, 2)), np.maximum(reach, 0.0)[:, None])
        inside = [[(float(a), float(b))] if a <= b else [] for a, b in zip(low[:, 0], high[:, 0], strict=True)]
        return [_complement(intervals) for intervals in inside] if outside else inside

    def distance(self, p0: Floats, p1: Floats) -> tuple[float, int, float]:
        metres, u = _to_point(p0, p1)
        k = int(np.argmin(metres))
        return max(float(metres[k]) - self.radius_m, 0.0), k, float(u[k])

    def signed(self, points: Floats) -> Floats:
        return np.asarray(self.radius_m - np.hypot(points[:, 0], points[:, 1]))


@dataclass(frozen=True, eq=False)
class Patch(PlaneShape):
    """Polygons with holes: edges from `a` to `b`, and the same as one Shapely geometry."""

    a: Floats
    b: Floats
    polygon: shapely.Geometry
    real: NDArray[np.bool_]
    """False for edges that only the cutting window made."""

    @cached_property
    def boundary(self) -> shapely.Geometry:
        edges = np.stack([self.a, self.b], axis=1)[self.real]
        return shapely.MultiLineString(list(edges))

    def spans(self, p0: Floats, p1: Floats, radius: Floats, *, outside: bool = False) -> list[Intervals]:
        reach = radius + EPS_M
        near: list[list[Interval]] = [[] for _ in p0]
        rows = max(1, BLOCK // max(1, len(self.a)))
        for first in range(0, len(p0), rows):
            block = slice(first, first + rows)
            for k, low, high in _edge_cuts(p0[block], p1[block], self.a, self.b, reach[block]):
                near[first + k].append((low, high))
        close = [union(intervals) for intervals in near]
        gaps = [(k, gap) for k, intervals in enumerate(close) for gap in _complement(intervals)]
        if gaps:
            middle = np.array([p0[k] + (low + high) / 2 * (p1[k] - p0[k]) for k, (low, high) in gaps])
            for (k, gap), inside in zip(gaps, shapely.contains_xy(self.polygon, middle), strict=True):
                if inside != outside:
                    close[k].append(gap)
        return [union(intervals) for intervals in close]

    def distance(self, p0: Floats, p1: Floats) -> tuple[float, int, float]:
        lines = _lines(p0, p1)
        metres = shapely.distance(lines, self.polygon)
        k = int(np.argmin(metres))
        foot = shapely.get_coordinates(shapely.shortest_line(lines[k], self.polygon))
        step = p1[k] - p0[k]
        square = float(step @ step)
        u = float(np.clip((foot[0] - p0[k]) @ step / square, 0.0, 1.0)) if square and len(foot) else 0.0
        return float(metres[k]), k, u

    def signed(self, points: Floats) -> Floats:
        if not self.real.any():
            return np.full(len(points), WINDOW_M)
        metres = shapely.distance(shapely.points(points), self.boundary)
        return np.asarray(np.where(shapely.contains_xy(self.polygon, points), metres, -metres))


def _lines(p0: Floats, p1: Floats) -> NDArray[np.object_]:
    """Pieces as geometries; one of no length as a point, since GEOS overlays lose such a line."""
    made = np.asarray(shapely.linestrings(np.stack([p0, p1], axis=1)), dtype=object).reshape(-1)
    still = np.all(p0 == p1, axis=1)
    if still.any():
        made[still] = shapely.points(p0[still])
    return made


def _complement(intervals: Intervals) -> Intervals:
    """What is left of [0, 1]."""
    left: Intervals = []
    at = 0.0
    for low, high in intervals:
        if low - at > 1e-12:
            left.append((at, low))
        at = max(at, high)
    if 1.0 - at > 1e-12:
        left.append((at, 1.0))
    return left


def _to_point(p0: Floats, p1: Floats) -> tuple[Floats, Floats]:
    """Distance of each piece to the origin, and the fraction where it is least."""
    step = p1 - p0
    square = np.einsum("ij,ij->i", step, step)
    u = np.where(square > 0, -np.einsum("ij,ij->i", p0, step) / np.where(square > 0, square, 1.0), 0.0)
    u = np.clip(u, 0.0, 1.0)
    foot = p0 + u[:, None] * step
    return np.hypot(foot[:, 0], foot[:, 1]), u


def _disc_cut(p0: Floats, step: Floats, centre: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """Where pieces are inside discs: fractions from and to, (pieces, discs); from above to means nowhere."""
    dx = p0[:, None, 0] - centre[None, :, 0]
    dy = p0[:, None, 1] - centre[None, :, 1]
    qa = np.einsum("ij,ij->i", step, step)[:, None]
    half = dx * step[:, None, 0] + dy * step[:, None, 1]
    qc = dx * dx + dy * dy - radius * radius
    moving = qa > 0
    safe = np.where(moving, qa, 1.0)
    square = half * half - qa * qc
    root = np.sqrt(np.maximum(square, 0.0))
    low = np.where(moving, (-half - root) / safe, 0.0)
    high = np.where(moving, (-half + root) / safe, 1.0)
    nowhere = np.where(moving, square < 0, qc > 0)
    low = np.where(nowhere, 2.0, np.maximum(low, 0.0))
    high = np.where(nowhere, -1.0, np.minimum(high, 1.0))
    return low, high


def _slab(base: Floats, slope: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Where low <= base + u * slope <= high, as fractions from and to."""
    flat = np.abs(slope) < 1e-12
    safe = np.where(flat, 1.0, slope)
    one, two = (low - base) / safe, (high - base) / safe
    held = (base >= low) & (base <= high)
    begin = np.where(flat, np.where(held, 0.0, 2.0), np.minimum(one, two))
    end = np.where(flat, np.where(held, 1.0, -1.0), np.maximum(one, two))
    return begin, end


def _edge_cuts(p0: Floats, p1: Floats, a: Floats, b: Floats, reach: Floats) -> Iterator[tuple[int, float, float]]:
    """Where each piece is within `reach` of an edge: the disc about its first end and the strip along it.

    The disc about its last end is the one about the next edge's first end: rings are closed.
    """
    most = reach.max()
    low = np.minimum(p0, p1).min(axis=0) - most
    high = np.maximum(p0, p1).max(axis=0) + most
    close = np.all((np.minimum(a, b) <= high) & (np.maximum(a, b) >= low), axis=1)
    if not close.any():
        return
    a, b = a[close], b[close]
    step = p1 - p0
    ends = np.unique(np.concatenate([a, b]), axis=0)
    cuts = [_disc_cut(p0, step, ends, reach[:, None])]
    edge = b - a
    length = np.hypot(edge[:, 0], edge[:, 1])
    a, edge, length = a[length > 0], edge[length > 0], length[length > 0]
    if len(a):
        ex, ey = edge[:, 0] / length, edge[:, 1] / length
        dx, dy = p0[:, None, 0] - a[None, :, 0], p0[:, None, 1] - a[None, :, 1]
        sx, sy = step[:, None, 0], step[:, None, 1]
        begin, end = _slab(dx * ex + dy * ey, sx * ex + sy * ey, np.zeros_like(length), length)
        begin2, end2 = _slab(dy * ex - dx * ey, sy * ex - sx * ey, -reach[:, None], reach[:, None])
        cuts.append((np.maximum(np.maximum(begin, begin2), 0.0), np.minimum(np.minimum(end, end2), 1.0)))
    for begin, end in cuts:
        for k, j in np.argwhere(begin <= end):
            yield int(k), float(begin[k, j]), float(end[k, j])


# ---------------------------------------------------------------- footprints onto planes


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
    count = np.maximum(np.sqrt(_sag(lon, lat) / EDGE_SAG_M), np.hypot(east, north) / LONGEST_EDGE_M)
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

    def near(self, course: Course, pieces: Ints, metres: float) -> dict[int, Ints]:
        """Per volume the pieces whose boxes, grown by `metres`, meet its box, round the antimeridian as well."""
        found: dict[int, set[int]] = {}
        if not len(self.boxes):
            return {}
        boxes = np.array([grow(tuple(box), metres) for box in course.boxes[pieces]])
        for turn in (-360.0, 0.0, 360.0):
            shifted = boxes + np.array([turn, 0.0, turn, 0.0])
            rows, hits = self._tree.query(shapely.box(*shifted.T), predicate="intersects")
            for row, hit in zip(rows.tolist(), hits.tolist(), strict=True):
                found.setdefault(int(self._placed[hit]), set()).add(int(pieces[row]))
        return {volume: np.asarray(sorted(rows), dtype=np.intp) for volume, rows in sorted(found.items())}


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
        p0 = plane.project(course.lon[pieces, 0], course.lat[pieces, 0])
        p1 = plane.project(course.lon[pieces, 1], course.lat[pieces, 1])
        metres, k, u = shape.distance(p0, p1)
        levels: list[dict[int, Intervals]] = []
        for radius in radii:
            if not outside and metres > float(radius.max()) + 1.0:
                levels.append({})
                continue
            spans = shape.spans(p0, p1, radius, outside=outside)
            levels.append({int(pieces[j]): found for j, found in enumerate(spans) if found})
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


def area_m2(zone: Zone) -> float:
    """The area of a zone's footprints on the ellipsoid in square metres; volumes over the same ground count once each."""
    total = 0.0
    for volume in zone.volumes:
        if isinstance(volume.footprint, Circle):
            total += float(np.pi * volume.footprint.radius_m**2)
        elif isinstance(volume.footprint, Rings):
            for polygon in volume.footprint.polygons:
                sizes = [abs(GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]) for ring in polygon]
                total += sizes[0] - sum(sizes[1:])
    return total
