"""
The aircraft flies farther from its pilot than its radio link reaches.

Why: without a link nobody can call it back, and it goes its own way home.
What is measured: the path with its uncertainty against a circle round the pilot (`pilot_at`), or round the take-off
    point, of the range that an operator file states for the aircraft (`radio_range_m`).
Source: a house rule; the range is the operator's figure. Data sheets state ranges for open country without other radio,
    so the catalogue has none.
Undecided when: never; where no range is stated it is not asked.
Example: a leg 2.3 km from its pilot with a link of 2 km.
Remedy: stand nearer, move the leg, or state the range that was measured there.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.rules.flown_by import beyond


def judge(briefing: Briefing) -> Iterator[Finding]:
    aircraft = briefing.aircraft
    if briefing.mission.flown or aircraft is None or aircraft.radio_range_m is None:
        yield RULE.answer(Status.NOT_APPLICABLE, "no radio range is stated for the aircraft")
        return
    yield from beyond(
        RULE, briefing, aircraft.radio_range_m, f"the radio range of {aircraft.id}, as the operator states it"
    )


RULE = Rule("VEH105", "beyond-radio-range", Severity.VIOLATION, judge)
