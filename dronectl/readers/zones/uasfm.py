"""Zones as FAA UAS Facility Maps: a grid of controlled airspace in the United States.

A cell's ceiling is the height up to which an authorisation may be given at once; below and above it one is needed.
"""

from __future__ import annotations

from typing import Any

from dronectl.errors import Fault
from dronectl.measures import Band
from dronectl.readers import collections, values
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.zone import Authority, Restriction, ZoneFile


def accepts(value: Any) -> bool:
    """True for features with the members of a facility map."""
    return collections.has(value, "CEILING", "UNIT", "MAP_EFF")


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every cell of the grid. Outside it the file says nothing."""
    faults: list[Fault] = []
    sketches = []
    for number, feature, row, where in collections.features(document):
        ceiling, unit = values.number(row.get("CEILING")), values.text(row.get("UNIT"))
        airport = values.text(row.get("APT1_NAME"))
        told = "states no ceiling" if ceiling is None else f"authorised at once (LAANC) up to {ceiling:g} ft AGL"
        if ceiling == 0 or str(row.get("APT1_LAANC")) == "0":
            told = "no authorisation at once (LAANC) here"
        sketches.append(
            Sketch(
                id=f"{values.text(row.get('APT1_ICAO')) or 'UASFM'}-{row.get('OBJECTID', number)}",
                name=", ".join(part for part in (airport, unit) if part),
                restriction=Restriction.REQ_AUTHORIZATION,
                reasons=("AIR_TRAFFIC",),
                where=where,
                drafts=[collections.area(feature, Band(), document, faults, where)],
                country="USA",
                authorities=(Authority(name=unit, purpose="AUTHORIZATION"),),
                message=f"{told}; map effective {row.get('MAP_EFF')}",
            )
        )
    return zone_file(document, sketches, faults, choices, "FAA UAS Facility Map")
