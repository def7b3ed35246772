"""Zones as tables that GDAL opens: GeoPackage, Shapefile (also zipped) and FlatGeobuf.

Rows that dronectl wrote carry the whole zone in their columns and are read back as they were. Other tables have columns
of their own: with the names of the simple profile they are read as they are, else through a mapping.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from dronectl import geometry
from dronectl.errors import InputError
from dronectl.readers import features, mapping
from dronectl.readers.archive import MAPS, Archive
from dronectl.readers.binary import FLATGEOBUF, GPKG, SHAPEFILE, TABLES, Binary
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.where import Where
from dronectl.zone import ZoneFile

SIDECARS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
SUFFIXES = {GPKG: ".gpkg", FLATGEOBUF: ".fgb", SHAPEFILE: ".shp"}
MOST_ROWS = 2_000_000


def accepts(value: Any) -> bool:
    """True for a table file, and for an archive with a Shapefile in it."""
    if isinstance(value, Archive):
        return value.find(".shp") is not None
    return isinstance(value, Binary) and value.kind in TABLES


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every row of every layer with geometries; what a row says that is not understood makes its zone undecided."""
    used = mapping.find(document.path, choices.mapping, mapping.ZONE_MEMBERS)
    found, places, notes = features_in(document, used.layer if used else None)
    kind = "Shapefile" if isinstance(document.value, Archive) else document.value.kind
    found, places = features.restored(found, places, document)
    return features.zone_file(document, found, places, choices, kind, notes)


def features_in(document: Document, wanted: str | None) -> tuple[list[dict[str, Any]], list[Where], list[str]]:
    """Every row of every layer (or of the one that is wanted) as a GeoJSON feature, its place, and what was done to them."""
    found: list[dict[str, Any]] = []
    places: list[Where] = []
    notes: list[str] = []
    with _on_disk(document) as path:
        for layer, crs, rows in _layers(path, document, wanted):
            shapes, note = _shapes([wkb for wkb, _ in rows], crs, document, layer)
            notes.extend([note] if note else [])
            for number, (shape, (_, row)) in enumerate(zip(shapes, rows, strict=True), 1):
                found.append({"type": "Feature", "geometry": shape, "properties": row})
                places.append(Where(document.path, f"{layer} row {number}"))
    if not found:
        raise InputError.at(document.where, "holds no layer with geometries", remedy="export the zones again")
    if isinstance(document.value, Archive):
        features.add_beside(document, document.value.beside(MAPS, document.value.every(".shp")), found, places)
    return found, places, notes


def rows(document: Document) -> list[dict[str, Any]]:
    """The columns of every row, for a first guess at their meaning."""
    with _on_disk(document) as path:
        return [row for _, _, listed in _layers(path, document, None) for _, row in listed]


def _shapes(
    wkb: Sequence[bytes | None], crs: str | None, document: Document, layer: str
) -> tuple[list[dict[str, Any] | None], str]:
    if crs is None:
        document.note(Where(document.path, layer), "names no reference system, read as WGS 84", "add the .prj file")
    try:
        shapes, error_m, name = geometry.geojson_of(wkb, crs)
    except geometry.UnknownReference as error:
        what = f"its reference system cannot be used: {error}"
        raise InputError.at(Where(document.path, layer), what, remedy="convert it to EPSG:4326") from None
    grown = f"{layer}: moved from {name} to WGS 84, and grown by the {error_m:g} m that this may be off"
    return shapes, grown if error_m > 0 else ""


@contextmanager
def _on_disk(document: Document) -> Iterator[Path]:
    """The table as a file that GDAL can open: where it lies, or unpacked into a folder of its own."""
    value = document.value
    if isinstance(value, Binary) and value.source.file is not None:
        yield value.source.file
        return
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        if isinstance(value, Binary):
            path = Path(folder) / f"table{SUFFIXES[value.kind]}"
            path.write_bytes(value.source.read())
        else:
            path = _unpacked(value, Path(folder))
        yield path


def _unpacked(archive: Archive, folder: Path) -> Path:
    """The Shapefile of an archive, or the folder with all of them, each called as it is there."""
    stems = sorted({name[: -len(".shp")].lower() for name in archive.every(".shp")})
    names: dict[str, str] = {}
    for stem in stems:
        plain = re.sub(r"[^\w.-]", "_", PurePosixPath(stem).name) if len(stems) > 1 else "table"
        names[stem] = plain if plain not in names.values() else f"{plain}-{len(names)}"
    for member in archive.names:
        suffix = PurePosixPath(member).suffix.lower()
        known = names.get(member[: -len(suffix)].lower()) if suffix in SIDECARS else None
        if known is not None:
            (folder / f"{known}{suffix}").write_bytes(archive.read(member))
    return folder / "table.shp" if len(stems) == 1 else folder


Layer = tuple[str, str | None, list[tuple[bytes | None, dict[str, Any]]]]


def _layers(path: Path, document: Document, wanted: str | None) -> list[Layer]:
    """Name, reference system and rows of each layer that has geometries."""
    import pyogrio

    layers: list[Layer] = []
    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(features.ARC_STEP_DEG)})
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            for name, kind in pyogrio.list_layers(path):
                if kind is not None and wanted in (None, name):
                    layers.append((str(name), *_rows(path, str(name))))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FieldError, ValueError,
            RuntimeError, OverflowError, MemoryError) as error:  # fmt: skip
        what = f"cannot be opened: {str(error).replace(str(path), document.path)}"
        raise InputError.at(document.where, what, remedy="export the table again") from None
    for words in dict.fromkeys(str(warning.message).replace(str(path), document.path) for warning in heard):
        document.note(document.where, f"GDAL remarks: {words[:200]}")
    return layers


def _rows(path: Path, layer: str) -> tuple[str | None, list[tuple[bytes | None, dict[str, Any]]]]:
    import pyogrio
    from pyogrio.raw import read as read_raw

    info = pyogrio.read_info(path, layer=layer)
    if info["features"] > MOST_ROWS:
        raise ValueError(f"layer {layer} has {info['features']:,} rows, more than {MOST_ROWS:,}")
    meta, _, shapes, columns = read_raw(path, layer=layer, force_2d=True, datetime_as_string=True)
    names = [str(name) for name in meta["fields"]]
    made = []
    for number, shape in enumerate(shapes if shapes is not None else []):
        made.append((shape, {name: _plain(column[number]) for name, column in zip(names, columns, strict=True)}))
    return meta["crs"], made


def _plain(value: Any) -> Any:
    """A cell as JSON has it."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
