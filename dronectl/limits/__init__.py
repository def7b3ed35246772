"""Limits from law as dated data: which figure applies to a category on a day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightLimit:
    """The greatest height above ground for a category, with the article that says so."""

    id: str
    category: str
    max_m: float
    reference: str
    source: str
    valid_from: date
    valid_until: date | None
    confidence: str


@cache
def height_limits() -> tuple[HeightLimit, ...]:
    """Every height limit in `height.toml`."""
    text = resources.files("dronectl.limits").joinpath("height.toml").read_text("utf-8")
    return tuple(
        HeightLimit(
            id=row["id"],
            category=row["category"],
            max_m=float(row["max_m"]),
            reference=row["reference"],
            source=row["source"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if "valid_until" in row else None,
            confidence=row["confidence"],
        )
        for row in tomllib.loads(text)["limit"]
    )


def height_limit(category: str, day: date | None) -> HeightLimit | None:
    """The limit for a category such as `open/A2` on a day; None where the data has none."""
    wanted = category.strip().lower()
    for limit in height_limits():
        name = limit.category.lower()
        if wanted != name and not wanted.startswith(name + "/"):
            continue
        if day is not None and (day < limit.valid_from or (limit.valid_until is not None and day > limit.valid_until)):
            continue
        return limit
    return None
