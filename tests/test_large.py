"""Legs of hundreds of kilometres against zones of hundreds of kilometres, and zones round the whole globe."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from builders import a_mission, a_zone, tracks_of, write, zones
from geographiclib.geodesic import Geodesic
from oracle import earth

from dronectl.encounter import Skies
from dronectl.measures import Answer
from dronectl.readers import read_mission, read_zones


def place(lon: float, lat: float, azimuth: float, metres: float) -> list[float]:
    found = Geodesic.WGS84.Direct(lat, lon, azimuth, metres)
    return [found["lon2"], found["lat2"]]


def meeting(tmp_path: Path, geometry: dict, points: list[list[float]]):
    """The meeting of a zone and a path, and the mission's own widening (long legs leave the lon/lat line)."""
    file = zones(tmp_path / "z.geojson", a_zone(geometry=geometry, country="XXX"))
    mission = read_mission(write(tmp_path / "m.geojson", a_mission(points)))
    found = Skies(read_zones([file])[0].zones).meetings(tracks_of(mission), near_m=5_000)
    return (found[0] if found else None), float(mission.flights[0].widen_m.max())


@pytest.mark.parametrize("seed", range(12))
def test_a_long_leg_against_a_large_zone(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    lon, lat = rng.uniform(-180, 180), rng.uniform(-70, 70)
    size = rng.uniform(50_000, 400_000)
    corners = [place(lon, lat, -90.0 * k + rng.uniform(-20, 20), size * rng.uniform(0.7, 1.2)) for k in range(4)]
    rings = [[*corners, corners[0]]]
    start = place(lon, lat, rng.uniform(0, 360), size * rng.uniform(0.5, 1.6))
    end = place(start[0], start[1], rng.uniform(0, 360), rng.uniform(10_000, 200_000))
    found, widened = meeting(tmp_path, {"type": "Polygon", "coordinates": rings}, [[*start, 60], [*end, 60]])
    taken = earth.along(*start, *end, np.linspace(0, 1, 401))
    edges = [[tuple(point) for point in ring] for ring in rings]
    if earth.inside(*taken, edges).any():
        assert found is not None and found.inside is Answer.YES
    else:
        nearest = float(earth.to_edges(*taken, edges, 1_000).min())
        if found is not None and found.inside is Answer.YES:
            assert nearest <= widened + 1.0 + 500.0  # samples lie 500 m apart
        elif nearest < 4_000:
            assert found is not None and abs(found.margin_m + widened - nearest) < 500 + 0.5 + 0.0005 * nearest


def test_a_small_zone_in_the_middle_of_a_long_leg(tmp_path: Path) -> None:
    start, end = [-30.0, 45.0], [10.0, 55.0]
    line = Geodesic.WGS84.InverseLine(start[1], start[0], end[1], end[0])
    for share in (0.1, 0.5, 0.77):
        middle = line.Position(line.s13 * share)
        shape = {
            "type": "Point",
            "coordinates": [middle["lon2"], middle["lat2"]],
            "extent": {"subType": "Circle", "radius": 5},
        }
        found, _ = meeting(tmp_path, shape, [[*start, 60], [*end, 60]])
        assert found is not None and found.inside is Answer.YES


@pytest.mark.parametrize(("lon", "inside"), [(4.9, True), (-179.99, True), (179.99, True)])
def test_a_zone_over_half_the_globe(lon: float, inside: bool, tmp_path: Path) -> None:
    halves = [
        [[-180, -80], [0, -80], [0, 80], [-180, 80], [-180, -80]],
        [[0, -80], [180, -80], [180, 80], [0, 80], [0, -80]],
    ]
    shape = {"type": "MultiPolygon", "coordinates": [[half] for half in halves]}
    found, _ = meeting(tmp_path, shape, [[lon, 52, 60], [lon + 0.009, 52, 60]])
    assert found is not None and found.inside is Answer.YES


def test_a_hole_in_a_very_large_zone(tmp_path: Path) -> None:
    outer = [[-20, 30], [30, 30], [30, 70], [-20, 70], [-20, 30]]
    hole = [[4, 51], [4, 53], [6, 53], [6, 51], [4, 51]]
    shape = {"type": "Polygon", "coordinates": [outer, hole]}
    found, _ = meeting(tmp_path, shape, [[5.0, 52.0, 60], [5.01, 52.0, 60]])
    assert found is None or found.inside is Answer.NO
    found, _ = meeting(tmp_path, shape, [[5.99, 52.0, 60], [6.01, 52.0, 60]])
    assert found is not None and found.inside is Answer.YES
