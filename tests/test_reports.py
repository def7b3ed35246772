"""Every format says the same verdict, the same bytes come out twice, and what is drawn is what was found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builders import ACROSS, BESIDE, a_mission, a_simple_zone, a_zone, at, ring, write, zones
from oracle.earth import WGS84

from dronectl.finding import Verdict
from dronectl.reports import formats
from dronectl.reports.as_geojson import circle_ring
from dronectl.zone import Circle

BYTES = {"gpkg", "kmz", "pdf"}
SCENES = {
    "clear": (a_mission(BESIDE), [a_zone()]),
    "violation": (a_mission(ACROSS), [a_zone(), a_simple_zone("privacy"), a_zone("N", kind="NO_RESTRICTION")]),
    "undecided": (a_mission(ACROSS), [a_zone(kind="CONDITIONAL", restrictionConditions="ask first")]),
}


@pytest.mark.parametrize("verdict", SCENES)
def test_every_format_says_the_same_verdict(verdict: str, run, tmp_path: Path) -> None:
    mission, features = SCENES[verdict]
    mission_file, zone_file = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", *features)
    out = {name: run("check", mission_file, "--zones", zone_file, "-f", name) for name in set(formats()) - BYTES}
    assert (
        set(out) == {"csv", "geojson", "html", "json", "junit", "kml", "md", "qml", "sarif", "text"}
        and len({ran.code for ran in out.values()}) == 1
    )
    words = Verdict(verdict).words
    assert out["text"].out.splitlines()[-1].startswith(words)
    assert json.loads(out["json"].out)["verdict"] == verdict
    assert json.loads(out["geojson"].out)["dronectl"]["verdict"] == verdict
    assert re.search(rf'class="verdict">{words}<', out["html"].out)
    assert f'"verdict": "{verdict}"' in out["sarif"].out and f",{verdict}," in out["csv"].out
    assert f'name="verdict" value="{verdict}"' in out["junit"].out
    assert words in out["md"].out.splitlines()[0] and f": {words}</name>" in out["kml"].out
    others = [other.words for other in Verdict if other.words not in words]
    assert not any(f">{other}<" in out["html"].out for other in others)


def test_the_same_inputs_give_the_same_bytes(run, tmp_path: Path) -> None:
    mission, features = SCENES["violation"]
    mission_file, zone_file = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", *features)
    for name in formats():
        target = tmp_path / "out"
        first, second = (
            (run("check", mission_file, "--zones", zone_file, "-f", name, "-o", target).code, target.read_bytes())
            for _ in range(2)
        )
        assert first == second, name


def test_the_order_of_zone_files_changes_no_finding(run, tmp_path: Path) -> None:
    mission_file = write(tmp_path / "m.geojson", a_mission(ACROSS))
    a, b = zones(tmp_path / "a.geojson", a_zone("A")), zones(tmp_path / "b.geojson", a_zone("B"))
    one = json.loads(run("check", mission_file, "-z", a, "-z", b, "-f", "json").out)
    two = json.loads(run("check", mission_file, "-z", b, "-z", a, "-f", "json").out)
    assert one["missions"] == two["missions"] and one["inputs"] == two["inputs"]


def test_the_json_has_the_members_of_version_one(run, tmp_path: Path) -> None:
    mission, features = SCENES["violation"]
    mission_file, zone_file = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", *features)
    report = json.loads(run("check", mission_file, "--zones", zone_file, "-f", "json").out)
    assert {"schema", "tool", "verdict", "inputs", "assumptions", "not_checked", "missions"} <= report.keys()
    assert report["schema"] == "dronectl/report/v1" and report["tool"]["name"] == "dronectl"
    result = report["missions"][0]
    assert result["length_m"] == pytest.approx(400, abs=0.5) and result["duration_s"] == 60
    finding = next(f for f in result["findings"] if f["rule"] == "AIR101")
    assert finding["zone"] == {"id": "Z1", "name": "Zone Z1", "restriction": "PROHIBITED", "reasons": ["SENSITIVE"],
                               "source": f"{zone_file}::$.features[0]", "volume": 0}  # fmt: skip
    enter = finding["encounters"][0]["enter"]
    assert (
        enter["height_m"] == 60 and enter["datum"] == "AGL" and enter["time"].endswith("Z") and enter["leg"] == [0, 1]
    )
    assert finding["basis"] and finding["remedy"] and finding["permit"] is None
    for item in report["inputs"]:
        assert re.fullmatch(r"[0-9a-f]{64}", item["sha256"])


def test_the_geojson_holds_paths_pieces_and_zones(run, tmp_path: Path) -> None:
    mission, features = SCENES["violation"]
    mission_file, zone_file = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", *features)
    made = json.loads(run("check", mission_file, "--zones", zone_file, "-f", "geojson").out)
    layers = {}
    for feature in made["features"]:
        layers.setdefault(feature["properties"]["layer"], []).append(feature)
    assert set(layers) == {"path", "violation", "zone"} and len(layers["zone"]) == 3
    piece = next(f for f in layers["violation"] if f["properties"]["rule"] == "AIR101")
    lon, lat = zip(*(point[:2] for point in piece["geometry"]["coordinates"]), strict=True)
    assert WGS84.line_length(lon, lat) == pytest.approx(100, abs=0.2)
    assert piece["properties"]["seconds"] == pytest.approx(15, abs=0.1)
    again = json.loads(run("zones", "list", zone_file, "-f", "geojson").out)
    assert len(again["features"]) == 3


def test_a_drawn_circle_contains_the_circle() -> None:
    import numpy as np

    ring = np.array(circle_ring(Circle(4.3, 52.0, 1200.0)))
    middle = (ring[:-1] + ring[1:]) / 2
    for points in (ring, middle):
        _, _, metres = WGS84.inv(np.full(len(points), 4.3), np.full(len(points), 52.0), points[:, 0], points[:, 1])
        assert metres.min() > 1199.95 and metres.max() < 1201


def test_a_hover_is_drawn_as_a_point(run, tmp_path: Path) -> None:
    mission_file = write(tmp_path / "m.geojson", a_mission([at(0, 0, 60), at(0, 0, 60)]))
    zone_file = zones(tmp_path / "z.geojson", a_zone())
    made = json.loads(run("check", mission_file, "--zones", zone_file, "-f", "geojson").out)
    assert {f["geometry"]["type"] for f in made["features"] if f["properties"]["layer"] != "zone"} == {"Point"}


def test_a_camera_without_privacy_zones_near_is_said(run, tmp_path: Path) -> None:
    def said(*features, **facts) -> set[str]:
        flown = a_mission(BESIDE, mission=facts)
        zone_file = zones(tmp_path / "z.geojson", *features)
        report = json.loads(run("check", write(tmp_path / "m.geojson", flown), "--zones", zone_file, "-f", "json").out)
        return {gap["what"] for gap in report["not_checked"]}

    seen = {"id": "m", "camera": {"payload": "m3e"}}
    private = a_simple_zone("privacy", {"type": "Polygon", "coordinates": [ring(0, 300, 50, 350)]})
    assert "privacy zones" in said(a_zone(), **seen)
    assert "privacy zones" not in said(a_zone(), private, **seen)
    assert "privacy zones" not in said(a_zone())  # what the camera sees is not asked at all


def test_crowds_and_privacy_zones_far_away_say_nothing_of_the_place(run, tmp_path: Path) -> None:
    """A crowd elsewhere is no word on whether there is one here; of several missions those are named that it is far from."""

    def far(x: float) -> dict:
        return {"type": "Polygon", "coordinates": [ring(x, 300, x + 50, 350)]}

    own = {"id": "here", "camera": {"payload": "m3e"}}
    mission_file = write(tmp_path / "m.geojson", a_mission(BESIDE, mission=own))
    there = write(tmp_path / "n.geojson", a_mission([at(9000, 0, 60), at(9100, 0, 60)], mission=own | {"id": "there"}))
    for x, missing in ((300, set()), (9000, {"crowds", "privacy zones"})):
        zone_file = zones(tmp_path / "z.geojson", a_simple_zone("crowd", far(x)), a_simple_zone("privacy", far(x)))
        made = json.loads(run("check", mission_file, "--zones", zone_file, "-f", "json").out)["not_checked"]
        assert {gap["what"] for gap in made if gap["what"] in ("crowds", "privacy zones")} == missing
    both = json.loads(run("check", mission_file, there, "--zones", zone_file, "-f", "json").out)["not_checked"]
    assert "here: no zone file holds a crowd within 1000 m" in {gap["why"] for gap in both}


def test_what_the_user_vouches_for_is_said(run, tmp_path: Path) -> None:
    mission_file, zone_file = write(tmp_path / "m.geojson", a_mission(BESIDE)), zones(tmp_path / "z.geojson", a_zone())
    for more in ([], ["--covers"]):
        out = " ".join(run("check", mission_file, "--zones", zone_file, *more).out.split())
        assert ("the zone files are complete here, as the user says (--covers)" in out) is bool(more)


def test_what_was_not_asked_is_said(run, tmp_path: Path) -> None:
    mission_file, zone_file = write(tmp_path / "m.geojson", a_mission(BESIDE)), zones(tmp_path / "z.geojson", a_zone())
    report = json.loads(run("check", mission_file, "--zones", zone_file, "-f", "json").out)
    said = {gap["what"] for gap in report["not_checked"]}
    assert {"crowds", "the limits of the category", "what the camera sees"} <= said
    assert all(gap["why"] and gap["remedy"] for gap in report["not_checked"])
    bare = a_mission(BESIDE)
    del bare["mission"]["uncertainty"]
    report = json.loads(run("check", write(tmp_path / "b.geojson", bare), "--zones", zone_file, "-f", "json").out)
    assert any("5 m horizontally and 3 m vertically" in said for said in report["assumptions"])


def test_zone_files_in_another_order_give_the_same_answer(run, tmp_path: Path) -> None:
    one = zones(tmp_path / "a.geojson", a_zone("A"), a_zone("B", kind="REQ_AUTHORIZATION"))
    two = zones(tmp_path / "b.geojson", a_zone("C", kind="CONDITIONAL"), a_zone("A", kind="NO_RESTRICTION"))
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    there = run("check", mission, "--zones", one, "--zones", two, "-f", "json")
    back = run("check", mission, "--zones", two, "--zones", one, "-f", "json")
    assert there.code == back.code == 1
    assert json.loads(there.out) == json.loads(back.out)


def test_a_finding_of_a_mission_of_several_flights_says_of_which(run, tmp_path: Path) -> None:
    """Legs are numbered anew in every flight: two flights have a leg 0-1."""
    camera = {"hfov_deg": 60, "video": [3840, 2160], "pitch_deg": -90}
    house = a_simple_zone("privacy", {"type": "Polygon", "coordinates": [ring(-20, 40, 20, 60)]})
    files = zones(tmp_path / "z.geojson", a_zone("Z1"), house | {"properties": house["properties"] | {"id": "H", "privacy": {
        "subject": "shelter", "max_px_per_m": 20}}})  # fmt: skip
    first = a_mission([at(-300, 400, 40), at(300, 400, 40)], mission={"camera": camera})
    second = a_mission(ACROSS)
    whole = {**first, "features": [*first["features"], *second["features"]]}
    flown = write(tmp_path / "m.geojson", whole)
    said = " ".join(run("check", flown, "--zones", files).out.split())
    assert "FAIL AIR101 flight-1 #2: leg 0-1 for" in said and "FAIL PRV102 flight-1 #2: camera" in said
    dutch = " ".join(run("check", flown, "--zones", files, "--lang", "nl").out.split())
    assert "FOUT AIR101 flight-1 #2: traject 0-1 over 100 m" in dutch and "flight-1 #2: camera stated ziet" in dutch
    viewed = run("camera", flown, "--zones", files).out
    assert (
        "\n flight-1\n" in viewed
        and "\n flight-1 #2\n" in viewed
        and "no recording on leg 0-1 of flight-1 #2" in viewed
    )
    assert "\n  flight-1 #2: 10 s, best 46 px/m" in viewed
    alone = " ".join(run("check", write(tmp_path / "a.geojson", second), "--zones", files).out.split())
    assert "FAIL AIR101 leg 0-1 for" in alone


def test_the_text_says_what_the_volume_adds_to_the_widening(run, tmp_path: Path) -> None:
    room = {"flight_geography_m": 5, "flight_geography_up_m": 7, "contingency_m": 10, "contingency_up_m": 4,
            "ground_risk_buffer_m": 60}  # fmt: skip
    flown = write(tmp_path / "m.geojson", a_mission(BESIDE, mission={"volumes": room}, uncertainty=(3, 3)))
    said = " ".join(run("check", flown, "--zones", zones(tmp_path / "z.geojson", a_zone())).out.split())
    assert "widened by 3 m and 3 m up and down (as stated), its volume by 15.0 m, 11.0 m up and 4.0 m down;" in said
