"""Logs of DJI aircraft as flight-record tables: those of Flight Reader and PhantomHelp, with columns like `OSD.latitude`.

Written from the format's description: no real file of this kind was at hand, which is said with every one that is read.
"""

from __future__ import annotations

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
    clock = Clockwork()
    rows: list[tuple[float, ...]] = []
    lines: list[int] = []
    filmed: list[list[float]] = []
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
    return flown.mission(document, [recording], heights=HEIGHTS, assumptions=[UNTRIED, *clock.assumptions])


def _moment(sheet: Table, cells: list[str], clock: Clockwork, where: Where) -> float:
    """When a row was recorded; NaN where it does not say."""
    words = sheet.word(cells, "custom.updatetime")
    if not words and sheet.has("custom.date"):
        words = f"{sheet.word(cells, 'custom.date')} {sheet.word(cells, 'custom.updatetime')}".strip()
    if not words:
        return nan
    unit = sheet.units.get("custom.updatetime", "")
    if unit == "epoch":
        number = sheet.number(cells, "custom.updatetime")
        return number / 1000 if number > 1e11 else number
    for layout in LAYOUTS:
        try:
            made = datetime.strptime(words, layout)  # noqa: DTZ007 - the offset is added below
        except ValueError:
            continue
        return made.replace(tzinfo=UTC).timestamp() if unit == "utc" else clock.read(made.isoformat(), where)
    return nan
