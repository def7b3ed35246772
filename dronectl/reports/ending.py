"""The last lines of a report in the terminal, in which the verdict stands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from dronectl.check import Report
from dronectl.finding import Verdict
from dronectl.reports import words
from dronectl.reports.speech import speech
from dronectl.reports.telling import teller

WIDTH = 80


def lines(report: Report) -> Iterator[tuple[Verdict, str, str]]:
    """Per mission and for all of them the verdict, the word for it, and what there is to it."""
    tell, said, strict = teller(report), speech(report.options.lang)["verdicts"], report.options.strict
    if len(report.results) == 1:
        (result,) = report.results
        yield report.verdict, said[report.verdict.value], tell(words.tally(result, strict=strict))
        return
    for result in report.results:
        tally = f"{words.tame(result.id)}: {tell(words.tally(result, strict=strict))}"
        yield result.verdict, said[result.verdict.value], tally
    counts = ", ".join(
        tell(f"{count} {verdict.words.lower()}")
        for verdict in Verdict
        if (count := sum(result.verdict is verdict for result in report.results))
    )
    yield report.verdict, said[report.verdict.value], f"{tell(f'{len(report.results)} missions')}: {counts}"


def render(report: Report) -> str:
    """The lines as text of at most 80 columns."""
    told = [f"{word}: {tail}" for _, word, tail in lines(report)]
    return "".join(textwrap.fill(line, WIDTH, break_on_hyphens=False) + "\n" for line in told)
