"""Which plan and which entry of a logbook a flown flight belongs to: by time, place, aircraft and name."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from dronectl.audit.shelf import Card, Shelf
from dronectl.editions import span_of
from dronectl.errors import Fault
from dronectl.geometry import grow
from dronectl.intervals import Interval
from dronectl.logbook import Entry, Logbook, file_name
from dronectl.mission import Mission
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Box

NEAR_M = 300.0  # a flight whose box lies farther from a plan's is another one: a house figure
EARLY_S = 2 * 3600.0  # a flight so much before or after its plan is still that plan's: a house figure
ENTRY_S = 1800.0  # and before or after its entry in the logbook: a house figure
SPAN_S = 300.0  # an entry of several flights holds each of them but for so much: a house figure
LEAST_NAME = 4  # shorter names say nothing
WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The plan of a flight; None where none fits, or several fit as well."""

    card: Card | None
    by: tuple[str, ...] = ()
    """`name`, `time`, `place`, `aircraft`."""
    why: str = ""
    """Why there is none; empty where there is one."""


class Plans:
    """All plans of an audit, found by place and time without opening one."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = tuple(cards)
        self.boxes = np.array([grow(card.box, NEAR_M) for card in cards], dtype=float).reshape(-1, 4)
        spans = [card.span or (-np.inf, np.inf) for card in cards]
        self.spans = np.array(spans, dtype=float).reshape(-1, 2)
        self.names = [(_words(card.id), _words(Path(card.path).stem)) for card in cards]

    def of(self, log: Mission, box: Box) -> Match:
        """The plan that fits a flown flight best."""
        if not self.cards:
            return Match(card=None, why="there is no plan in the folders")
        span = span_of(log)
        west, south, east, north = box
        near = (self.boxes[:, 0] <= east) & (self.boxes[:, 2] >= west)
        near &= (self.boxes[:, 1] <= north) & (self.boxes[:, 3] >= south)
        if span is not None:
            near &= (self.spans[:, 0] - EARLY_S <= span[1]) & (self.spans[:, 1] + EARLY_S >= span[0])
        mine = _words(Path(log.path).stem)
        rated = []
        for k in np.flatnonzero(near).tolist():
            card = self.cards[k]
            if card.aircraft and log.aircraft and card.aircraft != log.aircraft:
                continue
            by = ["place"]
            named = max(_alike(name, mine) for name in self.names[k])
            if named:
                by.insert(0, "name")
            if span is not None and card.span is not None:
                by.append("time")
            if card.aircraft and card.aircraft == log.aircraft:
                by.append("aircraft")
            late = abs(span[0] - card.span[0]) if span is not None and card.span is not None else np.inf
            rated.append(((named, "time" in by, "aircraft" in by), -late, -_spread(card.box, box), k, tuple(by)))
        if not rated:
            return Match(card=None, why="no plan is at its place and time")
        rated.sort(reverse=True)
        best = rated[0]
        if len(rated) > 1 and rated[1][:3] == best[:3]:
            names = ", ".join(sorted({self.cards[one[3]].id for one in rated if one[:3] == best[:3]})[:4])
            return Match(card=None, why=f"several plans fit as well: {names}")
        return Match(card=self.cards[best[3]], by=best[4])


def _words(name: str) -> tuple[str, ...]:
    """The words and numbers of a name."""
    return tuple(word.lstrip("0") or "0" for word in WORD.findall(name.casefold()))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many words two names share where one of them holds the whole other; 0 where neither does, or it says nothing."""
    short, long = sorted((one, other), key=len)
    if len("".join(short)) < LEAST_NAME:
        return 0
    return len(short) if any(long[k : k + len(short)] == short for k in range(len(long))) else 0


def _names(*words: str) -> list[str]:
    """Names as they are compared: letters and figures only, and none that is too short to say anything."""
    made = ["".join(WORD.findall(word.casefold())) for word in words]
    return list(dict.fromkeys(name for name in made if len(name) >= LEAST_NAME))


