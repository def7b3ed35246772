"""All that a question about missions is asked of: missions, zones, permits, models, the rules of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from dronectl import bundled
from dronectl.check import standing_at, start_at
from dronectl.cli import tongue
from dronectl.cli.progress import reading_progress
from dronectl.config import Settings, cache_folder, settings
from dronectl.errors import Fault, InputError, UsageError
from dronectl.folders import all_in
from dronectl.heights import Models, open_models, require_possible
from dronectl.house import House
from dronectl.law import Pack
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.permit import Permit
from dronectl.reaching import reach_m as reach_of
from dronectl.readers import read_mission, read_zones, surroundings
from dronectl.readers.moments import Clockwork
from dronectl.readers.source import STDIN
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Restriction, ZoneFile

LAYER_REACH_M = 50_000.0  # features of the ground farther away are counted and not kept
FLOWN = frozenset({
    ".geojson", ".json", ".plan", ".mission", ".waypoints", ".txt", ".kmz", ".kml", ".wpml", ".csv", ".gpx", ".ulg", ".bin",
    ".tlog", ".srt", ".igc",
})  # of missions and logs in a folder  # fmt: skip

BESIDE = frozenset({
    ".md", ".pdf", ".html", ".png", ".jpg", ".jpeg", ".dng", ".mp4", ".mov", ".toml", ".qml", ".dossier", ".docx", ".xlsx",
})  # of what lies beside missions and is none, as everybody knows  # fmt: skip
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the user says of files that leave it open."""

    rtl_alt_m: float | None
    alt_datum: Datum | None
    mapping: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Terrain, geoid and the take-off point, as the flags give them."""

    terrain: Sequence[str] = ()
    surface: Sequence[str] = ()
    terrain_error: float | None = None
    geoid: str | None = None
    geoid_error: float | None = None
    qnh: float | None = None
    takeoff_elevation: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a question about missions is asked of, with the faults of all files together."""

    missions: list[Mission]
    files: list[ZoneFile]
    house: House
    models: Models
    faults: list[Fault]
    reach_m: float | None = None
    """How far from a mission the question asks about zones; None where it asks about all."""
    beside: tuple[str, ...] = ()
    """What else was read: fences, what is known of the missions, what columns mean."""

    @property
    def only(self) -> Mission:
        """The one mission; a `UsageError` where a folder held several, of which none is more asked about than another."""
        if len(self.missions) != 1:
            raise UsageError(f"this is asked of one mission, and there are {len(self.missions)}: name the file of one")
        return self.missions[0]


def gather(
    missions: Sequence[str],
    chosen: Settings,
    zones: Sequence[str] | None,
    reading: Reading,
    reach_m: float | None,
    *,
    room_m: float = 0.0,
    at: str | None,
    with_zones: bool = True,
    fence: Sequence[str] = (),
    ground: Ground,
    packs: Sequence[str],
    operator: Sequence[str],
    layers: Sequence[str],
    about: str | None,
    shipped: Sequence[Pack] | None = None,
) -> Gathered:
    """Read missions, zones, and what belongs to them.

    Zones farther than `reach_m` from every mission need not be read whole, unless they lie within `room_m` more.
    """
    start = moment(at, "--at")
    elevation = ground.takeoff_elevation
    flown, faults = _missions(missions, reading)
    flown = [_fenced(mission, fence, faults) for mission in flown]
    flown = [_told(mission, about, faults) for mission in flown]
    house, house_faults = house_of(chosen, packs, operator, layers, flown, shipped)
    faults.extend(house_faults)
    models, model_faults = models_of(chosen, ground)
    if start is not None:
        flown = [start_at(mission, start) for mission in flown]
    if elevation is not None:
        flown = [standing_at(mission, elevation) for mission in flown]
    files: list[ZoneFile] = []
    if with_zones:
        paths = chosen.paths("zones", list(zones or []))
        if list(missions).count(STDIN) + paths.count(STDIN) > 1:
            raise UsageError("- (stdin) can be read once only")
        if reach_m is not None:
            reach_m += max((reach_of(mission, models, house) for mission in flown), default=0.0)
        files = _zones(paths, flown, chosen, reading, None if reach_m is None else reach_m + room_m, faults)
    faults.extend(model_faults)
    beside = (*fence, *(path for path in (about, reading.mapping) if path is not None))
    return Gathered(
        missions=flown, files=files, house=house, models=models, faults=faults, reach_m=reach_m, beside=beside
    )


