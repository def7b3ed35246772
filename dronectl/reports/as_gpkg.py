"""The report for a desktop GIS: a GeoPackage in WGS 84 and, in the Netherlands, in RD New, that opens styled in QGIS."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from dronectl import tables
from dronectl.camera import LEVELS
from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Status
from dronectl.geometry import wkb_of
from dronectl.geometry.sketch import RD_NEW, in_the_netherlands
from dronectl.geometry.wkb import line_wkb
from dronectl.mission import Flight, Mission
from dronectl.reports import qgis, words
from dronectl.reports.as_geojson import TELLING, area, zone_features
from dronectl.reports.charts import look
from dronectl.reports.dutch import Say
from dronectl.reports.telling import message_in, teller
from dronectl.tables import NUMBER, TEXT, TIME
from dronectl.viewing import footprint
from dronectl.volumes import outlines
from dronectl.zone import Zone

GEOMETRY = {
    "missions": "LineString Z", "legs": "LineString Z", "findings": "LineString Z", "zones": "MultiPolygon",
    "crowds": "MultiPolygon", "footprints": "MultiPolygon", "volumes": "MultiPolygon",
}  # fmt: skip
Row = tuple[dict[str, Any], bytes]
"""The facts of a feature, and its shape as WKB."""
COLUMNS: dict[str, dict[str, str]] = {
    "missions": {"mission": TEXT, "flight": TEXT, "verdict": TEXT, "datum": TEXT, "start": TIME, "end": TIME,
                 "length_m": NUMBER},
    "legs": {"mission": TEXT, "flight": TEXT, "leg": NUMBER, "kind": TEXT, "datum": TEXT, "start": TIME, "end": TIME},
    "findings": {"mission": TEXT, "flight": TEXT, "rule": TEXT, "name": TEXT, "severity": TEXT, "status": TEXT,
                 "start": TIME, "end": TIME, "seconds": NUMBER, "margin_m": NUMBER, "datum": TEXT, "zone_id": TEXT,
                 "message_en": TEXT, "message_nl": TEXT, "remedy": TEXT, "basis": TEXT, "waiver": TEXT},
    "zones": {"id": TEXT, "name": TEXT, "look": TEXT, "restriction": TEXT, "reasons": TEXT, "band": TEXT, "hours": TEXT,
              "authority": TEXT, "source": TEXT, "doubt": TEXT},
    "footprints": {"mission": TEXT, "level": TEXT, "px_per_m": NUMBER},
    "volumes": {"mission": TEXT, "volume": TEXT, "top_m_agl": NUMBER},
}  # fmt: skip
COLUMNS["crowds"] = {**COLUMNS["zones"], "persons": NUMBER, "kind": TEXT}


def render(report: Report) -> bytes:
    systems = [("EPSG:4326", "")]
    flights = [flight for mission in report.missions for flight in mission.flights]
    if all(in_the_netherlands(flight.lon, flight.lat) for flight in flights):
        systems.append((RD_NEW, "_rd"))
    layers = [
        tables.Layer(name=name, geometry=GEOMETRY[name], columns=COLUMNS[name], rows=[facts for facts, _ in rows],
                     shapes=[shape for _, shape in rows])
        for name, rows in _layers(report).items()
    ]  # fmt: skip
    styles = {f"{name}{suffix}": qgis.qml(qgis.LAYERS[name], qgis.LABELS.get(name, "")) for name in GEOMETRY
              for _, suffix in systems}  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = Path(folder) / "report.gpkg"
        tables.write_layers(path, layers, systems)
        tables.write_styles(path, styles)
        return path.read_bytes()


def _layers(report: Report) -> dict[str, list[Row]]:
    made: dict[str, list[Row]] = {name: [] for name in qgis.LAYERS}
    dutch = teller(report, "nl")
    for mission, result in zip(report.missions, report.results, strict=True):
        for flight in mission.flights:
            made["missions"].append(_mission(mission, flight, result))
            made["legs"].extend(_legs(mission, flight))
        made["findings"].extend(piece for finding in result.findings for piece in _pieces(finding, result, dutch))
    for zone in report.zones:
        made["zones" if zone.crowd is None else "crowds"].extend(_zone(zone))
    for mission, view, volume, bare in zip(report.missions, report.views, report.volumes, report.bare, strict=True):
        for name, level in LEVELS.items() if view is not None else ():
            assert view is not None
            shapes = _areas([area(rings) for rings in footprint(mission, bare, view, level)])
            made["footprints"] += [
                ({"mission": mission.id, "level": name, "px_per_m": level}, shape) for shape in shapes
            ]
        if volume is not None:
            tops = {"flight-geography": volume.top_m, "contingency-volume": volume.contingency_top_m}
            for name, rings in outlines(volume, bare).items():
                (shape,) = _areas([area(rings)])
                made["volumes"].append(
                    ({"mission": mission.id, "volume": name, "top_m_agl": tops.get(name, 0.0)}, shape)
                )
    return made


def _areas(shapes: Sequence[dict[str, Any]]) -> list[bytes]:
    return list(wkb_of([json.dumps(shape) for shape in shapes]))


def _points(flight: Flight) -> list[tuple[float, float, float | None]]:
    return list(zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True))


def _at(flight: Flight, k: int) -> str | None:
    return words.iso(float(flight.times[k])) if flight.times is not None else None


def _mission(mission: Mission, flight: Flight, result: MissionResult) -> Row:
    datums = sorted({datum.value for datum in flight.datum if datum is not None})
    row = {
        "mission": mission.id, "flight": flight.id, "verdict": result.verdict.words, "datum": "/".join(datums),
        "start": _at(flight, 0), "end": _at(flight, -1), "length_m": round(result.length_m, 1),
    }  # fmt: skip
    return row, line_wkb(_points(flight))


def _legs(mission: Mission, flight: Flight) -> list[Row]:
    return [
        (
            {
                "mission": mission.id, "flight": flight.id, "leg": k, "kind": flight.kind[k],
                "datum": datum.value if (datum := flight.datum[k]) is not None else None, "start": _at(flight, k),
                "end": _at(flight, k + 1),
            },
            line_wkb(list(pair)),
        )
        for k, pair in enumerate(pairwise(_points(flight)))
    ]  # fmt: skip


def _pieces(finding: Finding, result: MissionResult, dutch: Say) -> list[Row]:
    made: list[Row] = []
    for met in finding.encounters if finding.status in TELLING else ():
        if met.enter is None or met.exit is None:
            continue
        row = {
            "mission": result.id, "flight": met.flight, "rule": finding.rule, "name": finding.name,
            "severity": finding.severity.value, "status": finding.status.value, "start": words.iso(met.enter.time),
            "end": words.iso(met.exit.time), "seconds": met.seconds, "margin_m": round(met.margin_m, 2),
            "datum": met.enter.datum.value if met.enter.datum is not None else None,
            "zone_id": finding.zone.id if finding.zone else None, "message_en": finding.message,
            "message_nl": message_in(finding, dutch), "remedy": finding.remedy, "basis": finding.basis,
            "waiver": finding.permit if finding.status is Status.WAIVED else None,
        }  # fmt: skip
        made.append((row, line_wkb(met.line)))
    return made


def _zone(zone: Zone) -> list[Row]:
    made: list[Row] = []
    for feature in zone_features(zone):
        if feature["geometry"] is None:
            continue
        facts = feature["properties"]
        row = {
            "id": zone.id, "name": zone.name, "look": look(zone), "restriction": facts["restriction"],
            "reasons": ", ".join(zone.reasons), "band": facts["band"], "source": facts["source"], "doubt": facts["doubt"],
            "hours": "; ".join(words.period_text(period) for period in zone.volumes[facts["volume"]].periods) or "always",
            "authority": "; ".join(str(authority) for authority in zone.authorities),
        }  # fmt: skip
        if zone.crowd is not None:
            row |= {"persons": zone.crowd.most, "kind": zone.crowd.kind}
        made.append((row, _areas([feature["geometry"]])[0]))
    return made
