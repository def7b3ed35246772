"""The report as SARIF 2.1.0 (OASIS), for programs that show findings beside the line of a file.

A waived or permitted finding is suppressed with its reason; one that is undecided is `open`. No input makes a link.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from dronectl._version import __version__
from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Severity, Status
from dronectl.mission import Mission
from dronectl.reports import words
from dronectl.reports.as_json import finding_document
from dronectl.reports.lines import lines_of

LEVEL = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
KIND = {
    Status.FAILED: "fail", Status.WAIVED: "fail", Status.PERMITTED: "fail", Status.UNDECIDED: "open", Status.PASSED: "pass",
    Status.NOT_APPLICABLE: "notApplicable",
}  # fmt: skip
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")  # RFC 3986, 2.3
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    return json.dumps(document(report), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """One run, with the rules of the catalogue and a result for every answer that is told."""
    numbers = {rule.code: k for k, rule in enumerate(report.rules)}
    results: list[dict[str, Any]] = []
    for mission, result in zip(report.missions, report.results, strict=True):
        told = words.told(result, strict=report.options.strict)
        places = {fix.place for f in told for met in f.encounters if (fix := met.enter or met.nearest) is not None}
        lines = lines_of(mission.path, mission.sha256, places)
        results.extend(_result(finding, mission, result, numbers, lines) for finding in told)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "dronectl", "version": __version__, "rules": _rules(report)}},
                "columnKind": "unicodeCodePoints",
                "artifacts": [_artifact(item.path, item.sha256, item.role) for item in report.inputs],
                "results": results,
                "properties": {
                    "verdict": report.verdict.value, "assumptions": list(report.assumptions),
                    "notChecked": [{"what": gap.what, "why": gap.why, "remedy": gap.remedy} for gap in report.not_checked],
                },
            }
        ],
    }  # fmt: skip


def _rules(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "id": rule.code,
            "name": "".join(part.capitalize() for part in rule.name.split("-")),
            "shortDescription": {"text": rule.explanation.title},
            "fullDescription": {"text": rule.explanation.text},
            "defaultConfiguration": {"level": LEVEL[rule.severity]},
        }
        for rule in report.rules
    ]


def _artifact(path: str, digest: str, role: str) -> dict[str, Any]:
    made: dict[str, Any] = {"location": {"uri": _uri(path)}, "hashes": {"sha-256": digest}}
    return made | {"properties": {"role": role}}


def _uri(path: str) -> str:
    """A path as a relative or file URI; `-` and other names that are no paths stay names."""
    text = "".join(c if c in UNRESERVED else "".join(f"%{b:02X}" for b in c.encode()) for c in path.replace("\\", "/"))
    return f"file://{text}" if text.startswith("/") else text


def _result(
    finding: Finding, mission: Mission, result: MissionResult, numbers: dict[str, int], lines: dict[str, int]
) -> dict[str, Any]:
    kind = KIND[finding.status]
    text = words.tame(finding.message)
    if finding.remedy and finding.status in (Status.FAILED, Status.UNDECIDED):
        text += f". {words.tame(finding.remedy)}"
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "kind": kind,
        "level": LEVEL[finding.severity] if kind == "fail" else "none",
        "message": {"text": _plain(text)},
        "locations": _locations(finding, mission, lines),
        "partialFingerprints": {"dronectl/v1": _fingerprint(finding, result)},
        "properties": {"mission": result.id} | finding_document(finding),
    }
    if finding.status in (Status.PERMITTED, Status.WAIVED):
        why = f"{finding.status.value} under {words.tame(finding.permit or '')}".strip()
        made["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return made


def _plain(text: str) -> str:
    """Text in which brackets make no link: SARIF 2.1.0, 3.11.6."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _locations(finding: Finding, mission: Mission, lines: dict[str, int]) -> list[dict[str, Any]]:
    """Where the path meets the zone, by the line of the waypoint before; the mission as a whole where nothing is met."""
    made = []
    for met in finding.encounters:
        fix = met.enter or met.nearest
        if fix is None:
            continue
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(mission.path)}}
        if fix.place in lines:
            place["region"] = {"startLine": lines[fix.place]}
        made.append(
            {
                "physicalLocation": place,
                "logicalLocations": [{"fullyQualifiedName": f"{words.tame(met.flight)}/leg {fix.leg[0]}-{fix.leg[1]}"}],
            }
        )
    return made or [{"physicalLocation": {"artifactLocation": {"uri": _uri(mission.path)}}}]


def _fingerprint(finding: Finding, result: MissionResult) -> str:
    """The same for the same rule, zone and legs of a mission, whatever the figures are."""
    legs = [(met.flight, *(fix.leg if (fix := met.enter or met.nearest) else (0, 0))) for met in finding.encounters]
    parts = (result.id, finding.rule, finding.law, finding.zone.id if finding.zone else "", finding.missing, legs)
    return sha256(repr(parts).encode()).hexdigest()[:32]
