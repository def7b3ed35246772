"""Pieces of courses laid on planes, for all the footprints that are near them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dronectl.geometry.course import Course, Frame
from dronectl.geometry.ellipsoid import Floats, Ints
from dronectl.records import dataclass
from dronectl.zone import Volume

Column = TypeVar("Column", Floats, Ints)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A volume, and the pieces of a course on one plane that may be near it."""

    volume: Volume
    course: Course
    pieces: Ints
    """Ascending."""
    frame: Frame
    reach: Floats | None = None
    """Metres by which each piece of the course is widened; None where only the nearest place is asked for."""
    more_m: float = 0.0
    """How near beyond it the pieces will be asked to be."""


class Laid:
    """Stretches of courses on planes, one after the other: many footprints are held against the same one."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self.stretches: list[Asked] = []
        for one in asked:
            if self._numbers.setdefault(_key(one), len(self.stretches)) == len(self.stretches):
                self.stretches.append(one)
        self.count: Ints = np.array([len(one.pieces) for one in self.stretches], dtype=np.intp)
        self.first: Ints = np.cumsum(self.count) - self.count
        self.piece = _joined([one.pieces for one in self.stretches])
        self.reach = _joined(
            [np.zeros(len(one.pieces)) if one.reach is None else one.reach[one.pieces] for one in self.stretches]
        )
        ends = [one.course.on(one.frame, one.pieces) for one in self.stretches]
        self.p0, self.p1 = (_joined([both[k] for both in ends]) for k in (0, 1))

    def number(self, one: Asked) -> int:
        """Which of the stretches its pieces are."""
        return self._numbers[_key(one)]

    def find(self, stretch: Ints, piece: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Where pieces of some stretches are among them all, and whether each is there."""
        apart = int(self.piece.max()) + 1
        every = np.repeat(np.arange(len(self.stretches)), self.count) * apart + self.piece
        asked = stretch * apart + piece
        place = np.minimum(np.searchsorted(every, asked), len(every) - 1)
        return place, (every[place] == asked) & (piece < apart)

    @cached_property
    def lon(self) -> Floats:
        """(pieces, 2): of both ends, and `lat` likewise."""
        return _joined([one.course.lon[one.pieces] for one in self.stretches])

    @cached_property
    def lat(self) -> Floats:
        return _joined([one.course.lat[one.pieces] for one in self.stretches])

    @cached_property
    def metres(self) -> Floats:
        """The length of each piece."""
        return _joined([one.course.metres[one.pieces] for one in self.stretches])

    @cached_property
    def blocks(self) -> Joined:
        """The blocks of all stretches."""
        made = [one.course.blocks(one.frame, one.pieces) for one in self.stretches]
        count: Ints = np.array([len(one.count) for one in made], dtype=np.intp)
        return Joined(
            middle=_joined([one.middle for one in made]), reach=_joined([one.reach for one in made]),
            pieces=_joined([one.count for one in made]), first=np.cumsum(count) - count, count=count,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The blocks (`course.Blocks`) of several stretches, one after the other."""

    middle: Floats
    """(blocks, 2)."""
    reach: Floats
    pieces: Ints
    """How many pieces each has."""
    first: Ints
    """Of each stretch the first of its blocks, and how many it has."""
    count: Ints

    @property
    def farthest_m(self) -> Floats:
        """Of each stretch how far from the middle of its plane it reaches."""
        return np.asarray(np.maximum.reduceat(np.hypot(*self.middle.T) + self.reach, self.first))

    def of(self, stretch: Ints) -> tuple[Ints, Ints]:
        """For some stretches, one after the other: which of them, and which block."""
        count = self.count[stretch]
        return np.repeat(np.arange(len(stretch)), count), runs(self.first[stretch], count)


def runs(first: Ints, count: Ints) -> Ints:
    """The numbers `first[k]`, `first[k] + 1` and so on, `count[k]` of them, for every k."""
    stops = np.cumsum(count)
    return np.asarray(np.arange(int(count.sum())) + np.repeat(first - (stops - count), count), dtype=np.intp)


def _key(one: Asked) -> tuple[int, ...]:
    return id(one.course), id(one.frame), id(one.pieces), id(one.reach)


def _joined(parts: list[Column]) -> Column:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
