"""How one answer came about: for a flight and a zone, the chain of where, how high and when, with its figures."""

from __future__ import annotations

from collections.abc import Iterator

from dronectl import altitude, geometry
from dronectl.encounter import Sets, Skies, Touch, combine, widened
from dronectl.holding import hours_of, in_band, meeting, room_of
from dronectl.intervals import Interval, Intervals
from dronectl.measures import Answer, Datum, Height
from dronectl.records import dataclass
from dronectl.schedule import Hours
from dronectl.track import Fix, Track, fix_at, pieces_of
from dronectl.zone import Volume, Zone

FARTHEST_M = 100_000.0  # a zone farther than this from the path is said to be farther


@dataclass(frozen=True, slots=True, eq=False)
class Conversion:
    """What lies between the path's height and one limit at one place, metres."""

    fix: Fix
    limit: Height
    path: tuple[float, float]
    """The path's own height there, over its datum."""
    levels: tuple[tuple[Datum, float, float], ...]
    """Per datum that was turned into another: how far its zero lies above mean sea level, between two bounds."""
    over: tuple[float, float]
    """The path's height over the limit's datum, between two bounds."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """One flight against one volume of a zone: the three answers and the one that follows from them."""

    flight: str
    zone: Zone
    number: int
    volume: Volume
    reach_m: float
    """Metres by which the path was widened, crowd drift included."""
    vertical_m: float
    up_m: float
    """How far below and above its path it may be, metres."""
    nearest_m: float | None
    """The least distance of the unwidened path on the ground; 0 inside; None where the place is not known, or far."""
    depth_m: float | None
    in_plan: tuple[tuple[Fix, Fix], ...]
    """Where the widened path is over the footprint: from and to."""
    in_height: Answer
    height_maybe: tuple[tuple[Fix, Fix], ...]
    height_surely: tuple[tuple[Fix, Fix], ...]
    conversions: tuple[Conversion, ...]
    in_time: Answer
    hours: Hours | None
    """When the zone is in force round the flight; None where it keeps no hours, or the flight states no time."""
    inside: Answer
    together: tuple[tuple[Fix, Fix], ...]
    """Where all three hold, or may hold, at the same moment."""


def chains(tracks: tuple[Track, ...], zone: Zone) -> Iterator[Chain]:
    """The chain of every flight and every volume of a zone, in order."""
    skies = Skies([zone])
    for track in tracks:
        touches = skies.touches(track, FARTHEST_M, 0.0)
        for number, volume in enumerate(zone.volumes):
            seen = zone.in_time_of(number)
            hours = hours_of(seen, track.flight)
            yield _chain(track, seen, number, volume, touches.get(number, Touch(track)), hours)


def _chain(track: Track, zone: Zone, number: int, volume: Volume, touch: Touch, hours: Hours | None) -> Chain:
    sets = combine(touch.wide, zone, volume.band, track, hours, room_of(track))
    placed = not volume.doubt and volume.footprint is not None
    wide = touch.wide
    high = in_band(track, volume.band, room_of(track), wide)
    if sets.surely and placed:
        inside, together = Answer.YES, sets.surely
    else:
        inside, together = (Answer.UNKNOWN, sets.maybe) if sets.maybe else (Answer.NO, [])
    nearest = min(touch.contacts, key=lambda contact: contact.nearest_m, default=None)
    return Chain(
        flight=track.flight.id,
        zone=zone,
        number=number,
        volume=volume,
        reach_m=float(track.reach.max()) + track.spread(zone),
        vertical_m=track.vertical_m,
        up_m=track.up_m,
        nearest_m=nearest.nearest_m if nearest is not None else None,
        depth_m=_depth(touch),
        in_plan=_ends(track, wide),
        in_height=sets.in_height,
        height_maybe=_ends(track, meeting(wide, high.maybe)),
        height_surely=_ends(track, meeting(wide, high.surely)),
        conversions=tuple(_conversions(track, volume, wide, sets)),
        in_time=sets.in_time,
        hours=hours,
        inside=inside,
        together=_ends(track, together),
    )


def _depth(touch: Touch) -> float | None:
    """The greatest depth of the unwidened path inside the footprint, metres; None where it stays outside."""
    (nominal,) = widened([touch], None)
    if not nominal:
        return None
    return max(geometry.depths(touch.contacts, [nominal] * len(touch.contacts)), default=None)


def _ends(track: Track, spans: Intervals) -> tuple[tuple[Fix, Fix], ...]:
    return tuple((fix_at(track, a), fix_at(track, b)) for a, b in spans)


def _conversions(track: Track, volume: Volume, wide: Intervals, sets: Sets) -> Iterator[Conversion]:
    """The figures at the entry and the exit, and where it comes closest to a limit, of the first stretch that matters."""
    band = volume.band
    spans = sets.surely or sets.maybe or wide
    if not spans:
        return
    limits = [limit for limit in (None if band.from_ground else band.lower, band.upper) if limit is not None]
    for limit in limits:
        for place in sorted({spans[0][0], _closest(track, spans[0], limit), spans[0][1]}):
            piece = min(int(place), len(track.course) - 1)
            stated, over = altitude.heights_of(track, piece), altitude.above(track, piece, limit)
            if stated is None or over is None:
                continue
            u, (datum, path) = place - piece, stated
            low, high = over.at(u)
            levels = [
                (named, *altitude.level(track, piece, named).at(u))
                for named in dict.fromkeys((datum, limit.datum))
                if named not in (None, Datum.AMSL, Datum.FL) and limit.datum is not datum
            ]
            yield Conversion(
                fix=fix_at(track, place),
                limit=limit,
                path=path.at(u),
                levels=tuple(levels),
                over=(low + limit.metres, high + limit.metres),
            )


def _closest(track: Track, span: Interval, limit: Height) -> float:
    """Where on a span the path may come closest to a limit."""
    best, where = float("inf"), span[0]
    for piece in pieces_of(track, span):
        over = altitude.above(track, piece, limit)
        if over is None:
            continue
        for u in over.places((max(span[0] - piece, 0.0), min(span[1] - piece, 1.0))):
            low, high = over.at(u)
            apart = max(low, -high)
            if apart < best:
                best, where = apart, piece + u
    return where
