"""Missions in the formats of other programs, and fences from files of their own."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import LAT, LON, a_mission, at, write, zones
from builders import a_zone as zone
from conftest import missing, realdata

from dronectl.check import standing_at
from dronectl.errors import InputError
from dronectl.heights import Models
from dronectl.house import House
from dronectl.measures import Datum
from dronectl.mission import Flight
from dronectl.prepared import prepared
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
    assert one.height.tolist() == [0, 40, 50, 60, 60, 0] and set(one.datum) == {Datum.TAKEOFF}
    assert one.kind[-3:] == ("return", "return", "landing") and one.lon[-1] == pytest.approx(one.lon[0])


def test_more_waylines_than_are_read_leave_the_path_open(tmp_path: Path) -> None:
    path = kmz(tmp_path / "m.kmz", lines(mark(0, 0, 40), mark(1, 100, 50)))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("wpmz/second.wpml", lines(mark(0, 0, 40), mark(1, 900, 50)))
    assert any("holds 2 files of waylines" in doubt for doubt in read_mission(path).doubts)


LINE_KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><LineString><coordinates>5,52,50 5.01,52,50
</coordinates></LineString></Placemark></Document></kml>"""


@pytest.mark.parametrize(
    ("name", "is_open"), [("other.kml", True), ("wpmz/r/plan.GPX", True), ("wpmz/res/a.jpg", False)]
)
@pytest.mark.parametrize("main", ["wpml", "kml"])
def test_other_paths_in_an_archive_leave_the_path_open(main: str, name: str, is_open: bool, tmp_path: Path) -> None:
    path = tmp_path / "m.kmz"
    if main == "wpml":
        kmz(path, lines(mark(0, 0, 40), mark(1, 100, 50)), template=lines(mark(0, 0, 40), mark(1, 100, 50)))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", LINE_KML)
    assert not any("archive" in doubt for doubt in read_mission(path).doubts)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, LINE_KML)
        archive.writestr(f"__MACOSX/._{name.rpartition('/')[2]}", b"\0\1")
    mission = read_mission(path)
    if main == "kml" and name.endswith(".kml"):  # every document of a KMZ is read
        assert len(mission.flights) == 2 and not mission.doubts
    else:
        assert any(name in doubt and "not read" in doubt for doubt in mission.doubts) == is_open


def test_what_a_desk_computer_keeps_beside_waylines_is_none(tmp_path: Path) -> None:
    path = kmz(tmp_path / "m.kmz", lines(mark(0, 0, 40), mark(1, 100, 50)))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._template.kml", b"\0\5\26\7")
        archive.writestr("__MACOSX/wpmz/._waylines.wpml", b"\0\5\26\7")
    mission = read_mission(path)
    assert len(mission.flights[0].lon) == 6 and not mission.doubts


@pytest.mark.parametrize(("mode", "datum"), [("WGS84", Datum.WGS84), ("relativeToStartPoint", Datum.TAKEOFF),
                                             ("realTimeFollowSurface", Datum.AGL)])  # fmt: skip
def test_the_height_mode_says_what_heights_are_measured_from(mode: str, datum: Datum, tmp_path: Path) -> None:
    one = flight(kmz(tmp_path / "m.kmz", lines(mark(0, 0, 90), mark(1, 100, 90), mode=mode)))
    assert one.datum[-5:-3] == (datum, datum)
    unknown = read_mission(kmz(tmp_path / "m.kmz", lines(mark(0, 0, 90), mode="EGM2008")))
    assert "height mode 'EGM2008' is not known" in unknown.doubts[0]


def away(east: float = -200) -> str:
    """A template whose reference point is so far from the first waypoint."""
    lon, lat = at(east, 0)
    point = f"<wpml:missionConfig><wpml:takeOffRefPoint>{lat},{lon},0</wpml:takeOffRefPoint></wpml:missionConfig>"
    return KML.format(point)


@pytest.mark.parametrize(("how", "first", "heights"), [
    ("safely", 40, [0, 40, 40]),  # up to the first waypoint's height, and level
    ("safely", 10, [0, 20, 20, 10]),  # no lower than the safe height
    ("pointToPoint", 40, [0, 20, 40]),
    ("pointToPoint", 10, [0, 20, 20, 10]),
])  # fmt: skip
def test_the_way_to_the_first_waypoint_is_as_high_as_the_mode_says(
    how: str, first: float, heights: list[float], tmp_path: Path
) -> None:
    waylines = lines(mark(0, 0, first), mark(1, 100, 30), flyToWaylineMode=how, finishAction="noAction")
    one = flight(kmz(tmp_path / "m.kmz", waylines, away()))
    assert one.height.tolist() == [*heights, 30]
    assert one.lon[1] == one.lon[0] and one.lon[-2] == one.lon[len(heights) - 1], "up at home, then over to the first"


