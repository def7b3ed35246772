"""
The mission comes too near to another mission that is checked with it, in place, height and time at once.

Why: two pilots who each see a clear sky do not see each other's aircraft behind a roof, and neither gives way.
What is measured: the two paths, each widened by its uncertainty and its operational volume: whether they come within the
    separation sideways, up and in time (50 m, 15 m and 30 s; `--separation`). The mission with the higher `priority` goes
    first; of equals both are in violation. A log is not held against a plan, nor a mission against itself in another
    file. Flights of one mission that are in the air at one time, and come as near at one moment, are a warning.
Source: a house rule; ASTM F3548-21 has operational intents not meet in four dimensions, and priorities between them. The
    separation is a house figure.
Undecided when: one of the two states no times, or their heights are over different datums or over ground that is not
    known.
Example: a survey at 60 m and an inspection at 55 m that cross within 20 s of each other are both in violation.
Remedy: fly one of them later, lower or elsewhere; or state who goes first: "priority" in the mission.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dronectl.finding import Finding, Severity, Status
from dronectl.measures import Answer
from dronectl.readers.moments import HOME_ZONE
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import stretch

if TYPE_CHECKING:
    from dronectl.traffic import Conflict


def judge(briefing: Briefing) -> Iterator[Finding]:
    if briefing.alone and not briefing.conflicts:
        yield RULE.answer(Status.NOT_APPLICABLE, "no other mission is checked with it")
        return
    for conflict in briefing.conflicts:
        yield _own(conflict, briefing) if conflict.flight else _answer(briefing, conflict)
    if not briefing.alone and all(conflict.flight for conflict in briefing.conflicts):
        apart = briefing.options.separation
        kept = f"{apart.sideways_m:g} m sideways, {apart.up_m:g} m up or {apart.seconds:g} s"
        yield RULE.answer(Status.PASSED, f"keeps {kept} from every other mission")


def _answer(briefing: Briefing, conflict: Conflict) -> Finding:
    other, apart = conflict.other, briefing.options.separation
    first = briefing.mission.priority > other.priority
    text, sure = _words(conflict, f"mission {other.id}"), conflict.sure is Answer.YES
    return RULE.answer(
        Status.FAILED if sure else Status.UNDECIDED,
        f"{text}; it goes first, and {other.id} gives way" if first else text,
        remedy="" if first else "fly one of them later, lower or elsewhere, or state which goes first (priority)",
        severity=Severity.WARNING if first else None,
        encounters=conflict.encounters,
        where=(other.where,),
        measured=conflict.metres,
        limit=apart.sideways_m,
        unit="m",
    )


def _own(conflict: Conflict, briefing: Briefing) -> Finding:
    """Two flights of one mission: whoever planned both may mean it, so that it warns."""
    sure = conflict.sure is Answer.YES
    return RULE.answer(
        Status.FAILED if sure else Status.UNDECIDED,
        _words(conflict, f"its flight {conflict.flight}"),
        remedy="fly one of them later, lower or elsewhere",
        severity=Severity.WARNING if sure else Severity.INFO,
        encounters=conflict.encounters,
        measured=conflict.metres,
        limit=briefing.options.separation.sideways_m,
        unit="m",
    )


def _words(conflict: Conflict, of: str) -> str:
    """How near it comes to what, where and when, and what of that is not known."""
    near = f"{conflict.metres:.0f} m sideways"
    if conflict.up_m is not None:
        near += f" and {abs(conflict.up_m):.0f} m up"
    at = ""
    if conflict.time is not None:
        at = f" at {datetime.fromtimestamp(conflict.time, ZoneInfo(HOME_ZONE)):%H:%M:%S}"
    legs = "; ".join(stretch(met) for met in conflict.encounters[:3])
    sure = conflict.sure is Answer.YES
    text = f"{'comes' if sure else 'may come'} within {near} of {of}{at}: {legs}"
    return text if sure else f"{text}; {conflict.why}"


RULE = Rule("TRF101", "other-mission-too-near", Severity.VIOLATION, judge)
