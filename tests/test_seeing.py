"""What is in view along a path, against a plain reading moment by moment; what is left open counts at its worst."""

from __future__ import annotations

import json
from math import hypot, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import METRE_NORTH, a_mission, a_simple_zone, a_zone, at, report_of, ring, tracks_of, write, zones
from rasters import a_terrain
from test_sight import sees

from dronectl.camera import catalogue, focal_px
from dronectl.filming import view_for
from dronectl.readers import read_mission, read_zones
from dronectl.seeing import sightings

WIDE = {"lens": "wide", "video": [3840, 2160]}
FOCAL = focal_px(3840, 71.6)


@pytest.fixture
def ask(tmp_path: Path, run):
    def asked(mission: dict[str, Any], *features: dict[str, Any], options: tuple[object, ...] = ()):
        made = report_of(run, tmp_path, mission, *features, options=options)
        found: dict[str, list[dict[str, Any]]] = {}
        for finding in made["missions"][0]["findings"]:
            found.setdefault(finding["law"] or finding["rule"], []).append(finding)
        return made["verdict"], found

    return asked


def school(north: float, **privacy: Any) -> dict[str, Any]:
    """A school some metres north of y = 0."""
    area = {"type": "Polygon", "coordinates": [ring(-20, north, 20, north + 40)]}
    return a_simple_zone("privacy", area, privacy={"subject": "school", "no_overflight": False} | privacy)


def flight(camera: dict[str, Any] | None, *, height: float = 30, **more: Any) -> dict[str, Any]:
    facts = {"aircraft": "dji-m3e", **({"camera": camera} if camera is not None else {}), **more.pop("mission", {})}
    return a_mission([at(-100, 0, height), at(100, 0, height)], mission=facts, **more)


def test_nothing_is_asked_of_a_camera_that_nobody_states(ask) -> None:
    verdict, found = ask(flight(None), school(10))
    assert verdict == "clear" and found["PRIV-ZONE"][0]["missing"] == "camera"
    assert ask(flight(None), school(10), options=("--strict",))[0] == "undecided"


@pytest.mark.parametrize(("north", "limit", "status"), [
    # at 30 m above ground 62.5 px/m reach a slant of 42.6 m: 30.2 m on the ground; half a step of 2 m belongs to the camera
    (29, "PRIV-ZONE-WARN", "failed"), (32, "PRIV-ZONE-WARN", "passed"),
    (0.5, "PRIV-ZONE", "passed"),  # 125 px/m reach 21.3 m, less than the height
])  # fmt: skip
def test_the_density_at_the_edge_of_a_zone(ask, north: float, limit: str, status: str) -> None:
    assert {f["status"] for f in ask(flight(WIDE), school(north))[1][limit]} == {status}


def test_the_very_end_of_the_path_sees_as_far(ask) -> None:
    for edge, status in ((130, "failed"), (132, "passed")):
        area = {"type": "Polygon", "coordinates": [ring(edge, -20, edge + 40, 20)]}
        zone = a_simple_zone("privacy", area, privacy={"subject": "school"})
        assert ask(flight(WIDE), zone)[1]["PRIV-ZONE-WARN"][0]["status"] == status


def test_a_legal_basis_lifts_the_limit_of_the_house_and_not_that_of_the_zone(ask) -> None:
    low = flight(WIDE, height=15)
    assert ask(low, school(0))[0] == "violation"
    with_basis = flight(WIDE, height=15, mission={"legal_basis": "Omgevingswet"})
    assert ask(with_basis, school(0))[0] == "clear"
    verdict, found = ask(with_basis, school(60, max_px_per_m=30))
    assert verdict == "violation" and "the zone's own limit" in found["PRV102"][0]["message"]
    assert ask(with_basis, school(60, max_px_per_m=60))[0] == "clear"


def test_a_lens_that_nobody_states_is_the_longest(ask) -> None:
    assert ask(flight({}), school(100))[0] == "violation"
    assert ask(flight({"lens": "wide"}), school(100))[0] == "clear"
    assert ask(flight({"lens": "fish"}), school(100))[0] == "undecided"
    unknown = a_mission([at(-100, 0, 30), at(100, 0, 30)], mission={"camera": {}})
    assert ask(unknown, school(100))[0] == "undecided"


