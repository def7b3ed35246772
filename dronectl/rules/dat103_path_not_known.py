"""
A part of the mission's path is not known.

Why: what is not in the file cannot be checked: a survey without its lines, a circle whose radius the aircraft decides.
Source: MAVLink common.xml for what the items of a plan do; what is unknown is never taken for clear.
Undecided when: an item of the plan may move the aircraft in a way that the file does not say; a fixed wing without an
    operational volume may come into a zone where it turns; or the path lies beyond 85 degrees of latitude, where distances
    are not promised.
Example: a plan with a survey whose lines were not saved: where the aircraft flies between its strips is not in the file.
Remedy: open and save the plan in its planner, or replace the item by waypoints.
"""

from collections.abc import Iterator

import numpy as np

from dronectl.encounter import Skies
from dronectl.finding import Finding, Severity, Status
from dronectl.geometry import HIGHEST_LAT
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named
from dronectl.turning import corners, on_the_wing
from dronectl.volumes import OperationalVolume

MEND_PLAN = "open and save the plan in its planner, or replace the item by waypoints"
MEND_LOG = "give every path in a file of its own"


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    doubts = list(mission.doubts)
    if any(bool(np.any(np.abs(flight.lat) > HIGHEST_LAT)) for flight in mission.flights):
        doubts.append(f"the path lies beyond {HIGHEST_LAT:g} degrees of latitude, where distances are not promised")
    for doubt in doubts:
        yield RULE.answer(
            Status.UNDECIDED,
            doubt,
            remedy=MEND_LOG if mission.flown else MEND_PLAN,
            where=(mission.where,),
        )
    turned = list(_turns(briefing))
    yield from turned
    if not doubts and not turned:
        yield RULE.answer(Status.PASSED, "the whole path is known")


def _turns(briefing: Briefing) -> Iterator[Finding]:
    """The zones that a fixed wing may enter while it turns at a corner, and that its path does not meet."""
    mission = briefing.mission
    if isinstance(briefing.volume, OperationalVolume) or not on_the_wing(mission, briefing.aircraft):
        return
    met_already = {id(one.zone) for one in briefing.meetings if one.inside is not Answer.NO}
    asking = [zone for file in briefing.files for zone in file.demanding if zone.binds(mission.category)]
    skies = Skies([zone for zone in asking if id(zone) not in met_already])
    told: set[int] = set()
    for bare in briefing.bare if skies.zones else ():
        for corner, room in corners(mission, briefing.aircraft, bare):
            for met in skies.meetings([corner], near_m=0.0):
                if met.inside is Answer.NO or id(met.zone) in told:
                    continue
                told.add(id(met.zone))
                yield RULE.answer(
                    Status.UNDECIDED,
                    f"where it turns at {corner.flight.place[0]} it may enter {named(met.zone)}: a fixed wing needs "
                    f"{room:.0f} m",
                    remedy='state the room that it has: "volumes": {} in the mission, or move the corner away',
                    zone=met.zone,
                    where=(met.zone.where,),
                )


RULE = Rule("DAT103", "path-not-known", Severity.VIOLATION, judge)
