"""
The position in the log of a flown flight leaps as no drone can fly.

Why: before or after a leap the receiver was wrong, and nobody knows for how long.
What is measured: steps of more than 50 m that would take more than 100 m/s, or of more than 1,000 m where the log keeps
    no times.
Source: house figures; no drone of the open or specific category comes near 100 m/s.
Undecided when: there is such a leap.
Example: two fixes a second apart and 900 m from each other.
Remedy: look at the track round the leap, and give a log of another receiver of the same flight.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    if not mission.flown:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission is a plan, not a log")
        return
    found = [odd for odd in mission.oddities if odd.kind == "leap"]
    for odd in found:
        remedy = "look at the track there, and give a log of another receiver of the same flight"
        yield RULE.answer(Status.UNDECIDED, odd.what, remedy=remedy, where=(odd.where,))
    if not found:
        yield RULE.answer(Status.PASSED, "the position leaps nowhere")


RULE = Rule("LOG102", "position-leap", Severity.VIOLATION, judge)
