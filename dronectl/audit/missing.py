"""Flights that somebody else says happened and nobody logged: counters of aircraft, cycles of batteries, requests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from math import isnan
from operator import attrgetter

from dronectl.audit.matching import may_be_of
from dronectl.audit.store import Row
from dronectl.intervals import Interval
from dronectl.logbook import Entry, Logbook, file_name, shared_names
from dronectl.readers.sightings import Asked, Reading
from dronectl.records import dataclass

NEAR_S = 1800.0  # an entry of a logbook so near to a log is about it: a house figure
UNSURE = "time"  # the source of a gap of which it is not known whether there is one
LEAST_HOURS = 0.1  # counters of hours are rounded to a tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that is not logged."""

    source: str
    """`counter`, `hours`, `battery`, `request`, `logbook`; `order` and `time` for what makes one uncertain."""
    what: str
    begin: float | None
    end: float | None
    missing: float
    """How many flights, at least; hours where the source is hours."""


def gaps(
    rows: Iterable[Row], *, counters: Sequence[Reading] = (), requests: Sequence[Asked] = (),
    logbooks: Sequence[Logbook] = (), logs: Collection[str] = (),
) -> list[Gap]:  # fmt: skip
    """What the sources say happened beyond the logs, in order of time; `logs` are the paths of all logs, read or not."""
    every = list(rows)
    timed = [row for row in every if row["start"] is not None]
    flown = [_flight(row) for row in timed]
    names = _Names(every, logbooks, logs)
    nameless = [_flight(row) for row in timed if not names.entered(row)]
    found = [
        *_counted(counters, flown),
        *_cycled(counters, flown),
        *_requested(requests, flown),
        *_booked(logbooks, nameless, names),
    ]
    if found and len(timed) < len(every):
        what = f"without a time: {len(every) - len(timed)} of the logged flights, which may be among what is missing"
        found.append(Gap(source=UNSURE, what=what, begin=None, end=None, missing=0.0))
    return sorted(found, key=lambda gap: (gap.begin is None, gap.begin or 0.0, gap.source, gap.what))


class _Names:
    """Which logs the entries of logbooks name."""

    def __init__(self, rows: Sequence[Row], logbooks: Sequence[Logbook], logs: Collection[str]) -> None:
        self.shared = shared_names(logs)
        begins: dict[str, list[float | None]] = {}
        for row in rows:
            begins.setdefault(row["path"], []).append(row["start"])
        self.begins: dict[str, list[float | None]] = {}
        for path in logs:
            self.begins.setdefault(file_name(path), []).extend(begins.get(path, [None]))
        self.entries: dict[str, list[Entry]] = {}
        for entry in (entry for book in logbooks for entry in book.entries if entry.log):
            self.entries.setdefault(entry.log, []).append(entry)

    def entered(self, row: Row) -> bool:
        """True where an entry names the log of a flight."""
        name = file_name(row["path"])
        return any(entry.may_name(row["start"], shared=name in self.shared) for entry in self.entries.get(name, ()))

    def there(self, entry: Entry) -> bool:
        """True where the log that an entry names is one of those that are there, read or not."""
        return any(entry.may_name(begin, shared=entry.log in self.shared) for begin in self.begins.get(entry.log, ()))


_Flight = tuple[float, float, str, float]


def _flight(row: Row) -> _Flight:
    return row["start"], row["end"], row["aircraft"], row["duration_s"] or 0.0


def _between(flown: Sequence[_Flight], span: Interval) -> list[_Flight]:
    return [one for one in flown if span[0] < one[0] <= span[1]]


