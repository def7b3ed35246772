"""Missions as our own GeoJSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

import numpy as np

from dronectl.geometry import leg_azimuths
from dronectl.mission import DEFAULT_CLIMB_MPS, Flight, Mission, Paper
from dronectl.readers.moments import elapsed
from dronectl.writers import CannotWrite
from dronectl.writers.legs import levelled, lost

NAME, SUFFIX = "geojson", ".geojson"
SAME_S = 1.0  # seconds of a whole flight that come of rounding its speed


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    told = [note for note in lost(mission, times=False, camera=False, rally=False) if not note.startswith("its ")]
    if any(f.times is None and f.elapsed is not None and len(f.lon) > 1 and not _speeds(f) for f in mission.flights):
        told.append("how long its legs take: the format has one speed a flight, or times of day")
    if any(len(flight.periods) > 1 for flight in mission.flights):
        told.append("the days of its period: only their first and last moment are kept")
    return told


def render(mission: Mission) -> bytes:
    """The mission as a collection, one feature a flight."""
    whole: dict[str, Any] = {"id": mission.id, "name": mission.name}
    for name in ("operator", "pilot", "purpose", "legal_basis", "category", "aircraft"):
        if getattr(mission, name):
            whole[name] = getattr(mission, name)
    for name in ("priority", "wing_mps"):
        if getattr(mission, name):
            whole[name] = getattr(mission, name)
    if mission.camera is not None:
        whole["camera"] = mission.camera
    for rings in mission.subject:
        polygons = [[ring.tolist() for ring in polygon] for polygon in rings.polygons]
        whole["subject"] = {"type": "MultiPolygon", "coordinates": polygons}
    if mission.permits:
        whole["permits"] = list(mission.permits)
    if mission.uncertainty.stated:
        unsure = mission.uncertainty
        whole["uncertainty"] = {"horizontal_m": unsure.horizontal_m, "vertical_m": unsure.vertical_m}
    whole |= _more(mission)
    features = [_feature(levelled(flight)) for flight in mission.flights]
    made = {"type": "FeatureCollection", "mission": whole, "features": features}
    return (json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _more(mission: Mission) -> dict[str, Any]:
    """Statements, papers, obstacles, places of people and the volume, as the mission states them."""
    made: dict[str, Any] = {}
    if mission.declared:
        made["declared"] = dict(mission.declared)
    if mission.papers:
        made["papers"] = {
            name: paper.reference if paper == Paper(reference=paper.reference) else _stated(asdict(paper))
            for name, paper in mission.papers.items()
        }
    if mission.obstacles:
        made["obstacles"] = [
            {"at": [o.lon, o.lat]}
            | _stated({"height_m": o.height_m, "radius_m": o.radius_m, "requested_by": o.requested_by})
            for o in mission.obstacles
        ]
    if mission.pilot_at:
        made["pilot_at"] = list(mission.pilot_at[0])
    if mission.observers_at:
        made["observers_at"] = [list(place) for place in mission.observers_at]
    if mission.abort:
        made["abort"] = list(mission.abort)
    if mission.emergency is not None:
        told = mission.emergency
        made["emergency"] = _stated({"site": told.site, "phone": told.phone, "at": told.at and list(told.at)})
    if mission.wind is not None:
        made["wind"] = _stated(asdict(mission.wind))
    if mission.battery is not None:
        made["battery"] = _stated(asdict(mission.battery))
    if mission.rally_at:
        made["rally_at"] = [list(place) for place in mission.rally_at]
    if mission.signers:
        made["signers"] = dict(mission.signers)
    if mission.volumes is not None:
        given = _stated(asdict(mission.volumes))
        opened, sinks = given.pop("parachute_open_s", None), given.pop("parachute_sink_mps", None)
        made["volumes"] = given | ({"parachute": {"open_s": opened, "sink_mps": sinks}} if sinks is not None else {})
    return made


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    """What is stated, with days as words."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None and value != ""
    }


def _feature(flight: Flight) -> dict[str, Any]:
    datums = {datum for datum in flight.datum if datum is not None}
    if len(datums) > 1:
        words = " and ".join(sorted(datum.value for datum in datums))
        raise CannotWrite(f"mission GeoJSON has one datum a flight, and {flight.id} has heights over {words}")
    if not datums:
        raise CannotWrite(f"mission GeoJSON needs a datum, and {flight.id} has no heights (--alt-datum may say it)")
    line = [
        [lon, lat, height] if isfinite(height) else [lon, lat]
        for lon, lat, height in zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True)
    ]
    shape = {"type": "LineString", "coordinates": line} if len(line) > 1 else {"type": "Point", "coordinates": line[0]}
    row: dict[str, Any] = {"datum": datums.pop().value}
    if flight.times is not None:
        stamps = [datetime.fromtimestamp(second, UTC).isoformat() for second in flight.times.tolist()]
        row |= {"times": stamps} if len(line) > 1 else {"start": stamps[0]}
    elif flight.periods:
        first, last = (
            datetime.fromtimestamp(s, UTC).isoformat() for s in (flight.periods[0][0], flight.periods[-1][1])
        )
        row["period"] = {"from": first, "until": last}
    if flight.times is None and flight.elapsed is not None and len(line) > 1:
        row |= _speeds(flight)
    if flight.takeoff_at is not None:
        row["takeoff"] = list(flight.takeoff_at)
    if flight.ground_m is not None:
        row["ground_elevation_m"] = flight.ground_m
    if flight.gimbal_pitch_deg and all(isfinite(pitch) for pitch in flight.gimbal_pitch_deg):
        row["gimbal_pitch_deg"] = list(flight.gimbal_pitch_deg)
    if flight.gimbal_yaw_deg and all(isfinite(yaw) for yaw in flight.gimbal_yaw_deg):
        row["gimbal_yaw_deg"] = list(flight.gimbal_yaw_deg)
    if flight.recording:
        row["recording"] = list(flight.recording)
    return {"type": "Feature", "id": flight.id, "geometry": shape, "properties": row}


def _speeds(flight: Flight) -> dict[str, float]:
    """The speed, and the climb, of which the seconds of a flight come; nothing where they come of no two such figures."""
    assert flight.elapsed is not None
    metres, took = leg_azimuths(flight.lon, flight.lat)[1], np.diff(flight.elapsed)
    moving = (metres > 0.5) & (took > 0)
    if not moving.any():
        return {}
    speed = round(float((metres[moving] / took[moving]).max()), 3)
    again = elapsed(metres, flight.height, speed, DEFAULT_CLIMB_MPS)
    return {"speed_mps": speed} if bool((abs(again - flight.elapsed) <= SAME_S).all()) else {}
