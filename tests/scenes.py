"""Random scenes anywhere between 85 S and 85 N: a mission, a zone, terrain and geoid, and what they ask of the oracle."""

from __future__ import annotations

import copy
import math
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from builders import VALID, a_mission, a_zone
from oracle import sun
from oracle.earth import WGS84
from oracle.judge import Question, Volume, judge
from oracle.surface import Surface

from dronectl.heights import Models, open_models
from dronectl.mission import Mission
from dronectl.readers import read_zone_document
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.missions import geojson
from dronectl.zone import Zone

START = 1_778_572_800.0  # 2026-05-12T08:00:00Z
SUN_ERROR_S = 10.0  # of both formulae together, up to 60 degrees: 0.01 degrees of the sun's place are 5 s
SUN_SECONDS_A_METRE = 0.0075  # at 60 degrees in May: 0.0043 s a metre east, 0.003 s a metre north
CELL_M = 40.0
ENGINE_STEP_M = CELL_M / 8


def offset(lon: float, lat: float, azimuth: float, metres: float) -> tuple[float, float]:
    """A place some metres away; longitudes stay within 180."""
    there_lon, there_lat, _ = WGS84.fwd(lon, lat, azimuth, metres)
    return float(there_lon), float(there_lat)


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


@dataclass
class Scene:
    """One question, as files and as the oracle takes it."""

    seed: int
    zone: dict[str, Any]
    mission: dict[str, Any]
    question: Question
    rasters: dict[str, Surface] = field(default_factory=dict)
    errors: dict[str, float] = field(default_factory=dict)
    holes: bool = False
    """True where the terrain has a hole: then more may be unknown than the oracle knows."""

    def zones(self) -> tuple[Zone, ...]:
        value = {"type": "FeatureCollection", "metadata": VALID, "features": [self.zone]}
        return read_zone_document(Document("z.geojson", "", value)).zones

    def flown(self) -> Mission:
        return geojson.read(Document("m.geojson", "", self.mission), Choices())

    def models(self, folder: Path) -> Models:
        """The models, their rasters written to a folder."""
        from rasterio.transform import Affine
        from rasters import a_raster

        paths = {}
        for name, surface in self.rasters.items():
            place = Affine(surface.cell_lon, 0, surface.west, 0, -surface.cell_lat, surface.north)
            values = np.where(np.isnan(surface.values), -9999.0, surface.values)
            paths[name] = str(a_raster(folder / f"{name}.tif", values, place, crs="EPSG:4326", nodata=-9999.0))
        return open_models(
            [paths["terrain"]] if "terrain" in paths else [],
            terrain_error_m=self.errors.get("terrain"),
            geoid=paths.get("geoid"),
            geoid_error_m=self.errors.get("geoid"),
        )


def a_scene(seed: int) -> Scene:
    """A zone and a path close enough to each other to be interesting."""
    rng = random.Random(seed)
    lat = rng.choice([rng.uniform(-84, 84), rng.uniform(50, 54), rng.uniform(-1, 1), rng.choice([-84.5, 84.5])])
    lon = rng.choice([rng.uniform(-180, 180), 180.0, -179.999, 5.0, 0.0])
    large = rng.random() < 0.03
    size = math.exp(
        rng.uniform(math.log(20_000), math.log(150_000)) if large else rng.uniform(math.log(30), math.log(3000))
    )
    if large:
        lat = max(min(lat, 80.0), -80.0)
    turned = not large and rng.random() < 0.35  # heights over different datums, with models
    datum = rng.choice(["AGL", "AMSL", "WGS84", "TAKEOFF"]) if turned else "AGL"
    volumes, shapes = [], []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        place = offset(lon, lat, rng.uniform(0, 360), size * rng.uniform(0, 0.8)) if volumes else (lon, lat)
        volume, shape = _volume(rng, place, size, turned, datum)
        volumes.append(volume)
        shapes.append(shape)
    geometry = shapes[0] if len(shapes) == 1 else {"type": "GeometryCollection", "geometries": shapes}
    points = _path(rng, lon, lat, size)
    question = Question(
        points=points, datum=datum, reach_m=rng.choice([0.0, 5.0, 30.0]), vertical_m=rng.choice([0.0, 3.0]),
        volumes=volumes, windows=None, edge_step_m=1000.0 if large else 200.0,
    )  # fmt: skip
    properties = _hours(rng, question, lon, lat, size)
    zone = a_zone(geometry=geometry, layer=shapes[0]["layer"], country="XXX", **properties)
    if len(shapes) > 1:
        del zone["geometry"]["layer"]
    scene = Scene(seed, zone, {}, question)
    if turned:
        _models(rng, scene, lon, lat, size)
    if rng.random() < 0.4:
        _to_the_edge(rng, question)
    scene.mission = a_mission(
        [list(point[:3]) for point in question.points], datum=datum, times=[iso(point[3]) for point in question.points],
        uncertainty=(question.reach_m, question.vertical_m),
    )  # fmt: skip
    return scene


