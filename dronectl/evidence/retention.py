"""How long each record may or must be kept, and which of a dossier must go."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources

from dronectl.evidence.dossier import WHEN, Dossier, Held
from dronectl.records import dataclass

DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(\d+)H)?")
GO, STAY, OPEN = "must go", "must stay", "may stay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A class of records."""

    id: str
    title: Mapping[str, str]
    article: str
    confidence: str
    least: str = ""
    """Not to be erased before: an ISO 8601 duration; empty where nothing is said."""
    most: str = ""
    """To be erased after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One object, and what its class says of it at a moment."""

    held: Held
    kind: Class | None
    """None where the class is not known: then nothing is erased by itself."""
    state: str
    until: datetime | None
    """When that changes; None where it does not."""


@cache
def classes() -> dict[str, Class]:
    """Every class, by identifier."""
    text = resources.files("dronectl.evidence").joinpath("retention.toml").read_text("utf-8")
    return {row["id"]: Class(**row) for row in tomllib.loads(text)["class"]}


def after(moment: datetime, duration: str) -> datetime:
    """A moment some years, months, days and hours later; a day that a month does not have is its last."""
    found = DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(f"{duration!r} is no duration")
    years, months, days, hours = (int(part or 0) for part in found.groups())
    month = moment.month - 1 + months
    year = moment.year + years + month // 12
    for day in range(moment.day, 0, -1):
        try:
            moved = moment.replace(year=year, month=month % 12 + 1, day=day)
        except ValueError:
            continue
        return moved + timedelta(days=days, hours=hours)
    raise AssertionError("every month has a first day")


def due(made: Dossier, now: datetime) -> Iterator[Due]:
    """What the class of every object that is there says at a moment."""
    for held in made.objects.values():
        if held.erased is not None:
            continue
        kind, since = classes().get(held.keep), _moment(held.since)
        if kind is None or since is None:
            yield Due(held=held, kind=kind, state=OPEN, until=None)
            continue
        most = after(since, kind.most) if kind.most else None
        least = after(since, kind.least) if kind.least else None
        if most is not None:
            yield Due(held=held, kind=kind, state=GO if now > most else OPEN, until=None if now > most else most)
        elif least is not None and now <= least:
            yield Due(held=held, kind=kind, state=STAY, until=least)
        else:
            yield Due(held=held, kind=kind, state=OPEN, until=None)


def _moment(text: str) -> datetime | None:
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    return made if made.tzinfo is not None else made.replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """A moment as entries write it."""
    return moment.astimezone(UTC).strftime(WHEN)
