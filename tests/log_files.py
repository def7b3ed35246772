"""Small logs written by hand, byte by byte, for tests: nothing here uses the readers."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import cos, radians, sin
from pathlib import Path
from typing import BinaryIO

import numpy as np

Fix = tuple[float, float, float, float]
"""Seconds since the start, longitude, latitude, metres."""
START = 1_778_572_800  # 2026-05-12T08:00:00Z
Aim = tuple[float, float, float]
"""Seconds since the start, pitch and yaw of a gimbal in degrees."""
GPS_WEEK_S, GPS_EPOCH, LEAP_S = 604_800, 315_964_800, 18


def dataflash(
    path: Path, fixes: Sequence[Fix], *, between: bytes = b"", with_time: bool = True, filler: int = 0,
    aims: Sequence[Aim] = (), mounts: int = 1, lost: tuple[int, ...] = (), before_s: float = 0.0, after_s: float = 0.0,
    receivers: tuple[int, ...] = (),
) -> Path:  # fmt: skip
    """An ArduPilot log with POS and GPS records, and `filler` bytes of other records after each fix.

    At the fixes `lost` the receiver has none, while the autopilot goes on telling where it is. It lasts `before_s` before the
    first fix and `after_s` after the last one. `receivers` have a number each, and the status that each has all along.
    """

    def described(number: int, layout: str, name: str, letters: str, columns: str) -> bytes:
        size = 3 + struct.calcsize(layout)
        return b"\xa3\x95\x80" + struct.pack(
            "<BB4s16s64s", number, size, name.encode(), letters.encode(), columns.encode()
        )

    pos, gps, imu = "<Qiif", "<QBIHiif", "<Q8f"
    with path.open("wb") as out:
        out.write(
            b"\xa3\x95\x80" + struct.pack("<BB4s16s64s", 128, 89, b"FMT", b"BBnNZ", b"Type,Length,Name,Format,Columns")
        )
        out.write(described(10, pos, "POS", "QLLf", "TimeUS,Lat,Lng,Alt"))
        out.write(described(11, gps, "GPS" if not receivers else "XXX", "QBIHLLf", "TimeUS,Status,GMS,GWk,Lat,Lng,Alt"))
        out.write(described(14, "<QBBiif", "GPS" if receivers else "XXX", "QBBLLf", "TimeUS,I,Status,Lat,Lng,Alt"))
        out.write(described(12, imu, "IMU", "Qffffffff", "TimeUS,A,B,C,D,E,F,G,H"))
        for since in np.arange(-before_s, -0.4, 0.1).tolist():
            out.write(b"\xa3\x95\x0c" + struct.pack(imu, int((fixes[0][0] + 100 + since) * 1e6), *range(8)))
        for k, (since, lon, lat, height) in enumerate(fixes):
            boot = int((since + 100) * 1e6)
            if (k == 0 or k in lost or k - 1 in lost) and with_time:
                week, rest = divmod(START + since - GPS_EPOCH + LEAP_S, GPS_WEEK_S)
                place, status = (round(lat * 1e7), round(lon * 1e7)), 1 if k in lost else 3
                out.write(
                    b"\xa3\x95\x0b" + struct.pack(gps, boot, status, round(rest * 1000), int(week), *place, height)
                )
            for number, status in enumerate(receivers):
                out.write(b"\xa3\x95\x0e" + struct.pack("<QBBiif", boot, number, status, 0, 0, 0.0))
            out.write(b"\xa3\x95\x0a" + struct.pack(pos, boot, round(lat * 1e7), round(lon * 1e7), height))
            other = b"\xa3\x95\x0c" + struct.pack(imu, boot, *range(8))
            out.write(between + other * (filler // len(other)))
        if aims:
            out.write(described(13, "<QB8f", "MNT", "QBffffffff",
                                "TimeUS,I,DesRoll,Roll,DesPitch,Pitch,DesYawB,YawB,DesYawE,YawE"))  # fmt: skip
        for since, pitch, yaw in aims:
            for mount in range(mounts):
                angles = (0.0, 0.0, 99.0, pitch, 99.0, 7.0, 99.0, yaw)
                out.write(b"\xa3\x95\x0d" + struct.pack("<QB8f", int((since + 100) * 1e6), mount, *angles))
        for since in np.arange(0.5, after_s, 0.1).tolist() if after_s else ():
            out.write(b"\xa3\x95\x0c" + struct.pack(imu, int((fixes[-1][0] + 100 + since) * 1e6), *range(8)))
    return path


def turned(pitch_deg: float, yaw_deg: float) -> tuple[float, float, float, float]:
    """The quaternion of a yaw and then a pitch, w first."""
    half_p, half_y = radians(pitch_deg) / 2, radians(yaw_deg) / 2
    return cos(half_p) * cos(half_y), -sin(half_p) * sin(half_y), sin(half_p) * cos(half_y), cos(half_p) * sin(half_y)


def ulog(
    path: Path,
    fixes: Sequence[Fix],
    *,
    with_time: bool = True,
    filler: int = 0,
    aims: Sequence[Aim] = (),
    flags: int = 64,
    lost: tuple[int, ...] = (),
    low: tuple[int, ...] = (),
    before_s: float = 0.0,
    after_s: float = 0.0,
) -> Path:
    """A PX4 log with vehicle_global_position and sensor_gps, and `filler` bytes of another topic after each fix.

    At the fixes `lost` the autopilot does not know its place, at those `low` not its height. It lasts `before_s` before the
    first fix and `after_s` after the last one.
    """

    def message(kind: str, body: bytes) -> bytes:
        return struct.pack("<HB", len(body), ord(kind)) + body

    formats = (
        "vehicle_global_position:uint64_t timestamp;double lat;double lon;float alt;bool lat_lon_valid;bool alt_valid;",
        "sensor_gps:uint64_t timestamp;uint64_t time_utc_usec;int32_t lat;int32_t lon;int32_t alt;uint8_t fix_type;",
        "sensor_combined:uint64_t timestamp;float[12] x;",
        "gimbal_device_attitude_status:uint64_t timestamp;float[4] q;float[3] rates;uint16_t device_flags;",
    )
    other = message("D", struct.pack("<HQ12f", 2, 5, *range(12)))
    with path.open("wb") as out:
        began = int((fixes[0][0] + 100 - before_s) * 1e6) if fixes else 0
        out.write(b"ULog\x01\x12\x35\x01" + struct.pack("<Q", began) + message("B", bytes(40)))
        for words in formats:
            out.write(message("F", words.encode()))
        for number, words in enumerate(formats):
            out.write(message("A", struct.pack("<BH", 0, number) + words.partition(":")[0].encode()))
        for number, (since, lon, lat, height) in enumerate(fixes):
            boot = int((since + 100) * 1e6)
            utc = int((START + since) * 1e6) if with_time else 0
            place = (round(lat * 1e7), round(lon * 1e7), round(height * 1000))
            out.write(message("D", struct.pack("<HQQiiiB", 1, boot, utc, *place, 3)))
            known = number not in lost, number not in low
            out.write(message("D", struct.pack("<HQddf??", 0, boot, lat, lon, height, *known)))
            out.write(other * (filler // len(other)))
        for since, pitch, yaw in aims:
            boot = int((since + 100) * 1e6)
            out.write(message("D", struct.pack("<HQ7fH", 3, boot, *turned(pitch, yaw), 0, 0, 0, flags)))
        for since in np.arange(0.5, after_s, 0.1).tolist() if after_s else ():
            boot = int((fixes[-1][0] + 100 + since) * 1e6)
            out.write(message("D", struct.pack("<HQ12f", 2, boot, *range(12))))
    return path


def crc(data: bytes) -> int:
    """CRC-16/MCRF4XX, bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0x8408 if value & 1 else value >> 1
    return value


