"""Crowds: marches that move, the 1:1 rule at every moment against a slow second reading, the way home."""

from __future__ import annotations

import json
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

import pytest
from builders import (
    a_march,
    a_mission,
    a_simple_zone,
    a_zone,
    at,
    report_of,
    ring,
    tracks_of,
    write,
    zones,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl.crowding import rooms
from dronectl.readers import read_mission, read_zones

SQUARE = {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]}


@pytest.fixture
def verdict(tmp_path: Path, run):
    def asked(mission: dict[str, Any], *features: dict[str, Any], options: tuple[str, ...] = ()):
        made = report_of(run, tmp_path, mission, *features, options=options)
        return made["verdict"], {f["rule"]: f for f in made["missions"][0]["findings"]}

    return asked


def crossing(east: float, minute: int, second: int = 0) -> dict[str, Any]:
    """A flight that crosses the route at a place, in ten seconds round a moment."""
    times = [f"2026-05-12T10:{minute:02d}:{second:02d}+02:00", f"2026-05-12T10:{minute:02d}:{second + 10:02d}+02:00"]
    return a_mission([at(east, -50, 60), at(east, 50, 60)], times=times)


@pytest.mark.parametrize(("east", "minute", "met"), [
    (0, 5, True), (0, 6, True), (0, 3, False), (0, 8, False), (-250, 2, True), (-250, 4, False), (250, 10, True),
    (250, 5, False),
])  # fmt: skip
def test_a_march_is_met_where_it_is_and_nowhere_else(verdict, east: float, minute: int, met: bool) -> None:
    told, found = verdict(crossing(east, minute), a_march())
    assert told == ("violation" if met else "clear") and (found["PPL201"]["status"] == "failed") is met


def test_a_march_without_a_time_of_flight_or_with_faults_stays_undecided(verdict) -> None:
    untimed = a_mission([at(0, -50, 60), at(0, 50, 60)], untimed=True)
    assert verdict(untimed, a_march())[0] == "undecided"
    for wrong in (
        {"speed_mps": 0},
        {"route": [at(0, 0)]},
        {"start": "10:00"},
        {"width_m": "wide"},
        {"speed_mps": 1e-6},
    ):
        assert verdict(crossing(0, 20), a_march(**wrong))[0] == "undecided", wrong


def test_areas_one_after_the_other(verdict) -> None:
    steps = [{"from": f"2026-05-12T10:0{k}:00+02:00", "until": f"2026-05-12T10:0{k + 1}:00+02:00",
              "geometry": {"type": "Polygon", "coordinates": [ring(100 * k - 50, -20, 100 * k + 50, 20)]}}
             for k in range(5)]  # fmt: skip
    zone = a_simple_zone("crowd", SQUARE, crowd={"kind": "assembly", "sequence": steps})
    assert verdict(crossing(0, 0, 20), zone)[0] == "violation" and verdict(crossing(0, 3, 20), zone)[0] == "clear"
    assert verdict(crossing(300, 3, 20), zone)[0] == "violation" and verdict(crossing(300, 0, 20), zone)[0] == "clear"
    broken = a_simple_zone("crowd", SQUARE, crowd={"kind": "assembly", "sequence": [*steps, {"from": "x"}]})
    assert verdict(crossing(900, 9, 20), broken)[0] == "clear" and verdict(crossing(0, 9, 20), broken)[0] != "clear"


def test_a_crowd_that_moves_is_as_dense_as_its_least_ground_makes_it(verdict) -> None:
    """100 m by 10 m hold 49 people below 50,000 a square kilometre, and 50 at it; its places together are far larger."""
    for persons, told in ((49, "clear"), (50, "violation")):
        march = a_march(start="2026-05-12T09:54:10+02:00")
        march["properties"]["crowd"] |= {"kind": "street", "persons": {"expected": persons}}
        assert verdict(crossing(0, 0), march)[0] == told, persons
    squares = [("10:00", "10:10", ring(-50, -10, 50, 10)), ("10:10", "10:20", ring(-500, -100, 500, 100))]
    steps = [{"from": f"2026-05-12T{begin}:00+02:00", "until": f"2026-05-12T{end}:00+02:00",
              "geometry": {"type": "Polygon", "coordinates": [edge]}} for begin, end, edge in squares]  # fmt: skip
    for persons, told in ((99, "clear"), (101, "violation")):
        crowd = {"kind": "gathering", "persons": {"expected": persons}, "sequence": steps}
        assert verdict(crossing(0, 3), a_simple_zone("crowd", SQUARE, crowd=crowd))[0] == told, persons


