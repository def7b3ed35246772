"""Logs of PX4 as ULog, read in a stream: the format describes itself, and only the topics with positions are kept.

pyulog reads such logs too, and the tests hold this reader against it; on a damaged log it can search for minutes.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections import deque
from dataclasses import field
from typing import Any, BinaryIO

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission, Oddity
from dronectl.readers import flown, gimbals
from dronectl.readers.binary import ULOG, Binary
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.ends import AROUND, lasting
from dronectl.readers.flown import Floats, Recording
from dronectl.records import dataclass

FUSED = "vehicle_global_position"
GNSS = ("vehicle_gps_position", "sensor_gps")
GIMBAL = "gimbal_device_attitude_status"
QUATERNION = ("q[0]", "q[1]", "q[2]", "q[3]")
COLUMNS = frozenset({"timestamp", "lat", "lon", "alt", "latitude_deg", "longitude_deg", "altitude_msl_m", "time_utc_usec",
                     "fix_type", "eph", "epv", "lat_lon_valid", "alt_valid", "device_flags", *QUATERNION})  # fmt: skip
FIX_3D = 3  # fix_type: 3 is a fix in three dimensions
FIRST_UTC_US = 946_684_800_000_000  # the year 2000: smaller times are those of a receiver without one
HEADER, HEAD = 16, 3
SYNC = b"\x08\x00S\x2f\x73\x13\x20\x25\x0c\xbb\x12"  # PX4 user guide, ULog file format: the synchronisation message
KINDS = frozenset(b"BFIMPQARDLCSO")
APPENDED = 1  # incompatibility flag: more data stands behind an offset
BLOCK = 1 << 20
CLOCK = slice(2, 10)  # of the data of a message: its time in microseconds, behind the number of the subscription
LONGEST = HEAD + 65_535
FIELD = re.compile(r"([A-Za-z_]\w*)(?:\[(\d{1,4})\])?\s+(\w+)")
LETTERS = {
    "int8_t": "b", "uint8_t": "B", "bool": "B", "char": "B", "int16_t": "h", "uint16_t": "H", "int32_t": "i",
    "uint32_t": "I", "int64_t": "q", "uint64_t": "Q", "float": "f", "double": "d",
}  # fmt: skip
DEEPEST = 8


@dataclass(slots=True)
class _Topic:
    """One subscription: where its columns stand in a message, and what was kept of them."""

    name: str
    columns: dict[str, tuple[struct.Struct, int]]
    kept: dict[str, array[float]] = field(default_factory=dict)


@dataclass(slots=True)
class _Log:
    """What was read of a log."""

    topics: dict[int, _Topic] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    damaged: int = 0
    """Bytes that belong to no message."""
    began_s: float = 0.0
    """When the log began, in seconds since the board started."""
    last: deque[bytes] = field(default_factory=lambda: deque(maxlen=AROUND))
    """The last messages with a time."""
    lost_ms: int = 0
    dropouts: int = 0
    appended_at: int = 0


def accepts(value: Any) -> bool:
    """True for a file with ULog's magic."""
    return isinstance(value, Binary) and value.kind == ULOG


