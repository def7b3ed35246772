"""
A part of the mission's path is not known.

Why: what is not in the file cannot be checked: a survey without its lines, a circle whose radius the aircraft decides.
Source: MAVLink common.xml for what the items of a plan do; what is unknown is never taken for clear.
Undecided when: an item of the plan may move the aircraft in a way that the file does not say, or the path lies beyond 85
    degrees of latitude, where distances are not promised.
Example: a plan with a survey whose lines were not saved: where the aircraft flies between its strips is not in the file.
Remedy: open and save the plan in its planner, or replace the item by waypoints.
"""

from collections.abc import Iterator

import numpy as np

from dronectl.finding import Finding, Severity, Status
from dronectl.geometry import HIGHEST_LAT
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    doubts = list(mission.doubts)
    if any(bool(np.any(np.abs(flight.lat) > HIGHEST_LAT)) for flight in mission.flights):
        doubts.append(f"the path lies beyond {HIGHEST_LAT:g} degrees of latitude, where distances are not promised")
    for doubt in doubts:
        yield RULE.answer(
            Status.UNDECIDED,
            doubt,
            remedy="open and save the plan in its planner, or replace the item by waypoints",
            where=(mission.where,),
        )
    if not doubts:
        yield RULE.answer(Status.PASSED, "the whole path is known")


RULE = Rule("DAT103", "path-not-known", Severity.VIOLATION, judge)
