"""Missions as QGroundControl `.plan`: the items are run as an autopilot would run them, and every leg is kept.

Commands, frames and parameters are those of MAVLink's common.xml; a frame of 3 counts from the planned home.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.measures import Band, Datum
from dronectl.mission import DEFAULT_CLIMB_MPS, DEFAULT_HORIZONTAL_M, DEFAULT_VERTICAL_M, Flight, Mission
from dronectl.readers import footprints
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.readers.values import number
from dronectl.where import Where
from dronectl.zone import Dataset, Restriction, Zone

FRAMES = {
    0: Datum.AMSL, 5: Datum.AMSL, 3: Datum.TAKEOFF, 6: Datum.TAKEOFF, 10: Datum.AGL, 11: Datum.AGL,
}  # MAV_FRAME: global, relative altitude, terrain altitude, and their integer twins  # fmt: skip
MISSION_FRAME = 2
TAKEOFF, VTOL_TAKEOFF, LAND, VTOL_LAND, RTL, PLACE = 22, 84, 21, 85, 20, 94
LOITERS = {17: 2, 18: 2, 19: 2, 31: 1, 34: 0}  # MAV_CMD: index of the radius parameter
LOITER_UNLIM, LOITER_TURNS, LOITER_TIME, LOITER_TO_ALT, FIGURE_EIGHT = 17, 18, 19, 31, 35
GOES_TO = frozenset(
    {16, 17, 18, 19, 21, 22, 31, 34, 35, 36, 81, 82, 84, 85, 94, 192, 4501, *range(31000, 31005)}
)  # MAV_CMD with hasLocation and isDestination
UNSURE = {
    36: "an arc waypoint leaves the straight leg",
    82: "a spline waypoint leaves the straight leg",
    81: "a path-planning item leaves the path to the aircraft",
}
FREE = {25: "following a target", 92: "guidance by another computer"}
LOCAL = frozenset({23, 24})  # TAKEOFF_LOCAL, LAND_LOCAL: metres in a frame that the file does not tie to the globe
NO_MOVE = frozenset(
    {80, 93, 112, 114, 115, 178, 179, 188, 189, 195, 196, 197, 201, 203, 204, 205, 206, 207, 211, 214, 220, 222, 223,
     240, 420, 530, 531, 532, 533, 534, 600, 1000, 1001, 2000, 2001, 2003, 2004, 2500, 2501, 3000, 5000, 5001, 5002,
     5003, 5004, 5100, *range(180, 185), *range(31005, 31010)}
)  # camera, gimbal, delay, speed, servo, relay, gripper, region of interest, fence and rally: no move  # fmt: skip
CHANGE_ALT, DELAY, CONDITION_DELAY, JUMP, SPEED, SET_HOME, TAG, JUMP_TAG = (30, 113), 93, 112, 177, 178, 179, 600, 601
MULTIROTORS = frozenset({2, 3, 4, 13, 14, 15})  # MAV_TYPE: quad, coaxial, helicopter, hexa, octo, tri
FIXED_WING = 1
MOST_POINTS = 20_000
MOST_STEPS = 100_000  # a jump repeats the same line: what is not run again is flown already


@dataclass(slots=True)
class Item:
    """One command of a plan, whatever variant of the file it came from."""

    command: int
    frame: int
    params: list[float]
    """Seven; NaN where the file says null."""
    jump_id: int
    where: Where


@dataclass(slots=True)
class Craft:
    """The aircraft while the plan is run: where it is, how high, and what it has flown."""

    multirotor: bool
    speed_mps: float | None
    points: list[tuple[float, float, float, Datum | None, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    widen: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """Seconds spent on each leg beyond the time its length takes; NaN where that cannot be known."""
    speeds: list[float] = field(default_factory=list)
    rim: float = 0.0
    """Metres by which the aircraft may be off its point because it circles there."""

    def go(self, lon: float, lat: float, height: float, datum: Datum | None, place: Where, kind: str) -> None:
        """Fly straight to a point; a circle at either end widens the leg."""
        self.points.append((lon, lat, height, datum if isfinite(height) else None, str(place)))
        if len(self.points) > 1:
            self.kinds.append(kind)
            self.widen.append(self.rim)
            self.waits.append(0.0)
            self.speeds.append(self.speed_mps or nan)
        self.rim = 0.0

    def stay(self, place: Where, kind: str, *, radius: float, seconds: float) -> None:
        """Hover or circle at the present point."""
        if self.widen:
            self.widen[-1] = max(self.widen[-1], radius)
        lon, lat, height, datum, _ = self.points[-1]
        self.rim = radius
        self.go(lon, lat, height, datum, place, kind)
        self.waits[-1] = seconds
        self.rim = radius


def accepts(value: Any) -> bool:
    """True for a plan, and for the older `.mission` JSON."""
    if not isinstance(value, dict):
        return False
    return "fileType" in value or "MAV_AUTOPILOT" in value or {"items", "plannedHomePosition"} <= value.keys()


def read(document: Document, *, rtl_alt_m: float | None = None) -> Mission:
    """The plan's path, its fence and its rally points.

    `rtl_alt_m` is the height above take-off at which the aircraft returns home, a setting of the vehicle that no plan
    carries; without it the height of the way home is unknown.
    """
    value = document.value
    _refuse_other(value, document)
    plan = value.get("mission", value if "items" in value else {})
    plan = plan if isinstance(plan, dict) else {}
    faults: list[Fault] = []
    doubts: list[str] = []
    assumptions: list[str] = [
        f"no uncertainty is stated: the path is widened by {DEFAULT_HORIZONTAL_M:g} m horizontally "
        f"and {DEFAULT_VERTICAL_M:g} m vertically"
    ]
    root = document.where / "mission" if "mission" in value else document.where
    items = _items(plan.get("items", []), root / "items", document, faults, doubts)
    home = _home(plan.get("plannedHomePosition"), document, root)
    craft = Craft(number(plan.get("vehicleType", 2)) in MULTIROTORS or "vehicleType" not in plan, _speed(plan))
    if not faults:
        runner = _Run(craft, items, home, document, doubts, assumptions, rtl_alt_m)
        runner.run(number(plan.get("vehicleType")) == FIXED_WING)
        faults.extend(runner.faults)
    fence, inside = _fences(value.get("geoFence"), document, faults)
    if not faults and len(craft.points) == 0:
        what = "holds no item with a position: there is no path to check"
        if fence or inside:
            what = "holds a fence and no path: there is nothing to check"
        faults.append(Fault(root / "items", what, "add waypoints in QGroundControl and save it again"))
    if faults:
        raise InputError(faults)
    rally = value.get("rallyPoints")
    points = rally.get("points") if isinstance(rally, dict) else None
    name = document.path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return Mission(
        id=name,
        name=name,
        path=document.path,
        sha256=document.sha256,
        where=document.where,
        flights=(_flight(craft, root / "items"),),
        assumptions=tuple(dict.fromkeys(assumptions)),
        remarks=tuple(document.remarks),
        doubts=tuple(dict.fromkeys(doubts)),
        fence=fence,
        fence_inside=inside,
        rally_points=len(points) if isinstance(points, list) else 0,
    )


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


def _home(value: Any, document: Document, root: Where) -> tuple[float, float] | None:
    """Longitude and latitude of the planned home; None where the plan has none."""
    given = value.get("coordinate", value) if isinstance(value, dict) else value
    if isinstance(given, dict):
        given = [given.get("latitude"), given.get("longitude")]
    if not isinstance(given, list) or len(given) < 2:
        return None
    lat, lon = number(given[0]), number(given[1])
    if lat is None or lon is None or (lat == 0 and lon == 0):
        document.note(root / "plannedHomePosition", "names no place", "set the home position in QGroundControl")
        return None
    if abs(lat) > 90 or abs(lon) > 180:
        raise InputError.at(root / "plannedHomePosition", f"{lat:g}, {lon:g} is not on the globe")
    return lon, lat


# ---------------------------------------------------------------- items


def _items(value: Any, where: Where, document: Document, faults: list[Fault], doubts: list[str]) -> list[Item]:
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
        return _items(nested, where / "TransectStyleComplexItem" / "Items", document, faults, doubts)
    if kind in ("fwLandingPattern", "vtolLandingPattern"):
        return _landing_pattern(entry, where, faults)
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


class _Run:
    """Runs the items from the first to the last, jumps included."""

    def __init__(
        self,
        craft: Craft,
        items: list[Item],
        home: tuple[float, float] | None,
        document: Document,
        doubts: list[str],
        assumptions: list[str],
        rtl_alt_m: float | None,
    ) -> None:
        self.craft, self.items, self.home = craft, items, home
        self.document, self.doubts, self.assumptions = document, doubts, assumptions
        self.rtl_alt_m = rtl_alt_m
        self.faults: list[Fault] = []
        self.in_air = False

    def run(self, fixed_wing: bool) -> None:
        self.fixed_wing = fixed_wing
        left: dict[int, int] = {}
        by_id = {item.jump_id: k for k, item in enumerate(self.items)}
        tags = {int(item.params[0]): k for k, item in enumerate(self.items) if item.command == TAG}
        k = steps = 0
        while k < len(self.items):
            item = self.items[k]
            steps += 1
            if item.command in (JUMP, JUMP_TAG):
                target = (tags if item.command == JUMP_TAG else by_id).get(_whole(item.params[0], -1))
                if target is None:
                    what = f"jumps to {item.params[0]:g}, which is no item"
                    self.faults.append(Fault(item.where, what, "set a target that exists"))
                    return
                repeats = _whole(item.params[1], 0)
                if k not in left:
                    if repeats < 0:
                        self.assumptions.append("an endless jump is followed once; the path repeats after that")
                        self._timeless()
                        repeats = 1
                    left[k] = repeats
                if left[k] > 0 and len(self.craft.points) < MOST_POINTS and steps < MOST_STEPS:
                    left[k] -= 1
                    k = target
                    continue
                if left.pop(k) > 0:
                    self._timeless()
            elif not self._do(item):
                return
            k += 1
        if self.in_air:
            what = "the plan ends in the air: how the aircraft comes home is not in it and was not checked"
            self.assumptions.append(what)

    def _do(self, item: Item) -> bool:
        """Carry out one item; False where the flight ends."""
        command, craft = item.command, self.craft
        if command in LOCAL:
            what = f"command {command} places the aircraft in metres of a local frame"
            self.faults.append(Fault(item.where, what, "plan with latitude and longitude"))
            return False
        if command in FREE:
            self.doubts.append(f"{item.where}: {FREE[command]} leaves the path to something that is not in the plan")
        elif command == RTL:
            self._return(item)
            return False
        elif command == SPEED:
            if isfinite(item.params[1]) and item.params[1] > 0:
                craft.speed_mps = item.params[1]
        elif command in (DELAY, CONDITION_DELAY):
            seconds = item.params[0]
            if craft.points:
                craft.stay(item.where, "hover", radius=craft.rim, seconds=seconds if seconds >= 0 else nan)
        elif command == SET_HOME:
            if item.params[0] != 1:
                self.doubts.append(f"{item.where}: moves the home position, on which heights and the way home depend")
        elif command in CHANGE_ALT:
            self._change_height(item)
        elif command in GOES_TO:
            return self._visit(item)
        elif command not in NO_MOVE:
            self._unknown(item)
        return True

    def _unknown(self, item: Item) -> None:
        lat, lon = item.params[4], item.params[5]
        self.document.note(item.where, f"command {item.command} is not known")
        self.doubts.append(f"{item.where}: command {item.command} is not known, and it may move the aircraft")
        if isfinite(lat) and isfinite(lon) and (lat or lon) and abs(lat) <= 90 and abs(lon) <= 180:
            self.document.note(item.where, "its position is taken as part of the path")
            self._visit(item)

    def _height(self, item: Item) -> tuple[float, Datum | None]:
        """The item's height; what is not set keeps the present one."""
        height = item.params[6]
        if not isfinite(height):
            return (self.craft.points[-1][2], self.craft.points[-1][3]) if self.craft.points else (nan, None)
        if item.frame == MISSION_FRAME and item.command in (TAKEOFF, VTOL_TAKEOFF):
            return height, Datum.TAKEOFF
        datum = FRAMES.get(item.frame)
        if datum is None:
            self.doubts.append(f"{item.where}: altitude frame {item.frame} is not tied to a datum")
            return nan, None
        return height, datum

    def _place(self, item: Item) -> tuple[float, float] | None:
        """Longitude and latitude; null or 0, 0 is the present place."""
        lat, lon = item.params[4], item.params[5]
        if not (isfinite(lat) and isfinite(lon)) or (lat == 0 and lon == 0):
            if self.craft.points:
                return self.craft.points[-1][0], self.craft.points[-1][1]
            return self.home
        if abs(lat) > 90 or abs(lon) > 180:
            what = f"position {lat:g}, {lon:g} (latitude, longitude) is not on the globe"
            self.faults.append(Fault(item.where / "params" / 4, what, "check latitude and longitude"))
            return None
        return lon, lat

    def _visit(self, item: Item) -> bool:
        place = self._place(item)
        if place is None:
            if not self.faults:
                self.doubts.append(f"{item.where}: no place is known to start from")
            return not self.faults
        height, datum = self._height(item)
        craft = self.craft
        if item.command in UNSURE:
            self.doubts.append(f"{item.where}: {UNSURE[item.command]}")
        if not craft.points:
            self._lift_off(item, place, height, datum)
        if item.command in (LAND, VTOL_LAND):
            self._land(item, place, height, datum)
            return True
        radius = self._radius(item)
        if radius:
            craft.rim = max(craft.rim, radius)
        kind = "take-off" if item.command in (TAKEOFF, VTOL_TAKEOFF) else "leg"
        if item.command == LOITER_TO_ALT:  # circles at its present height until it has the new one
            before = craft.points[-1]
            craft.go(*place, before[2], before[3], item.where, "leg")
            craft.rim = max(craft.rim, radius)
            craft.go(*place, height, datum, item.where, "loiter")
            craft.rim = radius
        else:
            craft.go(*place, height, datum, item.where, kind)
            self._linger(item, radius)
        self.in_air = True
        return True

    def _lift_off(self, item: Item, place: tuple[float, float], height: float, datum: Datum | None) -> None:
        """From the ground at home up to the first height; a fixed wing climbs on its way."""
        start = self.home or place
        if self.home is None:
            self.assumptions.append("the plan names no home: take-off is taken to be at its first position")
        place_name = self.document.where / "mission" / "plannedHomePosition" if self.home else item.where
        self.craft.go(*start, 0.0, Datum.TAKEOFF, place_name, "take-off")
        if not self.fixed_wing:
            self.craft.go(*start, height, datum, item.where, "take-off")
        if item.command not in (TAKEOFF, VTOL_TAKEOFF):
            self.assumptions.append("the plan has no take-off item: the aircraft is taken to lift off at home")

    def _radius(self, item: Item) -> float:
        """Metres round the point in which the aircraft circles."""
        if item.command == FIGURE_EIGHT:
            return sum(abs(value) for value in item.params[:2] if isfinite(value))
        at = LOITERS.get(item.command)
        if at is None:
            return 0.0
        radius = item.params[at]
        if isfinite(radius) and radius != 0:
            self.assumptions.append("a loiter circle is taken as the whole disc")
            return abs(radius)
        if not self.craft.multirotor or item.command == LOITER_TURNS:
            self.doubts.append(f"{item.where}: circles with a radius that is set in the vehicle, not in the plan")
        return 0.0

    def _linger(self, item: Item, radius: float) -> None:
        seconds = 0.0
        if item.command == LOITER_UNLIM:
            seconds = nan
        elif item.command in (16, LOITER_TIME):
            seconds = item.params[0] if isfinite(item.params[0]) else 0.0
        elif item.command == LOITER_TURNS:
            speed = self.craft.speed_mps
            seconds = abs(item.params[0]) * 2 * np.pi * radius / speed if speed else nan
        if item.command in LOITERS or item.command == FIGURE_EIGHT or seconds > 0:
            kind = "loiter" if radius else "hover"
            self.craft.stay(item.where, kind, radius=radius, seconds=seconds)
        if item.command == PLACE:
            height, datum = self.craft.points[-1][2:4]
            self.craft.go(*self.craft.points[-1][:2], min(height, 0.0), datum, item.where, "landing")
            self.craft.go(*self.craft.points[-1][:2], height, datum, item.where, "take-off")

    def _land(self, item: Item, place: tuple[float, float], height: float, datum: Datum | None) -> None:
        """Over to the landing place at the present height, then down; a fixed wing comes in on a slope."""
        craft = self.craft
        if not self.fixed_wing:
            before = craft.points[-1]
            craft.go(*place, before[2], before[3], item.where, "leg")
        below = craft.points[-1][3]
        down = min(height, 0.0) if isfinite(height) and datum is below else 0.0
        craft.go(*place, down if below is not Datum.AMSL else nan, below, item.where, "landing")
        self.in_air = False

    def _return(self, item: Item) -> None:
        """Straight home at the height set in the vehicle, then down."""
        craft = self.craft
        if not craft.points:
            return
        home = self.home
        if home is None:
            home = (craft.points[0][0], craft.points[0][1])
        lon, lat, height, datum, _ = craft.points[-1]
        if self.rtl_alt_m is not None:
            self.assumptions.append(f"the aircraft returns home at {self.rtl_alt_m:g} m above take-off (--rtl-alt)")
            if datum is not Datum.TAKEOFF:
                craft.go(lon, lat, nan, None, item.where, "return")
            level = max(self.rtl_alt_m, height) if datum is Datum.TAKEOFF else self.rtl_alt_m
            craft.go(lon, lat, level, Datum.TAKEOFF, item.where, "return")
            craft.go(*home, level, Datum.TAKEOFF, item.where, "return")
            craft.go(*home, 0.0, Datum.TAKEOFF, item.where, "landing")
        else:
            self.assumptions.append(
                "the height of the way home is set in the vehicle and not known here (--rtl-alt METRES gives it)"
            )
            craft.go(*home, nan, None, item.where, "return")
            craft.go(*home, nan, None, item.where, "landing")
        self.in_air = False

    def _change_height(self, item: Item) -> None:
        if self.craft.points:
            height, datum = self._height(item)
            self.craft.go(*self.craft.points[-1][:2], height, datum, item.where, "leg")

    def _timeless(self) -> None:
        if self.craft.waits:
            self.craft.waits[-1] = nan
        else:
            self.craft.speed_mps = None


