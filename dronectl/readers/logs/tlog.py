"""Logs of ground stations as MAVLink telemetry (`.tlog`), read in a stream: what the vehicle said of its position."""

from __future__ import annotations

import re
import struct
from collections import deque
from dataclasses import field
from math import nan
from typing import Any, BinaryIO

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission, Oddity
from dronectl.readers import flown, gimbals
from dronectl.readers.binary import FIRST_TLOG_US, LAST_TLOG_US, TLOG, Binary
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.ends import AROUND, lasting
from dronectl.readers.flown import Recording
from dronectl.records import dataclass

STAMP = 8
V1, V2 = 0xFE, 0xFD
SIGNED = 1  # incompatibility flag of MAVLink 2: a signature of 13 bytes follows
SYSTEM_TIME, GPS_RAW, POSITION, GPS2_RAW, HOME, MOUNT, GIMBAL = 2, 24, 33, 124, 242, 265, 285
FIX_3D = 3  # GPS_FIX_TYPE of MAVLink: 3 is a fix in three dimensions
# CRC_EXTRA of MAVLink's common.xml and the layout of the first fields, in the order in which they are sent.
MESSAGES = {
    SYSTEM_TIME: (137, struct.Struct("<QI")),  # time_unix_usec, time_boot_ms
    POSITION: (104, struct.Struct("<Iiiii")),  # time_boot_ms, lat, lon, alt, relative_alt
    GPS_RAW: (24, struct.Struct("<QiiiHHHHBBiII")),  # time_usec, lat, lon, alt, eph ... alt_ellipsoid, h_acc, v_acc
    GPS2_RAW: (87, struct.Struct("<QiiiIHHHHB")),  # time_usec, lat, lon, alt, dgps_age, eph ... fix_type
    HOME: (104, struct.Struct("<iii")),  # latitude, longitude, altitude
    MOUNT: (26, struct.Struct("<Iffff")),  # time_boot_ms, roll, pitch, yaw, yaw_absolute
    GIMBAL: (
        137,
        struct.Struct("<I7fIHBBffB"),
    ),  # time_boot_ms, q[4], rates, failures, flags, target, delta_yaw, its rate, device
}
BLOCK = 1 << 20
LONGEST = STAMP + 12 + 255 + 13
YEARS = bytes(range(FIRST_TLOG_US >> 48, (LAST_TLOG_US >> 48) + 1))
BEGINS = re.compile(b"\\x00[%b].{6}[\xfe\xfd]" % re.escape(YEARS), re.DOTALL)
"""A time of this century, by its first two bytes, and a mark."""
FIRST_UTC_US = 946_684_800_000_000


@dataclass(slots=True)
class _Vehicle:
    """What one system said."""

    stamp: list[float] = field(default_factory=list)
    boot: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    alt: list[float] = field(default_factory=list)
    utc: list[tuple[float, float]] = field(default_factory=list)
    """Time of day by its receiver, and the ground station's at the same message."""
    accuracy: list[tuple[float, float, float]] = field(default_factory=list)
    """The ground station's time, and the receiver's own accuracy of position and height, metres."""
    fixes: dict[int, list[tuple[float, bool]]] = field(default_factory=dict)
    """Of each receiver: the ground station's time, and whether it had a fix."""
    home_m: float | None = None
    gimbal: dict[tuple[int, int], list[gimbals.Said]] = field(default_factory=dict)
    """By message and device, at the ground station's time."""


def accepts(value: Any) -> bool:
    """True for a file that begins with a time of this century and a MAVLink packet."""
    return isinstance(value, Binary) and value.kind == TLOG


def read(document: Document, choices: Choices) -> Mission:
    """GLOBAL_POSITION_INT of every vehicle, over mean sea level; each vehicle is a flight."""
    with document.value.open(choices.progress) as stream:
        vehicles, damaged, lasts = _vehicles(stream)
    recordings, assumptions = [], ["times are those of the ground station"]
    for system, said in sorted(vehicles.items()):
        if not said.lat:
            continue
        oddities: list[Oddity] = []
        if damaged:
            what = f"{damaged} bytes are no MAVLink packets: parts of the log are damaged"
            oddities.append(Oddity(kind="damaged", count=1, what=what, where=document.where))
        times = np.array(said.stamp)
        pitch, yaw = gimbals.at_fixes(times, _only_gimbal(said))
        if said.utc:
            apart = float(np.median([own - station for own, station in said.utc]))
            oddities += flown.clock_offset(apart, "the vehicle's time", "the ground station's clock", document.where)
        valid = flown.with_a_fix(times, [
            (np.array([when for when, _ in fixes]), np.array([has for _, has in fixes])) for fixes in said.fixes.values()
        ])  # fmt: skip
        assumptions += [flown.WITHOUT_A_FIX] if valid is None and said.fixes else []
        recordings.append(
            Recording(
                id=f"vehicle-{system}",
                where=document.where,
                places=f"{document.path}::GLOBAL_POSITION_INT of system {system}, message ",
                numbers=np.arange(len(said.lat)),
                lon=np.array(said.lon),
                lat=np.array(said.lat),
                height=np.array(said.alt),
                datum=Datum.AMSL,
                times=times,
                ground_m=said.home_m,
                valid=valid,
                lasts=lasts,
                sideways_m=_accuracy(said, 1, times),
                upward_m=_accuracy(said, 2, times),
                pitch_deg=pitch,
                yaw_deg=yaw,
                oddities=oddities,
            )
        )
    if not recordings:
        raise InputError.at(document.where, "holds no position (GLOBAL_POSITION_INT)", remedy="give a log of a flight")
    heights = "above mean sea level (GLOBAL_POSITION_INT.alt), fused by the autopilot"
    return flown.mission(document, recordings, heights=heights, assumptions=assumptions)


