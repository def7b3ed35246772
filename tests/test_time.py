"""Time, asked at the crossing: the sun, the calendar, changes of the clock, and flights at some time of a period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_zone, at, report_of, ring, write, zones
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import sun as sun_oracle

from dronectl import sun
from dronectl.readers.document import Document
from dronectl.readers.values import period
from dronectl.schedule import in_force
from dronectl.where import Where

KINDS = ("BMCT", "SR", "SS", "EECT")


def almanac() -> list[tuple[float, float, date, dict[str, datetime | None], str]]:
    """The rows of the almanac."""
    rows = []
    for line in (Path(__file__).parent / "sun_almanac.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        lon, lat, day, *events, name = line.split(" ", 7)
        made = {
            kind: None if words == "-" else datetime.strptime(f"{day[:4]}{words}+0000", "%Y%m%dT%H:%M:%S%z")
            for kind, words in zip(KINDS, events, strict=True)
        }
        rows.append((float(lon), float(lat), date.fromisoformat(day), made, name))
    return rows


@pytest.mark.parametrize("row", almanac(), ids=lambda row: f"{row[4]} {row[2]}")
def test_the_sun_agrees_with_the_ephemeris_to_the_minute(row) -> None:
    lon, lat, day, events, _ = row
    for kind in KINDS:
        made = sun.event(kind, day, lon=lon, lat=lat)
        assert (made is None) == (events[kind] is None), kind
        if made is not None:
            assert abs((made - events[kind]).total_seconds()) < (30 if abs(lat) < 65 else 60), kind


@settings(max_examples=300, deadline=None)
@given(
    lat=st.floats(-65, 65), lon=st.floats(-180, 180), days=st.integers(0, 9000), kind=st.sampled_from(KINDS)
)  # fmt: skip
def test_the_sun_agrees_with_a_formula_of_another_kind(lat: float, lon: float, days: int, kind: str) -> None:
    day = date(2020, 1, 1) + timedelta(days=days)
    mine, other = sun.event(kind, day, lon=lon, lat=lat), sun_oracle.event(kind, day, lon, lat)
    if mine is not None and other is not None:
        assert abs((mine - other).total_seconds()) <= 110  # 0.01 degrees of the oracle, where the sun sets most slowly
    else:  # one says that it does not happen: then it hardly does
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(hours=lon / 15)
        midnight = noon + timedelta(
            hours=-12 if kind in ("BMCT", "SR") else 12
        )  # a morning follows the night before it
        lowest = sun_oracle.altitude(midnight, lon, lat)
        highest = sun_oracle.altitude(noon, lon, lat)
        limit = sun.ALTITUDE_DEG[kind]
        assert not lowest < limit - 0.1 < highest - 0.2


def test_polar_day_and_night_have_no_sun_events() -> None:
    for kind in ("SR", "SS"):
        assert sun.event(kind, date(2026, 6, 21), lon=18.96, lat=69.65) is None
        assert sun.event(kind, date(2026, 12, 21), lon=18.96, lat=69.65) is None
    assert sun.event("BMCT", date(2026, 12, 21), lon=18.96, lat=69.65) is not None  # twilight, though no sunrise


def state(entry: dict, moment: str, lon: float = 4.3, lat: float = 52.07) -> str:
    """Whether a period is in force at a moment: yes, no, or maybe."""
    made = period(entry, Document("z.json", "", None), Where("z.json"))
    seconds = datetime.fromisoformat(moment).timestamp()
    hours = in_force([made], seconds, seconds, (lon, lat))
    return "yes" if hours.surely else "maybe" if hours.maybe else "no"


def daily(*days: str, **edges: str) -> dict:
    return {"schedule": [{"day": list(days), **edges}]}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2024-02-29T12:00:00Z", "yes"),  # a Thursday that most years lack
        ("2024-03-01T12:00:00Z", "no"),
        ("2024-02-29T21:30:00Z", "no"),
    ],
)
def test_the_leap_day_has_its_weekday(moment: str, expected: str) -> None:
    assert state(daily("THU", startTime="08:00Z", endTime="20:00Z"), moment) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [  # whole local days; the clock springs forward on Sunday 29 March 2026 at 01:00Z
        ("2026-03-28T22:59:59Z", "no"), ("2026-03-28T23:00:00Z", "yes"), ("2026-03-29T00:30:00Z", "yes"),
        ("2026-03-29T21:59:00Z", "yes"), ("2026-03-29T22:30:00Z", "no"), ("2026-03-29T23:30:00Z", "no"),
        # and falls back on Sunday 25 October at 01:00Z
        ("2026-10-24T21:59:59Z", "no"), ("2026-10-24T22:30:00Z", "yes"), ("2026-10-25T22:30:00Z", "yes"),
        ("2026-10-25T23:00:01Z", "no"),
    ],
)  # fmt: skip
def test_a_local_day_is_as_long_as_the_clock_makes_it(moment: str, expected: str) -> None:
    assert state(daily("SUN"), moment) == expected


def test_several_periods_are_in_force_each_on_its_own() -> None:
    document = Document("z.json", "", None)
    given_ = [
        {"startDateTime": "2026-05-01T00:00:00Z", "endDateTime": "2026-05-10T00:00:00Z"},
        {"startDateTime": "2026-05-20T00:00:00Z", "endDateTime": "2026-05-31T00:00:00Z",
         "schedule": [{"day": ["ANY"], "startEvent": "SR", "endTime": "12:00Z"}]},
    ]  # fmt: skip
    made = [period(entry, document, Where("z.json")) for entry in given_]
    for words, expected in (
        ("2026-05-09T23:00:00Z", True), ("2026-05-15T10:00:00Z", False), ("2026-05-21T10:00:00Z", True),
        ("2026-05-21T13:00:00Z", False), ("2026-05-21T02:00:00Z", False),
    ):  # fmt: skip
        moment = datetime.fromisoformat(words).timestamp()
        assert bool(in_force(made, moment, moment, (4.3, 52.07)).surely) is expected


def test_near_the_date_line_a_weekday_of_the_sun_may_be_the_next_one() -> None:
    """Samoa keeps the date of Asia: its Saturday noon is Friday noon by the sun."""
    saturday = daily("SAT", startEvent="SR", endEvent="SS")
    assert state(saturday, "2026-05-15T23:00:00Z", -171.76, -13.83) == "maybe"  # Saturday 12:00 in Apia
    assert state(saturday, "2026-05-14T23:00:00Z", -171.76, -13.83) == "no"
    assert state(daily("ANY", startEvent="SR", endEvent="SS"), "2026-05-15T23:00:00Z", -171.76, -13.83) == "yes"
    assert state(daily("FRI", startTime="22:00Z", endTime="23:30Z"), "2026-05-15T23:00:00Z", -171.76, -13.83) == "yes"


def test_across_a_wide_zone_the_sun_rises_at_several_times(run, tmp_path: Path) -> None:
    """From 3 E to 7 E the sun needs 16 minutes: in between, a zone that begins with it may be in force or not."""
    shape = {"type": "Polygon", "coordinates": [[[3, 51], [7, 51], [7, 52], [3, 52], [3, 51]]]}
    zone = a_zone(geometry=shape, limitedApplicability=[daily("ANY", startEvent="SR", endEvent="SS")])
    east, west = (sun.event("SR", date(2026, 5, 12), lon=lon, lat=51.5).timestamp() for lon in (7.0, 3.0))
    for moment, expected in ((east - 300, "CLEARED"), ((east + west) / 2, "CANNOT TELL"), (west + 300, "NOT CLEARED")):
        times = [datetime.fromtimestamp(moment, UTC).isoformat()] * 2
        assert verdict(run, tmp_path, zone, a_mission([[5, 51.5, 60], [5.001, 51.5, 60]], times=times)) == expected


# at the crossing itself


def verdict(run, tmp: Path, zone: dict, mission: dict) -> str:
    ran = run("check", write(tmp / "m.geojson", mission), "--zones", zones(tmp / "z.geojson", zone), "-q")
    return ran.out.strip().split(":")[0] or ran.err


def windowed(start: str, end: str, **more) -> dict:
    return a_zone(limitedApplicability=[{"startDateTime": start, "endDateTime": end}], **more)


def test_a_zone_that_opens_while_the_drone_is_inside_is_entered_then(run, tmp_path: Path) -> None:
    times = ["2026-05-12T10:00:00+02:00", "2026-05-12T10:10:00+02:00"]
    hover = a_mission([at(0, 0, 60), at(1, 0, 60)], times=times)
    assert verdict(run, tmp_path, windowed("2026-05-12T08:05:00Z", "2026-05-12T09:00:00Z"), hover) == "NOT CLEARED"
    assert verdict(run, tmp_path, windowed("2026-05-12T08:10:00Z", "2026-05-12T09:00:00Z"), hover) == "NOT CLEARED"
    assert verdict(run, tmp_path, windowed("2026-05-12T08:10:01Z", "2026-05-12T09:00:00Z"), hover) == "CLEARED"


def test_a_zone_that_is_in_force_while_the_drone_is_elsewhere_is_passed(run, tmp_path: Path) -> None:
    times = ["2026-05-12T10:00:00+02:00", "2026-05-12T10:04:00+02:00"]  # inside from 1:30 to 2:30
    mission = a_mission(ACROSS, times=times)
    assert verdict(run, tmp_path, windowed("2026-05-12T08:00:00Z", "2026-05-12T08:01:28Z"), mission) == "CLEARED"
    assert verdict(run, tmp_path, windowed("2026-05-12T08:02:32Z", "2026-05-12T08:04:00Z"), mission) == "CLEARED"
    assert verdict(run, tmp_path, windowed("2026-05-12T08:00:00Z", "2026-05-12T08:01:32Z"), mission) == "NOT CLEARED"


def test_a_mission_past_midnight_meets_the_next_day(run, tmp_path: Path) -> None:
    times = ["2026-05-12T23:50:00Z", "2026-05-13T00:10:00Z"]
    hover = a_mission([at(0, 0, 60), at(1, 0, 60)], times=times)
    schedule = [{"schedule": [{"day": ["WED"], "startTime": "00:00Z", "endTime": "06:00Z"}]}]
    assert verdict(run, tmp_path, a_zone(limitedApplicability=schedule), hover) == "NOT CLEARED"
    schedule = [{"schedule": [{"day": ["THU"], "startTime": "00:00Z", "endTime": "06:00Z"}]}]
    assert verdict(run, tmp_path, a_zone(limitedApplicability=schedule), hover) == "CLEARED"


BAND = {"uom": "m", "lower": 50, "lowerReference": "AGL", "upper": 60, "upperReference": "AGL"}
HERE = {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]}


def test_a_climb_through_a_thin_band_is_found(run, tmp_path: Path) -> None:
    climb = a_mission([at(0, 0, 0), at(0, 0, 110)])
    assert verdict(run, tmp_path, a_zone(geometry=HERE, layer=BAND), climb) == "NOT CLEARED"


def test_a_descent_that_leaves_the_band_before_the_border_is_clear(run, tmp_path: Path) -> None:
    # 100 m AGL at 200 m before the border, falling 0.25 m a metre: 50 m at the border itself
    for start, expected in ((100.5, "NOT CLEARED"), (99.5, "CLEARED")):
        descent = a_mission([at(-250, 0, start), at(-50 + 190, 0, start - 390 / 4)])
        assert verdict(run, tmp_path, a_zone(geometry=HERE, layer=BAND), descent) == expected


def test_height_and_time_are_asked_at_the_same_moment(run, tmp_path: Path) -> None:
    """In the band while the zone is closed, and under it while it is open."""
    times = ["2026-05-12T10:00:00+02:00", "2026-05-12T10:02:00+02:00", "2026-05-12T10:04:00+02:00"]
    mission = a_mission([at(0, 0, 55), at(0, 0, 10), at(0, 0, 10)], times=times)
    zone = windowed("2026-05-12T08:02:00Z", "2026-05-12T08:04:00Z", geometry=HERE, layer=BAND)
    assert verdict(run, tmp_path, zone, mission) == "CLEARED"
    zone = windowed("2026-05-12T08:00:00Z", "2026-05-12T08:02:00Z", geometry=HERE, layer=BAND)
    assert verdict(run, tmp_path, zone, mission) == "NOT CLEARED"


# at some time of a period

JUNE = {"from": "2026-06-01", "until": "2026-06-30", "daily": ["10:00", "12:00"]}


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"startTime": "08:00Z", "endTime": "09:00Z"}, "NOT CLEARED"),  # 10:00 to 11:00 local
        ({"startTime": "10:00Z", "endTime": "11:00Z"}, "NOT CLEARED"),  # they touch at 12:00 local
        ({"startTime": "10:01Z", "endTime": "11:00Z"}, "CLEARED"),
        ({"startTime": "22:00Z", "endTime": "07:59Z"}, "CLEARED"),
    ],
)
def test_any_day_in_june_between_ten_and_twelve(hours: dict, expected: str, run, tmp_path: Path) -> None:
    zone = a_zone(limitedApplicability=[{"schedule": [{"day": ["ANY"], **hours}]}])
    assert verdict(run, tmp_path, zone, a_mission(ACROSS, period=JUNE)) == expected


def test_the_weekdays_of_a_period(run, tmp_path: Path) -> None:
    zone = a_zone(
        limitedApplicability=[{"schedule": [{"day": ["SAT", "SUN"], "startTime": "00:00Z", "endTime": "23:59Z"}]}]
    )
    working = JUNE | {"days": ["MON", "TUE", "WED", "THU", "FRI"]}
    assert verdict(run, tmp_path, zone, a_mission(ACROSS, period=working)) == "CLEARED"
    assert verdict(run, tmp_path, zone, a_mission(ACROSS, period=JUNE)) == "NOT CLEARED"


def test_the_hours_of_a_period_follow_the_clock_and_reach_past_midnight(run, tmp_path: Path) -> None:
    period_ = {
        "from": "2026-03-28",
        "until": "2026-03-29",
        "daily": ["22:00", "02:30"],
    }  # to 00:30Z or 01:30Z, does not exist
    mission = a_mission(ACROSS, period=period_)
    assert verdict(run, tmp_path, windowed("2026-03-29T01:29:00Z", "2026-03-29T02:00:00Z"), mission) == "NOT CLEARED"
    assert verdict(run, tmp_path, windowed("2026-03-29T01:31:00Z", "2026-03-29T02:00:00Z"), mission) == "CLEARED"
    assert verdict(run, tmp_path, windowed("2026-03-29T20:00:00Z", "2026-03-29T20:10:00Z"), mission) == "NOT CLEARED"
    assert verdict(run, tmp_path, windowed("2026-03-29T19:00:00Z", "2026-03-29T19:59:00Z"), mission) == "CLEARED"


@pytest.mark.parametrize("hours", [("00:00", "00:00"), ("10:00", "10:00"), ("20:00", "07:00")])
def test_hours_that_end_where_they_begin_are_the_whole_day(hours: tuple[str, str], run, tmp_path: Path) -> None:
    zone = a_zone(limitedApplicability=[{"schedule": [{"day": ["ANY"], "startTime": "03:00Z", "endTime": "04:00Z"}]}])
    mission = a_mission(ACROSS, period=JUNE | {"daily": list(hours)})
    assert verdict(run, tmp_path, zone, mission) == "NOT CLEARED"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"daily": ["10:00"]}, "daily"),
        ({"daily": ["ten", "12:00"]}, "'ten' is not a local time"),
        ({"daily": ["10:00Z", "12:00"]}, "'10:00Z' is not a local time"),
        ({"from": "2026-06-01T10:00"}, "is not a day"),
        ({"until": "2026-05-01"}, "ends before it begins"),
        ({"until": "2036-05-01"}, "is longer than"),
        ({"until": "2026-06-01", "days": ["SUN"]}, "none of these weekdays"),
        (
            {"daily": None, "days": ["SUN"], "from": "2026-06-01T10:00Z", "until": "2026-06-01T11:00Z"},
            "stands without daily",
        ),
    ],
)
def test_a_period_that_cannot_be_is_refused(change: dict, what: str, run, tmp_path: Path) -> None:
    ran = run("check", write(tmp_path / "m.geojson", a_mission(ACROSS, period=JUNE | change)))
    assert ran.code == 4 and what in ran.err


def test_a_report_says_in_which_periods_the_flight_may_be(run, tmp_path: Path) -> None:
    ran = run("check", write(tmp_path / "m.geojson", a_mission(ACROSS, period=JUNE)), "--zones",
              zones(tmp_path / "z.geojson", a_zone()))  # fmt: skip
    assert "some time in one of 30 periods" in ran.out


@pytest.mark.parametrize(("begins", "ends", "verdict"), [
    ("2026-06-01T00:00:00Z", "2026-05-01T00:00:00Z", "undecided"), ("2026-06-01T00:00", "2026-05-01T00:00", "undecided"),
    ("2025-06-01T00:00Z", "2025-05-01T00:00", "undecided"), ("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z", "clear"),
])  # fmt: skip
def test_a_period_that_ends_before_it_begins_is_not_taken_for_never(
    begins: str, ends: str, verdict: str, run, tmp_path: Path
) -> None:
    """Nobody draws a zone to say that it is never in force: one of the two is a slip of the pen."""
    zone = a_zone(limitedApplicability=[{"startDateTime": begins, "endDateTime": ends}])
    made = report_of(run, tmp_path, a_mission(ACROSS), zone)
    assert made["verdict"] == verdict
    said = "a period of it ends before it begins"
    assert any(said in f["message"] for f in made["missions"][0]["findings"]) is (verdict == "undecided")
