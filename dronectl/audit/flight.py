"""One flown flight of an audit: read, matched, held against zones, permits, privacy and its plan, as one row."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from dronectl.against import Held, hold
from dronectl.audit.matching import Entries, Logged, Match, Plans, log_box
from dronectl.audit.shelf import Card
from dronectl.check import check
from dronectl.conformance import Conformance, conformance
from dronectl.editions import Library, span_of
from dronectl.errors import InputError
from dronectl.finding import Finding, MissionResult, Severity, Status
from dronectl.geometry import Frame
from dronectl.geometry.wkb import line_wkb
from dronectl.heights import Models, open_models
from dronectl.house import House
from dronectl.logbook import FIELDS, Logbook
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.permit import Permit
from dronectl.prepared import prepared
from dronectl.readers import read_mission
from dronectl.records import dataclass
from dronectl.rules import Options
from dronectl.zone import ZoneFile

FAMILIES = {"zones": ("AIR", "ALT", "TIM", "DAT", "TRF"), "privacy": ("PRV",), "people": ("PPL",), "papers": ("PAP",),
            "log": ("LOG",), "category": ("CAT", "VEH")}  # every family of the catalogue  # fmt: skip
WORST = (Status.FAILED, Status.UNDECIDED, Status.WAIVED, Status.PERMITTED, Status.PASSED)
FROM_PLAN = ("category", "operator", "pilot", "purpose", "legal_basis", "aircraft", "camera", "subject", "declared", "papers",
             "obstacles", "pilot_at", "observers_at", "signers", "emergency")  # fmt: skip
MOST_POINTS = 500  # of a flight's line in the results
MOST_FIXES = 50_000  # of flights that wait to be held against zones together
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that flights are held against; it is sent to every worker once."""

    files: Sequence[ZoneFile]
    plans: Sequence[Card] = ()
    permits: Sequence[Permit] = ()
    logbooks: Sequence[Logbook] = ()
    shared: frozenset[str] = frozenset()
    """The file names that several logs have."""
    house: House = field(default_factory=House)
    options: Options = field(default_factory=Options)
    models: Mapping[str, Any] = field(default_factory=dict)
    """What `open_models` is to be called with."""
    alt_datum: Datum | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """A flight of a log that was read and matched, before it is held against zones."""

    flown: Mission
    log: Mission
    match: Match
    plan: Mission | None
    models: Models

    @property
    def fixes(self) -> int:
        return len(self.flown.flights[0].lon)


