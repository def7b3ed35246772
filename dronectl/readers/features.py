"""Features from elsewhere, as the GeoJSON reader takes them: rows of a table, placemarks, answers of a service."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dronectl.readers import mapping
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.tables import CIRCLE, LAYER, OWN
from dronectl.where import Where
from dronectl.zone import ZoneFile

ARC_STEP_DEG = 0.1  # arcs of outlines are drawn with edges inside, as long as this: they lose 2 cm at a radius of 50 km


def zone_file(
    document: Document,
    features: Sequence[Mapping[str, Any]],
    places: Sequence[Where],
    choices: Choices,
    profile: str,
    notes: Sequence[str] = (),
) -> ZoneFile:
    """The zones of features in the simple profile or ED-318, or with a mapping, each with its place in the file."""
    from dronectl.readers.zones import geojson

    document.value = {"type": "FeatureCollection", "features": list(features)}
    document.places = list(places)
    mapped(document, choices)
    made = geojson.read(document, choices)
    dataset = replace(made.dataset, profile=profile, notes=(*made.dataset.notes, *notes))
    zones = tuple(replace(zone, dataset=dataset) for zone in made.zones)
    return ZoneFile(dataset=dataset, zones=zones, remarks=tuple(document.remarks))


def mapped(document: Document, choices: Choices) -> bool:
    """Put a mapping to the features of a document, where there is one; True where that was done."""
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("features"), list):
        return False
    used = mapping.find(document.path, choices.mapping, mapping.ZONE_MEMBERS)
    if used is None:
        return False
    rows = [feature.get("properties") for feature in value["features"] if isinstance(feature, dict)]
    there = {name for row in rows if isinstance(row, dict) for name in row}
    if used.columns() and not used.columns() & there:
        return False  # a mapping for another of the files
    features = []
    seen: set[str] = set()
    for feature in value["features"]:
        row = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(row, dict):
            features.append(feature)
            continue
        seen |= row.keys()
        features.append({**feature, "properties": used.apply(row)})
    for name in sorted(used.columns() - seen):
        document.note(Where(used.path), f"speaks of a column {name!r}, which {document.path} does not have")
    document.note(document.where, f"was read through the mapping {used.path} (sha256 {used.sha256[:12]})")
    document.value = {**value, "features": features}
    return True


def add_beside(document: Document, names: Sequence[str], found: list[dict[str, Any]], places: list[Where]) -> None:
    """Add what lies in an archive and is not read: it may hold zones, which may lie anywhere."""
    for name in names:
        found.append({"type": "Feature", "geometry": None, "properties": {"name": name}})
        places.append(Where(document.path, name))
        remedy = "take it out, and give it as a file of its own"
        document.note(places[-1], "lies in the archive and is not read", remedy)


def restored(
    found: list[dict[str, Any]], places: list[Where], document: Document
) -> tuple[list[dict[str, Any]], list[Where]]:
    """Rows that dronectl wrote, one a volume, put together to the zones they were; other rows as they are."""
    if not found or not all(isinstance(feature["properties"].get(OWN), str) for feature in found):
        return found, places
    zones: dict[tuple[Any, str], tuple[list[Any], Mapping[str, Any], Where]] = {}
    for feature, place in zip(found, places, strict=True):
        row = feature["properties"]
        try:
            properties, layer, circle = (json.loads(row.get(name) or "null") for name in (OWN, LAYER, CIRCLE))
        except ValueError:
            document.note(place, f"column {OWN} is not JSON: the row is read by its other columns")
            return found, places
        shape = dict(feature["geometry"] or {})
        if isinstance(circle, list) and len(circle) == 3:
            extent = {"subType": "Circle", "radius": circle[2]}
            shape = {"type": "Point", "coordinates": circle[:2], "extent": extent}
        if layer is not None:
            shape["layer"] = layer
        parts, _, _ = zones.setdefault((str(row.get("zone")), row[OWN]), ([], properties, place))
        parts.append(shape)
    made, where = [], []
    for parts, properties, place in zones.values():
        whole = parts[0] if len(parts) == 1 else {"type": "GeometryCollection", "geometries": parts}
        made.append({"type": "Feature", "geometry": whole, "properties": properties})
        where.append(place)
    return made, where