@pytest.mark.parametrize(("north", "told"), [(9_000, True), (11_000, False)])
@pytest.mark.parametrize("camera", [None, {"lens": "fish"}])
def test_a_zone_with_a_limit_of_its_own_is_asked_of_an_unknown_camera_as_far_as_any_sees(
    ask, camera: dict[str, Any] | None, north: float, told: bool
) -> None:
    found = ask(flight(camera), school(north, max_px_per_m=30))[1]
    assert any("what a zone itself allows" in f["message"] for f in found.get("PRV102", [])) is told


def test_where_the_camera_looks_and_when_it_records_counts(ask) -> None:
    def warned(**more: Any) -> bool:
        return (
            ask(flight(WIDE | more.pop("camera", {}), **more), school(15))[1]["PRIV-ZONE-WARN"][0]["status"] == "failed"
        )

    assert warned()
    assert warned(camera={"pitch_deg": -45, "yaw_deg": 0}) and not warned(camera={"pitch_deg": -45, "yaw_deg": 180})
    assert warned(gimbal_pitch_deg=[-45, -45], gimbal_yaw_deg=[350, 10]) and not warned(
        gimbal_pitch_deg=[-45, -45], gimbal_yaw_deg=[170, 190]
    )
    assert not warned(camera={"recording": False}) and not warned(recording=[False, False])
    assert warned(recording=[False, True])
    assert not warned(camera={"pitch_deg": 80, "yaw_deg": 0})
    # straight down the frame reaches 21.6 m each way across the course, and 28 m with the six degrees that it may be off
    down = flight(WIDE | {"pitch_deg": -90, "yaw_deg": "course"})
    assert ask(down, school(20))[1]["PRIV-ZONE-WARN"][0]["status"] == "failed"
    assert ask(down, school(29.7))[1]["PRIV-ZONE-WARN"][0]["status"] == "passed"


def warned_of(
    ask, area: tuple[float, float, float, float], points: list[list[float]], camera: dict, **more: Any
) -> bool:
    mission = a_mission(points, mission={"aircraft": "dji-m3e", "camera": WIDE | camera}, **more)
    zone = a_simple_zone("privacy", {"type": "Polygon", "coordinates": [ring(*area)]}, privacy={"subject": "school"})
    return bool(ask(mission, zone)[1]["PRIV-ZONE-WARN"][0]["status"] == "failed")


ROUND = {"north": (-3, 20, 3, 25), "south": (-3, -25, 3, -20), "east": (20, -3, 25, 3), "west": (-25, -3, -20, 3)}
AHEAD = {"pitch_deg": -30, "yaw_deg": "course"}


@pytest.mark.parametrize("side", ROUND)
def test_who_climbs_or_hovers_has_no_course_and_may_look_anywhere_round(ask, side: str) -> None:
    assert warned_of(ask, ROUND[side], [at(0, 0, 25), at(0, 0, 30)], AHEAD)
    assert warned_of(ask, ROUND[side], [at(0, 0, 30), at(0, 0.3, 30)], AHEAD)
    assert warned_of(ask, ROUND[side], [at(0, 0, 30)], AHEAD, times=["2026-05-12T10:00:00+02:00"])
    assert warned_of(ask, ROUND[side], [at(-1, 0, 30), at(1, 0, 30)], AHEAD) is (side == "east")


@pytest.mark.parametrize(("mps", "told"), [(0.6, False), (0.4, True)])
def test_short_legs_of_a_log_have_a_course_where_the_aircraft_moves(ask, mps: float, told: bool) -> None:
    east = [mps * 0.2 * k for k in range(12)]
    times = [f"2026-05-12T10:00:{0.2 * k:04.1f}+02:00" for k in range(12)]
    assert warned_of(ask, ROUND["west"], [at(x, 0, 30) for x in east], AHEAD, times=times) is told


def test_at_a_corner_the_camera_turns_from_one_leg_to_the_next(ask) -> None:
    east, corner, away = at(5, 0, 30), at(10, 0, 30), at(10, -5, 30)
    south_east = (38, -32, 42, -28)
    narrow = {"lens": "tele", "pitch_deg": -35, "yaw_deg": "course"}
    assert not warned_of(ask, south_east, [east, corner], narrow) and not warned_of(
        ask, south_east, [corner, away], narrow
    )
    assert warned_of(ask, south_east, [east, corner, away], narrow)


