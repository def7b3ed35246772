"""Classes of retention, and what must go: text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dronectl.evidence.retention import GO, STAY, Class, Due, stamp
from dronectl.reports.dutch import Say, english
from dronectl.reports.words import dumped, tame

FORMATS = ("text", "json")


def classes(found: Sequence[Class], lang: str, format_: str, tell: Say = english) -> str:
    """Every class with its times, and where they stand."""
    if format_ == "json":
        return dumped([
            {"id": one.id, "title": dict(one.title), "least": one.least or None, "most": one.most or None,
             "article": one.article, "confidence": one.confidence}
            for one in found
        ])  # fmt: skip
    lines = []
    for one in found:
        time = tell(f"at least {spelled(one.least)}" if one.least else f"at most {spelled(one.most)}")
        lines.append(f"{one.id:<13} {time:<18} {one.title.get(lang, one.title['en'])}")
        lines.append(f"{'':<13} {one.article} ({one.confidence})")
    return "\n".join(lines) + "\n"


def spelled(duration: str) -> str:
    """A duration of one kind in words: `P3Y` is 3 years."""
    kind = {"Y": "years", "M": "months", "D": "days", "H": "hours"}[duration[-1]]
    return f"{duration.strip('PTYMDH')} {kind}"


def due(
    found: Sequence[tuple[str, Sequence[Due]]], now: datetime, everything: bool, format_: str, tell: Say = english
) -> str:
    """Per dossier what must go; with `everything` also what may or must stay, and until when."""
    if format_ == "json":
        return dumped({
            "schema": "dronectl/retention/v1", "now": stamp(now),
            "dossiers": [{"path": path, "objects": [_row(one) for one in rows]} for path, rows in found],
        })  # fmt: skip
    lines = []
    for path, rows in found:
        shown = [one for one in rows if everything or one.state == GO]
        lines += [tame(path)] if shown else []
        for one in shown:
            until = f" {tell(f'until {one.until:%Y-%m-%d %H:%MZ}')}" if one.until is not None else ""
            lines.append(f"  {tell(one.state):<10} {one.held.name} ({one.held.keep}, {one.held.since[:10]}){until}")
    going = sum(one.state == GO for _, rows in found for one in rows)
    kept = sum(one.state == STAY for _, rows in found for one in rows)
    lines.append(tell(f"{going} object(s) must go, {kept} must stay; {len(found)} dossier(s)"))
    return "\n".join(lines) + "\n"


def _row(one: Due) -> dict[str, Any]:
    return {
        "name": one.held.name, "role": one.held.role, "class": one.held.keep, "since": one.held.since, "state": one.state,
        "until": stamp(one.until) if one.until is not None else None,
        "article": one.kind.article if one.kind is not None else None,
    }  # fmt: skip
