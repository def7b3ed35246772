"""
The mission states no time, and a zone on its way keeps hours.

Why: whether a zone that is in force only at times stands in the way depends on when the flight happens.
Source: EUROCAE ED-318, limitedApplicability; ED-269, applicability.
Undecided when: the mission has neither times, nor a start with a speed, nor a period, and meets a zone that keeps hours.
Example: a school area in force on weekdays from 08:00 to 17:00, and a mission that states no time.
Remedy: give the start: --at 2026-05-12T10:00+02:00, or put times or a period into the mission.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named


def judge(briefing: Briefing) -> Iterator[Finding]:
    if not briefing.untimed:
        yield RULE.answer(Status.PASSED, "the mission states when it is flown")
        return
    waiting = [
        meeting
        for meeting in briefing.meetings
        if meeting.inside is Answer.UNKNOWN and any(doubt.about == "time" for doubt in meeting.doubts)
    ]
    if not waiting:
        yield RULE.answer(Status.PASSED, "the mission states no time, and no zone on its way keeps hours")
        return
    names = ", ".join(named(meeting.zone) for meeting in waiting[:5]) + (" ..." if len(waiting) > 5 else "")
    yield RULE.answer(
        Status.UNDECIDED,
        f"the mission states no time, and {len(waiting)} zone(s) on its way keep hours: {names}",
        remedy="give the start time: --at 2026-05-12T10:00+02:00, or a period in the mission",
        where=(briefing.mission.where,),
    )


RULE = Rule("TIM101", "mission-without-time", Severity.VIOLATION, judge)
