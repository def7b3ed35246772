"""How far an aircraft can have left its line while its log says nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from math import cos, hypot, pi, sin
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from builders import a_simple_zone, at, ring, write, zones
from depth import deep
from hypothesis import example, given, settings
from hypothesis import strategies as st
from log_files import START

from dronectl.check import check
from dronectl.editions import Library
from dronectl.finding import Severity, Status
from dronectl.gaps import LEAST_SPEED_MPS, Gap, gaps
from dronectl.heights import Models
from dronectl.house import House
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import read_mission, read_zones
from dronectl.rules import Options
from dronectl.track import Track

Point = tuple[float, float]


@cache
def logged(metres: float, seconds: float) -> Mission:
    """A log of two fixes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "l.csv"
        fixes = ((0.0, *at(0.0, 0.0)), (seconds, *at(metres, 0.0)))
        path.write_text("timestamp,lat,lon\n" + "\n".join(f"{START + t},{y:.9f},{x:.9f}" for t, x, y in fixes))
        return read_mission(path)


def gap(metres: float, seconds: float, horizontal_m: float, widen_m: float) -> Gap:
    mission = logged(metres, seconds)
    mission = replace(mission, uncertainty=replace(mission.uncertainty, horizontal_m=horizontal_m))
    (flight,) = mission.flights
    (found,) = gaps([Track.of(replace(flight, widen_m=np.array([widen_m])), mission, Models())], None)
    return found


def aside(point: Point, metres: float) -> float:
    """How far a point is from the line along x from 0 to some metres."""
    return hypot(point[0] - min(max(point[0], 0.0), metres), point[1])


def farthest(begin: Point, end: Point, flown: float, towards: float) -> Point:
    """A point from which both ends are so far that the two ways together are as long as what was flown."""
    apart = hypot(end[0] - begin[0], end[1] - begin[1])
    turned = np.arctan2(end[1] - begin[1], end[0] - begin[0])
    along, across = flown / 2 * cos(towards), (max(flown**2 - apart**2, 0.0)) ** 0.5 / 2 * sin(towards)
    middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    return (
        middle[0] + along * cos(turned) - across * sin(turned), middle[1] + along * sin(turned) + across * cos(turned),
    )  # fmt: skip


angles = st.floats(0.0, 2 * pi)
parts = st.floats(0.0, 1.0)


@settings(deadline=None)
@given(
    metres=st.sampled_from([0.0, 20.0, 100.0, 113.0, 180.0]), seconds=st.sampled_from([6.0, 10.0]),
    horizontal_m=st.floats(0.0, 10.0), widen_m=st.floats(0.0, 40.0),
    first=st.tuples(angles, parts), last=st.tuples(angles, parts), towards=angles,
)  # fmt: skip
@example(180.0, 10.0, 5.0, 0.0, (0.0, 1.0), (pi, 1.0), pi / 2)
@example(20.0, 6.0, 3.0, 30.0, (pi / 2, 1.0), (pi / 2, 1.0), pi / 2)
def test_no_flight_between_two_fixes_leaves_the_line_farther(
    metres: float, seconds: float, horizontal_m: float, widen_m: float,
    first: tuple[float, float], last: tuple[float, float], towards: float,
) -> None:  # fmt: skip
    unsure = horizontal_m + widen_m
    begin = unsure * first[1] * cos(first[0]), unsure * first[1] * sin(first[0])
    end = metres + unsure * last[1] * cos(last[0]), unsure * last[1] * sin(last[0])
    flown = LEAST_SPEED_MPS * seconds
    if flown < hypot(end[0] - begin[0], end[1] - begin[1]):
        return  # no flight from one to the other in that time
    reach_m = gap(metres, seconds, horizontal_m, widen_m).reach_m
    assert aside(farthest(begin, end, flown, towards), metres) <= reach_m + 0.5  # the ellipsoid's own scale


@pytest.mark.parametrize(("widen_m", "reach_m"), [(0.0, 61.2), (30.0, 91.5)])
def test_what_the_receiver_measured_counts(widen_m: float, reach_m: float) -> None:
    # 6 s at 19 m/s are 114 m, and twice 5 m (35 m) beside them, for a leg of 20 m
    assert gap(20.0, 6.0, 5.0, widen_m).reach_m == pytest.approx(reach_m, abs=0.3)


