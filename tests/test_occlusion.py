"""What hides what: lines of sight over a surface, against a plain reading of every ray."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import a_mission, a_simple_zone, at, ring, write, zones
from rasters import a_terrain

STATED = ("--lens", "wide", "--video", "4k", "--terrain-error", "0")


def wall(east: float, north: float, *, height: float, near: float = 12, far: float = 20) -> float:
    """A block of houses along y = 12 to 20, on ground at 10 m."""
    return 10.0 + (height if near <= north <= far and -80 <= east <= 80 else 0.0)


@pytest.fixture
def film(tmp_path: Path, run):
    def asked(height: float, house: float, north: float = 30, surface: bool = True, far: float = 26, **more: Any):
        ground = a_terrain(tmp_path / "ground.tif", lambda e, n: 10.0, cell_m=2, size=400, west=-400, north=400)
        over = a_terrain(
            tmp_path / "over.tif",
            lambda e, n: wall(e, n, height=house, far=far),
            cell_m=2,
            size=400,
            west=-400,
            north=400,
        )
        mission = a_mission([at(-10, 0, height), at(10, 0, height)], mission={"aircraft": "dji-m3e"}, **more)
        area = {"type": "Polygon", "coordinates": [ring(-5, north, 5, north + 4)]}
        zone = zones(tmp_path / "z.geojson", a_simple_zone("privacy", area, privacy={"subject": "school"}))
        path = write(tmp_path / "m.geojson", mission)
        given = ["--terrain", ground, *(["--surface", over] if surface else [])]
        return run("camera", path, "--zones", zone, *STATED, "-f", "json", *given)

    return asked


def test_houses_hide_what_lies_behind_them(film) -> None:
    assert film(15, 14, surface=False).code == 1
    assert film(15, 14).code == 0  # a row of houses of 14 m, seen from 15 m
    assert film(15, 3).code == 1  # sheds of 3 m: over them the school is seen
    assert film(15, 14, north=14).code == 1  # the houses themselves are seen
    assert film(40, 14, north=24).code == film(40, 3, north=24).code == 0  # too high for the density


def test_what_is_told_of_it(film) -> None:
    told = json.loads(film(15, 14).out)["assumed"]
    assert not any("occlusion ignored" in words for words in told)
    assert any("occlusion ignored" in words for words in json.loads(film(15, 14, surface=False).out)["assumed"])


def test_a_height_that_is_not_known_above_the_sea_hides_nothing(film, run, tmp_path: Path) -> None:
    film(15, 14)
    ran = run(
        "camera", tmp_path / "m.geojson", "--zones", tmp_path / "z.geojson", *STATED, "--surface", tmp_path / "over.tif"
    )
    assert ran.code == 1  # without a terrain nobody knows how high above the sea the camera is


def test_uncertainty_looks_round_the_corner(film) -> None:
    """A camera that may be 5 m aside, over houses that are narrower than that, sees what it may see."""
    assert film(15, 14, uncertainty=(1, 0)).code == 0
    assert film(15, 14, uncertainty=(8, 0)).code == 1


def test_no_ray_that_is_free_is_called_hidden() -> None:
    from dronectl.geometry import Frame
    from dronectl.occlusion import Surface

    rng = np.random.default_rng(11)
    step, size = 2.0, 101
    low = np.where(rng.random((size, size)) < 0.03, 12.0, 0.0)
    surface = Surface(None, Frame(5.0, 52.0), -100.0, -100.0, step, low, 3.0)  # type: ignore[arg-type]
    eyes, places = rng.uniform(-90, 90, (40, 2)), np.column_stack([rng.uniform(-90, 90, (40, 2)), np.full(40, 2.0)])
    z, tops = rng.uniform(5, 40, 40), rng.uniform(0, 10, 40)
    hidden = surface.hidden(eyes, z, places, tops)
    u = np.linspace(0, 1, 4001)[1:-1]
    for i in range(40):
        for j in range(40):
            x, y = (eyes[i] + u[:, None] * (places[j, :2] - eyes[i])).T
            under = low[np.rint((y + 100) / step).astype(int), np.rint((x + 100) / step).astype(int)]
            free = bool((under <= z[i] + u * (tops[j] - z[i])).all())
            assert not (free and hidden[i, j])
    assert 0.1 < hidden.mean() < 0.95
