"""Zones as KML: a placemark a volume, drawn up to its height above ground or sea level.

The whole zone stands in its data, so that it is read back as it was; heights over another datum are not drawn.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from dronectl import tables
from dronectl.measures import Datum, Height
from dronectl.writers import shape
from dronectl.writers.xml import element
from dronectl.writers.xml import render as render_xml
from dronectl.zone import Circle, Restriction, Volume, Zone, ZoneFile

NAME, SUFFIX = "kml", ".kml"
MODES = {Datum.AGL: "relativeToGround", Datum.AMSL: "absolute"}
COLOURS = {  # aabbggrr, from Okabe and Ito, half transparent
    Restriction.PROHIBITED: "80005ed5",
    Restriction.REQ_AUTHORIZATION: "80009fe6",
    Restriction.USPACE: "80b27200",
    Restriction.CONDITIONAL: "8042e4f0",
    Restriction.NO_RESTRICTION: "80739e00",
}


def prepared(zone: Zone) -> tuple[list[Zone], list[str]]:
    """The zone as this format can say it, and what is lost on the way."""
    made, told = shape.prepared(zone)
    return ([made] if made is not None else []), told


def render(files: Sequence[ZoneFile]) -> bytes:
    """The zones of all files as one document."""
    root = element(None, "kml", xmlns="http://www.opengis.net/kml/2.2")
    document = element(root, "Document")
    element(document, "name", "Zones (not for navigation)")
    for restriction, colour in COLOURS.items():
        style = element(document, "Style", id=restriction.value)
        element(element(style, "LineStyle"), "color", "ff" + colour[2:])
        element(element(style, "PolyStyle"), "color", colour)
    for number, zone in enumerate(zone for file in files for zone in file.zones):
        for volume in zone.volumes:
            _placemark(document, zone, volume, number)
    return render_xml(root)


def _placemark(document: Element, zone: Zone, volume: Volume, number: int) -> None:
    drawn = shape.outline(volume, drawn=True)
    if drawn is None:
        return
    mark = element(document, "Placemark")
    element(mark, "name", zone.name or zone.id)
    told = [str(volume.band), "hours" if zone.keeps_hours else "always", zone.message, zone.conditions]
    element(mark, "description", "; ".join(part for part in told if part))
    if zone.restriction is not None:
        element(mark, "styleUrl", f"#{zone.restriction.value}")
    data = element(mark, "ExtendedData")
    footprint, layer = volume.footprint, shape.layer(volume.band)
    circle = [footprint.lon, footprint.lat, footprint.radius_m] if isinstance(footprint, Circle) else None
    rows = {
        "id": zone.id,
        "zone": str(number),
        tables.OWN: json.dumps(shape.properties(zone), ensure_ascii=False, allow_nan=False),
        tables.LAYER: json.dumps(layer) if layer else "",
        tables.CIRCLE: json.dumps(circle) if circle else "",
    }
    for name, value in rows.items():
        if value:
            element(element(data, "Data", name=name), "value", value)
    polygons(mark, drawn, volume.band.upper)


def polygons(mark: Element, drawn: dict[str, Any], top: Height | None) -> None:
    """A GeoJSON polygon or several, up to a height where that is over ground or sea level, on the ground where it is not."""
    parts = [drawn["coordinates"]] if drawn["type"] == "Polygon" else drawn["coordinates"]
    multi = mark if len(parts) == 1 else element(mark, "MultiGeometry")
    mode = MODES.get(top.datum) if top is not None and top.datum is not None else None
    height = f",{top.metres:g}" if mode and top is not None else ""
    for part in parts:
        polygon = element(multi, "Polygon")
        if mode:
            element(polygon, "extrude", "1")
            element(polygon, "altitudeMode", mode)
        for k, ring in enumerate(part):
            side = element(polygon, "outerBoundaryIs" if k == 0 else "innerBoundaryIs")
            words = " ".join(f"{x!r},{y!r}{height}" for x, y in ring)
            element(element(side, "LinearRing"), "coordinates", words)
