"""
The aircraft flies so far off that its pilot likely cannot see which way it points.

Why: who sees a dot does not see where it flies, nor the helicopter behind it.
What is measured: the path with its uncertainty against circles round the pilot (`pilot_at`) and the observers
    (`observers_at`): 327 times the aircraft's size and 20 m (rotorcraft), or 490 times and 30 m (fixed wing), and at most
    0.3 of the ground visibility that the mission states (`declared.visibility_m`). Not asked where the mission says that
    it is flown out of sight (`declared.vlos` false).
Source: an estimate of the range of sight (ALOS, DLOS), confidence B, without a source.
Undecided when: never; where the size of the aircraft, or the place of the pilot, is not stated it is not asked.
Example: an aircraft of 1.07 m is seen well for 370 m.
Remedy: stand nearer, move the leg, or post an observer.
"""

from collections.abc import Iterator

from dronectl.endurance import sight_m
from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.rules.flown_by import beyond


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission, aircraft = briefing.mission, briefing.aircraft
    if mission.flown or mission.declared.get("vlos") is False:
        yield RULE.answer(Status.NOT_APPLICABLE, "it is not flown by sight, or it was flown")
        return
    if not mission.pilot_at:
        yield RULE.answer(Status.UNDECIDED, "how far off the aircraft is seen", missing="place pilot_at")
        return
    seen = None if aircraft is None else sight_m(aircraft, _metres(mission.declared.get("visibility_m")))
    if aircraft is None or seen is None:
        yield RULE.answer(Status.UNDECIDED, "how far off the aircraft is seen", missing="aircraft")
        return
    yield from beyond(RULE, briefing, seen, f"{aircraft.id} is likely seen well up to there")


def _metres(value: float | bool | None) -> float | None:
    return None if value is None or isinstance(value, bool) else float(value)


RULE = Rule("VEH106", "beyond-sight", Severity.WARNING, judge)