def _whole(value: float, default: int) -> int:
    return int(value) if isfinite(value) else default


def _flight(craft: Craft, where: Where) -> Flight:
    lon, lat = (np.array([point[k] for point in craft.points]) for k in (0, 1))
    height = np.array([point[2] for point in craft.points])
    _, metres = geometry.leg_azimuths(lon, lat)
    climb = np.nan_to_num(np.abs(np.diff(height)), nan=0.0)
    legs = np.maximum(metres / np.array(craft.speeds), climb / DEFAULT_CLIMB_MPS) + np.array(craft.waits)
    return Flight(
        id="flight-1",
        where=where,
        lon=lon,
        lat=lat,
        height=height,
        datum=tuple(point[3] for point in craft.points),
        place=tuple(point[4] for point in craft.points),
        kind=tuple(craft.kinds),
        widen_m=np.array(craft.widen) if craft.widen else np.zeros(1),
        elapsed=np.concatenate([[0.0], np.cumsum(legs)]) if np.isfinite(legs).all() else None,
    )


# ---------------------------------------------------------------- fences


def _fences(value: Any, document: Document, faults: list[Fault]) -> tuple[tuple[Zone, ...], tuple[Zone, ...]]:
    """The areas that the plan's fence keeps out of, and those that it keeps inside of."""
    if not isinstance(value, dict):
        return (), ()
    where = document.where / "geoFence"
    drafts: list[tuple[bool, Draft]] = []
    rings = value.get("polygons")
    for k, entry in enumerate(rings if isinstance(rings, list) else []):
        here = where / "polygons" / k
        corners = entry.get("polygon") if isinstance(entry, dict) else None
        if not isinstance(corners, list) or not all(isinstance(c, list) and len(c) >= 2 for c in corners):
            document.note(here, "is not a fence polygon")
            continue
        ring = [[corner[1], corner[0]] for corner in corners]
        made = footprints.polygons("Polygon", [[*ring, ring[0]] if ring else []], Band(), document, faults, here)
        drafts.append((entry.get("inclusion") is not False, made))
    rounds = value.get("circles")
    for k, entry in enumerate(rounds if isinstance(rounds, list) else []):
        here = where / "circles" / k
        shape = entry.get("circle") if isinstance(entry, dict) else None
        centre = shape.get("center") if isinstance(shape, dict) else None
        if not isinstance(shape, dict) or not isinstance(centre, list) or len(centre) < 2:
            document.note(here, "is not a fence circle")
            continue
        made = footprints.circle([centre[1], centre[0]], shape.get("radius"), Band(), document, faults, here)
        drafts.append((entry.get("inclusion") is not False, made))
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
