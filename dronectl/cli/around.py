"""What `zones at`, `zones diff` and `zones lint --fix` do."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dronectl.cli import tongue
from dronectl.cli.applying import print_made, require_format
from dronectl.cli.gathering import Ground, alt_datum_of, classes_of, finite, from_0, models_of, moment
from dronectl.cli.writing import format_name, refuse_input, write_bytes
from dronectl.config import settings
from dronectl.editions import in_force, split, spoken_of
from dronectl.encounter import COVERED_M, Meeting, Skies
from dronectl.errors import InputError, UsageError
from dronectl.geometry import HIGHEST_LAT
from dronectl.heights import Models
from dronectl.house import House
from dronectl.measures import Answer, Datum
from dronectl.mission import Flight, Mission, Uncertainty
from dronectl.prepared import prepared
from dronectl.readers import read_zones, surroundings
from dronectl.records import dataclass
from dronectl.reports.as_geojson import zone_features
from dronectl.reports.words import tame
from dronectl.where import Where
from dronectl.zone import Zone, ZoneFile

FORMATS = ("text", "json", "geojson")
FOUND, UNKNOWN = 0, 3
SAME, DIFFERENT = 0, 1
WORDS = {Answer.YES: "IN", Answer.UNKNOWN: "MAYBE IN", Answer.NO: "near"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A place in degrees, a height in metres over a datum, a moment."""

    lat: float
    lon: float
    height: float | None
    datum: str
    time: str | None
    near_m: float
    zones: Sequence[str]
    terrain: Sequence[str]


def zones_at(asked: Asked, format_: str, output: str | None) -> int:
    """The zones that hold a place, may hold it, or lie near it."""
    require_format(format_, FORMATS)
    chosen = settings()
    place = _place(asked)
    models, faults = models_of(chosen, Ground(terrain=asked.terrain))
    if faults:
        raise InputError(faults)
    around = surroundings([place], max(asked.near_m, COVERED_M))
    read = read_zones(chosen.paths("zones", list(asked.zones)), around=around, classes=classes_of(chosen))
    files, aside = split(read, place.flights[0].span)
    found, near, spoken_of = _meetings(place, [zone for file in files for zone in file.zones], asked, models)
    outdated = _outdated(files, place)
    code = FOUND if spoken_of else UNKNOWN
    if format_ == "json":
        made = json.dumps(
            {
                "place": _spoken(asked), "zones": [_row(*one) for one in found], "not_valid_then": sorted(outdated),
                "set_aside": [file.dataset.path for file in aside],
            }, indent=2, ensure_ascii=False,
        )  # fmt: skip
        print_made(made + "\n", output, [file.dataset.path for file in files])
        return code
    if format_ == "geojson":
        features = []
        for zone, met in found:
            for feature in zone_features(zone):
                feature["properties"]["inside"] = met.inside.value
                features.append(feature)
        made = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        print_made(made + "\n", output, [file.dataset.path for file in files])
        return code
    lines = [_line(zone, met) for zone, met in found]
    inside = sum(met.inside is Answer.YES for _, met in found)
    perhaps = sum(met.inside is Answer.UNKNOWN for _, met in found)
    lines += [
        f"{inside} zone(s) hold this place, {perhaps} may hold it; {len(files)} file(s) were asked",
        "not for navigation: zones that nobody gave are not in it",
    ]
    lines += [f"{tame(path)} {why}" for path, why in outdated.items() if path in near]
    lines += [f"{tame(file.dataset.path)} was set aside: another edition is in force then" for file in aside]
    if not near:
        lines.append(f"CANNOT TELL: none of these files has a zone within {COVERED_M / 1000:g} km of it")
    elif not spoken_of:
        lines.append("CANNOT TELL: none of the files that have zones there is valid then")
    print_made(tongue.told("\n".join(lines) + "\n"), output, [file.dataset.path for file in files])
    return code


def _place(asked: Asked) -> Mission:
    """The place as a flight of one fix, exactly there."""
    if not abs(finite(asked.lat, "LAT")) <= HIGHEST_LAT or not abs(finite(asked.lon, "LON")) <= 180:
        raise UsageError(f"give latitude, then longitude: {asked.lat} {asked.lon} is no place that can be asked about")
    if asked.height is not None:
        finite(asked.height, "--height")
    from_0(asked.near_m, "--near")
    when, where = moment(asked.time, "--time"), Where("place")
    known = asked.height is not None
    flight = Flight(
        id="place", where=where, lon=np.array([asked.lon]), lat=np.array([asked.lat]),
        height=np.array([asked.height if asked.height is not None else np.nan]),
        datum=(alt_datum_of(asked.datum) or Datum.AGL if known else None,), place=["place"], kind=(), widen_m=np.zeros(1),
        times=None if when is None else np.array([when]),
    )  # fmt: skip
    exact = Uncertainty(horizontal_m=0.0, vertical_m=0.0, stated=True)
    return Mission(id="place", name="", path="place", sha256="", where=where, flights=(flight,), uncertainty=exact)


