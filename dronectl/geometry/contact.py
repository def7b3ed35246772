"""How a course lies to the footprints of volumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dronectl.geometry.course import Course, Frame
from dronectl.geometry.ellipsoid import Floats, Ints
from dronectl.geometry.geodesics import NEAR_M, roughly_from
from dronectl.geometry.patches import plane_shape
from dronectl.geometry.shapes import EPS_M, Disc, Patch, PlaneShape, apart_from, cuts, deepest, signed_from, to_origin
from dronectl.intervals import Intervals, joined
from dronectl.zone import Rings, Volume

SURE_M = 0.01  # beyond what the arithmetic of one distance can cost
BENT_M = 0.05  # geodesic pieces of 5 km stay this near a straight one on a plane of 20 km
SHORTEST_RADIUS_M = 6_356_752.0  # 1 / sqrt of the greatest curvature of WGS 84, at its equator: b
FEW = 4  # pieces that are looked at one by one at once
Asked = tuple[Volume, Ints, Floats | None]
"""A volume, the pieces of a course that may be near it, and within which radius (metres, one a piece) that will be asked."""


@dataclass(eq=False, slots=True)
class Contact:
    """How some pieces of a course lie to one footprint on its plane."""

    shape: PlaneShape
    plane: Frame
    course: Course
    pieces: Ints
    """Ascending."""
    radius: Floats | None = None
    """Within which distance of the footprint (metres, one a piece) it will be asked where the pieces are, if it will."""
    least: Floats = field(init=False)
    most: Floats = field(init=False)
    """Per piece between which signed distances (metres to the edge, positive inside) all of it lies."""
    nearest_m: float = np.inf
    """The least distance (metres) between the path and the footprint; 0 inside."""
    nearest_row: int = 0
    """The row of the piece where that is."""
    looked: NDArray[np.bool_] | None = None
    """Rows whose bounds were narrowed."""
    own: Floats | None = None
    """Both ends of the pieces on a circle's own plane, (2, n, 2); NaN where nobody asked yet."""

    def __post_init__(self) -> None:
        self.least, self.most = np.full(len(self.pieces), -np.inf), np.full(len(self.pieces), np.inf)

    @property
    def nearest_at(self) -> tuple[int, float]:
        """Piece and fraction where the path is nearest to the footprint."""
        p0, p1 = self.ends(np.array([self.nearest_row]))
        return int(self.pieces[self.nearest_row]), self.shape.nearest(p0[0], p1[0])

    @property
    def measurable(self) -> bool:
        """True where distances to the footprint's edge narrow the bounds: for a circle they are as quickly had exactly."""
        return isinstance(self.shape, Patch) and self.shape.whole

    def told(self, radius: Floats, outside: bool = False) -> tuple[NDArray[np.bool_], Ints]:
        """Which pieces are wholly within a radius, and the rows of those that must be looked at, by the bounds alone."""
        least, most = (-self.most, -self.least) if outside else (self.least, self.most)
        held = least > SURE_M - radius
        return held, np.flatnonzero(~held & (most >= -radius - EPS_M - SURE_M - self._bow()))

    @property
    def radius_m(self) -> float:
        """Of its circle."""
        return self.shape.radius_m if isinstance(self.shape, Disc) else 0.0

    def undecided(self) -> Ints:
        """The rows that the bounds leave open: they may be the nearest, or partly within the radius."""
        rows = self.candidates()
        return rows if self.radius is None else self._rows(rows, self.told(self.radius)[1])

    def parts(self, spans: Intervals) -> tuple[Ints, Floats, Floats]:
        """Stretches of the course cut at its pieces: the row of each, and the fractions from and to."""
        piece, low, high = parts_of(spans, len(self.course))
        row = np.minimum(np.searchsorted(self.pieces, piece), len(self.pieces) - 1)
        mine = self.pieces[row] == piece
        return row[mine], low[mine], high[mine]

    def deepest_of(self, rows: Ints) -> Ints:
        """Which of some rows may hold the place that is deepest inside, by the bounds alone."""
        if not len(rows):
            return rows
        return np.flatnonzero(self.most[rows] >= self.least[rows].max())

    def candidates(self) -> Ints:
        """The rows that may be the nearest; of those that are surely inside only the first."""
        inside = np.flatnonzero(self.least > SURE_M)
        stop = int(inside[0]) + 1 if len(inside) else len(self.least)
        least_m = max(float(-self.least[:stop].max()), 0.0)
        return np.flatnonzero(-self.most[:stop] <= least_m + SURE_M)

    def unlooked(self, rows: Ints) -> Ints:
        """Those of some rows whose bounds can still be narrowed; none where so few are cut as quickly."""
        if len(rows) <= FEW or not self.measurable:
            return rows[:0]
        return rows if self.looked is None else rows[~self.looked[rows]]

    def ends(self, rows: Ints) -> tuple[Floats, Floats]:
        """Both ends of some rows on the footprint's plane; on a circle's own each is projected once."""
        if not isinstance(self.shape, Disc):
            return self.course.on(self.plane, self.pieces[rows])
        new = rows if self.own is None else rows[np.isnan(self.own[0, rows, 0])]
        if len(new):
            place([(self, self._rows(new))])
        assert self.own is not None
        return self.own[0, rows], self.own[1, rows]

    def _rows(self, *some: Ints) -> Ints:
        """The rows that are named, each once and in order (`np.unique` sorts, and loads masked arrays to do it)."""
        held = np.zeros(len(self.pieces), dtype=bool)
        for rows in some:
            held[rows] = True
        return np.flatnonzero(held)

    def _bow(self) -> Floats | float:
        if not isinstance(self.shape, Disc):
            return 0.0
        return self.shape.bow(self.course.metres[self.pieces])


