"""When a zone is in force: windows, weekdays, nights, offsets, sun events."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dronectl import sun
from dronectl.intervals import meet, union
from dronectl.readers.document import Document
from dronectl.readers.values import period
from dronectl.schedule import in_force
from dronectl.where import Where

PLACES = {"The Hague": (4.3, 52.07), "Tromso": (18.96, 69.65), "Chicago": (-87.65, 41.88)}


def state(entry: dict[str, Any], moment: str, place: str = "The Hague") -> str:
    """Whether a period is in force at a moment: yes, no, or maybe."""
    document = Document("z.json", "", None)
    made = period(entry, document, Where("z.json"))
    lon, lat = PLACES[place]
    at = datetime.fromisoformat(moment).timestamp()
    hours = in_force([made], at, at, (lon, lat))
    return "yes" if hours.surely else "maybe" if hours.maybe else "no"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-05-12T07:59:59Z", "no"),
        ("2026-05-12T08:00:00Z", "yes"),
        ("2026-05-12T09:00:00Z", "yes"),
        ("2026-05-12T09:00:01Z", "no"),
    ],
)
def test_a_window_is_closed_at_both_ends(moment: str, expected: str) -> None:
    assert state({"startDateTime": "2026-05-12T08:00:00Z", "endDateTime": "2026-05-12T09:00:00Z"}, moment) == expected


def daily(days: list[str], start: str | None, end: str | None, **events: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"day": days, **events}
    if start:
        entry["startTime"] = start
    if end:
        entry["endTime"] = end
    return {"schedule": [entry]}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-05-12T10:00:00Z", "yes"),  # a Tuesday
        ("2026-05-13T10:00:00Z", "no"),
        ("2026-05-12T05:59:59Z", "no"),
        ("2026-05-12T18:00:01Z", "no"),
    ],
)
def test_a_weekly_schedule(moment: str, expected: str) -> None:
    assert state(daily(["TUE"], "06:00Z", "18:00Z"), moment) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-05-12T23:00:00Z", "yes"),
        ("2026-05-13T03:00:00Z", "yes"),  # Wednesday, but the night belongs to Tuesday
        ("2026-05-12T03:00:00Z", "no"),
        ("2026-05-13T22:30:00Z", "no"),
    ],
)
def test_a_night_belongs_to_the_day_it_starts_on(moment: str, expected: str) -> None:
    assert state(daily(["TUE"], "22:00Z", "04:00Z"), moment) == expected


def test_weekdays_are_taken_in_the_offset_that_the_times_carry() -> None:
    monday_night_utc = "2026-05-11T22:30:00Z"  # Tuesday 00:30 at +02:00
    assert state(daily(["TUE"], "00:00+02:00", "01:00+02:00"), monday_night_utc) == "yes"
    assert state(daily(["TUE"], "22:00Z", "23:00Z"), monday_night_utc) == "no"


def test_a_clock_without_an_offset_is_undecided_where_utc_and_local_readings_differ() -> None:
    entry = daily(["ANY"], "08:00", "18:00")
    assert state(entry, "2026-05-12T12:00:00Z") == "yes"
    assert state(entry, "2026-05-12T07:00:00Z") == "maybe"  # 09:00 local
    assert state(entry, "2026-05-12T17:00:00Z") == "maybe"  # 19:00 local
    assert state(entry, "2026-05-12T03:00:00Z") == "no"
    assert (
        state({"startDateTime": "2026-05-12T08:00:00", "endDateTime": "2026-05-12T09:00:00"}, "2026-05-12T07:30:00Z")
        == "maybe"
    )


def test_a_whole_day_is_the_local_day() -> None:
    entry = daily(["TUE"], None, None)
    assert state(entry, "2026-05-11T22:30:00Z") == "yes"  # Tuesday 00:30 in The Hague
    assert state(entry, "2026-05-12T22:30:00Z") == "no"
    assert state(entry, "2026-05-12T18:00:00Z", "Chicago") == "yes"
    assert state(entry, "2026-05-13T05:30:00Z", "Chicago") == "maybe"


def test_equal_start_and_end_is_the_whole_day() -> None:
    entry = daily(["TUE"], "06:00Z", "06:00Z")
    assert state(entry, "2026-05-13T05:00:00Z") == "yes" and state(entry, "2026-05-13T07:00:00Z") == "no"


def test_twenty_four_hundred_is_the_end_of_the_day() -> None:
    entry = daily(["TUE"], "20:00Z", "24:00Z")
    assert state(entry, "2026-05-12T23:59:59Z") == "yes" and state(entry, "2026-05-13T00:00:01Z") == "no"


def test_what_cannot_be_read_may_be_in_force_at_any_time() -> None:
    for broken in (
        daily(["HOLIDAY"], "06:00Z", "18:00Z"),
        daily(["MON"], "six", "18:00Z"),
        {"startDateTime": "last Tuesday"},
        daily(["MON"], None, None, startEvent="NOON", endEvent="SS"),
    ):
        assert state(broken, "2026-05-12T10:00:00Z") == "maybe"


def test_sun_events_and_clock_times_mix() -> None:
    entry = daily(["ANY"], None, "12:00Z", startEvent="SR")
    assert state(entry, "2026-06-12T03:30:00Z") == "yes" and state(entry, "2026-06-12T03:15:00Z") == "no"
    night = daily(["ANY"], None, None, startEvent="SS", endEvent="SR")
    assert state(night, "2026-06-12T23:00:00Z") == "yes" and state(night, "2026-06-12T12:00:00Z") == "no"


def test_two_minutes_round_a_sun_event_belong_to_the_zone() -> None:
    entry = daily(["ANY"], None, None, startEvent="SR", endEvent="SS")  # sunrise 03:22:30Z, sunset 20:03:17Z
    assert state(entry, "2026-06-12T03:20:45Z") == "yes" and state(entry, "2026-06-12T20:05:00Z") == "yes"
    assert state(entry, "2026-06-12T03:19:00Z") == "no" and state(entry, "2026-06-12T20:07:00Z") == "no"


def test_a_sun_event_that_does_not_happen_is_undecided() -> None:
    entry = daily(["ANY"], None, None, startEvent="SR", endEvent="SS")
    assert state(entry, "2026-06-21T12:00:00Z", "Tromso") == "maybe"
    assert state(entry, "2026-12-21T12:00:00Z", "Tromso") == "maybe"
    assert state(entry, "2026-03-21T12:00:00Z", "Tromso") == "yes"


# From an ephemeris (DE421), to the second: The Hague 52.07 N 4.30 E, 12 June 2026; Eindhoven 51.44 N 5.47 E, 21 November.
ALMANAC = [
    ("BMCT", date(2026, 6, 12), 4.30, 52.07, "2026-06-12T02:34:00Z"),
    ("SR", date(2026, 6, 12), 4.30, 52.07, "2026-06-12T03:22:30Z"),
    ("SS", date(2026, 6, 12), 4.30, 52.07, "2026-06-12T20:03:17Z"),
    ("EECT", date(2026, 6, 12), 4.30, 52.07, "2026-06-12T20:51:54Z"),
    ("BMCT", date(2026, 11, 21), 5.47, 51.44, "2026-11-21T06:28:06Z"),
    ("SR", date(2026, 11, 21), 5.47, 51.44, "2026-11-21T07:05:49Z"),
    ("SS", date(2026, 11, 21), 5.47, 51.44, "2026-11-21T15:41:39Z"),
    ("EECT", date(2026, 11, 21), 5.47, 51.44, "2026-11-21T16:19:21Z"),
]


@pytest.mark.parametrize(("kind", "day", "lon", "lat", "expected"), ALMANAC)
def test_the_sun_is_within_seconds_of_an_almanac(kind: str, day: date, lon: float, lat: float, expected: str) -> None:
    made = sun.event(kind, day, lon=lon, lat=lat)
    assert made is not None
    assert abs((made - datetime.fromisoformat(expected).astimezone(UTC)).total_seconds()) < 20


def test_intervals() -> None:
    assert union([(3, 4), (1, 2), (2, 3.5)]) == [(1, 4)]
    assert meet([(0, 2), (3, 5)], [(1, 3), (5, 6)]) == [(1, 2), (3, 3), (5, 5)]