@pytest.mark.parametrize(("height", "ground_m", "found"), [
    (90.0, 0.0, (60.0, Datum.TAKEOFF)), (150.0, 0.0, (150.0, Datum.WGS84)), (150.0, None, (np.nan, None))
])  # fmt: skip
def test_a_way_home_over_the_ellipsoid_is_the_higher_of_two(
    height: float, ground_m: float | None, found: tuple[float, Datum | None], tmp_path: Path
) -> None:
    waylines = lines(mark(0, 0, height), mark(1, 100, height), mode="WGS84")
    mission = read_mission(kmz(tmp_path / "m.kmz", waylines, away()))
    if ground_m is not None:
        mission = standing_at(mission, ground_m)
    (one,) = prepared(mission, Models(), House()).mission.flights
    assert one.height[-3:-1] == pytest.approx([found[0]] * 2, nan_ok=True) and one.datum[-3:-1] == (found[1],) * 2
    over = (height, Datum.WGS84) if ground_m is not None else (np.nan, None)  # 20 m is surely lower than either
    assert one.height[1:3] == pytest.approx([over[0]] * 2, nan_ok=True) and one.datum[1:3] == (over[1],) * 2


@pytest.mark.parametrize("how", ["safely", "pointToPoint"])
def test_a_wayline_over_the_ellipsoid_is_written_as_it_was_read(how: str, run, tmp_path: Path) -> None:
    path = kmz(tmp_path / "m.kmz", lines(mark(0, 0, 90), mark(1, 100, 90), mode="WGS84", flyToWaylineMode=how), away())
    ran = run("missions", "convert", path, "--to", "wpml", "-o", tmp_path / "out.kmz")
    assert ran.code == 0 and "round trip: same path" in ran.err, ran.err
    one, other = flight(path), flight(tmp_path / "out.kmz")
    assert one.cruise == other.cruise and len(one.lon) == len(other.lon)


def test_a_way_home_over_the_ground_is_known_near_take_off_only(tmp_path: Path) -> None:
    waylines = lines(mark(0, 0, 50), mark(1, 100, 50), mark(2, 0, 50), mode="realTimeFollowSurface")
    (one,) = prepared(read_mission(kmz(tmp_path / "m.kmz", waylines)), Models(), House()).mission.flights
    assert one.height[-3:-1].tolist() == [60, 60] and one.datum[-2] is Datum.TAKEOFF
    waylines = lines(mark(0, 0, 50), mark(1, 100, 50), mode="realTimeFollowSurface")
    (one,) = prepared(read_mission(kmz(tmp_path / "m.kmz", waylines)), Models(), House()).mission.flights
    assert np.isnan(one.height[-3:-1]).all()


@pytest.mark.parametrize(("last", "height"), [(40.0, 40.0), (70.0, np.nan)])
def test_the_way_to_the_first_waypoint_after_the_last_is_level_or_not_known(
    last: float, height: float, tmp_path: Path
) -> None:
    waylines = lines(mark(0, 0, 40), mark(1, 100, last), finishAction="gotoFirstWaypoint")
    one = flight(kmz(tmp_path / "m.kmz", waylines, away()))
    assert one.lon[-1] == pytest.approx(at(0, 0)[0]) and one.height[-1] == pytest.approx(height, nan_ok=True)


def test_turns_that_leave_the_line_widen_it_or_leave_it_undecided(tmp_path: Path) -> None:
    marks = [mark(0, 0, 40), mark(1, 100, 40, turn="coordinateTurn", damping=12), mark(2, 200, 40)]
    one = flight(kmz(tmp_path / "m.kmz", lines(*marks, finishAction="noAction")))
    assert one.widen_m.round(2).tolist() == [0, 12, 12]
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


def action(name: str, given: str = "") -> str:
    return (f"<wpml:action><wpml:actionActuatorFunc>{name}</wpml:actionActuatorFunc><wpml:actionActuatorFuncParam>{given}"
            "</wpml:actionActuatorFuncParam></wpml:action>")  # fmt: skip


def tilted(pitch: float, name: str = "gimbalRotate", mode: str = "absoluteAngle") -> str:
    turned = f"<wpml:gimbalRotateMode>{mode}</wpml:gimbalRotateMode><wpml:gimbalPitchRotateEnable>1"
    return action(
        name,
        f"{turned}</wpml:gimbalPitchRotateEnable><wpml:gimbalPitchRotateAngle>{pitch}</wpml:gimbalPitchRotateAngle>",
    )


def group(first: int, *actions: str, last: int | None = None, trigger: str = "reachPoint") -> str:
    return (f"<wpml:actionGroup><wpml:actionGroupStartIndex>{first}</wpml:actionGroupStartIndex>"
            f"<wpml:actionGroupEndIndex>{first if last is None else last}</wpml:actionGroupEndIndex><wpml:actionTrigger>"
            f"<wpml:actionTriggerType>{trigger}</wpml:actionTriggerType></wpml:actionTrigger>{''.join(actions)}</wpml:actionGroup>"
            )  # fmt: skip


def aimed(pitch: float) -> str:
    return (f"<wpml:waypointGimbalHeadingParam><wpml:waypointGimbalPitchAngle>{pitch}</wpml:waypointGimbalPitchAngle>"
            "</wpml:waypointGimbalHeadingParam>")  # fmt: skip


