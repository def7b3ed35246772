"""`suggest`: what it writes passes the check, is as short as it can be, and nothing is called impossible that is not."""

from __future__ import annotations

import heapq
import json
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from builders import a_mission, a_zone, at, ring, write, zones
from depth import deep
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl.check import check
from dronectl.editions import Library
from dronectl.finding import Verdict
from dronectl.heights import Models
from dronectl.house import House
from dronectl.readers import read_mission, read_zones
from dronectl.rules import Options
from dronectl.suggesting import ROOM_M, Suggestions, suggest
from dronectl.writers.missions import geojson

M_LAT, M_LON = 111_257.0, 68_678.0  # metres a degree at 52 N, to 0.1 %


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(west, south, east, north)]}


def looked(folder: Path, mission: dict[str, Any], features: list[dict[str, Any]], **options: Any) -> Suggestions:
    flown = read_mission(write(folder / "m.geojson", mission))
    library = Library(read_zones([zones(folder / "z.geojson", *features)]))
    asked = Options(**options)
    return suggest(flown, lambda one: check([one], library, (), asked), Models(), House())


def test_a_leg_through_a_zone_is_led_round_it(tmp_path: Path) -> None:
    made = looked(tmp_path, a_mission([at(-300, 0, 40), at(300, 0, 40)]), [a_zone(geometry=square(-50, -100, 50, 300))])
    (one,) = made.found
    assert one.kind == "detour" and one.report.verdict is Verdict.CLEAR and one.moved == 0 and one.inserted >= 2
    direct, around = 600.0, 2 * (250**2 + 100**2) ** 0.5 + 100
    assert around - direct <= one.added_m <= (around - direct) * 1.1
    (flight,) = one.mission.flights
    assert set(flight.height.tolist()) == {40.0} and (flight.lon[0], flight.lat[0]) == tuple(at(-300, 0))
    took = float(np.ptp(read_mission(tmp_path / "m.geojson").flights[0].times))
    assert one.added_s == pytest.approx(one.added_m / 600 * took, rel=0.01)


def test_speeds_gimbal_and_recording_survive(tmp_path: Path) -> None:
    mission = a_mission([at(-300, 0, 40), at(300, 0, 60), at(300, 300, 60)])
    mission["features"][0]["properties"] |= {"gimbal_pitch_deg": [-30, -60, -90], "recording": [True, False, True]}
    made = looked(tmp_path, mission, [a_zone(geometry=square(-50, -100, 50, 300))])
    before, after = read_mission(tmp_path / "m.geojson").flights[0], made.found[0].mission.flights[0]
    inserted = len(after.lon) - 3
    assert after.gimbal_pitch_deg == (-30.0,) * (inserted + 1) + (-60.0, -90.0)
    assert after.recording == (True,) * (inserted + 1) + (False, True)
    assert after.height[0] == 40 and (np.diff(after.height) >= 0).all() and after.height[-1] == 60
    speeds = [_length(f.lon, f.lat) / (f.times[-1] - f.times[0]) for f in (before, after)]
    assert speeds[0] == pytest.approx(speeds[1], rel=0.12)
    last = [f.times[-1] - f.times[-2] for f in (before, after)]
    assert last[0] == pytest.approx(last[1], abs=0.01)


def _length(lon: np.ndarray, lat: np.ndarray) -> float:
    return float(np.hypot(np.diff(lon) * M_LON, np.diff(lat) * M_LAT).sum())


def test_a_waypoint_in_a_zone_is_moved_to_its_edge(tmp_path: Path) -> None:
    made = looked(tmp_path, a_mission([at(-300, 0, 40), at(0, 0, 40), at(-300, 100, 40)]),
                  [a_zone(geometry=square(-30, -200, 400, 200))])  # fmt: skip
    (one,) = made.found
    assert one.moved == 1 and one.farthest_m == pytest.approx(30, abs=2) and one.report.verdict is Verdict.CLEAR


