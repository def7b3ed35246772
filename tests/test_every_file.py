"""Every real file opens, or is refused with the right reason: one table, looked at by people, holds what each says.

`DRONECTL_UPDATE_DOCS=1` writes the table anew. The counts below come from elsewhere: from the notes that came with the
files, and from a plain look at their lines.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from conftest import missing, realdata
from every_file import FOLDERS, table

from dronectl.readers import read_mission, read_zones

DATA = realdata()
TABLE = Path(__file__).parent / "every_file.txt"


def test_every_real_file_reads_as_the_table_says() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    made = table(DATA)
    if os.environ.get("DRONECTL_UPDATE_DOCS") == "1":
        TABLE.write_text("\n".join(made) + "\n", "utf-8")
    assert made == TABLE.read_text("utf-8").splitlines()


def test_no_real_file_is_left_out_of_the_table() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    named = {line.split(" | ")[0] for line in TABLE.read_text("utf-8").splitlines()[1:]}
    there = {f"{folder}/{path.name}" for folder in FOLDERS for path in (DATA / folder).iterdir()}
    assert named == there


NO_TRACK = {"srt_broken_empty2.SRT", "srt_mavic_air.SRT"}


def counts(pattern: str) -> dict[str, int]:
    """How many of something a file holds, by the notes that came with it."""
    found = {}
    for line in (DATA / "SOURCES.md").read_text("utf-8").splitlines() if DATA else ():
        name, stated = re.match(r"\| `([^`]+)` \|", line), re.search(pattern, line)
        if name and stated:
            found[name[1]] = int(stated[1])
    return found


CUES = {name: n for name, n in counts(r"\| (\d+) cues \|").items() if name not in NO_TRACK}
FIXES = counts(r"\| (\d+) B records")
TRACKS = {name: n for name, n in counts(r", (\d+) trkpt,").items() if n}
MARKS = counts(r"(\d+) Placemark;.*Point \|")


@pytest.mark.parametrize(
    ("name", "stated"),
    [*CUES.items(), *FIXES.items(), *TRACKS.items(), ("sitrec_Jan-4th-2024_Airdata.csv", 5490), ("pymavlink_test.BIN", 23),
     ("dronekit_flight.tlog", 2833), ("pyulog_sample_log_small.ulg", 32), ("pyulog_sample_px4_events.ulg", 109)],
)  # fmt: skip
def test_every_fix_of_a_log_is_kept_or_counted(name: str, stated: int) -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    mission = read_mission(next(DATA.rglob(name)))
    kept = sum(len(flight.lon) for flight in mission.flights)
    left_out = sum(odd.count for odd in mission.oddities if odd.kind == "no-fix")
    bad = sum(odd.count for odd in mission.oddities if odd.kind == "damaged" and "line(s)" in odd.what)
    assert kept + left_out + bad == stated
    assert mission.flown and mission.heights


def test_the_counts_of_notes_are_there() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    assert len(CUES) >= 13 and len(FIXES) == 7 and len(TRACKS) == 8


def test_the_airspaces_of_the_united_kingdom() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    path = DATA / "zones-other" / "yaixm_uk_airspace.yaml"
    file = read_zones([path])[0]
    text = path.read_text("utf-8")
    assert len(file.zones) == 702 == len(re.findall(r"^- name:", text, re.MULTILINE))
    assert (
        sum(len(zone.volumes) for zone in file.zones) == 1053 == len(re.findall(r"^\s+boundary:", text, re.MULTILINE))
    )
    assert not [zone.id for zone in file.zones if zone.doubts]