@pytest.mark.parametrize(("pitch", "yaw"), [((-30, -30), (0, 150)), ((-30, -30), (300, 120)), ((-30, -30), (0, 179))])
def test_a_gimbal_that_turns_far_between_two_fixes_may_look_at_all_between(ask, pitch: tuple, yaw: tuple) -> None:
    points = [at(-1, 0, 30), at(1, 0, 30)]
    for angle in np.radians(np.linspace(yaw[0], yaw[0] + (yaw[1] - yaw[0] + 180) % 360 - 180, 9)):
        x, y = 22 * np.sin(angle), 22 * np.cos(angle)
        assert warned_of(ask, (x - 1, y - 1, x + 1, y + 1), points, {}, gimbal_pitch_deg=pitch, gimbal_yaw_deg=yaw)


@pytest.mark.parametrize(
    ("apart", "north", "camera", "film", "told"),
    [
        (2, 25, {}, "1", "passed"),
        (20, 25, {}, "1", "undecided"),
        (20, 25, {"recording": False}, "", "passed"),
        (20, 25, {}, "0", "undecided"),  # it was off before and after the gap
        (20, 200, {}, "1", "undecided"),  # 20 s at 19 m/s are enough to fly there and back
        (20, 300, {}, "1", "passed"),
        (2, -15, {}, "1", "failed"),
        (20, -15, {}, "1", "failed"),  # the log itself says that it was in view
    ],
)
def test_where_a_camera_was_and_looked_in_a_gap_of_its_log_is_not_known(
    run, apart: int, north: int, camera: dict[str, Any], film: str, told: str, tmp_path: Path
) -> None:
    head = "time(millisecond),datetime(utc),latitude,longitude,height_above_takeoff(meters),gimbal_heading(degrees),"
    rows = [head + "gimbal_pitch(degrees),isVideo"]
    for k in range(4):
        lon, lat = at(10 * k - 15, 0)
        rows.append(
            f"{k * apart * 1000},2026-05-12 08:{k * apart // 60:02}:{k * apart % 60:02},{lat:.9f},{lon:.9f},30,180,-30,{film}"
        )
    (tmp_path / "log.csv").write_text("\n".join(rows))
    about = tmp_path / "about.json"
    about.write_text(json.dumps({"mission": {"aircraft": "dji-m3e", "camera": WIDE | camera}}))
    zone = zones(tmp_path / "z.geojson", school(north))
    ran = run("check", tmp_path / "log.csv", "--about", about, "-z", zone, "--terrain", a_terrain(tmp_path / "t.tif"),
              "--takeoff-elevation", "10", "--terrain-error", "0", "-f", "json", "--covers")  # fmt: skip
    found = json.loads(ran.out)["missions"][0]["findings"]
    assert {f["status"] for f in found if f["law"] == "PRIV-ZONE-WARN"} == {told}


def test_a_gimbal_that_turns_from_the_sky_to_the_ground_sees_what_is_behind_it_as_well(ask) -> None:
    points = [at(-1, 0, 30), at(1, 0, 30)]
    behind = (-1, -11, 1, -10)
    assert warned_of(ask, behind, points, {"yaw_deg": 0}, gimbal_pitch_deg=(-90, -90))
    assert warned_of(ask, behind, points, {"yaw_deg": 0}, gimbal_pitch_deg=(90, -90))


def test_a_school_is_seen_in_its_hours_only(ask) -> None:
    hours = {"from": "2026-05-12T10:30:00+02:00", "until": "2026-05-12T11:00:00+02:00"}
    area = {"type": "Polygon", "coordinates": [ring(-20, 10, 20, 50)]}
    zone = a_simple_zone("privacy", area, privacy={"subject": "school"}, **hours)
    assert ask(flight(WIDE), zone)[1]["PRIV-ZONE-WARN"][0]["status"] == "passed"
    late = flight(WIDE, times=["2026-05-12T10:29:40+02:00", "2026-05-12T10:30:40+02:00"])
    assert ask(late, zone)[1]["PRIV-ZONE-WARN"][0]["status"] == "failed"
    assert ask(flight(WIDE, untimed=True), zone)[1]["PRIV-ZONE-WARN"][0]["status"] == "undecided"


