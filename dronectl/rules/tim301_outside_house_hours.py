"""
The mission is flown outside the hours that a rule of the house sets.

Why: a drone at breakfast is another thing than a drone at night.
What is measured: the whole time of the mission, in local time (Europe/Amsterdam), against the hours and weekdays of the rule;
    both ends belong to the hours.
Source: the rule of the house that it names.
Undecided when: never; where the mission states no time, it is not asked.
Example: 06:59 to 07:30 fails hours from 07:00 to 22:00; 07:00 to 07:30 does not.
Remedy: fly within the hours, or have the house waive the rule.
"""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.readers.moments import HOME_ZONE
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking
from dronectl.schedule import DAYS


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("hours",), _hours, "hours of the house")


def _hours(limit: Limit, briefing: Briefing) -> Finding:
    zone = ZoneInfo(HOME_ZONE)
    for span in briefing.times:
        begin, end = (datetime.fromtimestamp(moment, zone) for moment in span)
        if not _within(begin, end, limit):
            until = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%a %d %b %Y %H:%M}"
            return RULE.answer(
                Status.FAILED,
                f"flown {begin:%a %d %b %Y %H:%M} to {until} local time; {limit.asks}",
                remedy="fly within the hours, or have the house waive the rule",
                law=limit,
            )
    if briefing.untimed:
        return lacking(RULE, limit, "time")
    return RULE.answer(Status.PASSED, f"{limit.title['en']}: {limit.words}", law=limit)


def _within(begin: datetime, end: datetime, limit: Limit) -> bool:
    opens, closes = (time.fromisoformat(limit.more[name]) for name in ("from", "until"))
    days = {DAYS.index(day) for day in limit.more.get("days", DAYS)}
    if opens <= closes:
        same = begin.date() == end.date()
        return same and begin.weekday() in days and opens <= begin.time() and end.time() <= closes
    if begin.time() >= opens:  # a night belongs to the day on which it starts
        started, ended_next = begin.weekday(), end.date() != begin.date()
        return started in days and (not ended_next or ((end.date() - begin.date()).days == 1 and end.time() <= closes))
    started = (begin.weekday() - 1) % 7
    return started in days and begin.date() == end.date() and end.time() <= closes


RULE = Rule("TIM301", "outside-house-hours", Severity.VIOLATION, judge)