SCHOOL = """
[pack]
id = "ours"
edition = "1"
regime = "house"
valid_from = 2026-01-01
source = "policy"
title.en = "a"
title.nl = "b"
[[limit]]
id = "OURS-SCHOOL"
kind = "keep-away"
{what}
comparator = ">="
value = 30
unit = "m"
article = "policy"
valid_from = 2026-01-01
confidence = "house"
title.en = "Distance"
title.nl = "Afstand"
"""


@pytest.mark.parametrize(("north", "status"), [(100, "undecided"), (120, "passed")])
@pytest.mark.parametrize("kind", ["crowd", "school", "roads"])
def test_in_a_gap_it_can_have_come_too_near_as_well(run, kind: str, north: float, status: str, tmp_path: Path) -> None:
    # 10 s at 19 m/s, and twice 5 m: 86.6 m beside the leg of 100 m; 30 m more are to be kept
    fixes = [(float(t), 10.0 * t, 0.0, 50.0) for t in range(30) if not 10 < t < 20]
    log, area = written(tmp_path / "l.csv", fixes, (0, 0)), ring(120, north, 180, north + 30)
    shape = {"type": "Polygon", "coordinates": [area]}
    file, options = tmp_path / "z.geojson", ["--about", tmp_path / "about.json"]
    facts: dict[str, Any] = {"category": "specific"}
    if kind == "crowd":
        facts = {"category": "open/A2"}
        zones(file, a_simple_zone("crowd", shape, crowd={"kind": "assembly", "persons": {"expected": 50}}))
    else:
        zones(file, a_simple_zone("privacy", shape, privacy={"subject": "school", "no_overflight": False}))
        what = 'layer = "roads"' if kind == "roads" else 'zones_where.subjects = ["school"]'
        (tmp_path / "pack.toml").write_text(SCHOOL.format(what=what))
        options += ["--pack", tmp_path / "pack.toml"]
    if kind == "roads":
        road = {"type": "LineString", "coordinates": [at(120, north), at(180, north)]}
        feature = {"type": "Feature", "properties": {"name": "A1"}, "geometry": road}
        roads = write(tmp_path / "roads.geojson", {"type": "FeatureCollection", "features": [feature]})
        options += ["--layer", f"roads={roads}"]
    write(tmp_path / "about.json", {"mission": facts})
    made = json.loads(run("check", log, "-z", file, "--covers", "-f", "json", *options).out)
    found = made["missions"][0]["findings"]
    law = "EU-A2-DIST" if kind == "crowd" else "OURS-SCHOOL"
    told = [f for f in found if f["law"] == law]
    said = [f for f in told if "the log says nothing for 10 s" in f["message"]]
    assert {f["status"] for f in said} == ({"undecided"} if status == "undecided" else set())
    assert kind == "crowd" or {f["status"] for f in told} == {status}  # the distance of a crowd is to be stated as well
    assert {f["status"] for f in found if f["rule"] == "LOG101"} == {"passed"}


# 10 s at 19 m/s, and twice 5 m, between fixes 100 m apart: 86.6 m to every side, upwards as well, and 3 m of height
HIGH, WIDE = ring(-500, -500, 800, 500), {"lower": 120, "upper": 200, "datum": "AGL"}
CTR = ("restricted", None, {"law": ["NL-CTR-CIVIL"]})
AREA = {"type": "Polygon", "coordinates": [HIGH]}


