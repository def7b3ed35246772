"""`zones diff`: what only one set has, and what the two say differently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import a_march, a_zone, at, ring, zones
from conftest import ROOT, realdata
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl import bundled
from dronectl.differences import differences
from dronectl.readers import read_zones


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring(west, south, east, north)]}


@pytest.fixture
def diff(tmp_path: Path, run):
    def made(a: list[dict[str, object]], b: list[dict[str, object]], *more: object):
        one, other = zones(tmp_path / "a.geojson", *a), zones(tmp_path / "b.geojson", *b)
        return run("zones", "diff", one, other, *more)

    return made


def told(ran) -> dict[str, object]:
    return json.loads(ran.out)


def test_the_same_set_differs_in_nothing(run) -> None:
    ran = run("zones", "diff", bundled.ZONES, bundled.ZONES)
    assert ran.code == 0 and ran.out.splitlines()[-1] == "0 only in A; 0 only in B; 33 the same"


def test_zones_of_one_set_only_are_named(diff) -> None:
    ran = diff(
        [a_zone("Z1"), a_zone("Z2", geometry=square(500, 0, 600, 100))],
        [a_zone("Z1"), a_zone("Z3", geometry=square(900, 0, 950, 50))],
        "-f",
        "json",
    )
    made = told(ran)
    assert ran.code == 1 and made["same"] == 1 and not made["differs"]
    assert [row["id"] for row in made["only_a"]] == ["Z2"] and [row["id"] for row in made["only_b"]] == ["Z3"]


def test_a_march_the_other_way_is_in_force_elsewhere(diff) -> None:
    there, back = a_march(), a_march(route=[at(300, 0), at(-300, 0)])
    (row,) = told(diff([there], [back], "-f", "json"))["differs"]
    assert row["what"] == ["times"]
    assert not told(diff([there], [a_march()], "-f", "json"))["differs"]


def test_half_a_corridor_has_half_the_area(diff) -> None:
    """STORIES P5: a corridor of half the width in one of two publications."""
    whole, half = square(0, 0, 5000, 3704), square(0, 0, 5000, 1852)
    (row,) = told(diff([a_zone("LVR-10", geometry=whole)], [a_zone("LVR-10", geometry=half)], "-f", "json"))["differs"]
    assert row["area_ratio"] == pytest.approx(0.5, abs=0.001) and row["shared"] == pytest.approx(0.5, abs=0.001)
    assert row["apart_m"] == pytest.approx(1852, abs=2) and row["what"] == ["geometry"]
    assert row["area_a_m2"] == pytest.approx(5000 * 3704, rel=0.002)


@pytest.mark.parametrize(("metres", "differs"), [(0.4, False), (0.6, True)])
def test_outlines_are_the_same_up_to_half_a_metre(metres: float, differs: bool, diff) -> None:
    ran = diff(
        [a_zone(geometry=square(0, 0, 100, 100))], [a_zone(geometry=square(0, 0, 100 + metres, 100))], "-f", "json"
    )
    assert bool(told(ran)["differs"]) is differs and ran.code == int(differs)


def test_heights_times_restriction_and_reasons_are_told(diff) -> None:
    layer = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 120, "upperReference": "AGL"}
    hours = [{"startDateTime": "2026-05-12T08:00:00Z", "endDateTime": "2026-05-12T10:00:00Z"}]
    other = a_zone(layer=layer, kind="CONDITIONAL", reason=["NOISE"], limitedApplicability=hours)
    (row,) = told(diff([a_zone()], [other], "-f", "json"))["differs"]
    assert row["what"] == ["heights", "times", "restriction", "reasons"]
    assert row["heights_b"] == "ground to 120 m AGL" and row["times_a"] == "always" and row["reasons_b"] == "NOISE"
    text = diff([a_zone()], [other]).out
    assert "restriction: PROHIBITED | CONDITIONAL" in text and "1 with other heights" in text


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"restrictionConditions": "lower than 30 m"}, "lower than 30 m"),
        ({"extendedProperties": {"dronectl": {"condition": {"max_height_m": 30}}}}, "up to 30 m AGL"),
        (
            {"extendedProperties": {"dronectl": {"privacy": {"subject": "shelter", "no_overflight": True}}}},
            "privacy shelter; not to be overflown",
        ),
        (
            {"extendedProperties": {"dronectl": {"privacy": {"subject": "shelter", "max_px_per_m": 25}}}},
            "privacy shelter; at most 25 px/m",
        ),
        (
            {"extendedProperties": {"dronectl": {"crowd": {"kind": "street", "persons": {"worst": 900}}}}},
            "crowd street, at most 900 persons, drift 0 m",
        ),
        ({"extendedProperties": {"dronectl": {"law": ["NL-HELI"]}}}, "NL-HELI"),
        ({"extendedProperties": {"dronectl": {"consent": True}}}, "with consent"),
    ],
)
def test_what_a_zone_asks_beside_its_restriction_is_told(members: dict[str, object], words: str, diff) -> None:
    ran = diff([a_zone(kind="CONDITIONAL")], [a_zone(kind="CONDITIONAL", **members)], "-f", "json")
    (row,) = told(ran)["differs"]
    assert ran.code == 1 and row["what"] == ["conditions"] and row["conditions_b"] == words
    assert diff([a_zone(kind="CONDITIONAL", **members)], [a_zone(kind="CONDITIONAL", **members)]).code == 0


def test_layers_that_change_places_are_other_heights(diff) -> None:
    """A field with 50 m to its west and 120 m to its east is another one with these the other way round."""

    def field(west: int, east: int) -> dict[str, object]:
        parts = [
            square(200 * k, 0, 200 * k + 200, 100)
            | {"layer": {"uom": "m", "upper": metres, "upperReference": "AGL", "lower": 0, "lowerReference": "AGL"}}
            for k, metres in enumerate((west, east))
        ]
        return a_zone(geometry={"type": "GeometryCollection", "geometries": parts})

    (row,) = told(diff([field(50, 120)], [field(120, 50)], "-f", "json"))["differs"]
    assert row["what"] == ["heights"] and diff([field(50, 120)], [field(50, 120)]).code == 0


def test_a_zone_with_another_identifier_is_found_by_its_place(diff) -> None:
    (row,) = told(diff([a_zone("OLD")], [a_zone("NEW")], "-f", "json"))["differs"]
    assert row["by"] == "place" and (row["id"], row["id_b"]) == ("OLD", "NEW") and row["what"] == ["identifier"]
    ran = diff([a_zone("OLD")], [a_zone("NEW", kind="CONDITIONAL")], "-f", "json")  # another zone at the same place
    assert [row["id"] for row in told(ran)["only_a"]] == ["OLD"]


def test_a_zone_without_a_place_is_told_as_such(run, tmp_path: Path) -> None:
    zone = a_zone()
    none = {**a_zone(), "geometry": None}
    ran = run("zones", "diff", zones(tmp_path / "a.geojson", zone), zones(tmp_path / "b.geojson", none))
    assert ran.code == 1 and "only one of them says where it is" in ran.out


def test_the_map_file_holds_what_only_one_has(diff) -> None:
    ran = diff([a_zone(geometry=square(0, 0, 100, 100)), a_zone("Z2", geometry=square(300, 0, 400, 100))],
               [a_zone(geometry=square(50, 0, 150, 100))], "-f", "geojson")  # fmt: skip
    made = json.loads(ran.out)["features"]
    sides = {feature["properties"]["difference"]: feature for feature in made}
    assert set(sides) == {"only-a", "part-only-a", "part-only-b"} and sides["only-a"]["properties"]["zone"] == "Z2"
    for side in ("part-only-a", "part-only-b"):
        ((shape,),) = sides[side]["geometry"]["coordinates"]
        assert len(shape) in (5, 6) and shape[0] == shape[-1]


def test_the_page_tells_the_same_in_both_languages(diff, tmp_path: Path) -> None:
    for lang, word in (("en", "only in A"), ("nl", "alleen in A")):
        target = tmp_path / f"{lang}.html"
        assert (
            diff([a_zone("<Z2>")], [a_zone("Z9", geometry=square(500, 0, 600, 100))], "--lang", lang, "-o", target).code
            == 1
        )
        page = target.read_text("utf-8")
        assert word in page and "&lt;Z2&gt;" in page and "<Z2>" not in page and f'lang="{lang}"' in page
    assert diff([a_zone()], [a_zone()], "-f", "sarif").code == 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4)), min_size=1, max_size=8, unique=True), st.data())
def test_what_is_added_taken_or_moved_is_what_is_found(tmp_path_factory, places: list[tuple[int, int]], data) -> None:
    """Against an oracle that knows what was done: every change is told, and nothing else is."""
    folder = tmp_path_factory.mktemp("d")
    made = [a_zone(f"Z{k}", geometry=square(200 * k, 0, 200 * k + 25 * size, 100)) for k, size in places]
    gone = data.draw(st.sets(st.sampled_from(range(len(made)))))
    moved = data.draw(st.sets(st.sampled_from(range(len(made)))))
    other = []
    for k, (zone, (place, size)) in enumerate(zip(made, places, strict=True)):
        if k in gone:
            continue
        shifted = square(200 * place, 5, 200 * place + 25 * size, 105)
        other.append(a_zone(zone["id"], geometry=shifted) if k in moved else zone)
    files = [zones(folder / name, *found) for name, found in (("a.geojson", made), ("b.geojson", other)) if found]
    if len(files) < 2:
        return
    found = differences(*(read_zones([file])[0].zones for file in files))
    assert {zone.id for zone in found.only_a} == {made[k]["id"] for k in gone} and not found.only_b
    assert {pair.a.id for pair in found.pairs if pair.what} == {made[k]["id"] for k in moved - gone}


def test_real_sets_differ_in_nothing_from_themselves(run) -> None:
    folder = realdata()
    if folder is None:
        from conftest import missing

        missing("the real files")
    files = [path for path in sorted(folder.rglob("*.geojson")) if 50_000 < path.stat().st_size < 3_000_000][:6]
    same = 0
    for path in files:
        ran = run("zones", "diff", path, path)
        if ran.code in (2, 4):
            continue
        assert ran.code == 0 and "0 only in A; 0 only in B" in ran.out, path
        same += 1
    assert same >= 1 and (ROOT / "zones").is_dir()
