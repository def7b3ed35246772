"""The operational volume of a mission: flight geography, contingency volume, ground risk buffer, and their figures.

Formulae of the LBA's guideline on dimensioning, and JARUS SORA 2.5, annex A: metres, seconds, g = 9.81 m/s2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import radians, sqrt, tan

from dronectl import geometry
from dronectl.along import above_ground
from dronectl.crew import Aircraft
from dronectl.measures import G, turn_radius_m
from dronectl.mission import Mission, VolumePlan
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.zone import Rings

SOURCE = "LBA dimensioning guideline; JARUS SORA 2.5, annex A (confidence B)"
S_GNSS_M, S_POS_M, S_MAP_M = 3.0, 3.0, 1.0  # errors of position, holding, map: LBA dimensioning guideline
HEIGHT_UNKNOWN = "the height of the path above ground is not known"
REACTION_S = 1.0  # of the pilot or the aircraft: LBA dimensioning guideline
CLIMB_SHARE = 0.7  # of the speed that turns upward during the reaction: LBA dimensioning guideline
FIXED_WING_CLIMB = 0.3  # of V0^2 / g: LBA dimensioning guideline
ALTIMETER_M = {"barometric": 1.0, "gnss": 4.0}  # LBA dimensioning guideline
LEAST_WIND_MPS = 3.0  # under a parachute: LBA dimensioning guideline


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimensions:
    """What the formulae give, metres."""

    s_cv_m: float
    """Width of the contingency volume."""
    h_cv_m: float
    """Top of the contingency volume above ground."""
    s_grb_m: float
    """Width of the ground risk buffer."""
    steps: tuple[tuple[str, float], ...]
    """Each symbol with its metres, in the order in which they add up."""


def dimensions(plan: VolumePlan, *, v0: float, top_m: float, cd: float, fixed_wing: bool = False) -> Dimensions:
    """Contingency volume and ground risk buffer for a highest speed (m/s), a top (m AGL) and a dimension (m).

    Raises `ValueError` for a method that the aircraft cannot use.
    """
    s_r = v0 * REACTION_S
    s_cm = turn_radius_m(v0, plan.bank_deg) if fixed_wing else v0**2 / (2 * G * tan(radians(plan.pitch_deg)))
    h_am = ALTIMETER_M[plan.altimeter]
    h_r = CLIMB_SHARE * v0 * REACTION_S
    h_cm = FIXED_WING_CLIMB * v0**2 / G if fixed_wing else v0**2 / (2 * G)
    s_cv = S_GNSS_M + S_POS_M + S_MAP_M + s_r + s_cm
    h_cv = top_m + h_am + h_r + h_cm
    s_grb = _buffer(plan, v0, h_cv, cd, fixed_wing)
    steps = (
        ("S_GNSS", S_GNSS_M), ("S_POS", S_POS_M), ("S_MAP", S_MAP_M), ("S_R", s_r), ("S_CM", s_cm), ("S_CV", s_cv),
        ("H_FG", top_m), ("H_AM", h_am), ("H_R", h_r), ("H_CM", h_cm), ("H_CV", h_cv), ("S_GRB", s_grb),
    )  # fmt: skip
    return Dimensions(s_cv_m=s_cv, h_cv_m=h_cv, s_grb_m=s_grb, steps=steps)


def _buffer(plan: VolumePlan, v0: float, h_cv: float, cd: float, fixed_wing: bool) -> float:
    if plan.method == "1:1":
        return h_cv + cd / 2
    if plan.method == "ballistic":
        if fixed_wing:
            raise ValueError("the ballistic method is for multirotors")
        return v0 * sqrt(2 * h_cv / G) + cd / 2
    if plan.method == "glide":
        if not fixed_wing:
            raise ValueError("the glide method is for fixed wings")
        assert plan.glide_ratio is not None
        return plan.glide_ratio * h_cv
    assert plan.parachute_open_s is not None and plan.parachute_sink_mps is not None
    wind = max(plan.wind_mps, LEAST_WIND_MPS)
    return v0 * plan.parachute_open_s + wind * h_cv / plan.parachute_sink_mps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OperationalVolume:
    """The volumes of one mission, each from the edge of the one before it, metres."""

    flight_geography_m: float
    """Beyond the path."""
    flight_geography_up_m: float
    """Above it."""
    top_m: float
    """Top of the flight geography above ground."""
    contingency_m: float
    contingency_top_m: float
    """Top of the contingency volume above ground."""
    ground_risk_buffer_m: float
    worked_out: Dimensions | None
    """What the formulae give; None where speed or size of the aircraft is not known and the widths are stated."""
    speed_mps: float | None
    method: str
    stated: tuple[str, ...]
    """Which of the three widths the mission states instead."""
    unknown: tuple[str, ...] = ()
    """Flights whose height above ground is not known: they may ask for more than the others do."""

    @property
    def sideways_m(self) -> float:
        return self.flight_geography_m + self.contingency_m

    @property
    def contingency_up_m(self) -> float:
        """From the top of the flight geography."""
        return self.contingency_top_m - self.top_m


def volume_of(
    mission: Mission, tracks: Sequence[Track], aircraft: Aircraft | None, *, partly: bool = False
) -> OperationalVolume | str:
    """The operational volume that a mission asks for, or why it cannot be known; the mission must have a plan for it.

    With `partly`, flights whose height above ground is not known are named in it, as long as that of another is.
    """
    plan = mission.volumes
    assert plan is not None
    heights = {track.flight.id: above_ground([track], 0.0).highest_m for track in tracks}
    highest = max((height for height in heights.values() if height is not None), default=None)
    if highest is None or (None in heights.values() and not partly):
        return HEIGHT_UNKNOWN
    top = highest - max(track.vertical_m for track in tracks) + plan.flight_geography_up_m
    v0 = plan.speed_mps or (aircraft.max_speed_mps if aircraft else None)
    cd = aircraft.dimension_m if aircraft else None
    worked_out = None
    if v0 is not None and cd is not None:
        try:
            fixed = mission.wing_mps > 0 or (aircraft is not None and aircraft.fixed_wing)
            worked_out = dimensions(plan, v0=v0, top_m=top, cd=cd, fixed_wing=fixed)
        except ValueError as error:
            return str(error)
    given = {
        "contingency_m": plan.contingency_m, "contingency_up_m": plan.contingency_up_m,
        "ground_risk_buffer_m": plan.ground_risk_buffer_m,
    }  # fmt: skip
    if worked_out is None and None in given.values():
        return "the highest speed and the size of the aircraft are not known"
    wide = plan.contingency_m if worked_out is None or plan.contingency_m is not None else worked_out.s_cv_m
    up = plan.contingency_up_m
    if worked_out is not None and up is None:
        up = worked_out.h_cv_m - top
    buffer = plan.ground_risk_buffer_m
    if worked_out is not None and buffer is None:
        buffer = worked_out.s_grb_m
    assert wide is not None and up is not None and buffer is not None
    return OperationalVolume(
        flight_geography_m=plan.flight_geography_m,
        flight_geography_up_m=plan.flight_geography_up_m,
        top_m=top,
        contingency_m=wide,
        contingency_top_m=top + up,
        ground_risk_buffer_m=buffer,
        worked_out=worked_out,
        speed_mps=v0,
        method=plan.method,
        stated=tuple(name for name, value in given.items() if value is not None),
        unknown=tuple(name for name, height in heights.items() if height is None),
    )


def outlines(volume: OperationalVolume, tracks: Sequence[Track]) -> dict[str, Rings]:
    """Flight geography, contingency volume and ground risk buffer on the map; each holds the ones before it.

    `tracks` are the flights with their own uncertainty, not yet widened by the volume.
    """
    courses = [track.course for track in tracks]
    reach = max(float(track.reach.max()) for track in tracks) + volume.flight_geography_m
    return {
        "flight-geography": geometry.corridor(courses, reach),
        "contingency-volume": geometry.corridor(courses, reach + volume.contingency_m),
        "ground-risk-buffer": geometry.corridor(courses, reach + volume.contingency_m + volume.ground_risk_buffer_m),
    }
