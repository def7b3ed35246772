"""`plan`: what is planned is clear, covers what it says, and is written as it was checked."""

from __future__ import annotations

import json
import math
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from builders import METRE_EAST, METRE_NORTH, a_zone, at, ring, write, zones
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl.geometry.coverage import Strips, ring_round
from dronectl.readers import read_mission

CAMERA = ("--hfov", "71.6", "--photo", "5280x3956")


def place(east: float, north: float) -> str:
    lon, lat = at(east, north)
    return f"{lon:.9f},{lat:.9f}"


def metres(path: Path | str) -> np.ndarray:
    """The path of a mission file, metres east, north and up of the scene's middle."""
    (flight,) = read_mission(str(path)).flights
    return np.column_stack([(flight.lon - 5) / METRE_EAST, (flight.lat - 52) / METRE_NORTH, flight.height])


def an_area(folder: Path, *corners: tuple[float, float]) -> Path:
    shape = {"type": "Polygon", "coordinates": [[at(*corner) for corner in (*corners, corners[0])]]}
    return write(folder / "area.geojson", {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "area"}, "geometry": shape}]})  # fmt: skip


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(west, south, east, north)]}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 179), st.floats(15, 60))
def test_everywhere_in_an_area_some_strip_runs_beside(seed: int, angle: float, wide: float) -> None:
    """Held against points of the area and the plain distance to each strip, without Shapely's buffers."""
    rng = random.Random(seed)
    bearings = sorted(rng.uniform(0, 2 * math.pi) for _ in range(rng.randint(5, 12)))
    corners = [(r * math.cos(b), r * math.sin(b)) for b in bearings for r in [rng.uniform(60, 300)]]
    area = shapely.make_valid(shapely.Polygon(corners))
    disc = (rng.uniform(-150, 150), rng.uniform(-150, 150), rng.uniform(10, 60))
    closed = shapely.Point(disc[:2]).buffer(disc[2])
    strips = Strips.over(area, closed, wide, angle)
    assert strips.wide_m <= wide + 1e-9
    turn = math.radians(angle)
    along = (math.sin(turn), math.cos(turn))
    for line in strips.lines:
        assert not shapely.LineString(line).buffer(-1e-9).intersects(closed.buffer(-0.01))
        step = line[1] - line[0]
        assert abs(step[0] * along[1] - step[1] * along[0]) < 1e-6 * max(1.0, float(np.hypot(*step)))
    for _ in range(60):
        spot = (rng.uniform(-300, 300), rng.uniform(-300, 300))
        clear_of_disc = math.hypot(spot[0] - disc[0], spot[1] - disc[1]) > disc[2] + wide + 2
        if area.contains(shapely.Point(spot)) and clear_of_disc:
            assert _beside(spot, strips, along) <= strips.wide_m / 2 + 1e-6
    assert strips.covered() + strips.shut() > 0.5 or not len(strips.lines)


def _beside(spot: tuple[float, float], strips: Strips, along: tuple[float, float]) -> float:
    """How far beside a place the nearest strip runs that reaches so far; inf where none does."""
    best = math.inf
    for one, other in strips.lines:
        low, high = sorted(end[0] * along[0] + end[1] * along[1] for end in (one, other))
        at_ = spot[0] * along[0] + spot[1] * along[1]
        if low - 1.01 <= at_ <= high + 1.01:  # a strip shorter than 1 m is not flown
            best = min(best, abs((spot[0] - one[0]) * along[1] - (spot[1] - one[1]) * along[0]))
    return best


def test_strips_are_flown_once_each_and_from_the_near_end() -> None:
    strips = Strips.over(shapely.box(0, 0, 100, 300), shapely.Point(50, 150).buffer(30), 20)
    flown = strips.in_order(np.array([110.0, 310.0]))
    assert len(flown) == len(strips.lines) > 5
    ends = {tuple(sorted(map(tuple, line.round(6).tolist()))) for line in flown}
    assert ends == {tuple(sorted(map(tuple, line.round(6).tolist()))) for line in strips.lines}
    assert flown[0][0].tolist() == pytest.approx([90.0, 300.0])
    assert strips.shut() == pytest.approx(math.pi * 900 / 30_000, rel=0.01)