def read(document: Document, choices: Choices) -> Mission:
    """The fused position where there is one, else the receiver's; both over mean sea level.

    Raises `InputError` for a log without positions, or one that needs a reader of another kind.
    """
    log = _Log()
    with document.value.open(choices.progress) as stream:
        _messages(stream, log, document)
    topic = _positions(log, document)
    boot = _column(topic, "timestamp") / 1e6
    offset, spread = _utc(log)
    oddities: list[Oddity] = []
    if offset is not None:
        oddities += flown.clock_offset(
            spread, "the receiver's time", "its median against the log's clock", document.where
        )
    if log.damaged:
        what = f"{log.damaged} bytes are no messages: parts of the log are damaged"
        oddities.append(Oddity(kind="damaged", count=1, what=what, where=document.where))
    if log.dropouts:
        what = f"the log itself says that {log.lost_ms / 1000:.1f} s were not written ({log.dropouts} dropouts)"
        oddities.append(Oddity(kind="damaged", count=log.dropouts, what=what, where=document.where))
    old = "lat" in topic.kept
    whole = topic.columns["lat" if old else "latitude_deg"][0].format.endswith("i")
    degrees, metres = (1e-7, 1e-3) if whole else (1.0, 1.0)  # integers are 1e-7 degrees and millimetres
    pitch, yaw = gimbals.at_fixes(boot, _gimbal(log))
    height = _column(topic, "alt" if old else "altitude_msl_m") * metres
    if "alt_valid" in topic.kept:
        height = np.where(_column(topic, "alt_valid") != 0, height, np.nan)
    recording = Recording(
        id="flight-1",
        where=document.where,
        places=f"{document.path}::{topic.name} ",
        numbers=np.arange(len(boot)),
        lon=_column(topic, "lon" if old else "longitude_deg") * degrees,
        lat=_column(topic, "lat" if old else "latitude_deg") * degrees,
        height=height,
        datum=Datum.AMSL,
        times=boot + offset if offset is not None else None,
        elapsed=boot,
        pitch_deg=pitch,
        yaw_deg=yaw,
        sideways_m=_column(topic, "eph") * flown.SIGMAS if "eph" in topic.kept else None,
        upward_m=_column(topic, "epv") * flown.SIGMAS if "epv" in topic.kept else None,
        valid=_valid(topic),
        lasts=lasting([log.began_s], [int.from_bytes(one, "little") / 1e6 for one in log.last]),
        oddities=oddities,
    )
    said = [] if offset is not None else ["the log holds no time of day: the receiver never had one"]
    source = "fused by the autopilot" if topic.name == FUSED else "from the GNSS receiver"
    heights = f"above mean sea level ({topic.name}), {source}"
    return flown.mission(document, [recording], heights=heights, assumptions=said)


def _messages(stream: BinaryIO, log: _Log, document: Document) -> None:
    """Walk through all messages; where there is none, on to the next synchronisation message."""
    data, base = stream.read(HEADER + BLOCK), 0
    log.began_s = int.from_bytes(data[8:HEADER], "little") / 1e6
    at = HEADER
    lost = False
    while True:
        more = stream.read(BLOCK)
        data += more
        while at + HEAD <= len(data) and (not more or at + LONGEST <= len(data)):
            edge = (
                log.appended_at - base if log.appended_at else len(data)
            )  # where the data before what was appended ends
            if log.appended_at and at >= edge:
                at, log.appended_at = edge, 0
                continue
            if lost:
                found = data.find(SYNC, at, edge)
                if found < 0 and log.appended_at and edge <= len(data):
                    log.damaged += edge - at
                    at, lost = edge, False
                    continue
                there = found if found >= 0 else max(len(data) - len(SYNC), at) if more else len(data)
                log.damaged += there - at
                at, lost = there, found < 0
                if lost:
                    break
                continue
            size, kind = data[at] | data[at + 1] << 8, data[at + 2]
            end = at + HEAD + size
            if log.appended_at and end > edge and kind in KINDS:  # cut by what was appended
                log.damaged += edge - at
                at = edge
                continue
            if kind not in KINDS or end > len(data):
                lost = kind not in KINDS
                if not lost:  # the last message is cut
                    log.damaged += len(data) - at
                    at = len(data)
                continue
            if kind in b"BFADO":
                _message(chr(kind), data[at + HEAD : end], log, document)
            at = end
        if not more:
            return
        data, base, at = data[at:], base + at, 0


def _message(kind: str, body: bytes, log: _Log, document: Document) -> None:
    if kind == "D":
        if len(body) >= CLOCK.stop:
            log.last.append(body[CLOCK])
        topic = log.topics.get(body[0] | body[1] << 8) if len(body) >= 2 else None
        if topic is not None:
            for name, (layout, place) in topic.columns.items():
                if place + layout.size > len(body):
                    break
                topic.kept[name].append(layout.unpack_from(body, place)[0])
    elif kind == "F":
        name, _, fields = body.decode("utf-8", "replace").partition(":")
        log.formats.setdefault(name, fields)
    elif kind == "A" and len(body) > 3:
        name = body[3:].decode("utf-8", "replace")
        if name in (FUSED, GIMBAL) or name in GNSS:
            columns = _layout(name, log.formats)
            if {"timestamp"} < columns.keys():
                log.topics[body[1] | body[2] << 8] = _Topic(name, columns, {c: array("d") for c in columns})
    elif kind == "O" and len(body) >= 2:
        log.dropouts += 1
        log.lost_ms += body[0] | body[1] << 8
    elif kind == "B" and len(body) >= 40:
        incompatible, offsets = body[8:16], struct.unpack_from("<3Q", body, 16)
        if incompatible[0] & ~APPENDED or any(incompatible[1:]):
            what = "is a ULog of a kind that is not known (incompatibility flags)"
            raise InputError.at(document.where, what, remedy="convert it with PX4's own tools")
        if incompatible[0] & APPENDED:
            log.appended_at = offsets[0]


