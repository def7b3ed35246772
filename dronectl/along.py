"""What holds along a path: its heights against a limit, its times, and where it leaves an area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dronectl import altitude, geometry
from dronectl.geometry import Asked
from dronectl.intervals import Interval, Intervals, meet, union
from dronectl.measures import Answer, Band, Datum, Height
from dronectl.records import dataclass
from dronectl.track import VERTICAL_EPS_M, Doubt, Encounter, Evens, Track, fix_at, pieces_of, stretch
from dronectl.zone import Volume, Zone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeightAnswer:
    """The heights of a mission above ground, held against one limit."""

    above: Answer
    encounters: tuple[Encounter, ...]
    """The stretches that are above the limit; where none surely is, those that may be."""
    possible: tuple[Encounter, ...]
    """All stretches that may be above it; they hold those that are."""
    highest_m: float | None
    """The greatest height above ground with the vertical uncertainty, in metres; None where it is not known."""
    doubt: Doubt | None = None


def above_ground(tracks: Sequence[Track], limit_m: float, *, reached: bool = False) -> HeightAnswer:
    """Where a mission's path, with its vertical uncertainty, is higher above ground than `limit_m`.

    With `reached`, where it comes as high as that: for a limit that says "less than".
    """
    limit = Height(limit_m, Datum.AGL)
    sure: list[Encounter] = []
    maybe: list[Encounter] = []
    highest: float | None = 0.0
    doubt: Doubt | None = None
    for track in tracks:
        high: Intervals = []
        possible: Intervals = []
        level = (-VERTICAL_EPS_M if reached else VERTICAL_EPS_M) - track.up_m
        evens = altitude.evenly(track, limit)
        left: Iterable[int] = range(len(track.course))
        if evens is not None:
            left = _evenly_above(evens, level, high, possible)
            low_m, high_m = evens.low.min(axis=1), evens.high.max(axis=1)
            if bool((high_m - low_m > altitude.UNKNOWN_SPREAD_M).any()):
                highest = None
            elif highest is not None:
                highest = max(highest, float(high_m.max()) + limit_m + track.up_m)
        for piece in left:
            over = altitude.above(track, piece, limit)
            if over is None:
                possible.append((float(piece), piece + 1.0))
                highest = None
                continue
            surely, perhaps = over.at_least(level)
            high.extend((piece + a, piece + b) for a, b in surely)
            possible.extend((piece + a, piece + b) for a, b in perhaps)
            least, most = float(over.low.min()), float(over.high.max())
            if most - least > altitude.UNKNOWN_SPREAD_M:
                highest = None
            elif highest is not None:
                highest = max(highest, most + limit_m + track.up_m)
        high, possible = union(high, gap=1e-9), union(possible, gap=1e-9)
        if possible != high:
            doubt = doubt or altitude.doubt(track, possible, Band(upper=limit))
        for spans, answer, into in ((high, Answer.YES, sure), (possible, Answer.UNKNOWN, maybe)):
            for span in spans:
                into.append(stretch(track, span, volume=0, inside=answer, nominal=True, margin_m=0.0, spans=[span]))
    if sure:
        return HeightAnswer(above=Answer.YES, encounters=tuple(sure), possible=tuple(maybe), highest_m=highest)
    if maybe:
        return HeightAnswer(
            above=Answer.UNKNOWN, encounters=tuple(maybe), possible=tuple(maybe), highest_m=None, doubt=doubt
        )
    return HeightAnswer(above=Answer.NO, encounters=(), possible=(), highest_m=highest)


def _evenly_above(evens: Evens, level: float, high: Intervals, possible: Intervals) -> list[int]:
    """Put down the pieces that are wholly above a level, or may be; those that cross it are left to be looked at."""
    left: set[int] = set()
    for bounds in (evens.low, evens.high):
        over = bounds >= level
        whole = over.all(axis=1)
        left.update(np.flatnonzero(over.any(axis=1) & ~whole).tolist())
    for bounds, into in ((evens.low, high), (evens.high, possible)):
        whole = (bounds >= level).all(axis=1)
        into.extend((float(piece), piece + 1.0) for piece in np.flatnonzero(whole).tolist() if piece not in left)
    return sorted(left)


def outside(tracks: Sequence[Track], zones: Sequence[Zone]) -> list[Encounter]:
    """The stretches on which the path, with its uncertainty, is not inside any of the zones (as footprints)."""
    stretches = []
    for track in tracks:
        gone: Intervals = [(0.0, float(len(track.course)))]
        for zone in zones:
            out: Intervals = []
            for volume in zone.volumes:
                out.extend(leaving(volume, track))
            gone = meet(gone, union(out, gap=1e-9))
        for span in gone:
            stretches.append(
                stretch(track, span, volume=0, inside=Answer.YES, nominal=True, margin_m=0.0, spans=[span])
            )
    return stretches


def leaving(volume: Volume, track: Track) -> Intervals:
    """Where on a course the path, widened by its uncertainty, is not wholly inside a volume's footprint."""
    course = track.course
    out: Intervals = []
    for pieces, frame in course.frames():
        (found,) = geometry.contacts([Asked(volume, course, pieces, frame, track.reach)])
        if not found:
            out.append((float(pieces[0]), pieces[-1] + 1.0))
        for spans in geometry.within(found, [0.0] * len(found), outside=True):
            out.extend(spans)
    return union(out, gap=1e-9)


def heights_on(track: Track, span: Interval, band: Band) -> bool:
    """True where the path with its vertical uncertainty is surely inside a band all along a span."""
    for piece in pieces_of(track, span):
        part = (max(span[0] - piece, 0.0), min(span[1] - piece, 1.0))
        if band.lower is not None and not band.from_ground:
            over = altitude.above(track, piece, band.lower)
            if over is None or over.over(part)[0] - track.vertical_m < -VERTICAL_EPS_M:
                return False
        if band.upper is not None:
            over = altitude.above(track, piece, band.upper)
            if over is None or over.over(part)[1] + track.up_m > VERTICAL_EPS_M:
                return False
    return True


def times_on(track: Track, span: Interval) -> tuple[float, float] | None:
    """When a span is flown (seconds since 1970, UTC); the whole period where only that is known; None where nothing is."""
    if track.flight.times is None:
        return track.flight.span
    first, last = fix_at(track, span[0]).time, fix_at(track, span[1]).time
    return (first, last) if first is not None and last is not None else None
