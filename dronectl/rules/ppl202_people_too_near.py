"""
The flight path comes nearer to uninvolved people than its category allows.

Why: a drone that fails falls forward; the distance is the room in which it does so.
What is measured: the horizontal distance between the path, widened by its uncertainty, and the crowds of the zone files
    (widened by their drift, at the time they are there; crowds of kind `controlled` are involved and do not count); and the
    distance that the mission states (`declared.uninvolved_m`).
Source: the limit of the pack that it names: (EU) 2019/947, UAS.OPEN.030(1) (EU-A2-DIST: 30 m, EU-A2-LOWSPEED: 5 m).
Undecided when: a crowd's hours or place are not known, or the aircraft can have come so near in a gap of its log.
    Where no crowd is given and no distance stated, it is not asked.
Example: 22 m beside a market in open/A2 fails EU-A2-DIST, at least 30 m.
Remedy: keep farther away; or fly in low-speed mode where the category knows one.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named
from dronectl.rules.held import approaches, judged, lacking


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("people",), _distance, "distance to people")


def _distance(limit: Limit, briefing: Briefing) -> Iterator[Finding]:
    metres = float(limit.value or 0)
    crowds = [zone for file in briefing.files for zone in file.crowds if zone.uninvolved]
    told = False
    for found in approaches(crowds, briefing, metres):
        answer, meeting = found.answer, found.meeting
        if answer is Answer.NO:
            continue
        told = True
        apart = max(meeting.margin_m, 0.0)
        if answer is Answer.YES:
            yield RULE.answer(
                Status.FAILED,
                f"comes within {apart:.0f} m of crowd {named(meeting.zone)}; {limit.title['en']}: {limit.words}",
                remedy=f"keep {limit.words} away from it",
                law=limit,
                zone=meeting.zone,
                encounters=meeting.encounters,
                possible=meeting.possible,
                measured=apart,
            )
        else:
            why, remedy = found.doubtful("whether it is there then is not known", "state when the crowd is there")
            yield RULE.answer(
                Status.UNDECIDED,
                f"may come within {metres:g} m of crowd {named(meeting.zone)}: {why}",
                remedy=remedy,
                law=limit,
                zone=meeting.zone,
                encounters=meeting.encounters,
            )
    stated = briefing.mission.declared.get("uninvolved_m")
    if stated is not None:
        kept = limit.kept(float(stated))
        yield RULE.answer(
            Status.PASSED if kept else Status.FAILED,
            f"{stated:g} m to uninvolved people, as stated; {limit.title['en']}: {limit.words}",
            remedy="" if kept else f"keep {limit.words} away from them",
            law=limit,
            measured=float(stated),
        )
    elif not told:
        yield lacking(RULE, limit, "statement uninvolved_m")


RULE = Rule("PPL202", "people-too-near", Severity.VIOLATION, judge)