def test_an_unknown_height_is_never_cleared(ask) -> None:
    low = a_mission([at(-100, 0, 60), at(100, 0, 60)], datum="AMSL", mission={"aircraft": "dji-m3e", "camera": WIDE})
    assert ask(low, school(20, max_px_per_m=100))[0] == "undecided"


def test_the_seconds_are_those_of_a_plain_reading(tmp_path: Path) -> None:
    camera = WIDE | {"pitch_deg": -40, "yaw_deg": 20, "error_deg": 0}
    path = write(tmp_path / "m.geojson", flight(camera, height=35))
    mission = read_mission(str(path))
    (file,) = read_zones([str(zones(tmp_path / "z.geojson", school(20)))])
    view = view_for(mission, catalogue(), catalogue_aircraft())
    (found,) = sightings(mission, tracks_of(mission), view, file.zones, [25.0, 62.5])
    gx, gy = np.meshgrid(np.linspace(-20, 20, 161), np.linspace(20, 60, 161))
    seconds = {25.0: 0.0, 62.5: 0.0}
    best = 0.0
    for k in range(2000):
        x = -100 + 200 * (k + 0.5) / 2000
        for level in seconds:
            seen = sees((gx - x).ravel(), gy.ravel(), 35, 20, -40, 0, view.hfov_deg, view.vfov_deg, FOCAL / level)
            seconds[level] += 60 / 2000 * bool(seen.any())
            if level == 25.0 and seen.any():
                away = np.hypot((gx - x).ravel()[seen], gy.ravel()[seen]).min()
                best = max(best, FOCAL / hypot(away, 35))
    for level, plain in seconds.items():
        assert plain - 0.05 <= found.seconds[level] <= plain + 2.0, level  # a step of 2 m is 0.6 s
    assert best - 0.1 <= found.px_per_m <= best * 1.04


def catalogue_aircraft():
    from dronectl.crew import catalogue as aircraft

    return aircraft()["dji-m3e"]


def test_homes_are_counted_with_their_seconds(ask, tmp_path: Path) -> None:
    spots = [at(east, north)[:2] for east in (-60, 0, 60) for north in (25, 45)]
    features = [
        {"type": "Feature", "properties": {"id": k}, "geometry": {"type": "Point", "coordinates": spot}}
        for k, spot in enumerate(spots)
    ]
    layer = write(tmp_path / "homes.geojson", {"type": "FeatureCollection", "features": features})
    _, found = ask(flight(WIDE), school(300), options=("--layer", f"homes={layer}"))
    (finding,) = found["PRIV-HOMES"]
    assert finding["status"] == "failed" and "sees 3 homes at 62.5 px/m or more" in finding["message"]
    chord = 2 * sqrt((FOCAL / 62.5) ** 2 - 30**2 - 25**2)
    seconds = float(finding["message"].split(" home-seconds")[0].split()[-1])
    assert 3 * chord / 200 * 60 - 1 <= seconds <= 3 * (chord + 6) / 200 * 60
    assert ask(flight(WIDE), school(300))[1]["PRIV-HOMES"][0]["missing"] == "layer homes"


def test_a_crowd_is_told_apart_with_a_long_lens(ask) -> None:
    area = {"type": "Polygon", "coordinates": [ring(-50, 150, 50, 200)]}
    crowd = a_simple_zone("crowd", area, crowd={"kind": "gathering", "persons": {"expected": 100}})
    tele = {"lens": "tele", "video": [3840, 2160]}
    assert ask(flight(tele), crowd)[1]["PRIV-CROWD"][0]["status"] == "failed"
    assert ask(flight(WIDE), crowd)[1]["PRIV-CROWD"][0]["status"] == "passed"


def test_a_camera_of_the_operators_own(ask, tmp_path: Path) -> None:
    rows = '[[aircraft]]\nid = "ours"\ntype = "dji-m350"\n[[camera]]\nid = "own"\naircraft = ["dji-m350"]\n'
    rows += '[[camera.lens]]\nname = "wide"\nstill = [3840, 2160]\nhfov_deg = [71.6]\n'
    (tmp_path / "crew.toml").write_text(rows)
    mission = a_mission([at(-100, 0, 30), at(100, 0, 30)], mission={"aircraft": "ours", "camera": {}})
    found = ask(mission, school(29), options=("--operator", tmp_path / "crew.toml"))[1]
    assert found["PRIV-ZONE-WARN"][0]["status"] == "failed"