def tlog(
    path: Path, fixes: Sequence[Fix], *, second: bool = False, offset_s: float = 0.0, version: int = 1,
    aims: Sequence[Aim] = (), devices: int = 1, lost: tuple[int, ...] = (), before_s: float = 0.0, after_s: float = 0.0,
) -> Path:  # fmt: skip
    """A telemetry log with GLOBAL_POSITION_INT; the vehicle's own clock runs `offset_s` ahead.

    At the fixes `lost` the receiver has none, while the vehicle goes on telling where it is. The log lasts `before_s` before
    the first fix and `after_s` after the last one.
    """

    def packet(message: int, body: bytes, extra: int, system: int) -> bytes:
        if version == 1:
            head = bytes([len(body), 0, system, 1, message])
            mark = b"\xfe"
        else:
            body = body.rstrip(b"\0") or b"\0"
            head = bytes([len(body), 0, 0, 0, system, 1]) + message.to_bytes(3, "little")
            mark = b"\xfd"
        return mark + head + body + crc(head + body + bytes([extra])).to_bytes(2, "little")

    def silent(out: BinaryIO, begin: float, end: float) -> None:
        for moment in np.arange(begin, end, 0.1).tolist():
            out.write(int((START + moment) * 1e6).to_bytes(8, "big") + packet(0, bytes(9), 50, 1))

    with path.open("wb") as out:
        silent(out, fixes[0][0] - before_s, fixes[0][0] - 0.4)
        for number, (since, lon, lat, height) in enumerate(fixes):
            stamp = int((START + since) * 1e6).to_bytes(8, "big")
            if lost:
                raw = struct.pack("<QiiiHHHHBB", 0, 0, 0, 0, 0, 0, 0, 0, 1 if number in lost else 3, 9)
                out.write(stamp + packet(24, raw, 24, 1))
            values = (round(lat * 1e7), round(lon * 1e7), round(height * 1000), round(height * 1000))
            body = struct.pack("<IiiiihhhH", round(since * 1000), *values, 0, 0, 0, 0)
            for system in (1, 7) if second else (1,):
                out.write(stamp + packet(33, body, 104, system))
            if offset_s:
                own = struct.pack("<QI", int((START + since + offset_s) * 1e6), round(since * 1000))
                out.write(stamp + packet(2, own, 137, 1))
        for since, pitch, yaw in aims:
            stamp = int((START + since) * 1e6).to_bytes(8, "big")
            if devices:
                for device in range(1, devices + 1):
                    body = struct.pack("<I7fIHBBffB", round(since * 1000), *turned(pitch, yaw - 30), 0, 0, 0, 0, 32, 0, 0,
                                       radians(30), 0, device)  # fmt: skip
                    out.write(stamp + packet(285, body, 137, 1))
            else:
                body = struct.pack("<Iffff", round(since * 1000), 0, pitch, 7, yaw)
                out.write(stamp + packet(265, body, 26, 1))
        silent(out, fixes[-1][0] + 0.5, fixes[-1][0] + after_s)
    return path
