"""Missions as our own GeoJSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.intervals import Interval, union
from dronectl.measures import Datum
from dronectl.mission import DEFAULT_CLIMB_MPS, Flight, Mission, Uncertainty
from dronectl.readers import about, models, moments
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.moments import Clockwork
from dronectl.schedule import DAYS
from dronectl.schemas.mission import FlightFeature, MissionDocument, PeriodPart, PointPart
from dronectl.where import Where

LONGEST_PERIOD_DAYS = 1100  # three years of days


def accepts(value: Any) -> bool:
    """True for a GeoJSON collection with the foreign member `mission`."""
    return isinstance(value, dict) and "mission" in value and "fileType" not in value and value.get("type") is not None


def read(document: Document, choices: Choices) -> Mission:
    """The mission, or an `InputError` with all its faults. Every leg is in the file."""
    value = models.parse(MissionDocument, document)
    given = value.mission
    clock = Clockwork()
    assumptions: list[str] = []
    flights = []
    for number, feature in enumerate(value.features):
        where = document.where / "features" / number
        flight = _flight(feature, number, where, clock, assumptions)
        own = feature.properties.ground_elevation_m
        flights.append(replace(flight, ground_m=given.ground_elevation_m if own is None else own))
    if clock.faults:
        raise InputError(clock.faults)
    if given.uncertainty is None:
        assumptions.append(Uncertainty().assumed)
    facts = about.facts(given, document.where / "mission", clock)
    if clock.faults:
        raise InputError(clock.faults)
    return Mission(
        id=given.id,
        path=document.path,
        sha256=document.sha256,
        where=document.where,
        flights=tuple(flights),
        assumptions=tuple(dict.fromkeys([*assumptions, *clock.assumptions])),
        remarks=tuple(document.remarks),
        **({"name": ""} | facts),
    )


def _flight(feature: FlightFeature, number: int, where: Where, clock: Clockwork, assumptions: list[str]) -> Flight:
    shape, properties = feature.geometry, feature.properties
    place = where / "geometry" / "coordinates"
    single = isinstance(shape, PointPart)
    positions = [shape.coordinates] if isinstance(shape, PointPart) else shape.coordinates
    lon = np.array([position[0] for position in positions])
    lat = np.array([position[1] for position in positions])
    height = np.array([position[2] if len(position) > 2 else np.nan for position in positions])
    for k in np.flatnonzero((np.abs(lon) > 180) | (np.abs(lat) > 90)).tolist():
        what = f"position {lon[k]:g}, {lat[k]:g} is not on the globe"
        clock.faults.append(Fault(place / k, what, "write longitude, then latitude, in degrees"))
    datum = Datum(properties.datum)
    names = tuple(str(place) if single else str(place / k) for k in range(len(positions)))
    flight = Flight(
        id=str(feature.id) if feature.id is not None else f"flight-{number + 1}",
        where=where,
        lon=lon,
        lat=lat,
        height=height,
        datum=tuple(None if np.isnan(metres) else datum for metres in height),
        place=names,
        kind=("leg",) * (len(lon) - 1),
        widen_m=np.zeros(max(len(lon) - 1, 1)),
        gimbal_pitch_deg=tuple(properties.gimbal_pitch_deg or ()),
        gimbal_yaw_deg=tuple(properties.gimbal_yaw_deg or ()),
        recording=tuple(properties.recording or ()),
    )
    for name in ("gimbal_pitch_deg", "gimbal_yaw_deg", "recording"):
        if getattr(flight, name) and len(getattr(flight, name)) != len(lon):
            what = f"{len(getattr(flight, name))} values stand against {len(lon)} points"
            clock.faults.append(Fault(where / "properties" / name, what, "give one a point"))
    if clock.faults:
        return flight
    if not single:
        bent = geometry.bend(lon, lat)
        flight = replace(flight, widen_m=np.where(bent > geometry.LEG_BEND_M, bent, 0.0))
    if datum is Datum.TAKEOFF and properties.takeoff is None:
        assumptions.append("heights above take-off count from the first position of the path")
    if properties.takeoff is not None:
        takeoff = (float(properties.takeoff[0]), float(properties.takeoff[1]))
        flight = replace(flight, takeoff_at=takeoff)
    return _timed(flight, feature, where / "properties", clock, assumptions)


def _timed(flight: Flight, feature: FlightFeature, where: Where, clock: Clockwork, assumptions: list[str]) -> Flight:
    properties = feature.properties
    if properties.times is not None:
        if len(properties.times) != len(flight.lon):
            what = f"{len(properties.times)} times stand against {len(flight.lon)} points"
            clock.faults.append(Fault(where / "times", what, "give one time a point"))
            return flight
        times = [clock.read(words, where / "times" / k) for k, words in enumerate(properties.times)]
        back = moments.running(times)
        if back is not None:
            what = f"time runs backwards: {properties.times[back]} after {properties.times[back - 1]}"
            clock.faults.append(Fault(where / "times" / back, what, "put the points and times in flying order"))
        made = np.array(times)
        return replace(flight, times=made, elapsed=made - made[0])
    if properties.speed_mps is not None:
        climb = properties.climb_mps or DEFAULT_CLIMB_MPS
        known = flight.height[~np.isnan(flight.height)]
        if properties.climb_mps is None and bool((known != known[:1]).any()):
            assumptions.append(f"the aircraft climbs and descends at {DEFAULT_CLIMB_MPS:g} m/s")
        _, metres = geometry.leg_azimuths(flight.lon, flight.lat)
        since = moments.elapsed(metres, flight.height, properties.speed_mps, climb)
        flight = replace(flight, elapsed=since)
        if properties.start is not None:
            return replace(flight, times=clock.read(properties.start, where / "start") + since)
    elif properties.start is not None and len(flight.lon) == 1:
        start = clock.read(properties.start, where / "start")
        return replace(flight, times=np.array([start]), elapsed=np.zeros(1))
    elif properties.start is not None:
        what = "a start without speed_mps does not say when the flight ends"
        clock.faults.append(Fault(where / "start", what, "add speed_mps, or give times"))
    if properties.period is not None:
        return replace(flight, periods=_periods(properties.period, where / "period", clock))
    return flight


def _periods(given: PeriodPart, where: Where, clock: Clockwork) -> tuple[Interval, ...]:
    """The stretches of time in one of which the flight happens: the whole period, or some hours of each of its days."""
    if given.daily is None:
        if given.days is not None:
            clock.faults.append(Fault(where / "days", "stands without daily", 'add "daily": ["10:00", "12:00"]'))
        begin, end = clock.read(given.from_, where / "from"), clock.read(given.until, where / "until")
        if end < begin:
            clock.faults.append(Fault(where, "ends before it begins", "swap from and until"))
        return ((begin, end),)
    first, last = clock.day(given.from_, where / "from"), clock.day(given.until, where / "until")
    opens, closes = (clock.of_day(words, where / "daily" / k) for k, words in enumerate(given.daily))
    if first is None or last is None or opens is None or closes is None:
        return ()
    if last < first:
        clock.faults.append(Fault(where, "ends before it begins", "swap from and until"))
        return ()
    if (last - first).days > LONGEST_PERIOD_DAYS:
        clock.faults.append(Fault(where, f"is longer than {LONGEST_PERIOD_DAYS} days", "ask about a shorter period"))
        return ()
    allowed = {DAYS.index(day) for day in given.days or DAYS}
    made = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() in allowed:
            ends_on = day + timedelta(days=1) if closes <= opens else day
            made.append((min(clock.readings(day, opens)), max(clock.readings(ends_on, closes))))
    if not made:
        clock.faults.append(Fault(where / "days", "none of these weekdays lies in the period", "name other days"))
    return tuple(union(made))
