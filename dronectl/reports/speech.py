"""The words of the page report in a language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "nl")


@cache
def speech(lang: str) -> dict[str, Any]:
    """The words of one of `LANGUAGES`, by name."""
    return tomllib.loads(resources.files("dronectl.reports").joinpath(f"languages/{lang}.toml").read_text("utf-8"))


def number(value: float, lang: str, digits: int = 0) -> str:
    """A number with the separators of a language: `1,234.5`, or `1.234,5`."""
    made = f"{value:,.{digits}f}"
    return made.translate(str.maketrans(",.", ".,")) if lang == "nl" else made
