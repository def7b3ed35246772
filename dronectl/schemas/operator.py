"""The shape of an operator's file: who answers, who flies, with what."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from dronectl.schemas.parts import ClosedPart, Metres, Number, Part

Name = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class OperatorPart(Part):
    """Who answers for the flights."""

    name: str = ""
    number: str = Field("", description="operator number; what stands after its dash is masked in every report")
    registered_on: date | None = None
    registered_until: date | None = None
    insurer: str = ""
    insured_until: date | None = None


class CompetencePart(ClosedPart):
    """One proof of what a pilot may do."""

    kind: Literal["A1/A3", "A2", "STS", "other"]
    number: str = ""
    issued: date | None = None
    valid_until: date | None = None


class PilotPart(Part):
    """A remote pilot; missions name the `id`."""

    id: Name
    name: str = ""
    born: date | None = None
    competence: list[CompetencePart] = Field(default_factory=list)


class AircraftPart(ClosedPart):
    """An airframe or a type; what is left out is that of the type it names."""

    id: Name
    type: str = Field("", description="a type of the catalogue, such as dji-m30t")
    model: str = ""
    serial: str = ""
    class_: Literal["C0", "C1", "C2", "C3", "C4", "C5", "C6", "none"] | None = Field(None, alias="class")
    takeoff_kg: Positive | None = None
    mtom_kg: Positive | None = None
    dimension_m: Positive | None = Field(None, description="tip to tip, or span")
    wheelbase_m: Positive | None = None
    max_speed_mps: Positive | None = None
    max_wind_mps: Positive | None = None
    minutes: Positive | None = Field(None, description="of flight on a full battery, in still air")
    max_climb_mps: Positive | None = None
    max_descent_mps: Positive | None = None
    ceiling_m: Positive | None = Field(None, description="highest flight above mean sea level")
    radio_range_m: Positive | None = Field(None, description="how far its link reaches where it is flown")
    private_build: bool | None = None
    fixed_wing: bool | None = None
    placed_on_market: date | None = None
    termination_distance_m: Metres | None = Field(None, description="travelled after termination, as the maker states")


Pair = Annotated[list[Positive], Field(min_length=1, max_length=2)]
Angles = Annotated[list[Annotated[float, Field(gt=0, lt=180, allow_inf_nan=False)]], Field(min_length=1, max_length=2)]


class LensPart(ClosedPart):
    """One lens; of a zoom lens two figures, from widest to longest."""

    name: Name
    still: Annotated[list[Annotated[int, Field(gt=0)]], Field(min_length=2, max_length=2)] = Field(
        description="photo size, pixels"
    )
    hfov_deg: Angles = Field(description="horizontal field of view; of a zoom lens the widest first")
    eq_mm: Pair | None = Field(None, description="focal length as on 35 mm film")


class CameraRow(ClosedPart):
    """A camera; `aircraft` are the types that carry it."""

    id: Name
    aircraft: list[str] = Field(default_factory=list)
    pitch_deg: Annotated[list[Number], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [-90.0, 90.0])
    lens: Annotated[list[LensPart], Field(min_length=1)]


class OperatorDocument(ClosedPart):
    """An operator's file (TOML)."""

    operator: OperatorPart | None = None
    pilot: list[PilotPart] = Field(default_factory=list)
    aircraft: list[AircraftPart] = Field(default_factory=list)
    camera: list[CameraRow] = Field(default_factory=list)
