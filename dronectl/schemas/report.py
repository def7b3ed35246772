"""The shape of the report for programs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dronectl.schemas.parts import Number, Part


class ReportFix(Part):
    """One point of a path."""

    lon: Number
    lat: Number
    height_m: Number | None
    datum: str | None
    time: str | None
    leg: list[int]


class ReportEncounter(Part):
    """One stretch inside a zone, or one passing."""

    enter: ReportFix | None
    exit: ReportFix | None
    nearest: ReportFix | None
    length_m: Number
    seconds: Number | None
    margin_m: Number
    vertical_margin_m: Number | None


class ReportZone(Part):
    """The zone a finding is about."""

    id: str
    name: str
    restriction: str | None
    reasons: list[str]
    source: str
    volume: int


class ReportFinding(Part):
    """One answer of one rule."""

    rule: str
    name: str
    severity: Literal["violation", "warning", "info"]
    status: Literal["failed", "undecided", "permitted", "waived", "passed", "not_applicable"]
    zone: ReportZone | None
    message: str
    remedy: str
    basis: str
    permit: str | None
    law: str | None = None
    comparator: str | None = None
    figures: dict[str, Number] = Field(default_factory=dict)
    missing: str | None = None
    message_nl: str | None = None
    encounters: list[ReportEncounter]


class ReportMission(Part):
    """Every answer on one mission."""

    id: str
    source: str
    verdict: Literal["clear", "violation", "undecided"]
    length_m: Number
    duration_s: Number | None
    findings: list[ReportFinding]


class ReportInput(Part):
    """One file that was read."""

    role: Literal[
        "zones", "mission", "log", "terrain", "surface", "geoid", "permit", "policy", "operator", "layer", "basemap"
    ]
    path: str
    sha256: str
    items: int
    edition: str | None
    valid_from: str | None
    valid_until: str | None


class ReportTool(Part):
    """Who computed this."""

    name: Literal["dronectl"]
    version: str


class ReportNotChecked(Part):
    """A question that was not asked."""

    what: str
    why: str
    remedy: str


class ReportDocument(Part):
    """The report for programs, version 1: members are added, never renamed."""

    schema_: Literal["dronectl/report/v1"] = Field(alias="schema")
    tool: ReportTool
    verdict: Literal["clear", "violation", "undecided"]
    inputs: list[ReportInput]
    assumptions: list[str]
    not_checked: list[ReportNotChecked]
    missions: list[ReportMission]
