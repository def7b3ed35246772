"""The shape of a mission as GeoJSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dronectl.schemas.parts import Metres, Moment, Number, Part


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
    ground_elevation_m: Number | None = Field(
        None, description="the ground at the take-off point, metres AMSL: an assumption, said in the report"
    )


class PeriodPart(Part):
    """The flight happens at some unknown moment in it."""

    from_: Moment = Field(alias="from", description="date and time; with daily, a day")
    until: Moment
    daily: Annotated[list[str], Field(min_length=2, max_length=2)] | None = Field(
        None, description='hours of each day, local time in Europe/Amsterdam: ["10:00", "12:00"]; an end before the start is '
        "on the next day",
    )  # fmt: skip
    days: list[Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]] | None = Field(
        None, min_length=1, description="weekdays on which the daily hours begin; every day, if left out"
    )


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
    ground_elevation_m: Number | None = Field(None, description="for this flight, in place of the mission's")
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
