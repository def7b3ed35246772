"""Ways that are flown level: as high as another point of the flight, or as some metres above take-off, whichever is higher.

So autopilots come home, and so some fly to their first waypoint. The two heights may count from different datums; which of
them is the higher is told by the models, and where they cannot tell, the height is not known.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dronectl.altitude import TAKEOFF_REACH_M, level, takeoff_ground
from dronectl.geometry import metres_between
from dronectl.heights import Models
from dronectl.measures import Datum
from dronectl.mission import Cruise, Flight, Mission
from dronectl.track import Track


def levelled(mission: Mission, models: Models) -> Mission:
    """The mission with the heights of its level ways, as far as the models tell them."""
    if not any(flight.cruise for flight in mission.flights):
        return mission
    return replace(mission, flights=tuple(_levelled(flight, mission, models) for flight in mission.flights))


def _levelled(flight: Flight, mission: Mission, models: Models) -> Flight:
    if not flight.cruise:
        return flight
    track = Track.of(flight, mission, models)
    height, datum = flight.height.copy(), list(flight.datum)
    for point, way in flight.cruise.items():
        height[point], datum[point] = _higher(track, way)
    return replace(flight, height=height, datum=tuple(datum), cruise={})


def _higher(track: Track, way: Cruise) -> tuple[float, Datum | None]:
    """The higher of the two heights of a way, over its own datum; NaN and None where it is not known which that is."""
    flight, course = track.flight, track.course
    metres, own = float(flight.height[way.like]), flight.datum[way.like]
    if own is None:
        return np.nan, None
    if own is Datum.TAKEOFF:
        return max(metres, way.least_m), own
    lon, lat = float(flight.lon[way.like]), float(flight.lat[way.like])
    if own is Datum.AGL and flight.takeoff_known and metres_between(*flight.takeoff, lon, lat) <= TAKEOFF_REACH_M:
        return max(metres, way.least_m), Datum.TAKEOFF
    pieces = np.flatnonzero(course.leg == min(way.like, len(course.length) - 1))
    piece, side = (pieces[0], 0.0) if way.like < len(course.length) else (pieces[-1], 1.0)
    low, high = level(track, int(piece), own).at(side)
    ground = takeoff_ground(track)
    if ground[0] + way.least_m >= metres + high:
        return way.least_m, Datum.TAKEOFF
    if own is not Datum.AGL and metres + low >= ground[1] + way.least_m:  # level over the ground would not be level
        return metres, own
    return np.nan, None
