"""Where on a course a height band and the hours of a zone hold: surely, and maybe."""

from __future__ import annotations

import numpy as np

from dronectl import altitude
from dronectl.geometry import Floats
from dronectl.intervals import Intervals, joined, meet, union
from dronectl.measures import Band, Height
from dronectl.mission import Flight
from dronectl.records import dataclass
from dronectl.schedule import Hours, in_force
from dronectl.track import VERTICAL_EPS_M, WHOLE, Evens, Track, pieces_of, times_of
from dronectl.zone import Zone

SUN_REACH_DEG = 0.1  # across it the sun rises 24 s later, well inside the two minutes that belong to a zone


@dataclass(frozen=True, slots=True, eq=False)
class Holds:
    """Where something holds, in pieces of a course: surely, and maybe (which contains surely)."""

    surely: Intervals
    maybe: Intervals
    unsure: Intervals
    """The pieces on which the two are not the same, whole."""


def always(track: Track) -> Holds:
    """All along a course."""
    whole = [(0.0, float(len(track.course)))]
    return Holds(whole, whole, [])


Room = tuple[float, float]
"""How far below and how far above its path an aircraft may be, metres."""
BARE: Room = (0.0, 0.0)


def room_of(track: Track) -> Room:
    """That of a flight, with its operational volume if it has one."""
    return track.vertical_m, track.up_m


def in_band(track: Track, band: Band, room: Room, spans: Intervals) -> Holds:
    """Where the path, with the room below and above it, is in a band; it is looked at on these stretches at least."""
    limits = [(limit, sign) for limit, sign in ((floor_of(band), 1.0), (band.upper, -1.0)) if limit is not None]
    if not limits:
        return always(track)
    sides = [(evens, sign) for limit, sign in limits if (evens := altitude.evenly(track, limit)) is not None]
    if len(sides) < len(limits):
        return _by_piece(track, band, room, spans)
    key = (*limits, room)
    found: Holds | None = track.bands.get(key)
    if found is None:
        found = track.bands[key] = _evenly(track, sides, room)
    return found


def floor_of(band: Band) -> Height | None:
    """The lower limit of a band that has one."""
    return None if band.from_ground else band.lower


def _evenly(track: Track, sides: list[tuple[Evens, float]], room: Room) -> Holds:
    """All pieces at once, where heights run evenly along each: a limit leaves one stretch of a piece, or none."""
    if all(_least(evens, sign) >= -_slack(room, sign) for evens, sign in sides):
        return always(track)
    if any(_most(evens, sign) < -_slack(room, sign) for evens, sign in sides):
        return Holds([], [], [])
    count = len(track.course)
    parts: list[tuple[Floats, Floats]] = []
    for surely in (True, False):
        low, high = np.zeros(count), np.ones(count)
        for evens, sign in sides:
            line = evens.low if surely == (sign > 0) else evens.high
            begin, end = _over(sign * line, -_slack(room, sign))
            low, high = np.maximum(low, begin), np.minimum(high, end)
        parts.append((np.where(low <= high, low, 2.0), np.where(low <= high, high, -1.0)))
    (low, high), (low_maybe, high_maybe) = parts
    differ = np.flatnonzero((low != low_maybe) | (high != high_maybe)).astype(float)
    return Holds(_along(low, high), _along(low_maybe, high_maybe), joined(differ, differ + 1.0))


def _slack(room: Room, sign: float) -> float:
    """What a path may lack to a lower limit (sign 1), for the aircraft may be above it, or to an upper one (-1)."""
    return (room[1] if sign > 0 else room[0]) + VERTICAL_EPS_M


def _least(evens: Evens, sign: float) -> float:
    """How far beyond a limit, over it or under it by the sign, a path surely is wherever it may be."""
    return evens.lowest if sign > 0 else -evens.highest


def _most(evens: Evens, sign: float) -> float:
    """How far beyond a limit it may be anywhere."""
    return evens.highest if sign > 0 else -evens.lowest


def _along(low: Floats, high: Floats) -> Intervals:
    """One stretch a piece, from and to as fractions, as stretches of the course; from above to is none."""
    piece = np.flatnonzero(low <= high)
    return joined(piece + low[piece], piece + high[piece])


def _over(line: Floats, level: float) -> tuple[Floats, Floats]:
    """Where straight lines, given at both ends of pieces (n, 2), are at or above a level: from and to, (n,) each.

    From above to where they nowhere are.
    """
    first, last = line[:, 0] >= level, line[:, 1] >= level
    turns = first != last
    share = np.clip((level - line[:, 0]) / np.where(turns, line[:, 1] - line[:, 0], 1.0), 0.0, 1.0)
    none = ~first & ~last
    begin = np.where(none, 2.0, np.where(turns & last, share, 0.0))
    return begin, np.where(none, -1.0, np.where(turns & first, share, 1.0))


def _by_piece(track: Track, band: Band, room: Room, spans: Intervals) -> Holds:
    """Every piece by itself, those of some stretches: a model of the ground is asked only where it matters."""
    surely: Intervals = []
    maybe: Intervals = []
    unsure: Intervals = []
    for piece in sorted({piece for span in spans for piece in pieces_of(track, span)}):
        sure, may = on_piece(track, piece, band, room)
        surely.extend((piece + a, piece + b) for a, b in sure)
        maybe.extend((piece + a, piece + b) for a, b in may)
        if sure != may:
            unsure.append((float(piece), piece + 1.0))
    return Holds(union(surely, gap=1e-9), union(maybe, gap=1e-9), union(unsure))