@pytest.mark.parametrize(("lower", "found"), [(50, True), (8, False)])
def test_a_zone_above_is_flown_under(lower: float, found: bool, tmp_path: Path) -> None:
    layer = {"uom": "m", "lower": lower, "lowerReference": "AGL", "upper": 200, "upperReference": "AGL"}
    mission = a_mission([at(-300, 0, 0), at(-300, 0, 60), at(300, 0, 60)])
    made = looked(tmp_path, mission, [a_zone(geometry=square(-50, -5000, 50, 5000), layer=layer)])
    heights = [one for one in made.found if one.kind == "height"]
    assert bool(heights) is found
    if found:
        flight = heights[0].mission.flights[0]
        assert flight.height.max() == pytest.approx(50 - ROOM_M) and flight.height[0] == 0 and heights[0].lowered


@pytest.mark.parametrize("lowered", [True, False])
def test_a_height_leaves_room_for_the_operational_volume(lowered: bool, tmp_path: Path) -> None:
    band = (50, 200) if lowered else (0, 30)
    layer = {"uom": "m", "lower": band[0], "lowerReference": "AGL", "upper": band[1], "upperReference": "AGL"}
    volumes = {"flight_geography_m": 5, "flight_geography_up_m": 7, "contingency_m": 10, "contingency_up_m": 4}
    facts = {"volumes": {**volumes, "ground_risk_buffer_m": 0}}
    mission = a_mission([at(-300, 0, 12), at(300, 0, 60), at(300, 10, 60)], mission=facts)
    made = looked(tmp_path, mission, [a_zone(geometry=square(-50, -5000, 50, 5000), layer=layer)])
    (one,) = (one for one in made.found if one.kind == "height")
    height = one.mission.flights[0].height
    assert one.report.verdict is Verdict.CLEAR and one.lowered is lowered
    if lowered:
        assert height.max() == pytest.approx(50 - 7 - 4 - ROOM_M)
    else:
        assert height.min() == pytest.approx(30 + 4 + ROOM_M)


def test_a_mission_that_is_too_high_comes_down(tmp_path: Path) -> None:
    mission = a_mission([at(-300, 0, 0), at(-300, 0, 130), at(300, 0, 130)])
    mission["mission"] |= {"category": "open/A2"}
    made = looked(tmp_path, mission, [a_zone(geometry=square(3000, 0, 3100, 100))])
    heights = [one for one in made.found if one.kind == "height"]
    assert heights and heights[0].mission.flights[0].height.max() <= 120


def test_the_first_later_start_is_found(tmp_path: Path) -> None:
    hours = [{"startDateTime": "2026-05-12T00:00:00Z", "endDateTime": "2026-05-12T14:00:00Z"}]
    zone = a_zone(geometry=square(-50, -5000, 50, 5000), limitedApplicability=hours)
    made = looked(tmp_path, a_mission([at(-300, 0, 40), at(300, 0, 40)]), [zone])
    times = [one for one in made.found if one.kind == "time"]
    assert times and times[0].start is not None
    assert 1778594400 < times[0].start < 1778594400 + 600  # 2026-05-12T14:00Z
    assert times[0].report.verdict is Verdict.CLEAR


def test_why_nothing_helps_is_told(tmp_path: Path, run) -> None:
    inside = a_mission([at(-30, 0, 40), at(30, 0, 40)])
    made = looked(tmp_path, inside, [a_zone(geometry=square(-3000, -3000, 3000, 3000))])
    assert not made.found and "another mission" in made.why["detour"]
    assert "keeps hours" in made.why["time"] and "heights" in made.why["height"]
    ran = run("suggest", tmp_path / "m.geojson", "-z", tmp_path / "z.geojson")
    assert ran.code == 1 and ran.out.splitlines()[-1].startswith("NOTHING FOUND")
    assert "NIETS GEVONDEN" in run("--lang", "nl", "suggest", tmp_path / "m.geojson", "-z", tmp_path / "z.geojson").out


