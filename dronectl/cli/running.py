"""What `check` does: read, ask, write, and the exit code."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from dronectl import bundled
from dronectl.check import Input, Report, require_finite, standing_at, start_at
from dronectl.check import check as run_check
from dronectl.cli.progress import reading_progress
from dronectl.config import LAYERS, Settings, settings
from dronectl.errors import Fault, InputError, UsageError
from dronectl.finding import Severity, Status, Verdict
from dronectl.heights import Models, open_models
from dronectl.house import House
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.permit import Permit
from dronectl.readers import read_mission, read_zones, surroundings
from dronectl.readers.moments import Clockwork
from dronectl.readers.source import STDIN
from dronectl.reports import as_text, formats, renderer
from dronectl.reports.speech import LANGUAGES
from dronectl.rules import Options, catalogue
from dronectl.where import Where
from dronectl.zone import Restriction, ZoneFile

EXIT = {Verdict.CLEAR: 0, Verdict.VIOLATION: 1, Verdict.UNDECIDED: 3}
LAYER_REACH_M = 50_000.0  # features of the ground farther away are counted and not kept
CAMERA_REACH_M = 10_000.0  # beyond it no lens of the catalogue tells people apart
LOWEST_QNH, HIGHEST_QNH = 850.0, 1100.0  # beyond all that was ever measured at sea level, 870 to 1085 hPa: WMO
FLOWN = frozenset({
    ".geojson", ".json", ".plan", ".mission", ".waypoints", ".txt", ".kmz", ".kml", ".wpml", ".csv", ".gpx", ".ulg", ".bin",
    ".tlog", ".srt", ".igc",
})  # of missions and logs in a folder  # fmt: skip
SUFFIXES = {
    ".json": "json", ".geojson": "geojson", ".html": "html", ".htm": "html", ".txt": "text", ".sarif": "sarif",
    ".xml": "junit", ".csv": "csv", ".md": "md", ".kml": "kml", ".kmz": "kmz", ".gpkg": "gpkg", ".pdf": "pdf", ".qml": "qml",
}  # fmt: skip


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


def check(
    missions: Sequence[str],
    *,
    zones: Sequence[str] | None,
    permits: Sequence[str],
    at: str | None,
    now: str | None,
    terrain: Sequence[str],
    surface: Sequence[str],
    terrain_error: float | None,
    geoid: str | None,
    geoid_error: float | None,
    takeoff_elevation: float | None,
    qnh: float | None,
    margin: float | None,
    near: float | None,
    rtl_alt: float | None,
    alt_datum: str | None,
    mapping: str | None,
    fence: Sequence[str],
    max_age: float | None,
    covers: bool,
    packs: Sequence[str],
    operator: Sequence[str],
    layers: Sequence[str],
    about: str | None,
    strict: bool,
    hide_waived: bool,
    select: Sequence[str],
    ignore: Sequence[str],
    warn: bool,
    fail_on: str,
    explain_decision: str | None,
    timeline: bool,
    format_: str | None,
    output: str | None,
    lang: str | None,
    basemap: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Check missions and write the report; the exit code of the verdict."""
    chosen = settings()
    options = Options(
        margin_m=chosen.number("margin_m", margin) or 0.0,
        near_m=chosen.number("near_m", near) or 0.0,
        now=moment(now, "--now"),
        max_age_days=chosen.number("max_age_days", max_age),
        covers=covers,
        strict=chosen.flag("strict", strict),
        lang=language(chosen.word("lang", lang)),
        select=tuple(select),
        ignore=tuple(ignore),
    )
    require_finite(options)
    require_rules([*select, *ignore])
    name = format_name(format_, output)
    reach = max(options.near_m, options.margin_m)
    ground = Ground(
        terrain=terrain, surface=surface, terrain_error=terrain_error, geoid=geoid, geoid_error=geoid_error, qnh=qnh,
        takeoff_elevation=takeoff_elevation,
    )  # fmt: skip
    reading = Reading(rtl_alt_m=rtl_alt, alt_datum=alt_datum_of(chosen.word("alt_datum", alt_datum)), mapping=mapping)
    found = gather(
        missions, chosen, zones, reading, reach if explain_decision is None else None, at=at, fence=fence, ground=ground,
        packs=packs, operator=operator, layers=layers, about=about,
    )  # fmt: skip
    flown, files, house, models, faults = found.missions, found.files, found.house, found.models, found.faults
    given, permit_faults = permits_of(permits, flown)
    faults.extend(permit_faults)
    if faults:
        raise InputError(faults)
    if output not in (None, STDIN):
        assert output is not None
        named = [m.path for m in flown] + [f.dataset.path for f in files] + [p.path for p in given]
        named += (
            [path for path, _ in house.crew.files] + [pack.path for pack in house.packs] + ([about] if about else [])
        )
        named += [path for layer in house.layers.values() for path, _, _ in layer.files]
        refuse_input(output, named + models.paths)
    report = run_check(flown, files, given, options, models, house)
    report = drawn_over(report, chosen.path("basemap", basemap), output)
    text: str | bytes
    if explain_decision is not None:
        text = _explained(report, files, explain_decision, format_)
    elif timeline:
        if format_ not in (None, "text"):
            raise UsageError("--timeline prints text only")
        from dronectl.reports import timeline as bar

        text = bar.render(report) + as_text.render(report, quiet=True)
    elif name == "text":
        terminal = output is None and sys.stdout.isatty() and not no_color and "NO_COLOR" not in os.environ
        text = as_text.render(report, colour=terminal, quiet=quiet, full=verbose, hide_waived=hide_waived)
    else:
        text = renderer(name)(report)
    if output in (None, STDIN):
        print_whole(text)
    else:
        assert output is not None
        write_bytes(output, text if isinstance(text, bytes) else text.encode())
        print(as_text.render(report, quiet=True), end="", file=sys.stderr)
    return _exit(report, fail_on, warn=warn)