def _spread(one: Box, other: Box) -> float:
    """How far apart the middles of two boxes lie, in degrees."""
    return float(np.hypot((one[0] + one[2] - other[0] - other[2]) / 2, (one[1] + one[3] - other[1] - other[3]) / 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """The entry of a logbook that a flight belongs to, by its number; None where there is none, or several fit as well."""

    number: int | None
    by: str = ""
    """`name`, where the entry names the log; `span`, where it holds the flight from take-off to landing; `time`."""
    why: str = ""
    """Why there is none; empty where there is one."""


class Entries:
    """All entries of the logbooks of an audit."""

    def __init__(self, logbooks: Sequence[Logbook], shared: Collection[str] = ()) -> None:
        """`shared` are the file names that several logs have: an entry that names one is asked for its day too."""
        self.entries: tuple[Entry, ...] = tuple(entry for logbook in logbooks for entry in logbook.entries)
        self.shared = frozenset(shared)
        self.by_file: dict[str, list[int]] = {}
        for k, entry in enumerate(self.entries):
            if entry.log:
                self.by_file.setdefault(entry.log, []).append(k)
        self.begin = np.array([np.nan if entry.begin is None else entry.begin for entry in self.entries])
        self.end = np.array([np.nan if entry.end is None else entry.end for entry in self.entries])

    def of(self, log: Mission) -> Logged:
        """The entry of a flown flight, or why it has none."""
        if not self.entries:
            return Logged(number=None, why="there is no logbook in the folders")
        span, name = span_of(log), file_name(log.path)
        begin, shared = None if span is None else span[0], name in self.shared
        named = [k for k in self.by_file.get(name, []) if self.entries[k].may_name(begin, shared=shared)]
        if len(named) == 1 and not (shared and begin is None):
            return Logged(number=named[0], by="name")
        if span is None:
            several, none = "several entries of the logbook name it", "the log keeps no times to look it up by"
            if len(named) == 1:
                return Logged(number=None, why="an entry of the logbook names it, as it does other logs of that name")
            return Logged(number=None, why=several if named else none)
        with np.errstate(invalid="ignore"):
            near = np.flatnonzero((np.abs(self.begin - span[0]) <= ENTRY_S) | self._holding(span))
        fitting = [
            k for k in near.tolist()
            if (k in named if named else not self.entries[k].log and may_be_of(self.entries[k], log.aircraft))
        ]  # fmt: skip
        if not fitting:
            return Logged(number=None, why="no entry of the logbook begins near it")
        fitting.sort(key=lambda k: abs(float(self.begin[k]) - span[0]))
        if len(fitting) > 1 and abs(self.begin[fitting[0]] - span[0]) == abs(self.begin[fitting[1]] - span[0]):
            return Logged(number=None, why="several entries of the logbook begin as near to it")
        best = fitting[0]
        return Logged(number=best, by="name" if named else "span" if self._holding(span)[best] else "time")

    def _holding(self, span: Interval) -> np.ndarray:
        """Which entries hold a flight from take-off to landing."""
        return np.asarray((self.begin - SPAN_S <= span[0]) & (span[1] <= self.end + SPAN_S))


def may_be_of(entry: Entry, aircraft: str) -> bool:
    """True where an entry of a logbook may be about an aircraft: it has its name, or one of the two has none."""
    named = [entry.values.get(name, "") for name in ("aircraft_model", "aircraft_serial")]
    if not aircraft or not any(named):
        return True
    mine = _names(aircraft)
    return any(a in b or b in a for a in mine for b in _names(*named))


def alone(shelf: Shelf, met: Collection[str], span: Interval | None) -> list[Fault]:
    """Plans, entries of logbooks and permits of a period that no flight belongs to; `met` names those that one does."""
    found = [
        Fault(Where(card.path), "no flight of these logs belongs to this plan")
        for card in shelf.plans if card.path not in met and _within(card.span, span)
    ]  # fmt: skip
    for book in shelf.logbooks:
        found += [
            Fault(entry.where, "no log in the folders belongs to this entry")
            for entry in book.entries
            if str(entry.where) not in met
            and _within((entry.begin, entry.begin) if entry.begin is not None else None, span)
        ]
    found += [
        Fault(permit.where, "no flight of these logs is one that this permit names")
        for permit in shelf.permits
        if permit.missions and not permit.missions & set(met)
        and _within((permit.begin or -math.inf, permit.end or math.inf), span)
    ]  # fmt: skip
    return found


def _within(one: Interval | None, span: Interval | None) -> bool:
    """True where something may be of a period: what has no time may."""
    return one is None or span is None or (one[0] <= span[1] and one[1] >= span[0])


def log_box(log: Mission) -> Box:
    """The box round a flown flight, in degrees."""
    lon, lat = (np.concatenate([getattr(flight, name) for flight in log.flights]) for name in ("lon", "lat"))
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
