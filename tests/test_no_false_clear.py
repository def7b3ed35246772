"""Ways in which an answer could become CLEARED and be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import (
    ACROSS,
    BESIDE,
    SQUARE,
    a_mission,
    a_permit,
    a_simple_zone,
    a_zone,
    at,
    report_of,
    ring,
    write,
    zones,
)
from test_plan import TAKEOFF, a_plan, item, read, to

__all__ = ["read"]

HIGH_AMSL = {"uom": "m", "lower": 100, "lowerReference": "AMSL"}


def stacked(*volumes: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """A geometry of several volumes, each a shape and its layer."""
    return {"type": "GeometryCollection", "geometries": [shape | {"layer": layer} for shape, layer in volumes]}


def two_volumes(kind: str, **properties: Any) -> dict[str, Any]:
    """A zone entered for sure in the west, and perhaps in the east, where its band is over another datum."""
    west = {"type": "Polygon", "coordinates": [ring(-150, -50, -50, 50)]}
    east = {"type": "Polygon", "coordinates": [ring(50, -50, 150, 50)]}
    zone = a_zone(kind=kind, **properties)
    zone["geometry"] = stacked((west, {"uom": "m"}), (east, HIGH_AMSL))
    return zone


def test_a_permit_must_also_cover_where_the_zone_is_only_perhaps_entered(run, tmp_path: Path) -> None:
    zone_file = zones(tmp_path / "z.geojson", two_volumes("REQ_AUTHORIZATION"))
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    west_only = {"type": "Polygon", "coordinates": [ring(-160, -60, 0, 60)]}
    permit = write(tmp_path / "p.json", a_permit(area=west_only))
    assert run("check", mission, "--zones", zone_file, "--permit", permit).code != 0
    both = write(tmp_path / "b.json", a_permit(area={"type": "Polygon", "coordinates": [ring(-160, -60, 160, 60)]}))
    assert run("check", mission, "--zones", zone_file, "--permit", both).code == 0


def test_a_condition_must_also_hold_where_the_zone_is_only_perhaps_entered(run, tmp_path: Path) -> None:
    condition = {"dronectl": {"condition": {"max_height_m": 70}}}
    zone_file = zones(tmp_path / "z.geojson", two_volumes("CONDITIONAL", extendedProperties=condition))
    low_then_high = a_mission([at(-200, 0, 60), at(0, 0, 60), at(10, 0, 90), at(200, 0, 90)])
    assert run("check", write(tmp_path / "m.geojson", low_then_high), "--zones", zone_file).code != 0
    low = write(tmp_path / "l.geojson", a_mission(ACROSS))
    assert run("check", low, "--zones", zone_file).code == 0


def test_a_permit_with_a_raised_limit_still_covers_its_zone(run, tmp_path: Path) -> None:
    zone_file = zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION"))
    permit = write(tmp_path / "p.json", a_permit(limits={"ALT101": {"max_m": 150}}))
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    assert run("check", mission, "--zones", zone_file, "--permit", permit).code == 0


def test_a_permit_for_a_zone_says_nothing_of_the_height_limit(run, tmp_path: Path) -> None:
    zone_file = zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION"))
    high = a_mission([at(-200, 0, 140), at(200, 0, 140)], mission={"category": "open/A2"})
    mission = write(tmp_path / "m.geojson", high)
    for permit in (a_permit(), {"permit": {"id": "ALL", "kind": "exemption"}}):
        assert run("check", mission, "--zones", zone_file, "--permit", write(tmp_path / "p.json", permit)).code == 1


def test_a_zone_over_take_off_height_is_no_zone_limit(run, tmp_path: Path) -> None:
    zone_file = zones(tmp_path / "z.geojson", a_simple_zone("no-fly", upper=50, datum="TAKEOFF"))
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS, datum="TAKEOFF"))
    assert run("check", mission, "--zones", zone_file).code == 3


def test_numbers_too_large_for_a_float_are_refused_or_undecided(run, tmp_path: Path) -> None:
    huge = 10**400
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    for zone in (
        a_zone(layer={"uom": "m", "upper": huge, "upperReference": "AGL"}),
        a_zone(geometry={"type": "Polygon", "coordinates": [[[huge, 1], *SQUARE["coordinates"][0][1:]]]}),
        a_zone(geometry={"type": "Point", "coordinates": at(0, 0), "extent": {"subType": "Circle", "radius": huge}}),
    ):
        assert run("check", mission, "--zones", zones(tmp_path / "z.geojson", zone)).code in (1, 3, 4)
    far = write(tmp_path / "h.geojson", a_mission([[huge, 52, 60], [5, 52, 60]]))
    assert run("check", far, "--zones", zones(tmp_path / "z.geojson", a_zone())).code == 4


@pytest.mark.parametrize("command", [9, 55, 190, 191, 4000])
def test_a_command_that_is_not_known_leaves_the_path_in_doubt(read, command: int) -> None:
    assert read(a_plan(TAKEOFF, item(command, 2), to(100, 0, 40))).doubts


def test_commands_that_move_nothing_leave_no_doubt(read) -> None:
    for command in (93, 115, 178, 181, 183, 201, 203, 205, 206, 207, 211, 530, 1000, 2000, 2500):
        assert not read(a_plan(TAKEOFF, item(command, 2, [0, 0, 5, 0, 0, 0, 0]), to(100, 0, 40))).doubts, command


@pytest.mark.parametrize("half", [4, 5])
def test_a_place_of_which_half_is_set_leaves_the_path_in_doubt(read, half: int) -> None:
    whole = to(200, 0, 60)
    whole["params"][half] = None
    doubts = read(a_plan(TAKEOFF, whole)).doubts
    assert any("only one of latitude and longitude is set" in str(doubt) for doubt in doubts)
    whole["params"][4:6] = [None, None]  # the present place
    assert not read(a_plan(TAKEOFF, whole)).doubts


def test_a_condition_to_change_height_changes_it(read) -> None:
    climb = item(113, 3, [2, 0, 0, 0, 0, 0, 90])
    mission = read(a_plan(TAKEOFF, to(100, 0, 40), climb, to(200, 0, 40)))
    assert 90.0 in mission.flights[0].height.tolist()


@pytest.mark.parametrize("lat", [84.99, -84.99])
def test_a_leg_that_bows_towards_the_pole_is_found_near_85_degrees(run, tmp_path: Path, lat: float) -> None:
    """Two points 5 km apart on a parallel: the geodesic runs over five metres nearer to the pole."""
    side = 1 if lat > 0 else -1
    degrees_east, north = 5_000 / 9_720.0, 1 / 111_690.0
    middle = [10 + degrees_east / 2, lat + side * 5.3 * north]
    circle = {"type": "Point", "coordinates": middle, "extent": {"subType": "Circle", "radius": 0.6}}
    zone_file = zones(tmp_path / "z.geojson", a_zone(geometry=circle, country="XXX"))
    mission = write(tmp_path / "m.geojson", a_mission([[10, lat, 60], [10 + degrees_east, lat, 60]]))
    ran = run("check", mission, "--zones", zone_file, "--near", "0", "-f", "json")
    assert json.loads(ran.out)["verdict"] == "violation"


def test_one_flight_of_many_decides(run, tmp_path: Path) -> None:
    made = a_mission(BESIDE)
    second = json.loads(json.dumps(a_mission(ACROSS)["features"][0])) | {"id": "flight-2"}
    made["features"].append(second)
    zone_file = zones(tmp_path / "z.geojson", a_zone())
    ran = run("check", write(tmp_path / "m.geojson", made), "--zones", zone_file, "-f", "json")
    report = json.loads(ran.out)
    found = next(f for f in report["missions"][0]["findings"] if f["rule"] == "AIR101")
    assert ran.code == 1 and {met["flight"] for met in found["encounters"]} == {"flight-2"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zones.csv", 'id,wkt\n1,"POLYGON ((5 52, 5.1 52, 5.1 52.1, 5 52))"\n'),
        ("zones.tsv", "id\twkt\n1\tMultiPolygon Z (((5 52 0, 5.1 52 0, 5.1 52.1 0, 5 52 0)))\n"),
        ("zones.wkt", "POLYGON((5 52, 5.1 52, 5.1 52.1, 5 52))"),
        ("zones.geoparquet", "PAR1"),
    ],
)
def test_a_file_of_a_zone_folder_that_may_hold_zones_leaves_it_undecided(
    name: str, content: str, run, tmp_path: Path
) -> None:
    folder = tmp_path / "zones"
    folder.mkdir()
    zones(folder / "a.geojson", a_zone())
    (folder / "readme.csv").write_text("file,polygons\na.geojson,1\n")
    mission = write(tmp_path / "m.geojson", a_mission(BESIDE))
    assert run("check", mission, "--zones", folder).code == 0
    (folder / name).write_text(content)
    ran = run("check", mission, "--zones", folder)
    assert ran.code == 3 and name in ran.out


def test_a_crowd_of_which_nothing_is_said_is_an_assembly(run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    for said in ({}, {"crowd": None}, {"crowd": {}}):
        zone = a_simple_zone(kind="crowd")
        zone["properties"].pop("crowd", None)
        zone["properties"] |= said
        ran = run("check", mission, "--zones", zones(tmp_path / "z.geojson", zone), "-f", "json")
        assert ran.code == 1 and "PPL201" in ran.out, said


@pytest.mark.parametrize(
    "members",
    [
        {"kind": "crowd", "crowd": "assembly"},
        {"kind": "crowd", "crowd": {"kind": "gathering", "drift_m": "30 m"}},
        {"kind": "crowd", "crowd": {"drift_m": -5}},
        {"kind": "privacy", "privacy": "school"},
        {"kind": "privacy", "privacy": {"max_px_per_m": "ten"}},
        {"kind": "privacy", "privacy": {"max_px_per_m": 0}},
        {"kind": "restricted", "privacy": True},
        {"kind": "privacy", "privacy": {"max_px": 10}},
        {"kind": "crowd", "crowd": {"drift": 30}},
        {"kind": "crowd", "crowd": {"kind": "gathering", "persons": 800}},
        {"kind": "crowd", "crowd": {"areas": {"a": 1}}},
        {"kind": "crowd", "crowd": {"areas": [{"geometry": {"type": "Point", "coordinates": [5, 52]}, "persons": 9}]}},
        {"kind": "crowd", "crowd": {"kind": "gathering", "persons": {"expected": "many"}}},
        {"kind": "crowd", "crowd": {"kind": "gathering", "persons": {"expectd": 9000, "worst": 10}}},
    ],
    ids=str,
)
def test_what_protects_people_and_cannot_be_read_is_refused(members: dict[str, Any], run, tmp_path: Path) -> None:
    kind = members["kind"]
    zone = a_simple_zone(kind=kind)
    zone["properties"] |= members
    ed318 = a_zone(extendedProperties={"dronectl": {name: value for name, value in members.items() if name != "kind"}})
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    for number, feature in enumerate((zone, ed318)):
        ran = run("check", mission, "--zones", zones(tmp_path / f"z{number}.geojson", feature))
        assert ran.code == 4 and ("crowd" in ran.err or "privacy" in ran.err or "extended" in ran.err), ran.err


@pytest.mark.parametrize("facts", [{"uncertainty": {"horizontal": 50}}, {"volumes": {"contingency": 30}}], ids=str)
def test_a_misspelled_figure_of_room_is_refused(facts: dict[str, Any], run, tmp_path: Path) -> None:
    mission = a_mission(BESIDE)
    mission["mission"] |= facts
    (name, members), *_ = facts.items()
    path, zone = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", a_zone())
    ran = run("check", path, "--zones", zone)
    assert ran.code == 4 and f"$.mission.{name}.{next(iter(members))}" in ran.err
    about = write(tmp_path / "about.json", {"mission": facts})
    ran = run("check", write(path, a_mission(BESIDE)), "--zones", zone, "--about", about)
    assert ran.code == 4 and name in ran.err


@pytest.mark.parametrize(("until", "verdict"), [
    ("2026-05-12", "violation"), ("2026-05-11", "clear"), ("20260512", "violation"), ("9999-12-31", "violation"),
    ("2026-05-12T09:00:00+02:00", "clear"), ("12-05-2026", "undecided"),
])  # fmt: skip
def test_a_day_that_is_the_last_belongs_to_what_ends_on_it(until: str, verdict: str, run, tmp_path: Path) -> None:
    zone = a_zone(limitedApplicability=[{"startDateTime": "2026-05-01", "endDateTime": until}])
    assert report_of(run, tmp_path, a_mission(ACROSS), zone)["verdict"] == verdict
    simple = a_simple_zone("no-fly", **{"from": "2026-05-01", "until": until})
    assert report_of(run, tmp_path, a_mission(ACROSS), simple)["verdict"] == verdict