def _volume(rng: random.Random, place: tuple[float, float], size: float, turned: bool, own: str) -> tuple[Volume, dict]:
    volume = Volume()
    layer: dict[str, Any] = {"uom": "m"}
    if turned or rng.random() < 0.6:
        names = ["AGL", "AMSL", "WGS84"] if turned else ["AGL"]
        base = {"AGL": 0.0, "AMSL": 40.0, "WGS84": 70.0}
        low_datum = rng.choice(names)
        high_datum = low_datum if rng.random() < 0.7 else rng.choice(names)
        low, high = sorted([rng.uniform(1, 130), rng.uniform(1, 130)])
        if rng.random() < 0.2:
            low = 0.0
        if rng.random() < 0.85:
            volume.lower = (low + base[low_datum], low_datum)
            layer |= {"lower": volume.lower[0], "lowerReference": low_datum}
        if rng.random() < 0.85:
            volume.upper = (high + base[high_datum] + (0.0 if low_datum == high_datum else 120.0), high_datum)
            layer |= {"upper": volume.upper[0], "upperReference": high_datum}
    if rng.random() < 0.35:
        volume.circle = (place, size)
        shape = {"type": "Point", "coordinates": list(place), "extent": {"subType": "Circle", "radius": size}}
    else:
        volume.polygons = [_rings(rng, place, size)]
        if rng.random() < 0.15:
            beside = offset(*place, rng.uniform(0, 360), size * 4)
            volume.polygons.append(_rings(rng, beside, size * 0.5))
        listed = [[[list(corner) for corner in ring] for ring in rings] for rings in volume.polygons]
        single = len(listed) == 1
        shape = {"type": "Polygon" if single else "MultiPolygon", "coordinates": listed[0] if single else listed}
    return volume, shape | {"layer": layer}


def _rings(rng: random.Random, place: tuple[float, float], size: float) -> list[list[tuple[float, float]]]:
    """A star-shaped outline, sometimes with a hole that surely lies inside it."""
    corners = rng.randint(3, 14)
    turn = rng.uniform(0, 360)
    radii = [size * rng.uniform(0.4, 1.3) for _ in range(corners)]
    outer = [offset(*place, turn - 360 * k / corners, radius) for k, radius in enumerate(radii)]
    rings = [[*outer, outer[0]]]
    if corners >= 5 and rng.random() < 0.3:  # a pentagon of radius 0.4 holds a circle of 0.32
        inner = [offset(*place, 120 * k, size * rng.uniform(0.05, 0.2)) for k in range(3)]
        rings.append([*inner, inner[0]])
    return rings


def _path(rng: random.Random, lon: float, lat: float, size: float) -> list[tuple[float, float, float, float]]:
    points = []
    moment = START
    here = offset(lon, lat, rng.uniform(0, 360), size * rng.uniform(0, 2.2))
    height = rng.uniform(1, 140)
    for _ in range(rng.choice([1, 2, 2, 3, 3, 4])):
        points.append((*here, height, moment))
        moment += rng.choice([0.0, 0.5, 20.0, 100.0])
        if rng.random() < 0.85:  # else the next point is the same place: a hover or a climb
            here = offset(lon, lat, rng.uniform(0, 360), size * rng.uniform(0, 2.2))
        if rng.random() < 0.7:
            height = rng.uniform(1, 140)
    return points