def _meetings(
    place: Mission, zones: Sequence[Zone], asked: Asked, models: Models
) -> tuple[list[tuple[Zone, Meeting]], set[str], bool]:
    """Zones with how they lie to the place, those that hold it first; the files about it; whether one speaks of it then."""
    shown = zones if asked.height is not None else [zone.at_any_height() for zone in zones]
    own = {id(seen): zone for seen, zone in zip(shown, zones, strict=True)}
    tracks = prepared(place, models, House()).tracks
    skies = Skies(shown)
    met = skies.meetings(tracks, near_m=asked.near_m)
    near, told = skies.files_about(tracks, COVERED_M), spoken_of(skies, tracks)
    found = [(own[id(one.zone)], one) for one in met if one.inside is not Answer.NO or asked.near_m > 0]
    rank = {Answer.YES: 0, Answer.UNKNOWN: 1, Answer.NO: 2}
    found.sort(key=lambda one: (rank[one[1].inside], max(one[1].margin_m, 0.0), one[0].id))
    return found, near, told


def _outdated(files: Sequence[ZoneFile], place: Mission) -> dict[str, str]:
    """The files that state another validity than the moment asked about, each with what it states."""
    span = place.flights[0].span
    made = {}
    for data in (file.dataset for file in files):
        if span is None or in_force(data, span) is not False:
            continue
        days = (
            f"{word} {day:%Y-%m-%d}" for word, day in (("from", data.valid_from), ("until", data.valid_until)) if day
        )
        made[data.path] = f"is not valid at that time, but {' '.join(days)}"
    return made


def _line(zone: Zone, met: Meeting) -> str:
    asks = zone.restriction.value if zone.restriction else "NOT UNDERSTOOD"
    bands = "; ".join(dict.fromkeys(str(volume.band) for volume in zone.volumes))
    hours = "keeps hours" if zone.keeps_hours else "always"
    far = f", {met.margin_m:.0f} m away" if met.in_plan is Answer.NO else ""
    whom = "; ".join(text for authority in zone.authorities if (text := str(authority)))
    why = "; ".join(doubt.why for doubt in met.doubts)
    line = f"{WORDS[met.inside]:<9} {tame(zone.id):<12} {asks:<17} {bands}, {hours}{far}  {tame(zone.name)}"
    line += f"\n          ask: {tame(whom)}" if whom else ""
    return line + (f"\n          {tame(why)}" if why else "")


def _row(zone: Zone, met: Meeting) -> dict[str, Any]:
    return {
        "id": zone.id, "name": zone.name, "restriction": zone.restriction.value if zone.restriction else None,
        "reasons": list(zone.reasons), "inside": met.inside.value, "in_plan": met.in_plan.value,
        "in_height": met.in_height.value, "in_time": met.in_time.value, "distance_m": round(max(met.margin_m, 0.0), 1),
        "bands": [str(volume.band) for volume in zone.volumes], "keeps_hours": zone.keeps_hours,
        "authorities": [str(authority) for authority in zone.authorities], "message": zone.message,
        "doubts": [doubt.why for doubt in met.doubts], "source": str(zone.where),
    }  # fmt: skip


def _spoken(asked: Asked) -> dict[str, Any]:
    return {
        "lat": asked.lat, "lon": asked.lon, "height_m": asked.height,
        "datum": asked.datum.upper() if asked.height is not None else None, "time": asked.time,
    }  # fmt: skip


def zones_diff(a: str, b: str, mapping: str | None, format_: str | None, lang: str | None, output: str | None) -> int:
    """What two files or folders of zones say differently; 1 where they do."""
    from dronectl.differences import differences
    from dronectl.reports import differences as report

    name = format_name(format_, output, report.FORMATS)
    spoken = tongue.report_language(lang)
    classes = classes_of(settings())
    sets = [read_zones([path], mapping=mapping, classes=classes) for path in (a, b)]
    found = differences(*([zone for file in files for zone in file.zones] for files in sets))
    text = report.render(found, (a, b), name, spoken, tongue.teller_of(spoken))
    print_made(text, output, [file.dataset.path for files in sets for file in files])
    return SAME if found.none else DIFFERENT


def zones_mend(path: str, output: str) -> int:
    """Write a zone file with all that can be mended without changing what it says; 1 where something odd is left."""
    from dronectl.differences import differences
    from dronectl.readers import document as documents
    from dronectl.writers.mend import mended

    refuse_input(output, [path])
    document = documents.load(path)
    value = document.value
    if not isinstance(value, dict) or value.get("type") != "FeatureCollection":
        raise InputError.at(
            document.where, "is no GeoJSON collection: only those are mended", remedy="zones convert writes one"
        )
    made, done = mended(value)
    data = (json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        again = Path(folder) / "mended.geojson"
        again.write_bytes(data)
        before, after = read_zones([path])[0], read_zones([str(again)])[0]
    if not differences(before.zones, after.zones).none or len(before.zones) != len(after.zones):
        raise UsageError(f"{path}: mending it would change what it says; nothing was written")
    for place, what in done:
        tongue.note(f"mended {place}: {what}")
    for remark in after.remarks:
        tongue.note(f"left: {tame(remark.where.path)}: {tame(remark.what)}")
    write_bytes(output, data)
    tongue.note(f"wrote {output}: {len(done)} thing(s) mended, {len(after.remarks)} left; it says the same")
    return DIFFERENT if after.remarks else SAME
