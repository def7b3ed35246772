"""When a zone is in force: periods, weekly schedules, clock times and sun events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import cache
from zoneinfo import ZoneInfo

from dronectl import sun
from dronectl.intervals import Interval, Intervals, meet, union
from dronectl.records import dataclass

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
EVENTS = tuple(sun.ALTITUDE_DEG)
DAY_S = 86400.0
LONGEST_SPAN_DAYS = 1100
CIVIL_AGAINST_SOLAR_S = 3 * 3600.0  # civil clocks stay within 3 h of mean solar time (widest: western China)
DATE_LINE_DEG = (
    150.0  # beyond it a place may keep the date of the other side: Kiribati at 157 W, the Aleutians at 172 E
)
NO_OFFSET = "a clock time states no UTC offset, and UTC and local readings differ"
NETHERLANDS = (3.2, 50.7, 7.3, 53.7)  # west, south, east, north in degrees: where clocks are Europe/Amsterdam

Span = tuple[float, float]
EVER: Span = (float("-inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in seconds since midnight; `offset_s` is the UTC offset, None where none was published."""

    seconds: float
    offset_s: float | None


@dataclass(frozen=True, slots=True)
class Daily:
    """A stretch of the day, on some weekdays; an end before the start lies on the next day.

    An overnight stretch belongs to the day it starts on. No start and no end: the whole local day.
    """

    days: frozenset[int]
    """0 is Monday; empty means every day."""
    start: Clock | str | None = None
    """A clock time, one of `EVENTS`, or None."""
    end: Clock | str | None = None


REVERSED = "a period of it ends before it begins"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both inside; within it always in force, or only in the `daily` stretches.

    A start or end without an offset is kept without one: its UTC and its local reading may differ.
    """

    start: datetime | None = None
    end: datetime | None = None
    daily: tuple[Daily, ...] = ()
    doubt: str = ""
    """Why the hours could not be read; such a period may be in force at any time between start and end."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a zone is surely in force, and when it may be, in seconds since 1970 (UTC)."""

    surely: Intervals
    maybe: Intervals
    """Always contains `surely`."""
    doubts: tuple[str, ...] = field(default=())


Place = tuple[float, float]
"""Longitude and latitude in degrees; a longitude beyond 180 has the day of its neighbours within."""


def in_force(periods: Sequence[Period], begin: float, end: float, *places: Place) -> Hours:
    """When a zone is in force between two moments (seconds since 1970, UTC).

    The first place is the one that is flown past; where the zone reaches far, the others are its outermost corners, for the
    sun rises at another time there.
    """
    if not periods:
        return Hours([(begin, end)], [(begin, end)])
    surely: Intervals = []
    maybe: Intervals = []
    doubts: list[str] = []
    for period in periods:
        sure, may = _window(period, *places[0])
        if may[0] > may[1]:  # nobody means never: one of the two is wrong
            maybe.append((begin, end))
            doubts.append(period.doubt or REVERSED)
            continue
        if period.doubt:
            sure = (float("inf"), float("-inf"))
            doubts.append(period.doubt)
        low, high = max(begin, may[0]), min(end, may[1])
        if low > high:
            continue
        if not period.daily:
            maybe.append((low, high))
            if sure[0] <= sure[1]:
                surely.extend(meet([(begin, end)], [sure]))
            continue
        hours = _daily(period.daily, low, high, places)
        maybe.extend(meet([(low, high)], hours.maybe))
        if sure[0] <= sure[1]:
            surely.extend(meet(meet([(begin, end)], [sure]), hours.surely))
        doubts.extend(hours.doubts)
    return Hours(union(surely), union([*maybe, *surely]), tuple(dict.fromkeys(doubts)))


def _window(period: Period, lon: float, lat: float) -> tuple[Span, Span]:
    """The span that is surely, and the span that is maybe, between the period's start and end."""
    starts = _readings(period.start, lon, lat) if period.start else [EVER[0]]
    ends = _readings(period.end, lon, lat) if period.end else [EVER[1]]
    return (max(starts), min(ends)), (min(starts), max(ends))


def _readings(moment: datetime, lon: float, lat: float) -> list[float]:
    if moment.tzinfo is not None:
        return [moment.timestamp()]
    day, clock = moment.date(), moment.time()
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    return [_midnight(day) + seconds, *_local(day, seconds, lon, lat)]


