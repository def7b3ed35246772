"""Zones as ASTM F3548 exchanges them: the volumes of operational intents and constraints of others.

An intent of somebody else is not forbidden ground: who may fly is settled between the two, so it is undecided. Edges are
geodesics in that standard; they are cut until they lie on the straight lines that zones have.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.measures import Band, Datum, Height
from dronectl.readers import footprints, values
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.schedule import Period
from dronectl.where import Where
from dronectl.zone import Restriction, ZoneFile

TALK = "an operational intent of somebody else: settle with its manager who flies when"
OVER = frozenset({"Ended", "Withdrawn", "Closed"})
MOST_VERTICES = 100_000  # F3548 allows 10,000 an intent


def accepts(value: Any) -> bool:
    """True for a request or answer with volumes in it."""
    return isinstance(value, dict) and bool(_found(value)) and "features" not in value


def _found(value: dict[str, Any]) -> list[tuple[dict[str, Any], list[Any], tuple[str, ...]]]:
    """Per intent or constraint: itself, its volumes, and the members that lead to them."""
    made: list[tuple[dict[str, Any], list[Any], tuple[str, ...]]] = []
    for name in ("operational_intents", "constraints"):
        for k, entry in enumerate(value[name] if isinstance(value.get(name), list) else []):
            known = entry if isinstance(entry, dict) else {}
            found = _found(known) or [(known, [None], ())]  # without a volume it may be anywhere
            made.extend((whole, vs, (name, str(k), *path)) for whole, vs, path in found)
    for name in ("operational_intent", "constraint"):
        if isinstance(value.get(name), dict):
            made.extend((whole, vs, (name, *path)) for whole, vs, path in _found(value[name]))
    details = value.get("details")
    if isinstance(details, dict):
        volumes = [
            *(details["volumes"] if isinstance(details.get("volumes"), list) else []),
            *(details["off_nominal_volumes"] if isinstance(details.get("off_nominal_volumes"), list) else []),
        ]
        if volumes:
            made.append((value, volumes, ("details", "volumes")))
    for name in ("extents", "volumes"):
        if isinstance(value.get(name), list) and any(isinstance(v, dict) and "volume" in v for v in value[name]):
            made.append((value, value[name], (name,)))
    area = value.get("area_of_interest")
    if isinstance(area, dict) and "volume" in area:
        made.append((value, [area], ("area_of_interest",)))
    return made


def read(document: Document, choices: Choices) -> ZoneFile:
    """Each volume with its own time is a zone."""
    faults: list[Fault] = []
    sketches: list[Sketch] = []
    for whole, volumes, path in _found(document.value):
        where = document.where
        for key in path:
            where = where / (int(key) if key.isdecimal() else key)
        for k, volume in enumerate(volumes):
            sketches.append(_sketch(whole, volume, k, len(volumes), document, faults, where / k))
    if not sketches:
        raise InputError.at(document.where, "holds no volume")
    return zone_file(document, sketches, faults, choices, "ASTM F3548")


def _sketch(
    whole: dict[str, Any], volume: Any, number: int, count: int, document: Document, faults: list[Fault], where: Where
) -> Sketch:
    reference = whole.get("reference")
    reference = reference if isinstance(reference, dict) else {}
    details = whole.get("details")
    zone = details.get("geozone") if isinstance(details, dict) else None
    state = str(reference.get("state") or whole.get("state") or "")
    name = str(reference.get("id") or whole.get("id") or "volume")
    restriction: Restriction | None = Restriction.CONDITIONAL
    doubts: list[str] = []
    if isinstance(zone, dict):
        restriction, why = values.restriction(zone.get("restriction"), document, where)
        doubts.extend([why] if why else [])
    elif state in OVER:
        restriction = Restriction.NO_RESTRICTION
    draft = _draft(volume, document, faults, where)
    return Sketch(
        id=name if count == 1 else f"{name}/{number}",
        name=values.text(zone.get("name")) if isinstance(zone, dict) else name,
        restriction=restriction,
        reasons=("AIR_TRAFFIC",),
        where=where,
        drafts=[draft],
        periods=_periods(volume, document, where),
        message=state,
        conditions=TALK if restriction is Restriction.CONDITIONAL else "",
        doubts=doubts,
    )


def _either(value: Any, name: str, document: Document, where: Where) -> Any:
    """A member by its name, also in the spelling of older drafts."""
    if not isinstance(value, dict):
        return None
    first, *rest = name.split("_")
    camel = first + "".join(part.capitalize() for part in rest)
    if name not in value and camel in value:
        document.note(where / camel, f"is spelled {camel}, read as {name}")
        return value[camel]
    return value.get(name)


def _draft(volume: Any, document: Document, faults: list[Fault], where: Where) -> Draft:
    shape = volume.get("volume") if isinstance(volume, dict) else None
    place = where / "volume"
    sides = [_limit(_either(shape, f"altitude_{side}", document, place), side, document, place)
             for side in ("lower", "upper")]  # fmt: skip
    (low, low_doubt), (high, high_doubt) = sides
    band = Band(low, high)
    polygon = _either(shape, "outline_polygon", document, place)
    circle = _either(shape, "outline_circle", document, place)
    if isinstance(polygon, dict) == isinstance(circle, dict):
        draft = footprints.nowhere("has no outline, or two", band, document, place)
    elif isinstance(circle, dict):
        draft = _circle(circle, band, document, faults, place / "outline_circle")
    else:
        draft = _polygon(polygon, band, document, faults, place / "outline_polygon")
    draft.band_doubt = low_doubt or high_doubt
    return draft


def _circle(circle: dict[str, Any], band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    centre, radius = circle.get("center"), circle.get("radius")
    at = [centre.get("lng"), centre.get("lat")] if isinstance(centre, dict) else None
    if not isinstance(radius, dict) or radius.get("units") != "M":
        return footprints.nowhere("its radius is not in metres (units M)", band, document, where)
    return footprints.circle(at, radius.get("value"), band, document, faults, where)


def _polygon(polygon: Any, band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    vertices = polygon.get("vertices")
    listed = vertices if isinstance(vertices, list) else []
    if len(listed) > MOST_VERTICES:
        return footprints.nowhere(f"has {len(listed)} vertices", band, document, where)
    points = []
    for vertex in listed:
        pair = [values.number(vertex.get(name)) for name in ("lng", "lat")] if isinstance(vertex, dict) else [None]
        if any(side is None for side in pair):
            return footprints.nowhere(f"{vertex!r} is no vertex", band, document, where / "vertices")
        points.append([float(side) for side in pair if side is not None])
    if points and points[0] != points[-1]:
        points.append(points[0])
    on_globe = all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points)
    ring = footprints.geodesic(points) if len(points) > 3 and on_globe else points
    return footprints.polygons("Polygon", [ring], band, document, faults, where)


def _limit(value: Any, side: str, document: Document, where: Where) -> tuple[Height | None, str]:
    if value is None:
        return None, ""
    row = value if isinstance(value, dict) else {}
    metres = values.number(row.get("value"))
    if metres is None or row.get("units") != "M" or row.get("reference") != "W84":
        what = f"altitude_{side} is {row.get('value')!r} {row.get('units')!r} over {row.get('reference')!r}"
        document.note(where / f"altitude_{side}", what, "F3548 has metres (M) over W84 only")
        return None, what
    return Height(metres, Datum.WGS84), ""


def _periods(volume: Any, document: Document, where: Where) -> tuple[Period, ...]:
    ends: list[datetime | None] = []
    for side in ("start", "end"):
        given = _either(volume, f"time_{side}", document, where)
        row = given if isinstance(given, dict) else {}
        made = values.moment(row.get("value"), document, where / f"time_{side}")
        if given is not None and (made is None or made.tzinfo is None or row.get("format") != "RFC3339"):
            what = f"time_{side} is {row.get('value')!r} in format {row.get('format')!r}"
            document.note(where / f"time_{side}", what, "F3548 has RFC3339 times that end in Z")
            return (Period(doubt=what),)
        ends.append(made)
    return (Period(ends[0], ends[1]),) if any(end is not None for end in ends) else ()
