"""The report as a table: a row an answer. A text that a spreadsheet would take for a formula begins with an apostrophe."""

from __future__ import annotations

import csv
import io

from dronectl.check import Report
from dronectl.finding import Finding, MissionResult
from dronectl.reports import words

COLUMNS = (
    "mission", "verdict", "rule", "name", "severity", "status", "zone", "zone_name", "restriction", "flight", "leg_from",
    "leg_to", "start", "end", "lon", "lat", "seconds", "length_m", "margin_m", "measured", "limit", "unit", "law", "permit",
    "message", "remedy", "basis",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
           "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # OWASP, CSV injection  # fmt: skip


def render(report: Report) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    table.writerow(COLUMNS)
    for result in report.results:
        for finding in words.told(result, strict=report.options.strict):
            table.writerow([cell(value) for value in _row(finding, result)])
    return out.getvalue()


def _row(finding: Finding, result: MissionResult) -> tuple[object, ...]:
    met = finding.encounters[0] if finding.encounters else None
    enter = met.enter or met.nearest if met is not None else None
    leave = (met.exit or enter) if met is not None else None
    zone = finding.zone
    return (
        result.id, result.verdict.value, finding.rule, finding.name, finding.severity.value, finding.status.value,
        zone.id if zone else "", zone.name if zone else "", zone.restriction.value if zone and zone.restriction else "",
        met.flight if met else "", enter.leg[0] if enter else "", enter.leg[1] if enter else "",
        words.iso(enter.time) if enter else "", words.iso(leave.time) if leave else "",
        round(enter.lon, 7) if enter else "", round(enter.lat, 7) if enter else "",
        _number(met.seconds if met else None), _number(met.length_m if met else None),
        _number(met.margin_m if met else None), _number(finding.measured), _number(finding.limit), finding.unit, finding.law,
        finding.permit or "", finding.message, finding.remedy, finding.basis,
    )  # fmt: skip


def _number(value: float | None) -> float | str:
    return "" if value is None else round(value, 2)


def cell(value: object) -> object:
    if not isinstance(value, str):
        return "" if value is None else value
    text = words.tame(value)
    return f"'{text}" if text.startswith(FORMULA) else text
