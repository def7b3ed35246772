"""Logbooks as tables: one row a flight, with the fields that an operator keeps, under their names in English or Dutch."""

from __future__ import annotations

import re
from typing import Any

from dronectl.errors import InputError
from dronectl.logbook import FIELDS, Entry, Logbook
from dronectl.readers import document as documents
from dronectl.readers import table
from dronectl.readers.moments import Clockwork
from dronectl.where import Where

NAMES: dict[str, tuple[str, ...]] = {
    "aircraft_maker": ("maker", "manufacturer", "fabrikant", "merk"),
    "aircraft_model": ("model", "aircraft", "toestel", "type", "luchtvaartuig", "drone"),
    "aircraft_serial": ("serial", "serial number", "serienummer", "uas serial"),
    "date": ("date", "datum"),
    "takeoff_time": ("take-off", "takeoff", "take-off time", "start", "start time", "starttijd", "begin", "opstijgen"),
    "landing_time": ("landing", "landing time", "end", "end time", "eindtijd", "einde", "landen"),
    "takeoff_place": ("place", "take-off place", "takeoff place", "location", "plaats", "locatie", "startplaats"),
    "landing_place": ("landing place", "landingsplaats"),
    "duration": ("duration", "flight time", "duur", "vluchtduur", "vliegtijd"),
    "total_hours": ("total hours", "hours total", "totaal uren", "uren"),
    "cycles": ("cycles", "total cycles", "cycli", "vluchten totaal"),
    "pilot": ("pilot", "remote pilot", "pic", "piloot", "op afstand piloot"),
    "activity": ("activity", "purpose", "activiteit", "doel"),
    "authorisation": ("authorisation", "authorization", "authorisation number", "exploitatievergunning", "vergunning"),
    "sight": ("vlos/bvlos", "vlos", "sight", "zicht"),
    "incidents": ("incidents", "incidents or accidents", "incidenten", "voorvallen"),
    "preflight_inspection": (
        "pre-flight inspection",
        "preflight",
        "preflight inspection",
        "inspectie",
        "vluchtinspectie",
    ),
    "defects": ("defects", "defects and rectifications", "gebreken", "defecten"),
    "changes": ("repairs", "changes", "repairs and changes", "reparaties", "wijzigingen"),
    "log": ("log", "log file", "logbestand", "file", "bestand"),
    "plan": ("plan", "mission", "missie", "plan file"),
}
ENOUGH = 4  # a table with so many columns of a logbook, a date among them, is one
DAY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")  # as it is written in the Netherlands: day first
MINUTES = re.compile(r"^(?:(\d+):)?(\d{1,4}):(\d{2})$")


def accepts(value: Any) -> bool:
    """True for a table with a date and enough columns of a logbook, and no positions."""
    sheet = table.header(value)
    if sheet is None or {"lat", "latitude", "lon", "longitude"} & sheet.columns.keys():
        return False
    found = _columns(sheet)
    return "date" in found and len(found) >= ENOUGH


def read_logbook(path: str) -> Logbook:
    """Every row of a logbook. A row whose time cannot be read stays, without a time; it is remarked on."""
    document = documents.load(path)
    sheet = table.header(document.value)
    if sheet is None or not accepts(document.value):
        raise InputError.at(
            document.where, "is no logbook", remedy="give a table with a date and the fields of a logbook"
        )
    columns = _columns(sheet)
    entries = []
    for line, cells in sheet.rows(document):
        where = Where(document.path, f"line {line}")
        values = {name: words for name, column in columns.items() if (words := sheet.word(cells, column))}
        begin, end, odd = _span(values, where)
        if odd:
            document.note(where, odd)
        entries.append(Entry(where=where, values=values, begin=begin, end=end))
    return Logbook(
        path=document.path, sha256=document.sha256, entries=tuple(entries), columns=frozenset(columns) & set(FIELDS),
        remarks=tuple(document.remarks),
    )  # fmt: skip


def _columns(sheet: table.Table) -> dict[str, str]:
    """Field to the name of its column."""
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        column = next((name for name in (field, *names) if name in sheet.columns), None)
        if column is not None:
            found[field] = column
    return found


def _span(values: dict[str, str], where: Where) -> tuple[float | None, float | None, str]:
    """The moments of take-off and landing (seconds since 1970, UTC), and what could not be read."""
    day, start = values.get("date", ""), values.get("takeoff_time", "")
    written = DAY.match(day)
    if written:
        day = f"{written[3]}-{int(written[2]):02d}-{int(written[1]):02d}"
    begin, odd = _moment(day, start, where)
    if begin is None:
        return None, None, odd
    end, odd = _moment(day, values.get("landing_time", ""), where)
    if end is None:
        seconds = _seconds(values.get("duration", ""))
        return begin, None if seconds is None else begin + seconds, odd
    return begin, end if end >= begin else end + 86_400.0, ""


def _moment(day: str, clock: str, where: Where) -> tuple[float | None, str]:
    if not clock:
        return None, ""
    whole = "T" in clock or " " in clock.strip()
    hours, _, rest = clock.partition(":")
    reader = Clockwork()
    made = reader.read(clock if whole else f"{day}T{hours.zfill(2)}:{rest}", where)
    return (None, reader.faults[0].what) if reader.faults else (made, "")


def _seconds(words: str) -> float | None:
    """A duration: minutes, or hours and minutes, or hours, minutes and seconds."""
    found = MINUTES.match(words.strip())
    if found and found[1]:
        return int(found[1]) * 3600.0 + int(found[2]) * 60 + int(found[3])
    if found:
        return int(found[2]) * 3600.0 + int(found[3]) * 60
    try:
        return float(words.lower().removesuffix("min").strip().replace(",", ".")) * 60
    except ValueError:
        return None
