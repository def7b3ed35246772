"""What `check` does: read, ask, write, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dronectl.check import Input, Report, require_finite
from dronectl.cli import tongue
from dronectl.cli.gathering import in_utc
from dronectl.cli.question import Question, ask, question_of, read_by
from dronectl.cli.stopwatch import Stopwatch
from dronectl.cli.writing import format_name, print_whole, refuse_input, write_bytes
from dronectl.config import settings
from dronectl.errors import UsageError
from dronectl.finding import Severity, Status, Verdict
from dronectl.readers.source import STDIN
from dronectl.reports import ending, renderer
from dronectl.reports.speech import LANGUAGES
from dronectl.rules import catalogue
from dronectl.zone import ZoneFile

if TYPE_CHECKING:
    from dronectl.cli.question import Answer
    from dronectl.evidence.keys import Signer

EXIT = {Verdict.CLEAR: 0, Verdict.VIOLATION: 1, Verdict.UNDECIDED: 3}


def check(
    missions: Sequence[str],
    *,
    zones: Sequence[str] | None,
    permits: Sequence[str],
    at: str | None,
    now: str | None,
    terrain: Sequence[str],
    surface: Sequence[str],
    terrain_error: float | None,
    geoid: str | None,
    geoid_error: float | None,
    takeoff_elevation: float | None,
    qnh: float | None,
    margin: float | None,
    separation: str | None,
    near: float | None,
    rtl_alt: float | None,
    alt_datum: str | None,
    mapping: str | None,
    fence: Sequence[str],
    max_age: float | None,
    covers: bool,
    packs: Sequence[str],
    operator: Sequence[str],
    layers: Sequence[str],
    about: str | None,
    strict: bool,
    hide_waived: bool,
    select: Sequence[str],
    ignore: Sequence[str],
    warn: bool,
    fail_on: str,
    explain_decision: str | None,
    timeline: bool,
    format_: str | None,
    output: str | None,
    lang: str | None,
    basemap: str | None,
    dossier: str | None,
    key: str | None,
    quiet: bool,
    verbose: bool,
    timing: bool,
    no_color: bool,
) -> int:
    """Check missions and write the report; the exit code of the verdict."""
    watch = Stopwatch()
    chosen = settings()
    question = question_of(
        chosen, missions, zones=tuple(zones or ()), permits=tuple(permits), packs=tuple(packs), operator=tuple(operator),
        layers=tuple(layers), terrain=tuple(terrain), surface=tuple(surface), fence=tuple(fence), geoid=geoid, about=about,
        mapping=mapping, terrain_error_m=terrain_error, geoid_error_m=geoid_error, qnh_hpa=qnh,
        takeoff_elevation_m=takeoff_elevation, margin_m=margin, separation=separation, near_m=near,
        max_age_days=max_age, rtl_alt_m=rtl_alt,
        alt_datum=alt_datum, at=in_utc(at, "--at"), now=in_utc(now, "--now"), covers=covers, strict=strict,
        lang=language(lang or tongue.asked() or chosen.word("lang")), select=tuple(select), ignore=tuple(ignore),
    )  # fmt: skip
    require_finite(question.options())
    require_rules([*select, *ignore])
    name = format_name(format_, output)
    signed = _signer(key) if dossier is not None else None
    answer = ask(question, whole=explain_decision is not None, watch=watch)
    if dossier is not None and signed is not None:
        refuse_input(dossier, read_by(answer))
        _keep(dossier, question, answer, signed)
    if output not in (None, STDIN):
        assert output is not None
        refuse_input(output, read_by(answer))
    report = answer.report
    report = drawn_over(report, chosen.path("basemap", basemap), output)
    text: str | bytes
    if explain_decision is not None:
        text = _explained(report, answer.found.files, explain_decision, format_)
    elif timeline:
        if format_ not in (None, "text"):
            raise UsageError("--timeline prints text only")
        from dronectl.reports import timeline as bar

        text = tongue.told(bar.render(report)) + ending.render(report)
    elif name == "text":
        terminal = output is None and sys.stdout.isatty() and not no_color and "NO_COLOR" not in os.environ
        from dronectl.reports import as_text  # with what draws in a terminal, which takes a while to load

        text = as_text.render(report, colour=terminal, quiet=quiet, full=verbose, hide_waived=hide_waived)
    else:
        text = renderer(name)(report)
    if output in (None, STDIN):
        print_whole(text)
    else:
        assert output is not None
        write_bytes(output, text if isinstance(text, bytes) else text.encode())
        print(ending.render(report), end="", file=sys.stderr)
    if timing:
        watch.lap("report")
        for line in watch.lines():
            tongue.note(line)
    return _exit(report, fail_on, warn=warn)


def _signer(key: str | None) -> Signer:
    """The key that signs a dossier: asked for before the work, so that nobody waits for a passphrase after it."""
    from dronectl.cli.signing import signer

    return signer(key)


def _keep(path: str, question: Question, answer: Answer, signed: Signer) -> None:
    """Add the check to a dossier, or begin one."""
    from dronectl.cli import keeping, signing

    when = signing.clock(question.now)
    signing.add(path, signed, lambda old: keeping.entry_of(old, question, answer, when, {}), begin=True)


def _exit(report: Report, fail_on: str, *, warn: bool) -> int:
    """The exit code of a verdict, as the user weighs warnings and what could not be decided."""
    if report.verdict is Verdict.UNDECIDED and fail_on == "undecided":
        return EXIT[Verdict.VIOLATION]
    warned = any(
        finding.status is Status.FAILED and finding.severity is Severity.WARNING
        for result in report.results
        for finding in result.findings
    )
    if fail_on == "warning" and warned:
        return EXIT[Verdict.VIOLATION]
    return 0 if warn and report.verdict is Verdict.UNDECIDED else EXIT[report.verdict]


def drawn_over(report: Report, path: str | None, output: str | None) -> Report:
    """The report with its maps drawn over a file, which is told among the inputs."""
    if path is None:
        return report
    from dronectl.readers.basemap import Basemap

    if output is not None:
        refuse_input(output, [path])
    drawn = Basemap.of(path)
    told = Input(role="basemap", path=path, sha256=drawn.sha256, items=1, what=drawn.kind)
    return replace(report, basemap=drawn, inputs=(*report.inputs, told))


def language(word: str | None) -> str:
    """The language of a report: `en` or `nl`."""
    if word not in LANGUAGES:
        raise UsageError(f"{word!r} is no language of reports; use one of {', '.join(LANGUAGES)}")
    return str(word)


def _explained(report: Report, files: Sequence[ZoneFile], identifier: str, format_: str | None) -> str:
    """How the answer about the zones with an identifier came about."""
    from dronectl.reports import decision

    if format_ not in (None, "text"):
        raise UsageError("--explain-decision prints text only")
    zones = [zone for file in files for zone in file.zones]
    found = [zone for zone in zones if zone.id.lower() == identifier.lower()]
    if not found:
        close = sorted({zone.id for zone in zones if identifier.lower() in f"{zone.id} {zone.name}".lower()})
        near = ", ".join(close[:8]) or ", ".join(zone.id for zone in report.zones[:8])
        raise UsageError(f"{identifier!r} is none of the zones" + (f"; did you mean {near}" if near else ""))
    return decision.render(report, found)


def require_rules(codes: Sequence[str]) -> None:
    """Refuse codes that stand for no rule: a typing mistake must not pass for a choice."""
    for code in codes:
        if not any(rule.code.startswith(code.upper()) for rule in catalogue()) or not code:
            raise UsageError(f"{code!r} is no rule or family; `dronectl rules` lists them")
