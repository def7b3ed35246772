"""Builders that show only what matters to a case: zones and missions as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dronectl.heights import Models
from dronectl.mission import Mission
from dronectl.track import Track

VALID = {
    "issued": "2026-01-01T00:00:00Z",
    "validFrom": "2026-01-01T00:00:00Z",
    "validTo": "2026-12-31T23:59:59Z",
    "provider": [{"text": "Test authority", "lang": "en-GB"}],
}
LON, LAT = 5.0, 52.0
METRE_EAST = 1 / 68_677.6  # degrees of longitude in one metre at 52 N, WGS 84: a cos(phi) / sqrt(1 - e2 sin2(phi))
METRE_NORTH = 1 / 111_267.0  # degrees of latitude in one metre at 52 N


def at(east: float, north: float, *height: float) -> list[float]:
    """A position some metres east and north of 52 N, 5 E."""
    return [LON + east * METRE_EAST, LAT + north * METRE_NORTH, *height]


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """A closed rectangle in metres round 52 N, 5 E."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [at(*corner) for corner in corners]


SQUARE = {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]}


def a_zone(
    identifier: str = "Z1",
    *,
    geometry: dict[str, Any] | None = None,
    kind: str = "PROHIBITED",
    layer: dict[str, Any] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """A zone in the ED-318 profile; by default a prohibited square of 100 m from the ground up."""
    shape = {**(geometry or SQUARE), "layer": layer or {"uom": "m"}}
    return {
        "type": "Feature",
        "id": identifier,
        "geometry": shape,
        "properties": {
            "identifier": identifier,
            "country": "NLD",
            "name": [{"text": f"Zone {identifier}", "lang": "en-GB"}],
            "type": kind,
            "variant": "COMMON",
            "reason": ["SENSITIVE"],
            "zoneAuthority": [{"name": [{"text": "Tower", "lang": "en-GB"}], "phone": "+31 70 000 0000",
                               "purpose": "AUTHORIZATION"}],
            **properties,
        },
    }  # fmt: skip


def a_simple_zone(kind: str, geometry: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """A zone in the simple profile."""
    return {
        "type": "Feature",
        "geometry": geometry or SQUARE,
        "properties": {"id": "S1", "name": "Simple", "kind": kind, **properties},
    }


def zones(path: Path, *features: dict[str, Any], metadata: dict[str, Any] | None = None) -> Path:
    """A zone file."""
    made = {"type": "FeatureCollection", "name": "Test", "metadata": VALID | (metadata or {}), "features": features}
    return write(path, made)


def a_mission(
    points: list[list[float]],
    *,
    datum: str = "AGL",
    times: list[str] | None = None,
    uncertainty: tuple[float, float] = (0, 0),
    mission: dict[str, Any] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """A mission with one flight; by default at 10:00 local time on 12 May 2026, without uncertainty."""
    if times is None and not {"start", "period", "untimed"} & properties.keys():
        times = [f"2026-05-12T10:{k:02d}:00+02:00" for k in range(len(points))]
    properties.pop("untimed", None)
    if times is not None:
        properties["times"] = times
    shape = {"type": "LineString", "coordinates": points}
    if len(points) == 1:
        shape = {"type": "Point", "coordinates": points[0]}
    return {
        "type": "FeatureCollection",
        "mission": {
            "id": "m1",
            "name": "Test mission",
            "uncertainty": {"horizontal_m": uncertainty[0], "vertical_m": uncertainty[1]},
            **(mission or {}),
        },
        "features": [
            {"type": "Feature", "id": "flight-1", "geometry": shape, "properties": {"datum": datum, **properties}}
        ],
    }


ACROSS = [at(-200, 0, 60), at(200, 0, 60)]
BESIDE = [at(-200, 80, 60), at(200, 80, 60)]


def a_march(**changed: Any) -> dict[str, Any]:
    """A column of 100 m that walks 600 m east along y = 0 at 1 m/s from 10:00."""
    march = {"route": [at(-300, 0), at(300, 0)], "width_m": 10, "length_m": 100, "speed_mps": 1.0,
             "start": "2026-05-12T10:00:00+02:00"} | changed  # fmt: skip
    crowd = {"kind": "assembly", "persons": {"expected": 800, "source": "notice"}, "march": march}
    return a_simple_zone("crowd", {"type": "Polygon", "coordinates": [ring(-300, -5, 300, 5)]}, crowd=crowd)


def write(path: Path, value: Any) -> Path:
    """A value as a JSON file."""
    path.write_text(json.dumps(value), "utf-8")
    return path


def report_of(
    run: Any, folder: Path, mission: dict[str, Any], *features: dict[str, Any], options: Any = ()
) -> dict[str, Any]:
    """The report of a check as JSON: a mission against some zones."""
    files = write(folder / "m.geojson", mission), zones(folder / "z.geojson", *features)
    ran = run("check", files[0], "--zones", files[1], "-f", "json", *options)
    assert ran.out, ran.err
    made: dict[str, Any] = json.loads(ran.out)
    return made


def a_permit(**members: Any) -> dict[str, Any]:
    """A permit for zone Z1."""
    return {"permit": {"id": "P-1", "kind": "authorization", "issuer": "Tower", "zones": ["Z1"], **members}}


def tracks_of(mission: Mission, models: Models | None = None) -> list[Track]:
    """The flights of a mission, ready to be held against zones."""
    return [Track.of(flight, mission, models or Models()) for flight in mission.flights]