def test_what_is_written_is_cleared_when_it_is_read_again(tmp_path: Path, run) -> None:
    flown = a_mission([at(-300, 0, 40), at(300, 0, 40)], uncertainty=(5, 3))
    mission = write(tmp_path / "m.geojson", flown)
    zone = zones(tmp_path / "z.geojson", a_zone(geometry=square(-50, -100, 50, 300)))
    told = run("suggest", mission, "-z", zone)
    assert told.code == 0 and "nothing was written" in told.out and not (tmp_path / "b.geojson").exists()
    before = mission.read_bytes()
    for name in ("b.geojson", "b.kml", "b.gpx"):
        ran = run("suggest", mission, "-z", zone, "-o", tmp_path / name)
        assert ran.code == 0 and f"written to {tmp_path / name}" in ran.out, ran.err
        assert "round trip: identical verdict" in ran.err
    exact = write(tmp_path / "e.geojson", flown | {"mission": {"id": "e", "uncertainty": {"horizontal_m": 0}}})
    lost = run("suggest", exact, "-z", zone, "-o", tmp_path / "e.kml")  # KML does not say how exact the path is
    assert lost.code == 1 and "round trip: the verdict was CLEARED, and is NOT CLEARED" in lost.err
    assert run("check", tmp_path / "b.geojson", "-z", zone).code == 0 and mission.read_bytes() == before
    made = json.loads(run("suggest", mission, "-z", zone, "-f", "json").out)
    assert made["suggestions"][0]["verdict"] == "clear" and made["suggestions"][0]["added_m"] > 0
    assert run("suggest", mission, "-z", zone, "-o", mission).code == 2
    assert run("suggest", mission, "-z", zone, "-o", tmp_path / "b.docx").code == 2
    assert run("suggest", mission, "-z", zone, "-o", tmp_path / "c.geojson", "--take", "9").code == 2
    clear = zones(tmp_path / "far.geojson", a_zone(geometry=square(2000, 0, 2100, 100)))
    assert "nothing to change" in run("suggest", mission, "-z", clear).out


def a_survey(strips: int = 6, apart: float = 40, half: float = 200, **mission: Any) -> dict[str, Any]:
    """Strips west and east, each as far from the one before."""
    rows = []
    for k in range(strips):
        ends = [at(-half, k * apart, 50), at(half, k * apart, 50)]
        rows += ends if k % 2 == 0 else ends[::-1]
    made = a_mission(rows, untimed=True, speed_mps=8, start="2026-05-12T10:00:00Z", mission=mission)
    made["features"][0]["properties"]["recording"] = [k % 2 == 0 for k in range(len(rows))]
    return made


def test_strips_of_a_survey_are_cut_at_a_zone_and_go_on_behind_it(tmp_path: Path) -> None:
    """Every place of the strips that is more than the distance kept from the zone lies on the new path."""
    zone = square(-60, 50, 60, 130)
    made = looked(tmp_path, a_survey(), [a_zone(geometry=zone)])
    (one,) = made.found
    assert one.report.verdict is Verdict.CLEAR and one.moved == 0 and one.dropped == 0
    (flight,) = one.mission.flights
    xy = np.column_stack([(flight.lon - 5) * M_LON, (flight.lat - 52) * M_LAT])
    path = shapely.LineString(xy)
    closed = shapely.box(-60, 50, 60, 130)
    for k in range(6):
        for x in np.linspace(-200, 200, 81):
            spot = shapely.Point(x, k * 40)
            if spot.distance(closed) > 2.5:
                assert spot.distance(path) < 1.0, (x, k)
    assert one.added_m < 6 * 120  # at most once round, a strip


def test_a_strip_that_ends_in_a_zone_ends_at_its_edge_and_one_within_is_left_out(tmp_path: Path) -> None:
    made = looked(tmp_path, a_survey(), [a_zone(geometry=square(100, 70, 400, 90))])
    (one,) = made.found
    assert one.dropped == 1 and one.report.verdict is Verdict.CLEAR  # the end of the third strip
    (flight,) = one.mission.flights
    assert ((flight.lon - 5) * M_LON)[abs((flight.lat - 52) * M_LAT - 80) < 1].max() == pytest.approx(99, abs=2)
    whole = looked(tmp_path, a_survey(), [a_zone(geometry=square(-400, 150, 400, 170))])
    (one,) = whole.found
    assert one.dropped == 2 and one.report.verdict is Verdict.CLEAR


