"""
The flight path is higher than a rule allows inside some zones.

Why: in low-flying areas and below approaches, others fly where a drone may elsewhere be alone.
What is measured: the height above ground, with the vertical uncertainty, on every stretch on which the path is in the zone.
Source: the limit of the pack that it names, for example Regeling zonering onbemande luchtvaartuigen, art. 2(1) (NL-LOWFLY).
Undecided when: the height above ground is not known there, or whether the path is in the zone, or the aircraft can have
    been higher there in a gap of its log. Where no zone file has such zones the question is not asked: it is listed
    under what was not checked, and with --strict the mission stays undecided.
Example: 40 m above ground through low-flying area Deventer fails NL-LOWFLY, at most 30 m.
Remedy: fly lower inside the zone, or route around it.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import MORE_FIXES
from dronectl.law import Limit
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import above_inside, named, strayed_above, stretch, understood
from dronectl.rules.held import chosen_zones, judged


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("zone-height",), _heights, "height inside zones")


def _heights(limit: Limit, briefing: Briefing) -> Iterator[Finding]:
    zones = {id(zone) for zone in chosen_zones(limit, briefing)}
    met = [m for m in briefing.meetings if id(m.zone) in zones and understood(m) and m.inside is not Answer.NO]
    for meeting in met:
        high, above, over = above_inside(meeting, briefing.bare, float(limit.value or 0))
        text = f"in {named(meeting.zone)}; {limit.asks}"
        gap = strayed_above(briefing, meeting.zone, float(limit.value or 0)) if above is Answer.NO else None
        if gap is not None:
            what = f"{gap}: it can have been too high {text}"
            yield RULE.answer(Status.UNDECIDED, what, remedy=MORE_FIXES, law=limit, zone=meeting.zone)
        elif above is Answer.NO:
            yield RULE.answer(Status.PASSED, f"keeps below its limit {text}", law=limit, zone=meeting.zone)
        elif above is Answer.YES:
            where = "; ".join(stretch(piece) for piece in over[:3])
            yield RULE.answer(
                Status.FAILED,
                f"{where}: too high {text}",
                remedy=f"fly {limit.words} inside it, or route around it",
                law=limit,
                zone=meeting.zone,
                encounters=tuple(over),
                measured=high.highest_m,
            )
        else:
            why = high.doubt.why if high.doubt else "; ".join(str(doubt) for doubt in meeting.doubts)
            yield RULE.answer(
                Status.UNDECIDED,
                f"may be too high {text}: {why or 'the height above ground is not known'}",
                remedy=high.doubt.remedy if high.doubt else "state heights above ground",
                law=limit,
                zone=meeting.zone,
                encounters=tuple(over),
            )
    if not met:
        yield RULE.answer(Status.PASSED, f"meets no such zone; {limit.asks}", law=limit)


RULE = Rule("ALT102", "zone-height-exceeded", Severity.VIOLATION, judge)
