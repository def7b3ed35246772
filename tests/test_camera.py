"""Cameras and stands: the printed numbers of the formulae, the catalogue, and where a drone may stand off a crowd."""

from __future__ import annotations

import json
from dataclasses import replace
from math import atan, degrees, hypot, radians, tan
from pathlib import Path

import pytest
from builders import LAT, LON, METRE_EAST, METRE_NORTH, a_simple_zone, a_zone, ring, zones

from dronectl import camera
from dronectl.camera import (
    LEVELS,
    Wanted,
    catalogue,
    focal_px,
    focal_px_of_film,
    hfov_of_film,
    reach_m,
    strip_m,
    view_of,
)
from dronectl.crew import catalogue as aircraft
from dronectl.filming import wanted_of


@pytest.mark.parametrize(("eq", "width", "focal", "ranges"), [
    (24, 3840, 2560, (102, 41, 20, 10)), (24, 5280, 3520, (141, 56, 28, 14)), (70, 3840, 7467, (299, 119, 60, 30)),
    (162, 3840, 17280, (691, 276, 138, 69)), (40, 640, 711, (28, 11, 6, 3)),
])  # fmt: skip
def test_the_ranges_of_the_levels(eq: float, width: int, focal: float, ranges: tuple[float, ...]) -> None:
    found = focal_px_of_film(width, eq)
    assert found == pytest.approx(focal, abs=0.5)
    for level, metres in zip(LEVELS.values(), ranges, strict=True):
        assert abs(reach_m(found, level) - metres) <= 0.5


def test_the_fields_of_view_and_densities_of_the_data_sheets() -> None:
    wide = focal_px(3840, hfov_of_film(24))
    assert wide / 100 == pytest.approx(26.6, rel=0.005)
    for level, metres in ((25, 106.5), (62.5, 42.6), (125, 21.3)):
        assert reach_m(wide, level) == pytest.approx(metres, rel=0.005)
    assert reach_m(focal_px(4000, hfov_of_film(162)), 125) == pytest.approx(149.7, rel=0.005)
    assert hfov_of_film(24) == pytest.approx(71.6, rel=0.005) and hfov_of_film(162) == pytest.approx(12.2, rel=0.005)
    whole, flat, upright = camera.densities(wide, 30, 40)
    assert (whole, flat, upright) == (
        pytest.approx(wide / 50),
        pytest.approx(wide / 50 * 0.6),
        pytest.approx(wide / 50 * 0.8),
    )


def test_the_strip_on_the_ground() -> None:
    near, far = strip_m(50, 45, 40)
    assert near == pytest.approx(50 / tan(radians(65))) and far == pytest.approx(50 / tan(radians(25)))
    assert strip_m(50, 15, 40)[1] == float("inf") and strip_m(50, 90, 40)[0] == pytest.approx(-50 * tan(radians(20)))


def test_every_lens_of_the_catalogue_agrees_with_its_focal_length() -> None:
    for found in catalogue().values():
        assert found.pitch_deg[0] < found.pitch_deg[1] and all(name in aircraft() for name in found.aircraft)
        for lens in found.lenses:
            assert lens.hfov_deg[0] >= lens.hfov_deg[1] and lens.confidence in ("B", "C")
            if lens.eq_mm and lens.confidence == "B":
                for eq, hfov in zip(lens.eq_mm, lens.hfov_deg, strict=True):
                    assert hfov == pytest.approx(hfov_of_film(eq), rel=0.06), (found.id, lens.name)


