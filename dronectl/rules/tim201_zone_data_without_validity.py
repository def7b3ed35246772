"""
A zone file does not say from when to when it is valid.

Why: zones change several times a day in some states; a file without dates may be last year's.
Source: EUROCAE ED-318, metadata validFrom and validTo.
Undecided when: never; it warns.
Example: a GeoJSON file with zones and without metadata.
Remedy: download the file again from its publisher, and prefer a format that carries its validity.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.where import Where


def judge(briefing: Briefing) -> Iterator[Finding]:
    silent = [file.dataset.path for file in briefing.files if not file.dataset.states_validity]
    if not silent:
        yield RULE.answer(Status.PASSED, "every zone file states its validity")
        return
    names = ", ".join(silent[:3]) + (f" and {len(silent) - 3} more" if len(silent) > 3 else "")
    yield RULE.answer(
        Status.FAILED,
        f"{len(silent)} zone file(s) state no validity: {names}",
        remedy="make sure that the file is the present one",
        where=tuple(Where(path) for path in silent),
    )


RULE = Rule("TIM201", "zone-data-without-validity", Severity.WARNING, judge)
