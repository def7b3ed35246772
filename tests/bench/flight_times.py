"""How far the flight times that a plan tells are from those that were flown, on real logs.

Usage: DRONECTL_REALDATA=FOLDER python tests/bench/flight_times.py

A log's path is made a plan: the few waypoints that hold it within 5 m, flown at its own usual speed, with the tool's climb
of 3 m/s. What the plan takes is held against the time that the log was under way; waits, which a plan states, are left out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from dronectl.errors import InputError
from dronectl.geometry import Frame, leg_azimuths
from dronectl.mission import DEFAULT_CLIMB_MPS, Flight
from dronectl.readers import read_mission
from dronectl.readers.moments import elapsed

NEAR_M = 5.0  # what waypoints leave of the path
STILL_MPS = 0.5  # slower is a wait
LEAST_S, LEAST_M = 30.0, 100.0
FOLDERS = ("logs-ulog", "logs-ardupilot", "logs-dji")  # of aircraft


def waypoints(path: np.ndarray) -> np.ndarray:
    """The few points of a path (n, 3) that hold all of it within `NEAR_M` (Douglas and Peucker)."""
    kept, open_ = {0, len(path) - 1}, [(0, len(path) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        way, inner = path[last] - path[first], path[first + 1 : last] - path[first]
        part = np.clip(inner @ way / max(float(way @ way), 1e-12), 0, 1)
        off = np.linalg.norm(inner - part[:, None] * way, axis=1)
        if off.max() > NEAR_M:
            middle = first + 1 + int(off.argmax())
            kept.add(middle)
            open_ += [(first, middle), (middle, last)]
    return path[sorted(kept)]


def estimate(flight: Flight) -> tuple[float, float, int] | None:
    """Seconds that were flown under way, seconds that the plan takes, and its waypoints; None for a log too short to tell."""
    if flight.times is None or len(flight.lon) < 10:
        return None
    metres, seconds = leg_azimuths(flight.lon, flight.lat)[1], np.diff(flight.times)
    climb = np.abs(np.nan_to_num(np.diff(flight.height)))
    way = np.hypot(metres, climb)
    moving = (seconds > 0) & (way > STILL_MPS * seconds)
    flown = float(seconds[moving].sum())
    if flown < LEAST_S or metres[moving].sum() < LEAST_M:
        return None
    frame = Frame(float(flight.lon.mean()), float(flight.lat.mean()))
    at = frame.project(flight.lon, flight.lat)
    few = waypoints(np.column_stack([at, np.nan_to_num(flight.height)]))
    lon, lat = frame.unproject(few[:, :2])
    ahead = moving & (metres > STILL_MPS * seconds)
    speed = float(np.median(metres[ahead] / seconds[ahead]))
    planned = elapsed(leg_azimuths(lon, lat)[1], few[:, 2], speed, DEFAULT_CLIMB_MPS)
    return flown, float(planned[-1]), len(few)


def rows(root: Path) -> list[tuple[str, float, float, int]]:
    """Name, seconds flown, seconds estimated, waypoints of each log that tells enough."""
    made = []
    for path in sorted(file for folder in FOLDERS for file in (root / folder).glob("*")):
        try:
            mission = read_mission(str(path))
        except InputError:
            continue
        for flight in mission.flights if mission.flown else ():
            found = estimate(flight)
            if found is not None:
                made.append((f"{path.name} {flight.id}", *found))
    return made


if __name__ == "__main__":
    where = os.environ.get("DRONECTL_REALDATA")
    if not where:
        sys.exit("DRONECTL_REALDATA names no folder")
    found = rows(Path(where))
    for name, flown, planned, points in found:
        print(
            f"{name:<44} {flown:8.0f} s flown {planned:8.0f} s planned {points:5d} waypoints {planned / flown - 1:+7.1%}"
        )
    off = np.array([planned / flown - 1 for _, flown, planned, _ in found])
    print(
        f"{len(off)} logs: median {np.median(off):+.1%}, median error {np.median(abs(off)):.1%}, "
        f"worst {off[abs(off).argmax()]:+.1%}"
    )
