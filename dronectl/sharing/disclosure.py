"""An attack on the register before it is published: what could somebody find out who has it, and a list of all addresses?

It reads the document as everybody will, and counts addresses anew; it shares no division of the ground with what made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from dronectl.geometry import Frame, nearest_of
from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.grid import DEGREE_UNITS, Square
from dronectl.geometry.sketch import to_rd
from dronectl.records import dataclass
from dronectl.sharing.register import ROUND_M, Truth, square_of

FINEST_M = 500  # the side of the finest squares of a register
SAME_PLACE_M = 25.0  # two flights that stayed this near to each other looked at the same address: house figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A place that could be told apart from too few others."""

    flights: tuple[str, ...]
    attack: str
    """`nearest address`, `linked flights` or `end of the path`."""
    addresses: int


@dataclass(slots=True, kw_only=True)
class Disclosure:
    """What the attacks found."""

    fewest: int
    leaks: list[Leak] = field(default_factory=list)
    places: int = 0
    """Places that were attacked."""
    told: int = 0
    """Of them, those in a square that the register tells."""
    smallest: int | None = None
    """The fewest addresses that share a square that is told and holds such a place."""
    linked: int = 0
    """Places at which two flights or more could be linked."""
    guessed: int = 0
    """How often the address nearest to the middle of a square was the right one."""
    cells: dict[str, int] = field(default_factory=dict)
    """Per square that is told how many addresses share it."""

    @property
    def passed(self) -> bool:
        return not self.leaks


def attack(
    document: Mapping[str, Any], truths: Mapping[str, Truth], homes: tuple[Floats, Floats], fewest: int
) -> Disclosure:
    """Try to find hover points, linked flights and the ends of paths in what is to be published."""
    found = Disclosure(fewest=fewest)
    crowd = _Addresses(*homes)
    told = {
        f["properties"]["flight_id"]: [square_of(n) for n in f["properties"]["grid_cells"]]
        for f in document["features"]
    }
    for name in sorted({square.name for squares in told.values() for square in squares}):
        found.cells[name] = crowd.within(square_of(name))
    ends = {
        flight: [(lon, lat) for kind, lon, lat in truth.places if kind == "end"] for flight, truth in truths.items()
    }
    hovered: list[tuple[str, float, float]] = []
    guesses: list[tuple[Square, float, float]] = []
    for flight, squares in told.items():
        for kind, lon, lat in truths[flight].places:
            found.places += 1
            holding = [square for square in squares if crowd.holds(square, lon, lat)]
            if kind == "end":
                _end(found, flight, squares, holding, crowd, (lon, lat))
                continue
            hovered.append((flight, lon, lat))
            if holding:
                found.told += 1
                smallest = min(holding, key=lambda square: square.side)
                count = crowd.candidates(smallest, lon, lat, fewest, whole=crowd.any_in(smallest, ends[flight]))
                found.smallest = count if found.smallest is None else min(found.smallest, count)
                guesses.append((smallest, lon, lat))
                if count < fewest:
                    found.leaks.append(Leak(flights=(flight,), attack="nearest address", addresses=count))
    found.guessed = crowd.guessed(guesses)
    _link(found, told, hovered, crowd)
    return found


def _end(
    found: Disclosure, flight: str, squares: Sequence[Square], holding: Sequence[Square], crowd: _Addresses,
    at: tuple[float, float],
) -> None:  # fmt: skip
    """Round an end nothing finer than a square of a kilometre is told, and that one is shared by enough."""
    around = crowd.square(*at, ROUND_M)
    near = [square for square in squares if around.holds(square) and square != around]
    counts = [crowd.candidates(square, *at, found.fewest, whole=True) for square in holding]
    counts += [crowd.within(square) for square in near]
    if near or any(square.side < ROUND_M for square in holding) or (counts and min(counts) < found.fewest):
        found.leaks.append(Leak(flights=(flight,), attack="end of the path", addresses=min(counts)))


def _link(
    found: Disclosure,
    told: Mapping[str, Sequence[Square]],
    hovered: Sequence[tuple[str, float, float]],
    crowd: _Addresses,
) -> None:
    """Flights that stayed at one place: what all their squares together leave of it."""
    groups, firsts = _together(hovered)
    for k, group in groups.items():
        flights = sorted({flight for flight, _, _ in group})
        if len(flights) < 2:
            continue
        holding = [[s for s in told[flight] if crowd.holds(s, *firsts[k])] for flight in flights]
        every = [square for squares in holding for square in squares]
        if not every:
            continue
        found.linked += 1
        count = crowd.within_all(every)
        if count < found.fewest:
            found.leaks.append(Leak(flights=tuple(flights), attack="linked flights", addresses=count))


