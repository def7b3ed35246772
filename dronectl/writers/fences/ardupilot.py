"""The fence as fence items of a QGC WPL 110 file, as Mission Planner and MAVProxy load it beside the waypoints."""

from __future__ import annotations

from dronectl.fencing import Fence, Limits
from dronectl.mission import Mission
from dronectl.zone import Circle, Rings, Zone

NAME, SUFFIX, CARRIES_MISSION = "ardupilot", ".waypoints", False
LIMITS = Limits()
INCLUSION, EXCLUSION, INCLUSION_CIRCLE, EXCLUSION_CIRCLE = 5001, 5002, 5003, 5004  # MAV_CMD_NAV_FENCE_...
RELATIVE = 3  # MAV_FRAME_GLOBAL_RELATIVE_ALT


def render(mission: Mission, fence: Fence) -> bytes:
    """Home, then a line a corner: its first parameter is how many corners the outline has."""
    home = mission.flights[0].takeoff
    lines = ["QGC WPL 110", _line(0, 16, 0.0, home[0], home[1], frame=0, current=1)]
    for zones, polygon, circle in (
        (fence.inside, INCLUSION, INCLUSION_CIRCLE),
        (fence.outside, EXCLUSION, EXCLUSION_CIRCLE),
    ):
        for zone in zones:
            lines += [_line(len(lines) - 1 + k, *item) for k, item in enumerate(_items(zone, polygon, circle))]
    return ("\n".join(lines) + "\n").encode()


def _items(zone: Zone, polygon: int, circle: int) -> list[tuple[int, float, float, float]]:
    made: list[tuple[int, float, float, float]] = []
    for volume in zone.volumes:
        shape = volume.footprint
        if isinstance(shape, Circle):
            made.append((circle, shape.radius_m, shape.lon, shape.lat))
        elif isinstance(shape, Rings):
            for rings in shape.polygons:
                corners = rings[0][:-1].tolist()
                made += [(polygon, float(len(corners)), lon, lat) for lon, lat in corners]
    return made


def _line(
    number: int, command: int, first: float, lon: float, lat: float, *, frame: int = RELATIVE, current: int = 0
) -> str:
    cells = [number, current, frame, command, f"{first:.9g}", 0, 0, 0, f"{lat:.9f}", f"{lon:.9f}", "0", 1]
    return "\t".join(str(cell) for cell in cells)
