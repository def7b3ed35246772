"""Logs of flown flights: what every format says of place, height and time, and what is odd is told."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import a_zone as zone
from builders import at, write, zones
from conftest import missing, realdata
from log_files import START, dataflash, tlog, ulog

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Flight, Mission
from dronectl.readers import read_mission
from dronectl.readers.ends import End, silence
from dronectl.readers.flown import accuracy_at

DATA = realdata()
LINE = [(float(k), *at(10.0 * k, 0.0), 40.0 + k) for k in range(20)]
Writer = Any


def flight(path: Path, **choices: Any) -> Flight:
    (one,) = read_mission(path, **choices).flights
    return one


def kinds(mission: Mission) -> set[str]:
    return {odd.kind for odd in mission.oddities}


@pytest.mark.parametrize("writer", [dataflash, ulog, tlog, lambda p, f: tlog(p, f, version=2)])
def test_binary_logs_give_the_places_heights_and_times_that_were_written(writer: Writer, tmp_path: Path) -> None:
    mission = read_mission(writer(tmp_path / "log", LINE))
    one = mission.flights[0]
    since, lon, lat, height = (np.array(column) for column in zip(*LINE, strict=True))
    assert np.abs(one.lon - lon).max() < 1e-7 and np.abs(one.lat - lat).max() < 1e-7
    assert np.abs(one.height - height).max() < 0.001 and set(one.datum) == {Datum.AMSL}
    assert one.times is not None and np.abs(one.times - START - since).max() < 0.001
    assert mission.flown and mission.heights.startswith("above mean sea level") and not mission.oddities


AIMS = [(0.25 * k, -40.0 - k / 2, (340.0 + 2 * k) % 360) for k in range(60)]
GIMBALS = [
    lambda p, f, a: dataflash(p, f, aims=a),
    lambda p, f, a: ulog(p, f, aims=a),
    lambda p, f, a: tlog(p, f, aims=a, version=2),
    lambda p, f, a: tlog(p, f, aims=a, version=2, devices=0),
]


@pytest.mark.parametrize("writer", GIMBALS)
def test_a_log_tells_where_its_gimbal_looked_at_each_fix(writer: Writer, tmp_path: Path) -> None:
    one = flight(writer(tmp_path / "log", LINE, AIMS))
    k = np.arange(15)  # the last records stand at 14.75 s
    assert np.array(one.gimbal_pitch_deg)[:15] == pytest.approx(-40.0 - 2 * k, abs=0.01)
    assert np.array(one.gimbal_yaw_deg)[:15] == pytest.approx((340.0 + 8 * k) % 360, abs=0.01)
    assert np.isnan(one.gimbal_pitch_deg[16:]).all() and np.isnan(one.gimbal_yaw_deg[16:]).all()
    sparse = flight(writer(tmp_path / "sparse", LINE, AIMS[::6]))
    assert sparse.gimbal_pitch_deg == () and sparse.gimbal_yaw_deg == ()


def test_a_gimbal_that_may_be_another_or_counts_from_the_nose_is_not_believed(tmp_path: Path) -> None:
    for path in (
        dataflash(tmp_path / "two.bin", LINE, aims=AIMS, mounts=2),
        tlog(tmp_path / "two.tlog", LINE, aims=AIMS, version=2, devices=2),
    ):
        assert flight(path).gimbal_pitch_deg == ()
    nose = flight(ulog(tmp_path / "nose.ulg", LINE, aims=AIMS, flags=32))
    assert nose.gimbal_pitch_deg[2] == pytest.approx(-44.0, abs=0.01) and nose.gimbal_yaw_deg == ()


@pytest.mark.parametrize("writer", [dataflash, ulog])
def test_a_log_whose_receiver_never_had_the_time_keeps_no_times(writer: Writer, tmp_path: Path) -> None:
    mission = read_mission(writer(tmp_path / "log", LINE, with_time=False))
    one = mission.flights[0]
    assert one.times is None and one.elapsed is not None and one.elapsed[-1] == pytest.approx(19.0)
    assert any("no time of day" in words for words in mission.assumptions)


@pytest.mark.parametrize("writer", [dataflash, ulog, tlog])
def test_a_fix_at_zero_zero_is_left_out_and_counted(writer: Writer, tmp_path: Path) -> None:
    fixes = [(0.0, 0.0, 0.0, 0.0), *LINE[1:]]
    mission = read_mission(writer(tmp_path / "log", fixes))
    assert len(mission.flights[0].lon) == 19 and kinds(mission) == {"no-fix"}
    assert mission.oddities[0].count == 1


def test_heights_of_a_satellite_receiver_are_taken_within_4_metres(run, tmp_path: Path) -> None:
    assert read_mission(dataflash(tmp_path / "l.bin", LINE)).uncertainty.vertical_m == 4.0
    assert read_mission(airdata(tmp_path / "l.csv", "meters", 1.0)).uncertainty.vertical_m == 3.0
    for upper, verdict in ((35.9, "clear"), (36.1, "violation")):  # the lowest fix is at 40 m
        band = {"uom": "m", "lower": 0, "lowerReference": "AMSL", "upper": upper, "upperReference": "AMSL"}
        low = zone(geometry=square(0, 0), layer=band)
        told, _ = findings(run, dataflash(tmp_path / "l.bin", LINE), low, tmp_path=tmp_path)
        assert told == verdict


def test_each_vehicle_of_a_telemetry_log_is_a_flight_and_its_clock_is_compared(tmp_path: Path) -> None:
    mission = read_mission(tlog(tmp_path / "log", LINE, second=True, offset_s=7.0))
    assert [one.id for one in mission.flights] == ["vehicle-1", "vehicle-7"]
    assert "+7.0 s" in next(odd.what for odd in mission.oddities if odd.kind == "clock-offset")
    assert "clock-offset" not in kinds(read_mission(tlog(tmp_path / "log", LINE, offset_s=1.0)))


def test_bytes_between_the_records_are_told(tmp_path: Path) -> None:
    mission = read_mission(dataflash(tmp_path / "log", LINE, between=b"\x00\xa3garbage"))
    assert kinds(mission) == {"damaged"} and len(mission.flights[0].lon) == 20


def test_dataflash_and_telemetry_agree_with_pymavlink() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    from pymavlink import mavutil

    def heard(name: str, message: str) -> list[Any]:
        connection = mavutil.mavlink_connection(str(DATA / "logs-ardupilot" / name))
        found = []
        while (said := connection.recv_match(type=[message])) is not None:
            found.append(said)
        connection.close()
        return found

    said = [m for m in heard("dronekit_flight.tlog", "GLOBAL_POSITION_INT") if m.lat or m.lon]
    one = flight(DATA / "logs-ardupilot" / "dronekit_flight.tlog")
    assert [(m.lon / 1e7, m.lat / 1e7, m.alt / 1e3) for m in said] == list(
        zip(one.lon.tolist(), one.lat.tolist(), one.height.tolist(), strict=True)
    )
    assert one.times is not None and np.abs(one.times - [m._timestamp for m in said]).max() < 1e-3
    said = heard("pymavlink_test.BIN", "POS")
    one = flight(DATA / "logs-ardupilot" / "pymavlink_test.BIN")
    assert (
        np.abs(one.lat - [m.Lat for m in said]).max() < 1e-9 and np.abs(one.height - [m.Alt for m in said]).max() < 1e-6
    )
    assert one.times is not None and np.abs(one.times - [m._timestamp for m in said]).max() < 0.01


def test_tracks_agree_with_gpxpy() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    import gpxpy

    for path in sorted((DATA / "tracks-gpx").iterdir()):
        with path.open(encoding="utf-8-sig") as stream:
            parsed = gpxpy.parse(stream)
        tracks = [[p for segment in track.segments for p in segment.points] for track in parsed.tracks]
        tracks = [points for points in tracks if points]
        if not tracks:
            continue
        mission = read_mission(path, alt_datum=Datum.AMSL)
        assert len(mission.flights) == len(tracks)
        for one, points in zip(mission.flights, tracks, strict=True):
            assert [(p.longitude, p.latitude) for p in points] == list(
                zip(one.lon.tolist(), one.lat.tolist(), strict=True)
            )
            heights = [np.nan if p.elevation is None else p.elevation for p in points]
            assert np.array_equal(one.height, heights, equal_nan=True)
            if one.times is not None and all(p.time for p in points):
                assert np.allclose(one.times, [p.time.timestamp() for p in points])


def test_px4_logs_agree_with_pyulog(tmp_path: Path) -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    from pyulog import ULog

    for path in [*sorted((DATA / "logs-ulog").iterdir()), ulog(tmp_path / "own.ulg", LINE)]:
        parsed = ULog(str(path), ["vehicle_global_position", "vehicle_gps_position"])
        topics = {data.name: data.data for data in parsed.data_list}
        data = topics.get("vehicle_global_position", topics.get("vehicle_gps_position"))
        one = flight(path)
        factor = 1e-7 if data["lat"].dtype.kind == "i" else 1.0
        assert np.array_equal(one.lon, data["lon"] * factor) and np.array_equal(one.lat, data["lat"] * factor)
        assert np.array_equal(one.height, data["alt"] * (1e-3 if factor < 1 else 1.0))
        assert one.elapsed is not None
        assert np.allclose(one.elapsed, (data["timestamp"] - data["timestamp"][0]) / 1e6, atol=1e-6)


def test_data_appended_to_a_px4_log_is_read_and_a_hole_is_told(tmp_path: Path) -> None:
    import struct

    whole = bytearray(ulog(tmp_path / "log", LINE).read_bytes())
    sync = b"\x08\x00S\x2f\x73\x13\x20\x25\x0c\xbb\x12"
    holed = whole + b"\x00" * 5000 + sync + whole[-35:]
    (tmp_path / "holed").write_bytes(holed)
    mission = read_mission(tmp_path / "holed")
    assert kinds(mission) >= {"damaged"} and "5000 bytes" in next(
        o.what for o in mission.oddities if o.kind == "damaged"
    )
    assert len(mission.flights[0].lon) == 21
    flagged = bytearray(whole)
    flagged[16 + 3 + 8] = 1
    struct.pack_into("<Q", flagged, 16 + 3 + 16, len(whole) + 7)
    (tmp_path / "appended").write_bytes(flagged + b"garbage" + whole[-35:])
    assert len(read_mission(tmp_path / "appended").flights[0].lon) == 21
    flagged[16 + 3 + 8] = 6
    (tmp_path / "unknown").write_bytes(flagged)
    with pytest.raises(InputError, match="incompatibility flags"):
        read_mission(tmp_path / "unknown")


def test_a_place_or_height_that_the_autopilot_does_not_know_is_none(tmp_path: Path) -> None:
    log = read_mission(ulog(tmp_path / "log", LINE, lost=(3, 4), low=(7,)))
    one = log.flights[0]
    assert len(one.lon) == len(LINE) - 2 and kinds(log) == {"no-fix"}
    assert np.flatnonzero(np.isnan(one.height)).tolist() == [5] and one.datum[5] is None


def test_a_real_ulog_has_the_place_that_its_own_topics_say() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    one = flight(DATA / "logs-ulog" / "pyulog_sample_log_small.ulg")
    assert (one.lat[0], one.lon[0], one.height[0]) == pytest.approx((63.4170622, 10.4082151, 66.814))
    assert one.times is not None and one.times[0] == pytest.approx(1618986658.6, abs=0.05)


# Tables


def airdata(path: Path, unit: str, factor: float) -> Path:
    rows = [
        f"time(millisecond),datetime(utc),latitude,longitude,height_above_takeoff({unit}),altitude_above_seaLevel({unit}),"
        "isPhoto,isVideo,gimbal_pitch(degrees),message"
    ]
    for k, (since, lon, lat, height) in enumerate(LINE):
        rows.append(
            f"{since * 1000:.0f},2026-05-12 08:00:{int(since):02},{lat:.9f},{lon:.9f},{height * factor:.4f},999,0,{k % 2},"
            f'-{k},"You are, in a ""zone"""'
        )
    path.write_text("\r\n".join(rows))
    return path


