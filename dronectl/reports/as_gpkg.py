"""The report for a desktop GIS: a GeoPackage in WGS 84 and, in the Netherlands, in RD New, that opens styled in QGIS."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from dronectl.camera import LEVELS
from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Status
from dronectl.mission import Flight, Mission
from dronectl.reports import qgis, words
from dronectl.reports.as_geojson import TELLING, zone_features
from dronectl.reports.charts import look
from dronectl.viewing import footprint
from dronectl.volumes import outlines
from dronectl.zone import Zone

WGS84, RD = "EPSG:4326", "EPSG:28992"
NETHERLANDS = (3.2, 50.7, 7.3, 53.7)  # where RD New is of use: EPSG area 1275, rounded outward
WRITTEN = "2000-01-01T00:00:00.000Z"  # no clock in it: the same report gives the same bytes
GEOMETRY = {
    "missions": "LineString Z", "legs": "LineString Z", "findings": "LineString Z", "zones": "MultiPolygon",
    "crowds": "MultiPolygon", "footprints": "MultiPolygon", "volumes": "MultiPolygon",
}  # fmt: skip
TEXT, NUMBER, TIME = "object", "float64", "datetime64[ms, UTC]"
Row = dict[str, Any]
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
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        path = Path(folder) / "report.gpkg"
        _write(report, path)
        return path.read_bytes()


def _write(report: Report, path: Path) -> None:
    import geopandas
    import pandas
    import pyogrio

    written: list[tuple[str, str]] = []
    with _without_clock():
        for crs in (WGS84, RD) if _in_the_netherlands(report) else (WGS84,):
            for name, rows in _layers(report).items():
                table = name if crs == WGS84 else f"{name}_rd"
                columns = COLUMNS[name]
                facts = {c: pandas.Series([row.get(c) for row, _ in rows]).astype(kind) if kind != TIME
                         else pandas.to_datetime(pandas.Series([row.get(c) for row, _ in rows], dtype="object"), utc=True)
                         .astype(kind) for c, kind in columns.items()}  # fmt: skip
                frame = geopandas.GeoDataFrame(facts, geometry=[shape for _, shape in rows], crs=WGS84)
                multi = GEOMETRY[name].startswith("Multi")
                pyogrio.write_dataframe(
                    frame if crs == WGS84 else frame.to_crs(crs), path, layer=table, driver="GPKG", append=bool(written),
                    geometry_type=GEOMETRY[name], promote_to_multi=multi,
                )  # fmt: skip
                written.append((table, name))
    _style(path, written)


@contextmanager
def _without_clock() -> Iterator[None]:
    """GDAL with a clock that stands still, and as it was before afterwards."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": WRITTEN})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _in_the_netherlands(report: Report) -> bool:
    west, south, east, north = NETHERLANDS
    return all(
        bool(((flight.lon >= west) & (flight.lon <= east) & (flight.lat >= south) & (flight.lat <= north)).all())
        for mission in report.missions
        for flight in mission.flights
    )


def _layers(report: Report) -> dict[str, list[tuple[Row, Any]]]:
    import shapely

    made: dict[str, list[tuple[Row, Any]]] = {name: [] for name in qgis.LAYERS}
    for mission, result in zip(report.missions, report.results, strict=True):
        for flight in mission.flights:
            made["missions"].append(_mission(mission, flight, result))
            made["legs"].extend(_legs(mission, flight))
        made["findings"].extend(piece for finding in result.findings for piece in _pieces(finding, result))
    for zone in report.zones:
        made["zones" if zone.crowd is None else "crowds"].extend(_zone(zone))
    for mission, view, volume, bare in zip(report.missions, report.views, report.volumes, report.bare, strict=True):
        for name, level in LEVELS.items() if view is not None else ():
            assert view is not None
            shapes = [shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in rings.polygons])
                      for rings in footprint(mission, bare, view, level)]  # fmt: skip
            made["footprints"] += [
                ({"mission": mission.id, "level": name, "px_per_m": level}, shape) for shape in shapes
            ]
        if volume is not None:
            tops = {"flight-geography": volume.top_m, "contingency-volume": volume.contingency_top_m}
            for name, rings in outlines(volume, bare).items():
                shape = shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in rings.polygons])
                row = {"mission": mission.id, "volume": name, "top_m_agl": tops.get(name, 0.0)}
                made["volumes"].append((row, shape))
    return made


def _line(points: list[tuple[float, float, float]]) -> Any:
    """A line with heights, NaN where there is none; one that stands still has its place twice."""
    import shapely

    return shapely.LineString(points if len(points) > 1 else points * 2)


def _points(flight: Flight) -> list[tuple[float, float, float]]:
    return list(zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True))


def _at(flight: Flight, k: int) -> str | None:
    return words.iso(float(flight.times[k])) if flight.times is not None else None


def _mission(mission: Mission, flight: Flight, result: MissionResult) -> tuple[Row, Any]:
    datums = sorted({datum.value for datum in flight.datum if datum is not None})
    row = {
        "mission": mission.id, "flight": flight.id, "verdict": result.verdict.words, "datum": "/".join(datums),
        "start": _at(flight, 0), "end": _at(flight, -1), "length_m": round(result.length_m, 1),
    }  # fmt: skip
    return row, _line(_points(flight))


def _legs(mission: Mission, flight: Flight) -> list[tuple[Row, Any]]:
    return [
        (
            {
                "mission": mission.id, "flight": flight.id, "leg": k, "kind": flight.kind[k],
                "datum": datum.value if (datum := flight.datum[k]) is not None else None, "start": _at(flight, k),
                "end": _at(flight, k + 1),
            },
            _line(list(pair)),
        )
        for k, pair in enumerate(pairwise(_points(flight)))
    ]  # fmt: skip


def _pieces(finding: Finding, result: MissionResult) -> list[tuple[Row, Any]]:
    made: list[tuple[Row, Any]] = []
    for met in finding.encounters if finding.status in TELLING else ():
        if met.enter is None or met.exit is None:
            continue
        row = {
            "mission": result.id, "flight": met.flight, "rule": finding.rule, "name": finding.name,
            "severity": finding.severity.value, "status": finding.status.value, "start": words.iso(met.enter.time),
            "end": words.iso(met.exit.time), "seconds": met.seconds, "margin_m": round(met.margin_m, 2),
            "datum": met.enter.datum.value if met.enter.datum is not None else None,
            "zone_id": finding.zone.id if finding.zone else None, "message_en": finding.message,
            "message_nl": finding.local.get("nl"), "remedy": finding.remedy, "basis": finding.basis,
            "waiver": finding.permit if finding.status is Status.WAIVED else None,
        }  # fmt: skip
        made.append((row, _line([(lon, lat, np.nan if z is None else z) for lon, lat, z in met.line])))
    return made


def _zone(zone: Zone) -> list[tuple[Row, Any]]:
    import shapely

    made: list[tuple[Row, Any]] = []
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
        made.append((row, shapely.geometry.shape(feature["geometry"])))
    return made


def _style(path: Path, tables: list[tuple[str, str]]) -> None:
    """The styles of all layers in the table where QGIS looks for them."""
    with sqlite3.connect(path) as base:
        base.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema "
            "TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD "
            "TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"
        )
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
            "VALUES ('', '', ?, 'geom', 'dronectl', ?, '', 1, 'not for navigation', '', NULL, ?)",
            [(table, qgis.qml(qgis.LAYERS[name], qgis.LABELS.get(name, "")), WRITTEN) for table, name in tables],
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES "
            "('layer_styles', 'attributes', 'layer_styles', ?)",
            (WRITTEN,),
        )
    base.close()
