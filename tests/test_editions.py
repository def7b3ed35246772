"""A zone library keeps editions: a flight is held against that of its day, and the report says which."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_zone, at, write, zones
from flown import BOX, a_log, along

OLD = {"validFrom": "2025-01-01T00:00:00Z", "validTo": "2025-12-31T23:59:59Z"}
NEW = {"validFrom": "2026-01-01T00:00:00Z", "validTo": "2026-12-31T23:59:59Z"}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """2025: Z1 prohibited. 2026: Z1 informs only, and a new Z2."""
    folder = tmp_path / "library"
    folder.mkdir()
    zones(folder / "zones-2025.geojson", a_zone("Z1"), metadata=OLD)
    zones(
        folder / "zones-2026.geojson",
        a_zone("Z1", kind="NO_RESTRICTION"),
        a_zone("Z2", kind="NO_RESTRICTION"),
        metadata=NEW,
    )
    return folder


@pytest.mark.parametrize(
    ("year", "verdict", "file"), [(2025, "violation", "zones-2025"), (2026, "clear", "zones-2026")]
)
def test_the_edition_of_the_day_is_used_and_the_other_named(
    year: int, verdict: str, file: str, library, run, tmp_path
) -> None:
    flown = a_mission(ACROSS, start=f"{year}-05-12T10:00:00+02:00", speed_mps=10)
    report = json.loads(run("check", write(tmp_path / "m.geojson", flown), "--zones", library, "-f", "json").out)
    assert report["verdict"] == verdict, report["missions"][0]["findings"]
    used = [item["path"] for item in report["inputs"] if item["role"] == "zones"]
    assert len(used) == 1 and file in used[0]
    assert any("was set aside: another edition is in force" in said for said in report["assumptions"])


def test_an_edition_without_a_successor_stays_and_is_out_of_date(library, run, tmp_path: Path) -> None:
    flown = a_mission(ACROSS, start="2027-05-12T10:00:00+02:00", speed_mps=10)
    report = json.loads(run("check", write(tmp_path / "m.geojson", flown), "--zones", library, "-f", "json").out)
    assert report["verdict"] != "clear" and len([i for i in report["inputs"] if i["role"] == "zones"]) == 2


def test_a_file_about_other_zones_is_no_edition(library, run, tmp_path: Path) -> None:
    zones(library / "other-2025.geojson", a_zone("X9"), metadata=OLD)
    flown = a_mission(ACROSS, start="2026-05-12T10:00:00+02:00", speed_mps=10)
    report = json.loads(run("check", write(tmp_path / "m.geojson", flown), "--zones", library, "-f", "json").out)
    assert report["verdict"] != "clear"  # an expired file that nothing follows is never left out in silence
    assert any("other-2025" in item["path"] for item in report["inputs"])


@pytest.mark.parametrize("east", [0, 3_000])
def test_files_that_number_their_zones_alike_are_editions_at_the_same_place_only(
    east: int, run, tmp_path: Path
) -> None:
    def numbered(name: str, away: float, kind: str, days: dict[str, str]) -> Path:
        corners = [at(x + away, y) for x, y in ((-50, -50), (50, -50), (50, 50), (-50, 50), (-50, -50))]
        zone = a_zone("1", kind=kind, geometry={"type": "Polygon", "coordinates": [corners]})
        return zones(tmp_path / name, zone, metadata=days)

    old = numbered("old.geojson", 0, "PROHIBITED", OLD)
    new = numbered("new.geojson", east, "NO_RESTRICTION", NEW)
    flown = a_mission(ACROSS, start="2026-05-12T10:00:00+02:00", speed_mps=10)
    ran = run("check", write(tmp_path / "m.geojson", flown), "--zones", old, "--zones", new, "-f", "json")
    assert (json.loads(ran.out)["verdict"] == "clear") == (east == 0)


def test_two_missions_of_two_days_each_meet_their_own_edition(library, run, tmp_path: Path) -> None:
    paths = []
    for year in (2025, 2026):
        flown = a_mission(ACROSS, start=f"{year}-05-12T10:00:00+02:00", speed_mps=10, mission={"id": f"m{year}"})
        paths.append(write(tmp_path / f"m{year}.geojson", flown))
    report = json.loads(run("check", *paths, "--zones", library, "-f", "json").out)
    assert [m["verdict"] for m in report["missions"]] == ["violation", "clear"]


def test_without_a_time_every_edition_counts(library, run, tmp_path: Path) -> None:
    report = json.loads(
        run("check", write(tmp_path / "m.geojson", a_mission(ACROSS)), "--zones", library, "-f", "json").out
    )
    assert len([i for i in report["inputs"] if i["role"] == "zones"]) in (1, 2)
    timeless = a_mission(ACROSS, period={"from": "2025-06-01T00:00:00Z", "until": "2026-06-01T00:00:00Z"})
    report = json.loads(run("check", write(tmp_path / "t.geojson", timeless), "--zones", library, "-f", "json").out)
    assert report["verdict"] == "violation" and len([i for i in report["inputs"] if i["role"] == "zones"]) == 2


def test_a_log_meets_the_zones_of_its_own_day(library, run, tmp_path: Path) -> None:
    log = a_log(tmp_path / "l.csv", along(BOX))
    report = json.loads(run("check", log, "--zones", library, "-f", "json").out)
    assert ["zones-2026" in i["path"] for i in report["inputs"] if i["role"] == "zones"] == [True]
