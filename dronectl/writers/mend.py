"""What can be mended in a zone file without changing what it says: rings closed and turned, words and numbers as the
standard has them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from dronectl.readers.values import DATUMS, RESTRICTIONS

NUMBER = re.compile(r"-?\d+(\.\d+)?")
Told = Callable[[str, str], None]


def mended(given: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A collection of zones as it should be written, and what was done where; the given one stays as it is."""
    whole = copy.deepcopy(given)
    done: list[tuple[str, str]] = []

    def told(place: str, what: str) -> None:
        done.append((place, what))

    _head(whole, told)
    features = whole.get("features")
    for number, feature in enumerate(features if isinstance(features, list) else []):
        if isinstance(feature, dict):
            _feature(feature, f"$.features[{number}]", told)
    return whole, done


def _head(whole: dict[str, Any], told: Told) -> None:
    if isinstance(whole.get("datasetMetadata"), dict) and "metadata" not in whole:
        whole["metadata"] = whole.pop("datasetMetadata")
        told("$.datasetMetadata", "renamed to metadata")
    metadata = whole.get("metadata")
    if isinstance(metadata, dict) and "technicalLimitation" in metadata and "technicalLimitations" not in metadata:
        metadata["technicalLimitations"] = metadata.pop("technicalLimitation")
        told("$.metadata.technicalLimitation", "renamed to technicalLimitations")
    if isinstance(whole.get("title"), str) and "name" not in whole:
        whole["name"] = whole.pop("title")
        told("$.title", "renamed to name")


def _feature(feature: dict[str, Any], place: str, told: Told) -> None:
    properties = feature.get("properties")
    if isinstance(properties, dict):
        _properties(properties, f"{place}.properties", told)
    for part, here in _parts(feature.get("geometry"), f"{place}.geometry"):
        _geometry(part, here, told)


def _properties(properties: dict[str, Any], place: str, told: Told) -> None:
    kind = properties.get("type")
    if isinstance(kind, str):
        word = kind.strip().upper().replace("-", "_").replace(" ", "_")
        if word in RESTRICTIONS and kind != RESTRICTIONS[word].value:
            properties["type"] = RESTRICTIONS[word].value
            told(f"{place}.type", f"{kind!r} written as {RESTRICTIONS[word].value}")
    reasons = properties.get("reason")
    listed: list[Any] = reasons if isinstance(reasons, list) else []
    for k, reason in enumerate(listed):
        if isinstance(reason, str):
            word = re.sub(r"[^A-Z0-9]+", "_", reason.strip().upper()).strip("_")
            if word and word != reason:
                listed[k] = word
                told(f"{place}.reason[{k}]", f"{reason!r} written as {word}")
    if isinstance(properties.get("limitedApplicability"), dict):
        properties["limitedApplicability"] = [properties["limitedApplicability"]]
        told(f"{place}.limitedApplicability", "one period put in a list")
    for name in ("radius_m", "lower", "upper"):
        _numbered(properties, name, place, told)


def _parts(geometry: Any, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every geometry, also those in a collection."""
    if not isinstance(geometry, dict):
        return
    inner = geometry.get("geometries")
    if isinstance(inner, list):
        for k, part in enumerate(inner):
            yield from _parts(part, f"{place}.geometries[{k}]")
    else:
        yield geometry, place


def _geometry(part: dict[str, Any], place: str, told: Told) -> None:
    layer = part.get("layer")
    if isinstance(layer, dict):
        for name in ("lower", "upper"):
            _numbered(layer, name, f"{place}.layer", told)
            _referenced(layer, f"{name}Reference", f"{place}.layer", told)
    extent = part.get("extent")
    if isinstance(extent, dict) and part.get("type") == "Point":
        _numbered(extent, "radius", f"{place}.extent", told)
        if str(extent.get("subType", "")).lower() == "circle" and extent["subType"] != "Circle":
            told(f"{place}.extent.subType", f"{extent['subType']!r} written as Circle")
            extent["subType"] = "Circle"
    coordinates, kind = part.get("coordinates"), part.get("type")
    polygons = [coordinates] if kind == "Polygon" else coordinates if kind == "MultiPolygon" else []
    for k, polygon in enumerate(polygons if isinstance(polygons, list) else []):
        for number, ring in enumerate(polygon if isinstance(polygon, list) else []):
            _ring(ring, number, f"{place} polygon {k}" if kind == "MultiPolygon" else place, told)


def _numbered(member: dict[str, Any], name: str, place: str, told: Told) -> None:
    value = member.get(name)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        member[name] = float(value) if "." in value else int(value)
        told(f"{place}.{name}", f"{value!r} written as a number")


def _referenced(member: dict[str, Any], name: str, place: str, told: Told) -> None:
    value = member.get(name)
    word = value.strip().upper() if isinstance(value, str) else ""
    if word in DATUMS and value != DATUMS[word].value:
        member[name] = DATUMS[word].value
        told(f"{place}.{name}", f"{value!r} written as {DATUMS[word].value}")


def _ring(ring: Any, number: int, place: str, told: Told) -> None:
    """Close a ring, and turn it as RFC 7946, 3.1.6 has it: the outer one counterclockwise, holes clockwise."""
    if not isinstance(ring, list) or len(ring) < 3 or not all(_position(one) for one in ring):
        return
    if ring[0][:2] != ring[-1][:2]:
        ring.append(list(ring[0]))
        told(place, f"ring {number} closed")
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    if twice != 0 and (twice > 0) != (number == 0):
        ring.reverse()
        told(place, f"ring {number} turned")


def _position(one: Any) -> bool:
    return isinstance(one, list) and len(one) >= 2 and all(type(value) in (int, float) for value in one[:2])