def test_what_is_not_stated_is_taken_at_its_worst() -> None:
    worst = view_of(Wanted(), "dji-m3e", catalogue())
    assert worst.focal_px == pytest.approx(focal_px(4000, 12.2)) and worst.hfov_deg == 71.6
    assert any("the longest" in words for words in worst.said) and worst.pitch_deg == (-90, 35)
    wide = view_of(Wanted(lens="wide", video=(3840, 2160)), "dji-m3e", catalogue())
    assert wide.focal_px == pytest.approx(focal_px(3840, 71.6)) and wide.said == ()
    assert wide.vfov_deg == pytest.approx(degrees(2 * atan(tan(radians(71.6) / 2) * 9 / 16)))
    narrow = view_of(Wanted(lens="wide", video=(3840, 2160), crop=1.5), "dji-m3e", catalogue())
    assert narrow.focal_px == pytest.approx(1.5 * wide.focal_px) and narrow.hfov_deg < wide.hfov_deg
    zoom = view_of(Wanted(lens="zoom", eq_mm=200, video=(3840, 2160)), "dji-m30t", catalogue())
    assert zoom.hfov_deg == pytest.approx(degrees(2 * atan(tan(radians(17.4) / 2) * 113 / 200)))
    thermal = view_of(Wanted(lens="thermal", video=(3840, 2160)), "dji-m30t", catalogue())
    assert thermal.focal_px == pytest.approx(focal_px(640, 49.4))
    assert "has no 90 mm" in view_of(Wanted(lens="zoom", eq_mm=90), "dji-m30t", catalogue())
    assert "uncertain" in view_of(Wanted(), "skydio-x10", catalogue())
    assert "nobody says which camera" in view_of(Wanted(), "dji-m350", catalogue())
    assert view_of(Wanted(payload="H20T", lens="wide"), "dji-m350", catalogue()).hfov_deg == 70.5


@pytest.mark.parametrize("crop", [1.0, 1.5])
@pytest.mark.parametrize("hfov_deg", [None, 40.0])
def test_video_and_photos_count_both(hfov_deg: float | None, crop: float) -> None:
    video, photo = (1920, 1080), (5280, 3956)
    wide = Wanted(lens="wide", hfov_deg=hfov_deg, crop=crop)
    of_video, of_photo, of_both = (
        view_of(replace(wide, **kept), "dji-m3e", catalogue())
        for kept in ({"video": video}, {"photo": photo}, {"video": video, "photo": photo})
    )
    sharpest = focal_px(5280, hfov_deg or 71.6)
    assert of_both.focal_px == pytest.approx(sharpest) and of_both.focal_px > of_video.focal_px
    assert of_both.hfov_deg == of_photo.hfov_deg == (hfov_deg or 71.6)  # a crop narrows the video alone
    assert of_both.vfov_deg == max(of_video.vfov_deg, of_photo.vfov_deg)
    assert wanted_of({"video": list(video), "photo": list(photo), "lens": "wide"}).frames == [video, photo]


VELD = {"type": "Polygon", "coordinates": [ring(-80, -60, 80, 60)]}


@pytest.fixture
def stand(tmp_path: Path, run):
    def asked(*options: object, zone=None, sky=None):
        crowd = zones(tmp_path / "c.geojson", zone or a_simple_zone("crowd", VELD))
        far = sky or zones(
            tmp_path / "z.geojson", a_zone(geometry={"type": "Polygon", "coordinates": [ring(9000, 0, 9100, 100)]})
        )
        return run("standoff", crowd, "--zones", far, *options)

    return asked


def test_the_table_of_the_field(stand) -> None:
    rows = [
        ("24mm", "30", "", "35 m        +5 m           42 %          56-14"),
        ("24mm", "60", "74", "74 m       +14 m            3 %          27-12"),
        ("70mm", "60", "74", "74 m       +14 m           85 %          78-34   over the cap at the near edge"),
        ("70mm", "80", "", "90 m       +10 m          100 %          62-31   <- recommended"),
        ("70mm", "100", "", "105 m        +5 m          100 %          51-29"),
    ]
    for lens, height, off, printed in rows:
        ran = stand("--lens", lens, "--height", height, *(["--off", off] if off else []))
        assert printed in ran.out, ran.out
    both = stand("--lens", "70mm", "--height", "80,100").out
    assert both.count("<- recommended") == 1 and "90 m       +10 m" in next(
        row for row in both.splitlines() if "<-" in row
    )


