"""GeoJSON of publishers: telling whose it is by its members, and the shape of one feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dronectl.errors import Fault
from dronectl.measures import Band
from dronectl.readers import footprints
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.where import Where


def has(value: Any, *members: str) -> bool:
    """True for a feature collection whose first features have all of these properties."""
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list) or not features or "mission" in value:
        return False
    first = [f.get("properties") for f in features[:20] if isinstance(f, dict)]
    rows = [row for row in first if isinstance(row, dict)]
    return bool(rows) and all(member in row for member in members for row in rows)


def features(document: Document) -> Iterator[tuple[int, dict[str, Any], dict[str, Any], Where]]:
    """Number, feature, properties and place of every feature; one that is none is empty."""
    for number, feature in enumerate(document.value["features"]):
        whole = feature if isinstance(feature, dict) else {}
        row = whole.get("properties")
        yield number, whole, row if isinstance(row, dict) else {}, document.where / "features" / number


def area(feature: dict[str, Any], band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    """The polygon or polygons of a feature."""
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if isinstance(geometry, dict) and kind in ("Polygon", "MultiPolygon"):
        place = where / "geometry"
        return footprints.polygons(str(kind), geometry.get("coordinates"), band, document, faults, place)
    return footprints.nowhere("has no area", band, document, where / "geometry", box=feature.get("bbox"))


def point(feature: dict[str, Any]) -> Any:
    """The position of a point feature; None for another shape."""
    geometry = feature.get("geometry")
    return geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
