"""Words of a command line that mean something: places, frames, lenses, heights."""

from __future__ import annotations

import re

from dronectl.camera import focal_px_of_film
from dronectl.cli.gathering import finite
from dronectl.errors import UsageError
from dronectl.standoff import STEP_M, Sight

FRAMES = {"4k": 3840, "hd": 1920, "fhd": 1920, "5k": 5120, "6k": 6144, "8k": 7680}  # width in pixels
LENS = re.compile(r"(\d+(?:\.\d+)?)\s*mm")


def place_of(words: str, option: str) -> tuple[float, float]:
    """`4.3007,52.0705`: longitude, then latitude."""
    try:
        lon, lat = (float(part) for part in words.split(","))
    except ValueError:
        raise UsageError(f"{option} {words!r}: give longitude,latitude") from None
    if abs(finite(lon, option)) > 180 or abs(finite(lat, option)) > 90:
        raise UsageError(f"{option} is not on the globe: longitude, then latitude")
    return lon, lat


def frame_of(words: str, option: str) -> tuple[int, int]:
    """`4k`, `hd` or `3840x2160`: width and height in pixels."""
    known = {"4k": (3840, 2160), "hd": (1920, 1080)}
    if words.lower() in known:
        return known[words.lower()]
    sides = words.lower().split("x")
    if len(sides) == 2 and all(side.isdigit() and int(side) > 0 for side in sides):
        return int(sides[0]), int(sides[1])
    raise UsageError(f"{option} {words!r}: give 4k, hd, or a size such as 3840x2160")


def sights_of(lens: str, video: str) -> list[Sight]:
    """Lenses by focal lengths as on 35 mm film, `24mm,70mm`, and the width of the video."""
    width = FRAMES.get(video.lower())
    if width is None:
        try:
            width = int(video)
        except ValueError:
            raise UsageError(f"--video {video!r}: give {', '.join(FRAMES)}, or a width in pixels") from None
    if width <= 0:
        raise UsageError("--video must be a width above 0")
    made = []
    for words in lens.split(","):
        found = LENS.fullmatch(words.strip())
        if not found or float(found[1]) <= 0:
            raise UsageError(f"--lens {words!r}: give focal lengths as on 35 mm film, such as 24mm,70mm")
        made.append(Sight(name=f"{found[1]} mm", focal_px=focal_px_of_film(width, float(found[1]))))
    return made


def numbers_of(words: str, option: str) -> list[float]:
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