def test_the_march_of_the_story(verdict) -> None:
    mission = a_mission([at(-100, 57, 71), at(100, 57, 71)], mission={"category": "open/A2"})
    told, found = verdict(mission, a_march(start="2026-05-12T09:55:00+02:00"))
    assert told == "clear" and found["PPL203"]["status"] == "failed" and found["PPL203"]["severity"] == "warning"
    assert found["PPL203"]["message"].startswith("-19.") and "71 m high and within 52 m" in found["PPL203"]["message"]
    told, found = verdict(mission, a_march(start="2026-05-12T09:55:00+02:00"), options=("--pack", "house"))
    assert told == "violation"


@pytest.mark.parametrize("band", [
    {}, {"lower": 0, "upper": 30, "datum": "AGL"}, {"upper": 30}, {"lower": 40, "upper": 50, "datum": "AMSL"},
])  # fmt: skip
def test_a_crowd_is_overflown_at_every_height(band: dict[str, Any], verdict, tmp_path: Path) -> None:
    """The limits of its zone are those of a file, and no law knows them: whoever flies above it is over the people."""
    people = {"kind": "assembly", "persons": {"expected": 800, "source": "notice"}}
    mission = a_mission([at(-200, 0, 60), at(200, 0, 60)])
    said, found = verdict(mission, a_simple_zone("crowd", SQUARE, crowd=people, **band))
    assert said == "violation" and found["PPL201"]["status"] == "failed"
    own = {"extendedProperties": {"dronectl": {"crowd": people}}}
    layer = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 30, "upperReference": "AGL"}
    assert verdict(mission, a_zone(kind="NO_RESTRICTION", layer=layer, **own))[0] == "violation"
    (file,) = read_zones([zones(tmp_path / "z.geojson", a_simple_zone("crowd", SQUARE, crowd=people, **band))])
    assert any("a crowd counts at every height" in remark.what for remark in file.remarks) is bool(band)


def test_what_is_listed_hides_no_crowd_from_the_rules(verdict) -> None:
    mission = a_mission([at(-100, 107, 71), at(100, 107, 71)])
    crowd = a_simple_zone("crowd", SQUARE, crowd={"kind": "assembly", "persons": {"expected": 60_000}})
    for near in ("1000", "10", "0"):
        told, found = verdict(mission, crowd, options=("--pack", "house", "--near", near))
        assert told == "violation" and found["PPL203"]["status"] == "failed", near
        assert found["PPL207"]["status"] == "failed", near


def test_who_flies_very_high_is_held_to_the_rule_from_as_far_away(verdict) -> None:
    crowd = a_simple_zone("crowd", SQUARE, crowd={"kind": "assembly", "persons": {"expected": 900}})
    for north, status in ((1_300, "failed"), (1_600, "passed")):
        mission = a_mission([at(-100, north, 1_400), at(100, north, 1_400)], mission={"category": "open/A2"})
        options = () if status == "failed" else ("--near", "2000")
        assert verdict(mission, crowd, options=options)[1]["PPL203"]["status"] == status


def test_the_way_home_from_a_long_route_is_looked_at_all_along(verdict) -> None:
    corner = a_mission([at(0, 0, 60), at(0, 8_000, 60), at(8_000, 8_000, 60)])
    for east, status in ((4_000, "failed"), (6_000, "passed")):
        area = {"type": "Polygon", "coordinates": [ring(east - 50, 3_950, east + 50, 4_050)]}
        crowd = a_simple_zone("crowd", area, crowd={"kind": "assembly", "persons": {"expected": 900}})
        assert verdict(corner, crowd)[1]["PPL205"]["status"] == status


