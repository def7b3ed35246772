"""The cache of large zone files: no answer changes by it, whatever happens to it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.generate import national_zones
from builders import a_mission, a_simple_zone, a_zone, at, ring, write, zones
from depth import deep

from dronectl.check import check
from dronectl.mission import Mission
from dronectl.readers import read_mission, read_zones, surroundings, zone_cache
from dronectl.reports import as_text
from dronectl.reports.as_json import document
from dronectl.rules import Options

PLACES = [(4.9, 52.37), (4.3, 52.07), (8.54, 47.38), (2.3, 48.9), (-112.47, 34.58)]


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A national set with what publishers do: rings left open, crossed outlines, a crowd, a zone without a place."""
    made = national_zones(700)
    rng = random.Random(3)
    for feature in rng.sample(made["features"], 60):
        shape = feature["geometry"]
        if shape["type"] == "Polygon" and rng.random() < 0.5:
            shape["coordinates"][0] = shape["coordinates"][0][:-1]  # left open
        elif shape["type"] == "Polygon":
            corners = shape["coordinates"][0]
            corners[1], corners[2] = corners[2], corners[1]  # crossed
    made["features"].append(a_zone("NOWHERE", geometry={"type": "Point", "coordinates": [1, 2]}))
    own = {"crowd": {"kind": "assembly", "persons": {"expected": 900, "source": "permit"}}}
    area = {"type": "Polygon", "coordinates": [ring(0, 0, 100, 100)]}
    made["features"].append(
        a_zone(
            "CROWD", geometry=area, kind="NO_RESTRICTION", reason=["POPULATION"], extendedProperties={"dronectl": own}
        )
    )
    return write(tmp_path_factory.mktemp("n") / "national.geojson", made)


