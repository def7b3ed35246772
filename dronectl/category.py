"""Categories of operation, such as `open/A2`: which lie within which, and which words are none."""

from __future__ import annotations

from collections.abc import Sequence

ROOTS = ("open", "specific", "certified", "nl-state")


def within(category: str, names: Sequence[str]) -> bool:
    """True where a category is one of some categories, or a part of one: `open/A2` is within `open`."""
    wanted = category.strip().lower()
    return any(wanted == name.lower() or wanted.startswith(name.lower() + "/") for name in names)


def known(category: str) -> bool:
    """True for a word that is a category at all."""
    return within(category, ROOTS)
