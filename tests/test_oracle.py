"""The engine against a slow oracle that shares no code with it, on random scenes anywhere between 85 S and 85 N.

`make prove` holds the same against many more scenes.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from builders import a_mission, a_zone, tracks_of, write, zones
from depth import deep
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import earth
from proving import CHANGES, hold, vary
from scenes import offset

from dronectl.encounter import Skies
from dronectl.measures import Answer
from dronectl.readers import read_mission, read_zones

SEEDS = 1_000_000_000
FOLDER = [HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize("block", range(deep(15, 4)))
def test_the_engine_agrees_with_the_oracle(block: int, tmp_path: Path) -> None:
    """The same scenes every time."""
    outcomes = [hold(seed, tmp_path) for seed in range(block * 150, block * 150 + 150)]
    assert [(outcome.seed, outcome.faults) for outcome in outcomes if outcome.faults] == []
    assert {"yes", "no"} <= {outcome.answer for outcome in outcomes}
    assert max(outcome.overshoot_m for outcome in outcomes) <= 0.5


@settings(max_examples=deep(300, 100), deadline=None, suppress_health_check=FOLDER)
@given(seed=st.integers(10_000, SEEDS))
def test_the_engine_agrees_with_the_oracle_on_scenes_of_the_day(seed: int, tmp_path: Path) -> None:
    assert hold(seed, tmp_path).faults == []


@pytest.mark.parametrize("how", CHANGES)
def test_no_finding_vanishes_when_the_same_is_said_otherwise(how: str, tmp_path: Path) -> None:
    cases = {seed: vary(seed, how, tmp_path) for seed in range(deep(120, 60))}
    assert {seed: lost for seed, lost in cases.items() if lost not in ("", "-")} == {}
    assert sum(lost == "" for lost in cases.values()) >= deep(15, 6)


@pytest.mark.parametrize("lat", [0.0, 52.0, 84.9, -84.9])
@pytest.mark.parametrize("size", [50.0, 5_000.0, 300_000.0])
def test_a_path_one_metre_inside_or_outside_a_circle_is_told_apart(lat: float, size: float, tmp_path: Path) -> None:
    geometry = {"type": "Point", "coordinates": [179.9, lat], "extent": {"subType": "Circle", "radius": size}}
    found = read_zones([zones(tmp_path / "z.geojson", a_zone(geometry=geometry, country="XXX"))])[0].zones
    for shift, expected in ((-1.0, Answer.YES), (1.0 + 0.0005 * size, Answer.NO)):
        place = offset(179.9, lat, 90.0, size + shift)
        mission = read_mission(write(tmp_path / "m.geojson", a_mission([[*place, 10.0], [*place, 60.0]])))
        assert Skies(found).meetings(tracks_of(mission), near_m=1000)[0].inside is expected


@pytest.mark.parametrize("seed", range(12))
def test_a_zone_of_hundreds_of_kilometres_keeps_its_edge_within_the_bound(seed: int, tmp_path: Path) -> None:
    """Single fixes a metre and a bound from an edge of some hundred kilometres, measured on the ellipsoid."""
    rng = random.Random(seed)
    lat, lon = rng.uniform(-75, 75), rng.uniform(-180, 180)
    corners = [offset(lon, lat, 360 * k / 5, rng.uniform(150_000, 400_000)) for k in range(5, 0, -1)]
    ring = [*corners, corners[0]]
    zone = a_zone(geometry={"type": "Polygon", "coordinates": [[list(c) for c in ring]]}, country="XXX")
    found = read_zones([zones(tmp_path / "z.geojson", zone)])[0].zones
    for _ in range(6):
        k, share = rng.randrange(5), rng.uniform(0.05, 0.95)
        (x0, y0), (x1, y1) = ring[k], ring[k + 1]
        x1 += 360 * round((x0 - x1) / 360)
        on_edge = ((x0 + share * (x1 - x0) + 180) % 360 - 180, y0 + share * (y1 - y0))
        for metres in (-40.0, -1.0, 1.0, 40.0):
            azimuth = earth.WGS84.inv(*on_edge, lon, lat)[0]
            place = offset(*on_edge, azimuth, -metres)
            depth = float(earth.depth_in_rings(*(place_ for place_ in _arrays(place)), [ring], 300.0)[0])
            mission = read_mission(
                write(tmp_path / "m.geojson", a_mission([[*place, 10.0]], times=["2026-05-12T10:00Z"]))
            )
            meetings = Skies(found).meetings(tracks_of(mission), near_m=1000)
            if depth > 0.001:
                assert meetings[0].inside is Answer.YES, depth
            elif depth < -0.55:
                assert meetings[0].inside is Answer.NO, depth
                assert -depth - 0.55 <= meetings[0].margin_m <= -depth


def _arrays(place: tuple[float, float]):
    import numpy as np

    return np.array([place[0]]), np.array([place[1]])


def test_a_ring_across_the_antimeridian_closes_to_the_last_digit(tmp_path: Path) -> None:
    ring = [[-179.9990177283039, 0.4], [179.9997875869692, 0.4], [179.9975298676281, 0.41], [-179.9990177283039, 0.4]]
    zone = a_zone(geometry={"type": "Polygon", "coordinates": [ring]}, country="XXX")
    file = read_zones([zones(tmp_path / "z.geojson", zone)])[0]
    assert file.zones[0].volumes[0].doubt == ""
    assert any("antimeridian" in remark.what for remark in file.remarks)


def test_a_zone_that_is_cut_at_the_antimeridian_is_as_small_as_it_is(tmp_path: Path) -> None:
    east_half = [[179.9, 1], [180, 1], [180, 2], [179.9, 2], [179.9, 1]]
    halves = [[east_half], [[[-180, 1], [-179.9, 1], [-179.9, 2], [-180, 2], [-180, 1]]]]
    zone = a_zone(geometry={"type": "MultiPolygon", "coordinates": halves}, country="XXX")
    (found,) = read_zones([zones(tmp_path / "z.geojson", zone)])[0].zones
    west, _, east, _ = found.volumes[0].box
    assert east - west == pytest.approx(0.2)
    for lon in (179.95, -179.95, 180.0, -180.0):
        mission = read_mission(
            write(tmp_path / "m.geojson", a_mission([[lon, 1.5, 10.0]], times=["2026-05-12T10:00Z"]))
        )
        assert Skies([found]).meetings(tracks_of(mission))[0].inside is Answer.YES
