"""The commands as users meet them: code, stdout, stderr, files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from builders import ACROSS, BESIDE, a_mission, a_zone, write, zones
from conftest import ROOT

from dronectl import Options, __version__, bundled, check, open_models, read_mission, read_zones
from dronectl.errors import UsageError
from dronectl.mission import masked
from dronectl.schemas import DOCUMENTS


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write(tmp_path / "m.geojson", a_mission(ACROSS)), zones(tmp_path / "z.geojson", a_zone())


def test_version_and_help(run) -> None:
    assert run("--version").out == f"dronectl {__version__}\n"
    for arguments in (["--help"], ["check", "--help"], ["zones", "--help"], ["missions", "show", "--help"]):
        ran = run(*arguments)
        assert ran.code == 0 and "Usage: dronectl" in ran.out and max(map(len, ran.out.splitlines())) <= 80
    assert "dronectl check mission.geojson" in run("--help").out


def test_wrong_use_exits_with_two(run, files: tuple[Path, Path]) -> None:
    mission, zone_file = files
    for arguments in (
        ["fly"], ["check"], ["check", mission, "--nonsense"], ["check", mission, "--at", "tomorrow"],
        ["check", mission, "--format", "pdf9"], ["check", mission, "--margin", "-1"], ["check", mission, "--near", "nan"],
        ["check", mission, "--ignore", "AIR999"], ["explain", "XXX1"], ["schema", "nothing"], ["zones", "show", "nope"],
        ["check", mission, "--zones", zone_file, "-o", "/nonexistent/x.html"],
    ):  # fmt: skip
        ran = run(*arguments)
        assert ran.code == 2 and ran.out == "" and ran.err, arguments


def test_a_crash_never_looks_like_a_violation(run, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    import dronectl.cli.running as running

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(running, "ask", broken)
    ran = run("check", files[0], "--zones", files[1])
    assert ran.code == 70 and ran.out == "" and "fault of dronectl" in ran.err


def test_timing_tells_where_the_time_went_and_changes_no_answer(run, files: tuple[Path, Path]) -> None:
    asked = ["check", files[0], "--zones", files[1], "--format", "json", "--now", "2026-05-01T12:00Z"]
    plain, timed = run(*asked), run(*asked, "--timing")
    assert (plain.code, plain.out, plain.err) == (timed.code, timed.out, "")
    told = [re.fullmatch(r"timing: (\w+) (\d+\.\d{3}) s", line) for line in timed.err.splitlines()]
    assert [found and found[1] for found in told] == ["start", "reading", "checking", "report", "total"]
    *stages, total = (float(found[2]) for found in told if found)
    assert total == pytest.approx(sum(stages), abs=0.003) and min(stages[:3]) > 0


def test_a_lap_is_the_time_since_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    from dronectl.cli import stopwatch

    ticks = iter([10.0, 10.25, 12.0])
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: next(ticks))
    watch = stopwatch.Stopwatch(start_s=0.5, since=next(ticks))
    watch.lap("reading")
    watch.lap("checking")
    assert watch.lines() == [
        "timing: start 0.500 s", "timing: reading 0.250 s", "timing: checking 1.750 s", "timing: total 2.500 s",
    ]  # fmt: skip


def test_the_verdict_stands_last_and_quiet_prints_only_it(run, files: tuple[Path, Path]) -> None:
    mission, zone_file = files
    loud, quiet = run("check", mission, "--zones", zone_file), run("check", mission, "--zones", zone_file, "-q")
    assert loud.out.splitlines()[-1] == quiet.out.strip() == "NOT CLEARED: 1 violation"
    assert loud.err == "" and max(map(len, loud.out.splitlines())) <= 80
    for word in ("legal", "approved"):
        assert word not in loud.out.lower()


def test_unknown_warn_changes_the_exit_code_and_not_the_verdict(run, tmp_path: Path, files: tuple[Path, Path]) -> None:
    mission = write(tmp_path / "a.geojson", a_mission([[6.5, 53.0, 60], [6.51, 53.0, 60]]))
    assert run("check", mission, "--zones", files[1]).code == 3
    ran = run("check", mission, "--zones", files[1], "--unknown", "warn")
    assert ran.code == 0 and "CANNOT TELL" in ran.out


def test_several_missions_exit_with_the_worst(run, tmp_path: Path, files: tuple[Path, Path]) -> None:
    good = write(tmp_path / "good.geojson", a_mission(BESIDE, mission={"id": "good"}))
    lost = write(tmp_path / "lost.geojson", a_mission([[6.5, 53.0, 60], [6.51, 53.0, 60]], mission={"id": "lost"}))
    assert run("check", good, lost, "--zones", files[1]).code == 3
    ran = run("check", good, lost, files[0], "--zones", files[1])
    assert ran.code == 1 and "3 missions: 1 cleared, 1 not cleared, 1 cannot tell" in ran.out


def test_at_moves_the_mission_in_time(run, tmp_path: Path) -> None:
    hours = [{"schedule": [{"day": ["ANY"], "startTime": "12:00Z", "endTime": "13:00Z"}]}]
    zone_file = zones(tmp_path / "z.geojson", a_zone(limitedApplicability=hours))
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    assert run("check", mission, "--zones", zone_file).code == 0
    assert run("check", mission, "--zones", zone_file, "--at", "2026-05-12T12:30:00Z").code == 1
    naive = run("check", mission, "--zones", zone_file, "--at", "2026-05-12T14:30")
    assert naive.code == 1 and "Europe/Amsterdam" in naive.err
    speed = write(tmp_path / "s.geojson", a_mission(ACROSS, untimed=True, speed_mps=5.0))
    assert run("check", speed, "--zones", zone_file).code == 3
    assert run("check", speed, "--zones", zone_file, "--at", "2026-05-12T09:00:00Z").code == 0
    unhurried = write(tmp_path / "u.geojson", a_mission(ACROSS, untimed=True))
    assert run("check", unhurried, "--zones", zone_file, "--at", "2026-05-12T09:00:00Z").code == 1


def test_a_report_file_is_written_whole_and_never_over_an_input(run, tmp_path: Path, files: tuple[Path, Path]) -> None:
    mission, zone_file = files
    target = tmp_path / "out.json"
    ran = run("check", mission, "--zones", zone_file, "-o", target)
    assert ran.code == 1 and ran.out == "" and "NOT CLEARED" in ran.err
    assert json.loads(target.read_text())["verdict"] == "violation"
    link = tmp_path / "link.geojson"
    link.symlink_to(zone_file)
    for precious in (mission, zone_file, link):
        before = Path(precious).read_bytes()
        ran = run("check", mission, "--zones", zone_file, "-f", "json", "-o", precious)
        assert ran.code == 2 and "is an input" in ran.err and Path(precious).read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.geojson", "m.geojson", "out.json", "z.geojson"]


def test_a_failed_write_leaves_the_old_file(run, tmp_path: Path, files: tuple[Path, Path], monkeypatch) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = run("check", files[0], "--zones", files[1], "-o", target)
    assert ran.code == 2 and "No space left" in ran.err and target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 3


def test_stdin_and_stdout(files: tuple[Path, Path]) -> None:
    command = [sys.executable, "-m", "dronectl", "check", "-", "--zones", str(files[1]), "-f", "json"]
    ran = subprocess.run(command, input=files[0].read_bytes(), capture_output=True, check=False)
    assert ran.returncode == 1 and json.loads(ran.stdout)["missions"][0]["source"] == "-"


def test_no_colour_off_a_terminal(files: tuple[Path, Path]) -> None:
    command = [sys.executable, "-m", "dronectl", "check", str(files[0]), "--zones", str(files[1])]
    ran = subprocess.run(command, capture_output=True, check=False, env=os.environ | {"FORCE_COLOR": "1"})
    assert b"\x1b" not in ran.stdout


def test_the_bundled_zones_are_the_default_and_the_report_says_so(run, files: tuple[Path, Path]) -> None:
    ran = run("check", files[0], "-f", "json")
    used = [item["path"] for item in json.loads(ran.out)["inputs"] if item["role"] == "zones"]
    assert len(used) >= 10 and all(path.startswith(bundled.ZONES) for path in used)


def test_zones_list_show_and_lint(run, tmp_path: Path, files: tuple[Path, Path]) -> None:
    listed = run("zones", "list")
    assert listed.code == 0 and "DHG-H02" in listed.out and "PROHIBITED" in listed.out
    assert len(json.loads(run("zones", "list", "-f", "json").out)) == len(listed.out.splitlines()) - 1
    shapes = json.loads(run("zones", "list", files[1], "-f", "geojson").out)
    assert shapes["features"][0]["geometry"]["type"] == "Polygon"
    shown = run("zones", "show", "DHG-H02")
    assert "circle of 1200 m" in shown.out and "Regeling" not in shown.err
    school = run("zones", "show", "DHG-P01").out
    assert "MON,TUE" in school.replace(", ", ",") and "08:00+02:00" in school
    assert run("zones", "lint", files[1]).code == 0
    odd = zones(tmp_path / "odd.geojson", a_zone(kind="prohibited", reason=["Air traffic"]))
    ran = run("zones", "lint", odd)
    assert ran.code == 1 and f"{odd}::$.features[0].properties.reason" in ran.out and "AIR_TRAFFIC" in ran.out
    (tmp_path / "bad.geojson").write_text("{")
    assert run("zones", "lint", tmp_path / "bad.geojson", odd).code == 4


def test_the_bundled_zones_are_clean(run) -> None:
    assert run("zones", "lint", bundled.ZONES).code == 0


def test_missions_show_and_lint(run, tmp_path: Path, files: tuple[Path, Path]) -> None:
    shown = run("missions", "show", files[0])
    assert "flight flight-1: 2 points, 400 m" in shown.out and "60.0 m AGL" in shown.out
    assert run("missions", "lint", files[0]).code == 0
    odd = write(tmp_path / "odd.geojson", a_mission(ACROSS, mission={"colour": "red"}))
    ran = run("missions", "lint", odd)
    assert ran.code == 1 and "$.mission.colour" in ran.out
    plan = run(
        "missions", "show", f"{bundled.MISSIONS}/almere/alm-weerwater-survey.plan", "--at", "2026-05-12T10:00+02:00"
    )
    assert "return" in plan.out and "2026-05-12T08:00:" in plan.out


def test_an_operator_number_is_masked(run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS, mission={"operator": "NLDabcdefghijkl1-x9z"}))
    out = run("missions", "show", mission).out
    assert "NLDabcdefghijkl1" in out and "x9z" not in out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("NLDabcdefghijklm-x9z", "NLDabcdefghijklm"),
        ("nld87astrdge12k8-xyz", "nld87astrdge12k8"),
        (" NLD 87astrdge12k8 - xyz ", "NLD 87astrdge12k8"),
        ("NLD87astrdge12k8\u2013xyz", "NLD87astrdge12k8"),
        ("NLD87astrdge12k-xyz", "NLD87astrdge12k"),  # a character short
        ("Veiligheidsregio-Haaglanden", "Veiligheidsregio-Haaglanden"),
        ("Politie Den Haag - Team 3", "Politie Den Haag - Team 3"),
        ("NLD87astrdge12k8", "NLD87astrdge12k8"),
    ],
)
def test_the_secret_characters_of_an_operator_number_go_however_it_is_written(given: str, told: str) -> None:
    assert masked(given) == told


@pytest.mark.parametrize(
    ("option", "wrong"),
    [("--rtl-alt", each) for each in ("-50", "0", "nan", "inf", "5001")]
    + [("--takeoff-elevation", each) for each in ("nan", "1e9", "-1000")]
    + [("--max-age", each) for each in ("-3", "nan", "inf")],
)
def test_what_no_aircraft_or_place_can_be_is_refused(files: tuple[Path, Path], run, option: str, wrong: str) -> None:
    for lang in ("en", "nl"):
        ran = run("--lang", lang, "check", files[0], "-z", files[1], option, wrong)
        assert ran.code == 2 and option in ran.err, ran.err
    if option != "--max-age":
        assert run("suggest", files[0], "-z", files[1], option, wrong).code == 2


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_the_library_refuses_such_figures_as_well(files: tuple[Path, Path], wrong: float) -> None:
    for name in ("terrain_error_m", "geoid_error_m", "qnh_hpa"):
        with pytest.raises(UsageError, match="must"):
            open_models(**{name: wrong})
    with pytest.raises(UsageError, match="must"):
        read_mission(files[0], rtl_alt_m=wrong)
    for name in ("near_m", "margin_m", "max_age_days"):
        with pytest.raises(UsageError, match="must"):
            check([read_mission(files[0])], read_zones([str(files[1])]), options=Options(**{name: wrong}))


@pytest.mark.parametrize(
    "before", ["", "from dronectl import Report", "import dronectl.check", "import dronectl.cli.running"]
)
def test_the_library_has_its_check_whatever_was_imported_before(files: tuple[Path, Path], before: str) -> None:
    code = f"""{before}
