"""Missions as KML lines: above sea level or above ground."""

from __future__ import annotations

from math import isfinite

from dronectl.measures import Datum
from dronectl.mission import Flight, Mission
from dronectl.writers import CannotWrite
from dronectl.writers.legs import lost
from dronectl.writers.xml import element
from dronectl.writers.xml import render as render_xml

NAME, SUFFIX = "kml", ".kml"
MODES = {Datum.AMSL: "absolute", Datum.AGL: "relativeToGround"}


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    return lost(mission)


def render(mission: Mission) -> bytes:
    """One line a flight."""
    root = element(None, "kml", xmlns="http://www.opengis.net/kml/2.2")
    document = element(root, "Document")
    element(document, "name", mission.name or mission.id)
    for flight in mission.flights:
        mode = _mode(flight)
        mark = element(document, "Placemark")
        element(mark, "name", flight.id)
        line = element(mark, "LineString")
        element(line, "altitudeMode", mode)
        words = [
            f"{lon:.9f},{lat:.9f}" + (f",{height:.3f}" if isfinite(height) else "")
            for lon, lat, height in zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True)
        ]
        element(line, "coordinates", " ".join(words))
    return render_xml(root)


def _mode(flight: Flight) -> str:
    datums = set(flight.datum)
    if datums == {None}:
        return "clampToGround"
    if len(datums) > 1 or not datums <= MODES.keys():
        words = ", ".join(sorted(datum.value if datum else "no datum" for datum in datums))
        raise CannotWrite(f"KML has heights above sea level or above ground, one of the two a line, and not {words}")
    return MODES[next(iter(datums))]  # type: ignore[index]
