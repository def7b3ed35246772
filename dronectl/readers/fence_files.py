"""Fences from files of their own: a plan's, the fence items of a waypoint file, and the older lists of corners.

ArduPilot's older list begins with the return point, and its last corner repeats the second line. PX4's begins with the
lowest and the highest altitude; these are not checked, which is remarked on.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.readers import document as documents
from dronectl.readers.document import Document, Text
from dronectl.readers.missions import qgc_plan, qgc_wpl
from dronectl.readers.plan.fence import fence_of, fences
from dronectl.where import Where
from dronectl.zone import Remark, Zone

PAIR = re.compile(r"\s*(-?\d{1,6}(?:\.\d+)?)[\s,]+(-?\d{1,6}(?:\.\d+)?)\s*")
MOST_CORNERS = 10_000


def read_fence(path: str | Path) -> tuple[tuple[Zone, ...], tuple[Zone, ...], tuple[Remark, ...]]:
    """The areas that a fence keeps out of, those that it keeps inside of, and what was odd.

    Raises `InputError` where the file holds no fence.
    """
    document = documents.load(str(path))
    faults: list[Fault] = []
    doubts: list[str] = []
    value, where = document.value, document.where
    if qgc_plan.accepts(value):
        given, where = value.get("geoFence"), where / "geoFence"
    elif qgc_wpl.accepts(value):
        _, items = qgc_wpl.wpl_items(document, faults)
        given = fence_of(items, document, doubts)
    elif accepts(value):
        given = _corners(document)
    else:
        what = "is no fence: neither a plan, nor a waypoint file, nor a list of corners"
        raise InputError.at(where, what, remedy="export the fence from the ground station")
    outside, inside = fences(given, document, faults, where)
    if faults:
        raise InputError(faults)
    if doubts or not (outside or inside):
        what = doubts[0] if doubts else "holds no fence"
        raise InputError.at(document.where, what, remedy="draw the fence and export it again")
    return outside, inside, tuple(document.remarks)


def accepts(value: Any) -> bool:
    """True for lines of two numbers."""
    if not isinstance(value, Text):
        return False
    lines = [line for line in value.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return 4 <= len(lines) <= MOST_CORNERS and all(PAIR.fullmatch(line) for line in lines)


def _corners(document: Document) -> dict[str, Any]:
    """The corners as the `geoFence` of a plan."""
    pairs: list[list[float]] = []
    for line in document.value.splitlines():
        found = PAIR.fullmatch(line)
        if found:
            pairs.append([float(found[1]), float(found[2])])
    first, corners = pairs[0], pairs[1:]
    if corners[0] == corners[-1]:
        corners = corners[:-1]
    else:
        low, high = first
        what = f"keeps the altitude between {low:g} and {high:g}, which was not checked"
        document.note(Where(document.path, "line 1"), what, "check the altitudes by hand")
    return {"polygons": [{"inclusion": True, "polygon": corners}]}