@pytest.mark.parametrize(("unit", "factor"), [("feet", 1 / 0.3048), ("meters", 1.0)])
def test_airdata_is_read_in_feet_and_in_metres(unit: str, factor: float, tmp_path: Path) -> None:
    mission = read_mission(airdata(tmp_path / "log.csv", unit, factor))
    one = mission.flights[0]
    assert np.abs(one.height - [fix[3] for fix in LINE]).max() < 0.001 and set(one.datum) == {Datum.TAKEOFF}
    assert one.times is not None and np.abs(one.times - START - [fix[0] for fix in LINE]).max() < 1.0
    assert one.gimbal_pitch_deg[3] == -3.0 and one.recording[:3] == (False, True, False)
    assert "height_above_takeoff" in mission.heights


@pytest.mark.parametrize(
    ("photo", "video", "told"),
    [("0", "0", [False] * 4), ("0", "0101", [False, True, False, True]), ("0", " 0 1", [True, False, True, True]),
     (" ", "0", [False] * 4), (" ", " ", [])],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["airdata", "record"])
def test_a_camera_that_a_log_says_is_off_does_not_record_and_one_it_says_nothing_of_may(
    kind: str, photo: str, video: str, told: list[bool], tmp_path: Path
) -> None:
    head = "time(millisecond),datetime(utc),latitude,longitude,height_above_takeoff(meters),isPhoto,isVideo"
    if kind == "record":
        head = "OSD.flyTime [s],CUSTOM.updateTime [UTC],OSD.latitude,OSD.longitude,OSD.height [m],CAMERA.isPhoto,"
        head += "CAMERA.isVideo"
    tick = 1000 if kind == "airdata" else 1
    rows = [
        f"{k * tick},2026-05-12 08:00:0{k},52.0,5.0,40,{on.strip()},{film.strip()}"
        for k, on, film in zip(range(4), photo * 4, video * 4, strict=False)
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join([head, *rows]))
    assert list(read_mission(path).flights[0].recording) == told


