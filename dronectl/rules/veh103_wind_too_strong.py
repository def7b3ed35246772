"""
The wind is stronger than the aircraft is made for.

Why: beyond it the aircraft drifts, and its pilot finds out over somebody's roof.
What is measured: wind and gusts that the mission states (`wind`) against the highest wind of the aircraft's data sheet.
Source: a house rule; the highest wind is the maker's figure (catalogue, confidence B), or the operator's.
Undecided when: never; where the mission states no wind, or names no aircraft, it is not asked.
Example: gusts of 13 m/s with an aircraft made for 12 m/s.
Remedy: wait for less wind, or take another aircraft.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission, aircraft = briefing.mission, briefing.aircraft
    if mission.flown:
        yield RULE.answer(Status.NOT_APPLICABLE, "it was flown")
        return
    if mission.wind is None:
        yield RULE.answer(Status.UNDECIDED, "the wind against the aircraft", missing="wind")
        return
    if aircraft is None or aircraft.max_wind_mps is None:
        yield RULE.answer(Status.UNDECIDED, "the wind that the aircraft bears", missing="aircraft")
        return
    strongest = max(mission.wind.speed_mps, mission.wind.gust_mps or 0.0)
    kept = strongest <= aircraft.max_wind_mps
    yield RULE.answer(
        Status.PASSED if kept else Status.FAILED,
        f"wind up to {strongest:g} m/s; {aircraft.id} bears {aircraft.max_wind_mps:g} m/s",
        remedy="" if kept else "wait for less wind, or take another aircraft",
        measured=strongest,
        limit=aircraft.max_wind_mps,
        unit="m/s",
    )


RULE = Rule("VEH103", "wind-too-strong", Severity.VIOLATION, judge)
