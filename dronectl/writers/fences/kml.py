"""The fence as KML, to look at and for ground stations that draw it: keep-in green, keep-out red."""

from __future__ import annotations

from dronectl.fencing import Fence, Limits
from dronectl.mission import Mission
from dronectl.reports.as_geojson import circle_ring
from dronectl.writers import xml
from dronectl.zone import Circle, Rings, Zone

NAME, SUFFIX, CARRIES_MISSION = "kml", ".kml", False
LIMITS = Limits(corners=1000)
COLOURS = {"in": "ff44660d", "out": "ff005ed5"}  # aabbggrr


def render(mission: Mission, fence: Fence) -> bytes:
    """A placemark an outline; a circle as the polygon round it."""
    root = xml.element(None, "kml", xmlns="http://www.opengis.net/kml/2.2")
    document = xml.element(root, "Document")
    xml.element(document, "name", f"Fence of {mission.name or mission.id} (not for navigation)")
    for name, colour in COLOURS.items():
        style = xml.element(document, "Style", id=name)
        xml.element(xml.element(style, "LineStyle"), "color", colour)
        xml.element(xml.element(style, "PolyStyle"), "color", "40" + colour[2:])
    for zones, style_name in ((fence.inside, "in"), (fence.outside, "out")):
        for zone in zones:
            mark = xml.element(document, "Placemark")
            xml.element(mark, "name", zone.id)
            xml.element(mark, "styleUrl", f"#{style_name}")
            xml.element(xml.element(xml.element(mark, "Polygon"), "outerBoundaryIs"), "LinearRing")
            ring = mark.find("Polygon/outerBoundaryIs/LinearRing")
            assert ring is not None
            xml.element(ring, "coordinates", " ".join(f"{lon:.8f},{lat:.8f},0" for lon, lat in _ring(zone)))
    return xml.render(root)


def _ring(zone: Zone) -> list[list[float]]:
    (volume,) = zone.volumes
    shape = volume.footprint
    if isinstance(shape, Circle):
        return circle_ring(shape)
    assert isinstance(shape, Rings)
    made: list[list[float]] = shape.polygons[0][0].tolist()
    return made
