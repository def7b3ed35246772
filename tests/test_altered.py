"""Every entry of a file altered, one at a time: what was no clear flight does not become one, and nothing breaks."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import ACROSS, SQUARE, VALID, a_mission, a_simple_zone, a_zone, at, ring, write, zones
from depth import DEEP

from dronectl.check import check
from dronectl.editions import Library
from dronectl.errors import InputError
from dronectl.finding import Verdict
from dronectl.heights import Models
from dronectl.house import House
from dronectl.readers import read_mission, read_zones
from dronectl.rules import Options

GONE = object()
VALUES = (
    GONE, None, "", " ", -1, 0, 1, 1e9, True, False, "x", "NaN", "2026-05-12", "2020-01-01T00:00:00Z", [], {}, [None], ["x"],
)  # fmt: skip
FEW = 2  # of them, where not all are tried
BAND = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 120, "upperReference": "AGL"}
SINCE, UNTIL = "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"
WHEN = {"startDateTime": SINCE, "endDateTime": UNTIL,
        "schedule": [{"day": ["TUE"], "startTime": "07:00Z", "endTime": "09:00Z"}]}  # fmt: skip
FLOWN = a_mission(
    ACROSS, uncertainty=(3, 3),
    mission={"category": "open/A2", "declared": {"uninvolved_m": 40},
             "camera": {"hfov_deg": 60, "video": [3840, 2160], "pitch_deg": -90}},
)  # fmt: skip
FULL = {
    "category": "open/A2", "aircraft": "dji-m30t", "purpose": "inspection", "pilot_at": at(0, 0), "priority": 1,
    "camera": {"hfov_deg": 60, "video": [3840, 2160], "pitch_deg": -90, "recording": True},
    "declared": {"uninvolved_m": 40, "vlos": True}, "observers_at": [at(20, 0)], "rally_at": [at(5, 5)],
    "volumes": {"contingency_m": 10, "contingency_up_m": 5, "ground_risk_buffer_m": 40},
    "papers": {"sensor_register": {"reference": "R", "reported": "2026-05-01"}}, "battery": {"minutes": 20},
    "emergency": {"site": "field", "at": at(10, 10)}, "wind": {"speed_mps": 4, "from_deg": 200},
    "obstacles": [{"at": at(0, 0), "radius_m": 5, "height_m": 50, "requested_by": "owner"}],
    "subject": {"type": "Polygon", "coordinates": [ring(0, 0, 10, 10)]},
}  # fmt: skip


def collection(zone: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "metadata": VALID, "features": [zone]}


ZONES = {  # each forbids the flight
    "ED-318": collection(a_zone(layer=BAND, limitedApplicability=[WHEN])),
    "simple": collection(a_simple_zone("no-fly", lower=0, upper=120, datum="AGL", categories=["open"],
                                       **{"from": SINCE, "until": UNTIL})),
    "crowd": collection(a_simple_zone("crowd", crowd={"kind": "assembly", "persons": {"expected": 500}, "drift_m": 5})),
    "privacy": collection(a_simple_zone("privacy", privacy={"subject": "s", "no_overflight": True, "max_px_per_m": 10})),
    "ED-269": {"title": "x", "features": [
        {"identifier": "Z1", "country": "NLD", "name": "Z", "type": "COMMON", "restriction": "PROHIBITED",
         "reason": ["AIR_TRAFFIC"], "applicability": [{"permanent": "NO", **WHEN}], "zoneAuthority": [],
         "geometry": [{"upperLimit": 120, "lowerLimit": 0, "upperVerticalReference": "AGL",
                       "lowerVerticalReference": "AGL", "uomDimensions": "M", "horizontalProjection": SQUARE}]}]},
}  # fmt: skip
MISSIONS = {
    "times": a_mission(ACROSS, mission=FULL, uncertainty=(3, 3)),
    "start": a_mission(ACROSS, mission={"category": "open/A2"}, start="2026-05-12T10:00:00+02:00", speed_mps=5),
    "period": a_mission(ACROSS, mission={"category": "open/A2"},
                        period={"from": "2026-05-12", "until": "2026-05-13", "daily": ["10:00", "12:00"], "days": ["TUE"]}),
}  # fmt: skip
LOWERED = ("upper", "upperLimit")  # a top of 1 m lets the flight pass above it


def altered(document: dict[str, Any], seed: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A document with one entry changed, or taken away, and what that was."""
    rng = random.Random(seed)
    for path in list(places(document)):
        for value in VALUES if DEEP else rng.sample(VALUES, FEW):
            if path[-1] in LOWERED and value == 1:
                continue
            made = copy.deepcopy(document)
            inner: Any = made
            for step in path[:-1]:
                inner = inner[step]
            if value is GONE:
                del inner[path[-1]]
            else:
                inner[path[-1]] = copy.deepcopy(value)
            yield f"{'.'.join(map(str, path))} = {'gone' if value is GONE else repr(value)}", made


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for k in range(min(len(value), 3)):
            yield from places(value[k], (*path, k))


