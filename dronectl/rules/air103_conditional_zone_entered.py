"""
The flight path enters a zone that may be flown only under conditions.

Why: the publisher allows some flights here and not others; the conditions are mostly free text.
What is measured: as for AIR101; then the machine-readable condition, where the zone carries one (its
    `extendedProperties.dronectl.condition.max_height_m`, metres above ground), against the heights inside the zone.
Source: EUROCAE ED-318 and ED-269, zone type CONDITIONAL and restrictionConditions; (EU) 2019/947, Art. 15(1).
Undecided when: the conditions are text only. Text never gives permission; the text is quoted for the pilot to read. Or the
    aircraft can have been higher than the condition allows in a gap of its log.
Example: 60 m above ground in a zone with the condition max_height_m 50 is a violation; 45 m with 3 m of vertical uncertainty
    is not.
Remedy: read the condition, and give the paper that shows it is met as a permit file; or route around the zone.
"""

from collections.abc import Iterator
from dataclasses import replace

from dronectl.encounter import Meeting
from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import MORE_FIXES
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import above_inside, call, judge_entries, named, strayed_above
from dronectl.zone import Restriction, Zone


def _conditional(zone: Zone) -> bool:
    return zone.restriction is Restriction.CONDITIONAL


def judge(briefing: Briefing) -> Iterator[Finding]:
    answers = judge_entries(
        briefing,
        RULE,
        _conditional,
        verb="flies under conditions in",
        remedy=lambda zone: f"meet its condition and show it with --permit, or route around it{call(zone)}",
    )
    meetings = {id(meeting.zone): meeting for meeting in briefing.meetings}
    for answer in answers:
        if answer.status is not Status.FAILED or answer.zone is None:
            yield answer
        else:
            yield _conditions(answer, meetings[id(answer.zone)], briefing)


def _conditions(answer: Finding, meeting: Meeting, briefing: Briefing) -> Finding:
    zone = meeting.zone
    condition = zone.condition
    if answer.severity is not Severity.VIOLATION:
        return answer
    if condition is None:
        text = zone.conditions or zone.message or "the publisher gives no text"
        what = f"{answer.message}; its condition is text that no machine can decide: {text!r}"
        return replace(answer, status=Status.UNDECIDED, message=what)
    high, above, _ = above_inside(meeting, briefing.tracks, condition.max_height_m)
    limit = f"{condition.max_height_m:g} m above ground"
    gap = strayed_above(briefing, zone, condition.max_height_m) if above is Answer.NO else None
    if gap is not None:
        what = f"{answer.message}; its condition is at most {limit}, but {gap}: it can have been higher"
        return replace(answer, status=Status.UNDECIDED, message=what, remedy=MORE_FIXES)
    if above is Answer.NO:
        kept = f"keeps to the condition of {named(zone)}: at most {limit}"
        return replace(answer, status=Status.PASSED, message=kept, remedy="")
    if above is Answer.YES:
        what = f"{answer.message}; inside it the path is higher than its condition allows: at most {limit}"
        return replace(answer, message=what, remedy=f"fly at most {limit} inside it, or route around it")
    why = high.doubt.why if high.doubt else "the height above ground is not known"
    return replace(
        answer,
        status=Status.UNDECIDED,
        message=f"{answer.message}; its condition is at most {limit}, but {why}",
        remedy=high.doubt.remedy if high.doubt else "state heights above ground",
    )


RULE = Rule("AIR103", "conditional-zone-entered", Severity.VIOLATION, judge)
