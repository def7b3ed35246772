"""The fence that a plan carries, as zones."""

from __future__ import annotations

from math import isfinite
from typing import Any

from dronectl.errors import Fault
from dronectl.measures import Band
from dronectl.readers import footprints
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.readers.plan.item import Item
from dronectl.where import Where
from dronectl.zone import Dataset, Restriction, Zone

INCLUSION, EXCLUSION, INCLUSION_CIRCLE, EXCLUSION_CIRCLE = 5001, 5002, 5003, 5004  # MAV_CMD_NAV_FENCE_...
FENCE_RETURN = 5000
FENCE_ITEMS = frozenset({FENCE_RETURN, INCLUSION, EXCLUSION, INCLUSION_CIRCLE, EXCLUSION_CIRCLE})


def fences(
    value: Any, document: Document, faults: list[Fault], where: Where
) -> tuple[tuple[Zone, ...], tuple[Zone, ...]]:
    """The areas that the plan's fence keeps out of, and those that it keeps inside of."""
    if not isinstance(value, dict):
        return (), ()
    drafts: list[tuple[bool, Draft]] = []
    rings = value.get("polygons")
    for k, entry in enumerate(rings if isinstance(rings, list) else []):
        here = where / "polygons" / k
        corners = entry.get("polygon") if isinstance(entry, dict) else None
        if not isinstance(corners, list) or not all(isinstance(c, list) and len(c) >= 2 for c in corners):
            drafts.append((_keeps_in(entry), footprints.nowhere("is not a fence polygon", Band(), document, here)))
            continue
        ring = [[corner[1], corner[0]] for corner in corners]
        made = footprints.polygons("Polygon", [[*ring, ring[0]] if ring else []], Band(), document, faults, here)
        drafts.append((_keeps_in(entry), made))
    rounds = value.get("circles")
    for k, entry in enumerate(rounds if isinstance(rounds, list) else []):
        here = where / "circles" / k
        shape = entry.get("circle") if isinstance(entry, dict) else None
        centre = shape.get("center") if isinstance(shape, dict) else None
        if not isinstance(shape, dict) or not isinstance(centre, list) or len(centre) < 2:
            drafts.append((_keeps_in(entry), footprints.nowhere("is not a fence circle", Band(), document, here)))
            continue
        made = footprints.circle([centre[1], centre[0]], shape.get("radius"), Band(), document, faults, here)
        drafts.append((_keeps_in(entry), made))
    volumes = footprints.settle([draft for _, draft in drafts], document, faults)
    dataset = Dataset(path=document.path, sha256=document.sha256, profile="plan fence")
    outside: list[Zone] = []
    inside: list[Zone] = []
    for number_, ((keeps_in, _), volume) in enumerate(zip(drafts, volumes, strict=True)):
        zone = Zone(
            id=f"fence-{number_ + 1}",
            name="keep inside" if keeps_in else "keep outside",
            restriction=Restriction.PROHIBITED,
            reasons=(),
            volumes=(volume,),
            where=volume.where,
            dataset=dataset,
        )
        (inside if keeps_in else outside).append(zone)
    return tuple(outside), tuple(inside)


def _keeps_in(entry: Any) -> bool:
    """True for an area to keep inside of, which one is unless it says otherwise."""
    return not isinstance(entry, dict) or entry.get("inclusion") is not False


def fence_of(items: list[Item], document: Document, doubts: list[str]) -> dict[str, Any]:
    """The fence items as the `geoFence` of a plan."""
    made: dict[str, Any] = {"polygons": [], "circles": []}
    corners: list[list[float]] = []
    for k, item in enumerate(items):
        if item.command in (INCLUSION_CIRCLE, EXCLUSION_CIRCLE):
            circle = {"center": item.params[4:6], "radius": item.params[0]}
            made["circles"].append({"inclusion": item.command == INCLUSION_CIRCLE, "circle": circle})
        if item.command not in (INCLUSION, EXCLUSION):
            continue
        corners.append(item.params[4:6])
        wanted = int(item.params[0]) if isfinite(item.params[0]) else 0
        last = k + 1 == len(items) or items[k + 1].command != item.command
        if len(corners) >= max(wanted, 3) or last:
            if len(corners) != wanted:
                what = f"the fence has {len(corners)} corners, and its items speak of {wanted}"
                document.note(item.where, what, "export the fence again")
                doubts.append(f"{item.where}: {what}")
            made["polygons"].append({"inclusion": item.command == INCLUSION, "polygon": corners})
            corners = []
    return made
