"""Settings: the nearest wins, each says who set it, and a mistake in a file has its place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from builders import a_mission, a_zone, at, write, zones

from dronectl.config import settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with a folder of work and a file of settings of their own."""
    (tmp_path / "user" / "dronectl").mkdir(parents=True)
    (tmp_path / "work" / "deep").mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.chdir(tmp_path / "work" / "deep")
    return tmp_path


def test_the_nearest_setting_wins_and_says_where_it_is_from(home: Path, run, monkeypatch) -> None:
    (home / "user" / "dronectl" / "dronectl.toml").write_text("margin_m = 5\nnear_m = 300\nmax_age_days = 30\n")
    (home / "work" / "dronectl.toml").write_text('margin_m = 10\nterrain = ["ahn", "/srv/dem"]\nnear_m = 400\n')
    monkeypatch.setenv("DRONECTL_NEAR_M", "500")
    lines = dict(line.split(None, 1) for line in run("config", "show").out.splitlines())
    assert lines["max_age_days"] == f"30  ({home}/user/dronectl/dronectl.toml)"
    assert lines["margin_m"] == f"10  ({home}/work/dronectl.toml)"
    assert lines["near_m"] == "500  (DRONECTL_NEAR_M)"
    assert lines["terrain"] == f"{home}/work/ahn, /srv/dem  ({home}/work/dronectl.toml)"
    assert lines["qnh_hpa"] == "not set  (default)"
    assert settings().number("near_m", 7.0) == 7.0


def test_a_flag_stands_before_the_file(home: Path, run) -> None:
    zone = zones(home / "z.geojson", a_zone())
    mission = write(home / "m.geojson", a_mission([at(-200, 80, 60), at(200, 80, 60)]))
    (home / "work" / "dronectl.toml").write_text(f'zones = ["{zone}"]\nmargin_m = 100\n')
    assert run("check", mission).code == 1
    assert run("check", mission, "--margin", 0).code == 0
    assert "Z1" in run("zones", "list").out


def a_pack_of_hours(path: Path, name: str, until: str, begins: str = "2020-01-01", ends: str = "") -> Path:
    """A pack of the house that lets fly from midnight until an hour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    last = f"valid_until = {ends}\n" if ends else ""
    path.write_text(
        f'[pack]\nid = "{name}"\nedition = "{begins}"\nregime = "house"\nopt_in = true\nvalid_from = {begins}\n{last}'
        'source = "us"\n'
        f'title.en = "a"\ntitle.nl = "b"\n[[limit]]\nid = "{name.upper()}-HOURS"\nkind = "hours"\ncomparator = "within"\n'
        f'from = "00:00"\nuntil = "{until}"\narticle = "ours"\nvalid_from = {begins}\n{last}confidence = "house"\n'
        'title.en = "Hours"\ntitle.nl = "Uren"\n',
        "utf-8",
    )  # fmt: skip
    return path


@pytest.mark.parametrize("category", ["", "open/A2"])
@pytest.mark.parametrize(
    ("editions", "verdict", "told"),
    [
        ([("2020-01-01", "2025-12-31")], "undecided", "its last edition is over by then"),
        ([("2020-01-01", "2025-12-31"), ("2026-01-01", "")], "violation", None),  # it is flown at ten
        ([("2030-01-01", "")], "clear", "has no edition for 2026-05-12"),  # no rule of that day
        ([("2020-01-01", "2025-12-31"), ("2030-01-01", "")], "clear", "has no edition for 2026-05-12"),
    ],
)
def test_a_pack_that_was_asked_for_and_is_over_leaves_it_open(
    editions: list[tuple[str, str]], verdict: str, told: str | None, category: str, home: Path, run
) -> None:
    for number, (begins, ends) in enumerate(editions):
        a_pack_of_hours(home / "rules" / f"folder-{number}" / "ours.toml", "ours", "01:00", begins, ends)
    facts = {"category": category} if category else {}
    mission = write(home / "m.geojson", a_mission([at(-200, 80, 60), at(200, 80, 60)], mission=facts))
    zone = zones(home / "z.geojson", a_zone())
    made = json.loads(run("check", mission, "-z", zone, "--pack", home / "rules", "-f", "json").out)
    assert made["verdict"] == verdict
    said = [f["message"] for f in made["missions"][0]["findings"] if f["rule"] == "CAT107"]
    assert (told is None) or any(told in words for words in said), said


def test_two_packs_of_one_name_are_refused(home: Path, run) -> None:
    """One of them would stand in for both, and the other's rules be asked of nobody."""
    one = a_pack_of_hours(home / "rules" / "a.toml", "ours", "01:00")
    other = a_pack_of_hours(home / "rules" / "b.toml", "ours", "23:59")
    mission, zone = (
        write(home / "m.geojson", a_mission([at(0, 80, 60), at(9, 80, 60)])),
        zones(home / "z.geojson", a_zone()),
    )
    ran = run("check", mission, "-z", zone, "--pack", home / "rules")
    assert ran.code == 4 and f"is called ours.2020-01-01, as {one} is" in ran.err
    other.write_bytes(one.read_bytes())
    assert run("check", mission, "-z", zone, "--pack", home / "rules").code == 1  # the same pack, twice


