"""Missions as a GPX route: places and heights, without a datum."""

from __future__ import annotations

from math import isfinite

from dronectl.mission import Mission
from dronectl.writers.legs import levelled, lost
from dronectl.writers.xml import element
from dronectl.writers.xml import render as render_xml

NAME, SUFFIX = "gpx", ".gpx"


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    told = lost(mission)
    datums = {datum for flight in mission.flights for datum in levelled(flight).datum if datum is not None}
    if datums:
        words = " and ".join(sorted(datum.value for datum in datums))
        told.append(f"what its heights are measured from ({words}): whoever reads it must be told")
    return told


def render(mission: Mission) -> bytes:
    """One route a flight."""
    root = element(None, "gpx", version="1.1", creator="dronectl", xmlns="http://www.topografix.com/GPX/1/1")
    for flight in mission.flights:
        line = element(root, "rte")
        element(line, "name", flight.id)
        for lon, lat, height in zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True):
            point = element(line, "rtept", lat=f"{lat:.9f}", lon=f"{lon:.9f}")
            if isfinite(height):
                element(point, "ele", f"{height:.3f}")
    return render_xml(root)
