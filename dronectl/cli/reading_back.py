"""What was written of a changed or new mission is read back and asked the same question."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dronectl.check import Report
from dronectl.cli import tongue
from dronectl.cli.question import Question, ask
from dronectl.cli.writing import write_bytes
from dronectl.errors import UsageError
from dronectl.mission import Mission
from dronectl.writers import CannotWrite, by_suffix, formats


def require_suffix(output: str | None) -> None:
    """Refuse a file whose name says no format of missions."""
    if output is not None and by_suffix("missions", output) is None:
        raise UsageError(f"{output!r} does not say which format is wanted; use a suffix such as .geojson or .plan")


def write_mission(mission: Mission, output: str, question: Question, report: Report) -> list[str]:
    """Write a mission in the format of a suffix, tell what the format cannot say, read it back and check it again.

    What differs then is told and returned; nothing is, where the verdict is the same.
    """
    name = by_suffix("missions", output)
    assert name is not None
    module = formats("missions")[name]
    try:
        for lost in module.misses(mission):
            tongue.note(f"{name} cannot say: {lost}")
        data = module.render(mission)
    except CannotWrite as error:
        raise UsageError(f"the mission cannot be written as {name}: {error}") from None
    told = verdict_again(data, Path(output).suffix, question, report)
    write_bytes(output, data)
    for entry in told:
        tongue.note(f"round trip: {entry}")
    if not told:
        tongue.note("round trip: identical verdict")
    return told


def verdict_again(data: bytes, suffix: str, question: Question, report: Report) -> list[str]:
    """What differs where written bytes are asked the same question as what they were made of."""
    _, told = asked_again(data, suffix, question, report)
    return told


def asked_again(data: bytes, suffix: str, question: Question, report: Report) -> tuple[Report, list[str]]:
    """The check of written bytes, and where its verdict differs."""
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = Path(folder) / f"written{suffix}"
        path.write_bytes(data)
        permits, at = _permits(question, report), _start(report) or question.at
        same = replace(question, missions=(str(path),), permits=permits, named_permits=False, at=at)
        again = ask(same).report
    if again.verdict is report.verdict:
        return again, []
    return again, [f"the verdict was {report.verdict.words}, and is {again.verdict.words}"]


def _permits(question: Question, report: Report) -> Sequence[str]:
    """The permits of the check, those that the mission names among them."""
    named = [item.path for item in report.inputs if item.role == "permit"]
    return tuple(dict.fromkeys([*question.permits, *named]))


def _start(report: Report) -> str | None:
    """When the checked mission starts: not every format keeps that."""
    (mission,) = report.missions
    firsts = [float(flight.times[0]) for flight in mission.flights if flight.times is not None]
    return datetime.fromtimestamp(min(firsts), UTC).isoformat() if firsts else None
