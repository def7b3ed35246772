"""Conversions: what a format cannot say is told first, and what was written reads back as what was meant."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import ACROSS, SQUARE, VALID, a_mission, a_simple_zone, a_zone, at, write, zones
from conftest import ROOT, missing, realdata
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenes import a_scene

from dronectl import roundtrip
from dronectl.cli.converting import _prepared
from dronectl.readers import read_mission, read_zones
from dronectl.writers import formats

DATA = realdata()
ZONE_FORMATS, MISSION_FORMATS = sorted(formats("zones")), sorted(formats("missions"))
CIRCLE = {"type": "Point", "coordinates": at(0, 0), "extent": {"subType": "Circle", "radius": 120.5}}


def test_the_formats_that_are_promised_are_there() -> None:
    assert ZONE_FORMATS == ["ed318", "geojson", "gpkg", "kml"]
    assert MISSION_FORMATS == ["geojson", "gpx", "kml", "litchi", "plan", "wpl", "wpml"]


RICH = a_zone(
    "RICH",
    geometry=SQUARE,
    kind="CONDITIONAL",
    layer={"uom": "ft", "lower": 100, "lowerReference": "AGL", "upper": 900, "upperReference": "AMSL"},
    message=[{"text": 'Ask "the" <tower> & =1+1; always', "lang": "en-GB"}],
    restrictionConditions="below 30 m",
    limitedApplicability=[
        {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2026-12-31T23:59:59+01:00",
         "schedule": [{"day": ["MON", "FRI"], "startTime": "22:00:00+01:00", "endTime": "06:00:00+01:00"},
                      {"day": ["ANY"], "startEvent": "BMCT", "endEvent": "EECT"}]},
        {"endDateTime": "2027-01-01T00:00:00Z"},
    ],
    extendedProperties={"dronectl": {"privacy": {"subject": "school", "max_px_per_m": 25.0, "no_overflight": True},
                                     "condition": {"max_height_m": 30.0}}},
)  # fmt: skip


@pytest.mark.parametrize("to", ["ed318", "gpkg", "kml"])
def test_a_rich_zone_survives_whole(to: str, run, tmp_path: Path) -> None:
    path = zones(
        tmp_path / "z.geojson", RICH, a_zone("ROUND", geometry=CIRCLE), a_simple_zone("no-fly"), metadata=VALID
    )
    ran = run("zones", "convert", path, "--to", to, "-o", tmp_path / f"out.{to}")
    assert ran.code == 0 and "round trip: same zones" in ran.err, ran.err
    meant = [zone for zone in read_zones([path])[0].zones if zone.id != "no-fly"]
    again = [zone for zone in read_zones([tmp_path / f"out.{to}"])[0].zones if zone.id != "no-fly"]
    assert roundtrip.zones(meant[:2], again[:2]) == []


def test_the_simple_profile_tells_what_it_loses(run, tmp_path: Path) -> None:
    path = zones(tmp_path / "z.geojson", RICH, a_zone("PLAIN", kind="NO_RESTRICTION"), metadata=VALID)
    ran = run("zones", "convert", path, "-o", tmp_path / "out.geojson")
    assert ran.code == 0 and "round trip: same zones" in ran.err, ran.err
    for loss in ("RICH: it has 2 periods; it becomes always in force", "RICH: its limits are over different datums",
                 "PLAIN: NO_RESTRICTION has no kind there: it is left out"):  # fmt: skip
        assert f"geojson cannot say: {loss}" in ran.err
    strict = run("zones", "convert", path, "-o", tmp_path / "strict.geojson", "--strict")
    assert strict.code == 1 and not (tmp_path / "strict.geojson").exists() and "nothing was written" in strict.err


@pytest.mark.parametrize("to", ZONE_FORMATS)
def test_a_zone_that_was_not_understood_stays_so(to: str, run, tmp_path: Path) -> None:
    path = zones(tmp_path / "z.geojson", a_zone(kind="PERHAPS"), metadata=VALID)
    ran = run("zones", "convert", path, "--to", to, "-o", tmp_path / f"out.{to}")
    assert ran.code == 0 and "becomes CONDITIONAL" in ran.err
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    assert run("check", mission, "--zones", tmp_path / f"out.{to}", "--covers").code == 3


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), to=st.sampled_from(ZONE_FORMATS))
def test_zones_of_any_scene_read_back_as_they_were_meant(seed: int, to: str, tmp_path: Path) -> None:
    path = write(tmp_path / "z.geojson", {"type": "FeatureCollection", "features": [a_scene(seed).zone]})
    prepared, _ = _prepared(read_zones([path]), formats("zones")[to])
    target = tmp_path / f"out{formats('zones')[to].SUFFIX}"
    target.write_bytes(formats("zones")[to].render(prepared))
    meant = [zone for file in prepared for zone in file.zones]
    again = read_zones([target])[0].zones if meant else ()
    assert roundtrip.zones(meant, again) == []


def test_a_difference_that_was_not_announced_is_found() -> None:
    path = ROOT / "zones"
    meant = [zone for file in read_zones([path]) for zone in file.zones][:5]
    assert roundtrip.zones(meant, meant) == []
    assert "5 zones were written and 4 read back" in roundtrip.zones(meant, meant[1:])[0]
    assert "name differs" in roundtrip.zones(meant[:1], [replace(meant[0], name="other")])[0]
    moved = read_zones([path])[0]
    assert moved


@pytest.mark.parametrize("to", ["ed318", "gpkg", "kml"])
def test_the_same_zones_give_the_same_bytes(to: str, run, tmp_path: Path) -> None:
    path = zones(tmp_path / "z.geojson", RICH, a_zone("ROUND", geometry=CIRCLE), metadata=VALID)
    made = []
    for name in ("a", "b"):
        assert run("zones", "convert", path, "--to", to, "-o", tmp_path / name).code == 0
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_ed318_that_is_written_is_valid(run, tmp_path: Path) -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    import jsonschema
    from referencing import Registry, Resource

    path = zones(tmp_path / "z.geojson", RICH | {}, a_zone("ROUND", geometry=CIRCLE), metadata=VALID)
    assert run("zones", "convert", path, "-o", tmp_path / "out.json").code == 0
    written = json.loads((tmp_path / "out.json").read_text("utf-8"))
    loaded = {file.name: json.loads(file.read_text("utf-8").replace('"./Schema', '"urn:Schema'))
              for file in (DATA / "schema-ed318").iterdir()}  # fmt: skip
    for schema in loaded.values():
        schema.pop("$id", None)
    registry: Registry[Any] = Registry().with_resources(
        [(f"urn:{name}", Resource.from_contents(schema)) for name, schema in loaded.items()]
    )
    for feature in written["features"]:
        properties = loaded["Schema_GeoZoneProperties.json"]
        jsonschema.Draft7Validator(properties, registry=registry).validate(feature["properties"])


def test_a_hostile_name_stays_a_name(run, tmp_path: Path) -> None:
    evil = a_zone("E1", name=[{"text": "</name><script>alert(1)</script>&\x07", "lang": "en-GB"}])
    path = zones(tmp_path / "z.geojson", evil, metadata=VALID)
    assert run("zones", "convert", path, "-o", tmp_path / "out.kml").code in (0, 1)
    text = (tmp_path / "out.kml").read_text("utf-8")
    assert "<script>" not in text and "\x07" not in text


# Missions

PLAN = {
    "fileType": "Plan", "version": 1,
    "mission": {"version": 2, "hoverSpeed": 5, "plannedHomePosition": [52.0, 5.0, 12.5], "items": [
        {"type": "SimpleItem", "command": 22, "frame": 3, "params": [0, 0, 0, None, 52.0, 5.0, 30]},
        {"type": "SimpleItem", "command": 16, "frame": 3, "params": [4, 0, 0, None, 52.001, 5.001, 45.25]},
        {"type": "SimpleItem", "command": 16, "frame": 3, "params": [0, 0, 0, None, 52.002, 5.001, 45.25]},
        {"type": "SimpleItem", "command": 20, "frame": 2, "params": [0, 0, 0, 0, 0, 0, 0]}]},
    "geoFence": {"version": 2, "polygons": [{"inclusion": True, "version": 1, "polygon": [
        [51.99, 4.99], [51.99, 5.01], [52.01, 5.01], [52.01, 4.99]]}],
        "circles": [{"inclusion": False, "version": 1, "circle": {"center": [52.005, 5.005], "radius": 40}}]},
}  # fmt: skip


@pytest.mark.parametrize("to", ["plan", "wpl", "wpml", "litchi", "gpx", "kml"])
def test_a_plan_keeps_its_path_in_every_format(to: str, run, tmp_path: Path) -> None:
    path = write(tmp_path / "m.plan", PLAN)
    ran = run("missions", "convert", path, "--to", to, "-o", tmp_path / "out")
    assert ran.code == 0 and "round trip: same path within 1 cm" in ran.err, ran.err


def test_a_plan_keeps_its_fence_home_and_waits(run, tmp_path: Path) -> None:
    path = write(tmp_path / "m.plan", PLAN)
    assert run("missions", "convert", path, "-o", tmp_path / "out.plan").code == 0
    before, after = read_mission(path), read_mission(tmp_path / "out.plan")
    assert roundtrip.zones(before.fence + before.fence_inside, after.fence + after.fence_inside) == []
    assert after.flights[0].ground_m == 12.5
    written = json.loads((tmp_path / "out.plan").read_text("utf-8"))["mission"]["items"]
    assert [item["command"] for item in written] == [22, 16, 16, 20] and written[1]["params"][0] == 4
    ran = run("missions", "convert", path, "-o", tmp_path / "out.waypoints")
    assert "wpl cannot say: the fence" in ran.err


def test_a_mission_of_ours_survives_whole(run, tmp_path: Path) -> None:
    for path in sorted((ROOT / "missions").rglob("*.geojson")):
        ran = run("missions", "convert", path, "-o", tmp_path / "out.geojson")
        assert ran.code == 0 and "cannot say" not in ran.err and "same path" in ran.err, ran.err
        before, after = read_mission(path), read_mission(tmp_path / "out.geojson")
        for one, other in zip(before.flights, after.flights, strict=True):
            assert one.span == pytest.approx(other.span, abs=1e-5) and one.gimbal_pitch_deg == other.gimbal_pitch_deg
            assert one.recording == other.recording and one.ground_m == other.ground_m
        for name in ("id", "name", "category", "operator", "pilot", "purpose", "aircraft", "camera", "uncertainty"):
            assert getattr(before, name) == getattr(after, name), name


def test_what_a_mission_states_survives_too(run, tmp_path: Path) -> None:
    facts = {
        "declared": {"vlos": True, "uninvolved_m": 40.0},
        "papers": {"dpia": "D-1", "sensor_register": {"reference": "S-1", "reported": "2026-05-01"}},
        "obstacles": [{"at": at(0, 50)[:2], "height_m": 110.0, "requested_by": "owner"}],
        "pilot_at": at(5, 5)[:2], "observers_at": [at(50, 5)[:2]],
        "volumes": {"speed_mps": 8.0, "method": "parachute", "parachute": {"open_s": 2.0, "sink_mps": 4.0}},
    }  # fmt: skip
    path = write(tmp_path / "m.geojson", a_mission(ACROSS, mission=facts))
    assert run("missions", "convert", path, "-o", tmp_path / "out.geojson").code == 0
    before, after = read_mission(path), read_mission(tmp_path / "out.geojson")
    for name in ("declared", "papers", "obstacles", "pilot_at", "observers_at", "volumes"):
        assert getattr(before, name) == getattr(after, name), name
    assert "gpx cannot say: its papers" in run("missions", "convert", path, "-o", tmp_path / "out.gpx").err


def test_heights_that_a_format_cannot_say_are_refused_or_told(run, tmp_path: Path) -> None:
    ellipsoid = write(tmp_path / "m.geojson", a_mission(ACROSS, datum="WGS84"))
    for to, code, words in (("plan", 2, "one is over WGS84"), ("litchi", 2, "one is over WGS84"),
                            ("kml", 0, "its heights (over WGS84)"), ("wpml", 0, "its speeds")):  # fmt: skip
        ran = run("missions", "convert", ellipsoid, "--to", to, "-o", tmp_path / "out")
        assert ran.code == code and words in ran.err, ran.err
        assert (code == 0) == (tmp_path / "out").exists()
        (tmp_path / "out").unlink(missing_ok=True)


def test_litchi_flies_99_waypoints_and_no_more(run, tmp_path: Path) -> None:
    for count, code in ((99, 0), (100, 2)):
        line = [at(10.0 * k, 0.0, 30.0) for k in range(count)]
        made = a_mission(line[:2])
        made["features"][0]["geometry"]["coordinates"] = line
        del made["features"][0]["properties"]["times"]
        path = write(tmp_path / "m.geojson", made)
        assert run("missions", "convert", path, "--to", "litchi", "-o", tmp_path / "out.csv").code == code


def test_a_wayline_archive_is_one(run, tmp_path: Path) -> None:
    path = write(tmp_path / "m.plan", PLAN)
    assert run("missions", "convert", path, "-o", tmp_path / "out.kmz").code == 0
    with zipfile.ZipFile(tmp_path / "out.kmz") as archive:
        assert archive.namelist() == ["wpmz/template.kml", "wpmz/waylines.wpml"]
    first = (tmp_path / "out.kmz").read_bytes()
    assert run("missions", "convert", path, "-o", tmp_path / "out.kmz").code == 0
    assert (tmp_path / "out.kmz").read_bytes() == first


def test_a_log_becomes_a_mission(run, tmp_path: Path) -> None:
    from log_files import dataflash

    path = dataflash(tmp_path / "l.bin", [(float(k), *at(10.0 * k, 0.0), 40.0) for k in range(5)])
    ran = run("missions", "convert", path, "-o", tmp_path / "out.geojson")
    assert ran.code == 0 and "same path" in ran.err
    assert read_mission(tmp_path / "out.geojson").flights[0].times is not None


def test_wrong_use_of_convert(run, tmp_path: Path) -> None:
    path = write(tmp_path / "m.plan", PLAN)
    assert "use --to with one of" in run("missions", "convert", path, "-o", tmp_path / "out.xyz").err
    assert run("missions", "convert", path, "--to", "word", "-o", tmp_path / "out").code == 2
    assert run("missions", "convert", path, "-o", path).code == 2, "an output never overwrites an input"
    out = run("missions", "convert", path, "--to", "wpl")
    assert out.code == 0


def test_real_zone_sets_survive_every_format(run, tmp_path: Path) -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    for name in (
        "openair/reunion.txt",
        "zones-ed269/eurocontrol_uas_zones.json",
        "zones-other/embedder_dronezoner-dk.json",
        "zones-ed318/ed318repo_Example_Collection.json",
        "zones-ed269/interuss_geo-awareness-che-1.json",
    ):
        for to in ZONE_FORMATS:
            ran = run("zones", "convert", DATA / name, "--to", to, "-o", tmp_path / "out")
            assert ran.code == 0 and "round trip: same zones" in ran.err, (name, to, ran.err)


def test_one_flight_of_several_can_be_taken_out(run, tmp_path: Path) -> None:
    one, other = a_mission([at(0, 0, 40), at(100, 0, 40)]), a_mission([at(0, 50, 60), at(100, 50, 60)])
    whole = write(tmp_path / "m.geojson", {**one, "features": [*one["features"], *other["features"]]})
    refused = run("missions", "convert", whole, "-o", tmp_path / "m.plan")
    assert refused.code == 2 and "missions convert --flight NAME" in refused.err
    assert run("missions", "convert", whole, "--flight", "flight-1 #2", "-o", tmp_path / "m.plan").code == 0
    (flight,) = read_mission(tmp_path / "m.plan").flights
    assert set(flight.height[1:].tolist()) == {60.0}
    wrong = run("missions", "convert", whole, "--flight", "flight-9", "-o", tmp_path / "n.plan")
    assert (
        wrong.code == 2 and "the mission has flight-1, flight-1 #2" in wrong.err and not (tmp_path / "n.plan").exists()
    )
