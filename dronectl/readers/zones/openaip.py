"""Zones as OpenAIP exports them: the answer of its interface, or GeoJSON with the same members."""

from __future__ import annotations

from typing import Any

from dronectl.errors import Fault
from dronectl.measures import METRES_PER_FLIGHT_LEVEL, METRES_PER_FOOT, Band, Datum, Height
from dronectl.readers import airspace, collections, values
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.where import Where
from dronectl.zone import ZoneFile

TYPES = {
    0: "OTHER", 1: "R", 2: "Q", 3: "P", 4: "CTR", 5: "TMZ", 6: "RMZ", 7: "TMA", 8: "TRA", 9: "TSA", 10: "FIR", 11: "UIR",
    12: "ADIZ", 13: "ATZ", 14: "MATZ", 15: "AWY", 16: "MTR", 17: "ALERT", 18: "WARNING", 19: "PROTECTED", 20: "HTZ",
    21: "GS", 22: "TRP", 23: "TIZ", 24: "TIA", 25: "MTA", 26: "CTA", 27: "ACCSEC", 28: "SPORT", 29: "OVERFLIGHT",
    30: "MRT", 31: "TFR", 32: "VFRSEC", 33: "FISSEC",
}  # OpenAIP core API: airspace types  # fmt: skip
ICAO = "ABCDEFG"
UNITS = {0: 1.0, 1: METRES_PER_FOOT, 6: METRES_PER_FLIGHT_LEVEL}  # OpenAIP: metre, feet, flight level
DATUMS = {0: Datum.AGL, 1: Datum.AMSL, 2: Datum.FL}  # OpenAIP: GND, MSL, STD


def accepts(value: Any) -> bool:
    """True for OpenAIP's items, or features that carry them."""
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        items = value["items"]
        return any(isinstance(item, dict) and {"icaoClass", "lowerLimit"} <= item.keys() for item in items[:20])
    return collections.has(value, "icaoClass", "lowerLimit", "upperLimit")


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every airspace of the export; hours and NOTAM are not read, an airspace is taken to be active."""
    value = document.value
    if isinstance(value.get("items"), list):
        rows = [item if isinstance(item, dict) else {} for item in value["items"]]
        listed = [({"geometry": row.get("geometry")}, row, document.where / "items" / k) for k, row in enumerate(rows)]
    else:
        listed = [(feature, row, where) for _, feature, row, where in collections.features(document)]
    faults: list[Fault] = []
    sketches = [_sketch(feature, row, document, faults, choices, where) for feature, row, where in listed]
    return zone_file(document, sketches, faults, choices, "OpenAIP")


def _sketch(
    feature: dict[str, Any],
    row: dict[str, Any],
    document: Document,
    faults: list[Fault],
    choices: Choices,
    where: Where,
) -> Sketch:
    number = values.number(row.get("type"))
    kind = TYPES.get(int(number)) if number is not None else None
    icao = values.number(row.get("icaoClass"))
    letter = ICAO[int(icao)] if icao is not None and 0 <= icao < len(ICAO) else ""
    if kind == "OTHER" and letter:
        kind = letter
    doubts = []
    restriction = airspace.restriction(kind, choices) if kind else None
    if restriction is None:
        document.note(where / "type", f"type {row.get('type')!r} is not known")
        doubts.append(f"its type {row.get('type')!r} is not known")
    if row.get("hoursOfOperation"):
        document.note(where / "hoursOfOperation", "its hours are not read: the zone is taken to be in force always")
    low, low_doubt = _limit(row.get("lowerLimit"), "lower", document, where)
    high, high_doubt = _limit(row.get("upperLimit"), "upper", document, where)
    draft = collections.area(feature, Band(low, high), document, faults, where)
    draft.band_doubt = low_doubt or high_doubt
    name = values.text(row.get("name"))
    flags = [word for word in ("onDemand", "onRequest", "byNotam", "specialAgreement") if row.get(word)]
    return Sketch(
        id=values.text(row.get("_id")) or name or where.path,
        name=name,
        restriction=restriction,
        reasons=("AIR_TRAFFIC",),
        where=where,
        drafts=[draft],
        message="; ".join([f"class {letter}"] * bool(letter) + flags),
        conditions=airspace.CONDITION.format(kind) if restriction is airspace.WAIT else "",
        doubts=doubts,
    )


def _limit(value: Any, side: str, document: Document, where: Where) -> tuple[Height | None, str]:
    place = where / f"{side}Limit"
    row = value if isinstance(value, dict) else {}
    figure, unit, datum = (values.number(row.get(name)) for name in ("value", "unit", "referenceDatum"))
    factor = UNITS.get(int(unit)) if unit is not None else None
    reference = DATUMS.get(int(datum)) if datum is not None else None
    if figure is None or factor is None or reference is None:
        document.note(place, "is not understood", "export the airspace again")
        return None, f"its {side} limit is not understood"
    if side == "upper" and figure >= values.UNLIMITED_FROM and unit != 1:
        return None, ""
    return Height(figure * factor, Datum.FL if unit == 6 else reference), ""
