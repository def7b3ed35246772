"""A mission as an operational intent of ASTM F3548: volumes of place, height and time that hold the path and its uncertainty.

Heights are metres over the WGS 84 ellipsoid, which asks for a terrain model where the mission's are above ground. Outlines
have no holes; a path that goes round a place claims it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any

import numpy as np

from dronectl import altitude
from dronectl.geometry import Course, corridor
from dronectl.measures import Datum, Height
from dronectl.mission import Mission
from dronectl.records import dataclass
from dronectl.track import Track, pieces_of
from dronectl.writers import CannotWrite

NAME, SUFFIX = "f3548", ".json"
LONGEST_S = 60.0  # of one volume: a house figure
MOST_VERTICES = 10_000  # of an intent: ASTM F3548-21
WIDEST_M = 120.0  # a height known between bounds farther apart is none to claim: a house figure
ELLIPSOID = Height(0.0, Datum.WGS84)
SPACE = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562, NameSpace_OID: the name is the intent itself


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a flight, in pieces of its course, and when it is flown."""

    track: Track
    span: tuple[float, float]
    times: tuple[float, float]


def render(mission: Mission, tracks: Sequence[Track]) -> bytes:
    """The intent, accepted, with a volume for every minute of the path. Raises `CannotWrite` where it cannot be said."""
    volumes = [_volume(part) for track in tracks for part in stretches(track)]
    vertices = sum(len(volume["volume"]["outline_polygon"]["vertices"]) for volume in volumes)
    if vertices > MOST_VERTICES:
        raise CannotWrite(f"an intent has at most {MOST_VERTICES} vertices, and this one would have {vertices}")
    details = {"volumes": volumes, "off_nominal_volumes": [], "priority": mission.priority}
    name = uuid.uuid5(SPACE, json.dumps([mission.id, details], sort_keys=True))
    reference = {
        "id": str(name), "state": "Accepted",
        "time_start": min((volume["time_start"] for volume in volumes), key=lambda time: time["value"]),
        "time_end": max((volume["time_end"] for volume in volumes), key=lambda time: time["value"]),
    }  # fmt: skip
    made = {"operational_intent": {"reference": reference, "details": details}}
    return (json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def stretches(track: Track) -> Iterator[Stretch]:
    """A flight in stretches of so many seconds."""
    flight, course = track.flight, track.course
    if flight.times is None:
        raise CannotWrite("an intent says when: give the start (--at TIME), and speeds or times")
    if len(flight.times) == 1:
        yield Stretch(track, (0.0, 1.0), (float(flight.times[0]), float(flight.times[0])))
        return
    leg = course.leg
    begin = flight.times[leg] + course.start * (flight.times[leg + 1] - flight.times[leg])
    end = flight.times[leg] + course.stop * (flight.times[leg + 1] - flight.times[leg])
    first, since = 0.0, float(begin[0])
    for piece in range(len(course)):
        took = float(end[piece] - begin[piece])
        parts = max(1, ceil(took / LONGEST_S))
        for part in range(1, parts + 1):
            until = float(begin[piece]) + took * part / parts
            last = piece == len(course) - 1 and part == parts
            following = float(end[piece + 1] - begin[piece + 1]) if part == parts and not last else took / parts
            if last or until + following - since > LONGEST_S:
                yield Stretch(track, (first, piece + part / parts), (since, until))
                first, since = piece + part / parts, until


def _volume(part: Stretch) -> dict[str, Any]:
    low, high = _heights(part)
    outline = _outline(part)
    begin, end = floor(part.times[0]), ceil(part.times[1])
    return {
        "volume": {
            "outline_polygon": {"vertices": [{"lat": round(y, 9), "lng": round(x, 9)} for x, y in outline[:-1].tolist()]},
            "altitude_lower": _altitude(low), "altitude_upper": _altitude(high),
        },
        "time_start": _time(begin), "time_end": _time(end),
    }  # fmt: skip


def _altitude(metres: float) -> dict[str, Any]:
    return {"value": round(metres, 2), "reference": "W84", "units": "M"}


def _time(seconds: int) -> dict[str, str]:
    return {"value": f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}", "format": "RFC3339"}


def _heights(part: Stretch) -> tuple[float, float]:
    """The lowest and the highest place of a stretch over the ellipsoid, with the vertical uncertainty."""
    track = part.track
    low, high = [], []
    for piece in pieces_of(track, part.span):
        over = altitude.above(track, piece, ELLIPSOID)
        if over is None or float((over.high - over.low).max()) > WIDEST_M:
            raise CannotWrite("its heights over the ellipsoid are not known: give a terrain model (--terrain FILE)")
        low.append(float(over.low.min()))
        high.append(float(over.high.max()))
    return min(low) - track.vertical_m - 0.01, max(high) + track.up_m + 0.01


def _outline(part: Stretch) -> np.ndarray:
    """The outline round a stretch, closed, (n, 2) of longitude and latitude."""
    track, (first, last) = part.track, part.span
    course, flight = track.course, track.flight
    inner = [float(k) for k in range(ceil(first), floor(last) + 1) if first < k < last]
    at = [
        course.position(min(int(p), len(course) - 1), p - min(int(p), len(course) - 1)) for p in (first, *inner, last)
    ]
    lon, lat = np.array([place[0] for place in at]), np.array([place[1] for place in at])
    n = len(lon)
    alone = replace(
        flight, lon=lon, lat=lat, height=np.zeros(n), datum=(Datum.AGL,) * n, place=("",) * n, kind=("leg",) * (n - 1),
        widen_m=np.zeros(n - 1), times=None, elapsed=None, gimbal_pitch_deg=(), gimbal_yaw_deg=(), recording=(),
    )  # fmt: skip
    pieces = pieces_of(track, part.span)
    reach = float(track.reach[pieces.start : pieces.stop].max())
    rings = corridor([Course.of(alone)], reach + 0.01)
    if len(rings.polygons) != 1:
        raise CannotWrite("a stretch of it has no single outline")
    return np.asarray(rings.polygons[0][0])