def _daily(daily: Sequence[Daily], low: float, high: float, places: Sequence[Place]) -> Hours:
    if high - low > LONGEST_SPAN_DAYS * DAY_S:
        doubt = f"the time asked about is longer than {LONGEST_SPAN_DAYS} days, too long for a daily schedule"
        return Hours([], [(low, high)], (doubt,))
    first = datetime.fromtimestamp(low, UTC).date() - timedelta(days=2)
    last = datetime.fromtimestamp(high, UTC).date() + timedelta(days=2)
    surely: Intervals = []
    maybe: Intervals = []
    doubts: list[str] = []
    for entry in daily:
        day = first
        while day <= last:
            named = [not entry.days or civil.weekday() in entry.days for civil in _civil_days(entry, day, places[0][0])]
            if any(named):
                sure, may, doubt = _stretch(entry, day, places)
                if sure and all(named):
                    surely.append(sure)
                if may[1] >= low and may[0] <= high:
                    maybe.append(may)
                    if not all(named):
                        doubts.append("which day it is there, so near the date line, is not known")
                    if doubt:
                        doubts.append(doubt)
            day += timedelta(days=1)
    return Hours(union(surely), union([*maybe, *surely]), tuple(dict.fromkeys(doubts)))


def _civil_days(entry: Daily, day: date, lon: float) -> list[date]:
    """What calendars at the place may call the day that the sun makes `day`: near the date line it may be the next one.

    A clock time with an offset has its weekday in that offset.
    """
    edges = (entry.start, entry.end)
    if abs(lon) <= DATE_LINE_DEG or all(isinstance(edge, Clock) and edge.offset_s is not None for edge in edges):
        return [day]
    return [day, day + timedelta(days=1 if lon < 0 else -1)]


def _stretch(entry: Daily, day: date, places: Sequence[Place]) -> tuple[Interval | None, Interval, str]:
    """One day's stretch: surely in force (None: never surely), maybe in force, and why the two differ."""
    lon, lat = places[0]
    if entry.start is None and entry.end is None:
        starts, ends = (_local(midnight, 0.0, lon, lat) for midnight in (day, day + timedelta(days=1)))
        return _settle(starts, ends, "the local midnight at the place is known only within three hours")
    starts = _edge(entry.start, day, places, opening=True)
    ends = _edge(entry.end, day, places, opening=False)
    if not starts or not ends:
        missing = entry.start if not starts else entry.end
        noon = _midnight(day) + DAY_S / 2 - lon / 360 * DAY_S
        return None, (noon - DAY_S / 2, noon + DAY_S * 1.5), f"the sun event {missing} does not happen on {day}"
    whole_day = isinstance(entry.start, Clock) and entry.start == entry.end
    if whole_day or (entry.end is not None and min(ends) < min(starts)):
        ends = _edge(entry.end, day + timedelta(days=1), places, opening=False)
        if not ends:
            noon = _midnight(day) + DAY_S / 2 - lon / 360 * DAY_S
            return None, (noon - DAY_S / 2, noon + DAY_S * 1.5), f"the sun event {entry.end} does not happen on {day}"
    by_sun = isinstance(entry.start, str) or isinstance(entry.end, str)
    why = "the sun rises and sets at several times across the zone" if by_sun and len(places) > 1 else NO_OFFSET
    return _settle(starts, ends, why)


def _settle(starts: list[float], ends: list[float], why: str) -> tuple[Interval | None, Interval, str]:
    sure = (max(starts), min(ends))
    may = (min(starts), max(ends))
    return (sure if sure[0] <= sure[1] else None), may, why if sure != may else ""


def _edge(edge: Clock | str | None, day: date, places: Sequence[Place], *, opening: bool) -> list[float]:
    """The readings (seconds since 1970) of one end of a stretch on `day`; empty where a sun event does not happen."""
    if isinstance(edge, str):
        moments = [sun.event(edge, day, lon=lon, lat=lat) for lon, lat in places]
        grace = sun.TOLERANCE.total_seconds() * (-1 if opening else 1)
        known = [moment.timestamp() + grace for moment in moments if moment is not None]
        return known if len(known) == len(places) else []
    lon, lat = places[0]
    if edge is None:
        midnight = day if opening else day + timedelta(days=1)
        return [_midnight(midnight), *_local(midnight, 0.0, lon, lat)]
    if edge.offset_s is not None:
        return [_midnight(day) + edge.seconds - edge.offset_s]
    return [_midnight(day) + edge.seconds, *_local(day, edge.seconds, lon, lat)]


def _midnight(day: date) -> float:
    return datetime.combine(day, clock_time(), UTC).timestamp()


@cache
def _amsterdam() -> ZoneInfo:
    return ZoneInfo("Europe/Amsterdam")


def _local(day: date, seconds: float, lon: float, lat: float) -> list[float]:
    """The moments (seconds since 1970) that clocks at the place may mean by a time of day, in seconds after midnight."""
    west, south, east, north = NETHERLANDS
    if west <= lon <= east and south <= lat <= north:
        wall = datetime.combine(day, clock_time(), _amsterdam()) + timedelta(seconds=seconds)
        return sorted({wall.replace(fold=fold).timestamp() for fold in (0, 1)})
    solar = lon / 360 * DAY_S
    middle = _midnight(day) + seconds - solar
    return [middle - CIVIL_AGAINST_SOLAR_S, middle + CIVIL_AGAINST_SOLAR_S]
