"""A period of flights on one page: what was asked of each, how many kept it, and which did not.

Counts are numerator and denominator, never a percentage alone; what could not be told is counted by itself and never as
kept. Rows are read one by one, so that the memory needed does not grow with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dronectl.audit import store
from dronectl.errors import Fault, UsageError
from dronectl.geometry.sketch import in_the_netherlands, to_rd
from dronectl.intervals import Interval
from dronectl.logbook import FIELDS
from dronectl.readers.moments import HOME_ZONE
from dronectl.records import dataclass

Row = dict[str, Any]
CELL_M = 500.0  # of the grid of Statistics Netherlands (vierkanten)
UNFILLED = "not filled in: "
ALL = "all"  # flights of any time
MOST_LISTED = 500  # exceptions on the page; the results have them all
FIRST_YEAR = 2000  # no drone kept a log before
DEGREE_CELL = 0.005  # outside the Netherlands
CONTROLS = ("plan", "volume", "zones", "people", "privacy", "papers", "category", "log", "logbook")
STATES = {"failed": "broken", "undecided": "unknown", "waived": "waived", "permitted": "kept", "passed": "kept"}
HIGH, MEDIUM, UNKNOWN = "high", "medium", "unknown"
RANK = {HIGH: 0, MEDIUM: 1, UNKNOWN: 2}


@dataclass(slots=True, kw_only=True)
class Control:
    """One control over all flights: kept, broken, unknown, and not asked at all."""

    name: str
    kept: int = 0
    broken: int = 0
    waived: int = 0
    unknown: int = 0
    not_asked: int = 0
    worst: str = ""

    @property
    def asked(self) -> int:
        return self.kept + self.broken + self.waived + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Exception_:
    """One flight that did not keep one control."""

    weight: str
    """`high`, `medium`, `unknown`."""
    flight: str
    path: str
    start: float | None
    owner: str
    """Who answers: the pilot, where that is known."""
    control: str
    what: str


@dataclass(slots=True, kw_only=True)
class Summary:
    """What was counted."""

    period: str
    flights: int = 0
    outside: int = 0
    """Flights of another time than the period, which are not counted."""
    copies: int = 0
    """Flights of logs that have the same bytes as another one, which are not counted again."""
    untimed: int = 0
    """Flights without a time: counted, for they may be of the period."""
    seconds: float = 0.0
    pilots: set[str] = field(default_factory=set)
    aircraft: set[str] = field(default_factory=set)
    controls: dict[str, Control] = field(default_factory=lambda: {name: Control(name=name) for name in CONTROLS})
    exceptions: list[Exception_] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RANK, 0))
    missing: dict[str, int] = field(default_factory=dict)
    """Field of the logbook to the number of flights that lack it."""
    logged: int = 0
    unread: int = 0
    """Flights whose log could not be read: nothing else is known of them."""
    based: int = 0
    """Flights that state a purpose and a legal basis."""
    answers: dict[str, Control] = field(default_factory=dict)
    """Per rule and per limit of a pack what came of asking it, by flights."""
    entries: dict[str, str] = field(default_factory=dict)
    """Entry of a logbook to the first log that it was found for."""
    waivers: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    cells: dict[tuple[int, int], int] = field(default_factory=dict)
    """South-west corner of a grid cell, in cells, to the number of flights over it."""
    dutch: bool = True
    purposes: dict[str, int] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    """Plans, entries of logbooks and missions that a flight belongs to: paths, places and names."""
    reasons: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Why things are unknown: by rule or control how often, and one such case in words."""

    @property
    def clean(self) -> bool | None:
        """True where every control was kept by every flight; None where only unknowns stand against it."""
        if self.weights[HIGH] or self.weights[MEDIUM]:
            return False
        return None if self.weights[UNKNOWN] or not self.flights else True


def period_of(words: str | None) -> tuple[str, Interval | None]:
    """A period: `2026`, `2026Q1`, `2026-02`, `2026-02-03`, or `2026-02-03/2026-03-01`; local days, both ends in."""
    if words is None:
        return ALL, None
    try:
        first, last = _days(words.strip().upper())
        if first.year < FIRST_YEAR:
            raise ValueError(words)
    except ValueError:
        raise UsageError(
            f"--period {words!r}: write 2026, 2026Q1, 2026-02, 2026-02-03, or 2026-02-03/2026-03-01"
        ) from None
    zone = ZoneInfo(HOME_ZONE)
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return words, (begin.timestamp(), end.timestamp() - 0.001)