def _in_folder(path: str) -> list[str]:
    """The mission files and logs in a folder and below it, by name; a file is itself."""
    folder = Path(path)
    if path == STDIN or not folder.is_dir():
        return [path]
    found = all_in(folder)
    left = [file.name for file in found if file.suffix.lower() not in FLOWN | BESIDE]
    if left:
        named = ", ".join([*left[:MOST_NAMED], *(["..."] if len(left) > MOST_NAMED else [])])
        tongue.note(f"note: left out of {path}, since their names are those of no mission: {named}")
    return [str(file) for file in found if file.suffix.lower() in FLOWN] or [path]


def _missions(paths: Sequence[str], reading: Reading) -> tuple[list[Mission], list[Fault]]:
    """All missions, and the faults of all of them together."""
    faults: list[Fault] = []
    flown: list[Mission] = []
    if list(paths).count(STDIN) > 1:
        raise UsageError("- (stdin) can be read once only")
    for path in dict.fromkeys(inner for given in paths for inner in _in_folder(given)):
        try:
            with reading_progress() as progress:
                flown.append(
                    read_mission(path, rtl_alt_m=reading.rtl_alt_m, alt_datum=reading.alt_datum, progress=progress)
                )
        except InputError as error:
            faults.extend(error.faults)
    return flown, faults


def _zones(
    paths: Sequence[str],
    missions: Sequence[Mission],
    chosen: Settings,
    reading: Reading,
    reach_m: float | None,
    faults: list[Fault],
) -> list[ZoneFile]:
    """All zone files; zones beyond `reach_m` metres need not be read whole, None reads every zone."""
    try:
        around = surroundings(missions, reach_m) if reach_m is not None else None
        kept = cache_folder(settings())  # where it lies is no part of the question
        return read_zones(paths, around=around, mapping=reading.mapping, classes=classes_of(chosen), cache=kept)
    except InputError as error:
        faults.extend(error.faults)
        return []


def _fenced(mission: Mission, paths: Sequence[str], faults: list[Fault]) -> Mission:
    """The mission with the fences of some files beside its own."""
    for path in paths:
        from dronectl.readers.fence_files import read_fence

        try:
            outside, inside, remarks = read_fence(path)
        except InputError as error:
            faults.extend(error.faults)
            continue
        mission = replace(
            mission,
            fence=(*mission.fence, *outside),
            fence_inside=(*mission.fence_inside, *inside),
            remarks=(*mission.remarks, *remarks),
        )
    return mission


def _told(mission: Mission, about: str | None, faults: list[Fault]) -> Mission:
    """The mission with what a file states of it."""
    if about is None:
        return mission
    from dronectl.readers.about import read_about

    try:
        return read_about(about, mission)
    except InputError as error:
        faults.extend(error.faults)
        return mission


def house_of(
    chosen: Settings,
    packs: Sequence[str],
    operator: Sequence[str],
    layers: Sequence[str],
    missions: Sequence[Mission],
    shipped: Sequence[Pack] | None = None,
) -> tuple[House, list[Fault]]:
    """What the operator adds to a check, from flags and settings, with the faults of the files.

    `shipped` stands for the packs that ship.
    """
    faults: list[Fault] = []
    asked_packs, crew_files = chosen.packs(packs), chosen.paths("operator", list(operator))
    files: dict[str, list[str]] = {}
    for words in chosen.layers(layers):
        name, _, path = words.partition("=")
        files.setdefault(name, []).append(path)
    house = House() if shipped is None else House(packs=shipped)
    if asked_packs:
        from dronectl.readers.packs import read_packs

        try:
            found, asked = read_packs(asked_packs, shipped)
            house = replace(house, packs=found, asked=asked)
        except InputError as error:
            faults.extend(error.faults)
    if crew_files:
        from dronectl.readers.crew import read_crew

        try:
            house = replace(house, crew=read_crew(crew_files))
        except InputError as error:
            faults.extend(error.faults)
    if files:
        from dronectl.readers.layers import read_layer

        made = {}
        around = surroundings(missions, LAYER_REACH_M) if missions else None
        for name, paths in files.items():
            try:
                made[name] = read_layer(name, paths, around)
            except InputError as error:
                faults.extend(error.faults)
        house = replace(house, layers=made)
    return house, faults


