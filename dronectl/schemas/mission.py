"""The shape of a mission as GeoJSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from dronectl.schemas.parts import ClosedPart, Metres, Moment, Number, Part


class UncertaintyPart(ClosedPart):
    """How far the aircraft may be from its path."""

    horizontal_m: Metres = 5.0
    vertical_m: Metres = 3.0


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Pixels = Annotated[list[Annotated[int, Field(gt=0)]], Field(min_length=2, max_length=2)]


class AreaPart(Part):
    """A GeoJSON Polygon or MultiPolygon."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class CameraPart(Part):
    """The camera in use; what is left out is taken at its worst."""

    payload: str | None = Field(None, description="a camera of the catalogue, where the aircraft may carry several")
    lens: str | None = None
    eq_mm: Positive | None = Field(None, description="focal length as on 35 mm film, for a zoom lens")
    video: Pixels | None = Field(None, description="width and height of the video that is kept")
    photo: Pixels | None = Field(None, description="width and height of the photos that are kept")
    crop: Annotated[float, Field(ge=1, allow_inf_nan=False)] | None = Field(
        None, description="how much narrower the video is than the sensor: 1.5 keeps two thirds of its width"
    )
    hfov_deg: Annotated[float, Field(gt=0, lt=170, allow_inf_nan=False)] | None = Field(
        None, description="horizontal field of view, for a camera that no catalogue has"
    )
    pitch_deg: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = Field(
        None, description="where the gimbal looks all along: 0 the horizon, -90 straight down"
    )
    yaw_deg: Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)] | Literal["course"] | None = Field(
        None, description="degrees from north all along, or `course`: it looks where the aircraft flies"
    )
    error_deg: Annotated[float, Field(ge=0, le=45, allow_inf_nan=False)] | None = Field(
        None, description="how far the gimbal may look beside what is stated; 1, if left out"
    )
    trigger: str | None = Field(None, description="why it records where it does, by the words of a house's policy")
    recording: bool | None = Field(None, description="false: nothing is recorded; per point in `recording`")


class DeclaredPart(Part):
    """What the operator states of the flight: taken as stated, and said so in the report."""

    vlos: bool | None = Field(None, description="the pilot sees the aircraft at all times")
    follow_me: bool | None = None
    follow_me_m: Metres | None = Field(None, description="farthest from the pilot in follow-me mode")
    observer_beside_pilot: bool | None = None
    dangerous_goods_or_dropping: bool | None = None
    low_speed_mode: bool | None = Field(None, description="active, after looking at weather, performance, segregation")
    no_uninvolved_in_range: bool | None = None
    uninvolved_m: Metres | None = Field(None, description="least horizontal distance to uninvolved people")
    green_light: bool | None = Field(None, description="green flashing light on")
    near_emergency: bool | None = None
    emergency_permission: bool | None = None
    remote_id: bool | None = Field(None, description="direct remote identification active and up to date")
    geo_awareness: bool | None = None
    controlled_ground: bool | None = Field(None, description="only involved persons below")
    sparsely_populated: bool | None = None
    keep_in_active: bool | None = None
    visibility_m: Metres | None = None
    reserved_airspace: bool | None = None
    atypical_airspace: bool | None = None
    manual_flight: bool | None = None
    tether_m: Metres | None = Field(None, description="length of the tether")


class PaperPart(Part):
    """One paper."""

    reference: str
    issued: date | Moment | None = None
    valid_until: date | Moment | None = None
    reported: date | Moment | None = Field(None, description="when it was handed in")


class PapersPart(Part):
    """The papers of a mission: a reference, or the paper with its dates."""

    dpia: str | PaperPart | None = Field(None, description="data protection impact assessment")
    notice: str | PaperPart | None = Field(None, description="notice to residents")
    sensor_register: str | PaperPart | None = None
    retention_class: str | None = None
    camera_decision: str | PaperPart | None = Field(None, description="decision of the mayor, Gemeentewet 151c")
    declaration: str | PaperPart | None = Field(None, description="operational declaration (STS)")
    authorisation: str | PaperPart | None = Field(None, description="operational authorisation")
    alternatives: str | None = Field(None, description="what else was considered")
    contact: str | None = None


class ObstaclePart(Part):
    """An artificial obstacle that is flown round at the request of whoever is responsible for it."""

    at: Annotated[list[Number], Field(min_length=2, max_length=2)] = Field(description="longitude, latitude")
    height_m: Metres = Field(description="above ground")
    radius_m: Metres = Field(0.0, description="of the obstacle round `at`")
    requested_by: str = ""


