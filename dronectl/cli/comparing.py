"""What `compare` does: read a plan and a log, hold one against the other, print, and the exit code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dronectl.cli import tongue
from dronectl.cli.applying import Asked, gathered, prepared_of, print_made
from dronectl.cli.running import EXIT
from dronectl.cli.writing import format_name, refuse_input
from dronectl.conformance import conformance
from dronectl.errors import InputError, UsageError
from dronectl.finding import Verdict
from dronectl.prepared import prepared

if TYPE_CHECKING:
    from dronectl.evidence.keys import Signer


def compare(
    plan: str, log: str, asked: Asked, format_: str | None, lang: str | None, output: str | None, *,
    dossier: str | None = None, key: str | None = None, now: str | None = None,
) -> int:  # fmt: skip
    """A flown flight against its plan; 1 where it did not keep to it, 3 where that cannot be told."""
    from dronectl.reports import conformance as report

    name = format_name(format_, output, report.FORMATS)
    if plan == log:
        raise UsageError("the plan and the log are one file: dronectl compare PLAN LOG")
    signed = None
    if dossier is not None:
        from dronectl.cli.signing import signer

        refuse_input(dossier, [plan, log])
        signed = signer(key)
    found = gathered([plan, log], asked, with_zones=False)
    planned, flown = found.missions
    if planned.flown:
        raise InputError.at(planned.where, "is a log, and the plan is wanted first", remedy="dronectl compare PLAN LOG")
    if not flown.flown:
        raise InputError.at(flown.where, "is a plan, and a log is wanted second", remedy="dronectl compare PLAN LOG")
    ready = prepared_of(found)[0]
    bare = replace(flown, volumes=None, category=planned.category, aircraft=planned.aircraft)
    made = conformance(ready, prepared(bare, found.models, found.house))
    spoken = tongue.report_language(lang)
    text = report.render(made, name, spoken, tongue.teller_of(spoken))
    if dossier is not None and signed is not None:
        _keep(dossier, signed, plan, log, made.kept, report.render(made, "json", "en", tongue.teller_of("en")), now)
    print_made(text, output, [planned.path, flown.path])
    return EXIT[Verdict.of(made.kept)]


def _keep(
    path: str, signed: Signer, plan: str, log: str, kept: bool | None, text: str | bytes, now: str | None
) -> None:
    """Add log and comparison to a dossier; the plan is there already where it was checked."""
    from dronectl.cli import signing
    from dronectl.evidence.dossier import Entry, Thing
    from dronectl.readers.source import source

    when = signing.clock(now)
    things = [
        Thing(name=f"{role}/001{Path(name).suffix.lower()}", role=role, data=source(name).read(), personal=True)
        for role, name in (("mission", plan), ("log", log))
    ]
    data = text if isinstance(text, bytes) else text.encode()
    things.append(Thing(name="comparison.json", role="comparison", data=data, personal=True))
    entry = Entry(step="compare", when=when, answer={"kept": kept}, adds=things, tool=signing.TOOL)
    signing.add(path, signed, lambda _: entry, begin=True)