def test_a_zone_and_a_height_are_mended_together(tmp_path: Path) -> None:
    mission = a_mission([at(-300, 0, 0), at(-300, 0, 130), at(300, 0, 130)], uncertainty=(5, 3))
    mission["mission"] |= {"category": "open/A2"}
    made = looked(tmp_path, mission, [a_zone(geometry=square(-50, -100, 50, 300))])
    (one,) = made.found
    assert one.kind == "detour+height" and one.report.verdict is Verdict.CLEAR
    assert one.inserted >= 2 and one.mission.flights[0].height.max() <= 117


def test_a_way_round_keeps_inside_of_the_fence_of_the_plan(tmp_path: Path) -> None:
    """The short way round would leave the fence in the south; the long way, north, does not."""
    mission = a_mission([at(-300, 0, 40), at(300, 0, 40)])
    zone = a_zone(geometry=square(-50, -100, 50, 300))
    free = looked(tmp_path, mission, [zone]).found[0]
    assert free.mission.flights[0].lat.min() < 52 - 99 / M_LAT
    flown = read_mission(write(tmp_path / "m.geojson", mission))
    (fence,) = read_zones([zones(tmp_path / "f.geojson", a_zone("F", geometry=square(-400, -60, 400, 500)))])[0].zones
    library = Library(read_zones([tmp_path / "z.geojson"]))
    fenced = replace(flown, fence_inside=(fence,))
    made = suggest(fenced, lambda one: check([one], library, (), Options()), Models(), House())
    (one,) = made.found
    lat = one.mission.flights[0].lat
    assert one.kind == "detour" and lat.min() > 52 - 60 / M_LAT and lat.max() > 52 + 299 / M_LAT
    assert one.added_m > free.added_m
    low = read_zones([zones(tmp_path / "g.geojson", a_zone("G", geometry=square(-400, -60, 400, 200)))])[0].zones
    shut = suggest(
        replace(flown, fence_inside=low), lambda one: check([one], library, (), Options()), Models(), House()
    )
    assert not shut.found and "no way" in shut.why["detour"]


def test_suggestions_tell_what_they_ask_of_the_battery(tmp_path: Path, run) -> None:
    flown = a_mission([at(-300, 0, 40), at(300, 0, 40)], uncertainty=(5, 3), mission={"aircraft": "dji-m3e"})
    mission = write(tmp_path / "m.geojson", flown)
    where = zones(tmp_path / "z.geojson", a_zone(geometry=square(-50, -100, 50, 300)))
    assert "% of the battery" in run("suggest", mission, "-z", where).out
    told = json.loads(run("suggest", mission, "-z", where, "-f", "json").out)["suggestions"][0]
    assert 0.01 < told["battery"] < 0.1


def shortest(start: tuple[float, float], goal: tuple[float, float], closed: Any) -> float | None:
    """The shortest way round obstacles, by looking at every pair of corners (Dijkstra over the whole visibility graph)."""
    corners = [tuple(p) for part in shapely.get_parts(closed) for p in shapely.get_coordinates(part)]
    nodes = [start, goal, *dict.fromkeys(corners)]
    inner = shapely.buffer(closed, -0.02)
    far, queue, done = {0: 0.0}, [(0.0, 0)], set()
    while queue:
        gone, here = heapq.heappop(queue)
        if here == 1:
            return gone
        if here in done:
            continue
        done.add(here)
        for k, node in enumerate(nodes):
            step = float(np.hypot(node[0] - nodes[here][0], node[1] - nodes[here][1]))
            shorter = k not in done and gone + step < far.get(k, np.inf)
            if shorter and not shapely.LineString([nodes[here], node]).intersects(inner):
                far[k] = gone + step
                heapq.heappush(queue, (far[k], k))
    return None