def hovering(tmp_path: Path, *marks: str) -> Flight:
    return flight(kmz(tmp_path / "m.kmz", lines(*marks, finishAction="noAction", takeOffSecurityHeight=None)))


def test_a_wayline_hovers_films_and_tilts(tmp_path: Path) -> None:
    first = group(0, action("startRecord"), action("hover", "<wpml:hoverTime>6</wpml:hoverTime>"))
    second = group(1, tilted(-80), action("stopRecord"))
    one = hovering(tmp_path, mark(0, 0, 40, actions=first), mark(1, 100, 40, actions=second), mark(2, 200, 40))
    assert one.recording == (False, True, True, True, False), (
        "from the first waypoint until it has turned at the second"
    )
    assert one.gimbal_pitch_deg == pytest.approx([np.nan, np.nan, np.nan, -80, -80], nan_ok=True), "and it stays so"
    assert one.elapsed is not None and np.diff(one.elapsed).round(1)[1:].tolist() == [26, 0, 20]


def test_every_photo_at_a_waypoint_is_taken_where_the_gimbal_looks(tmp_path: Path) -> None:
    shots = group(1, tilted(-80), action("takePhoto"), tilted(0), action("takePhoto"), tilted(-80))
    one = hovering(tmp_path, mark(0, 0, 40), mark(1, 100, 40, actions=shots), mark(2, 200, 40))
    assert one.gimbal_pitch_deg[3:] == (-80, 0, -80, -80) and one.recording[3:] == (True, True, False, False)


@pytest.mark.parametrize("trigger", ["multipleTiming", "multipleDistance"])
def test_photos_along_the_way_are_taken_on_every_leg_of_it(trigger: str, tmp_path: Path) -> None:
    along = group(1, action("takePhoto"), last=3, trigger=trigger)
    marks = [mark(k, 100.0 * k, 40, actions=along if k == 1 else "") for k in range(6)]
    assert hovering(tmp_path, *marks).recording == (False, False, True, True, True, False, False)


def test_a_gimbal_that_turns_on_the_way_has_turned_at_the_next_waypoint(tmp_path: Path) -> None:
    evenly = group(0, tilted(-80), action("takePhoto")) + group(0, tilted(-10, "gimbalEvenlyRotate"), last=1,
                                                                trigger="betweenAdjacentPoints")  # fmt: skip
    one = hovering(tmp_path, mark(0, 0, 40, actions=evenly), mark(1, 100, 40), mark(2, 200, 40))
    assert one.gimbal_pitch_deg[2:] == (-80, -10, -10)
    turned = group(0, tilted(-80)) + group(1, tilted(20, mode="relativeAngle"))
    one = hovering(tmp_path, mark(0, 0, 40, actions=turned), mark(1, 100, 40), mark(2, 200, 40))
    assert one.gimbal_pitch_deg[2:] == pytest.approx([-80, -80, np.nan, np.nan], nan_ok=True), "turned by, not to"


def test_the_pitch_of_waypoints_counts_where_it_is_meant(tmp_path: Path) -> None:
    turned = group(0, tilted(-80), action("takePhoto"))
    marks = [mark(0, 0, 40, actions=aimed(0) + turned), mark(1, 100, 40, actions=aimed(0))]
    assert hovering(tmp_path, *marks).gimbal_pitch_deg[2:] == (-80, -80), "0 stands there whatever the pilot does"
    marks = [mark(0, 0, 40, actions=aimed(-30)), mark(1, 100, 40, actions=aimed(0))]
    assert hovering(tmp_path, *marks).gimbal_pitch_deg[1:] == (-30, 0)
    template = KML.format("<Folder><wpml:gimbalPitchMode>{}</wpml:gimbalPitchMode></Folder>")
    for mode, pitches in (("usePointSetting", (-30, 0)), ("manual", ())):
        path = kmz(tmp_path / "m.kmz", lines(*marks, finishAction="noAction"), template.format(mode))
        assert flight(path).gimbal_pitch_deg[1:] == pitches


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


@pytest.mark.parametrize(
    ("name", "meant"),
    [("volume", "volumes"), ("categroy", "category"), ("uncertanty", "uncertainty"), ("pilots", "pilot")],
)
def test_a_member_that_is_nearly_another_is_refused(name: str, meant: str, tmp_path: Path) -> None:
    mission = a_mission([at(0, 0, 60), at(100, 0, 60)])
    mission["mission"].pop(meant, None)
    mission["mission"][name] = {}
    with pytest.raises(InputError, match=f"is '{meant}' meant"):
        read_mission(write(tmp_path / "m.geojson", mission))


def test_a_member_of_others_is_kept(tmp_path: Path) -> None:
    mission = a_mission([at(0, 0, 60), at(100, 0, 60)], mission={"weather": "fair", "speed": 5, "bbox": [4, 52, 5, 53]})
    assert len(read_mission(write(tmp_path / "m.geojson", mission)).remarks) == 2