def _layout(name: str, formats: dict[str, str]) -> dict[str, tuple[struct.Struct, int]]:
    """Where the wanted columns of a topic stand in its messages, behind the two bytes of the subscription."""
    made: dict[str, tuple[struct.Struct, int]] = {}
    place = 2
    for kind, count, label in FIELD.findall(formats.get(name, "")):
        size = _size(kind, formats, 0)
        if size is None:
            return {}
        names = [f"{label}[{k}]" for k in range(min(int(count), 4))] if count else [label]
        if kind in LETTERS:
            made |= {name: (struct.Struct("<" + LETTERS[kind]), place + k * size)
                     for k, name in enumerate(names) if name in COLUMNS}  # fmt: skip
        place += size * (int(count) if count else 1)
    return made


def _size(kind: str, formats: dict[str, str], depth: int) -> int | None:
    """Bytes of a type, or of a format that is used as one; None where it is not known."""
    if kind in LETTERS:
        return struct.calcsize("<" + LETTERS[kind])
    if kind not in formats or depth > DEEPEST:
        return None
    total = 0
    for inner, count, _ in FIELD.findall(formats[kind]):
        size = _size(inner, formats, depth + 1)
        if size is None:
            return None
        total += size * (int(count) if count else 1)
    return total


def _positions(log: _Log, document: Document) -> _Topic:
    """The best topic with positions; of several instances the one with most."""
    for name in (FUSED, *GNSS):
        found = [t for t in log.topics.values() if t.name == name and len(t.kept["timestamp"]) and _places(t)]
        if found:
            return max(found, key=lambda topic: len(topic.kept["timestamp"]))
    raise InputError.at(document.where, "holds no topic with positions", remedy="log vehicle_global_position")


def _gimbal(log: _Log) -> list[gimbals.Said]:
    """What the only gimbal did; nothing where there are several: which has the camera?"""
    topics = [t for t in log.topics.values() if t.name == GIMBAL and {"device_flags", *QUATERNION} <= t.kept.keys()]
    if len(topics) != 1:
        return []
    when, flags, *turns = (_column(topics[0], name) for name in ("timestamp", "device_flags", *QUATERNION))
    return [
        (since / 1e6, *gimbals.of_device(turn, int(flag)))
        for since, flag, *turn in zip(when.tolist(), flags.tolist(), *(turn.tolist() for turn in turns), strict=True)
    ]


def _places(topic: _Topic) -> bool:
    return {"lat", "lon", "alt"} <= topic.kept.keys() or {
        "latitude_deg", "longitude_deg", "altitude_msl_m"
    } <= topic.kept.keys()  # fmt: skip


def _valid(topic: _Topic) -> np.ndarray | None:
    """Whether the receiver had a fix, or the autopilot knew the place; None where the topic says nothing of it."""
    if "fix_type" in topic.kept:
        return _column(topic, "fix_type") >= FIX_3D
    return _column(topic, "lat_lon_valid") != 0 if "lat_lon_valid" in topic.kept else None


def _column(topic: _Topic, name: str) -> Floats:
    length = min(len(kept) for kept in topic.kept.values())  # a cut message has filled some columns only
    return np.array(topic.kept[name][:length], dtype=np.float64)


def _utc(log: _Log) -> tuple[float | None, float]:
    """Seconds from the log's clock to UTC, by the median over the fixes, and by how much the farthest fix differs."""
    for topic in log.topics.values():
        if topic.name in GNSS and "time_utc_usec" in topic.kept:
            utc, boot = _column(topic, "time_utc_usec"), _column(topic, "timestamp")
            good = utc > FIRST_UTC_US
            if good.any():
                apart = (utc[good] - boot[good]) / 1e6
                middle = float(np.median(apart))
                return middle, float((apart - middle)[np.argmax(np.abs(apart - middle))])
    return None, 0.0
