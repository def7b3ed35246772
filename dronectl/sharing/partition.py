"""A fixed division of the ground into squares that each hold enough addresses; it hangs on the addresses alone.

Since it is the same for every flight, no two records can be held against each other to get at a smaller place. A square is
divided in four; a part that holds enough addresses stands by itself, and is divided again. The parts that do not are told
together, as the square they are parts of, if together they hold enough; else not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.grid import Square, squares_of

SIDES = (500, 1_000, 2_000, 4_000, 8_000, 16_000)
"""Metres: the finest is that of the statistical squares; a place with too few addresses within the largest is not told."""


class Partition:
    """Squares with at least `fewest` addresses each."""

    def __init__(self, lon: Floats, lat: Floats, fewest: int, *, dutch: bool) -> None:
        self.fewest, self.dutch = fewest, dutch
        finest = squares_of(lon, lat, SIDES[0], dutch=dutch) if len(lon) else []
        self._count: dict[int, Counter[Square]] = {SIDES[0]: Counter(finest)}
        for side in SIDES[1:]:
            larger: Counter[Square] = Counter()
            for square, count in self._count[SIDES[0]].items():
                larger[square.parent(side)] += count
            self._count[side] = larger

    def addresses(self, square: Square) -> int:
        """How many addresses a square of one of the sides holds."""
        return self._count[square.side][square]

    def leaf(self, place: Square, least: int = SIDES[0]) -> Square | None:
        """The square as which a square of the finest side is told, none smaller than `least`; None where it is not told."""
        square = place.parent(SIDES[-1])
        if self.addresses(square) < self.fewest:
            return None
        for side in reversed(SIDES[:-1]):
            if side < least:
                break
            part = place.parent(side)
            if self.addresses(part) < self.fewest:
                few = [count for one in _parts(square, side) if (count := self.addresses(one)) < self.fewest]
                return square if sum(few) >= self.fewest else None
            square = part
        return square

    def leaves(self, places: Iterable[Square]) -> list[Square]:
        """The squares of the division that hold some squares, each once; those that are not told are left out."""
        found = {self.leaf(place) for place in places}
        return sorted(square for square in found if square is not None)


def _parts(square: Square, side: int) -> list[Square]:
    steps = np.arange(0, square.side, side).tolist()
    return [Square(square.x + east, square.y + north, side, square.dutch) for east in steps for north in steps]