def _hours(rng: random.Random, question: Question, lon: float, lat: float, size: float) -> dict[str, Any]:
    """Hours of the zone in some scenes: windows, daily clock times in UTC, or from one sun event to another."""
    draw = rng.random()
    last = question.points[-1][3]
    if draw < 0.55:
        return {}
    if draw < 0.8:
        question.windows, periods = [], []
        for _ in range(rng.choice([1, 1, 2])):
            first = round(START + rng.uniform(-60, 120), 3)
            question.windows.append((first, round(first + rng.uniform(5, 100), 3)))
            periods.append({"startDateTime": iso(question.windows[-1][0]), "endDateTime": iso(question.windows[-1][1])})
        return {"limitedApplicability": periods}
    if draw < 0.93 or abs(lat) > 60 or size > 10_000:  # across a large zone the sun rises at several times
        first = round(START + rng.uniform(-400, last - START + 60))
        length = rng.choice([30, 300, 40_000])
        question.windows = [(first + day * 86400.0, first + length + day * 86400.0) for day in (-1, 0, 1)]
        clock = [datetime.fromtimestamp(moment, UTC).strftime("%H:%M:%SZ") for moment in (first, first + length)]
        days = ["ANY"]
        return {"limitedApplicability": [{"schedule": [{"day": days, "startTime": clock[0], "endTime": clock[1]}]}]}
    start, end = rng.choice([("SR", "SS"), ("BMCT", "EECT"), ("BMCT", "SR"), ("SS", "EECT")])
    kind = rng.choice([start, end])
    near = sun.event(kind, date(2026, 5, 12), lon, lat)
    if near is not None and rng.random() < 0.7:  # fly round the event itself
        shift = near.timestamp() + rng.uniform(-600, 600) - question.points[0][3]
        question.points = [(*point[:3], point[3] + shift) for point in question.points]
    question.windows, question.window_error_s = [], 180.0  # the two formulae, and a zone up to 12 km wide
    question.sun_error_s = SUN_ERROR_S + 2.1 * size * SUN_SECONDS_A_METRE
    first_day = datetime.fromtimestamp(question.points[0][3], UTC).date()
    for day in (first_day + timedelta(days=shift) for shift in (-2, -1, 0, 1, 2)):
        opens, closes = sun.event(start, day, lon, lat), sun.event(end, day, lon, lat)
        assert opens is not None and closes is not None
        question.windows.append((opens.timestamp() - 120, closes.timestamp() + 120))
    return {"limitedApplicability": [{"schedule": [{"day": ["ANY"], "startEvent": start, "endEvent": end}]}]}


def _to_the_edge(rng: random.Random, question: Question) -> None:
    """Widen the path, or its heights, so that it just reaches the zone or just misses it, or is within what is not known."""
    near = rng.choice([0.002, 0.05, 0.6]) * rng.uniform(-1, 1)
    if question.levels:
        near = rng.uniform(-1.3, 1.3) * max(question.errors[question.datum] + question.errors["AGL"], 1.0)
    if not question.levels and rng.random() < 0.6:
        flat = replace(question, reach_m=0.0, windows=None, vertical_m=1e6)
        apart = -judge(flat).exact
        if 0.0 < apart < 3000.0:
            question.reach_m = max(apart + near, 0.0)
    else:
        apart = -judge(replace(question, vertical_m=0.0, windows=None, reach_m=question.reach_m + 1e6)).exact
        if 0.0 < apart < 500.0:
            question.vertical_m = max(apart + near, 0.0)


def _models(rng: random.Random, scene: Scene, lon: float, lat: float, size: float) -> None:
    """Terrain and geoid round the scene, and what they make of the levels of all datums."""
    reach = size * 2.5 + 200
    side = min(int(2 * reach / CELL_M) + 3, 220)
    cell_m = max(CELL_M, 2 * reach / side)
    # degrees in a metre: series in the latitude from the radii of curvature of WGS 84
    phi = math.radians(lat)
    north = 1 / (111_132.95 - 559.85 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi))
    east = 1 / (111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi))
    rows, columns = np.mgrid[0:side, 0:side] * cell_m
    height = (
        40 + 15 * np.sin(rows / rng.uniform(150, 900) + rng.random()) + 10 * np.cos(columns / rng.uniform(150, 900))
    )
    if rng.random() < 0.3:
        height += np.random.default_rng(scene.seed).normal(0, 4, height.shape)
    terrain = Surface(
        height.astype("float32").astype(float), lon - reach * east, lat + reach * north, cell_m * east, cell_m * north
    )
    if rng.random() < 0.12:
        scene.holes = True
        terrain.values[rng.randrange(side), rng.randrange(side)] = np.nan
    tilt = 20.0 + rng.uniform(-1e-4, 1e-4) * rows[:12, :12] * 40
    wide = 5 * reach
    geoid = Surface(
        tilt.astype("float32").astype(float),
        lon - wide * east,
        lat + wide * north,
        2 * wide / 12 * east,
        2 * wide / 12 * north,
    )
    scene.rasters = {"terrain": terrain, "geoid": geoid}
    scene.errors = {"terrain": rng.choice([0.0, 2.0, 8.0]), "geoid": rng.choice([0.0, 1.0])}
    question = scene.question
    slope = terrain.steepest(cell_m * 0.98, cell_m * 0.98)
    spacing = max(cell_m / 8, 0.25)
    takeoff = terrain.at(np.array([question.points[0][0]]), np.array([question.points[0][1]]))[0]
    question.levels = {
        "AGL": terrain.at,
        "AMSL": lambda x, y: np.zeros(len(x)),
        "WGS84": lambda x, y: -geoid.at(x, y),
        "TAKEOFF": lambda x, y: np.full(len(x), takeoff),
    }
    error = scene.errors["terrain"]
    question.errors = {
        "AGL": error + slope * (question.reach_m + 2.2 * spacing) + 0.1,
        "AMSL": 0.0,
        "WGS84": scene.errors["geoid"] + 0.5,  # 0.15 m of it for the places between, and the tilt of the plane
        "TAKEOFF": error + slope * (question.reach_m * 1.01 + 0.1) + 0.1,
    }


