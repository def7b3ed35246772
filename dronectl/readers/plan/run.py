"""A plan's items run as an autopilot would run them, every leg kept."""

from __future__ import annotations

from dataclasses import field
from math import isfinite, nan

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault
from dronectl.measures import Datum, turn_radius_m
from dronectl.mission import DEFAULT_CLIMB_MPS, Cruise, Flight, VolumePlan
from dronectl.readers.document import Document
from dronectl.readers.plan.commands import (
    AIRSPEED,
    CHANGE_ALT,
    CONDITION_DELAY,
    CONTINUE_AND_CHANGE_ALT,
    DEFAULT_SPEED,
    DELAY,
    FIGURE_EIGHT,
    FILMS,
    FRAMES,
    FREE,
    GIMBAL_PITCH_YAW,
    GOES_TO,
    GROUNDSPEED,
    JUMP,
    JUMP_TAG,
    LAND,
    LOCAL,
    LOITER_TIME,
    LOITER_TO_ALT,
    LOITER_TURNS,
    LOITER_UNLIM,
    LOITERS,
    LOOKS_ELSEWHERE,
    MISSION_FRAME,
    MOST_POINTS,
    MOST_STEPS,
    MOUNT_ANGLES,
    MOUNT_CONTROL,
    NO_MOVE,
    PHOTO,
    PLACE,
    RTL,
    SET_HOME,
    SPEED,
    TAG,
    TAKEOFF,
    TRIGGER_DISTANCE,
    UNSURE,
    VTOL_LAND,
    VTOL_TAKEOFF,
    WAYPOINT,
)
from dronectl.readers.plan.item import Item
from dronectl.records import dataclass
from dronectl.where import Where

BANK_DEG = VolumePlan().bank_deg  # as in an operational volume of which nobody states it


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
    pitch_deg: float = nan
    """Where the gimbal looks: 0 the horizon, -90 straight down; NaN where the plan has not said it."""
    films: bool | None = None
    """Whether the camera records; None until the plan says it."""
    pitches: list[float] = field(default_factory=list)
    filmed: list[bool | None] = field(default_factory=list)
    rim: float = 0.0
    """Metres by which the aircraft may be off its point because it circles there."""
    cruise: dict[int, Cruise] = field(default_factory=dict)
    """Points whose height is the higher of two, over different datums."""

    def go(self, lon: float, lat: float, height: float, datum: Datum | None, place: Where, kind: str) -> None:
        """Fly straight to a point; a circle at either end widens the leg."""
        self.points.append((lon, lat, height, datum if isfinite(height) else None, str(place)))
        self.pitches.append(self.pitch_deg)
        self.filmed.append(self.films)
        if len(self.points) > 1:
            self.kinds.append(kind)
            self.widen.append(self.rim)
            self.waits.append(0.0)
            self.speeds.append(self.speed_mps or nan)
        self.rim = 0.0

    def aim(self, pitch_deg: float) -> None:
        """Turn the gimbal: from the present point on."""
        self.pitch_deg = pitch_deg
        if self.pitches and not isfinite(self.pitches[-1]):
            self.pitches[-1] = pitch_deg

    def film(self, on: bool) -> None:
        """Begin or end to record: a camera that begins now has not recorded before."""
        if self.films is None:
            self.filmed = [not on] * len(self.filmed)
        self.films = on
        if self.filmed and on:
            self.filmed[-1] = True

    def stay(self, place: Where, kind: str, *, radius: float, seconds: float) -> None:
        """Hover or circle at the present point."""
        if self.widen:
            self.widen[-1] = max(self.widen[-1], radius)
        lon, lat, height, datum, _ = self.points[-1]
        self.rim = radius
        self.go(lon, lat, height, datum, place, kind)
        self.waits[-1] = seconds
        self.rim = radius


