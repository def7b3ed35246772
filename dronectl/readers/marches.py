"""Crowds that move: a march along a route, or areas one after the other, as volumes that each have their own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil, isfinite
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault
from dronectl.geometry import Floats
from dronectl.measures import Band
from dronectl.readers import footprints, values
from dronectl.readers.document import Document
from dronectl.schedule import Period
from dronectl.where import Where
from dronectl.zone import Rings, Volume

BLOCK_S = 30.0  # a march is cut into stretches of time as long as this: each holds where it is in all of it
MOST_BLOCKS = 720
LONGEST_S = 24 * 3600.0
WIDEST_M, LONGEST_M = 1_000.0, 50_000.0  # beyond it a figure is taken for a slip of the pen
FIRST_YEAR, LAST_YEAR = 1900, 9000


def volumes(crowd: Any, document: Document, where: Where) -> tuple[tuple[Volume, ...], str]:
    """The volumes of a crowd that moves, and why it could not be read; none of both where it stands."""
    if not isinstance(crowd, dict) or not {"march", "sequence"} & crowd.keys():
        return (), ""
    if "march" in crowd:
        return _march(crowd["march"], document, where / "march")
    return _sequence(crowd["sequence"], document, where / "sequence")


def ground_m2(crowd: dict[str, Any], moves: tuple[Volume, ...]) -> float:
    """The least ground that all of a crowd that moves stands on, in square metres.

    A column: its width times its length, or all of a route that is shorter. Of areas one after the other, the smallest.
    """
    sizes = [geometry.footprint_area_m2(volume.footprint) for volume in moves if volume.footprint is not None]
    if "march" not in crowd:
        return min(sizes)
    return min(float(crowd["march"]["width_m"]) * float(crowd["march"]["length_m"]), max(sizes))


def _march(given: Any, document: Document, where: Where) -> tuple[tuple[Volume, ...], str]:
    if not isinstance(given, dict):
        return (), "its march is not an object"
    route = _route(given.get("route"))
    width, speed, length = (values.number(given.get(name)) for name in ("width_m", "speed_mps", "length_m"))
    start = values.moment(given.get("start"), document, where / "start")
    if route is None or width is None or speed is None or length is None or start is None or start.tzinfo is None:
        return (), "its march needs route, width_m, length_m, speed_mps, and start with its offset"
    if not (0 < width <= WIDEST_M and speed > 0 and 0 <= length <= LONGEST_M):
        return (), f"its march needs a speed above 0, a width up to {WIDEST_M:g} m and a length up to {LONGEST_M:g} m"
    _, metres = geometry.leg_azimuths(route[:, 0], route[:, 1])
    along = np.concatenate([[0.0], np.cumsum(metres)])
    seconds = (float(along[-1]) + length) / speed
    if not isfinite(seconds) or seconds > LONGEST_S:
        return (), "its march lasts longer than a day"
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        return (), f"its march starts in the year {start.year}"
    count = max(1, min(ceil(seconds / BLOCK_S - 1e-3), MOST_BLOCKS))
    made = []
    for k in range(count):
        begin, end = seconds * k / count, seconds * (k + 1) / count
        part = _section(route, along, max(begin * speed - length, 0.0), min(end * speed, float(along[-1])))
        rings = geometry.ribbon(part[:, 0], part[:, 1], width / 2)
        made.append(_volume(rings, start + timedelta(seconds=begin), start + timedelta(seconds=end), where))
    return tuple(made), ""


def _route(given: Any) -> Floats | None:
    """Longitude and latitude of the corners of a route, (n, 2)."""
    points = given.get("coordinates") if isinstance(given, dict) else given
    if not isinstance(points, list) or len(points) < 2:
        return None
    pairs = [[values.number(v) for v in point[:2]] if isinstance(point, list) else [] for point in points]
    if any(len(pair) != 2 or None in pair for pair in pairs):
        return None
    made = np.array(pairs, dtype=float)
    return made if bool((np.abs(made) <= (180.0, 90.0)).all()) else None


def _section(route: Floats, along: Floats, first: float, last: float) -> Floats:
    """The corners of a route from `first` to `last` metres along it."""
    inner = (along > first) & (along < last)
    ends = [[np.interp(metres, along, route[:, side]) for side in (0, 1)] for metres in (first, last)]
    return np.vstack([ends[:1], route[inner], ends[1:]])


def _sequence(given: Any, document: Document, where: Where) -> tuple[tuple[Volume, ...], str]:
    if not isinstance(given, list) or not given:
        return (), "its sequence is no list of areas"
    drafts, spans = [], []
    faults: list[Fault] = []
    for number, entry in enumerate(given):
        here = where / number
        shape = entry.get("geometry") if isinstance(entry, dict) else None
        ends = [values.moment(entry.get(name), document, here / name) for name in ("from", "until")] if shape else []
        first, last = ends if len(ends) == 2 else (None, None)
        if not isinstance(shape, dict) or first is None or last is None or None in (first.tzinfo, last.tzinfo):
            return (), f"area {number + 1} of its sequence needs geometry, from and until with their offsets"
        kind = shape.get("type")
        if kind not in ("Polygon", "MultiPolygon"):
            return (), f"area {number + 1} of its sequence is no polygon"
        drafts.append(footprints.polygons(kind, shape.get("coordinates"), Band(), document, faults, here / "geometry"))
        spans.append((first, last))
    if faults:
        return (), f"its sequence cannot be read: {faults[0].what}"
    made = footprints.settle(drafts, document, faults)
    if any(volume.footprint is None or volume.doubt for volume in made):
        return (), "an area of its sequence cannot be read"
    return tuple(
        Volume(footprint=v.footprint, box=v.box, band=v.band, where=v.where, periods=_period(first, last))
        for v, (first, last) in zip(made, spans, strict=True)
    ), ""


def _volume(rings: Rings, begin: datetime, end: datetime, where: Where) -> Volume:
    box = geometry.box_of(rings)
    return Volume(footprint=rings, box=box, band=Band(), where=where, periods=_period(begin, end))


def _period(begin: datetime, end: datetime) -> tuple[Period, ...]:
    return (Period(start=begin.astimezone(UTC), end=end.astimezone(UTC)),)