def test_a_limit_that_another_pack_states_as_well_is_refused(home: Path, run) -> None:
    """The second would stand for both: a template copied twice, or a house that names the law's own limit to raise it."""
    mission, zone = (
        write(home / "m.geojson", a_mission([at(0, 80, 60), at(9, 80, 60)])),
        zones(home / "z.geojson", a_zone()),
    )
    ours = a_pack_of_hours(home / "ours.toml", "ours", "01:00")
    event = a_pack_of_hours(home / "event.toml", "event", "23:59")
    asked = ["check", mission, "-z", zone, "--pack", ours, "--pack", event]
    assert run(*asked).code == 1
    event.write_text(event.read_text("utf-8").replace("EVENT-HOURS", "OURS-HOURS"), "utf-8")
    ran = run(*asked)
    assert ran.code == 4 and "states OURS-HOURS, which ours.2020-01-01 states as well" in ran.err
    event.write_text(
        event.read_text("utf-8").replace('regime = "house"', 'regime = "house"\nextends = "ours.2020-01-01"'), "utf-8"
    )
    assert run(*asked).code == 0  # it says so: of the event all day is free
    event.write_text(event.read_text("utf-8").replace("OURS-HOURS", "EU-OPEN-HEIGHT"), "utf-8")
    ran = run(*asked)
    assert ran.code == 4 and "a permit lifts a limit of the law" in ran.err


