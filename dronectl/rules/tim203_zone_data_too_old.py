"""
A zone file is older than the age that was allowed.

Why: a house may want zone data that is at most a day, or a cycle of 28 days, old.
What is measured: the file's `issued` against the clock (--now; else the mission's start), when --max-age DAYS is given.
Source: the age that the user chose for this check.
Undecided when: the file is older than allowed, or does not say when it was issued.
Example: with --max-age 28, a file issued 29 days before the clock.
Remedy: download the zone file again.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.where import Where

DAY_S = 86400.0


def judge(briefing: Briefing) -> Iterator[Finding]:
    allowed = briefing.options.max_age_days
    if allowed is None:
        yield RULE.answer(Status.NOT_APPLICABLE, "no age limit was asked for")
        return
    now = briefing.options.now if briefing.options.now is not None else (briefing.span or (None,))[0]
    old = False
    for file in briefing.files:
        data = file.dataset
        if now is None or data.issued is None:
            why = "does not say when it was issued" if now is not None else "cannot be dated without a clock (--now)"
        elif (age := (now - data.issued.timestamp()) / DAY_S) > allowed:
            why = f"is {age:.1f} days old, more than the {allowed:g} allowed"
        else:
            continue
        old = True
        yield RULE.answer(
            Status.UNDECIDED,
            f"{data.path} {why}",
            remedy="download the zone file again",
            where=(Where(data.path, "$.metadata.issued"),),
            limit=allowed,
            unit="days",
        )
    if not old:
        yield RULE.answer(Status.PASSED, f"every zone file is at most {allowed:g} days old", limit=allowed, unit="days")


RULE = Rule("TIM203", "zone-data-too-old", Severity.VIOLATION, judge)
