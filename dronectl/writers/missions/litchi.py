"""Missions as Litchi's table of waypoints."""

from __future__ import annotations

import csv
import io
from math import isfinite

from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.writers import CannotWrite
from dronectl.writers.legs import Point, homeward, lost, on_ground, points, require, single, upright

NAME, SUFFIX = "litchi", ".csv"
MODES = {Datum.TAKEOFF: 0, Datum.AGL: 1}
MOST = 99  # Litchi flies no more waypoints in one mission
ACTIONS = 15
STAY = 0


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    told = [note for note in lost(mission) if not note.startswith("what the camera")]
    if any(flight.recording for flight in mission.flights):
        told.append("when it records")
    told.append("how it lands and comes home: that is set in the app")
    return told


def render(mission: Mission) -> bytes:
    """The waypoints of the mission's one flight; take-off and landing are left to the app."""
    path, _, _ = homeward(points(single(mission, "a Litchi mission")))
    if len(path) > 1 and on_ground(path[0]) and upright(path[0], path[1]):
        path = path[1:]
    if len(path) > 1 and on_ground(path[-1]) and upright(path[-1], path[-2]):
        path = path[:-1]
    require(path, tuple(MODES), "a Litchi mission")
    if len(path) > MOST:
        raise CannotWrite(f"Litchi flies {MOST} waypoints at most, and the mission has {len(path)}")
    pairs = [name for k in range(1, ACTIONS + 1) for name in (f"actiontype{k}", f"actionparam{k}")]
    header = ["latitude", "longitude", "altitude(m)", "heading(deg)", "curvesize(m)", "rotationdir", "gimbalmode",
              "gimbalpitchangle", *pairs, "altitudemode", "speed(m/s)", "poi_latitude", "poi_longitude",
              "poi_altitude(m)", "poi_altitudemode", "photo_timeinterval", "photo_distinterval"]  # fmt: skip
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for point in path:
        writer.writerow(_row(point))
    return out.getvalue().encode()


def _row(point: Point) -> list[str]:
    assert point.datum is not None
    tilted = point.pitch_deg is not None and isfinite(point.pitch_deg)
    actions = [-1, 0] * ACTIONS
    if point.wait_s > 0 and isfinite(point.wait_s):
        actions[:2] = [STAY, round(point.wait_s * 1000)]
    cells = [f"{point.lat:.9f}", f"{point.lon:.9f}", f"{point.height:.3f}", 0, 0, 0, 2 if tilted else 0]
    cells += [f"{point.pitch_deg:.1f}" if tilted else 0, *actions, MODES[point.datum], 0, 0, 0, 0, 0, -1, -1]
    return [str(cell) for cell in cells]
