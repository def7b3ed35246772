"""`zones at`: which zones apply at one place, height and moment; the same answers as a check of a flight of one fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import a_zone, zones


def box(lower: float, upper: float) -> dict[str, object]:
    return {"uom": "m", "lower": lower, "lowerReference": "AGL", "upper": upper, "upperReference": "AGL"}


def middle(zone: dict[str, object]) -> tuple[float, float]:
    ring = zone["geometry"]["coordinates"][0]
    return sum(p[0] for p in ring[:4]) / 4, sum(p[1] for p in ring[:4]) / 4


def test_a_place_inside_is_in_and_one_beside_is_not(tmp_path: Path, run) -> None:
    zone = a_zone()
    file = zones(tmp_path / "z.geojson", zone)
    lon, lat = middle(zone)
    (row,) = json.loads(run("zones", "at", lat, lon, "-z", file, "-f", "json").out)["zones"]
    assert row["inside"] == "yes" and row["distance_m"] == 0
    east = max(p[0] for p in zone["geometry"]["coordinates"][0])
    for metres, near, count in ((30, 0, 0), (30, 29, 0), (30, 31, 1)):
        beside = east + metres / 111_320 / 0.6156  # cos 52 degrees
        rows = json.loads(run("zones", "at", lat, beside, "-z", file, "--near", near, "-f", "json").out)["zones"]
        assert len(rows) == count and all(r["inside"] == "no" and abs(r["distance_m"] - 30) < 0.5 for r in rows)
    edge = json.loads(run("zones", "at", lat, east, "-z", file, "-f", "json").out)["zones"]
    assert [one["inside"] for one in edge] == ["yes"]  # the edge belongs to the zone


@pytest.mark.parametrize(
    ("height", "inside"), [(None, "yes"), (59.9, None), (60.1, "yes"), (99.9, "yes"), (100.1, None), (-5, None)]
)
def test_height_decides_where_it_is_given(height: float | None, inside: str | None, tmp_path: Path, run) -> None:
    zone = a_zone(layer=box(60, 100))
    file = zones(tmp_path / "z.geojson", zone)
    lon, lat = middle(zone)
    more = () if height is None else ("--height", height)
    rows = json.loads(run("zones", "at", lat, lon, "-z", file, "-f", "json", *more).out)["zones"]
    assert [row["inside"] for row in rows] == ([inside] if inside else [])


def test_hours_are_unknown_without_a_time(tmp_path: Path, run) -> None:
    zone = a_zone()
    zone["properties"]["limitedApplicability"] = [
        {"startDateTime": "2026-05-12T08:00:00Z", "endDateTime": "2026-05-12T10:00:00Z"}
    ]
    file = zones(tmp_path / "z.geojson", zone)
    lon, lat = middle(zone)

    def inside(*more: object) -> list[str]:
        return [
            row["inside"]
            for row in json.loads(run("zones", "at", lat, lon, "-z", file, "-f", "json", *more).out)["zones"]
        ]

    assert inside() == ["unknown"] and inside("--time", "2026-05-12T09:00:00Z") == ["yes"]
    assert inside("--time", "2026-05-12T10:00:00Z") == ["yes"] and inside("--time", "2026-05-12T10:00:01Z") == []


def test_a_place_that_no_file_speaks_of_is_not_clear(run) -> None:
    ran = run("zones", "at", "--", -33.9, 151.2)
    assert ran.code == 3 and "CANNOT TELL: none of these files has a zone within 50 km" in ran.out
    assert run("zones", "at", 52.076, 4.283).code == 0
    assert run("zones", "at", 4.283, 152.0).code == 3
    for wrong in ((91, 4), (52, 181), ("nan", 4)):
        assert run("zones", "at", *wrong).code == 2
    assert run("zones", "at", 52, 4, "--near", -1).code == 2


def test_the_bundled_zones_tell_whom_to_ask_in_both_languages(run) -> None:
    told = run("zones", "at", 52.076, 4.283, "--near", 500)
    assert "DHG-H02" in told.out and "ask: Inspectie" in told.out and "not for navigation" in told.out
    dutch = run("--lang", "nl", "zones", "at", 52.076, 4.283, "--near", 500)
    assert "vraag: Inspectie" in dutch.out and "niet voor navigatie" in dutch.out
    made = json.loads(run("zones", "at", 52.076, 4.283, "--near", 500, "-f", "geojson").out)
    assert {f["properties"]["inside"] for f in made["features"]} <= {"yes", "no", "unknown"} and made["features"]


def test_a_file_of_another_time_does_not_answer(tmp_path: Path, run) -> None:
    zone = a_zone()
    lon, lat = middle(zone)
    of_2026 = {"validFrom": "2026-01-01T00:00:00Z", "validTo": "2026-12-31T00:00:00Z"}
    file = zones(tmp_path / "z.geojson", zone, metadata=of_2026)
    for moment, code in (("2026-05-12T09:00:00Z", 0), ("2027-05-12T09:00:00Z", 3), ("2025-05-12T09:00:00Z", 3)):
        ran = run("zones", "at", lat, lon, "-z", file, "--time", moment)
        assert ran.code == code and "IN        Z1" in ran.out, moment  # what is known is told all the same
        outdated = "z.geojson is not valid at that time, but from 2026-01-01 until 2026-12-31" in ran.out
        assert (
            outdated is bool(code) and ("CANNOT TELL: none of the files that have zones there" in ran.out) is outdated
        )
    assert run("zones", "at", lat, lon, "-z", file).code == 0
    of_2027 = {"validFrom": "2027-01-01T00:00:00Z", "validTo": "2027-12-31T00:00:00Z"}
    next_one = zones(tmp_path / "next.geojson", zone, metadata=of_2027)
    ran = run("zones", "at", lat, lon, "-z", file, "-z", next_one, "--time", "2027-05-12T09:00:00Z", "-f", "json")
    made = json.loads(ran.out)
    assert ran.code == 0 and len(made["zones"]) == 1 and made["set_aside"] == [str(file)] and not made["not_valid_then"]
    assert "another edition is in force then" in run(
        "zones", "at", lat, lon, "-z", file, "-z", next_one, "--time", "2027-05-12T09:00:00Z").out  # fmt: skip