def a_world(draw: random.Random, folder: Path, count: int) -> tuple[Suggestions, list[list[float]], list[Any]]:
    """A leg of 800 m among rectangles and an L: the suggestions, both ends in metres, and the zones as shapes in metres."""
    shapes, features = [], []
    for k in range(count):
        x, y, wide, tall = (
            draw.uniform(-300, 250),
            draw.uniform(-250, 200),
            draw.uniform(20, 160),
            draw.uniform(20, 250),
        )
        outline = ring(x, y, x + wide, y + tall)
        shape = shapely.box(x, y, x + wide, y + tall)
        if draw.random() < 0.3:  # an L: concave
            cut = shapely.box(x + wide / 2, y + tall / 2, x + wide, y + tall)
            shape = shapely.difference(shape, cut)
            outline = [at(*p) for p in shapely.get_coordinates(shape)]
        shapes.append(shape)
        features.append(a_zone(f"Z{k}", geometry={"type": "Polygon", "coordinates": [outline]}))
    ends = [[-400.0, draw.uniform(-100, 100)], [400.0, draw.uniform(-100, 100)]]
    made = looked(folder, a_mission([at(*p, 40) for p in ends]), features)
    return made, ends, shapes


def hold(made: Suggestions, ends: list[list[float]], shapes: list[Any]) -> None:
    """What is found is cleared, as short as the brute force says within 1 %, and nothing is missed that it finds."""
    if made.before.verdict is Verdict.CLEAR:
        return
    near, bare = (shapely.union_all([shapely.buffer(s, room, quad_segs=16) for s in shapes]) for room in (ROOM_M, 0.03))
    if any(shapely.distance(near, shapely.Point(end)) <= 1.0 for end in ends):
        return
    best, least = (shortest(tuple(ends[0]), tuple(ends[1]), closed) for closed in (near, bare))
    detours = [one for one in made.found if one.kind == "detour"]
    assert detours or best is None, (best, made.why)
    for one in made.found:
        assert one.report.verdict is Verdict.CLEAR
    for one in detours:  # through a gap of less than a metre it may pass, where the check clears it
        flown = _length(one.mission.flights[0].lon, one.mission.flights[0].lat)
        assert least is not None and flown >= least * 0.997 and (best is None or flown <= best * 1.01), (best, flown)


@settings(max_examples=deep(30, 10), deadline=None)
@given(st.integers(0, 1_000_000))
def test_on_random_worlds_the_way_is_the_shortest(tmp_path_factory, seed: int) -> None:
    draw = random.Random(seed)
    hold(*a_world(draw, tmp_path_factory.mktemp("w"), draw.randrange(1, 6)))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000_000))
def test_what_is_suggested_is_cleared_also_as_a_file(tmp_path_factory, seed: int) -> None:
    draw, folder = random.Random(seed), tmp_path_factory.mktemp("w")
    features = [
        a_zone(f"Z{k}", geometry=square(x := draw.uniform(-400, 300), y := draw.uniform(-400, 300), x + draw.uniform(20, 200),
                                        y + draw.uniform(20, 200)))
        for k in range(draw.randrange(1, 5))
    ]  # fmt: skip
    points = [
        at(draw.uniform(-500, 500), draw.uniform(-500, 500), draw.uniform(20, 80)) for _ in range(draw.randrange(2, 7))
    ]
    made = looked(folder, a_mission(points, uncertainty=(draw.choice([0, 5]), 3)), features)
    for one in made.found:
        path = folder / "again.geojson"
        path.write_bytes(geojson.render(one.mission))
        again = check([read_mission(path)], read_zones([folder / "z.geojson"]))
        assert again.verdict is Verdict.CLEAR
        for a, b in pairwise(one.mission.flights[0].times if one.mission.flights[0].times is not None else ()):
            assert b >= a