def test_a_camera_of_the_operators_own_is_found_however_it_is_written(ask, tmp_path: Path) -> None:
    rows = '[[camera]]\nid = "OWN"\naircraft = ["DJI-M3E"]\n'
    rows += '[[camera.lens]]\nname = "tele"\nstill = [8000, 6000]\nhfov_deg = [5]\n'
    (tmp_path / "crew.toml").write_text(rows)
    options = ("--operator", tmp_path / "crew.toml")
    for camera in ({}, {"payload": "Own"}):
        found = ask(flight(camera), school(400), options=options)[1]
        assert found["PRIV-ZONE-WARN"][0]["status"] == "failed"  # which no lens of the catalogue's M3E sees from there


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("still = [4000, 3000]", "still = [0, 3000]", "greater than 0"),
        ("still = [4000, 3000]", "still = [-4000, 3000]", "greater than 0"),
        ("hfov_deg = [70, 7]", "hfov_deg = [7, 70]", "ends wider than it begins"),
        ("hfov_deg = [70, 7]", "hfov_deg = [180]", "less than 180"),
        ("eq_mm = [24, 240]", "eq_mm = [240, 24]", "ends shorter than it begins"),
        ("pitch_deg = [-90, 30]", "pitch_deg = [30, -90]", "ends below where it begins"),
        ("pitch_deg = [-90, 30]", "pitch_deg = [nan, 30]", "finite"),
        (
            "#",
            "[[camera]]\nid = 'Own'\n[[camera.lens]]\nname = 'w'\nstill = [9, 9]\nhfov_deg = [9]",
            "stands there twice",
        ),
    ],
)
def test_a_camera_that_is_written_the_wrong_way_round_is_refused(
    run, was: str, now: str, told: str, tmp_path: Path
) -> None:
    text = '[[camera]]\nid = "own"\npitch_deg = [-90, 30]\n[[camera.lens]]\nname = "zoom"\n'
    text += "still = [4000, 3000]\nhfov_deg = [70, 7]\neq_mm = [24, 240]\n#"
    crew, mission = tmp_path / "crew.toml", write(tmp_path / "m.geojson", flight({}))
    asked = ("check", mission, "-z", zones(tmp_path / "z.geojson", school(400)), "--operator", crew)
    crew.write_text(text)
    assert run(*asked).code in (0, 3)
    assert was in text
    crew.write_text(text.replace(was, now))
    ran = run(*asked)
    assert ran.code == 4 and told in ran.err


def test_of_several_cameras_that_an_aircraft_may_carry_none_is_chosen_for_the_mission(ask, tmp_path: Path) -> None:
    rows = '[[aircraft]]\nid = "ours"\ntype = "dji-m350"\n'
    for name, width in (("narrow", 5.0), ("wide", 71.6)):
        rows += f'[[camera]]\nid = "{name}"\naircraft = ["dji-m350"]\n'
        rows += f'[[camera.lens]]\nname = "{name}"\nstill = [3840, 2160]\nhfov_deg = [{width}]\n'
    (tmp_path / "crew.toml").write_text(rows)
    for payload, status in ((None, "undecided"), ("narrow", "failed"), ("wide", "passed")):
        stated = {"payload": payload} if payload else {}
        mission = a_mission([at(-100, 0, 30), at(100, 0, 30)], mission={"aircraft": "ours", "camera": stated})
        found = ask(mission, school(200), options=("--operator", tmp_path / "crew.toml"))[1]
        assert found["PRIV-ZONE-WARN"][0]["status"] == status, payload


def test_the_camera_of_a_mission_is_read_and_kept(tmp_path: Path, run) -> None:
    facts = {
        "camera": WIDE | {"pitch_deg": -30.0, "yaw_deg": "course"},
        "subject": {"type": "Polygon", "coordinates": [ring(0, 0, 9, 9)]},
    }
    path = write(
        tmp_path / "m.geojson", flight(None, mission=facts, gimbal_yaw_deg=[10, 20], gimbal_pitch_deg=[-30, -40])
    )
    assert run("missions", "convert", path, "-o", tmp_path / "out.geojson").code == 0
    before, after = read_mission(str(path)), read_mission(str(tmp_path / "out.geojson"))
    assert before.camera == after.camera and before.flights[0].gimbal_yaw_deg == after.flights[0].gimbal_yaw_deg == (
        10,
        20,
    )
    assert np.allclose(before.subject[0].polygons[0][0], after.subject[0].polygons[0][0])
    for wrong in ({"gimbal_yaw_deg": [1]}, {"mission": {"subject": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}}},
                  {"mission": {"camera": {"yaw_deg": "north"}}}):  # fmt: skip
        bad = write(tmp_path / "bad.geojson", flight(None, **wrong))
        assert run("check", bad).code == 4


