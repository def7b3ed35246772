"""The items of a plan, in the order in which they are flown."""

from __future__ import annotations

from math import nan
from typing import Any

from dronectl.errors import Fault
from dronectl.readers.document import Document
from dronectl.readers.plan import structure
from dronectl.readers.plan.commands import LAND, LOITER_TO_ALT, MISSION_FRAME, VTOL_LAND
from dronectl.readers.plan.item import Item
from dronectl.readers.values import number
from dronectl.where import Where


def items_of(value: Any, where: Where, document: Document, faults: list[Fault], doubts: list[str]) -> list[Item]:
    if not isinstance(value, list):
        faults.append(Fault(where, "is not a list of items", "export the plan again"))
        return []
    found: list[Item] = []
    for k, entry in enumerate(value):
        here = where / k
        if not isinstance(entry, dict):
            faults.append(Fault(here, "is not an item", "export the plan again"))
        elif entry.get("type") == "ComplexItem":
            found.extend(_complex(entry, here, document, faults, doubts))
        else:
            made = _simple(entry, here, faults, len(found) + 1)
            if made:
                found.append(made)
    return found


def _simple(entry: dict[str, Any], where: Where, faults: list[Fault], number_: int) -> Item | None:
    command, frame = number(entry.get("command")), number(entry.get("frame", MISSION_FRAME))
    if command is None or frame is None:
        faults.append(Fault(where, "has no command number", "export the plan again"))
        return None
    params = entry.get("params")
    if not isinstance(params, list):
        params = [entry.get(f"param{k}") for k in (1, 2, 3, 4)]
    coordinate = entry.get("coordinate")
    if len(params) == 4 and isinstance(coordinate, list) and len(coordinate) == 3:
        params = [*params, *coordinate]
    if len(params) != 7:
        faults.append(Fault(where / "params", f"has {len(params)} values, not 7", "export the plan again"))
        return None
    read: list[float] = []
    for k, value in enumerate(params):
        made = nan if value is None else number(value)
        if made is None:
            faults.append(Fault(where / "params" / k, f"{value!r} is not a number", "write a number or null"))
            return None
        read.append(made)
    jump_id = number(entry.get("doJumpId", entry.get("id", number_)))
    return Item(int(command), int(frame), read, int(jump_id or number_), where)


def _complex(
    entry: dict[str, Any], where: Where, document: Document, faults: list[Fault], doubts: list[str]
) -> list[Item]:
    kind = entry.get("complexItemType")
    style = entry.get("TransectStyleComplexItem")
    nested = style.get("Items") if isinstance(style, dict) else None
    if isinstance(nested, list) and nested:
        return items_of(nested, where / "TransectStyleComplexItem" / "Items", document, faults, doubts)
    if kind in ("fwLandingPattern", "vtolLandingPattern"):
        return _landing_pattern(entry, where, faults)
    if kind == "StructureScan":
        made = structure.scan(entry, where)
        if made is not None:
            document.note(where, "stores no path: it was worked out from the structure's outline and heights")
            return made
    what = f"{where}: the {kind} item stores no path that could be checked"
    document.note(where, f"the {kind} item stores no path", "open and save the plan in QGroundControl")
    doubts.append(what)
    return []


def _landing_pattern(entry: dict[str, Any], where: Where, faults: list[Fault]) -> list[Item]:
    """The loiter to altitude at the approach point and the landing: what QGroundControl uploads for the pattern."""
    approach = entry.get("landingApproachCoordinate", entry.get("loiterCoordinate"))
    land = entry.get("landCoordinate")
    points = []
    for name, point in (("landingApproachCoordinate", approach), ("landCoordinate", land)):
        read = [number(value) for value in point] if isinstance(point, list) and len(point) == 3 else [None]
        if any(value is None for value in read):
            faults.append(Fault(where / name, "is not [latitude, longitude, altitude]", "export the plan again"))
            return []
        points.append([float(value) for value in read if value is not None])
    relative = entry.get("altitudesAreRelative", True) is not False
    frame = 3 if relative else 0
    radius = number(entry.get("loiterRadius")) or 0.0
    landing = VTOL_LAND if entry.get("complexItemType") == "vtolLandingPattern" else LAND
    return [
        Item(LOITER_TO_ALT, frame, [0.0, radius, 0.0, 0.0, *points[0]], -1, where / "landingApproachCoordinate"),
        Item(landing, frame, [0.0, 0.0, 0.0, 0.0, *points[1]], -1, where / "landCoordinate"),
    ]
