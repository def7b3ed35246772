"""The report for programs, `dronectl/report/v1`: within v1 a member is never renamed."""

from __future__ import annotations

import json
from typing import Any

from dronectl._version import __version__
from dronectl.camera import LEVELS, View
from dronectl.check import Report
from dronectl.finding import Finding, MissionResult
from dronectl.law import Law
from dronectl.reports.words import iso
from dronectl.track import Encounter, Fix
from dronectl.volumes import OperationalVolume


def render(report: Report) -> str:
    return json.dumps(document(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "schema": "dronectl/report/v1",
        "tool": {"name": "dronectl", "version": __version__},
        "verdict": report.verdict.value,
        "inputs": [
            {
                "role": item.role,
                "path": item.path,
                "sha256": item.sha256,
                "items": item.items,
                "edition": item.edition,
                "valid_from": item.valid_from,
                "valid_until": item.valid_until,
            }
            for item in report.inputs
        ],
        "assumptions": list(report.assumptions),
        "not_checked": [{"what": gap.what, "why": gap.why, "remedy": gap.remedy} for gap in report.not_checked],
        "warnings": [
            {"where": str(remark.where), "message": remark.what, "remedy": remark.remedy} for remark in report.remarks
        ],
        "missions": [
            {**_mission(result), "rules": _rules(law), "operational_volume": _volume(volume), "camera": _camera(view)}
            for result, law, volume, view in zip(report.results, report.laws, report.volumes, report.views, strict=True)
        ],
    }


def _rules(law: Law) -> list[dict[str, Any]]:
    return [{"pack": pack.id, "edition": pack.edition, "regime": pack.regime} for pack in law.packs]


def _camera(view: View | None) -> dict[str, Any] | None:
    """What the mission's camera can see and resolve; None where it states none, or none that is known."""
    if view is None:
        return None
    return {
        "name": view.name,
        "focal_px": round(view.focal_px, 2),
        "hfov_deg": round(view.hfov_deg, 3),
        "vfov_deg": round(view.vfov_deg, 3),
        "ranges_m": {name: round(view.reach_m(level), 2) for name, level in LEVELS.items()},
    }


def _volume(volume: OperationalVolume | None) -> dict[str, Any] | None:
    if volume is None:
        return None
    made = volume.worked_out
    return {
        "flight_geography_m": round(volume.flight_geography_m, 2),
        "top_m_agl": round(volume.top_m, 2),
        "contingency_m": round(volume.contingency_m, 2),
        "contingency_top_m_agl": round(volume.contingency_top_m, 2),
        "ground_risk_buffer_m": round(volume.ground_risk_buffer_m, 2),
        "speed_mps": volume.speed_mps,
        "method": volume.method,
        "stated": list(volume.stated),
        "steps": {symbol: round(metres, 2) for symbol, metres in made.steps} if made else None,
    }


def _mission(result: MissionResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "source": result.source,
        "verdict": result.verdict.value,
        "length_m": round(result.length_m, 1),
        "duration_s": None if result.duration_s is None else round(result.duration_s, 1),
        "findings": [finding_document(finding) for finding in result.findings],
        "set_aside": [finding_document(finding) for finding in result.set_aside],
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding as plain values."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "status": finding.status.value,
        "zone": _zone(finding),
        "message": finding.message,
        "remedy": finding.remedy,
        "basis": finding.basis,
        "permit": finding.permit,
        "where": [str(where) for where in finding.where],
        "measured": _rounded(finding.measured),
        "limit": _rounded(finding.limit),
        "unit": finding.unit or None,
        "comparator": finding.comparator or None,
        "law": finding.law or None,
        "figures": {name: _rounded(value) for name, value in finding.figures.items() if value == value},
        "missing": finding.missing or None,
        "message_nl": finding.local.get("nl"),
        "encounters": [_encounter(met) for met in finding.encounters],
    }


def _zone(finding: Finding) -> dict[str, Any] | None:
    zone = finding.zone
    if zone is None:
        return None
    return {
        "id": zone.id,
        "name": zone.name,
        "restriction": zone.restriction.value if zone.restriction else None,
        "reasons": list(zone.reasons),
        "source": str(zone.where),
        "volume": finding.encounters[0].volume if finding.encounters else 0,
    }


def _encounter(met: Encounter) -> dict[str, Any]:
    return {
        "flight": met.flight,
        "volume": met.volume,
        "inside": met.inside.value,
        "nominal": met.nominal,
        "enter": _fix(met.enter),
        "exit": _fix(met.exit),
        "nearest": _fix(met.nearest),
        "length_m": round(met.length_m, 1),
        "seconds": _rounded(met.seconds),
        "margin_m": round(met.margin_m, 2),
        "vertical_margin_m": _rounded(met.vertical_margin_m),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "lon": round(fix.lon, 8),
        "lat": round(fix.lat, 8),
        "height_m": _rounded(fix.height_m),
        "datum": fix.datum.value if fix.datum and fix.height_m is not None else None,
        "time": iso(fix.time),
        "leg": list(fix.leg),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
