"""Logs as tables of other makers: columns with known names, or named by a mapping file.

time = "Timestamp"
lat = "Breedte"
lon = "Lengte"
height = "Hoogte"
datum = { constant = "AMSL" }
"""

from __future__ import annotations

from math import isnan, nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import flown, mapping, route, table
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.logs.gpx import moment
from dronectl.readers.table import FACTORS, Table
from dronectl.where import Where

FALLBACK = True
NAMES = {
    "lat": ("lat", "latitude", "breedtegraad", "gps_lat", "y"),
    "lon": ("lon", "lng", "long", "longitude", "lengtegraad", "gps_lon", "x"),
    "time": ("time", "timestamp", "datetime", "utc", "tijd", "tijdstip", "date_time"),
    "height": ("alt", "altitude", "height", "hoogte", "ele", "elevation", "z"),
}
EPOCH_MS_FROM, EPOCH_FROM = (
    1e11,
    1e8,
)  # larger numbers are milliseconds, and seconds, since 1970; smaller ones since the start


def accepts(value: Any) -> bool:
    """True for a table with a latitude and a longitude."""
    found = table.header(value)
    return found is not None and all(_known(found, name) for name in ("lat", "lon"))


def _known(sheet: Table, member: str) -> str:
    return next((name for name in NAMES[member] if name in sheet.columns), "")


def read(document: Document, choices: Choices) -> Mission:
    """Every row is a fix. Heights count where their datum is stated, by the mapping or the user."""
    sheet = table.header(document.value)
    if sheet is None:
        raise InputError.at(document.where, "is no table", remedy="export it with a header line")
    used = mapping.find(document.path, choices.mapping, mapping.LOG_MEMBERS)
    columns, datum, unit = _columns(sheet, used, document)
    datum = datum or choices.alt_datum
    rows: list[tuple[float, float, float, float]] = []
    lines: list[int] = []
    for line, cells in sheet.rows(document):
        height = sheet.number(cells, columns["height"]) if columns["height"] else nan
        words = sheet.word(cells, columns["time"]) if columns["time"] else ""
        rows.append(
            (sheet.number(cells, columns["lon"]), sheet.number(cells, columns["lat"]), height * unit, _time(words))
        )
        lines.append(line)
    if not rows:
        raise InputError.at(document.where, "holds no row", remedy="export the log again")
    values = np.array(rows)
    times, elapsed = _clock(values[:, 3])
    recording = flown.of_lines(
        document,
        lines,
        values,
        datum,
        times=times,
        elapsed=elapsed,
    )
    told = bool(columns["height"])
    heights = f"over {datum.value} (column {columns['height']}), as stated" if told and datum else "not used"
    said = [route.UNTOLD] if told and datum is None else []
    return flown.mission(document, [recording], heights=heights, assumptions=said)


def _columns(
    sheet: Table, used: mapping.ColumnMap | None, document: Document
) -> tuple[dict[str, str], Datum | None, float]:
    """Which column holds what (in lower case, empty where none does), the datum of heights, and metres in their unit."""
    found = {member: _known(sheet, member) for member in NAMES}
    datum: Datum | None = None
    unit = FACTORS.get(sheet.units.get(found["height"], ""), 1.0)
    for member, how in used.members.items() if used else ():
        column = how if isinstance(how, str) else how.get("column")
        if member in found and isinstance(column, str):
            if column.lower() not in sheet.columns:
                raise InputError.at(Where(used.path if used else "", member), f"there is no column {column!r}")
            found[member] = column.lower()
            if member == "height":
                unit = FACTORS.get(sheet.units.get(found["height"], ""), 1.0)
        elif member in ("datum", "uom") and isinstance(how, dict) and "constant" in how:
            word = str(how["constant"])
            if member == "datum" and word.upper() in ("AGL", "AMSL", "WGS84", "TAKEOFF"):
                datum = Datum(word.upper())
            elif member == "uom" and word.lower() in FACTORS:
                unit = FACTORS[word.lower()]
            else:
                raise InputError.at(Where(used.path if used else "", member), f"{word!r} is not known")
    if not found["lat"] or not found["lon"]:
        raise InputError.at(document.where, "has no column for latitude and longitude", remedy="write a mapping")
    return found, datum, unit


def _time(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return moment(words)


def _clock(stamps: flown.Floats) -> tuple[flown.Floats | None, flown.Floats | None]:
    """Times of day, or seconds since the start."""
    known = stamps[np.isfinite(stamps)]
    if not len(known):
        return None, None
    middle = float(np.median(np.abs(known)))
    if middle >= EPOCH_MS_FROM:
        return stamps / 1000.0, None
    if middle >= EPOCH_FROM:
        return stamps, None
    return None, None if isnan(middle) else stamps
