"""How high a flight is over whatever a limit is measured from: between two bounds, all along its pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dronectl import geometry, heights
from dronectl.heights import Bounds, Piece
from dronectl.intervals import Interval
from dronectl.measures import HIGHEST_GROUND_M, LOWEST_GROUND_M, Band, Datum, Height
from dronectl.records import dataclass
from dronectl.track import Doubt, Evens, Track, fix_at, pieces_of

TAKEOFF_REACH_M = 1.0  # this near the take-off point, height above take-off is height above ground
LEVEL = frozenset({Datum.AMSL, Datum.WGS84, Datum.TAKEOFF})  # level surfaces, over which a straight climb is even
WAYS = frozenset({"take-off", "return", "landing"})  # legs that many files leave to the aircraft
WAYS_REMEDY = "give the height of the way home and the ground at take-off: --rtl-alt METRES, --takeoff-elevation METRES"
NAMELESS = (Datum.AGL, Datum.AMSL, Datum.WGS84)  # what a limit without a datum may be measured from
UNKNOWN_SPREAD_M = 2_000.0  # bounds wider than this say that a model has no data there


def above(track: Track, piece: int, limit: Height) -> Bounds | None:
    """Metres by which the path is above a limit, all along a piece; None where its height is not known at all.

    A limit without a datum is held against every datum that it may mean.
    """
    evens = evenly(track, limit)
    if evens is not None:
        return Bounds(heights.ENDS, evens.low[piece], evens.high[piece])
    stated = heights_of(track, piece)
    if stated is None:
        return None
    datum, path = stated
    targets = NAMELESS if limit.datum is None else (limit.datum,)
    found: Bounds | None = None
    for target in targets:
        here = _above(track, piece, datum, path, limit.metres, target)
        found = here if found is None else found.hull(here)
    return found


def evenly(track: Track, limit: Height) -> Evens | None:
    """As `above`, for all pieces at once; None where a piece needs a look of its own.

    That is so where the heights are over one datum, and no model bends along a piece: no terrain, no piece of path that is
    longer than the geoid's step. The figures are those that `above` finds piece by piece.
    """
    if limit not in track.evens:
        track.evens[limit] = _evenly(track, limit)
    return track.evens[limit]


def _evenly(track: Track, limit: Height) -> Evens | None:
    target = limit.datum
    if target not in track.zeros:
        track.zeros[target] = _over_zero(track, target)
    zero = track.zeros[target]
    if zero is None:
        return None
    if target is Datum.FL and track.flight.over is not Datum.FL:
        return zero.over(*heights.above_sea(limit.metres, track.models.qnh_hpa))
    return zero.over(limit.metres, limit.metres)


def _over_zero(track: Track, target: Datum | None) -> Evens | None:
    """How high all pieces are over the zero of a datum; of flight levels, over the sea."""
    flight, course = track.flight, track.course
    datum = flight.over
    if datum is None or target is None:
        return None
    last = np.minimum(course.leg + 1, len(flight.height) - 1)
    climb = flight.height[last] - flight.height[course.leg]
    base = flight.height[course.leg]
    path = np.column_stack([base + course.start * climb, base + course.stop * climb])
    if np.isnan(path).any():
        return None
    if target is datum:
        return Evens.of(path, path)
    mine, theirs = _levels(track, datum), _levels(track, target)
    if mine is None or theirs is None:
        return None
    low, high = path + mine[0], path + mine[1]
    if target is Datum.FL:
        track.models.used.add("air")
    else:
        low, high = low - theirs[1], high - theirs[0]
    if {datum, target} == {Datum.AGL, Datum.TAKEOFF}:
        near = _near_takeoff(track)
        low[near] = high[near] = path[near]
    return Evens.of(low, high)


def _levels(track: Track, datum: Datum) -> tuple[np.ndarray, np.ndarray] | None:
    """Between which metres above the sea the zero of a datum lies at both ends of every piece; None where it bends."""
    shape = (len(track.course), 2)
    match datum:
        case Datum.AGL:
            if track.models.terrain is not None:
                return None
            return np.full(shape, LOWEST_GROUND_M), np.full(shape, HIGHEST_GROUND_M)
        case Datum.TAKEOFF:
            low, high = takeoff_ground(track)
            return np.full(shape, low), np.full(shape, high)
        case Datum.WGS84:
            return None
        case _:
            return np.zeros(shape), np.zeros(shape)


def _near_takeoff(track: Track) -> np.ndarray:
    """Per piece whether it stays at the take-off point (`at_takeoff`)."""
    course = track.course
    if not track.flight.takeoff_known:
        return np.zeros(len(course), dtype=bool)
    lon, lat = track.flight.takeoff
    held = np.ones(len(course), dtype=bool)
    for end in (0, 1):
        metres = geometry.metres_from(lon, lat, course.lon[:, end], course.lat[:, end])
        held &= metres <= TAKEOFF_REACH_M
    return held


def known_above(track: Track, piece: int, limit: Height) -> Bounds | None:
    """As `above`; None as well where the bounds are so wide that a model has no data there."""
    over = above(track, piece, limit)
    return over if over is not None and float(over.high.max() - over.low.min()) <= UNKNOWN_SPREAD_M else None


def _above(track: Track, piece: int, datum: Datum, path: Bounds, metres: float, target: Datum) -> Bounds:
    near = target is datum or ({datum, target} == {Datum.AGL, Datum.TAKEOFF} and at_takeoff(track, piece))
    if near:
        return path.minus(Bounds.even(metres, metres))
    over_sea = path.plus(level(track, piece, datum))
    if target is Datum.FL:
        track.models.used.add("air")
        return over_sea.minus(Bounds.between(*heights.above_sea(metres, track.models.qnh_hpa)))
    return over_sea.minus(level(track, piece, target)).minus(Bounds.even(metres, metres))


def heights_of(track: Track, piece: int) -> tuple[Datum, Bounds] | None:
    """The path's own heights along a piece, over one datum; None where they are not known.

    A leg whose ends are over different level surfaces (sea level, ellipsoid, take-off point) runs evenly above sea level.
    """
    course, flight = track.course, track.flight
    leg = int(course.leg[piece])
    last = min(leg + 1, len(flight.height) - 1)
    first_m, last_m = float(flight.height[leg]), float(flight.height[last])
    datum, other = flight.datum[leg], flight.datum[last]
    if datum is None or other is None or np.isnan(first_m) or np.isnan(last_m):
        return None
    start, stop = float(course.start[piece]), float(course.stop[piece])
    if datum is other:
        climb = last_m - first_m
        return datum, Bounds.even(first_m + start * climb, first_m + stop * climb)
    key = (piece, None)
    if key not in track.levels:
        if not {datum, other} <= LEVEL and course.length[leg] > TAKEOFF_REACH_M:
            return None
        ends = []
        pieces = np.flatnonzero(course.leg == leg)
        for metres, over, place, side in ((first_m, datum, pieces[0], 0.0), (last_m, other, pieces[-1], 1.0)):
            low, high = level(track, int(place), over).at(side)
            ends.append((metres + low, metres + high))
        low_climb, high_climb = ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]
        track.levels[key] = Bounds(
            heights.ENDS,
            np.array([ends[0][0] + start * low_climb, ends[0][0] + stop * low_climb]),
            np.array([ends[0][1] + start * high_climb, ends[0][1] + stop * high_climb]),
        )
    return Datum.AMSL, track.levels[key]


def level(track: Track, piece: int, datum: Datum) -> Bounds:
    """How far the zero of a datum lies above mean sea level along a piece, metres."""
    key = (piece, datum)
    if key not in track.levels:
        track.levels[key] = _level(track, piece, datum)
    return track.levels[key]


def _level(track: Track, piece: int, datum: Datum) -> Bounds:
    match datum:
        case Datum.WGS84:
            return Bounds.even(0.0, 0.0).minus(track.models.sea(_piece(track, piece)))
        case Datum.AGL:
            return track.models.ground(_piece(track, piece))
        case Datum.TAKEOFF:
            return Bounds.between(*takeoff_ground(track))
        case _:
            return Bounds.even(0.0, 0.0)


def takeoff_ground(track: Track) -> tuple[float, float]:
    """The ground at the take-off point, metres AMSL, between two bounds.

    As the mission states it; where a terrain says otherwise, either may be right.
    """
    key = (-1, Datum.TAKEOFF)
    if key not in track.levels:
        stated = track.flight.ground_m
        known = track.flight.takeoff_known
        found = track.models.ground_at(*track.flight.takeoff, track.horizontal_m) if known else None
        if stated is None:
            low, high = found or (LOWEST_GROUND_M, HIGHEST_GROUND_M)
        elif found is None or found[0] <= stated <= found[1]:
            low = high = stated
        else:
            low, high = min(stated, found[0]), max(stated, found[1])
        track.levels[key] = Bounds.between(low, high)
    return track.levels[key].at(0.0)


def _piece(track: Track, piece: int) -> Piece:
    course = track.course
    leg = int(course.leg[piece])
    length = float(course.length[leg] * (course.stop[piece] - course.start[piece])) if len(course.length) else 0.0
    west, south, east, north = course.boxes[piece].tolist()
    near = float(track.reach[piece])
    box = geometry.grow((west, south, east, north), near)
    return Piece(lambda u: course.points(piece, u), length, near, box)


def at_takeoff(track: Track, piece: int) -> bool:
    """True where a piece stays at the take-off point, so that height above it is height above ground."""
    if not track.flight.takeoff_known:
        return False
    lon, lat = track.flight.takeoff
    course = track.course
    return all(
        geometry.metres_between(lon, lat, float(course.lon[piece, end]), float(course.lat[piece, end]))
        <= TAKEOFF_REACH_M
        for end in (0, 1)
    )


def doubt(track: Track, spans: Sequence[Interval], band: Band) -> Doubt:
    """Why a band cannot be held against the path on some stretches, with the figures, and what would decide it."""
    stated = _stated(track)
    for piece in (piece for span in spans for piece in pieces_of(track, span)):
        if not stated[piece] and heights_of(track, piece) is None:
            leg = int(track.course.leg[piece])
            ends = [datum.value for datum in track.flight.datum[leg : leg + 2] if datum is not None]
            if len(ends) < 2:
                way = leg < len(track.flight.kind) and track.flight.kind[leg] in WAYS
                remedy = WAYS_REMEDY if way else "state a height and a datum for every point"
                return Doubt("height", "the path states no height there", remedy)
            why = f"its height turns from {ends[0]} to {ends[-1]} on the way, and the ground between is not known"
            return Doubt("height", why, "state the heights of the path over one datum")
    limits = [limit for limit in (band.upper, None if band.from_ground else band.lower) if limit is not None]
    for limit in limits:
        if limit.datum is None:
            why = f"the zone's limit of {limit.metres:g} m names no datum"
            return Doubt("height", why, "ask the zone's publisher for the vertical reference")
    closest = [found for limit in limits if (found := _closest(track, spans, limit)) is not None]
    if not closest:
        return Doubt("height", f"its height cannot be held against {band}", "state the path over the zone's datum")
    return _figures(track, min(closest, key=lambda found: found.apart), band)


def _stated(track: Track) -> np.ndarray:
    """Per piece True where its height is surely known: both ends have one, and the whole flight is over one datum."""
    flight, leg = track.flight, track.course.leg
    if flight.over is None:
        return np.zeros(len(leg), dtype=bool)
    known = ~np.isnan(flight.height)
    return np.asarray(known[leg] & known[np.minimum(leg + 1, len(known) - 1)])


@dataclass(frozen=True, slots=True)
class _Closest:
    """Where what is not known of the path's height matters most to one limit."""

    apart: float
    piece: int
    u: float
    limit: Height
    least: float
    most: float


