"""What holds along a path: its heights against a limit, its times, and where it leaves an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dronectl import geometry
from dronectl.intervals import Interval, Intervals, meet, union
from dronectl.measures import Answer, Band, Datum, Height, shift
from dronectl.mission import Mission
from dronectl.track import (
    VERTICAL_EPS_M,
    Doubt,
    Encounter,
    Track,
    at_takeoff,
    fix_at,
    height_doubt,
    heights_of,
    stretch,
    where_above,
)
from dronectl.zone import Volume, Zone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeightAnswer:
    """The heights of a mission above ground, held against one limit."""

    above: Answer
    encounters: tuple[Encounter, ...]
    """The stretches that are, or may be, above the limit."""
    highest_m: float | None
    """The greatest height above ground with the vertical uncertainty, in metres; None where it is not known."""
    doubt: Doubt | None = None


def above_ground(mission: Mission, limit_m: float) -> HeightAnswer:
    """Where the path, with its vertical uncertainty, is higher above ground than `limit_m`."""
    sure: list[Encounter] = []
    maybe: list[Encounter] = []
    highest: float | None = 0.0
    doubt: Doubt | None = None
    for flight in mission.flights:
        track = Track.of(flight, mission)
        high: Intervals = []
        possible: Intervals = []
        for piece in range(len(track.course)):
            heights = heights_of(track, piece)
            if heights is None:
                possible.append((float(piece), piece + 1.0))
                highest, doubt = None, doubt or height_doubt(flight, Band(upper=Height(limit_m, Datum.AGL)))
                continue
            h0, h1, datum = heights
            least, most = shift(datum, Datum.AGL, at_takeoff=datum is Datum.TAKEOFF and at_takeoff(track, piece))
            level = limit_m - track.vertical_m + VERTICAL_EPS_M
            high.extend((piece + a, piece + b) for a, b in where_above(h0, h1, level - least))
            unsure = where_above(h0, h1, level - most)
            possible.extend((piece + a, piece + b) for a, b in unsure)
            if least != most:
                highest = None
                doubt = doubt or height_doubt(flight, Band(upper=Height(limit_m, Datum.AGL)))
            elif highest is not None:
                highest = max(highest, h0 + least + track.vertical_m, h1 + least + track.vertical_m)
        for spans, answer, into in ((high, Answer.YES, sure), (possible, Answer.UNKNOWN, maybe)):
            for span in union(spans, gap=1e-9):
                into.append(stretch(track, span, volume=0, inside=answer, nominal=True, margin_m=0.0, spans=[span]))
    if sure:
        return HeightAnswer(above=Answer.YES, encounters=tuple(sure), highest_m=highest)
    if maybe:
        return HeightAnswer(above=Answer.UNKNOWN, encounters=tuple(maybe), highest_m=None, doubt=doubt)
    return HeightAnswer(above=Answer.NO, encounters=(), highest_m=highest)


def outside(mission: Mission, zones: Sequence[Zone]) -> list[Encounter]:
    """The stretches on which the path, with its uncertainty, is not inside any of the zones (as footprints)."""
    stretches = []
    for flight in mission.flights:
        track = Track.of(flight, mission)
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
        found = geometry.contact(volume, course, pieces, frame, [track.reach[pieces]], outside=True)
        if found is None:
            out.extend((float(piece), piece + 1.0) for piece in pieces.tolist())
            continue
        out.extend((piece + a, piece + b) for piece, spans in found.levels[0].items() for a, b in spans)
    return union(out, gap=1e-9)


def heights_on(track: Track, span: Interval, band: Band) -> bool:
    """True where the path with its vertical uncertainty is surely inside a band all along a span."""
    for piece in range(int(span[0]), min(int(span[1]), len(track.course) - 1) + 1):
        heights = heights_of(track, piece)
        if heights is None:
            return band.lower is None and band.upper is None
        h0, h1, datum = heights
        low, high = max(span[0] - piece, 0.0), min(span[1] - piece, 1.0)
        ends = [h0 + u * (h1 - h0) for u in (low, high)]
        close = datum is Datum.TAKEOFF and at_takeoff(track, piece)
        if band.lower is not None and not band.from_ground:
            least, _ = shift(datum, band.lower.datum, at_takeoff=close)
            if min(ends) + least - track.vertical_m < band.lower.metres - VERTICAL_EPS_M:
                return False
        if band.upper is not None:
            _, most = shift(datum, band.upper.datum, at_takeoff=close)
            if max(ends) + most + track.vertical_m > band.upper.metres + VERTICAL_EPS_M:
                return False
    return True


def times_on(track: Track, span: Interval) -> tuple[float, float] | None:
    """When a span is flown (seconds since 1970, UTC); the whole period where only that is known; None where nothing is."""
    if track.flight.times is None:
        return track.flight.period
    first, last = fix_at(track, span[0]).time, fix_at(track, span[1]).time
    return (first, last) if first is not None and last is not None else None
