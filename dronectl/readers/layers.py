"""Layers of the ground, from GeoJSON or any table that GDAL opens: lines become ribbons, areas stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.layer import Layer
from dronectl.measures import Band
from dronectl.readers import document as documents
from dronectl.readers import footprints, paging
from dronectl.readers.document import Document
from dronectl.readers.values import number, text
from dronectl.readers.zones import tables
from dronectl.where import Where
from dronectl.zone import Box, Circle, Dataset, Footprint, Page, Remark, Volume, Zone

HALF_WIDTH_M = 0.05  # a line has no width; this is given to the line
MAJOR_ROADS = frozenset({"motorway", "motorway_link", "trunk", "trunk_link", "expressway"})
FAST_KMH = 80.0  # roads of 80 km/h and more: Regeling onbemande luchtvaartuigen, art. 6(1)


def read_layer(name: str, paths: Sequence[str], around: Sequence[Box] | None = None) -> Layer:
    """One layer of the ground. With `around`, features apart from all these boxes are counted and not kept.

    Raises `InputError` where a file is no collection of features, or holds none.
    """
    zones: list[Zone] = []
    files: list[tuple[str, str, int]] = []
    pages: list[tuple[Document, Page | None]] = []
    faults: list[Fault] = []
    remarks = []
    for path in paths:
        try:
            document = documents.load(path)
            found, places = features_of(document)
            zones.extend(_zones(name, found, places, document, around))
        except InputError as error:
            faults.extend(error.faults)
            continue
        files.append((path, document.sha256, len(found)))
        pages.append((document, paging.page_of(document)))
        remarks.extend(document.remarks)
    if faults:
        raise InputError(faults)
    for (document, page), alone in zip(pages, paging.apart((d.sha256, page) for d, page in pages), strict=True):
        if alone and page is not None:
            dataset = Dataset(path=document.path, sha256=document.sha256, profile=f"layer {name}")
            said = paging.what(page)
            zones.append(paging.stand_in(said, document.where, dataset))
            remarks.append(Remark(where=document.where, what=said, remedy=paging.REMEDY))
    return Layer(name=name, zones=tuple(zones), files=tuple(files), remarks=tuple(remarks))


def features_of(document: Document) -> tuple[list[dict[str, Any]], list[Where]]:
    """Every feature of a GeoJSON collection or of a table, and its place."""
    value = document.value
    if tables.accepts(value):
        found, places, _ = tables.features_in(document, None)
        return found, places
    listed = value.get("features") if isinstance(value, dict) and value.get("type") == "FeatureCollection" else None
    if not isinstance(listed, list) or not listed:
        remedy = "give a GeoJSON FeatureCollection, a GeoPackage, a Shapefile or a FlatGeobuf"
        raise InputError.at(document.where, "holds no features of a layer", remedy=remedy)
    features = [feature if isinstance(feature, dict) else {} for feature in listed]
    return features, [document.where / "features" / k for k in range(len(features))]


def _zones(
    name: str,
    found: Sequence[dict[str, Any]],
    places: Sequence[Where],
    document: Document,
    around: Sequence[Box] | None,
) -> list[Zone]:
    dataset = Dataset(path=document.path, sha256=document.sha256, profile=f"layer {name}")
    made: list[Zone] = []
    drafts: list[footprints.Draft] = []
    drawn: list[tuple[int, str]] = []
    faults: list[Fault] = []
    for k, (feature, where) in enumerate(zip(found, places, strict=True)):
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        if name == "roads" and _minor(properties):
            continue
        label = text(properties.get("name")) or text(properties.get("ref")) or f"{name} {k}"
        shape = feature.get("geometry")
        for part in _parts(shape):
            kind, coordinates = part.get("type"), part.get("coordinates")
            if kind in ("Polygon", "MultiPolygon"):
                drafts.append(footprints.polygons(kind, coordinates, Band(), document, faults, where / "geometry"))
                drawn.append((k, label))
                continue
            lines = coordinates if kind == "MultiLineString" else [coordinates]
            for line in lines if isinstance(lines, list) else [None]:
                zone = _line(line, kind, label, where, dataset, around)
                made.extend([zone] if zone else [])
    for (k, label), volume in zip(drawn, footprints.settle(drafts, document, faults, around), strict=True):
        if around is None or volume.box is None or not geometry.apart(volume.box, around):
            made.append(_zone(label, volume, places[k], dataset))
    return made


def _parts(shape: Any) -> list[dict[str, Any]]:
    if not isinstance(shape, dict):
        return [{}]
    if shape.get("type") == "GeometryCollection":
        return [part for inner in shape.get("geometries") or [] for part in _parts(inner)]
    return [shape]


def _minor(properties: dict[str, Any]) -> bool:
    """True for a road that is surely none of those that count: its kind is told, and it is slow."""
    kind, speed = properties.get("highway"), number(str(properties.get("maxspeed", "")).removesuffix(" km/h"))
    if not isinstance(kind, str) or kind in MAJOR_ROADS:
        return False
    return speed is not None and speed < FAST_KMH


def _line(
    line: Any, kind: Any, label: str, where: Where, dataset: Dataset, around: Sequence[Box] | None
) -> Zone | None:
    points = np.array([position[:2] for position in line], dtype=float) if _is_line(line, kind) else None
    if kind == "Point" and _is_line([line], "MultiPoint"):
        points = np.array([line[:2]], dtype=float)
    if points is None or not (np.isfinite(points).all() and (np.abs(points) <= (180.0, 90.0)).all()):
        doubt = f"a {kind} that could not be read" if kind else "it has no geometry"
        return _zone(label, Volume(footprint=None, box=None, band=Band(), where=where, doubt=doubt), where, dataset)
    footprint: Footprint
    if len(points) == 1:
        footprint = Circle(float(points[0, 0]), float(points[0, 1]), HALF_WIDTH_M)
    else:
        lon = geometry.unwrap(points[:, 0])
        box = (float(lon.min()), float(points[:, 1].min()), float(lon.max()), float(points[:, 1].max()))
        if around is not None and geometry.apart(box, around):
            return None
        footprint = geometry.ribbon(lon, points[:, 1], HALF_WIDTH_M)
    whole = geometry.box_of(footprint)
    if around is not None and geometry.apart(whole, around):
        return None
    return _zone(label, Volume(footprint=footprint, box=whole, band=Band(), where=where), where, dataset)


def _is_line(line: Any, kind: Any) -> bool:
    if kind not in ("LineString", "MultiLineString", "MultiPoint") or not isinstance(line, list) or not line:
        return False
    return all(
        isinstance(position, list) and len(position) >= 2 and all(number(value) is not None for value in position[:2])
        for position in line
    )


def _zone(label: str, volume: Volume, where: Where, dataset: Dataset) -> Zone:
    return Zone(id=label, name=label, restriction=None, reasons=(), volumes=(volume,), where=where, dataset=dataset)