def _exit(report: Report, fail_on: str, *, warn: bool) -> int:
    """The exit code of a verdict, as the user weighs warnings and what could not be decided."""
    if report.verdict is Verdict.UNDECIDED and fail_on == "undecided":
        return EXIT[Verdict.VIOLATION]
    warned = any(
        finding.status is Status.FAILED and finding.severity is Severity.WARNING
        for result in report.results
        for finding in result.findings
    )
    if fail_on == "warning" and warned:
        return EXIT[Verdict.VIOLATION]
    return 0 if warn and report.verdict is Verdict.UNDECIDED else EXIT[report.verdict]


def drawn_over(report: Report, path: str | None, output: str | None) -> Report:
    """The report with its maps drawn over a file, which is told among the inputs."""
    if path is None:
        return report
    from dronectl.readers.basemap import Basemap

    if output is not None:
        refuse_input(output, [path])
    drawn = Basemap.of(path)
    told = Input(role="basemap", path=path, sha256=drawn.sha256, items=1, what=drawn.kind)
    return replace(report, basemap=drawn, inputs=(*report.inputs, told))


def language(word: str | None) -> str:
    """The language of a report: `en` or `nl`."""
    if word not in LANGUAGES:
        raise UsageError(f"{word!r} is no language of reports; use one of {', '.join(LANGUAGES)}")
    return str(word)


def print_whole(made: str | bytes) -> None:
    """Write a report to stdout; bytes never to a terminal."""
    if isinstance(made, str):
        sys.stdout.write(made)
        return
    if sys.stdout.isatty():
        raise UsageError("this format is no text: give a file to write it to (-o FILE)")
    sys.stdout.flush()
    sys.stdout.buffer.write(made)


def gather(
    missions: Sequence[str],
    chosen: Settings,
    zones: Sequence[str] | None,
    reading: Reading,
    reach_m: float | None,
    *,
    at: str | None,
    with_zones: bool = True,
    fence: Sequence[str] = (),
    ground: Ground,
    packs: Sequence[str],
    operator: Sequence[str],
    layers: Sequence[str],
    about: str | None,
) -> Gathered:
    """Read missions, zones, and what belongs to them."""
    start = moment(at, "--at")
    elevation = ground.takeoff_elevation
    if elevation is not None:
        finite(elevation, "--takeoff-elevation")
    flown, faults = _missions(missions, reading)
    files: list[ZoneFile] = []
    if with_zones:
        paths = chosen.paths("zones", list(zones or []))
        if list(missions).count(STDIN) + paths.count(STDIN) > 1:
            raise UsageError("- (stdin) can be read once only")
        files = _zones(paths, flown, chosen, reading, reach_m, faults)
    flown = [_fenced(mission, fence, faults) for mission in flown]
    flown = [_told(mission, about, faults) for mission in flown]
    house, house_faults = house_of(chosen, packs, operator, layers, flown)
    models, model_faults = _models(chosen, ground)
    faults.extend([*house_faults, *model_faults])
    if start is not None:
        flown = [start_at(mission, start) for mission in flown]
    if elevation is not None:
        flown = [standing_at(mission, elevation) for mission in flown]
    return Gathered(missions=flown, files=files, house=house, models=models, faults=faults)


