"""The shape of zones in the simple profile."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from dronectl.schemas.parts import Metres, Moment, Number, Part


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
    datum: Literal["AGL", "AMSL", "WGS84", "FL"] | None = Field(
        None, description="FL: lower and upper in flight levels"
    )
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