@pytest.fixture
def film(tmp_path: Path, run):
    def asked(mission: dict[str, Any], *features: dict[str, Any], options: tuple[object, ...] = ()):
        files = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", *features)
        ran = run("camera", files[0], "--zones", files[1], *options)
        return ran

    return asked


def test_the_table_says_where_the_camera_looks_on_the_whole(film) -> None:
    climbs = a_mission([at(0, 0, 5), at(0, 0, 30), at(60, 0, 30)], mission={"aircraft": "dji-m3e"})
    turns = a_mission(
        [at(0, 0, 30), at(60, 0, 30), at(120, 0, 30)],
        mission={"aircraft": "dji-m3e"},
        gimbal_yaw_deg=[350, 10, 20],
        gimbal_pitch_deg=[-30, -30, -30],
    )
    for mission, options, yaws in ((climbs, ("--yaw", "course"), [None, 90]), (turns, (), [0, 15])):
        told = json.loads(film(mission, options=(*STATED, "--pitch", "-30", *options, "-f", "json")).out)
        found = [leg["yaw_deg"] for leg in told["legs"]]
        assert all(a is b is None or abs((a - b + 180) % 360 - 180) < 0.1 for a, b in zip(found, yaws, strict=True)), (
            found
        )


STATED = ("--lens", "wide", "--video", "4k")


def test_the_command_tells_ranges_legs_and_findings(film) -> None:
    ran = film(flight(None), school(15), options=STATED)
    assert ran.code == 1 and "Ranges: detect 106 m, observe 43 m, recognise 21 m, identify 11 m" in ran.out
    assert 'privacy zone "Simple" (S1) at 62.5 px/m or more' in ran.out and "none left with:" in ran.out
    assert film(flight(None), school(200), options=STATED).code == 0
    assert film(flight(None), school(200), options=("--lens", "fish")).code == 3
    for wrong in (("--pitch", "-100"), ("--yaw", "up"), ("--video", "big"), ("-f", "pdf")):
        assert film(flight(None), school(200), options=wrong).code == 2


def changes(ran) -> dict[str, str]:
    (zone,) = json.loads(ran.out)["zones"]
    return {change["kind"]: change["what"] for change in zone["changes"]}


@pytest.mark.parametrize("north", [0, 8, 15, 22])
def test_each_change_takes_the_finding_away_and_a_little_less_does_not(film, north: int) -> None:
    told = changes(film(flight(None), school(north), options=(*STATED, "-f", "json")))
    farther, higher = (int(told[kind].split()[0]) for kind in ("farther", "higher"))
    assert film(flight(None), school(farther), options=STATED).code == 0
    assert film(flight(None), school(farther - 3), options=STATED).code == 1
    assert film(flight(None, height=higher), school(north), options=STATED).code == 0
    assert film(flight(None, height=higher - 3), school(north), options=STATED).code == 1
    legs = told["recording"]
    assert legs == "no recording on leg 0-1"
    assert film(flight(None, recording=[False, False]), school(north), options=STATED).code == 0


def test_another_pitch_and_another_lens_are_tried(film) -> None:
    told = changes(film(flight(None), school(15), options=(*STATED, "--pitch", "-40", "--yaw", "0", "-f", "json")))
    pitch = told["pitch"].split()[2]
    assert film(flight(None), school(15), options=(*STATED, "--pitch", pitch, "--yaw", "0")).code == 0
    tele = changes(film(flight(None), school(60), options=("--lens", "tele", "--video", "4k", "-f", "json")))
    assert tele["lens"] == "lens 'wide'"


