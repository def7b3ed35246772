"""Logs of DJI aircraft as AirData exports them: a table with the unit of every column in its header."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isnan, nan
from operator import itemgetter
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
    sheet.refuse_several(document, ("latitude",), ("longitude",))
    rows = sheet.whole(document)
    if not len(rows):
        raise InputError.at(document.where, "holds no row", remedy="export the flight again")
    elapsed = rows.numbers("time") / (1000.0 if sheet.units["time"].startswith("milli") else 1.0)
    clocks = _clocks(rows.words("datetime"))
    offset = _offset(clocks, elapsed)
    oddities = []
    if not isnan(offset):
        apart = clocks - np.floor(elapsed + offset)
        worst = float(apart[np.nanargmax(np.abs(apart))])
        oddities = flown.clock_offset(worst, "datetime(utc)", "the time since the start", document.where)
    recording = flown.of_lines(
        document,
        rows.lines,
        np.column_stack([rows.numbers("longitude"), rows.numbers("latitude"), rows.metres("height_above_takeoff")]),
        Datum.TAKEOFF,
        times=None if isnan(offset) else elapsed + offset,
        elapsed=elapsed,
        pitch_deg=rows.numbers("gimbal_pitch"),
        yaw_deg=rows.numbers("gimbal_heading"),
        recording=flown.may_record(rows.numbers("isvideo"), rows.numbers("isphoto")),
        oddities=oddities,
    )
    return flown.mission(document, [recording], heights=HEIGHTS)


def _clocks(words: Sequence[str]) -> flown.Floats:
    """Seconds since 1970 of times in UTC; NaN where one is none."""
    if set(map(len, words)) == {len("2026-05-12 10:00:00")} and set(map(itemgetter(10), words)) == {" "}:
        try:
            return np.array(words, dtype="datetime64[s]").astype(float)
        except ValueError:
            pass  # one of them is none, or written otherwise
    return np.array([_clock(one) for one in words])


def _clock(words: str) -> float:
    """Seconds since 1970 of a time in UTC; NaN where it is none."""
    try:
        made = datetime.fromisoformat(words.strip())
    except ValueError:
        return nan
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


def _offset(clocks: flown.Floats, elapsed: flown.Floats) -> float:
    """Seconds from the start's clock to the time of day; whole seconds are cut off, so the greatest difference is it."""
    with np.errstate(invalid="ignore"):
        apart = clocks - elapsed
    known = apart[np.isfinite(apart)]
    return float(np.percentile(known, 95)) if len(known) else nan  # a few rows lag by a second
