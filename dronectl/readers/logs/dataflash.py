"""Logs of ArduPilot as DataFlash `.bin`, read in a stream: the records describe themselves, and only positions are kept.

pymavlink reads such logs too; it keeps the place of every record in memory, many times what the positions take.
"""

from __future__ import annotations

import struct
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import field
from typing import Any, BinaryIO

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission, Oddity
from dronectl.readers import flown, gimbals
from dronectl.readers.binary import DATAFLASH, Binary
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.ends import AROUND, lasting
from dronectl.readers.flown import Recording
from dronectl.records import dataclass

MARK = b"\xa3\x95"
FORMAT = 128
HEADER = 3
FORMAT_LENGTH = 89
BLOCK = 1 << 20
CLOCK = struct.Struct("<Q")  # TimeUS, microseconds since the board started
LEAP_S = 18.0  # GPS time runs ahead of UTC since 2017-01-01: IERS Bulletin C 52
GPS_EPOCH_S = 315_964_800.0  # 1980-01-06, in seconds since 1970
WEEK_S = 604_800.0
FIX_3D = 3
LARGEST_WEEK = 5_000
TYPES = {
    "b": ("b", 1.0), "B": ("B", 1.0), "h": ("h", 1.0), "H": ("H", 1.0), "i": ("i", 1.0), "I": ("I", 1.0),
    "f": ("f", 1.0), "d": ("d", 1.0), "n": ("4s", 0.0), "N": ("16s", 0.0), "Z": ("64s", 0.0), "c": ("h", 0.01),
    "C": ("H", 0.01), "e": ("i", 0.01), "E": ("I", 0.01), "L": ("i", 1e-7), "M": ("B", 1.0), "q": ("q", 1.0),
    "Q": ("Q", 1.0), "a": ("64s", 0.0), "g": ("2s", 0.0),
}  # the format characters of ArduPilot's AP_Logger, with what one unit is worth  # fmt: skip
COLUMNS = frozenset({"TimeUS", "TimeMS", "T", "Lat", "Lng", "Alt", "Status", "GMS", "GWk", "Type", "I", "Pitch",
                     "YawE", "HAcc", "VAcc"})  # fmt: skip
FIXES = ("GPS", "GPS2")  # a second receiver has a record of its own, or the same with another number
WANTED = {
    "POS": ("Lat", "Lng", "Alt"),
    "GPS": ("Lat", "Lng", "Alt"),
    "GPS2": ("Status",),
    "ORGN": ("Type", "Alt"),
    "MNT": ("I", "Pitch", "YawE"),
    "GPA": ("HAcc", "VAcc"),
}


@dataclass(slots=True)
class _Kind:
    """One kind of record: how it is laid out, and what was kept of it."""

    name: str
    layout: struct.Struct
    names: list[str]
    factors: list[float]
    kept: dict[str, array[float]] = field(default_factory=dict)


def accepts(value: Any) -> bool:
    """True for a file that begins like a DataFlash record."""
    return isinstance(value, Binary) and value.kind == DATAFLASH


def read(document: Document, choices: Choices) -> Mission:
    """The autopilot's position (POS) where there is one, else the receiver's (GPS); both over mean sea level."""
    with document.value.open(choices.progress) as stream:
        kinds, skipped, records, lasts = _records(stream)
    if not kinds:
        raise InputError.at(document.where, "describes no record", remedy="download the log again")
    by_name = {
        kind.name: kind.kept
        for kind in kinds.values()
        if kind.kept.get("Lat") or kind.name in ("ORGN", "MNT", "GPA", "GPS2")
    }
    name = "POS" if "POS" in by_name else "GPS"
    if name not in by_name:
        raise InputError.at(document.where, "holds no position (POS or GPS)", remedy="give a log of a flight")
    kept = by_name[name]
    offset = _utc(by_name.get("GPS", {}))
    boot = _boot(kept)
    oddities: list[Oddity] = []
    if skipped:
        what = f"{skipped} bytes of {records} records could not be read: parts of the log are damaged"
        oddities.append(Oddity(kind="damaged", count=1, what=what, where=document.where))
    pitch, yaw = gimbals.at_fixes(boot, _mount(by_name.get("MNT", {})))
    valid = np.array(kept["Status"]) >= FIX_3D if "Status" in kept else None
    said = [] if offset is not None else ["the log holds no time of day: the receiver gave no week"]
    if name == "POS" and boot is not None:
        told = [one for fix in FIXES if fix in by_name for one in _receivers(by_name[fix])]
        valid = flown.with_a_fix(boot, told)
        said += [flown.WITHOUT_A_FIX] if valid is None and told else []
    beside, above = (_accuracy(by_name.get("GPA", {}), column, boot) for column in ("HAcc", "VAcc"))
    recording = Recording(
        id="flight-1",
        where=document.where,
        places=f"{document.path}::{name} record ",
        numbers=np.arange(len(kept["Lat"])),
        lon=np.array(kept["Lng"]),
        lat=np.array(kept["Lat"]),
        height=np.array(kept["Alt"]),
        datum=Datum.AMSL,
        times=boot + offset if offset is not None and boot is not None else None,
        elapsed=boot,
        sideways_m=beside,
        upward_m=above,
        valid=valid,
        pitch_deg=pitch,
        yaw_deg=yaw,
        lasts=lasts,
        ground_m=_home(by_name.get("ORGN", {})),
        oddities=oddities,
    )
    source = "fused by the autopilot (POS.Alt)" if name == "POS" else "from the GNSS receiver (GPS.Alt)"
    return flown.mission(document, [recording], heights=f"above mean sea level, {source}", assumptions=said)


