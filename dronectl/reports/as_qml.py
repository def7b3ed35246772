"""How QGIS draws the GeoJSON of a report: put it beside that file, under the same name."""

from __future__ import annotations

from dataclasses import replace

from dronectl.check import Report
from dronectl.reports import qgis

OF_LAYER = {
    "zone": "zones", "footprint": "footprints", "volume": "volumes", "path": "missions", "violation": "findings",
    "undecided": "findings", "permitted": "findings", "waived": "findings",
}  # fmt: skip


def render(report: Report) -> str:
    looks = []
    for layer, style in OF_LAYER.items():
        for look in qgis.LAYERS[style]:
            wanted = f"\"layer\" = '{layer}'" + (f" AND ({look.filter})" if look.filter else "")
            looks.append(replace(look, filter=wanted))
    return qgis.qml(looks)
