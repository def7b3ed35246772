"""A flight on its course: where, how high and when it is, and stretches of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dronectl.geometry import Course, Floats, Ints
from dronectl.heights import Bounds, Models
from dronectl.intervals import Interval, Intervals
from dronectl.measures import Answer, Datum, Height
from dronectl.mission import Flight, Mission
from dronectl.records import dataclass
from dronectl.zone import Box, Zone

VERTICAL_EPS_M = 0.01  # rounding of published limits; given to the zone
WHOLE: Intervals = [(0.0, 1.0)]


@dataclass(frozen=True, slots=True)
class Fix:
    """One point of a flight: degrees, metres over `datum`, seconds since 1970 (UTC)."""

    lon: float
    lat: float
    height_m: float | None
    datum: Datum | None
    time: float | None
    leg: tuple[int, int]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encounter:
    """One stretch of a flight against one volume; without `enter` and `exit` it is a passing."""

    flight: str
    volume: int
    inside: Answer
    nominal: bool
    """True where the stated path itself is inside, False where only its uncertainty reaches in."""
    enter: Fix | None
    exit: Fix | None
    nearest: Fix | None
    length_m: float
    seconds: float | None
    margin_m: float
    """After the uncertainty: below 0 the depth inside, above 0 the clearance on the ground, 0 above or below it."""
    vertical_margin_m: float | None
    spans: tuple[Interval, ...]
    """Where the widened path is at it, in pieces of the course: what a permit must cover. For a passing: over or under it."""
    along: tuple[Track, Interval] | None = None
    """What was flown, and from where to where in pieces of the course; None for a passing."""

    @property
    def line(self) -> tuple[tuple[float, float, float | None], ...]:
        """The stretch as positions: longitude, latitude, height."""
        if self.along is None or self.enter is None or self.exit is None:
            return ()
        return _line(*self.along, self.enter, self.exit)

    @property
    def heights_m(self) -> tuple[float, float] | None:
        """The least and the greatest of the heights on it, over whatever datum; None where there is none."""
        if self.along is None or self.enter is None or self.exit is None:
            return None
        inner, known = _heights(*self.along)[1:]
        found = [*inner[known].tolist(), *(fix.height_m for fix in (self.enter, self.exit) if fix.height_m is not None)]
        return (min(found), max(found)) if found else None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an encounter cannot be decided, and what would decide it."""

    about: str
    """`where`, `height` or `time`."""
    why: str
    remedy: str

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, eq=False)
class Evens:
    """Bounds of a height at both ends of every piece, (pieces, 2), between which it runs evenly."""

    low_over: Floats
    """Over a zero that the limit lies some metres above, between `least_m` and `most_m`."""
    high_over: Floats
    lowest: float
    """The least of the lower bounds, and the greatest of the upper ones, over the limit."""
    highest: float
    least_m: float = 0.0
    most_m: float = 0.0

    @classmethod
    def of(cls, low: Floats, high: Floats) -> Evens:
        """Over the zero itself."""
        return cls(low, high, float(low.min()), float(high.max()))

    def over(self, least_m: float, most_m: float) -> Evens:
        """Of those over a zero, those over a limit that lies so many metres above it, between two bounds."""
        return Evens(self.low_over, self.high_over, self.lowest - most_m, self.highest - least_m, least_m, most_m)

    @cached_property
    def low(self) -> Floats:
        return np.asarray(self.low_over - self.most_m)

    @cached_property
    def high(self) -> Floats:
        return np.asarray(self.high_over - self.least_m)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A flight with its course, ready to be held against zones."""

    flight: Flight
    course: Course
    reach: np.ndarray
    """Metres of widening per piece: uncertainty and what the leg adds."""
    horizontal_m: float
    vertical_m: float
    models: Models
    above_m: float = 0.0
    """Metres beyond `vertical_m` that its flight geography reaches upwards only."""
    people_m: float = 0.0
    """Metres beyond `reach` in which people on the ground count: the ground risk buffer."""
    levels: dict[tuple[int, Datum | None], Bounds] = field(default_factory=dict)
    """What was found of a datum's level above the sea, per piece: asked once, kept for the other zones."""
    zeros: dict[Datum | None, Evens | None] = field(default_factory=dict)
    """How high all pieces are over the zero of a datum, where that runs evenly along each: asked once, kept likewise."""
    evens: dict[Height, Evens | None] = field(default_factory=dict)
    """How high all pieces are over a limit, where that runs evenly along each: asked once, kept likewise."""
    bands: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """Where the path is in a band (`holding.Holds`), likewise."""

    def along_m(self, at: float) -> float:
        """Metres flown from the start to a place in pieces of the course."""
        return length_of(self, (0.0, at))

    @classmethod
    def of(cls, flight: Flight, mission: Mission, models: Models) -> Track:
        course, unsure = Course.of(flight), mission.uncertainty
        reach = course.widen + unsure.horizontal_m
        return cls(flight, course, reach, unsure.horizontal_m, unsure.vertical_m, models)

    @property
    def up_m(self) -> float:
        """How far above its path it may be, metres; below it, that is `vertical_m`."""
        return self.vertical_m + self.above_m

    def widened(self, sideways_m: float, vertical_m: float, people_m: float, above_m: float = 0.0) -> Track:
        """The same flight with the room of its operational volume round it, and its ground risk buffer for people."""
        return replace(
            self, reach=self.reach + sideways_m, vertical_m=self.vertical_m + vertical_m, above_m=self.above_m + above_m,
            people_m=people_m, bands={}, levels={},  # the ground that counts is that within reach, and it reaches farther now
        )  # fmt: skip

    def spread(self, zone: Zone) -> float:
        """Metres beyond `reach` at which a zone counts as met: what its people drift, and the buffer that they need."""
        return zone.spread_m + (self.people_m if zone.crowd is not None else 0.0)


