"""Rasters made for tests, and a slow, plain reading of them that shares no code with the package."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from builders import LAT, LON, METRE_EAST, METRE_NORTH
from rasterio.transform import Affine
from rasterio.warp import transform as warp

Surface = Callable[[float, float], float]
"""Metres at metres east and north of 52 N, 5 E."""


def a_terrain(
    path: Path,
    surface: Surface = lambda east, north: 10.0,
    *,
    west: float = -1000,
    north: float = 1000,
    size: int = 80,
    cell_m: float = 25.0,
    nodata: float | None = -9999.0,
    holes: list[tuple[int, int]] | None = None,
    crs: str = "EPSG:4326",
    **options: Any,
) -> Path:
    """A GeoTIFF round 52 N, 5 E in degrees, its cells about `cell_m` on a side; `holes` are (row, column)."""
    values = np.empty((size, size), dtype=options.get("dtype", "float32"))
    for row in range(size):
        for column in range(size):
            values[row, column] = surface(west + (column + 0.5) * cell_m, north - (row + 0.5) * cell_m)
    for row, column in holes or []:
        values[row, column] = nodata
    place = Affine(cell_m * METRE_EAST, 0, LON + west * METRE_EAST, 0, -cell_m * METRE_NORTH, LAT + north * METRE_NORTH)
    return a_raster(path, values, place, crs=crs, nodata=nodata, **options)


def a_raster(path: Path, values: np.ndarray, place: Affine, *, crs: str | None, **options: Any) -> Path:
    """A GeoTIFF with these values."""
    units, scales, offsets = options.pop("units", None), options.pop("scale", None), options.pop("offset", None)
    profile = {"driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1} | options
    with rasterio.open(path, "w", **({"dtype": values.dtype} | profile), crs=crs, transform=place) as made:
        made.write(values, 1)
        if units:
            made.units = (units,)
        if scales is not None:
            made.scales = (scales,)
        if offsets is not None:
            made.offsets = (offsets,)
    return path


class PlainRaster:
    """One raster, read whole and asked one place at a time."""

    def __init__(self, path: Path) -> None:
        with rasterio.open(path) as source:
            self.values = source.read(1).astype(float)
            self.crs, self.inverse, self.nodata = source.crs, ~source.transform, source.nodata
        if self.nodata is not None:
            self.values[self.values == self.nodata] = math.nan

    def at(self, lon: float, lat: float) -> float:
        """The bilinear value between the middles of four cells; level in the outer half of a cell; NaN outside."""
        (x,), (y,) = warp("EPSG:4326", self.crs, [lon], [lat])
        a, b, c, d, e, f = self.inverse[:6]
        column, row = a * x + b * y + c, d * x + e * y + f
        rows, columns = self.values.shape
        if not (0 <= column <= columns and 0 <= row <= rows):
            return math.nan
        column, row = min(max(column - 0.5, 0), columns - 1), min(max(row - 0.5, 0), rows - 1)
        left, top = min(int(column), max(columns - 2, 0)), min(int(row), max(rows - 2, 0))
        total = 0.0
        for r in (top, top + 1):
            for c in (left, left + 1):
                share = max(0.0, 1 - abs(column - c)) * max(0.0, 1 - abs(row - r))
                if share > 0:
                    total += share * self.values[r, c]
        return total
