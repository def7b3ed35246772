"""`init` sets a folder up with what it is told or asks, and `doctor` reads what the settings name."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from builders import a_zone, zones
from conftest import ROOT

FLAGS = ("--city", "den-haag", "--aircraft", "dji-m3e", "--aircraft", "dji-m30t", "--operator", 'Gemeente "X" \\ y',
         "--number", "NLD87astrdge12k8", "--no-ask")  # fmt: skip


def test_what_the_flags_say_is_written_and_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("--lang", "nl", "init", "my work", *FLAGS)
    assert ran.code == 0 and "verder: cd 'my work' && dronectl doctor" in ran.out, ran.err
    told = tomllib.loads((tmp_path / "my work" / "dronectl.toml").read_text("utf-8"))
    assert told == {"lang": "nl", "operator": ["operator.toml"]}
    crew = tomllib.loads((tmp_path / "my work" / "operator.toml").read_text("utf-8"))
    assert crew["operator"] == {"name": 'Gemeente "X" \\ y', "number": "NLD87astrdge12k8"}
    assert [row["type"] for row in crew["aircraft"]] == ["dji-m3e", "dji-m30t"]
    monkeypatch.chdir(tmp_path / "my work")
    well = run("doctor")
    assert well.code == 0 and "exploitantbestanden: 2 toestellen, 0 piloten" in well.out
    example = next(line for line in ran.out.splitlines() if "bundled:missions/den-haag" in line).rpartition(" ")[2]
    assert "CLEARED" not in run("check", example).err and run("check", example).code in (0, 1, 3)


def test_in_the_folder_itself_the_next_step_is_told_in_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "verder: dronectl doctor" in run("--lang", "nl", "init", "--no-ask").out


def test_nothing_is_written_over(tmp_path: Path, run) -> None:
    for name in ("dronectl.toml", "operator.toml"):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text("# mine\n")
        ran = run("init", folder, *FLAGS)
        assert ran.code == 2 and "is not written over" in ran.err
        assert [file.name for file in folder.iterdir()] == [name] and (folder / name).read_text() == "# mine\n"


@pytest.mark.parametrize(
    "wrong",
    [("--city", "utrecht"), ("--aircraft", "dji-m3"), ("--operator", "a\x00b"), ("--number", "x\ny"), ("--lang", "de")],
)
def test_what_is_not_known_is_refused_and_nothing_is_written(wrong: tuple[str, str], tmp_path: Path, run) -> None:
    flags = (*wrong, "init") if wrong[0] == "--lang" else ("init",)
    ran = run(*flags, tmp_path / "w", "--no-ask", *(wrong if wrong[0] != "--lang" else ()))
    assert ran.code == 2 and not (tmp_path / "w").exists(), ran.err


def test_without_anything_told_it_asks_nothing_where_nobody_sits(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dronectl", "init", "--city", "elsewhere"]
    made = subprocess.run(
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=_environment(), check=False
    )
    assert made.returncode == 0 and "no zone file that ships speaks of there" in made.stdout, made.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["dronectl.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_at_a_terminal_it_asks_in_the_language_that_was_chosen(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"nl\namsterdam\ndji-m3e, dji-m30t\nGemeente Amsterdam\n\n")
    made = subprocess.run(
        [sys.executable, "-m", "dronectl", "init"], cwd=tmp_path, stdin=theirs, capture_output=True, text=True,
        env=_environment(), check=False, timeout=60,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert made.returncode == 0 and "Naam van de exploitant" in made.stderr, made.stderr
    told = tomllib.loads((tmp_path / "operator.toml").read_text("utf-8"))
    assert told["operator"] == {"name": "Gemeente Amsterdam", "number": ""} and len(told["aircraft"]) == 2
    assert tomllib.loads((tmp_path / "dronectl.toml").read_text("utf-8"))["lang"] == "nl"


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DRONECTL_")} | {
        "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8",
    }  # fmt: skip


def test_zones_of_the_folder_are_taken_and_doctor_tells_their_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run
) -> None:
    (tmp_path / "zones").mkdir()
    zones(tmp_path / "zones" / "z.geojson", a_zone(), metadata={"validTo": "2021-01-01T00:00:00Z"})
    monkeypatch.chdir(tmp_path)
    ran = run("init", "--no-ask")
    assert ran.code == 0 and "those that ship are left out" in ran.out
    assert tomllib.loads((tmp_path / "dronectl.toml").read_text("utf-8"))["zones"] == ["zones"]
    told = run("doctor")
    assert told.code == 0 and "z.geojson" in told.out and "valid until 2021-01-01 (PAST)" in told.out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('zones = ["nowhere"]', "these zones cannot be read"),
        ('operator = ["nobody.toml"]', "nobody.toml"),
        ('terrain = ["flat.tif"]', "flat.tif"),
        ('packs = ["none.toml"]', "none.toml"),
        ('[layers]\nroads = "none.gpkg"', "none.gpkg"),
        ("margn_m = 5", "margn_m"),
    ],
)
def test_doctor_is_not_well_where_the_settings_name_what_cannot_be_read(
    settings: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run
) -> None:
    (tmp_path / "dronectl.toml").write_text(settings + "\n")
    monkeypatch.chdir(tmp_path)
    ran = run("doctor")
    assert ran.code == 1 and said in ran.out and "all well" not in ran.out
