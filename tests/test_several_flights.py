"""A mission of several flights is what each of its flights is: none hides what another does, or lends it what it lacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import a_simple_zone, a_zone, at, write, zones
from worlds import feature, of, square

OPERATOR = """
[operator]
name = "City"
number = "NLDabcdefghijkl"
registered_on = 2026-05-15
registered_until = 2027-01-01
insurer = "I"
insured_until = 2026-05-15
[[pilot]]
id = "p1"
born = 2010-05-15
competence = [{ kind = "A2", issued = 2024-01-01, valid_until = 2026-05-15 }]
"""
ALONG = [at(-200, 0, 60), at(200, 0, 60)]


def on(day: int, *, start: str = "10:00", points: list[list[float]] | None = None, **more: Any) -> dict[str, Any]:
    """A flight on a day of May 2026."""
    speed = {"speed_mps": more.pop("speed_mps", 5)}
    return feature(points or ALONG, start=f"2026-05-{day:02d}T{start}:00+02:00", **speed, **more)


@pytest.fixture
def ask(run, tmp_path: Path):
    def asked(
        mission: dict[str, Any], *options: Any, near: tuple[dict[str, Any], ...] = ()
    ) -> dict[str, list[dict[str, Any]]]:
        zone_file = zones(tmp_path / "z.geojson", a_zone(geometry=square(3000, 3000, 100)), *near)
        ran = run("check", write(tmp_path / "m.geojson", mission), "--zones", zone_file, "-f", "json", *options)
        assert ran.out, ran.err
        found: dict[str, list[dict[str, Any]]] = {}
        for row in json.loads(ran.out)["missions"][0]["findings"]:
            found.setdefault(row["rule"], []).append(row)
        return found

    return asked


def failed(found: dict[str, list[dict[str, Any]]], rule: str) -> bool:
    return any(row["status"] == "failed" for row in found[rule])


UNTIMED = feature(ALONG, untimed=True)


HIDDEN: dict[str, tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]] = {
    "CAT102": (on(12, speed_mps=6), (), {"category": "specific/STS-01"}),
    "CAT104": (on(12, start="23:30"), (), {"category": "open/A2", "declared": {"green_light": False}}),
    "TIM301": (on(12, start="23:30"), ("--pack", "house"), {}),
    "VEH104": (on(12, speed_mps=29), (), {"aircraft": "dji-m30t"}),
}


@pytest.mark.parametrize("rule", HIDDEN)
def test_a_flight_without_time_hides_nothing_of_the_others(ask, rule: str) -> None:
    flight, options, facts = HIDDEN[rule]
    assert failed(ask(of(flight, **facts), *options), rule)
    for flights in ((flight, UNTIMED), (UNTIMED, flight)):
        assert failed(ask(of(*flights, **facts), *options), rule)
    alone = ask(of(on(12, speed_mps=4), UNTIMED, **facts), *options)[rule]
    assert not failed({rule: alone}, rule) and "undecided" in {row["status"] for row in alone}


def test_a_flight_without_time_leaves_zone_files_and_papers_of_the_others_asked(ask) -> None:
    found = ask(of(feature(ALONG, start="2027-05-12T10:00:00+02:00", speed_mps=5), UNTIMED))
    assert any("2027-05-12" in row["message"] for row in found["TIM202"])


DAYS = {  # what is wrong on the one day only: 12 or 20 May
    "handed in late": ("PAP102", "APV-SENSOR", 12),
    "too young": ("PAP103", "EU-AGE", 12),
    "not yet registered": ("PAP104", "EU-REG", 12),
    "competence has ended": ("PAP103", "EU-COMP-A2", 20),
    "insurance has ended": ("PAP104", "HOUSE-INSURANCE", 20),
}


@pytest.mark.parametrize("what", DAYS)
@pytest.mark.parametrize("turned", [False, True])
def test_papers_hold_on_every_day_of_a_mission(ask, what: str, turned: bool, tmp_path: Path) -> None:
    (tmp_path / "crew.toml").write_text(OPERATOR)
    rule, law, day = DAYS[what]
    facts = {
        "category": "open/A2", "pilot": "p1", "aircraft": "dji-m30t",
        "papers": {"sensor_register": {"reference": "R", "reported": "2026-05-08"}},
    }  # fmt: skip
    options = ("--operator", tmp_path / "crew.toml", "--pack", "house")

    def wrong(*days: int) -> bool:
        found = ask(of(*map(on, days), **facts), *options)
        return any(row["status"] == "failed" and row["law"] == law for row in found[rule])

    assert wrong(day) and not wrong(32 - day)
    assert wrong(*((20, 12) if turned else (12, 20)))


def test_what_is_surely_in_view_of_one_flight_is_not_in_doubt_for_another(ask) -> None:
    house = a_simple_zone("privacy", square(-10, -10, 20), privacy={"subject": "shelter", "max_px_per_m": 20})
    camera = {"hfov_deg": 60, "video": [3840, 2160], "pitch_deg": -90}
    vague = feature([at(-200, 0, 60), at(200, 0, 60)], datum="AMSL")
    flights = on(12), vague
    facts = {"camera": camera, "legal_basis": "task"}
    assert [row["status"] for row in ask(of(vague, **facts), near=(house,))["PRV102"] if row["zone"]] == ["undecided"]
    for order in (flights, flights[::-1]):
        found = [row for row in ask(of(*order, **facts), near=(house,))["PRV102"] if row["zone"]]
        assert [row["status"] for row in found] == ["failed"]


def test_a_flight_far_from_a_crowd_leaves_nothing_open_about_it(ask) -> None:
    crowd = a_simple_zone("crowd", square(300, 300, 50), crowd={"kind": "assembly", "persons": {"expected": 100}})
    far = feature([at(-60_000, 0, 60), at(-60_200, 0, 60)], datum="AMSL")
    found = ask(of(on(12), far, category="open/A2", aircraft="dji-m30t"), near=(crowd,))
    assert [row["status"] for row in found["PPL203"] if row["zone"]] == ["passed"]
    assert [row["status"] for row in found["VEH108"]] == ["passed"]


def test_a_flight_of_unknown_height_leaves_the_volume_of_the_others(ask) -> None:
    volumes = {"contingency_m": 30, "contingency_up_m": 5, "ground_risk_buffer_m": 60}
    beside = a_zone("NEAR", geometry=square(-50, 20, 100))
    far = feature([at(-60_000, 0, 60), at(-60_200, 0, 60)], datum="AMSL")
    found = ask(of(on(12), far, volumes=volumes), near=(beside,))
    assert [row["status"] for row in found["AIR101"] if row["zone"]["id"] == "NEAR"] == ["failed"]
    assert {row["status"] for row in found["CAT106"]} == {"not_applicable", "passed", "undecided"}
