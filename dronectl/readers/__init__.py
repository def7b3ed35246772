"""From files to zones, missions and permits: the format is found by looking at the content.

Only this room opens input files.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache as once
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from dronectl import bundled
from dronectl.errors import Fault, InputError, UsageError
from dronectl.geometry import Course, grow
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import document as documents
from dronectl.readers import features, paging, postgis, swapped, zone_cache
from dronectl.readers import mapping as mappings
from dronectl.readers.archive import Archive
from dronectl.readers.binary import Binary
from dronectl.readers.choices import Choices, Progress
from dronectl.readers.document import Document
from dronectl.readers.source import source
from dronectl.readers.xml import Element
from dronectl.where import Where
from dronectl.zone import Box, Dataset, Remark, Restriction, ZoneFile

HIGHEST_RTL_M = 5_000.0  # far beyond what an autopilot can be set to: a house figure
SURELY_FAR_M = 2_000.0  # beyond what a rule asks for, with room for everything that is rounded on the way
JSON_SUFFIXES = frozenset({".json", ".geojson"})
ZONE_SUFFIXES = frozenset({".kml", ".kmz", ".gpkg", ".shp", ".fgb", ".xml", ".aixm", ".yaml", ".yml", ".zip"})
UNREAD_SUFFIXES = frozenset({
    ".gml", ".gz", ".parquet", ".gdb", ".geojsonl", ".geojsons", ".ndjson", ".topojson", ".mif", ".sqlite", ".dxf", ".7z",
    ".geoparquet", ".wkt", ".wkb", ".tab", ".rar", ".tgz", ".bz2", ".xz",
})  # fmt: skip
GDB = "a00000001.gdbtable"  # the table that every file geodatabase begins with
USUAL = re.compile(r"\.[a-z][a-z0-9_-]*~?")  # what a name ends with that tells what a file is, or that it is put aside
BEGINNINGS = (b'"FeatureCollection"', b'"features"', b"<kml", b"AIXMBasicMessage", b"SQLite format 3\0", b"fgb\x03")
CIRCLES = (
    frozenset({"lat", "latitude", "y", "breedtegraad"}), frozenset({"lon", "lng", "long", "longitude", "x", "lengtegraad"}),
    frozenset({"radius", "radius_m", "straal", "buffer", "r"}),
)  # columns of a table of circles  # fmt: skip
EMPTY = {"gpx": "GPX without a route or a track", "kml": "KML without an area, a line or a track"}
FLIGHT_MEMBERS = frozenset({"mission", "flights", "fileType"})  # a flight as JSON has one of these
OPENAIR_SUFFIXES = frozenset({".txt", ".air", ".openair"})
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
WKT = re.compile(
    rb"\bPOLYGON\s*(?:Z|M|ZM)?\s*\(\s*\(|\bMULTIPOLYGON\s*(?:Z|M|ZM)?\s*\(", re.IGNORECASE
)  # ISO 19125-1, 7


@once
def formats(kind: str) -> tuple[ModuleType, ...]:
    """The modules in `readers/zones`, `readers/missions` or `readers/logs`, by name; a module with FALLBACK comes last."""
    package = import_module(f"dronectl.readers.{kind}")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = [import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(sorted(modules, key=lambda module: getattr(module, "FALLBACK", False)))


def read_zones(
    paths: Sequence[str | Path],
    *,
    around: Sequence[Box] | None = None,
    mapping: str | None = None,
    classes: Mapping[str, Restriction] | None = None,
    cache: Path | None = None,
) -> list[ZoneFile]:
    """Every zone file that the paths stand for; an `InputError` tells the faults of all of them.

    `around` are lon/lat boxes (see `surroundings`): a GeoJSON zone that lies apart from all of them is not read whole, and
    its oddities are not remarked on. `mapping` is a file that says what the columns of a table mean; `classes` says what
    classes of airspace ask of a drone where that differs from ours. A path may name a database: `postgis:TABLE`. `cache` is
    a folder in which large files are kept in parts (`zone_cache`), for the next time that `around` is given.
    """
    choices = Choices(around=around, mapping=mapping, classes=classes or {}, cache=cache)
    faults: list[Fault] = []
    files: list[ZoneFile] = []
    for path in paths:
        named = str(path)
        folder = not named.startswith(postgis.PREFIX) and bundled.resolve(named).is_dir()
        found = list(_below(named, folder, faults, choices))
        if folder and not any(file.zones for file in found) and not faults:
            what = "holds no zone file" if not found else "holds no zone"
            faults.append(
                Fault(Where(named), what, "name a folder with zone files; `dronectl formats` lists the kinds")
            )
        files.extend(found)
    if faults:
        raise InputError(faults)
    unique = {file.dataset.path: file for file in files}
    return paging.with_rest(list(unique.values()))


def _below(path: str, folder: bool, faults: list[Fault], choices: Choices) -> Iterator[ZoneFile]:
    if path.startswith(postgis.PREFIX):
        try:
            yield postgis.read_zones(path, choices)
        except InputError as error:
            faults.extend(error.faults)
        return
    try:
        inside = documents.files_below([path])
    except InputError as error:
        faults.extend(error.faults)
        return
    for name in inside:
        suffix = Path(name).suffix.lower()
        if folder and Path(name).name == GDB:
            yield _unread(name, "a file geodatabase (.gdb) is not read")
            continue
        if folder and suffix in UNREAD_SUFFIXES:
            yield _unread(name, f"its format ({suffix}) is not read")
            continue
        known = suffix in JSON_SUFFIXES or suffix in ZONE_SUFFIXES
        if folder and not known and not _looks_like_zones(name, suffix):
            why = _in_text(name) if suffix in TEXT_SUFFIXES else ""
            if why:
                yield _unread(name, why)
            continue
        try:
            kept = zone_cache.find(name, choices)
            if kept is not None:
                assert kept[0].part is not None
                module = import_module(f"dronectl.readers.zones.{kept[0].part.module}")
                yield replace(module.read(kept[0], choices), beyond=kept[1], page=paging.page_of(kept[0]))
                continue
            document = documents.load(name)
            if folder and _is_flight(document.value):
                continue
            if folder and suffix in ZONE_SUFFIXES and not any(m.accepts(document.value) for m in formats("zones")):
                yield _unread(name, f"it is {_shape(document)}")
                continue
            made = read_zone_document(document, choices)
            zone_cache.keep(name, document, made, choices)
            yield made
        except InputError as error:
            faults.extend(error.faults)


def _looks_like_zones(name: str, suffix: str) -> bool:
    """True for OpenAir, and for a file that begins as zones do and whose name does not tell what it is, such as `query`."""
    if USUAL.fullmatch(suffix) and suffix not in OPENAIR_SUFFIXES:
        return False
    head = source(name).head
    return any(word in head for word in BEGINNINGS) or documents.is_openair(name)


def _in_text(name: str) -> str:
    """Why a text or table that is not read may hold zones; empty where it holds neither outlines nor circles."""
    from dronectl.readers import table

    head = source(name).head
    if WKT.search(head):
        return "outlines as text (WKT) are not read"
    sheet = table.header(documents.Text(head.decode("utf-8", "replace")))
    if sheet is not None and all(names & sheet.columns.keys() for names in CIRCLES):
        return "circles in a table are not read"
    return ""


def _is_flight(value: Any) -> bool:
    """True for a mission or a log, which may lie in a folder of zones, and is no zone file."""
    if isinstance(value, dict) and value.get("type") == "FeatureCollection" and not FLIGHT_MEMBERS & value.keys():
        return False  # told without loading every reader that there is
    if any(module.accepts(value) for module in formats("zones")):
        return any(module.accepts(value) and not getattr(module, "SHARED", False) for module in formats("missions"))
    return any(module.accepts(value) for kind in ("missions", "logs") for module in formats(kind))


def surroundings(missions: Sequence[Mission], metres: float) -> list[Box]:
    """Boxes that hold everything within `metres` of the missions' widened paths, and well beyond it."""
    boxes = []
    for mission in missions:
        for flight in mission.flights:
            pieces = Course.of(flight).boxes
            low, high = pieces.min(axis=0), pieces.max(axis=0)
            box = (float(low[0]), float(low[1]), float(high[2]), float(high[3]))
            reach = mission.uncertainty.horizontal_m + float(flight.widen_m.max())
            boxes.append(grow(box, metres + reach + SURELY_FAR_M))
    return boxes


