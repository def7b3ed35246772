"""The path of a structure scan, which a plan does not store: rings round the structure, from its foot to its top.

Where the layers lie is worked out by the planner anew each time, so the rings stand so close over each other that the
uncertainty of height fills what is between them.
"""

from __future__ import annotations

from math import ceil, nan
from typing import Any

from dronectl import geometry
from dronectl.mission import DEFAULT_VERTICAL_M
from dronectl.readers.plan.commands import CONDITION_DELAY
from dronectl.readers.plan.item import Item
from dronectl.readers.values import number
from dronectl.where import Where

WAYPOINT, RELATIVE, MISSION = 16, 3, 2
APART_M = 2 * DEFAULT_VERTICAL_M
MOST_RINGS = 200
MOST_CORNERS = 500


def scan(entry: dict[str, Any], where: Where) -> list[Item] | None:
    """The items of the scan; None where its outline or a height is missing."""
    camera = entry.get("CameraCalc")
    away = number(camera.get("DistanceToSurface")) if isinstance(camera, dict) else None
    low, tall = number(entry.get("ScanBottomAlt")), number(entry.get("StructureHeight"))
    entrance = number(entry.get("EntranceAltitude"))
    corners = _corners(entry.get("polygon"))
    if corners is None or away is None or low is None or tall is None or away < 0 or tall < 0:
        return None
    if entrance is None:
        entrance = low + tall
    ring = geometry.offset(corners, away)
    count = ceil(tall / APART_M) + 1
    if count > MOST_RINGS or not 3 <= len(ring) <= MOST_CORNERS:
        return None
    heights = [low + tall * k / max(count - 1, 1) for k in range(count)]
    if entry.get("StartFromTop"):
        heights.reverse()
    made = [_at(ring[0], entrance, where)]
    made.append(Item(CONDITION_DELAY, MISSION, [nan] * 7, -1, where))  # how long the scan takes is not in the plan
    for height in heights:
        made.extend(_at(place, height, where) for place in [*ring, ring[0]])
    made.append(_at(ring[0], entrance, where))
    return made


def _at(place: tuple[float, float], height: float, where: Where) -> Item:
    return Item(WAYPOINT, RELATIVE, [0.0, 0.0, 0.0, nan, place[1], place[0], height], -1, where)


def _corners(value: Any) -> list[tuple[float, float]] | None:
    """Longitude and latitude of the corners."""
    made = []
    for corner in value if isinstance(value, list) else []:
        pair = [number(side) for side in corner[:2]] if isinstance(corner, list) and len(corner) >= 2 else []
        if len(pair) != 2 or pair[0] is None or pair[1] is None or abs(pair[0]) > 85 or abs(pair[1]) > 180:
            return None
        made.append((pair[1], pair[0]))
    return made if 3 <= len(made) <= MOST_CORNERS else None
