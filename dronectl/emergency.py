"""When something goes wrong on the way: where the aircraft may land, and where it falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dronectl import altitude
from dronectl.crew import Aircraft
from dronectl.geometry import metres_from
from dronectl.measures import Datum, G, Height
from dronectl.mission import Mission
from dronectl.records import dataclass
from dronectl.track import Track

GROUND = Height(0.0, Datum.AGL)
STEP_M, MOST_STEPS = 10.0, 500  # a piece is 5 km long at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where the aircraft may land."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A site, and the legs from which it is the nearest one."""

    site: Site
    flight: str
    legs: tuple[int, int]
    """The points at which they begin and end."""
    metres: float
    """From the farthest place of them."""


def sites(mission: Mission) -> list[Site]:
    """Take-off points, rally points and the emergency site that a mission states."""
    found = []
    for flight in mission.flights:
        if flight.takeoff_known:
            found.append(Site(name="the take-off point", lon=flight.takeoff[0], lat=flight.takeoff[1]))
    found += [Site(name=f"rally point {k}", lon=lon, lat=lat) for k, (lon, lat) in enumerate(mission.rally_at, 1)]
    if mission.emergency is not None and mission.emergency.at is not None:
        found.append(Site(name="the emergency site", lon=mission.emergency.at[0], lat=mission.emergency.at[1]))
    return found


def nearest_sites(mission: Mission, tracks: Sequence[Track]) -> list[Reach]:
    """Per stretch of the path the site that is nearest, and how far its farthest place is from it.

    With several sites places of the path are looked at, `STEP_M` apart: what lies between two of them is no farther than half
    of that more. From one site the farthest place of a leg is one of its ends.
    """
    known = sites(mission)
    made: list[Reach] = []
    for track in tracks if known else ():
        leg, lon, lat = _places(track, MOST_STEPS if len(known) > 1 else 1)
        away = np.stack([metres_from(site.lon, site.lat, lon, lat) for site in known])
        nearest = away.argmin(axis=0)
        metres = away.min(axis=0) + (STEP_M / 2 if len(known) > 1 else 0.0)
        cuts = np.flatnonzero(np.diff(nearest)) + 1
        for part in np.split(np.arange(len(leg)), cuts):
            legs = int(leg[part[0]]), int(leg[part[-1]]) + 1
            site = known[int(nearest[part[0]])]
            made.append(Reach(site=site, flight=track.flight.id, legs=legs, metres=float(metres[part].max())))
    return made


def _places(track: Track, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places along a flight, at most so many steps a piece: the leg of each, its longitude and its latitude."""
    course = track.course
    steps = np.clip(np.ceil(course.metres / STEP_M), 1, most).astype(np.intp)
    count = steps + 1
    rows = np.repeat(np.arange(len(course)), count)
    part = (np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)) / steps[rows]
    wide = (course.lon[:, 1] - course.lon[:, 0] + 180.0) % 360.0 - 180.0
    lat = course.lat[rows, 0] + part * (course.lat[rows, 1] - course.lat[rows, 0])
    return course.leg[rows], course.lon[rows, 0] + part * wide[rows], lat


def falling(track: Track, aircraft: Aircraft) -> Track | None:
    """The flight with the area round it in which the aircraft may come down if it falls; None where that is not known.

    As the ballistic ground risk buffer (LBA dimensioning guideline): speed times the time of a free fall from the height of
    each piece, and half the size of the aircraft. The speed is that of the leg, or the aircraft's highest where no times are
    stated.
    """
    if aircraft.dimension_m is None:
        return None
    course, flight = track.course, track.flight
    heights = _highest(track)
    if heights is None:
        return None
    if flight.elapsed is not None and len(flight.lon) > 1:
        seconds = np.maximum(np.diff(flight.elapsed), 1e-9)
        speed = np.where(course.length > 0, course.length / seconds, 0.0)[course.leg]
    elif aircraft.max_speed_mps is not None:
        speed = np.full(len(course), aircraft.max_speed_mps)
    else:
        return None
    radius = speed * np.sqrt(2 * np.maximum(heights, 0.0) / G) + aircraft.dimension_m / 2
    return replace(track, reach=track.reach + radius)


def _highest(track: Track) -> np.ndarray | None:
    """The greatest height above ground of every piece, with the vertical uncertainty; None where one is not known."""
    evens = altitude.evenly(track, GROUND)
    if evens is not None:
        spread = float((evens.high - evens.low).max(initial=0.0))
        return None if spread > altitude.UNKNOWN_SPREAD_M else np.asarray(evens.high.max(axis=1) + track.vertical_m)
    found = np.zeros(len(track.course))
    for piece in range(len(found)):
        over = altitude.known_above(track, piece, GROUND)
        if over is None:
            return None
        found[piece] = float(over.high.max()) + track.vertical_m
    return found
