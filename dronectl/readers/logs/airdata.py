"""Logs of DJI aircraft as AirData exports them: a table with the unit of every column in its header."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan, nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import flown, table
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document

HEIGHTS = "above take-off (height_above_takeoff), by the aircraft's barometer"


def accepts(value: Any) -> bool:
    """True for a table with AirData's columns."""
    found = table.header(value)
    return found is not None and found.has("latitude", "longitude", "height_above_takeoff", "time", "datetime")


def read(document: Document, choices: Choices) -> Mission:
    """Every row is a fix. The time of day has whole seconds; the milliseconds since the start make it finer."""
    sheet = table.header(document.value)
    assert sheet is not None
    rows: list[tuple[float, ...]] = []
    clocks: list[float] = []
    lines: list[int] = []
    filmed: list[bool] = []
    for line, cells in sheet.rows(document):
        since = sheet.number(cells, "time") / (1000.0 if sheet.units["time"].startswith("milli") else 1.0)
        clocks.append(_clock(sheet.word(cells, "datetime")))
        rows.append(
            (
                sheet.number(cells, "longitude"),
                sheet.number(cells, "latitude"),
                sheet.metres(cells, "height_above_takeoff"),
                since,
                sheet.number(cells, "gimbal_pitch"),
                sheet.number(cells, "gimbal_heading"),
            )
        )
        lines.append(line)
        filmed.append(sheet.number(cells, "isvideo") == 1 or sheet.number(cells, "isphoto") == 1)
    if not rows:
        raise InputError.at(document.where, "holds no row", remedy="export the flight again")
    values = np.array(rows)
    elapsed = values[:, 3]
    offset = _offset(np.array(clocks), elapsed)
    oddities = []
    if not isnan(offset):
        apart = np.array(clocks) - np.floor(elapsed + offset)
        worst = float(apart[np.nanargmax(np.abs(apart))])
        oddities = flown.clock_offset(worst, "datetime(utc)", "the time since the start", document.where)
    recording = flown.of_lines(
        document,
        lines,
        values,
        Datum.TAKEOFF,
        times=None if isnan(offset) else elapsed + offset,
        elapsed=elapsed,
        pitch_deg=values[:, 4],
        yaw_deg=values[:, 5],
        recording=np.array(filmed),
        oddities=oddities,
    )
    return flown.mission(document, [recording], heights=HEIGHTS)


def _clock(words: str) -> float:
    """Seconds since 1970 of a time in UTC; NaN where it is none."""
    try:
        made = datetime.fromisoformat(words)
    except ValueError:
        return nan
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


def _offset(clocks: flown.Floats, elapsed: flown.Floats) -> float:
    """Seconds from the start's clock to the time of day; whole seconds are cut off, so the greatest difference is it."""
    with np.errstate(invalid="ignore"):
        apart = clocks - elapsed
    known = apart[np.isfinite(apart)]
    return float(np.percentile(known, 95)) if len(known) else nan  # a few rows lag by a second
