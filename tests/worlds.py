"""Random worlds of zones of every kind, and missions through them, for what must hold of any two answers."""

from __future__ import annotations

import random
from typing import Any

from builders import a_mission, a_permit, a_simple_zone, a_zone, at, ring

from dronectl.check import check
from dronectl.editions import Library
from dronectl.finding import Finding, Status
from dronectl.heights import Models
from dronectl.house import House
from dronectl.permit import Permit
from dronectl.rules import Options

Rank = dict[tuple[str, str, str], int]
RANKS = {Status.FAILED: 2, Status.UNDECIDED: 1}
VERDICTS = {"clear": 0, "undecided": 1, "violation": 2}


def square(east: float, north: float, side: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(east, north, east + side, north + side)]}


def feature(points: list[list[float]], **more: Any) -> dict[str, Any]:
    """A flight, as it stands in a mission."""
    made: dict[str, Any] = a_mission(points, **more)["features"][0]
    return made


def of(*flights: dict[str, Any], uncertainty: tuple[float, float] = (0, 0), **facts: Any) -> dict[str, Any]:
    """A mission of flights."""
    return {**a_mission([at(0, 0, 0), at(1, 0, 0)], mission=facts, uncertainty=uncertainty), "features": list(flights)}


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


def a_permit_of(rng: random.Random) -> dict[str, Any] | None:
    """A permit for some of the zones, or none."""
    if rng.random() > 0.6:
        return None
    members: dict[str, Any] = {"area": square(-400, -400, 800)} if rng.random() < 0.5 else {}
    members |= {"lower": 0, "upper": 120, "datum": "AGL"} if rng.random() < 0.5 else {}
    return a_permit(zones=["Z0", "Z1"], **members)


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