from dronectl import check, read_mission, read_zones
print(check([read_mission({str(files[0])!r})], files=read_zones([{str(files[1])!r}])).verdict.value)"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert ran.stdout == "violation\n", ran.stderr


@pytest.mark.parametrize("command", ["suggest", "export", "camera", "notice"])
def test_a_folder_with_several_missions_is_not_asked_as_the_first_of_them(tmp_path: Path, run, command: str) -> None:
    (tmp_path / "m").mkdir()
    for name in ("a", "b"):
        write(tmp_path / "m" / f"{name}.geojson", a_mission(BESIDE, mission={"id": name, "camera": {"hfov_deg": 60}}))
    far = zones(tmp_path / "z.geojson", a_zone())
    more = {"export": ("--to", "kml", "-o", tmp_path / "f.kml"), "notice": ()}.get(command, ())
    asked = (command, tmp_path / "m", *more, *(() if command == "notice" else ("-z", far)))
    ran = run(*asked)
    assert ran.code == 2 and "asked of one mission, and there are 2" in ran.err, ran.err
    (tmp_path / "m" / "b.geojson").unlink()
    assert run(*asked).code in (0, 1, 3)


LOW = ("-1", "nan", "inf", "-inf")
ODD = ("nan", "inf", "-inf")


@pytest.mark.parametrize(
    ("command", "option", "wrong"),
    [
        (["zones", "at", "52.07", "4.3"], "--near", LOW),
        (["zones", "at", "52.07", "4.3"], "--height", ODD),
        (["zones", "at", "nan", "4.3"], "--height", ("5",)),
        (["reconcile", "DETECTIONS", "FLOWN"], "--near", LOW),
        (["reconcile", "DETECTIONS", "FLOWN"], "--clock", LOW),
        (
            ["whowas", "FLOWN", "--near", "52,4", "--from", "2026-01-01T10:00Z", "--to", "2026-02-01T10:00Z"],
            "--radius",
            LOW,
        ),
        (
            ["whowas", "FLOWN", "--from", "2026-01-01T10:00Z", "--to", "2026-02-01T10:00Z"],
            "--near",
            ("nan,4", "52,nan"),
        ),
        (["standoff", "CROWD"], "--margin", LOW),
        (["standoff", "CROWD"], "--least", ODD),
        (["standoff", "CROWD"], "--most", ("nan", "-1")),
        (["camera", "MISSION"], "--zoom", ("0", *LOW)),
        (["camera", "MISSION"], "--pitch", ODD),
        (["camera", "MISSION"], "--yaw", ODD),
        (["export", "MISSION", "--to", "kml", "-o", "f.kml"], "--width", ODD),
        (["export", "MISSION", "--to", "kml", "-o", "f.kml"], "--around", LOW),
        (["plan", "route", "--from", "4.9,52.3", "--to", "4.91,52.3"], "--margin", LOW),
        (["plan", "route", "--from", "4.9,52.3", "--to", "4.91,52.3"], "--speed", LOW),
        (["plan", "route", "--from", "4.9,52.3", "--to", "4.91,52.3"], "--height", LOW),
        (["suggest", "MISSION"], "--margin", LOW),
        (["check", "MISSION"], "--near", LOW),
        (["check", "MISSION"], "--margin", LOW),
        (["check", "MISSION"], "--terrain-error", LOW),
        (["check", "MISSION"], "--geoid-error", LOW),
        (["check", "MISSION"], "--qnh", LOW),
    ],
)
def test_a_number_that_is_none_or_too_small_is_no_answer(
    files: tuple[Path, Path], run, command: list[str], option: str, wrong: tuple[str, ...]
) -> None:
    names = {"MISSION": files[0], "DETECTIONS": ROOT / "examples" / "detections.csv", "FLOWN": ROOT / "examples" / "flown",
             "CROWD": ROOT / "examples" / "march.geojson"}  # fmt: skip
    for value in wrong:
        ran = run(*(names.get(word, word) for word in command), f"{option}={value}")
        assert ran.code == 2, (value, ran.out, ran.err)