def _receivers(kept: dict[str, array[float]]) -> Iterator[tuple[flown.Floats, np.ndarray]]:
    """When each receiver said whether it had a fix, seconds since the board started: several have a number each."""
    when = _boot(kept)
    if when is None or "Status" not in kept:
        return
    has = np.array(kept["Status"]) >= FIX_3D
    number = np.array(kept["I"]) if "I" in kept else np.zeros(len(has))
    for receiver in np.unique(number):
        yield when[number == receiver], has[number == receiver]


def _accuracy(kept: dict[str, array[float]], column: str, boot: flown.Floats | None) -> flown.Floats | None:
    """What the receiver says of its own accuracy (95 %, metres) at the fixes; None where it says nothing."""
    when = _boot(kept) if kept.get(column) else None
    if when is None or boot is None or not len(when):
        return None
    return flown.accuracy_at(boot, when, np.array(kept[column])[: len(when)])


def _records(stream: BinaryIO) -> tuple[dict[int, _Kind], int, int, tuple[float, float] | None]:
    """Every wanted record; how many bytes belonged to none, how many records there were, and from when to when it lasts."""
    kinds: dict[int, _Kind] = {}
    lengths = [0] * 256
    clocked = bytearray(256)
    begin: list[bytes] = []
    last: deque[bytes] = deque(maxlen=AROUND)
    lengths[FORMAT] = FORMAT_LENGTH
    skipped = records = 0
    rest = b""
    for block in _blocks(stream):
        data = rest + block
        at, end = 0, len(data)
        while at + HEADER <= end:
            if data[at] != 0xA3 or data[at + 1] != 0x95:
                found = data.find(MARK, at)
                there = found if found >= 0 else max(end - 1, at + 1)
                skipped += there - at
                at = there
                continue
            kind = data[at + 2]
            length = lengths[kind]
            if not length:
                skipped += 1
                at += 1
                continue
            if at + length > end:
                break
            records += 1
            if kind == FORMAT:
                _describe(data[at + HEADER : at + length], kinds, lengths, clocked)
            elif kind in kinds:
                _keep(kinds[kind], data, at + HEADER)
            if clocked[kind]:
                last.append(data[at + HEADER : at + HEADER + CLOCK.size])
                if len(begin) < AROUND:
                    begin.append(last[-1])
            at += length
        rest = data[at:]
    return kinds, skipped, records, lasting(*([CLOCK.unpack(one)[0] / 1e6 for one in some] for some in (begin, last)))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _describe(body: bytes, kinds: dict[int, _Kind], lengths: list[int], clocked: bytearray) -> None:
    """How others are laid out, and whether with a time first (`clocked`); what contradicts itself is not believed."""
    number, length = body[0], body[1]
    name, letters, columns = (part.split(b"\0")[0].decode("ascii", "replace") for part in
                              (body[2:6], body[6:22], body[22:86]))  # fmt: skip
    if number == FORMAT or length < HEADER:
        return
    lengths[number] = length
    clocked[number] = letters[:1] == "Q" and columns.split(",")[0] == "TimeUS" and length >= HEADER + CLOCK.size
    if name not in WANTED or any(letter not in TYPES for letter in letters):
        return
    layout = struct.Struct("<" + "".join(TYPES[letter][0] for letter in letters))
    names = columns.split(",")
    if layout.size != length - HEADER or len(names) != len(letters) or not set(WANTED[name]) <= set(names):
        return
    if number not in kinds:
        kinds[number] = _Kind(name, layout, names, [TYPES[letter][1] for letter in letters])


def _keep(kind: _Kind, data: bytes, at: int) -> None:
    for name, factor, value in zip(kind.names, kind.factors, kind.layout.unpack_from(data, at), strict=True):
        if factor and name in COLUMNS:
            kind.kept.setdefault(name, array("d")).append(value * factor)


def _boot(kept: dict[str, array[float]]) -> flown.Floats | None:
    """Seconds since the board started."""
    for name, factor in (("TimeUS", 1e-6), ("TimeMS", 1e-3), ("T", 1e-3)):
        if name in kept:
            return np.array(kept[name]) * factor
    return None


def _utc(gps: dict[str, array[float]]) -> float | None:
    """Seconds from the board's clock to UTC, by the first fix that has a week."""
    boot = _boot(gps)
    if boot is None or "GWk" not in gps or "GMS" not in gps:
        return None
    for since, week, millis, status in zip(boot, gps["GWk"], gps["GMS"], gps.get("Status", gps["GWk"]), strict=False):
        if 0 < week < LARGEST_WEEK and status >= FIX_3D:
            return float(GPS_EPOCH_S + week * WEEK_S + millis / 1000 - LEAP_S - since)
    return None


def _home(origins: dict[str, array[float]]) -> float | None:
    """The home's height AMSL: the ground where the aircraft was armed."""
    homes = [alt for kind, alt in zip(origins.get("Type", []), origins.get("Alt", []), strict=False) if kind == 1]
    return homes[-1] if homes and np.isfinite(homes[-1]) else None


def _mount(kept: dict[str, array[float]]) -> list[gimbals.Said]:
    """What the only gimbal did, over the horizon and from north; nothing where there are several: which has the camera?"""
    boot = _boot(kept)
    if boot is None or len(set(kept.get("I", []))) != 1:
        return []
    return list(zip(boot.tolist(), kept["Pitch"], kept["YawE"], strict=False))
