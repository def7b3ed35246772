"""The geoid: how far mean sea level lies above the WGS 84 ellipsoid."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dronectl.heights.grid import bilinear
from dronectl.heights.raster import Raster
from dronectl.records import dataclass

Floats = NDArray[np.float64]

TILE_DEG, PER_DEG = 15, 12
# EGM96 is right within 0.5 to 1.0 m (one sigma) worldwide: NIMA TR8350.2, third edition, chapter 6; twice that is carried
MODEL_ERROR_M = 2.0
# 0.06 m between the nodes of the 5' grid (measured by the publisher of the grid), 0.005 m for whole centimetres, and the
# rest for the straight line between places at most 2.5 km apart
GRID_ERROR_M = 0.15


class Geoid(Protocol):
    """A model of mean sea level."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    @property
    def error_m(self) -> float:
        """How far off it may be, in metres."""

    def undulation(self, lon: Floats, lat: Floats) -> Floats:
        """Metres of mean sea level above the ellipsoid at positions in degrees, (k,); NaN where it is not known."""


class Egm96:
    """EGM96 on the 5' grid that ships (NIMA and NASA, public domain)."""

    name = "EGM96 (5' grid, bundled)"
    error_m = MODEL_ERROR_M + GRID_ERROR_M

    def undulation(self, lon: Floats, lat: Floats) -> Floats:
        """Metres of mean sea level above the ellipsoid, (k,)."""
        found = np.full(len(lon), np.nan)
        lon = (np.asarray(lon) + 180.0) % 360.0 - 180.0
        lat = np.asarray(lat)
        south = np.clip(np.floor((lat + 90) / TILE_DEG), 0, 180 / TILE_DEG - 1) * TILE_DEG - 90
        west = np.clip(np.floor((lon + 180) / TILE_DEG), 0, 360 / TILE_DEG - 1) * TILE_DEG - 180
        for low, left in sorted(set(zip(south.tolist(), west.tolist(), strict=True))):
            here = (south == low) & (west == left)
            nodes = _tile(int(low), int(left))
            found[here] = bilinear(nodes, (lon[here] - left) * PER_DEG, (lat[here] - low) * PER_DEG)
        return found


@lru_cache(maxsize=16)
def _tile(south: int, west: int) -> Floats:
    """One tile of the bundled grid in metres, rows to the north; kept as differences of differences of centimetres."""
    with np.load(Path(__file__).parent / "egm96.npz") as archive:
        twice = archive[f"{south}_{west}"]
    return np.asarray(twice.astype(np.int64).cumsum(axis=0).cumsum(axis=1) / 100.0)


@dataclass(frozen=True, slots=True, eq=False)
class RasterGeoid:
    """A geoid model from a file: metres of mean sea level above the ellipsoid."""

    raster: Raster
    stated_m: float | None

    @property
    def name(self) -> str:
        return self.raster.path

    @property
    def error_m(self) -> float:
        return (self.stated_m if self.stated_m is not None else MODEL_ERROR_M) + GRID_ERROR_M

    def undulation(self, lon: Floats, lat: Floats) -> Floats:
        """Metres above the ellipsoid, (k,); NaN outside the raster."""
        column, row = self.raster.cells(lon, lat)
        within = self.raster.holds(column, row)
        found = np.full(len(lon), np.nan)
        if within.any():
            x, y = column[within], row[within]
            left, top = int(max(np.floor(x.min()), 0)), int(max(np.floor(y.min()), 0))
            right = int(min(np.ceil(x.max()) + 1, self.raster.columns - 1))
            bottom = int(min(np.ceil(y.max()) + 1, self.raster.rows - 1))
            found[within] = bilinear(self.raster.window(left, top, right, bottom), x - left, y - top)
        return found
