"""Files that are one page of what a server has: nothing is clear while the other pages were not read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bench.generate import national_zones
from builders import ACROSS, BESIDE, a_mission, a_zone, at, ring, write, zones

from dronectl.check import check
from dronectl.readers import read_mission, read_zones, surroundings, zone_cache
from dronectl.reports.as_json import document

FAR = {"type": "Polygon", "coordinates": [ring(3000, 0, 3100, 100)]}
NEXT = [{"rel": "self", "href": "https://example.org/1"}, {"rel": "next", "href": "https://example.org/2"}]


def a_page(path: Path, *features: dict[str, Any], **said: Any) -> Path:
    return write(path, {"type": "FeatureCollection", "features": list(features), **said})


def verdict(run: Any, folder: Path, *pages: Path, flown: list = ACROSS) -> tuple[str, dict[str, str]]:
    """The verdict, and what each rule that is open says."""
    mission = write(folder / "m.geojson", a_mission(flown))
    named = [word for page in pages for word in ("--zones", page)]
    made = json.loads(run("check", mission, *named, "--covers", "-f", "json").out)
    open_ = [f for f in made["missions"][0]["findings"] if f["status"] in ("failed", "undecided")]
    return made["verdict"], {f["rule"]: f["message"] for f in open_ if f["rule"] in ("AIR101", "DAT101", "DAT102")}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "clear"),
        ({"numberMatched": 1, "numberReturned": 1}, "clear"),
        ({"numberMatched": 1, "links": NEXT}, "clear"),  # some servers link to a next page that is empty
        ({"numberMatched": "unknown"}, "clear"),
        ({"exceededTransferLimit": False}, "clear"),
        ({"links": NEXT[:1]}, "clear"),
        ({"numberMatched": 5, "numberReturned": 1}, "undecided"),
        ({"totalFeatures": 5}, "undecided"),
        ({"totalFeatures": 1, "numberMatched": 2}, "undecided"),
        ({"exceededTransferLimit": True}, "undecided"),
        ({"properties": {"exceededTransferLimit": True}}, "undecided"),
        ({"links": NEXT}, "undecided"),
    ],
)
def test_a_page_alone_leaves_it_open(said: dict[str, Any], wanted: str, run, tmp_path: Path) -> None:
    page = a_page(tmp_path / "z.geojson", a_zone("FAR", geometry=FAR), **said)
    found, why = verdict(run, tmp_path, page)
    assert found == wanted and set(why) == ({"DAT101"} if wanted == "undecided" else set())
    assert wanted == "clear" or "other pages" in why["DAT101"]


def test_pages_together_are_the_whole(run, tmp_path: Path) -> None:
    one = a_page(tmp_path / "1.geojson", a_zone("FAR", geometry=FAR), numberMatched=2)
    two = a_page(tmp_path / "2.geojson", a_zone("HIT"), numberMatched=2)
    copy = a_page(tmp_path / "copy.geojson", a_zone("FAR", geometry=FAR), numberMatched=2)
    assert verdict(run, tmp_path, one)[0] == "undecided" and verdict(run, tmp_path, one, copy)[0] == "undecided"
    assert (
        set(verdict(run, tmp_path, one, two)[1])
        == {"AIR101"}
        == set(verdict(run, tmp_path, tmp_path / "1.geojson", two)[1])
    )
    assert verdict(run, tmp_path, one, two, flown=[at(0, 900, 50), at(90, 900, 50)])[0] == "clear"
    more = a_page(
        tmp_path / "3.geojson", a_zone("ALSO", geometry=FAR), numberMatched=2
    )  # three pages of two: other sets
    assert verdict(run, tmp_path, one, two, more, flown=BESIDE)[0] == "undecided"


def test_an_export_of_airspaces_of_one_page_leaves_it_open(run, tmp_path: Path) -> None:
    limit = {"value": 0, "unit": 0, "referenceDatum": 0}
    item = {
        "name": "A",
        "type": 1,
        "icaoClass": 3,
        "lowerLimit": limit,
        "upperLimit": limit | {"value": 90},
        "geometry": FAR,
    }
    for total, wanted in ((1, "clear"), (3, "undecided")):
        export = write(tmp_path / "a.json", {"totalCount": total, "items": [item]})
        assert verdict(run, tmp_path, export)[0] == wanted


def test_a_page_out_of_the_cache_is_one_as_well(tmp_path: Path) -> None:
    made = national_zones(700)
    whole, page = dict(made), made | {"numberMatched": len(made["features"]) + 1}
    lon, lat = 4.9, 52.37
    mission = read_mission(write(tmp_path / "m.geojson", a_mission([[lon, lat, 50.0], [lon + 0.01, lat, 50.0]])))
    around = surroundings([mission], 1000.0)
    for name, value, pages in (("whole", whole, False), ("page", page, True)):
        path = write(tmp_path / f"{name}.geojson", value)
        told = []
        for cache in (None, tmp_path / "c", tmp_path / "c"):
            files = read_zones([path], around=around, cache=cache)
            assert (files[0].page is not None) is pages and files[0].count == len(made["features"]) + pages
            told.append(json.dumps(document(check([mission], files))))
        assert len(set(told)) == 1 and len(zone_cache.entries(tmp_path / "c")) >= 1


def test_a_page_of_a_layer_leaves_its_distance_open(run, tmp_path: Path) -> None:
    def told(*pages: Path) -> set[str]:
        mission = write(tmp_path / "m.geojson", a_mission(ACROSS, mission={"category": "open/A2"}))
        file = zones(tmp_path / "z.geojson", a_zone("FAR", geometry=FAR))
        named = [word for page in pages for word in ("--layer", f"roads={page}")]
        made = json.loads(run("check", mission, "--zones", file, *named, "--covers", "-f", "json").out)
        found = made["missions"][0]["findings"]
        return {f["status"] for f in found if f["law"] == "NL-ROAD-A12"}

    def road(name: str, **said: Any) -> Path:
        line = {"type": "LineString", "coordinates": [at(3000, 0), at(3000, 900)]}
        facts = {"name": name, "highway": "motorway"}
        return a_page(tmp_path / name, {"type": "Feature", "properties": facts, "geometry": line}, **said)

    assert told(road("1.geojson")) == {"passed"}
    assert told(road("1.geojson", numberMatched=2)) == {"undecided"}
    assert told(road("1.geojson", numberMatched=2), road("2.geojson", numberMatched=2)) == {"passed"}
