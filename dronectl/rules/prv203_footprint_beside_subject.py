"""
The camera sees more than the area that it is there for.

Why: what the purpose does not need is not to be recorded; how much that is can be known before the flight.
What is measured: all ground that is in view at 25 px/m or better at some moment at which the camera records, and the share of
    it that lies outside the mission's `subject`.
Source: GDPR, Art. 5(1)(c); density of EN 62676-4:2015 (detect). A number without a limit: a house may set one.
Undecided when: never; it informs. Without a subject, where the camera cannot be known, and along more than 200 km it is
    not asked.
Example: a roof of 900 square metres filmed from above with 5,000 square metres in view: 82 % lies beside it.
Remedy: fly nearer to the subject, with a longer lens, or record on the legs over it only.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    found = briefing.beside_subject
    if isinstance(found, str):
        yield RULE.answer(Status.NOT_APPLICABLE, found)
        return
    if found.seen_m2 <= 0:
        yield RULE.answer(Status.PASSED, "nothing is in view at 25 px/m or more")
        return
    share = found.outside_m2 / found.seen_m2
    text = f"{share:.0%} of the {found.seen_m2:,.0f} m2 in view at 25 px/m or more lies beside the subject"
    about = "" if found.height_known else ", with heights that are not known taken at their worst"
    status = Status.FAILED if share > 0 else Status.PASSED
    yield RULE.answer(
        status, text + about, remedy="fly nearer, or record over the subject only" if share > 0 else "",
        measured=share * 100, unit="%",
    )  # fmt: skip


RULE = Rule("PRV203", "footprint-beside-subject", Severity.INFO, judge)
