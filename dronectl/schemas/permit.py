"""The shape of a permit."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from dronectl.schemas.parts import ClosedPart, Moment, Number, Part


class PolygonPart(ClosedPart):
    """The area of a permit."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class PaperPart(Part):
    """The paper behind a permit."""

    name: str = ""
    sha256: str = ""


class LimitPart(ClosedPart):
    """A limit that the permit sets in place of the law's."""

    max_m: Number | None = None
    min_m: Number | None = None


class PermitPart(ClosedPart):
    """An authorisation, an exemption, or the house's own waiver; a member left out does not limit."""

    id: str
    kind: Literal["authorization", "exemption", "waiver"]
    issuer: str = ""
    reason: str = ""
    approved_by: str = Field("", description="who answers for a waiver; the issuer, if left out")
    zones: list[str] = Field(default_factory=list)
    rules: list[str] = Field(default_factory=list, description="rules (AIR102) or limits of a pack (NLS-VLOS)")
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
    note: str = Field("", description="for people; nothing is asked of it")


class PermitDocument(Part):
    """One permit, in one file."""

    permit: PermitPart
