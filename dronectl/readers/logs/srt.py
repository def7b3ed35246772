"""Logs of DJI aircraft as video subtitles: one cue a moment, in the forms that its cameras write.

Heights above take-off (`rel_alt`, `H`) count; a bare altitude or a barometer's figure does not say what it is measured
from. Times of day are the camera's local clock.
"""

from __future__ import annotations

import re
from math import isnan, nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import flown
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document, Text
from dronectl.readers.moments import Clockwork
from dronectl.where import Where

CUE = re.compile(r"^[ \t]*(\d{1,2}):(\d\d):(\d\d)[,.](\d{3})[ \t]*-->", re.MULTILINE)
TELEMETRY = re.compile(r"GPS\s*\(|\[\s*latitude|\[\s*iso|\bISO[ :]", re.IGNORECASE)
NUMBER = r"(-?\d{1,6}(?:\.\d{1,12})?)"
LATITUDE = re.compile(rf"latitude\s*:\s*{NUMBER}")
LONGITUDE = re.compile(rf"long(?:i|ti)tude\s*:\s*{NUMBER}")
GPS = re.compile(rf"GPS\s*\(\s*{NUMBER}\s*,\s*{NUMBER}\s*,\s*{NUMBER}(M?)\s*\)")
HOME = re.compile(rf"HOME\s*\(\s*{NUMBER}\s*,\s*{NUMBER}")
ABOVE = re.compile(rf"rel_alt\s*:\s*{NUMBER}|,\s*H\s+{NUMBER}m")
PITCH = re.compile(rf"gb_pitch\s*:\s*{NUMBER}|G\.PRY\s*\(\s*{NUMBER}")
CLOCK = re.compile(r"(\d{4})[-.](\d{1,2})[-.](\d{1,2})[ T](\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,3})(?:,\d{1,3})?)?")
YAW = re.compile(rf"gb_yaw\s*:\s*{NUMBER}|G\.PRY\s*\([^,)]*,[^,)]*,\s*{NUMBER}")
HEIGHTS = "above take-off (rel_alt or H), by the aircraft's barometer"
MOST_CUES = 2_000_000


def accepts(value: Any) -> bool:
    """True for subtitles with telemetry in them."""
    return (
        isinstance(value, Text)
        and CUE.search(value[:4096]) is not None
        and TELEMETRY.search(value[:65_536]) is not None
    )


def read(document: Document, choices: Choices) -> Mission:
    """Every cue is a fix, and the camera runs in all of them."""
    text = str(document.value)
    starts = list(CUE.finditer(text))
    if len(starts) > MOST_CUES:
        raise InputError.at(document.where, f"holds more than {MOST_CUES:,} cues", remedy="split the file")
    clock = Clockwork()
    rows: list[tuple[float, ...]] = []
    lines = 1
    before = 0
    numbers = []
    lat_first = _lat_first(text)
    for k, start in enumerate(starts):
        end = starts[k + 1].start() if k + 1 < len(starts) else len(text)
        body = text[start.end() : end]
        lines += text.count("\n", before, start.start())
        before = start.start()
        lon, lat = _place(body, lat_first)
        above = ABOVE.search(body)
        pitch, yaw = PITCH.search(body), YAW.search(body)
        hours, minutes, seconds, millis = (int(part) for part in start.groups())
        rows.append(
            (
                lon,
                lat,
                float(above[1] or above[2]) if above else nan,
                hours * 3600 + minutes * 60 + seconds + millis / 1000,
                _moment(body, clock, Where(document.path, f"line {lines}")),
                float(pitch[1] or pitch[2]) if pitch else nan,
                float(yaw[1] or yaw[2]) if yaw else nan,
            )
        )
        numbers.append(lines)
    if clock.faults:
        raise InputError(clock.faults[:20])
    values = np.array(rows).reshape(-1, 7)
    recording = flown.of_lines(
        document,
        numbers,
        values,
        Datum.TAKEOFF,
        times=_finer(values[:, 4], values[:, 3]),
        elapsed=values[:, 3],
        pitch_deg=values[:, 5],
        yaw_deg=values[:, 6],
        recording=np.ones(len(values), dtype=bool),
        takeoff_at=_home(text, lat_first),
        begins_at_takeoff=False,
    )
    known = bool(np.isfinite(values[:, 2]).any())
    heights = HEIGHTS if known else "none that says what it is measured from"
    return flown.mission(document, [recording], heights=heights, assumptions=clock.assumptions)


def _home(text: str, lat_first: bool) -> tuple[float, float] | None:
    """Longitude and latitude of home; None where no cue states it, or it is 0/0."""
    found = HOME.search(text)
    if found is None:
        return None
    first, second = float(found[1]), float(found[2])
    lon, lat = (second, first) if lat_first else (first, second)
    return (lon, lat) if (lon or lat) and abs(lon) <= 180 and abs(lat) <= 90 else None


def _place(body: str, lat_first: bool) -> tuple[float, float]:
    lat, lon = LATITUDE.search(body), LONGITUDE.search(body)
    if lat and lon:
        return float(lon[1]), float(lat[1])
    found = GPS.search(body)
    if found is None:
        return nan, nan
    first, second = float(found[1]), float(found[2])
    return (second, first) if lat_first else (first, second)


def _lat_first(text: str) -> bool:
    """Whether `GPS(a, b, c)` has latitude first: so where c is a height in metres, or home stands behind a barometer."""
    found = GPS.findall(text[:1_000_000])
    if not found:
        return False
    if any(abs(float(first)) > 90 for first, *_ in found):
        return False
    if any(abs(float(second)) > 90 for _, second, *_ in found):
        return True
    return found[0][3] == "M" or re.search(r"BAROMETER\s*\([^)]*\)\s*HOME", text[:65_536]) is not None


def _moment(body: str, clock: Clockwork, where: Where) -> float:
    found = CLOCK.search(body)
    if found is None:
        return nan
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    words = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    return clock.read(words, where) + int((found[7] or "0").ljust(3, "0")) / 1000


def _finer(times: flown.Floats, cues: flown.Floats) -> flown.Floats | None:
    """The times of day; where they have whole seconds, made finer by the cues' own."""
    if not len(times) or isnan(times[0]) or not np.isfinite(times).all():
        return times if np.isfinite(times).any() else None
    whole = bool((np.mod(times, 1.0) == 0).all())
    apart = times - cues
    if whole and len(times) > 1 and float(apart.max() - apart.min()) <= flown.CLOCK_S:
        return np.asarray(cues + float(np.median(apart)))
    return times
