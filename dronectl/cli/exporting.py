"""What `export` does: check a mission, draw its fence, write both for a vehicle, read them back and check again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dronectl.along import outside
from dronectl.check import Report
from dronectl.cli import tongue
from dronectl.cli.gathering import finite, from_0, in_utc
from dronectl.cli.question import Answer, Question, ask, question_of, read_by
from dronectl.cli.reading_back import asked_again, write_mission
from dronectl.cli.running import EXIT
from dronectl.cli.writing import refuse_input, write_bytes
from dronectl.config import settings
from dronectl.errors import InputError, UsageError
from dronectl.fencing import Fence, fence_of
from dronectl.finding import Verdict
from dronectl.geometry.fencing import NoFence
from dronectl.readers import read_zones
from dronectl.readers.fence_files import read_fence
from dronectl.reports import ending
from dronectl.reports.words import tame
from dronectl.rules.entry import stretch
from dronectl.writers import CannotWrite, intents
from dronectl.writers.fences import ardupilot, dji_area, kml, qgc
from dronectl.writers.missions import wpml
from dronectl.zone import Circle, Footprint, Rings

FORMATS: dict[str, Any] = {module.NAME: module for module in (qgc, ardupilot, dji_area, kml)}
FENCE_RULE = "VEH101"
DIFFERS = 1


def export(
    mission: str, to: str, width: float, around: float, output: str, *, fenced: bool, zones: Sequence[str],
    permits: Sequence[str], operator: Sequence[str], layers: Sequence[str], packs: Sequence[str], terrain: Sequence[str],
    about: str | None, at: str | None, takeoff_elevation: float | None, alt_datum: str | None, rtl_alt: float | None,
) -> int:  # fmt: skip
    """Write a mission with its fence; 1 where it is not cleared or does not come back the same, 3 where it cannot be told."""
    if to not in (*FORMATS, *WITHOUT_FENCE):
        raise UsageError(f"--to {to!r} is none of {', '.join((*FORMATS, *WITHOUT_FENCE))}")
    finite(width, "--width")
    from_0(around, "--around")
    question = question_of(
        settings(), [mission], zones=tuple(zones), permits=tuple(permits), operator=tuple(operator), layers=tuple(layers),
        packs=tuple(packs), terrain=tuple(terrain), about=about, at=in_utc(at, "--at"),
        takeoff_elevation_m=takeoff_elevation, alt_datum=alt_datum, rtl_alt_m=rtl_alt, near_m=around,
    )  # fmt: skip
    answer = ask(question)
    mission = answer.found.only.path  # one file, also where a folder was named
    refuse_input(output, read_by(answer))
    report = answer.report
    if report.verdict is Verdict.VIOLATION:
        tongue.note("nothing was written: a mission that is not cleared gets no fence")
        print(ending.render(report), end="")
        return EXIT[report.verdict]
    bare = WITHOUT_FENCE.get(to) or (None if fenced else _bare(to, output))
    if bare is not None:
        told = bare(question, report, output)
        print(ending.render(report), end="")
        return DIFFERS if told else EXIT[report.verdict]
    module = FORMATS[to]
    fence, data = _made(module, answer, width, around, mission)
    told = _again(module, data, question, report, fence)
    write_bytes(output, data)
    _tell(fence, output, told, module.CARRIES_MISSION)
    print(ending.render(report), end="")
    return DIFFERS if told else EXIT[report.verdict]


Bare = Callable[[Question, Report, str], list[str]]


def _bare(to: str, output: str) -> Bare:
    """What writes a mission without a fence; a format that is nothing but a fence has none."""
    if not FORMATS[to].CARRIES_MISSION or not output.lower().endswith(FORMATS[to].SUFFIX):
        with_mission = " or ".join(
            f"{name} ({module.SUFFIX})" for name, module in FORMATS.items() if module.CARRIES_MISSION
        )
        raise UsageError(f"--no-fence goes with a format that holds missions: {with_mission}, or wpml")
    return lambda question, report, where: write_mission(report.missions[0], where, question, report)


def _waylines(question: Question, report: Report, output: str) -> list[str]:
    """The mission for DJI's own apps, which know no fence in it."""
    if not output.lower().endswith(wpml.SUFFIX):
        raise UsageError(f"{output}: DJI reads waylines from a file that ends in {wpml.SUFFIX}")
    (mission,) = report.missions
    told = write_mission(mission, output, question, report)
    tongue.note(f"wrote {output}; waylines have no fence: write it as well, with --to dji-area")
    return told


