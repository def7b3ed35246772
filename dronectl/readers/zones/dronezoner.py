"""Zones as the Danish Dronezoner publishes them: points with buffers and polygons, without heights.

Which permission a zone needs stands in Danish law and not in the file: aerodromes and military areas are read as needing
consent, the others as having conditions.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import numpy as np

from dronectl.errors import Fault
from dronectl.measures import Band
from dronectl.readers import arcs, collections, footprints, values
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.schedule import Period
from dronectl.where import Where
from dronectl.zone import Restriction, ZoneFile

BUFFER = re.compile(r"(\d+(?:[.,]\d+)?)\s*(km|m)?", re.IGNORECASE)
CONSENT = re.compile(r"lufthavn|flyveplads(?<!modelflyveplads)|milit|helikopter", re.IGNORECASE)
UNSTATED_M = 5_000.0  # a point without a buffer is undecided this near: the widest buffer met in such a file
LEAST_M = 50.0  # a bare number below it can only be kilometres


def accepts(value: Any) -> bool:
    """True for features with Dronezoner's own members."""
    return collections.has(value, "typeId", "Farve", "Bufferzone")


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every zone of the file; one that is not active informs only."""
    faults: list[Fault] = []
    sketches = []
    for number, feature, row, where in collections.features(document):
        kind = values.text(row.get("typeId"))
        inactive = str(row.get("Aktiv", "")).upper() == "NEJ"
        restriction = Restriction.REQ_AUTHORIZATION if CONSENT.search(kind) else Restriction.CONDITIONAL
        told = [kind, values.text(row.get("Kommentar")), "not active (Aktiv: NEJ)" if inactive else ""]
        sketches.append(
            Sketch(
                id=f"DK-{row.get('OBJECTID', number)}",
                name=values.text(row.get("title")),
                restriction=Restriction.NO_RESTRICTION if inactive else restriction,
                where=where,
                drafts=[_draft(feature, row, document, faults, where)],
                periods=_periods(row, document, where / "properties"),
                country="DNK",
                message="; ".join(part for part in told if part),
                conditions=""
                if restriction is Restriction.REQ_AUTHORIZATION
                else f"{kind}: see the Danish drone rules",
            )
        )
    return zone_file(document, sketches, faults, choices, "Dronezoner GeoJSON")


def _draft(
    feature: dict[str, Any], row: dict[str, Any], document: Document, faults: list[Fault], where: Where
) -> Draft:
    centre = collections.point(feature)
    if centre is None:
        return collections.area(feature, Band(), document, faults, where)
    metres = _buffer(row)
    if metres is not None:
        return footprints.circle(centre, metres, Band(), document, faults, where / "geometry")
    draft = footprints.nowhere("is a point without a buffer", Band(), document, where / "geometry")
    lon, lat = (values.number(side) for side in (centre[:2] if isinstance(centre, list) else [None, None]))
    if lon is not None and lat is not None:
        draft.points = [np.array(arcs.around((lon, lat), UNSTATED_M))]
    return draft


def _buffer(row: dict[str, Any]) -> float | None:
    """Metres round a point: the text, or a number (Lovkrav) with how many of its units make a kilometre (Enhed)."""
    number, per_km = values.number(row.get("Lovkrav")), values.number(row.get("Enhed"))
    stated = number * 1000 / per_km if number and per_km else None
    found = BUFFER.fullmatch(str(row.get("Bufferzone") or "").strip())
    if found is None:
        return stated
    figure = float(found[1].replace(",", "."))
    unit = (found[2] or "").lower()
    metres = figure * 1000 if unit == "km" or (not unit and figure < LEAST_M) else figure
    return max(metres, stated or 0.0) or None


def _periods(row: dict[str, Any], document: Document, where: Where) -> tuple[Period, ...]:
    ends: list[datetime | None] = []
    for name in ("datoTidSTART", "datoTidSLUT"):
        words = row.get(name)
        try:
            ends.append(parsedate_to_datetime(words) if words else None)
        except (TypeError, ValueError):
            document.note(where / name, f"{words!r} is not a date and time")
            return (Period(doubt=f"its {name} {words!r} could not be read"),)
    return (Period(ends[0], ends[1]),) if any(ends) else ()