@pytest.mark.parametrize("locale", ["point", "comma"])
def test_a_flight_record_is_read_in_both_locales_and_said_to_be_untried(locale: str, tmp_path: Path) -> None:
    def number(value: float) -> str:
        return f"{value:.7f}".replace(".", "," if locale == "comma" else ".")

    split = ";" if locale == "comma" else ","
    rows = [split.join(["CUSTOM.updateTime [UTC]", "OSD.flyTime [s]", "OSD.latitude", "OSD.longitude", "OSD.height [ft]",
                        "OSD.altitude [ft]", "GIMBAL.pitch", "CAMERA.isVideo"])]  # fmt: skip
    for since, lon, lat, height in LINE:
        rows.append(split.join([f"2026-05-12 08:00:{int(since):02}", number(since), number(lat), number(lon),
                                number(height / 0.3048), number(4000.0), number(-45.0), "True"]))  # fmt: skip
    (tmp_path / "log.csv").write_text("sep=" + split + "\n" + "\n".join(rows), "utf-8")
    mission = read_mission(tmp_path / "log.csv")
    one = mission.flights[0]
    assert np.abs(one.height - [fix[3] for fix in LINE]).max() < 0.001 and set(one.datum) == {Datum.TAKEOFF}
    assert one.times is not None and one.times[0] == START and all(one.recording)
    assert any("no real file" in words for words in mission.assumptions)


@pytest.mark.parametrize(
    ("head", "row", "faulty"),
    [
        ("lat,lon,latitude,longitude", "52.0,5.0,{y},{x}", True),  # where it took off, and where it was
        ("latitude,longitude,latitude,longitude", "{y},{x},52.0,5.0", True),
        ("latitude,longitude,latitude,longitude", "{y},{x},{y},{x}", False),
        ("lat,lon,gps_lat,gps_lon", "{y},{x},{y}1,{x}1", False),
        ("lat,lon,x,y", "{y},{x},120000,480000", False),
        ("lat,lon,home_lat,home_lon", "{y},{x},52.0,5.0", False),
        (
            "datetime(utc),latitude,longitude,height_above_takeoff(meters),latitude",
            "2026-05-12 08:00:00,{y},{x},40,52.0",
            True,
        ),
        ("OSD.latitude,OSD.longitude,OSD.height [m],OSD.longitude", "{y},{x},40,5.0", True),
    ],
)
def test_a_table_with_several_columns_for_a_place_is_not_guessed_at(
    head: str, row: str, faulty: bool, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    since = 0 if "OSD" in head or "datetime" in head else START
    rows = []
    for k in range(8):
        lon, lat = at(10.0 * k, 10.0 * k)
        rows.append(f"{since + k}," + row.format(x=f"{lon:.7f}", y=f"{lat:.7f}"))
    path.write_text("\n".join([f"time,{head}", *rows]), "utf-8")
    if faulty:
        with pytest.raises(InputError, match="several columns"):
            read_mission(path)
    else:
        assert flight(path).lon[-1] == pytest.approx(at(70, 70)[0])


def test_every_list_of_a_flight_of_remote_identification_counts(tmp_path: Path) -> None:
    def state(t: int) -> dict[str, Any]:
        lon, lat = at(10.0 * t, 0.0)
        return {"timestamp": {"value": f"2026-05-12T08:00:{t:02}Z"}, "position": {"lng": lon, "lat": lat, "alt": 90.0}}

    flown_ = {"id": "f1", "states": [state(t) for t in (0, 1, 2)], "recent_positions": [state(t) for t in (5, 4, 3, 2)]}
    path = write(tmp_path / "r.json", {"flights": [flown_ | {"current_state": state(6)}]})
    one = flight(path)
    assert one.elapsed is not None and one.elapsed.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert flight(write(path, {"flights": [{"current_state": state(6)}]})).lon.tolist() == [pytest.approx(at(60, 0)[0])]


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        ("5/12/2026", "10:00:{:02}.00 AM", True),
        ("2026-05-12", "10:00:{:02}", False),
        ("", "5/12/2026 10:00:{:02} AM", True),
    ],
)
def test_the_day_of_a_flight_record_stands_with_its_time_or_in_a_column_of_its_own(
    day: str, hour: str, said: bool, tmp_path: Path
) -> None:
    rows = ["CUSTOM.date [local],CUSTOM.updateTime [local],OSD.flyTime [s],OSD.latitude,OSD.longitude,OSD.height [m]"]
    rows += [f"{day},{hour.format(int(t))},{t},{y},{x},{h}" for t, x, y, h in LINE]
    (tmp_path / "log.csv").write_text("\n".join(rows), "utf-8")
    mission = read_mission(tmp_path / "log.csv")
    assert mission.flights[0].times is not None and mission.flights[0].times[0] == START  # 10:00 in Amsterdam
    assert any("month first" in words for words in mission.assumptions) == said


def test_a_strange_table_needs_a_mapping_and_a_datum(tmp_path: Path) -> None:
    rows = [
        "Tijdstip;Breedte;Lengte;Hoogte (ft)",
        *(f"{(START + t) * 1000:.0f};{y};{x};{h / 0.3048}" for t, x, y, h in LINE),
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows))
    with pytest.raises(InputError, match="is no mission"):
        read_mission(path)
    (tmp_path / "log.csv.mapping.toml").write_text(
        'time = "Tijdstip"\nlat = "Breedte"\nlon = "Lengte"\nheight = "Hoogte"\ndatum = { constant = "AMSL" }\n'
    )
    mapped = read_mission(path, mapping=str(tmp_path / "log.csv.mapping.toml")).flights[0]
    beside = flight(path)
    for one in (mapped, beside):
        assert one.times is not None and one.times[0] == START
        assert np.abs(one.height - [fix[3] for fix in LINE]).max() < 0.001 and set(one.datum) == {Datum.AMSL}


