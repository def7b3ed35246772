"""What `volumes`, `permits` and `sora` do: read, ask, print, and the exit code."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dronectl.cli import tongue
from dronectl.cli.gathering import Gathered, Ground, Reading, alt_datum_of, finite, gather, moment
from dronectl.cli.wording import frame_of
from dronectl.cli.writing import print_whole, refuse_input, write_bytes
from dronectl.config import settings
from dronectl.errors import InputError, UsageError
from dronectl.law import sora as tables
from dronectl.mission import Flight, VolumePlan
from dronectl.prepared import Prepared, prepared
from dronectl.reaching import CAMERA_REACH_M
from dronectl.records import dataclass

if TYPE_CHECKING:
    from dronectl.readers.population import People

UNKNOWN, SOUND, FAULT = 3, 0, 1  # exit codes, as those of the verdicts
REACH_M = 5000.0  # zones farther away than any room that a volume takes are not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the commands about applications share."""

    zones: Sequence[str] | None
    at: str | None
    terrain: Sequence[str]
    takeoff_elevation: float | None
    alt_datum: str | None
    operator: Sequence[str]
    about: str | None
    layers: Sequence[str] = ()
    packs: Sequence[str] = ()
    surface: Sequence[str] = ()
    terrain_error: float | None = None


def volumes(mission: str, asked: Asked, format_: str, output: str | None) -> int:
    """The operational volume of one mission."""
    from dronectl.reports import volume as report

    require_format(format_, report.FORMATS)
    found = gathered([mission], asked, with_zones=False)
    ready = with_volume(prepared_of(found)[0])
    if isinstance(ready.whole_volume, str):
        tongue.note(f"CANNOT TELL: the operational volume cannot be worked out: {ready.whole_volume}")
        return UNKNOWN
    _print(tongue.said(report.render(ready, format_), format_), output, found)
    return SOUND


def with_volume(ready: Prepared) -> Prepared:
    """A mission with its volume, by the defaults where it states none."""
    if ready.volume is not None:
        return ready
    from dronectl.volumes import volume_of

    tongue.note("note: the mission states no volumes: worked out with the defaults, buffer 1:1")
    mission = replace(ready.mission, volumes=VolumePlan())
    return replace(ready, mission=mission, volume=volume_of(mission, ready.bare, ready.aircraft))


def permits(missions: Sequence[str], asked: Asked, now: str | None, format_: str, output: str | None) -> int:
    """The flight-plan requests that missions owe; 1 where a deadline has passed, 3 where something is not known."""
    from dronectl.encounter import COVERED_M
    from dronectl.flightplans import owed
    from dronectl.reports import requests as report

    require_format(format_, report.FORMATS)
    clock = moment(now, "--now")
    found = gathered(missions, asked, reach_m=COVERED_M)
    zones = [zone for file in found.files for zone in file.zones]
    try:
        made = owed(prepared_of(found), zones, found.house.packs)
    except LookupError as gap:
        tongue.note(f"CANNOT TELL: {gap}")
        return UNKNOWN
    clock = time.time() if clock is None else clock
    _print(report.render(made, clock, format_, tongue.teller()), output, found)
    if report.late(made, clock):
        return FAULT
    return SOUND if made.decided else UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """What the applicant states for a SORA, as the flags give it."""

    edition: str
    population: str | None
    per_cell: bool
    mitigations: Sequence[str]
    airspace: Sequence[str]
    row: str
    vlos: bool | None
    sheltered: bool


def sora(mission: str, asked: Asked, stated: Statements, format_: str, output: str | None) -> int:
    """The SORA of one mission; 1 outside its scope, 3 where an input is missing."""
    from dronectl import assessment
    from dronectl.encounter import COVERED_M
    from dronectl.reports import sora as report

    require_format(format_, report.FORMATS)
    if stated.edition not in tables.EDITIONS:
        raise UsageError(f"--edition {stated.edition!r} is none of {', '.join(tables.EDITIONS)}")
    given = assessment.Given(
        edition=stated.edition,
        mitigations=_pairs(stated.mitigations, "--mitigation", "m1a=low"),
        airspace=_facts(stated.airspace),
        row=stated.row,
        vlos=stated.vlos,
        sheltered=stated.sheltered,
    )
    found = gathered([mission], asked, reach_m=COVERED_M)
    ready = prepared_of(found)[0]
    people = people_of(ready, stated.population, stated.edition, per_cell=stated.per_cell)
    zones = [zone for file in found.files for zone in file.zones]
    try:
        made = assessment.assess(ready, zones, found.house, people, given)
    except ValueError as error:
        raise UsageError(str(error)) from None
    _print(report.render(made, format_, tongue.teller()), output, found)
    return {"in-scope": SOUND, "outside": FAULT, "unknown": UNKNOWN}[made.outcome]


def people_of(ready: Prepared, population: str | None, edition: str, *, per_cell: bool) -> People | None:
    """The people where a SORA asks about them; None without a file, or where it asks about no area."""
    from dronectl import assessment
    from dronectl.readers.population import read_population

    area = assessment.area_asked(ready, edition) if population is not None else None
    return read_population(population, area, per_cell=per_cell) if population is not None and area is not None else None