def test_a_pack_is_added_to_those_of_the_house(home: Path, run) -> None:
    """A flag for one event takes away no rule of the house."""
    zone = zones(home / "z.geojson", a_zone())
    mission = write(home / "m.geojson", a_mission([at(-200, 80, 60), at(200, 80, 60)]))
    for name, until in (("ours", "01:00"), ("event", "23:59")):
        a_pack_of_hours(home / "work" / f"{name}.toml", name, until)
    (home / "work" / "dronectl.toml").write_text(f'zones = ["{zone}"]\npacks = ["ours.toml"]\n')
    assert run("check", mission).code == 1
    for more in (["--pack", "../event.toml"], ["--pack", "../ours.toml"], ["--pack", home / "work" / "ours.toml"]):
        ran = run("check", mission, *more)
        assert ran.code == 1, ran.err
        assert "OURS-HOURS" in run("check", mission, *more, "-f", "json").out


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("margin = 3\n", "margin: is no setting"),
        ('margin_m = "far"\n', "margin_m: is 'far'"),
        ("margin_m = nan\n", "margin_m: is nan"),
        ("zones = 3\n", "zones: is 3"),
        ("zones = [\n", "cannot be read"),
        ("strict = 1\n", "strict: is 1"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_place(text: str, what: str, home: Path, run) -> None:
    (home / "work" / "dronectl.toml").write_text(text)
    ran = run("config", "show")
    assert ran.code == 4 and ran.out == ""
    assert what in ran.err and "dronectl.toml" in ran.err


def test_strict_is_a_flag_of_every_place(home: Path, run, monkeypatch) -> None:
    zone = zones(home / "z.geojson", a_zone())
    mission = write(home / "m.geojson", a_mission([at(-200, 80, 60), at(200, 80, 60)], mission={"category": "open/A2"}))
    assert run("check", mission, "--zones", zone).code == 0
    assert run("check", mission, "--zones", zone, "--strict").code == 3
    (home / "work" / "dronectl.toml").write_text("strict = true\n")
    assert run("check", mission, "--zones", zone).code == 3
    monkeypatch.setenv("DRONECTL_STRICT", "no")
    assert run("check", mission, "--zones", zone).code == 0
    monkeypatch.setenv("DRONECTL_STRICT", "perhaps")
    assert run("check", mission, "--zones", zone).code == 2


@pytest.mark.parametrize("words", ["near", "nan", "inf"])
def test_a_variable_that_is_no_number_is_refused(words: str, home: Path, run, monkeypatch) -> None:
    monkeypatch.setenv("DRONECTL_NEAR_M", words)
    ran = run("config", "show")
    assert ran.code == 2 and "DRONECTL_NEAR_M" in ran.err


@pytest.mark.parametrize(
    ("option", "value"),
    [("--terrain-error", -1), ("--geoid-error", "nan"), ("--qnh", 10), ("--takeoff-elevation", "inf")],
)
def test_figures_that_cannot_be_are_refused(option: str, value: object, run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission([at(-200, 80, 60), at(200, 80, 60)]))
    assert run("check", mission, option, value).code == 2


@pytest.mark.parametrize("name", ["postgis:public.zones", "postgis:SELECT * FROM zones", "bundled:zones"])
def test_what_is_no_file_is_not_sought_beside_the_settings(name: str, home: Path, monkeypatch) -> None:
    (home / "dronectl.toml").write_text(f'zones = ["{name}", "own"]\n', "utf-8")
    assert settings(home).paths("zones") == [name, str(home / "own")]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("MARGIN", "MARGIN_M"), ("PACK", "PACKS"), ("PAKCS", "PACKS"), ("ZONE", "ZONES"), ("MAX_AGE", "MAX_AGE_DAYS"),
     ("TERRAIN_ERROR", "TERRAIN_ERROR_M"), ("KEYS", None), ("REALDATA", None), ("REQUIRE_ALL", None), ("UPDATE_DOCS", None)],
)  # fmt: skip
def test_a_variable_that_is_nearly_a_setting_is_refused(
    name: str, meant: str | None, home: Path, run, monkeypatch
) -> None:
    monkeypatch.setenv(f"DRONECTL_{name}", "1")
    ran = run("config", "show")
    assert ran.code == (2 if meant else 0), ran.err
    assert meant is None or f"DRONECTL_{name} sets nothing: write DRONECTL_{meant}" in ran.err


def test_a_path_with_a_colon_of_its_own_stays_whole(tmp_path: Path) -> None:
    words = os.pathsep.join(["zones", "bundled:zones", "postgis:public.zones", "more"])
    made = settings(tmp_path, {"DRONECTL_ZONES": words})
    assert made.paths("zones") == ["zones", "bundled:zones", "postgis:public.zones", "more"]


def test_two_files_of_operators_are_refused(home: Path, run) -> None:
    """The last would be the one whose registration is asked, whoever flies; a file of pilots or aircraft goes with it."""
    mission, zone = (
        write(home / "m.geojson", a_mission([at(0, 80, 60), at(9, 80, 60)])),
        zones(home / "z.geojson", a_zone()),
    )
    texts = {
        "police": '[operator]\nnumber = "NLDaaaaaaaaaaaaa"\n', "city": '[operator]\nnumber = "NLDbbbbbbbbbbbbb"\n',
        "aircraft": '[[aircraft]]\nid = "ours"\n',
    }  # fmt: skip
    for name, text in texts.items():
        (home / f"{name}.toml").write_text(text, "utf-8")

    def asked(*names: str) -> object:
        return run(
            "check", mission, "-z", zone, *(word for name in names for word in ("--operator", home / f"{name}.toml"))
        )

    assert asked("police", "aircraft").code == 0
    ran = asked("police", "aircraft", "city")
    assert ran.code == 4 and "city.toml::$.operator: a file before it states an operator" in ran.err
