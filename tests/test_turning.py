"""A fixed wing rounds its corners: where that may carry it into a zone that its path passes, nobody can clear it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import a_mission, a_zone, at, ring, write, zones
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan import TAKEOFF, a_plan, to

from dronectl.heights import Models
from dronectl.readers import read_mission
from dronectl.track import Track
from dronectl.turning import BANK_DEG, corners

CORNER = [at(-400, 0, 60), at(0, 0, 60), at(0, 400, 60)]  # east, then north: 90 degrees
AT_20 = 2 * 20**2 / (9.81 * math.tan(math.radians(BANK_DEG))) * math.sin(math.radians(45))  # 99.9 m


@pytest.fixture
def ask(tmp_path: Path, run):
    def asked(
        mission: dict[str, Any], east: float, *options: object, crew: str = "", **zone: Any
    ) -> dict[str, list[str]]:
        area = {"type": "Polygon", "coordinates": [ring(east, -5, east + 50, 5)]}
        file = zones(tmp_path / "z.geojson", a_zone(geometry=area, **zone))
        (tmp_path / "crew.toml").write_text(crew or '[operator]\nname = "O"\n')
        path = write(tmp_path / "m.geojson", mission)
        ran = run("check", path, "--zones", file, "--operator", tmp_path / "crew.toml", "-f", "json", *options)
        made = json.loads(ran.out)
        answers: dict[str, list[str]] = {"verdict": [made["verdict"]]}
        for one in made["missions"][0]["findings"]:
            answers.setdefault(one["rule"], []).append(one["status"])
        return answers

    return asked


def winged(speed: float = 20, **facts: Any) -> dict[str, Any]:
    return a_mission(CORNER, mission={"wing_mps": speed} | facts, untimed=True)


def test_a_zone_within_the_room_of_a_turn_leaves_the_mission_undecided(ask) -> None:
    assert pytest.approx(99.9, abs=0.1) == AT_20
    near, far = ask(winged(), AT_20 - 0.5), ask(winged(), AT_20 + 0.5)
    assert ask(winged(), AT_20 - 0.5, "--near", 0)["verdict"] == [
        "undecided"
    ]  # what is listed as passed does not matter
    assert near["verdict"] == ["undecided"] and near["DAT103"] == ["undecided"] and near["AIR101"] == ["passed"]
    assert far["verdict"] == ["clear"] and far["DAT103"] == ["passed"]
    assert ask(winged(10), AT_20 - 0.5)["verdict"] == ["clear"]  # slower, it turns in a quarter of that
    assert ask(a_mission(CORNER, untimed=True), 1)["verdict"] == ["clear"]  # an aircraft that turns on the spot


def test_a_zone_that_is_above_not_in_force_or_asks_nothing_does_not_count(ask) -> None:
    assert ask(winged(), 20, layer={"lower": 100, "lowerReference": "AGL", "uom": "m"})["verdict"] == ["clear"]
    assert ask(winged(), 20, kind="NO_RESTRICTION")["DAT103"] == ["passed"]
    assert ask(winged(), -20)["verdict"] == ["violation"]  # the path itself is in it


def test_with_an_operational_volume_its_room_counts(ask) -> None:
    stated = {"volumes": {"contingency_m": 15, "contingency_up_m": 10, "ground_risk_buffer_m": 20}}
    assert ask(winged(**stated), 20)["verdict"] == ["clear"]
    assert ask(winged(**stated), 10)["verdict"] == ["violation"]


def test_an_aircraft_of_the_operator_with_a_wing_is_one(ask) -> None:
    crew = '[[aircraft]]\nid = "ours"\nfixed_wing = true\nmax_speed_mps = 20\n'
    mission = a_mission(CORNER, mission={"aircraft": "ours"}, untimed=True)
    assert ask(mission, AT_20 - 0.5, crew=crew)["DAT103"] == ["undecided"]
    assert ask(mission, AT_20 + 0.5, crew=crew)["DAT103"] == ["passed"]


@pytest.mark.parametrize(("vehicle", "wing"), [(1, 15.0), (20, 15.0), (2, 0.0), (19, 15.0), (13, 0.0)])
def test_a_plan_says_what_flies_on_a_wing(vehicle: int, wing: float, tmp_path: Path) -> None:
    path = write(tmp_path / "p.plan", a_plan(TAKEOFF, to(300, 0, 30), to(300, 300, 30), vehicle=vehicle))
    assert read_mission(path).wing_mps == wing


def test_it_is_kept_and_its_loss_is_told(run, tmp_path: Path) -> None:
    path = write(tmp_path / "p.plan", a_plan(TAKEOFF, to(300, 0, 30), to(300, 300, 30), vehicle=1))
    assert run("missions", "convert", path, "-o", tmp_path / "m.geojson").code == 0
    assert read_mission(tmp_path / "m.geojson").wing_mps == 15.0
    assert "its speed on the wing" in run("missions", "convert", path, "-o", tmp_path / "m.waypoints").err


def test_a_log_shows_its_turns_itself(ask) -> None:
    from dronectl.turning import on_the_wing

    class Flown:
        flown, wing_mps = True, 20.0

    assert not on_the_wing(Flown(), None)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(turn=st.floats(5, 175), left=st.booleans(), over=st.booleans(), speed=st.floats(8, 30))
def test_an_aircraft_that_turns_stays_within_the_room(turn: float, left: bool, over: bool, speed: float) -> None:
    """Flown point by point: it leaves the first leg on a circle, over the corner or cutting it, until it is round."""
    over = over or turn > 126  # which nobody cuts: it would begin more than 2 R before
    radius = speed**2 / (9.81 * math.tan(math.radians(BANK_DEG)))
    side = 1 if left else -1
    angle = math.radians(turn)
    begin = 0.0 if over else -radius * math.tan(angle / 2)  # before the corner, where it is cut
    steps = np.linspace(0, angle, 400)
    x, y = begin + radius * np.sin(steps), side * radius * (1 - np.cos(steps))
    onto = (math.cos(angle), side * math.sin(angle))
    legs = np.minimum(_away(x, y, (-1.0, 0.0)), _away(x, y, onto))
    mission = read(turn * side, speed)
    ((_, room),) = corners(mission, None, Track.of(mission.flights[0], mission, Models()))
    beside = legs > 0.01  # what is on a leg is on the path
    assert float(np.hypot(x, y)[beside].max(initial=0.0)) <= room * 1.001 + 0.01  # the builder of points is flat


@settings(max_examples=60, deadline=None)
@given(
    turn=st.floats(30, 180),
    left=st.booleans(),
    tight=st.floats(0.05, 1.2),
    speed=st.floats(12, 30),
    step=st.floats(2, 15),
)
def test_a_bend_that_is_drawn_tighter_than_it_is_flown_takes_its_room(
    turn: float, left: bool, tight: float, speed: float, step: float
) -> None:
    """Flown on its own circle from where the bend begins, until it heads where the bend ends."""
    radius = speed**2 / (9.81 * math.tan(math.radians(BANK_DEG)))
    angle, side, drawn = math.radians(turn), 1 if left else -1, tight * radius
    corners_at = np.linspace(0, angle, max(int(turn / step), 2) + 1)
    bend = np.column_stack([drawn * np.sin(corners_at), side * drawn * (1 - np.cos(corners_at))])
    towards = np.array([math.cos(angle), side * math.sin(angle)])
    mission = read_points([(-4000.0, 0.0), *bend.tolist(), (bend[-1] + 4000 * towards).tolist()], speed)
    rooms = {
        point: room
        for track, room in corners(mission, None, Track.of(mission.flights[0], mission, Models()))
        for point in [(float(track.flight.lon[0]), float(track.flight.lat[0]))]
    }
    held = [rooms.get((lon, lat), 0.5) for lon, lat in (at(*place) for place in bend.tolist())]
    for heading in np.linspace(0, angle, 60):
        x, y = radius * math.sin(heading), side * radius * (1 - math.cos(heading))
        away = np.hypot(bend[:, 0] - x, bend[:, 1] - y)
        sagitta = drawn * (1 - math.cos(angle / (len(bend) - 1) / 2))
        beside = float(np.min(away)) > drawn * angle / (len(bend) - 1) + sagitta  # what is by the path is on it
        assert tight >= 1 or not beside or bool((away <= np.array(held) * 1.001 + 0.01).any()), heading


@pytest.mark.parametrize(("radius_m", "status"), [(15, "undecided"), (110, "passed")])
def test_a_half_circle_that_nobody_can_fly_leaves_the_mission_undecided(ask, radius_m: float, status: str) -> None:
    angles = np.linspace(0, math.pi, 19)
    bend = [at(radius_m * math.sin(a), radius_m * (1 - math.cos(a)), 60) for a in angles]
    mission = a_mission([at(-400, 0, 60), *bend, at(-400, 2 * radius_m, 60)], mission={"wing_mps": 20}, untimed=True)
    assert ask(mission, radius_m + 50)["DAT103"] == [status]  # R is 70.6 m


def _away(x: np.ndarray, y: np.ndarray, towards: tuple[float, float]) -> np.ndarray:
    """Metres from points to the half-line from the corner in a direction."""
    along = np.maximum(x * towards[0] + y * towards[1], 0.0)
    return np.hypot(x - along * towards[0], y - along * towards[1])


def read(turn: float, speed: float):
    heading = math.radians(turn)
    return read_points([(-4000, 0), (0, 0), (4000 * math.cos(heading), 4000 * math.sin(heading))], speed)


def read_points(places: list[tuple[float, float]], speed: float):
    import tempfile

    points = [at(east, north, 60) for east, north in places]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "m.geojson", a_mission(points, mission={"wing_mps": speed}, untimed=True))
        return read_mission(path)
