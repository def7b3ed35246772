"""Flights that somebody else says happened and nobody logged: counters of aircraft, cycles of batteries, requests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from dronectl.audit.matching import may_be_of
from dronectl.audit.store import Row
from dronectl.intervals import Interval
from dronectl.logbook import Logbook, file_name
from dronectl.readers.sightings import Asked, Reading
from dronectl.records import dataclass

NEAR_S = 1800.0  # an entry of a logbook so near to a log is about it: a house figure
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
    named = {file_name(entry.values.get("log", "")) for book in logbooks for entry in book.entries}
    nameless = [_flight(row) for row in timed if file_name(row["path"]) not in named]
    found = [
        *_counted(counters, flown),
        *_cycled(counters, flown),
        *_requested(requests, flown),
        *_booked(logbooks, nameless, {file_name(path) for path in logs}),
    ]
    if found and len(timed) < len(every):
        what = f"without a time: {len(every) - len(timed)} of the logged flights, which may be among what is missing"
        found.append(Gap(source="time", what=what, begin=None, end=None, missing=0.0))
    return sorted(found, key=lambda gap: (gap.begin is None, gap.begin or 0.0, gap.source, gap.what))


_Flight = tuple[float, float, str, float]


def _flight(row: Row) -> _Flight:
    return row["start"], row["end"], row["aircraft"], row["duration_s"] or 0.0


def _between(flown: Sequence[_Flight], span: Interval) -> list[_Flight]:
    return [one for one in flown if span[0] < one[0] <= span[1]]


def _counted(counters: Sequence[Reading], flown: Sequence[_Flight]) -> list[Gap]:
    """Counters of flights and hours, from one reading of an aircraft to its next."""
    found = []
    by_aircraft: dict[str, list[Reading]] = {}
    for reading in counters:
        if not reading.battery:
            by_aircraft.setdefault(reading.aircraft, []).append(reading)
    for name, readings in sorted(by_aircraft.items()):
        readings.sort(key=lambda one: one.time)
        for one, two in pairwise(readings):
            near = _between(flown, (one.time, two.time))
            mine = [flight for flight in near if flight[2] == name]
            nameless = sum(not flight[2] for flight in near)
            perhaps = f"; {nameless} logged without an aircraft may be among them" if nameless else ""
            for source, before, after, logged, unit, least in (
                ("counter", one.flights, two.flights, float(len(mine)), "flights", 1.0),
                ("hours", one.hours, two.hours, sum(flight[3] for flight in mine) / 3600, "hours", LEAST_HOURS),
            ):
                more = after - before
                if more != more:
                    continue
                if more < 0:
                    what = f"{name or 'the aircraft'}: its counter of {unit} runs back from {before:g} to {after:g}"
                    found.append(Gap(source="order", what=what, begin=one.time, end=two.time, missing=0.0))
                elif more - logged >= least:
                    what = f"{name or 'the aircraft'}: {more:g} {unit} counted, {logged:.3g} logged{perhaps}"
                    found.append(Gap(source=source, what=what, begin=one.time, end=two.time, missing=more - logged))
    return found


def _cycled(counters: Sequence[Reading], flown: Sequence[_Flight]) -> list[Gap]:
    """A battery with more cycles than there were flights by any aircraft in that time: a flight may use several batteries."""
    found = []
    by_battery: dict[str, list[Reading]] = {}
    for reading in counters:
        if reading.battery:
            by_battery.setdefault(reading.battery, []).append(reading)
    for name, readings in sorted(by_battery.items()):
        readings.sort(key=lambda one: one.time)
        for one, two in pairwise(readings):
            more = two.cycles - one.cycles
            logged = len(_between(flown, (one.time, two.time)))
            if more > logged:
                what = f"battery {name}: {more:g} cycles, {logged} flights logged in that time by any aircraft"
                found.append(Gap(source="battery", what=what, begin=one.time, end=two.time, missing=more - logged))
    return found


def _requested(requests: Sequence[Asked], flown: Sequence[_Flight]) -> list[Gap]:
    found = []
    for asked in requests:
        if not any(begin <= asked.end and end >= asked.begin for begin, end, _, _ in flown):
            what = f"request {asked.id}: nothing was logged in its time; perhaps it was not flown"
            found.append(Gap(source="request", what=what, begin=asked.begin, end=asked.end, missing=1.0))
    return found


def _booked(logbooks: Sequence[Logbook], flown: Sequence[_Flight], logs: Collection[str]) -> list[Gap]:
    """Entries of a logbook with a time at which no log was made, and which name no log that is there.

    `flown` are the flights whose logs no entry names. A log stands for one entry, the nearest of an aircraft that it may be
    of, and for those whose whole time it holds.
    """
    found = []
    left = list(flown)
    dated = [(entry.begin, entry) for book in logbooks for entry in book.entries if entry.begin is not None]
    for begin, entry in sorted(dated, key=lambda pair: pair[0]):
        if file_name(entry.values.get("log", "")) in logs:
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
