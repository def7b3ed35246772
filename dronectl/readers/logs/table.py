"""Logs as tables of other makers: columns with known names, or named by a mapping file.

time = "Timestamp"
lat = "Breedte"
lon = "Lengte"
height = "Hoogte"
datum = { constant = "AMSL" }
"""

from __future__ import annotations

from datetime import datetime
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
from dronectl.readers.moments import Clockwork
from dronectl.readers.table import FACTORS, Table
from dronectl.where import Where

FALLBACK = True
NAMES = {
    "lat": ("lat", "latitude", "breedtegraad", "gps_lat", "y"),
    "lon": ("lon", "lng", "long", "longitude", "lengtegraad", "gps_lon", "x"),
    "time": ("time", "timestamp", "datetime", "utc", "tijd", "tijdstip", "date_time"),
    "height": ("alt", "altitude", "height", "hoogte", "ele", "elevation", "z"),
}
PLANE = frozenset({"x", "y"})  # metres on a plane, where degrees stand beside them
COLUMNS = ("lon", "lat", "height", "time", "gimbal_pitch_deg", "recording")
MILLISECONDS = frozenset({"ms", "msec", "millis", "millisecond", "milliseconds"})
CONSTANTS = {"datum": frozenset(("AGL", "AMSL", "WGS84", "TAKEOFF")), "uom": frozenset(FACTORS)}
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
    columns, constants = _columns(sheet, used, document)
    for name in ("lat", "lon"):
        if used is None or name not in used.members:
            sheet.refuse_several(document, [word for word in NAMES[name] if word not in PLANE])
    datum = Datum(constants["datum"]) if "datum" in constants else choices.alt_datum
    unit = sheet.units.get(columns["height"], "")
    metres = FACTORS[constants["uom"]] if "uom" in constants else FACTORS.get(unit or "m", nan)
    clock = Clockwork()
    in_utc = columns["time"] == "utc" or "utc" in sheet.units.get(columns["time"], "")
    rows: list[tuple[float, ...]] = []
    lines: list[int] = []
    filmed: list[float] = []
    for line, cells in sheet.rows(document):
        words = {member: sheet.word(cells, column) if column else "" for member, column in columns.items()}
        numbers = {member: sheet.figure(words[member]) for member in ("lon", "lat", "height", "gimbal_pitch_deg")}
        moment_ = _time(words["time"], clock, in_utc, Where(document.path, f"line {line}"))
        rows.append((numbers["lon"], numbers["lat"], numbers["height"] * metres, moment_, numbers["gimbal_pitch_deg"]))
        lines.append(line)
        filmed.append(table.SAID.get(words["recording"].lower(), nan))
    if not rows:
        raise InputError.at(document.where, "holds no row", remedy="export the log again")
    if clock.faults:
        raise InputError(clock.faults[:20])
    values = np.array(rows)
    times, elapsed = _clock(values[:, 3], sheet.units.get(columns["time"], ""))
    recording = flown.of_lines(
        document,
        lines,
        values,
        datum,
        times=times,
        elapsed=elapsed,
        pitch_deg=values[:, 4],
        recording=flown.may_record(np.array(filmed)),
    )
    told = bool(columns["height"])
    heights = f"over {datum.value} (column {columns['height']}), as stated" if told and datum else "not used"
    said = [route.UNTOLD] if told and datum is None else []
    if told and isnan(metres):
        heights = "not used"
        said = [f"the unit {unit!r} of the heights is not known: they are left out (uom in a mapping says it)"]
    return flown.mission(document, [recording], heights=heights, assumptions=[*said, *clock.assumptions])


def _columns(sheet: Table, used: mapping.ColumnMap | None, document: Document) -> tuple[dict[str, str], dict[str, str]]:
    """Which column holds what (in lower case, empty where none does), and what a mapping says of the whole table."""
    found = {member: _known(sheet, member) if member in NAMES else "" for member in COLUMNS}
    constants: dict[str, str] = {}
    for member, how in used.members.items() if used else ():
        where = Where(used.path if used else "", member)
        column = how if isinstance(how, str) else how.get("column")
        if member in CONSTANTS:
            if column is not None:
                raise InputError.at(where, "is one for the whole table", remedy="write { constant = ... }")
            word = str(how["constant"])
            word = word.upper() if member == "datum" else word.lower()
            if word not in CONSTANTS[member]:
                raise InputError.at(where, f"{word!r} is not known")
            constants[member] = word
        elif column is None or (isinstance(how, dict) and how.keys() != {"column"}):
            raise InputError.at(where, "is one column of the table", remedy='write it as "NAAM"')
        elif column.lower() not in sheet.columns:
            raise InputError.at(where, f"there is no column {column!r}")
        else:
            found[member] = column.lower()
    if not found["lat"] or not found["lon"]:
        raise InputError.at(document.where, "has no column for latitude and longitude", remedy="write a mapping")
    return found, constants


def _time(words: str, clock: Clockwork, in_utc: bool, where: Where) -> float:
    """When a row was recorded, in figures or as a time; one without an offset is local, unless its column says UTC."""
    try:
        return float(words)
    except ValueError:
        pass
    try:
        made = datetime.fromisoformat(words)
    except ValueError:
        return nan
    return moment(words) if in_utc or made.tzinfo is not None else clock.read(words, where)


def _clock(stamps: flown.Floats, unit: str) -> tuple[flown.Floats | None, flown.Floats | None]:
    """Times of day, or seconds since the start, from seconds or milliseconds; `unit` is what the header says, if anything."""
    known = stamps[np.isfinite(stamps)]
    if not len(known):
        return None, None
    middle = float(np.median(np.abs(known)))
    if middle >= EPOCH_MS_FROM:
        return stamps / 1000.0, None
    if unit in MILLISECONDS:
        return None, stamps / 1000.0
    if middle >= EPOCH_FROM:
        return stamps, None
    return None, None if isnan(middle) else stamps