@pytest.mark.parametrize(
    ("column", "first", "step", "elapsed", "timed"),
    [
        ("time", 0, 1, 19.0, False),
        ("time(ms)", 0, 1000, 19.0, False),
        ("time [millisecond]", 200_000_000, 1000, 19.0, False),  # since the aircraft was switched on
        ("time(ms)", START * 1000, 1000, 19.0, True),
        ("time(s)", START, 1, 19.0, True),
    ],
)
def test_the_time_of_a_table_is_in_the_unit_of_its_header(
    column: str, first: int, step: int, elapsed: float, timed: bool, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{column},lat,lon\n" + "\n".join(f"{first + int(t) * step},{y},{x}" for t, x, y, _ in LINE))
    one = flight(path)
    assert one.elapsed is not None and one.elapsed[-1] == elapsed and (one.times is not None) == timed


def test_a_plain_table_is_a_log_and_its_heights_wait_for_a_datum(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("timestamp,lat,lon,alt\n" + "\n".join(f"{START + t},{y},{x},{h}" for t, x, y, h in LINE))
    mission = read_mission(path)
    assert set(mission.flights[0].datum) == {None} and any("--alt-datum" in words for words in mission.assumptions)
    assert set(flight(path, alt_datum=Datum.WGS84).datum) == {Datum.WGS84}


MAPPED = """lat = "Y"\nlon = "X"\nheight = "Z"\ndatum = { constant = "AMSL" }\n"""


def mapped(tmp_path: Path, header: str, mapping: str, *rows: str) -> Mission:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, *rows]))
    (tmp_path / "log.csv.mapping.toml").write_text(mapping)
    return read_mission(path)


@pytest.mark.parametrize("mapping", ['uom = { constant = "ft" }\n' + MAPPED, MAPPED + 'uom = { constant = "ft" }\n'])
def test_the_unit_of_a_mapping_counts_wherever_it_stands(mapping: str, tmp_path: Path) -> None:
    one = mapped(tmp_path, "Y,X,Z", mapping, "52,5,100", "52.001,5,200").flights[0]
    assert one.height == pytest.approx([30.48, 60.96])


def test_heights_in_a_unit_that_is_not_known_are_left_out(tmp_path: Path) -> None:
    log = mapped(tmp_path, "Y,X,Z (ft AMSL)", MAPPED, "52,5,100", "52.001,5,200")
    assert np.isnan(log.flights[0].height).all() and any("'ft amsl'" in words for words in log.assumptions)


def test_gimbal_and_camera_of_a_table_are_read_and_no_member_is_passed_over(tmp_path: Path) -> None:
    more = MAPPED + 'gimbal_pitch_deg = "Pitch"\nrecording = { column = "Film" }\n'
    one = mapped(tmp_path, "Y,X,Z,Pitch,Film", more, "52,5,100,-30,no", "52.001,5,100,-60,no").flights[0]
    assert one.gimbal_pitch_deg == (-30, -60) and one.recording == (False, False)
    for wrong in ('datum = "Y"', "height = { constant = 5 }", 'recording = { column = "Z", values = { a = "1" } }'):
        member = wrong.split(" ")[0]
        lines = [line for line in MAPPED.splitlines() if not line.startswith(member)]
        with pytest.raises(InputError, match=member):
            mapped(tmp_path, "Y,X,Z", "\n".join([*lines, wrong]), "52,5,100")


@pytest.mark.parametrize(("column", "hour"), [("time", 6), ("time (UTC)", 8), ("utc", 8)])
def test_a_time_without_an_offset_is_local_unless_its_column_says_utc(column: str, hour: int, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{column},lat,lon\n2026-05-12 08:00:00,52,5\n2026-05-12 08:00:01,52,5.0001\n")
    log = read_mission(path)
    assert log.flights[0].times is not None and log.flights[0].times[0] == START + (hour - 8) * 3600
    assert (hour == 6) == any("local time" in words for words in log.assumptions)


# Subtitles

SRT = {
    "brackets": (
        "2026-05-12 10:00:00.500\n[latitude: 52.1] [longitude: 5.1] [rel_alt: 6.5 abs_alt: -122.8] [gb_pitch: -30.0]",
        (5.1, 52.1, 6.5),
    ),
    "misspelt": (
        "2026-05-12 10:00:00,500,123\n[latitude : 52.1] [longtitude : 5.1] [altitude: 117.0]",
        (5.1, 52.1, None),
    ),
    "old": ("HOME(5.1,52.0) 2026.05.12 10:00:00\nGPS(5.1,52.1,19) BAROMETER:20.1", (5.1, 52.1, None)),
    "phantom": (
        "F/2.8, SS 30.15, ISO 260, EV -1.7, GPS (5.1, 52.1, 15), D 221.21m, H 200.70m, H.S 0.00m/s",
        (5.1, 52.1, 200.7),
    ),
    "matrice": ("2026.05.12 10:00:00\nGPS(52.1,5.1,0.0M) BAROMETER:0.3M", (5.1, 52.1, None)),
    "avata": ("GPS(52.1,5.1,91.2) BAROMETER(91.2) HOME(52.0,5.0)", (5.1, 52.1, None)),
}


@pytest.mark.parametrize("form", SRT)
def test_every_form_of_subtitles_gives_place_and_height(form: str, tmp_path: Path) -> None:
    body, (lon, lat, height) = SRT[form]
    cues = [f"{k + 1}\n00:00:0{k},000 --> 00:00:0{k + 1},000\n{body}\n" for k in range(3)]
    (tmp_path / "v.srt").write_text("\n".join(cues))
    mission = read_mission(tmp_path / "v.srt")
    one = mission.flights[0]
    assert (one.lon[0], one.lat[0]) == (lon, lat) and one.recording == (True, True, True)
    assert one.datum[0] is (Datum.TAKEOFF if height is not None else None)
    assert height is None or one.height[0] == height
    timed = "2026" in body
    assert (one.times is not None) == timed and (not timed or one.times[0] == pytest.approx(START, abs=1))


def test_a_film_does_not_show_where_the_aircraft_took_off(run, tmp_path: Path) -> None:
    band = {"uom": "m", "lower": 60, "lowerReference": "AGL", "upper": 120, "upperReference": "AGL"}
    low = zone(geometry=square(0, 0, 100), layer=band)
    lon, lat = at(0, 0)
    body = f"[latitude: {lat}] [longitude: {lon}] [rel_alt: 0.0 abs_alt: 30.0]"
    (tmp_path / "v.srt").write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{body}\n")
    told, found = findings(run, tmp_path / "v.srt", low, tmp_path=tmp_path)
    assert told == "undecided", "60 m lower than where it took off it would be inside"
    assert "--takeoff-elevation" in json.dumps(found["AIR101"])
    assert read_mission(tmp_path / "v.srt").flights[0].takeoff_known is False
    home = f"GPS ({lon}, {lat}, 15), HOME (5.1, 52.2, 3.0m), D 2m, H 40.00m, H.S 0.00m/s"
    (tmp_path / "v.srt").write_text(f"1\n00:00:00,000 --> 00:00:01,000\nF/2.8, SS 30, ISO 260, {home}\n")
    assert flight(tmp_path / "v.srt").takeoff == (5.1, 52.2) and flight(tmp_path / "v.srt").takeoff_known


def test_a_log_that_begins_in_the_air_does_not_show_where_it_took_off(tmp_path: Path) -> None:
    assert flight(airdata(tmp_path / "log.csv", "meters", 1.0)).takeoff_known is False, "it begins at 40 m"
    assert flight(airdata(tmp_path / "log.csv", "meters", 0.01)).takeoff_known is True


# Flight recorders, tracks, remote identification


def igc(path: Path, *fixes: str, header: str = "HFDTE120526\nHFALG:GEO\n") -> Path:
    path.write_text("AXXX001 test\n" + header + "\n".join(fixes) + "\n")
    return path


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        (["B235959{}", "HFDTE130526", "B000001{}"], 2.0),
        (["B235959{}", "B000001{}", "HFDTE130526", "B000003{}"], 4.0),
        (["B100000{}", "HFDTE150526", "B110000{}"], 3 * 86_400 + 3_600.0),  # another flight in the same file
        (["B100000{}", "HFDTE120526", "B100005{}"], 5.0),
        (["B235959{}", "B000001{}", "HFDTE120526", "B000003{}"], 4.0),  # a header that is written again
    ],
)
def test_a_day_that_a_flight_recorder_states_anew_counts(lines: list[str], seconds: float, tmp_path: Path) -> None:
    one = flight(igc(tmp_path / "f.igc", *(line.format("5200000N00500000EA0010000120") for line in lines)))
    assert one.times is not None and one.times[-1] - one.times[0] == seconds


