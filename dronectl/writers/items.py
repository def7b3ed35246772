"""A flight as the items of MAVLink: take-off, waypoints, landing. They are what plans and waypoint files hold."""

from __future__ import annotations

from dronectl.measures import Datum
from dronectl.mission import Flight, Mission
from dronectl.records import dataclass
from dronectl.writers.legs import Point, homeward, lost, on_ground, points, require, upright

MISSION = 2  # MAV_FRAME_MISSION: a command without a place
FRAMES = {Datum.AMSL: 0, Datum.TAKEOFF: 3, Datum.AGL: 10}  # MAV_FRAME
WAYPOINT, RETURN, LAND, TAKEOFF = 16, 20, 21, 22  # MAV_CMD_NAV_...


@dataclass(frozen=True, slots=True)
class Item:
    """One command with its place."""

    command: int
    frame: int
    lon: float
    lat: float
    height: float
    wait_s: float = 0.0


def misses(mission: Mission, *, rally: bool = True) -> list[str]:
    """What items cannot say of a mission, the fence aside; nor its rally points, unless `rally` is False."""
    told = lost(mission, fence=False, rally=rally)
    if any(len(flight.lon) and not on_ground(points(flight)[0]) for flight in mission.flights):
        told.append("that it does not begin on the ground: the plan lifts off at its first position")
    if any(homeward(points(flight))[2] is not None for flight in mission.flights):
        told.append("the height of its way home: that is set in the aircraft")
    return told


def items(flight: Flight, name: str) -> tuple[tuple[float, float], list[Item]]:
    """Longitude and latitude of home, and the items that fly the path. Raises `CannotWrite` for heights it cannot say."""
    path, returns, _ = homeward(points(flight))
    require(path, tuple(FRAMES), name)
    home = flight.takeoff
    made: list[Item] = []
    if len(path) > 1 and on_ground(path[0]):
        home = (path[0].lon, path[0].lat)
        path = path[1:]
        if upright(Point(*home, 0.0, None, "", None, None, False), path[0]):
            made.append(_item(TAKEOFF, path[0]))
            path = path[1:]
    for k, point in enumerate(path):
        last = k == len(path) - 1
        lands = last and k > 0 and on_ground(point) and upright(path[k - 1], point)
        made.append(_item(LAND if lands else WAYPOINT, point))
    if returns:
        made.append(Item(RETURN, MISSION, 0.0, 0.0, 0.0))
    return home, made


def _item(command: int, point: Point) -> Item:
    assert point.datum is not None
    return Item(command, FRAMES[point.datum], point.lon, point.lat, point.height, point.wait_s)
