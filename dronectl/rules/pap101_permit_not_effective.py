"""
A permit that was given does not cover what it is about, has expired, or matches nothing.

Why: a paper in the file that does not fit the flight looks like safety and is none.
What is measured: zone, place (the widened path inside the permit's area), height and time of every encounter, all of it.
Source: (EU) 2019/947, Art. 12(4) for what an authorisation states; a waiver of the house needs reason, issuer and end,
    and never covers PROHIBITED.
Undecided when: never; it warns, and the violation it does not cover stays.
Example: a permit until 12:00 for a flight from 11:50 to 12:10 covers the first half only.
Remedy: have the permit changed, or change the mission so that the permit fits.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    if not briefing.permit_uses:
        yield RULE.answer(Status.NOT_APPLICABLE, "no permit was given")
    for use in briefing.permit_uses:
        permit = use.permit
        if use.covered and not use.refused:
            yield RULE.answer(
                Status.PASSED, f"{permit.kind} {permit.id} covers {', '.join(use.covered)}", where=(permit.where,)
            )
            continue
        why = "; ".join(dict.fromkeys(use.refused)) or "it matches nothing in this mission"
        yield RULE.answer(
            Status.FAILED,
            f"{permit.kind} {permit.id}: {why}",
            remedy="have the permit changed, or change the mission so that it fits",
            where=(permit.where,),
        )


RULE = Rule("PAP101", "permit-not-effective", Severity.WARNING, judge)