def test_a_flight_recorder_passes_midnight_and_says_what_its_altitude_is(tmp_path: Path) -> None:
    path = igc(tmp_path / "f.igc", "B2359595200000N00500000EA0010000120", "B0000015200000N00500000EA0010000121",
               "B000002nonsense", "B0000035200000N00500000EV0010000000")  # fmt: skip
    mission = read_mission(path)
    one = mission.flights[0]
    assert one.times is not None and np.diff(one.times).tolist() == [2.0, 2.0]
    assert one.datum == (Datum.AMSL, Datum.AMSL, None) and one.height[:2].tolist() == [120.0, 121.0]
    assert [(odd.kind, odd.count) for odd in mission.oddities] == [("damaged", 1)]
    ellipsoid = igc(
        path, "B1000005200000N00500000EA0010000120", header="HFDTEDATE:120526,01\nHFALGALTGPS:WGS84 ELLIPSOID\n"
    )
    assert flight(ellipsoid).datum == (Datum.WGS84,)
    silent = igc(path, "B1000005200000N00500000EA0010000120", header="HFDTE120526\n")
    assert flight(silent).datum == (None,) and flight(silent, alt_datum=Datum.AMSL).datum == (Datum.AMSL,)


def test_more_digits_of_a_flight_recorder_are_digits_or_left_out(tmp_path: Path) -> None:
    header = "HFDTE120526\nI023636LAD3737LOD\n"
    path = igc(
        tmp_path / "f.igc",
        "B1000005200000N00500000EA001000012055",
        "B1000015200000N00500000EA0010000120²x",
        header=header,
    )
    one = flight(path)
    assert one.lat.tolist() == pytest.approx([52 + 0.0005 / 60, 52.0], abs=1e-12)


def test_a_track_of_google_earth_is_a_log(tmp_path: Path) -> None:
    rows = "".join(f"<when>2026-05-12T08:00:{k:02}Z</when>" for k in range(3))
    rows += "".join(f"<gx:coord>5.{k} 52 {40 + k}</gx:coord>" for k in range(3))
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark><gx:Track>' \
           f"<altitudeMode>absolute</altitudeMode>{rows}</gx:Track></Placemark></kml>"  # fmt: skip
    (tmp_path / "t.kml").write_text(text)
    one = flight(tmp_path / "t.kml")
    assert one.times is not None and one.times.tolist() == [START, START + 1, START + 2]
    assert one.height.tolist() == [40, 41, 42] and set(one.datum) == {Datum.AMSL}
    (tmp_path / "t.kml").write_text(text.replace("absolute", "clampToGround"))
    assert set(flight(tmp_path / "t.kml").datum) == {None}
    (tmp_path / "t.kml").write_text(text.replace("<when>2026-05-12T08:00:02Z</when>", ""))
    with pytest.raises(InputError, match="2 times for 3 positions"):
        read_mission(tmp_path / "t.kml")


def test_the_tracks_of_a_multitrack_are_one_flight_with_a_gap(run, tmp_path: Path) -> None:
    def track(first: int, mode: str = "absolute") -> str:
        seconds = range(first, first + 5)
        when = "".join(f"<when>2026-05-12T08:{s // 60:02}:{s % 60:02}Z</when>" for s in seconds)
        coord = "".join("<gx:coord>{:.7f} {:.7f} 40</gx:coord>".format(*at(s, -100)) for s in seconds)
        return f"<gx:Track><altitudeMode>{mode}</altitudeMode>{when}{coord}</gx:Track>"

    head = '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark>{}</Placemark></kml>'
    path = tmp_path / "t.kml"
    path.write_text(head.format(f"<gx:MultiTrack>{track(0)}{track(120)}</gx:MultiTrack>"))
    one = flight(path)
    assert len(one.lon) == 10 and one.times is not None and np.diff(one.times).max() == 116
    assert run("check", path, "--zones", zones(tmp_path / "z.geojson", zone())).code == 3, (
        "it may have been in the zone"
    )
    path.write_text(head.format(f"<gx:MultiTrack>{track(0)}{track(5, 'relativeToGround')}</gx:MultiTrack>"))
    assert flight(path).datum == (Datum.AMSL,) * 5 + (None,) * 5
    path.write_text(head.format(track(0) + track(120)))
    assert len(read_mission(path).flights) == 2