def _intent(question: Question, report: Report, output: str) -> list[str]:
    """The mission as volumes that other operators are told of; read back, they hold the path."""
    (mission,), (tracks,) = report.missions, report.tracks
    try:
        data = intents.render(mission, tracks)
    except CannotWrite as error:
        raise UsageError(f"{mission.path} cannot be written as an intent: {error}") from None
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = Path(folder) / "intent.json"
        path.write_bytes(data)
        zones = [zone for file in read_zones([str(path)]) for zone in file.zones]
    left = outside(tracks, zones)
    write_bytes(output, data)
    tongue.note(f"wrote {output}: {len(zones)} volume(s), priority {mission.priority}")
    told = [f"{stretch(met)} lies outside of what was written" for met in left]
    for entry in told:
        tongue.note(f"round trip: {entry}")
    if not told:
        tongue.note("round trip: the volumes hold the path")
    return told


WITHOUT_FENCE: dict[str, Bare] = {"wpml": _waylines, "f3548": _intent}


def _made(module: Any, answer: Answer, width: float, around: float, path: str) -> tuple[Fence, bytes]:
    (mission,) = answer.report.missions
    (tracks,) = answer.report.bare
    try:
        fence = fence_of(tracks, answer.report.zones, width_m=width, around_m=around, limits=module.LIMITS)
        if len(fence.inside) > 1:
            raise NoFence("its flights lie apart: a vehicle is kept inside of one outline; export them one by one")
        return fence, module.render(mission, fence)
    except (NoFence, CannotWrite) as error:
        raise UsageError(f"{path} cannot be fenced: {error}") from None


def _again(module: Any, data: bytes, question: Question, report: Report, fence: Fence) -> list[str]:
    """What differs where the written file is read back: its fence against path and zones, its mission against the check."""
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = Path(folder) / f"written{module.SUFFIX}"
        path.write_bytes(data)
        inside, outside = _read(module, str(path))
        assert fence.corridor is not None
        told = fence.corridor.holds(inside, outside, fence.zones)
        if not module.CARRIES_MISSION:
            if module is ardupilot:
                told += _fence_kept(ask(replace(question, fence=(*question.fence, str(path)))).report)
            return told
        again, differs = asked_again(data, module.SUFFIX, question, report)
        return told + differs + _fence_kept(again)


def _fence_kept(report: Report) -> list[str]:
    return [
        finding.message
        for result in report.results
        for finding in result.findings
        if finding.rule == FENCE_RULE and finding.status.value != "passed"
    ]


def _read(module: Any, path: str) -> tuple[list[Rings], list[Rings]]:
    """The outlines of a written file, keep-in and keep-out; circles as the polygons round or in them."""
    shapes: list[tuple[bool, Footprint | None]]
    if module is dji_area:
        features = json.loads(Path(path).read_text("utf-8"))["features"]
        shapes = [(feature["geofence_type"] == "dfence", _shape(feature)) for feature in features]
    elif module is kml:
        zones = [zone for file in read_zones([path]) for zone in file.zones]
        shapes = [(zone.name.startswith("keep-in"), zone.volumes[0].footprint) for zone in zones]
    else:
        outside, inside, _ = read_fence(path)
        shapes = [(True, zone.volumes[0].footprint) for zone in inside]
        shapes += [(False, zone.volumes[0].footprint) for zone in outside]
    made: tuple[list[Rings], list[Rings]] = ([], [])
    for keeps_in, shape in shapes:
        if shape is None:
            raise InputError.at(read_zones([path])[0].zones[0].where, "was not read back as an outline")
        made[0 if keeps_in else 1].append(_rings(shape))
    return made


def _shape(feature: dict[str, Any]) -> Footprint:
    geometry = feature["geometry"]
    if geometry["type"] == "Point":
        lon, lat = geometry["coordinates"]
        return Circle(lon, lat, feature["properties"]["radius"])
    coordinates = geometry["coordinates"] if geometry["type"] == "Polygon" else geometry["coordinates"][0]
    return Rings((tuple(np.array(ring, dtype=float) for ring in coordinates),))


def _rings(shape: Footprint) -> Rings:
    if isinstance(shape, Rings):
        return shape
    from dronectl.geometry import circumscribed

    return Rings(((np.array(circumscribed(shape), dtype=float),),))


def _tell(fence: Fence, output: str, told: Sequence[str], carries: bool) -> None:
    for zone, why in fence.left:
        tongue.note(f"not fenced: {tame(zone.id)} {tame(zone.name)}: {why}")
    tongue.note(
        f"wrote {output}: {len(fence.inside)} keep-in and {len(fence.outside)} keep-out outline(s), {fence.corners} corners; "
        f"the edge lies {fence.margin_m:.0f} m inside what was checked"
    )
    tongue.note("a fence knows neither heights nor hours; upload it before the mission")
    if told:
        for entry in dict.fromkeys(told):
            tongue.note(f"round trip: {entry}")
    elif carries:
        tongue.note("round trip: identical verdict")
    else:
        tongue.note("round trip: the fence holds the path and keeps off every zone")