# the same scene, said otherwise


def changed(scene: Scene, how: str, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The zone and the mission of a scene with a change that must not lose a finding; None where it does not apply."""
    zone, mission = copy.deepcopy(scene.zone), copy.deepcopy(scene.mission)
    feature = mission["features"][0]
    line, times = feature["geometry"]["coordinates"], feature["properties"]["times"]
    single = feature["geometry"]["type"] == "Point"
    shapes = zone["geometry"].get("geometries", [zone["geometry"]])
    if how == "reversed":
        if scene.question.windows is not None or single or scene.question.datum == "TAKEOFF":
            return None
        line.reverse()
    elif how == "cut":
        if single:
            return None
        _cut(feature, rng)
    elif how == "rings":
        for shape in shapes:
            polygons = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}.get(shape["type"], [])
            for polygon in polygons:
                for ring in polygon:
                    start = rng.randrange(len(ring) - 1)
                    turned = ring[start:-1] + ring[:start]
                    ring[:] = (turned + turned[:1])[:: rng.choice([1, -1])]
    elif how == "feet":
        for shape in shapes:
            layer = shape["layer"]
            layer["uom"] = "ft"
            for side in ("lower", "upper"):
                if side in layer:
                    layer[side] /= 0.3048
    elif how == "shifted":  # everything round the axis of the Earth: no model may be in the way
        if scene.rasters or "startEvent" in str(zone):
            return None
        by = rng.choice([180.0 - line[0] if single else 180.0 - line[0][0], rng.uniform(-180, 180)])
        _turn(line, by)
        for shape in shapes:
            _turn(shape["coordinates"], by)
    elif how == "wider":
        stated = mission["mission"]["uncertainty"]
        stated["horizontal_m"] += rng.choice([1, 10, 50])
        stated["vertical_m"] += rng.choice([0, 1, 10])
    else:
        raise ValueError(how)
    assert len(times) == len(feature["properties"]["times"]) or how == "cut"
    return zone, mission


def _cut(feature: dict[str, Any], rng: random.Random) -> None:
    """Every leg cut in two on its geodesic; height and time run evenly along it."""
    line, times = feature["geometry"]["coordinates"], feature["properties"]["times"]
    made, when = [line[0]], [times[0]]
    for k in range(len(line) - 1):
        (x0, y0, h0), (x1, y1, h1) = line[k], line[k + 1]
        share = rng.uniform(0.1, 0.9)
        azimuth, _, metres = WGS84.inv(x0, y0, x1, y1)
        x, y, _ = WGS84.fwd(x0, y0, azimuth, metres * share)
        t0, t1 = (datetime.fromisoformat(times[j]).timestamp() for j in (k, k + 1))
        made += [[float(x), float(y), h0 + share * (h1 - h0)], line[k + 1]]
        when += [iso(t0 + share * (t1 - t0)), times[k + 1]]
    feature["geometry"]["coordinates"], feature["properties"]["times"] = made, when


def _turn(coordinates: list[Any], by: float) -> None:
    """Longitudes moved, in place, and kept within 180."""
    if isinstance(coordinates[0], int | float):
        coordinates[0] = (coordinates[0] + by + 180.0) % 360.0 - 180.0
        return
    for part in coordinates:
        _turn(part, by)