@pytest.fixture(scope="module")
def kept(national: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that has an entry for the national set."""
    folder = tmp_path_factory.mktemp("cache") / "zones"
    read_zones([national], around=[(0.0, 0.0, 1.0, 1.0)], cache=folder)
    assert len(zone_cache.entries(folder)) == 1
    return folder


def asked(seed: int, folder: Path, wide: float = 0.03) -> Any:
    rng = random.Random(seed)
    lon, lat = rng.choice(PLACES)
    points = [[lon + rng.gauss(0, wide), lat + rng.gauss(0, wide), rng.uniform(20, 140)] for _ in range(6)]
    given = a_mission(points, uncertainty=(rng.choice([0, 5, 300]), 3))
    options = Options(
        margin_m=rng.choice([0.0, 400.0]), near_m=rng.choice([0.0, 1000.0, 6000.0]), max_age_days=30, now=1.8e9
    )
    return read_mission(write(folder / "m.geojson", given)), options


@pytest.fixture(scope="module")
def in_ed269(national: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same zones as ED-269 has them."""
    listed = []
    for feature in json.loads(national.read_text())["features"]:
        shape, told = feature["geometry"], feature["properties"]
        volumes = [
            {"uomDimensions": "M", "lowerLimit": 0, "lowerVerticalReference": "AGL", "upperLimit": 120,
             "upperVerticalReference": "AGL", "horizontalProjection": _projection(part)}
            for part in shape.get("geometries", [shape])
        ]  # fmt: skip
        listed.append({
            "identifier": told["identifier"], "country": told["country"], "name": "Zone", "type": "COMMON",
            "restriction": {"REQ_AUTHORIZATION": "REQ_AUTHORISATION", "USPACE": "PROHIBITED"}.get(told["type"], told["type"]),
            "reason": ["AIR_TRAFFIC"], "zoneAuthority": [{"name": "Tower", "purpose": "AUTHORIZATION"}], "geometry": volumes,
            "applicability": [{"permanent": "YES"}], "message": "m" * 300,
        })  # fmt: skip
    made = {"title": "National set", "createdAt": "2026-01-01T00:00:00Z", "features": listed}
    return write(tmp_path_factory.mktemp("e") / "national.json", made)


def _projection(part: dict[str, Any]) -> dict[str, Any]:
    if part["type"] == "Point":
        return {"type": "Circle", "center": part["coordinates"], "radius": part.get("extent", {}).get("radius", 50.0)}
    return {"type": "Polygon", "coordinates": part["coordinates"]}


@pytest.mark.parametrize("seed", range(deep(12, 5)))
def test_an_answer_in_ed269_does_not_hang_on_it_either(seed: int, in_ed269: Path, kept: Path, tmp_path: Path) -> None:
    read_zones([in_ed269], around=[(0.0, 0.0, 1.0, 1.0)], cache=kept)
    mission, options = asked(seed, tmp_path)
    _hold_the_same(mission, options, in_ed269, kept)


@pytest.mark.parametrize("seed", range(deep(30, 10)))
def test_an_answer_does_not_hang_on_the_cache(seed: int, national: Path, kept: Path, tmp_path: Path) -> None:
    _hold_the_same(*asked(seed, tmp_path, 0.03 if seed % 3 else 0.4), national, kept)


def _hold_the_same(mission: Mission, options: Options, national: Path, kept: Path) -> None:
    """A check of some zones reads fewer of them with the cache, and says the same."""
    around = surroundings([mission], max(options.near_m, options.margin_m))
    plain = read_zones([national], around=around)
    quick = read_zones([national], around=around, cache=kept)
    assert quick[0].beyond is not None and len(quick[0].zones) < len(plain[0].zones) == quick[0].count
    assert (
        quick[0].ids == plain[0].ids and quick[0].dataset == plain[0].dataset and quick[0].remarks == plain[0].remarks
    )
    one, other = (check([mission], files, options=options) for files in (plain, quick))
    assert document(one) == document(other) and as_text.render(one, full=True) == as_text.render(other, full=True)


def test_a_file_that_changed_has_no_entry(national: Path, kept: Path, tmp_path: Path) -> None:
    value = json.loads(national.read_text())
    value["features"][0]["properties"]["type"] = "PROHIBITED"
    other = write(tmp_path / "other.geojson", value)
    (file,) = read_zones([other], around=[(4.8, 52.3, 5.0, 52.4)], cache=kept)
    assert file.beyond is None and str(other) in {one.of for one in zone_cache.entries(kept)}
    (again,) = read_zones([other], around=[(4.8, 52.3, 5.0, 52.4)], cache=kept)
    assert again.beyond is not None and again.count == file.count


def test_a_damaged_entry_is_as_good_as_none(national: Path, kept: Path, tmp_path: Path) -> None:
    mission, options = asked(1, tmp_path)
    around = surroundings([mission], 1000.0)
    plain = document(check([mission], read_zones([national], around=around), options=options))
    (entry,) = (one.path for one in zone_cache.entries(kept) if one.of == str(national))
    whole = entry.read_bytes()
    rng = random.Random(5)
    folder = tmp_path / "zones"
    folder.mkdir(mode=0o700)
    used = 0
    turns = deep(42, 18)
    for turn in range(turns):
        data = bytearray(whole)
        if turn % 6 == 0:
            data = data[: rng.randrange(len(data))]
        else:
            at_ = rng.randrange(len(data) if turn % 2 else 40_000)
            data[at_] ^= 1 << rng.randrange(8)
        (folder / entry.name).write_bytes(bytes(data))
        found = read_zones([national], around=around, cache=folder)
        used += found[0].beyond is not None
        assert document(check([mission], found, options=options)) == plain
        if found[0].beyond is None:
            assert (folder / entry.name).read_bytes() == whole  # it was made anew
    assert 0 < used < turns  # a flaw in a part that is not used does no harm


def test_many_at_once_leave_one_whole_entry(national: Path, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission([[4.9, 52.37, 60], [4.91, 52.37, 60]]))
    words = [sys.executable, "-m", "dronectl", "check", str(mission), "-z", str(national), "-f", "json"]
    env = {**os.environ, "DRONECTL_CACHE": str(tmp_path / "zones")}
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, env=env) for _ in range(4)]
    said = {process.communicate()[0] for process in running}
    said.add(subprocess.run(words, stdout=subprocess.PIPE, env=env).stdout)
    said.add(subprocess.run(words, stdout=subprocess.PIPE, env={**env, "DRONECTL_CACHE": "off"}).stdout)
    assert len(said) == 1 and b'"verdict"' in said.pop()
    assert len(list((tmp_path / "zones").iterdir())) == 1


