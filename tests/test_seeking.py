"""Missions that change while they are asked about: what was not read at first is read before anybody is told of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from builders import METRE_NORTH, a_mission, a_zone, at, ring, write, zones

from dronectl.check import Report
from dronectl.cli import seeking
from dronectl.cli.question import Answer, question_of
from dronectl.cli.seeking import Ask, sought
from dronectl.config import settings
from dronectl.finding import Verdict
from dronectl.mission import Mission


def moved(mission: Mission, north_m: float) -> Mission:
    (flight,) = mission.flights
    return replace(mission, flights=(replace(flight, lat=flight.lat + north_m * METRE_NORTH),))


@pytest.mark.parametrize("north_m", [-30_000.0, 4_100.0, 30_000.0, 200_000.0])
def test_a_zone_beyond_what_was_read_is_met_by_a_mission_that_moves_there(north_m: float, tmp_path: Path) -> None:
    far = ring(-50, north_m - 50, 50, north_m + 50)
    path = zones(tmp_path / "z.geojson", a_zone(geometry={"type": "Polygon", "coordinates": [far]}))
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 0, 60), at(200, 0, 60)]))
    seen: list[int] = []

    def look(answer: Answer, asked: Ask) -> Report:
        (here,) = answer.found.missions
        assert asked(here).verdict is not Verdict.VIOLATION
        seen.append(sum(len(file.zones) for file in answer.found.files))
        return asked(moved(here, north_m))

    question = question_of(settings(), [mission], zones=(path,))
    answer, report = sought(question, look)
    assert report.verdict is Verdict.VIOLATION
    assert len(seen) == 2 and len(answer.found.files[0].zones) == 1


def test_a_suggestion_is_the_same_however_little_was_read_at_first(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = [ring(-150, -40, 150, 60), ring(-3_000, 2_000, -2_000, 2_500), ring(90, 16_000, 900, 17_000)]
    path = zones(
        tmp_path / "z.geojson",
        *(a_zone(f"Z{k}", geometry={"type": "Polygon", "coordinates": [shape]}) for k, shape in enumerate(shapes)),
    )
    mission = write(tmp_path / "m.geojson", a_mission([at(-400, 0, 60), at(400, 0, 60)]))
    told = []
    for room_m in (seeking.ROOM_M, 0.0, 100_000.0):
        monkeypatch.setattr(seeking, "ROOM_M", room_m)
        ran = run("suggest", mission, "--zones", path, "-f", "json")
        assert ran.code == 0
        told.append(json.loads(ran.out))
    assert told[0]["suggestions"] and told[0] == told[1] == told[2]
