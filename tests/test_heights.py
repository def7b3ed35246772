"""Heights over different datums: terrain at its own resolution, the geoid, and no more certainty than there is."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import LAT, LON, METRE_EAST, METRE_NORTH, a_mission, a_simple_zone, a_zone, at, ring, write, zones
from conftest import missing, realdata
from geographiclib.geodesic import Geodesic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine
from rasters import PlainRaster, a_raster, a_terrain

from dronectl.errors import InputError
from dronectl.geometry import Course
from dronectl.heights import Models, Piece, open_models
from dronectl.heights.geoid import Egm96
from dronectl.heights.grid import bilinear, extremes
from dronectl.measures import Datum
from dronectl.mission import Flight
from dronectl.where import Where

WIDE = {"type": "Polygon", "coordinates": [ring(-600, -600, 600, 600)]}
LOW_BAND = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 50, "upperReference": "AGL"}


def verdict(run, tmp: Path, zone: dict, mission: dict, *options: object) -> dict:
    """The report of a check, as JSON."""
    zone_file = zones(tmp / "z.geojson", zone, metadata={"validTo": "2035-01-01T00:00:00Z"})
    ran = run("check", write(tmp / "m.geojson", mission), "--zones", zone_file, "--format", "json", *options)
    assert ran.out, ran.err
    return json.loads(ran.out)


def air(report: dict) -> dict:
    """The finding about the one zone."""
    (found,) = [f for f in report["missions"][0]["findings"] if f["zone"]]
    return found


def middle(models: Models, lon: float, lat: float) -> float | None:
    """The ground at one position, in the middle of its bounds."""
    found = models.ground_at(lon, lat, 0.0)
    return None if found is None else (found[0] + found[1]) / 2


# the geoid


@pytest.mark.parametrize(
    ("place", "lat", "lon", "metres"),
    [
        ("Amsterdam", 52.3731, 4.8922, 42.940),
        ("The Hague", 52.0786, 4.2888, 43.411),
        ("Munich", 48.14, 11.58, 45.476),
        ("Zurich", 47.37, 8.54, 47.24),
        ("null island", 0.0, 0.0, 17.16),
        ("North Pole", 90.0, 33.0, 13.606),  # NIMA's own tables: 13.606 and -29.534
        ("South Pole", -90.0, 33.0, -29.534),
    ],
)
def test_the_geoid_has_its_published_values(place: str, lat: float, lon: float, metres: float) -> None:
    assert Egm96().undulation(np.array([lon]), np.array([lat]))[0] == pytest.approx(metres, abs=0.02), place


def test_the_geoid_agrees_with_the_15_minute_grid_everywhere() -> None:
    data = realdata()
    if data is None:
        missing("the 15' grid (DRONECTL_REALDATA)")
        return
    raw = (data / "geoid" / "egm96_15.gtx").read_bytes()
    nodes = np.frombuffer(raw[40:], ">f4").reshape(721, 1440)
    lat, lon = np.repeat(-90 + 0.25 * np.arange(721), 1440), np.tile(-180 + 0.25 * np.arange(1440), 721)
    assert np.abs(Egm96().undulation(lon, lat).reshape(721, 1440) - nodes).max() < 0.01


def test_the_geoid_is_the_same_on_both_sides_of_the_antimeridian_and_after_a_turn() -> None:
    found = Egm96().undulation(np.array([180.0, -180.0, 540.0, 5.0, 365.0]), np.full(5, 52.0))
    assert found[0] == found[1] == found[2] and found[3] == found[4]


def test_heights_above_the_ellipsoid_are_held_against_sea_level(run, tmp_path: Path) -> None:
    # the ellipsoid lies 43.77 m under the sea at 52 N 5 E: 100 m above it is 56 m AMSL, so 60 m AMSL is above the path
    band = {"uom": "m", "lower": 60, "lowerReference": "AMSL", "upper": 90, "upperReference": "AMSL"}
    sea = float(Egm96().undulation(np.array([LON]), np.array([LAT]))[0])
    for over_sea, expected in ((60.0 + 2.2, "failed"), (60.0, "undecided"), (60.0 - 2.2, "passed")):
        path = [at(-200, 0, over_sea + sea), at(200, 0, over_sea + sea)]
        report = verdict(run, tmp_path, a_zone(geometry=WIDE, layer=band), a_mission(path, datum="WGS84"))
        assert air(report)["status"] == expected
        assert any("EGM96" in said for said in report["assumptions"])


def test_a_geoid_file_replaces_the_one_that_ships(run, tmp_path: Path) -> None:
    band = {"uom": "m", "lower": 60, "lowerReference": "AMSL", "upper": 90, "upperReference": "AMSL"}
    mission = a_mission([at(-200, 0, 100), at(200, 0, 100)], datum="WGS84")
    geoid = a_terrain(tmp_path / "g.tif", lambda east, north: 20.0)
    report = verdict(run, tmp_path, a_zone(geometry=WIDE, layer=band), mission, "--geoid", geoid, "--geoid-error", 0.1)
    assert air(report)["status"] == "failed"
    assert [i["path"] for i in report["inputs"] if i["role"] == "geoid"] == [str(geoid)]
    elsewhere = a_terrain(tmp_path / "e.tif", lambda east, north: 20.0, west=5000)
    report = verdict(run, tmp_path, a_zone(geometry=WIDE, layer=band), mission, "--geoid", elsewhere)
    assert air(report)["status"] == "undecided"


# the terrain, between the waypoints


def ridge(east: float, north: float) -> float:
    """Flat at 10 m, with a ridge of 70 m at the meridian."""
    return 10.0 + max(0.0, 60.0 - abs(east))


def test_a_ridge_between_two_waypoints_is_found(run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", ridge, cell_m=10, size=200)
    path = [at(-500, 0, 100), at(500, 0, 100)]
    options = ("--terrain", terrain, "--terrain-error", 1)
    report = verdict(run, tmp_path, a_zone(geometry=WIDE, layer=LOW_BAND), a_mission(path, datum="AMSL"), *options)
    (met,) = air(report)["encounters"]
    assert air(report)["status"] == "failed"
    assert abs(met["enter"]["lon"] - LON) < 20 * METRE_EAST and abs(met["exit"]["lon"] - LON) < 20 * METRE_EAST
    assert 30 < met["length_m"] < 40  # within 50 m of a slope of one in one up to 70 m for 40 m, less what is not sure
    flat = a_terrain(tmp_path / "f.tif", cell_m=10, size=200)
    report = verdict(
        run, tmp_path, a_zone(geometry=WIDE, layer=LOW_BAND), a_mission(path, datum="AMSL"), "--terrain", flat
    )
    assert air(report)["status"] == "passed"


@pytest.mark.parametrize(("room_m", "expected"), [(10, "passed"), (45, "undecided")])
def test_the_relief_within_the_operational_volume_counts(room_m: float, expected: str, run, tmp_path: Path) -> None:
    """A bank 30 m beside the path is under an aircraft that has left its line: its volume may be in the band there."""
    terrain = a_terrain(tmp_path / "t.tif", lambda e, n: 80.0 if abs(n) > 30 else 10.0, cell_m=5, size=400)
    room = {"flight_geography_m": 0, "contingency_m": room_m, "contingency_up_m": 1, "ground_risk_buffer_m": 1}
    mission = a_mission([at(-200, 0, 120), at(200, 0, 120)], datum="AMSL", mission={"volumes": room})
    options = ("--terrain", terrain, "--terrain-error", 1)
    assert air(verdict(run, tmp_path, a_zone(geometry=WIDE, layer=LOW_BAND), mission, *options))["status"] == expected


def test_a_valley_between_two_waypoints_lifts_the_path_over_the_height_limit(run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", lambda e, n: 40.0 - max(0.0, 40.0 - abs(e) / 2), cell_m=10, size=200)
    mission = a_mission([at(-500, 0, 140), at(500, 0, 140)], datum="AMSL", mission={"category": "open/A2"})
    zone = a_zone(geometry={"type": "Polygon", "coordinates": [ring(700, 0, 800, 100)]})
    report = verdict(run, tmp_path, zone, mission, "--terrain", terrain, "--terrain-error", 1)
    (limit,) = [f for f in report["missions"][0]["findings"] if f["rule"] == "ALT101"]
    assert limit["status"] == "failed"
    assert limit["encounters"][0]["enter"]["lon"] > at(-60, 0)[0]


@pytest.mark.parametrize(("over", "expected"), [(-0.2, "undecided"), (0.2, "passed")])
def test_the_error_of_the_terrain_decides_what_can_be_told_from_above(over, expected, run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif")
    height = 10 + 50 + 3 + 2 + over  # ground, limit, vertical uncertainty, error of the terrain
    mission = a_mission([at(-500, 0, height), at(500, 0, height)], datum="AMSL", uncertainty=(0, 3))
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    found = air(verdict(run, tmp_path, zone, mission, "--terrain", terrain, "--terrain-error", 2))
    assert found["status"] == expected
    if expected == "undecided":
        assert "55 m AGL within 2.0 m" in found["message"]


@pytest.mark.parametrize(("over", "expected"), [(-0.2, "failed"), (0.2, "undecided")])
def test_the_error_of_the_terrain_decides_what_can_be_told_from_below(over, expected, run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif")
    height = 10 + 50 + 3 - 2 + over
    mission = a_mission([at(-500, 0, height), at(500, 0, height)], datum="AMSL", uncertainty=(0, 3))
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    assert air(verdict(run, tmp_path, zone, mission, "--terrain", terrain, "--terrain-error", 2))["status"] == expected


def test_a_terrain_without_a_stated_error_is_trusted_within_sixteen_metres(run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif")
    for height, expected in ((10 + 50 + 15.8, "undecided"), (10 + 50 + 16.2, "passed")):
        mission = a_mission([at(-500, 0, height), at(500, 0, height)], datum="AMSL")
        report = verdict(run, tmp_path, a_zone(geometry=WIDE, layer=LOW_BAND), mission, "--terrain", terrain)
        assert air(report)["status"] == expected
        assert any("within 16 m" in said for said in report["assumptions"])


@pytest.mark.parametrize(("row", "expected"), [(40, "undecided"), (10, "passed")])
def test_terrain_without_data_is_unknown_where_the_path_is(row: int, expected: str, run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", holes=[(row, 40)])
    mission = a_mission([at(-500, 0, 300), at(500, 0, 300)], datum="AMSL")
    found = air(verdict(run, tmp_path, a_zone(geometry=WIDE, layer=LOW_BAND), mission, "--terrain", terrain))
    assert found["status"] == expected
    if expected == "undecided":
        assert "no data at 52.0" in found["message"]


def test_values_that_no_ground_has_are_no_data(run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", lambda e, n: -32768.0 if abs(e) < 30 else 10.0, nodata=None)
    mission = a_mission([at(-500, 0, 300), at(500, 0, 300)], datum="AMSL")
    report = verdict(run, tmp_path, a_zone(geometry=WIDE, layer=LOW_BAND), mission, "--terrain", terrain)
    assert air(report)["status"] == "undecided"


def test_a_path_that_leaves_the_terrain_is_unknown_there(run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", west=-1000, size=40)  # up to the meridian
    mission = a_mission([at(-500, 0, 300), at(500, 0, 300)], datum="AMSL")
    report = verdict(run, tmp_path, a_zone(geometry=WIDE, layer=LOW_BAND), mission, "--terrain", terrain)
    assert air(report)["status"] == "undecided"


def test_tiles_beside_each_other_are_one_terrain_in_any_order(run, tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    folder.mkdir()
    a_terrain(folder / "west.tif", west=-1000, size=40, north=500)
    a_terrain(folder / "east.tif", west=0, size=40, north=500)
    mission = a_mission([at(-500, 0, 300), at(500, 0, 300)], datum="AMSL", uncertainty=(12, 0))
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    report = verdict(run, tmp_path, zone, mission, "--terrain", folder)
    assert air(report)["status"] == "passed"
    assert sorted(Path(i["path"]).name for i in report["inputs"] if i["role"] == "terrain") == ["east.tif", "west.tif"]
    again = verdict(run, tmp_path, zone, mission, "--terrain", folder / "west.tif", "--terrain", folder / "east.tif")
    turned = verdict(run, tmp_path, zone, mission, "--terrain", folder / "east.tif", "--terrain", folder / "west.tif")
    assert again == turned


def test_the_finest_terrain_speaks_and_a_coarse_one_fills_its_holes(run, tmp_path: Path) -> None:
    fine = a_terrain(
        tmp_path / "fine.tif", lambda e, n: 10.0, cell_m=10, size=100, west=-500, north=500, holes=[(50, 50)]
    )
    coarse = a_terrain(tmp_path / "coarse.tif", lambda e, n: 200.0, cell_m=50, size=60, west=-1500, north=1500)
    mission = a_mission([at(-200, 0, 100), at(-100, 0, 100)], datum="AMSL")
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    options = ("--terrain", coarse, "--terrain", fine, "--terrain-error", 1)
    assert air(verdict(run, tmp_path, zone, mission, *options))["status"] == "passed"
    over_hole = a_mission([at(-20, -5, 240), at(20, -5, 240)], datum="AMSL")
    assert air(verdict(run, tmp_path, zone, over_hole, *options))["status"] == "failed"


def test_where_one_terrain_gives_way_to_another_both_count(tmp_path: Path) -> None:
    """At the seam the fine terrain says 10 m and the coarse one 200 m: between two places either may be right."""
    fine = a_terrain(tmp_path / "fine.tif", lambda e, n: 10.0, cell_m=40, size=20, west=-800, north=400)
    coarse = a_terrain(tmp_path / "coarse.tif", lambda e, n: 200.0, cell_m=50, size=60, west=-1500, north=1500)
    models = open_models([str(fine), str(coarse)], terrain_error_m=0.0)
    line = np.array([at(-300, 0)[0], at(300, 0)[0]])
    box = (float(line[0]), 51.999, float(line[1]), 52.001)
    found = models.ground(Piece(lambda u: (line[0] + u * (line[1] - line[0]), np.full(len(u), LAT)), 600.0, 0.0, box))
    assert found.at(0.1) == (10.0, 10.0) and found.at(0.9) == (200.0, 200.0)
    changing = [(low, high) for low, high in zip(found.low, found.high, strict=True) if low != high]
    assert set(changing) == {(10.0, 200.0)} and 2 <= len(changing) <= 4


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_two_terrains_as_fine_as_each_other_neither_is_better(names: tuple[str, str], run, tmp_path: Path) -> None:
    """A surface in the folder of the terrain: whichever comes first by its name, both count, and the report says so."""
    low = a_terrain(tmp_path / f"{names[0]}.tif", lambda e, n: 10.0)
    high = a_terrain(tmp_path / f"{names[1]}.tif", lambda e, n: 90.0, west=0, north=500, size=40)
    models = open_models([str(low), str(high)], terrain_error_m=1.0)
    assert models.ground_at(*at(-500, 0), 0.0) == (9.0, 11.0)
    assert models.ground_at(*at(500, 0), 0.0) == (9.0, 91.0)
    first, last = sorted(names)
    assert f"{first}.tif and {tmp_path}/{last}.tif differ by 78.0 m more than they may be off" in " ".join(
        models.said()
    )
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    for east, status in ((-500, "passed"), (500, "undecided")):
        mission = a_mission([at(east, 0, 100), at(east + 9, 0, 100)], datum="AMSL")
        report = verdict(run, tmp_path, zone, mission, "--terrain", low, "--terrain", high, "--terrain-error", 1)
        assert air(report)["status"] == status


def test_tiles_of_one_terrain_that_overlap_say_nothing_of_it(tmp_path: Path) -> None:
    """A slope of 1 m in 2, asked across the seam with what is near: a tile knows a part of that, and contradicts nobody."""
    slope = [a_terrain(tmp_path / f"{west}.tif", lambda e, n: e / 2, west=west, size=40) for west in (-1000, -50)]
    models = open_models([str(path) for path in slope], terrain_error_m=0.0)
    for east in range(-300, 300, 7):
        found = models.ground_at(*at(east, 500), 20.0)
        assert found is not None and found[0] >= (east - 45) / 2 and found[1] <= (east + 45) / 2  # a cell farther
    assert not models.terrain.apart_m


def test_a_folder_of_many_tiles_keeps_few_files_open(tmp_path: Path) -> None:
    for number in range(40):
        a_terrain(tmp_path / f"{number:02d}.tif", lambda e, n: 10.0, west=-1000 + 50 * number, size=2)
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    models = open_models([str(tmp_path)])
    assert len(models.terrain.rasters) == 40
    if before:
        assert len(list(Path("/proc/self/fd").iterdir())) - before <= 20
    assert middle(models, *at(-990, 990)) == 10.0


def test_ground_within_reach_of_the_aircraft_counts(run, tmp_path: Path) -> None:
    """A cliff 20 m beside the line, and an aircraft that may be 30 m beside it."""
    terrain = a_terrain(
        tmp_path / "t.tif", lambda e, n: 10.0 if n < 20 else 60.0, cell_m=5, size=250, west=-600, north=600
    )
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    for reach, expected in ((5, "passed"), (30, "undecided")):
        mission = a_mission([at(-300, 0, 100), at(300, 0, 100)], datum="AMSL", uncertainty=(reach, 0))
        found = air(verdict(run, tmp_path, zone, mission, "--terrain", terrain, "--terrain-error", 1))
        assert found["status"] == expected


# what a raster says of itself


@pytest.mark.parametrize(
    ("name", "options", "factor"),
    [
        ("feet", {"units": "ft"}, 0.3048),
        ("survey feet", {"units": "US survey foot"}, 1200 / 3937),
        ("scaled", {"scale": 0.01, "offset": 5.0}, 0.01),
        ("feet by its reference system", {"crs": "EPSG:4326+6360"}, 1200 / 3937),
    ],
)
def test_the_unit_scale_and_offset_of_a_raster_hold(name: str, options: dict, factor: float, tmp_path: Path) -> None:
    shift = options.get("offset", 0.0)
    terrain = a_terrain(tmp_path / "t.tif", lambda e, n: (30.0 - shift) / factor, **options)
    models = open_models([str(terrain)], terrain_error_m=0.0)
    assert middle(models, LON, LAT) == pytest.approx(30.0, abs=0.01), name


def test_ellipsoidal_terrain_is_brought_to_sea_level(tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", lambda e, n: 100.0, crs="EPSG:4979")
    models = open_models([str(terrain)], terrain_error_m=0.5)
    sea = float(Egm96().undulation(np.array([LON]), np.array([LAT]))[0])
    assert middle(models, LON, LAT) == pytest.approx(100.0 - sea, abs=0.01)
    low, high = models.ground_at(LON, LAT, 1.0) or (0.0, 0.0)
    assert high - low == pytest.approx(2 * (0.5 + Egm96().error_m), abs=0.01)


REFUSED = {
    "text": ("is no raster of heights", lambda p: p.write_text("not a raster")),
    "empty": ("is no raster of heights", lambda p: p.write_bytes(b"")),
    "no place": ("does not say where", lambda p: a_raster(p, np.ones((4, 4), "float32"), Affine.identity(), crs=None)),
    "colours": ("has 3 bands", lambda p: a_terrain(p, count=3)),
    "unit": ("are in 'fathom'", lambda p: a_terrain(p, units="fathom")),
    "depth": ("count downward", lambda p: a_terrain(p, crs="EPSG:4326+5715")),
    "virtual": ("is no raster of heights", lambda p: p.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"/>')),
    "complex": ("complex numbers", lambda p: a_terrain(p, dtype="complex64", nodata=None)),
}


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("name", REFUSED)
def test_a_raster_that_cannot_be_used_is_refused_with_its_reason(name: str, run, tmp_path: Path) -> None:
    what, make = REFUSED[name]
    make(tmp_path / "t.tif")
    zone = zones(tmp_path / "z.geojson", a_zone())
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 0, 60), at(200, 0, 60)], datum="AMSL"))
    ran = run("check", mission, "--zones", zone, "--terrain", tmp_path / "t.tif")
    assert ran.code == 4 and ran.out == ""
    assert what in ran.err and "t.tif" in ran.err and "remedy" in ran.err


def test_a_raster_that_is_cut_short_is_refused(run, tmp_path: Path) -> None:
    whole = a_terrain(tmp_path / "w.tif", ridge, cell_m=5, size=400).read_bytes()
    (tmp_path / "t.tif").write_bytes(whole[: len(whole) // 2])
    zone = zones(tmp_path / "z.geojson", a_zone(geometry=WIDE, layer=LOW_BAND))
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, -700, 60), at(200, 700, 60)], datum="AMSL"))
    ran = run("check", mission, "--zones", zone, "--terrain", tmp_path / "t.tif")
    assert ran.code == 4 and ran.out == "" and "cannot be read" in ran.err


def test_a_folder_without_rasters_and_a_missing_file_are_refused(run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 0, 60), at(200, 0, 60)]))
    (tmp_path / "empty").mkdir()
    for path, words in ((tmp_path / "empty", "holds no raster"), (tmp_path / "gone.tif", "No such file")):
        ran = run("check", mission, "--terrain", path)
        assert ran.code == 4 and words in ran.err


def test_without_rasterio_the_error_says_what_to_install(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 0, 60), at(200, 0, 60)]))
    ran = run("check", mission, "--terrain", a_terrain(tmp_path / "t.tif"))
    assert ran.code == 2 and "pip install 'dronectl[terrain]'" in ran.err


def test_a_report_never_overwrites_the_terrain(run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif")
    before = terrain.read_bytes()
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 0, 60), at(200, 0, 60)]))
    ran = run("check", mission, "--terrain", terrain, "-o", terrain)
    assert ran.code == 2 and terrain.read_bytes() == before


# take-off


def test_heights_above_take_off_need_the_ground_there(run, tmp_path: Path) -> None:
    band = {"uom": "m", "lower": 100, "lowerReference": "AMSL", "upper": 200, "upperReference": "AMSL"}
    zone, path = a_zone(geometry=WIDE, layer=band), [at(-300, 0, 60), at(300, 0, 60)]
    found = air(verdict(run, tmp_path, zone, a_mission(path, datum="TAKEOFF")))
    assert found["status"] == "undecided" and "--takeoff-elevation" in found["remedy"]
    for metres, expected in ((39, "passed"), (41, "failed")):
        stated = a_mission(path, datum="TAKEOFF", mission={"ground_elevation_m": metres})
        report = verdict(run, tmp_path, zone, stated)
        assert air(report)["status"] == expected
        assert any(f"is {metres} m above mean sea level, as stated" in said for said in report["assumptions"])
        asked = verdict(run, tmp_path, zone, a_mission(path, datum="TAKEOFF"), "--takeoff-elevation", metres)
        assert air(asked)["status"] == expected
        own = a_mission(path, datum="TAKEOFF", mission={"ground_elevation_m": 0}, ground_elevation_m=metres)
        assert air(verdict(run, tmp_path, zone, own))["status"] == expected


def test_stated_ground_that_the_terrain_contradicts_is_only_one_of_two(run, tmp_path: Path) -> None:
    band = {"uom": "m", "lower": 100, "lowerReference": "AMSL", "upper": 200, "upperReference": "AMSL"}
    zone, path = a_zone(geometry=WIDE, layer=band), [at(-300, 0, 60), at(300, 0, 60)]
    terrain = a_terrain(tmp_path / "t.tif", lambda e, n: 50.0)
    stated = a_mission(path, datum="TAKEOFF", mission={"ground_elevation_m": 10})
    options = ("--terrain", terrain, "--terrain-error", 1)
    assert air(verdict(run, tmp_path, zone, stated, *options))["status"] == "undecided"
    agreed = a_mission(path, datum="TAKEOFF", mission={"ground_elevation_m": 50.5})
    assert air(verdict(run, tmp_path, zone, agreed, *options))["status"] == "failed"


def test_a_flight_from_a_hill_is_higher_above_the_plain(run, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", lambda e, n: 60.0 if e < -350 else 10.0)
    mission = a_mission(
        [at(-500, 0, 0), at(-500, 0, 80), at(500, 0, 80)], datum="TAKEOFF", mission={"category": "open/A2"}
    )
    zone = a_zone(geometry={"type": "Polygon", "coordinates": [ring(700, 0, 800, 100)]})
    report = verdict(run, tmp_path, zone, mission, "--terrain", terrain, "--terrain-error", 1)
    (limit,) = [f for f in report["missions"][0]["findings"] if f["rule"] == "ALT101"]
    assert limit["status"] == "failed"  # 80 m above the hill is 130 m above the plain
    assert limit["encounters"][0]["enter"]["lon"] > at(-400, 0)[0]


def test_a_leg_from_one_level_datum_to_another_runs_evenly_above_the_sea(run, tmp_path: Path) -> None:
    from dronectl.altitude import heights_of
    from dronectl.track import Track

    flight = Flight(
        id="f", where=Where("f"), lon=np.array([at(-300, 0)[0], at(300, 0)[0]]), lat=np.array([LAT, LAT]),
        height=np.array([20.0, 90.0]), datum=(Datum.TAKEOFF, Datum.AMSL), place=("a", "b"), kind=("leg",),
        widen_m=np.zeros(1), ground_m=30.0,
    )  # fmt: skip
    from dronectl.mission import Mission

    mission = Mission(id="m", name="", path="m", sha256="", where=Where("m"), flights=(flight,))
    found = heights_of(Track.of(flight, mission, Models()), 0)
    assert found is not None and found[0] is Datum.AMSL
    assert found[1].at(0.5) == (70.0, 70.0)  # from 50 to 90 m AMSL


# flight levels


@pytest.mark.parametrize(("qnh", "height", "expected"), [
    (None, 580, "passed"), (None, 600, "undecided"), (1013.25, 1090, "passed"), (1013.25, 1110, "undecided"),
    (1013.25, 1600, "failed"),
])  # fmt: skip
def test_a_flight_level_is_an_interval_above_the_sea(qnh, height, expected, run, tmp_path: Path) -> None:
    zone = a_simple_zone("no-fly", WIDE, lower=45, upper=200, datum="FL")
    options = () if qnh is None else ("--qnh", qnh)
    mission = a_mission([at(-300, 0, height), at(300, 0, height)], datum="AMSL")
    report = verdict(run, tmp_path, zone, mission, *options)
    assert air(report)["status"] == expected
    if expected != "passed":
        assert any("flight levels" in said for said in report["assumptions"])


# the bounds, against a plain reading


def random_rasters(rng: random.Random, folder: Path) -> list[Path]:
    """A rough raster near 52 N 5 E in a reference system of its own, in one file or in two beside each other."""
    size = rng.randint(12, 40)
    values = np.array([[rng.gauss(50, 15) for _ in range(size)] for _ in range(size)], dtype="float32")
    cell = rng.choice([2.0, 10.0, 35.0])
    crs, (x, y), unit = rng.choice([
        ("EPSG:4326", (LON, LAT), METRE_NORTH), ("EPSG:28992", (129_200.0, 451_000.0), 1.0),
        ("EPSG:32631", (637_280.0, 5_763_040.0), 1.0), ("EPSG:3857", (556_597.0, 6_800_125.0), 1.6),
    ])  # fmt: skip
    turn = math.radians(rng.choice([0, 0, 17])) if crs != "EPSG:4326" else 0.0
    side, half = cell * unit, size / 2
    a, b, d, e = side * math.cos(turn), side * math.sin(turn), side * math.sin(turn), -side * math.cos(turn)
    place = Affine(a, b, x - a * half - b * half, d, e, y - d * half - e * half)
    if rng.random() < 0.3:
        values[rng.randrange(size), rng.randrange(size)] = -9999
    cut = rng.choice([0, size // 2])
    made = [a_raster(folder / "right.tif", values[:, cut:],
                     Affine(a, b, place[2] + a * cut, d, e, place[5] + d * cut), crs=crs, nodata=-9999.0)]  # fmt: skip
    if cut:
        made.append(a_raster(folder / "left.tif", values[:, :cut], place, crs=crs, nodata=-9999.0))
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_the_ground_is_within_its_bounds_all_along_and_all_round_the_path(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    paths = random_rasters(rng, tmp_path)
    models, plain = open_models([str(path) for path in paths], terrain_error_m=0.0), [PlainRaster(p) for p in paths]
    boxes = np.array([raster.box for raster in models.terrain.rasters])
    box = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    middle, span = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), (box[2] - box[0], box[3] - box[1])
    ends = [[middle[k] + rng.uniform(-0.45, 0.45) * span[k] for k in (0, 1)] for _ in range(2)]
    near = rng.choice([0.0, 1.0, 8.0])
    line = Geodesic.WGS84.InverseLine(ends[0][1], ends[0][0], ends[1][1], ends[1][0])
    lon, lat = np.array([end[0] for end in ends]), np.array([end[1] for end in ends])
    flight = Flight(
        id="f", where=Where("f"), lon=lon, lat=lat, height=np.zeros(2), datum=(Datum.AMSL,) * 2, place=("", ""),
        kind=("leg",), widen_m=np.zeros(1),
    )  # fmt: skip
    course = Course.of(flight)
    found = models.ground(Piece(lambda u: course.points(0, u), float(line.s13), near, box))
    unknown = 0
    for _ in range(150):
        u = rng.random()
        place = line.Position(line.s13 * u)
        beside = Geodesic.WGS84.Direct(place["lat2"], place["lon2"], rng.uniform(0, 360), near * rng.random())
        values = [raster.at(beside["lon2"], beside["lat2"]) for raster in plain]
        low, high = found.at(u)
        known = [value for value in values if not math.isnan(value)]
        if not known:
            unknown += 1
            assert high - low > 5_000
        assert all(low - 0.01 <= value <= high + 0.01 for value in known)
    if near == 0.0 and unknown == 0 and models.terrain.rasters[0].plane.error_m == 0.0:
        widths = found.high - found.low
        # A rough surface in steps of an eighth of a cell. A path may keep to one steep place, or to the edge of a hole, for
        # more than half its way: of 1,500 such scenes the lowest quarter was never wider than 24 m.
        assert np.quantile(widths, 0.25) < 30.0


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_no_value_near_a_place_on_a_grid_is_beyond_its_extremes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = rng.normal(size=rng.integers(1, 9, 2)) * 10
    if rng.random() < 0.2:
        nodes[tuple(rng.integers(0, nodes.shape))] = np.nan
    rows, columns = nodes.shape
    column, row = rng.uniform(-0.5, columns - 0.5, 4), rng.uniform(-0.5, rows - 0.5, 4)
    across, down = rng.uniform(0, 3, 4), rng.uniform(0, 3, 4)
    low, high = extremes(nodes, column, row, across, down)
    for k in range(4):
        x = np.clip(column[k] + rng.uniform(-1, 1, 200) * across[k], -0.5, columns - 0.5)
        y = np.clip(row[k] + rng.uniform(-1, 1, 200) * down[k], -0.5, rows - 0.5)
        values = bilinear(nodes, x, y)
        if np.isnan(values).any():
            assert np.isnan(low[k]) and np.isnan(high[k])
        elif not np.isnan(low[k]):
            assert low[k] - 1e-9 <= values.min() and values.max() <= high[k] + 1e-9


# size and real rasters


def test_a_raster_of_gigabytes_costs_megabytes(tmp_path: Path) -> None:
    """60,000 by 60,000 cells, 14 GB when unpacked, read under a path of 2 km."""
    import rasterio

    cell, size = 0.5, 60_000
    place = Affine(cell, 0, 100_000.0, 0, -cell, 465_000.0)
    with rasterio.open(tmp_path / "big.tif", "w", driver="GTiff", height=size, width=size, count=1, dtype="float32",
                       crs="EPSG:28992", transform=place, tiled=True, blockxsize=512, blockysize=512, compress="deflate",
                       sparse_ok=True, bigtiff="yes", nodata=-9999.0) as made:  # fmt: skip
        made.write(np.full((8192, 8192), 3.0, "float32"), 1, window=rasterio.windows.Window(51_000, 24_000, 8192, 8192))
    script = (
        "import sys, resource; from dronectl.heights import open_models; import numpy as np\n"
        "from dronectl.heights import Piece\n"
        "models = open_models([sys.argv[1]], terrain_error_m=0.0)\n"
        "base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "lon, lat = models.terrain.rasters[0].plane.unproject(np.array([127000., 129000.]), np.array([451000., 451500.]))\n"
        "at = lambda u: (lon[0] + u * (lon[1] - lon[0]), lat[0] + u * (lat[1] - lat[0]))\n"
        "box = (lon.min(), lat.min(), lon.max(), lat.max())\n"
        "found = models.ground(Piece(at, 2061.0, 5.0, tuple(map(float, box))))\n"
        "assert found.low.min() == found.high.max() == 3.0, (found.low.min(), found.high.max())\n"
        "print(len(found.u), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) // 1024)"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path / "big.tif")], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    places, megabytes = map(int, ran.stdout.split())
    assert places > 4000
    assert megabytes < 200


def test_the_digest_of_a_large_raster_is_of_what_was_read(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("dronectl.heights.raster.WHOLE_DIGEST_BYTES", 100)
    terrain = a_terrain(tmp_path / "t.tif")
    mission = a_mission([at(-500, 0, 300), at(500, 0, 300)], datum="AMSL")
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    (first,) = [
        i for i in verdict(run, tmp_path, zone, mission, "--terrain", terrain)["inputs"] if i["role"] == "terrain"
    ]
    (again,) = [
        i for i in verdict(run, tmp_path, zone, mission, "--terrain", terrain)["inputs"] if i["role"] == "terrain"
    ]
    assert first == again and len(first["sha256"]) == 64


@pytest.mark.parametrize("name", ["rgbify_elev_sanfrancisco_3857.tif", "osmnx_elevation1_sf_4326.tif"])
def test_a_real_raster_is_read_as_a_plain_reading_does(name: str) -> None:
    data = realdata()
    if data is None:
        missing("the terrain rasters (DRONECTL_REALDATA)")
        return
    models, plain = open_models([str(data / "dem" / name)], terrain_error_m=0.0), PlainRaster(data / "dem" / name)
    west, south, east, north = models.terrain.rasters[0].box
    rng, compared = random.Random(name), 0
    for _ in range(200):
        lon, lat = rng.uniform(west, east), rng.uniform(south, north)
        bounds, other = models.ground_at(lon, lat, 0.0), plain.at(lon, lat)
        if bounds is not None and not math.isnan(other):
            assert bounds[0] - 0.02 <= other <= bounds[1] + 0.02
            compared += bounds[1] - bounds[0] < 0.02  # wider in the outermost half cell only
    assert compared > 150


def test_a_real_raster_whose_numbers_are_no_heights_knows_nothing() -> None:
    """Centimetres without a scale, near 300 m: 30,000 m is no ground on Earth."""
    data = realdata()
    if data is None:
        missing("the terrain rasters (DRONECTL_REALDATA)")
        return
    models = open_models([str(data / "dem" / "rioxarray_small_dem_3m_26915.tif")])
    raster = models.terrain.rasters[0]
    assert raster.plane.error_m == 4.0 and 2.5 < raster.cell_m < 3.5
    assert middle(models, (raster.box[0] + raster.box[2]) / 2, (raster.box[1] + raster.box[3]) / 2) is None


@pytest.mark.parametrize(
    ("crs", "error"), [("EPSG:4326", 0.0), ("EPSG:3857", 0.0), ("EPSG:32631", 0.0), ("EPSG:28992", 1.0)]
)
def test_only_a_change_of_datum_costs_certainty_of_place(crs: str, error: float) -> None:
    from dronectl.geometry import projection

    assert projection(crs, (4.0, 51.0, 6.0, 53.0)).error_m == error


def test_a_file_that_is_no_raster_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "t.tif").write_bytes(b"II*\0" + b"\xff" * 60)
    with pytest.raises(InputError, match=r"t\.tif"):
        open_models([str(tmp_path / "t.tif")])


def test_a_mission_cleared_by_its_models_is_not_cleared_without_any_of_them(run, tmp_path: Path) -> None:
    """Clear is earned: each model and each of their errors is needed."""
    terrain, geoid = a_terrain(tmp_path / "t.tif"), a_terrain(tmp_path / "g.tif", lambda e, n: 43.8)
    zone = a_zone(geometry=WIDE, layer=LOW_BAND)
    high = a_mission([at(-500, 0, 10 + 43.8 + 60), at(500, 0, 10 + 43.8 + 60)], datum="WGS84")
    needed = {"--terrain": terrain, "--terrain-error": 1, "--geoid": geoid, "--geoid-error": 1}

    def status(options: dict[str, object]) -> str:
        return air(verdict(run, tmp_path, zone, high, *(word for pair in options.items() for word in pair)))["status"]

    assert status(needed) == "passed"
    assert status({name: value for name, value in needed.items() if not name.startswith("--terrain")}) == "undecided"
    assert status(needed | {"--terrain-error": 12}) == "undecided"
    assert status(needed | {"--geoid-error": 12}) == "undecided"
    holed = a_terrain(tmp_path / "h.tif", holes=[(40, k) for k in range(80)])
    assert status(needed | {"--terrain": holed}) == "undecided"
    elsewhere = a_terrain(tmp_path / "e.tif", lambda e, n: 43.8, west=9000)
    assert status(needed | {"--geoid": elsewhere}) == "undecided"


def test_a_leg_from_above_ground_to_above_sea_is_named_by_both(tmp_path: Path) -> None:
    from dronectl import altitude
    from dronectl.measures import Band, Height
    from dronectl.mission import Mission
    from dronectl.track import Track

    flight = Flight(
        id="f", where=Where("f"), lon=np.array([at(-300, 0)[0], at(300, 0)[0]]), lat=np.array([LAT, LAT]),
        height=np.array([20.0, 90.0]), datum=(Datum.AGL, Datum.AMSL), place=("a", "b"), kind=("leg",), widen_m=np.zeros(1),
    )  # fmt: skip
    mission = Mission(id="m", name="", path="m", sha256="", where=Where("m"), flights=(flight,))
    track = Track.of(flight, mission, Models())
    band = Band(upper=Height(50.0, Datum.AGL))
    assert altitude.above(track, 0, Height(50.0, Datum.AGL)) is None
    assert "turns from AGL to AMSL" in altitude.doubt(track, [(0.0, 1.0)], band).why