def _process(arguments: list[object], **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "dronectl", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("env", {})  # type: ignore[operator]
    return subprocess.run(command, env=environment, check=False, **({"capture_output": True} | options))  # type: ignore[call-overload]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("format_", ["text", "json", "pdf"])
def test_an_answer_that_could_not_be_written_gives_no_verdict(files: tuple[Path, Path], format_: str) -> None:
    """Short answers are lost when they are flushed, long ones while they are written."""
    with Path("/dev/full").open("wb") as full:
        ran = _process(
            ["check", files[0], "-z", files[1], "-f", format_],
            stdout=full,
            stderr=subprocess.PIPE,
            capture_output=False,
        )
    assert ran.returncode == 2 and b"cannot be written: No space left" in ran.stderr and b"Traceback" not in ran.stderr


def test_a_pipe_that_nobody_reads_never_ends_as_cleared(tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission(BESIDE))
    far = zones(tmp_path / "z.geojson", *[a_zone(f"Z{k}") for k in range(3000)])
    assert _process(["check", mission, "-z", far, "-f", "json"]).returncode == 0
    for lang in ("en", "nl"):
        for asked in (["check", mission, "-z", far, "-f", "json"], ["zones", "list", far], ["-h"]):
            ours, theirs = os.pipe()
            os.close(ours)
            with os.fdopen(theirs, "wb") as broken:
                ran = _process(["--lang", lang, *asked], stdout=broken, stderr=subprocess.PIPE, capture_output=False)
            assert b"Traceback" not in ran.stderr, ran.stderr
            assert ran.returncode != 0 or asked == ["-h"], asked


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252"])
def test_signs_that_a_terminal_lacks_do_not_stop_an_answer(files: tuple[Path, Path], encoding: str) -> None:
    told = a_mission(ACROSS, mission={"name": "Łódź → ≥ 3 \u6f22"})
    mission = write(files[0].parent / "odd.geojson", told)
    ran = _process(["--lang", "nl", "check", mission, "-z", files[1]], env={"PYTHONIOENCODING": encoding})
    assert ran.returncode == 1 and ran.stdout.decode(encoding).splitlines()[-1].startswith("NIET VRIJ"), ran.stderr
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    bare = _process(["check", mission, "-z", files[1], "-f", "md"], env=plain)
    assert bare.returncode == 1 and "Łódź → ≥ 3 \u6f22" in bare.stdout.decode("utf-8")


def test_without_an_output_the_verdict_is_the_exit_code(files: tuple[Path, Path]) -> None:
    command = f'{sys.executable} -m dronectl check "{files[0]}" -z "{files[1]}" >&- 2>&-'
    assert subprocess.run(command, shell=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False).returncode == 1


def test_doctor(run) -> None:
    ran = run("doctor")
    assert ran.code == 0 and "all well" in ran.out and "shapely" in ran.out and "network: never used" in ran.out


def test_schemas_describe_the_documents(run, files: tuple[Path, Path]) -> None:
    from jsonschema import Draft202012Validator

    for name in DOCUMENTS:
        schema = json.loads(run("schema", name).out)
        Draft202012Validator.check_schema(schema)
    report = json.loads(run("check", files[0], "--zones", files[1], "-f", "json").out)
    Draft202012Validator(json.loads(run("schema", "report").out)).validate(report)
    about = json.loads((ROOT / "examples" / "about-roof.json").read_text("utf-8"))
    Draft202012Validator(json.loads(run("schema", "about").out)).validate(about)
    Draft202012Validator(json.loads(run("schema", "mission").out)).validate(json.loads(files[0].read_text()))
    simple = Draft202012Validator(json.loads(run("schema", "zones").out))
    mission = Draft202012Validator(json.loads(run("schema", "mission").out))
    root = bundled.root()
    for path in sorted((root / "zones").glob("*-privacy.geojson")):
        simple.validate(json.loads(path.read_text("utf-8")))
    for path in sorted((root / "missions").rglob("*.geojson")):
        mission.validate(json.loads(path.read_text("utf-8")))


def test_shell_completion_knows_the_rules() -> None:
    environment = os.environ | {
        "_DRONECTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "dronectl explain AIR10",
        "COMP_CWORD": "2",
    }
    ran = subprocess.run([sys.executable, "-c", "from dronectl.cli.app import app; app(prog_name='dronectl')"],
                         capture_output=True, text=True, check=False, env=environment)  # fmt: skip
    assert "AIR101" in ran.stdout and "ALT101" not in ran.stdout


def test_what_was_set_aside_is_the_reason_that_is_told(run, files: tuple[Path, Path]) -> None:
    mission, zone_file = files
    ran = run("check", mission, "--zones", zone_file, "--ignore", "AIR101")
    assert ran.code == 3 and ran.out.splitlines()[-1] == "CANNOT TELL: 1 set aside"
