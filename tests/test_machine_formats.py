"""What programs read: SARIF, JUnit, CSV, Markdown, KML, GeoPackage; and that no name in an input acts in any of them."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import jsonschema
import pyogrio
import pyproj
import pytest
from builders import ACROSS, BESIDE, a_mission, a_permit, a_simple_zone, a_zone, at, write, zones

from dronectl.reports.qgis import LAYERS

SARIF = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
KML = {"k": "http://www.opengis.net/kml/2.2"}
MIXED = [
    a_zone(), a_zone("W", kind="REQ_AUTHORIZATION"), a_zone("C", kind="CONDITIONAL", restrictionConditions="ask first"),
    a_zone("N", kind="NO_RESTRICTION"), a_simple_zone("crowd", crowd={"kind": "assembly", "persons": {"worst": 900}}),
]  # fmt: skip
WAIVER = a_permit(id="V-1", kind="waiver", zones=["W"], rules=["AIR102"], reason="a reason", issuer="somebody",
                  until="2026-12-31T00:00:00Z")  # fmt: skip
EVIL = (
    "\x1b[2J\u202e=HYPERLINK(1)</name><script>alert(1)</script>](javascript:alert(1)) [x](http://evil.example) @team |"
)


@pytest.fixture
def make(run, tmp_path: Path):
    def made(format_: str, *features, mission=None, options: tuple[object, ...] = ()):
        mission_file = write(tmp_path / "m.geojson", mission or a_mission(ACROSS))
        zone_file = zones(tmp_path / "z.geojson", *features)
        target = tmp_path / f"out.{format_}"
        ran = run("check", mission_file, "--zones", zone_file, "-f", format_, "-o", target, *options)
        return ran, target

    return made


def test_sarif_is_valid_and_points_at_the_line_of_the_waypoint(make, tmp_path: Path) -> None:
    permit = write(tmp_path / "p.json", WAIVER)
    _, target = make("sarif", *MIXED, options=("--permit", permit))
    made = json.loads(target.read_text("utf-8"))
    jsonschema.Draft4Validator(SARIF).validate(made)
    (run_,) = made["runs"]
    results = {
        (r["ruleId"], r["properties"]["zone"]["id"] if r["properties"]["zone"] else None): r for r in run_["results"]
    }
    entered = results["AIR101", "Z1"]
    assert (entered["kind"], entered["level"]) == ("fail", "error")
    assert run_["tool"]["driver"]["rules"][entered["ruleIndex"]]["id"] == "AIR101"
    place = entered["locations"][0]["physicalLocation"]
    lines = (tmp_path / "m.geojson").read_text("utf-8").splitlines()
    assert place["artifactLocation"]["uri"].endswith("m.geojson")
    assert str(ACROSS[0][0]) in "".join(lines[place["region"]["startLine"] - 1 :][:2])
    assert results["AIR103", "C"]["kind"] == "open" and results["AIR103", "C"]["level"] == "none"
    waived = results["AIR102", "W"]["suppressions"]
    assert waived[0]["status"] == "accepted" and "V-1" in waived[0]["justification"]
    assert len({r["partialFingerprints"]["dronectl/v1"] for r in run_["results"]}) == len(run_["results"])


def test_the_line_of_a_waypoint_is_found_however_the_file_is_laid_out(tmp_path: Path) -> None:
    from hashlib import sha256

    from dronectl.reports.lines import lines_of

    text = '\ufeff{"a b": [1,\n {"x": "}]\\"",\n"y": [[0],\n[1, 2]]}],\n"last":\n3}'
    path = tmp_path / "m.json"
    path.write_text(text, "utf-8")
    digest = sha256(path.read_bytes()).hexdigest()
    wanted = {"$['a b'][1].y[1]": 4, "$['a b'][1].x": 2, "$.last": 6, "$": 1, "$['a b'][1].y[1][1]": 4}
    found = lines_of(str(path), digest, [f"{path}::{place}" for place in wanted])
    assert found == {f"{path}::{place}": line for place, line in wanted.items()}
    assert lines_of(str(path), "0" * 64, [f"{path}::$.last"]) == {}
    assert lines_of("gone.csv", "", ["gone.csv::line 12"]) == {"gone.csv::line 12": 12}


def test_junit_tells_failures_errors_and_what_was_not_asked(make) -> None:
    ran, target = make("junit", *MIXED)
    top = ElementTree.parse(target).getroot()
    (suite,) = top
    assert ran.code == 1 and suite.find("properties/property[@name='verdict']").get("value") == "violation"
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert cases["AIR101 prohibited-zone-entered: Z1"].find("failure") is not None
    assert cases["AIR103 conditional-zone-entered: C"].find("error") is not None
    assert cases["AIR105 information-zone-entered: N"].find("system-out").text.startswith("INFO")
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        count = len(suite.findall(f"testcase/{tag}"))
        assert int(suite.get(name)) == int(top.get(name)) == count
    assert int(top.get("tests")) == len(cases)


def test_the_table_has_a_row_an_answer_and_no_formula(make) -> None:
    _, target = make("csv", a_zone(name="=1+1"), a_zone("M", name="-2"), a_zone("P", name="+cmd|' /C calc'!A0"))
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8"))))
    names = {row["zone"]: row["zone_name"] for row in rows if row["zone"]}
    assert names == {"Z1": "'=1+1", "M": "'-2", "P": "'+cmd|' /C calc'!A0"}
    entered = next(row for row in rows if row["zone"] == "Z1")
    assert float(entered["margin_m"]) < 0 and entered["leg_to"] == "1" and float(entered["seconds"]) > 0


def test_a_globe_draws_heights_only_where_it_means_the_same_by_them(make) -> None:
    points = [[*place[:2], 60.0] for place in ACROSS]
    for datum, mode in (("AGL", "relativeToGround"), ("AMSL", "absolute"), ("TAKEOFF", "clampToGround")):
        _, target = make("kml", a_zone(), mission=a_mission(points, datum=datum))
        top = ElementTree.parse(target).getroot()
        path = next(m for m in top.iter(f"{{{KML['k']}}}Placemark") if m.findtext("k:name", "", KML).startswith("path"))
        assert path.findtext(".//k:altitudeMode", "", KML) == mode
        has_heights = all(len(p.split(",")) == 3 for p in path.findtext(".//k:coordinates", "", KML).split())
        assert has_heights == (mode != "clampToGround")
        assert path.findtext("k:TimeSpan/k:begin", "", KML) == "2026-05-12T08:00:00.000Z"
    _, target = make("kml", a_zone(), mission=a_mission(points, datum="WGS84"))  # the bundled geoid leads to sea level
    assert "worked out above sea level" in target.read_text("utf-8")


def test_a_globe_has_a_folder_for_each_weight(make) -> None:
    _, target = make("kml", *MIXED)
    names = [name.text for name in ElementTree.parse(target).getroot().iterfind(".//k:Folder/k:name", KML)]
    assert names[1:5] == ["Violations (3)", "Undecided (1)", "Warnings (1)", "Information (1)"]
    assert names[-1].startswith("Zones within")
    _, packed = make("kmz", *MIXED)
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["doc.kml"] and archive.read("doc.kml") == target.read_bytes()


def test_the_geopackage_has_its_layers_in_two_systems_with_styles(make) -> None:
    _, target = make("gpkg", *MIXED)
    layers = {name for name, _ in pyogrio.list_layers(target)}
    assert layers == {*LAYERS, *(f"{name}_rd" for name in LAYERS), "layer_styles"}
    found = geopandas.read_file(target, layer="findings")
    row = found[found["zone_id"] == "Z1"].iloc[0]
    assert row["rule"] == "AIR101" and row["seconds"] == pytest.approx(15, abs=0.1) and row["start"].year == 2026
    length = pyproj.Geod(ellps="WGS84").geometry_length(row.geometry)
    assert length == pytest.approx(100, abs=0.2) and row.geometry.has_z
    there, back = (geopandas.read_file(target, layer=name) for name in ("zones", "zones_rd"))
    assert back.crs.to_epsg() == 28992 and set(there["look"]) == {"PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL",
                                                                 "NO_RESTRICTION"}  # fmt: skip
    assert back.geometry.area.iloc[0] == pytest.approx(10_000, rel=0.002)
    assert geopandas.read_file(target, layer="crowds")["persons"].tolist() == [900]
    with sqlite3.connect(target) as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1").fetchall())
    assert set(styles) == layers - {"layer_styles"}
    for words in styles.values():
        assert ElementTree.fromstring(words.partition("\n")[2]).find("renderer-v2") is not None


def test_outside_the_netherlands_there_is_no_rd_new(make) -> None:
    east = [[place[0] + 10.0, *place[1:]] for place in ACROSS]
    _, target = make("gpkg", a_zone(), mission=a_mission(east))
    assert not any(name.endswith("_rd") for name, _ in pyogrio.list_layers(target))


@pytest.mark.parametrize("format_", ["sarif", "junit", "csv", "md", "kml", "gpkg", "qml", "json", "geojson", "text"])
def test_no_name_of_an_input_acts(format_: str, make) -> None:
    features = [a_zone(name=EVIL, message=[{"lang": "en-GB", "text": EVIL}]), a_zone("C", kind="CONDITIONAL", name=EVIL,
                restrictionConditions=EVIL)]  # fmt: skip
    mission = a_mission(ACROSS, mission={"name": EVIL})
    _, target = make(format_, *features, mission=mission)
    if format_ == "gpkg":
        assert geopandas.read_file(target, layer="zones")["name"].str.contains("script").all()
        return
    text = target.read_text("utf-8")
    assert "\x1b" not in text and (format_ in ("json", "geojson", "sarif") or "\u202e" not in text)
    if format_ in ("kml", "junit", "qml"):
        top = ElementTree.fromstring(text if format_ != "qml" else text.partition("\n")[2])
        assert not any(node.tag.endswith("script") for node in top.iter())
        if format_ == "kml":  # what a balloon shows as HTML is still escaped once
            balloons = [node.text or "" for node in top.iterfind(".//k:description", KML)]
            assert balloons and not any("<script" in words or "<a " in words for words in balloons)
    if format_ == "sarif":
        told = [result["message"]["text"] for result in json.loads(text)["runs"][0]["results"]]
        assert not any(re.search(r"(?<!\\)\[[^\]]*[^\\]\]\(", words) for words in told)
    if format_ == "csv":
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    if format_ == "md":
        assert "<script" not in text.replace("\\<", "") and not re.search(r"(?<!\\)\]\(", text) and "@team" not in text
        assert "://" not in text


def test_bytes_go_to_a_file_or_a_pipe(run, tmp_path: Path, monkeypatch) -> None:
    mission, zone_file = write(tmp_path / "m.geojson", a_mission(BESIDE)), zones(tmp_path / "z.geojson", a_zone())
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    ran = run("check", mission, "--zones", zone_file, "-f", "kmz")
    assert ran.code == 2 and "-o FILE" in ran.err
    target = tmp_path / "by-suffix.kmz"
    assert run("check", mission, "--zones", zone_file, "-o", target).code == 0 and zipfile.is_zipfile(target)


def test_hovering_is_a_point_on_the_globe(make) -> None:
    _, target = make("kml", a_zone(), mission=a_mission([at(0, 0, 60), at(0, 0, 60)]))
    assert "<Point>" in target.read_text("utf-8")


def test_a_folder_of_missions_is_one_report(run, tmp_path: Path) -> None:
    folder = tmp_path / "week"
    (folder / "monday").mkdir(parents=True)
    write(folder / "b.geojson", a_mission(BESIDE, mission={"id": "b"}))
    write(folder / "monday" / "a.geojson", a_mission(ACROSS, mission={"id": "a"}))
    (folder / "notes.md").write_text("no mission", "utf-8")
    zone_file = zones(tmp_path / "z.geojson", a_zone())
    ran = run("check", folder, "--zones", zone_file, "-f", "json")
    assert ran.code == 1 and [m["id"] for m in json.loads(ran.out)["missions"]] == ["b", "a"]
    page = run("check", folder, "--zones", zone_file, "-f", "html").out
    assert page.count('class="page-one"') == 2 and 'href="#mission-2"' in page
    (tmp_path / "empty").mkdir()
    assert run("check", tmp_path / "empty", "--zones", zone_file).code == 4
