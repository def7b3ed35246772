"""Zones as YAIXM, the YAML in which the airspace of the United Kingdom is kept for glider pilots."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from dronectl.errors import Fault, InputError, MissingExtra
from dronectl.measures import METRES_PER_FLIGHT_LEVEL, METRES_PER_FOOT, METRES_PER_NAUTICAL_MILE, Band, Datum, Height
from dronectl.readers import airspace, arcs, footprints
from dronectl.readers.arcs import Arc
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document, Text
from dronectl.readers.footprints import Draft
from dronectl.where import Where
from dronectl.zone import ZoneFile

MARK = re.compile(r"^airspace:[ \t]*(?:#.*)?$", re.MULTILINE)
PLACE = re.compile(r"(\d{2})(\d{2})(\d{2}(?:\.\d+)?)([NS])\s+(\d{3})(\d{2})(\d{2}(?:\.\d+)?)([EW])")
LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(nm|km|m)", re.IGNORECASE)
METRES = {"nm": METRES_PER_NAUTICAL_MILE, "km": 1000.0, "m": 1.0}
FEET = re.compile(r"(\d+(?:\.\d+)?)\s*ft", re.IGNORECASE)
LEVEL = re.compile(r"FL\s*(\d+)", re.IGNORECASE)
LARGEST = 32 << 20


def accepts(value: Any) -> bool:
    """True for YAML with a list of airspace."""
    return isinstance(value, Text) and MARK.search(value) is not None


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every airspace of the file, each with its volumes; what of one cannot be read makes it undecided.

    Raises `MissingExtra` where the library for YAML is not installed.
    """
    listed = _load(document)
    faults: list[Fault] = []
    sketches = [
        _sketch(entry, document.where / name / k, k, document, faults, choices)
        for name, entries in listed.items()
        for k, entry in enumerate(entries)
    ]
    return zone_file(document, sketches, faults, choices, "YAIXM")


