"""Missions as KML lines: above sea level or above ground."""

from __future__ import annotations

from math import isfinite

from dronectl.measures import Datum
from dronectl.mission import Flight, Mission
from dronectl.writers.legs import levelled, lost
from dronectl.writers.xml import element
from dronectl.writers.xml import render as render_xml

NAME, SUFFIX = "kml", ".kml"
CLAMPED = "clampToGround"
MODES = {Datum.AMSL: "absolute", Datum.AGL: "relativeToGround"}


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    told = lost(mission)
    for flight in mission.flights:
        if _mode(levelled(flight)) == CLAMPED and any(datum is not None for datum in flight.datum):
            words = " and ".join(sorted({datum.value for datum in flight.datum if datum is not None}))
            told.append(f"its heights (over {words}): the line of {flight.id} lies on the ground")
    return told


def render(mission: Mission) -> bytes:
    """One line a flight."""
    root = element(None, "kml", xmlns="http://www.opengis.net/kml/2.2")
    document = element(root, "Document")
    element(document, "name", mission.name or mission.id)
    for flight in (levelled(flight) for flight in mission.flights):
        mode = _mode(flight)
        mark = element(document, "Placemark")
        element(mark, "name", flight.id)
        line = element(mark, "LineString")
        element(line, "altitudeMode", mode)
        words = [
            f"{lon:.9f},{lat:.9f}" + (f",{height:.3f}" if isfinite(height) and mode != CLAMPED else "")
            for lon, lat, height in zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True)
        ]
        element(line, "coordinates", " ".join(words))
    return render_xml(root)


def _mode(flight: Flight) -> str:
    """One kind of height a line; the ground where a line has another one, or several."""
    datum = flight.datum[0] if len(set(flight.datum)) == 1 else None
    return MODES.get(datum, CLAMPED) if datum is not None else CLAMPED