class Auditor:
    """A setting made ready, once in each worker."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.library = Library(setting.files)
        self.plans = Plans(setting.plans)
        self.entries = Entries(setting.logbooks, setting.shared)
        self.models = open_models(**setting.models)
        self._plan = lru_cache(maxsize=64)(read_mission)

    def audit(self, paths: Sequence[str]) -> list[Row]:
        """The rows of some logs: one a flight; a log that cannot be read, or that breaks its reader, is a row that says so.

        Flights are held against the zones together, so many as memory bears.
        """
        rows: list[Row | None] = []
        waiting: list[tuple[int, Waiting]] = []
        for path in paths:
            for made in self._read(path):
                if isinstance(made, Waiting):
                    waiting.append((len(rows), made))
                    rows.append(None)
                else:
                    rows.append(made)
            if sum(one.fixes for _, one in waiting) > MOST_FIXES:
                self._settle(waiting, rows)
        self._settle(waiting, rows)
        return [row for row in rows if row is not None]

    def _read(self, path: str) -> Iterator[Row | Waiting]:
        try:
            log = read_mission(path, alt_datum=self.setting.alt_datum)
        except Exception as error:  # one broken log never ends the run: it is told, and counts as unknown
            yield broken(path, _why(error))
            return
        for flight in log.flights:
            try:
                yield self._matched(replace(log, flights=(flight,)), log)
            except Exception as error:
                yield broken(path, _why(error), sha256=log.sha256)

    def _settle(self, waiting: list[tuple[int, Waiting]], rows: list[Row | None]) -> None:
        """Put down the rows of flights that waited; one that breaks what it is held against leaves the others as they are."""
        every = [one for _, one in waiting]
        try:
            held: Sequence[Held | None] = self._held(every)
        except Exception:  # which one it is shows where each is asked by itself
            held = [None] * len(every)
        for (place, one), known in zip(waiting, held, strict=True):
            try:
                rows[place] = self._row(one, known if known is not None else self._held([one])[0])
            except Exception as error:
                rows[place] = broken(one.log.path, _why(error), sha256=one.log.sha256)
        waiting.clear()

    def _held(self, flights: Sequence[Waiting]) -> list[Held]:
        flown, models, options = [one.flown for one in flights], [one.models for one in flights], self.setting.options
        return hold(flown, self.library, models, self.setting.house, near_m=options.near_m, margin_m=options.margin_m)

    def _matched(self, flown: Mission, log: Mission) -> Waiting:
        match = self.plans.of(flown, log_box(flown))
        plan = self._plan(match.card.path) if match.card is not None else None
        flown = flown if plan is None else planned_as(plan, flown)
        return Waiting(flown=flown, log=log, match=match, plan=plan, models=replace(self.models, used=set()))

    def _row(self, one: Waiting, held: Held) -> Row:
        setting, flown, log, match, models = self.setting, one.flown, one.log, one.match, one.models
        span = span_of(flown)
        permits = [permit for permit in setting.permits if _concerns(permit, flown, span)]
        report = check([flown], self.library, permits, setting.options, models, setting.house, [held])
        result = report.results[0]
        kept = self._compared(one.plan, flown, models) if one.plan is not None else None
        entry = self.entries.of(log)
        named = {str(permit.where) for permit in permits if permit.missions}
        findings = [f for f in result.findings if not _of_nobody(f, named)]
        return {
            **facts_of(flown, log), **_matched(match),
            **_answers(result, findings, strict=setting.options.strict), **_kept(kept),
            **_entry(self.entries, entry), **_permits(findings, permits, span), **_seen(findings),
            "zones_used": sorted({item.path for item in report.inputs if item.role == "zones"}),
            "geometry": _line(flown), "error": "",
        }  # fmt: skip

    def _compared(self, plan: Mission, flown: Mission, models: Models) -> Conformance:
        planned = prepared(plan, models, self.setting.house)
        bare = replace(flown, volumes=None)
        return conformance(planned, prepared(bare, models, self.setting.house))


def _why(error: Exception) -> str:
    """What is said of a log that broke what read it or asked about it."""
    if isinstance(error, InputError):
        return "; ".join(fault.what for fault in error.faults)
    return f"{type(error).__name__}: {error}"


def planned_as(plan: Mission, flown: Mission) -> Mission:
    """A flown flight with the name of its plan, and with what the plan says of it that its log leaves open."""
    stated = {name: getattr(plan, name) for name in FROM_PLAN if not getattr(flown, name) and getattr(plan, name)}
    return replace(flown, id=plan.id, **stated)


def _concerns(permit: Permit, flown: Mission, span: tuple[float, float] | None) -> bool:
    """True where a permit may be about a flight: it names its plan, or it names none and is of its time."""
    if permit.missions:
        return flown.id in permit.missions
    if span is None:
        return True
    return (permit.begin is None or permit.begin <= span[1]) and (permit.end is None or permit.end >= span[0])


def _of_nobody(finding: Finding, named: set[str]) -> bool:
    """True for the warning that a permit fits nothing in a flight that it does not name: it is another flight's."""
    if finding.rule != "PAP101" or finding.status is not Status.FAILED:
        return False
    return not any(str(where) in named for where in finding.where)


def called(flown: Mission, log: Mission) -> str:
    """What a flight is called in results: its log's name, with its own where the log holds several."""
    flight, stem = flown.flights[0], Path(log.path).stem
    return f"{stem}#{flight.id}" if len(log.flights) > 1 or flight.id != "flight-1" else stem


