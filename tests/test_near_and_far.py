"""Zones far from the mission are not read whole by a check: no answer may change by it."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from bench.generate import national_zones
from builders import a_mission, a_simple_zone, a_zone, at, ring, write, zones
from depth import deep
from rule_cases import PACK, limit, own

from dronectl import geometry
from dronectl.check import check
from dronectl.editions import Library
from dronectl.geometry import Course, geodesics
from dronectl.readers import read_mission, read_zones, surroundings
from dronectl.reports.as_json import document
from dronectl.rules import Options


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("n") / "national.geojson", national_zones(2000))


@pytest.fixture(scope="module")
def everything(national: Path) -> Library:
    return Library(read_zones([national]))


@pytest.mark.parametrize("seed", range(deep(200, 60)))
def test_a_corner_that_is_near_is_never_farther_than_the_outline(seed: int, tmp_path: Path) -> None:
    """What is told without laying an outline on a plane never says more than the exact distance, about 50 km least of all."""
    rng = np.random.default_rng(seed)
    lon, lat, near_m = rng.uniform(-170, 170), rng.uniform(-75, 75), float(rng.choice([500.0, 5e3, 45e3, 50e3]))
    way = rng.uniform(0, 360)
    ends = geodesics.beside(lon, lat, np.array([way, way + 5]), np.array([100.0, 900.0]))
    points = [[float(x), float(y), 50.0] for x, y in zip(*ends, strict=True)]
    (flight,) = read_mission(write(tmp_path / "m.geojson", a_mission(points))).flights
    about = near_m * rng.choice([0.5, 0.999, 1.0, 1.001, 1.3, 8.0])
    corners = geodesics.beside(lon, lat, np.array([0.0, 4.0, 9.0, 0.0]) + way + 40, np.full(4, about))
    outline = np.column_stack(corners)
    outline[3] = outline[0]
    shape = {"type": "Polygon", "coordinates": [outline.tolist()]}
    (file,) = read_zones([zones(tmp_path / "z.geojson", a_zone(geometry=shape))])
    (volume,) = file.zones[0].volumes
    course = Course.of(flight)
    for pieces, frame in course.frames():
        told = geometry.corner_within(volume, course, pieces, near_m)
        assert not told or geometry.distance_to(volume, course, pieces, frame) <= near_m
        assert told or about > near_m - 200.0


@pytest.mark.parametrize("seed", range(deep(40, 15)))
def test_near_and_whole_reading_give_the_same_report(
    seed: int, national: Path, everything: Library, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    lon, lat = rng.choice([(4.9, 52.37), (4.3, 52.07), (8.54, 47.38)])
    points = [[lon + rng.gauss(0, 0.03), lat + rng.gauss(0, 0.03), rng.uniform(20, 140)] for _ in range(6)]
    given = a_mission(points, uncertainty=(rng.choice([0, 5, 300]), 3))
    mission = read_mission(write(tmp_path / "m.geojson", given))
    options = Options(margin_m=rng.choice([0.0, 400.0]), near_m=rng.choice([0.0, 1000.0, 6000.0]))
    whole = check([mission], everything, options=options)
    around = surroundings([mission], max(options.near_m, options.margin_m))
    part = check([mission], read_zones([national], around=around), options=options)
    assert document(part)["missions"] == document(whole)["missions"]
    assert document(part)["inputs"] == document(whole)["inputs"]


def test_a_crowd_that_spreads_far_is_read_wherever_it_stands(run, tmp_path: Path) -> None:
    far = {"type": "Polygon", "coordinates": [ring(30_000, -50, 30_100, 50)]}
    crowd = a_simple_zone("crowd", far, crowd={"kind": "assembly", "drift_m": 29_950})
    mission = write(tmp_path / "m.geojson", a_mission([at(0, 0, 60), at(100, 0, 60)]))
    assert run("check", mission, "--zones", zones(tmp_path / "z.geojson", crowd)).code == 1


def test_a_broken_zone_far_away_still_refuses_the_file_where_it_must(run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission([at(0, 80, 60), at(100, 80, 60)]))
    lost = {"type": "Polygon", "coordinates": [[[200, 10], [201, 10], [201, 11], [200, 10]]]}
    ran = run("check", mission, "--zones", zones(tmp_path / "z.geojson", a_zone(), a_zone("L", geometry=lost)))
    assert ran.code == 4 and "$.features[1].geometry.coordinates[0][0]" in ran.err


def test_the_number_of_zones_stays_the_same(run, national: Path, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission([[4.9, 52.37, 60], [4.91, 52.37, 60]]))
    report = json.loads(run("check", mission, "--zones", national, "-f", "json").out)
    assert next(item["items"] for item in report["inputs"] if item["role"] == "zones") == 2000


KEEP_AWAY = limit("H1", "keep-away", comparator=">=", value=5000, unit="m", severity="violation",
                  **{"zones_where.reasons": ["SENSITIVE"]})  # fmt: skip


@pytest.mark.parametrize(("metres", "code"), [(4500, 1), (4990, 1), (5010, 0)])
def test_a_zone_is_read_as_far_off_as_a_rule_of_the_house_asks(run, tmp_path: Path, metres: int, code: int) -> None:
    (tmp_path / "p.toml").write_text(PACK + KEEP_AWAY)
    away = {"type": "Polygon", "coordinates": [ring(-50, metres, 50, metres + 100)]}
    site = zones(tmp_path / "z.geojson", a_zone("S", kind="NO_RESTRICTION", reason=["SENSITIVE"], geometry=away))
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 0, 60), at(200, 0, 60)]))
    assert run("check", mission, "--zones", site, "--pack", tmp_path / "p.toml").code == code


@pytest.mark.parametrize(("metres", "code"), [(5590, 1), (5610, 0)])
def test_a_zone_is_read_as_far_off_as_the_law_of_the_flight_asks(run, tmp_path: Path, metres: int, code: int) -> None:
    away = {"type": "Polygon", "coordinates": [ring(-1, metres, 1, metres + 2)]}
    point = a_zone("ARP", kind="NO_RESTRICTION", geometry=away, **own("law", ["NL-ARP"]))
    given = a_mission([at(0, 0, 60), at(9, 0, 60)], mission={"category": "nl-state"})
    mission = write(tmp_path / "m.geojson", given)
    assert run("check", mission, "--zones", zones(tmp_path / "z.geojson", point)).code == code


def test_what_is_stated_beside_the_mission_widens_what_is_read(run, tmp_path: Path) -> None:
    away = {"type": "Polygon", "coordinates": [ring(-50, 4500, 50, 4600)]}
    home = a_zone("HOME", kind="NO_RESTRICTION", reason=["PRIVACY"], geometry=away)
    site = zones(tmp_path / "z.geojson", home, a_zone("S", geometry=away))
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 0, 60), at(200, 0, 60)]))
    camera = {"hfov_deg": 2, "video": [16000, 12000], "photo": [16000, 12000], "pitch_deg": 0}
    seen = write(tmp_path / "camera.json", {"mission": {"camera": camera}})
    assert "PRV102 camera stated sees" in run("check", mission, "--zones", site, "--about", seen).out
    unsure = write(tmp_path / "unsure.json", {"mission": {"uncertainty": {"horizontal_m": 4600, "vertical_m": 3}}})
    assert 'prohibited zone "Zone S"' in run("check", mission, "--zones", site, "--about", unsure).out
