"""The shapes of our own documents: missions, permits, simple zones and the JSON report.

Readers validate missions and permits with these models; `dronectl schema` prints them as JSON Schema. Unknown members are
kept and remarked on, never dropped.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[float, Field(allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Moment = Annotated[str, Field(description="ISO 8601 date and time; without an offset it is read as Europe/Amsterdam")]


class Part(BaseModel):
    """A part of a document: strict about types, open to members it does not know."""

    model_config = ConfigDict(extra="allow", strict=True, defer_build=True, protected_namespaces=())


# ---------------------------------------------------------------- missions


class UncertaintyPart(Part):
    """How far the aircraft may be from its path."""

    horizontal_m: Metres = 5.0
    vertical_m: Metres = 3.0


class CameraPart(Part):
    """The camera in use."""

    lens: str | None = None
    video: list[int] | None = None


class MissionPart(Part):
    """What is planned, by whom and why."""

    id: str
    name: str = ""
    operator: str = ""
    pilot: str = ""
    purpose: str = ""
    legal_basis: str = ""
    category: str = Field("", description="open/A1, open/A2, open/A3, specific/STS-01, specific/STS-02, nl-state")
    aircraft: str = ""
    camera: CameraPart | None = None
    permits: list[str] = Field(default_factory=list, description="permit files, relative to the mission file")
    uncertainty: UncertaintyPart | None = None
    ground_elevation_m: Number | None = None


class PeriodPart(Part):
    """The flight happens at some unknown moment in it."""

    from_: Moment = Field(alias="from")
    until: Moment


class LineStringPart(Part):
    """The path: longitude, latitude and height of each point."""

    type: Literal["LineString"]
    coordinates: list[Annotated[list[Number], Field(min_length=2, max_length=4)]] = Field(min_length=2)


class PointPart(Part):
    """A single fix."""

    type: Literal["Point"]
    coordinates: Annotated[list[Number], Field(min_length=2, max_length=4)]


class FlightPart(Part):
    """How one flight is flown."""

    datum: Literal["AGL", "AMSL", "WGS84", "TAKEOFF"] = Field(description="what the heights are measured from")
    times: list[Moment] | None = Field(None, description="one time a point; or give start and speed_mps")
    start: Moment | None = None
    speed_mps: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    climb_mps: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    period: PeriodPart | None = None
    takeoff: Annotated[list[Number], Field(min_length=2, max_length=3)] | None = None
    gimbal_pitch_deg: list[Number] | None = None
    recording: list[bool] | None = None


class FlightFeature(Part):
    """One flight of a mission."""

    type: Literal["Feature"]
    id: str | int | None = None
    geometry: LineStringPart | PointPart = Field(discriminator="type")
    properties: FlightPart


class MissionDocument(Part):
    """A mission as GeoJSON: a FeatureCollection with the foreign member `mission`, one Feature a flight."""

    type: Literal["FeatureCollection"]
    mission: MissionPart
    features: list[FlightFeature] = Field(min_length=1)


# ---------------------------------------------------------------- permits


class PolygonPart(Part):
    """The area of a permit."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class PaperPart(Part):
    """The paper behind a permit."""

    name: str = ""
    sha256: str = ""


class LimitPart(Part):
    """A limit that the permit sets in place of the law's."""

    max_m: Number | None = None


class PermitPart(Part):
    """An authorisation, an exemption, or the house's own waiver; a member left out does not limit."""

    id: str
    kind: Literal["authorization", "exemption", "waiver"]
    issuer: str = ""
    reason: str = ""
    zones: list[str] = Field(default_factory=list)
    rules: list[str] = Field(default_factory=list)
    missions: list[str] = Field(default_factory=list)
    aircraft: list[str] = Field(default_factory=list)
    pilots: list[str] = Field(default_factory=list)
    purposes: list[str] = Field(default_factory=list)
    area: PolygonPart | None = None
    lower: Number | None = None
    upper: Number | None = None
    datum: Literal["AGL", "AMSL", "WGS84", "TAKEOFF"] | None = None
    from_: Moment | None = Field(None, alias="from")
    until: Moment | None = None
    limits: dict[str, LimitPart] = Field(default_factory=dict)
    document: PaperPart | None = None


class PermitDocument(Part):
    """One permit, in one file."""

    permit: PermitPart


# ---------------------------------------------------------------- simple zones


class CrowdPersons(Part):
    """How many people."""

    expected: Metres | None = None
    worst: Metres | None = None
    source: str = ""


class CrowdPart(Part):
    """A crowd in a zone of kind `crowd`."""

    kind: Literal["assembly", "gathering", "street", "controlled"] = "assembly"
    persons: CrowdPersons | None = None
    drift_m: Metres = 0.0


class PrivacyPart(Part):
    """What a zone of kind `privacy` protects."""

    subject: str = ""
    no_overflight: bool = True
    max_px_per_m: Metres | None = None


class SimpleZonePart(Part):
    """The properties of a zone in the simple profile."""

    id: str
    name: str = ""
    kind: Literal["no-fly", "restricted", "conditional", "privacy", "crowd"]
    lower: Number | None = None
    upper: Number | None = None
    datum: Literal["AGL", "AMSL", "WGS84"] | None = None
    from_: Moment | None = Field(None, alias="from")
    until: Moment | None = None
    radius_m: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(None, description="for a Point")
    message: str = ""
    country: str = ""
    privacy: PrivacyPart | None = None
    crowd: CrowdPart | None = None


class ZoneShape(Part):
    """A Polygon, a MultiPolygon, or a Point with `radius_m`."""

    type: Literal["Polygon", "MultiPolygon", "Point"]
    coordinates: list[Any]


class SimpleZoneFeature(Part):
    """One zone."""

    type: Literal["Feature"]
    geometry: ZoneShape
    properties: SimpleZonePart


class SimpleZones(Part):
    """Zones in the simple profile of GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[SimpleZoneFeature]


# ---------------------------------------------------------------- the report


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

    role: Literal["zones", "mission", "log", "terrain", "geoid", "permit", "policy"]
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


DOCUMENTS: dict[str, type[Part]] = {
    "mission": MissionDocument,
    "permit": PermitDocument,
    "report": ReportDocument,
    "zones": SimpleZones,
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of `DOCUMENTS`."""
    model = DOCUMENTS[name]
    model.model_rebuild()
    made = model.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:dronectl:{name}:v1", **made}
