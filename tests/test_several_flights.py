"""A mission of several flights is what each of its flights is: none hides what another does, or lends it what it lacks."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from builders import a_mission, a_permit, a_simple_zone, a_zone, at, ring, write, zones
from depth import deep

from dronectl.check import check
from dronectl.editions import Library
from dronectl.finding import Finding, Status
from dronectl.heights import Models
from dronectl.house import House
from dronectl.permit import Permit
from dronectl.readers import read_mission, read_zones
from dronectl.readers.permits import read_permit
from dronectl.rules import Options

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
Rank = dict[tuple[str, str, str], int]
RANKS = {Status.FAILED: 2, Status.UNDECIDED: 1}
VERDICTS = {"clear": 0, "undecided": 1, "violation": 2}


def on(day: int, *, start: str = "10:00", points: list[list[float]] | None = None, **more: Any) -> dict[str, Any]:
    """A flight on a day of May 2026."""
    speed = {"speed_mps": more.pop("speed_mps", 5)}
    return feature(points or ALONG, start=f"2026-05-{day:02d}T{start}:00+02:00", **speed, **more)


def feature(points: list[list[float]], **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = a_mission(points, **more)["features"][0]
    return made


def of(*flights: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A mission of flights."""
    return {**a_mission(ALONG, mission=facts), "features": list(flights)}


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


def square(east: float, north: float, side: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(east, north, east + side, north + side)]}


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


# random missions of some flights against each of their flights alone


def a_world(rng: random.Random) -> list[dict[str, Any]]:
    found = []
    for k in range(rng.choice([2, 5])):
        layer: dict[str, Any] = {"uom": "m"}
        if rng.random() < 0.5:
            layer |= {"lower": rng.choice([0, 50, 100]), "lowerReference": rng.choice(["AGL", "AMSL"])}
        hours = {
            "day": [rng.choice(["ANY", "TUE"])],
            "startTime": rng.choice(["07:00Z", "19:00Z"]),
            "endTime": "22:00Z",
        }
        when = {"limitedApplicability": [{"schedule": [hours]}]} if rng.random() < 0.5 else {}
        kind = rng.choice(["PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "USPACE"])
        place = square(rng.uniform(-800, 700), rng.uniform(-800, 700), rng.choice([50, 150, 400]))
        found.append(a_zone(f"Z{k}", geometry=place, kind=kind, layer=layer, **when))
    for k in range(rng.choice([0, 1, 2])):
        place = square(rng.uniform(-800, 700), rng.uniform(-800, 700), 80)
        crowd = {"kind": rng.choice(["assembly", "street"]), "persons": {"expected": rng.choice([50, 800])}}
        then = {"from": "2026-05-12T10:00:00+02:00", "until": "2026-05-12T10:20:00+02:00"} if rng.random() < 0.5 else {}
        found.append(a_simple_zone("crowd", place, crowd=crowd, id=f"C{k}", **then))
    if rng.random() < 0.5:
        limit = {"max_px_per_m": rng.choice([10, 60])} if rng.random() < 0.5 else {}
        place = square(rng.uniform(-800, 700), rng.uniform(-800, 700), 60)
        found.append(a_simple_zone("privacy", place, id="P", privacy={"subject": "shelter", **limit}))
    return found


def a_flight(rng: random.Random, number: int) -> dict[str, Any]:
    east, north = rng.uniform(-600, 600) + rng.choice([0, 0, 0, 60_000]), rng.uniform(-600, 600)
    points = []
    for _ in range(rng.choice([1, 2, 4])):
        points.append(at(east, north, rng.choice([0, 20, 40, 60, 118, 125])))
        east, north = east + rng.uniform(-400, 400), north + rng.uniform(-400, 400)
    when: dict[str, Any] = {"untimed": True}
    if rng.random() < 0.7:
        hour, step = rng.choice([1, 10, 22]), rng.choice([10, 30, 60, 400])
        seconds = [k * step for k in range(len(points))]
        when = {
            "times": [f"2026-05-{rng.choice([12, 13])}T{hour:02d}:{s // 60:02d}:{s % 60:02d}+02:00" for s in seconds]
        }
        day = when["times"][0][:10]
        when["times"] = [f"{day}{moment[10:]}" for moment in when["times"]]
    elif rng.random() < 0.5:
        when = {"period": {"from": "2026-05-12", "until": "2026-05-13", "daily": ["21:00", "23:00"]}}
    return feature(points, datum=rng.choice(["AGL", "AGL", "AMSL", "TAKEOFF"]), id=f"F{number}", **when)


def the_facts(rng: random.Random) -> dict[str, Any]:
    every: list[tuple[float, dict[str, Any]]] = [
        (0.5, {"camera": {"hfov_deg": 60, "video": [3840, 2160], "pitch_deg": rng.choice([-90, -30])}}),
        (0.5, {"aircraft": "dji-m30t"}),
        (0.4, {"volumes": {"contingency_m": 10, "contingency_up_m": 5, "ground_risk_buffer_m": 40}}),
        (0.4, {"declared": {"vlos": True, "green_light": rng.random() < 0.5}}),
        (0.3, {"pilot_at": at(0, 0)}), (0.3, {"purpose": "inspection", "legal_basis": "task"}),
    ]  # fmt: skip
    made: dict[str, Any] = {"category": rng.choice(["open/A2", "open/A3", "specific", "nl-state/police"])}
    for share, facts in every:
        made |= facts if rng.random() < share else {}
    return made


def told(mission: Any, library: Library, permits: list[Permit], options: Options) -> tuple[str, Rank]:
    (result,) = check([mission], library, permits, options, Models(), House()).results
    found: Rank = {}
    for one in result.findings:
        if (
            one.status in RANKS and one.was_asked and one.rule != "PAP101"
        ):  # a permit for one flight is none for another
            found[_key(one)] = max(found.get(_key(one), 0), RANKS[one.status])
    return result.verdict.value, found


def _key(one: Finding) -> tuple[str, str, str]:
    return one.rule, one.zone.id if one.zone else "", one.law


@pytest.mark.parametrize("seed", range(deep(400, 60)))
def test_a_mission_is_as_bad_as_its_worst_flight(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    library = Library(read_zones([zones(tmp_path / "z.geojson", *a_world(rng))]))
    facts, flights = the_facts(rng), [a_flight(rng, number) for number in range(rng.choice([2, 3]))]
    permits = []
    if rng.random() < 0.6:
        members: dict[str, Any] = {"area": square(-400, -400, 800)} if rng.random() < 0.5 else {}
        members |= {"lower": 0, "upper": 120, "datum": "AGL"} if rng.random() < 0.5 else {}
        permits = [read_permit(write(tmp_path / "p.json", a_permit(zones=["Z0", "Z1"], **members)))]
    options = Options(margin_m=rng.choice([0, 0, 20]))

    def asked(some: list[dict[str, Any]]) -> tuple[str, Rank]:
        flown = read_mission(write(tmp_path / "m.geojson", of(*copy.deepcopy(some), **facts)))
        return told(flown, library, permits, options)

    whole, parts = asked(flights), [asked([flight]) for flight in flights]
    for verdict, _ in parts:
        assert VERDICTS[whole[0]] >= VERDICTS[verdict]
    if not any(key[0] == "CAT106" for key in whole[1]):  # a flight of unknown height takes the others' volume
        for _, found in parts:
            assert {key: rank for key, rank in found.items() if whole[1].get(key, 0) < rank} == {}
        union = {key for _, found in parts for key in found}
        assert whole[1].keys() <= union and whole[0] == max((part[0] for part in parts), key=VERDICTS.__getitem__)