def test_a_part_of_a_crowd_whose_place_is_not_known_leaves_the_rule_undecided(verdict) -> None:
    crossed = [at(0, 60), at(30, 90), at(30, 60), at(0, 90), at(0, 60)]
    far = {"type": "Polygon", "coordinates": [ring(500, 500, 600, 600)]}
    own = {"dronectl": {"crowd": {"kind": "assembly", "persons": {"expected": 800}}}}
    mission = a_mission([at(-100, 107, 71), at(100, 107, 71)], mission={"category": "open/A2"})
    for wrong in ([crossed], [], [[at(0, 60)]]):
        parts = [far | {"layer": {"uom": "m"}}, {"type": "Polygon", "coordinates": wrong, "layer": {"uom": "m"}}]
        zone = a_zone(geometry={"type": "GeometryCollection", "geometries": parts}, extendedProperties=own)
        zone["geometry"].pop("layer")
        zone["properties"]["type"] = "NO_RESTRICTION"
        assert verdict(mission, zone)[1]["PPL203"]["status"] == "undecided", wrong


def slow_margin(points: list[tuple[float, float, float]], edge: tuple[float, float, float, float]) -> float:
    """The least of distance less height along a polyline, by ten thousand plain steps."""
    west, south, east, north = edge
    least = float("inf")
    for (x0, y0, h0), (x1, y1, h1) in pairwise(points):
        for k in range(10_001):
            u = k / 10_000
            x, y, h = x0 + u * (x1 - x0), y0 + u * (y1 - y0), h0 + u * (h1 - h0)
            apart = hypot(max(west - x, 0, x - east), max(south - y, 0, y - north))
            least = min(least, apart - h)
    return least


spot = st.tuples(st.floats(-300, 300), st.floats(-300, 300), st.floats(1, 119))


@given(points=st.lists(spot, min_size=2, max_size=3, unique_by=lambda p: (round(p[0]), round(p[1]))))
@settings(max_examples=60, deadline=None)
def test_the_room_is_that_of_a_slow_reading_and_never_more(tmp_path_factory, points) -> None:
    folder = tmp_path_factory.mktemp("room")
    mission = read_mission(str(write(folder / "m.geojson", a_mission([at(*p) for p in points]))))
    (file,) = read_zones([str(zones(folder / "z.geojson", a_simple_zone("crowd", SQUARE)))])
    (room,) = rooms(tracks_of(mission), file.zones[0])
    least = float(room.margin_m.min())
    plain = slow_margin(points, (-50, -50, 50, 50))
    steepest = max(abs(b[2] - a[2]) / max(hypot(b[0] - a[0], b[1] - a[1]), 1e-6) for a, b in pairwise(points))
    assert plain - 0.2 - min(steepest, 119) <= least <= plain + 0.15
    assert room.present.min() == 1.0


def test_the_way_home_is_asked_while_it_is_flown(verdict) -> None:
    crowd = a_simple_zone("crowd", {"type": "Polygon", "coordinates": [ring(-50, 100, 50, 150)]},
                          **{"from": "2026-05-12T10:02:00+02:00", "until": "2026-05-12T12:00:00+02:00"})  # fmt: skip
    times = ["2026-05-12T10:00:00+02:00", "2026-05-12T10:00:40+02:00", "2026-05-12T10:01:10+02:00"]
    around = [at(0, 0, 60), at(300, 125, 60), at(0, 300, 60)]
    _, found = verdict(a_mission(around, times=times), crowd)
    assert (
        found["PPL205"]["status"] == "failed" and "leg 1-2" in found["PPL205"]["message"]
    )  # on the way home it is there
    early = [words.replace("T10:0", "T09:5") for words in times]
    assert verdict(a_mission(around, times=early), crowd)[1]["PPL205"]["status"] == "passed"


def test_the_densest_area_counts(verdict) -> None:
    stage = {"name": "stage", "persons": 3000, "geometry": {"type": "Polygon", "coordinates": [ring(0, 0, 20, 25)]}}
    zone = a_simple_zone("crowd", SQUARE, crowd={"kind": "gathering", "persons": {"expected": 400}, "areas": [stage]})
    _, found = verdict(a_mission([at(-200, 80, 60), at(200, 80, 60)]), zone)
    assert "6 persons/m2 at stage" in found["PPL207"]["message"] and found["PPL206"]["status"] == "failed"