def _load(document: Document) -> dict[str, list[Any]]:
    """The airspace of the file, and what it says of restrictions for a time."""
    try:
        import yaml
    except ImportError:
        raise MissingExtra("a YAIXM file", "yaml") from None
    if len(document.value) > LARGEST:
        raise InputError.at(document.where, "is more than 32 MiB of YAML", remedy="split the file")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(str(document.value), Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise InputError.at(document.where, "repeats parts by alias", remedy="write them out")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > 64:
                raise InputError.at(document.where, "is nested more than 64 deep", remedy="export it again")
        value = yaml.load(str(document.value), Loader=loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError) as error:
        told = " ".join(str(error).split())[:200]
        raise InputError.at(document.where, f"is not YAML: {told}", remedy="mend the file at that place") from None
    listed = value.get("airspace") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise InputError.at(document.where / "airspace", "is no list", remedy="export the file again")
    temporary = value.get("rat")
    return {"airspace": listed, "rat": temporary if isinstance(temporary, list) else []}


def _sketch(entry: Any, where: Where, number: int, document: Document, faults: list[Fault], choices: Choices) -> Sketch:
    entry = entry if isinstance(entry, dict) else {}
    kind = str(entry.get("type", "")).upper()
    local = str(entry.get("localtype", "")).upper()
    restriction = airspace.restriction(local, choices) if local else None
    restriction = restriction or airspace.restriction(kind, choices)
    doubts = []
    if restriction is None:
        document.note(where / "type", f"type {kind!r} is not known", "name it under airspace in dronectl.toml")
        doubts.append(f"its type {kind!r} is not known")
    name = str(entry.get("name") or f"airspace-{number}")
    parts = entry.get("geometry")
    drafts = []
    for k, part in enumerate(parts if isinstance(parts, list) else []):
        drafts.append(_volume(part, kind, document, faults, where / "geometry" / k))
    if not drafts:
        drafts.append(footprints.nowhere("has no geometry", Band(), document, where))
    rules = ", ".join(str(rule) for rule in entry.get("rules") or [])
    return Sketch(
        id=str(entry.get("id") or name),
        name=name,
        restriction=restriction,
        reasons=("AIR_TRAFFIC",),
        where=where,
        drafts=drafts,
        country="GBR",
        message=rules,
        conditions=airspace.CONDITION.format(local or kind) if restriction is airspace.WAIT else "",
        doubts=doubts,
    )


def _volume(part: Any, kind: str, document: Document, faults: list[Fault], where: Where) -> Draft:
    if not isinstance(part, dict):
        return footprints.nowhere("is no volume", Band(), document, where)
    above = (
        part.get("elevation") if kind == "ATZ" else None
    )  # of an aerodrome zone, the limit counts from the aerodrome
    low, low_doubt = _limit(part.get("lower"), None, document, where / "lower")
    high, high_doubt = _limit(part.get("upper"), above, document, where / "upper")
    band = Band(low, high)
    draft = _place(part.get("boundary"), band, document, faults, where / "boundary")
    draft.band_doubt = low_doubt or high_doubt
    return draft


def _limit(value: Any, above: Any, document: Document, where: Where) -> tuple[Height | None, str]:
    words = str(value or "").strip()
    if words.upper() in ("SFC", "GND"):
        return Height(0.0, Datum.AGL), ""
    level, feet = LEVEL.fullmatch(words), FEET.fullmatch(words)
    if level:
        return Height(float(level[1]) * METRES_PER_FLIGHT_LEVEL, Datum.FL), ""
    if feet:
        extra = FEET.fullmatch(str(above)) if above is not None else None
        return Height((float(feet[1]) + (float(extra[1]) if extra else 0.0)) * METRES_PER_FOOT, Datum.AMSL), ""
    document.note(where, f"the limit {value!r} is not understood", "write SFC, 1500 ft or FL115")
    return None, f"its limit {value!r} is not understood"


def _place(boundary: Any, band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    """One outline of lines and arcs, or one circle."""
    parts: list[tuple[float, float] | Arc] = []
    broken = ""
    listed = boundary if isinstance(boundary, list) else []
    for k, entry in enumerate(listed):
        here = where / k
        if not isinstance(entry, dict):
            broken = broken or "a part of the boundary is not understood"
        elif isinstance(circle := entry.get("circle"), dict):
            centre, radius = _position(circle.get("centre")), _length(circle.get("radius"))
            if centre is not None and radius is not None:
                return footprints.circle(list(centre), radius, band, document, faults, here)
            broken = broken or "its circle is not understood"
        elif isinstance(entry.get("line"), list):
            found = [_position(words) for words in entry["line"]]
            parts.extend(place for place in found if place is not None)
            broken = broken or ("a position is not understood" if None in found else "")
        elif isinstance(arc := entry.get("arc"), dict):
            made = _arc(arc, parts[-1] if parts else None)
            if made is None:
                broken = broken or "an arc is not understood"
            else:
                parts.append(made)
        else:
            broken = broken or "a part of the boundary is not understood"
    ring = [list(point) for point in arcs.outline(parts)] if parts else []
    if broken or len({tuple(point) for point in ring}) < 3:
        draft = footprints.nowhere(broken or "has no outline", band, document, where)
        draft.points = [np.array(ring)] if ring else []
        return draft
    return footprints.polygons("Polygon", [[*ring, ring[0]]], band, document, faults, where)


def _arc(arc: dict[str, Any], before: tuple[float, float] | Arc | None) -> Arc | None:
    centre, to = _position(arc.get("centre")), _position(arc.get("to"))
    start = before.ends[1] if isinstance(before, Arc) and before.ends is not None else before
    if centre is None or to is None or start is None or isinstance(start, Arc):
        return None
    (a0, r0), (a1, r1) = arcs.polar(centre, start), arcs.polar(centre, to)
    clockwise = arc.get("dir") != "ccw"
    sweep = (a1 - a0) % 360 if clockwise else -((a0 - a1) % 360)
    return Arc(centre, (r0, r1), a0, sweep, (start, to))  # through its ends, which are given to the second


def _position(words: Any) -> tuple[float, float] | None:
    found = PLACE.fullmatch(str(words).strip())
    if found is None:
        return None
    lat = int(found[1]) + int(found[2]) / 60 + float(found[3]) / 3600
    lon = int(found[5]) + int(found[6]) / 60 + float(found[7]) / 3600
    if lat > 90 or lon > 180 or int(found[2]) > 59 or int(found[6]) > 59:
        return None
    return (-lon if found[8] == "W" else lon), (-lat if found[4] == "S" else lat)


def _length(words: Any) -> float | None:
    found = LENGTH.fullmatch(str(words).strip())
    return float(found[1]) * METRES[found[2].lower()] if found else None