def classes_of(chosen: Settings) -> dict[str, Restriction]:
    """What the settings say of classes of airspace."""
    return {kind: Restriction(word) for kind, word in chosen.table("airspace").items()}


def alt_datum_of(word: str | None) -> Datum | None:
    """The datum that the user states for heights without one."""
    if word is None:
        return None
    if word.upper() not in ("AGL", "AMSL", "WGS84", "TAKEOFF"):
        raise UsageError(f"--alt-datum {word!r} is none of AGL, AMSL, WGS84 and TAKEOFF")
    return Datum(word.upper())


def models_of(chosen: Settings, ground: Ground) -> tuple[Models, list[Fault]]:
    """The terrain and geoid that the flags or the settings name, with the faults of their files."""
    try:
        return open_models(**model_files_of(chosen, ground)), []
    except InputError as error:
        return Models(), list(error.faults)


def model_files_of(chosen: Settings, ground: Ground) -> dict[str, Any]:
    """What `open_models` is to be called with, as the flags or the settings say it: files, errors, pressure."""
    flags = {"terrain_error_m": ground.terrain_error, "geoid_error_m": ground.geoid_error, "qnh_hpa": ground.qnh}
    figures = {name: chosen.number(name, flag) for name, flag in flags.items()}
    require_possible(**figures)
    return {
        "terrain": chosen.paths("terrain", list(ground.terrain)), "surface": chosen.paths("surface", list(ground.surface)),
        "geoid": chosen.path("geoid", ground.geoid), **figures,
    }  # fmt: skip


def finite(value: float, name: str) -> float:
    """A number that is one."""
    if not isfinite(value):
        raise UsageError(f"{name} must be a number")
    return value


def from_0(value: float, name: str) -> float:
    """A number that is not below 0."""
    if finite(value, name) < 0:
        raise UsageError(f"{name} must be 0 or more")
    return value


def permits_of(paths: Sequence[str], missions: Sequence[Mission]) -> tuple[list[Permit], list[Fault]]:
    """The permits that were given, and those that the missions name, relative to their files."""
    wanted = list(paths)
    for mission in missions:
        folder = Path() if mission.path == STDIN else bundled.resolve(mission.path).parent
        for path in mission.permits:
            near = folder / path
            shown = bundled.named(near) if mission.path.startswith(bundled.PREFIX) else str(near)
            wanted.append(shown)
    if not wanted:
        return [], []
    from dronectl.readers.permits import read_permit

    found: list[Permit] = []
    faults: list[Fault] = []
    for path in dict.fromkeys(wanted):
        try:
            found.append(read_permit(path))
        except InputError as error:
            faults.extend(error.faults)
    return found, faults


def in_utc(words: str | None, option: str) -> str | None:
    """A time from the command line as it is meant, in UTC."""
    made = moment(words, option)
    return None if made is None else datetime.fromtimestamp(made, UTC).isoformat()


def moment(words: str | None, option: str) -> float | None:
    """A time from the command line, seconds since 1970 (UTC)."""
    if words is None:
        return None
    clock = Clockwork()
    made = clock.read(words, Where(option))
    if clock.faults:
        raise UsageError("; ".join(str(fault) for fault in clock.faults))
    if clock.naive:
        tongue.note(f"note: {option} {words} is read as Europe/Amsterdam local time")
    return made