def test_what_a_killed_run_left_is_not_read_and_is_taken_away(national: Path, tmp_path: Path, run, monkeypatch) -> None:
    folder = tmp_path / "zones"
    monkeypatch.setenv("DRONECTL_CACHE", str(folder))
    mission = write(tmp_path / "m.geojson", a_mission([[4.9, 52.37, 60], [4.91, 52.37, 60]]))
    run("check", mission, "-z", national)
    (entry,) = folder.iterdir()
    (folder / ".half.zones").write_bytes(entry.read_bytes()[:5000])
    listed = run("cache")
    assert listed.code == 0 and "702 zones" in listed.out and "1 entries" in listed.out
    assert json.loads(run("cache", "-f", "json").out)["entries"][0]["of"] == str(national)
    assert "2 entries taken away" in run("cache", "--clear").out and not list(folder.iterdir())
    monkeypatch.setenv("DRONECTL_CACHE", "off")
    run("check", mission, "-z", national)
    assert "the cache is off" in run("cache").out and not list(folder.iterdir())


def test_a_folder_that_others_can_write_into_is_not_used(national: Path, tmp_path: Path) -> None:
    folder = tmp_path / "zones"
    folder.mkdir()
    folder.chmod(0o777)
    read_zones([national], around=[(0.0, 0.0, 1.0, 1.0)], cache=folder)
    assert not list(folder.iterdir())


def test_small_files_mapped_tables_and_whole_readings_are_not_kept(national: Path, tmp_path: Path) -> None:
    folder = tmp_path / "zones"
    read_zones([zones(tmp_path / "few.geojson", a_zone())], around=[(0.0, 0.0, 1.0, 1.0)], cache=folder)
    mapped = tmp_path / "mapped.geojson"
    mapped.write_bytes(national.read_bytes())
    (tmp_path / "mapped.geojson.mapping.toml").write_text('id = "identifier"\nkind = { constant = "no-fly" }\n')
    read_zones([mapped], around=[(0.0, 0.0, 1.0, 1.0)], cache=folder)
    assert not zone_cache.entries(folder)
    read_zones([national], around=[(0.0, 0.0, 1.0, 1.0)], cache=folder)
    (file,) = read_zones([national], cache=folder)
    assert file.beyond is None


def test_zones_and_mission_that_only_meet_swapped_are_refused_with_the_cache_too(
    tmp_path: Path, run, monkeypatch
) -> None:
    monkeypatch.setenv("DRONECTL_CACHE", str(tmp_path / "zones"))
    many = [a_simple_zone("no-fly", {"type": "Polygon", "coordinates": [
        [[52.0 + k / 1e4 + dx, 5.0 + dy] for dx, dy in ((0, 0), (1e-3, 0), (1e-3, 1e-3), (0, 1e-3), (0, 0))]]},
        id=f"S{k}", message="x" * 400) for k in range(2500)]  # fmt: skip
    where = zones(tmp_path / "z.geojson", *many)
    mission = write(tmp_path / "m.geojson", a_mission([at(0, 0, 60), at(100, 0, 60)]))
    first = run("check", mission, "-z", where)
    again = run("check", mission, "-z", where)
    assert first.code == again.code == 4 and first.err == again.err and "swapped" in first.err
    assert len(zone_cache.entries(tmp_path / "zones")) == 1


def a_square(x: float, y: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(x, y, x + 50, y + 50)]}


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crowd and a privacy zone far from y = 0, both told plainly, among many others."""
    far = [
        a_simple_zone("crowd", a_square(4_000, 4_000), id="CROWD"),
        a_simple_zone("privacy", a_square(0, 15_000), id="PIXELS", privacy={"max_px_per_m": 1}),
    ]
    many = [
        a_simple_zone("no-fly", a_square(-9_000, 10 * k), id=f"S{k}", message="x" * 400) for k in range(2_000)
    ]  # fmt: skip
    return zones(tmp_path_factory.mktemp("far") / "z.geojson", *far, *many)


@pytest.fixture(scope="module")
def northward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Zones every ten metres, from 3 km north of y = 0 on."""
    many = [
        a_zone(f"N{k:04}", geometry={"type": "Polygon", "coordinates": [ring(0, north, 5, north + 5)]},
               reason=["PRIVACY"], message=[{"text": "x" * 400, "lang": "en-GB"}])
        for k, north in enumerate(range(3_000, 18_000, 10))
    ]  # fmt: skip
    return zones(tmp_path_factory.mktemp("north") / "z.geojson", *many)


