"""
The flight path comes nearer to a restricted zone than the margin that was asked for.

Why: a municipality or a unit may want more room than the zone's edge: for wind, for a slip, for the neighbours.
What is measured: the path, widened by its uncertainty and by the margin (`--margin METRES`), in the zone's band and hours.
Source: the margin that the user chose for this check.
Undecided when: the zone is nearer than the margin on the ground, and its height or its hours there are not known; or the
    aircraft can have come so near while its log says nothing.
Example: with --margin 50, a path that passes a prohibited zone at 42 m is a violation; at 51 m it is not.
Remedy: move the leg away from the zone by what is missing, or choose a smaller margin.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import MORE_FIXES, Gap
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
    told = set[int]()
    for meeting in briefing.meetings:
        zone = meeting.zone
        sure = tuple(met for answer, met in meeting.beside if answer is Answer.YES)
        near = sure or (tuple(met for _, met in meeting.beside) if meeting.inside is Answer.NO else ())
        if near and _restricts(zone) and understood(meeting):
            told.add(id(zone))
            apart = max(min(met.margin_m for met in near), 0.0)
            doubt = "" if sure else "; whether it is there at that height and time is not known"
            yield RULE.answer(
                Status.FAILED if sure else Status.UNDECIDED,
                f"passes {named(zone)} at {apart:.1f} m, nearer than the margin of {margin:g} m{doubt}",
                remedy=f"move the leg {margin - apart:.0f} m farther away",
                zone=zone,
                encounters=near,
                where=(zone.where,),
                measured=apart,
                limit=margin,
                unit="m",
            )
    for gap, zone in _in_gaps(briefing):
        if id(zone) not in told:
            told.add(id(zone))
            yield RULE.answer(
                Status.UNDECIDED,
                f"{gap}: {named(zone)} was within the margin of {margin:g} m of where the aircraft can have been",
                remedy=MORE_FIXES,
                zone=zone,
                where=(zone.where,),
                limit=margin,
                unit="m",
            )
    if not told:
        yield RULE.answer(Status.PASSED, f"every restricted zone is at least {margin:g} m away", limit=margin, unit="m")


def _in_gaps(briefing: Briefing) -> Iterator[tuple[Gap, Zone]]:
    """The zones that an aircraft can have come too near to while its log says nothing, and did not by its fixes."""
    inside = {id(meeting.zone) for meeting in briefing.meetings if meeting.inside is not Answer.NO}
    inside |= {id(meeting.zone) for _, met in briefing.strayed for meeting in met}  # of these other rules tell
    for gap, met in briefing.astray:
        for meeting in met:
            near = meeting.within_margin is not Answer.NO and id(meeting.zone) not in inside
            if near and _restricts(meeting.zone):
                yield gap, meeting.zone


RULE = Rule("AIR106", "margin-not-kept", Severity.VIOLATION, judge)
