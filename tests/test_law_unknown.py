"""What is unknown beside something that is known: it is never cleared with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import ACROSS, BESIDE, a_mission, a_simple_zone, a_zone, at, write, zones


@pytest.fixture
def verdict(tmp_path: Path, run):
    """The verdict of a mission against zones, with permits."""

    def asked(mission: dict[str, Any], *features: dict[str, Any], permit: dict[str, Any] | None = None) -> str:
        zone_file = zones(tmp_path / "z.geojson", *(features or (a_zone(),)))
        options = []
        if permit is not None:
            options = ["--permit", write(tmp_path / "p.json", {"permit": permit})]
        mission_file = write(tmp_path / "m.geojson", mission)
        ran = run("check", mission_file, "--zones", zone_file, "-f", "json", *options)
        assert ran.out, ran.err
        return json.loads(ran.out)["verdict"]

    return asked


def two_flights(first: list[list[float]], second: list[list[float]], **members: Any) -> dict[str, Any]:
    """One flight above ground, and one above sea level whose height above ground nobody knows."""
    mission = a_mission(first, mission={"category": "open/A2", **members})
    other = a_mission(second, datum="AMSL")["features"][0]
    mission["features"].append({**other, "id": "flight-2"})
    return mission


def test_an_obstacle_lifts_nothing_of_an_unknown_height_elsewhere(verdict) -> None:
    place = at(600, 600)[:2]
    mast = {"at": place, "height_m": 110, "requested_by": "owner"}
    high, unknown = [at(590, 600, 121), at(610, 600, 121)], [at(600, 900, 200), at(700, 900, 200)]
    assert verdict(a_mission(high, mission={"category": "open/A2", "obstacles": [mast]})) == "clear"
    assert verdict(a_mission(high, mission={"category": "open/A2"})) == "violation"
    assert verdict(two_flights(high, unknown, obstacles=[mast])) != "clear"


def test_an_exemption_covers_nothing_of_an_unknown_height_elsewhere(verdict) -> None:
    exemption = {"id": "E", "kind": "exemption", "rules": ["ALT101"], "upper": 150, "datum": "AGL"}
    high, unknown = [at(590, 600, 130), at(610, 600, 130)], [at(600, 900, 200), at(700, 900, 200)]
    assert verdict(a_mission(high, mission={"category": "open/A2"}), permit=exemption) == "clear"
    assert verdict(two_flights(high, unknown), permit=exemption) != "clear"


def test_a_condition_is_not_met_by_an_unknown_height_because_another_flight_is_high(verdict) -> None:
    zone = a_simple_zone(kind="conditional", condition={"max_height_m": 50})
    low, high = [at(-50, 0, 40), at(50, 0, 40)], [at(600, 600, 80), at(700, 600, 80)]
    assert verdict(a_mission(low), zone) == "clear"
    assert verdict(two_flights(high, [at(-50, 0, 60), at(50, 0, 60)], category=""), zone) != "clear"


@pytest.mark.parametrize(
    ("bound", "category", "expected"),
    [(["open"], "open/A2", "violation"), (["open"], "Open A2", "violation"), (["opne"], "open/A2", "violation"),
     (["open/A3"], "open/A2", "clear"), (["open"], "nl-state", "clear"), (["open"], "", "violation"),
     (["open", "nonsense"], "nl-state", "violation")],
)  # fmt: skip
def test_a_word_that_is_no_category_frees_nobody(verdict, bound: list[str], category: str, expected: str) -> None:
    zone = a_simple_zone(kind="no-fly", categories=bound)
    assert verdict(a_mission(ACROSS, mission={"category": category}), zone) == expected


def test_a_category_that_no_pack_knows_is_not_cleared(verdict) -> None:
    assert verdict(a_mission(BESIDE, mission={"category": "open A2"})) == "undecided"
    assert verdict(a_mission(BESIDE, mission={"category": "open/A2"})) == "clear"


def test_a_permit_for_a_zone_lifts_no_limit_of_the_whole_mission(verdict) -> None:
    high = a_mission([at(590, 600, 130), at(610, 600, 130)], mission={"category": "open/A2"})
    exemption = {"id": "E", "kind": "exemption", "rules": ["ALT101"]}
    assert verdict(high, permit=exemption) == "clear"
    assert verdict(high, permit={**exemption, "zones": ["Z1"]}) == "violation"


@pytest.mark.parametrize(
    ("bound", "status"),
    [
        ({"law": ["NL-CTR-CIVIL"]}, "passed"),
        ({"law": "NL-CTR-CIVIL"}, "passed"),
        ({}, "passed"),
        ({"law": ["NL-CTR-CIVL"]}, "undecided"),
        ({"law": ["nl-ctr-civil"]}, "undecided"),
        ({"law": ["NL-CTR-CIVIL", "OURS-QUIET"]}, "undecided"),
        ({"law": ["NL-CTR-CIVL"], "categories": ["specific"]}, "passed"),  # it does not bind a state flight
        ({"law": 5}, "undecided"),
        ({"laws": ["NL-CTR-CIVIL"]}, "undecided"),
        ({"Law": ["NL-CTR-CIVIL"]}, "undecided"),
        ({"crowds": {"kind": "assembly"}}, "undecided"),
        ({"privcy": {"subject": "school"}}, "undecided"),
        ({"private": True, "owner": "x", "flaws": 3, "law": []}, "passed"),
    ],
)
@pytest.mark.parametrize("profile", ["simple", "ED-318"])
def test_a_zone_whose_law_no_pack_has_is_not_understood(
    profile: str, bound: dict[str, Any], status: str, run, tmp_path: Path
) -> None:
    """What such a law asks, a permit to enter the zone does not lift, and nobody would miss it."""
    one = a_simple_zone("restricted", **bound)
    if profile == "ED-318":
        one = a_zone(type="REQ_AUTHORIZATION", extendedProperties={"dronectl": bound})
    zone_file = zones(tmp_path / "z.geojson", one)
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS, mission={"category": "nl-state"}))
    found = json.loads(run("check", mission, "--zones", zone_file, "-f", "json").out)["missions"][0]["findings"]
    assert {f["status"] for f in found if f["rule"] == "DAT101"} == {status}, [
        f for f in found if f["rule"] == "DAT101"
    ]


@pytest.mark.parametrize("extended", [{"dronectl": ["law"]}, {"dronctl": {"law": ["NL-CTR-CIVIL"]}}])
def test_an_extension_that_is_none_or_is_misspelled_leaves_the_zone_open(extended: dict[str, Any], verdict) -> None:
    mission = a_mission(ACROSS, mission={"category": "nl-state"})
    assert verdict(mission, a_zone(type="NO_RESTRICTION", extendedProperties=extended)) == "undecided"
    assert verdict(mission, a_zone(type="NO_RESTRICTION", extendedProperties={"publisher": 1})) != "undecided"