@pytest.mark.parametrize(
    ("rule", "law", "height", "zone", "facts", "status"),
    [
        ("ALT101", "EU-OPEN-HEIGHT", 31, None, {"category": "open/A2"}, "undecided"),
        ("ALT101", "EU-OPEN-HEIGHT", 29, None, {"category": "open/A2"}, "passed"),
        ("CAT103", "NLS-VLOS", 20, None, {"category": "nl-state", "pilot_at": at(145, 410)}, "undecided"),
        ("CAT103", "NLS-VLOS", 20, None, {"category": "nl-state", "pilot_at": at(145, 407)}, "passed"),
        ("PPL203", "EU-A2-1TO1", 30, ("crowd", 204, {}), {"category": "open/A2"}, "undecided"),
        ("PPL203", "EU-A2-1TO1", 30, ("crowd", 208, {}), {"category": "open/A2"}, "passed"),
        ("ALT102", "NLS-CTR-HEIGHT", 30, CTR, {"category": "nl-state"}, "undecided"),
        ("AIR103", "", 30, ("conditional", None, {"condition": {"max_height_m": 118}}), {}, "undecided"),
        ("AIR103", "", 30, ("conditional", None, {"condition": {"max_height_m": 121}}), {}, "passed"),
        ("LOG101", "", 31, ("no-fly", None, WIDE), {}, "undecided"),
        ("LOG101", "", 29, ("no-fly", None, WIDE), {}, "passed"),
        ("LOG101", "", 20, ("no-fly", 50, {}), {}, "undecided"),
        ("LOG101", "", 20, ("no-fly", 50, {"until": "{9}"}), {}, "passed"),
        ("LOG101", "", 20, ("no-fly", 50, {"until": "{11}"}), {}, "undecided"),
        ("LOG101", "", 20, ("no-fly", 50, {"from": "{19}"}), {}, "undecided"),
        ("LOG101", "", 20, ("no-fly", 50, {"from": "{21}"}), {}, "passed"),
    ],
)  # fmt: skip
def test_in_a_gap_it_can_have_been_elsewhere_higher_and_at_any_time(
    rule: str, law: str, height: float, zone: tuple[str, float | None, dict] | None, facts: dict, status: str, run,
    tmp_path: Path,
) -> None:  # fmt: skip
    """The same log without the gap is found to keep to everything; fixes at 10 and 20 s are the last before and the next."""
    said = [a_simple_zone("privacy", AREA, privacy={"subject": "x", "no_overflight": False})]
    if zone is not None:
        kind, north, more = zone
        hours = {
            name: when(START + float(words.strip("{}"))) if isinstance(words, str) and words[0] == "{" else words
            for name, words in more.items()
        }
        crowd = {"crowd": {"kind": "assembly", "persons": {"expected": 9}}} if kind == "crowd" else {}
        area = [HIGH if north is None else ring(100, north, 200, north + 10)]
        said.append(a_simple_zone(kind, {"type": "Polygon", "coordinates": area}, **hours, **crowd))
    about = write(tmp_path / "about.json", {"mission": facts})
    for fixes, wanted in ((range(30), "passed"), ([t for t in range(30) if not 10 < t < 20], status)):
        log = written(tmp_path / "l.csv", [(float(t), 10.0 * t, 0.0, height) for t in fixes], (0, 0))
        file = zones(tmp_path / "z.geojson", *said)
        options = ["--about", about, "--covers", "--alt-datum", "AGL", "-f", "json"]
        ran = run("check", log, "-z", file, *options)
        found = [
            f for f in json.loads(ran.out)["missions"][0]["findings"] if f["rule"] == rule and (f["law"] or "") == law
        ]
        assert {f["status"] for f in found} == {wanted}, (ran.err, found)
        assert wanted == "passed" or "the log says nothing for 10 s" in found[0]["message"]


STILL = [(float(t), 0.0, 0.0, 2.0) for t in range(-9, 0)]
UP = [(float(t), 10.0 * t, 0.0, 60.0) for t in range(20)]
DOWN = [(20.0 + t, 190.0, 0.0, 2.0) for t in range(9)]


