"""
Parts of the log of a flown flight are no positions, or are damaged.

Why: what was left out is not evidence; an auditor wants to know how much that is.
What is measured: fixes without a position (none, 0/0, or without a fix by the receiver's own word), and parts of the file
    that could not be read.
Source: a principle of this tool: nothing is repaired silently.
Undecided when: never; it warns. The gaps that remain are judged by LOG101.
Example: 12 of 900 fixes are 0/0.
Remedy: copy the log again, or give that of another device.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    if not mission.flown:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission is a plan, not a log")
        return
    found = [odd for odd in mission.oddities if odd.kind in ("no-fix", "damaged")]
    for odd in found:
        remedy = "copy the log again, or give that of another device"
        yield RULE.answer(Status.FAILED, odd.what, remedy=remedy, where=(odd.where,))
    if not found:
        yield RULE.answer(Status.PASSED, "every fix of the log has a position")


RULE = Rule("LOG104", "fixes-missing", Severity.WARNING, judge)
