"""What `standoff` does: read crowds and zones, ask, print."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from dronectl.camera import focal_px_of_film
from dronectl.cli import tongue
from dronectl.cli.gathering import classes_of, finite, moment
from dronectl.cli.writing import refuse_input, write
from dronectl.config import settings
from dronectl.errors import UsageError
from dronectl.readers import read_zones
from dronectl.standoff import STEP_M, Band, Here, Sight, best, stands
from dronectl.zone import Volume

FRAMES = {"4k": 3840, "hd": 1920, "fhd": 1920, "5k": 5120, "6k": 6144, "8k": 7680}  # width in pixels
LENS = re.compile(r"(\d+(?:\.\d+)?)\s*mm")
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
    """Where a drone may stand; 1 where no stand fits."""
    from dronectl.reports import stands as report

    if format_ not in report.FORMATS:
        raise UsageError(f"{format_!r} is no format; use one of {', '.join(report.FORMATS)}")
    sights, heights, off = _sights(wishes), _numbers(wishes.height, "--height"), _numbers(wishes.off, "--off")
    band = Band(
        least=finite(wishes.least, "--least"),
        most=finite(wishes.most, "--most"),
        margin_m=finite(wishes.margin, "--margin"),
    )
    if not 0 < band.least < band.most:
        raise UsageError("--least must be above 0 and below --most")
    chosen = settings()
    crowd_files = read_zones([path])
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
    taken = [z for f in others for z in f.zones]
    for zone in crowds:
        around = [z for z in taken if z.crowd is None or z.id != zone.id]
        for volume in zone.volumes:
            span = _span(volume) or ((start, start) if start is not None else None)
            here = Here(zones=around, span=span, takeoff=_place(wishes.takeoff))
            try:
                found = stands(zone, volume, sights, heights, off, band, here)
            except ValueError as error:
                tongue.note(f"CANNOT TELL: {error}")
                return 3
            blocks.append(report.Block(zone=zone, span=span, stands=found))
    text = tongue.said(report.render(blocks, band, format_), format_)
    if output is None:
        sys.stdout.write(text)
    else:
        refuse_input(output, [path, *(f.dataset.path for f in others)])
        write(output, text)
    return 0 if all(best(block.stands) is not None for block in blocks) else 1


def _span(volume: Volume) -> tuple[float, float] | None:
    """When a place of a moving crowd is taken; None for a crowd that stands."""
    for period in volume.periods:
        if period.start is not None and period.end is not None:
            return period.start.timestamp(), period.end.timestamp()
    return None


def _sights(wishes: Wishes) -> list[Sight]:
    width = FRAMES.get(wishes.video.lower())
    if width is None:
        try:
            width = int(wishes.video)
        except ValueError:
            raise UsageError(f"--video {wishes.video!r}: give {', '.join(FRAMES)}, or a width in pixels") from None
    if width <= 0:
        raise UsageError("--video must be a width above 0")
    made = []
    for words in wishes.lens.split(","):
        found = LENS.fullmatch(words.strip())
        if not found or float(found[1]) <= 0:
            raise UsageError(f"--lens {words!r}: give focal lengths as on 35 mm film, such as 24mm,70mm")
        made.append(Sight(name=f"{found[1]} mm", focal_px=focal_px_of_film(width, float(found[1]))))
    return made


def _numbers(words: str, option: str) -> list[float]:
    """`30,60` or `30..100`, in steps of 10 m; above 0."""
    made: list[float] = []
    for part in filter(None, words.split(",")):
        low, dots, high = part.partition("..")
        try:
            first, last = float(low), float(high or low)
        except ValueError:
            raise UsageError(f"{option} {part!r}: give metres, such as 30,60 or 30..100") from None
        if not 0 < finite(first, option) <= finite(last, option) or last - first > 10_000:
            raise UsageError(f"{option} {part!r}: give metres above 0, the lower first")
        step = 2 * STEP_M
        made.extend(first + k * step for k in range(int((last - first) / step + 1e-9) + 1)) if dots else made.append(
            first
        )
    return made


def _place(words: str) -> tuple[float, float] | None:
    if not words:
        return None
    try:
        lon, lat = (float(part) for part in words.split(","))
    except ValueError:
        raise UsageError(f"--from {words!r}: give longitude,latitude") from None
    if abs(finite(lon, "--from")) > 180 or abs(finite(lat, "--from")) > 90:
        raise UsageError("--from is not on the globe: longitude, then latitude")
    return lon, lat
