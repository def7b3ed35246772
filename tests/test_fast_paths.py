"""The ways by which the engine is quick, switched off one by one and together: no answer may differ by it."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from bench.generate import CITIES, national_zones
from builders import a_mission, write

from dronectl import altitude, encounter, holding
from dronectl.encounter import Meeting, Skies
from dronectl.geometry import contact, edges, index, shapes
from dronectl.heights import Models
from dronectl.holding import Holds, in_time
from dronectl.intervals import Intervals, union
from dronectl.mission import Mission
from dronectl.readers import read_mission, read_zones
from dronectl.schedule import Hours
from dronectl.track import Encounter, Track
from dronectl.zone import Zone

MISSIONS, ZONES = 25, 4_000  # 100,000 pairs
SOME = 5  # missions on which each way alone is switched off


def no_evenness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heights are looked at piece by piece."""
    monkeypatch.setattr(altitude, "evenly", lambda track, limit: None)


def no_hours_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every piece is held against a zone's hours by itself."""

    def looked(track: Track, zone: Zone, hours: Hours | None) -> Holds:
        surely: Intervals = []
        maybe: Intervals = []
        unsure: Intervals = []
        for piece in range(len(track.course)):
            sure, may = in_time(track, piece, zone, hours)
            surely.extend((piece + a, piece + b) for a, b in sure)
            maybe.extend((piece + a, piece + b) for a, b in may)
            unsure.extend([(float(piece), piece + 1.0)] if sure != may else [])
        return Holds(union(surely, gap=1e-9), union(maybe, gap=1e-9), union(unsure))

    monkeypatch.setattr(encounter, "in_hours", looked)


def no_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece is told from the place of its neighbours or its ends, and no block of them stands for each."""
    monkeypatch.setattr(contact.PatchRows, "bound", lambda rows: None)
    monkeypatch.setattr(contact.DiscRows, "bound", lambda rows: None)
    monkeypatch.setattr(contact, "FEW", 10**9)
    monkeypatch.setattr(index, "BLOCK", 1)


def no_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes are asked of the tree one by one, and edges in small blocks."""
    monkeypatch.setattr(index, "MOST_PAIRS", 0)
    monkeypatch.setattr(shapes, "BLOCK", 500)
    monkeypatch.setattr(edges, "BLOCK", 500)
    monkeypatch.setattr(encounter, "MOST_ROWS", 0)


SWITCHES = (no_evenness, no_hours_at_once, no_bounds, no_bulk)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Skies, list[Mission]]:
    """Plans of some legs and paths of hundreds of fixes, across the five cities."""
    folder = tmp_path_factory.mktemp("fast")
    made = national_zones(ZONES, seed=99)
    rng = random.Random(99)
    for feature in made["features"]:  # nearer together: so that pairs meet
        lon, lat = CITIES[rng.randrange(2)]
        _moved(feature["geometry"], lon + rng.gauss(0, 0.1), lat + rng.gauss(0, 0.06))
    (file,) = read_zones([write(folder / "z.geojson", made)])
    missions = []
    for number in range(MISSIONS):
        lon, lat = CITIES[number % 2]
        many = number % 3 == 0
        at, points = np.array([lon + rng.gauss(0, 0.04), lat + rng.gauss(0, 0.025)]), []
        for _ in range(150 if many else rng.randint(2, 12)):
            points.append([*at.tolist(), rng.choice([40.0, 60.0, 118.0, 121.0])])
            at = at + np.array([rng.gauss(0, 1e-4 if many else 4e-3), rng.gauss(0, 6e-5 if many else 2.5e-3)])
        hours = {"start": "2026-05-12T06:00:00+02:00", "speed_mps": 9.0, "untimed": True}
        given = a_mission(points, uncertainty=(rng.choice([0, 5, 40]), rng.choice([0, 3])), **hours)
        missions.append(read_mission(write(folder / f"{number}.geojson", given)))
    return Skies(file.zones), missions


def _moved(geometry: dict[str, Any], lon: float, lat: float) -> None:
    """Move a shape so that it lies about a place."""
    for part in geometry.get("geometries", [geometry]):
        if part["type"] == "Point":
            part["coordinates"] = [lon, lat]
            continue
        first = part["coordinates"][0][0]
        part["coordinates"] = [
            [[x - first[0] + lon, y - first[1] + lat] for x, y in ring] for ring in part["coordinates"]
        ]