class ParachutePart(Part):
    """A parachute that ends the flight."""

    open_s: Metres
    sink_mps: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class VolumesPart(ClosedPart):
    """The operational volume; what is left out is worked out (JARUS SORA 2.5, annex A)."""

    flight_geography_m: Metres = Field(
        0.0, description="how far the flight geography reaches beyond the path, sideways"
    )
    flight_geography_up_m: Metres = Field(0.0, description="and above it")
    speed_mps: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, description="highest ground speed; that of the aircraft, if left out"
    )
    altimeter: Literal["barometric", "gnss"] = "barometric"
    pitch_deg: Annotated[float, Field(gt=0, le=45, allow_inf_nan=False)] = Field(
        45.0, description="multirotor, braking"
    )
    bank_deg: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)] = Field(30.0, description="fixed wing, turning")
    method: Literal["1:1", "ballistic", "parachute", "glide"] = "1:1"
    parachute: ParachutePart | None = None
    wind_mps: Metres = Field(3.0, description="with a parachute, at least 3 m/s")
    glide_ratio: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    contingency_m: Metres | None = Field(None, description="stated width of the contingency volume")
    contingency_up_m: Metres | None = Field(None, description="stated height of it above the flight geography")
    ground_risk_buffer_m: Metres | None = Field(None, description="stated width of the ground risk buffer")


Place = Annotated[list[Number], Field(min_length=2, max_length=3)]


class EmergencyPart(Part):
    """Where to go, and whom to call, when something goes wrong."""

    site: str = Field("", description="the emergency landing site in words")
    at: Place | None = Field(None, description="its longitude and latitude")
    phone: str = Field("", description="who is called, with the number")


class WindPart(Part):
    """The wind along the path."""

    speed_mps: Metres
    gust_mps: Metres | None = None
    from_deg: Annotated[float, Field(ge=0, le=360, allow_inf_nan=False)] | None = Field(
        None, description="where it comes from; whatever side is worst, if left out"
    )


class BatteryPart(Part):
    """The battery at hand."""

    minutes: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, description="flight time; that of the aircraft's data sheet, if left out"
    )
    reserve: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] | None = Field(
        None, description="share of it that is kept; 0.25, if left out"
    )


class SignersPart(Part):
    """Who signs beside the pilot."""

    commander: str = ""
    privacy_officer: str = ""


class FactsPart(Part):
    """What is known of a mission beside its path."""

    name: str = ""
    operator: str = ""
    pilot: str = ""
    purpose: str = ""
    legal_basis: str = ""
    category: str = Field("", description="open/A1, open/A2, open/A3, specific/STS-01, specific/STS-02, nl-state")
    aircraft: str = ""
    priority: Annotated[int, Field(ge=0, le=1_000)] = Field(
        0, description="of two missions that meet, the one with the higher figure goes first"
    )
    camera: CameraPart | None = None
    subject: AreaPart | None = Field(None, description="the area that the camera is there for")
    permits: list[str] = Field(default_factory=list, description="permit files, relative to the mission file")
    uncertainty: UncertaintyPart | None = None
    ground_elevation_m: Number | None = Field(
        None, description="the ground at the take-off point, metres AMSL: an assumption, said in the report"
    )
    declared: DeclaredPart | None = None
    papers: PapersPart | None = None
    obstacles: list[ObstaclePart] = Field(default_factory=list)
    pilot_at: Place | None = Field(None, description="where the pilot stands: longitude, latitude")
    observers_at: list[Place] = Field(default_factory=list, description="where the airspace observers stand")
    volumes: VolumesPart | None = None
    abort: list[str] = Field(default_factory=list, description="when the flight is broken off, as agreed beforehand")
    emergency: EmergencyPart | None = None
    wind: WindPart | None = None
    battery: BatteryPart | None = None
    rally_at: list[Place] = Field(default_factory=list, description="where the aircraft may land on the way")
    signers: SignersPart | None = None
    wing_mps: Annotated[float, Field(ge=0, le=200, allow_inf_nan=False)] = Field(
        0.0, description="how fast it flies on its wing, which cannot turn on the spot; 0 for an aircraft that can"
    )


class MissionPart(FactsPart):
    """What is planned, by whom and why."""

    id: str


class AboutDocument(Part):
    """What is known of a mission in a format that has no place for it; each member replaces the mission's own."""

    mission: FactsPart


class PeriodPart(Part):
    """The flight happens at some unknown moment in it."""

    from_: Moment = Field(alias="from", description="date and time; with daily, a day")
    until: Moment
    daily: Annotated[list[str], Field(min_length=2, max_length=2)] | None = Field(
        None, description='hours of each day, local time in Europe/Amsterdam: ["10:00", "12:00"]; an end that is not after '
        "the start is on the next day",
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
    gimbal_pitch_deg: list[Number] | None = Field(None, description="one a point: 0 the horizon, -90 straight down")
    gimbal_yaw_deg: list[Number] | None = Field(None, description="one a point: degrees from north, clockwise")
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
