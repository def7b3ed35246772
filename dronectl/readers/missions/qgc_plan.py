"""Missions as QGroundControl `.plan`: the items are run as an autopilot would run them, and every leg is kept.

Commands, frames and parameters are those of MAVLink's common.xml; a frame of 3 counts from the planned home.
"""

from __future__ import annotations

from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.mission import WING_MPS, Mission
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.plan.assemble import assemble
from dronectl.readers.plan.commands import FIXED_WING, MULTIROTORS, WINGED
from dronectl.readers.plan.fence import fences
from dronectl.readers.plan.items import items_of
from dronectl.readers.plan.run import Craft
from dronectl.readers.values import number
from dronectl.where import Where


def accepts(value: Any) -> bool:
    """True for a plan, and for the older `.mission` JSON."""
    if not isinstance(value, dict):
        return False
    return "fileType" in value or "MAV_AUTOPILOT" in value or {"items", "plannedHomePosition"} <= value.keys()


def read(document: Document, choices: Choices) -> Mission:
    """The plan's path, its fence and its rally points.

    `choices.rtl_alt_m` is the height above take-off at which the aircraft returns home, a setting of the vehicle that no plan
    carries; without it the height of the way home is unknown.
    """
    value = document.value
    _refuse_other(value, document)
    plan = value.get("mission", value if "items" in value else {})
    plan = plan if isinstance(plan, dict) else {}
    faults: list[Fault] = []
    doubts: list[str] = []
    root = document.where / "mission" if "mission" in value else document.where
    items = items_of(plan.get("items", []), root / "items", document, faults, doubts)
    home, ground = _home(plan.get("plannedHomePosition"), document, root)
    craft = Craft(number(plan.get("vehicleType", 2)) in MULTIROTORS or "vehicleType" not in plan, _speed(plan))
    fence, inside = fences(value.get("geoFence"), document, faults, document.where / "geoFence")
    return assemble(
        document,
        items,
        home=home,
        ground_m=ground,
        craft=craft,
        fixed_wing=number(plan.get("vehicleType")) == FIXED_WING,
        wing_mps=_on_the_wing(plan),
        fence=fence,
        inside=inside,
        rally_at=_rally(value.get("rallyPoints"), document),
        where=root / "items",
        faults=faults,
        doubts=doubts,
        rtl_alt_m=choices.rtl_alt_m,
    )


def _rally(value: Any, document: Document) -> tuple[tuple[float, float], ...]:
    """The rally points, `[lat, lon, height]` each; one that is none is remarked on."""
    points = value.get("points") if isinstance(value, dict) else None
    made = []
    for k, point in enumerate(points if isinstance(points, list) else []):
        pair = [number(side) for side in point[:2]] if isinstance(point, list) else []
        if len(pair) < 2 or pair[0] is None or pair[1] is None or abs(pair[0]) > 90 or abs(pair[1]) > 180:
            document.note(document.where / "rallyPoints" / "points" / k, "is no rally point: nobody can land there")
            continue
        made.append((pair[1], pair[0]))
    return tuple(made)


def _refuse_other(value: dict[str, Any], document: Document) -> None:
    where = document.where
    if "fileType" in value and value["fileType"] != "Plan":
        what = f"fileType is {value['fileType']!r}, not 'Plan'"
        raise InputError.at(where / "fileType", what, remedy="export a plan from QGroundControl")
    if "fileType" in value and value.get("version") != 1:
        what = f"plan version {value.get('version')!r} is not known"
        raise InputError.at(where / "version", what, remedy="save it with a present QGroundControl")
    mission = value.get("mission")
    if isinstance(mission, dict) and mission.get("version") != 2:
        what = f"mission version {mission.get('version')!r} is not known"
        raise InputError.at(where / "mission" / "version", what, remedy="save it with a present QGroundControl")


def _speed(plan: dict[str, Any]) -> float | None:
    flies = "hoverSpeed" if number(plan.get("vehicleType", 2)) != FIXED_WING else "cruiseSpeed"
    speed = number(plan.get(flies))
    return speed if speed is not None and speed > 0 else None


def _on_the_wing(plan: dict[str, Any]) -> float:
    """How fast the plan's aircraft flies on its wing; 0 for one that has none."""
    if number(plan.get("vehicleType")) not in WINGED:
        return 0.0
    speed = number(plan.get("cruiseSpeed"))
    return speed if speed is not None and speed > 0 else WING_MPS


def _home(value: Any, document: Document, root: Where) -> tuple[tuple[float, float] | None, float | None]:
    """Longitude and latitude of the planned home, and the ground there in metres AMSL; None where the plan has none.

    QGroundControl keeps the ground's elevation in the altitude of home, and 0 where it has none.
    """
    given = value.get("coordinate", value) if isinstance(value, dict) else value
    if isinstance(given, dict):
        given = [given.get("latitude"), given.get("longitude"), given.get("altitude")]
    if not isinstance(given, list) or len(given) < 2:
        return None, None
    lat, lon = number(given[0]), number(given[1])
    if lat is None or lon is None or (lat == 0 and lon == 0):
        document.note(root / "plannedHomePosition", "names no place", "set the home position in QGroundControl")
        return None, None
    if abs(lat) > 90 or abs(lon) > 180:
        raise InputError.at(root / "plannedHomePosition", f"{lat:g}, {lon:g} is not on the globe")
    metres = number(given[2]) if len(given) > 2 else None
    return (lon, lat), metres if metres else None
