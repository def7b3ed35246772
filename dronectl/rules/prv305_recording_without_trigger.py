"""
The camera records outside the triggers that a policy allows.

Why: a camera that watches need not store; a policy says when it may.
What is measured: the seconds at which the camera records, or may, where the mission names no trigger (`camera.trigger`) or
    one that the policy does not allow.
Source: the policy of the house that it names.
Undecided when: never; where no policy sets triggers it is not asked, and a mission that says nothing of its camera is listed
    under what was not checked.
Example: 26 min of recording over a march, with a policy that allows it in segments with the trigger "disorder" only.
Remedy: record in such segments only (`recording`, one value a point), and name their trigger; or do not record.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("recording",), _held, "triggers of recording")


def _held(limit: Limit, briefing: Briefing) -> Finding:
    camera = briefing.mission.camera
    if camera is None:
        return lacking(RULE, limit, "camera")
    allowed = ", ".join(repr(word) for word in limit.more["values"])
    trigger = camera.get("trigger")
    if trigger in limit.more["values"]:
        return RULE.answer(Status.PASSED, f"recording has the trigger {trigger!r}", law=limit)
    from dronectl.filming import recorded_s

    seconds = recorded_s(briefing.mission, briefing.bare)
    if seconds == 0:
        return RULE.answer(Status.PASSED, "nothing is recorded", law=limit)
    long = f" for {seconds:.0f} s" if seconds == seconds else ""
    why = f"with the trigger {trigger!r}" if trigger else "without a trigger"
    return RULE.answer(
        Status.FAILED,
        f"records{long} {why}; the policy allows recording only in segments with {allowed}",
        remedy='record in such segments only, and name it: "camera": {"trigger": ...}; or do not record',
        law=limit,
        measured=seconds if seconds == seconds else None,
        unit="s",
    )


RULE = Rule("PRV305", "recording-without-trigger", Severity.VIOLATION, judge)
