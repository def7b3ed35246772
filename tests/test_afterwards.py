"""Samples, gaps, detections, exposure, answers to residents, and questions in SQL."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from builders import at, ring, write
from flown import BOX, START, a_log, a_plan, along
from hypothesis import given, settings
from hypothesis import strategies as st
from test_audit import book

from dronectl.audit.matching import Entries
from dronectl.audit.sampling import sample
from dronectl.geometry import holders, middle
from dronectl.logbook import shared_names
from dronectl.measures import Band
from dronectl.readers import flown as recordings
from dronectl.readers import read_mission
from dronectl.readers.logbooks import read_logbook
from dronectl.where import Where
from dronectl.zone import Circle, Rings, Volume

CAMERA = {"camera": {"lens": "wide", "pitch_deg": -60}, "aircraft": "dji-m30t", "purpose": "building-control",
          "papers": {"contact": "drones@example.org", "notice": "N-1"}, "operator": "NLDabcdefghijkl0-xyz"}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "flights"
    made.mkdir()
    a_plan(made / "plan.geojson", height=40.0, **CAMERA)
    a_log(made / "log.csv", along(BOX), height=40.0)
    return made


# sample


def rows(counts: dict[str, int]) -> list[dict]:
    return [
        {"flight": f"{name}-{k}", "path": f"{name}-{k}.csv", "sha256": f"{k:064x}", "start": 1.7e9 + k, "purpose": name}
        for name, count in counts.items()
        for k in range(count)
    ]


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c", ""]), st.integers(1, 40), min_size=1),
    st.integers(1, 60),
    st.integers(0, 99),
)
@settings(max_examples=150, deadline=None)
def test_a_sample_is_of_the_size_asked_spread_and_the_same_again(counts: dict[str, int], n: int, seed: int) -> None:
    drawn, whole = sample(rows(counts), n, seed, "purpose")
    assert whole == sum(counts.values()) and len(drawn) == min(n, whole) == len({one.flight for one in drawn})
    assert drawn == sample(rows(counts)[::-1], n, seed, "purpose")[0]
    per = {name: sum(one.stratum == name for one in drawn) for name in counts}
    for name, count in counts.items():
        fair = min(n, whole) * count / whole
        assert per[name] <= count and abs(per[name] - fair) <= len(counts)
        assert per[name] >= 1 or n < len(counts)


def test_a_flight_stays_in_the_sample_whatever_lies_beside_it() -> None:
    few = {one.flight for one in sample(rows({"a": 30}), 10, 5, "none")[0]}
    more = {one.flight for one in sample(rows({"a": 30, "b": 1}), 31, 5, "none")[0]}
    assert few < more
    assert few != {one.flight for one in sample(rows({"a": 30}), 10, 6, "none")[0]}


def test_the_sample_says_why_each_is_in_it(folder, run) -> None:
    ran = run("sample", folder, "--n", 1, "--seed", 7, "-f", "json")
    made = json.loads(ran.out)
    assert ran.code == 0 and made["seed"] == 7 and made["flights"] == 1
    assert made["sample"][0]["why"] == "draw 1 of 1 from 1 with purpose building-control (seed 7)"
    assert run("sample", folder, "--stratify", "luck").code == 2 and run("sample", folder, "--n", 0).code == 2
    assert run("sample", folder, "--period", "2020").code == 3
    (folder / "untimed.csv").write_text("latitude,longitude,height\n52.0,5.0,10\n52.001,5.0,10\n", "utf-8")
    drawn = json.loads(run("sample", folder, "--period", "2020", "-f", "json").out)["sample"]
    assert [one["flight"] for one in drawn] == ["untimed"]  # it may be of any time


# gaps


def test_counters_batteries_requests_and_logbooks_tell_what_was_not_logged(folder, run, tmp_path: Path) -> None:
    (tmp_path / "counters.csv").write_text(
        "date,aircraft,flights,hours,battery,cycles\n2026-05-01,dji-m30t,10,1.0,,\n2026-05-31,dji-m30t,13,2.0,,\n"
        "2026-06-01,dji-m30t,12,2.0,,\n2026-05-01,,,,B1,5\n2026-05-31,,,,B1,9\n", "utf-8",
    )  # fmt: skip
    (tmp_path / "requests.csv").write_text(
        "request,from,until\nR1,2026-05-12T07:00:00Z,2026-05-12T09:00:00Z\nR2,2026-05-13T07:00:00Z,2026-05-13T09:00:00Z\n",
        "utf-8",
    )
    book(folder, {"log": "log.csv"}, {"date": "2026-05-20", "takeoff_time": "12:00"})
    asked = ["--counters", tmp_path / "counters.csv", "--requests", tmp_path / "requests.csv"]
    ran = run("audit", "gaps", folder, *asked, "-f", "json")
    found = {gap["source"]: gap["missing"] for gap in json.loads(ran.out)["gaps"]}
    assert ran.code == 1 and found.pop("hours") == pytest.approx(0.969, abs=0.001)
    assert found == {"counter": 2.0, "battery": 3.0, "request": 1.0, "logbook": 1.0, "order": 0.0}
    words = run("audit", "gaps", folder, *asked).out
    assert "3 flights counted, 1 logged" in words and "request R2" in words and "request R1" not in words
    assert "runs back from 13 to 12" in words and words.splitlines()[-1] == "6 gaps"
    rows = "".join(f"52.00{k},5.0,40\n" for k in range(6))
    (folder / "timeless.csv").write_text("latitude,longitude,height_above_takeoff(meters)\n" + rows, "utf-8")
    assert "without a time: 1 of the logged flights" in run("audit", "gaps", folder, *asked).out


def test_nothing_is_missing_where_all_is_logged(folder, run, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("date,aircraft,flights\n2026-05-01,dji-m30t,10\n2026-05-31,dji-m30t,11\n", "utf-8")
    ran = run("audit", "gaps", folder, "--counters", tmp_path / "c.csv")
    assert (ran.code, ran.out) == (0, "nothing is missing\n")
    assert run("audit", "gaps", folder).code == 2
    (tmp_path / "c.csv").write_text("date,aircraft,flights\nsoon,dji-m30t,10\n", "utf-8")
    assert run("audit", "gaps", folder, "--counters", tmp_path / "c.csv").code == 4


def missing_by(folder: Path, run, tmp_path: Path, counters: str) -> tuple[int, dict[str, float]]:
    """The exit code, and what is missing by source, where counters say this."""
    (tmp_path / "c.csv").write_text(counters, "utf-8")
    ran = run("audit", "gaps", folder, "--counters", tmp_path / "c.csv", "-f", "json")
    return ran.code, {gap["source"]: gap["missing"] for gap in json.loads(ran.out)["gaps"]}


def test_a_reading_that_leaves_out_a_count_hides_nothing(folder, run, tmp_path: Path) -> None:
    """The log is of 12 May."""
    rows = (
        "date,aircraft,flights,hours\n2026-05-01,dji-m30t,10,\n2026-05-15,dji-m30t,,2.0\n2026-05-31,dji-m30t,14,2.0\n"
    )
    assert missing_by(folder, run, tmp_path, rows) == (1, {"counter": 3.0})
    rows = "date,battery,cycles\n2026-05-01,B1,5\n2026-05-15,B1,\n2026-05-31,B1,9\n"
    assert missing_by(folder, run, tmp_path, rows) == (1, {"battery": 3.0})
    rows = "date,battery,cycles\n2026-05-01,B1,5\n2026-05-31,B1,4\n"
    assert missing_by(folder, run, tmp_path, rows) == (1, {"order": 0.0})


def test_a_row_of_an_aircraft_and_its_battery_counts_for_both(folder, run, tmp_path: Path) -> None:
    rows = "date,aircraft,flights,battery,cycles\n2026-05-01,dji-m30t,10,B1,5\n2026-05-31,dji-m30t,14,B1,7\n"
    assert missing_by(folder, run, tmp_path, rows) == (1, {"counter": 3.0, "battery": 1.0})


@pytest.mark.parametrize(
    ("last", "code", "found"),
    [
        ("2026-05-12T23:00:00+02:00,dji-m30t,11", 0, {}),
        ("2026-05-12T08:00:00+02:00,dji-m30t,11", 1, {"counter": 1.0}),
        ("2026-05-12,dji-m30t,11", 3, {"time": 0.0}),  # the flight of that day may be before or after it
        ("2026-05-12,dji-m30t,12", 1, {"counter": 1.0}),
    ],
)
def test_a_reading_of_a_day_may_be_of_any_hour(
    last: str, code: int, found: dict[str, float], folder, run, tmp_path
) -> None:
    rows = f"date,aircraft,flights\n2026-05-01T00:00:00Z,dji-m30t,10\n{last}\n"
    assert missing_by(folder, run, tmp_path, rows) == (code, found)


def test_a_request_until_a_day_is_until_its_end(folder, run, tmp_path: Path) -> None:
    asked = tmp_path / "r.csv"
    for from_, until, code in (("2026-05-12", "2026-05-12", 0), ("2026-05-13", "2026-05-13", 1)):
        asked.write_text(f"request,from,until\nR1,{from_},{until}\n", "utf-8")
        assert run("audit", "gaps", folder, "--requests", asked).code == code


def test_logs_of_one_name_are_told_apart_by_their_day(folder, run) -> None:
    """Autopilots number their logs: 00000001.BIN of one aircraft is not that of another."""
    other = folder / "other"
    other.mkdir()
    a_log(other / "log.csv", along(BOX), height=40.0, start=START + timedelta(days=8))
    entry = {"log": "log.csv", "date": "2026-05-20", "takeoff_time": "10:01"}
    book(folder, entry)
    logs = [str(folder / "log.csv"), str(other / "log.csv")]
    entries = Entries([read_logbook(str(folder / "logbook.csv"))], shared_names(logs))
    assert [entries.of(read_mission(path)).by for path in logs] == ["", "name"]
    assert run("audit", "gaps", folder).code == 0
    book(folder, entry | {"date": "2026-06-20"})
    assert run("audit", "gaps", folder).code == 1  # of the two logs of that name neither is of that day
    book(folder, entry, {"aircraft_model": "DJI M30T", "aircraft_serial": "", "takeoff_time": "10:00"})
    assert run("audit", "gaps", folder).code == 0


@pytest.mark.parametrize("name", ["log.csv", "LOG.CSV", r"D:\flights\log.csv", "flights/log.csv"])
def test_an_entry_that_names_a_log_of_the_folder_is_logged_whatever_its_time(folder, run, name: str) -> None:
    book(folder, {"log": name, "date": "2026-05-20", "takeoff_time": "12:00"})
    ran = run("audit", "gaps", folder)
    assert (ran.code, ran.out) == (0, "nothing is missing\n"), ran.err
    book(folder, {"log": "other.csv", "date": "2026-05-20", "takeoff_time": "12:00"})
    assert run("audit", "gaps", folder).code == 1


def test_one_log_stands_for_one_entry_of_its_aircraft(folder, run) -> None:
    """The log is of a flight from 08:00 UTC (10:00 local), 110 s long, of a dji-m30t."""
    mine = {"aircraft_model": "DJI M30T", "aircraft_serial": ""}

    def missing(*rows: dict[str, str]) -> int:
        book(folder, *rows)
        made = json.loads(run("audit", "gaps", folder, "-f", "json").out)["gaps"]
        return len(made)

    assert missing(mine | {"takeoff_time": "10:05"}) == 0
    assert missing(mine | {"takeoff_time": "10:05"}, mine | {"takeoff_time": "10:15"}) == 1  # two flights, one log
    assert missing({"aircraft_model": "Mavic 3E", "aircraft_serial": "", "takeoff_time": "10:05"}) == 1  # of another
    assert missing(mine | {"log": "log.csv"}, mine | {"takeoff_time": "10:05"}) == 1  # the log is that of the first
    short = {"takeoff_time": "10:00:10", "landing_time": "10:00:40"}
    assert (
        missing(mine | short, mine | {"takeoff_time": "10:00:50", "landing_time": "10:01:20"}) == 0
    )  # both in the log


def test_a_log_that_cannot_be_read_is_told_and_is_no_missing_flight(folder, run) -> None:
    (folder / "broken.ulg").write_bytes(b"ULog" + bytes(40))
    book(folder, {"log": "log.csv"}, {"log": "broken.ulg", "date": "2026-05-20", "takeoff_time": "12:00"})
    ran = run("audit", "gaps", folder)
    assert (ran.code, ran.out) == (3, "nothing is missing\n") and "broken.ulg" in ran.err


def test_a_table_that_lies_beside_the_logs_is_none_of_them(folder, run) -> None:
    counters, seen = folder / "counters.csv", folder / "seen.csv"
    counters.write_text("date,aircraft,flights\n2026-05-01,dji-m30t,10\n2026-05-31,dji-m30t,11\n", "utf-8")
    ran = run("audit", "gaps", folder, "--counters", counters)
    assert (ran.code, ran.out, ran.err) == (0, "nothing is missing\n", "")
    counters.unlink()
    detections(seen, (4000, 900, 900, ""), (4010, 905, 900, ""))
    ran = run("reconcile", seen, folder, "-f", "json")
    assert ran.code == 1 and {one["kind"] for one in json.loads(ran.out)["answers"]} == {"unexplained"}, ran.out


# reconcile


def detections(path: Path, *seen: tuple[float, float, float, str]) -> Path:
    lines = ["time,lat,lon,id"]
    for seconds, x, y, name in seen:
        lon, lat = at(x, y)
        lines.append(f"{(START + timedelta(seconds=seconds)).isoformat()},{lat:.8f},{lon:.8f},{name}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_each_detection_is_ours_or_somebody_elses_or_unexplained(folder, run, tmp_path: Path) -> None:
    moved = [(x + 60, y) if 60 <= k <= 70 else (x, y) for k, (x, y) in enumerate(along(BOX))]
    a_log(folder / "log.csv", moved, height=40.0)
    (tmp_path / "known.txt").write_text("OTHER1\n", "utf-8")
    seen = detections(
        tmp_path / "d.csv", (20, 100, 30, ""), (65, 255, 130, ""), (20, 100, 400, "OTHER1"), (20, 100, 400, "WHO"),
        (900, 0, 0, ""),
    )  # fmt: skip
    ran = run("reconcile", seen, folder, "--known", tmp_path / "known.txt", "-f", "json")
    made = json.loads(ran.out)
    assert ran.code == 1 and [one["kind"] for one in made["answers"]] == [
        "within-plan", "deviating", "other", "unexplained", "unexplained",
    ]  # fmt: skip
    assert made["answers"][0]["metres"] == pytest.approx(30.0, abs=6.0)
    text = run("reconcile", seen, folder, "--known", tmp_path / "known.txt").out
    assert (
        text.splitlines()[-1].startswith("5 detections: 2 ours (1 within plan, 1 deviating") and "2 unexplained" in text
    )
    shapes = json.loads(run("reconcile", seen, folder, "-f", "geojson").out)["features"]
    assert len(shapes) == 5 and shapes[0]["geometry"]["type"] == "Point"


def test_somebody_elses_drone_beside_ours_is_not_ours(folder, run, tmp_path: Path) -> None:
    (tmp_path / "known.txt").write_text("OTHER1\n", "utf-8")
    seen = detections(tmp_path / "d.csv", (20, 100, 30, "OTHER1"), (20, 100, 5, "OURS"))
    made = json.loads(run("reconcile", seen, folder, "--known", tmp_path / "known.txt", "-f", "json").out)
    assert [one["kind"] for one in made["answers"]] == ["other", "within-plan"]


def test_one_flight_explains_one_identity_at_a_time(folder, run, tmp_path: Path) -> None:
    """Two drones side by side, and one flight: one of them is not ours."""
    both = [(k, 5 * k + off, 0, name) for k in range(10, 30, 5) for off, name in ((3, "A"), (60, "B"))]
    later = [(k, 5 * k + 60, 0, "C") for k in (31, 36)]  # a track that another follows is the same drone, perhaps
    made = json.loads(run("reconcile", detections(tmp_path / "d.csv", *both, *later), folder, "-f", "json").out)
    kinds = {name: {a["kind"] for a in made["answers"] if a["id"] == name} for name in "ABC"}
    assert kinds == {"A": {"within-plan"}, "B": {"unexplained"}, "C": {"within-plan"}}
    assert any("explains another identity" in a["why"] for a in made["answers"])


@pytest.mark.parametrize(("metres", "kind"), [(149.0, "within-plan"), (151.0, "unexplained")])
def test_how_near_a_detection_must_be(metres: float, kind: str, folder, run, tmp_path: Path) -> None:
    seen = detections(tmp_path / "d.csv", (20, 100, -metres, ""))
    answer = json.loads(run("reconcile", seen, folder, "--clock", 0, "-f", "json").out)["answers"][0]
    assert answer["kind"] == kind


def test_a_flight_without_times_may_be_what_was_seen(run, tmp_path: Path) -> None:
    made = tmp_path / "flights"
    made.mkdir()
    rows = "".join(f"{at(x, 0)[1]},{at(x, 0)[0]},40\n" for x in range(0, 300, 50))
    (made / "timeless.csv").write_text("latitude,longitude,height_above_takeoff(meters)\n" + rows, "utf-8")
    seen = detections(tmp_path / "d.csv", (20, 120, 140, "A"), (20, 120, 160, "B"), (20, 120, 10, "OTHER"))
    (tmp_path / "known.txt").write_text("OTHER\n", "utf-8")
    ran = run("reconcile", seen, made, "--known", tmp_path / "known.txt", "-f", "json")
    answers = {one["id"]: one for one in json.loads(ran.out)["answers"]}
    assert ran.code == 1 and [answers[name]["kind"] for name in ("A", "B", "OTHER")] == ["unexplained"] * 2 + ["other"]
    assert answers["A"]["why"].endswith("near at some time, in logs without times: timeless")
    assert answers["B"]["why"] == "no flight of ours was near at that time"


def test_a_detection_without_a_place_or_a_time_is_refused(folder, run, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("time,lat,lon\n2026-05-12T08:00:20Z,,5.0\nnever,52,5\n", "utf-8")
    ran = run("reconcile", tmp_path / "d.csv", folder)
    assert ran.code == 4 and "line 2" in ran.err and "line 3" in ran.err


# exposure and whowas


def layer(path: Path, *shapes: tuple[str, dict]) -> Path:
    features = [{"type": "Feature", "geometry": shape, "properties": {"name": name}} for name, shape in shapes]
    return write(path, {"type": "FeatureCollection", "features": features})


def home(x: float, y: float) -> dict:
    return {"type": "Polygon", "coordinates": [ring(x, y, x + 8, y + 8)]}


def test_exposure_adds_up_and_small_areas_stand_together(folder, run, tmp_path: Path) -> None:
    near = [("h", home(20.0 * k, 10)) for k in range(8)]
    homes = layer(tmp_path / "homes.geojson", *near, ("lone", home(3000, 0)), ("lone", home(-3000, 0)))
    areas = layer(
        tmp_path / "areas.geojson", ("Near", {"type": "Polygon", "coordinates": [ring(-50, -50, 250, 200)]}),
        ("East", {"type": "Polygon", "coordinates": [ring(2900, -50, 3100, 50)]}),
        ("West", {"type": "Polygon", "coordinates": [ring(-3100, -50, -2900, 50)]}),
    )  # fmt: skip
    ran = run("exposure", folder, "--by", areas, "--homes", homes, "-f", "json")
    made = json.loads(ran.out)
    assert ran.code == 0 and [area["area"] for area in made["areas"]] == [
        "Near"
    ]  # two lone addresses are too few together
    (one,) = made["areas"]
    assert one["addresses"] == 8 and one["passes"] == 1 and one["home_seconds"] > 8 and one["share_of_seconds"] == 1.0
    assert "East" not in ran.out and "lone" not in ran.out
    blind = a_plan(folder / "plan.geojson", height=40.0)
    assert blind.is_file()
    ran = run("exposure", folder, "--by", areas, "--homes", homes, "-f", "json")
    assert ran.code == 3 and json.loads(ran.out)["flights_not_counted"] == 1


def test_what_only_a_gap_may_have_shown_is_not_added_up(folder, run, tmp_path: Path) -> None:
    homes = layer(tmp_path / "homes.geojson", *((f"h{k}", home(20.0 * k, 260)) for k in range(8)))
    areas = layer(
        tmp_path / "areas.geojson", ("All", {"type": "Polygon", "coordinates": [ring(-2000, -2000, 2000, 2000)]})
    )
    asked = ("exposure", folder, "--by", areas, "--homes", homes, "-f", "json")
    ran = run(*asked)
    assert ran.code == 0 and [area["home_seconds"] for area in json.loads(ran.out)["areas"]] == [0.0]
    head, *rows_ = (folder / "log.csv").read_text("utf-8").splitlines()
    (folder / "log.csv").write_text("\n".join([head, *rows_[:20], *rows_[60:]]), "utf-8")
    ran = run(*asked)
    made = json.loads(ran.out)
    assert ran.code == 3 and made["flights_not_counted"] == 1
    assert [area["home_seconds"] for area in made["areas"]] == [0.0]


def test_a_resident_is_told_what_flew_near_and_nothing_of_anybody_else(folder, run, tmp_path: Path) -> None:
    lon, lat = at(100, 20)
    options = ["--near", f"{lat},{lon}", "--from", "2026-05-12T09:00+02:00", "--to", "2026-05-12T11:00+02:00"]
    ran = run("whowas", folder, *options, "-f", "json")
    (one,) = json.loads(ran.out)["flights"]
    assert ran.code == 0 and one["purpose"] == "building-control" and one["contact"] == "drones@example.org"
    assert one["operator"] == "NLDabcdefghijkl0" and "xyz" not in ran.out
    assert one["from"].endswith(":00.000Z") and one["until"].endswith(":00.000Z")
    assert set(one["seconds_in_view"]) == {"detect", "observe", "recognise", "identify"}
    for hidden in ("plan-1", "log", "5.00", "52.00"):
        assert hidden not in ran.out.replace("logs_not_read", ""), hidden
    assert "1 flight known" in run("whowas", folder, *options).out
    (far,) = json.loads(run("whowas", folder, *options, "--radius", 5, "-f", "json").out)["flights"]
    assert one["near"] and far["seconds_in_view"] == one["seconds_in_view"] and not far["near"]
    words = " ".join(run("whowas", folder, *options, "--radius", 5).out.split())
    assert "it stayed farther than 5 m away, and your address was in its camera's view" in words
    away = ["--near", f"{lat},{lon}", "--from", "2026-05-12T12:00+02:00", "--to", "13:00"]
    assert json.loads(run("whowas", folder, *away, "-f", "json").out)["flights"] == []


def test_a_resident_is_told_how_many_flew_farther_off_with_a_camera_that_nobody_knows(folder, run) -> None:
    (folder / "plan.geojson").unlink()
    for north, near, blind in ((20, 1, 0), (400, 0, 1), (5_500, 0, 0)):
        lon, lat = at(100, north)
        options = ["--near", f"{lat},{lon}", "--from", "2026-05-12T09:00+02:00", "--to", "2026-05-12T11:00+02:00"]
        made = json.loads(run("whowas", folder, *options, "-f", "json").out)
        assert (len(made["flights"]), made["flights_farther_off_camera_not_known"]) == (near, blind), north
        words = run("whowas", folder, *options).out
        assert ("whether your address was in view is not known" in " ".join(words.split())) is bool(near)
        assert ("whose camera is not known: 1" in words) is bool(blind), words
        assert ("no flight is known to have come within 150 m" in words) is not near


@pytest.mark.parametrize("name", ["DJIFlightRecord_2026-05-12.txt", "flights.zip", "half.json"])
def test_a_file_that_may_be_a_log_is_told_by_all_that_ask_the_logs(name: str, folder, run, tmp_path: Path) -> None:
    (folder / name).write_bytes(b"\x00\x01{")
    areas = layer(tmp_path / "areas.geojson", ("A", {"type": "Polygon", "coordinates": [ring(-50, -50, 250, 200)]}))
    homes = layer(tmp_path / "homes.geojson", ("h", home(20, 10)))
    (tmp_path / "c.csv").write_text("date,aircraft,flights\n2026-05-01,dji-m30t,10\n2026-05-31,dji-m30t,11\n", "utf-8")
    lon, lat = at(100, 20)
    seen = detections(tmp_path / "d.csv", (20, 100, 30, ""))
    for asked in (
        ["whowas", folder, "--near", f"{lat},{lon}", "--from", "2026-05-12T09:00+02:00", "--to", "11:00"],
        ["exposure", folder, "--by", areas, "--homes", homes],
        ["audit", "gaps", folder, "--counters", tmp_path / "c.csv"],
        ["reconcile", seen, folder],
    ):
        ran = run(*asked)
        told = "1 logs could not be read" in ran.out if asked[0] == "whowas" else name in ran.err
        assert ran.code == 3 and told, ran


@pytest.mark.parametrize(("every_s", "north", "sure"), [(4.0, 20, True), (40.0, 20, False), (40.0, 600, None)])
def test_a_resident_is_told_of_what_flew_over_between_two_fixes(
    every_s: float, north: float, sure: bool | None, run, tmp_path: Path
) -> None:
    a_log(tmp_path / "log.csv", [(0.0, 0.0), (400.0, 0.0)], every_s=every_s)
    lon, lat = at(200, north)
    options = [
        "--near",
        f"{lat},{lon}",
        "--radius",
        "50",
        "--from",
        "2026-05-12T09:00+02:00",
        "--to",
        "11:00",
        "-f",
        "json",
    ]
    ran = run("whowas", tmp_path, *options)
    assert [one["sure"] for one in json.loads(ran.out)["flights"]] == ([] if sure is None else [sure]), ran.out
    assert ran.code == 0


@pytest.mark.parametrize(
    ("north", "minutes", "found"),
    [
        (600, ("10:00", "10:01"), [False]),  # 60 s at 19 m/s after the last fix
        (600, ("10:00:30", "10:01"), [False]),
        (20, ("10:00:30", "10:01"), [False]),  # it was there before, and may be still
        (20, ("10:00", "10:01"), [True]),
        (1400, ("10:00", "10:01"), []),
        (600, ("10:02", "10:03"), []),
    ],
)
def test_a_resident_is_told_of_what_may_have_flown_over_after_the_last_fix(
    north: float, minutes: tuple[str, str], found: list[bool], run, tmp_path: Path
) -> None:
    log = a_log(tmp_path / "log.csv", [(20.0 * k, 0.0) for k in range(11)])
    blind = [f"{(10 + k) * 1000},2026-05-12 08:00:{10 + k},,,50" for k in range(1, 50)]
    log.write_text(log.read_text("utf-8") + "\n".join(blind) + "\n", "utf-8")
    lon, lat = at(200, north)
    options = ["--near", f"{lat},{lon}", "--radius", "50", "-f", "json"]
    ran = run("whowas", tmp_path, *options, "--from", f"2026-05-12T{minutes[0]}+02:00", "--to", minutes[1])
    assert [one["sure"] for one in json.loads(ran.out)["flights"]] == found, ran.out


def test_a_resident_is_told_that_a_log_does_not_say_when(run, tmp_path: Path) -> None:
    points = "".join(f'<trkpt lat="{at(x, 0)[1]}" lon="{at(x, 0)[0]}"><ele>60</ele></trkpt>' for x in (0, 200, 400))
    head = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    (tmp_path / "log.gpx").write_text(f"{head}{points}</trkseg></trk></gpx>")
    for north, code in ((20, 3), (500, 0)):
        lon, lat = at(100, north)
        options = ["--near", f"{lat},{lon}", "--radius", "50", "--from", "2026-05-12T09:00+02:00", "--to", "11:00"]
        ran = run("whowas", tmp_path, *options)
        assert ran.code == code and ("1 more came as near" in ran.out) is (code == 3), ran.out + ran.err


def test_an_answer_is_not_sure_where_a_log_could_not_be_read(folder, run) -> None:
    (folder / "broken.ulg").write_bytes(b"ULog\x01\x12\x35\x01" + b"\xff" * 50)
    lon, lat = at(100, 20)
    ran = run(
        "whowas", folder, "--near", f"{lat},{lon}", "--from", "2026-05-12T09:00+02:00", "--to", "2026-05-12T11:00+02:00"
    )
    assert ran.code == 3 and "1 logs could not be read: there may be more" in ran.out
    for wrong in (["--near", "x"], ["--near", "95,5"], ["--near", "52,5", "--to", "2026-05-11T00:00Z"]):
        base = [
            "whowas",
            folder,
            "--near",
            "52,5",
            "--from",
            "2026-05-12T09:00+02:00",
            "--to",
            "2026-05-12T11:00+02:00",
        ]
        assert run(*base, *wrong).code == 2, wrong


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_places_are_in_the_areas_that_hold_them(places: list[tuple[float, float]]) -> None:
    outline = [np.array(ring(-50, -50, 0, 50)), np.array(ring(0, -50, 50, 50))]
    areas = [Volume(footprint=Rings(((one,),)), box=None, band=Band(), where=Where("x")) for one in outline]
    lon, lat = np.array([at(*place) for place in places]).T
    for (x, y), held in zip(places, holders(areas, lon, lat).tolist(), strict=True):
        if min(abs(x), abs(abs(x) - 50), abs(abs(y) - 50)) > 0.01:
            inside = abs(x) < 50 and abs(y) < 50
            assert held == (-1 if not inside else 0 if x < 0 else 1)
    assert middle(Volume(footprint=Circle(5.0, 52.0, 9.0), box=None, band=Band(), where=Where("x"))) == (5.0, 52.0)


# query


def test_results_are_asked_in_sql_and_nothing_else_is_reached(folder, run, tmp_path: Path) -> None:
    run("audit", folder, "--results", tmp_path / "r", "--workers", 1)
    asked = run("audit", "query", "SELECT plan, fixes FROM flights", "--results", tmp_path / "r", "-f", "json")
    assert json.loads(asked.out) == [{"plan": "plan-1", "fixes": 111}]
    assert run("audit", "query", "SELECT plan FROM flights", "--results", tmp_path / "r").out == "plan\nplan-1\n"
    for hostile in (
        f"SELECT * FROM read_csv('{tmp_path}/flights/log.csv')", f"COPY flights TO '{tmp_path}/out.csv'", "INSTALL spatial",
        "SET enable_external_access = true", f"ATTACH '{tmp_path}/x.db'", "SELEKT",
    ):  # fmt: skip
        ran = run("audit", "query", hostile, "--results", tmp_path / "r")
        assert ran.code == 2 and ran.out == "", hostile
    assert not (tmp_path / "out.csv").exists() and not (tmp_path / "x.db").exists()
    assert run("audit", "query", "SELECT 1", "--results", tmp_path).code == 2


# what a receiver measured


def a_recording(sideways: list[float] | None, upward: list[float] | None = None) -> recordings.Recording:
    values = np.array([[5.0 + k * 1e-4, 52.0, 50.0] for k in range(4)])
    return recordings.Recording(
        id="flight-1", where=Where("x"), places="x::line ", numbers=np.arange(4), lon=values[:, 0], lat=values[:, 1],
        height=values[:, 2], datum=None, elapsed=np.arange(4.0),
        sideways_m=None if sideways is None else np.array(sideways), upward_m=None if upward is None else np.array(upward),
    )  # fmt: skip


@pytest.mark.parametrize(("stated", "horizontal"), [(1.0, 3.0), (8.0, 8.0)])
def test_nobody_states_less_than_a_receiver_measured(stated: float, horizontal: float, tmp_path: Path) -> None:
    from dronectl.readers.about import read_about
    from dronectl.readers.document import Document

    made = recordings.mission(Document("x.csv", "0", None), [a_recording([3.0, 3.0, 9.0, 3.0])], heights="none")
    about = tmp_path / "about.json"
    about.write_text(json.dumps({"mission": {"uncertainty": {"horizontal_m": stated, "vertical_m": 1}}}))
    told = read_about(str(about), made)
    assert told.uncertainty.horizontal_m == horizontal and told.uncertainty.vertical_m == 3.0
    assert "what the log's receiver measured counts where less is stated" in told.assumptions
    plain = recordings.mission(Document("x.csv", "0", None), [a_recording(None)], heights="none")
    assert any("no uncertainty is stated" in words for words in plain.assumptions)
    told = read_about(str(about), plain)
    assert told.uncertainty.horizontal_m == stated
    assert not any("no uncertainty is stated" in words for words in told.assumptions)


@pytest.mark.parametrize(
    ("sideways", "upward", "horizontal", "widen", "vertical"),
    [
        ([2.0, 3.0, 9.0, 2.5], [4.0, 5.0, 4.0, 4.0], 3.0, [0.0, 6.0, 6.0], 5.0),
        ([0.1, 0.2, 0.1, 0.1], None, 1.0, [0.0, 0.0, 0.0], 3.0),
        # where one is missing, what was measured beside it counts, and at least the house default
        ([2.0, float("nan"), 9.0, 2.5], None, 9.0, [0.0, 0.0, 0.0], 3.0),
        ([2.0, 0.0, 3.0, 9.0], None, 5.0, [0.0, 0.0, 4.0], 3.0),
        ([40.0, 40.0, 40.0, float("nan")], [20.0, 30.0, float("nan"), 20.0], 40.0, [0.0, 0.0, 0.0], 30.0),
        ([2.0, 2.0, 2.0, 2.0], [1.0, float("nan"), 1.0, 1.0], 2.0, [0.0, 0.0, 0.0], 3.0),
        ([float("nan")] * 4, None, 5.0, [0.0, 0.0, 0.0], 3.0),
        (None, [4.0, 4.0, 4.0, 4.0], 5.0, [0.0, 0.0, 0.0], 3.0),
    ],
)
def test_each_leg_is_widened_by_what_was_measured_at_its_ends(sideways, upward, horizontal, widen, vertical) -> None:
    from dronectl.readers.document import Document

    made = recordings.mission(Document("x.csv", "0", None), [a_recording(sideways, upward)], heights="none")
    assert made.uncertainty.horizontal_m == horizontal and made.uncertainty.vertical_m == vertical
    assert made.flights[0].widen_m.tolist() == widen
    assert made.uncertainty.stated is (sideways is not None and any(metres > 0 for metres in sideways))
    whole = made.flights[0].widen_m + made.uncertainty.horizontal_m
    if made.uncertainty.stated:
        assert all(whole[k] >= np.nanmax([sideways[k], sideways[k + 1]]) for k in range(3))
    partly = made.uncertainty.stated and not all(metres > 0 for metres in sideways)
    assert any("the receiver measured nothing" in said for said in made.assumptions) is partly
