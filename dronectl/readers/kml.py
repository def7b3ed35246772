"""What KML files say, whatever they are read for: placemarks, their data, coordinates and altitude modes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.measures import Datum
from dronectl.readers import xml
from dronectl.readers.archive import PATHS, Archive
from dronectl.readers.document import Document
from dronectl.readers.xml import Element
from dronectl.records import dataclass

MODES = {"absolute": Datum.AMSL, "relativeToGround": Datum.AGL}  # OGC KML 2.3, 12.11; `absolute` is on EGM96
SHAPES = frozenset({"Polygon", "LineString", "LinearRing", "Point", "Track"})
WPML = "dji.com/wpmz"
MOST_ALTITUDE_M = 1e6


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Positions as they stand: longitude, latitude, altitude (None where there is none)."""

    points: list[tuple[float, float, float | None]]
    broken: str = ""
    """The first tuple that is none; empty where all are."""


def is_kml(value: Any) -> bool:
    """True for KML, and for an archive that holds it, unless it is a mission of DJI's."""
    if isinstance(value, Archive):
        return value.find(".kml") is not None and value.find(".wpml") is None and value.find("template.kml") is None
    return isinstance(value, Element) and value.name in {"kml", *SHAPES} and not is_wpml(value)


def is_wpml(root: Element) -> bool:
    """True where an element below the document is DJI's."""
    document = root.child("Document")
    return any(isinstance(c, Element) and WPML in c.namespace for c in (document if document is not None else ()))


def holds(value: Any, *names: str) -> bool:
    """True where a KML document has an element of these names."""
    if isinstance(value, Archive):
        heads = [value.read(name) for name in members(value)]
        return any(f"{word}{end}".encode() in head for head in heads for word in names for end in "> ")
    return isinstance(value, Element) and next(value.below(*names), None) is not None


def members(archive: Archive) -> list[str]:
    """The KML documents of an archive: the main one, and those that it may point at."""
    return sorted(archive.every(".kml"), key=lambda name: not name.lower().endswith("doc.kml"))


def root(document: Document) -> Element:
    """The root of a KML document; of a KMZ all documents in it, under one."""
    value = document.value
    if isinstance(value, Archive):
        tops = [xml.parse(value.read(name), document.where) for name in members(value)]
        if not tops:
            raise InputError.at(document.where, "is an archive without a KML document in it")
        value = tops[0] if len(tops) == 1 else Element("kml")
        for top in tops if len(tops) > 1 else ():
            value.append(top)
    assert isinstance(value, Element)
    return value


def links(document: Document, top: Element) -> list[str]:
    """What a KML document points at (NetworkLink) that is not read with it: all but the other documents of its archive."""
    inside = members(document.value) if isinstance(document.value, Archive) else []
    named = [link.words("href") for network in top.below("NetworkLink") for link in network.below("Link", "Url")]
    named += ["" for network in top.below("NetworkLink") if next(network.below("Link", "Url"), None) is None]
    return [name or "a place that it does not name" for name in named if name not in inside]


def faults_of_path(document: Document, top: Element) -> list[Fault]:
    """What a path may go on in, and is not read with it."""
    return [
        Fault(document.where, f"points at {name} (NetworkLink), in which the path may go on", "save all in one file")
        for name in links(document, top)
    ]


def beside(value: Any, suffixes: Iterable[str]) -> list[str]:
    """What else of a KMZ may hold what is looked for: the members of some kinds that are no KML documents."""
    return value.beside(suffixes, members(value)) if isinstance(value, Archive) else []


def doubts_beside(document: Document) -> list[str]:
    """What to say of members of a KMZ that may hold paths and are not read."""
    return not_read(document, beside(document.value, PATHS))


def not_read(document: Document, names: Iterable[str]) -> list[str]:
    """What to say of some members of an archive."""
    return [f"{document.path}: the archive holds {name} as well, which is not read" for name in names]


def placemarks(top: Element) -> list[Element]:
    """Every placemark; a bare geometry stands for itself."""
    found = list(top.below("Placemark"))
    return found or ([top] if top.name in SHAPES else [])


def data(placemark: Element) -> dict[str, Any]:
    """Name, description, and what stands under ExtendedData."""
    made: dict[str, Any] = {}
    extended = placemark.child("ExtendedData")
    if extended is not None:
        for entry in extended.below("Data", "SimpleData"):
            key = entry.get("name")
            if key:
                made[key] = entry.words("value") if entry.name == "Data" else (entry.text or "").strip()
    name = placemark.words("name")
    if name:
        made.setdefault("name", name)
    told = plain(placemark.words("description"))
    if told:
        made.setdefault("message", told)
    identifier = placemark.get("id") or name
    if identifier:
        made.setdefault("id", identifier)
    return made


def plain(html: str) -> str:
    """A description without its HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def coordinates(element: Element | None) -> Coordinates:
    """The tuples of a `coordinates` element: blanks part them, commas part their numbers."""
    if element is None:
        return Coordinates([], "it has no coordinates")
    points: list[tuple[float, float, float | None]] = []
    for word in (element.text or "").split():
        try:
            numbers = [float(part) for part in word.split(",")]
        except ValueError:
            return Coordinates(points, f"{word[:40]!r} is no position")
        if len(numbers) not in (2, 3) or not all(abs(number) <= MOST_ALTITUDE_M for number in numbers):
            return Coordinates(points, f"{word[:40]!r} is no position")
        points.append((numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None))
    return Coordinates(points, "" if points else "it has no coordinates")


def mode(shape: Element) -> Datum | None:
    """What the altitudes of a shape are measured from; None where they mean nothing (clampToGround)."""
    word = shape.words("altitudeMode")
    return MODES.get(word)
