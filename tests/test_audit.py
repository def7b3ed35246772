"""The audit of many flights: what belongs together, what is counted, and a run that is killed, resumed, or spread."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import geopandas
import pytest
from auditing_child import Audit
from builders import a_simple_zone, a_zone, ring, write, zones
from conftest import ROOT, missing, realdata
from depth import deep, only_deep
from flown import BOX, START, a_log, a_plan, along
from rasters import a_terrain

from dronectl.audit import flight, running, store
from dronectl.audit.flight import FAMILIES
from dronectl.audit.matching import Plans, log_box
from dronectl.audit.shelf import files_of, sort_out
from dronectl.audit.summary import CONTROLS, period_of
from dronectl.errors import UsageError
from dronectl.logbook import FIELDS
from dronectl.readers import read_mission, read_zones
from dronectl.rules import catalogue

FAR = {"type": "Polygon", "coordinates": [ring(2000, 2000, 2100, 2100)]}
ALL = dict.fromkeys(FIELDS, "x")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder with three flights of one plan each, a logbook, and a zone file that asks nothing of them."""
    folder = tmp_path / "flights"
    folder.mkdir()
    for k in range(3):
        start = START + timedelta(days=k)
        a_plan(folder / f"plan-{k}.geojson", name=f"mission-{k}", start=start, pilot=f"pilot {k % 2}", purpose="survey")
        a_log(folder / f"log-{k}.csv", along(BOX), start=start + timedelta(minutes=1))
    zones(tmp_path / "zones.geojson", a_zone("FAR", geometry=FAR))
    return folder


