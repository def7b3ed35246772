"""
The flight path comes nearer to a restricted zone than the margin that was asked for.

Why: a municipality or a unit may want more room than the zone's edge: for wind, for a slip, for the neighbours.
What is measured: the path, widened by its uncertainty and by the margin (`--margin METRES`), in the zone's band and hours.
Source: the margin that the user chose for this check.
Undecided when: the zone is nearer than the margin on the ground, and its height or its hours there are not known.
Example: with --margin 50, a path that passes a prohibited zone at 42 m is a violation; at 51 m it is not.
Remedy: move the leg away from the zone by what is missing, or choose a smaller margin.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named, understood
from dronectl.zone import Restriction, Zone


def _restricts(zone: Zone) -> bool:
    if zone.restriction not in (None, Restriction.NO_RESTRICTION):
        return True
    return zone.crowd is not None or (zone.privacy is not None and zone.privacy.no_overflight)


def judge(briefing: Briefing) -> Iterator[Finding]:
    margin = briefing.options.margin_m
    if not margin:
        yield RULE.answer(Status.NOT_APPLICABLE, "no margin was asked for")
        return
    near = [
        met
        for met in briefing.meetings
        if met.inside is Answer.NO and met.within_margin is not Answer.NO and understood(met)
    ]
    for meeting in near:
        zone, sure = meeting.zone, meeting.within_margin is Answer.YES
        if _restricts(zone):
            doubt = "" if sure else "; whether it is there at that height and time is not known"
            yield RULE.answer(
                Status.FAILED if sure else Status.UNDECIDED,
                f"passes {named(zone)} at {meeting.margin_m:.1f} m, nearer than the margin of {margin:g} m{doubt}",
                remedy=f"move the leg {margin - meeting.margin_m:.0f} m farther away",
                zone=zone,
                encounters=meeting.encounters,
                where=(zone.where,),
                measured=meeting.margin_m,
                limit=margin,
                unit="m",
            )
    if not any(_restricts(meeting.zone) for meeting in near):
        yield RULE.answer(Status.PASSED, f"every restricted zone is at least {margin:g} m away", limit=margin, unit="m")


RULE = Rule("AIR106", "margin-not-kept", Severity.VIOLATION, judge)