def _days(words: str) -> tuple[date, date]:
    if "/" in words:
        one, other = words.split("/")
        first, last = date.fromisoformat(one), date.fromisoformat(other)
        if last < first:
            raise ValueError(words)
        return first, last
    if "Q" in words:
        year, quarter = (int(part) for part in words.split("Q"))
        if not 1 <= quarter <= 4:
            raise ValueError(words)
        return date(year, 3 * quarter - 2, 1), _month_end(year, 3 * quarter)
    parts = [int(part) for part in words.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), _month_end(parts[0], parts[1])
    return date.fromisoformat(words), date.fromisoformat(words)


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def summarise(rows: Iterable[Row], period: str, span: Interval | None, unread: Iterable[Fault] = ()) -> Summary:
    """Count the flights of a period; `unread` are files that may be logs of such, and that nobody can read."""
    made = Summary(period=period)
    copies = store.Copies()
    for row in rows:
        if span is not None and row["start"] is not None and not span[0] <= row["start"] <= span[1]:
            made.outside += 1
        elif copies.has(row):
            made.copies += 1
        else:
            _count(made, row)
    for fault in unread:
        what = f"may be the log of a flight: {fault.what}"
        made.weights[UNKNOWN] += 1
        _because(made, "log", what)
        _list(made, Exception_(
            weight=UNKNOWN, flight=Path(fault.where.file).stem, path=fault.where.file, start=None, owner="", control="log",
            what=what,
        ))  # fmt: skip
    _trim(made)
    return made


def _count(made: Summary, row: Row) -> None:
    made.flights += 1
    made.untimed += row["start"] is None
    made.met |= {row["plan_path"], row["plan"] or Path(row["path"]).stem, row["logbook"]} - {""}
    made.seconds += row["duration_s"] or 0.0
    made.pilots |= {row["pilot"]} - {""}
    made.aircraft |= {row["aircraft"]} - {""}
    made.waivers |= set(row["waivers_used"])
    made.expired |= set(row["waivers_expired"])
    purpose = row["purpose"] or "not stated"
    made.purposes[purpose] = made.purposes.get(purpose, 0) + 1
    made.based += bool(row["purpose"] and row["legal_basis"])
    made.unread += bool(row["error"])
    for answer in row["answers"]:
        name, _, status = answer.rpartition("=")
        _add(made.answers.setdefault(name, Control(name=name)), STATES[status])
    if row["logbook"]:
        made.logged += 1
        for name in row["logbook_missing"]:
            made.missing[name] = made.missing.get(name, 0) + 1
    if row["lon"] is not None:
        _cell(made, row["lon"], row["lat"])
    for name in CONTROLS:
        state, weight, what = _control(name, row, made.entries)
        control = made.controls[name]
        _add(control, state)
        if state == "broken" and name == "volume" and (row["worst_m"] or 0.0) >= _worst(control):
            control.worst = f"{row['worst_m']:.0f} m for {row['longest_s']:.0f} s"
        if weight:
            made.weights[weight] += 1
            if weight == UNKNOWN:
                _reason(made, name, row, what)
            _list(made, Exception_(
                weight=weight, flight=row["flight"], path=row["path"], start=row["start"], owner=row["pilot"],
                control=name, what=what,
            ))  # fmt: skip


def _add(control: Control, state: str) -> None:
    setattr(control, state, getattr(control, state) + 1)


def _reason(made: Summary, name: str, row: Row, what: str) -> None:
    """Count why something is unknown: each rule by itself."""
    open_ = {} if row["error"] else {f["rule"]: f["message"] for f in _told(row, name) if f["status"] == "undecided"}
    for key, words in (open_ or {"" if row["error"] else name: what}).items():
        _because(made, key, words)


def _because(made: Summary, key: str, words: str) -> None:
    """Count one reason why something is unknown, and keep the first such case."""
    count, first = made.reasons.get(key, (0, words))
    made.reasons[key] = (count + 1, first)


def _list(made: Summary, one: Exception_) -> None:
    """Keep an exception; of very many the weightiest."""
    made.exceptions.append(one)
    if len(made.exceptions) >= 4 * MOST_LISTED:
        _trim(made)


def _trim(made: Summary) -> None:
    """Put the weightiest exceptions first, and keep those that the page lists."""
    made.exceptions.sort(key=lambda e: (RANK[e.weight], e.start is None, e.start or 0.0, e.flight, e.control))
    del made.exceptions[MOST_LISTED:]