@pytest.mark.parametrize("off", [25.0, 0.0, -20.0])
def test_a_way_round_an_area_keeps_its_distance(off: float) -> None:
    area = shapely.Polygon([(0, 0), (200, 0), (200, 150), (100, 60), (0, 150)])
    way = ring_round(area, off)
    assert way[0].tolist() == way[-1].tolist()
    far = shapely.distance(shapely.boundary(area), shapely.points(way))
    assert (far >= abs(off) * 0.92 - 1e-9).all() and (far <= abs(off) * 1.8 + 1e-9).all()
    assert shapely.contains_xy(area, way[:, 0], way[:, 1]).any() == (off < 0)


def test_a_route_is_led_round_a_zone_and_written_as_it_was_checked(tmp_path: Path, run) -> None:
    where = zones(tmp_path / "z.geojson", a_zone(geometry=square(-50, -100, 50, 300)))
    ran = run("plan", "route", "--from", place(-300, 0), "--to", place(300, 0), "--height", "40", "--start",
              "2026-05-12T10:00+02:00", "-z", where, "-o", tmp_path / "r.geojson", "-f", "json")  # fmt: skip
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["verdict"] == "clear" and told["kept_off"] == ["Z1"] and "identical verdict" in ran.err
    bare = 2 * math.hypot(250, 100) + 100  # round the zone itself; the way keeps 5.5 m off it
    assert bare + 2 <= told["length_m"] <= bare * 1.02
    path = metres(tmp_path / "r.geojson")
    assert path[0] == pytest.approx([-300, 0, 0], abs=0.2) and path[-1] == pytest.approx([300, 0, 0], abs=0.2)
    assert set(path[1:-1, 2].tolist()) == {40.0}
    assert run("check", tmp_path / "r.geojson", "-z", where).code == 0


@pytest.mark.parametrize("suffix", [".plan", ".waypoints", ".geojson", ".kmz", ".csv", ".kml", ".gpx"])
def test_a_route_is_written_in_any_format(suffix: str, tmp_path: Path, run) -> None:
    where = zones(tmp_path / "z.geojson", a_zone())
    ran = run("plan", "route", "--from", place(-300, 200), "--via", place(0, 300), "--to", place(300, 200), "--datum",
              "TAKEOFF", "-z", where, "-o", tmp_path / f"r{suffix}")  # fmt: skip
    assert ran.code == 0 and "identical verdict" in ran.err, ran.err
    path = metres(tmp_path / f"r{suffix}")
    assert any(np.hypot(path[:, 0], path[:, 1] - 300) < 0.5)


def test_strips_of_a_survey_are_cut_at_zones_and_joined_round_them(tmp_path: Path, run) -> None:
    where = zones(tmp_path / "z.geojson", a_zone(geometry=square(-40, -30, 40, 30)))
    area = an_area(tmp_path, (-200, -150), (200, -150), (200, 150), (-200, 150))
    ran = run("plan", "survey", area, "--gsd", "1.5", *CAMERA, "--takeoff", place(-220, -160), "-z", where, "-o",
              tmp_path / "s.geojson", "-f", "json")  # fmt: skip
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    survey = told["survey"]
    assert survey["closed"] == pytest.approx(92 * 72 / 120_000, rel=0.1)  # the zone and 5.5 m round it
    assert 0.93 < survey["covered"] <= 1 and survey["apart_m"] <= 5280 * 0.015 * 0.3 + 1e-6
    path = metres(tmp_path / "s.geojson")
    assert path[:, 2].max() == pytest.approx(0.015 * 5280 / (2 * math.tan(math.radians(71.6) / 2)), rel=1e-3)
    assert path[0, :2] == pytest.approx([-220, -160], abs=0.2) and path[-1, :2] == pytest.approx([-220, -160], abs=0.2)
    inside = shapely.box(-39.9, -29.9, 39.9, 29.9)
    assert not any(shapely.LineString([a[:2], b[:2]]).intersects(inside) for a, b in pairwise(path))
    (flight,) = read_mission(str(tmp_path / "s.geojson")).flights
    photographed = [k for k, on in enumerate(flight.recording) if on]
    assert len(photographed) == survey["strips"]
    for k in photographed:
        assert abs(path[k + 1, 1] - path[k, 1]) < 1e-2 or abs(path[k + 1, 0] - path[k, 0]) < 1e-2


