"""What `audit gaps`, `audit query`, `sample`, `reconcile`, `exposure` and `whowas` do, and their exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dronectl.audit import flights, summary
from dronectl.cli import tongue
from dronectl.cli.applying import print_made, require_format
from dronectl.cli.gathering import Ground, alt_datum_of, finite, from_0, house_of, models_of, moment
from dronectl.config import settings
from dronectl.errors import InputError, MissingExtra, UsageError
from dronectl.heights import Models
from dronectl.house import House
from dronectl.measures import Datum
from dronectl.readers.layers import read_layer
from dronectl.records import dataclass
from dronectl.reports import afterwards as report
from dronectl.sharing.record import seen_by

FOUND, NOTHING, UNKNOWN = 1, 0, 3
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What these commands share."""

    folders: Sequence[str]
    operator: Sequence[str] = ()
    terrain: Sequence[str] = ()
    alt_datum: str | None = None


def _house(asked: Asked) -> tuple[House, Models, Datum | None]:
    chosen = settings()
    house, faults = house_of(chosen, [], asked.operator, [], [])
    models, more = models_of(chosen, Ground(terrain=asked.terrain))
    if faults or more:
        raise InputError([*faults, *more])
    return house, models, alt_datum_of(chosen.word("alt_datum", asked.alt_datum))


def _told_unread(found: flights.Flights) -> int:
    for fault in found.unread:
        tongue.note(f"error: {fault.where}: {fault.what}")
    return len(found.unread)


def sample(asked: Asked, period: str | None, count: int, seed: int, by: str, format_: str, output: str | None) -> int:
    """A seeded, stratified sample of flights."""
    from dronectl.audit import sampling

    require_format(format_, report.FORMATS)
    if by not in sampling.STRATA:
        raise UsageError(f"--stratify {by!r} is none of {', '.join(sampling.STRATA)}")
    if count < 1:
        raise UsageError("--n must be 1 or more")
    _, span = summary.period_of(period)
    rows = flights.rows_of(asked.folders, alt_datum_of(settings().word("alt_datum", asked.alt_datum)))
    drawn, whole = sampling.sample(rows, count, seed, by, span)
    print_made(report.sample(drawn, whole, seed, format_, tongue.teller()), output, [])
    return NOTHING if drawn else UNKNOWN


def gaps(
    asked: Asked, counters: Sequence[str], requests: Sequence[str], period: str | None, format_: str, output: str | None
) -> int:
    """Flights that somebody else says happened and nobody logged; 1 where there is one, 3 where that is not known."""
    from dronectl.audit import missing
    from dronectl.readers.sightings import read_counters, read_requests

    require_format(format_, report.FORMATS)
    readings = [one for path in counters for one in read_counters(path)]
    wanted = [one for path in requests for one in read_requests(path)]
    _, span = summary.period_of(period)
    kept = flights.results_in(asked.folders)
    opened = None if kept else flights.open_flights(asked.folders, aside=[*counters, *requests])
    logbooks, logs = ([], []) if opened is None else (opened.logbooks, opened.found.logs)
    if not readings and not wanted and not logbooks:
        raise UsageError("there is nothing to hold the flights against: --counters FILE, --requests FILE, or a logbook")
    rows = flights.rows_of(asked.folders) if opened is None else opened.rows()
    found = missing.gaps(rows, counters=readings, requests=wanted, logbooks=logbooks, logs=logs)
    unread = 0 if opened is None else _told_unread(opened)
    if span is not None:
        found = [
            gap
            for gap in found
            if gap.begin is None or gap.end is None or not (gap.end < span[0] or gap.begin > span[1])
        ]
    print_made(report.gaps(found, format_, tongue.teller()), output, [*counters, *requests])
    if any(gap.source != missing.UNSURE for gap in found):
        return FOUND
    return UNKNOWN if found or unread else NOTHING


