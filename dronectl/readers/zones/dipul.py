"""Zones as the German dipul publishes them: GeoJSON per theme, each limit with a unit of its own.

Aerodromes, control zones and restricted areas need consent (section 21h of the German LuftVO, as the file names it per
zone); other themes have conditions in that section, which are not in the file.
"""

from __future__ import annotations

from typing import Any

from dronectl.errors import Fault
from dronectl.measures import Band
from dronectl.readers import collections, values
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.where import Where
from dronectl.zone import Restriction, ZoneFile

CONSENT = frozenset({"FLUGHAFEN", "FLUGPLATZ", "KONTROLLZONE", "FLUGBESCHRAENKUNGSGEBIET"})
REASONS = {"KONTROLLZONE": "AIR_TRAFFIC", "FLUGHAFEN": "AIR_TRAFFIC", "FLUGPLATZ": "AIR_TRAFFIC"}


def accepts(value: Any) -> bool:
    """True for features with dipul's own members."""
    return collections.has(value, "type_code", "legal_ref", "generated_name_DE")


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every zone of the file; it keeps no hours."""
    faults: list[Fault] = []
    sketches = []
    for number, feature, row, where in collections.features(document):
        band, doubt = _band(row, document, where / "properties")
        draft = collections.area(feature, band, document, faults, where)
        draft.band_doubt = doubt
        code = values.text(row.get("type_code"))
        restriction = Restriction.REQ_AUTHORIZATION if code in CONSENT else Restriction.CONDITIONAL
        name = values.text(row.get("name")) or values.text(row.get("generated_name_DE"))
        basis = values.text(row.get("legal_ref"))
        sketches.append(
            Sketch(
                id=values.text(row.get("external_reference")) or f"{code or 'zone'}-{number}",
                name=name,
                restriction=restriction if code else None,
                reasons=(REASONS[code],) if code in REASONS else (),
                where=where,
                drafts=[draft],
                country="DEU",
                message=", ".join(part for part in (values.text(row.get("type_code_detail")), basis) if part),
                conditions=f"{code}: the conditions stand in {basis}" if code not in CONSENT else "",
                doubts=[] if code else ["it states no type"],
            )
        )
    return zone_file(document, sketches, faults, choices, "dipul GeoJSON", name=values.text(document.value.get("name")))


def _band(row: dict[str, Any], document: Document, where: Where) -> tuple[Band, str]:
    sides = []
    for side in ("lower", "upper"):
        names = [f"{side}_limit_{part}" for part in ("altitude", "alt_ref", "unit")]
        sides.append([row.get(name) for name in names])
    (low, low_ref, low_unit), (high, high_ref, high_unit) = sides
    low_ref, high_ref = ({"MSL": "AMSL"}.get(str(ref), ref) for ref in (low_ref, high_ref))
    lower, low_doubt = values.band(low, low_ref, None, None, low_unit, document, where)
    upper, high_doubt = values.band(None, None, high, high_ref, high_unit, document, where)
    return Band(lower.lower, upper.upper), low_doubt or high_doubt
