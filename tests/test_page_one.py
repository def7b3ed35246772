"""Page one says what is stated of emergencies and signers, carries a code to check, and draws light and heights."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_simple_zone, a_zone, at, ring, write, zones
from rasters import a_terrain

from dronectl.cli.app import FORMATS
from dronectl.reports import braille, formats, qr_code

SAFETY = {
    "abort": ["wind above 10 m/s"], "emergency": {"site": "the sports field", "at": at(40, 40), "phone": "tower 112"},
    "signers": {"commander": "A. Commander", "privacy_officer": "P. Officer"}, "pilot": "P. Pilot",
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write(tmp_path / "m.geojson", a_mission(ACROSS, mission=SAFETY)), zones(tmp_path / "z.geojson", a_zone())


def test_page_one_says_when_to_abort_where_to_go_and_who_signs(run, files) -> None:
    page = run("check", files[0], "--zones", files[1], "-f", "html").out
    for said in ("wind above 10 m/s", "the sports field, 52.00036 5.00058", "tower 112", "A. Commander", "P. Officer"):
        assert said in page, said
    assert "emergency landing site" in page
    bare = run(
        "check", write(files[0].with_name("b.geojson"), a_mission(ACROSS)), "--zones", files[1], "-f", "html"
    ).out
    assert "emergency landing site" not in bare and "commander" in bare


def test_what_the_mission_states_of_emergencies_survives_a_conversion(run, files, tmp_path: Path) -> None:
    target = tmp_path / "again.geojson"
    assert run("missions", "convert", files[0], "-o", target).code == 0
    again = json.loads(target.read_text())["mission"]
    assert {name: again[name] for name in SAFETY} == SAFETY
    lost = run("missions", "convert", files[0], "-o", tmp_path / "m.gpx").err
    assert "its emergency" in lost and "its abort" in lost and "its signers" in lost
    wrong = a_mission(ACROSS, mission={"emergency": {"at": [5.0, 152.0]}})
    assert "not on the globe" in run("check", write(tmp_path / "w.geojson", wrong), "--zones", files[1]).err


def test_the_code_on_the_page_is_the_digest_of_the_report_for_programs(run, files) -> None:
    page = run("check", files[0], "--zones", files[1], "-f", "html").out
    report = run("check", files[0], "--zones", files[1], "-f", "json").out
    digest = hashlib.sha256(report.encode()).hexdigest()
    drawn = qr_code.draw(f"urn:sha256:{digest}", "QR code: SHA-256 of this report as JSON")
    assert drawn in page and digest[:16] in page
    assert drawn != qr_code.draw("urn:sha256:0", "QR code: SHA-256 of this report as JSON")


@pytest.mark.parametrize(
    ("start", "said"),
    [("10:00", "all of it in daylight"), ("05:30", "all of it in daylight or civil twilight"), ("01:00", "by night")],
)
def test_the_time_bar_says_whether_it_is_light(start: str, said: str, run, tmp_path: Path) -> None:
    flown = a_mission(ACROSS, start=f"2026-05-12T{start}:00+02:00", speed_mps=10)  # sunrise is at 05:52 there
    page = run(
        "check", write(tmp_path / "m.geojson", flown), "--zones", zones(tmp_path / "z.geojson", a_zone()), "-f", "html"
    ).out
    caption = re.search(r"<desc>Flown 12 May 2026[^<]*</desc>", page)
    assert caption is not None and f"; {said};" in caption[0]


def _time_bar(run, folder: Path, flights: list[dict], zone: dict) -> str:
    flown = {**flights[0], "features": [feature for one in flights for feature in one["features"]]}
    page = run(
        "check", write(folder / "m.geojson", flown), "--zones", zones(folder / "z.geojson", zone), "-f", "html"
    ).out
    caption = re.search(r"<desc>(Flown [^<]*)</desc>", page)
    assert caption is not None
    return caption[1]


def test_the_time_bar_asks_the_light_and_the_hours_of_flights_only_and_not_between_them(run, tmp_path: Path) -> None:
    def on(day: int, hour: int) -> dict:
        return a_mission(ACROSS, start=f"2026-05-{day}T{hour:02d}:00:00+02:00", speed_mps=10)

    nightly = {"startDateTime": "2026-05-12T20:00:00Z", "endDateTime": "2026-05-13T02:00:00Z"}
    zone = a_zone(limitedApplicability=[nightly])
    said = _time_bar(run, tmp_path, [on(12, 10), on(13, 10)], zone)
    assert "; all of it in daylight; Z1 not in force" in said
    assert "; part of it by night, or not known; Z1 in force" in _time_bar(run, tmp_path, [on(12, 10), on(13, 1)], zone)
    assert "; by night; " in _time_bar(run, tmp_path, [on(12, 1), on(13, 1)], zone)


def test_where_the_sun_does_not_set_the_time_bar_says_daylight_at_midnight(run, tmp_path: Path) -> None:
    north = [[18.95, 69.65, 50], [18.951, 69.65, 50]]
    square = {
        "type": "Polygon",
        "coordinates": [[[18.95, 69.64], [18.96, 69.64], [18.96, 69.66], [18.95, 69.66], [18.95, 69.64]]],
    }
    zone = a_zone(geometry=square)
    june, december = (a_mission(north, start=f"2026-{month}-21T23:30:00Z", speed_mps=0.01) for month in ("06", "12"))
    assert "; all of it in daylight; " in _time_bar(run, tmp_path, [june], zone)
    assert "; by night; " in _time_bar(run, tmp_path, [december], zone)


def test_with_a_terrain_the_profile_stands_over_the_ground_and_over_the_sea(run, files, tmp_path: Path) -> None:
    terrain = a_terrain(tmp_path / "t.tif", lambda east, north: 30.0)
    page = run("check", files[0], "--zones", files[1], "--terrain", terrain, "-f", "html").out
    captions = re.findall(r"<desc>(flight-1: [^<]*)</desc>", page)
    assert len(captions) == 2
    assert "60 to 60 m above ground" in captions[0] and "90 to 90 m above mean sea level" in captions[1]
    assert "the ground (grey) at 30 to 30 m" in captions[1]
    one = run("check", files[0], "--zones", files[1], "-f", "html").out
    assert len(re.findall(r"<desc>(flight-1: [^<]*)</desc>", one)) == 1


def test_the_map_in_letters_shows_path_and_zone(run, files) -> None:
    loud = run("check", files[0], "--zones", files[1], "-v").out
    rows = [line for line in loud.splitlines() if any(0x2800 < ord(letter) < 0x2900 for letter in line)]
    assert len(rows) >= 5 and "north up" in loud and any("o" in row for row in rows)
    assert max(map(len, loud.splitlines())) <= 80
    assert not any(0x2800 <= ord(letter) < 0x2900 for letter in run("check", files[0], "--zones", files[1]).out)
    assert len(braille.DOTS) == 4


def test_a_terminal_that_can_links_to_the_mission(run, files, monkeypatch) -> None:
    import sys

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    loud = run("check", files[0], "--zones", files[1]).out
    assert "\x1b]8;" in loud and files[0].as_uri() in loud
    assert "\x1b]8;" not in run("check", files[0], "--zones", files[1], "--no-color").out


def test_the_formats_of_the_help_are_those_that_are_written() -> None:
    assert tuple(sorted(formats())) == FORMATS


def test_the_map_names_the_flights_of_a_mission_of_several(run, tmp_path: Path) -> None:
    zone_file = zones(tmp_path / "z.geojson", a_zone())
    one, other = a_mission(ACROSS), a_mission([at(-200, 300, 60), at(200, 300, 60)])
    whole = write(tmp_path / "m.geojson", {**one, "features": [*one["features"], *other["features"]]})
    page = run("check", whole, "--zones", zone_file, "-f", "html").out
    assert ">flight-1</text>" in page and ">flight-1 #2</text>" in page
    alone = run("check", write(tmp_path / "a.geojson", one), "--zones", zone_file, "-f", "html").out
    assert 'font-weight="bold">flight-1</text>' not in alone and 'font-weight="bold">flight-1</text>' in page


@pytest.mark.parametrize(("height", "said"), [(60.0, "px/m"), (None, "> 1,000 px/m at worst; not known for sure")])
def test_a_density_at_worst_is_told_as_one(height: float | None, said: str, run, tmp_path: Path) -> None:
    """How near a camera of unknown height was is not known: the most that it can have seen is no figure of what it saw."""
    points = [at(0, 0, height), at(200, 0, height)] if height is not None else [at(0, 0), at(200, 0)]
    camera = {"hfov_deg": 40, "video": [3840, 2160], "pitch_deg": -90}
    flown = write(tmp_path / "m.geojson", a_mission(points, mission={"camera": camera}))
    crowd = a_simple_zone("crowd", {"type": "Polygon", "coordinates": [ring(80, -20, 120, 20)]},
                          crowd={"kind": "assembly", "persons": {"expected": 90}})  # fmt: skip
    run("check", flown, "--zones", zones(tmp_path / "z.geojson", crowd), "-o", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    (figure,) = re.findall(r"highest density on people</t[dh]>\s*<td[^>]*>([^<]*)<", page)
    assert html.unescape(figure).endswith(said) and (height is None) == ("at worst" in figure)