def reconcile(
    detections: str, asked: Asked, near: float, clock: float, known: str | None, format_: str, output: str | None
) -> int:
    """What each detection was; 1 where one cannot be explained, 3 where a log could not be read."""
    from dronectl.audit import reconciling
    from dronectl.readers.sightings import read_detections

    require_format(format_, (*report.FORMATS, "geojson"))
    from_0(near, "--near")
    from_0(clock, "--clock")
    seen = read_detections(detections)
    if not seen:
        raise UsageError(f"{detections} holds no detection")
    house, models, datum = _house(asked)
    names = frozenset(Path(known).read_text("utf-8").split()) if known is not None else frozenset[str]()
    found = flights.open_flights(asked.folders, datum, aside=[detections])
    answers = reconciling.reconcile(seen, found, models, house, near_m=near, clock_s=clock, known=names)
    unread = _told_unread(found)
    print_made(report.reconciled(answers, format_, tongue.teller()), output, [detections])
    if any(answer.kind in ("unexplained", "deviating") for answer in answers):
        return FOUND
    return UNKNOWN if unread else NOTHING


def exposure(
    asked: Asked, areas: str, homes: Sequence[str], period: str | None, format_: str, output: str | None
) -> int:
    """Home-seconds and passes per area; 3 where what a flight saw is not known."""
    from dronectl.audit import looking

    require_format(format_, report.FORMATS)
    house, models, datum = _house(asked)
    _, span = summary.period_of(period)
    parts, addresses = read_layer("areas", [areas]), read_layer("homes", list(homes))
    found = flights.open_flights(asked.folders, datum)
    wanted = (one for one in found if one.begins_in(span))
    made = looking.exposure(wanted, parts, addresses, models, house)
    unread = _told_unread(found)
    print_made(report.exposed(made, format_, tongue.teller()), output, [areas, *homes])
    return UNKNOWN if unread or made.unseen else NOTHING


def whowas(asked: Asked, near: str, radius: float, begin: str, end: str, format_: str, output: str | None) -> int:
    """What flew near an address, without telling where else it was; 3 where a log could not be read or keeps no times."""
    from dronectl.audit import looking

    require_format(format_, ("text", "json"))
    parts = near.split(",")
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError:
        raise UsageError(f"--near {near!r}: give latitude,longitude") from None
    from_0(radius, "--radius")
    if abs(finite(lat, "--near")) > 90 or abs(finite(lon, "--near")) > 180:
        raise UsageError("--near is not on the globe: latitude, then longitude")
    first, last = (
        moment(begin, "--from"),
        moment(end if "T" in end or " " in end else f"{begin.split('T')[0]}T{end}", "--to"),
    )
    assert first is not None and last is not None
    if last < first:
        raise UsageError("--to lies before --from")
    house, models, datum = _house(asked)
    found = flights.open_flights(asked.folders, datum)
    told = (replace(one, mission=seen_by(one.mission, "resident")) for one in found)
    made = looking.whowas(told, (lon, lat), radius, (first, last), models, house)
    unread = len(found.unread)
    print_made(report.passed(made, unread, format_, tongue.teller()), output, [])
    return UNKNOWN if unread or made.untimed else NOTHING


def query(sql: str, results: Sequence[str], format_: str) -> int:
    """Ask the results of audits in SQL: the table is `flights`. Nothing else can be read, and nothing written."""
    paths = flights.results_in(results)
    if not paths:
        raise UsageError("--results: name the results of an audit (flights.parquet, or its folder)")
    try:
        import duckdb
        from pyarrow import dataset
    except ImportError:
        raise MissingExtra("audit query", "sql,parquet") from None
    require_format(format_, report.FORMATS)
    made = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    made.register("flights", dataset.dataset([str(path) for path in paths]))
    made.execute("SET enable_external_access = false")
    made.execute("SET lock_configuration = true")
    try:
        answer = made.execute(sql)
        columns = [part[0] for part in answer.description or []]
        rows = answer.fetchmany(MOST_ROWS + 1)
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be answered: {str(error).splitlines()[0]}") from None
    if len(rows) > MOST_ROWS:
        tongue.note(f"note: only the first {MOST_ROWS:,} rows are shown")
    sys.stdout.write(report.answered(columns, rows[:MOST_ROWS], format_))
    return NOTHING