def on_piece(track: Track, piece: int, band: Band, room: Room) -> tuple[Intervals, Intervals]:
    """Where on a piece, as fractions, the height is surely, and maybe, in the band."""
    surely, maybe = WHOLE, WHOLE
    floor = floor_of(band)
    if floor is not None:
        over = altitude.above(track, piece, floor)
        if over is None:
            return [], WHOLE
        sure, may = over.at_least(-_slack(room, 1.0))
        surely, maybe = meet(surely, sure), meet(maybe, may)
    if band.upper is not None:
        over = altitude.above(track, piece, band.upper)
        if over is None:
            return [], WHOLE
        sure, may = over.at_most(_slack(room, -1.0))
        surely, maybe = meet(surely, sure), meet(maybe, may)
    return surely, maybe


def hours_of(zone: Zone, flight: Flight, after_s: float = 0.0) -> Hours | None:
    """When the zone is in force during the flight and some seconds after it, or during the period it falls in.

    None where time is unknown.
    """
    span = flight.span
    if not zone.keeps_hours or span is None:
        return None
    hours = in_force(zone.periods, span[0], span[1] + after_s, *_places(zone, flight))
    if flight.times is not None:
        return hours
    return Hours(meet(hours.surely, flight.periods), meet(hours.maybe, flight.periods), hours.doubts)


def _places(zone: Zone, flight: Flight) -> list[tuple[float, float]]:
    """The place of a zone nearest to the take-off point; where the zone reaches far, its outermost corners as well."""
    lon, lat = flight.takeoff
    near: list[tuple[float, float]] = []
    boxes = []
    for west, south, east, north in (volume.box for volume in zone.volumes if volume.box is not None):
        turn = 360.0 * round((lon - (west + east) / 2) / 360)
        boxes.append((west + turn, south, east + turn, north))
        near.append((min(max(lon, west + turn), east + turn), min(max(lat, south), north)))
    if not boxes:
        return [(lon, lat)]
    first = min(near, key=lambda place: abs(place[0] - lon) + abs(place[1] - lat))
    wests, souths, easts, norths = zip(*boxes, strict=True)
    places = [first]
    if max(max(easts) - min(wests), max(norths) - min(souths)) > SUN_REACH_DEG:
        places += [(x, y) for x in (min(wests), max(easts)) for y in (min(souths), max(norths))]
    home = (first[0] + 180) % 360 - 180 - first[0]  # the corners stay beside it, for a longitude carries its day
    return [(x + home, y) for x, y in places]


def in_hours(track: Track, zone: Zone, hours: Hours | None) -> Holds:
    """Where along a course a zone is in force; `hours` are those of `hours_of`."""
    whole: Intervals = [(0.0, float(len(track.course)))]
    if not zone.keeps_hours:
        return always(track)
    if hours is None:
        return Holds([], whole, whole)
    moments, span = track.course.moments, track.flight.span
    if moments is None or span is None:  # at some moment of a period a flight meets whatever is in force in it
        surely, maybe = (whole if hours.surely else []), (whole if hours.maybe else [])
        return Holds(surely, maybe, [] if surely == maybe else whole)
    first, last = span
    if any(a <= first and last <= b for a, b in hours.surely):
        return always(track)
    if not any(a <= last and first <= b for a, b in hours.maybe):
        return Holds([], [], [])
    may = _during(hours.maybe, *moments)
    sure = may if hours.surely == hours.maybe else _during(hours.surely, *moments)
    differ = np.flatnonzero((sure.count != may.count) | (sure.share != may.share)).astype(float)
    return Holds(sure.spans, may.spans, joined(differ, differ + 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _During:
    spans: Intervals
    count: np.ndarray
    """Per piece how many stretches of time it meets."""
    share: Floats
    """How much of it they cover."""


def _during(stretches: Intervals, begin: Floats, end: Floats) -> _During:
    """Where pieces that are flown from `begin` to `end` (seconds) meet stretches of time."""
    first, last = np.minimum(begin, end), np.maximum(begin, end)
    moving = np.where(end == begin, 1.0, end - begin)
    count, share = np.zeros(len(begin), dtype=np.intp), np.zeros(len(begin))
    lows, highs = [np.zeros(0)], [np.zeros(0)]
    for a, b in stretches:
        piece = np.flatnonzero(np.maximum(a, first) <= np.minimum(b, last))
        ends = np.stack([np.maximum(a, first[piece]), np.minimum(b, last[piece])])
        u = (ends - begin[piece]) / moving[piece]
        low, high = np.minimum(u[0], u[1]), np.maximum(u[0], u[1])
        still = begin[piece] == end[piece]
        low[still], high[still] = 0.0, 1.0
        count[piece] += 1
        share[piece] += high - low
        lows.append(piece + low)
        highs.append(piece + high)
    return _During(joined(np.concatenate(lows), np.concatenate(highs)), count, share)


def in_time(track: Track, piece: int, zone: Zone, hours: Hours | None) -> tuple[Intervals, Intervals]:
    """Where on a piece, as fractions, the zone is surely, and maybe, in force."""
    if not zone.keeps_hours:
        return WHOLE, WHOLE
    if hours is None:
        return [], WHOLE
    span = times_of(track, piece)
    if span is None:
        return (WHOLE if hours.surely else []), (WHOLE if hours.maybe else [])
    return _on_piece(hours.surely, *span), _on_piece(hours.maybe, *span)


def _on_piece(intervals: Intervals, t0: float, t1: float) -> Intervals:
    if t0 == t1:
        return WHOLE if any(a <= t0 <= b for a, b in intervals) else []
    cut = meet(intervals, [(min(t0, t1), max(t0, t1))])
    return union(tuple(sorted(((a - t0) / (t1 - t0), (b - t0) / (t1 - t0)))) for a, b in cut)  # type: ignore[misc]


def meeting(one: Intervals, other: Intervals) -> Intervals:
    """Where both hold; what lies no more than rounding apart is one."""
    return union(meet(one, other), gap=1e-9)
