"""Pieces of a long path that are told from one place lie to a shape as each of them does by itself."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
import shapely
from depth import deep
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.earth import WGS84

from dronectl.geometry import Asked, Contact, Course, Floats, Frame, Ints, contact, metres_from
from dronectl.geometry.contact import DiscRows, PatchRows
from dronectl.geometry.course import TOGETHER, Blocks
from dronectl.geometry.edges import deepest
from dronectl.geometry.laid import Laid
from dronectl.geometry.shapes import Disc, Patch
from dronectl.intervals import Intervals
from dronectl.measures import Band, Datum
from dronectl.mission import Flight
from dronectl.where import Where
from dronectl.zone import Rings, Volume


def a_star(rng: np.random.Generator, radius: float, points: int) -> Floats:
    """A ring round the origin, its first point again at its end."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, points))
    away = radius * rng.uniform(0.4, 1.0, points)
    ring = np.column_stack([away * np.cos(angle), away * np.sin(angle)])
    return np.vstack([ring, ring[:1]])


def a_shape(rng: np.random.Generator) -> Patch:
    """Some polygons, with or without a hole, as `patch` makes them."""
    starts, ends, parts = [], [], []
    for _ in range(rng.integers(1, 4)):
        at = rng.uniform(-1500, 1500, 2)
        rings = [a_star(rng, 600.0, 12) + at]
        if rng.random() < 0.5:
            rings.append(a_star(rng, 150.0, 7) + at)
        polygon = shapely.Polygon(rings[0], rings[1:])
        if not polygon.is_valid:
            continue
        parts.append(polygon)
        starts += [ring[:-1] for ring in rings]
        ends += [ring[1:] for ring in rings]
    if not parts:
        square = np.array([[0.0, 0], [900, 0], [900, 900], [0, 900], [0, 0]])
        parts, starts, ends = [shapely.Polygon(square)], [square[:-1]], [square[1:]]
    a, b = np.concatenate(starts), np.concatenate(ends)
    return Patch(a, b, shapely.union_all(parts), np.ones(len(a), bool), np.array([len(ring) for ring in starts]))


