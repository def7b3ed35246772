"""What `suggest` does: look for the smallest change that clears a mission, and write it where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from dronectl.cli import tongue
from dronectl.cli.applying import require_format
from dronectl.cli.gathering import in_utc
from dronectl.cli.question import Answer, question_of, read_by
from dronectl.cli.reading_back import require_suffix, write_mission
from dronectl.cli.seeking import Ask, sought
from dronectl.cli.writing import refuse_input
from dronectl.config import settings
from dronectl.errors import UsageError
from dronectl.finding import Verdict
from dronectl.reports import suggestion as report
from dronectl.suggesting import Suggestions, suggest

FOUND, NOTHING = 0, 1


def run(
    path: str, take: int, format_: str, output: str | None, *, zones: Sequence[str], permits: Sequence[str],
    operator: Sequence[str], layers: Sequence[str], packs: Sequence[str], terrain: Sequence[str], about: str | None,
    at: str | None, now: str | None, takeoff_elevation: float | None, alt_datum: str | None, rtl_alt: float | None,
    margin: float | None,
) -> int:  # fmt: skip
    """Print what would clear a mission; 1 where nothing was found."""
    require_format(format_, report.FORMATS)
    require_suffix(output)
    question = question_of(
        settings(), [path], zones=tuple(zones), permits=tuple(permits), operator=tuple(operator), layers=tuple(layers),
        packs=tuple(packs), terrain=tuple(terrain), about=about, at=in_utc(at, "--at"), now=in_utc(now, "--now"),
        takeoff_elevation_m=takeoff_elevation, alt_datum=alt_datum, rtl_alt_m=rtl_alt, margin_m=margin,
    )  # fmt: skip

    def look(answer: Answer, checked: Ask) -> Suggestions:
        return suggest(answer.found.only, checked, answer.found.models, answer.found.house)

    answer, made = sought(question, look)
    written, differs = None, []
    if output is not None and made.found:
        refuse_input(output, read_by(answer))
        if not 1 <= take <= len(made.found):
            raise UsageError(f"--take {take}: there are {len(made.found)} suggestions")
        one = made.found[take - 1]
        differs = write_mission(one.mission, output, question, one.report)
        written = output
    print(report.render(made, path, written, format_, tongue.teller()), end="")
    return FOUND if not differs and (made.found or made.before.verdict is Verdict.CLEAR) else NOTHING
