"""How courses lie to the footprints of volumes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.geometry.course import Blocks, Course, Frame
from dronectl.geometry.edges import Edges, deepest
from dronectl.geometry.ellipsoid import EARTH_RADIUS_M, Floats, Ints
from dronectl.geometry.geodesics import NEAR_M, offsets, roughly_from
from dronectl.geometry.laid import Asked, Laid, runs
from dronectl.geometry.patches import lay, plane_shape
from dronectl.geometry.shapes import (
    EPS_M,
    WINDOW_M,
    Cuts,
    Disc,
    Patch,
    box_signed,
    disc_cuts,
    feet,
    lines,
    patch_cuts,
    to_origin,
)
from dronectl.intervals import Intervals, joined_each
from dronectl.records import dataclass
from dronectl.zone import Rings, Volume

SURE_M = 0.01  # beyond what the arithmetic of one distance can cost
BENT_M = 0.05  # geodesic pieces of 5 km stay this near a straight one on a plane of 20 km
SHORTEST_RADIUS_M = 6_356_752.0  # 1 / sqrt of the greatest curvature of WGS 84, at its equator: b
FEW = 4  # pieces that are looked at one by one at once
CLOSE, CLOSE_M = 6, 40.0  # pieces that are told from one place near a footprint, at most; metres of path


class Rows(ABC):
    """How the pieces of courses lie to footprints of one kind: a row for each piece and each footprint that it may be near.

    The rows of a footprint follow each other, in the order of the pieces. What is asked, it is asked of all at once.
    """

    def __init__(self, laid: Laid, asked: Sequence[Asked]) -> None:
        self.laid = laid
        self.stretch: Ints = np.array([laid.number(one) for one in asked], dtype=np.intp)
        self.count = laid.count[self.stretch]
        self.first: Ints = np.cumsum(self.count) - self.count
        self.owner: Ints = np.repeat(np.arange(len(asked)), self.count)
        """The footprint of each row, and which of the pieces laid out it is about."""
        self.at = runs(laid.first[self.stretch], self.count)
        self.least: Floats = np.full(len(self.at), -np.inf)
        self.most: Floats = np.full(len(self.at), np.inf)
        """Between which signed distances (metres to the edge, positive inside) all of each piece lies."""
        self.looked = np.zeros(len(self.at), dtype=bool)
        """Rows whose bounds were narrowed."""
        more_m = np.array([-np.inf if one.reach is None else one.more_m for one in asked])
        self.radius: Floats = laid.reach[self.at] + np.repeat(more_m, self.count)
        """Within which distance of the footprint (metres) it will be asked where the pieces are; below 0 if it will not."""
        self.nearest_m: list[float] = []
        """Per footprint the least distance (metres) between the path and it; 0 inside."""
        self.nearest_row: Ints = np.zeros(0, np.intp)
        """The row of the piece where that is."""

    @abstractmethod
    def bound(self) -> None:
        """Bound the signed distances of each row, for many pieces from one place."""

    @abstractmethod
    def ends(self, rows: Ints) -> tuple[Floats, Floats]:
        """Both ends of the pieces of some rows on their footprints' planes."""

    @abstractmethod
    def apart(self, rows: Ints) -> Floats:
        """The least distance of each piece to its footprint; 0 where it reaches inside."""

    @abstractmethod
    def nearest_u(self, rows: Ints) -> Floats:
        """The fraction at which each piece is nearest to its footprint."""

    @abstractmethod
    def cut(self, rows: Ints, radius: Floats, outside: bool) -> Cuts:
        """Where some pieces are within `radius` metres of their footprints; with `outside`, of the complement."""

    @abstractmethod
    def deepest(self, rows: Ints, low: Floats, high: Floats, entry: Ints, count: int) -> Floats:
        """Per entry the greatest signed distance on its pieces, each from fraction `low` to `high`."""

    @abstractmethod
    def narrow(self, rows: Ints) -> bool:
        """Narrow the bounds of some rows where that pays; False where it did of none."""

    def bow(self, rows: Ints) -> Floats | float:
        """How far the pieces may lie from straight ones beside their footprint, metres."""
        return 0.0

    def told(self, rows: Ints, radius: Floats, outside: bool = False) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which rows are wholly within a radius, and which must be looked at, by the bounds alone."""
        least, most = self.least[rows], self.most[rows]
        if outside:
            least, most = -most, -least
        held = least > SURE_M - radius
        return held, ~held & (most >= -radius - EPS_M - SURE_M - self.bow(rows))

    def candidates(self) -> NDArray[np.bool_]:
        """The rows that may be the nearest of their footprint; of those that are surely inside only the first."""
        here = np.arange(len(self.at))
        inside = np.minimum.reduceat(np.where(self.least > SURE_M, here, len(here)), self.first)
        before = here <= np.repeat(inside, self.count)
        least_m = np.maximum(-np.maximum.reduceat(np.where(before, self.least, -np.inf), self.first), 0.0)
        return np.asarray(before & (-self.most <= np.repeat(least_m, self.count) + SURE_M))

    def undecided(self) -> NDArray[np.bool_]:
        """The rows that the bounds leave open: they may be the nearest, or partly within the radius."""
        return self.candidates() | self.told(np.arange(len(self.at)), self.radius)[1]

    def settle(self) -> None:
        """Bound all rows, narrow what that leaves open, and find where each footprint is nearest."""
        if not len(self.at):
            return
        self.bound()
        self.narrow(np.flatnonzero(self.undecided()))
        rows = np.flatnonzero(self.candidates())
        metres = np.nan_to_num(self.apart(rows), nan=np.inf, posinf=np.inf)  # what has no extent is nowhere
        owner = self.owner[rows]
        least = np.minimum.reduceat(metres, np.searchsorted(owner, np.arange(len(self.stretch))))
        best = np.flatnonzero(metres == least[owner])
        self.nearest_row = rows[best[np.searchsorted(owner[best], np.arange(len(self.stretch)))]]
        self.nearest_m = least.tolist()

    def nearest_at(self, numbers: Ints) -> list[tuple[int, float]]:
        """Piece and fraction where the path is nearest to some footprints."""
        rows = self.nearest_row[numbers]
        return list(zip(self.laid.piece[self.at[rows]].tolist(), self.nearest_u(rows).tolist(), strict=True))

    def within(self, numbers: Ints, more_m: Floats | None, outside: bool) -> list[Intervals]:
        """Of some footprints where the pieces, with their widening and some metres more, are within; with None, bare."""
        count = self.count[numbers]
        rows, of = runs(self.first[numbers], count), np.repeat(np.arange(len(numbers)), count)
        radius = np.zeros(len(rows)) if more_m is None else self.laid.reach[self.at[rows]] + np.repeat(more_m, count)
        held, left = self.told(rows, radius, outside)
        if self.narrow(rows[left]):
            held, left = self.told(rows, radius, outside)
        low = self.laid.piece[self.at[rows[held]]].astype(np.float64)
        high, whose = low + 1.0, of[held]
        open_ = np.flatnonzero(left)
        if len(open_):
            row, begin, end = self.cut(rows[open_], radius[open_], outside)
            piece = self.laid.piece[self.at[rows[open_[row]]]]
            low, high = np.append(low, piece + begin), np.append(high, piece + end)
            whose = np.append(whose, of[open_[row]])
        return joined_each(low, high, whose, len(numbers))

    def depths(self, numbers: Ints, spans: Sequence[Intervals]) -> Floats:
        """Of some footprints the greatest depth of the bare path on some stretches of the course."""
        row, low, high, entry = self._parts(numbers, spans)
        if not len(entry):
            return np.full(len(numbers), -np.inf)
        deep = self._may_be_deepest(row, entry)
        once = np.zeros(len(self.at), dtype=bool)
        once[row[deep]] = True
        if self.narrow(np.flatnonzero(once)):
            deep = self._may_be_deepest(row, entry)
        return self.deepest(row[deep], low[deep], high[deep], entry[deep], len(numbers))

    def _may_be_deepest(self, row: Ints, entry: Ints) -> Ints:
        """Which of some rows may hold the place that is deepest inside, of all of an entry, by the bounds alone."""
        firsts = np.flatnonzero(np.diff(entry, prepend=-1))
        least = np.maximum.reduceat(self.least[row], firsts)
        return np.flatnonzero(self.most[row] >= np.repeat(least, np.diff(np.append(firsts, len(entry)))))

    def _parts(self, numbers: Ints, spans: Sequence[Intervals]) -> tuple[Ints, Floats, Floats, Ints]:
        """Stretches of the course cut at its pieces: the row of each, the fractions from and to, and whose spans they are."""
        stretch = self.stretch[numbers]
        whose = np.repeat(np.arange(len(numbers)), [len(mine) for mine in spans])
        count = np.array([len(self.laid.stretches[k].course) for k in stretch.tolist()])
        span, piece, low, high = parts_of([one for mine in spans for one in mine], count[whose])
        entry = whose[span]
        place, mine = self.laid.find(stretch[entry], piece)
        entry = entry[mine]
        row = self.first[numbers[entry]] + place[mine] - self.laid.first[stretch[entry]]
        return row, low[mine], high[mine], entry


class DiscRows(Rows):
    """How pieces lie to circles, each on the plane about its own centre, where it stays a circle."""

    def __init__(self, laid: Laid, asked: Sequence[Asked], discs: Sequence[Disc], planes: Sequence[Frame]) -> None:
        super().__init__(laid, asked)
        self.radius_m: Floats = np.array([disc.radius_m for disc in discs])
        self.lon, self.lat = (np.array([getattr(plane, name) for plane in planes]) for name in ("lon", "lat"))
        self._own: Floats = np.full((2, len(self.at), 2), np.nan)
        """Both ends of the pieces on the circles' own planes; NaN where nobody asked yet."""

    def bound(self) -> None:
        """Told on the courses' planes: of blocks first, then one by one.

        Such a plane keeps distances from its own middle; others come out too long on it, by no more than the arc from the
        middle to the farthest point against its sine on the sphere of the least radius of curvature.
        """
        frames = [one.frame for one in self.laid.stretches]
        frame_lon, frame_lat = (
            np.array([getattr(frame, name) for frame in frames])[self.stretch] for name in ("lon", "lat")
        )
        middle = offsets(frame_lon, frame_lat, self.lon, self.lat)
        blocks = self.laid.blocks
        whose, block = blocks.of(self.stretch)
        arc = np.maximum(blocks.farthest_m[self.stretch], np.hypot(*middle.T)) / SHORTEST_RADIUS_M
        stretched = np.where((arc > 0) & (arc <= 1.0), arc / np.sin(np.clip(arc, 1e-300, 1.0)), 1.0)
        away, reach = np.hypot(*(blocks.middle[block] - middle[whose]).T), blocks.reach[block]
        least = self.radius_m[whose] - away - reach - BENT_M
        most = self.radius_m[whose] - np.maximum(away - reach, 0.0) / stretched[whose] + BENT_M
        told = arc <= 1.0
        self.least = np.repeat(np.where(told[whose], least, -np.inf), blocks.pieces[block])
        self.most = np.repeat(np.where(told[whose], most, np.inf), blocks.pieces[block])
        rows = np.flatnonzero(self.undecided() & told[self.owner])
        at, owner = self.at[rows], self.owner[rows]
        from0, from1 = self.laid.p0[at] - middle[owner], self.laid.p1[at] - middle[owner]
        self.least[rows] = self.radius_m[owner] - np.maximum(np.hypot(*from0.T), np.hypot(*from1.T)) - BENT_M
        self.most[rows] = self.radius_m[owner] - to_origin(from0, from1)[0] / stretched[owner] + BENT_M

    def narrow(self, rows: Ints) -> bool:
        """Their bounds are as near as distances to their edge would bring them."""
        return False

    def ends(self, rows: Ints) -> tuple[Floats, Floats]:
        new = rows[np.isnan(self._own[0, rows, 0])]
        if len(new):
            at, owner = self.at[new], np.repeat(self.owner[new], 2)
            laid = offsets(self.lon[owner], self.lat[owner], self.laid.lon[at].ravel(), self.laid.lat[at].ravel())
            self._own[:, new] = laid.reshape(-1, 2, 2).swapaxes(0, 1)
        return self._own[0, rows], self._own[1, rows]

    def apart(self, rows: Ints) -> Floats:
        return np.maximum(to_origin(*self.ends(rows))[0] - self.radius_m[self.owner[rows]], 0.0)

    def nearest_u(self, rows: Ints) -> Floats:
        return to_origin(*self.ends(rows))[1]

    def bow(self, rows: Ints) -> Floats:
        """Geodesic pieces beside a circle lie as far from straight ones."""
        return np.asarray(
            self.laid.metres[self.at[rows]] ** 2 * self.radius_m[self.owner[rows]] / (8 * EARTH_RADIUS_M**2)
        )

    def cut(self, rows: Ints, radius: Floats, outside: bool) -> Cuts:
        return disc_cuts(self.radius_m[self.owner[rows]], *self.ends(rows), radius, outside)

    def deepest(self, rows: Ints, low: Floats, high: Floats, entry: Ints, count: int) -> Floats:
        away = self.radius_m[self.owner[rows]] - to_origin(*_parts_of(*self.ends(rows), low, high))[0]
        made = np.full(count, -np.inf)
        np.maximum.at(made, entry, away)
        return made


