"""Zones as AIXM 5.1: the airspaces of a basic message, with arcs, circles and borders.

Positions are latitude before longitude unless their reference system is CRS84. An arc by centre runs from its start
angle to its end angle, clockwise where the end is the greater: GML 3.2, 10.4.7.9, as the aviation profile reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.measures import METRES_PER_NAUTICAL_MILE, METRES_PER_US_SURVEY_FOOT, Band
from dronectl.readers import airspace, arcs, footprints, values, xml
from dronectl.readers.arcs import Arc, Place
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.readers.xml import Element
from dronectl.where import Where
from dronectl.zone import ZoneFile

LONGITUDE_FIRST = re.compile(r"CRS:?84|CRS84", re.IGNORECASE)
LENGTHS = {
    "NM": METRES_PER_NAUTICAL_MILE, "[NMI_I]": METRES_PER_NAUTICAL_MILE, "KM": 1000.0, "M": 1.0, "FT": 0.3048,
    "[FT_US]": METRES_PER_US_SURVEY_FOOT,
}  # fmt: skip
UNSTATED = frozenset({"UNL", "GND", "FLOOR", "CEILING"})  # limits that add none
KNOWN_BASELINE = frozenset({"", "BASELINE", "SNAPSHOT"})
ON_BORDER_M = 2_000.0  # an outline that follows a border leaves and rejoins it this near to one of its points
GEODESICS = ("GeodesicString", "Geodesic")
HREF = "{http://www.w3.org/1999/xlink}href"
GML_ID = "{http://www.opengis.net/gml/3.2}id"


class _Unread(Exception):
    """A part of an outline that cannot be turned into positions."""


def accepts(value: Any) -> bool:
    """True for an AIXM basic message."""
    return isinstance(value, Element) and value.name == "AIXMBasicMessage"


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every airspace of the message; what of one cannot be read makes it undecided where it could matter."""
    top: Element = document.value
    borders = _borders(top)
    spaces = _spaces(top)
    faults: list[Fault] = []
    sketches = []
    for space in top.below("Airspace"):
        sketches.extend(_space(space, borders, spaces, document, faults, choices))
    if not sketches:
        raise InputError.at(document.where, "holds no airspace", remedy="export the airspaces (aixm:Airspace)")
    return zone_file(document, sketches, faults, choices, "AIXM 5.1")


def _borders(top: Element) -> dict[str, list[Place]]:
    """The geographical borders of the message, by every name they are pointed at with."""
    found: dict[str, list[Place]] = {}
    for border in top.below("GeoBorder"):
        points = [point for curve in border.below("posList", "pos") for point in _positions(curve, border, border)]
        names = [border.get(GML_ID, ""), border.words("identifier")]
        names += [curve.get(GML_ID, "") for curve in border.below("Curve")]
        found.update(dict.fromkeys((name for name in names if name), points))
    return found


def _spaces(top: Element) -> dict[str, list[Element]]:
    """The volumes of every airspace, by every name it is pointed at with."""
    found: dict[str, list[Element]] = {}
    for space in top.below("Airspace"):
        names = (space.get(GML_ID, ""), space.words("identifier"))
        found.update({name: list(space.below("AirspaceVolume")) for name in names if name})
    return found


def _named(element: Element) -> str:
    """The name that an element points at; empty where it points at nothing."""
    href = element.get(HREF, "")
    return (href.rpartition("#")[2] if "#" in href else href).removeprefix("urn:uuid:")


def _outlines(volume: Element, spaces: Mapping[str, list[Element]]) -> list[Element]:
    """Where the outline of a volume stands: in itself, or in the volumes of the airspaces it is made of."""
    if volume.child("horizontalProjection") is not None:
        return [volume]
    made = [part for link in volume.below("theAirspace") for part in spaces.get(_named(link), [])]
    return made if made and all(part.child("horizontalProjection") is not None for part in made) else [volume]


def _space(
    space: Element,
    borders: Mapping[str, list[Place]],
    spaces: Mapping[str, list[Element]],
    document: Document,
    faults: list[Fault],
    choices: Choices,
) -> list[Sketch]:
    made = []
    for slice_ in space.below("AirspaceTimeSlice"):
        if slice_.words("interpretation") not in KNOWN_BASELINE:
            document.note(xml.at(document.path, slice_), "is a change for a time, read as if it held always")
        made.append(_slice(space, slice_, borders, spaces, document, faults, choices))
    return made