@pytest.mark.parametrize("datum", ["AGL", "AMSL"])
@pytest.mark.parametrize(
    ("fixes", "silent", "east", "status"),
    [
        (UP, (0, 10), 384, "undecided"),  # 10 s at 19 m/s, and 5 m, from the last fix 190 m east
        (UP, (0, 10), 386, "passed"),
        (UP, (0, 5), 200, "passed"),
        (UP, (10, 0), -194, "undecided"),
        (UP, (10, 0), -196, "passed"),
        (UP[:1], (0, 10), 190, "undecided"),
        (STILL + UP, (10, 0), -190, "passed"),  # it stands on the ground, and goes up later
        (STILL, (10, 0), -190, "undecided"),  # it may be anywhere: nothing shows that it stands on the ground
        (UP + DOWN, (0, 10), 210, "passed"),
        (STILL + UP + DOWN, (0, 10), 210, "passed"),
        (UP + [(t, x, y, 30.0) for t, x, y, _ in DOWN], (0, 10), 210, "undecided"),  # it hovers
        (STILL + UP + [(t, x, y, 30.0) for t, x, y, _ in DOWN], (0, 10), 210, "undecided"),
        (STILL + UP + DOWN[:1], (0, 10), 210, "undecided"),
    ],
)
def test_a_log_that_goes_on_without_a_position(
    fixes: list[Fix], silent: tuple[int, int], east: float, status: str, datum: str, run, tmp_path: Path
) -> None:
    if (datum, fixes) == ("AMSL", UP + DOWN):
        status = "undecided"  # how high the ground is there nobody knows
    if (datum, fixes) == ("AGL", STILL):
        status = "passed"
    first, last = fixes[0][0], fixes[-1][0]
    before = [(first - t, 0.0, 0.0, 0.0) for t in range(silent[0], 0, -1)]
    after = [(last + t, 0.0, 0.0, 0.0) for t in range(1, silent[1] + 1)]
    log = written(tmp_path / "l.csv", fixes, (0, 0), before, after)
    beyond = (east, east + 30) if east > 0 else (east - 30, east)
    shape = {"type": "Polygon", "coordinates": [ring(beyond[0], -5, beyond[1], 5)]}
    file = zones(tmp_path / "z.geojson", a_simple_zone("no-fly", shape))
    ran = json.loads(run("check", log, "-z", file, "--covers", "--alt-datum", datum, "-f", "json").out)
    found = [finding for finding in ran["missions"][0]["findings"] if finding["rule"] == "LOG101"]
    assert {finding["status"] for finding in found} == {status}, found
    side = "before" if silent[0] else "after"
    assert status == "passed" or f"the log says nothing for 10 s {side} " in found[0]["message"]


@pytest.mark.parametrize(
    ("climb", "sink", "steps", "height", "status"),
    [
        (6, 5, 0.0, 88, "passed"),  # 6 * 5 / 11 * 10 s are 27.3 m, and 3 m of the fixes
        (6, 5, 0.0, 91, "undecided"),
        (6, None, 0.0, 88, "undecided"),  # how fast it sinks is not known: 86.6 m
        (6, 5, 9.0, 79, "undecided"),  # the log itself shows 9 m/s: 9 * 9 / 18 * 10 s are 45 m
        (6, 5, 9.0, 69, "passed"),
    ],
)
def test_who_states_how_fast_an_aircraft_climbs_is_asked_for_that(
    climb: float, sink: float | None, steps: float, height: float, status: str, run, tmp_path: Path
) -> None:
    fixes = [(float(t), 10.0 * t, 0.0, height - (steps if t == 1 else 0)) for t in range(30) if not 10 < t < 20]
    log, area = written(tmp_path / "l.csv", fixes, (0, 0)), ring(900, 0, 960, 60)
    shape = {"type": "Polygon", "coordinates": [area]}
    file = zones(tmp_path / "z.geojson", a_simple_zone("privacy", shape, privacy={"subject": "x"}))
    about = write(tmp_path / "about.json", {"mission": {"category": "open/A2", "aircraft": "ours"}})
    crew = tmp_path / "crew.toml"
    said = f"max_climb_mps = {climb}\n" + (f"max_descent_mps = {sink}\n" if sink else "")
    crew.write_text(f'[[aircraft]]\nid = "ours"\n{said}', "utf-8")
    options = ["--about", about, "--operator", crew, "--covers", "--alt-datum", "AGL", "-f", "json"]
    found = json.loads(run("check", log, "-z", file, *options).out)["missions"][0]["findings"]
    assert [f["status"] for f in found if f["law"] == "EU-OPEN-HEIGHT"] == [status]


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(("north", "status"), [(80, "undecided"), (90, "passed")])
def test_in_a_gap_it_can_have_crossed_its_fence(run, inside: bool, north: float, status: str, tmp_path: Path) -> None:
    fixes = [(float(t), 10.0 * t, 0.0, 50.0) for t in range(30) if not 10 < t < 20]
    log = written(tmp_path / "l.csv", fixes, (0, 0))
    corners = ring(-90, -north, 400, north) if inside else ring(100, north, 200, north + 50)
    fence = {"version": 2, "circles": [], "polygons": [
        {"inclusion": inside, "version": 1, "polygon": [[lat, lon] for lon, lat in corners[:4]]}]}  # fmt: skip
    bare = {"items": [], "version": 2, "plannedHomePosition": [52, 5, 0]}
    made = {"fileType": "Plan", "version": 1, "geoFence": fence, "groundStation": "QGroundControl", "mission": bare,
            "rallyPoints": {"points": [], "version": 2}}  # fmt: skip
    plan = write(tmp_path / "f.plan", made)
    far = zones(
        tmp_path / "z.geojson", a_simple_zone("no-fly", {"type": "Polygon", "coordinates": [ring(5e3, 0, 5100, 9)]})
    )
    asked = ("check", log, "-z", far, "--covers", "--alt-datum", "AGL", "--fence", plan)
    found = json.loads(run(*asked, "-f", "json").out)["missions"][0]["findings"]
    assert {f["status"] for f in found if f["rule"] == "VEH101"} == {status}, found
    if status == "undecided":
        assert "kan" in run("--lang", "nl", *asked).out and "can have" in run(*asked).out