def box_of(tracks: Sequence[Track]) -> Box:
    """The box round some flights, without their widening."""
    boxes = np.vstack([track.course.boxes for track in tracks])
    low, high = boxes.min(axis=0), boxes.max(axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])


def pieces_of(track: Track, span: Interval) -> range:
    """The pieces of a course that a span lies on; the end of the course belongs to its last piece."""
    last = len(track.course) - 1
    return range(min(int(span[0]), last), min(int(span[1]), last) + 1)


def times_of(track: Track, piece: int) -> tuple[float, float] | None:
    moments = track.course.moments
    return None if moments is None else (float(moments[0][piece]), float(moments[1][piece]))


def fix_at(track: Track, at: float) -> Fix:
    course, flight = track.course, track.flight
    piece = min(int(at), len(course) - 1)
    lon, lat, leg, fraction = course.position(piece, at - piece)
    last = min(leg + 1, len(flight.height) - 1)
    height: float | None = None
    datum = flight.datum[leg] if flight.datum[leg] is flight.datum[last] else None
    if datum is not None:
        value = float(flight.height[leg] + fraction * (flight.height[last] - flight.height[leg]))
        height = None if np.isnan(value) else value
    time = None
    if flight.times is not None:
        time = float(flight.times[leg] + fraction * (flight.times[last] - flight.times[leg]))
    return Fix(lon, lat, height, datum, time, (leg, last), flight.place[leg])


def stretch(
    track: Track, span: Interval, *, volume: int, inside: Answer, nominal: bool, margin_m: float, spans: Intervals
) -> Encounter:
    enter, leave = fix_at(track, span[0]), fix_at(track, span[1])
    seconds = leave.time - enter.time if enter.time is not None and leave.time is not None else None
    return Encounter(
        flight=track.flight.id,
        volume=volume,
        inside=inside,
        nominal=nominal,
        enter=enter,
        exit=leave,
        nearest=None,
        length_m=length_of(track, span),
        seconds=seconds,
        margin_m=margin_m,
        vertical_margin_m=None,
        spans=tuple(spans),
        along=(track, span),
    )


def length_of(track: Track, span: Interval) -> float:
    """Metres along a span of the course."""
    run = track.course.run
    begin, end = (
        float(run[k] + (at - k) * (run[k + 1] - run[k])) for at in span for k in (min(int(at), len(run) - 2),)
    )
    return max(end - begin, 0.0)


def _line(track: Track, span: Interval, first: Fix, last: Fix) -> tuple[tuple[float, float, float | None], ...]:
    """The positions of a span: its ends, and the ends of the pieces between."""
    inner, metres, known = _heights(track, span)
    between = [
        (lon, lat, height if is_known else None)
        for lon, lat, height, is_known in zip(
            *(column.tolist() for column in (track.course.lon[inner, 0], track.course.lat[inner, 0], metres, known)),
            strict=True,
        )
    ]
    return ((first.lon, first.lat, first.height_m), *between, (last.lon, last.lat, last.height_m))


def _heights(track: Track, span: Interval) -> tuple[Ints, Floats, NDArray[np.bool_]]:
    """The pieces that begin within a span, the height at which each does, and whether it is known over one datum."""
    inner = np.arange(int(span[0]) + 1, int(np.ceil(span[1])))
    course, flight = track.course, track.flight
    leg = course.leg[inner]
    after = np.minimum(leg + 1, len(flight.height) - 1)
    metres = flight.height[leg] + course.start[inner] * (flight.height[after] - flight.height[leg])
    known = ~np.isnan(metres)
    if flight.over is None:
        ends = zip(leg.tolist(), after.tolist(), strict=True)
        known &= np.array([flight.datum[a] is not None and flight.datum[a] is flight.datum[b] for a, b in ends], bool)
    return inner, metres, known
