"""Flown flights by themselves: from folders with logs, each with what its plan says of it, or from results of an audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from functools import cache
from pathlib import Path

from dronectl.audit import shelf, store
from dronectl.audit.flight import facts_of, planned_as
from dronectl.audit.matching import Plans, log_box
from dronectl.editions import span_of
from dronectl.errors import Fault, InputError
from dronectl.intervals import Interval
from dronectl.logbook import Logbook
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import read_mission
from dronectl.records import dataclass
from dronectl.where import Where

RESULTS = "flights.parquet"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flown:
    """One flown flight, and its plan where there is one."""

    mission: Mission
    log: Mission
    plan: Mission | None

    def begins_in(self, span: Interval | None) -> bool:
        """True where it begins in a span of time (seconds since 1970, UTC), or nobody knows when it does."""
        mine = span_of(self.mission)
        return span is None or mine is None or span[0] <= mine[0] <= span[1]


@dataclass(slots=True)
class Flights:
    """The flights of some folders, opened one by one; of logs of the same bytes the first."""

    found: shelf.Shelf
    alt_datum: Datum | None = None
    unread: list[Fault] = field(default_factory=list)
    """Logs that could not be read, and files that may be such: told, and never taken for a flight that was not there."""

    @property
    def logbooks(self) -> Sequence[Logbook]:
        return self.found.logbooks

    def __iter__(self) -> Iterator[Flown]:
        plans, opened = Plans(self.found.plans), cache(read_mission)
        seen: set[str] = set()
        self.unread[:] = self.found.unread
        for path in self.found.logs:
            try:
                log = read_mission(path, alt_datum=self.alt_datum)
            except InputError as error:
                self.unread.extend(error.faults)
                continue
            if log.sha256 in seen:
                continue
            seen.add(log.sha256)
            for flight in log.flights:
                alone = replace(log, flights=(flight,))
                match = plans.of(alone, log_box(alone))
                plan = None
                if match.card is not None:
                    plan = opened(match.card.path)
                    alone = planned_as(plan, alone)
                yield Flown(mission=alone, log=log, plan=plan)

    def rows(self) -> Iterator[store.Row]:
        """The facts of every flight."""
        for flown in self:
            yield facts_of(flown.mission, flown.log) | {"plan": "" if flown.plan is None else flown.plan.id}


def open_flights(folders: Sequence[str], alt_datum: Datum | None = None, aside: Sequence[str] = ()) -> Flights:
    """The flights of some folders. Raises `InputError` where they hold no log.

    Files set aside are no logs, wherever they lie: a table that flights are held against is not to explain itself.
    """
    apart = {Path(name).resolve() for name in aside}
    paths, unseen = shelf.files_of(folders)
    found = shelf.sort_out((path for path in paths if Path(path).resolve() not in apart), unseen)
    if not found.logs:
        raise InputError.at(Where(", ".join(folders)), "holds no log of a flight", remedy="name a folder with logs")
    return Flights(found, alt_datum)


def results_in(folders: Sequence[str]) -> list[Path]:
    """The results of audits among what was named; empty where it is folders of logs."""
    paths = [Path(name) / RESULTS if Path(name).is_dir() else Path(name) for name in folders]
    return [path for path in paths if path.suffix == ".parquet" and store.whole(path)]


def rows_of(folders: Sequence[str], alt_datum: Datum | None = None) -> Iterator[store.Row]:
    """The facts of every flight: from results where they are there, else from the logs."""
    kept = results_in(folders)
    if kept:
        columns = [name for name in store.columns() if name not in ("geometry", "findings")]
        copies = store.Copies()
        yield from (row for row in store.rows(kept, columns) if not copies.has(row))
        return
    yield from open_flights(folders, alt_datum).rows()
