"""What leaves and what stays, and the ledger of shares: text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dronectl.evidence.ledger import Ledger
from dronectl.reports.dutch import Say, english
from dronectl.reports.words import dumped, tame
from dronectl.sharing.bundle import Terms
from dronectl.sharing.record import Told

FORMATS = ("text", "json")
SHORT = 12


def leaving(told: Sequence[tuple[str, Sequence[Told]]], terms: Terms, format_: str, tell: Say = english) -> str:
    """Per mission which fields leave as they are, which coarser, and which stay."""
    if format_ == "json":
        return dumped({
            "schema": "dronectl/leaving/v1", "to": terms.to, "audience": terms.audience, "purpose": terms.purpose,
            "until": terms.until, "access": terms.access,
            "missions": [
                {"mission": mission, "fields": [{"field": row.field, "how": row.how, "why": row.why or None} for row in rows]}
                for mission, rows in told
            ],
        })  # fmt: skip
    lines = [tell(f"to {tame(terms.to)} ({terms.audience}), for {tame(terms.purpose)}, until {terms.until}")]
    for mission, rows in told:
        lines.append(f"{tame(mission)}")
        for title, wanted in (("leaves", _kept), ("leaves coarser", _coarser), ("stays here", _dropped)):
            fields = [_named(row, tell) for row in rows if wanted(row)]
            lines += _listed(tell(title), fields or [tell("nothing")])
    return "\n".join(lines) + "\n"


def _kept(row: Told) -> bool:
    return row.how == "keep"


def _coarser(row: Told) -> bool:
    return row.how not in ("keep", "drop")


def _dropped(row: Told) -> bool:
    return row.how == "drop"


def _named(row: Told, tell: Say) -> str:
    if _coarser(row):
        return f"{row.field} ({row.how})"
    return f"{row.field} ({tell(row.why)})" if row.why else row.field


def _listed(title: str, words: Sequence[str], width: int = 96) -> list[str]:
    """Words behind a title, broken into lines."""
    lines, line = [], f" {title + ':':<17}"
    for k, word in enumerate(words):
        part = word + ("," if k < len(words) - 1 else "")
        if len(line) + len(part) + 1 > width and line.strip():
            lines.append(line.rstrip())
            line = " " * 18
        line += f"{part} "
    return [*lines, line.rstrip()]


def ledger(made: Ledger, format_: str, tell: Say = english) -> str:
    """The lines of the ledger."""
    if format_ == "json":
        return dumped({
            "schema": "dronectl/ledger/v1", "head": made.head or None, "torn": made.torn,
            "lines": [{"number": line.number, "key": line.key or None, "digest": line.digest, **line.body}
                      for line in made.lines],
            "faults": [{"where": str(fault.where), "what": fault.what} for fault in made.faults],
        })  # fmt: skip
    lines = []
    for line in made.lines:
        body = line.body
        said = " ".join(tame(str(body.get(name, ""))) for name in ("to", "by", "purpose") if body.get(name))
        until = f" {tell('until')} {body['until']}" if body.get("until") else ""
        lines.append(f"{line.number:>5} {str(body.get('when', ''))[:16]}  {tell(_what(body)):<16} {said}{until}")
        for against in body.get("against", ()):
            lines.append(f"        {tell(tame(str(against)))}")
        if body.get("reason"):
            lines.append(f"        {tell('because')} {tame(str(body['reason']))}")
    lines += [f"{fault.where}: {tell(fault.what)}" for fault in made.faults]
    return "\n".join([*lines, tell(f"{len(made.lines)} lines; head {made.head or '-'}")]) + "\n"


def _what(body: Any) -> str:
    if body.get("what") != "open":
        return str(body.get("what", ""))
    if not body.get("against"):
        return "opened"
    return "opened against" if body.get("opened") else "refused"
