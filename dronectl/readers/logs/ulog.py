"""Logs of PX4 as ULog, read with pyulog in a stream: the topics with positions only."""

from __future__ import annotations

import contextlib
import struct
import sys
from typing import Any

import numpy as np

from dronectl.errors import InputError, MissingExtra
from dronectl.measures import Datum
from dronectl.mission import Mission, Oddity
from dronectl.readers import flown
from dronectl.readers.binary import ULOG, Binary
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.flown import Floats, Recording

FUSED = "vehicle_global_position"
GNSS = ("vehicle_gps_position", "sensor_gps")
FIX_3D = 3  # fix_type: 3 is a fix in three dimensions
HOME = "home_position"
FIRST_UTC_US = 946_684_800_000_000  # the year 2000: smaller times are those of a receiver without one


def accepts(value: Any) -> bool:
    """True for a file with ULog's magic."""
    return isinstance(value, Binary) and value.kind == ULOG


def read(document: Document, choices: Choices) -> Mission:
    """The fused position where there is one, else the receiver's; both over mean sea level.

    Raises `MissingExtra` without pyulog, `InputError` for a damaged log or one without positions.
    """
    log = _parse(document, choices)
    topic, data = _positions(log, document)
    offset, spread = _utc(log)
    boot = np.asarray(data["timestamp"], dtype=np.float64) / 1e6
    oddities: list[Oddity] = []
    if offset is not None:
        oddities += flown.clock_offset(
            spread, "the receiver's time", "its median against the log's clock", document.where
        )
    if log.file_corruption:
        oddities.append(Oddity(kind="damaged", count=1, what="parts of the log are damaged", where=document.where))
    if log.dropouts:
        lost = sum(drop.duration for drop in log.dropouts) / 1000
        what = f"the log itself says that {lost:.1f} s were not written ({len(log.dropouts)} dropouts)"
        oddities.append(Oddity(kind="damaged", count=len(log.dropouts), what=what, where=document.where))
    lon, lat, height, valid = _columns(data)
    recording = Recording(
        id="flight-1",
        where=document.where,
        places=f"{document.path}::{topic} ",
        numbers=np.arange(len(boot)),
        lon=lon,
        lat=lat,
        height=height,
        datum=Datum.AMSL,
        times=boot + offset if offset is not None else None,
        elapsed=boot,
        valid=valid,
        oddities=oddities,
    )
    said = [] if offset is not None else ["the log holds no time of day: the receiver never had one"]
    source = "fused by the autopilot" if topic == FUSED else "from the GNSS receiver"
    return flown.mission(document, [recording], heights=f"above mean sea level ({topic}), {source}", assumptions=said)


def _parse(document: Document, choices: Choices) -> Any:
    try:
        from pyulog import ULog
        from pyulog.core import ULogException
    except ImportError:
        raise MissingExtra("a PX4 ULog", "logs") from None
    broken = (ULogException, TypeError, KeyError, IndexError, ValueError, struct.error, OverflowError, AttributeError)
    try:
        with document.value.open(choices.progress) as stream, contextlib.redirect_stdout(sys.stderr):
            return ULog(stream, [FUSED, *GNSS, HOME], True)
    except (*broken, EOFError, OSError) as error:
        what = f"is a damaged ULog: {' '.join(str(error).split())[:200] or type(error).__name__}"
        raise InputError.at(document.where, what, remedy="copy the log from the vehicle again") from None


def _positions(log: Any, document: Document) -> tuple[str, dict[str, Any]]:
    """The best topic with positions; of several instances the one with most."""
    for name in (FUSED, *GNSS):
        found = [data for data in log.data_list if data.name == name and len(data.data.get("timestamp", ()))]
        found = [data for data in found if {"lat", "lon"} <= data.data.keys() or "latitude_deg" in data.data]
        if found:
            return name, max(found, key=lambda data: len(data.data["timestamp"])).data
    raise InputError.at(document.where, "holds no topic with positions", remedy="log vehicle_global_position")


def _columns(data: dict[str, Any]) -> tuple[Floats, Floats, Floats, Any]:
    """Longitude, latitude, metres AMSL, and where the fix is valid; integers are 1e-7 degrees and millimetres."""

    def column(*names: tuple[str, float]) -> Floats | None:
        for name, factor in names:
            if name in data:
                values = np.asarray(data[name])
                return values.astype(np.float64) * (factor if values.dtype.kind in "iu" else 1.0)
        return None

    lon = column(("lon", 1e-7), ("longitude_deg", 1.0))
    lat = column(("lat", 1e-7), ("latitude_deg", 1.0))
    height = column(("alt", 1e-3), ("altitude_msl_m", 1.0))
    assert lon is not None and lat is not None
    valid = np.asarray(data["fix_type"]) >= FIX_3D if "fix_type" in data else None
    return lon, lat, height if height is not None else np.full(len(lon), np.nan), valid


def _utc(log: Any) -> tuple[float | None, float]:
    """Seconds from the log's clock to UTC, by the median over the fixes, and by how much the farthest fix differs."""
    for data in log.data_list:
        if data.name in GNSS and "time_utc_usec" in data.data:
            utc = np.asarray(data.data["time_utc_usec"], dtype=np.float64)
            boot = np.asarray(data.data["timestamp"], dtype=np.float64)
            good = utc > FIRST_UTC_US
            if good.any():
                apart = (utc[good] - boot[good]) / 1e6
                middle = float(np.median(apart))
                return middle, float((apart - middle)[np.argmax(np.abs(apart - middle))])
    return None, 0.0
