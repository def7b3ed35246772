"""What `plan` does: make a mission, check it, lead it round zones until it is cleared, write it and read it back."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dronectl import bundled, camera
from dronectl.camera import Lens
from dronectl.cli import tongue
from dronectl.cli.applying import require_format
from dronectl.cli.gathering import alt_datum_of, classes_of, finite, in_utc, moment
from dronectl.cli.question import Answer, Question, question_of, read_by
from dronectl.cli.reading_back import require_suffix, write_mission
from dronectl.cli.running import EXIT
from dronectl.cli.seeking import Ask, sought
from dronectl.cli.standing import around_crowd
from dronectl.cli.wording import frame_of, place_of, sights_of
from dronectl.cli.writing import refuse_input, write_bytes
from dronectl.config import settings
from dronectl.errors import UsageError
from dronectl.geometry.coverage import Strips
from dronectl.measures import Datum
from dronectl.mission import Flight
from dronectl.planning import Photos, Planned, Survey, Wishes, new_mission, observe, perimeter, plan, route, survey
from dronectl.readers import read_zones
from dronectl.readers.layers import read_layer
from dronectl.records import dataclass
from dronectl.reports import plan as report
from dronectl.standoff import Band, Here, best, stands
from dronectl.suggesting import MOST_MOVED_M
from dronectl.writers.missions import geojson
from dronectl.zone import Footprint, Zone, ZoneFile

NOTHING = 1
HIGHEST_M = 10_000.0
ZONE_FILES = (".kml", ".kmz", ".plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the commands that plan share, as the flags give it."""

    zones: Sequence[str]
    permits: Sequence[str]
    operator: Sequence[str]
    layers: Sequence[str]
    packs: Sequence[str]
    terrain: Sequence[str]
    about: str | None
    start: str | None
    takeoff: str
    takeoff_elevation: float | None
    datum: str
    speed: float
    margin: float | None
    category: str
    aircraft: str
    name: str
    format_: str
    output: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """How an area is photographed, as the flags give it."""

    gsd_cm: float | None
    height: float | None
    lens: str
    photo: str
    hfov: float | None
    side: float
    front: float
    angle: float | None


def plan_route(begin: str, end: str, via: Sequence[str], height: float, asked: Asked) -> int:
    """A way from place to place."""
    wishes = _wishes(asked, height)
    places = [
        place_of(words, option) for words, option in ((begin, "--from"), *((w, "--via") for w in via), (end, "--to"))
    ]
    return _run("route", route(places, wishes), wishes, asked)


def plan_perimeter(area: str, off: float, height: float, asked: Asked) -> int:
    """A way round an area."""
    wishes = _wishes(asked, height)
    shape = _area(area)
    try:
        flight = perimeter(shape, finite(off, "--off"), wishes)
    except ValueError as error:
        raise UsageError(f"{area}: {error}") from None
    return _run("perimeter", flight, wishes, asked, read=[area], moved_m=MOST_MOVED_M)


def plan_survey(area: str, shots: Shots, asked: Asked) -> int:
    """Photos of a whole area."""
    shape, photos = _area(area), _photos(shots, asked)
    wishes = _wishes(asked, photos.height_m)
    angle = None if shots.angle is None else finite(shots.angle, "--angle")
    wanted = Survey(area=shape, photos=photos, angle_deg=angle)
    made = survey(wanted, wishes)
    if isinstance(made, str):
        raise UsageError(f"{area}: {made}")
    return _run("survey", made[0], wishes, asked, read=[area], whole=wanted, strips=made[1])


def plan_observe(
    path: str, crowd: str, lens: str, video: str, heights: Sequence[float], minutes: float, asked: Asked
) -> int:
    """To the best stand off a crowd, and home."""
    wishes = _wishes(asked, heights[0] if heights else 60.0)
    if wishes.takeoff is None:
        raise UsageError("say where it takes off: --takeoff LON,LAT")
    if not finite(minutes, "--minutes") > 0:
        raise UsageError("--minutes must be above 0")
    own = read_zones([path], classes=classes_of(settings()))
    zone = _crowd(own, path, crowd)
    taken = settings().paths("zones", list(asked.zones))
    others = read_zones(taken, classes=classes_of(settings()))
    known = Path(path).resolve() in {bundled.resolve(file.dataset.path).resolve() for file in others}
    span = None if wishes.start is None else (wishes.start, wishes.start + minutes * 60)
    here = Here(zones=around_crowd(zone, [*others, *own]), span=span, takeoff=wishes.takeoff)
    try:
        found = best(stands(zone, zone.volumes[0], sights_of(lens, video), heights, [], Band(), here))
    except ValueError as error:
        tongue.note(f"CANNOT TELL: {error}")
        return 3
    if found is None or found.place is None:
        print(tongue.told("NOTHING FOUND: no place off the crowd fits (dronectl standoff tells why)"))
        return NOTHING
    wishes = replace(wishes, height_m=found.height_m)
    flight = observe(found.place, minutes * 60, wishes)
    return _run("observe", flight, wishes, replace(asked, zones=taken if known else [*taken, path]), read=[path])