def contacts(asked: Sequence[Asked], course: Course, frame: Frame) -> list[list[Contact]]:
    """How pieces of a course lie to the footprints of some volumes: one for each turn of longitude, mostly one.

    What GEOS is asked, it is asked for all of them together.
    """
    made = [
        [Contact(shape, plane, course, pieces, radius) for shape, plane in plane_shape(volume, course, pieces, frame)]
        for volume, pieces, radius in asked
    ]
    every = [one for found in made for one in found]
    round_bounds([one for one in every if isinstance(one.shape, Disc)], frame)
    bound_blocks([one for one in every if one.measurable and len(one.pieces) > FEW])
    wanted = [(one, one.undecided()) for one in every]
    place([(one, rows) for one, rows in wanted if isinstance(one.shape, Disc)])
    new = [(one, rows) for one, undecided in wanted if len(rows := one.unlooked(undecided))]
    look([one for one, _ in new], [rows for _, rows in new])
    find_nearest(every)
    return made


def round_bounds(found: Sequence[Contact], frame: Frame) -> None:
    """Bound the signed distances of each piece to circles, told on the course's plane: of blocks first, then one by one.

    That plane keeps distances from its own middle; others come out too long on it, by no more than the arc from the middle
    to the farthest point against its sine on the sphere of the least radius of curvature.
    """
    if not found:
        return
    middles = frame.project(*(np.array([getattr(one.plane, name) for one in found]) for name in ("lon", "lat")))
    for one, middle in zip(found, middles, strict=True):
        blocks = one.course.blocks(frame, one.pieces)
        farthest_m = float(max((np.hypot(*blocks.middle.T) + blocks.reach).max(), np.hypot(*middle)))
        arc = farthest_m / SHORTEST_RADIUS_M
        if arc > 1.0:
            continue
        stretched = arc / np.sin(arc) if arc > 0 else 1.0
        away = np.hypot(*(blocks.middle - middle).T)
        least = one.radius_m - away - blocks.reach - BENT_M
        most = one.radius_m - np.maximum(away - blocks.reach, 0.0) / stretched + BENT_M
        one.least, one.most = np.repeat(least, blocks.count), np.repeat(most, blocks.count)
        rows = one.undecided()
        p0, p1 = one.course.on(frame, one.pieces[rows])
        from0, from1 = p0 - middle, p1 - middle
        one.least[rows] = one.radius_m - np.maximum(np.hypot(*from0.T), np.hypot(*from1.T)) - BENT_M
        one.most[rows] = one.radius_m - to_origin(from0, from1)[0] / stretched + BENT_M


