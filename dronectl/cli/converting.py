"""What `zones convert` and `missions convert` do: tell what is lost, write, read back, and say whether it is the same."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dronectl import roundtrip
from dronectl.cli import tongue
from dronectl.cli.gathering import alt_datum_of, classes_of
from dronectl.cli.progress import reading_progress
from dronectl.cli.writing import refuse_input, write_bytes
from dronectl.config import settings
from dronectl.errors import InputError, UsageError
from dronectl.measures import Datum
from dronectl.mission import Flight, Mission
from dronectl.readers import document as documents
from dronectl.readers import mapping as mappings
from dronectl.readers import postgis, read_mission, read_zones
from dronectl.readers.archive import Archive
from dronectl.readers.binary import Binary
from dronectl.reports.words import tame
from dronectl.writers import CannotWrite, by_suffix, formats
from dronectl.writers.legs import home_from, levelled
from dronectl.writers.missions import kml as kml_writer
from dronectl.zone import Zone, ZoneFile


def zones(paths: Sequence[str], output: str, to: str | None, mapping: str | None, strict: bool) -> int:
    """Zones of any format in another one; 1 where something was lost and `strict` forbids it, or where it differs."""
    name, module = _format("zones", output, to)
    chosen = settings()
    files = read_zones(list(paths), mapping=mapping, classes=classes_of(chosen))
    if not any(file.zones for file in files):
        raise UsageError("there is no zone to convert")
    files, lost = _prepared(files, module)
    if not _go_on(lost, name, strict):
        return 1
    if output != "-":
        refuse_input(output, [file.dataset.path for file in files])
    data = module.render(files)
    again = _read_back(data, module.SUFFIX, lambda path: read_zones([path]))
    meant, read = ([zone for file in part for zone in file.zones] for part in (files, again))
    told = roundtrip.zones(meant, read)
    _write(output, data)
    count = sum(len(file.zones) for file in files)
    return _tell(told, [], f"{count} zones in {name}", "same zones")


def missions(
    path: str,
    output: str,
    to: str | None,
    alt_datum: str | None,
    mapping: str | None,
    strict: bool,
    flight: str | None = None,
) -> int:
    """A mission or log of any format in another one, or one `flight` of it."""
    name, module = _format("missions", output, to)
    datum = alt_datum_of(settings().word("alt_datum", alt_datum))
    with reading_progress() as progress:
        mission = read_mission(path, alt_datum=datum, mapping=mapping, progress=progress)
    if flight is not None:
        mission = _only(mission, flight)
    try:
        lost = module.misses(mission)
        data = module.render(mission)
    except CannotWrite as error:
        raise UsageError(f"{path} cannot be written as {name}: {error}") from None
    if not _go_on(lost, name, strict):
        return 1
    if output != "-":
        refuse_input(output, [mission.path])
    datums = {d for flight in mission.flights for d in levelled(flight).datum if d is not None}
    known = next(iter(datums)) if len(datums) == 1 else None
    again = _read_back(data, module.SUFFIX, lambda file: read_mission(file, alt_datum=known))
    told, added = roundtrip.path(_comparable(mission, name, known), again.flights)
    _write(output, data)
    return _tell(told, added, f"{len(mission.flights)} flight(s) in {name}", "same path within 1 cm")


def _only(mission: Mission, name: str) -> Mission:
    """A mission with one of its flights only."""
    chosen = tuple(flight for flight in mission.flights if flight.id == name)
    if not chosen:
        raise UsageError(f"--flight {name!r}: the mission has {', '.join(flight.id for flight in mission.flights)}")
    return replace(mission, flights=chosen)


def guess(paths: Sequence[str]) -> str:
    """A first guess at a mapping for a table, to be looked at by a person."""
    if len(paths) != 1:
        raise UsageError("--guess-mapping looks at one file")
    return mappings.guess(_rows(paths[0]), paths[0])


def _rows(path: str) -> list[dict[str, Any]]:
    if path.startswith(postgis.PREFIX):
        return postgis.rows(path)
    document = documents.load(path)
    value = document.value
    from dronectl.readers import kml
    from dronectl.readers.zones import tables

    if isinstance(value, Binary | Archive) and tables.accepts(value):
        return tables.rows(document)
    if kml.is_kml(value):
        return [kml.data(mark) for mark in kml.placemarks(kml.root(document))]
    features = value.get("features") if isinstance(value, dict) else None
    if isinstance(features, list):
        listed = [feature.get("properties") for feature in features if isinstance(feature, dict)]
        return [row for row in listed if isinstance(row, dict)]
    raise InputError.at(document.where, "has no columns to map", remedy="give a table, GeoJSON or KML")


def _format(kind: str, output: str, to: str | None) -> tuple[str, Any]:
    known = formats(kind)
    name = to or by_suffix(kind, output)
    if name is None or name not in known:
        shown = f"{to!r} is no format" if to else f"{output!r} does not say which format is wanted"
        raise UsageError(f"{shown}; use --to with one of {', '.join(known)}")
    return name, known[name]


def _go_on(lost: Sequence[str], name: str, strict: bool) -> bool:
    """Name what the format cannot say, before anything is written."""
    for entry in lost:
        tongue.note(f"{name} cannot say: {tame(entry)}")
    if lost and strict:
        tongue.note("nothing was written (--strict)")
        return False
    return True


def _read_back(data: bytes, suffix: str, read: Any) -> Any:
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = Path(folder) / f"written{suffix}"
        path.write_bytes(data)
        return read(str(path))


def _prepared(files: Sequence[ZoneFile], module: Any) -> tuple[list[ZoneFile], list[str]]:
    """The zones as a format can say them, and what of which zone is lost on the way."""
    made: list[ZoneFile] = []
    lost: list[str] = []
    for file in files:
        zones: list[Zone] = []
        for zone in file.zones:
            kept, told = module.prepared(zone)
            zones.extend(kept)
            lost.extend(f"{zone.id}: {note}" for note in told)
        made.append(replace(file, zones=tuple(zones)))
    return made, lost


def _comparable(mission: Mission, name: str, known: Datum | None) -> tuple[Flight, ...]:
    """The flights as a format keeps them: without a landing that it leaves to the aircraft, or heights it cannot say."""
    if name in ("gpx", "kml") and (known is None or (name == "kml" and known not in kml_writer.MODES)):
        return tuple(_without_heights(flight) for flight in mission.flights)
    if name in ("geojson", "gpx", "kml"):
        return tuple(levelled(flight) for flight in mission.flights)
    made = []
    for flight in mission.flights:
        first, last = 0, len(flight.lon)
        if name != "wpml":
            last = home_from(("", *flight.kind), flight.datum)
        while name in ("litchi", "wpml") and last - first > 1 and _grounded(flight, last - 1):
            last -= 1
        made.append(_cut(flight, first, last))
    return tuple(made)


def _without_heights(flight: Flight) -> Flight:
    nothing = (None,) * len(flight.lon)
    return replace(flight, height=np.full(len(flight.lon), np.nan), datum=nothing)


def _grounded(flight: Flight, k: int) -> bool:
    return flight.datum[k] is Datum.TAKEOFF and float(flight.height[k]) == 0.0


def _cut(flight: Flight, first: int, last: int) -> Flight:
    return replace(
        flight,
        lon=flight.lon[first:last],
        lat=flight.lat[first:last],
        height=flight.height[first:last],
        datum=flight.datum[first:last],
    )


def _write(output: str, data: bytes) -> None:
    if output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    write_bytes(output, data)


def _tell(told: Sequence[str], added: Sequence[str], what: str, same: str) -> int:
    """Say how the round trip went; 1 where it differs in what was not announced."""
    tongue.note(f"written: {what}")
    for entry in added:
        tongue.note(f"added by the format: {tame(entry)}")
    if not told:
        tongue.note(f"round trip: {same}")
        return 0
    tongue.note(f"round trip: differs in {len(told)} place(s)")
    for entry in told[: roundtrip.TOLD]:
        tongue.note(f"  {tame(entry)[:300]}")
    if len(told) > roundtrip.TOLD:
        tongue.note(f"  and {len(told) - roundtrip.TOLD} more")
    return 1


def listed_formats() -> str:
    """Every format that is read, and every one that is written."""
    from dronectl import readers

    lines = []
    for kind in ("zones", "missions", "logs"):
        lines.append(f"{kind}, read:")
        for module in readers.formats(kind):
            told = re.split(r"[:,.] ", " ".join((module.__doc__ or "").split()) + " ")[0]
            lines.append(f"  {module.__name__.rpartition('.')[2]:<13} {told}")
    lines.append("  postgis       Zones from a PostGIS table or query: postgis:SCHEMA.TABLE or postgis:SELECT ...")
    for kind in ("zones", "missions"):
        lines.append(f"{kind}, written (convert): {', '.join(formats(kind))}")
    return "\n".join(lines) + "\n"
