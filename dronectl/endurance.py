"""Whether an aircraft can fly a mission: the air that it meets, how long that takes, and the way home from everywhere.

A flight time on a data sheet is for still air and a new battery. A leg is flown at the speed over the ground that the mission
plans while the aircraft can hold that in the wind, else as fast as it can.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from dronectl.crew import Aircraft
from dronectl.geometry import Floats, leg_azimuths, metres_from
from dronectl.mission import DEFAULT_CLIMB_MPS, Flight, Mission, Wind
from dronectl.records import dataclass

ASSUMED = Wind(speed_mps=5.0)  # from whatever side is worst, where a mission states no wind: a house figure
RESERVE = 0.25  # of the battery's flight time, kept for what comes otherwise: a house figure
HOME_MPS = 10.0  # the way home is flown at this speed over the ground where the wind lets it: a house figure
ALOS = {
    False: (327.0, 20.0),
    True: (490.0, 30.0),
}  # m a m of size, m; rotorcraft, fixed wing: an estimate, confidence B
DLOS = 0.3  # of the ground visibility: an estimate, confidence B


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pace:
    """How one flight is flown in a wind, leg by leg."""

    flight: Flight
    length_m: Floats
    """(n - 1,) on the ground."""
    ground_mps: Floats
    """(n - 1,) as planned; 0 for a hover or an upright climb."""
    air_mps: Floats
    """(n - 1,): through the air, to hold that."""
    most_mps: Floats
    """(n - 1,): the highest speed over the ground that the aircraft reaches there; inf where its highest is not known."""
    climb_mps: Floats
    """(n - 1,): upward, below 0 downward; NaN where heights are not over one datum."""
    seconds: Floats
    """(n - 1,): what each leg takes; inf where the wind lets it make no way."""

    @property
    def clock(self) -> Floats:
        """(n,): seconds since take-off at each point."""
        return np.concatenate([[0.0], np.cumsum(self.seconds)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """What a flight asks of a battery, seconds."""

    has_s: float
    """The whole flight time."""
    reserve_s: float
    flight_s: float
    """What the flight takes."""
    worst: int
    """The point from which the way home ends latest."""
    home_m: float
    """How long that way is."""
    home_s: float
    """When it ends, after take-off."""

    @property
    def lasts(self) -> bool:
        """True where the battery lasts for the flight, its reserve used."""
        return self.flight_s <= self.has_s

    @property
    def keeps(self) -> bool:
        """True where the reserve is left after the flight, and after a way home from every point of it."""
        return max(self.flight_s, self.home_s) <= self.has_s - self.reserve_s


def pace(flight: Flight, wind: Wind, max_mps: float | None) -> Pace | None:
    """How a flight is flown in a wind by an aircraft with a highest speed; None where its times are not known."""
    if flight.elapsed is None:
        return None
    azimuth, length = leg_azimuths(flight.lon, flight.lat)
    planned = np.diff(flight.elapsed)
    moving = length > 0.5
    ground = np.where(moving, length / np.maximum(planned, 1e-9), 0.0)
    most = _most(azimuth, wind, max_mps)
    held = moving & (ground > most)
    took = planned.copy()
    with np.errstate(divide="ignore"):
        took[held] = length[held] / np.maximum(most[held], 0.0)
    level = np.array([one is two for one, two in pairwise(flight.datum)], dtype=bool)
    climb = np.where(level, np.diff(flight.height), np.nan) / np.maximum(planned, 1e-9)
    return Pace(
        flight=flight, length_m=length, ground_mps=ground, air_mps=_air(azimuth, ground, wind), most_mps=most,
        climb_mps=climb, seconds=took,
    )  # fmt: skip


def _air(azimuth: Floats, ground: Floats, wind: Wind) -> Floats:
    """The speed through the air that a speed over the ground asks for."""
    if wind.from_deg is None:
        return ground + wind.speed_mps
    head, cross = _parts(azimuth, wind)
    return np.asarray(np.hypot(ground + head, cross))


def _most(azimuth: Floats, wind: Wind, max_mps: float | None) -> Floats:
    """The highest speed over the ground along each leg; below 0 where the aircraft is blown back."""
    if max_mps is None:
        return np.full(len(azimuth), np.inf)
    if wind.from_deg is None:
        return np.full(len(azimuth), max_mps - wind.speed_mps)
    head, cross = _parts(azimuth, wind)
    return np.where(abs(cross) <= max_mps, np.sqrt(np.maximum(max_mps**2 - cross**2, 0.0)) - head, -np.inf)


def _parts(azimuth: Floats, wind: Wind) -> tuple[Floats, Floats]:
    """The wind from ahead and from the side along some directions."""
    assert wind.from_deg is not None
    angle = np.radians(wind.from_deg - azimuth)
    return wind.speed_mps * np.cos(angle), wind.speed_mps * np.sin(angle)


def battery(flown: Pace, wind: Wind, mission: Mission, aircraft: Aircraft) -> Battery | None:
    """What a flight asks of its battery; None where nobody says how long that lasts."""
    minutes, reserve = minutes_of(mission, aircraft), reserve_s(mission, aircraft)
    if minutes is None or reserve is None:
        return None
    flight = flown.flight
    away = metres_from(*flight.takeoff, flight.lon, flight.lat)
    toward = leg_azimuths(*(np.column_stack([ends, np.full(len(ends), home)]).ravel() for ends, home in
                            zip((flight.lon, flight.lat), flight.takeoff, strict=True)))[0][::2]  # fmt: skip
    speed = np.minimum(HOME_MPS, _most(toward, wind, aircraft.max_speed_mps))
    down = np.nan_to_num(np.maximum(flight.height, 0.0)) / DEFAULT_CLIMB_MPS
    with np.errstate(divide="ignore", invalid="ignore"):
        home = np.where(away > 1.0, np.where(speed > 0, away / speed, np.inf), 0.0) + down
    ends = flown.clock + home
    worst = int(np.argmax(ends))
    return Battery(
        has_s=minutes * 60, reserve_s=reserve, flight_s=float(flown.clock[-1]), worst=worst,
        home_m=float(away[worst]), home_s=float(ends[worst]),
    )  # fmt: skip


def sight_m(aircraft: Aircraft, visibility_m: float | None) -> float | None:
    """How far off an aircraft is seen well enough to be flown by sight; None where its size is not known."""
    if aircraft.dimension_m is None:
        return None
    slope, least = ALOS[aircraft.fixed_wing]
    seen = slope * aircraft.dimension_m + least
    return seen if visibility_m is None else min(seen, DLOS * visibility_m)


def minutes_of(mission: Mission, aircraft: Aircraft) -> float | None:
    """The flight time of the battery: that of the mission, else the aircraft's; None where nobody states it."""
    stated = mission.battery.minutes if mission.battery is not None else None
    return aircraft.minutes if stated is None else stated


def reserve_s(mission: Mission, aircraft: Aircraft) -> float | None:
    """What of it is kept, seconds; None where nobody states the flight time."""
    minutes = minutes_of(mission, aircraft)
    stated = mission.battery.reserve if mission.battery is not None else None
    return None if minutes is None else minutes * 60 * (RESERVE if stated is None else stated)