def place(wanted: Sequence[tuple[Contact, Ints]]) -> None:
    """Lay rows of each contact on its circle's own plane, all at once."""
    pieces = [(one, rows, one.pieces[rows]) for one, rows in wanted]
    lon, lat = ([getattr(one.course, name)[mine].ravel() for one, _, mine in pieces] for name in ("lon", "lat"))
    laid = Frame.project_each([one.plane for one, _ in wanted], lon, lat)
    for (one, rows, _), points in zip(pieces, laid, strict=True):
        if one.own is None:
            one.own = np.full((2, len(one.pieces), 2), np.nan)
        one.own[:, rows] = points.reshape(-1, 2, 2).swapaxes(0, 1)


def bound_blocks(found: Sequence[Contact]) -> None:
    """Bound the signed distances of each piece, for some pieces from one place.

    No distance changes by more than the way that is gone.
    """
    blocks = [one.course.blocks(one.plane, one.pieces) for one in found]
    for one, at, mine in zip(found, _signed(found, [mine.middle for mine in blocks]), blocks, strict=True):
        one.least, one.most = np.repeat(at - mine.reach, mine.count), np.repeat(at + mine.reach, mine.count)


def look(found: Sequence[Contact], rows: Sequence[Ints]) -> None:
    """Narrow the bounds of some rows of each contact by the signed distances at both of their ends."""
    if not found:
        return
    ends, places, alones = [], [], []
    for one, mine in zip(found, rows, strict=True):
        p0, p1 = one.ends(mine)
        alone = np.append((p0[1:] != p1[:-1]).any(axis=1), True)  # the others end where the next one begins
        ends.append((p0, p1))
        alones.append(alone)
        places.append(np.concatenate([p0, p1[alone]]))
    for one, mine, (p0, p1), alone, at in zip(found, rows, ends, alones, _signed(found, places), strict=True):
        first, last = at[: len(mine)], np.empty(len(mine))
        last[alone] = at[len(mine) :]
        follows = np.flatnonzero(~alone)
        last[follows] = first[follows + 1]
        length = np.hypot(*(p1 - p0).T)
        one.least[mine] = np.maximum(one.least[mine], (first + last - length) / 2)
        one.most[mine] = np.minimum(one.most[mine], (first + last + length) / 2)
        if one.looked is None:
            one.looked = np.zeros(len(one.pieces), dtype=bool)
        one.looked[mine] = True


def find_nearest(found: Sequence[Contact]) -> None:
    """Find the piece of each contact that is nearest to its footprint, and how near it is."""
    rows = [one.candidates() for one in found]
    ends = [one.ends(mine) for one, mine in zip(found, rows, strict=True)]
    patches = [k for k, one in enumerate(found) if isinstance(one.shape, Patch)]
    shapes = [shape for one in found if isinstance(shape := one.shape, Patch)]
    apart = dict(zip(patches, apart_from(shapes, [ends[k] for k in patches]), strict=True))
    for k, (one, mine) in enumerate(zip(found, rows, strict=True)):
        metres = apart[k] if k in apart else one.shape.apart(*ends[k])
        nearest = int(metres.argmin())
        one.nearest_m, one.nearest_row = float(metres[nearest]), int(mine[nearest])


def _signed(found: Sequence[Contact], places: Sequence[Floats]) -> list[Floats]:
    """The signed distances of places to the footprint of each contact."""
    return signed_from([shape for one in found if isinstance(shape := one.shape, Patch)], places)


