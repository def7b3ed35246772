"""A national zone set and a mission, deterministic: circles, polygons, holes, layers and hours round cities."""

from __future__ import annotations

import math
import random
from typing import Any

CITIES = [
    (4.30, 52.07), (4.90, 52.37), (5.22, 52.37), (5.48, 51.44), (5.97, 52.21),  # the five of the project
    (8.54, 47.38), (-77.50, 38.75), (-112.47, 34.58),  # where published test plans fly
]  # fmt: skip
KINDS = ("PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "NO_RESTRICTION", "USPACE")
METRES_PER_DEGREE = 111_200.0


def _ring(rng: random.Random, lon: float, lat: float, radius: float, corners: int) -> list[list[float]]:
    squeeze = math.cos(math.radians(lat))
    ring = []
    for k in range(corners):
        angle = 2 * math.pi * k / corners
        reach = radius * rng.uniform(0.8, 1.2) / METRES_PER_DEGREE
        ring.append([round(lon + reach * math.cos(angle) / squeeze, 7), round(lat + reach * math.sin(angle), 7)])
    return [*ring, ring[0]]


def _geometry(rng: random.Random, lon: float, lat: float) -> dict[str, Any]:
    layer = {"uom": "m", "lower": 0, "lowerReference": "AGL"}
    if rng.random() < 0.6:
        layer |= {"upper": rng.choice([50, 120, 300]), "upperReference": rng.choice(["AGL", "AMSL"])}
    radius = math.exp(rng.gauss(math.log(400), 0.8))
    if rng.random() < 0.4:
        extent = {"subType": "Circle", "radius": round(radius, 1)}
        return {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)], "extent": extent, "layer": layer}
    corners = min(int(rng.paretovariate(1.0) * 20), 800)
    rings = [_ring(rng, lon, lat, radius, corners)]
    if rng.random() < 0.15:
        rings.append(_ring(rng, lon, lat, radius * 0.3, 12)[::-1])
    polygon = {"type": "Polygon", "coordinates": rings, "layer": layer}
    if rng.random() < 0.1:
        upper = {"uom": "m", "lower": 120, "lowerReference": "AGL", "upper": 500, "upperReference": "AMSL"}
        second = {"type": "Polygon", "coordinates": [_ring(rng, lon, lat, radius * 1.5, corners)], "layer": upper}
        return {"type": "GeometryCollection", "geometries": [polygon, second]}
    return polygon


def national_zones(count: int, seed: int = 20260601) -> dict[str, Any]:
    """An ED-318 collection of `count` zones."""
    rng = random.Random(seed)
    features = []
    for k in range(count):
        city = rng.choice(CITIES)
        spread = 12_000 / METRES_PER_DEGREE if rng.random() < 0.6 else 1.0
        lon, lat = city[0] + rng.gauss(0, spread) * 1.5, city[1] + rng.gauss(0, spread)
        properties: dict[str, Any] = {
            "identifier": f"N{k:05d}",
            "country": "XXX",
            "name": [{"text": f"Zone {k}", "lang": "en-GB"}],
            "type": rng.choices(KINDS, (3, 4, 1, 1, 1))[0],
            "variant": "COMMON",
            "reason": [rng.choice(["AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "NATURE"])],
            "zoneAuthority": [{"name": [{"text": "Authority", "lang": "en-GB"}], "purpose": "AUTHORIZATION"}],
        }
        if rng.random() < 0.35:
            days = rng.sample(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], 5)
            stretch = {
                "day": days,
                "startTime": f"{rng.randint(4, 9):02d}:00Z",
                "endTime": f"{rng.randint(15, 22)}:00Z",
            }
            properties["limitedApplicability"] = [{"schedule": [stretch]}]
        features.append({"type": "Feature", "geometry": _geometry(rng, lon, lat), "properties": properties})
    metadata = {
        "issued": "2026-01-01T00:00:00Z",
        "validFrom": "2020-01-01T00:00:00Z",
        "validTo": "2035-01-01T00:00:00Z",
    }
    return {"type": "FeatureCollection", "name": "Synthetic national set", "metadata": metadata, "features": features}


def city_zones(count: int = 500, seed: int = 20260602) -> dict[str, Any]:
    """An ED-318 collection of prohibited places of 20 to 120 m across, 6 km round the middle of a city."""
    made = national_zones(count, seed)
    rng = random.Random(seed)
    for feature in made["features"]:
        lon, lat = CITIES[1][0] + rng.uniform(-0.09, 0.09), CITIES[1][1] + rng.uniform(-0.054, 0.054)
        ring = _ring(rng, lon, lat, rng.uniform(10, 60), 9)
        feature["geometry"] = {"type": "Polygon", "coordinates": [ring], "layer": {"uom": "m"}}
        feature["properties"]["type"] = "PROHIBITED"
        feature["properties"].pop("limitedApplicability", None)
    return made


def a_survey(strips: int = 25) -> dict[str, Any]:
    """A survey of 3 km by 100 m a strip over the middle of a city: a leg a strip, and one to the next."""
    lon, lat = CITIES[1]
    wide = 1_500 / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    points = []
    for k in range(strips):
        north = lat + (k - strips / 2) * 100 / METRES_PER_DEGREE
        ends = [[round(lon - wide, 7), round(north, 7), 50.0], [round(lon + wide, 7), round(north, 7), 50.0]]
        points += ends if k % 2 == 0 else ends[::-1]
    return a_mission(1) | {"features": [_flight(points)]}


def _flight(points: list[list[float]]) -> dict[str, Any]:
    properties = {"datum": "AGL", "start": "2026-05-12T10:00:00+02:00", "speed_mps": 8.0}
    return {"type": "Feature", "geometry": {"type": "LineString", "coordinates": points}, "properties": properties}


def a_mission(legs: int, seed: int = 7) -> dict[str, Any]:
    """A mission of `legs` legs of about 120 m through the middle of a city."""
    rng = random.Random(seed)
    lon, lat, heading = CITIES[1][0], CITIES[1][1], 0.0
    points = [[lon, lat, 50.0]]
    for _ in range(legs):
        heading += rng.uniform(-0.8, 0.8)
        lon += 120 * math.sin(heading) / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
        lat += 120 * math.cos(heading) / METRES_PER_DEGREE
        points.append([round(lon, 7), round(lat, 7), 50.0])
    mission = {"id": "bench", "name": "Bench", "uncertainty": {"horizontal_m": 5, "vertical_m": 3}}
    return {"type": "FeatureCollection", "mission": mission, "features": [_flight(points)]}
