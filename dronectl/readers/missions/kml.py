"""Missions as KML or KMZ: every line drawn is a flight."""

from __future__ import annotations

from math import nan
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.mission import Flight, Mission
from dronectl.readers import kml, route, xml
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.route import Stop

SHARED = True  # a file may hold zones as well


def accepts(value: Any) -> bool:
    """True for KML with a line and no track with times."""
    return kml.is_kml(value) and kml.holds(value, "LineString") and not kml.holds(value, "gx:Track", "Track", "when")


def read(document: Document, choices: Choices) -> Mission:
    """The lines with their heights: above sea level, above ground, or none where a line is clamped to the ground."""
    top = kml.root(document)
    faults = kml.faults_of_path(document, top)
    said = [route.HOMELESS]
    flights: list[Flight] = []
    for placemark in kml.placemarks(top):
        for line in [placemark] if placemark.name == "LineString" else placemark.below("LineString"):
            where = xml.at(document.path, line)
            read_ = kml.coordinates(line.child("coordinates"))
            if read_.broken:
                faults.append(Fault(where, read_.broken, "mend the line"))
                continue
            datum = kml.mode(line) or choices.alt_datum
            if datum is None:
                said.append(
                    "a line clamped to the ground has no heights (--alt-datum says what they are measured from)"
                )
            stops = [
                Stop(
                    lon=lon,
                    lat=lat,
                    height=nan if height is None else height,
                    datum=datum if height is not None else None,
                    where=where / k,
                )
                for k, (lon, lat, height) in enumerate(read_.points)
            ]
            name = placemark.words("name") if placemark.name == "Placemark" else ""
            flights.append(route.flight(name or f"flight-{len(flights) + 1}", where, stops))
    if faults or not flights:
        raise InputError(faults[:20] or [Fault(document.where, "holds no line", "draw the path as a line")])
    return route.mission(document, flights, said, doubts=tuple(kml.doubts_beside(document)))
