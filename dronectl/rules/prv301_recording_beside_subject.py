"""
The camera records while nothing of the area that it is there for is in view.

Why: on the way to a chimney a camera films gardens; it need not.
What is measured: the seconds at which the camera records, or may, and no part of the mission's `subject` is in view at
    25 px/m or better.
Source: guidance of the Dutch data protection authority on drones: record only what the purpose needs; GDPR, Art. 5(1)(c).
Undecided when: never; it warns. Without a subject, where the camera cannot be known, and along more than 200 km it is
    not asked.
Example: a roof inspection that records from take-off to landing, with the roof in view for half of it.
Remedy: record over the subject only, and state it (`recording`, one value a point).
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    found = briefing.beside_subject
    if isinstance(found, str):
        yield RULE.answer(Status.NOT_APPLICABLE, found)
        return
    if not found.legs:
        yield RULE.answer(Status.PASSED, "whenever the camera records, the subject is in view")
        return
    long = f" for {found.seconds:.0f} s" if found.seconds == found.seconds else ""
    every = set().union(*found.legs.values())
    first, last = min(every), max(every) + 1
    yield RULE.answer(
        Status.FAILED,
        f"records{long} with nothing of the subject in view, on leg{'s' if last - first > 1 else ''} {first}-{last}",
        remedy="record over the subject only, and state it: recording, one value a point",
        measured=found.seconds if found.seconds == found.seconds else None,
        unit="s",
        flights=tuple(found.legs),
    )


RULE = Rule("PRV301", "recording-beside-subject", Severity.WARNING, judge)