def _pairs(words: Sequence[str], option: str, example: str) -> dict[str, str]:
    made: dict[str, str] = {}
    for entry in words:
        name, sign, value = entry.partition("=")
        if not sign or not name or not value:
            raise UsageError(f"{option} {entry!r}: write NAME=LEVEL, such as {example}")
        made[name.lower()] = value.lower()
    return made


def _facts(words: Sequence[str]) -> Mapping[str, bool]:
    from dronectl.assessment import FACTS

    made: dict[str, bool] = {}
    for entry in words:
        name, sign, value = entry.partition("=")
        if name not in FACTS or (sign and value not in ("yes", "no")):
            raise UsageError(f"--airspace {entry!r}: write NAME, or NAME=no, with one of {', '.join(FACTS)}")
        made[name] = value != "no"
    return made


def gathered(missions: Sequence[str], asked: Asked, *, with_zones: bool = True, reach_m: float = REACH_M) -> Gathered:
    """All that a question is asked of. Raises `InputError` with the faults of all files."""
    chosen = settings()
    datum = alt_datum_of(chosen.word("alt_datum", asked.alt_datum))
    found = gather(
        missions,
        chosen,
        asked.zones,
        Reading(rtl_alt_m=None, alt_datum=datum, mapping=None),
        reach_m,
        with_zones=with_zones,
        at=asked.at,
        ground=Ground(
            terrain=asked.terrain,
            surface=asked.surface,
            takeoff_elevation=asked.takeoff_elevation,
            terrain_error=asked.terrain_error,
        ),
        packs=asked.packs,
        operator=asked.operator,
        layers=asked.layers,
        about=asked.about,
    )
    if found.faults:
        raise InputError(found.faults)
    return found


def prepared_of(found: Gathered) -> list[Prepared]:
    """The missions with their courses and volumes."""
    return [prepared(mission, found.models, found.house) for mission in found.missions]


def _print(text: str, output: str | None, found: Gathered) -> None:
    print_made(text, output, [m.path for m in found.missions] + [f.dataset.path for f in found.files])


def print_made(made: str | bytes, output: str | None, inputs: Sequence[str]) -> None:
    """Write what was made to stdout or to a file that is no input."""
    if output is None:
        print_whole(made)
        return
    refuse_input(output, inputs)
    write_bytes(output, made if isinstance(made, bytes) else made.encode())


def require_format(format_: str, known: Sequence[str]) -> None:
    """Refuse a format that a command does not have."""
    if format_ not in known:
        raise UsageError(f"{format_!r} is no format; use one of {', '.join(known)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """What the flags say of the camera; it stands before the mission's own words."""

    payload: str
    lens: str
    video: str
    eq_mm: float | None
    pitch_deg: float | None
    yaw: str


def camera(mission: str, asked: Asked, lens: Lens, format_: str, output: str | None) -> int:
    """What the camera of one mission sees; 1 where a privacy zone or a home is in view, 3 where that is not known."""
    from dronectl.reports import camera as report
    from dronectl.viewing import viewing

    require_format(format_, report.FORMATS)
    stated = _camera(lens)
    found = gathered([mission], asked, reach_m=CAMERA_REACH_M)
    flown = found.only
    flown = replace(flown, camera={**(flown.camera or {}), **stated})
    flown = replace(flown, flights=tuple(_aimed_anew(flight, stated) for flight in flown.flights))
    ready = prepared(flown, found.models, found.house)
    zones = [zone for file in found.files for zone in file.zones]
    layer = found.house.layers.get("homes")
    made = viewing(ready, zones, layer.zones if layer else None, found.house.cameras)
    if isinstance(made, str):
        tongue.note(f"CANNOT TELL: {made}")
        return UNKNOWN
    _print(tongue.said(report.render(made, ready, format_), format_), output, found)
    if made.homes or any(one.sighting.sure_at(one.limit) for one in made.zones):
        return FAULT
    return UNKNOWN if made.zones else SOUND


def _aimed_anew(flight: Flight, stated: Mapping[str, object]) -> Flight:
    """A flight whose gimbal looks as a flag says, in place of its own words."""
    pitch = () if "pitch_deg" in stated else flight.gimbal_pitch_deg
    yaw = () if "yaw_deg" in stated else flight.gimbal_yaw_deg
    return replace(flight, gimbal_pitch_deg=pitch, gimbal_yaw_deg=yaw)


def _camera(lens: Lens) -> dict[str, object]:
    made: dict[str, object] = {}
    for name, value in (
        ("payload", lens.payload),
        ("lens", lens.lens),
        ("eq_mm", lens.eq_mm),
        ("pitch_deg", lens.pitch_deg),
    ):
        if value not in (None, ""):
            made[name] = value
    if lens.eq_mm is not None and not finite(lens.eq_mm, "--zoom") > 0:
        raise UsageError("--zoom must be above 0")
    if lens.pitch_deg is not None and not -90 <= lens.pitch_deg <= 90:
        raise UsageError("--pitch lies between -90 (down) and 90 degrees")
    if lens.yaw:
        try:
            made["yaw_deg"] = "course" if lens.yaw == "course" else finite(float(lens.yaw), "--yaw")
        except ValueError:
            raise UsageError(f"--yaw {lens.yaw!r}: give degrees from north, or course") from None
    if lens.video:
        made["video"] = list(frame_of(lens.video, "--video"))
    return made