def within(found: Sequence[Contact], radii: Sequence[Floats], *, outside: bool = False) -> list[Intervals]:
    """Of each contact where its pieces are within `radius[k]` metres of the footprint; with `outside`, of its complement."""
    told = [one.told(radius, outside) for one, radius in zip(found, radii, strict=True)]
    new = [
        (k, rows)
        for k, (one, (_, open_)) in enumerate(zip(found, told, strict=True))
        if len(rows := one.unlooked(open_))
    ]
    look([found[k] for k, _ in new], [rows for _, rows in new])
    for k, _ in new:
        told[k] = found[k].told(radii[k], outside)
    cut = [k for k, (_, open_) in enumerate(told) if len(open_)]
    made = dict(zip(cut, cuts(
        [found[k].shape for k in cut], [found[k].ends(told[k][1]) for k in cut], [radii[k][told[k][1]] for k in cut],
        outside=outside,
    ), strict=True))  # fmt: skip
    spans = []
    for k, (one, (held, open_)) in enumerate(zip(found, told, strict=True)):
        low = one.pieces[held].astype(np.float64)
        high = low + 1.0
        if k in made:
            row, begin, end = made[k]
            piece = one.pieces[open_[row]]
            low, high = np.append(low, piece + begin), np.append(high, piece + end)
        spans.append(joined(low, high))
    return spans


def depths(found: Sequence[Contact], spans: Sequence[Intervals]) -> list[float]:
    """Of each contact the greatest depth (metres) of the unwidened path inside the footprint on some stretches of the course.

    Below 0 where they are only near it; negative infinity where they are on none of its pieces.
    """
    parts = [one.parts(mine) for one, mine in zip(found, spans, strict=True)]
    deep = [one.deepest_of(row) for one, (row, _, _) in zip(found, parts, strict=True)]
    new = [(k, rows) for k, one in enumerate(found) if len(rows := one.unlooked(one._rows(parts[k][0][deep[k]])))]
    look([found[k] for k, _ in new], [rows for _, rows in new])
    for k, _ in new:
        deep[k] = found[k].deepest_of(parts[k][0])
    made, patches, ends = [-np.inf] * len(found), [], []
    for k, (one, (row, low, high), mine) in enumerate(zip(found, parts, deep, strict=True)):
        if not len(row):
            continue
        p0, p1 = one.ends(row[mine])
        step = p1 - p0
        begin, end = p0 + low[mine, None] * step, p0 + high[mine, None] * step
        if isinstance(one.shape, Patch):
            patches.append((k, one.shape))
            ends.append((begin, end))
        else:
            made[k] = one.radius_m - float(to_origin(begin, end)[0].min())
    for (k, _), metres in zip(patches, deepest([shape for _, shape in patches], ends), strict=True):
        made[k] = metres
    return made


def distance_to(volume: Volume, course: Course, pieces: Ints, frame: Frame) -> float:
    """The least distance in metres between some pieces of a course and a volume's footprint."""
    return min((one.nearest_m for one in contacts([(volume, pieces, None)], course, frame)[0]), default=np.inf)


def corner_within(volume: Volume, course: Course, pieces: Ints, metres: float) -> bool:
    """True where a corner of a footprint lies surely within some metres of where one of some pieces begins.

    That it is False says nothing. It is answered without PROJ and without laying the footprint on a plane.
    """
    footprint = volume.footprint
    if not isinstance(footprint, Rings) or not len(pieces) or metres > NEAR_M:
        return False
    lon, lat, *_ = course.position(int(pieces[0]), 0.0)
    corners = np.concatenate([ring for polygon in footprint.polygons for ring in polygon])
    return bool(roughly_from(lon, lat, corners[:, 0], corners[:, 1]).min() < metres - SURE_M)


def parts_of(spans: Intervals, count: int) -> tuple[Ints, Floats, Floats]:
    """Stretches of a course of `count` pieces cut at its pieces: the piece of each, and the fractions from and to."""
    piece, low, high = [], [], []
    for begin, end in spans:
        here = np.arange(min(int(begin), count - 1), min(int(end), count - 1) + 1)
        piece.append(here)
        low.append(np.maximum(begin - here, 0.0))
        high.append(np.minimum(end - here, 1.0))
    if not piece:
        return np.zeros(0, np.intp), np.zeros(0), np.zeros(0)
    return np.concatenate(piece), np.concatenate(low), np.concatenate(high)
