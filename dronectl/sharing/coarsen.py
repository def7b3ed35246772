"""Values made coarse enough to leave: places to squares, times to quarters, heights to bands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np

from dronectl.geometry.grid import squares_along
from dronectl.mission import masked

BANDS_M = (0.0, 30.0, 60.0, 120.0)  # house figures; above 120 m is one band: (EU) 2019/947, UAS.OPEN.010(2)
UNKNOWN = "unknown"
CODES = frozenset({
    "asset-inspection", "building-control", "crowd-management", "nature-survey", "public-order", "traffic", "investigation",
    "survey",
})  # fmt: skip
Coarse = Callable[[Any], Any]


def coarse(how: str) -> Coarse | None:
    """What a word of a policy does to a value, such as `grid:100`; None where it is no such word."""
    name, _, amount = how.partition(":")
    if name in FIGURED:
        return FIGURED[name](int(amount)) if amount.isdigit() and int(amount) > 0 else None
    return PLAIN.get(how)


def _grid(side: int) -> Coarse:
    def made(path: Any) -> Any:
        if not path:
            return None
        lon, lat = (np.array([point[k] for point in path], dtype=float) for k in (0, 1))
        return sorted({square.name for square in squares_along(lon, lat, side)})

    return made


def _minutes(step: int) -> Coarse:
    return lambda value: None if value is None else _rounded(value, step * 60, math.floor)


def _minutes_up(step: int) -> Coarse:
    return lambda value: None if value is None else _rounded(value, step * 60, math.ceil)


def _rounded(value: Any, seconds: int, towards: Callable[[float], int]) -> Any:
    """A moment (ISO 8601) or a length of time (seconds), to whole steps."""
    if isinstance(value, int | float):
        return towards(value / seconds) * seconds
    moment = datetime.fromisoformat(value).timestamp()
    return datetime.fromtimestamp(towards(moment / seconds) * seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _day(value: Any) -> Any:
    return None if value is None else str(value)[:10]


def band(metres: Sequence[float]) -> str:
    """The band that holds the highest of some heights above ground."""
    if not metres or not all(math.isfinite(height) for height in metres):
        return UNKNOWN
    top = max(metres)
    for low, high in pairwise(BANDS_M):
        if top <= high:
            return f"{low:g}-{high:g}"
    return f"{BANDS_M[-1]:g}+"


def _bands(heights: Any) -> Any:
    """Heights as (metres, datum): a band where all of them count from the ground or the take-off point."""
    above = [metres for metres, datum in heights or () if datum in ("AGL", "TAKEOFF") and metres is not None]
    return band(above) if heights and len(above) == len(heights) else UNKNOWN


def _masked(value: Any) -> Any:
    return None if value is None else masked(str(value))


def _code(value: Any) -> Any:
    return value if value in CODES else "other"


FIGURED: dict[str, Callable[[int], Coarse]] = {"grid": _grid, "minutes": _minutes, "minutes_up": _minutes_up}
PLAIN: dict[str, Coarse] = {
    "keep": lambda value: value, "day": _day, "bands": _bands, "masked": _masked, "code": _code,
    "count": lambda value: len(value or ()), "stated": lambda value: bool(value),
}  # fmt: skip