def _counted(counters: Sequence[Reading], flown: Sequence[_Flight]) -> list[Gap]:
    """Counters of flights and hours, from one reading of an aircraft to its next."""
    found = []
    of_aircraft = [reading for reading in counters if reading.aircraft or not reading.battery]
    for source, unit, least, count in (
        ("counter", "flights", 1.0, attrgetter("flights")),
        ("hours", "hours", LEAST_HOURS, attrgetter("hours")),
    ):
        for name, one, two in _readings(of_aircraft, attrgetter("aircraft"), count):
            near = _between(flown, (one.time, two.until))
            nameless = sum(not flight[2] for flight in near)
            perhaps = f"; {nameless} logged without an aircraft may be among them" if nameless else ""
            logged, fewest = (
                float(
                    sum(
                        flight[3] / 3600 if source == "hours" else 1
                        for flight in _between(near, span)
                        if flight[2] == name
                    )
                )
                for span in ((one.time, two.until), (one.until, two.time))
            )
            before, after = count(one), count(two)
            more, whose = after - before, name or "the aircraft"
            if more < 0:
                what = f"{whose}: its counter of {unit} runs back from {before:g} to {after:g}"
                found.append(Gap(source="order", what=what, begin=one.time, end=two.until, missing=0.0))
            elif more - logged >= least:
                what = f"{whose}: {more:g} {unit} counted, {logged:.3g} logged{perhaps}"
                found.append(Gap(source=source, what=what, begin=one.time, end=two.until, missing=more - logged))
            elif more - fewest >= least:
                what = (
                    f"{whose}: {more:g} {unit} counted, {fewest:.3g} to {logged:.3g} logged: the readings tell no hour"
                )
                found.append(Gap(source=UNSURE, what=what, begin=one.time, end=two.until, missing=0.0))
    return found


def _readings(
    counters: Iterable[Reading], whose: Callable[[Reading], str], count: Callable[[Reading], float]
) -> Iterator[tuple[str, Reading, Reading]]:
    """Each reading of a count and the next of the same aircraft or battery; a row that leaves it out is no reading of it."""
    found: dict[str, list[Reading]] = {}
    for reading in counters:
        if not isnan(count(reading)):
            found.setdefault(whose(reading), []).append(reading)
    for name, readings in sorted(found.items()):
        for one, two in pairwise(sorted(readings, key=attrgetter("time"))):
            yield name, one, two


def _cycled(counters: Sequence[Reading], flown: Sequence[_Flight]) -> list[Gap]:
    """A battery with more cycles than there were flights by any aircraft in that time: a flight may use several batteries."""
    found = []
    of_batteries = [reading for reading in counters if reading.battery]
    for name, one, two in _readings(of_batteries, attrgetter("battery"), attrgetter("cycles")):
        more = two.cycles - one.cycles
        logged = len(_between(flown, (one.time, two.until)))
        if more < 0:
            what = f"battery {name}: its counter of cycles runs back from {one.cycles:g} to {two.cycles:g}"
            found.append(Gap(source="order", what=what, begin=one.time, end=two.until, missing=0.0))
        elif more > logged:
            what = f"battery {name}: {more:g} cycles, {logged} flights logged in that time by any aircraft"
            found.append(Gap(source="battery", what=what, begin=one.time, end=two.until, missing=more - logged))
    return found


def _requested(requests: Sequence[Asked], flown: Sequence[_Flight]) -> list[Gap]:
    found = []
    for asked in requests:
        if not any(begin <= asked.end and end >= asked.begin for begin, end, _, _ in flown):
            what = f"request {asked.id}: nothing was logged in its time; perhaps it was not flown"
            found.append(Gap(source="request", what=what, begin=asked.begin, end=asked.end, missing=1.0))
    return found


def _booked(logbooks: Sequence[Logbook], flown: Sequence[_Flight], names: _Names) -> list[Gap]:
    """Entries of a logbook with a time at which no log was made, and which name no log that is there.

    `flown` are the flights whose logs no entry names. A log stands for one entry, the nearest of an aircraft that it may be
    of, and for those whose whole time it holds.
    """
    found = []
    left = list(flown)
    dated = [(entry.begin, entry) for book in logbooks for entry in book.entries if entry.begin is not None]
    for begin, entry in sorted(dated, key=lambda pair: pair[0]):
        if names.there(entry):
            continue
        end = entry.end or begin
        if any(a <= begin and end <= b and may_be_of(entry, name) for a, b, name, _ in flown):
            continue
        near = [one for one in left if one[0] <= end + NEAR_S and one[1] >= begin - NEAR_S and may_be_of(entry, one[2])]
        if near:
            left.remove(min(near, key=lambda one: abs(one[0] - begin)))
            continue
        what = f"{entry.where}: the logbook has a flight without a log"
        found.append(Gap(source="logbook", what=what, begin=begin, end=end, missing=1.0))
    return found
