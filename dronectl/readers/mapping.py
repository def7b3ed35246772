"""Tables with columns of their own: a small TOML file says which column holds what, and a first guess can be written.

    id = "CODE"
    name = "NAAM"
    kind = { column = "SOORT", values = { "verboden" = "no-fly", "school" = "privacy" }, otherwise = "restricted" }
    upper = "HOOGTE_M"
    datum = { constant = "AGL" }

A word alone is a column. What is mapped are the members of the simple profile of zones, or those of a log.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from dronectl import bundled
from dronectl.errors import Fault, InputError
from dronectl.readers.source import STDIN, source
from dronectl.records import dataclass
from dronectl.where import Where

SUFFIX = ".mapping.toml"
ZONE_MEMBERS = (
    "id", "name", "kind", "lower", "upper", "datum", "uom", "radius_m", "from", "until", "message", "conditions",
    "authority", "country",
)  # fmt: skip
LOG_MEMBERS = ("time", "lat", "lon", "height", "datum", "uom", "gimbal_pitch_deg", "recording")
# Column names met in the files of municipalities, provinces and agencies, in the languages of this corner of Europe.
NAMES = {
    "id": ("id", "identifier", "identificatie", "code", "zone_id", "objectid", "fid", "gml_id"),
    "name": ("name", "naam", "title", "titel", "nom", "bezeichnung", "label", "omschrijving", "namn", "navn"),
    "kind": ("kind", "soort", "type", "category", "categorie", "klasse", "restriction", "art", "typeid"),
    "lower": ("lower", "lower_limit", "lowerlimit", "floor", "floor_m", "ondergrens", "minalt", "min_height", "base"),
    "upper": ("upper", "upper_limit", "upperlimit", "ceiling", "ceil_m", "bovengrens", "maxalt", "max_height", "hoogte",
              "hoogte_m", "top"),
    "datum": ("datum", "reference", "altitude_reference", "hoogtereferentie"),
    "uom": ("uom", "unit", "eenheid"),
    "radius_m": ("radius_m", "radius", "straal", "straal_m"),
    "from": ("from", "start", "start_time", "begin", "van", "ingang", "valid_from", "begindatum", "datotidstart"),
    "until": ("until", "end", "end_time", "eind", "tot", "valid_until", "einddatum", "datotidslut"),
    "message": ("message", "description", "toelichting", "beschrijving", "opmerking", "remarks"),
    "authority": ("authority", "beheerder", "owner", "eigenaar", "instantie"),
}  # fmt: skip
MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A mapping file that was read."""

    path: str
    sha256: str
    members: Mapping[str, Any]
    layer: str | None

    def apply(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The members of one row; what a column does not hold is left out."""
        made: dict[str, Any] = {}
        for member, how in self.members.items():
            if isinstance(how, str):
                value = row.get(how)
            elif "constant" in how:
                value = how["constant"]
            else:
                value = row.get(how["column"])
                known = how.get("values", {})
                word = "" if value is None else str(value).strip()
                value = known.get(word, how.get("otherwise", value))
            if value is not None and value != "":
                made[member] = value
        return made

    def columns(self) -> set[str]:
        """The columns it speaks of."""
        named = (how if isinstance(how, str) else how.get("column") for how in self.members.values())
        return {name for name in named if name is not None}


def find(path: str, given: str | None, members: Sequence[str]) -> ColumnMap | None:
    """The mapping that the user named, or the one beside a file (`zones.gpkg.mapping.toml`); None where there is none."""
    if given is not None:
        return read(given, members)
    if path == STDIN or "://" in path:
        return None
    beside = f"{path}{SUFFIX}"
    return read(beside, members) if bundled.resolve(beside).is_file() else None


def read(path: str, members: Sequence[str]) -> ColumnMap:
    """A mapping file; an `InputError` tells all its faults."""
    raw = source(path).read()
    where = Where(path)
    try:
        given = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError.at(where, f"is no mapping file: {error}", remedy="mend it; it is TOML") from None
    faults = []
    layer = given.pop("layer", None)
    if layer is not None and not isinstance(layer, str):
        faults.append(Fault(where / "layer", "is not a name", 'write layer = "zones"'))
    for name, how in given.items():
        if name not in members:
            faults.append(Fault(where / name, "is nothing that is mapped", f"use one of {', '.join(members)}"))
        elif isinstance(how, dict) and not ({"constant"} == how.keys() or _is_lookup(how)):
            faults.append(Fault(where / name, "says neither a column nor a constant", 'write { column = "NAAM" }'))
        elif not isinstance(how, str | dict):
            faults.append(Fault(where / name, f"is {how!r}", "write a column in quotes, or { constant = ... }"))
    if faults:
        raise InputError(faults)
    return ColumnMap(path, sha256(raw).hexdigest(), given, layer)


def _is_lookup(how: dict[str, Any]) -> bool:
    known = {"column", "values", "otherwise"}
    return isinstance(how.get("column"), str) and how.keys() <= known and isinstance(how.get("values", {}), dict)


def guess(rows: Sequence[Mapping[str, Any]], source_path: str) -> str:
    """A first guess at a mapping, to be looked at by a person: columns whose names are known, the rest as comments.

    What a zone forbids, its unit and its datum are never guessed: they are left open, and the zones undecided.
    """
    columns = list(dict.fromkeys(name for row in rows for name in row))
    by_word = {re.sub(r"[\s-]+", "_", name.strip().lower()): name for name in reversed(columns)}
    lines = [f"# A first guess at what the columns of {Path(source_path).name} mean. Look at every line.", ""]
    for member in ("id", "name"):
        lines.append(_line(member, by_word))
    kind = next((by_word[word] for word in NAMES["kind"] if word in by_word), None)
    values = sorted({str(row[kind]).strip() for row in rows if row.get(kind) is not None}) if kind else []
    lines += [
        "",
        "# What does each zone ask? no-fly, restricted, conditional, privacy or crowd; empty stays undecided.",
    ]
    if kind and 0 < len(values) <= MOST_VALUES:
        table = ", ".join(f'{_quoted(value)} = ""' for value in values)
        lines.append(f"kind = {{ column = {_quoted(kind)}, values = {{ {table} }} }}")
    else:
        lines.append('kind = { constant = "" }')
    lines += ["", "# Heights: a limit without a datum leaves a zone undecided where it could matter."]
    lines += [_line("lower", by_word), _line("upper", by_word), _line("datum", by_word, '{ constant = "AGL" }')]
    lines.append(_line("uom", by_word, '{ constant = "m" }'))
    lines.append("")
    lines += [_line(member, by_word) for member in ("radius_m", "from", "until", "message", "authority")]
    lines += ["", "# All columns, each with a value:"]
    for name in columns:
        value = next((row[name] for row in rows if row.get(name) not in (None, "")), "")
        lines.append(f"#   {_plain(name)}: {_plain(str(value))[:60]}")
    return "\n".join(lines) + "\n"


def _line(member: str, by_word: Mapping[str, str], otherwise: str = '""') -> str:
    column = next((by_word[word] for word in NAMES[member] if word in by_word), None)
    return f"{member} = {_quoted(column)}" if column is not None else f"# {member} = {otherwise}"


def _quoted(words: str) -> str:
    import json

    return json.dumps(words, ensure_ascii=True)


def _plain(words: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in words)