def _slice(
    space: Element,
    slice_: Element,
    borders: Mapping[str, list[Place]],
    spaces: Mapping[str, list[Element]],
    document: Document,
    faults: list[Fault],
    choices: Choices,
) -> Sketch:
    where = xml.at(document.path, slice_)
    kind, local = slice_.words("type").upper(), slice_.words("localType").upper()
    restriction = airspace.restriction(local, choices) if local else None
    restriction = restriction or airspace.restriction(kind, choices)
    doubts = []
    if restriction is None:
        document.note(where, f"type {kind!r} is not known", "name it under airspace in dronectl.toml")
        doubts.append(f"its type {kind!r} is not known")
    if next(slice_.below("timeInterval", "Timesheet"), None) is not None:
        document.note(where, "its hours are not read: the zone is taken to be in force always")
    drafts = [
        _volume(volume, part, borders, document, faults)
        for volume in slice_.below("AirspaceVolume")
        for part in _outlines(volume, spaces)
    ]
    if not drafts:
        drafts.append(footprints.nowhere("has no volume of its own", Band(), document, where))
    name = slice_.words("name")
    notes = [" ".join((note.text or "").split()) for note in slice_.below("note") if (note.text or "").strip()]
    return Sketch(
        id=slice_.words("designator") or name or space.words("identifier") or where.path,
        name=name or slice_.words("designator"),
        restriction=restriction,
        reasons=("AIR_TRAFFIC",),
        where=where,
        drafts=drafts,
        message="; ".join(notes),
        conditions=airspace.CONDITION.format(local or kind) if restriction is airspace.WAIT else "",
        doubts=doubts,
    )


def _volume(
    volume: Element, part: Element, borders: Mapping[str, list[Place]], document: Document, faults: list[Fault]
) -> Draft:
    where = xml.at(document.path, volume)
    band, doubt = _band(volume, document, where)
    surface = part.child("horizontalProjection")
    exteriors = list(surface.below("exterior")) if surface is not None else []
    if surface is None or not exteriors:
        draft = footprints.nowhere("has no outline of its own", band, document, where)
        draft.band_doubt = doubt
        return draft
    circles = [circle for side in exteriors for circle in side.below("CircleByCenterPoint")]
    known: list[Place] = []
    try:
        if len(exteriors) == len(circles) == 1:
            centre, radius = _centre(circles[0], surface, known)
            draft = footprints.circle(list(centre), radius, band, document, faults, where)
        else:
            outlines = [_ring(side, surface, borders, known) for side in exteriors]
            holes = [_ring(hole, surface, borders, []) for hole in surface.below("interior") if len(exteriors) == 1]
            parts = [[ring, *holes] for ring in outlines]  # which of several has a hole is not asked
            draft = footprints.polygons("MultiPolygon", parts, band, document, faults, where)
    except _Unread as error:
        draft = footprints.nowhere(str(error), band, document, where)
        draft.points = [np.array(known)] if known else []
    draft.band_doubt = doubt
    return draft


def _band(volume: Element, document: Document, where: Where) -> tuple[Band, str]:
    sides = []
    for other in ("minimumLimit", "maximumLimit"):
        if (words := volume.words(other)) and words.upper() not in UNSTATED:
            what = f"a limit is the higher or the lower of two ({other} {words[:20]})"
            document.note(where, what, "ask the publisher which is meant")
            return Band(), what
    for side in ("lower", "upper"):
        limit = volume.child(f"{side}Limit")
        words = (limit.text or "").strip() if limit is not None else ""
        unit = limit.get("uom", "") if limit is not None else ""
        reference = volume.words(f"{side}LimitReference")
        if unit.upper() == "FL" and words.isdecimal():
            words, unit, reference = f"FL{words}", "", ""
        if words.upper() in ("GND", "SFC", "FLOOR"):
            words = "GND"
        if words.upper() in ("UNL", "CEILING", "FL999", "FL660"):
            words = ""
        sides.append((words, unit, {"SFC": "AGL", "MSL": "AMSL", "W84": "WGS84"}.get(reference, reference)))
    (low, low_unit, low_ref), (high, high_unit, high_ref) = sides
    units = {unit.upper() for unit, words in ((low_unit, low), (high_unit, high)) if unit and words}
    if len(units) > 1:  # each limit has a unit of its own here
        low_band, low_doubt = values.band(_number(low), low_ref, None, None, low_unit, document, where)
        high_band, high_doubt = values.band(None, None, _number(high), high_ref, high_unit, document, where)
        return Band(low_band.lower, high_band.upper), low_doubt or high_doubt
    return values.band(_number(low), low_ref, _number(high), high_ref, next(iter(units), ""), document, where)


def _number(words: str) -> Any:
    made = values.number(words)
    return words if made is None else made


