"""
A paper that the mission owes is missing, handed in too late, or past its validity on the day.

Why: residents, councils and courts ask for the papers, not for the flight.
What is measured: the mission's `papers`, `purpose` and `legal_basis` against the papers that a pack asks for, on every day of
    its flights; days before them for those with a lead time, in local days.
Source: the limit of the pack that it names, for example APV Amsterdam, art. 2.25a (APV-SENSOR: 5 days before).
Undecided when: never; a paper that is not named is not asked where the pack is law only, and is missing where a pack of the
    house asks for it.
Example: reported on 8 May for a flight on 12 May fails APV-SENSOR, 4 days; on 7 May it does not.
Remedy: hand the paper in, and name it in the mission.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit, years_after
from dronectl.mission import Paper
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking, on_each_day


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("paper",), _paper, "paper")


def _named(name: str, briefing: Briefing) -> Paper | None:
    mission = briefing.mission
    if name in ("purpose", "legal_basis"):
        words = getattr(mission, name)
        return Paper(reference=words) if words else None
    return mission.papers.get(name)


def _paper(limit: Limit, briefing: Briefing) -> Finding:
    name = limit.more["paper"]
    paper = _named(name, briefing)
    what = limit.title["en"]
    if paper is None or not paper.reference.strip():
        if limit.pack not in briefing.options.asked:
            return lacking(RULE, limit, f"paper {name}")
        return RULE.answer(
            Status.FAILED,
            f"{what}: the mission names none",
            remedy=f'name it in the mission: "{name}" under "papers" (purpose and legal_basis beside it)',
            law=limit,
        )
    values = limit.more.get("values")
    if values and paper.reference not in values:
        text = f"{what}: {paper.reference!r} is none of {', '.join(values)}"
        return RULE.answer(Status.FAILED, text, remedy=f"use one of {', '.join(values)}", law=limit)
    lead, years = limit.more.get("lead_days"), limit.more.get("valid_years")
    if lead is None and years is None and paper.valid_until is None and paper.issued is None:
        return RULE.answer(Status.PASSED, f"{what}: {paper.reference}", law=limit)
    return on_each_day(RULE, limit, briefing, lambda day: _in_time(limit, paper, day))


def _in_time(limit: Limit, paper: Paper, day: date) -> Finding:
    """Whether a paper was handed in early enough and is valid on a day of the mission."""
    what = f"{limit.title['en']}: {paper.reference}"
    lead, years, until = limit.more.get("lead_days"), limit.more.get("valid_years"), paper.valid_until
    if until is None and years is not None and paper.issued is not None:
        until = years_after(paper.issued, years)
    if lead is not None:
        if paper.reported is None:
            return RULE.answer(
                Status.UNDECIDED, f"{what} does not say when it was handed in",
                remedy='add "reported": the day', law=limit,
            )  # fmt: skip
        before = (day - paper.reported).days
        if before < lead:
            return RULE.answer(
                Status.FAILED,
                f"{what} was handed in {before} days before the flight, and {lead} are asked for",
                remedy=f"fly on {paper.reported + timedelta(days=lead)} or later",
                law=limit,
                measured=float(before),
                limit=float(lead),
                unit="days",
            )
    if years is not None and until is None:
        return RULE.answer(
            Status.UNDECIDED, f"{what} does not say until when it is valid",
            remedy='add "valid_until" or "issued": the day', law=limit,
        )  # fmt: skip
    if until is not None and day > until:
        text = f"{what} was valid until {until}, and the mission is flown on {day}"
        return RULE.answer(Status.FAILED, text, remedy="renew it", law=limit)
    if paper.issued is not None and day < paper.issued:
        text = f"{what} is valid from {paper.issued}, and the mission is flown on {day}"
        return RULE.answer(Status.FAILED, text, remedy="fly later", law=limit)
    return RULE.answer(Status.PASSED, what, law=limit)


RULE = Rule("PAP102", "paper-missing", Severity.VIOLATION, judge)