def _run(
    kind: str, flight: Flight, wishes: Wishes, asked: Asked, *, read: Sequence[str] = (), whole: Survey | None = None,
    strips: Strips | None = None, moved_m: float = 0.0,
) -> int:  # fmt: skip
    require_format(asked.format_, report.FORMATS)
    require_suffix(asked.output)
    name = asked.name or kind
    mission = new_mission(name, name, flight, category=asked.category, aircraft=asked.aircraft)
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = str(Path(folder) / "plan.geojson")
        write_bytes(path, geojson.render(mission))
        question = _question(path, asked)

        def look(answer: Answer, checked: Ask) -> Planned | str:
            found = answer.found
            (raw,) = found.missions
            if asked.output is not None:
                refuse_input(asked.output, [*read_by(answer), *read])
            again = (whole, wishes) if whole is not None else None
            return plan(raw, checked, found.models, found.house, whole=again, moved_m=moved_m)

        answer, made = sought(question, look)
    if isinstance(made, str):
        print(tongue.told(f"NOTHING FOUND: {made}"))
        return NOTHING
    made = replace(made, strips=made.strips or strips)
    return _written(kind, made, whole, question, answer, asked)


def _written(kind: str, made: Planned, whole: Survey | None, question: Question, answer: Answer, asked: Asked) -> int:
    differs: list[str] = []
    if asked.output is not None:
        differs = write_mission(made.mission, asked.output, question, made.report)
    photos = whole.photos if whole is not None else None
    print(report.render(kind, made, photos, asked.output, asked.format_, tongue.teller()), end="")
    return NOTHING if differs else EXIT[made.report.verdict]


def _question(path: str, asked: Asked) -> Question:
    return question_of(
        settings(), [path], zones=tuple(asked.zones), permits=tuple(asked.permits), operator=tuple(asked.operator),
        layers=tuple(asked.layers), packs=tuple(asked.packs), terrain=tuple(asked.terrain), about=asked.about,
        takeoff_elevation_m=asked.takeoff_elevation, margin_m=asked.margin, now=in_utc(asked.start, "--start"),
    )  # fmt: skip


def _wishes(asked: Asked, height: float) -> Wishes:
    datum = alt_datum_of(asked.datum)
    if not 0 < finite(height, "--height") <= HIGHEST_M:
        raise UsageError(f"--height {height:g}: it must be above 0, and at most {HIGHEST_M:g} m")
    if not 0 < finite(asked.speed, "--speed") <= 100:
        raise UsageError("--speed must be above 0, and at most 100 m/s")
    if datum is None or datum not in (Datum.AGL, Datum.TAKEOFF):
        raise UsageError(f"--datum {asked.datum!r}: a new mission has heights over AGL or TAKEOFF")
    return Wishes(
        height_m=height, datum=datum, speed_mps=asked.speed, start=moment(asked.start, "--start"),
        takeoff=place_of(asked.takeoff, "--takeoff") if asked.takeoff else None,
    )  # fmt: skip


def _area(path: str) -> Footprint:
    """The one area of a file: GeoJSON, a table that GDAL opens, or a zone file."""
    zones: Sequence[Zone]
    if path.lower().endswith(ZONE_FILES):
        files: list[ZoneFile] = read_zones([path])
        zones = [zone for file in files for zone in file.zones]
    else:
        zones = read_layer("area", [path]).zones
    shapes = [volume for zone in zones for volume in zone.volumes]
    if len(shapes) != 1 or shapes[0].footprint is None or shapes[0].doubt:
        why = shapes[0].doubt if len(shapes) == 1 else f"{len(shapes)} areas"
        raise UsageError(f"{path} must hold one area: {why}")
    return shapes[0].footprint


def _crowd(files: Sequence[ZoneFile], path: str, identifier: str) -> Zone:
    crowds = [zone for file in files for zone in file.crowds]
    crowds = [zone for zone in crowds if not identifier or zone.id == identifier]
    if len(crowds) != 1 or len(crowds[0].volumes) != 1:
        raise UsageError(f"{path} must hold one crowd that stands in one place, or name it: --crowd ID")
    return crowds[0]


def _photos(shots: Shots, asked: Asked) -> Photos:
    for value, option in ((shots.side, "--side"), (shots.front, "--front")):
        if not 0 <= finite(value, option) <= 95:
            raise UsageError(f"{option} is a share of a photo in percent, 0 to 95")
    lens = _lens(shots, asked)
    still = frame_of(shots.photo, "--photo") if shots.photo else lens.still
    if (shots.gsd_cm is None) is (shots.height is None):
        raise UsageError("say how fine the photos are: --gsd CM, or how high it flies: --height METRES")
    if shots.gsd_cm is not None:
        gsd = finite(shots.gsd_cm, "--gsd") / 100
    else:
        assert shots.height is not None
        gsd = finite(shots.height, "--height") / camera.focal_px(still[0], lens.hfov_deg[0])
    if not gsd > 0:
        raise UsageError("--gsd must be above 0")
    return Photos.of(lens, still, gsd, shots.side / 100, shots.front / 100)


def _lens(shots: Shots, asked: Asked) -> Lens:
    if shots.hfov is not None:
        if not shots.photo or not 0 < finite(shots.hfov, "--hfov") < 170:
            raise UsageError("--hfov DEGREES goes with --photo WIDTHxHEIGHT")
        return Lens(name="stated", still=frame_of(shots.photo, "--photo"), hfov_deg=(shots.hfov, shots.hfov))
    carried = camera.carried("", asked.aircraft, camera.catalogue())
    if isinstance(carried, str):
        raise UsageError(f"{carried}: name an aircraft of the catalogue (--aircraft), or state --hfov and --photo")
    named = [
        lens for lens in carried.lenses if lens.name == shots.lens or (not shots.lens and len(carried.lenses) == 1)
    ]
    if len(named) != 1 or named[0].zooms:
        fixed = ", ".join(lens.name for lens in carried.lenses if not lens.zooms)
        raise UsageError(f"name a lens of {carried.id} that does not zoom: --lens ({fixed})")
    return named[0]
