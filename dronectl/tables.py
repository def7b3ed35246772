"""Tables with geometries, written through GDAL: the column names in which a whole zone is kept, and the writing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dronectl.records import dataclass

OWN, LAYER, CIRCLE = "ed318_properties", "ed318_layer", "ed318_circle"
FIXED_DATE = "2000-01-01T00:00:00.000Z"  # stands where the format wants a date of change: same zones, same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a table file."""

    name: str
    geometry: str
    """The type of its geometries, such as `LineString Z`."""
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]
    shapes: Sequence[bytes]
    """WKB in degrees on WGS 84, one a row."""


def write(path: Path, layer: str, shapes: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, str]]) -> None:
    """A GeoPackage with one layer of polygons in degrees on WGS 84."""
    import numpy as np
    import pyogrio
    from pyogrio.raw import write as write_raw

    from dronectl.geometry import wkb_of

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    names = list(rows[0]) if rows else []
    columns = [np.array([row[name] for row in rows], dtype=object) for name in names]
    write_raw(
        path,
        geometry=wkb_of([json.dumps(shape) for shape in shapes]),
        field_data=columns,
        fields=np.array(names, dtype=object),
        layer=layer,
        driver="GPKG",
        geometry_type="MultiPolygon",
        promote_to_multi=True,
        crs="EPSG:4326",
    )


TEXT, NUMBER, TIME = "object", "float64", "datetime64[ms, UTC]"
"""What a column holds; times are ISO 8601 in UTC."""


def write_layers(path: Path, layers: Sequence[Layer], crs: Sequence[tuple[str, str]]) -> None:
    """A GeoPackage with some layers in several reference systems; `crs`: the system, and how its tables' names end."""
    import geopandas
    import pandas
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    written = False
    for system, suffix in crs:
        for layer in layers:
            facts = {}
            for name, kind in layer.columns.items():
                cells = pandas.Series([row.get(name) for row in layer.rows], dtype="object")
                facts[name] = (pandas.to_datetime(cells, utc=True) if kind == TIME else cells).astype(kind)
            shapes = geopandas.GeoSeries.from_wkb(list(layer.shapes), crs="EPSG:4326")
            frame = geopandas.GeoDataFrame(facts, geometry=shapes)
            pyogrio.write_dataframe(
                frame if system == "EPSG:4326" else frame.to_crs(system), path, layer=layer.name + suffix, driver="GPKG",
                append=written, geometry_type=layer.geometry, promote_to_multi=layer.geometry.startswith("Multi"),
            )  # fmt: skip
            written = True


def write_styles(path: Path, styles: Mapping[str, str]) -> None:
    """The QML styles of tables of a GeoPackage, in the table where QGIS looks for them."""
    import sqlite3

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
            [(table, words, FIXED_DATE) for table, words in styles.items()],
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (FIXED_DATE,),
        )
    base.close()
