"""Logs of DJI aircraft as flight-record tables: those of Flight Reader and PhantomHelp, with columns like `OSD.latitude`.

Written from the format's description: no real file of this kind was at hand, which is said with every one that is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from math import nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import flown, table
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.moments import Clockwork
from dronectl.readers.table import Table
from dronectl.where import Where

HEIGHTS = "above take-off (OSD.height), by the aircraft's barometer"
UNTRIED = "this kind of table was tried on no real file: look at the path before you rely on it"
MONTH_FIRST = "days such as 5/12/2026 are read with the month first"
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}$", re.ASCII)
LAYOUTS = (
    "%m/%d/%Y %I:%M:%S.%f %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
)


def accepts(value: Any) -> bool:
    """True for a table with a flight record's columns."""
    found = table.header(value)
    return found is not None and found.has("osd.latitude", "osd.longitude")


def read(document: Document, choices: Choices) -> Mission:
    """Every row is a fix; `OSD.height` counts, the barometric altitude never does."""
    sheet = table.header(document.value)
    assert sheet is not None
    sheet.refuse_several(document, ("osd.latitude",), ("osd.longitude",))
    clock = Clockwork()
    rows: list[tuple[float, ...]] = []
    lines: list[int] = []
    filmed: list[list[float]] = []
    days: set[str] = set()
    for line, cells in sheet.rows(document):
        rows.append(
            (
                sheet.number(cells, "osd.longitude"),
                sheet.number(cells, "osd.latitude"),
                sheet.metres(cells, "osd.height"),
                sheet.number(cells, "osd.flytime"),
                sheet.number(cells, "gimbal.pitch"),
                sheet.number(cells, "gimbal.yaw"),
                _moment(sheet, cells, clock, Where(document.path, f"line {line}")),
            )
        )
        lines.append(line)
        days.add((sheet.word(cells, "custom.date") or sheet.word(cells, "custom.updatetime")).partition(" ")[0])
        filmed.append(
            [table.SAID.get(sheet.word(cells, f"camera.{what}").lower(), nan) for what in ("isvideo", "isphoto")]
        )
    if not rows:
        raise InputError.at(document.where, "holds no row", remedy="export the flight again")
    if clock.faults:
        raise InputError(clock.faults[:20])
    values = np.array(rows)
    times = values[:, 6]
    recording = flown.of_lines(
        document,
        lines,
        values,
        Datum.TAKEOFF,
        times=times if np.isfinite(times).any() else None,
        elapsed=values[:, 3],
        pitch_deg=values[:, 4],
        yaw_deg=values[:, 5],
        recording=flown.may_record(*np.array(filmed).T),
    )
    return flown.mission(
        document, [recording], heights=HEIGHTS, assumptions=[UNTRIED, *_said_of(days), *clock.assumptions]
    )


def _moment(sheet: Table, cells: list[str], clock: Clockwork, where: Where) -> float:
    """When a row was recorded; NaN where it does not say."""
    words, day = sheet.word(cells, "custom.updatetime"), sheet.word(cells, "custom.date")
    if not words:
        return nan
    unit = sheet.units.get("custom.updatetime", "")
    if unit == "epoch":
        number = sheet.number(cells, "custom.updatetime")
        return number / 1000 if number > 1e11 else number
    for said in (words, f"{day} {words}"):  # the day stands in a column of its own, or with the time
        for layout in LAYOUTS:
            try:
                made = datetime.strptime(said, layout)  # noqa: DTZ007 - the offset is added below
            except ValueError:
                continue
            return made.replace(tzinfo=UTC).timestamp() if unit == "utc" else clock.read(made.isoformat(), where)
    return nan


def _said_of(days: Iterable[str]) -> list[str]:
    """What to say of days that can be read with the month first, as they are here, and with the day first."""
    found = [match for words in days if (match := SLASHED.match(words))]
    return [MONTH_FIRST] if any(one[1] != one[2] and max(int(one[1]), int(one[2])) <= 12 for one in found) else []