@pytest.mark.parametrize(("north", "status"), [(100, "undecided"), (120, "passed")])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_in_a_gap_it_can_have_come_nearer_than_the_margin(
    run, north: float, status: str, lang: str, tmp_path: Path
) -> None:
    # 86.6 m beside the leg, as above, and a margin of 30 m
    fixes = [(float(t), 10.0 * t, 0.0, 50.0) for t in range(30) if not 10 < t < 20]
    log, area = written(tmp_path / "l.csv", fixes, (0, 0)), ring(120, north, 180, north + 30)
    file = zones(tmp_path / "z.geojson", a_simple_zone("no-fly", {"type": "Polygon", "coordinates": [area]}))
    asked = ("--lang", lang, "check", log, "-z", file, "--covers", "--alt-datum", "AGL", "--margin", "30")
    found = json.loads(run(*asked, "-f", "json").out)["missions"][0]["findings"]
    assert {f["status"] for f in found if f["rule"] == "AIR106"} == {status}
    assert {f["status"] for f in found if f["rule"] == "LOG101"} == {"passed"}
    if status == "undecided":
        said = "was within the margin of 30 m" if lang == "en" else "was binnen de marge van 30 m"
        assert said in " ".join(run(*asked).out.split())


@pytest.mark.parametrize("seed", range(deep(200, 12)))
def test_a_log_with_gaps_is_no_clearer_than_the_whole_log(seed: int, tmp_path: Path) -> None:
    """What was found of a zone stays found, or becomes undecided: by the same rule, or because the gap lies near."""
    rng = random.Random(seed)
    fixes = a_walk(rng)
    thinned = list(fixes)
    for _ in range(rng.randint(1, 3)):
        lost, first = rng.randint(6, 25), rng.randint(1, max(len(thinned) - 8, 1))
        if first + lost < len(thinned) - 1:
            del thinned[first : first + lost]
    at_ends = [rng.choice([0, 0, rng.randint(6, len(thinned) // 2)]) if len(thinned) > 13 else 0 for _ in range(2)]
    blind = thinned[: at_ends[0]], thinned[len(thinned) - at_ends[1] :]
    thinned = thinned[at_ends[0] : len(thinned) - at_ends[1]]
    file = zones(tmp_path / "z.geojson", *(near_one(rng, fixes, number) for number in range(rng.randint(1, 4))))
    library = Library(read_zones([str(file)]))
    films = (0, 100) if rng.random() < 0.6 else (rng.randint(0, 60), rng.randint(0, 60))
    category, away = rng.choice(["nl-state", "open/A2", ""]), rng.uniform(100, 600)
    facts = {"camera": a_camera(rng), "category": category, "pilot_at": (at(fixes[0][1] + away, fixes[0][2]),)}
    margin_m = rng.choice([0.0, 0.0, 15.0, 60.0])
    whole, less = (
        answers(library, written(tmp_path / f"{name}.csv", some, films, *without), facts, margin_m)
        for name, some, without in (("whole", fixes, ([], [])), ("less", thinned, blind))
    )
    for rule, law, zone in whole:
        nearer = {
            one
            for one in less
            if rule == "AIR106" and one[0].startswith(("AIR10", "PPL201", "PRV101")) and one[2] == zone
        }
        assert {(rule, law, zone), ("LOG101", "", zone)} & less or nearer, (rule, law, zone, less)


Fix = tuple[float, float, float, float]
"""Seconds since the start, metres east and north, metres above ground."""


def a_walk(rng: random.Random) -> list[Fix]:
    east = north = 0.0
    heading, speed, height = rng.uniform(0, 2 * pi), rng.uniform(2, 15), rng.uniform(10, 110)
    highest = rng.choice([60, 119, 135])
    made = []
    for second in range(rng.randint(30, 90)):
        made.append((float(second), east, north, height))
        heading += rng.gauss(0, 0.3)
        east, north = east + speed * cos(heading), north + speed * sin(heading)
        height = min(max(height + rng.uniform(-3, 4), 2), highest)
    return made


def near_one(rng: random.Random, fixes: list[Fix], number: int) -> dict[str, Any]:
    """A zone near some fix, with a band and hours now and then."""
    _, east, north, _ = rng.choice(fixes)
    east, north, half = east + rng.gauss(0, 40), north + rng.gauss(0, 40), rng.uniform(3, 40)
    area = {"type": "Polygon", "coordinates": [ring(east - half, north - half, east + half, north + half)]}
    facts: dict[str, Any] = {"id": f"Z{number}"}
    if rng.random() < 0.4:
        facts |= {"lower": rng.uniform(0, 60), "upper": rng.uniform(60, 120), "datum": "AGL"}
    if rng.random() < 0.4:
        begin = START + rng.uniform(-30, 60)
        facts |= {"from": when(begin), "until": when(begin + rng.uniform(5, 40))}
    if rng.random() < 0.3:
        crowd = {
            "kind": rng.choice(["assembly", "street"]),
            "persons": {"expected": 50},
            "drift_m": rng.choice([0, 20]),
        }
        return a_simple_zone("crowd", area, crowd=crowd, **facts)
    if rng.random() < 0.3:
        return a_simple_zone("restricted", area, law=["NL-CTR-CIVIL"], **facts)
    if rng.random() < 0.5:
        return a_simple_zone("no-fly", area, **facts)
    return a_simple_zone("privacy", area, privacy={"subject": "school", "no_overflight": rng.random() < 0.5}, **facts)


def when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


def a_camera(rng: random.Random) -> dict[str, Any]:
    aim = {"yaw_deg": "course"} if rng.random() < 0.5 else {}
    return {"hfov_deg": 40, "video": [3840, 2160], "pitch_deg": rng.choice([-90, -45, -20])} | aim


def written(
    path: Path, fixes: list[Fix], films: tuple[int, int], before: Sequence[Fix] = (), after: Sequence[Fix] = ()
) -> Path:
    """A log of some fixes, and lines without a position before and after them."""
    none, more = ([f"{START + t},,,," for t, *_ in some] for some in (before, after))
    rows = [
        f"{START + t},{at(x, y)[1]:.9f},{at(x, y)[0]:.9f},{z:.2f},{int(films[0] <= t <= films[1])}"
        for t, x, y, z in fixes
    ]
    path.write_text("\n".join(["timestamp,lat,lon,alt,recording", *none, *rows, *more]))
    return path


def answers(library: Library, path: Path, facts: dict[str, Any], margin_m: float) -> set[tuple[str, str, str]]:
    """Rule, limit and zone of everything that was found, or is not decided."""
    mission = replace(read_mission(path, alt_datum=Datum.AGL), **facts)
    report = check([mission], library, [], Options(margin_m=margin_m), Models(), House())
    open_ = (Status.FAILED, Status.UNDECIDED)
    return {
        (finding.rule, finding.law, finding.zone.id if finding.zone is not None else "")
        for finding in report.results[0].findings
        if finding.status in open_ and finding.severity is Severity.VIOLATION and not finding.missing
    }