def read_zone_document(document: Document, choices: Choices | None = None) -> ZoneFile:
    """The zones of one document, in whatever format it is."""
    choices = choices or Choices()
    features.mapped(document, choices)
    for module in formats("zones"):
        if module.accepts(document.value):
            made: ZoneFile = module.read(document, choices)
            swapped.refuse_outside_country(made)
            page = paging.page_of(document)
            return made if page is None else replace(made, page=page)
    flight = next((k for k in ("missions", "logs") if any(m.accepts(document.value) for m in formats(k))), "")
    kind = {"missions": "a mission", "logs": "a log"}.get(flight) or _shape(document)
    remedy = "give a zone file; `dronectl formats` lists the kinds"
    raise InputError.at(document.where, f"is no zone file: it is {kind}", remedy=remedy)


def _unread(path: str, why: str) -> ZoneFile:
    """A file that is likely to hold zones in a format that is not read here: it may matter everywhere."""
    dataset = Dataset(path=path, sha256=source(path).sha256(), profile="not read")
    what = f"it may hold zones, and {why}"
    remark = Remark(where=Where(path), what=what, remedy="convert it to GeoJSON, or leave it out of the folder")
    return ZoneFile(dataset=dataset, zones=(paging.stand_in(what, Where(path), dataset),), remarks=(remark,))