def facts_of(flown: Mission, log: Mission) -> Row:
    """What a flight is, whatever it is held against."""
    flight = flown.flights[0]
    span, middle = span_of(flown), Frame.about(flight.lon, flight.lat)
    return {
        "flight": called(flown, log), "path": log.path,
        "sha256": log.sha256, "start": None if span is None else span[0], "end": None if span is None else span[1],
        "fixes": len(flight.lon), "aircraft": flown.aircraft, "pilot": flown.pilot, "purpose": flown.purpose,
        "legal_basis": flown.legal_basis, "category": flown.category,
        "lon": round((middle.lon + 180.0) % 360.0 - 180.0, 7), "lat": round(middle.lat, 7),
        "heights": log.heights,
        "duration_s": None if span is None else round(span[1] - span[0], 3), "oddities": [odd.what for odd in log.oddities],
    }  # fmt: skip


def _matched(match: Match) -> Row:
    card = match.card
    return {
        "plan": "" if card is None else card.id, "plan_path": "" if card is None else card.path,
        "plan_sha256": "" if card is None else card.sha256, "matched_by": ", ".join(match.by), "unmatched": match.why,
    }  # fmt: skip


def _answers(result: MissionResult, findings: Sequence[Finding], *, strict: bool) -> Row:
    """What came of the rules; with `strict` what was not asked, because nobody gave what it needs, is unknown as well."""
    asked = [f for f in findings if strict or f.was_asked]
    open_ = [f for f in asked if f.severity is not Severity.INFO]
    failed = [f for f in open_ if f.status is Status.FAILED]
    telling = [f for f in asked if f.status in (Status.FAILED, Status.UNDECIDED, Status.PERMITTED, Status.WAIVED)]
    row: Row = {
        "verdict": result.verdict.value, "length_m": round(result.length_m, 1),
        "duration_s": None if result.duration_s is None else round(result.duration_s, 3),
        "violations": sum(f.severity is Severity.VIOLATION for f in failed),
        "warnings": sum(f.severity is Severity.WARNING for f in failed),
        "undecided": sum(f.status is Status.UNDECIDED for f in open_),
        "permitted": sum(f.status is Status.PERMITTED for f in asked),
        "waived": sum(f.status is Status.WAIVED for f in asked),
        "rules": sorted({f.rule for f in failed}), "answers": _each(asked),
        "findings": json.dumps([_finding(f) for f in telling], ensure_ascii=False, allow_nan=False),
    }  # fmt: skip
    for name, families in FAMILIES.items():
        mine = [f for f in open_ if f.rule.startswith(families)]
        row[f"{name}_state"] = _state(mine)
    return row


def _each(asked: Sequence[Finding]) -> list[str]:
    """Per rule and per limit of a pack the worst of its answers, such as `AIR101=passed`."""
    worst: dict[str, int] = {}
    for finding in asked:
        if finding.status in WORST:
            for name in {finding.rule, finding.law} - {""}:
                worst[name] = min(worst.get(name, len(WORST)), WORST.index(finding.status))
    return [f"{name}={WORST[place].value}" for name, place in sorted(worst.items())]


def _state(findings: Sequence[Finding]) -> str:
    """`failed`, `undecided`, `waived`, `kept`, or `not asked` where no rule of a family had an answer."""
    for status, word in ((Status.FAILED, "failed"), (Status.UNDECIDED, "undecided"), (Status.WAIVED, "waived")):
        if any(f.status is status for f in findings):
            return word
    return "kept" if any(f.status in (Status.PASSED, Status.PERMITTED) for f in findings) else "not asked"


def _finding(finding: Finding) -> Row:
    met = finding.encounters[0] if finding.encounters else None
    enter = met.enter if met is not None else None
    return {
        "rule": finding.rule, "status": finding.status.value, "severity": finding.severity.value,
        "zone": finding.zone.id if finding.zone else None, "message": finding.message, "permit": finding.permit,
        "margin_m": round(met.margin_m, 2) if met is not None else None,
        "time": enter.time if enter is not None else None,
    }  # fmt: skip


