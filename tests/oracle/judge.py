"""Where, how high and when, sample by sample: how surely a path is inside a zone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from oracle import earth

INFINITE = math.inf
Level = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Metres of a datum's zero above sea level at positions; NaN where it is not known."""


@dataclass
class Volume:
    """A footprint and a band: a circle (centre, radius) or polygons of rings; limits are (metres, datum) or None."""

    circle: tuple[tuple[float, float], float] | None = None
    polygons: list[list[earth.Ring]] = field(default_factory=list)
    lower: tuple[float, str] | None = None
    upper: tuple[float, str] | None = None

    def depth(self, lon: np.ndarray, lat: np.ndarray, step_m: float) -> np.ndarray:
        if self.circle is not None:
            return earth.depth_in_circle(lon, lat, *self.circle)
        parts = [earth.depth_in_rings(lon, lat, rings, step_m) for rings in self.polygons]
        return np.max(parts, axis=0)


@dataclass
class Question:
    """A path (lon, lat, height, seconds a point), how well it is known, a zone, and models of the levels."""

    points: list[tuple[float, float, float, float]]
    datum: str
    reach_m: float
    vertical_m: float
    volumes: list[Volume]
    windows: list[tuple[float, float]] | None
    """When it is in force, seconds; None: always."""
    window_error_s: float = 0.0
    sun_error_s: float = 0.0
    """How far the windows themselves may be off, where the sun makes them: another formula, another place of the zone."""
    levels: dict[str, Level] = field(default_factory=dict)
    errors: dict[str, float] = field(default_factory=dict)
    """What the level of a datum may be off by, metres, relief within reach included."""
    edge_step_m: float = 200.0


@dataclass
class Answer:
    """How deep inside (metres or seconds, the least of where, how high and when) the deepest sample is, below 0 outside:
    certainly, by the figures as they are, and at best."""

    sure: float
    exact: float
    maybe: float
    step: float
    """How far (metres or seconds) the path may run between two samples."""


def judge(question: Question, per_leg: int = 48, rounds: int = 3) -> Answer:
    """The deepest sample of a path; each round looks closer round the deepest one of the round before."""
    points = question.points
    if len(points) == 1:
        found = _slack(question, *(np.array([value]) for value in points[0]))
        return Answer(*(float(values.max()) for values in found), 0.0)
    best, where = [-INFINITE] * 3, [(0, 0.0)] * 3
    spans = [[(leg, 0.0, 1.0) for leg in range(len(points) - 1)]] * 3
    for number in range(rounds):
        for kind in range(3):
            if number == 0 and kind > 0:
                continue  # the first round looks everywhere for all three at once
            for leg, low, high in spans[kind]:
                share = np.linspace(low, high, per_leg + 1)
                found = _slack(question, *_sampled(points[leg], points[leg + 1], share))
                for other in range(3):
                    k = int(found[other].argmax())
                    if found[other][k] > best[other]:
                        best[other], where[other] = float(found[other][k]), (leg, float(share[k]))
        width = 1.5 / per_leg ** (number + 1)
        spans = [[(leg, max(at - width, 0.0), min(at + width, 1.0))] for leg, at in where]
    longest = max(
        earth.metres(a[0], a[1], b[0], b[1]) + abs(b[2] - a[2]) + abs(b[3] - a[3])
        for a, b in itertools.pairwise(points)
    )
    return Answer(*best, longest / per_leg)


def _sampled(a: tuple[float, ...], b: tuple[float, ...], share: np.ndarray) -> tuple[np.ndarray, ...]:
    lon, lat = earth.along(a[0], a[1], b[0], b[1], share)
    return lon, lat, a[2] + share * (b[2] - a[2]), a[3] + share * (b[3] - a[3])


def _slack(
    question: Question, lon: np.ndarray, lat: np.ndarray, height: np.ndarray, time: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = len(lon)
    when = np.full(n, INFINITE)
    if question.windows is not None:
        when = np.full(n, -INFINITE)
        for first, last in question.windows:
            when = np.maximum(when, np.minimum(time - first, last - time))
    edges_s = (-question.window_error_s, -question.sun_error_s, question.window_error_s)
    found = [np.full(n, -INFINITE) for _ in range(3)]
    for volume in question.volumes:
        flat = volume.depth(lon, lat, question.edge_step_m) + question.reach_m
        high = [np.full(n, INFINITE) for _ in range(3)]
        for limit, sign in ((volume.lower, 1.0), (volume.upper, -1.0)):
            if limit is None or (sign > 0 and limit[1] == "AGL" and limit[0] <= 0):
                continue
            over, error = _over(question, lon, lat, height, limit[1])
            room = sign * (over - limit[0]) + question.vertical_m
            for kind, by in enumerate((-error, 0.0, error)):
                unknown = INFINITE if kind == 2 else -INFINITE
                high[kind] = np.minimum(high[kind], np.where(np.isnan(room), unknown, room + by))
        for kind, by in enumerate(edges_s):
            found[kind] = np.maximum(found[kind], np.minimum(np.minimum(flat, high[kind]), when + by))
    return found[0], found[1], found[2]


def _over(
    question: Question, lon: np.ndarray, lat: np.ndarray, height: np.ndarray, target: str
) -> tuple[np.ndarray, float]:
    """The heights over another datum, and what they may be off by."""
    if target == question.datum:
        return height, 0.0
    over = height + question.levels[question.datum](lon, lat) - question.levels[target](lon, lat)
    return over, question.errors[question.datum] + question.errors[target]