def read_mission(
    path: str | Path,
    *,
    rtl_alt_m: float | None = None,
    alt_datum: Datum | None = None,
    mapping: str | None = None,
    progress: Progress | None = None,
) -> Mission:
    """The planned or flown flight of one file, in whatever format it is.

    `rtl_alt_m` is the height above take-off at which the aircraft returns home, a setting of the vehicle that no plan
    carries; `alt_datum` is what heights are measured from in a file that does not say it (GPX, a table); `mapping` is a
    file that says what the columns of a table mean; `progress` hears how far a large log was read.

    Raises `InputError` with all faults of the file, `UsageError` where an aircraft cannot come home at such a height.
    """
    if rtl_alt_m is not None and not 0 < rtl_alt_m <= HIGHEST_RTL_M:
        raise UsageError(f"--rtl-alt must be above 0, and at most {HIGHEST_RTL_M:g} m")
    choices = Choices(rtl_alt_m=rtl_alt_m, alt_datum=alt_datum, mapping=mapping, progress=progress)
    document = documents.load(str(path))
    from dronectl.readers.missions import geojson  # our own, and the first: the others are loaded only for other files

    if geojson.accepts(document.value):
        return _told_apart(geojson.read(document, choices))
    for kind in ("missions", "logs"):
        for module in formats(kind):
            if module.accepts(document.value):
                return _told_apart(module.read(document, choices))
    if isinstance(document.value, documents.Text) and mappings.find(document.path, mapping, mappings.LOG_MEMBERS):
        from dronectl.readers.logs import table

        return _told_apart(table.read(document, choices))
    remedy = "give a mission or a log; `dronectl formats` lists the kinds"
    raise InputError.at(document.where, f"is no mission: it is {_shape(document)}", remedy=remedy)


def _told_apart(mission: Mission) -> Mission:
    """The mission with a name of its own for each flight: what is found on one of two namesakes is not the other's."""
    if len({flight.id for flight in mission.flights}) == len(mission.flights):
        return mission
    seen: set[str] = set()
    flights = []
    for flight in mission.flights:
        name, number = flight.id, 1
        while name in seen:
            number += 1
            name = f"{flight.id} #{number}"
        seen.add(name)
        flights.append(replace(flight, id=name))
    return replace(mission, flights=tuple(flights))


def _shape(document: Document) -> str:
    value = document.value
    if isinstance(value, dict):
        if value.get("type") in ("FeatureCollection", "Feature"):
            return f"a GeoJSON {value['type']} without the member `mission`"
        names = ", ".join(sorted(str(name) for name in value)[:5])
        return f"a JSON object with {names or 'no members'}"
    if isinstance(value, Binary):
        return f"a {value.kind}"
    if isinstance(value, Archive):
        return f"a ZIP archive with {', '.join(value.names[:3]) or 'nothing in it'}"
    if isinstance(value, Element) and value.name in EMPTY:
        return EMPTY[value.name]
    if isinstance(value, Element):
        return f"XML with the root <{value.name}>"
    if isinstance(value, documents.Text):
        return f"text that begins with {value.strip()[:30]!r}"
    if isinstance(value, list):
        return f"a JSON list of {len(value)}"
    return f"the JSON value {value!r}"[:60]
