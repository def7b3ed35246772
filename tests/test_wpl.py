"""QGC WPL: the waypoint files of Mission Planner, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import LAT, LON, a_zone, at, ring, zones
from conftest import missing, realdata

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.readers import read_mission

HOME = (0, 16, 0, 0, 0, 0, 0, LAT, LON, 12.5)
TAKEOFF = (3, 22, 0, 0, 0, 0, 0, 0, 0, 30)


def to(east: float, north: float, height: float = 60, *, frame: int = 3, command: int = 16, p1: float = 0) -> tuple:
    """An item that goes to a place some metres from 52 N, 5 E."""
    lon, lat = at(east, north)
    return (frame, command, p1, 0, 0, 0, 0, lat, lon, height)


def wpl(path: Path, *items: tuple, header: str = "QGC WPL 110", gap: str = "\t", end: str = "\n") -> Path:
    """A waypoint file; an item is frame, command, p1 to p4 (and a spare), latitude, longitude, altitude."""
    lines = [header]
    for index, (frame, command, *params) in enumerate(items):
        p1, p2, p3, p4, _, lat, lon, alt = params
        columns = (index, int(index == 0), frame, command, p1, p2, p3, p4, lat, lon, alt, 1)
        lines.append(gap.join(f"{value:.10g}" if isinstance(value, float) else str(value) for value in columns))
    path.write_bytes((end.join(lines) + end).encode())
    return path


def test_a_rally_point_without_a_place_is_none(tmp_path: Path) -> None:
    good, bad = (3, 5100, 0, 0, 0, 0, 0, LAT, LON, 40), (3, 5100, 0, 0, 0, 0, 0, float("nan"), LON, 40)
    mission = read_mission(wpl(tmp_path / "m.waypoints", HOME, TAKEOFF, to(100, 0), good, bad))
    assert mission.rally_at == ((LON, LAT),) and any("no rally point" in remark.what for remark in mission.remarks)


def test_the_path_begins_at_home_and_heights_count_from_it(tmp_path: Path) -> None:
    mission = read_mission(wpl(tmp_path / "m.waypoints", HOME, TAKEOFF, to(100, 0), to(200, 0, 80, frame=0)))
    (flight,) = mission.flights
    assert flight.ground_m == 12.5
    assert list(flight.datum) == [*[Datum.TAKEOFF] * 4, Datum.AMSL]
    assert flight.height.tolist() == [0, 30, 30, 60, 80]
    assert flight.place[3].endswith("line 4")
    assert mission.remarks == ()


@pytest.mark.parametrize(("gap", "end"), [("\t", "\n"), ("\t", "\r\n"), ("   ", "\n"), (" \t ", "\r\n")])
def test_tabs_spaces_and_line_ends_are_all_the_same(gap: str, end: str, tmp_path: Path) -> None:
    path = wpl(tmp_path / "m.txt", HOME, TAKEOFF, to(100, 0), gap=gap, end=end)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"110", b"110", 1) + b"# a comment\n\n")
    assert len(read_mission(path).flights[0].lon) == 4


def test_version_120_has_no_home_and_counts_from_one(tmp_path: Path) -> None:
    jump = (2, 177, 1, 1, 0, 0, 0, 0, 0, 0)
    mission = read_mission(wpl(tmp_path / "m.txt", to(0, 0, command=22), to(100, 0), jump, header="QGC WPL 120"))
    assert any("names no home" in said for said in mission.assumptions)
    assert len(mission.flights[0].lon) > 5  # the jump to item 1 flies the first legs again


def test_a_first_item_that_is_no_waypoint_is_not_home(tmp_path: Path) -> None:
    mission = read_mission(wpl(tmp_path / "m.txt", to(0, 0, command=22), to(100, 0)))
    assert any("home is not known" in remark.what for remark in mission.remarks)
    assert mission.flights[0].ground_m is None


def test_home_at_nowhere_is_not_known(tmp_path: Path) -> None:
    mission = read_mission(wpl(tmp_path / "m.txt", (0, 16, 0, 0, 0, 0, 0, 0, 0, 0), to(0, 0, command=22), to(100, 0)))
    assert any("names no place" in remark.what for remark in mission.remarks)


def test_a_jump_goes_to_the_index_of_an_item(tmp_path: Path) -> None:
    jump = (2, 177, 2, 1, 0, 0, 0, 0, 0, 0)
    mission = read_mission(wpl(tmp_path / "m.txt", HOME, TAKEOFF, to(100, 0), to(100, 100), jump))
    assert mission.flights[0].lon.tolist()[-2:] == mission.flights[0].lon.tolist()[-4:-2]


def test_a_zone_on_the_way_is_found_and_the_ground_at_home_turns_heights(run, tmp_path: Path) -> None:
    path = wpl(tmp_path / "m.waypoints", HOME, TAKEOFF, to(-200, 0), to(200, 0))
    assert run("check", path, "--zones", zones(tmp_path / "z.geojson", a_zone())).code == 1
    high = {"uom": "m", "lower": 73, "lowerReference": "AMSL"}
    square = {"type": "Polygon", "coordinates": [ring(20, -50, 90, 50)]}
    above = zones(tmp_path / "h.geojson", a_zone(layer=high, geometry=square))
    ran = run("check", path, "--zones", above, "-v")  # 60 m above home at 12.5 m, and 3 m up and down: 75.5 m AMSL
    assert ran.code == 1 and "12.5 m above mean sea level, as stated" in ran.out
    high["lower"] = 76
    assert run("check", path, "--zones", zones(tmp_path / "h.geojson", a_zone(layer=high, geometry=square))).code == 0


def test_a_fence_in_the_file_is_held_against_its_path(run, tmp_path: Path) -> None:
    corners = [to(e, n, 0, command=5001, p1=4) for e, n in ((-300, -300), (300, -300), (300, 300), (-300, 300))]
    keep_out = to(100, 100, 0, command=5004, p1=20)
    inside = read_mission(wpl(tmp_path / "m.txt", HOME, TAKEOFF, to(100, 0), *corners, keep_out))
    assert len(inside.fence_inside) == 1 and len(inside.fence) == 1 and inside.doubts == ()
    path = wpl(tmp_path / "o.txt", HOME, TAKEOFF, to(400, 0), *corners)
    assert "VEH101" in run("check", path, "--zones", zones(tmp_path / "z.geojson", a_zone(geometry=_far()))).out
    short = read_mission(wpl(tmp_path / "s.txt", HOME, TAKEOFF, to(100, 0), *corners[:3]))
    assert any("3 corners, and its items speak of 4" in doubt for doubt in short.doubts)


def _far() -> dict:
    return {"type": "Polygon", "coordinates": [ring(2000, 2000, 2100, 2100)]}


BROKEN = {
    "mangled header": (
        "QGC WP L110\n0\t1\t0\t16\t0\t0\t0\t0\t52\t5\t1\t1\n",
        "line 1: the first line is 'QGC WP L110'",
    ),
    "other version": ("QGC WPL 200\n", "line 1: the first line is 'QGC WPL 200'"),
    "columns": ("QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t52\t5\t1\n", "line 2: has 11 columns, not 12"),
    "word": ("QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\tnorth\t5\t1\t1\n", "line 2: column 9 is 'north', not a number"),
    "infinite": ("QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\tinf\t5\t1\t1\n", "line 2: column 9 is inf"),
    "huge": ("QGC WPL 110\n0\t1\t0\t1e300\t0\t0\t0\t0\t52\t5\t1\t1\n", "line 2: column 4 is 1e300"),
    "no index": ("QGC WPL 110\nnan\t1\t0\t16\t0\t0\t0\t0\t52\t5\t1\t1\n", "line 2: column 1 is nan"),
    "swapped": (
        "QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t52\t5\t1\t1\n1\t0\t3\t16\t0\t0\t0\t0\t152\t5\t9\t1\n",
        "not on the globe",
    ),
    "nothing": ("QGC WPL 110\n", "there is no path to check"),
    "home only": ("QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t52\t5\t1\t1\n", "there is no path to check"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_the_line(name: str, run, tmp_path: Path) -> None:
    text, what = BROKEN[name]
    (tmp_path / "m.waypoints").write_text(text)
    ran = run("check", tmp_path / "m.waypoints")
    assert ran.code == 4 and ran.out == "" and what in ran.err


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("QGC WPL 110\n1 2 3\n" + "0 1 0 16 0 0 0 0 a 5 1 1\n")
    with pytest.raises(InputError) as caught:
        read_mission(tmp_path / "m.txt")
    assert len(caught.value.faults) == 2


# what SOURCES.md says of the real files: the points on the path, the remarks, the datums
REAL = {
    "dronekit_mpmission.txt": (8, 0, {"TAKEOFF", "AMSL"}),
    "mavsdk_mission_planner_sample.txt": (7, 1, {"TAKEOFF", "AMSL"}),
    "qgc_MissionPlanner.waypoints": (7, 0, {"TAKEOFF"}),
    "qgc_100Waypoints.waypoints.txt": (100, 0, {"TAKEOFF"}),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_read(name: str, run) -> None:
    data = realdata()
    if data is None:
        missing("the real waypoint files (DRONECTL_REALDATA)")
        return
    points, remarks, datums = REAL[name]
    mission = read_mission(data / "missions-wpl" / name)
    (flight,) = mission.flights
    assert (len(flight.lon), len(mission.remarks)) == (points, remarks)
    assert {datum.value for datum in flight.datum if datum} == datums
    assert run("check", data / "missions-wpl" / name).code in (1, 3)


def test_a_real_file_with_a_fence_and_no_path_is_refused() -> None:
    data = realdata()
    if data is None:
        missing("the real waypoint files (DRONECTL_REALDATA)")
        return
    with pytest.raises(InputError, match="a fence and no path"):
        read_mission(data / "missions-wpl" / "fence_test_mission.waypoints")