class PatchRows(Rows):
    """How pieces lie to polygons, on the planes of their courses."""

    def __init__(self, laid: Laid, asked: Sequence[Asked], patches: Sequence[Patch]) -> None:
        super().__init__(laid, asked)
        self.patches = tuple(patches)
        self.areas = np.array([patch.polygon for patch in patches], dtype=object)
        self._boundaries = np.full(len(patches), None, dtype=object)
        self._measurable = np.array([patch.whole for patch in patches], dtype=bool)

    @cached_property
    def edges(self) -> Edges:
        """Of all footprints."""
        return Edges(self.patches)

    def bound(self) -> None:
        """No distance changes by more than the way that is gone: the middle of a block tells of all in it.

        The box of a footprint tells of most of them enough.
        """
        some = np.flatnonzero(self._measurable & (self.count > FEW))
        if not len(some):
            return
        blocks = self.laid.blocks
        whose, block = blocks.of(self.stretch[some])
        reach, pieces, middle, number = blocks.reach[block], blocks.pieces[block], blocks.middle[block], some[whose]
        rows = runs(self.first[some], self.count[some])
        boxes = np.array([patch.box for patch in self.patches])[number]
        least, most = box_signed(boxes, middle)
        self.least[rows], self.most[rows] = np.repeat(least - reach, pieces), np.repeat(most + reach, pieces)
        left = np.flatnonzero(np.logical_or.reduceat(self.undecided()[rows], np.cumsum(pieces) - pieces))
        at, rows = self.signed(number[left], middle[left]), rows[runs((np.cumsum(pieces) - pieces)[left], pieces[left])]
        self.least[rows] = np.repeat(at - reach[left], pieces[left])
        self.most[rows] = np.repeat(at + reach[left], pieces[left])

    def signed(self, numbers: Ints, points: Floats) -> Floats:
        """The signed distances of some points, each to its own of the footprints, whose edges must be known."""
        inside = shapely.contains_xy(self.areas[numbers], points[:, 0], points[:, 1])
        edges = self.areas[numbers]  # for what is outside, an area is as far as its edge, which takes time to be made
        held = numbers[inside]
        for number in set(held.tolist()):
            if self._boundaries[number] is None:
                self._boundaries[number] = self.patches[number].boundary
        edges[inside] = self._boundaries[held]
        metres = shapely.distance(shapely.points(points), edges)
        return np.where(np.isnan(metres), WINDOW_M, np.where(inside, metres, -metres))

    def narrow(self, rows: Ints) -> bool:
        """By the signed distances of the middles of some short pieces that follow each other, or of a long one.

        Not where they are so few that they are cut as quickly, nor where a window cut the footprint, whose edge is not known.
        """
        owner = self.owner[rows]
        worth = self._measurable & (np.bincount(owner, minlength=len(self.stretch)) > FEW)
        rows = rows[worth[owner] & ~self.looked[rows]]
        if not len(rows):
            return False
        apart = np.diff(rows, prepend=-2) > 1
        apart[1:] |= self.owner[rows[1:]] != self.owner[rows[:-1]]
        blocks = Blocks.of(*self.ends(rows), apart, many=CLOSE, longest_m=CLOSE_M)
        at = self.signed(self.owner[rows[np.cumsum(blocks.count) - blocks.count]], blocks.middle)
        self.least[rows] = np.maximum(self.least[rows], np.repeat(at - blocks.reach, blocks.count))
        self.most[rows] = np.minimum(self.most[rows], np.repeat(at + blocks.reach, blocks.count))
        self.looked[rows] = True
        return True

    def ends(self, rows: Ints) -> tuple[Floats, Floats]:
        at = self.at[rows]
        return self.laid.p0[at], self.laid.p1[at]

    def apart(self, rows: Ints) -> Floats:
        return np.asarray(shapely.distance(lines(*self.ends(rows)), self.areas[self.owner[rows]]))

    def nearest_u(self, rows: Ints) -> Floats:
        return feet(self.areas[self.owner[rows]], *self.ends(rows))

    def cut(self, rows: Ints, radius: Floats, outside: bool) -> Cuts:
        order = np.argsort(self.owner[rows], kind="stable")
        many = np.bincount(self.owner[rows])
        some = np.flatnonzero(many)
        ends = self.ends(rows[order])
        row, low, high = patch_cuts([self.patches[k] for k in some], many[some].tolist(), *ends, radius[order], outside)
        return order[row], low, high

    def deepest(self, rows: Ints, low: Floats, high: Floats, entry: Ints, count: int) -> Floats:
        made = np.full(count, -np.inf)
        firsts = np.flatnonzero(np.diff(entry, prepend=-1))
        owner = self.owner[rows]
        begin, end = _parts_of(*self.ends(rows), low, high)
        made[entry[firsts]] = deepest(self.edges, self.areas, owner, begin, end, firsts)
        return made