def a_walk(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The pieces of a path that turns at random, some of them of no length."""
    count = int(rng.integers(TOGETHER, 300))
    step = float(rng.choice([2.0, 10.0, 60.0]))
    turn = np.cumsum(rng.normal(0, 0.3, count))
    moved = step * (rng.random(count) > 0.05)
    points = np.vstack([[0.0, 0.0], np.cumsum(np.column_stack([moved * np.cos(turn), moved * np.sin(turn)]), axis=0)])
    points += rng.uniform(-1500, 1500, 2)
    return points[:-1], points[1:]


class OnPlane:
    """The pieces of a path that lies on a plane already, as a contact asks for them."""

    def __init__(self, p0: Floats, p1: Floats) -> None:
        self.p0, self.p1 = p0, p1
        self.metres = np.hypot(*(p1 - p0).T)

    def __len__(self) -> int:
        return len(self.p0)

    def on(self, frame: Frame, pieces: Ints) -> tuple[Floats, Floats]:
        return self.p0[pieces], self.p1[pieces]

    def blocks(self, frame: Frame, pieces: Ints) -> Blocks:
        return Blocks.of(*self.on(frame, pieces))


def some_rows(shape: Patch, path: OnPlane, reach: Floats | None = None) -> PatchRows:
    asked = Asked(cast(Volume, None), cast(Course, path), np.arange(len(path)), Frame(0.0, 0.0), reach)
    return PatchRows(Laid([asked]), [asked], [shape])


@settings(max_examples=deep(300, 100), deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_told_together_is_what_is_told_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape, (p0, p1) = a_shape(rng), a_walk(rng)
    path = OnPlane(p0, p1)
    radius = np.full(len(p0), float(rng.choice([0.0, 5.0, 80.0]))) + rng.uniform(0, 3, len(p0)) * (rng.random() < 0.5)
    first = int(rng.integers(len(p0)))
    spans = [(first + 0.25, min(first + float(rng.uniform(0.3, 60)), float(len(p0))))]

    def told(rows: PatchRows) -> tuple[list[Intervals], float, float]:
        rows.settle()
        one = Contact(rows, 0)
        inside, outside = (contact.within([one], [0.0], outside=side)[0] for side in (False, True))
        return [inside, outside], one.nearest_m, contact.depths([one], [spans])[0]

    quick, quick_m, quick_depth = told(some_rows(shape, path, radius))
    with pytest.MonkeyPatch.context() as alone:
        alone.setattr(contact, "FEW", 10**9)
        slow, slow_m, slow_depth = told(some_rows(shape, path, radius))
    assert quick_m == slow_m
    assert quick_depth == pytest.approx(slow_depth, abs=1e-9)
    for mine, theirs in zip(quick, slow, strict=True):
        assert len(mine) == len(theirs)
        assert np.array(mine) == pytest.approx(np.array(theirs), abs=1e-9)


def test_no_pieces_touch_nothing() -> None:
    flight = read_flight([4.3, 4.31], [52.1, 52.1])
    course = Course.of(flight)
    square = np.array([[4.3, 52.1], [4.32, 52.1], [4.32, 52.12], [4.3, 52.12], [4.3, 52.1]])
    volume = Volume(footprint=Rings(((square,),)), box=(4.3, 52.1, 4.32, 52.12), band=Band(), where=Where("test"))
    ((pieces, frame),) = course.frames()
    none, met = contact.contacts([Asked(volume, course, pieces[:0], frame), Asked(volume, course, pieces, frame)])
    assert none == [] and met[0].nearest_m == 0.0
    assert contact.contacts([Asked(volume, course, pieces[:0], frame)]) == [[]]
    assert contact.distance_to(volume, course, pieces[:0], frame) == np.inf


@settings(max_examples=deep(300, 100), deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_all_of_a_piece_lies_between_its_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape, (p0, p1) = a_shape(rng), a_walk(rng)
    rows = some_rows(shape, OnPlane(p0, p1))
    rows.bound()
    rows.narrow(np.flatnonzero(rng.random(len(p0)) < 0.5))
    for u in np.linspace(0, 1, 9):
        at = rows.signed(np.zeros(len(p0), np.intp), p0 + u * (p1 - p0))
        assert (rows.least <= at + 1e-6).all() and (at - 1e-6 <= rows.most).all()


@settings(max_examples=deep(200, 70), deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_deepest_place_is_as_deep_as_geos_finds_it(seed: int) -> None:
    """Of every piece, against distances to all edges at many more places."""
    rng = np.random.default_rng(seed)
    shape, (p0, p1) = a_shape(rng), a_walk(rng)
    rows = some_rows(shape, OnPlane(p0, p1))
    every = np.arange(len(p0))
    found = deepest(rows.edges, rows.areas, np.zeros(len(p0), np.intp), p0, p1, every)
    u = np.linspace(0.0, 1.0, 65)
    places = (p0[:, None] + u[:, None] * (p1 - p0)[:, None]).reshape(-1, 2)
    seen = rows.signed(np.zeros(len(places), np.intp), places).reshape(-1, len(u)).max(axis=1)
    step = np.hypot(*(p1 - p0).T) / 64
    assert (found >= seen - step / 2 - 1e-6).all() and (found <= seen + step / 2 + 1e-6).all()


@settings(max_examples=deep(200, 70), deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_many_footprints_and_courses_at_once_are_each_by_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    paths = [OnPlane(*a_walk(rng)) for _ in range(3)]
    pairs = [(a_shape(rng), paths[int(rng.integers(3))]) for _ in range(6)]
    reaches = {id(path): rng.uniform(0, 40, len(path)) for path in paths}
    pieces = {id(path): np.arange(len(path)) for path in paths}
    frame = Frame(0.0, 0.0)
    asked = [
        Asked(cast(Volume, None), cast(Course, path), pieces[id(path)], frame, reaches[id(path)]) for _, path in pairs
    ]
    together = PatchRows(Laid(asked), asked, [shape for shape, _ in pairs])
    together.settle()
    some = [int(k) for k in rng.permutation(len(pairs))[:4]]
    spans: list[Intervals] = [[(float(rng.uniform(0, 9)), float(rng.uniform(10, 30)))] for _ in some]
    found = [Contact(together, k) for k in some]
    more = rng.uniform(0, 60, len(some)).tolist()
    answers = contact.within(found, more), contact.within(found, None, outside=True), contact.depths(found, spans)
    at = contact.nearest_at(found)
    for place, k in enumerate(some):
        shape, path = pairs[k]
        rows = some_rows(shape, path, reaches[id(path)])
        rows.settle()
        alone = [Contact(rows, 0)]
        assert found[place].nearest_m == alone[0].nearest_m
        assert at[place] == contact.nearest_at(alone)[0]
        assert answers[0][place] == contact.within(alone, more[place : place + 1])[0]
        assert answers[1][place] == contact.within(alone, None, outside=True)[0]
        assert answers[2][place] == pytest.approx(contact.depths(alone, spans[place : place + 1])[0], abs=1e-9)


@settings(max_examples=deep(300, 100), deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_bounds_to_a_circle_hold_on_the_ellipsoid(seed: int) -> None:
    """The course's plane tells how far a circle is, near it and hundreds of kilometres away, at every latitude."""
    rng = np.random.default_rng(seed)
    count, legs = int(rng.integers(2, 40)), float(rng.choice([3.0, 120.0, 900.0]))
    at, azimuth = (float(rng.uniform(-180, 180)), float(rng.uniform(-84, 84))), rng.uniform(0, 360)
    lon, lat = [at[0]], [at[1]]
    for _ in range(count):
        azimuth += rng.normal(0, 40)
        x, y, _ = WGS84.fwd(lon[-1], lat[-1], azimuth, legs * rng.uniform(0.1, 1))
        lon.append(x)
        lat.append(y)
    flight = read_flight(lon, lat)
    course = Course.of(flight)
    x, y, _ = WGS84.fwd(*at, rng.uniform(0, 360), float(rng.choice([200.0, 5e3, 4e5, 3e6])) * rng.uniform(0, 1))
    disc, own = Disc(float(rng.choice([10.0, 3e3, 3e5]))), Frame(x, y)
    for pieces, frame in course.frames():
        asked = Asked(cast(Volume, None), course, pieces, frame)
        made = DiscRows(Laid([asked]), [asked], [disc], [own])
        made.bound()
        for k, piece in enumerate(pieces.tolist()):
            signed = disc.radius_m - metres_from(x, y, *course.points(piece, np.linspace(0, 1, 7)))
            assert (made.least[k] <= signed + 1e-6).all() and (signed - 1e-6 <= made.most[k]).all()


def read_flight(lon: list[float], lat: list[float]) -> Flight:
    count = len(lon)
    return Flight(
        id="f", where=Where("test"), lon=np.array(lon), lat=np.array(lat), height=np.full(count, 50.0),
        datum=(Datum.AGL,) * count, place=("",) * count, kind=("leg",) * (count - 1), widen_m=np.zeros(count - 1),
    )  # fmt: skip
