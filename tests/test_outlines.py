"""Outlines that touch themselves, overlap, repeat their points or hold holes to the brim; and paths that stand still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import a_mission, a_zone, at, ring, write, zones


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


PINCHED = polygon([at(0, 0), at(100, 50), at(100, -50), at(0, 0), at(-100, -50), at(-100, 50), at(0, 0)])
HOLE_AT_THE_EDGE = polygon(ring(-100, -100, 100, 100), [at(0, 100), at(-20, 0), at(20, 0), at(0, 100)])
REPEATED = polygon([at(-50, -50), at(-50, -50), at(50, -50), at(50, 50), at(50, 50), at(-50, 50), at(-50, -50)])
SPIKED = polygon([at(-50, -50), at(50, -50), at(50, 50), at(0, 50), at(0, 200), at(0, 50), at(-50, 50), at(-50, -50)])
BESIDE_EACH_OTHER = {"type": "MultiPolygon", "coordinates": [[ring(-100, -100, 0, 100)], [ring(0, -100, 100, 100)]]}
OVERLAPPING = {"type": "MultiPolygon", "coordinates": [[ring(-100, -100, 20, 100)], [ring(0, -100, 100, 100)]]}
IN_A_HOLE = polygon(ring(-300, -300, 300, 300), ring(-200, -200, 200, 200))


@pytest.fixture
def verdict(run, tmp_path: Path):
    def asked(geometry: dict[str, Any], *points: list[float], **mission: Any) -> str:
        zone = zones(tmp_path / "z.geojson", a_zone(geometry=geometry))
        ran = run("check", write(tmp_path / "m.geojson", a_mission(list(points), **mission)), "--zones", zone, "-q")
        return ran.out.split(":")[0]

    return asked


@pytest.mark.parametrize(
    ("geometry", "east", "north", "expected"),
    [
        (PINCHED, 60, 0, "NOT CLEARED"), (PINCHED, -60, 0, "NOT CLEARED"), (PINCHED, 0, 0, "NOT CLEARED"),
        (PINCHED, 0, 20, "CLEARED"), (PINCHED, 0, -20, "CLEARED"),
        (HOLE_AT_THE_EDGE, 0, 50, "CLEARED"), (HOLE_AT_THE_EDGE, 0, 100, "NOT CLEARED"),
        (HOLE_AT_THE_EDGE, 50, 50, "NOT CLEARED"), (HOLE_AT_THE_EDGE, 0, -20, "NOT CLEARED"),
        (REPEATED, 0, 0, "NOT CLEARED"), (REPEATED, 60, 60, "CLEARED"),
        (SPIKED, 0, 0, "CANNOT TELL"), (SPIKED, 0, 150, "CANNOT TELL"), (SPIKED, 40, 150, "CLEARED"),
        (BESIDE_EACH_OTHER, 0, 0, "NOT CLEARED"), (BESIDE_EACH_OTHER, 50, 0, "NOT CLEARED"),
        (BESIDE_EACH_OTHER, 150, 0, "CLEARED"),
        (OVERLAPPING, 10, 0, "NOT CLEARED"), (OVERLAPPING, -50, 0, "NOT CLEARED"), (OVERLAPPING, 150, 0, "CLEARED"),
        (IN_A_HOLE, 0, 0, "CLEARED"), (IN_A_HOLE, 250, 0, "NOT CLEARED"), (IN_A_HOLE, 199, 0, "CLEARED"),
    ],
)  # fmt: skip
def test_a_fix_in_an_odd_outline(geometry: dict, east: float, north: float, expected: str, verdict) -> None:
    assert verdict(geometry, at(east, north, 60)) == expected
    assert verdict(geometry, at(east, north, 60), at(east, north, 90)) == expected  # a climb
    assert verdict(geometry, *[at(east, north, 60)] * 4) == expected  # a hover said four times


def test_a_hole_belongs_to_its_own_volume_only(verdict) -> None:
    low = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 50, "upperReference": "AGL"}
    high = {"uom": "m", "lower": 50.5, "lowerReference": "AGL"}
    layered = {"type": "GeometryCollection", "geometries": [
        IN_A_HOLE | {"layer": low}, polygon(ring(-300, -300, 300, 300)) | {"layer": high},
    ]}  # fmt: skip
    assert verdict(layered, at(0, 0, 30)) == "CLEARED"
    assert verdict(layered, at(0, 0, 60)) == "NOT CLEARED"
    assert verdict(layered, at(250, 0, 30)) == "NOT CLEARED"


def test_layers_that_overlap_are_each_asked(verdict) -> None:
    first = {"uom": "m", "lower": 20, "lowerReference": "AGL", "upper": 60, "upperReference": "AGL"}
    second = {"uom": "m", "lower": 40, "lowerReference": "AGL", "upper": 90, "upperReference": "AGL"}
    layered = {"type": "GeometryCollection", "geometries": [
        polygon(ring(-50, -50, 50, 50)) | {"layer": first}, polygon(ring(0, -50, 100, 50)) | {"layer": second},
    ]}  # fmt: skip
    for east, height, expected in (
        (-20, 30, "NOT CLEARED"), (-20, 70, "CLEARED"), (20, 50, "NOT CLEARED"), (20, 80, "NOT CLEARED"),
        (80, 30, "CLEARED"), (80, 80, "NOT CLEARED"), (20, 10, "CLEARED"),
    ):  # fmt: skip
        assert verdict(layered, at(east, 0, height)) == expected


def test_a_path_that_repeats_its_points_is_the_same_path(verdict) -> None:
    square = polygon(ring(-50, -50, 50, 50))
    line = [at(-200, 0, 60), at(-200, 0, 60), at(200, 0, 60), at(200, 0, 60), at(200, 0, 60)]
    assert verdict(square, *line) == "NOT CLEARED"
    assert verdict(square, *[[p[0], p[1] + 0.001, 60] for p in line]) == "CLEARED"
    there_and_back = [at(-200, 0, 60), at(-60, 0, 60), at(-200, 0, 60)]
    assert verdict(square, *there_and_back) == "CLEARED"
    assert verdict(square, *there_and_back, uncertainty=(11, 0)) == "NOT CLEARED"
