"""`zones lint --fix`: what is mended says the same, and what cannot be mended without a guess is left and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from builders import a_zone, ring, write, zones
from conftest import missing, realdata
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl import bundled
from dronectl.differences import differences
from dronectl.readers import read_zones
from dronectl.writers.mend import mended


def odd() -> dict[str, Any]:
    """A zone with everything that can be mended."""
    zone = a_zone(kind="req authorisation", reason=["Air traffic"])
    outer = ring(-50, -50, 50, 50)[:-1][::-1]
    zone["geometry"] = {
        "type": "Polygon",
        "coordinates": [outer, ring(-10, -10, 10, 10)],
        "layer": {"uom": "m", "lower": "0", "lowerReference": "agl", "upper": "120", "upperReference": "agl"},
    }
    zone["properties"]["limitedApplicability"] = {
        "startDateTime": "2026-05-12T08:00:00Z",
        "endDateTime": "2026-05-13T08:00:00Z",
    }
    return zone  # fmt: skip


def test_everything_that_can_be_is_mended_and_says_the_same(tmp_path: Path, run) -> None:
    path = zones(tmp_path / "z.geojson", odd())
    before = path.read_bytes()
    ran = run("zones", "lint", path, "--fix", "-o", tmp_path / "m.geojson")
    assert ran.code == 0, ran.err
    for word in ("ring 0 closed", "ring 0 turned", "ring 1 turned", "'0' written as a number", "'agl' written as AGL",
                 "'req authorisation' written as REQ_AUTHORIZATION", "written as AIR_TRAFFIC", "put in a list"):  # fmt: skip
        assert word in ran.err, word
    assert path.read_bytes() == before and run("zones", "lint", tmp_path / "m.geojson").code == 0
    assert run("zones", "diff", path, tmp_path / "m.geojson").code == 0
    again = run("zones", "lint", tmp_path / "m.geojson", "--fix", "-o", tmp_path / "n.geojson")
    assert again.code == 0 and "0 thing(s) mended" in again.err


def test_what_would_be_a_guess_is_left(tmp_path: Path, run) -> None:
    zone = a_zone(kind="FORBIDDEN-ish")
    zone["geometry"]["layer"] = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 120}
    path = zones(tmp_path / "z.geojson", zone)
    ran = run("zones", "lint", path, "--fix", "-o", tmp_path / "m.geojson")
    assert ran.code == 1 and "left: $.features[0]" in ran.err
    assert json.loads((tmp_path / "m.geojson").read_text()) == json.loads(path.read_text())


def test_wrong_use(tmp_path: Path, run) -> None:
    path = zones(tmp_path / "z.geojson", a_zone())
    assert run("zones", "lint", path, "--fix").code == 2
    assert run("zones", "lint", path, "--fix", "-o", path).code == 2
    text = tmp_path / "z.txt"
    text.write_text("AC R\nAN X\nAL GND\nAH 1000ft MSL\nV X=52:00:00 N 005:00:00 E\nDC 1\n")
    assert run("zones", "lint", text, "--fix", "-o", tmp_path / "m.geojson").code == 4


def test_the_zones_that_ship_need_no_mending(tmp_path: Path) -> None:
    for path in sorted(bundled.resolve(bundled.ZONES).glob("*.geojson")):
        made, done = mended(json.loads(path.read_text("utf-8")))
        assert not done and made == json.loads(path.read_text("utf-8")), (path.name, done)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_mended_says_the_same(tmp_path_factory, data) -> None:
    folder = tmp_path_factory.mktemp("m")
    zone = odd()
    outer, hole = zone["geometry"]["coordinates"]
    if data.draw(st.booleans()):
        outer.append(outer[0])
    if data.draw(st.booleans()):
        outer.reverse()
    if data.draw(st.booleans()):
        hole.reverse()
    zone["properties"]["type"] = data.draw(
        st.sampled_from(["PROHIBITED", "prohibited", "Req-Authorization", "CONDITIONAL", "odd", None])
    )
    zone["properties"]["reason"] = data.draw(
        st.lists(st.sampled_from(["NOISE", "noise", "Air  traffic", "", "ü"]), max_size=3)
    )
    layer = zone["geometry"]["layer"]
    layer["upper"] = data.draw(st.sampled_from(["120", 120, "120.5", "1e2", "hoog", None, -1]))
    layer["upperReference"] = data.draw(st.sampled_from(["AGL", "agl", "MSL", "amsl", "sfc", None, 5]))
    path = zones(folder / "z.geojson", zone)
    made, _ = mended(json.loads(path.read_text()))
    again = write(folder / "m.geojson", made)
    before, after = (read_zones([file])[0] for file in (path, again))
    found = differences(before.zones, after.zones)
    assert found.none and len(after.remarks) <= len(before.remarks)
    assert [zone.doubts for zone in before.zones] == [zone.doubts for zone in after.zones]


def test_real_files_are_mended_or_left_and_say_the_same(tmp_path: Path, run) -> None:
    folder = realdata()
    if folder is None:
        missing("the real files")
    files = [path for path in sorted(folder.rglob("*.geojson")) if path.stat().st_size < 1_500_000]
    count = 0
    for path in files[:12]:
        ran = run("zones", "lint", path, "--fix", "-o", tmp_path / "m.geojson")
        assert ran.code in (0, 1, 4), (path, ran.err[-500:])
        count += ran.code in (0, 1)
    assert count >= 1