def test_a_way_round_an_area_begins_nearest_to_its_take_off(tmp_path: Path, run) -> None:
    area = an_area(tmp_path, (-100, -100), (100, -100), (100, 100), (-100, 100))
    where = zones(tmp_path / "z.geojson", a_zone(geometry=square(3000, 0, 3100, 90)))
    ran = run("plan", "perimeter", area, "--off", "0", "--takeoff", place(150, 150), "-z", where, "-o",
              tmp_path / "p.geojson")  # fmt: skip
    assert ran.code == 0, ran.err
    path = metres(tmp_path / "p.geojson")
    assert path[2, :2] == pytest.approx([100, 100], abs=0.3) and path[-3, :2] == pytest.approx([100, 100], abs=0.3)
    gone = run("plan", "perimeter", area, "--off", "-150", "-z", where)
    assert gone.code == 2 and "nothing of the area is left" in gone.err


def test_a_stand_off_a_crowd_is_flown_and_keeps_the_one_to_one_rule(tmp_path: Path, run) -> None:
    own = {"crowd": {"kind": "gathering", "persons": {"expected": 500, "source": "permit"}}}
    crowd = a_zone("C1", geometry=square(-40, -40, 40, 40), kind="NO_RESTRICTION", reason=["POPULATION"],
                   extendedProperties={"dronectl": own})  # fmt: skip
    where = zones(tmp_path / "c.geojson", crowd)
    ran = run("plan", "observe", where, "--takeoff", place(300, 0), "--minutes", "5", "--start",
              "2026-05-12T10:00+02:00", "-z", where, "-o", tmp_path / "o.geojson")  # fmt: skip
    assert ran.code == 0, ran.err
    path = metres(tmp_path / "o.geojson")
    (flight,) = read_mission(str(tmp_path / "o.geojson")).flights
    waits = np.diff(flight.times)[np.hypot(*np.diff(path[:, :2], axis=0).T) < 0.1]
    assert waits.max() == pytest.approx(300, abs=1)
    away = np.maximum(np.abs(path[:, 0]), np.abs(path[:, 1])) - 40
    assert (away >= path[:, 2] - 0.1).all()


def test_what_cannot_be_planned_is_told_and_nothing_is_written(tmp_path: Path, run) -> None:
    where = zones(tmp_path / "z.geojson", a_zone(geometry=square(-3000, -3000, 3000, 3000)))
    ran = run("plan", "route", "--from", place(-30, 0), "--to", place(30, 0), "-z", where, "-o", tmp_path / "r.plan")
    assert (
        ran.code == 1
        and ran.out.startswith("NOTHING FOUND: a place that was named")
        and not (tmp_path / "r.plan").exists()
    )
    area = an_area(tmp_path, (-20, -20), (20, -20), (20, 20), (-20, 20))
    ran = run("plan", "survey", area, "--gsd", "1.5", *CAMERA, "-z", where)
    assert ran.code == 1 and "no strip" in ran.out
    wide = an_area(tmp_path, (-200, -200), (200, -200), (200, 200), (-200, 200))
    small = zones(tmp_path / "s.geojson", a_zone())
    ran = run("plan", "survey", wide, "--gsd", "1.5", *CAMERA, "--takeoff", place(0, 0), "-z", small)
    assert ran.code == 1 and "take-off point lies in a zone" in ran.out
    for words, why in (
        (("route", "--from", "5,52", "--to", "400,52"), "not on the globe"),
        (("route", "--from", "5,52", "--to", "5.01,52", "--height", "-3"), "above 0"),
        (("route", "--from", "5,52", "--to", "5.01,52", "-o", "r.xyz"), "which format"),
        (("survey", area, *CAMERA), "--gsd"),
        (("survey", area, "--gsd", "2"), "--hfov"),
        (("survey", area, "--gsd", "2", "--aircraft", "dji-m30t"), "name a lens"),
        (("survey", area, "--gsd", "2", *CAMERA, "--side", "99"), "percent"),
        (("observe", where, "--takeoff", "5,52"), "one crowd"),
    ):  # fmt: skip
        ran = run("plan", *words, "-z", where)
        assert ran.code == 2 and why in ran.err, (words, ran.err)
