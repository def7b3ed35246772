"""
The times in the log of a flown flight do not run forward, are missing, or differ between its clocks.

Why: when an aircraft was where is half of the evidence, and zones keep hours.
What is measured: times that run backward, that are missing, or that two places share; clocks of one log that differ by
    more than 2 s.
Source: the 2 s are a house figure.
Undecided when: never; it warns. Where times cannot be used, the rules about hours are undecided by themselves.
Example: the receiver's clock says 10:00:00 and the telephone's 10:00:07.
Remedy: set the clocks before flying, and give the log of the device whose clock is right.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule

KINDS = frozenset({"backward-time", "duplicate-time", "time-missing", "clock-offset"})


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    if not mission.flown:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission is a plan, not a log")
        return
    found = [odd for odd in mission.oddities if odd.kind in KINDS]
    for odd in found:
        yield RULE.answer(
            Status.FAILED, odd.what, remedy="give the log of a device with the right time", where=(odd.where,)
        )
    if not found:
        yield RULE.answer(Status.PASSED, "the times of the log run forward")


RULE = Rule("LOG103", "clock-of-log-odd", Severity.WARNING, judge)
