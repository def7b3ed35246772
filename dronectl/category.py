"""The words that law sorts missions by: categories of operation, such as `open/A2`, and purposes, such as `public-order`."""

from __future__ import annotations

from collections.abc import Collection

ROOTS = ("open", "specific", "certified", "nl-state")


def within(category: str, names: Collection[str]) -> bool:
    """True where a category is one of some categories, or a part of one: `open/A2` is within `open`."""
    wanted = category.strip().lower()
    return any(wanted == name.lower() or wanted.startswith(name.lower() + "/") for name in names)


def known(category: str) -> bool:
    """True for a word that is a category at all."""
    return within(category, ROOTS)


def purpose_in(purpose: str, names: Collection[str]) -> bool:
    """True where a purpose is one of some, however its words are joined: `Public order` is `public-order`."""
    return bool(purpose.strip()) and _joined(purpose) in {_joined(name) for name in names}


def _joined(words: str) -> str:
    return "-".join(words.casefold().replace("_", " ").replace("-", " ").split())
