"""Logs of flight recorders as IGC: a B record a fix, its GNSS altitude over what the header names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from math import nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission, Oddity
from dronectl.readers import flown
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document, Text
from dronectl.where import Where

DATE = re.compile(r"^H[FOP]DTE(?:DATE)?:?\s*(\d\d)(\d\d)(\d\d)(?:,(\d+))?", re.IGNORECASE)
FIX = re.compile(r"^B(\d\d)(\d\d)(\d\d)(\d\d)(\d{5})([NS])(\d{3})(\d{5})([EW])([AV])(-?\d{4,5})(-?\d{4,5})(.*)$")
EXTENSION = re.compile(r"(\d\d)(\d\d)([A-Z0-9]{3})")
MOST_FIXES = 5_000_000
DAY_S = 86_400.0


def accepts(value: Any) -> bool:
    """True for text with a date record and a fix."""
    if not isinstance(value, Text) or value.lstrip()[:1] not in ("A", "H"):
        return False
    head = value[:65_536]
    return (
        re.search(r"^H[FOP]DTE", head, re.MULTILINE) is not None
        and re.search(r"^B\d{6}", head, re.MULTILINE) is not None
    )


def read(document: Document, choices: Choices) -> Mission:
    """The fixes in their order; a clock that starts over passes midnight, if no record states the day.

    A line that is no record is counted.
    """
    day: date | None = None
    extensions: dict[str, slice] = {}
    datum, named = choices.alt_datum, ""
    rows: list[tuple[float, float, float, float, float]] = []
    numbers: list[int] = []
    bad: list[int] = []
    base, last = 0.0, -1.0
    for number, line in enumerate(document.value.splitlines(), 1):
        if line.startswith("B"):
            fix = FIX.match(line.rstrip())
            if fix is None or day is None:
                bad.append(number)
                continue
            seconds = int(fix[1]) * 3600 + int(fix[2]) * 60 + int(fix[3])
            if last >= 0 and seconds < last - DAY_S / 2:
                base += DAY_S
            last = seconds
            rows.append((*_place(fix, line, extensions), _height(fix), base + seconds, _accuracy(line, extensions)))
            numbers.append(number)
            if len(rows) > MOST_FIXES:
                raise InputError.at(document.where, f"holds more than {MOST_FIXES:,} fixes", remedy="split the file")
        elif line.startswith("I") and line[1:3].isdecimal():
            found = EXTENSION.findall(line[3:])
            extensions = {name: slice(int(first) - 1, int(end)) for first, end, name in found}
        elif (found_date := DATE.match(line)) is not None:
            stated = _day(found_date, document, number)
            day = day or stated
            if stated != day or not rows:  # a recorder states the day anew at midnight, and of each flight
                base, last = (stated - day).days * DAY_S, -1.0
        elif re.match(r"^H[FOP]ALG", line, re.IGNORECASE):
            named = line.strip()[:60]
            datum = _datum(named) or datum
    if day is None or not rows:
        raise InputError.at(document.where, "holds no fix with a date", remedy="download the log again")
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    values = np.array(rows)
    oddities = []
    if bad:
        what = f"{len(bad)} line(s) begin like a fix and are none: they are left out"
        oddities.append(Oddity(kind="damaged", count=len(bad), what=what, where=Where(document.path, f"line {bad[0]}")))
    recording = flown.of_lines(
        document,
        numbers,
        values,
        datum,
        times=midnight + values[:, 3],
        sideways_m=values[:, 4],
        oddities=oddities,
    )
    known = f"over {datum.value} (GNSS altitude; {named or 'as the user states'})" if datum else ""
    said = []
    if datum is None:
        said = ["the log does not say whether its GNSS altitude is above the ellipsoid or the geoid: it is left out "
                "(--alt-datum says it)"]  # fmt: skip
    return flown.mission(
        document, [recording], heights=known or "not used (GNSS altitude without a datum)", assumptions=said
    )


def _day(found: re.Match[str], document: Document, number: int) -> date:
    try:
        return date(2000 + int(found[3]) if int(found[3]) < 80 else 1900 + int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        where = Where(document.path, f"line {number}")
        raise InputError.at(where, f"{found[0]!r} is not a day", remedy="mend the date record") from None


def _datum(line: str) -> Datum | None:
    words = line.upper()
    if "ELL" in words:
        return Datum.WGS84
    return Datum.AMSL if re.search(r"GEO|MSL", words.partition("ALG")[2]) else None


def _place(fix: re.Match[str], line: str, extensions: dict[str, slice]) -> tuple[float, float]:
    """Longitude and latitude in degrees; LAD and LOD append digits to the minutes."""
    minutes = []
    for text, name in ((fix[5], "LAD"), (fix[8], "LOD")):
        more = line[extensions[name]] if name in extensions else ""
        minutes.append(float(f"{text[:2]}.{text[2:]}{more if more.isdecimal() else ''}"))
    lat, lon = int(fix[4]) + minutes[0] / 60, int(fix[7]) + minutes[1] / 60
    return (-lon if fix[9] == "W" else lon), (-lat if fix[6] == "S" else lat)


def _accuracy(line: str, extensions: dict[str, slice]) -> float:
    """Metres that a fix may be off, as the recorder says (FXA, 95 %: FAI technical specification); NaN where it does not."""
    words = line[extensions["FXA"]] if "FXA" in extensions else ""
    return float(words) if words.isdecimal() and int(words) > 0 else nan


def _height(fix: re.Match[str]) -> float:
    """Metres of GNSS altitude; NaN where the receiver had none."""
    return float(fix[12]) if fix[10] == "A" else nan