def _worst(control: Control) -> float:
    return float(control.worst.split(" ")[0]) if control.worst else 0.0


def _cell(made: Summary, lon: float, lat: float) -> None:
    import numpy as np

    at = np.array([lon]), np.array([lat])
    dutch = in_the_netherlands(*at)
    made.dutch = made.dutch and dutch
    if dutch:
        east, north = to_rd(*at)
        key = int(east[0] // CELL_M), int(north[0] // CELL_M)
    else:
        key = int(lon // DEGREE_CELL), int(lat // DEGREE_CELL)
    made.cells[key] = made.cells.get(key, 0) + 1


def _control(name: str, row: Row, entries: dict[str, str]) -> tuple[str, str, str]:
    """What a flight did with a control: the state to count, the weight of the exception, and what it is; empty for none.

    `entries` remembers which log an entry of a logbook was found for first: of several it is that of one, and of which is
    not known.
    """
    if row["error"]:
        return "unknown", UNKNOWN if name == "log" else "", f"the log cannot be read: {row['error']}"
    if name == "plan":
        return ("kept", "", "") if row["plan"] else ("broken", MEDIUM, row["unmatched"])
    if name == "logbook":
        if not row["logbook"]:
            return "broken", MEDIUM, row["unlogged"]
        first = entries.setdefault(row["logbook"], row["path"])
        if first != row["path"] and row["logbook_by"] != "span":
            return "unknown", UNKNOWN, f"its entry in the logbook may be that of {Path(first).name}"
        left = row["logbook_missing"]
        return ("broken", MEDIUM, f"{UNFILLED}{', '.join(left)}") if left else ("kept", "", "")
    if name == "volume":
        if not row["plan"]:
            return "not_asked", "", ""
        if row["volume_kept"] is None:
            return (
                "unknown",
                UNKNOWN,
                row["volume"]
                if row["volume"].startswith("no operational")
                else "whether it stayed inside is not known",
            )
        return ("kept", "", "") if row["volume_kept"] else ("broken", HIGH, "; ".join(row["broken"]))
    state = row[f"{name}_state"]
    if state == "failed":
        told = _told(row, name)
        heavy = any(f["severity"] == "violation" and f["status"] == "failed" for f in told)
        return "broken", HIGH if heavy else MEDIUM, "; ".join(f["message"] for f in told if f["status"] == "failed")
    if state == "undecided":
        return (
            "unknown",
            UNKNOWN,
            "; ".join(f"{f['rule']} {f['message']}" for f in _told(row, name) if f["status"] == "undecided"),
        )
    return {"kept": "kept", "waived": "waived"}.get(state, "not_asked"), "", ""


def _told(row: Row, name: str) -> list[Row]:
    from dronectl.audit.flight import FAMILIES

    found: list[Row] = json.loads(row["findings"])
    return [one for one in found if one["rule"].startswith(FAMILIES.get(name, ()))]


def as_values(made: Summary) -> dict[str, Any]:
    """The summary as values that JSON can carry."""
    return {
        "schema": "dronectl/audit/v1", "period": made.period, "flights": made.flights, "outside_period": made.outside,
        "copies": made.copies, "without_time": made.untimed, "hours": round(made.seconds / 3600, 3),
        "pilots": len(made.pilots), "aircraft": len(made.aircraft), "clean": made.clean, "exceptions_by_weight": made.weights,
        "controls": [
            {"name": c.name, "kept": c.kept, "broken": c.broken, "waived": c.waived, "unknown": c.unknown,
             "not_asked": c.not_asked, "asked": c.asked, "worst": c.worst}
            for c in made.controls.values()
        ],
        "logbook": {"logged": made.logged, "missing": {name: made.missing.get(name, 0) for name in FIELDS}},
        "waivers": {"used": sorted(made.waivers), "expired": sorted(made.expired)},
        "purposes": dict(sorted(made.purposes.items())),
        "unknowns": [
            {"rule": key, "count": count, "case": words}
            for key, (count, words) in sorted(made.reasons.items(), key=lambda pair: (-pair[1][0], pair[0]))
        ],
        "exceptions": [
            {"weight": e.weight, "flight": e.flight, "path": e.path, "control": e.control, "what": e.what, "owner": e.owner,
             "start": None if e.start is None else datetime.fromtimestamp(e.start, UTC).isoformat().replace("+00:00", "Z")}
            for e in made.exceptions
        ],
    }  # fmt: skip