def test_the_timeline_shows_when_the_rule_is_broken(tmp_path: Path, run) -> None:
    points = [at(-20, 57, 71), at(20, 57, 71)]
    mission = write(
        tmp_path / "m.geojson", a_mission(points, times=["2026-05-12T10:00:00+02:00", "2026-05-12T10:20:00+02:00"])
    )
    march = zones(tmp_path / "z.geojson", a_march(start="2026-05-12T10:02:00+02:00"))
    ran = run("check", mission, "--zones", march, "--timeline")
    bar = ran.out.splitlines()[1]
    assert ran.out.startswith("m1 and crowd Simple (expected 800") and "10:00:00 ---" in bar and "#" in bar
    assert "drone 71 m high, 52 m from crowd edge" in ran.out and "worst -19 m at" in ran.out
    assert ran.out.splitlines()[-1].startswith(("CLEARED", "NOT CLEARED", "CANNOT TELL"))
    free = "no pack in use sets the 1:1 rule, so the verdict leaves it out"
    a2 = tmp_path / "a2.geojson"
    write(a2, {**json.loads(mission.read_text("utf-8")), "mission": {"id": "m1", "category": "open/A2"}})
    for options, said in (((mission,), True), ((mission, "--pack", "house"), False), ((a2,), False)):
        assert (free in run("check", *options, "--zones", march, "--timeline").out) is said
        run("check", *options, "--zones", march, "-o", tmp_path / "r.html")
        assert (free in (tmp_path / "r.html").read_text("utf-8")) is said
    far = zones(tmp_path / "far.geojson", a_zone())
    assert "no flight with times passes a crowd" in run("check", mission, "--zones", far, "--timeline").out
    assert run("check", mission, "--zones", far, "--timeline", "-f", "json").code == 2


@pytest.mark.parametrize(("minute", "said"), [(5, "S1 in force"), (59, "S1 not in force")])
def test_the_time_bar_knows_when_a_march_is_there(minute: int, said: str, tmp_path: Path, run) -> None:
    flown = write(tmp_path / "m.geojson", crossing(0, minute))
    page = run("check", flown, "--zones", zones(tmp_path / "z.geojson", a_march()), "-f", "html").out
    assert f"10:{minute:02d} to {(minute + 1) // 60 + 10}:{(minute + 1) % 60:02d} local" in page
    assert f"; {said}</desc>" in page


def test_the_timeline_of_two_days_names_the_day(tmp_path: Path, run) -> None:
    first, second = crossing(0, 5), crossing(0, 5)
    second["features"][0]["properties"]["times"] = ["2026-05-13T10:05:00+02:00", "2026-05-13T10:05:10+02:00"]
    flown = write(tmp_path / "m.geojson", {**first, "features": [*first["features"], *second["features"]]})
    bars = [a_march(), a_march(start="2026-05-13T10:00:00+02:00")]
    said = run("check", flown, "--zones", zones(tmp_path / "z.geojson", *bars), "--timeline").out
    assert " 12-05 10:05:00-12-05 10:05:10 drone" in said and " 13-05 10:05:00-13-05 10:05:10 drone" in said


def test_people_move_while_the_aircraft_stands(verdict) -> None:
    """A hover of ten minutes beside the route, with the march within 60 m for about six of them."""
    times = ["2026-05-12T10:00:00+02:00", "2026-05-12T10:00:10+02:00", "2026-05-12T10:10:10+02:00"]
    hover = a_mission([at(0, 70, 80), at(0, 60, 80), at(0, 60, 80)], times=times, mission={"category": "open/A2"})
    _, found = verdict(hover, a_march())
    seconds = int(found["PPL203"]["message"].split(" s below zero")[0].split()[-1])
    # within 80 m of a place 55 m from the column: 58 m each way along the route, and the column's own 100 m
    assert 100 + 2 * 58 - 20 <= seconds <= 100 + 2 * 58 + 90
