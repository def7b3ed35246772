"""
A condition of the category is not met by what the mission states: sight, ground, remote identification, visibility.

Why: much of the law asks for things that no map shows; the operator states them and answers for them.
What is measured: the statement (`declared` in the mission) against the limit of the pack.
Source: the limit of the pack that it names, for example (EU) 2019/947, UAS.STS-02.020(3) (STS02-VIS: more than 5 km).
Undecided when: never; what is not stated is not asked, is listed under what was not checked, and leaves the mission undecided
    with --strict.
Example: "visibility_m": 5000 in STS-02 fails STS02-VIS, more than 5000 m; 5001 does not.
Remedy: meet the condition, and state it.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("statement",), _stated, "condition to be stated")


def _stated(limit: Limit, briefing: Briefing) -> Finding:
    name = limit.more["statement"]
    value = briefing.mission.declared.get(name)
    if value is None:
        return lacking(RULE, limit, f"statement {name}")
    kept = value is limit.value if limit.comparator == "is" else limit.kept(float(value))
    shown = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else f"{value:g} {limit.unit}"
    return RULE.answer(
        Status.PASSED if kept else Status.FAILED,
        f"{limit.title['en']}: {limit.words}; stated: {shown}",
        remedy="" if kept else "meet the condition, or fly in another category",
        law=limit,
        measured=None if isinstance(value, bool) else float(value),
    )


RULE = Rule("CAT105", "condition-not-met", Severity.VIOLATION, judge)