@pytest.mark.parametrize(("eq", "height", "strip"), [
    (24, 30, (30, 98)), (24, 40, (40, 94)), (24, 60, (60, 83)), (24, 80, None), (70, 30, (116, 297)), (70, 60, (103, 293)),
    (70, 80, (89, 288)), (70, 120, (120, 274)),
])  # fmt: skip
def test_the_strip_in_which_people_are_counted_and_not_recognised(eq, height, strip) -> None:
    found = camera.countable_strip_m(focal_px_of_film(3840, eq), height, 25, 62.5)
    assert (found is None) == (strip is None)
    if found and strip:
        assert found == (pytest.approx(strip[0], abs=0.7), pytest.approx(strip[1], abs=0.7))


def test_no_place_is_in_a_zone_and_all_keep_their_distance(stand, tmp_path: Path) -> None:
    west = zones(
        tmp_path / "w.geojson", a_zone(geometry={"type": "Polygon", "coordinates": [ring(-400, -400, 0, 400)]})
    )
    made = json.loads(stand("--lens", "70mm", "--height", "80", "-f", "geojson", sky=west).out)
    places = [f for f in made["features"] if f["properties"]["layer"] == "place"]
    assert places
    for feature in places:
        lon, lat = feature["geometry"]["coordinates"]
        east, north = (lon - LON) / METRE_EAST, (lat - LAT) / METRE_NORTH
        apart = hypot(max(abs(east) - 80, 0), max(abs(north) - 60, 0))
        assert east > 0 and apart == pytest.approx(90, abs=0.2)
    whole = zones(
        tmp_path / "all.geojson", a_zone(geometry={"type": "Polygon", "coordinates": [ring(-400, -400, 400, 400)]})
    )
    ran = stand("--lens", "70mm", "--height", "80", sky=whole)
    assert ran.code == 1 and "zones take them all" in ran.out


def test_no_place_is_nearer_to_another_crowd_than_it_is_high(stand, tmp_path: Path) -> None:
    """Another crowd takes the places about it away, also one of the same name; the crowd itself in another file does not."""
    east = a_simple_zone("crowd", {"type": "Polygon", "coordinates": [ring(200, -60, 360, 60)]})
    for other in (east, {**east, "properties": {**east["properties"], "id": "S2"}}):
        sky = zones(tmp_path / "other.geojson", other)
        made = json.loads(stand("--lens", "70mm", "--height", "80", "-f", "geojson", sky=sky).out)
        places = [f["geometry"]["coordinates"] for f in made["features"] if f["properties"]["layer"] == "place"]
        assert places
        for lon, lat in places:
            off, north = (lon - LON) / METRE_EAST, (lat - LAT) / METRE_NORTH
            assert hypot(max(200 - off, off - 360, 0), max(abs(north) - 60, 0)) >= 85
    again = zones(tmp_path / "again.geojson", a_simple_zone("crowd", VELD), metadata={"issued": "2026-01-01T00:00:00Z"})
    assert stand("--lens", "70mm", "--height", "80", sky=again).out == stand("--lens", "70mm", "--height", "80").out


