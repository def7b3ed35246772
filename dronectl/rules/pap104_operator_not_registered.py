"""
The operator's registration or insurance is missing, or past on the day of the flight.

Why: the number on the aircraft leads to whoever answers for it.
What is measured: the operator in the operator's file on every local day of flights: number, registration (as stated, and
    never longer than the law lets it last), insurance. An aircraft under 250 g is asked where it has a camera, or hits with
    more than 80 J.
Source: (EU) 2019/947, Art. 14(5) (EU-REG); Regeling onbemande luchtvaartuigen, art. 9 (NL-REG: 1 year).
Undecided when: the file does not say until when. Without an operator file, it is not asked.
Example: registered on 11 May 2025 with a flight on 12 May 2026 in the Netherlands fails EU-REG.
Remedy: renew the registration or the insurance.
"""

from collections.abc import Iterator
from datetime import date

from dronectl.crew import Operator
from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit, years_after
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking, on_each_day


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("operator",), _operator, "operator")


def _operator(limit: Limit, briefing: Briefing) -> Finding:
    operator, what = briefing.crew.operator, limit.title["en"]
    if operator is None:
        return lacking(RULE, limit, "operator file")
    registered = limit.more["field"] == "registered"
    if registered and not operator.number.strip():
        text = f"{what}: the operator file states no number"
        return RULE.answer(Status.FAILED, text, remedy="register, and state the number", law=limit)
    if not registered and not operator.insurer.strip():
        text = f"{what}: the operator file names no insurer"
        return RULE.answer(Status.FAILED, text, remedy="insure, and name the insurer", law=limit)
    return on_each_day(RULE, limit, briefing, lambda day: _valid(limit, operator, day, briefing))


def _valid(limit: Limit, operator: Operator, day: date, briefing: Briefing) -> Finding:
    registered, what = limit.more["field"] == "registered", limit.title["en"]
    end = _registered_until(operator, briefing) if registered else operator.insured_until
    if end is None:
        text = f"{what}: the operator file does not say until when"
        remedy = f"add {'registered_until' if registered else 'insured_until'}"
        return RULE.answer(Status.UNDECIDED, text, remedy=remedy, law=limit)
    early = registered and operator.registered_on is not None and day < operator.registered_on
    if day > end or early:
        when = f"from {operator.registered_on}" if early else f"until {end}"
        text = f"{what}: valid {when}, and the mission is flown on {day}"
        return RULE.answer(Status.FAILED, text, remedy="renew it", law=limit)
    return RULE.answer(Status.PASSED, f"{what}: valid until {end}", law=limit)


def _registered_until(operator: Operator, briefing: Briefing) -> date | None:
    ends = [operator.registered_until] if operator.registered_until else []
    for lasts in briefing.law.of("validity"):
        if lasts.more["field"] == "registration" and operator.registered_on and isinstance(lasts.value, int | float):
            ends.append(years_after(operator.registered_on, int(lasts.value)))
    return min(ends, default=None)


RULE = Rule("PAP104", "operator-not-registered", Severity.VIOLATION, judge)
