"""Zones as a GeoPackage for a geographical information system: one row a volume, with columns that people read.

The whole zone stands in columns of its own, so that it is read back as it was.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dronectl import tables
from dronectl.writers import shape
from dronectl.zone import Circle, Zone, ZoneFile

NAME, SUFFIX = "gpkg", ".gpkg"
LAYER = "zones"


def prepared(zone: Zone) -> tuple[list[Zone], list[str]]:
    """The zone as this format can say it, and what is lost on the way."""
    made, told = shape.prepared(zone)
    return ([made] if made is not None else []), told


def render(files: Sequence[ZoneFile]) -> bytes:
    """The bytes of the GeoPackage, the same for the same zones."""
    shapes, rows = [], []
    for number, zone in enumerate(zone for file in files for zone in file.zones):
        whole = json.dumps(shape.properties(zone), ensure_ascii=False, allow_nan=False)
        for volume in zone.volumes:
            drawn = shape.outline(volume, drawn=True)
            if drawn is None:
                continue
            footprint = volume.footprint
            circle = [footprint.lon, footprint.lat, footprint.radius_m] if isinstance(footprint, Circle) else None
            layer = shape.layer(volume.band)
            shapes.append(drawn)
            rows.append(
                {
                    "id": zone.id,
                    "name": zone.name,
                    "restriction": zone.restriction.value if zone.restriction else "NOT UNDERSTOOD",
                    "reasons": ", ".join(zone.reasons),
                    "lower": shape.limit_words(volume.band.lower, "ground"),
                    "upper": shape.limit_words(volume.band.upper, "unlimited"),
                    "hours": "hours" if zone.keeps_hours else "always",
                    "message": zone.message,
                    "authority": "; ".join(str(authority) for authority in zone.authorities),
                    "note": "not for navigation",
                    "zone": str(number),
                    tables.OWN: whole,
                    tables.LAYER: json.dumps(layer) if layer else "",
                    tables.CIRCLE: json.dumps(circle) if circle else "",
                }
            )
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = Path(folder) / "zones.gpkg"
        tables.write(path, LAYER, shapes, rows)
        return path.read_bytes()