def _accuracy(said: _Vehicle, column: int, times: flown.Floats) -> flown.Floats | None:
    """What the receiver says of its own accuracy (95 %, metres) at the fixes; None where it says nothing."""
    if not said.accuracy:
        return None
    rows = np.array(said.accuracy)
    return flown.accuracy_at(times, rows[:, 0], rows[:, column])


def _vehicles(stream: BinaryIO) -> tuple[dict[int, _Vehicle], int, tuple[float, float] | None]:
    """What each system said; how many bytes belong to no packet; and from when to when the log lasts."""
    begin: list[float] = []
    last: deque[float] = deque(maxlen=AROUND)
    vehicles: dict[int, _Vehicle] = {}
    damaged = 0
    data = b""
    while True:
        block = stream.read(BLOCK)
        data += block
        end = max(len(data) - LONGEST, 0) if block else len(data)
        at = 0
        while at < end:
            packet = _packet(data, at)
            if packet is None:
                there = min(_next(data, at), end)
                damaged += there - at
                at = there
                continue
            length, system, message, body, stop = packet
            stamp = int.from_bytes(data[at : at + STAMP], "big") / 1e6
            last.append(stamp)
            if len(begin) < AROUND:
                begin.append(stamp)
            if message in MESSAGES:
                extra, layout = MESSAGES[message]
                if _crc(data[at + STAMP + 1 : stop], extra) == int.from_bytes(data[stop : stop + 2], "little"):
                    values = layout.unpack(body[: layout.size].ljust(layout.size, b"\0"))
                    _note(vehicles.setdefault(system, _Vehicle()), message, values, stamp)
                else:
                    damaged += length
            at += length
        data = data[at:]
        if not block:
            return vehicles, damaged, lasting(begin, last)


def _next(data: bytes, at: int) -> int:
    """Where the next packet may begin: a mark with a time before it."""
    found = BEGINS.search(data, at + 1)
    return len(data) if found is None else found.start()


def _note(vehicle: _Vehicle, message: int, values: tuple[Any, ...], stamp: float) -> None:
    if message == POSITION:
        vehicle.stamp.append(stamp)
        vehicle.boot.append(values[0] / 1e3)
        vehicle.lat.append(values[1] / 1e7)
        vehicle.lon.append(values[2] / 1e7)
        vehicle.alt.append(values[3] / 1e3)
    elif message == SYSTEM_TIME and values[0] > FIRST_UTC_US:
        vehicle.utc.append((values[0] / 1e6, stamp))
    elif message == GPS_RAW:
        vehicle.fixes.setdefault(GPS_RAW, []).append((stamp, values[8] >= FIX_3D))
        if values[11] > 0:  # an older sender leaves h_acc out: 0
            vehicle.accuracy.append((stamp, values[11] / 1e3, values[12] / 1e3 or nan))
    elif message == GPS2_RAW:
        vehicle.fixes.setdefault(GPS2_RAW, []).append((stamp, values[9] >= FIX_3D))
    elif message == HOME and (values[0] or values[1]):
        vehicle.home_m = values[2] / 1e3
    elif message == MOUNT:
        vehicle.gimbal.setdefault((MOUNT, 0), []).append((stamp, values[2], values[4]))
    elif message == GIMBAL:
        aim = gimbals.of_device(values[1:5], values[9], values[12] or nan)  # an older sender leaves delta_yaw out: 0
        vehicle.gimbal.setdefault((GIMBAL, values[14]), []).append((stamp, *aim))


def _only_gimbal(vehicle: _Vehicle) -> list[gimbals.Said]:
    """What the only gimbal did; nothing where there are several: which has the camera?"""
    for wanted in (GIMBAL, MOUNT):
        found = [said for (message, _), said in vehicle.gimbal.items() if message == wanted]
        if found:
            return found[0] if len(found) == 1 else []
    return []


def _packet(data: bytes, at: int) -> tuple[int, int, int, bytes, int] | None:
    """Length, system, message, payload and place of the checksum of the packet at a place; None where none is whole."""
    head = at + STAMP
    if head + 8 > len(data) or data[head] not in (V1, V2):
        return None
    if not FIRST_TLOG_US <= int.from_bytes(data[at:head], "big") <= LAST_TLOG_US:
        return None
    size = data[head + 1]
    if data[head] == V1:
        length, system, message, first = 8 + size, data[head + 3], data[head + 5], 6
    else:
        if head + 12 > len(data):
            return None
        length = 12 + size + (13 if data[head + 2] & SIGNED else 0)
        system, message, first = data[head + 5], int.from_bytes(data[head + 7 : head + 10], "little"), 10
    if head + length > len(data):
        return None
    return STAMP + length, system, message, data[head + first : head + first + size], head + first + size


def _table() -> tuple[int, ...]:
    made = []
    for byte in range(256):
        low = byte ^ (byte << 4) & 0xFF
        made.append((low << 8) ^ (low << 3) ^ (low >> 4))
    return tuple(made)


CRC = _table()


def _crc(data: bytes, extra: int) -> int:
    """The checksum of MAVLink: CRC-16/MCRF4XX over the packet without its first byte, and the message's CRC_EXTRA."""
    value = 0xFFFF
    for byte in (*data, extra):
        value = (value >> 8) ^ CRC[(value ^ byte) & 0xFF]
    return value & 0xFFFF
