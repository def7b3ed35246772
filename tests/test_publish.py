"""The public register: what was flown is told, and nobody can be found in it."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import at, ring, write
from flown import START, a_log, a_plan, along
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl.cli import publishing
from dronectl.geometry.grid import Square, squares_of
from dronectl.geometry.sketch import to_rd
from dronectl.sharing import disclosure
from dronectl.sharing.partition import SIDES, Partition
from dronectl.sharing.register import Truth

Place = tuple[float, float]
NOW = ("--now", "2026-11-26T12:00:00Z")
HERE = ("--publisher", "Gemeente Q", "--period", "2026Q2")


def features(places: list[tuple[float, float]], **properties: Any) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": at(*place)}}
                     for place in places],
    }  # fmt: skip


def town(seed: int = 1, count: int = 1500) -> list[tuple[float, float]]:
    """Addresses, metres round 52 N, 5 E: dense in the middle, some farms around."""
    draw = random.Random(seed)
    inner = [(draw.gauss(0, 900), draw.gauss(0, 700)) for _ in range(count)]
    return inner + [(draw.uniform(-6000, 6000), draw.uniform(-6000, 6000)) for _ in range(40)]


def flight(folder: Path, stem: str, base: Place, address: Place, day: int, title: str = "", **mission: Any) -> None:
    """From a base to an address, 30 seconds over it, and back; with its plan."""
    start = START + timedelta(days=day, minutes=7 * day)
    out = along([base, address], 10.0)
    a_log(folder / f"{stem}.csv", [*out, *[address] * 30, *out[::-1]], start=start)
    path = a_plan(folder / f"{stem}.geojson", [base, address, base], name=stem, start=start, **mission)
    plan = json.loads(path.read_text())
    plan["mission"]["name"] = title
    write(path, plan)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run) -> Path:
    monkeypatch.setenv("DRONECTL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("DRONECTL_LEDGER", str(tmp_path / "ledger.jsonl"))
    monkeypatch.chdir(tmp_path)
    run("keys", "new", "clerk", "--open")
    homes = town()
    write(tmp_path / "homes.geojson", features(homes))
    whole = {"type": "Polygon", "coordinates": [ring(-3000, -3000, 0, 3000)]}
    other = {"type": "Polygon", "coordinates": [ring(0, -3000, 3000, 3000)]}
    write(tmp_path / "areas.geojson", {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"name": name}, "geometry": shape}
                     for name, shape in (("West <b>", whole), ("Oost", other))],
    })  # fmt: skip
    (tmp_path / "flights").mkdir()
    papers = {"contact": "drones@gemeente.example", "notice": "N-2026-8", "sensor_register": "S-12"}
    for k in range(6):
        said = {"purpose": "building-control", "operator": "NLDexamplexamp01-s3c", "pilot": "Quirina Zeldenrust",
                "title": f"for Quirina, address {k}", "legal_basis": "Omgevingswet", "papers": papers,
                "camera": {"hfov_deg": 70, "video": [3840, 2160], "recording": True}}  # fmt: skip
        flight(tmp_path / "flights", f"f{k}", (-1200.0, -900.0), homes[k if k < 5 else 0], k, **said)
    flight(tmp_path / "flights", "secret", (0.0, 0.0), (300.0, 300.0), 9, purpose="investigation")
    flight(tmp_path / "flights", "secret-2", (0.0, 0.0), (300.0, 300.0), 11, purpose="Criminal investigation")
    flight(tmp_path / "flights", "unsaid", (0.0, 0.0), (300.0, 300.0), 12)
    flight(tmp_path / "flights", "crowd", (0.0, 0.0), (300.0, 300.0), 10, purpose="crowd-management")
    return tmp_path


def published(run, *more: object, now: tuple[str, str] = NOW):
    return run(
        "publish", "flights", "--homes", "homes.geojson", "--areas", "areas.geojson", *HERE, *now, "-o", "out", *more
    )


def test_a_register_is_written_and_holds_nothing_finer(desk: Path, run) -> None:
    ran = published(run)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "PASSED: no place can be told apart from fewer than 5 addresses"
    files = {path.name: path.read_text("utf-8") for path in sorted((desk / "out").iterdir())}
    assert set(files) == {"register.geojson", "register.csv", "index.nl.html", "index.en.html", "dataset.jsonld"}
    told = json.loads(files["register.geojson"])
    assert len(told["features"]) == 7 and told["not_in_it"] == {
        "investigation of a criminal offence": 2,
        "no purpose is known": 1,
    }
    record = told["features"][0]["properties"]
    assert (
        record["purpose_code"] == "building-control" and record["operator"] == "NLDexamplexamp01" and record["recorded"]
    )
    assert record["start_15min"].endswith(("00Z", "15Z", "30Z", "45Z")) and record["max_height_band_m"] == "30-60"
    assert record["contact"] == "drones@gemeente.example" and record["max_dori_level_on_people"] == "detect"
    assert set(record["areas"]) <= {"West <b>", "Oost"} and record["grid_cells"]
    rows = list(csv.DictReader(io.StringIO(files["register.csv"])))
    assert [row["flight_id"] for row in rows] == [f["id"] for f in told["features"]] and rows[0]["contact"]
    secret = ["Quirina", "Zeldenrust", "s3c", "address 0", "<b>", "f0", "f1", *_coordinates(desk)]
    for name, text in files.items():
        words = [word for word in secret if word != "<b>" or name.endswith("html")]
        assert not [word for word in words if re.search(rf"(?<!\w){re.escape(word)}", text)], name
    catalogue = json.loads(files["dataset.jsonld"])
    assert catalogue["@type"] == "dcat:Dataset" and catalogue["dct:accessRights"]["@id"].endswith("PUBLIC")
    again = published(run)
    assert again.code == 0 and files == {p.name: p.read_text("utf-8") for p in (desk / "out").iterdir()}
    lines = json.loads(run("ledger", "show", "-f", "json").out)["lines"]
    assert [line["what"] for line in lines] == ["publish", "publish"] and set(lines[0]["files"]) == set(files)


def _coordinates(desk: Path) -> list[str]:
    """Every place of every path, and of every address that was looked at, to some 10 metres."""
    found = set()
    for path in (desk / "flights").glob("*.geojson"):
        for feature in json.loads(path.read_text())["features"]:
            for lon, lat, *_ in feature["geometry"]["coordinates"]:
                found |= {f"{lon:.4f}", f"{lat:.4f}"}
    return sorted(found)


def test_what_is_recent_waits_and_police_waits_longer(desk: Path, run) -> None:
    published(run, now=("--now", "2026-05-24T12:00:00Z"))
    told = json.loads((desk / "out" / "register.geojson").read_text())
    assert told["not_in_it"]["too recent"] == 1 and len(told["features"]) == 6  # the crowd, ten days after the first
    published(run, now=("--now", "2026-05-20T12:00:00Z"))
    told = json.loads((desk / "out" / "register.geojson").read_text())
    days = {feature["properties"]["date"] for feature in told["features"]}
    assert days == {"2026-05-12", "2026-05-13"} and told["not_in_it"]["too recent"] == 5
    assert published(run, "--delay", "3").code == 2 and published(run, "--police-delay", "7").code == 2


def test_the_attack_stops_a_register_that_gives_a_place_away(desk: Path, run, monkeypatch) -> None:
    def fine(self: Partition, place: Square, least: int = 0) -> Square | None:
        return place  # squares of 500 m, whoever lives there

    monkeypatch.setattr(Partition, "leaf", fine)
    flight(desk / "flights", "farm", (-4200.0, 4200.0), (-4900.0, 4900.0), 11, purpose="survey")
    ran = published(run)
    assert ran.code == 1 and not (desk / "out").exists() and not (desk / "ledger.jsonl").exists()
    assert "LEAK nearest address" in ran.out and "LEAK end of the path" in ran.out
    assert ran.out.splitlines()[-1].startswith("FAILED: ")


def test_a_place_with_too_few_addresses_is_not_told(desk: Path, run) -> None:
    flight(desk / "flights", "far", (40_000.0, 0.0), (40_700.0, 0.0), 12, purpose="survey")
    assert published(run).code == 0
    told = json.loads((desk / "out" / "register.geojson").read_text())
    (far,) = (f for f in told["features"] if f["properties"]["purpose_code"] == "survey")
    assert far["geometry"] is None and far["properties"]["withheld"] == [
        {"field": "grid_cells", "ground": "too few addresses"}
    ]


def test_results_of_an_audit_tell_verdicts(desk: Path, run) -> None:
    assert run("audit", "flights", "--results", "res", "--workers", "1", "-o", "a.json").code in (0, 1, 3)
    published(run, "--results", "res")
    told = json.loads((desk / "out" / "register.geojson").read_text())
    assert {f["properties"]["plan_verdict"] for f in told["features"]} <= {"clear", "violation", "undecided"}
    assert published(run, "--results", "flights").code == 2


def test_wrong_use_and_unreadable_logs_are_told(desk: Path, run) -> None:
    (desk / "flights" / "broken.csv").write_text("nothing,of\nuse,here\n")
    assert published(run).code == 3 and (desk / "out" / "register.geojson").exists()
    assert published(run, "--dry-run").code == 3
    (desk / "file").write_text("x")
    assert run("publish", "flights", "--homes", "homes.geojson", *HERE, *NOW, "-o", "file").code in (2, 3)
    assert run("publish", "none", "--homes", "homes.geojson", *HERE, *NOW, "-o", "out").code == 4
    assert run("publish", "flights", "--homes", "none.geojson", *HERE, *NOW, "-o", "out").code == 4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400))
def test_every_square_that_is_told_hides_enough_addresses(seed: int, count: int) -> None:
    draw = random.Random(seed)
    places = [at(draw.gauss(0, 1500), draw.gauss(0, 1500)) for _ in range(count)]
    lon, lat = np.array([p[0] for p in places]), np.array([p[1] for p in places])
    made = Partition(lon, lat, 5, dutch=True)
    finest = squares_of(lon, lat, SIDES[0], dutch=True)
    told: dict[Square, int] = {}
    for square in finest:
        leaf = made.leaf(square)
        if leaf is not None:
            told[leaf] = told.get(leaf, 0) + 1
    for leaf, hidden in told.items():  # addresses that are told alike
        assert hidden >= 5, leaf
    x, _ = to_rd(lon, lat)
    crowd = disclosure._Addresses(lon, lat)
    for k, square in enumerate(finest):
        leaf, coarse = made.leaf(square), made.leaf(square, 1000)
        if leaf is not None:
            assert leaf.x <= x[k] < leaf.x + leaf.side and crowd.candidates(leaf, lon[k], lat[k], 5, whole=False) >= 5
        if coarse is not None:
            assert coarse.side >= 1000 and (coarse == leaf or coarse.holds(square))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_random_flights_over_random_towns_pass_the_attack(seed: int) -> None:
    from dronectl.sharing.register import cells_of

    draw = random.Random(seed)
    homes = [at(*place) for place in town(seed, draw.randrange(3, 300))]
    lon, lat = np.array([p[0] for p in homes]), np.array([p[1] for p in homes])
    squares, truths, rows = Partition(lon, lat, 5, dutch=True), {}, []
    for k in range(8):
        points = [at(draw.gauss(0, 2500), draw.gauss(0, 2500)) for _ in range(draw.randrange(1, 6))]
        flown = _flown(points)
        truths[str(k)] = Truth(
            places=[("end", *points[0]), ("end", *points[-1]), *(("hover", *p) for p in points[1:-1])]
        )
        rows.append({"properties": {"flight_id": str(k), "grid_cells": [c.name for c in cells_of(flown, squares)]}})
    found = disclosure.attack({"features": rows}, truths, (lon, lat), 5)
    assert found.passed, found.leaks


def _flown(points: list[list[float]]) -> Any:
    from dronectl.measures import Datum
    from dronectl.mission import Flight, Mission
    from dronectl.where import Where

    n, where = len(points), Where("x")
    one = Flight(
        id="x", where=where, lon=np.array([p[0] for p in points]), lat=np.array([p[1] for p in points]),
        height=np.full(n, 40.0), datum=(Datum.AGL,) * n, place=[""] * n, kind=("leg",) * (n - 1),
        widen_m=np.zeros(max(n - 1, 1)),
    )  # fmt: skip
    return Mission(id="x", name="", path="x", sha256="", where=where, flights=(one,))


def test_the_page_filters_asks_for_nothing_and_passes_axe(desk: Path, run, browser) -> None:
    from axe_playwright_python.sync_playwright import Axe

    assert published(run).code == 0
    for name, shown, all_ in (
        ("index.en.html", "6 of 7 flights", "7 of 7"),
        ("index.nl.html", "6 van 7 vluchten", "7 van 7"),
    ):
        context = browser.new_context(bypass_csp=True)  # axe is put into the page; what is tested is the page
        page = context.new_page()
        asked, complaints = [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("pageerror", lambda error, complaints=complaints: complaints.append(str(error)))
        page.goto((desk / "out" / name).as_uri())
        page.select_option('select[data-column="purpose"]', "building-control")
        assert page.inner_text("#shown") == shown and page.locator("#flights tbody tr:visible").count() == 6
        page.select_option('select[data-column="purpose"]', "")
        assert page.inner_text("#shown").startswith(all_) and page.get_attribute("html", "lang") == name.split(".")[1]
        assert len(asked) == 1 and not complaints
        found = (
            Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response["violations"]
        )
        assert not found, [violation["id"] for violation in found]
        context.close()


def test_days_are_those_of_the_clock_that_was_given(desk: Path, run) -> None:
    published(run)
    told = json.loads((desk / "out" / "register.geojson").read_text())
    assert told["made"] == "2026-11-26" and datetime.fromisoformat(told["features"][0]["properties"]["start_15min"])
    assert publishing.DELAY_DAYS == 7