def _in_folder(path: str) -> list[str]:
    """The mission files and logs in a folder and below it, by name; a file is itself."""
    folder = Path(path)
    if path == STDIN or not folder.is_dir():
        return [path]
    found = [str(file) for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix.lower() in FLOWN]
    return found or [path]


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
        if reach_m is not None and any(mission.camera is not None for mission in missions):
            reach_m = max(reach_m, CAMERA_REACH_M)
        around = surroundings(missions, reach_m) if reach_m is not None else None
        return read_zones(paths, around=around, mapping=reading.mapping, classes=classes_of(chosen))
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
    chosen: Settings, packs: Sequence[str], operator: Sequence[str], layers: Sequence[str], missions: Sequence[Mission]
) -> tuple[House, list[Fault]]:
    """What the operator adds to a check, from flags and settings, with the faults of the files."""
    faults: list[Fault] = []
    asked_packs, crew_files = chosen.paths("packs", list(packs)), chosen.paths("operator", list(operator))
    files: dict[str, list[str]] = {}
    for words in layers:
        name, _, path = words.partition("=")
        if name not in LAYERS or not path:
            raise UsageError(f"--layer {words!r}: write NAME=FILE, with one of {', '.join(LAYERS)}")
        files.setdefault(name, []).append(path)
    for name, path in chosen.table("layers").items():
        files.setdefault(name, [path])
    house = House()
    if asked_packs:
        from dronectl.readers.packs import read_packs

        try:
            found, asked = read_packs(asked_packs)
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
        around = surroundings(missions, LAYER_REACH_M)
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


def _explained(report: Report, files: Sequence[ZoneFile], identifier: str, format_: str | None) -> str:
    """How the answer about the zones with an identifier came about."""
    from dronectl.reports import decision

    if format_ not in (None, "text"):
        raise UsageError("--explain-decision prints text only")
    zones = [zone for file in files for zone in file.zones]
    found = [zone for zone in zones if zone.id.lower() == identifier.lower()]
    if not found:
        close = sorted({zone.id for zone in zones if identifier.lower() in f"{zone.id} {zone.name}".lower()})
        near = ", ".join(close[:8]) or ", ".join(zone.id for zone in report.zones[:8])
        raise UsageError(f"{identifier!r} is none of the zones" + (f"; did you mean {near}" if near else ""))
    return decision.render(report, found)


def _models(chosen: Settings, ground: Ground) -> tuple[Models, list[Fault]]:
    """The terrain and geoid that the flags or the settings name, with the faults of their files."""
    errors = {}
    for name, flag in (("terrain_error_m", ground.terrain_error), ("geoid_error_m", ground.geoid_error)):
        value = chosen.number(name, flag)
        if value is not None and finite(value, name) < 0:
            raise UsageError(f"{name} must be 0 metres or more")
        errors[name] = value
    pressure = chosen.number("qnh_hpa", ground.qnh)
    if pressure is not None and not LOWEST_QNH <= finite(pressure, "--qnh") <= HIGHEST_QNH:
        raise UsageError(f"--qnh must lie between {LOWEST_QNH:g} and {HIGHEST_QNH:g} hPa")
    try:
        models = open_models(chosen.paths("terrain", list(ground.terrain)),
                             surface=chosen.paths("surface", list(ground.surface)), geoid=chosen.path("geoid", ground.geoid),
                             qnh_hpa=pressure, **errors)  # fmt: skip
    except InputError as error:
        return Models(), list(error.faults)
    return models, []


def finite(value: float, name: str) -> float:
    """A number that is one."""
    if not isfinite(value):
        raise UsageError(f"{name} must be a number")
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


def moment(words: str | None, option: str) -> float | None:
    """A time from the command line, seconds since 1970 (UTC)."""
    if words is None:
        return None
    clock = Clockwork()
    made = clock.read(words, Where(option))
    if clock.faults:
        raise UsageError("; ".join(str(fault) for fault in clock.faults))
    if clock.naive:
        print(f"note: {option} {words} is read as Europe/Amsterdam local time", file=sys.stderr)
    return made


def require_rules(codes: Sequence[str]) -> None:
    """Refuse codes that stand for no rule: a typing mistake must not pass for a choice."""
    for code in codes:
        if not any(rule.code.startswith(code.upper()) for rule in catalogue()) or not code:
            raise UsageError(f"{code!r} is no rule or family; `dronectl rules` lists them")


def format_name(format_: str | None, output: str | None) -> str:
    """The format that was asked for, or that the output file's suffix stands for."""
    name = format_ or (SUFFIXES.get(Path(output).suffix.lower(), "text") if output else "text")
    if name not in formats():
        raise UsageError(f"{name!r} is no format; use one of {', '.join(formats())}")
    return name


def refuse_input(output: str, inputs: Sequence[str]) -> None:
    """An output never overwrites an input."""
    target = Path(output)
    for path in inputs:
        source = bundled.resolve(path)
        same = target.exists() and source.exists() and target.samefile(source)
        if same or target.resolve() == source.resolve():
            raise UsageError(f"{output} is an input of this check: write the report somewhere else")


def write(output: str, text: str) -> None:
    """Write a text whole or not at all."""
    write_bytes(output, text.encode())


def write_bytes(output: str, data: bytes) -> None:
    """Write a file whole or not at all."""
    target = Path(output)
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "is a folder")
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror or error}") from None
