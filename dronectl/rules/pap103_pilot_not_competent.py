"""
The pilot does not have the competence that the category asks for, or no longer on the day of the flight.

Why: the category trades conditions for what the pilot learned.
What is measured: the pilot that the mission names, in the operator's file, on every local day of its flights: age, kinds of
    proof, and their validity (as stated, else 5 years after they were issued).
Source: (EU) 2019/947, Art. 9, UAS.OPEN.020(4), .030(2), .070 (EU-AGE, EU-COMP-A1A3, EU-COMP-A2, EU-COMP-VALID).
Undecided when: the mission names a pilot whom the file does not have, or a proof says nothing of its dates. Without an
    operator file, it is not asked.
Example: a certificate A2 of 12 May 2021 on a flight of 13 May 2026 fails EU-COMP-A2.
Remedy: another pilot, or a refresher.
"""

from collections.abc import Iterator
from datetime import date

from dronectl.crew import Competence, Pilot
from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit, years_after
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking, on_each_day


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("pilot",), _pilot, "pilot")


def _pilot(limit: Limit, briefing: Briefing) -> Finding:
    if not briefing.crew.files:
        return lacking(RULE, limit, "operator file")
    name, pilot = briefing.mission.pilot, briefing.pilot
    if pilot is None:
        why = f"no operator file has a pilot {name!r}" if name else "the mission names no pilot"
        return RULE.answer(
            Status.UNDECIDED, f"{limit.title['en']}: {why}",
            remedy='name the pilot in the mission ("pilot": the id in the operator file)', law=limit,
        )  # fmt: skip
    if limit.more["field"] == "age":
        return on_each_day(RULE, limit, briefing, lambda day: _age(limit, pilot, day))
    return on_each_day(RULE, limit, briefing, lambda day: _competence(limit, pilot, day, briefing))


def _age(limit: Limit, pilot: Pilot, day: date) -> Finding:
    if pilot.born is None:
        text = f"{limit.title['en']}: {limit.words}; the operator file does not say when {pilot.id} was born"
        return RULE.answer(Status.UNDECIDED, text, remedy="add born to the pilot", law=limit)
    age = day.year - pilot.born.year - ((day.month, day.day) < (pilot.born.month, pilot.born.day))
    kept = limit.kept(float(age))
    text = f"pilot {pilot.id} is {age} years old; {limit.asks}"
    remedy = "" if kept else "another pilot"
    return RULE.answer(Status.PASSED if kept else Status.FAILED, text, remedy=remedy, law=limit, measured=float(age))


def _competence(limit: Limit, pilot: Pilot, day: date, briefing: Briefing) -> Finding:
    wanted = limit.more["values"]
    proofs = [proof for proof in pilot.competences if proof.kind in wanted]
    lasts = next((v for v in briefing.law.of("validity") if v.more["field"] == "competence"), None)
    ends = [(proof, _until(proof, lasts)) for proof in proofs]
    good = [(proof, end) for proof, end in ends if end is not None and day <= end and not _early(proof, day)]
    if good:
        proof, end = max(good, key=lambda pair: pair[1])
        text = f"pilot {pilot.id} has {proof.kind}, valid until {end}; {limit.title['en']}"
        return RULE.answer(Status.PASSED, text, law=limit)
    if any(end is None for _, end in ends):
        text = f"the {ends[0][0].kind} of pilot {pilot.id} does not say until when it is valid; {limit.title['en']}"
        return RULE.answer(Status.UNDECIDED, text, remedy="add valid_until or issued to it", law=limit)
    if ends:
        proof, last = max(ends, key=lambda pair: pair[1] or date.min)
        when = f"is valid from {proof.issued}" if _early(proof, day) else f"was valid until {last}"
        text = f"the {proof.kind} of pilot {pilot.id} {when}, and the mission is flown on {day}; {limit.title['en']}"
    else:
        has = ", ".join(proof.kind for proof in pilot.competences) or "none"
        text = f"pilot {pilot.id} has {has}; {limit.title['en']}: {limit.words}"
    return RULE.answer(Status.FAILED, text, remedy="another pilot, or a refresher", law=limit)


def _early(proof: Competence, day: date) -> bool:
    return proof.issued is not None and day < proof.issued


def _until(proof: Competence, lasts: Limit | None) -> date | None:
    """The last day of a proof: as stated, and never later than the law lets it last."""
    ends = [proof.valid_until] if proof.valid_until else []
    if proof.issued is not None and lasts is not None and isinstance(lasts.value, int | float):
        ends.append(years_after(proof.issued, int(lasts.value)))
    return min(ends, default=None)


RULE = Rule("PAP103", "pilot-not-competent", Severity.VIOLATION, judge)