def book(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "logbook.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*FIELDS, "landing_time", "log"])
        writer.writeheader()
        writer.writerows(
            ALL | {"date": "2026-05-12", "takeoff_time": "10:01", "landing_time": "", "log": ""} | row for row in rows
        )
    return path


@pytest.fixture
def audited(run, tmp_path: Path):
    def made(folder: Path, *more: object, code: int | None = None) -> dict:
        ran = run("audit", folder, "--zones", tmp_path / "zones.geojson", "--workers", 1, "-f", "json", *more)
        assert ran.out, ran.err
        assert code is None or ran.code == code, ran.out[-3000:]
        return json.loads(ran.out)

    return made


def test_an_audit_asks_of_a_flight_what_a_check_of_its_log_asks(world, audited, run, tmp_path, monkeypatch) -> None:
    """The settings of the house are those of both."""
    monkeypatch.chdir(tmp_path)
    beside = a_zone("NEAR", geometry={"type": "Polygon", "coordinates": [ring(230, 0, 300, 300)]})
    near = zones(tmp_path / "zones.geojson", beside)
    found = {}
    for said in ("", "margin_m = 60", "strict = true", "max_age_days = 1"):
        (tmp_path / "dronectl.toml").write_text(said, "utf-8")
        checked = run("check", world / "log-0.csv", "--zones", near, "-f", "json").out
        rows = run("audit", world / "log-0.csv", "--zones", near, "--workers", 1, "-f", "csv").out.splitlines()
        ((audited_as, undecided),) = [(row["verdict"], int(row["undecided"])) for row in csv.DictReader(rows)]
        assert audited_as == json.loads(checked)["verdict"] and (audited_as == "undecided") is (undecided > 0), said
        found[said] = audited_as
    assert found == {
        "": "clear", "margin_m = 60": "violation", "strict = true": "undecided", "max_age_days = 1": "undecided",
    }  # fmt: skip


def test_a_recording_of_an_autopilot_is_a_log_whatever_it_is_called(world, audited, tmp_path: Path) -> None:
    before = audited(world)["flights"]
    for name, content in (
        ("00000012", b"\xa3\x95" + bytes(200)),
        ("flight.old", b"ULog\x01\x12\x35" + bytes(200)),
        ("x", b"x"),
    ):
        (world / name).write_bytes(content)
    made = audited(world)
    assert made["flights"] == before + 2
    assert {Path(e["path"]).name for e in made["exceptions"] if e["control"] == "log"} == {"00000012", "flight.old"}


def test_the_page_says_what_the_settings_made_of_it(world, audited, run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert audited(world)["settings"] == []
    said = 'margin_m = 60\nstrict = true\nmax_age_days = 9\n[airspace]\nd = "NO_RESTRICTION"\n'
    (tmp_path / "dronectl.toml").write_text(said, "utf-8")
    wanted = ["margin_m = 60", "max_age_days = 9", "strict = true", 'airspace.D = "NO_RESTRICTION"']
    assert audited(world)["settings"] == wanted
    for name in ("page.html", "page.pdf"):
        run("audit", world, "--zones", tmp_path / "zones.geojson", "--workers", 1, "-o", tmp_path / name)
    assert "margin_m = 60, max_age_days = 9, strict = true" in (tmp_path / "page.html").read_text("utf-8")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_run_does_not_go_on_under_other_settings(world, run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["audit", world, "--zones", tmp_path / "zones.geojson", "--workers", 1, "--results", tmp_path / "r"]
    assert run(*asked).code == 1 and run(*asked, "--resume").code == 1
    for said in ("margin_m = 60", '[airspace]\nD = "PROHIBITED"'):
        (tmp_path / "dronectl.toml").write_text(said, "utf-8")
        ran = run(*asked, "--resume")
        assert ran.code == 2 and "other settings" in ran.err, said


def control(made: dict, name: str) -> dict:
    return next(one for one in made["controls"] if one["name"] == name)


def test_flights_are_matched_counted_and_held_against_everything(world, audited) -> None:
    made = audited(world, code=1)
    assert made["flights"] == 3 and made["pilots"] == 2 and made["purposes"] == {"survey": 3}
    assert control(made, "plan")["kept"] == 3 and control(made, "volume")["kept"] == 3
    assert control(made, "zones")["kept"] == 3 and control(made, "logbook")["broken"] == 3
    assert made["exceptions_by_weight"] == {"high": 0, "medium": 3, "unknown": 0}


def test_a_clean_period_is_clean_and_exits_with_0(world, audited) -> None:
    book(world, *({"log": f"log-{k}.csv"} for k in range(3)))
    made = audited(world, code=0)
    assert made["clean"] is True and made["exceptions"] == [] and made["logbook"]["logged"] == 3


def test_the_logbook_is_asked_field_by_field(world, audited) -> None:
    book(world, {"log": "log-0.csv", "activity": ""}, {"log": "log-1.csv", "activity": "", "preflight_inspection": ""},
         {"date": "2026-05-14", "takeoff_time": "10:05"})  # fmt: skip
    made = audited(world, code=1)
    assert made["logbook"]["logged"] == 3  # the third by its time, in local time
    assert made["logbook"]["missing"]["activity"] == 2 and made["logbook"]["missing"]["preflight_inspection"] == 1
    assert control(made, "logbook")["kept"] == 1
    assert "not filled in: activity" in {e["what"] for e in made["exceptions"]}


def test_what_belongs_to_no_flight_is_told(world, audited) -> None:
    a_plan(world / "never.geojson", name="never-flown", start=START + timedelta(days=40))
    permit = {"id": "P-9", "kind": "authorization", "issuer": "Tower", "missions": ["another"]}
    write(world / "permit.json", {"permit": permit})
    book(world, {"log": "log-0.csv"}, {"date": "2026-06-01", "takeoff_time": "12:00", "log": ""})
    told = {
        Path(one["path"].partition(" ")[0]).name.partition("::")[0]: one["why"] for one in audited(world)["not_used"]
    }
    assert "belongs to this plan" in told["never.geojson"] and "permit names" in told["permit.json"]
    assert [why for name, why in told.items() if name.startswith("logbook.csv")] == [
        "no log in the folders belongs to this entry"
    ]
    within = audited(world, "--period", "2026-05")["not_used"]
    assert (
        not any("logbook" in one["path"] or "never" in one["path"] for one in within) and "permit" in within[0]["path"]
    )


def test_a_zone_that_was_entered_and_a_plan_that_was_left_weigh_most(world, audited, tmp_path: Path) -> None:
    zones(
        tmp_path / "zones.geojson", a_zone("NO", geometry={"type": "Polygon", "coordinates": [ring(150, 50, 260, 100)]})
    )
    moved = [(x + 60, y) if 60 <= k <= 66 else (x, y) for k, (x, y) in enumerate(along(BOX))]
    a_log(world / "log-1.csv", moved, start=START + timedelta(days=1, minutes=1))
    made = audited(world, code=1)
    heavy = [e for e in made["exceptions"] if e["weight"] == "high"]
    assert {e["control"] for e in heavy} == {"zones", "volume"} and made["exceptions"][0]["weight"] == "high"
    assert control(made, "zones")["broken"] == 3 and control(made, "volume") | {} == control(made, "volume")
    assert control(made, "volume")["broken"] == 1 and control(made, "volume")["worst"].startswith("35 m for")
    assert all(e["owner"].startswith("pilot") for e in heavy)


def test_a_permit_covers_its_mission_and_a_waiver_is_counted(world, audited, tmp_path: Path) -> None:
    zones(tmp_path / "zones.geojson", a_zone("CTR", kind="REQ_AUTHORIZATION"), a_simple_zone("privacy", FAR))
    permit = {"id": "P-1", "kind": "authorization", "issuer": "Tower", "zones": ["CTR"], "missions": ["mission-0"]}
    write(world / "permit.json", {"permit": permit})
    made = audited(world, code=1)
    assert control(made, "zones")["kept"] == 1 and control(made, "zones")["broken"] == 2
    assert not any("matches nothing" in e["what"] for e in made["exceptions"])
    late = {"id": "W-1", "kind": "waiver", "issuer": "Chief", "reason": "x", "approved_by": "Chief", "zones": ["CTR"],
            "missions": ["mission-1"], "until": "2026-05-13T08:00:30Z"}  # fmt: skip
    write(world / "waiver.json", {"permit": late})
    made = audited(world, code=1)
    assert made["waivers"] == {"used": [], "expired": ["W-1"]}


def test_every_rule_is_of_a_control() -> None:
    """A violation that no control counts would leave the page clean."""
    families = {rule.family: [name for name, mine in FAMILIES.items() if rule.family in mine] for rule in catalogue()}
    assert all(len(names) == 1 for names in families.values()), families
    assert set(FAMILIES) < set(CONTROLS)


def test_limits_of_the_category_are_a_control(world, audited) -> None:
    """STS-01 allows 5 m/s; the log flies 10."""
    book(world, *({"log": f"log-{k}.csv"} for k in range(3)))
    a_plan(world / "plan-0.geojson", name="mission-0", category="specific/STS-01", purpose="survey")
    a_log(world / "log-0.csv", along(BOX), start=START + timedelta(minutes=1), every_s=0.5)
    made = audited(world, code=1)
    assert control(made, "category")["broken"] == 1 and made["clean"] is False
    assert any(e["control"] == "category" and e["weight"] == "high" for e in made["exceptions"])


def test_a_waiver_that_had_expired_did_not_work(world, audited) -> None:
    late = {"id": "W-1", "kind": "waiver", "issuer": "Chief", "reason": "x", "approved_by": "Chief", "zones": ["FAR"],
            "missions": ["mission-1"], "until": "2026-05-13T08:00:30Z"}  # fmt: skip
    write(world / "waiver.json", {"permit": late})
    rows = {row["control"]: row for row in audited(world, "--framework", "wpg")["framework"]}
    assert rows["Deviations are approved beforehand (waivers)"]["works"] == "no"


@pytest.mark.parametrize(
    ("member", "value"),
    [("works", "5"), ("works", '["PRV999"]'), ("title", "{ en = 5 }"), ("exists", '"somewhere"'), ("proves", '"it"')],
)
def test_a_framework_that_asks_for_what_there_is_not_is_refused(
    member: str, value: str, world, run, tmp_path: Path
) -> None:
    rows = {"title": '{ en = "Logged" }', "source": '"policy"', "works": '"logged"'} | {member: value}
    text = '[title]\nen = "Ours"\n[[control]]\n' + "".join(f"{name} = {words}\n" for name, words in rows.items())
    (tmp_path / "own.toml").write_text(text, "utf-8")
    ran = run("audit", world, "--framework", tmp_path / "own.toml")
    assert ran.code == 4 and "own.toml" in ran.err


def test_what_a_log_hides_that_cannot_be_read_is_unknown_in_a_framework(world, audited) -> None:
    book(world, *({"log": f"log-{k}.csv"} for k in range(3)))
    (world / "broken.ulg").write_bytes(b"ULog\x01\x12\x35\x01" + b"\xff" * 400)
    rows = {row["control"]: row for row in audited(world, "--framework", "ilt-log")["framework"]}
    assert rows["Every flight is in the logbook"]["works"] == "unknown"
    rows = {row["control"]: row for row in audited(world, "--framework", "dpia")["framework"]}
    assert rows["The flight is for a stated purpose"]["works"] == "unknown"


def test_a_volume_that_nobody_planned_is_not_kept_in_a_framework(world, audited) -> None:
    (world / "plan-2.geojson").unlink()
    rows = {row["control"]: row for row in audited(world, "--framework", "house")["framework"]}
    assert rows["The flight keeps to its plan"]["works"] == "unknown"
    assert rows["The flight keeps to its plan"]["works_by"] == "2/3, 1 unknown"


def test_a_plan_without_a_volume_leaves_open_whether_it_was_kept(world, audited) -> None:
    a_plan(world / "plan-0.geojson", name="mission-0", volumes=None)
    write(world / "about.json", {"mission": {"category": "open/A2"}})  # what --about takes: no log
    made = audited(world, "--framework", "house")
    assert control(made, "volume")["unknown"] == 1 and made["exceptions_by_weight"]["unknown"] == 1
    assert made["unknowns"][0]["rule"] == "volume" and "about.json" in made["not_used"][0]["path"]


def test_privacy_zones_and_papers_of_a_framework_are_those_of_their_rules(world, audited, tmp_path: Path) -> None:
    """Other zones that were kept, and other papers that were there, say nothing of these."""
    over = {"type": "Polygon", "coordinates": [ring(150, 50, 260, 100)]}
    zones(tmp_path / "zones.geojson", a_zone("FAR", geometry=FAR), a_simple_zone("privacy", over))
    rows = {row["control"]: row for row in audited(world, "--framework", "dpia")["framework"]}
    assert rows["Privacy zones are kept clear"]["works"] == "no"
    assert {rows["A DPIA is named by the flight"][side] for side in ("exists", "works")} == {"unknown"}
    rows = {row["control"]: row for row in audited(world, "--framework", "dpia", "--pack", "house")["framework"]}
    assert rows["A DPIA is named by the flight"] | {"source": ""} == {
        "control": "A DPIA is named by the flight", "source": "", "design": "unknown", "exists": "no", "works": "no",
        "design_by": "no file of the audit says", "exists_by": "0 flights whose papers were there", "works_by": "0/3",
    }  # fmt: skip
    rows = {row["control"]: row for row in audited(world, "--framework", "wpg")["framework"]}
    assert rows["Purpose and legal basis of every flight are stated"]["works_by"] == "0/3"


def test_one_entry_of_a_logbook_is_not_that_of_two_flights(world, audited) -> None:
    a_log(world / "again.csv", along(BOX), start=START + timedelta(minutes=15))
    book(world, {}, {"date": "2026-05-13"}, {"date": "2026-05-14"})
    made = audited(world)
    assert control(made, "logbook") | {"worst": ""} == {
        "name": "logbook", "kept": 3, "broken": 0, "waived": 0, "unknown": 1, "not_asked": 0, "asked": 4, "worst": "",
    }  # fmt: skip
    assert any("may be that of again.csv" in e["what"] for e in made["exceptions"])
    book(world, {"landing_time": "10:20"}, {"date": "2026-05-13"}, {"date": "2026-05-14"})
    assert control(audited(world), "logbook")["kept"] == 4  # one entry from the first take-off to the last landing


def test_logs_of_one_name_each_have_their_own_entry(world, audited) -> None:
    for k, name in enumerate(("a", "b")):
        (world / name).mkdir()
        a_log(world / name / "00000001.csv", along(BOX), start=START + timedelta(days=k, hours=5))
    book(
        world, *({"log": f"log-{k}.csv"} for k in range(3)), {"log": "00000001.csv", "takeoff_time": "15:01"},
        {"log": "00000001.csv", "takeoff_time": "15:01", "date": "2026-05-13"},
    )  # fmt: skip
    assert control(audited(world), "logbook")["kept"] == 5


@pytest.mark.parametrize("name", ["flights.zip", "FLY014.DAT", "broken.json", "broken.gpx", "DJIFlightRecord_2026.txt"])
def test_what_may_be_a_log_leaves_nothing_clean(name: str, world, audited) -> None:
    book(world, *({"log": f"log-{k}.csv"} for k in range(3)))
    (world / name).write_bytes(b"\x01\x02\x00 no one can read this")
    made = audited(world, code=3)
    assert made["clean"] is None and made["exceptions_by_weight"] == {"high": 0, "medium": 0, "unknown": 1}
    assert [Path(e["path"]).name for e in made["exceptions"]] == [name]
    assert name in {Path(one["path"]).name for one in made["not_used"]}


def test_broken_logs_are_findings_and_never_the_end(world, audited) -> None:
    (world / "broken.ulg").write_bytes(b"ULog\x01\x12\x35\x01" + b"\0" * 8 + b"\xff" * 400)
    (world / "empty.csv").write_text("", "utf-8")
    (world / "notes.docx").write_bytes(b"PK")
    made = audited(world)
    assert made["flights"] == 5 and control(made, "log")["unknown"] == 2
    assert sum("the log cannot be read" in e["what"] for e in made["exceptions"]) == 2
    assert any("notes.docx" in one["path"] for one in made["not_used"])
    assert control(made, "plan")["kept"] == 3
    assert {Path(e["path"]).name for e in made["exceptions"] if e["weight"] == "unknown"} == {"broken.ulg", "empty.csv"}


def test_one_flight_that_breaks_what_it_is_held_against_leaves_the_others(
    world, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flights are held together: where that fails each is asked by itself, and their rows stay in the order of the logs."""
    auditor = flight.Auditor(flight.Setting(files=read_zones([str(tmp_path / "zones.geojson")])))
    logs = [str(world / f"log-{k}.csv") for k in range(3)]
    sound = auditor.audit(logs)
    assert [row["flight"] for row in sound] == ["log-0", "log-1", "log-2"] and not any(row["error"] for row in sound)
    assert sound == [row for path in logs for row in auditor.audit([path])]
    hold = flight.hold

    def breaks(missions, *more, **options):
        if any(mission.path == logs[1] for mission in missions):
            raise ValueError("it breaks")
        return hold(missions, *more, **options)

    monkeypatch.setattr(flight, "hold", breaks)
    rows = auditor.audit(logs)
    assert [rows[0], rows[2]] == [sound[0], sound[2]]
    assert rows[1]["error"] == "ValueError: it breaks" and rows[1]["verdict"] == "undecided" and rows[1]["sha256"]
    monkeypatch.setattr(flight, "hold", hold)
    monkeypatch.setattr(flight, "MOST_FIXES", 0)
    assert auditor.audit(logs) == sound


def test_a_copy_of_a_log_is_counted_once(world, audited, run, tmp_path: Path) -> None:
    alone = audited(world)
    assert alone["copies"] == 0
    (world / "backup").mkdir()
    one = next(world.rglob("*.csv"))
    (world / "backup" / "the same again.csv").write_bytes(one.read_bytes())
    made = audited(world)
    assert made["copies"] == 1 and made["flights"] == alone["flights"] and made["hours"] == alone["hours"]
    told = run("audit", world, "--zones", tmp_path / "zones.geojson", "--workers", 1)
    assert "1 flights of copied logs are counted once" in told.out


def test_a_copy_of_a_log_does_not_stand_for_a_flight_that_is_missing(run, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    log = a_log(tmp_path / "logs" / "a.csv", along(BOX))
    counters = tmp_path / "counters.csv"
    day = START.strftime("%Y-%m-%d")
    counters.write_text(f"time,aircraft,flights\n{day}T00:00:00Z,,10\n{day}T23:59:00Z,,12\n")
    assert "2 flights counted, 1 logged" in run("audit", "gaps", tmp_path / "logs", "--counters", counters).out
    shutil.copy(log, tmp_path / "logs" / "b.csv")
    assert "2 flights counted, 1 logged" in run("audit", "gaps", tmp_path / "logs", "--counters", counters).out


def test_the_period_is_of_local_days_and_a_flight_without_a_time_counts(world, audited) -> None:
    shutil.copy(ROOT / "tests" / "every_rule.txt", world / "x.md")
    made = audited(world, "--period", "2026-05-13")
    assert made["flights"] == 1 and made["outside_period"] == 2
    a_log(
        world / "midnight.csv", along(BOX), start=START.replace(day=13, hour=22, minute=30)
    )  # 00:30 local on the 14th
    assert audited(world, "--period", "2026-05-13")["flights"] == 1
    assert audited(world, "--period", "2026-05-14/2026-05-14")["flights"] == 2


def test_periods_and_their_ends() -> None:
    spans = {
        words: period_of(words)[1] for words in ("2026", "2026Q1", "2026-02", "2026-02-03", "2026-02-03/2026-02-04")
    }
    days = {words: round((end - begin) / 86400, 4) for words, (begin, end) in spans.items()}
    assert days == {"2026": 365, "2026Q1": pytest.approx(90 - 1 / 24, abs=1e-3), "2026-02": 28, "2026-02-03": 1,
                    "2026-02-03/2026-02-04": 2}  # fmt: skip
    for wrong in ("2026Q5", "2026-13", "x", "2026-02-04/2026-02-03", "26"):
        with pytest.raises((UsageError, ValueError)):
            period_of(wrong)


def test_matching_by_name_time_place_and_aircraft(tmp_path: Path) -> None:
    def best(log: Path) -> tuple[str, tuple[str, ...], str]:
        plans = Plans(sort_out(*files_of([str(tmp_path / "plans")])).plans)
        flown = read_mission(log)
        match = plans.of(flown, log_box(flown))
        return (match.card.id if match.card else "", match.by, match.why)

    (tmp_path / "plans").mkdir()
    log = a_log(tmp_path / "any.csv", along(BOX))
    a_plan(tmp_path / "plans" / "a.geojson", name="morning")
    assert best(log) == ("morning", ("place", "time"), "")
    a_plan(tmp_path / "plans" / "b.geojson", name="tomorrow", start=START + timedelta(days=1))
    a_plan(tmp_path / "plans" / "c.geojson", [(5000.0, 0.0), (5200.0, 0.0)], name="elsewhere")
    assert best(log)[0] == "morning"
    a_plan(tmp_path / "plans" / "d.geojson", name="twin-of-it")
    assert best(log)[0] == "" and "several plans fit as well: morning, twin-of-it" in best(log)[2]
    named = a_log(tmp_path / "flown-twin-of-it-3.csv", along(BOX))
    assert best(named) == ("twin-of-it", ("name", "place", "time"), "")
    away = a_log(tmp_path / "flown-morning.csv", [(x, y + 9000) for x, y in along(BOX)])
    assert best(away)[0] == "" and "no plan is at its place" in best(away)[2]


@pytest.mark.parametrize(
    ("log", "plan"),
    [
        ("flight-12", "flight-12"),  # not flight-1, whose letters it begins with
        ("Flight_0012", "flight-12"),
        ("2026-05-12 flight 12 camera", "flight-12"),
        ("vlucht-über-markt", "über markt"),
        ("flight-7", ""),
    ],
)
def test_a_name_is_one_of_whole_words_and_the_longest_counts(tmp_path: Path, log: str, plan: str) -> None:
    (tmp_path / "plans").mkdir()
    for k, name in enumerate(("flight-1", "flight-2", "flight-12", "markt über", "über markt", "vlucht")):
        a_plan(tmp_path / "plans" / f"{k}.geojson", name=name)
    plans = Plans(sort_out(*files_of([str(tmp_path / "plans")])).plans)
    flown = read_mission(a_log(tmp_path / f"{log}.csv", along(BOX)))
    match = plans.of(flown, log_box(flown))
    assert (match.card.id if match.card else "") == plan


def test_the_results_are_geoparquet_and_the_csv_holds_every_flight(world, run, tmp_path: Path) -> None:
    options = ["--zones", tmp_path / "zones.geojson", "--workers", 1]
    evil = a_plan(world / "evil.geojson", name='=cmd|"calc"', start=START + timedelta(days=9))
    a_log(world / "evil.csv", along(BOX), start=START + timedelta(days=9))
    assert evil.is_file()
    assert run("audit", world, *options, "-o", tmp_path / "r.parquet").code == 1
    frame = geopandas.read_parquet(tmp_path / "r.parquet")
    assert len(frame) == 4 and frame.crs.to_epsg() in (4326, None) and frame.geometry.notna().all()
    assert set(store.columns()) == set(frame.columns)
    run("audit", world, *options, "-o", tmp_path / "r.csv")
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 4 and '\'=cmd|"calc"' in {row["plan"] for row in rows}


def test_every_page_says_the_same_and_nothing_in_it_acts(world, run, tmp_path: Path) -> None:
    a_plan(world / "plan-0.geojson", name="<script>x</script>", pilot="<b>p</b>")
    options = ["--zones", tmp_path / "zones.geojson", "--workers", 1, "--framework", "ilt-log"]
    page = run("audit", world, *options, "-f", "html").out
    assert "<script>x" not in page and "NOT CLEAN" in page and "3/3" in page and "Content-Security-Policy" in page
    assert "Every flight is in the logbook" in page and page.count('scope="row"') > 20
    text = run("audit", world, *options).out
    assert text.splitlines()[-1].startswith("NOT CLEAN: 0 high, 3 medium")
    dutch = run("audit", world, *options, "--lang", "nl", "-f", "html").out
    assert "NIET SCHOON" in dutch and "Elke vlucht staat in het logboek" in dutch
    assert "there is no logbook" not in dutch and "never asked" not in dutch
    first, again = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for target in (first, again):
        assert run("audit", world, *options, "-o", target).code == 1
    assert first.read_bytes() == again.read_bytes() and first.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["ilt-log", "wpg", "dpia", "house"])
def test_a_framework_answers_yes_no_and_unknown(name: str, world, audited, tmp_path: Path) -> None:
    book(world, *({"log": f"log-{k}.csv"} for k in range(3)))
    rows = audited(world, "--framework", name)["framework"]
    assert len(rows) >= 5 and all(
        {row["design"], row["exists"], row["works"]} <= {"yes", "no", "unknown"} for row in rows
    )
    assert all(row["source"] for row in rows)
    if name == "ilt-log":
        works = {row["control"]: row["works"] for row in rows}
        assert works["Every flight is in the logbook"] == "yes"
        assert works["Records are kept for three years, protected"] == "unknown"


def test_a_framework_of_the_house_is_read_and_its_faults_are_told(world, run, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'title = { en = "Ours" }\n[[control]]\ntitle = { en = "P" }\nsource = "us"\nworks = "plan"\n', "utf-8"
    )
    options = ["--zones", tmp_path / "zones.geojson", "--workers", 1]
    ran = run("audit", world, *options, "--framework", own)
    assert "Ours" in ran.out and "P (3/3)" in ran.out
    own.write_text(own.read_text("utf-8").replace('"plan"', '["TIM101", "MINE-1"]'), "utf-8")
    assert "P (3/3)" in run("audit", world, *options, "--framework", own).out
    for wrong in ('"luck"', '["AIR999"]', "[1]"):
        own.write_text(
            f'title = {{ en = "Ours" }}\n[[control]]\ntitle = {{ en = "P" }}\nsource = "us"\nworks = {wrong}\n', "utf-8"
        )
        assert run("audit", world, *options, "--framework", own).code == 4, wrong
    assert run("audit", world, *options, "--framework", "nope").code == 2


def test_the_period_before_gives_the_trend(world, run, audited, tmp_path: Path) -> None:
    run("audit", world, "--zones", tmp_path / "zones.geojson", "--workers", 1, "--results", tmp_path / "q1")
    made = audited(world, "--previous", tmp_path / "q1")
    assert [c["kept"] for c in made["before"]["controls"] if c["name"] == "plan"] == [3]
    assert run("audit", world, "--previous", tmp_path / "none").code == 2


def test_wrong_use(world, run, tmp_path: Path) -> None:
    assert run("audit", tmp_path / "nothing").code == 4
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("audit", empty).code == 4
    for wrong in (["--resume"], ["--period", "soon"], ["--workers", "0"], ["-f", "docx"], ["-f", "pdf"]):
        assert run("audit", world, *wrong).code == 2, wrong


# A run that is killed


def many(folder: Path, count: int, *, planned: int = 1) -> Path:
    """So many logs, some of them askew, and every so many of them with a plan."""
    folder.mkdir()
    for k in range(count):
        start = START + timedelta(hours=4 * k)
        if k % planned == 0:
            a_plan(folder / f"plan-{k:03d}.geojson", name=f"mission-{k:03d}", start=start)
        places = [(x + (60 if k % 5 == 0 and 5 <= i <= 8 else 0), y) for i, (x, y) in enumerate(along(BOX, 25.0))]
        a_log(folder / f"log-{k:03d}.csv", places, start=start, every_s=5.0)
    (folder / "broken.ulg").write_bytes(b"ULog\x01\x12\x35\x01" + b"\xff" * 100)
    return folder


def command(folder: Path, results: Path, *more: object) -> list[str]:
    return [sys.executable, "-m", "dronectl", "audit", str(folder), "--results", str(results), *map(str, more)]


def test_a_run_that_is_killed_again_and_again_ends_as_one_that_was_not(tmp_path: Path) -> None:
    kills = deep(20, 3)
    folder = many(tmp_path / "flights", 220, planned=10)
    whole = tmp_path / "whole"
    assert Audit(["audit", folder, "--results", whole, "--workers", 1]).ended(120)
    draw, killed, stopped = random.Random(11), 0, tmp_path / "stopped"
    parts: list[int] = []
    for turn in range(60):
        had = len(list(stopped.glob("parts/*.parquet")))
        run = Audit(["audit", folder, "--results", stopped, "--workers", 1 + turn % 2, "--resume"])
        if killed < kills and turn % 2:  # in the middle of the work
            while len(list(stopped.glob("parts/*.parquet"))) == had and not run.ended():
                time.sleep(0.01)
        if run.ended(120 if killed >= kills else draw.uniform(0.0, 0.3) if turn % 2 else draw.uniform(0.05, 0.9)):
            break
        run.kill()
        killed += 1
        parts.append(len(list(stopped.glob("parts/*.parquet"))))
        if parts[-1] >= 5 and killed < kills:  # nearly done: begin anew, so that every kill falls into a run
            shutil.rmtree(stopped)
    assert killed >= kills and len(set(parts)) > 1, parts
    assert (stopped / "flights.parquet").read_bytes() == (whole / "flights.parquet").read_bytes()
    assert len(list(store.rows([whole / "flights.parquet"]))) == 221


def test_tables_of_counters_requests_and_detections_are_no_flights(world, audited, tmp_path: Path) -> None:
    before = audited(world)
    (world / "counters.csv").write_text(
        "time,aircraft,flights,hours\n2026-05-12,a,3,0.5\n2026-05-20,a,9,1.5\n", "utf-8"
    )
    (world / "atc.csv").write_text("id;from;until\nR1;2026-05-12T10:00Z;2026-05-12T11:00Z\n", "utf-8")
    rows = [f"2026-05-12T10:0{k}:00Z,52.0{k},5.0,{'AB'[k % 2]}" for k in range(6)]
    (world / "seen.csv").write_text("\n".join(["time,lat,lon,remote id", *rows]) + "\n", "utf-8")
    after = audited(world)
    assert after["flights"] == before["flights"]
    told = json.dumps(after)
    for kind in ("counters", "requests", "detections"):
        assert f"is a table of {kind}" in told


@pytest.mark.parametrize("names", [["A"] * 6, ["1", "2", "3", "4", "5", "6"], [""] * 6], ids=["one", "rows", "none"])
def test_positions_of_one_aircraft_are_a_log(names: list[str], world, audited) -> None:
    before = audited(world)
    rows = [f"2026-05-12T10:0{k}:00Z,52.000{k},5.0,40,{name}" for k, name in enumerate(names)]
    (world / "flown.csv").write_text("\n".join(["time,lat,lon,alt,id", *rows]) + "\n", "utf-8")
    assert audited(world)["flights"] == before["flights"] + 1


def test_results_of_other_files_are_not_gone_on_with(world, run, tmp_path: Path) -> None:
    options = ["--zones", tmp_path / "zones.geojson", "--workers", 1, "--results", tmp_path / "r", "--resume"]
    run("audit", world, *options)
    before = (tmp_path / "r" / "flights.parquet").read_bytes()
    a_log(world / "log-9.csv", along(BOX))
    ran = run("audit", world, *options)
    assert ran.code == 2 and "start anew without --resume" in ran.err
    assert (tmp_path / "r" / "flights.parquet").read_bytes() == before
    assert run("audit", world, *options[:-1]).code == 1
    ground = a_terrain(tmp_path / "ground.tif")
    low = ["audit", world, *options[:-1], "--terrain", ground]
    assert run(*low).code == 1 and run(*low, "--resume").code == 1
    a_terrain(ground, lambda east, north: 11.0)  # other ground under the same name
    assert "start anew" in run(*low, "--resume").err
    assert len(list(store.rows([tmp_path / "r" / "flights.parquet"]))) == 4


@pytest.mark.parametrize("engine", ["local", pytest.param("dask", marks=only_deep)])
def test_a_log_that_kills_its_reader_is_told_and_the_others_are_audited(engine: str, world, tmp_path: Path) -> None:
    """A worker that is shot while it reads one log: that log is told, all else is there."""
    if engine == "dask" and importlib.util.find_spec("distributed") is None:
        missing("dask[distributed]")
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "from pathlib import Path\n"
        "opened = Path.open\n"
        "def shot(self, *a, **k):\n"
        "    if self.name == 'log-1.csv' and 'multiprocessing' in ' '.join(sys.argv + sys.orig_argv):\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return opened(self, *a, **k)\n"
        "Path.open = shot\n",
        "utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "LC_ALL": "C"}
    made = subprocess.run(
        [*command(world, tmp_path / "r", "--workers", 2), "-f", "json", "--engine", engine],
        capture_output=True,
        env=environment,
        timeout=120,
    )
    found = json.loads(made.stdout)
    assert found["flights"] == 3 and control(found, "log")["unknown"] == 1
    assert any("its reader was killed" in e["what"] and e["flight"] == "log-1" for e in found["exceptions"])


def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path: Path) -> None:
    try:
        import distributed
    except ImportError:
        missing("dask[distributed]")
    folder, environment = many(tmp_path / "flights", 160), os.environ | {"LC_ALL": "C"}
    subprocess.run(
        command(folder, tmp_path / "local", "--workers", 1), capture_output=True, env=environment, timeout=120
    )
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=running.HERE, local_directory=str(tmp_path / "dask")
    ) as cluster:
        process = subprocess.Popen(
            command(folder, tmp_path / "dask-results", "--engine", "dask", "--scheduler", cluster.scheduler_address),
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        victim = next(iter(cluster.workers.values())).process.pid
        until = time.monotonic() + 60
        while not list((tmp_path / "dask-results").glob("parts/*.parquet")) and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(victim, signal.SIGKILL)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1, said.decode()
    assert (tmp_path / "dask-results" / "flights.parquet").read_bytes() == (
        tmp_path / "local" / "flights.parquet"
    ).read_bytes()


def test_a_cluster_of_our_own_listens_to_this_machine_alone() -> None:
    """What a cluster tells of its work over HTTP is for nobody else on the network, and Dask's port may be taken."""
    try:
        import distributed  # noqa: F401
        import psutil
    except ImportError:
        missing("dask[distributed]")
    packed = pickle.dumps(flight.Setting(files=()))
    with socket.socket() as taken:
        with suppress(OSError):  # by somebody else
            taken.bind(("127.0.0.1", 8787))
            taken.listen()
        with running._cluster(running.Engine(name="dask", workers=1), packed) as pool:
            assert pool.submit(sum, [1, 2]).result() == 3
            mine = psutil.Process()
            found = [one for each in (mine, *mine.children(recursive=True)) for one in each.net_connections("inet")]
            listening = {one.laddr.ip for one in found if one.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}, listening


def test_every_real_log_is_audited(run, tmp_path: Path) -> None:
    data = realdata()
    if data is None:
        missing("the real files")
    folders = [
        data / name for name in ("logs-ulog", "logs-ardupilot", "logs-dji", "tracks-gpx", "tracks-igc", "tracks-kml")
    ]
    files = [
        path for folder in folders for path in folder.iterdir() if path.suffix.lower() not in (".md", ".json", ".txt")
    ]
    ran = run("audit", *folders, "--alt-datum", "AMSL", "--results", tmp_path / "r", "-f", "json")
    rows = list(store.rows([tmp_path / "r" / "flights.parquet"]))
    told = {row["path"] for row in rows} | {one["path"].partition("::")[0] for one in json.loads(ran.out)["not_used"]}
    assert ran.code == 1 and len(rows) >= 45 and not [path for path in files if str(path) not in told]
    assert sum(bool(row["error"]) for row in rows) <= 4


def test_the_readme_shows_the_page_of_the_real_logs(run, monkeypatch: pytest.MonkeyPatch) -> None:
    data = realdata()
    if data is None:
        missing("the real files")
    page = (
        (ROOT / "README.md").read_text("utf-8").partition("from any zone we have:\n\n```text\n")[2].partition("```")[0]
    )
    monkeypatch.chdir(data)
    folders = ("logs-ulog", "logs-ardupilot", "logs-dji", "tracks-igc")
    ran = run("audit", *folders, "--now", "2026-05-12T10:00Z", "--zones", ROOT / "zones", "--workers", 1)
    assert page and ran.out == page


@pytest.mark.parametrize(("name", "value"), [("TERRAIN_ERROR_M", "-5"), ("QNH_HPA", "3000")])
def test_settings_of_models_are_held_to_their_bounds(
    world, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"DRONECTL_{name}", value)
    assert run("audit", world, "--zones", tmp_path / "zones.geojson", "--workers", 1).code == 2