def _parts_of(p0: Floats, p1: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Where parts of pieces begin and end."""
    step = p1 - p0
    return p0 + low[:, None] * step, p0 + high[:, None] * step


@dataclass(frozen=True, slots=True, eq=False)
class Contact:
    """How some pieces of a course lie to one footprint on its plane."""

    rows: Rows
    number: int

    @property
    def nearest_m(self) -> float:
        """The least distance (metres) between the path and the footprint; 0 inside."""
        return self.rows.nearest_m[self.number]


def contacts(asked: Sequence[Asked]) -> list[list[Contact]]:
    """How pieces of courses lie to the footprints of some volumes: one for each turn of longitude, mostly one.

    None for a volume without an outline, or without pieces.
    """
    near = [one for one in asked if len(one.pieces)]
    if not near:
        return [[] for _ in asked]
    laid = Laid(near)
    discs: list[tuple[Asked, Disc, Frame]] = []
    patches: list[tuple[Asked, Patch]] = []
    places: list[list[tuple[bool, int]]] = []
    lay((one.volume, one.frame) for one in near)
    for one in asked:
        places.append([])
        for shape, plane in plane_shape(one.volume, one.course, one.pieces, one.frame) if len(one.pieces) else ():
            if isinstance(shape, Disc):
                places[-1].append((True, len(discs)))
                discs.append((one, shape, plane))
            elif isinstance(shape, Patch):
                places[-1].append((False, len(patches)))
                patches.append((one, shape))
    round_ = DiscRows(
        laid, [one for one, _, _ in discs], [disc for _, disc, _ in discs], [plane for *_, plane in discs]
    )
    other = PatchRows(laid, [one for one, _ in patches], [patch for _, patch in patches])
    for rows in (round_, other):
        rows.settle()
    return [[Contact(round_ if is_round else other, number) for is_round, number in found] for found in places]


def _each(found: Sequence[Contact]) -> Iterator[tuple[Rows, list[int]]]:
    """The contacts by the rows that they are among: the places they have in `found`."""
    by_rows: dict[int, tuple[Rows, list[int]]] = {}
    for place, one in enumerate(found):
        by_rows.setdefault(id(one.rows), (one.rows, []))[1].append(place)
    yield from by_rows.values()


def within(found: Sequence[Contact], more_m: Sequence[float] | None, *, outside: bool = False) -> list[Intervals]:
    """Of each contact where its pieces, with their widening and some metres more, are within the footprint.

    With None in place of metres, where the bare path is; with `outside`, of the footprint's complement.
    """
    made: list[Intervals] = [[] for _ in found]
    for rows, places in _each(found):
        more = None if more_m is None else np.array([more_m[k] for k in places])
        for k, spans in zip(places, rows.within(_numbers(found, places), more, outside), strict=True):
            made[k] = spans
    return made


def depths(found: Sequence[Contact], spans: Sequence[Intervals]) -> list[float]:
    """Of each contact the greatest depth (metres) of the unwidened path inside the footprint on some stretches of the course.

    Below 0 where they are only near it; negative infinity where they are on none of its pieces.
    """
    made = [-np.inf] * len(found)
    for rows, places in _each(found):
        deep = rows.depths(_numbers(found, places), [spans[k] for k in places])
        for k, metres in zip(places, deep.tolist(), strict=True):
            made[k] = metres
    return made


def nearest_at(found: Sequence[Contact]) -> list[tuple[int, float]]:
    """Of each contact the piece, and the fraction of it, where the path is nearest to the footprint."""
    made = [(0, 0.0)] * len(found)
    for rows, places in _each(found):
        for k, at in zip(places, rows.nearest_at(_numbers(found, places)), strict=True):
            made[k] = at
    return made


def _numbers(found: Sequence[Contact], places: Sequence[int]) -> Ints:
    return np.array([found[k].number for k in places], dtype=np.intp)


def distances(asked: Sequence[Asked]) -> list[float]:
    """The least distances in metres between pieces of courses and the footprints of volumes; infinite without an outline."""
    return [min((one.nearest_m for one in found), default=np.inf) for found in contacts(asked)]


def distance_to(volume: Volume, course: Course, pieces: Ints, frame: Frame) -> float:
    """The same of one volume."""
    return distances([Asked(volume, course, pieces, frame)])[0]


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


def parts_of(spans: Intervals, count: Ints | int) -> tuple[Ints, Ints, Floats, Floats]:
    """Stretches of courses of `count` pieces cut at the pieces: of each part whose it is, the piece, and its fractions."""
    begin, end = np.array(spans).reshape(-1, 2).T
    first, last = (np.minimum(side.astype(np.intp), count - 1) for side in (begin, end))
    many = last - first + 1
    piece, span = runs(first, many), np.repeat(np.arange(len(spans)), many)
    return span, piece, np.maximum(begin[span] - piece, 0.0), np.minimum(end[span] - piece, 1.0)
