"""What turns the sentences of one report into its language."""

from __future__ import annotations

from dataclasses import replace

from dronectl.check import Report
from dronectl.finding import Finding
from dronectl.reports.dutch import Say, english, say_in


def teller(report: Report, lang: str | None = None) -> Say:
    """What says the sentences of a report in its language, or in another."""
    return say_in(
        lang or report.options.lang, [limit for law in report.laws for pack in law.packs for limit in pack.limits]
    )


def message_in(finding: Finding, tell: Say) -> str:
    """What was found; after the house's own words where its pack has them in the language."""
    if finding.whose:
        rest = finding.message.removeprefix(f"{finding.whose}: ")
        return f"{finding.whose}: {message_in(replace(finding, whose='', message=rest), tell)}"
    own = finding.local.get("nl", "") if tell is not english else ""
    parts = finding.message.split(": ")
    for k in range(1, len(parts)) if own else ():
        rest = ": ".join(parts[k:])
        if (said := tell(rest)) != rest:
            return f"{own}: {said}"
    return own or tell(finding.message)