@pytest.mark.parametrize(("said", "sideways_m", "upward_m"), [
    ({"accuracy_h": "HA30m", "accuracy_v": "VA25m"}, 30.0, 25.0),
    ({"accuracy_h": "HA005NM", "accuracy_v": "VA45m"}, 92.6, 45.0),
    ({"accuracy_h": "HAUnknown", "accuracy_v": "VAUnknown"}, 5.0, 4.0), ({}, 5.0, 4.0),
])  # fmt: skip
def test_remote_identification_is_as_accurate_as_it_says(
    said: dict[str, str], sideways_m: float, upward_m: float, tmp_path: Path
) -> None:
    states = [{"timestamp": f"2026-05-12T08:00:{k:02}Z", "position": {"lng": 5.0 + k / 1e4, "lat": 52.0, "alt": 90.0} | said}
              for k in range(4)]  # fmt: skip
    (tmp_path / "r.json").write_text(json.dumps({"flights": [{"id": "f1", "states": states}]}))
    unsure = read_mission(tmp_path / "r.json").uncertainty
    assert (unsure.horizontal_m, unsure.vertical_m) == pytest.approx((sideways_m, upward_m))


@pytest.mark.parametrize("what", [{"extrapolated": True}, {"accuracy_h": "HA10NMPlus"}])
def test_a_place_that_was_worked_out_ahead_or_may_be_anywhere_is_none(what: dict[str, Any], tmp_path: Path) -> None:
    states = [{"timestamp": f"2026-05-12T08:00:{k:02}Z", "position": {"lng": 5.0 + k / 1e4, "lat": 52.0, "alt": 90.0}}
              for k in range(6)]  # fmt: skip
    states[2]["position"] |= what  # type: ignore[operator]
    (tmp_path / "r.json").write_text(json.dumps({"flights": [{"id": "f1", "states": states}]}))
    log = read_mission(tmp_path / "r.json")
    assert len(log.flights[0].lon) == 5 and kinds(log) == {"no-fix"}


def test_the_worse_accuracy_beside_a_fix_counts_while_it_is_new() -> None:
    found = accuracy_at(np.array([1.0, 2.0, 9.0, 14.0]), np.array([2.0, 0.0, 20.0]), np.array([4.0, 1.0, 2.0]))
    assert found == pytest.approx([8.0, 8.0, np.nan, np.nan], nan_ok=True)


def test_remote_identification_is_a_log_over_the_ellipsoid(tmp_path: Path) -> None:
    states = [{"timestamp": f"2026-05-12T08:00:{k:02}Z", "position": {"lng": 5.0 + k / 1e4, "lat": 52.0, "alt": 90.0 + k}}
              for k in range(4)]  # fmt: skip
    states[1]["position"] = {"lng": 0, "lat": 0, "alt": -1000}
    states[2]["position"]["alt"] = -1000  # type: ignore[index]
    (tmp_path / "r.json").write_text(json.dumps({"flights": [{"id": "f1", "states": states}]}))
    mission = read_mission(tmp_path / "r.json")
    one = mission.flights[0]
    assert one.id == "f1" and one.datum == (Datum.WGS84, None, Datum.WGS84) and kinds(mission) == {"no-fix"}


# What is odd


def csv(path: Path, fixes: list[tuple[float, float, float, float]]) -> Path:
    path.write_text("timestamp,lat,lon\n" + "\n".join(f"{START + t},{y:.9f},{x:.9f}" for t, x, y, _ in fixes))
    return path


def test_times_that_run_backward_are_told_and_not_used(tmp_path: Path) -> None:
    fixes = [*LINE[:10], (3.0, *LINE[10][1:]), *LINE[11:]]
    mission = read_mission(csv(tmp_path / "l.csv", fixes))
    one = mission.flights[0]
    assert one.times is None and one.periods == ((START, START + 19),) and kinds(mission) == {"backward-time"}


def test_two_places_at_one_time_are_told(tmp_path: Path) -> None:
    mission = read_mission(csv(tmp_path / "l.csv", [*LINE[:5], (4.0, *LINE[5][1:]), *LINE[6:]]))
    assert kinds(mission) == {"duplicate-time"}
    assert kinds(read_mission(csv(tmp_path / "l.csv", [*LINE[:5], LINE[4], *LINE[5:]]))) == set(), "the same fix twice"


def test_a_leap_is_told_and_a_fast_flight_is_not(tmp_path: Path) -> None:
    leap = [*LINE[:5], (5.0, *at(400.0, 0.0), 40.0), *LINE[6:]]
    assert kinds(read_mission(csv(tmp_path / "l.csv", leap))) == {"leap"}
    fast = [(float(k), *at(60.0 * k, 0.0), 40.0) for k in range(20)]
    assert kinds(read_mission(csv(tmp_path / "l.csv", fast))) == set()


def test_lint_tells_what_is_odd_about_a_log(run, tmp_path: Path) -> None:
    ran = run("missions", "lint", csv(tmp_path / "l.csv", [*LINE[:5], (5.0, 0.0, 0.0, 0.0), *LINE[6:]]))
    assert ran.code == 1 and "1 of 20 fixes have no position" in ran.out and "line 7" in ran.out
    assert run("missions", "lint", csv(tmp_path / "l.csv", LINE)).code == 0


def test_the_report_of_a_log_keeps_to_its_schema(run, tmp_path: Path) -> None:
    import jsonschema

    path = csv(tmp_path / "l.csv", GAP)
    ran = run(
        "check", path, "--zones", zones(tmp_path / "z.geojson", zone(geometry=square(85, 80))), "--format", "json"
    )
    jsonschema.Draft202012Validator(json.loads(run("schema", "report").out)).validate(json.loads(ran.out))


def test_a_log_without_any_position_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no fix all along"):
        read_mission(csv(tmp_path / "l.csv", [(float(k), 0.0, 0.0, 0.0) for k in range(5)]))


def findings(
    run, path: Path, *features: dict[str, Any], tmp_path: Path, options: tuple[Any, ...] = ()
) -> tuple[str, dict[str, list[dict[str, Any]]]]:
    zone_file = zones(tmp_path / "z.geojson", *features)
    ran = run("check", path, "--zones", zone_file, "--covers", "--format", "json", *options)
    assert ran.code in (0, 1, 3), ran.err
    report = json.loads(ran.out)
    assert report["inputs"][0]["role"] == "log"
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in report["missions"][0]["findings"]:
        found.setdefault(finding["rule"], []).append(finding)
    return report["verdict"], found


