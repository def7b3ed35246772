"""Tables with geometries, written through GDAL: the column names in which a whole zone is kept, and the writing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

OWN, LAYER, CIRCLE = "ed318_properties", "ed318_layer", "ed318_circle"
FIXED_DATE = "2000-01-01T00:00:00.000Z"  # stands where the format wants a date of change: same zones, same bytes


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
