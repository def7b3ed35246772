"""The language that the commands speak: help, answers for people, notes and errors. What programs read stays English."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dronectl.reports.dutch import Say

LANGUAGES = ("en", "nl")
_spoken: ContextVar[str] = ContextVar("spoken", default="en")
_asked: ContextVar[str | None] = ContextVar("asked", default=None)
HEADINGS = {
    "Usage:": "Gebruik:", "Options:": "Opties:", "Commands:": "Opdrachten:", "Arguments:": "Argumenten:",
    "Example:": "Voorbeeld:", "Examples:": "Voorbeelden:",
}  # fmt: skip


def choose(arguments: Sequence[str]) -> None:
    """Take the language of a command line: its `--lang`, else that of the settings."""
    flags = [after for before, after in pairwise(arguments) if before == "--lang"]
    flags += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    _asked.set(flags[-1] if flags else None)
    _spoken.set(flags[-1] if flags and flags[-1] in LANGUAGES else _by_settings())


def _by_settings() -> str:
    from dronectl.config import settings
    from dronectl.errors import DronectlError

    try:
        found = settings().word("lang")
    except DronectlError:  # the command itself tells what is wrong with the settings
        return "en"
    return found if found in LANGUAGES else "en"


def spoken() -> str:
    """The language of this run: `en` or `nl`."""
    return _spoken.get()


def asked() -> str | None:
    """What `--lang` says on this command line, if anything."""
    return _asked.get()


def told(text: str) -> str:
    """A text for people in the language of this run, line by line."""
    if spoken() == "en":
        return text
    from dronectl.reports.dutch import by_line

    return by_line(text, teller())


def teller() -> Say:
    """What says sentences in the language of this run."""
    return teller_of(spoken())


def teller_of(lang: str) -> Say:
    """What says sentences in a language."""
    from dronectl.reports.dutch import english, say_in

    if lang == "en":
        return english
    from dronectl.law.shelf import bundled_packs

    return say_in(lang, [limit for pack in bundled_packs() for limit in pack.limits])


def report_language(flag: str | None) -> str:
    """The language of a report: that of the flag, else that of this run."""
    from dronectl.errors import UsageError

    if flag is not None and flag not in LANGUAGES:
        raise UsageError(f"{flag!r} is no language of reports; use one of {', '.join(LANGUAGES)}")
    return flag or spoken()


def said(text: str, format_: str | None = "text") -> str:
    """What a command answers: what a program reads as it is, what a person reads in the language of this run."""
    return told(text) if format_ in (None, "text", "md") else text


def answer(text: str, format_: str | None = "text") -> None:
    """Write what a command answers to stdout."""
    sys.stdout.write(said(text, format_))


def note(text: str) -> None:
    """Tell something beside the answer."""
    print(told(text), file=sys.stderr)


def fault(where: str, what: str, remedy: str) -> str:
    """An error with its place and its way out."""
    text = f"{told('error: ').strip()} {where}: {told(what)}"
    return f"{text}\n  {told('remedy:')} {told(remedy)}" if remedy else text


def translate(command: Any) -> None:
    """Say the help of a command and of all below it in the language of this run."""
    from dronectl.reports.dutch import pairs_of

    helps = dict(pairs_of("messages")) | dict(pairs_of("help"))
    _translate(command, helps)


def _translate(command: Any, helps: dict[str, str]) -> None:
    for name in ("help", "short_help"):
        if getattr(command, name, None):
            setattr(command, name, _paragraphs(getattr(command, name), helps))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _sentence(parameter.help, helps)
    for inner in getattr(command, "commands", {}).values():
        _translate(inner, helps)


def _paragraphs(text: str, helps: dict[str, str]) -> str:
    return "\n\n".join(
        part if part.startswith("\b") else _sentence(" ".join(part.split()), helps) for part in text.split("\n\n")
    )


def _sentence(text: str, helps: dict[str, str]) -> str:
    if text in helps:
        return helps[text]
    one_of = re.fullmatch(r"One of (.*)\.", text)
    return f"Een van {one_of[1]}." if one_of else text


def headed(text: str) -> str:
    """A page of help with its headings in the language of this run."""
    for english, dutch in HEADINGS.items():
        text = re.sub(rf"^(\s*){english}", rf"\g<1>{dutch}", text, flags=re.MULTILINE)
    return text.replace("Show this message and exit.", "Toon deze tekst en stop.").replace("[required]", "[verplicht]")
