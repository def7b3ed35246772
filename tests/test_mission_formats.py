"""Missions in the formats of other programs, and fences from files of their own."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import LAT, LON, at, zones
from builders import a_zone as zone
from conftest import missing, realdata

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Flight
from dronectl.readers import read_mission
from dronectl.readers.fence_files import read_fence

DATA = realdata()
HEADER = ("latitude,longitude,altitude({u}),heading(deg),curvesize({u}),rotationdir,gimbalmode,gimbalpitchangle,actiontype1,"
          "actionparam1,actiontype2,actionparam2,altitudemode,speed(m/s),poi_latitude,poi_longitude")  # fmt: skip


def flight(path: Path, **choices: Any) -> Flight:
    (one,) = read_mission(path, **choices).flights
    return one


# Litchi


def litchi(path: Path, *rows: str, unit: str = "m") -> Path:
    path.write_text("\n".join([HEADER.format(u=unit), *rows]))
    return path


def row(east: float, height: float, *, curve: float = 0, mode: int = 0, speed: float = 5, action: int = -1, param: int = 0,
        second: int = -1) -> str:  # fmt: skip
    lon, lat = at(east, 0)
    return f"{lat:.9f},{lon:.9f},{height},0,{curve},0,2,-45,{action},{param},{second},0,{mode},{speed},0,0"


def test_litchi_counts_from_take_off_or_from_the_ground(tmp_path: Path) -> None:
    one = flight(litchi(tmp_path / "m.csv", row(0, 30), row(100, 40, mode=1)))
    assert one.height.tolist() == [0, 30, 40] and one.datum == (Datum.TAKEOFF, Datum.TAKEOFF, Datum.AGL)
    assert one.kind == ("take-off", "leg")
    feet = flight(litchi(tmp_path / "m.csv", row(0, 100, curve=10), row(100, 100), unit="ft"))
    assert feet.height[1] == pytest.approx(30.48) and feet.widen_m[1] == pytest.approx(3.048, abs=0.001)


def test_a_rounded_corner_widens_the_legs_on_both_sides(tmp_path: Path) -> None:
    one = flight(litchi(tmp_path / "m.csv", row(0, 30), row(100, 30, curve=8), row(200, 30), row(300, 30)))
    assert one.widen_m.round(3).tolist() == [0, 8, 8, 0]


def test_litchi_waits_films_and_tilts(tmp_path: Path) -> None:
    path = litchi(tmp_path / "m.csv", row(0, 30, action=2), row(100, 30, action=0, param=4000), row(200, 30, action=3),
                  row(300, 30, action=1, second=5))  # fmt: skip
    one = flight(path)
    assert one.recording == (False, True, True, True, True) and one.gimbal_pitch_deg[1:4] == (-45, -45, -45)
    assert one.elapsed is not None and np.diff(one.elapsed)[1:].round(1).tolist() == [20, 24, 20]
    assert flight(litchi(path, row(0, 30, speed=0), row(100, 30, speed=0))).elapsed is None


@pytest.mark.parametrize(("line", "complaint"), [("x,5,30,0,0,0,0,0,-1,0,-1,0,0,5,0,0", "no place"),
                                                 ("52,5,,0,0,0,0,0,-1,0,-1,0,0,5,0,0", "no height"),
                                                 ("52,5,30,0,0,0,0,0,-1,0,-1,0,7,5,0,0", "no height"),
                                                 ("152,5,30,0,0,0,0,0,-1,0,-1,0,0,5,0,0", "not on the globe")])  # fmt: skip
def test_a_bad_waypoint_of_litchi_is_refused_in_its_line(line: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=complaint) as raised:
        read_mission(litchi(tmp_path / "m.csv", row(0, 30), line))
    assert "line 3" in str(raised.value)


# WPML

KML = '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:wpml="http://www.dji.com/wpmz/1.0.6"><Document>{}</Document></kml>'


def config(**said: object) -> str:
    base = {"flyToWaylineMode": "safely", "finishAction": "goHome", "takeOffSecurityHeight": 20, "globalRTHHeight": 60}
    words = "".join(
        f"<wpml:{name}>{value}</wpml:{name}>" for name, value in {**base, **said}.items() if value is not None
    )
    return f"<wpml:missionConfig>{words}</wpml:missionConfig>"


def mark(k: int, east: float, height: float, *, turn: str = "toPointAndStopWithDiscontinuityCurvature", damping: float = 0,
         straight: int = 1, actions: str = "", name: str = "executeHeight") -> str:  # fmt: skip
    lon, lat = at(east, 0)
    return (
        f"<Placemark><Point><coordinates>\n {lon},{lat},0 </coordinates></Point><wpml:index>{k}</wpml:index>"
        f"<wpml:{name}>{height}</wpml:{name}><wpml:waypointSpeed>5</wpml:waypointSpeed><wpml:waypointTurnParam>"
        f"<wpml:waypointTurnMode>{turn}</wpml:waypointTurnMode><wpml:waypointTurnDampingDist>{damping}</wpml:waypointTurnDampingDist>"
        f"</wpml:waypointTurnParam><wpml:useStraightLine>{straight}</wpml:useStraightLine>{actions}</Placemark>"
    )


def lines(*marks: str, mode: str = "relativeToStartPoint", **said: object) -> str:
    folder = f"<Folder><wpml:executeHeightMode>{mode}</wpml:executeHeightMode>{''.join(marks)}</Folder>"
    return KML.format(config(**said) + folder)


def kmz(path: Path, waylines: str, template: str | None = None, *, inside: str = "wpmz/") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{inside}waylines.wpml", waylines)
        if template is not None:
            archive.writestr(f"{inside}template.kml", template)
    return path


@pytest.mark.parametrize("inside", ["wpmz/", ""])
def test_a_wayline_is_flown_from_the_ground_and_back(inside: str, tmp_path: Path) -> None:
    one = flight(kmz(tmp_path / "m.kmz", lines(mark(0, 0, 40), mark(1, 100, 50)), inside=inside))
    assert one.height.tolist() == [0, 20, 20, 40, 50, 60, 60, 0] and set(one.datum) == {Datum.TAKEOFF}
    assert one.kind[-3:] == ("return", "return", "landing") and one.lon[-1] == pytest.approx(one.lon[0])


@pytest.mark.parametrize(("mode", "datum"), [("WGS84", Datum.WGS84), ("relativeToStartPoint", Datum.TAKEOFF),
                                             ("realTimeFollowSurface", Datum.AGL)])  # fmt: skip
def test_the_height_mode_says_what_heights_are_measured_from(mode: str, datum: Datum, tmp_path: Path) -> None:
    one = flight(kmz(tmp_path / "m.kmz", lines(mark(0, 0, 90), mark(1, 100, 90), mode=mode)))
    assert one.datum[3:5] == (datum, datum)
    unknown = read_mission(kmz(tmp_path / "m.kmz", lines(mark(0, 0, 90), mode="EGM2008")))
    assert "height mode 'EGM2008' is not known" in unknown.doubts[0]


def test_turns_that_leave_the_line_widen_it_or_leave_it_undecided(tmp_path: Path) -> None:
    marks = [mark(0, 0, 40), mark(1, 100, 40, turn="coordinateTurn", damping=12), mark(2, 200, 40)]
    one = flight(kmz(tmp_path / "m.kmz", lines(*marks, finishAction="noAction")))
    assert one.widen_m.round(2).tolist() == [0, 0, 0, 12, 12]
    marks[1] = mark(1, 100, 40, turn="toPointAndPassWithContinuityCurvature", straight=0)
    mission = read_mission(kmz(tmp_path / "m.kmz", lines(*marks)))
    assert any("a curve whose width is not in the file" in doubt for doubt in mission.doubts)


def test_the_template_tells_where_take_off_is_and_is_compared(tmp_path: Path) -> None:
    lon, lat = at(-30, 0)
    template = KML.format(
        f"<wpml:missionConfig><wpml:takeOffRefPoint>{lat},{lon},50</wpml:takeOffRefPoint></wpml:missionConfig>"
        f"<Folder>{mark(0, 0, 40)}{mark(1, 500, 40)}</Folder>"
    )
    mission = read_mission(kmz(tmp_path / "m.kmz", lines(mark(0, 0, 40), mark(1, 100, 40)), template))
    assert mission.flights[0].takeoff == pytest.approx((lon, lat)) and mission.flights[0].height[0] == 0
    assert any("they differ" in remark.what for remark in mission.remarks)


def test_a_wayline_hovers_films_and_tilts(tmp_path: Path) -> None:
    def action(name: str, given: str = "") -> str:
        return (f"<wpml:action><wpml:actionActuatorFunc>{name}</wpml:actionActuatorFunc><wpml:actionActuatorFuncParam>{given}"
                "</wpml:actionActuatorFuncParam></wpml:action>")  # fmt: skip

    group = "<wpml:actionGroup><wpml:actionGroupStartIndex>{}</wpml:actionGroupStartIndex>{}</wpml:actionGroup>"
    first = group.format(0, action("startRecord") + action("hover", "<wpml:hoverTime>6</wpml:hoverTime>"))
    tilt = "<wpml:gimbalPitchRotateEnable>1</wpml:gimbalPitchRotateEnable>"
    tilt += "<wpml:gimbalPitchRotateAngle>-80</wpml:gimbalPitchRotateAngle>"
    second = group.format(1, action("gimbalRotate", tilt) + action("stopRecord"))
    marks = [mark(0, 0, 40, actions=first), mark(1, 100, 40, actions=second), mark(2, 200, 40)]
    one = flight(kmz(tmp_path / "m.kmz", lines(*marks, finishAction="noAction", takeOffSecurityHeight=None)))
    assert one.recording == (False, True, True, False) and one.gimbal_pitch_deg[2] == -80
    assert one.elapsed is not None and np.diff(one.elapsed).round(1)[1:].tolist() == [26, 20]


def test_an_area_to_be_surveyed_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the path is not in the file"):
        read_mission(
            kmz(tmp_path / "m.kmz", KML.format(config() + "<Folder><Placemark><Polygon/></Placemark></Folder>"))
        )


def test_no_account_of_an_author_is_kept(run, tmp_path: Path) -> None:
    template = KML.format("<wpml:author>31612345678</wpml:author>")
    path = kmz(tmp_path / "m.kmz", lines(mark(0, 0, 40), mark(1, 100, 40)), template)
    ran = run("check", path, "--zones", zones(tmp_path / "z.geojson", zone()), "--format", "json")
    assert ran.code in (0, 1, 3) and "31612345678" not in ran.out


# KML and GPX


def line(mode: str, heights: str = "40") -> str:
    words = " ".join(f"{at(100.0 * k, 0)[0]},{at(100.0 * k, 0)[1]},{heights}" for k in range(3))
    return f"<Placemark><name>North</name><LineString><altitudeMode>{mode}</altitudeMode><coordinates>{words}" \
           "</coordinates></LineString></Placemark>"  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "datum"), [("absolute", Datum.AMSL), ("relativeToGround", Datum.AGL), ("clampToGround", None)]
)
def test_a_line_of_kml_is_a_flight(mode: str, datum: Datum | None, tmp_path: Path) -> None:
    (tmp_path / "m.kml").write_text(KML.format(line(mode)))
    one = flight(tmp_path / "m.kml")
    assert one.id == "North" and set(one.datum) == {datum} and len(one.lon) == 3
    (tmp_path / "m.kml").write_text(KML.format(line(mode).replace(",40 ", ",high ", 1)))
    with pytest.raises(InputError, match="is no position"):
        read_mission(tmp_path / "m.kml")


def test_a_route_of_gpx_waits_for_a_datum(tmp_path: Path) -> None:
    points = "".join(f'<rtept lat="{at(0, k)[1]}" lon="{at(0, k)[0]}"><ele>40</ele></rtept>' for k in (0, 100))
    (tmp_path / "m.gpx").write_text(f'<gpx version="1.1"><rte><name>A</name>{points}</rte><rte>{points}</rte></gpx>')
    mission = read_mission(tmp_path / "m.gpx")
    assert [one.id for one in mission.flights] == ["A", "flight-2"] and set(mission.flights[0].datum) == {None}
    assert any("--alt-datum" in words for words in mission.assumptions)
    assert set(read_mission(tmp_path / "m.gpx", alt_datum=Datum.AGL).flights[0].datum) == {Datum.AGL}


def test_the_datum_can_be_given_on_the_command_line_and_set(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = "".join(f'<rtept lat="{at(k, 0)[1]}" lon="{at(k, 0)[0]}"><ele>200</ele></rtept>' for k in (-100, 100))
    (tmp_path / "m.gpx").write_text(f'<gpx version="1.1"><rte>{points}</rte></gpx>')
    band = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 120, "upperReference": "AGL"}
    ask = ("check", tmp_path / "m.gpx", "--zones", zones(tmp_path / "z.geojson", zone(layer=band)))
    assert run(*ask).code == 3 and run(*ask, "--alt-datum", "AGL").code == 0
    assert run(*ask, "--alt-datum", "MSL").code == 2
    monkeypatch.setenv("DRONECTL_ALT_DATUM", "AGL")
    assert run(*ask).code == 0


# Plans


def test_a_structure_scan_is_flown_round_the_whole_structure(tmp_path: Path) -> None:
    corners = [at(-20, -20), at(20, -20), at(20, 20), at(-20, 20)]
    scan = {"type": "ComplexItem", "complexItemType": "StructureScan", "polygon": [[y, x] for x, y in corners],
            "ScanBottomAlt": 10, "StructureHeight": 30, "EntranceAltitude": 60, "StartFromTop": False, "Layers": 2,
            "CameraCalc": {"DistanceToSurface": 15}}  # fmt: skip
    plan = {"fileType": "Plan", "version": 1,
            "mission": {"version": 2, "items": [scan], "plannedHomePosition": [LAT, LON, 3], "hoverSpeed": 5}}  # fmt: skip
    (tmp_path / "m.plan").write_text(json.dumps(plan))
    mission = read_mission(tmp_path / "m.plan")
    one = mission.flights[0]
    heights = sorted(set(one.height.round(3).tolist()))
    assert not mission.doubts and one.elapsed is None
    assert {10.0, 40.0} <= set(heights) and max(np.diff([h for h in heights if 10 <= h <= 40])) <= 6.0
    ring = one.lon[one.height == 10.0]
    assert (ring.max() - LON) == pytest.approx(at(35, 0)[0] - LON, rel=1e-3), "15 m outside the structure"
    del scan["CameraCalc"]
    (tmp_path / "m.plan").write_text(json.dumps(plan | {"mission": {**plan["mission"], "items": [scan, {  # type: ignore[dict-item]
        "type": "SimpleItem", "command": 16, "frame": 3, "params": [0, 0, 0, 0, LAT, LON, 30]}]}}))  # fmt: skip
    assert "stores no path" in read_mission(tmp_path / "m.plan").doubts[0]


# Fences

SQUARE = [at(-100, -100), at(100, -100), at(100, 100), at(-100, 100)]


def pairs(*points: list[float]) -> str:
    return "\n".join(f"{y:.9f}\t{x:.9f}" for x, y in points)


def test_the_older_fence_of_ardupilot_begins_with_its_return_point(tmp_path: Path) -> None:
    (tmp_path / "fence.txt").write_text("# fence\n" + pairs([LON, LAT], *SQUARE, SQUARE[0]) + "\n")
    outside, inside, remarks = read_fence(tmp_path / "fence.txt")
    assert not outside and not remarks and len(inside) == 1
    assert inside[0].volumes[0].box == pytest.approx((*at(-100, -100), *at(100, 100)))


def test_the_fence_of_px4_begins_with_its_altitudes(tmp_path: Path) -> None:
    (tmp_path / "geofence.txt").write_text("0 120\n" + pairs(*SQUARE) + "\n")
    _, inside, remarks = read_fence(tmp_path / "geofence.txt")
    assert inside[0].volumes[0].box == pytest.approx((*at(-100, -100), *at(100, 100)))
    assert "between 0 and 120" in remarks[0].what


def test_a_mission_is_held_against_a_fence_from_a_file(run, tmp_path: Path) -> None:
    from builders import a_mission, write

    (tmp_path / "fence.txt").write_text(pairs([LON, LAT], *SQUARE, SQUARE[0]))
    mission = write(tmp_path / "m.geojson", a_mission([at(-50, 0, 30), at(150, 0, 30)]))
    far = zones(tmp_path / "z.geojson", zone(geometry={"type": "Polygon", "coordinates": [[*SQUARE, SQUARE[0]]]},
                                             kind="NO_RESTRICTION"))  # fmt: skip
    ran = run("check", mission, "--zones", far, "--fence", tmp_path / "fence.txt", "--format", "json")
    found = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "VEH101"]
    assert {f["status"] for f in found} == {"failed"}
    assert run("check", mission, "--zones", far, "--fence", mission).code == 4


def test_the_fence_of_a_real_plan_is_read() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    outside, inside, _ = read_fence(DATA / "missions-qgc" / "qgc_ce_geofence_rd_134.plan")
    assert len(outside) == 1 and len(inside) == 1