def test_the_footprint_is_drawn_at_each_level_and_each_holds_the_next(film) -> None:
    ran = film(flight(None, height=8), school(300), options=(*STATED, "-f", "geojson"))
    made = json.loads(ran.out)["features"]
    assert [f["properties"]["px_per_m"] for f in made] == [25, 62.5, 125, 250]
    sizes = [np.ptp(np.array(f["geometry"]["coordinates"][0][0] if f["geometry"]["type"] == "MultiPolygon"
                             else f["geometry"]["coordinates"][0])[:, 1]) / METRE_NORTH for f in made]  # fmt: skip
    for level, wide in zip((25, 62.5, 125, 250), sizes, strict=True):
        assert wide == pytest.approx(2 * sqrt((FOCAL / level) ** 2 - 8**2), abs=3)


def test_the_gimbal_error_is_told(film) -> None:
    ran = film(flight(None), school(24), options=(*STATED, "--pitch", "-76", "--yaw", "0"))
    assert "5 degrees of the gimbal either way: 0 to 1 targets in view" in ran.out


def test_rising_ground_comes_nearer_to_the_camera(film, tmp_path: Path) -> None:
    flat = a_terrain(tmp_path / "flat.tif", lambda east, north: 10.0, cell_m=5, size=200, west=-500, north=500)
    slope = a_terrain(
        tmp_path / "slope.tif", lambda east, north: 10.0 + max(north, 0) * 0.6, cell_m=5, size=200, west=-500, north=500
    )
    for terrain, code in ((flat, 0), (slope, 1)):  # 36 m away and 30 m below, or 36 m away and 8 m below
        ran = film(flight(None), school(36), options=(*STATED, "--terrain", terrain))
        assert ran.code == code and "--terrain tells more" not in ran.out
    edge = a_terrain(tmp_path / "edge.tif", lambda east, north: 10.0, cell_m=5, size=200, west=-500, north=15)
    ran = film(flight(None), school(36), options=(*STATED, "--terrain", edge, "-f", "json"))
    assert ran.code == 3 and json.loads(ran.out)["zones"][0]["sure"] is False


def test_a_camera_that_looks_up_sees_the_hillside_above_it(film, tmp_path: Path) -> None:
    for rise, code in ((0.0, 0), (1.2, 1)):
        ground = a_terrain(
            tmp_path / f"{rise}.tif",
            lambda e, n, rise=rise: 10.0 + max(n, 0) * rise,
            cell_m=5,
            size=200,
            west=-500,
            north=500,
        )
        ran = film(flight(None), school(30), options=(*STATED, "--pitch", "25", "--yaw", "0", "--terrain", ground))
        assert ran.code == code


def test_every_report_carries_the_camera(tmp_path: Path, run) -> None:
    files = write(tmp_path / "m.geojson", flight(WIDE, height=8)), zones(tmp_path / "z.geojson", school(15))
    for name in ("json", "geojson", "html"):
        ran = run("check", files[0], "--zones", files[1], "-f", name)
        if name == "json":
            made = json.loads(ran.out)["missions"][0]["camera"]
            assert made["name"] == "m3e wide" and made["ranges_m"]["observe"] == pytest.approx(FOCAL / 62.5, abs=0.01)
        elif name == "geojson":
            levels = [
                f["properties"]["px_per_m"]
                for f in json.loads(ran.out)["features"]
                if f["properties"]["layer"] == "footprint"
            ]
            assert levels == [25, 62.5, 125, 250]
        else:
            assert ran.out.count("in view at 62.5 px/m or more (observe)") == 1
    plain = write(tmp_path / "p.geojson", flight(None))
    assert json.loads(run("check", plain, "--zones", files[1], "-f", "json").out)["missions"][0]["camera"] is None


def test_what_is_beside_a_subject_is_not_worked_out_for_a_path_across_a_continent(run, tmp_path: Path) -> None:
    facts = {"camera": {"hfov_deg": 60, "video": [3840, 2160], "pitch_deg": -90},
             "subject": {"type": "Polygon", "coordinates": [ring(0, 0, 10, 10)]}}  # fmt: skip
    flown = write(tmp_path / "m.geojson", a_mission([at(0, 0, 60), at(2_000_000, 0, 60)], mission=facts))
    made = json.loads(run("check", flown, "--zones", zones(tmp_path / "z.geojson", a_zone()), "-f", "json").out)
    said = {row["rule"]: row for row in made["missions"][0]["findings"]}
    for rule in ("PRV203", "PRV301"):
        assert said[rule]["status"] == "not_applicable" and "more than 200 km" in said[rule]["message"]