def meetings(world: tuple[Skies, list[Mission]]) -> list[list[Meeting]]:
    skies, missions = world
    return [
        skies.meetings([Track.of(f, m, Models()) for f in m.flights], near_m=100.0, margin_m=30.0) for m in missions
    ]


@pytest.fixture(scope="module")
def quick(world: tuple[Skies, list[Mission]]) -> list[list[Meeting]]:
    return meetings(world)


@pytest.mark.parametrize("off", [*SWITCHES, None], ids=lambda off: off.__name__ if off else "all of them")
def test_no_answer_differs_without_it(off: Any, world: Any, quick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for switch in SWITCHES if off is None else (off,):
        switch(monkeypatch)
    few = MISSIONS if off is None else SOME
    slow = meetings((world[0], world[1][:few]))
    assert sum(len(found) for found in quick) > 200
    assert sum(one.inside.name != "NO" for found in quick for one in found) > 100
    for one, other in zip(quick[:few], slow, strict=True):
        assert [(m.zone.id, m.inside, m.in_plan, m.in_height, m.in_time, m.within_margin) for m in one] == [
            (m.zone.id, m.inside, m.in_plan, m.in_height, m.in_time, m.within_margin) for m in other
        ]
        for mine, theirs in zip(one, other, strict=True):
            assert mine.nearest_m == pytest.approx(theirs.nearest_m, abs=1e-6)
            _same(mine.encounters, theirs.encounters)
            _same(mine.possible, theirs.possible)


def test_many_missions_together_are_each_by_itself(world: Any, quick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of them are held against the zones at once, and in whatever portions."""
    skies, missions = world
    tracks = [[Track.of(f, m, Models()) for f in m.flights] for m in missions]
    for most in (encounter.MOST_ROWS, 2_000):
        monkeypatch.setattr(encounter, "MOST_ROWS", most)
        together = skies.meetings_of(tracks, near_m=100.0, margin_m=30.0)
        assert len(together) == len(quick)
        for one, other in zip(quick, together, strict=True):
            assert [(m.zone.id, m.inside, m.within_margin) for m in one] == [
                (m.zone.id, m.inside, m.within_margin) for m in other
            ]
            for mine, theirs in zip(one, other, strict=True):
                assert mine.nearest_m == pytest.approx(theirs.nearest_m, abs=1e-6)
                _same(mine.encounters, theirs.encounters)
                _same(mine.possible, theirs.possible)


def _same(one: tuple[Encounter, ...], other: tuple[Encounter, ...]) -> None:
    assert len(one) == len(other)
    for mine, theirs in zip(one, other, strict=True):
        assert mine.margin_m == pytest.approx(theirs.margin_m, abs=1e-6)
        assert mine.length_m == pytest.approx(theirs.length_m, abs=1e-6)
        for a, b in zip(mine.spans, theirs.spans, strict=True):
            assert a == pytest.approx(b, abs=1e-9)


def test_the_switches_reach_what_they_switch_off(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all of them off no quick way is taken: pieces are looked at one by one, and all of them are cut."""
    calls = {"piece": 0, "cut": 0}
    on_piece, cuts = holding.on_piece, {kind: kind.cut for kind in (contact.DiscRows, contact.PatchRows)}

    def counted(*arguments: Any) -> Any:
        calls["piece"] += 1
        return on_piece(*arguments)

    def cut(found: Any, rows: Any, *more: Any) -> Any:
        calls["cut"] += len(rows)
        return cuts[type(found)](found, rows, *more)

    monkeypatch.setattr(holding, "on_piece", counted)
    for kind in cuts:
        monkeypatch.setattr(kind, "cut", cut)
    meetings((world[0], world[1][:6]))
    quickly = dict(calls)
    for switch in SWITCHES:
        switch(monkeypatch)
    meetings((world[0], world[1][:6]))
    assert quickly["piece"] == 0 < calls["piece"]
    assert calls["cut"] - quickly["cut"] > 2 * quickly["cut"] > 0