def square(east: float, north: float, half: float = 20.0) -> dict[str, Any]:
    corners = [at(east + x * half, north + y * half) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    return {"type": "Polygon", "coordinates": [corners]}


GAP = [fix for fix in LINE if not 5 < fix[0] < 12]  # 7 s without a fix, 70 m apart


@pytest.mark.parametrize(
    ("north", "verdict", "status"),
    [(80.0, "undecided", "undecided"), (94.0, "clear", "passed")],
)  # fmt: skip
def test_a_gap_leaves_the_zones_within_its_reach_undecided(
    run, north: float, verdict: str, status: str, tmp_path: Path
) -> None:
    # 7 s at 19 m/s are 133 m for a leg of 70 m: 56.5 m aside at most, and 5 m of uncertainty
    told, found = findings(run, csv(tmp_path / "l.csv", GAP), zone(geometry=square(85, north)), tmp_path=tmp_path)
    assert told == verdict and {f["status"] for f in found["LOG101"]} == {status}
    if status == "undecided":
        assert found["LOG101"][0]["zone"]["id"] == "Z1" and "7 s" in found["LOG101"][0]["message"]


def test_a_gap_is_as_wide_as_the_aircraft_is_fast(run, tmp_path: Path) -> None:
    # 7 s at 23 m/s are 161 m: 72.5 m aside
    about = write(tmp_path / "about.json", {"mission": {"aircraft": "dji-m30t"}})
    told, found = findings(
        run, csv(tmp_path / "l.csv", GAP), zone(geometry=square(85, 94)), tmp_path=tmp_path, options=("--about", about)
    )
    assert told == "undecided" and {f["status"] for f in found["LOG101"]} == {"undecided"}


def test_a_log_with_a_fix_every_second_has_no_gap(run, tmp_path: Path) -> None:
    told, found = findings(run, csv(tmp_path / "l.csv", LINE), zone(geometry=square(85, 80)), tmp_path=tmp_path)
    assert told == "clear" and {f["status"] for f in found["LOG101"]} == {"passed"}


def test_a_log_that_entered_a_zone_is_a_violation(run, tmp_path: Path) -> None:
    told, found = findings(run, csv(tmp_path / "l.csv", LINE), zone(geometry=square(85, 0)), tmp_path=tmp_path)
    assert told == "violation" and "failed" in {f["status"] for f in found["AIR101"]}


def test_a_leap_leaves_a_log_undecided_and_odd_clocks_warn(run, tmp_path: Path) -> None:
    leap = [*LINE[:5], (5.0, *at(400.0, 0.0), 40.0), *LINE[6:]]
    told, found = findings(run, csv(tmp_path / "l.csv", leap), zone(geometry=square(0, 900)), tmp_path=tmp_path)
    assert told == "undecided" and {f["status"] for f in found["LOG102"]} == {"undecided"}
    fixes = [*LINE[:5], (4.0, *LINE[5][1:]), *LINE[6:]]
    told, found = findings(run, csv(tmp_path / "l.csv", fixes), zone(geometry=square(0, 900)), tmp_path=tmp_path)
    assert told == "clear" and {f["status"] for f in found["LOG103"]} == {"failed"}
    missing_fix = [*LINE[:5], (5.0, 0.0, 0.0, 0.0), *LINE[6:]]
    told, found = findings(run, csv(tmp_path / "l.csv", missing_fix), zone(geometry=square(0, 900)), tmp_path=tmp_path)
    assert told == "clear" and {f["status"] for f in found["LOG104"]} == {"failed"}


def test_a_plan_is_asked_none_of_this(run, tmp_path: Path) -> None:
    from builders import BESIDE, a_mission, write

    mission = write(tmp_path / "m.geojson", a_mission(BESIDE))
    ran = run("check", mission, "--zones", zones(tmp_path / "z.geojson", zone()), "--format", "json")
    asked = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"].startswith("LOG")]
    assert len(asked) == 5 and {f["status"] for f in asked} == {"not_applicable"}


# Parts of flights, and fixes that are none


@pytest.mark.parametrize("write", [dataflash, ulog, tlog])
def test_how_long_a_log_lasts_without_a_position_is_read(write, tmp_path: Path) -> None:
    kept = flight(write(tmp_path / "log", LINE, before_s=12.0, after_s=30.0))
    assert kept.silent_s == pytest.approx((12.0, 30.0), abs=1.0) and len(kept.lon) == len(LINE)
    assert flight(write(tmp_path / "log", LINE)).silent_s == pytest.approx((0.0, 0.0), abs=0.1)


@pytest.mark.parametrize("write", [dataflash, tlog])
def test_what_an_autopilot_tells_without_a_fix_is_no_position(write, tmp_path: Path) -> None:
    kept = flight(write(tmp_path / "log", LINE, lost=(7, 8, 9)))
    assert np.diff(kept.elapsed).max() == pytest.approx(4.0) and len(kept.lon) == len(LINE) - 3
    assert flight(write(tmp_path / "log", LINE, lost=(18, 19))).silent_s == pytest.approx((0.0, 2.0))


@pytest.mark.parametrize(("receivers", "fixes"), [((3, 0), 20), ((0, 3), 20), ((3,), 20), ((3, 4), 20)])
def test_one_receiver_with_a_fix_is_enough(receivers: tuple[int, ...], fixes: int, tmp_path: Path) -> None:
    mission = read_mission(dataflash(tmp_path / "log", LINE, receivers=receivers))
    assert len(mission.flights[0].lon) == fixes and not any("never had a fix" in words for words in mission.assumptions)


@pytest.mark.parametrize("write", [dataflash, tlog])
def test_positions_of_a_log_whose_receiver_never_had_a_fix_come_from_elsewhere(write, tmp_path: Path) -> None:
    mission = read_mission(write(tmp_path / "log", LINE, lost=tuple(range(len(LINE)))))
    assert len(mission.flights[0].lon) == len(LINE) and "the receiver never had a fix" in " ".join(mission.assumptions)
    assert "never had a fix" not in " ".join(read_mission(write(tmp_path / "log", LINE, lost=(3,))).assumptions)


def test_a_log_that_lasts_for_days_after_its_last_position_is_silent_for_a_day_at_least() -> None:
    flying, clock = End(False, 10.0, 50.0), np.arange(5.0)
    assert silence(flying, flying, clock, np.arange(5), clock, (0.0, 300_000.0)) == (0.0, 86_400.0)
    unset = np.array(
        [-8e8, -8e8, *clock]
    )  # the clock is set by the first fix: how many fixes there were is all that is known
    assert silence(flying, flying, unset, np.arange(2, 7), clock, None) == (2.0, 0.0)
    standing = End(True, 0.0, 0.0)
    assert silence(standing, standing, unset, np.arange(2, 7), clock, (-50.0, 300_000.0)) == (0.0, 0.0)


def test_a_single_position_without_a_time_leaves_open_where_it_flew(run, tmp_path: Path) -> None:
    log = tmp_path / "l.csv"
    log.write_text(f"lat,lon\n{at(0, 0)[1]},{at(0, 0)[0]}\n,\n,\n", "utf-8")
    ran = run("check", log, "--zones", zones(tmp_path / "z.geojson", zone()), "--format", "json")
    asked = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "LOG101"]
    assert {f["status"] for f in asked} == {"undecided"}