def _together(
    hovered: Sequence[tuple[str, float, float]],
) -> tuple[dict[int, list[tuple[str, float, float]]], list[tuple[float, float]]]:
    """Stays that were at one place, and where the first of each group was."""
    groups: dict[int, list[tuple[str, float, float]]] = defaultdict(list)
    firsts: list[tuple[float, float]] = []
    if not hovered:
        return groups, firsts
    lon, lat = (np.array([entry[k] for entry in hovered]) for k in (1, 2))
    at = Frame.about(lon, lat).project(lon, lat)
    begun: dict[tuple[int, int], list[int]] = defaultdict(list)  # groups by the cell of 25 m that their first lies in
    placed: list[tuple[float, float]] = []
    for entry, (x, y) in zip(hovered, at.tolist(), strict=True):
        column, row = int(x // SAME_PLACE_M), int(y // SAME_PLACE_M)
        near = sorted(k for i in (-1, 0, 1) for j in (-1, 0, 1) for k in begun.get((column + i, row + j), ()))
        fits = [k for k in near if np.hypot(placed[k][0] - x, placed[k][1] - y) <= SAME_PLACE_M]
        number = fits[0] if fits else len(firsts)
        if not fits:
            begun[column, row].append(number)
            placed.append((x, y))
            firsts.append(entry[1:])
        groups[number].append(entry)
    return groups, firsts


def _middle(square: Square) -> tuple[float, float]:
    ring = np.array(square.ring()[:4])
    return float(ring[:, 0].mean()), float(ring[:, 1].mean())


class _Addresses:
    """All addresses, on both grids."""

    def __init__(self, lon: Floats, lat: Floats) -> None:
        self.lon, self.lat = lon, lat
        self._degrees = (lon * DEGREE_UNITS, lat * DEGREE_UNITS)
        self._rd: tuple[Floats, Floats] | None = None
        self._counts: dict[Square, np.ndarray] = {}

    def _plane(self, dutch: bool) -> tuple[Floats, Floats]:
        if not dutch:
            return self._degrees
        if self._rd is None:
            self._rd = to_rd(self.lon, self.lat)
        return self._rd

    def _inside(self, square: Square) -> np.ndarray:
        x, y = self._plane(square.dutch)
        return np.asarray(
            (x >= square.x) & (x < square.x + square.side) & (y >= square.y) & (y < square.y + square.side)
        )

    def within(self, square: Square) -> int:
        """How many addresses a square holds."""
        return int(self._quarters(square).sum())

    def _quarters(self, square: Square) -> np.ndarray:
        """How many addresses each quarter of a square holds, west before east, south before north."""
        if square not in self._counts:
            half = square.side / 2
            x, y = (values[self._inside(square)] for values in self._plane(square.dutch))
            quarter = ((x - square.x) // half * 2 + (y - square.y) // half).astype(int)
            self._counts[square] = np.bincount(quarter, minlength=4)
        return self._counts[square]

    def candidates(self, square: Square, lon: float, lat: float, fewest: int, *, whole: bool) -> int:
        """Among how many addresses a place in a square that is told is hidden from who knows how squares are made.

        A square larger than the finest is told where a quarter of it holds too few addresses, and then it stands for such
        quarters only; or, with `whole`, round an end of the same path, and then for all of itself.
        """
        if square.side == FINEST_M:
            return self.within(square)
        counts, half = self._quarters(square), square.side // 2
        px, py = self._one(lon, lat) if square.dutch else (lon * DEGREE_UNITS, lat * DEGREE_UNITS)
        own = int((px - square.x) // half * 2 + (py - square.y) // half)
        few = int(counts[counts < fewest].sum())
        if counts[own] >= fewest or (whole and few < fewest):  # it cannot stand for the quarters with few
            return int(counts.sum())
        return few

    def within_all(self, squares: Sequence[Square]) -> int:
        """How many addresses lie in every one of some squares."""
        held = np.ones(len(self.lon), dtype=bool)
        for square in squares:
            held &= self._inside(square)
        return int(held.sum())

    def holds(self, square: Square, lon: float, lat: float) -> bool:
        """True where a place lies in a square."""
        x, y = (lon * DEGREE_UNITS, lat * DEGREE_UNITS) if not square.dutch else self._one(lon, lat)
        return square.x <= x < square.x + square.side and square.y <= y < square.y + square.side

    def any_in(self, square: Square, places: Sequence[tuple[float, float]]) -> bool:
        """True where one of some places lies in a square."""
        return any(self.holds(square, lon, lat) for lon, lat in places)

    def _one(self, lon: float, lat: float) -> tuple[float, float]:
        x, y = to_rd(np.array([lon]), np.array([lat]))
        return float(x[0]), float(y[0])

    def square(self, lon: float, lat: float, side: int) -> Square:
        """The square of a side that holds a place."""
        dutch = self._dutch(lon, lat)
        x, y = self._one(lon, lat) if dutch else (lon * DEGREE_UNITS, lat * DEGREE_UNITS)
        return Square(int(x // side * side), int(y // side * side), side, dutch)

    def _dutch(self, lon: float, lat: float) -> bool:
        from dronectl.geometry.sketch import in_the_netherlands

        return in_the_netherlands(np.append(self.lon, lon), np.append(self.lat, lat))

    def guessed(self, asked: Sequence[tuple[Square, float, float]]) -> int:
        """How often the address nearest to the middle of a square is the one nearest to the place it holds."""
        if not asked:
            return 0
        frame = Frame.about(self.lon, self.lat)
        homes = frame.project(self.lon, self.lat)
        guess = np.array([_middle(square) for square, _, _ in asked])
        truth = np.array([entry[1:] for entry in asked])
        answers = [nearest_of(homes, frame.project(places[:, 0], places[:, 1])) for places in (guess, truth)]
        return int((answers[0] == answers[1]).sum())
