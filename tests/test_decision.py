"""`--explain-decision`: the chain of where, how high and when, with the figures that decided."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_simple_zone, a_zone, at, ring, write, zones
from rasters import a_terrain

WIDE = {"type": "Polygon", "coordinates": [ring(-600, -600, 600, 600)]}
LOW = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 50, "upperReference": "AGL"}


@pytest.fixture
def explained(run, tmp_path: Path):
    def asked(zone: dict, mission: dict, *options: object, name: str = "z1") -> tuple[int, str]:
        ran = run(
            "check", write(tmp_path / "m.geojson", mission), "--zones", zones(tmp_path / "z.geojson", zone),
            "--explain-decision", name, *options,
        )  # fmt: skip
        return ran.code, re.sub(r"\s+", " ", ran.out) or ran.err

    return asked


def test_heights_are_turned_step_by_step(explained, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", lambda east, north: 40.0)
    mission = a_mission([at(-200, 0, 134), at(200, 0, 134)], datum="WGS84", uncertainty=(5, 3))
    code, text = explained(a_zone(geometry=WIDE, layer=LOW), mission, "--terrain", terrain, "--terrain-error", 1)
    assert code == 3
    # 43.77 m from ellipsoid to sea at 52 N 5 E within 2.15 m; the ground 40 m within 1 m
    assert re.search(r"path 134\.00 m WGS84; the ellipsoid -4[56]\.\d\d to -41\.\d\d m AMSL", text)
    assert "the ground 39.00 to 41.00 m AMSL" in text
    assert re.search(r"so 4[67]\.\d\d to 53\.\d\d m AGL against 50 m AGL", text)
    assert "WHERE yes" in text and "HOW HIGH" in text and "TOGETHER unknown" in text
    assert "AIR101 undecided" in text and "EGM96" in text and "sha256" in text


def test_each_question_is_answered_on_its_own(explained) -> None:
    hours = [{"schedule": [{"day": ["ANY"], "startTime": "09:00Z", "endTime": "10:00Z"}]}]
    code, text = explained(a_zone(limitedApplicability=hours), a_mission(ACROSS))
    assert code == 0
    assert "WHERE yes: the path itself is up to 50." in text
    assert "every height is in a band from the ground to unlimited" in text
    assert "WHEN no: it keeps hours (every day 09:00Z-10:00Z); during the flight in force never surely" in text
    assert "TOGETHER no" in text and "AIR101 passed" in text


def test_a_zone_that_is_passed_says_by_how_much(explained) -> None:
    _, text = explained(a_zone(), a_mission([at(-200, 80, 60), at(200, 80, 60)], uncertainty=(5, 3)))
    assert re.search(r"WHERE no: (29\.99|30\.0\d) m from the path, (24\.99|25\.0\d) m after the widening", text)


def test_what_is_not_known_is_said(explained) -> None:
    broken = a_simple_zone("no-fly", {"type": "Polygon", "coordinates": [[at(0, 0), at(9, 9)]]})
    code, text = explained(broken, a_mission(ACROSS), name="S1")
    assert code == 3 and "WHERE unknown" in text
    untimed = a_zone(
        limitedApplicability=[{"schedule": [{"day": ["ANY"], "startTime": "09:00Z", "endTime": "10:00Z"}]}]
    )
    code, text = explained(untimed, a_mission(ACROSS, untimed=True))
    assert code == 3 and "the flight states no time" in text


def test_a_zone_far_away_is_far_away(explained, run, tmp_path: Path) -> None:
    far = a_zone("Z2", geometry={"type": "Polygon", "coordinates": [[[9, 47], [9.1, 47], [9.1, 47.1], [9, 47]]]})
    file = zones(tmp_path / "f.geojson", far)
    ran = run("check", write(tmp_path / "m.geojson", a_mission(ACROSS)), "--zones", file, "--explain-decision", "Z2")
    assert "farther than 100 km" in ran.out


def test_a_name_that_is_no_zone_gets_a_hint(explained) -> None:
    code, text = explained(a_zone("NL-HELI-1"), a_mission(ACROSS), name="heli")
    assert code == 2 and "did you mean NL-HELI-1" in text
    code, text = explained(a_zone(), a_mission(ACROSS), "--format", "json")
    assert code == 2 and "prints text only" in text