def _ring(side: Element, surface: Element, borders: Mapping[str, list[Place]], known: list[Place]) -> list[list[float]]:
    """The corners of one ring, closed; arcs and borders included."""
    parts: list[Place | Arc] = []
    segments = list(side.below("LineStringSegment", "GeodesicString", "Geodesic", "LinearRing", "ArcByCenterPoint",
                               "curveMember", "ArcString", "Arc", "CircleByCenterPoint"))  # fmt: skip
    pending: list[Place] | None = None
    for segment in segments:
        if segment.name == "curveMember":
            name = _named(segment)
            if not name:
                continue
            if name not in borders or not borders[name]:
                raise _Unread(f"follows the border {name[:40]!r}, which is not in the file")
            pending = borders[name]
            continue
        if segment.name == "ArcByCenterPoint":
            centre, radius = _centre(segment, surface, known)
            start, end = (values.number(segment.words(name)) for name in ("startAngle", "endAngle"))
            if start is None or end is None:
                raise _Unread("an arc has no angles")
            new: list[Place | Arc] = [Arc(centre, (radius, radius), start, end - start, None)]
            known.extend(arcs.on_arc(Arc(centre, (radius, radius), start, end - start, None)))
        elif segment.name in ("ArcString", "Arc", "CircleByCenterPoint"):
            raise _Unread(f"a {segment.name} in an outline is not read")
        else:
            if any(link.get(HREF) for link in segment.below("pointProperty", "pointRep")):
                raise _Unread("runs through points that are named and not given")
            points = [
                point for words in segment.below("posList", "pos") for point in _positions(words, segment, surface)
            ]
            known.extend(points)
            on_globe = all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points)
            if segment.name in GEODESICS and len(points) > 1 and on_globe:
                points = [(lon, lat) for lon, lat in footprints.geodesic(points)]
            new = [*points]
        if pending is not None:
            parts.extend(_along(pending, _end(parts), _start(new)))
            pending = None
        parts.extend(new)
    if pending is not None:
        parts.extend(_along(pending, _end(parts), _start(parts)))
    ring = [list(point) for point in arcs.outline(parts)] if parts else []
    if len({tuple(point) for point in ring}) < 3:
        raise _Unread("has no area")
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _start(parts: list[Place | Arc]) -> Place | None:
    return None if not parts else arcs.on_arc(parts[0])[0] if isinstance(parts[0], Arc) else parts[0]


def _end(parts: list[Place | Arc]) -> Place | None:
    return None if not parts else arcs.on_arc(parts[-1])[-1] if isinstance(parts[-1], Arc) else parts[-1]


def _along(border: list[Place], begin: Place | None, end: Place | None) -> list[Place]:
    """The stretch of a border between two places on it."""
    if begin is None or end is None:
        raise _Unread("follows a border from or to nowhere")
    lon, lat = np.array([p[0] for p in border]), np.array([p[1] for p in border])
    places = []
    for place in (begin, end):
        metres = np.array([geometry.metres_between(place[0], place[1], x, y) for x, y in zip(lon, lat, strict=True)])
        nearest = int(np.argmin(metres))
        if metres[nearest] > ON_BORDER_M:
            raise _Unread(f"follows a border that is {metres[nearest]:.0f} m away from it")
        places.append(nearest)
    first, last = places
    return border[first : last + 1] if first <= last else border[last : first + 1][::-1]


def _centre(element: Element, surface: Element, known: list[Place]) -> tuple[Place, float]:
    points = [point for words in element.below("pos", "posList") for point in _positions(words, element, surface)]
    radius = element.child("radius")
    metres = values.number((radius.text or "").strip()) if radius is not None else None
    factor = LENGTHS.get(str(radius.get("uom", "M")).upper()) if radius is not None else None
    if not points or metres is None or metres <= 0 or factor is None:
        raise _Unread("an arc or circle has no centre or radius")
    known.extend(arcs.around(points[0], metres * factor))
    return points[0], metres * factor


@lru_cache(maxsize=16)
def _said(whole: Element, name: str) -> str:
    """What the first part of an element that has an attribute says; empty where none has it."""
    return next((part.get(name, "") for part in whole.iter() if part.get(name)), "")


def _positions(words: Element, around: Element, surface: Element) -> list[Place]:
    """The positions of a `pos` or `posList`, longitude first; what they are part of may name their reference system."""
    try:
        numbers = [float(part) for part in (words.text or "").split()]
    except ValueError:
        raise _Unread(f"{(words.text or '').strip()[:40]!r} are no positions") from None
    system, dimension = (
        words.get(name) or _said(around, name) or _said(surface, name) for name in ("srsName", "srsDimension")
    )
    if dimension not in ("", "2"):
        raise _Unread(f"its positions have {dimension[:10]} figures each")
    if len(numbers) % 2 or not all(abs(number) <= 360 for number in numbers):
        raise _Unread(f"{(words.text or '').strip()[:40]!r} are no positions")
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    return pairs if LONGITUDE_FIRST.search(system) else [(lon, lat) for lat, lon in pairs]