def _kept(kept: Conformance | None) -> Row:
    if kept is None:
        return {"volume_kept": None, "volume": "", "inside_s": None, "outside_s": None, "unknown_s": None, "excursions": None,
                "worst_m": None, "longest_s": None, "broken": []}  # fmt: skip
    longest = [one.seconds for one in kept.excursions if one.seconds is not None]
    return {
        "volume_kept": kept.kept, "volume": kept.volume_why,
        "inside_s": round(kept.seconds["geography"] + kept.seconds["contingency"], 2),
        "outside_s": round(kept.seconds["outside"], 2), "unknown_s": round(kept.seconds["unknown"], 2),
        "excursions": len(kept.excursions),
        "worst_m": round(max((one.worst_m for one in kept.excursions), default=0.0), 2),
        "longest_s": round(max(longest, default=0.0), 2), "broken": kept.broken,
    }  # fmt: skip


def _entry(entries: Entries, found: Logged) -> Row:
    if found.number is None:
        return {"logbook": "", "logbook_by": "", "logbook_missing": list(FIELDS), "unlogged": found.why}
    entry = entries.entries[found.number]
    return {
        "logbook": str(entry.where), "logbook_by": found.by, "logbook_missing": list(entry.missing), "unlogged": "",
    }  # fmt: skip


def _permits(findings: Sequence[Finding], permits: Sequence[Permit], span: tuple[float, float] | None) -> Row:
    used = sorted({name for f in findings if f.permit for name in f.permit.split(", ")})
    waivers = {permit.id for permit in permits if permit.kind == "waiver"}
    expired = sorted(
        permit.id for permit in permits
        if permit.kind == "waiver" and span is not None and permit.end is not None and permit.end < span[1]
    )  # fmt: skip
    return {"permits_used": used, "waivers_used": sorted(waivers & set(used)), "waivers_expired": expired}


def _seen(findings: Sequence[Finding]) -> Row:
    homes = next((f for f in findings if f.rule == "PRV201" and f.figures), None)
    seconds = homes.figures["home_seconds"] if homes is not None else math.nan
    return {
        "homes": None if homes is None else int(homes.figures["homes"]),
        "home_seconds": None if math.isnan(seconds) else round(seconds, 1),
    }  # fmt: skip


def _line(flown: Mission) -> bytes:
    """The flown line for a map: at most so many of its points."""
    flight = flown.flights[0]
    every = max(1, -(-len(flight.lon) // MOST_POINTS))
    at = np.unique(np.append(np.arange(0, len(flight.lon), every), len(flight.lon) - 1))
    return line_wkb(np.column_stack([flight.lon[at], flight.lat[at], flight.height[at]]))


def broken(path: str, why: str, sha256: str = "") -> Row:
    """The row of a log that could not be audited: everything about it is unknown."""
    nothing: Row = {
        **dict.fromkeys(("start", "end", "duration_s", "volume_kept", "inside_s", "outside_s", "unknown_s", "excursions",
                         "worst_m", "longest_s", "homes", "home_seconds", "lon", "lat", "geometry")),
        **dict.fromkeys(("aircraft", "pilot", "purpose", "legal_basis", "category", "heights", "plan", "plan_path",
                         "plan_sha256", "matched_by", "volume", "logbook", "logbook_by"), ""),
        **dict.fromkeys(("violations", "warnings", "permitted", "waived", "fixes"), 0),
        **{f"{name}_state": "undecided" for name in FAMILIES},
    }  # fmt: skip
    return nothing | {
        "flight": Path(path).stem, "path": path, "sha256": sha256, "verdict": "undecided", "length_m": 0.0,
        "undecided": 1, "rules": [], "answers": [], "findings": "[]", "oddities": [],
        "broken": [], "unmatched": "the log could not be read",
        "logbook_missing": list(FIELDS), "unlogged": "the log could not be read", "permits_used": [],
        "waivers_used": [], "waivers_expired": [], "zones_used": [], "error": why,
    }  # fmt: skip
