"""
A zone could not be understood, and it may lie on the way.

Why: a zone that cannot be read never disappears: it could be the one that matters.
What is measured: the path against what is surely round the zone: its outline, its bounding box, or everywhere where
    nothing of its place could be read.
Source: a principle of this tool: what is unknown is never taken for clear.
Undecided when: a zone with unreadable geometry, restriction or limits lies where the mission flies, or one near the path
    stands for a limit (`law`) that no rule pack has.
Example: control zone Rotterdam without an outline: whatever flies in its box is undecided until the outline is there.
Remedy: mend the zone in its file, or ask its publisher. `dronectl zones lint FILE` tells every fault.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named, understood


def judge(briefing: Briefing) -> Iterator[Finding]:
    odd = False
    for meeting in briefing.meetings:
        if understood(meeting) or meeting.inside is Answer.NO:
            continue
        odd = True
        zone = meeting.zone
        why = "; ".join(dict.fromkeys([*zone.doubts, *(str(doubt) for doubt in meeting.doubts)]))
        yield RULE.answer(
            Status.UNDECIDED,
            f"{named(zone)} lies or may lie on the way and could not be understood: {why}",
            remedy=f"mend it at {zone.where}, or ask its publisher",
            zone=zone,
            encounters=meeting.encounters,
            where=(zone.where,),
        )
    for zone in {id(meeting.zone): meeting.zone for meeting in briefing.meetings}.values():
        strange = zone.strange_law(briefing.law.names)
        if strange and zone.binds(briefing.mission.category):
            odd = True
            yield RULE.answer(
                Status.UNDECIDED,
                f"{named(zone)} stands for {', '.join(strange)}, which no rule pack has: what it asks is not known",
                remedy="write it as the packs do (`dronectl rules list`), or add the pack: --pack FILE",
                zone=zone,
                where=(zone.where,),
            )
    if not odd:
        yield RULE.answer(Status.PASSED, "every zone near the path was understood")


RULE = Rule("DAT101", "zone-not-understood", Severity.VIOLATION, judge)