def a_log_with_a_gap(folder: Path) -> Path:
    """Twenty seconds, and in their middle nothing for twenty minutes."""
    fixes = [(1_778_572_800 + k + (1_200 if k > 9 else 0), *at(10 * k, 0)) for k in range(20)]
    path = folder / "log.csv"
    path.write_text("timestamp,lat,lon\n" + "\n".join(f"{t},{y:.9f},{x:.9f}" for t, x, y in fixes))
    return path


def a_mission_with(folder: Path, **facts: Any) -> Path:
    return write(folder / "m.geojson", a_mission([at(0, 0, 60), at(100, 0, 60)], mission=facts))


WIDE = {"flight_geography_m": 4_000, "contingency_m": 1_500, "contingency_up_m": 5, "ground_risk_buffer_m": 60}
FAR = {"eq_mm": 800.0, "hfov_deg": 3.0, "video": [7680, 4320]}
FEW_PIXELS = """
[pack]
id = "few"
edition = "2026-01-01"
regime = "house"
valid_from = 2026-01-01
source = "house"
title.en = "Few pixels"
title.nl = "Weinig pixels"
[[limit]]
id = "FEW"
kind = "view"
of = "zones"
comparator = "<"
value = 10
unit = "px/m"
article = "house"
valid_from = 2026-01-01
confidence = "house"
title.en = "Few pixels"
title.nl = "Weinig pixels"
"""


@pytest.fixture
def either_way(run, tmp_path: Path, monkeypatch):
    """The findings of a check, which are the same without the cache, while it is made, and with it."""

    def asked(*words: Any) -> list[dict[str, Any]]:
        said = []
        for folder in ("off", tmp_path / "zones", tmp_path / "zones"):
            monkeypatch.setenv("DRONECTL_CACHE", str(folder))
            said.append(run("check", *words, "-f", "json"))
        assert len(zone_cache.entries(tmp_path / "zones")) == 1
        assert said[0].out == said[1].out == said[2].out and not said[0].err
        return list(json.loads(said[0].out)["missions"][0]["findings"])

    return asked


@pytest.mark.parametrize(("what", "rule", "zone"), [("home", "PPL205", "CROWD"), ("pixels", "PRV102", "PIXELS")])
def test_what_is_asked_far_from_the_path_of_one_zone_does_not_hang_on_it(
    what: str, rule: str, zone: str, scattered: Path, tmp_path: Path, either_way
) -> None:
    corner = [at(0, 0, 60), at(0, 8_000, 60), at(8_000, 8_000, 60)]
    mission = a_mission(corner) if what == "home" else a_mission(corner[:1], mission={"camera": FAR}, untimed=True)
    findings = either_way(write(tmp_path / "m.geojson", mission), "-z", scattered)
    assert ("failed", zone) in {(f["status"], f["zone"]["id"]) for f in findings if f["rule"] == rule and f["zone"]}


TURNING = [at(-300, 0, 60), at(0, 0, 60), at(0, -300, 60)]


@pytest.mark.parametrize("what", ["gap", "volume", "camera", "turn"])
def test_what_is_asked_far_from_the_path_does_not_hang_on_it(
    what: str, northward: Path, tmp_path: Path, either_way
) -> None:
    (tmp_path / "few.toml").write_text(FEW_PIXELS)
    asked = {
        "gap": lambda: [a_log_with_a_gap(tmp_path), "--covers"],
        "volume": lambda: [a_mission_with(tmp_path, volumes=WIDE)],
        "camera": lambda: [a_mission_with(tmp_path, camera=FAR), "--pack", tmp_path / "few.toml"],
        "turn": lambda: [write(tmp_path / "m.geojson", a_mission(TURNING, mission={"wing_mps": 150}, untimed=True))],
    }[what]()
    rule = {"gap": "LOG101", "volume": "AIR101", "camera": "PRV102", "turn": "DAT103"}[what]
    findings = either_way(*asked, "-z", northward)
    found = {
        f["zone"]["id"]: f["status"] for f in findings if f["rule"] == rule and f["zone"] and f["status"] != "passed"
    }
    status, count = {
        "gap": ("undecided", 500), "volume": ("failed", 240), "camera": ("failed", 1_000), "turn": ("undecided", 240),
    }[what]  # fmt: skip
    assert set(found.values()) == {status} and len(found) >= count
