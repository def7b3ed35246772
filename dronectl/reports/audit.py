"""A period of flights as text, JSON, CSV, a page and paper: controls as numerator and denominator, exceptions, trend."""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from html import escape
from typing import Any

from dronectl._version import __version__
from dronectl.audit import store
from dronectl.audit.framework import Row as Judged
from dronectl.audit.summary import ALL, CELL_M, CONTROLS, DEGREE_CELL, UNFILLED, Exception_, Summary, as_values
from dronectl.errors import Fault
from dronectl.finding import Verdict
from dronectl.logbook import FIELDS
from dronectl.records import dataclass
from dronectl.reports import qr_code
from dronectl.reports.as_csv import cell as as_cell
from dronectl.reports.charts import Chart
from dronectl.reports.dutch import Say, english
from dronectl.reports.pages import page
from dronectl.reports.speech import number, speech
from dronectl.reports.words import iso, tame

FORMATS = ("text", "json", "csv", "html", "pdf")
BAR = 20
MOST_UNKNOWNS = 12
MOST_LEFT = 5  # in the text
LONGEST = 260  # letters of a case on the page
RULE = re.compile(r"((?:[A-Z]{3}\d{3} )?)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An audit with all that its page says."""

    summary: Summary
    before: Summary | None = None
    """The period before, for the trend."""
    framework: tuple[Mapping[str, str], Sequence[Judged]] | None = None
    left: Sequence[Fault] = ()
    evidence: Sequence[tuple[str, str]] = ()
    """File and SHA-256 of what the audit rests on."""
    command: str = ""
    """What to type to get the same."""
    settings: Sequence[str] = ()
    """What the settings say that a verdict hangs on, as they write it."""
    lang: str = "en"
    tell: Say = field(default=english)


def render(sheet: Sheet, format_: str) -> str | bytes:
    """The page in one of `FORMATS`, but CSV, which is written row by row."""
    if format_ == "json":
        return json.dumps(_values(sheet), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if format_ == "html":
        return page("audit.html.j2", sheet_of(sheet))
    if format_ == "pdf":
        from dronectl.reports.as_pdf import typeset

        evidence = json.dumps(_values(sheet), indent=2, ensure_ascii=False, allow_nan=False).encode()
        return typeset("audit.typ", {"sheet": sheet_of(sheet)}, evidence)
    return _text(sheet)


def _values(sheet: Sheet) -> dict[str, Any]:
    made = as_values(sheet.summary) | {
        "tool": {"name": "dronectl", "version": __version__}, "command": sheet.command, "settings": list(sheet.settings),
        "evidence": [{"path": path, "sha256": digest} for path, digest in sheet.evidence],
        "not_used": [{"path": str(fault.where), "why": fault.what} for fault in sheet.left],
    }  # fmt: skip
    if sheet.before is not None:
        made["before"] = {"period": sheet.before.period, "controls": as_values(sheet.before)["controls"]}
    if sheet.framework is not None:
        made["framework"] = [
            {"control": row.title["en"], "source": row.source, "design": row.design, "exists": row.exists,
             "works": row.works, "design_by": row.design_by, "exists_by": row.exists_by, "works_by": row.works_by}
            for row in sheet.framework[1]
        ]  # fmt: skip
    return made


def _hours(seconds: float) -> str:
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02d}"


def _notes(made: Summary, say: Any) -> list[str]:
    """What was counted otherwise than one by one."""
    counts = {"outside": made.outside, "copies": made.copies, "untimed": made.untimed}
    return [say[name].format(**{name: count}) for name, count in counts.items() if count]


def _facts(sheet: Sheet, say: Mapping[str, Any]) -> str:
    made = sheet.summary
    return str(say["facts"]).format(
        flights=number(made.flights, sheet.lang),
        hours=_hours(made.seconds),
        pilots=len(made.pilots),
        aircraft=len(made.aircraft),
    )


def _title(made: Summary, say: Mapping[str, Any]) -> str:
    return f"{say['title']} {made.period}" if made.period != ALL else str(say["title"])


def _text(sheet: Sheet) -> str:
    made, say = sheet.summary, speech(sheet.lang)["audit"]
    lines = [_title(made, say), _facts(sheet, say)]
    for control in made.controls.values():
        said = f"{control.kept + control.waived}/{control.asked}" if control.asked else "-"
        notes = [f"{count} {word}" for count, word in (
            (control.broken, say["control_columns"][3].lower()), (control.waived, say["control_columns"][4].lower()),
            (control.unknown, say["unknown"]),
        ) if count]  # fmt: skip
        if control.worst:
            notes.append(sheet.tell(control.worst))
        lines.append(f" {say['names'][control.name]:<32} {said:>11}   {', '.join(notes)}".rstrip())
    missing = [(say["fields"][name], count) for name, count in made.missing.items() if count]
    if missing:
        told = ", ".join(f"{name} {count}x" for name, count in sorted(missing, key=lambda pair: -pair[1])[:5])
        lines.append(f" {say['logbook']}: {told}")
    lines.append(f" {say['waivers']}: {say['waivers_said'].format(used=len(made.waivers), expired=len(made.expired))}")
    lines.extend(f" {note}" for note in _notes(made, say))
    if sheet.framework is not None:
        lines += ["", sheet.framework[0].get(sheet.lang, sheet.framework[0]["en"])]
        for row in sheet.framework[1]:
            words = [_word(say, word) for word in (row.design, row.exists, row.works)]
            title = row.title.get(sheet.lang, row.title["en"])
            lines.append(f" {words[0]:<9}{words[1]:<9}{words[2]:<9}{title} ({sheet.tell(row.works_by)})")
    if made.exceptions:
        lines += ["", say["exceptions"]]
        shown = _alike(made.exceptions)
        for several in shown[:20]:
            one = several[0]
            head = f" {say[one.weight]:<8} {_flights(several, say, 28):<28} {say['names'][one.control]}: "
            lines += textwrap.wrap(head + _short(tame(_told(sheet, one.what))), 100, subsequent_indent=" " * 10)
        more = sum(made.weights.values()) - sum(len(several) for several in shown[:20])
        if more > 0:
            lines.append(f" {say['more'].format(more=more)}")
    if sheet.left:
        lines += ["", f"{say['unmatched']}: {len(sheet.left)}"]
        lines += [f" {tame(str(fault.where))}: {tame(sheet.tell(fault.what))}" for fault in sheet.left[:MOST_LEFT]]
        if len(sheet.left) > MOST_LEFT:
            lines.append(f" {say['more'].format(more=len(sheet.left) - MOST_LEFT)}")
    lines.append("")
    lines.append(f"{say['clean'][Verdict.of(made.clean).value]}: {say['findings'].format(**made.weights)}")
    return "\n".join(lines) + "\n"


def _alike(listed: Sequence[Exception_]) -> list[list[Exception_]]:
    """Exceptions, those of one weight, control and reason together, in the order of the first of each."""
    found: dict[tuple[str, str, str], list[Exception_]] = {}
    for one in listed:
        found.setdefault((one.weight, one.control, one.what), []).append(one)
    return list(found.values())


def _flights(several: Sequence[Exception_], say: Mapping[str, Any], longest: int = 80) -> str:
    """The flight that some exceptions are about, or the first and how many others."""
    names = list(dict.fromkeys(tame(one.flight) for one in several))
    others = "" if len(several) == 1 else " " + say["others"].format(count=len(several) - 1)
    return names[0][: longest - len(others)] + others


def _owner(several: Sequence[Exception_]) -> str:
    """Who answers for some exceptions."""
    names = list(dict.fromkeys(tame(one.owner) for one in several if one.owner))
    return ", ".join(names[:2]) + (" \N{HORIZONTAL ELLIPSIS}" if len(names) > 2 else "")


def _told(sheet: Sheet, words: str) -> str:
    """What was found, in the language of the page; parts of it may begin with the code of their rule."""
    if words.startswith(UNFILLED):
        named = speech(sheet.lang)["audit"]["fields"]
        fields = ", ".join(named[name] for name in words.removeprefix(UNFILLED).split(", "))
        return sheet.tell(f"{UNFILLED}{fields}")
    parts = [RULE.match(part) for part in words.split("; ")]
    return "; ".join(part[1] + sheet.tell(part[2]) for part in parts if part is not None)


def _short(words: str) -> str:
    """Words that fit a line of a table; the results have them all."""
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rsplit(" ", 1)[0] + " \N{HORIZONTAL ELLIPSIS}"


def _word(say: Mapping[str, Any], word: str) -> str:
    return str(say[word])


def sheet_of(sheet: Sheet) -> dict[str, Any]:
    """Everything that the page says, as values."""
    made, whole = sheet.summary, speech(sheet.lang)
    say = whole["audit"]
    before = {} if sheet.before is None else sheet.before.controls
    rows = []
    for name in CONTROLS:
        control = made.controls[name]
        kept = control.kept + control.waived
        was = before.get(name)
        rows.append({
            "name": say["names"][name], "said": f"{kept}/{control.asked}" if control.asked else "-",
            "share": round(100 * kept / control.asked, 1) if control.asked else 0.0,
            "unknown_share": round(100 * control.unknown / control.asked, 1) if control.asked else 0.0,
            "broken": control.broken, "waived": control.waived, "unknown": control.unknown, "not_asked": control.not_asked,
            "before": "" if was is None or not was.asked else f"{was.kept + was.waived}/{was.asked}",
            "worst": sheet.tell(control.worst),
        })  # fmt: skip
    heat = _heat(made, say, sheet.lang)
    shown = made.exceptions
    more = sum(made.weights.values()) - len(shown)
    reasons = sorted(made.reasons.items(), key=lambda pair: (-pair[1][0], pair[0]))
    verdict = Verdict.of(made.clean).value
    digest = sheet.evidence[0][1] if sheet.evidence else "0" * 64
    last = max((e.start for e in shown if e.start is not None), default=0.0)
    day = datetime.fromtimestamp(last, UTC)
    return {
        "lang": sheet.lang, "say": whole, "audit": say, "version": __version__, "verdict": verdict,
        "words": say["clean"][verdict], "title": _title(made, say), "facts": _facts(sheet, say),
        "tally": say["findings"].format(**made.weights),
        "notes": _notes(made, say),
        "controls": rows, "heat": {"svg": heat.svg, "caption": heat.caption},
        "exceptions": [
            {
                "weight": say[e.weight], "class": e.weight, "when": (iso(e.start) or "")[:16].replace("T", " "),
                "flight": _flights(several, say), "owner": _owner(several), "control": say["names"][e.control],
                "what": _short(tame(_told(sheet, e.what))),
            }
            for several in _alike(shown)
            for e in several[:1]
        ],
        "more": say["more"].format(more=more) if more > 0 else "",
        "unknowns": [
            {"rule": say["names"].get(key, key), "what": _short(tame(_told(sheet, words))), "count": count}
            for key, (count, words) in reasons[:MOST_UNKNOWNS]
        ],
        "logbook": [
            {"name": say["fields"][name], "said": f"{made.logged - made.missing.get(name, 0)}/{made.flights}"}
            for name in FIELDS
        ],
        "waivers": say["waivers_said"].format(used=len(made.waivers), expired=len(made.expired)),
        "waiver_names": [tame(name) for name in sorted(made.waivers | made.expired)],
        "framework": _framework(sheet, say),
        "left": [{"path": tame(str(f.where)), "why": tame(sheet.tell(f.what))} for f in sheet.left[:200]],
        "evidence": [{"path": tame(path), "sha256": digest} for path, digest in sheet.evidence],
        "command": tame(sheet.command), "settings": [tame(words) for words in sheet.settings],
        "report_id": digest[:16], "missions": [], "several": False,
        "code": {"svg": qr_code.draw(f"urn:sha256:{digest}", say["code"]), "caption": say["code"]},
        "date": [day.year, day.month, day.day],
    }  # fmt: skip


def _framework(sheet: Sheet, say: Mapping[str, Any]) -> dict[str, Any] | None:
    if sheet.framework is None:
        return None
    title, rows = sheet.framework
    return {
        "title": title.get(sheet.lang, title["en"]),
        "rows": [
            {
                "title": row.title.get(sheet.lang, row.title["en"]), "source": sheet.tell(row.source),
                "cells": [
                    {"word": _word(say, word), "class": word, "by": tame(sheet.tell(by))}
                    for word, by in ((row.design, row.design_by), (row.exists, row.exists_by), (row.works, row.works_by))
                ],
            }
            for row in rows
        ],
    }  # fmt: skip


def _heat(made: Summary, say: Mapping[str, Any], lang: str) -> Chart:
    """Flights per cell of the grid, north up: the more, the darker; each cell that stands out says its count."""
    if not made.cells:
        return Chart(
            f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 30" role="img" '
            f'aria-label="{escape(say["map"])}">'
            f'<title>{escape(say["map"])}</title><desc>{escape(say["map_none"])}</desc></svg>', say["map_none"],
        )  # fmt: skip
    columns = [x for x, _ in made.cells]
    rows = [y for _, y in made.cells]
    west, east, south, north = min(columns), max(columns), min(rows), max(rows)
    wide, tall = east - west + 1, north - south + 1
    side = max(min(460 / max(wide, tall), 40.0), 0.02)
    most = max(made.cells.values())
    parts = []
    for (x, y), count in sorted(made.cells.items()):
        left, top = (x - west) * side + 4, (north - y) * side + 4
        shade = 235 - round(190 * (count / most) ** 0.5)
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(side, 3.0):.1f}" height="{max(side, 3.0):.1f}" '
            f'fill="rgb({shade},{shade},{min(255, shade + 14)})" stroke="#888" stroke-width="0.5">'
            f"<title>{count}</title></rect>"
        )
        if side >= 14:
            dark = ' class="on-dark" fill="#fff"' if shade < 130 else ""
            parts.append(
                f'<text x="{left + side / 2:.1f}" y="{top + side / 2 + 4:.1f}" text-anchor="middle"{dark}>{count}</text>'
            )
    cell = "500 m" if made.dutch else f"{number(DEGREE_CELL, lang, 3)}°"
    assert CELL_M == 500.0
    caption = say["map_caption"].format(count=sum(made.cells.values()), cells=len(made.cells), side=cell, most=most)
    width, height = wide * side + 8, tall * side + 8
    return Chart(
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="max-width:{width:.0f}px" role="img" '
        f'aria-label="{escape(say["map"])}"><title>{escape(say["map"])}</title><desc>{escape(caption)}</desc>{"".join(parts)}</svg>',
        caption,
    )


COLUMNS = [name for name in store.columns() if name not in ("geometry", "findings")]


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """The flights as CSV, line by line; no cell acts as a formula."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line([_cell(name, row[name]) for name in COLUMNS])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in store.TIMES:
        return iso(value) or ""
    if isinstance(value, list):
        return str(as_cell("; ".join(value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(as_cell(value)) if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
