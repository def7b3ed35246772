"""Zones as KML or KMZ: placemarks with polygons.

A polygon drawn up from the ground (`extrude`) at a height ends there. A placemark drawn as a body of many faces is read
by its top and bottom. A face in the air without a body says nothing of a band: its zone is undecided where that matters.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.readers import features, kml, xml
from dronectl.readers.archive import MAPS
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.xml import Element
from dronectl.where import Where
from dronectl.zone import ZoneFile

FLAT_M = 0.01  # a face is level where its corners are as high as this


def accepts(value: Any) -> bool:
    """True for KML with a polygon or ring in it."""
    return kml.is_kml(value) and kml.holds(value, "Polygon", "LinearRing")


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every placemark with an area; what it forbids stands in its data or a mapping, or stays undecided."""
    top = kml.root(document)
    found: list[dict[str, Any]] = []
    places: list[Where] = []
    left = 0
    for placemark in kml.placemarks(top):
        polygons = list(placemark.below("Polygon"))
        if placemark.name == "LinearRing":
            polygons = [placemark]
        row = kml.data(placemark)
        point = next(placemark.below("Point"), None)
        if not polygons and (point is None or "radius_m" not in row):
            left += 1
            continue
        where = xml.at(document.path, placemark)
        shape, limits = _shape(polygons, document) if polygons else (_place(point), {})
        for member in ("lower", "upper", "radius_m"):
            if isinstance(row.get(member), str) and re.fullmatch(r"-?\d+(\.\d+)?", row[member]):
                row[member] = float(row[member])
        found.append({"type": "Feature", "geometry": shape, "properties": {**limits, **row}})
        places.append(where)
    if left:
        document.note(document.where, f"holds {left} placemark(s) without an area, which are no zones")
    if not found:
        raise InputError.at(document.where, "holds no placemark with an area", remedy="draw the zones as polygons")
    found, places = features.restored(found, places, document)
    for name in kml.links(document, top):  # zones that may lie anywhere
        found.append({"type": "Feature", "geometry": None, "properties": {"name": f"what {name} holds (NetworkLink)"}})
        places.append(document.where)
        what = "points at other files (NetworkLink), which are not read"
        document.note(document.where, what, "give those files as well, and take the link out")
    features.add_beside(document, kml.beside(document.value, MAPS), found, places)
    return features.zone_file(document, found, places, choices, "KML")


def _place(point: Element | None) -> dict[str, Any]:
    """The centre of a circle, whose radius stands in its data."""
    read = kml.coordinates(point.child("coordinates") if point is not None else None)
    return {"type": "Point", "coordinates": list(read.points[0][:2]) if read.points else None}


def _shape(polygons: list[Element], document: Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """The area of a placemark as a GeoJSON geometry, and its limits as members of the simple profile."""
    faces = [(polygon, _rings(polygon, document)) for polygon in polygons]
    heights = [_heights(polygon) for polygon, _ in faces]
    datum = next((made for polygon, _ in faces if (made := kml.mode(polygon)) is not None), None)
    level = [height is not None and height[1] - height[0] <= FLAT_M for height in heights]
    rings = [rings for _, rings in faces]
    limits: dict[str, Any] = {}
    known = [height for height in heights if height is not None]
    if len({kml.mode(polygon) for polygon, _ in faces}) > 1:
        return {"type": "MultiPolygon", "coordinates": rings}, {
            "upper": "faces whose heights count from different datums"
        }
    low, high = min((h[0] for h in known), default=0.0), max((h[1] for h in known), default=0.0)
    if datum is not None and known and not all(level):
        areas = [rings_ for rings_ in rings if not _upright(rings_)]
        if areas and len(known) == len(heights):
            rings, limits = [face for k, face in enumerate(areas) if face not in areas[:k]], _limits(low, high, datum)
        else:
            limits = {"upper": "a body without a level top"}
    elif datum is not None and known:
        if any(polygon.words("extrude") in ("1", "true") for polygon in polygons):
            limits = _limits(0.0, high, datum) if datum is Datum.AGL else {"upper": high, "datum": datum.value}
        elif high > 0:
            limits = {"upper": f"a face at {high:g} m {datum.value}"}
    return {"type": "MultiPolygon", "coordinates": rings}, limits


def _upright(rings: list[Any]) -> bool:
    """True for a wall: a face that covers no ground."""
    corners = rings[0] if rings and None not in rings[0] else []
    (x0, y0), *others = corners or [[0.0, 0.0]]
    doubled = [(a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(others)]
    return bool(corners) and sum(doubled) == 0.0


def _limits(low: float, high: float, datum: Datum) -> dict[str, Any]:
    made: dict[str, Any] = {"upper": high, "datum": datum.value}
    if low > 0 or datum is not Datum.AGL:
        made["lower"] = low
    return made


def _rings(polygon: Element, document: Document) -> list[Any]:
    """The rings of one polygon; one that cannot be read is None, and the zone stays undecided in the hull of the rest."""
    if polygon.name == "LinearRing":
        sides: list[Element | None] = [polygon]
    else:
        outer = polygon.child("outerBoundaryIs")
        sides = [outer.child("LinearRing") if outer is not None else None]
        for inner in polygon.children("innerBoundaryIs"):
            sides.extend(inner.children("LinearRing"))
    made: list[Any] = []
    for side in sides:
        read = kml.coordinates(side.child("coordinates") if side is not None else None)
        if read.broken:
            place = xml.at(document.path, side if side is not None else polygon)
            document.note(place, read.broken, "mend the ring")
            made.append([[point[0], point[1]] for point in read.points] + [None])
        else:
            made.append([[lon, lat] for lon, lat, _ in read.points])
    return made


def _heights(polygon: Element) -> tuple[float, float] | None:
    """Lowest and highest altitude of a face; None where it states none."""
    heights = [
        height
        for side in polygon.below("coordinates")
        for _, _, height in kml.coordinates(side).points
        if height is not None
    ]
    return (min(heights), max(heights)) if heights else None
