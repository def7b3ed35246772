"""
The path does not keep to the fence in its own plan.

Why: the aircraft will stop or turn back at its fence, in the middle of the mission.
What is measured: the path with its uncertainty against the fence's keep-out areas, and whether it lies inside the union of
    its keep-in areas.
Source: QGroundControl plan file format, geoFence.
Undecided when: a part of the fence cannot be read, or the aircraft can have crossed it while its log says nothing; it
    warns.
Example: waypoint 7 lies 12 m outside the plan's own keep-in area.
Remedy: move the waypoint or the fence.
"""

from collections.abc import Iterator

from dronectl.along import outside
from dronectl.encounter import Skies
from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import MORE_FIXES
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import stretch
from dronectl.rules.held import strayed_from


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    if not mission.fence and not mission.fence_inside:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission carries no fence")
        return
    crossed = False
    for area in (*mission.fence, *mission.fence_inside):
        for volume in area.volumes:
            if volume.doubt:
                crossed = True
                yield RULE.answer(
                    Status.UNDECIDED, f"a part of the plan's fence cannot be read: {volume.doubt}",
                    remedy="draw it again in the planner", where=(area.where,),
                )  # fmt: skip
    for meeting in briefing.fence_meetings:
        if meeting.inside is Answer.NO or all(volume.doubt for volume in meeting.zone.volumes):
            continue
        crossed = True
        yield RULE.answer(
            Status.FAILED,
            f"{'; '.join(stretch(met) for met in meeting.encounters[:3])} enters a keep-out area of the plan's fence",
            remedy="move the leg or the fence",
            encounters=meeting.encounters,
            where=(meeting.zone.where,),
        )
    inside = [area for area in mission.fence_inside if not any(volume.doubt for volume in area.volumes)]
    left = outside(briefing.tracks, inside) if inside else []
    if left:
        crossed = True
        yield RULE.answer(
            Status.FAILED,
            f"{'; '.join(stretch(met) for met in left[:3])} leaves the keep-in area of the plan's fence",
            remedy="move the leg or the fence",
            encounters=tuple(left),
            where=tuple(zone.where for zone in inside),
        )
    elif inside and (gap := strayed_from(briefing, briefing.bare, inside)) is not None:
        crossed = True
        yield RULE.answer(
            Status.UNDECIDED, f"{gap}: the aircraft can have left the keep-in area of the plan's fence", remedy=MORE_FIXES,
            where=tuple(zone.where for zone in inside),
        )  # fmt: skip
    entered = {id(meeting.zone) for meeting in briefing.fence_meetings if meeting.inside is not Answer.NO}
    skies = Skies([zone for zone in mission.fence if id(zone) not in entered])
    for gap in briefing.gaps if skies.owner else ():
        for meeting in skies.meetings([gap.strayed], near_m=0.0):
            if meeting.inside is not Answer.NO and id(meeting.zone) not in entered:
                entered.add(id(meeting.zone))
                crossed = True
                yield RULE.answer(
                    Status.UNDECIDED,
                    f"{gap}: the aircraft can have entered a keep-out area of the plan's fence",
                    remedy=MORE_FIXES,
                    where=(meeting.zone.where,),
                )
    if not crossed:
        kept = f"{len(mission.fence_inside)} keep-in and {len(mission.fence)} keep-out area(s)"
        yield RULE.answer(Status.PASSED, f"the path keeps to the plan's fence: {kept}")


RULE = Rule("VEH101", "fence-not-kept", Severity.WARNING, judge)
