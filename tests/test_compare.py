"""A flown flight against its plan, held against a slow reading of the same with geodesics of another library."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import flown
import numpy as np
import pytest
from builders import LAT, LON, METRE_EAST, METRE_NORTH
from depth import deep
from flown import BOX, START, VOLUMES, a_log, a_plan, along
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl import following as module
from dronectl.following import SKIP_M


@pytest.fixture
def compared(run, tmp_path: Path):
    def made(places, *, points=BOX, plan: dict | None = None, log: dict | None = None, code: int | None = None) -> dict:
        ran = run(
            "compare", a_plan(tmp_path / "plan.geojson", points, **(plan or {})),
            a_log(tmp_path / "log.csv", places, **(log or {})), "-f", "json",
        )  # fmt: skip
        assert ran.out, ran.err
        assert code is None or ran.code == code, ran.out
        return json.loads(ran.out)

    return made


def test_a_flight_on_its_line_keeps_to_the_plan(compared) -> None:
    made = compared(along(BOX), code=0)
    assert made["kept"] is True and made["inside_share"] == 1.0 and made["excursions"] == []
    assert [leg["state"] for leg in made["legs"]] == ["flown"] * 3
    assert all(leg["passes"] == 1 and leg["lateral_m"] < 0.1 and abs(leg["above_m"]) < 0.1 for leg in made["legs"])
    assert made["start"] == {"metres": 0.0, "seconds": 0.0}
    assert made["seconds"]["geography"] == pytest.approx(110.0, abs=0.1)


def across(east: float, north: float, *height: float) -> list[float]:
    """The place that is so many metres from 52 N, 180 E."""
    return [
        east * METRE_EAST - 100 * METRE_EAST + (180.0 if east < 100 else -180.0),
        LAT + north * METRE_NORTH,
        *height,
    ]


def test_a_flight_across_the_antimeridian_is_compared_as_any_other(compared, monkeypatch) -> None:
    beside = [(x + 3.0 * np.sin(k), y + 6.0 * np.cos(k / 7)) for k, (x, y) in enumerate(along(BOX))]
    here = compared(beside)
    monkeypatch.setattr(flown, "at", across)
    there = compared(beside)
    for one, other in zip(here["legs"], there["legs"], strict=True):
        assert one["lateral_m"] == pytest.approx(other["lateral_m"], abs=0.01)
        assert one["lateral_p95_m"] == pytest.approx(other["lateral_p95_m"], abs=0.01)
    assert there["seconds"] == pytest.approx(here["seconds"])


@pytest.mark.parametrize(
    ("beside", "place"), [(4.9, "geography"), (5.1, "contingency"), (24.9, "contingency"), (25.1, "outside")]
)
def test_the_edges_of_geography_and_contingency(beside: float, place: str, compared) -> None:
    moved = [(x, -beside) for x, _ in along([(0.0, 0.0), (200.0, 0.0)])]
    made = compared(moved, points=[(0.0, 0.0), (200.0, 0.0)])
    assert made["seconds"][place] == pytest.approx(40.0, abs=0.1), made["seconds"]
    assert made["legs"][0]["lateral_m"] == pytest.approx(beside, abs=0.02)
    assert bool(made["excursions"]) is (place == "outside")


@pytest.mark.parametrize(
    ("up", "place"), [(-3.0, "geography"), (0.0, "geography"), (9.9, "contingency"), (10.1, "outside")]
)
def test_the_top_of_the_volume_counts_from_take_off_where_the_ground_is_not_known(
    up: float, place: str, compared
) -> None:
    made = compared(along([(0.0, 0.0), (200.0, 0.0)]), points=[(0.0, 0.0), (200.0, 0.0)], log={"height": 50.0 + up})
    assert made["seconds"][place] == pytest.approx(40.0, abs=0.1), made["seconds"]
    assert made["legs"][0]["above_m"] == pytest.approx(up, abs=0.01) and "take-off" in made["volume"]
    assert [e["upward"] for e in made["excursions"]] == ([True] if place == "outside" else [])


def test_an_excursion_says_when_where_how_long_and_how_far(compared) -> None:
    places = along(BOX)
    out = [(x + 40.0, y) if 45 <= k <= 52 else (x, y) for k, (x, y) in enumerate(places)]
    made = compared(out, code=1)
    (one,) = made["excursions"]
    assert (
        one["fixes"] == [44, 53]
        and one["seconds"] == pytest.approx(9.0)
        and one["worst_m"] == pytest.approx(15.0, abs=0.1)
    )
    assert one["begin"] == "2026-05-12T08:00:44.000Z" and not one["upward"]
    assert one["lon"] == pytest.approx(LON + 240 * METRE_EAST, abs=1e-6)


@pytest.mark.parametrize(("fixes", "words"), [(9, None), (11, "at most 10 s"), (70, "non-conforming")])
def test_the_figures_of_astm_f3548(fixes: int, words: str | None, compared) -> None:
    line = [(0.0, 0.0), (10_000.0, 0.0)]
    places = [(x, 60.0 if 500 <= k < 500 + fixes - 1 else 0.0) for k, (x, _) in enumerate(along(line))]
    made = compared(places, points=line)
    assert made["kept"] is (words is None) and (words is None) == (made["broken"] == []), made["broken"]
    assert words is None or words in made["broken"][0]


def test_less_than_95_percent_of_the_time_inside_is_not_kept(compared) -> None:
    for length, kept in ((1000.0, True), (750.0, False)):  # 9 s outside of 200 s, and of 150 s
        line = [(0.0, 0.0), (length, 0.0)]
        places = [(x, 60.0 if 50 <= k < 58 else 0.0) for k, (x, _) in enumerate(along(line))]
        made = compared(places, points=line, code=0 if kept else 1)
        assert ("at least 95 %" in " ".join(made["broken"])) is not kept, made


def test_pauses_repeated_passes_and_flights_that_stop_early(compared) -> None:
    waited = along(BOX)[:50] + [along(BOX)[49]] * 30 + along(BOX)[50:]
    made = compared(waited, code=0)
    assert [leg["passes"] for leg in made["legs"]] == [1, 1, 1] and made["legs"][1]["seconds"] > 55
    line = along([(0.0, 0.0), (200.0, 0.0)])
    again = line + line[::-1][1:] + line[1:] + along(BOX)[41:]
    made = compared(again, code=0)
    assert made["legs"][0]["passes"] >= 1 and [leg["state"] for leg in made["legs"]] == ["flown"] * 3
    early = compared(along(BOX)[:60])
    assert [leg["state"] for leg in early["legs"]] == ["flown", "partly", "missed"]
    assert early["end"]["seconds"] < 0 and early["end"]["metres"] > 200


def test_two_legs_on_the_same_line_are_told_apart_by_their_order(compared) -> None:
    there_and_back = [(0.0, 0.0), (200.0, 0.0), (0.0, 0.0)]
    made = compared(along(there_and_back), points=there_and_back, code=0)
    assert [leg["passes"] for leg in made["legs"]] == [1, 1]
    assert made["legs"][0]["seconds"] == pytest.approx(made["legs"][1]["seconds"], abs=2.0)


def test_what_is_not_known_is_never_kept(compared, run, tmp_path: Path) -> None:
    gap = compared(along(BOX), log={"gaps": {40: 30.0}}, code=3)
    assert gap["kept"] is None and gap["seconds"]["unknown"] == pytest.approx(31.0)
    bare = compared(along(BOX), plan={"volumes": None}, code=3)
    assert bare["kept"] is None and "no operational volume" in bare["volume"]
    heights = compared(along(BOX), plan={"datum": "AMSL"}, code=3)
    assert heights["kept"] is None and "cannot be turned" in heights["heights"]
    assert heights["legs"][0]["above_m"] is None


def test_where_it_was_while_its_log_goes_on_without_a_position_is_not_known(run, tmp_path: Path) -> None:
    plan, log = a_plan(tmp_path / "plan.geojson", BOX), a_log(tmp_path / "log.csv", along(BOX)[:50])
    whole = json.loads(run("compare", plan, log, "-f", "json").out)
    assert whole["kept"] is True and whole["seconds"]["unknown"] == 0
    blind = [f"{(50 + k) * 1000},{START + timedelta(seconds=50 + k):%Y-%m-%d %H:%M:%S},,,50" for k in range(20)]
    log.write_text(log.read_text("utf-8") + "\n".join(blind) + "\n", "utf-8")
    less = json.loads(run("compare", plan, log, "-f", "json").out)
    assert less["kept"] is None and less["seconds"]["unknown"] == pytest.approx(20.0)


def test_wrong_use_and_wrong_order(run, tmp_path: Path) -> None:
    plan, log = a_plan(tmp_path / "p.geojson"), a_log(tmp_path / "l.csv", along(BOX))
    assert run("compare", log, plan).code == 4 and "the plan is wanted first" in run("compare", log, plan).err
    assert run("compare", plan, plan).code == 2
    other = a_plan(tmp_path / "q.geojson")
    assert "a log is wanted second" in run("compare", plan, other).err
    assert run("compare", plan, log, "-f", "nope").code == 2


def test_the_page_draws_both_paths_and_text_stays_text(run, tmp_path: Path) -> None:
    plan = a_plan(tmp_path / "p.geojson", name="<b>x</b>", volumes=VOLUMES)
    log = a_log(tmp_path / "l.csv", [(x + 40, y) if k > 60 else (x, y) for k, (x, y) in enumerate(along(BOX))])
    page = run("compare", plan, log, "-f", "html").out
    assert "NOT KEPT TO THE PLAN" in page and "<b>x</b>" not in page and "&lt;b&gt;x&lt;/b&gt;" in page
    assert page.count("<svg") >= 4 and 'stroke-dasharray="7 5"' in page and "Content-Security-Policy" in page
    dutch = run("compare", plan, log, "--lang", "nl", "-f", "html").out
    assert "NIET VOLGENS PLAN" in dutch and "outside" not in dutch.split("<body>")[1]
    features = json.loads(run("compare", plan, log, "-f", "geojson").out)["features"]
    assert {f["properties"]["layer"] for f in features} == {"plan", "flown", "excursion", "volume"}
    assert run("compare", plan, log, "-f", "svg").out.startswith("<svg")


@given(st.integers(0, 10**9))
@settings(max_examples=deep(40, 15), deadline=None)
def test_the_distances_are_those_of_geodesics(seed: int) -> None:
    draw = random.Random(seed)
    count = draw.randint(2, 6)
    points = [(draw.uniform(-400, 400), draw.uniform(-400, 400)) for _ in range(count)]
    places = [(x + draw.uniform(-30, 30), y + draw.uniform(-30, 30)) for x, y in along(points, 40.0)]
    lon = np.array([LON + x * METRE_EAST for x, _ in places])
    lat = np.array([LAT + y * METRE_NORTH for _, y in places])
    corners = [(LON + x * METRE_EAST, LAT + y * METRE_NORTH) for x, y in points]
    plan = module.Plan.__new__(module.Plan)
    plan.lon = np.array([[c[0] for c in corners[:-1]], [c[0] for c in corners[1:]]])
    plan.lat = np.array([[c[1] for c in corners[:-1]], [c[1] for c in corners[1:]]])
    frame = module.Frame(float(lon.mean()), float(lat.mean()))
    found, _ = module.distances(plan, frame, frame.project(lon, lat))
    for k in range(0, len(places), 5):
        for leg in range(count - 1):
            assert found[k, leg] == pytest.approx(_slowly((lon[k], lat[k]), corners[leg], corners[leg + 1]), abs=0.06)


def _slowly(place: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """The least geodesic distance to places along a leg, closed in on by the golden section: it falls, then rises."""
    line = Geodesic.WGS84.InverseLine(start[1], start[0], end[1], end[0])

    def metres(share: float) -> float:
        here = line.Position(share * line.s13)
        return Geodesic.WGS84.Inverse(place[1], place[0], here["lat2"], here["lon2"])["s12"]

    low, high, golden = 0.0, 1.0, (5**0.5 - 1) / 2
    for _ in range(24):  # to a hundred-thousandth of the leg
        one, other = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, other) if metres(one) < metres(other) else (one, high)
    return min(metres(share) for share in (0.0, (low + high) / 2, 1.0))


def _cost(distance: np.ndarray, leg: np.ndarray) -> float:
    """What a way through the plan costs, by the words of the module: waiting and going on are free, all else is `SKIP_M`."""
    cost, skip = distance, SKIP_M**2
    whole = cost[0][leg[0]] + skip * leg[0]
    for k in range(1, len(leg)):
        before, after = leg[k - 1], leg[k]
        free = after in (before, before + 1)
        whole += cost[k][after] + (0.0 if free else min(skip, skip * (after - before - 1)) if after > before else skip)
    return float(whole)


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_the_way_through_the_plan_is_the_cheapest_of_all(seed: int) -> None:
    draw = np.random.default_rng(seed)
    fixes, legs = int(draw.integers(1, 5)), int(draw.integers(1, 5))
    distance = (draw.random((fixes, legs)) * 150) ** 2
    every = [_cost(distance, np.array(way)) for way in np.ndindex(*(legs,) * fixes)]
    for matched in (module._few_legs, module._many_legs):
        assert _cost(distance, matched(distance)) == pytest.approx(min(every))


def test_many_legs_are_matched_as_few_are() -> None:
    draw = np.random.default_rng(7)
    for _ in range(30):
        distance = (draw.random((60, 30)) * 200) ** 2
        one, other = module._few_legs(distance), module._many_legs(distance)
        assert _cost(distance, one) == pytest.approx(_cost(distance, other))


def test_a_climb_is_a_band_of_heights_and_is_told_from_the_cruise_over_it(run, tmp_path: Path) -> None:
    plan = a_plan(tmp_path / "p.geojson", [(0, 0), (0, 0), (200, 0), (200, 0)])
    whole = json.loads(plan.read_text())
    for point, height in zip(whole["features"][0]["geometry"]["coordinates"], (0, 50, 50, 0), strict=True):
        point[2] = height
    plan.write_text(json.dumps(whole))
    cruise = along([(0, 0), (200, 0)])
    places = [(0.0, 0.0)] * 10 + cruise + [(200.0, 0.0)] * 10
    heights = (
        [5.0 * k for k in range(10)]
        + [50.0 + (k == 20) * 3 for k in range(len(cruise))]
        + [45.0 - 5 * k for k in range(10)]
    )
    log = a_log(tmp_path / "l.csv", places, heights=heights)
    made = json.loads(run("compare", plan, log, "-f", "json").out)
    climb, level, descent = made["legs"]
    assert climb["above_m"] == 0 and climb["below_m"] == 0 and descent["above_m"] == 0 and descent["below_m"] == 0
    assert level["above_m"] == 3 and level["below_m"] == 0 and [leg["passes"] for leg in made["legs"]] == [1, 1, 1]


def test_passes_over_each_other_are_told_apart_by_their_heights(run, tmp_path: Path) -> None:
    back = [(0, 0), (200, 0), (0, 0)]
    plan = a_plan(tmp_path / "p.geojson", back)
    whole = json.loads(plan.read_text())
    for point, height in zip(whole["features"][0]["geometry"]["coordinates"], (30, 30, 80), strict=True):
        point[2] = height
    plan.write_text(json.dumps(whole))
    places = along([(0, 0), (200, 0)])
    log = a_log(tmp_path / "l.csv", places[::-1], heights=[30.0 + x / 4 for x, _ in places])
    made = json.loads(run("compare", plan, log, "-f", "json").out)
    there, back_again = made["legs"]
    assert there["flown_share"] < 0.05 and back_again["state"] == "flown" and back_again["above_m"] == pytest.approx(0)