def verdict(mission: Any, library: Library) -> Verdict:
    return check([mission], library, (), Options(), Models(), House()).results[0].verdict


@pytest.mark.parametrize("name", ZONES)
def test_an_altered_zone_clears_nothing(name: str, tmp_path: Path) -> None:
    flown, tried = read_mission(write(tmp_path / "m.geojson", FLOWN)), 0
    assert verdict(flown, Library(read_zones([write(tmp_path / "z.json", ZONES[name])]))) is Verdict.VIOLATION
    for what, made in altered(ZONES[name], name):
        (tmp_path / "z.json").write_text(json.dumps(made))
        try:
            library = Library(read_zones([tmp_path / "z.json"]))
        except InputError:
            continue
        tried += 1
        assert verdict(flown, library) is not Verdict.CLEAR, what
    assert tried > 40


@pytest.mark.parametrize("name", MISSIONS)
def test_an_altered_mission_is_not_cleared(name: str, tmp_path: Path) -> None:
    wide = {"type": "Polygon", "coordinates": [ring(-400, 200, 400, 260)]}
    hours = [{"startDateTime": "2026-05-12T07:00:00Z", "endDateTime": "2026-05-12T09:00:00Z"}]
    given = zones(tmp_path / "z.geojson", a_zone(), a_zone("Z2", geometry=wide, limitedApplicability=hours))
    library, tried = Library(read_zones([given])), 0
    assert verdict(read_mission(write(tmp_path / "m.geojson", MISSIONS[name])), library) is Verdict.VIOLATION
    for what, made in altered(MISSIONS[name], name):
        (tmp_path / "m.geojson").write_text(json.dumps(made))
        try:
            flown = read_mission(tmp_path / "m.geojson")
        except InputError:
            continue
        tried += 1
        assert verdict(flown, library) is not Verdict.CLEAR, what
    assert tried > 3


# formats that are text: a word at a time

WORDS = ("", "0", "-1", "1e9", "nan", "x", "7", "UNL")
WORD = re.compile(r"[^\s<>,\"=/]+")
TOP = "400FT"
TOPS = (TOP, "120", "120.0")


def reworded(text: str, seed: str) -> Iterator[tuple[str, str]]:
    """A text with one of its words changed, and what that was."""
    rng = random.Random(seed)
    for word in WORD.finditer(text):
        for other in WORDS if DEEP else rng.sample(WORDS, 1):
            if word[0] not in TOPS:  # a lower top lets the flight pass above it
                yield f"{word[0]!r} at {word.start()} = {other!r}", text[: word.start()] + other + text[word.end() :]


@pytest.mark.parametrize("name", ["waypoints", "csv", "gpx", "kml"])
def test_an_altered_word_of_a_mission_clears_nothing(name: str, run, tmp_path: Path) -> None:
    library, path = Library(read_zones([zones(tmp_path / "z.geojson", a_zone())])), tmp_path / f"m.{name}"
    source = write(tmp_path / "m.geojson", a_mission(ACROSS, uncertainty=(3, 3)))
    assert run("missions", "convert", source, "-o", path).code == 0
    assert verdict(read_mission(path), library) is Verdict.VIOLATION
    for what, made in reworded(path.read_text("utf-8"), name):
        path.write_text(made, "utf-8")
        try:
            flown = read_mission(path)
        except InputError:
            continue
        assert verdict(flown, library) is not Verdict.CLEAR, what


def place(lon: float, lat: float) -> str:
    """As OpenAir writes one."""
    minutes = [divmod(round(abs(degrees) * 360_000), 360_000) for degrees in (lat, lon)]
    (north, rest), (east, more) = minutes
    return f"{north:02d}:{rest / 6000:07.4f}N {east:03d}:{more / 6000:07.4f}E"


AREA = "".join(f"DP {place(*corner)}\n" for corner in ring(-50, -50, 50, 50))
OPENAIR = {
    "points": f"AC P\nAN Zone\nAH {TOP} AGL\nAL SFC\n{AREA}",
    "circle": f"AC R\nAN Zone\nAH {TOP} AGL\nAL GND\nV X={place(*at(0, 0))}\nDC 0.1\n",
}


@pytest.mark.parametrize("name", [*OPENAIR, "kml"])
def test_an_altered_word_of_a_zone_clears_nothing(name: str, run, tmp_path: Path) -> None:
    flown, path = read_mission(write(tmp_path / "m.geojson", FLOWN)), tmp_path / ("z.kml" if name == "kml" else "z.txt")
    if name == "kml":
        source = write(tmp_path / "z.geojson", ZONES["ED-318"])
        assert run("zones", "convert", source, "-o", path).code == 0
    else:
        path.write_text(OPENAIR[name])
    assert verdict(flown, Library(read_zones([path]))) is Verdict.VIOLATION
    for what, made in reworded(path.read_text("utf-8"), name):
        path.write_text(made, "utf-8")
        try:
            library = Library(read_zones([path]))
        except InputError:
            continue
        assert verdict(flown, library) is not Verdict.CLEAR, what
