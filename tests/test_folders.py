"""Folders of files: nothing in them is left out without a word."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_zone, ring, write, zones
from flown import BOX, a_log, along

from dronectl.folders import files_in

FAR = {"type": "Polygon", "coordinates": [ring(3000, 0, 3100, 100)]}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder with a zone that asks nothing of the mission; the one that does lies elsewhere."""
    (tmp_path / "library").mkdir()
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    zones(tmp_path / "library" / "far.geojson", a_zone("FAR", geometry=FAR))
    zones(tmp_path / "elsewhere" / "deep" / "hit.geojson", a_zone("HIT"))
    write(tmp_path / "m.geojson", a_mission(ACROSS))
    return tmp_path / "library"


def test_a_folder_that_is_linked_counts(library: Path, run) -> None:
    asked = ["check", library.parent / "m.geojson", "--zones", library, "--covers"]
    assert run(*asked).code == 0
    (library / "national").symlink_to(library.parent / "elsewhere")
    assert run(*asked).code == 1
    (library / "again").symlink_to(library)  # a link that leads round
    (library.parent / "elsewhere" / "back").symlink_to(library)
    made = json.loads(run(*asked, "-f", "json").out)
    assert made["verdict"] == "violation" and len([i for i in made["inputs"] if i["role"] == "zones"]) == 2


def test_a_link_that_leads_nowhere_is_a_fault(library: Path, run) -> None:
    (library / "national.json").symlink_to(library.parent / "unplugged" / "national.json")
    ran = run("check", library.parent / "m.geojson", "--zones", library, "--covers")
    assert ran.code == 4 and "national.json: is a link that leads to no file" in ran.err
    (library / "national.json").rename(library / ".national.json")
    assert (
        run("check", library.parent / "m.geojson", "--zones", library, "--covers").code == 0
    )  # hidden, as other files


def test_a_folder_that_cannot_be_looked_into_is_a_fault(library: Path, run, monkeypatch) -> None:
    (library / "locked").mkdir()
    looked = os.scandir

    def scandir(path: object) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path)

    monkeypatch.setattr(os, "scandir", scandir)
    ran = run("check", library.parent / "m.geojson", "--zones", library, "--covers")
    assert ran.code == 4 and "locked: cannot be looked into: Permission denied" in ran.err
    found, faults = files_in(library)
    assert [path.name for path in found] == ["far.geojson"] and len(faults) == 1


def test_a_file_geodatabase_leaves_it_open(library: Path, run) -> None:
    (library / "provincie.gdb").mkdir()
    for name in ("a00000001.gdbtable", "a00000001.gdbtablx", "a00000004.gdbtable", "gdb", "timestamps"):
        (library / "provincie.gdb" / name).write_bytes(b"\3\0\0\0")
    ran = run("check", library.parent / "m.geojson", "--zones", library, "--covers", "-f", "json")
    (told,) = [f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == "DAT101"]
    assert ran.code == 3 and "geodatabase" in told["message"]


def test_missions_and_terrain_of_a_folder_are_all_there_or_told(library: Path, run, tmp_path: Path) -> None:
    folder = tmp_path / "missions"
    folder.mkdir()
    write(folder / "a.geojson", a_mission(ACROSS))
    (folder / "b.geojson").symlink_to(tmp_path / "gone.geojson")
    for options in ([folder], [folder / "a.geojson", "--terrain", folder]):
        if len(options) > 1:
            (folder / "b.tif").symlink_to(tmp_path / "gone.tif")
        ran = run("check", *options, "--zones", library)
        assert ran.code == 4 and "is a link that leads to no file" in ran.err


def test_an_audit_goes_on_and_counts_what_it_cannot_see(library: Path, run, tmp_path: Path) -> None:
    flights = tmp_path / "flights"
    flights.mkdir()
    a_log(flights / "log.csv", along(BOX))
    asked = ["audit", flights, "--zones", library, "--workers", 1, "-f", "json"]
    before = json.loads(run(*asked).out)["exceptions_by_weight"]["unknown"]
    (flights / "gone.csv").symlink_to(tmp_path / "unplugged.csv")
    made = json.loads(run(*asked).out)
    assert made["flights"] == 1 and made["exceptions_by_weight"]["unknown"] == before + 1
    assert "is a link that leads to no file" in json.dumps(made["exceptions"])


OPENAIR = (
    "AC P\nAN HIT\nAL GND\nAH UNL\nDP 51:59:00 N 004:59:00 E\nDP 52:01:00 N 004:59:00 E\nDP 52:01:00 N 005:01:00 E\n"
)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("query", "geojson", 1),  # as a browser or wget leaves what a server answers
        ("wfs?service=WFS&version=2.0", "geojson", 1),
        ("zones.geojson.bak", "geojson", 0),  # put aside
        ("zones.geojson~", "geojson", 0),
        ("LICENSE", "Permission is hereby granted", 0),
        ("NOTES", '{"features": "of this folder"', 4),
        ("airspace", OPENAIR, 1),
        ("airspace.txt", OPENAIR, 1),
        ("wide.txt", OPENAIR, 1),
        ("zones.txt", "geojson", 1),
        ("circles.csv", "name;lat;lon;radius (m)\nHIT;52.0;5.0;90\n", 3),
        ("homes.csv", "name;lat;lon\nHome;52.0;5.0\n", 0),
    ],
)
def test_a_file_whose_name_does_not_tell_what_it_is_is_looked_at(
    name: str, content: str, code: int, library, run
) -> None:
    if content == "geojson":
        content = (library.parent / "elsewhere" / "deep" / "hit.geojson").read_text("utf-8")
    (library / name).write_bytes(content.encode("utf-16" if name.startswith("wide") else "utf-8"))
    assert run("check", library.parent / "m.geojson", "--zones", library, "--covers").code == code


def test_what_is_left_out_of_a_folder_of_missions_is_told(library: Path, run, tmp_path: Path) -> None:
    folder = tmp_path / "missions"
    folder.mkdir()
    write(folder / "a.geojson", a_mission(ACROSS))
    (folder / "README.md").write_text("read me", "utf-8")
    asked = ["check", folder, "--zones", library, "--covers"]
    assert run(*asked).err == ""
    for number in range(7):
        (folder / f"patrol-{number}").write_text("{}", "utf-8")
    ran = run(*asked)
    assert ran.code == 0 and "patrol-0, patrol-1, patrol-2, patrol-3, patrol-4, ..." in ran.err