def test_a_damaged_last_record_does_not_say_how_long_a_log_lasts(tmp_path: Path) -> None:
    log = dataflash(tmp_path / "log", LINE, filler=200)
    log.write_bytes(log.read_bytes() + b"\xa3\x95\x0c" + bytes([255]) * 40)
    assert max(flight(log).silent_s) < 0.5


@pytest.mark.parametrize(
    ("fixes", "begins", "ends"),
    [
        ([(0, 0, 50), (1, 10, 50), (2, 20, 50)], "begins in the air, at 10.0 m/s", "ends in the air, at 10.0 m/s"),
        ([(0, 0, 3), (5, 0, 3), (9, 0, 40), (14, 90, 40), (19, 90, 40)], "", "ends in the air, 37 m above"),
        ([(0, 0, 3), (5, 0, 3), (9, 0, 40), (14, 90, 40), (19, 90, 4), (24, 90, 4)], "", ""),
        ([(0, 0, 3), (5, 9, 3), (9, 9, 40), (14, 9, 4), (19, 0, 4)], "", ""),  # a receiver drifts
        ([(0, 0, 3), (5, 50, 3), (9, 90, 40), (14, 90, 4), (19, 90, 4)], "begins in the air, at 10.0 m/s", ""),
        ([(0, 0, 50)], "a single position", ""),
    ],
)
def test_a_log_of_a_part_of_a_flight_is_told(
    fixes: list[tuple[float, float, float]], begins: str, ends: str, run, tmp_path: Path
) -> None:
    rows = [f"{START + t},{at(x, 0)[1]:.9f},{at(x, 0)[0]:.9f},{z}" for t, x, z in fixes]
    log = tmp_path / "l.csv"
    log.write_text("\n".join(["timestamp,lat,lon,alt", *rows]))
    ran = run("check", log, "--zones", zones(tmp_path / "z.geojson", zone()), "--alt-datum", "AMSL", "--format", "json")
    asked = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "LOG105"]
    wanted = [words for words in (begins, ends) if words]
    assert {f["status"] for f in asked} == {"failed" if wanted else "passed"} and len(asked) == max(len(wanted), 1)
    assert all(words in f["message"] for words, f in zip(wanted, asked, strict=False))


TRACK_GPX = """<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{}<trk><trkseg>{}</trkseg></trk></gpx>"""
TRACK_KML = """<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
{}<Placemark><gx:Track><altitudeMode>absolute</altitudeMode>{}</gx:Track></Placemark></Document></kml>"""
TIMED_KML = "<Placemark><TimeStamp><when>{}</when></TimeStamp>"
TIMED_KML += "<Point><coordinates>{:.9f},{:.9f},50</coordinates></Point></Placemark>"


def track_beside(path: Path, kind: str, others: list[list[tuple[float, float]]]) -> Path:
    """A track of 300 m to the east, and other paths in the same file, metres."""
    fixes = [(f"2026-05-12T08:00:{t:02}Z", *at(10.0 * t, 0.0)) for t in range(31)]
    if kind == "gpx":
        points = "".join(f'<trkpt lat="{y:.9f}" lon="{x:.9f}"><time>{t}</time></trkpt>' for t, x, y in fixes)
        told = [[at(*place) for place in line] for line in others]
        drawn = [f'<rtept lat="{y:.9f}" lon="{x:.9f}"/>' for line in told for x, y in line]
        path.write_text(TRACK_GPX.format("<rte>" + "".join(drawn) + "</rte>" if drawn else "", points))
        return path
    points = "".join(f"<when>{t}</when>" for t, _, _ in fixes)
    points += "".join(f"<gx:coord>{x:.9f} {y:.9f} 50</gx:coord>" for _, x, y in fixes)
    lines = [" ".join(f"{x:.9f},{y:.9f},50" for x, y in (at(*p) for p in line)) for line in others]
    drawn = [f"<Placemark><LineString><coordinates>{line}</coordinates></LineString></Placemark>" for line in lines]
    if kind == "timed":
        drawn = [TIMED_KML.format("2026-05-12T09:00:00Z", *at(*place)) for line in others for place in line]
    path.write_text(TRACK_KML.format("".join(drawn), points))
    return path


@pytest.mark.parametrize("kind", ["gpx", "kml", "timed"])
@pytest.mark.parametrize(
    ("others", "status"),
    [
        ([], "passed"),
        ([[(0, 0), (300, 0)]], "passed"),  # the same path, drawn or planned
        ([[(300, 24), (0, 24)]], "passed"),
        ([[(300, 27), (0, 27)]], "undecided"),
        ([[(0, 0), (150, 26), (300, 0)]], "undecided"),
        ([[(0, 0), (326, 0)]], "undecided"),
        ([[(9_000, 9_000), (9_100, 9_000)]], "undecided"),
    ],
)
def test_a_path_beside_a_track_is_not_left_out_without_a_word(
    kind: str, others: list[list[tuple[float, float]]], status: str, run, tmp_path: Path
) -> None:
    log = track_beside(tmp_path / f"t.{'gpx' if kind == 'gpx' else 'kml'}", kind, others)
    ran = run("check", log, "--zones", zones(tmp_path / "z.geojson", zone()), "--format", "json")
    asked = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "DAT103"]
    assert {f["status"] for f in asked} == {status}, ran.out
    assert status == "passed" or "is not read" in asked[0]["message"]


# Large logs

MEASURE = """
import resource, sys
from dronectl import readers
import numpy, shapely, pyproj
[readers.formats(kind) for kind in ("zones", "missions", "logs")]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
mission = readers.read_mission(sys.argv[1])
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(sum(len(flight.lon) for flight in mission.flights), (after - before) * 1024)
"""
POSITION_BYTES = 4 * 8  # time, longitude, latitude, height as 64-bit floats


@pytest.mark.parametrize("writer", [dataflash, ulog])
def test_a_log_of_200_megabytes_is_read_in_little_memory(writer: Writer, tmp_path: Path) -> None:
    count = 36_000  # two hours at 5 Hz
    fixes = [(k / 5, 5.0 + k * 1e-7, 52.0, 40.0) for k in range(count)]
    path = writer(tmp_path / "log", fixes, filler=5_600)
    assert path.stat().st_size > 195_000_000
    ran = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    path.unlink()
    found, extra = (int(word) for word in ran.stdout.split())
    assert found == count and extra < 10 * count * POSITION_BYTES, f"{extra / 1e6:.1f} MB"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0


def test_progress_is_heard_while_a_log_is_read(tmp_path: Path) -> None:
    heard: list[float] = []
    for writer in (dataflash, ulog, tlog):
        read_mission(
            writer(tmp_path / "log", LINE * 50 if writer is not tlog else LINE),
            progress=lambda _, share: heard.append(share),
        )
        assert heard and heard[-1] == 1.0 and all(a <= b for a, b in pairwise(heard))
        heard.clear()
