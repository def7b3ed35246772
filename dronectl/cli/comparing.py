"""What `compare` does: read a plan and a log, hold one against the other, print, and the exit code."""

from __future__ import annotations

from dataclasses import replace

from dronectl.cli import tongue
from dronectl.cli.applying import Asked, gathered, prepared_of, print_made, require_format
from dronectl.cli.running import EXIT
from dronectl.conformance import conformance
from dronectl.errors import InputError, UsageError
from dronectl.finding import Verdict
from dronectl.prepared import prepared


def compare(plan: str, log: str, asked: Asked, format_: str, lang: str | None, output: str | None) -> int:
    """A flown flight against its plan; 1 where it did not keep to it, 3 where that cannot be told."""
    from dronectl.reports import conformance as report

    require_format(format_, report.FORMATS)
    if plan == log:
        raise UsageError("the plan and the log are one file: dronectl compare PLAN LOG")
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
    text = report.render(made, format_, spoken, tongue.teller_of(spoken))
    print_made(text, output, [planned.path, flown.path])
    return EXIT[Verdict.of(made.kept)]