def test_other_zones_of_the_file_of_the_crowd_take_places_away(tmp_path: Path, run) -> None:
    """Two crowds in one file: no stand off the one is over the other, whether or not the file is given as zones too."""
    about = [ring(-400, -400, 400, -100), ring(-400, 100, 400, 400), ring(-400, -99, -120, 99), ring(120, -99, 400, 99)]
    others = [a_simple_zone("crowd", {"type": "Polygon", "coordinates": [each]}) for each in about]
    for k, other in enumerate(others):
        other["properties"]["id"] = f"OTHER-{k}"
    crowds = zones(tmp_path / "c.geojson", a_simple_zone("crowd", VELD), *others)
    away = {"type": "Polygon", "coordinates": [ring(9000, 0, 9100, 100)]}
    far = zones(tmp_path / "far.geojson", a_zone(geometry=away))
    of = ("--crowd", "S1", "--height", "40")
    for given in (["-z", far], ["-z", far, "-z", crowds]):
        ran = run("standoff", crowds, *of, *given)
        assert ran.code == 1 and "zones take them all" in ran.out, ran.out
        ran = run("plan", "observe", crowds, "--crowd", "S1", "--height", "40", "--takeoff", f"{LON},{LAT}", *given)
        assert ran.code == 1 and "no place off the crowd fits" in ran.out, ran.out
    alone = zones(tmp_path / "alone.geojson", a_simple_zone("crowd", VELD))
    assert run("standoff", alone, *of, "-z", far).code == 0
    school = a_simple_zone(
        "privacy", {"type": "Polygon", "coordinates": [ring(500, 0, 510, 10)]}, privacy={"subject": "school"}
    )
    beside = zones(
        tmp_path / "beside.geojson",
        a_simple_zone("crowd", VELD),
        school | {"properties": {**school["properties"], "id": "S9"}},
    )
    none = zones(
        tmp_path / "none.geojson", a_zone(geometry={"type": "Polygon", "coordinates": [ring(90_000, 0, 90_100, 100)]})
    )
    assert (
        run("standoff", beside, *of, "-z", none).code == 3
    )  # the school beside the crowd does not speak of the airspace


def test_a_stand_of_which_no_zone_file_tells_is_not_recommended_for_free(stand, tmp_path: Path) -> None:
    there = {"type": "Polygon", "coordinates": [ring(90_000, 0, 90_100, 100)]}
    ran = stand("--lens", "70mm", "--height", "80", sky=zones(tmp_path / "away.geojson", a_zone(geometry=there)))
    assert ran.code == 3 and "no zone file that is valid then has a zone within 50 km of crowd 'Simple'" in " ".join(
        ran.err.split()
    )
    again = zones(tmp_path / "again.geojson", a_simple_zone("crowd", VELD))  # the crowd itself tells of no zone
    assert stand("--lens", "70mm", "--height", "80", sky=again).code == 3


def test_a_march_has_a_stand_for_each_of_its_places(stand) -> None:
    march = {"route": [[LON, LAT], [LON + 200 * METRE_EAST, LAT]], "width_m": 10, "length_m": 40, "speed_mps": 1.0,
             "start": "2026-05-12T10:00:00+02:00"}  # fmt: skip
    zone = a_simple_zone("crowd", VELD, crowd={"kind": "assembly", "march": march})
    made = json.loads(stand("--lens", "70mm", "--height", "80", "-f", "json", zone=zone).out)["stands"]
    assert (
        len(made) == 8
        and made[0]["start"] == "2026-05-12T08:00:00.000Z"
        and made[-1]["end"].startswith("2026-05-12T08:04:00.00")
    )
    assert [row["place"][0] for row in made] == sorted(row["place"][0] for row in made)


def test_a_crowd_as_large_as_a_town_is_asked_in_bounded_memory(stand) -> None:
    town = {"type": "Polygon", "coordinates": [ring(-3000, -3000, 3000, 3000)]}
    ran = stand("--lens", "70mm", "--height", "80", "--off", "90", zone=a_simple_zone("crowd", town))
    assert ran.code == 0 and "3600.0 ha" in ran.out


def test_a_crowd_without_a_place_and_wrong_wishes(stand, tmp_path: Path, run) -> None:
    nowhere = a_zone("C", geometry={"type": "Nonsense"}, kind="NO_RESTRICTION", reason=["POPULATION"],
                     extendedProperties={"dronectl": {"crowd": {"kind": "assembly"}}})  # fmt: skip
    assert stand(zone=nowhere).code == 3
    for wrong in (
        ("--lens", "wide"),
        ("--height", "0"),
        ("--height", "80..20"),
        ("--video", "big"),
        ("--from", "x"),
        ("--most", "10"),
    ):
        assert stand(*wrong).code == 2, wrong
    assert run("standoff", zones(tmp_path / "n.geojson", a_zone())).code == 2
