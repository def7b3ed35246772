"""QGroundControl plans: every item that moves the aircraft is part of the path, also the flight home."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import LAT, LON, a_zone, at, ring, write, zones

from dronectl.errors import InputError
from dronectl.heights import Models
from dronectl.house import House
from dronectl.measures import Datum
from dronectl.prepared import prepared
from dronectl.readers import read_mission

HOME = [LAT, LON, 2.0]


def item(command: int, frame: int = 3, params: list[Any] | None = None, jump: int = 1) -> dict[str, Any]:
    values = {"type": "SimpleItem", "command": command, "frame": frame, "params": params or [0] * 7}
    return values | {"autoContinue": True, "doJumpId": jump}


def to(east: float, north: float, height: float, command: int = 16, frame: int = 3, p: tuple[float, ...] = ()) -> dict:
    lon, lat = at(east, north)
    first = [*p, *[0] * (4 - len(p))]
    return item(command, frame, [*first, lat, lon, height])


def a_plan(*items: dict[str, Any], home: Any = HOME, vehicle: int = 2, **members: Any) -> dict[str, Any]:
    mission = {"version": 2, "vehicleType": vehicle, "cruiseSpeed": 15, "hoverSpeed": 5, "plannedHomePosition": home}
    for k, entry in enumerate(items):
        if entry.get("doJumpId") == 1:
            entry["doJumpId"] = k + 1
    return {"fileType": "Plan", "version": 1, "mission": {**mission, "items": list(items)}, **members}


@pytest.fixture
def read(tmp_path: Path):
    def made(plan: dict[str, Any], **options: Any):
        return read_mission(write(tmp_path / "p.plan", plan), **options)

    return made


def places(mission) -> list[tuple[int, int, float]]:
    """Points in whole metres east and north of home, with their heights."""
    flight = mission.flights[0]
    east, north = (at(1, 1)[0] - LON), (at(1, 1)[1] - LAT)
    return [
        (round((lon - LON) / east), round((lat - LAT) / north), float(height))
        for lon, lat, height in zip(flight.lon, flight.lat, flight.height, strict=True)
    ]


TAKEOFF = item(22, 3, [0, 0, 0, None, HOME[0], HOME[1], 30])


def test_a_plan_takes_off_flies_and_lands(read) -> None:
    mission = read(a_plan(TAKEOFF, to(100, 0, 40), to(100, 50, 0, command=21)))
    assert places(mission) == [(0, 0, 0), (0, 0, 30), (0, 0, 30), (100, 0, 40), (100, 50, 40), (100, 50, 0)]
    assert set(mission.flights[0].datum) == {Datum.TAKEOFF}
    assert mission.flights[0].kind[-1] == "landing"


def test_a_return_to_launch_flies_home_at_a_height_that_only_the_vehicle_knows(read) -> None:
    mission = read(a_plan(TAKEOFF, to(100, 0, 40), item(20, 2)))
    assert places(mission)[-1][:2] == (0, 0) and np.isnan(mission.flights[0].height[-2:]).all()
    assert mission.flights[0].kind[-2:] == ("return", "landing")
    assert any("--rtl-alt" in said for said in mission.assumptions)
    known = read(a_plan(TAKEOFF, to(100, 0, 40), item(20, 2)), rtl_alt_m=60)
    assert places(known)[-3:] == [(100, 0, 60), (0, 0, 60), (0, 0, 0)]


@pytest.mark.parametrize(
    ("accepted", "widen"),
    [((0, 0, 0), [0, 0, 0]), ((0, 40, 0), [0, 40, 40]), ((0, 0, -25), [0, 25, 25]), ((7, 30, 40), [0, 40, 40, 40])],
)
def test_a_waypoint_that_may_be_cut_or_passed_by_widens_the_legs_that_meet_in_it(read, accepted, widen) -> None:
    mission = read(a_plan(TAKEOFF, to(0, 0, 30), to(300, 0, 30, p=accepted), to(300, 300, 30), vehicle=2))
    assert mission.flights[0].widen_m.tolist()[-len(widen) :] == widen
    told = any("counts as reached" in said for said in mission.assumptions)
    assert told is any(accepted[1:])


@pytest.mark.parametrize(("frame", "height", "ground_m", "found"), [
    (0, 90.0, 2.0, (90.0, Datum.AMSL)),  # 88 m above take-off: higher than the way home
    (0, 50.0, 2.0, (60.0, Datum.TAKEOFF)),
    (0, 90.0, None, (np.nan, None)),  # the ground at take-off is not known
    (10, 50.0, 2.0, (np.nan, None)),  # nor the ground there
])  # fmt: skip
def test_an_aircraft_that_is_higher_than_its_way_home_stays_so(
    read, frame: int, height: float, ground_m: float | None, found: tuple[float, Datum | None]
) -> None:
    home = [LAT, LON, ground_m or 0]
    mission = read(a_plan(TAKEOFF, to(300, 0, height, frame=frame), item(20, 2), home=home), rtl_alt_m=60)
    assert np.isnan(mission.flights[0].height[-3:-1]).all(), "the file alone does not tell"
    (flight,) = prepared(mission, Models(), House()).mission.flights
    assert flight.height[-3:-1] == pytest.approx([found[0]] * 2, nan_ok=True)
    assert flight.datum[-3:-1] == (found[1],) * 2 and flight.datum[-1] is Datum.TAKEOFF


def test_a_zone_over_the_way_home_is_met_by_an_aircraft_that_comes_home_over_it(run, tmp_path: Path) -> None:
    plan = write(
        tmp_path / "p.plan", a_plan(TAKEOFF, to(0, 300, 90, frame=0), to(300, 300, 90, frame=0), item(20, 2), home=HOME)
    )
    band = {"uom": "m", "lower": 75, "lowerReference": "AMSL", "upper": 120, "upperReference": "AMSL"}
    zone = zones(
        tmp_path / "z.geojson",
        a_zone(geometry={"type": "Polygon", "coordinates": [ring(110, 110, 190, 190)]}, layer=band),
    )
    assert run("check", plan, "--zones", zone, "--rtl-alt", "40").code == 1
    assert run("check", plan, "--zones", zone, "--rtl-alt", "200").code == 0


def test_only_speeds_on_the_way_make_the_time(read) -> None:
    def seconds(*given: float) -> float:
        plan = a_plan(
            TAKEOFF, item(178, 2, [1, 10, -1, 0, 0, 0, 0]), item(178, 2, [*given, -1, 0, 0, 0, 0]), to(100, 0, 30)
        )
        return float(np.diff(read(plan).flights[0].elapsed)[-1])

    assert seconds(1, 4) == pytest.approx(25, abs=0.1) and seconds(0, 4) == pytest.approx(25, abs=0.1)
    assert seconds(2, 4) == seconds(3, 4) == seconds(1, -1) == pytest.approx(10, abs=0.1), (
        "a climb, a descent, no change"
    )
    assert seconds(1, -2) == pytest.approx(20, abs=0.1), "back to the plan's own speed"


def test_a_part_of_the_fence_that_cannot_be_read_leaves_it_undecided(run, tmp_path: Path) -> None:
    kept = [[y, x] for x, y in ring(-500, -500, 500, 500)]
    broken: list[dict[str, Any]] = [
        {"inclusion": True, "polygon": "no corners"}, {"inclusion": False, "polygon": kept[:2]},
    ]  # fmt: skip
    for extra in broken:
        fence = {"version": 2, "polygons": [{"inclusion": True, "polygon": kept[:-1]}, extra], "circles": []}
        plan = write(tmp_path / "p.plan", a_plan(TAKEOFF, to(100, 0, 40), to(0, 0, 0, command=21), geoFence=fence))
        zone = zones(
            tmp_path / "z.geojson", a_zone(geometry={"type": "Polygon", "coordinates": [ring(800, 0, 900, 50)]})
        )
        ran = run("check", plan, "--zones", zone, "--format", "json")
        (found,) = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "VEH101"]
        assert found["status"] == "undecided" and "cannot be read" in found["message"]


def test_a_climb_along_the_course_leaves_the_path_open(read) -> None:
    mission = read(a_plan(TAKEOFF, to(100, 0, 40), item(30, 3, [1, 0, 0, 0, 0, 0, 80]), to(200, 0, 80)))
    assert any("flies on along its course" in doubt for doubt in mission.doubts)


def test_a_fixed_wing_says_what_room_its_corners_take(read) -> None:
    said = read(a_plan(TAKEOFF, to(300, 0, 30), to(300, 300, 30), vehicle=1)).assumptions
    assert any("turns in 40 m at 15 m/s and a bank of 30 degrees" in words for words in said)
    assert not any(
        "fixed wing" in words for words in read(a_plan(TAKEOFF, to(300, 0, 30), to(300, 300, 30))).assumptions
    )


def test_a_zone_inside_a_corner_that_may_be_cut_is_met(run, tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [ring(280, 12, 288, 20)]}
    zone = zones(tmp_path / "z.geojson", a_zone(geometry=square))
    for radius, code in ((0, 0), (40, 1)):
        plan = a_plan(
            TAKEOFF, to(0, 0, 30), to(300, 0, 30, p=(0, radius)), to(300, 300, 30), to(300, 300, 0, command=21)
        )
        assert run("check", write(tmp_path / "cut.plan", plan), "--zones", zone).code == code


def test_the_way_home_is_checked(read, run, tmp_path: Path) -> None:
    plan = a_plan(TAKEOFF, to(0, 300, 30), to(300, 300, 30), item(20, 2))
    square = {"type": "Polygon", "coordinates": [ring(120, 120, 180, 180)]}
    zone = zones(tmp_path / "z.geojson", a_zone(geometry=square))
    ran = run("check", write(tmp_path / "home.plan", plan), "--zones", zone)
    assert ran.code == 1 and "NOT CLEARED" in ran.out


@pytest.mark.parametrize(("frame", "datum"), [(0, Datum.AMSL), (5, Datum.AMSL), (3, Datum.TAKEOFF), (6, Datum.TAKEOFF),
                                              (10, Datum.AGL), (11, Datum.AGL)])  # fmt: skip
def test_the_altitude_frames(read, frame: int, datum: Datum) -> None:
    mission = read(a_plan(TAKEOFF, to(100, 0, 40, frame=frame)))
    assert mission.flights[0].datum[-1] is datum


def test_a_local_frame_leaves_the_height_unknown_and_a_local_command_is_refused(read) -> None:
    mission = read(a_plan(TAKEOFF, to(100, 0, 40, frame=1)))
    assert mission.flights[0].datum[-1] is None and "frame 1" in mission.doubts[0]
    with pytest.raises(InputError, match="local frame"):
        read(a_plan(item(24)))


def test_a_loiter_circle_is_the_whole_disc(read) -> None:
    mission = read(a_plan(TAKEOFF, to(200, 0, 40, command=18, p=(2, 0, 50)), to(400, 0, 40)))
    flight = mission.flights[0]
    assert flight.widen_m[-3:].tolist() == [50, 50, 50] and "loiter" in flight.kind
    turns = 2 * 2 * np.pi * 50 / 5
    assert flight.elapsed[-1] == pytest.approx(10 + 200 / 5 + 10 / 3 * 0 + turns + 200 / 5, abs=0.5)


def test_a_loiter_to_altitude_circles_from_the_one_height_to_the_other(read) -> None:
    mission = read(a_plan(TAKEOFF, to(200, 0, 80, command=31, p=(0, 60)), vehicle=20))
    assert places(mission)[-2:] == [(200, 0, 30), (200, 0, 80)]
    assert mission.flights[0].widen_m[-2:].tolist() == [60, 60]


def test_a_circle_whose_radius_is_in_the_vehicle_is_a_doubt(read) -> None:
    assert read(a_plan(TAKEOFF, to(200, 0, 40, command=17), vehicle=1)).doubts
    assert not read(a_plan(TAKEOFF, to(200, 0, 40, command=17), vehicle=2)).doubts


def test_a_jump_is_flown_as_often_as_it_says(read) -> None:
    jump = item(177, 2, [2, 2, 0, 0, 0, 0, 0])
    mission = read(a_plan(TAKEOFF, to(100, 0, 30), to(100, 100, 30), jump, to(0, 100, 30)))
    route = [place[:2] for place in places(mission)][3:]
    assert route == [(100, 0), (100, 100)] * 3 + [(0, 100)]


def test_an_endless_jump_is_flown_once_and_leaves_the_time_open(read) -> None:
    jump = item(177, 2, [2, -1, 0, 0, 0, 0, 0])
    mission = read(a_plan(TAKEOFF, to(100, 0, 30), to(100, 100, 30), jump))
    assert [place[:2] for place in places(mission)][3:] == [(100, 0), (100, 100)] * 2
    assert mission.flights[0].elapsed is None


def test_a_jump_with_a_huge_count_ends(read) -> None:
    jump = item(177, 2, [2, 10**9, 0, 0, 0, 0, 0])
    mission = read(a_plan(TAKEOFF, to(100, 0, 30), to(100, 100, 30), jump))
    assert len(mission.flights[0].lon) <= 20_010


def test_speeds_and_waits_make_the_time(read) -> None:
    plan = a_plan(TAKEOFF, item(178, 2, [1, 10, -1, 0, 0, 0, 0]), to(100, 0, 30, p=(12,)))
    assert read(plan).flights[0].elapsed[-1] == pytest.approx(30 / 3 + 100 / 10 + 12, abs=0.1)


def test_a_survey_is_flown_through_its_stored_transects(read) -> None:
    stored = [to(0, 100, 60), item(206, 2, [25, 0, 1, 0, 0, 0, 0]), to(200, 100, 60), to(200, 140, 60), to(0, 140, 60)]
    survey = {"type": "ComplexItem", "complexItemType": "survey", "TransectStyleComplexItem": {"Items": stored}}
    corridor = {"type": "ComplexItem", "complexItemType": "CorridorScan", "TransectStyleComplexItem": {"Items": stored}}
    for complex_ in (survey, corridor):
        mission = read(a_plan(TAKEOFF, complex_))
        assert [place[:2] for place in places(mission)][3:] == [(0, 100), (200, 100), (200, 140), (0, 140)]


def test_a_survey_without_transects_is_never_skipped(read, run, tmp_path: Path) -> None:
    survey = {"type": "ComplexItem", "complexItemType": "survey", "polygon": []}
    plan = a_plan(TAKEOFF, survey, to(10, 0, 30))
    assert "stores no path" in read(plan).doubts[0]
    square = {"type": "Polygon", "coordinates": [ring(900, 900, 950, 950)]}
    zone = zones(tmp_path / "z.geojson", a_zone(geometry=square))
    assert run("check", write(tmp_path / "s.plan", plan), "--zones", zone).code == 3


def test_a_landing_pattern_is_flown(read) -> None:
    lon, lat = at(300, 0)
    pattern = {"type": "ComplexItem", "complexItemType": "fwLandingPattern", "loiterRadius": 75,
               "landingApproachCoordinate": [lat, lon, 40], "landCoordinate": [HOME[0], HOME[1], 0]}  # fmt: skip
    mission = read(a_plan(TAKEOFF, to(500, 0, 50), pattern, vehicle=1))
    assert [place[:2] for place in places(mission)][-3:] == [(300, 0), (300, 0), (0, 0)]
    assert mission.flights[0].widen_m.max() == 75


def test_a_fixed_wing_climbs_on_its_way(read) -> None:
    mission = read(a_plan(to(300, 0, 50, command=22), vehicle=1))
    assert places(mission) == [(0, 0, 0), (300, 0, 50)]


def test_a_plan_without_home_starts_at_its_first_position(read) -> None:
    for home in (None, [None, None, None], [0.0, 0.0, 0.0]):
        mission = read(a_plan(to(100, 0, 40), home=home))
        assert places(mission) == [(100, 0, 0), (100, 0, 40), (100, 0, 40)]


def test_null_keeps_the_present_place_and_height(read) -> None:
    still = item(16, 3, [0, 0, 0, None, None, None, None])
    assert places(read(a_plan(TAKEOFF, to(100, 0, 40), still)))[-1] == (100, 0, 40)


def test_what_the_file_does_not_say_is_a_doubt(read) -> None:
    for command in (25, 36, 82, 92):
        assert read(a_plan(TAKEOFF, to(100, 0, 40, command=command), to(200, 0, 40))).doubts, command
    unknown = to(100, 0, 40, command=60_000)
    mission = read(a_plan(TAKEOFF, unknown))
    assert mission.doubts and places(mission)[-1][:2] == (100, 0)


def test_a_fence_is_read_and_held_against_the_path(run, tmp_path: Path) -> None:
    def corners(west: float, south: float, east: float, north: float) -> list[list[float]]:
        return [[lat, lon] for lon, lat in ring(west, south, east, north)[:-1]]

    def fence(*polygons: tuple[bool, tuple[float, float, float, float]], circles: Any = ()) -> dict[str, Any]:
        made = [{"inclusion": inside, "polygon": corners(*box), "version": 1} for inside, box in polygons]
        return {"version": 2, "polygons": made, "circles": list(circles)}

    square = {"type": "Polygon", "coordinates": [ring(900, 900, 950, 950)]}
    zone = zones(tmp_path / "z.geojson", a_zone(geometry=square))
    inside = (True, (-50, -50, 250, 50))
    circle = {"inclusion": False, "version": 1, "circle": {"center": [LAT, at(100, 0)[0]], "radius": 20}}
    for number, (made, status) in enumerate((
        (fence(inside), "passed"),
        (fence((True, (-50, -50, 150, 50))), "failed"),
        (fence(inside, (False, (90, -10, 110, 10))), "failed"),
        (fence(inside, circles=[circle]), "failed"),
    )):  # fmt: skip
        plan = write(tmp_path / f"f{number}.plan", a_plan(TAKEOFF, to(200, 0, 30), geoFence=made))
        ran = run("check", plan, "--zones", zone, "--format", "json", "--rtl-alt", "40")
        found = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "VEH101"]
        assert {f["status"] for f in found} == {status}, number
        assert all(f["severity"] == "warning" for f in found)
    shown = run("missions", "show", plan)
    assert "1 keep-in, 1 keep-out" in shown.out


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"fileType": "Route"}, "fileType is 'Route'"),
        ({"version": 7}, "plan version 7"),
        ({"mission": {"version": 3, "items": []}}, "mission version 3"),
        (
            {"mission": {"version": 2, "items": [{"type": "SimpleItem", "command": 16, "frame": 3, "params": [1, 2]}]}},
            "2 values",
        ),
        (
            {"mission": {"version": 2, "items": [to(0, 0, 9) | {"params": [0, 0, 0, 0, 120.0, 5.0, 9]}]}},
            "not on the globe",
        ),
        ({"mission": {"version": 2, "items": []}}, "no path to check"),
    ],
)
def test_a_broken_plan_is_refused_with_its_place(read, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        read(a_plan(TAKEOFF) | change)
    assert all(fault.remedy for fault in caught.value.faults if "globe" not in fault.what)


def test_gimbal_and_camera_commands_are_followed(read) -> None:
    gimbal, mount = item(1000, 2, [-45, 0, 0, 0, 0, 0, 0]), item(205, 2, [-90, 0, 0, 0, 0, 0, 2])
    begin, end = item(2500, 2, [0] * 7), item(2501, 2, [0] * 7)
    flight = read(a_plan(TAKEOFF, to(50, 0, 30), gimbal, begin, to(100, 0, 30), mount, to(150, 0, 30), end,
                         to(200, 0, 30))).flights[0]  # fmt: skip
    assert flight.gimbal_pitch_deg[-4:] == (-45, -45, -90, -90) and np.isnan(flight.gimbal_pitch_deg[0])
    assert flight.recording[-4:] == (True, True, True, False) and not any(flight.recording[:-4])
    roi = item(201, 3, [0, 0, 0, 0, HOME[0], HOME[1], 0])
    flight = read(a_plan(TAKEOFF, gimbal, to(50, 0, 30), roi, to(100, 0, 30))).flights[0]
    assert flight.gimbal_pitch_deg[-2] == -45 and np.isnan(flight.gimbal_pitch_deg[-1])
    rates = item(205, 2, [-90, 0, 0, 0, 0, 0, 1])
    assert read(a_plan(TAKEOFF, rates, to(50, 0, 30))).flights[0].gimbal_pitch_deg == ()
    assert read(a_plan(TAKEOFF, to(50, 0, 30))).flights[0].recording == ()
    trigger, off = item(206, 2, [25, 0, 1, 0, 0, 0, 0]), item(206, 2, [0] * 7)
    flown = read(a_plan(TAKEOFF, trigger, to(50, 0, 30), off, to(90, 0, 30))).flights[0]
    assert flown.recording[-3:] == (True, True, False)


@pytest.mark.parametrize(("ground_m", "drawn"), [(2.0, [6]), (0.0, [2, 1])])
def test_the_height_profile_is_drawn_where_the_height_is_known(ground_m: float, drawn: list[int], read) -> None:
    from dronectl.check import check
    from dronectl.reports.charts import profiles

    home = [LAT, LON, ground_m]
    mission = read(
        a_plan(TAKEOFF, to(0, 200, 90, frame=0), to(200, 200, 90, frame=0), item(20, 2), home=home), rtl_alt_m=60
    )
    report = check([mission], [])
    (chart,) = profiles(report.tracks[0][0], report.results[0])
    lines = re.findall(r'<polyline points="([^"]*)" fill="none" stroke="#000"', chart.svg)
    assert [len(set(line.split())) for line in lines] == drawn, (
        "over sea level whole, else broken where it is not known"
    )
