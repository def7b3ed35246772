"""Missions against each other: held against a search over all moments, and round every limit."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import METRE_EAST, METRE_NORTH, a_mission, a_zone, at, write, zones
from depth import deep
from hypothesis import given, settings
from hypothesis import strategies as st
from rasters import a_terrain

from dronectl.heights import Models, open_models
from dronectl.measures import Answer
from dronectl.mission import Mission, Separation
from dronectl.readers import read_mission
from dronectl.track import Track
from dronectl.traffic import Conflict, conflicts

NOON = 1778580000.0  # 2026-05-12T10:00Z
FINE = 400


def flown(folder: Path, name: str, rows: list[tuple[float, float, float, float]], **mission: Any) -> Mission:
    """A mission through rows of metres east, north and up, and seconds after noon; without uncertainty."""
    times = [datetime.fromtimestamp(NOON + row[3], UTC).isoformat() for row in rows]
    made = a_mission([at(*row[:3]) for row in rows], times=times, mission={"id": name} | mission)
    return read_mission(str(write(folder / f"{name}.geojson", made)))


def asked(apart: Separation, *missions: Mission) -> dict[int, list[Conflict]]:
    return conflicts(missions, [[Track.of(f, m, Models()) for f in m.flights] for m in missions], apart)


Rows = list[tuple[float, float, float, float]]


def least(one: Rows, other: Rows, apart: Separation) -> float:
    """The least distance on the ground over many pairs of moments that lie near enough, at heights that do."""

    def sampled(rows: Rows) -> np.ndarray:
        parts = []
        for a, b in pairwise(rows):
            u = np.linspace(0, 1, FINE)[:, None]
            parts.append(np.array(a) + u * (np.array(b) - np.array(a)))
        return np.vstack(parts)

    a, b = sampled(one), sampled(other)
    best = math.inf
    for row in a:
        near = (abs(b[:, 3] - row[3]) <= apart.seconds) & (abs(b[:, 2] - row[2]) <= apart.up_m)
        if near.any():
            best = min(best, float(np.hypot(b[near, 0] - row[0], b[near, 1] - row[1]).min()))
    return best


def rows_of(draw: Any) -> Rows:
    count = draw(st.integers(2, 4))
    made: Rows = []
    clock = draw(st.floats(0, 60))
    for _ in range(count):
        east, north = draw(st.floats(-250, 250)), draw(st.floats(-250, 250))
        made.append((east, north, draw(st.sampled_from([30.0, 50.0, 52.0, 80.0])), round(clock, 3)))
        clock += draw(st.floats(1, 60))
    return made


@settings(max_examples=deep(150, 50), deadline=None)
@given(st.data())
def test_two_missions_are_too_near_where_a_search_finds_them_so(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    one, other = rows_of(data.draw), rows_of(data.draw)
    apart = Separation(
        sideways_m=data.draw(st.floats(5, 120)), up_m=data.draw(st.floats(0.5, 30)), seconds=data.draw(st.floats(1, 40))
    )
    folder = tmp_path_factory.mktemp("t")
    found = asked(apart, flown(folder, "a", one), flown(folder, "b", other))
    seen = least(one, other, apart)
    longest = max(math.dist(a[:2], b[:2]) for rows in (one, other) for a, b in pairwise(rows))
    off = 2 * longest / FINE + 0.5  # between two samples, and the sphere of the builders
    if seen <= apart.sideways_m - 0.5:
        assert found and found[0][0].sure is Answer.YES and found[1][0].sure is Answer.YES
        assert found[0][0].metres == pytest.approx(found[1][0].metres, abs=1e-6)
        assert seen - off <= found[0][0].metres <= seen + 0.5
    if found:
        loose = Separation(sideways_m=apart.sideways_m, up_m=apart.up_m + 60 / FINE, seconds=apart.seconds + 61 / FINE)
        assert least(one, other, loose) <= apart.sideways_m + off


def crossing(apart_m: float = 0.0, up: float = 50.0, late: float = 0.0) -> tuple[Rows, Rows]:
    """One flies east through the middle at 30 s; the other north, so far beside it, so high, so late."""
    east = [(-300.0, 0.0, 50.0, 0.0), (300.0, 0.0, 50.0, 60.0)]
    return east, [(300.0 + apart_m, -300.0, up, late), (300.0 + apart_m, 300.0, up, 60.0 + late)]


@pytest.mark.parametrize(("metres", "near"), [(49.9, True), (50.2, False)])
def test_the_separation_sideways_is_kept(metres: float, near: bool, tmp_path: Path) -> None:
    one, other = crossing(apart_m=metres)
    assert bool(asked(Separation(seconds=90), flown(tmp_path, "a", one), flown(tmp_path, "b", other))) is near


@pytest.mark.parametrize(("up", "near"), [(65.0, True), (65.1, False), (34.9, False), (35.0, True)])
def test_the_separation_in_height_is_kept(up: float, near: bool, tmp_path: Path) -> None:
    one, other = crossing(up=up)
    assert bool(asked(Separation(), flown(tmp_path, "a", one), flown(tmp_path, "b", other))) is near


@pytest.mark.parametrize(("late", "near"), [(64.9, True), (65.1, False)])
def test_the_separation_in_time_is_kept(late: float, near: bool, tmp_path: Path) -> None:
    """The one comes within 50 m at 55 s, and is there until 60 s; the other is on its line at 30 s and late, to 35 s."""
    one, other = crossing(late=late)
    assert bool(asked(Separation(), flown(tmp_path, "a", one), flown(tmp_path, "b", other))) is near


def test_a_hover_is_a_place_and_one_that_stands_still_is_met(tmp_path: Path) -> None:
    stands = [(40.0, 0.0, 50.0, 0.0), (40.0, 0.0, 50.0, 600.0)]
    passes = [(0.0, -300.0, 50.0, 300.0), (0.0, 300.0, 50.0, 360.0)]
    (told,) = asked(Separation(), flown(tmp_path, "a", stands), flown(tmp_path, "b", passes))[0]
    assert told.metres == pytest.approx(40, abs=0.1) and told.up_m == pytest.approx(0)
    (met,) = told.encounters  # from 30 s before it comes within 50 m to 30 s after
    assert met.seconds == pytest.approx(60 + 2 * 30 / 10, abs=0.5)


@pytest.mark.parametrize("far", [4.9, 5.1, 180.0])
def test_two_that_share_a_single_moment_are_held_at_that_moment(far: float, tmp_path: Path) -> None:
    """The one begins just as long after the other ends as is asked for: they share one pair of moments."""
    one = [(0.0, 0.0, 30.0, 2.0), (1.0, 0.0, 30.0, 3.0)]
    other = [(0.0, -500.0, 30.0, 0.0), (0.0, far, 30.0, 1.0)]
    found = asked(Separation(sideways_m=5, up_m=1, seconds=1), flown(tmp_path, "a", one), flown(tmp_path, "b", other))
    assert bool(found) is (far < 5)
    if found:
        assert found[0][0].metres == pytest.approx(4.9, abs=0.01)


def test_the_antimeridian_and_a_cut_leg_change_nothing(tmp_path: Path) -> None:
    def over_there(rows: Rows, name: str) -> Mission:
        points = [[(360 + east * METRE_EAST) % 360 - 180, north * METRE_NORTH, up] for east, north, up, _ in rows]
        times = [f"2026-05-12T10:0{k}:00Z" for k in range(len(rows))]
        made = a_mission(points, times=times, mission={"id": name})
        return read_mission(str(write(tmp_path / f"{name}.geojson", made)))

    east = [(-300.0, 0.0, 50.0, 0.0), (300.0, 0.0, 50.0, 60.0)]
    cut = [(-300.0, 0.0, 50.0, 0.0), (-100.0, 0.0, 50.0, 20.0), (300.0, 0.0, 50.0, 60.0)]
    beside = [(-300.0, 30.0, 50.0, 0.0), (300.0, 30.0, 50.0, 60.0)]
    whole = asked(Separation(), flown(tmp_path, "a", east), flown(tmp_path, "b", beside))[0][0]
    parted = asked(Separation(), flown(tmp_path, "a", cut), flown(tmp_path, "b", beside))[0][0]
    assert whole.metres == pytest.approx(parted.metres, abs=1e-3) == pytest.approx(30, abs=0.1)
    assert asked(Separation(), over_there(east, "c"), over_there(beside, "d"))[0][0].metres == pytest.approx(
        30, abs=0.3
    )


def test_what_is_not_known_is_undecided(tmp_path: Path) -> None:
    one, other = crossing()
    timed = flown(tmp_path, "a", one)
    bare = read_mission(str(write(tmp_path / "u.geojson", a_mission([at(*row[:3]) for row in other], untimed=True))))
    sea = read_mission(str(write(tmp_path / "s.geojson", a_mission(
        [at(*row[:3]) for row in other], datum="AMSL", times=["2026-05-12T10:00:00Z", "2026-05-12T10:01:00Z"]))))  # fmt: skip
    (untimed,) = asked(Separation(), timed, bare)[0]
    assert untimed.sure is Answer.UNKNOWN and "when they fly" in untimed.why
    (unlevel,) = asked(Separation(), timed, sea)[0]
    assert unlevel.sure is Answer.UNKNOWN and "datums" in unlevel.why and unlevel.up_m is None


def test_a_mission_is_not_held_against_itself(tmp_path: Path) -> None:
    one, _ = crossing()
    again = flown(tmp_path / ".", "a", one)
    assert not asked(Separation(), flown(tmp_path, "a", one), again)
    other = flown(tmp_path, "b", one)
    assert asked(Separation(), flown(tmp_path, "a", one), other)


def test_one_above_the_other_with_the_same_name_are_two(tmp_path: Path) -> None:
    one = [(-300.0, 0.0, 50.0, 0.0), (300.0, 0.0, 50.0, 60.0)]
    above = [(east, north, up + 10, seconds) for east, north, up, seconds in one]
    (tmp_path / "b").mkdir()
    assert asked(Separation(), flown(tmp_path, "a", one), flown(tmp_path / "b", "a", above))


def test_on_a_slope_heights_above_ground_are_turned_into_heights_above_the_sea(tmp_path: Path) -> None:
    """The ground rises by 60 m in 40 m: 100 m above the foot and 40 m above the top are the same height."""
    foot = [(-300.0, 0.0, 100.0, 0.0), (300.0, 0.0, 100.0, 60.0)]
    top = [(-300.0, 40.0, 40.0, 0.0), (300.0, 40.0, 40.0, 60.0)]
    missions = flown(tmp_path, "a", foot), flown(tmp_path, "b", top)
    assert not asked(Separation(), *missions)
    path = a_terrain(
        tmp_path / "t.tif", lambda east, north: min(max(north, 0.0), 40.0) * 1.5, cell_m=10, west=-400, north=400
    )
    models = open_models(terrain=[str(path)], terrain_error_m=0.5)
    tracks = [[Track.of(f, m, models) for f in m.flights] for m in missions]
    assert conflicts(missions, tracks, Separation())


@pytest.mark.parametrize(
    ("late", "status", "told"),
    [
        (0.0, "failed", "of its flight f1 at 12:00:"),
        (-12.0, "not_applicable", ""),  # they are in the air together, and pass the crossing one after the other
        (40.0, "not_applicable", ""),  # 15 s after the other has landed
    ],
)
def test_flights_of_one_mission_that_fly_together_are_held_against_each_other(
    late: float, status: str, told: str, tmp_path: Path, run
) -> None:
    """Each flies 200 m in 20 s, over the middle of the other."""
    one = [(-100.0, 0.0, 50.0, 0.0), (100.0, 0.0, 50.0, 20.0)]
    other = [(0.0, -100.0, 50.0, late), (0.0, 100.0, 50.0, late + 20.0)]
    flown(tmp_path, "a", one)
    flown(tmp_path, "b", other)
    whole = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    whole["features"] += json.loads((tmp_path / "b.geojson").read_text("utf-8"))["features"]
    whole["features"] = [feature | {"id": f"f{k}"} for k, feature in enumerate(whole["features"])]
    area = {"type": "Polygon", "coordinates": [[at(5000, 0), at(5100, 0), at(5100, 90), at(5000, 0)]]}
    where = zones(tmp_path / "z.geojson", a_zone(geometry=area))
    ran = run("check", write(tmp_path / "m.geojson", whole), "-z", where, "-f", "json", "--separation", "50,15,30")
    made = json.loads(ran.out)
    (found,) = [f for f in made["missions"][0]["findings"] if f["rule"] == "TRF101"]
    assert made["verdict"] == "clear" and told in found["message"]
    if status == "failed":
        assert found["severity"] == "warning" and found["encounters"][0]["flight"] == "f0"
        assert found["measured"] == pytest.approx(0.0, abs=0.5)
    assert found["status"] == status
    other_mission = flown(tmp_path, "c", [(3000.0, 0.0, 50.0, 0.0), (3100.0, 0.0, 50.0, 20.0)])
    ran = run("check", tmp_path / "m.geojson", other_mission.path, "-z", where, "-f", "json")
    told_of = [f["status"] for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "TRF101"]
    assert told_of == (["failed", "passed"] if status == "failed" else ["passed"])


def test_the_check_tells_both_and_the_first_goes_first(tmp_path: Path, run) -> None:
    one, other = crossing(late=5)
    flown(tmp_path, "a", one)
    flown(tmp_path, "b", other, priority=7)
    where = zones(tmp_path / "z.geojson", a_zone(geometry={"type": "Polygon", "coordinates": [[
        at(5000, 0), at(5100, 0), at(5100, 90), at(5000, 0)]]}))  # fmt: skip
    words = ("check", tmp_path / "a.geojson", tmp_path / "b.geojson", "-z", where)
    ran = run(*words, "-f", "json")
    assert ran.code == 1
    missions = {m["id"]: m for m in json.loads(ran.out)["missions"]}
    (first,) = [f for f in missions["b"]["findings"] if f["rule"] == "TRF101"]
    (second,) = [f for f in missions["a"]["findings"] if f["rule"] == "TRF101"]
    assert second["severity"] == "violation" and second["status"] == "failed" and "mission b" in second["message"]
    assert first["severity"] == "warning" and "a gives way" in first["message"]
    assert missions["b"]["verdict"] == "clear" and missions["a"]["verdict"] == "violation"
    assert second["encounters"][0]["enter"]["leg"] == [0, 1]
    assert run(*words, "--separation", "5,5,0").code == 0
    assert run(*words, "--separation", "5,5").code == 2
    alone = json.loads(run("check", tmp_path / "a.geojson", "-z", where, "-f", "json").out)
    (told,) = [f for f in alone["missions"][0]["findings"] if f["rule"] == "TRF101"]
    assert told["status"] == "not_applicable"