def _closest(track: Track, spans: Sequence[Interval], limit: Height) -> _Closest | None:
    found: _Closest | None = None
    evens = evenly(track, limit)
    for begin, end in spans:
        pieces = pieces_of(track, (begin, end))
        if evens is not None and len(pieces) > 2:  # the pieces between the first and the last are wholly in the span
            inner = np.arange(pieces.start + 1, pieces.stop - 1)
            ends = _closest_of(evens, inner, limit)
            if ends is not None and (found is None or ends.apart < found.apart):
                found = ends
            pieces = range(pieces.start, pieces.stop, len(pieces) - 1)
        for piece in pieces:
            bounds = above(track, piece, limit)
            if bounds is None:
                continue
            for u in bounds.places((max(begin - piece, 0.0), min(end - piece, 1.0))):
                low, high = bounds.at(u)
                apart = abs(low + high) / 2 - (high - low) / 2
                if high - low > 1e-6 and (found is None or apart < found.apart):
                    found = _Closest(apart, piece, u, limit, low + limit.metres, high + limit.metres)
    return found


def _closest_of(evens: Evens, pieces: np.ndarray, limit: Height) -> _Closest | None:
    """The end of some pieces at which what is not known matters most."""
    low, high = evens.low[pieces], evens.high[pieces]
    apart = np.where(high - low > 1e-6, np.abs(low + high) / 2 - (high - low) / 2, np.inf)
    row, end = np.unravel_index(int(apart.argmin()), apart.shape)
    if not np.isfinite(apart[row, end]):
        return None
    least, most = float(low[row, end]) + limit.metres, float(high[row, end]) + limit.metres
    return _Closest(float(apart[row, end]), int(pieces[row]), float(end), limit, least, most)


