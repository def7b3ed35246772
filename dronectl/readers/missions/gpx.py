"""Missions as GPX routes: positions without speeds, whose heights have no stated datum."""

from __future__ import annotations

from math import nan
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.mission import Mission
from dronectl.readers import route, values, xml
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.route import Stop
from dronectl.readers.xml import Element


def accepts(value: Any) -> bool:
    """True for GPX with a route and no track."""
    if not isinstance(value, Element) or value.name != "gpx":
        return False
    return next(value.below("rtept"), None) is not None and next(value.below("trkpt"), None) is None


def read(document: Document, choices: Choices) -> Mission:
    """Every route is a flight. Heights count only where the user says what they are measured from."""
    faults: list[Fault] = []
    said = [route.HOMELESS]
    flights = []
    for number, line in enumerate(document.value.below("rte"), 1):
        stops = []
        for point in line.children("rtept"):
            where = xml.at(document.path, point)
            lat, lon = values.number(point.get("lat")), values.number(point.get("lon"))
            if lat is None or lon is None:
                faults.append(Fault(where, "names no place", "export the route again"))
                continue
            height = values.number(point.words("ele"))
            if height is not None and choices.alt_datum is None:
                said.append(route.UNTOLD)
            known = choices.alt_datum if height is not None else None
            stops.append(Stop(lon=lon, lat=lat, height=nan if height is None else height, datum=known, where=where))
        if stops:
            flights.append(route.flight(line.words("name") or f"flight-{number}", xml.at(document.path, line), stops))
    if faults or not flights:
        raise InputError(faults[:20] or [Fault(document.where, "holds no route", "export the route again")])
    return route.mission(document, flights, said)
