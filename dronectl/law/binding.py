"""Which limits of which packs bind one mission on its days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from functools import lru_cache

from dronectl.category import within
from dronectl.law.pack import Limit, Pack
from dronectl.law.shelf import edition_on
from dronectl.records import dataclass

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Law:
    """The limits that bind one mission, and the packs they are from."""

    limits: tuple[Limit, ...] = ()
    packs: tuple[Pack, ...] = ()
    """The editions in force."""
    lacking: tuple[str, ...] = ()
    """Packs that bind the mission and have no edition for its day, or none with its category."""
    lapsed: tuple[str, ...] = ()
    """Packs that were asked for and whose last edition is over by its day."""
    uncertain: tuple[Limit, ...] = ()
    """Limits of confidence C that nobody adopted: not asked."""
    regime_known: bool = False
    """True where a pack speaks of the mission's category, and of the part of it that the mission names."""
    parts: tuple[str, ...] = ()
    """The parts of the mission's category, of which it should name one and names none: `open` is flown as A1, A2 or A3."""
    names: frozenset[str] = frozenset()
    """What any pack calls its limits, and the zones that they are about."""
    changes: Mapping[date, tuple[str, ...]] = field(default_factory=dict)
    """Later days of the mission on which the limits are not those of its first day, each with the limits that differ."""

    def of(self, kind: str) -> list[Limit]:
        """The limits of one kind, in the order of their packs."""
        return [limit for limit in self.limits if limit.kind == kind]

    def named(self, identifier: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.id == identifier), None)


def binding(packs: Sequence[Pack], category: str, days: tuple[date, date], box: Box, asked: Sequence[str] = ()) -> Law:
    """The law of a category for a mission inside a box (west, south, east, north, degrees), from its first to its last day.

    It is that of the first day, with what changes until the last. `asked` names the packs that bind only where they are asked
    for.
    """
    first, last = days
    law = _on(packs, category, first, box, asked)
    if first == last:
        return law
    changes = {day: _unlike(law, _on(packs, category, day, box, asked)) for day in _edges(packs, first, last)}
    return replace(law, changes={day: found for day, found in changes.items() if found})


def _edges(packs: Sequence[Pack], first: date, last: date) -> list[date]:
    """The days after the first one, until the last, on which an edition or a limit begins, or is over."""
    parts: list[Pack | Limit] = [*packs, *(limit for pack in packs for limit in pack.limits)]
    begins = {part.valid_from for part in parts}
    ends = {part.valid_until for part in parts if part.valid_until is not None}
    over = {end + timedelta(days=1) for end in ends if end < date.max}
    return sorted(day for day in begins | over if first < day <= last)


def _unlike(one: Law, other: Law) -> tuple[str, ...]:
    """The limits that only one of two laws has, or that ask something else in it."""
    asks = [
        {
            limit.id: (limit.kind, limit.comparator, limit.value, limit.unit, limit.severity, limit.more)
            for limit in law.limits
        }
        for law in (one, other)
    ]
    return tuple(sorted(name for name in asks[0].keys() | asks[1].keys() if asks[0].get(name) != asks[1].get(name)))


def _on(packs: Sequence[Pack], category: str, day: date, box: Box, asked: Sequence[str]) -> Law:
    """The law of one day."""
    adopted = {identifier for pack in packs if pack.id in asked for identifier in pack.adopts}
    named = frozenset[str]().union(*map(_named, packs))
    parts: set[str] = set()
    limits: dict[str, Limit] = {}
    used: list[Pack] = []
    lacking: list[str] = []
    lapsed: list[str] = []
    uncertain: list[Limit] = []
    known = False
    for identifier in dict.fromkeys(pack.id for pack in packs):
        any_edition = next(pack for pack in packs if pack.id == identifier)
        if any_edition.opt_in and identifier not in asked:
            continue
        if any_edition.categories and not (category and within(category, any_edition.categories)):
            continue
        if any_edition.box is not None and not _meet(any_edition.box, box):
            continue
        known |= bool(any_edition.categories)
        pack = edition_on(packs, identifier, day)
        if pack is None:
            ends = [one.valid_until for one in packs if one.id == identifier]
            over = identifier in asked and all(end is not None and end < day for end in ends)
            (lapsed if over else lacking).append(identifier)
            continue
        used.append(pack)
        if within(category, pack.lacks):
            lacking.append(identifier)
        if category.strip().lower() in (name.lower() for name in pack.in_parts):
            parts.update(name for name in named if within(name, (category,)))
        for limit in pack.limits:
            if (
                (day != date.max and not limit.in_force(day))
                or (limit.categories and not category)
                or not limit.binds(category)
            ):
                continue
            if limit.confidence == "C" and limit.id not in adopted:
                uncertain.append(limit)
                continue
            if limit.id in adopted:
                limit = replace(limit, more={**limit.more, "adopted": True})
            limits[limit.id] = limit
    return Law(
        names=names_in(packs),
        limits=tuple(limits.values()), packs=tuple(used), lacking=tuple(lacking), lapsed=tuple(lapsed),
        uncertain=tuple(uncertain),
        regime_known=known and (within(category, named) or not _is_part(category, named)), parts=tuple(sorted(parts)),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _named(pack: Pack) -> frozenset[str]:
    """The parts of categories that a pack names."""
    return frozenset(name for limit in pack.limits for name in limit.parts)


def names_in(packs: Sequence[Pack]) -> frozenset[str]:
    """What packs call their limits, and the zones that they are about; see `Zone.strange_law`."""
    return frozenset[str]().union(*map(_called, packs))


@lru_cache(maxsize=64)
def _called(pack: Pack) -> frozenset[str]:
    """What a pack calls its limits, and the zones that they are about."""
    return frozenset(name for limit in pack.limits for name in (limit.id, limit.more.get("zones")) if name)


def _is_part(category: str, named: Collection[str]) -> bool:
    """True for a word that names a part of a category whose parts are named: then it should be one of those."""
    root, slash, _ = category.strip().partition("/")
    return bool(slash) and any(within(name, (root,)) for name in named)


def _meet(one: Box, two: Box) -> bool:
    return one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]


def unconfirmed(packs: Sequence[Pack]) -> Mapping[str, Limit]:
    """Every limit of confidence C, by identifier."""
    return {limit.id: limit for pack in packs for limit in pack.limits if limit.confidence == "C"}