class Run:
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
        self.speed_mps = craft.speed_mps
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
        if fixed_wing and len(self.craft.points) > 2:
            self.assumptions.append(self._rounded())

    def _rounded(self) -> str:
        """What is said of the corners of a fixed wing, which flies none."""
        speed = max((speed for speed in self.craft.speeds if isfinite(speed)), default=None)
        if speed is None:
            return "a fixed wing rounds its corners: to turn it needs more room than the path shows"
        metres = turn_radius_m(speed, BANK_DEG)
        return (
            f"a fixed wing rounds its corners, which the path does not show: it turns in {metres:.0f} m at {speed:g} m/s "
            f"and a bank of {BANK_DEG:g} degrees"
        )

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
            self._change_speed(item)
        elif command in (DELAY, CONDITION_DELAY):
            seconds = item.params[0]
            if craft.points:
                craft.stay(item.where, "hover", radius=craft.rim, seconds=seconds if seconds >= 0 else nan)
        elif command in CAMERA:
            self._camera(item)
        elif command == SET_HOME:
            if item.params[0] != 1:
                self.doubts.append(f"{item.where}: moves the home position, on which heights and the way home depend")
        elif command in CHANGE_ALT:
            if command == CONTINUE_AND_CHANGE_ALT:
                self.doubts.append(f"{item.where}: the aircraft flies on along its course until it has the new height")
            self._change_height(item)
        elif command in GOES_TO:
            return self._visit(item)
        elif command not in NO_MOVE:
            self._unknown(item)
        return True

    def _change_speed(self, item: Item) -> None:
        """Over the ground or through the air; climbs and descents are not timed by what an item says."""
        kind, speed = _whole(item.params[0], AIRSPEED), item.params[1]
        if kind not in (AIRSPEED, GROUNDSPEED):
            return
        if isfinite(speed) and speed > 0:
            self.craft.speed_mps = speed
        elif speed == DEFAULT_SPEED:
            self.craft.speed_mps = self.speed_mps

    def _camera(self, item: Item) -> None:
        """What an item does to gimbal and camera."""
        command, craft = item.command, self.craft
        if command == MOUNT_CONTROL:
            craft.aim(item.params[0] if _whole(item.params[6], 0) == MOUNT_ANGLES else nan)
        elif command == GIMBAL_PITCH_YAW:
            craft.aim(item.params[0])
        elif command in LOOKS_ELSEWHERE:
            craft.aim(nan)
        elif command in FILMS:
            craft.film(FILMS[command])
        elif command == TRIGGER_DISTANCE:
            craft.film(item.params[0] > 0)
        else:
            craft.film(True)

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
        if isfinite(lat) is not isfinite(lon):
            self.doubts.append(f"{item.where}: only one of latitude and longitude is set")
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
            cut = self._cut(item)
            craft.rim = max(craft.rim, cut)
            craft.go(*place, height, datum, item.where, kind)
            self._linger(item, radius, cut)
            craft.rim = max(craft.rim, cut)
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

    def _cut(self, item: Item) -> float:
        """Metres from a waypoint within which the aircraft may turn to the next one, or pass it by."""
        if item.command != WAYPOINT:
            return 0.0
        radius = max(abs(value) if isfinite(value) else 0.0 for value in item.params[1:3])
        if radius:
            self.assumptions.append(
                "the aircraft may be off its legs by the radius in which a waypoint counts as reached or passed"
            )
        return radius

    def _linger(self, item: Item, radius: float, cut: float) -> None:
        seconds = 0.0
        if item.command == LOITER_UNLIM:
            seconds = nan
        elif item.command in (WAYPOINT, LOITER_TIME):
            seconds = item.params[0] if isfinite(item.params[0]) else 0.0
        elif item.command == LOITER_TURNS:
            speed = self.craft.speed_mps
            seconds = abs(item.params[0]) * 2 * np.pi * radius / speed if speed else nan
        if item.command in LOITERS or item.command == FIGURE_EIGHT or seconds > 0:
            kind = "loiter" if radius else "hover"
            self.craft.stay(item.where, kind, radius=max(radius, cut), seconds=seconds)
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
            self.assumptions.append(
                f"the aircraft returns home at {self.rtl_alt_m:g} m above take-off (--rtl-alt), or as high as it is"
            )
            like = len(craft.points) - 1
            level = max(self.rtl_alt_m, height) if datum is Datum.TAKEOFF else nan
            for place in ((lon, lat), home):
                craft.go(*place, level, Datum.TAKEOFF, item.where, "return")
                if datum is not Datum.TAKEOFF and datum is not None:
                    craft.cruise[len(craft.points) - 1] = Cruise(like=like, least_m=self.rtl_alt_m)
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


CAMERA = frozenset({MOUNT_CONTROL, GIMBAL_PITCH_YAW, TRIGGER_DISTANCE, *LOOKS_ELSEWHERE, *FILMS, *PHOTO})


def _whole(value: float, default: int) -> int:
    return int(value) if isfinite(value) else default


def flown(craft: Craft, where: Where) -> Flight:
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
        gimbal_pitch_deg=tuple(craft.pitches) if any(isfinite(pitch) for pitch in craft.pitches) else (),
        recording=tuple(bool(on) for on in craft.filmed) if craft.films is not None else (),
        cruise=craft.cruise,
    )
