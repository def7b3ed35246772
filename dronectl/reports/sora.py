"""A SORA as text, as JSON, and as tables for the application form (Markdown)."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict

from dronectl.assessment import Assessment
from dronectl.reports.dutch import Say, english
from dronectl.reports.words import tame

FORMATS = ("text", "json", "md")
WORDS = {"NR": "not required", "O": "optional", "L": "low", "M": "medium", "H": "high"}
WIDTH = 80
NOT_AUTHORISED = "This is an aid for an application: the competent authority decides."


def render(made: Assessment, format_: str, tell: Say = english) -> str:
    """The assessment in one of `FORMATS`; what people read as `tell` says it."""
    return _json(made) if format_ == "json" else {"text": _text, "md": _markdown}[format_](made, tell)


def conclusion(made: Assessment) -> str:
    """The last line: where the steps lead, or what stands in the way."""
    if made.outcome == "unknown":
        return f"CANNOT TELL: {tame(made.why)}"
    if made.outcome == "outside":
        return f"OUTSIDE SORA: {tame(made.why)}; the operation belongs to the certified category"
    return f"SAIL {made.sail}"


def _text(made: Assessment, tell: Say) -> str:
    lines = [tell(f"SORA {made.edition} of {tame(made.mission)}"), made.source, ""]
    for step in made.steps:
        lines.extend(_wrapped(f"{tell(step.name)}: {tell(step.value)}", "", "    "))
        for entry in step.inputs:
            lines.extend(_wrapped(tame(tell(entry)), "  - ", "    "))
        if step.article:
            lines.extend(_wrapped(tell(step.article), f"  {tell('source')}: ", "    "))
    if made.objectives:
        lines += ["", tell(f"Operational safety objectives at SAIL {made.sail} ({made.objectives_article})")]
        for number, title, asked in made.objectives:
            lines.extend(_wrapped(tell(title), f"  OSO#{number}  {tell(WORDS[asked]):<13} ", " " * 24))
    lines += ["", *_wrapped(tell(conclusion(made)), "", "  "), tell(NOT_AUTHORISED)]
    return "\n".join(lines) + "\n"


def _wrapped(words: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)


def _json(made: Assessment) -> str:
    whole = asdict(made)
    whole["objectives"] = [
        {"number": number, "title": title, "robustness": asked} for number, title, asked in made.objectives
    ]
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _markdown(made: Assessment, tell: Say) -> str:
    lines = [f"# SORA {made.edition}: {_cell(made.mission)}", "", made.source, ""]
    lines += [_row("Step", "Result", "From", "Source", tell=tell), "|---|---|---|---|"]
    for step in made.steps:
        cells = (tell(step.name), tell(step.value), "; ".join(map(tell, step.inputs)), tell(step.article))
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    if made.objectives:
        lines += ["", f"## {tell('Operational safety objectives')} ({made.objectives_article})", ""]
        lines += [_row("OSO", "Objective", "Robustness", "Evidence", tell=tell), "|---|---|---|---|"]
        lines += [f"| {number} | {tell(title)} | {tell(WORDS[asked])} | |" for number, title, asked in made.objectives]
    lines += ["", f"**{_cell(tell(conclusion(made)))}**", "", tell(NOT_AUTHORISED)]
    return "\n".join(lines) + "\n"


def _row(*names: str, tell: Say) -> str:
    return f"| {' | '.join(tell(name) for name in names)} |"


def _cell(words: str) -> str:
    """Text from an input that stays in its cell and acts as text only."""
    tamed = tame(words)
    for sign in "\\`*_[]<>|#!":
        tamed = tamed.replace(sign, f"\\{sign}")
    return tamed
