"""Missions as QGC WPL 110, the waypoint file of Mission Planner and others."""

from __future__ import annotations

from math import isfinite

from dronectl.mission import Mission
from dronectl.writers import items
from dronectl.writers.legs import single

NAME, SUFFIX = "wpl", ".waypoints"


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    told = items.misses(mission)
    if mission.fence or mission.fence_inside:
        told.append("the fence: waypoint files keep it in a file of its own")
    return told


def render(mission: Mission) -> bytes:
    """The waypoints of the mission's one flight, home first."""
    flight = single(mission, "a waypoint file")
    home, listed = items.items(flight, "a waypoint file")
    lines = ["QGC WPL 110", _line(0, items.Item(items.WAYPOINT, 0, *home, flight.ground_m or 0.0), current=1)]
    lines += [_line(number, item) for number, item in enumerate(listed, 1)]
    return ("\n".join(lines) + "\n").encode()


def _line(number: int, item: items.Item, *, current: int = 0) -> str:
    wait = item.wait_s if item.command == items.WAYPOINT and isfinite(item.wait_s) else 0.0
    cells = [number, current, item.frame, item.command, f"{wait:g}", 0, 0, 0, f"{item.lat:.9f}", f"{item.lon:.9f}"]
    return "\t".join(str(cell) for cell in [*cells, f"{item.height:.4f}", 1])
