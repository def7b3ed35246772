"""What `standoff` does: read crowds and zones, ask, print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from dronectl import bundled
from dronectl.cli import tongue
from dronectl.cli.gathering import classes_of, finite, from_0, moment
from dronectl.cli.wording import numbers_of, place_of, sights_of
from dronectl.cli.writing import refuse_input, write
from dronectl.config import settings
from dronectl.encounter import COVERED_M
from dronectl.errors import UsageError
from dronectl.readers import read_zones
from dronectl.records import dataclass
from dronectl.standoff import Band, Here, best, stands, zones_tell
from dronectl.zone import Volume, Zone, ZoneFile

MOST_ROWS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is wanted of a stand, as the flags give it."""

    lens: str
    video: str
    height: str
    off: str
    least: float
    most: float
    margin: float
    takeoff: str
    crowd: str
    at: str | None


def standoff(path: str, zones: Sequence[str] | None, wishes: Wishes, format_: str, output: str | None) -> int:
    """Where a drone may stand; 1 where no stand fits, 3 where it cannot be told."""
    from dronectl.reports import stands as report

    if format_ not in report.FORMATS:
        raise UsageError(f"{format_!r} is no format; use one of {', '.join(report.FORMATS)}")
    sights, heights, off = (
        sights_of(wishes.lens, wishes.video),
        numbers_of(wishes.height, "--height"),
        numbers_of(wishes.off, "--off"),
    )
    band = Band(
        least=finite(wishes.least, "--least"),
        most=finite(wishes.most, "--most"),
        margin_m=from_0(wishes.margin, "--margin"),
    )
    if not 0 < band.least < band.most:
        raise UsageError("--least must be above 0 and below --most")
    chosen = settings()
    crowd_files = read_zones([path], classes=classes_of(chosen))
    crowds = [
        z for f in crowd_files for z in f.zones if z.crowd is not None and (not wishes.crowd or z.id == wishes.crowd)
    ]
    if not crowds:
        what = f"no crowd {wishes.crowd!r}" if wishes.crowd else "no crowd"
        raise UsageError(f"{path} holds {what}: give a zone file with zones of kind crowd")
    others = read_zones(chosen.paths("zones", list(zones or [])), classes=classes_of(chosen))
    start = moment(wishes.at, "--at")
    places = sum(len(zone.volumes) for zone in crowds)
    if len(sights) * len(heights) * max(len(off), 1) * places > MOST_ROWS:
        raise UsageError(f"more than {MOST_ROWS} rows: ask for fewer lenses, heights, distances, or for one crowd")
    blocks = []
    untold: set[str] = set()
    for zone in crowds:
        around = around_crowd(zone, [*others, *crowd_files])
        for volume in zone.volumes:
            span = _span(volume) or ((start, start) if start is not None else None)
            here = Here(zones=around, span=span, takeoff=place_of(wishes.takeoff, "--from") if wishes.takeoff else None)
            try:
                found = stands(zone, volume, sights, heights, off, band, here)
            except ValueError as error:
                tongue.note(f"CANNOT TELL: {error}")
                return 3
            blocks.append(report.Block(zone=zone, span=span, stands=found))
            chosen_stand = best(found)
            asked = replace(here, zones=around_crowd(zone, others))  # a file of crowds does not speak of the airspace
            if chosen_stand is not None and not zones_tell(chosen_stand, asked):
                untold.add(zone.name or zone.id)
    text = tongue.said(report.render(blocks, band, format_), format_)
    if output is None:
        sys.stdout.write(text)
    else:
        refuse_input(output, [path, *(f.dataset.path for f in others)])
        write(output, text)
    if any(best(block.stands) is None for block in blocks):
        return 1
    for name in sorted(untold):
        tongue.note(
            f"CANNOT TELL: no zone file that is valid then has a zone within {COVERED_M / 1000:.0f} km of crowd {name!r}: "
            "whether one takes a place away is not known (--zones FILE)"
        )
    return 3 if untold else 0


def around_crowd(zone: Zone, files: Sequence[ZoneFile]) -> list[Zone]:
    """Every zone of some files that may take a place off a crowd away: all but the crowd itself, its own file's as well."""
    read = {bundled.resolve(file.dataset.path).resolve(): file for file in files}
    return [other for file in read.values() for other in file.zones if not _is_same(other, zone)]


def _is_same(one: Zone, other: Zone) -> bool:
    """True for the same crowd, in whatever file it stands; another may have its name."""
    boxes = [[volume.box for volume in zone.volumes] for zone in (one, other)]
    return one.crowd is not None and one.id == other.id and boxes[0] == boxes[1]


def _span(volume: Volume) -> tuple[float, float] | None:
    """When a place of a moving crowd is taken; None for a crowd that stands."""
    for period in volume.periods:
        if period.start is not None and period.end is not None:
            return period.start.timestamp(), period.end.timestamp()
    return None
