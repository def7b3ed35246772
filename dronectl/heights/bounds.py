"""A height along a piece of path that is known only between two bounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dronectl.intervals import Interval, Intervals
from dronectl.records import dataclass

Floats = NDArray[np.float64]
ENDS: Floats = np.array([0.0, 1.0])
WHOLE: Interval = (0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Two broken lines over a piece of path, between which a value in metres surely lies.

    `u` are fractions of the piece, ascending from 0 to 1, (k,); `low` and `high` run evenly between them.
    """

    u: Floats
    low: Floats
    high: Floats

    @classmethod
    def even(cls, start: float, stop: float) -> Bounds:
        """A value that is known, and runs evenly from one end of the piece to the other."""
        line = np.array([start, stop])
        return cls(ENDS, line, line)

    @classmethod
    def between(cls, low: float, high: float) -> Bounds:
        """A value of which only the extremes are known."""
        return cls(ENDS, np.array([low, low]), np.array([high, high]))

    def plus(self, other: Bounds) -> Bounds:
        u, mine, theirs = _together(self, other)
        return Bounds(u, mine[0] + theirs[0], mine[1] + theirs[1])

    def minus(self, other: Bounds) -> Bounds:
        u, mine, theirs = _together(self, other)
        return Bounds(u, mine[0] - theirs[1], mine[1] - theirs[0])

    def hull(self, other: Bounds) -> Bounds:
        """What surely holds both values: between the places the lesser bound runs below both, so the hull is safe there."""
        u, mine, theirs = _together(self, other)
        return Bounds(u, np.minimum(mine[0], theirs[0]), np.maximum(mine[1], theirs[1]))

    def at(self, u: float) -> tuple[float, float]:
        """The bounds at one place."""
        return float(np.interp(u, self.u, self.low)), float(np.interp(u, self.u, self.high))

    def places(self, span: Interval) -> list[float]:
        """The ends of a stretch of the piece, and the places between them where the bounds may bend."""
        return [span[0], *self.u[(self.u > span[0]) & (self.u < span[1])].tolist(), span[1]]

    def over(self, span: Interval) -> tuple[float, float]:
        """The extremes of the bounds on a stretch of the piece."""
        inside = (self.u > span[0]) & (self.u < span[1])
        ends = [self.at(span[0]), self.at(span[1])]
        return (
            min(float(self.low[inside].min(initial=np.inf)), *(low for low, _ in ends)),
            max(float(self.high[inside].max(initial=-np.inf)), *(high for _, high in ends)),
        )

    def at_least(self, level: float) -> tuple[Intervals, Intervals]:
        """Where the value is surely, and maybe, at or above a level."""
        return above(self.u, self.low, level), above(self.u, self.high, level)

    def at_most(self, level: float) -> tuple[Intervals, Intervals]:
        """Where the value is surely, and maybe, at or below a level."""
        return above(self.u, -self.high, -level), above(self.u, -self.low, -level)

    @property
    def known(self) -> bool:
        """True where the bounds fall together: nothing had to be converted."""
        return self.low is self.high or bool(np.array_equal(self.low, self.high))


def _together(one: Bounds, two: Bounds) -> tuple[Floats, tuple[Floats, Floats], tuple[Floats, Floats]]:
    if one.u is two.u or np.array_equal(one.u, two.u):
        return one.u, (one.low, one.high), (two.low, two.high)
    u = np.union1d(one.u, two.u)
    lines = [np.interp(u, bounds.u, line) for bounds in (one, two) for line in (bounds.low, bounds.high)]
    return u, (lines[0], lines[1]), (lines[2], lines[3])


def above(u: Floats, value: Floats, level: float) -> Intervals:
    """Where a broken line is at or above a level: closed intervals of `u` that do not overlap."""
    over = value >= level
    if over.all():
        return [WHOLE]
    if not over.any():
        return []
    turns = np.flatnonzero(over[1:] != over[:-1])
    share = (level - value[turns]) / (value[turns + 1] - value[turns])
    edges = np.clip(u[turns] + share * (u[turns + 1] - u[turns]), u[turns], u[turns + 1]).tolist()
    if over[0]:
        edges.insert(0, 0.0)
    if over[-1]:
        edges.append(1.0)
    return list(zip(edges[::2], edges[1::2], strict=True))
