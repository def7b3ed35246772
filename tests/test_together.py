"""Pieces of a long path that are told from one place lie to a shape as each of them does by itself."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl.geometry import shapes
from dronectl.geometry.shapes import Floats, Patch


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
    return Patch(a, b, shapely.union_all(parts), np.ones(len(a), bool))


def a_walk(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The pieces of a path that turns at random, some of them of no length."""
    count = int(rng.integers(shapes.TOGETHER, 300))
    step = float(rng.choice([2.0, 10.0, 60.0]))
    turn = np.cumsum(rng.normal(0, 0.3, count))
    moved = step * (rng.random(count) > 0.05)
    points = np.vstack([[0.0, 0.0], np.cumsum(np.column_stack([moved * np.cos(turn), moved * np.sin(turn)]), axis=0)])
    points += rng.uniform(-1500, 1500, 2)
    return points[:-1], points[1:]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_told_together_is_what_is_told_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape, (p0, p1) = a_shape(rng), a_walk(rng)
    radius = np.full(len(p0), float(rng.choice([0.0, 5.0, 80.0]))) + rng.uniform(0, 3, len(p0)) * (rng.random() < 0.5)
    within = float(radius.max()) + 1.0
    quick = shape.apart(p0, p1, within)
    spans = [shape.spans(p0, p1, radius, outside=outside) for outside in (False, True)]
    with pytest.MonkeyPatch.context() as alone:
        alone.setattr(shapes, "TOGETHER", len(p0) + 1)
        whole = shape.apart(p0, p1, within)
        assert spans == [shape.spans(p0, p1, radius, outside=outside) for outside in (False, True)]
    assert quick.min() == whole.min() and quick.argmin() == whole.argmin()
    near = whole <= within
    assert (quick[near] == whole[near]).all()
    assert (quick[~near] > within).all() and (quick[~near] <= whole[~near] + shapes.SURE_M).all()