def _figures(track: Track, at: _Closest, band: Band) -> Doubt:
    datum = track.flight.datum[int(track.course.leg[at.piece])] or Datum.AMSL
    target = at.limit.datum or Datum.AMSL
    missing = _missing(track, {datum, target})
    if missing:
        return Doubt("height", f"heights over {datum.value} cannot be held against a band of {band}", missing)
    fix = fix_at(track, at.piece + at.u)
    place = f"{fix.lat:.5f} {fix.lon:.5f}"
    if at.most - at.least > UNKNOWN_SPREAD_M:
        why = f"the terrain has no data at {place}, and heights over {datum.value} are to be held against {at.limit}"
        return Doubt("height", why, "give a terrain that covers the path, without holes: --terrain FILE")
    half = (at.most - at.least) / 2
    why = (
        f"it is {(at.most + at.least) / 2:.0f} m {target.value} within {half:.1f} m at {place}, "
        f"turned from {datum.value}, and the limit is {at.limit}"
    )
    room = np.ceil(half + track.vertical_m + 1.0)
    remedy = (
        f"keep {room:.0f} m from the limit, or state a smaller error of the models (--terrain-error, --geoid-error)"
    )
    return Doubt("height", why, remedy)


def _missing(track: Track, datums: set[Datum]) -> str:
    """What would have to be given to turn heights over these datums; empty where all is there."""
    ground = Datum.TAKEOFF in datums and track.flight.ground_m is None
    if ground and not track.flight.takeoff_known:
        return "state the ground at take-off, which is not in the file: --takeoff-elevation METRES"
    if track.models.terrain is not None or not (ground or Datum.AGL in datums):
        return ""
    if Datum.AGL in datums:
        return "give a terrain model: --terrain FILE; or state the path over the zone's datum"
    return "state the ground at take-off: --takeoff-elevation METRES; or give a terrain model: --terrain FILE"
