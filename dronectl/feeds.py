"""Feeds of zones: where publishers serve them, as data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import field
from importlib import resources
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.records import dataclass
from dronectl.where import Where

SHIPPED = "bundled:feeds"
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SUFFIXES = {
    "geojson": ".geojson", "json": ".json", "kml": ".kml", "kmz": ".kmz", "xml": ".xml", "zip": ".zip", "yaml": ".yaml",
    "gpkg": ".gpkg", "openair": ".txt",
}  # fmt: skip
WORDS = ("id", "title", "publisher", "address", "format", "licence", "edition", "note", "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed: its address, its format, and what its publisher says of it."""

    id: str
    address: str
    format: str
    title: str = ""
    publisher: str = ""
    licence: str = ""
    edition: str = ""
    note: str = ""
    sha256: str = ""
    """What the file must be, where the publisher says so."""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    """What its columns mean, as in a mapping file."""

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.id}{SUFFIXES[self.format]}"


def shipped() -> tuple[Feed, ...]:
    """The feeds of the registry that ships."""
    text = resources.files("dronectl").joinpath("feeds.toml").read_text("utf-8")
    return feeds_of(tomllib.loads(text), Where(SHIPPED))


def feeds_of(value: Mapping[str, Any], where: Where) -> tuple[Feed, ...]:
    """The feeds of a registry; an `InputError` tells all its faults."""
    faults: list[Fault] = []
    made: list[Feed] = []
    rows = value.get("feed")
    if not isinstance(rows, list) or not rows:
        raise InputError.at(where, "names no feed", remedy='write [[feed]] with id, address = "https://..." and format')
    for number, row in enumerate(rows):
        place = where / "feed" / number
        if not isinstance(row, dict):
            faults.append(Fault(place, "is no table", "write [[feed]]"))
            continue
        found = len(faults)
        faults.extend(_faults(row, place, [feed.id for feed in made]))
        if len(faults) == found:
            words = {name: row[name] for name in WORDS if name in row}
            made.append(Feed(**words, mapping=row.get("mapping", {})))
    if faults:
        raise InputError(faults)
    return tuple(made)


def _faults(row: Mapping[str, Any], place: Where, taken: Sequence[str]) -> list[Fault]:
    faults = []
    for name, value in row.items():
        if name not in (*WORDS, "mapping"):
            faults.append(Fault(place / name, "is nothing that a feed has", f"use {', '.join(WORDS)} and mapping"))
        elif not isinstance(value, dict if name == "mapping" else str):
            faults.append(Fault(place / name, f"is {value!r}", "write it in quotes"))
    identifier, kind = row.get("id", ""), row.get("format", "")
    if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier) or identifier in taken:
        what = f"{identifier!r} stands there twice" if identifier in taken else f"{identifier!r} is no identifier"
        faults.append(Fault(place / "id", what, "use small letters, digits and dashes"))
    if kind not in SUFFIXES:
        faults.append(Fault(place / "format", f"{kind!r} is not read", f"use one of {', '.join(SUFFIXES)}"))
    if not row.get("address"):
        faults.append(Fault(place / "address", "is missing", 'write address = "https://..."'))
    return faults
