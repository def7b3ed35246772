"""Missions as QGroundControl `.plan`, their fence included."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

import numpy as np

from dronectl.geometry import leg_azimuths
from dronectl.mission import Flight, Mission
from dronectl.writers import items
from dronectl.writers.legs import single
from dronectl.zone import Circle, Rings, Zone

NAME, SUFFIX = "plan", ".plan"
RALLY_M = 30.0  # above take-off: a rally point must name one, and the mission's say none: a house figure
FIRMWARE, QUADROTOR = 12, 2  # MAV_AUTOPILOT_PX4, MAV_TYPE_QUADROTOR: what a plan must name


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    return items.misses(mission, rally=False)


def render(mission: Mission) -> bytes:
    """The plan of the mission's one flight."""
    flight = single(mission, "a plan")
    home, listed = items.items(flight, "a plan")
    speed = _speed(flight)
    made = {
        "fileType": "Plan",
        "version": 1,
        "groundStation": "QGroundControl",
        "mission": {
            "version": 2,
            "firmwareType": FIRMWARE,
            "vehicleType": QUADROTOR,
            "cruiseSpeed": speed,
            "hoverSpeed": speed,
            "globalPlanAltitudeMode": 0,
            "plannedHomePosition": [home[1], home[0], flight.ground_m or 0],
            "items": [_item(item, number) for number, item in enumerate(listed, 1)],
        },
        "geoFence": fence_of(mission),
        "rallyPoints": {"points": [[lat, lon, RALLY_M] for lon, lat in mission.rally_at], "version": 2},
    }
    return (json.dumps(made, indent=4, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _item(item: items.Item, number: int) -> dict[str, Any]:
    wait = round(item.wait_s) if item.command == items.WAYPOINT and isfinite(item.wait_s) else 0
    return {
        "type": "SimpleItem",
        "command": item.command,
        "frame": item.frame,
        "params": [0] * 7 if item.command == items.RETURN else [wait, 0, 0, None, item.lat, item.lon, item.height],
        "autoContinue": True,
        "doJumpId": number,
    }


def _speed(flight: Flight) -> float:
    """The usual speed of the flight; 5 m/s, QGroundControl's own, where it is not known."""
    if flight.elapsed is None or len(flight.lon) < 2:
        return 5.0
    metres, seconds = leg_azimuths(flight.lon, flight.lat)[1], np.diff(flight.elapsed)
    moving = (seconds > 0) & (metres > 1.0)
    return round(float(np.median(metres[moving] / seconds[moving])), 2) if moving.any() else 5.0


def fence_of(mission: Mission) -> dict[str, Any]:
    """The fence of a mission as the member `geoFence` of a plan."""
    polygons: list[dict[str, Any]] = []
    circles: list[dict[str, Any]] = []
    for zones, inside in ((mission.fence_inside, True), (mission.fence, False)):
        for zone in zones:
            _add(zone, inside, polygons, circles)
    return {"version": 2, "polygons": polygons, "circles": circles}


def _add(zone: Zone, inside: bool, polygons: list[dict[str, Any]], circles: list[dict[str, Any]]) -> None:
    for volume in zone.volumes:
        shape = volume.footprint
        if isinstance(shape, Circle):
            circle = {"center": [shape.lat, shape.lon], "radius": shape.radius_m}
            circles.append({"circle": circle, "inclusion": inside, "version": 1})
        elif isinstance(shape, Rings):
            for polygon in shape.polygons:
                corners = [[float(y), float(x)] for x, y in polygon[0][:-1].tolist()]
                polygons.append({"inclusion": inside, "polygon": corners, "version": 1})
