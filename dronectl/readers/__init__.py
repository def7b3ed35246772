"""From files to zones, missions and permits: the format is found by looking at the content.

Only this room opens input files.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from dronectl import bundled
from dronectl.errors import Fault, InputError
from dronectl.geometry import Course, grow
from dronectl.measures import Band
from dronectl.mission import Mission
from dronectl.readers import document as documents
from dronectl.readers import swapped
from dronectl.readers.document import Document
from dronectl.where import Where
from dronectl.zone import Box, Dataset, Remark, Volume, Zone, ZoneFile

JSON_SUFFIXES = frozenset({".json", ".geojson"})
SURELY_FAR_M = 2_000.0  # beyond what a rule asks for, with room for everything that is rounded on the way
ZONE_SUFFIXES = frozenset(
    {
        ".kml",
        ".kmz",
        ".gpkg",
        ".shp",
        ".fgb",
        ".xml",
        ".yaml",
        ".yml",
        ".gml",
        ".zip",
        ".gz",
        ".parquet",
    }
)
OPENAIR_SUFFIXES = frozenset({".txt", ".air", ".openair"})


@cache
def formats(kind: str) -> tuple[ModuleType, ...]:
    """The modules in `readers/zones` or `readers/missions`, by name."""
    package = import_module(f"dronectl.readers.{kind}")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(import_module(f"{package.__name__}.{name}") for name in names)


def read_zones(paths: Sequence[str | Path], *, around: Sequence[Box] | None = None) -> list[ZoneFile]:
    """Every zone file that the paths stand for; an `InputError` tells the faults of all of them.

    `around` are lon/lat boxes (see `surroundings`): a GeoJSON zone that lies apart from all of them is not read whole, and
    its oddities are not remarked on.
    """
    faults: list[Fault] = []
    files: list[ZoneFile] = []
    for path in paths:
        named = str(path)
        folder = bundled.resolve(named).is_dir()
        found = list(_below(named, folder, faults, around))
        if folder and not any(file.zones for file in found) and not faults:
            what = "holds no zone file" if not found else "holds no zone"
            faults.append(Fault(Where(named), what, "name a folder with GeoJSON, ED-318, ED-269 or OpenAir files"))
        files.extend(found)
    if faults:
        raise InputError(faults)
    unique = {file.dataset.path: file for file in files}
    return list(unique.values())


def _below(path: str, folder: bool, faults: list[Fault], around: Sequence[Box] | None) -> Iterator[ZoneFile]:
    for name in documents.files_below([path]):
        suffix = Path(name).suffix.lower()
        if folder and suffix in ZONE_SUFFIXES:
            yield _unread(name)
            continue
        if folder and suffix not in JSON_SUFFIXES and not (suffix in OPENAIR_SUFFIXES and documents.is_openair(name)):
            continue
        try:
            document = documents.load(name)
            if folder and any(module.accepts(document.value) for module in formats("missions")):
                continue
            yield read_zone_document(document, around)
        except InputError as error:
            faults.extend(error.faults)


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


def read_zone_document(document: Document, around: Sequence[Box] | None = None) -> ZoneFile:
    """The zones of one document, in whatever format it is."""
    for module in formats("zones"):
        if module.accepts(document.value):
            made: ZoneFile = module.read(document, around)
            swapped.refuse_outside_country(made)
            return made
    kind = "a mission" if any(module.accepts(document.value) for module in formats("missions")) else _shape(document)
    remedy = "give GeoJSON (ED-318 or simple profile), ED-269 JSON or OpenAir"
    raise InputError.at(document.where, f"is no zone file: it is {kind}", remedy=remedy)


def _unread(path: str) -> ZoneFile:
    """A file that is likely to hold zones in a format that is not read here: it may matter everywhere."""
    data = documents.load_bytes(path)
    from hashlib import sha256

    dataset = Dataset(path=path, sha256=sha256(data).hexdigest(), profile="not read")
    what = f"it may hold zones, and its format ({Path(path).suffix}) is not read"
    zone = Zone(
        id=Path(path).name,
        name=Path(path).name,
        restriction=None,
        reasons=(),
        volumes=(Volume(footprint=None, box=None, band=Band(), where=Where(path), doubt=what),),
        where=Where(path),
        dataset=dataset,
        doubts=(what,),
    )
    remark = Remark(where=Where(path), what=what, remedy="convert it to GeoJSON, or leave it out of the folder")
    return ZoneFile(dataset=dataset, zones=(zone,), remarks=(remark,))


def read_mission(path: str | Path, *, rtl_alt_m: float | None = None) -> Mission:
    """The mission of one file, in whatever format it is."""
    document = documents.load(str(path))
    for module in formats("missions"):
        if module.accepts(document.value):
            made: Mission = module.read(document, rtl_alt_m=rtl_alt_m)
            return made
    remedy = "give a mission GeoJSON (`dronectl schema mission`), a QGroundControl .plan or a QGC WPL waypoint file"
    raise InputError.at(document.where, f"is no mission: it is {_shape(document)}", remedy=remedy)


def _shape(document: Document) -> str:
    value = document.value
    if isinstance(value, dict):
        if value.get("type") in ("FeatureCollection", "Feature"):
            return f"a GeoJSON {value['type']} without the member `mission`"
        names = ", ".join(sorted(str(name) for name in value)[:5])
        return f"a JSON object with {names or 'no members'}"
    if isinstance(value, documents.Text):
        return f"text that begins with {value.strip()[:30]!r}"
    if isinstance(value, list):
        return f"a JSON list of {len(value)}"
    return f"the JSON value {value!r}"[:60]
