"""A raster of heights in degrees, read one place at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Surface:
    """Values on a grid in degrees, the first row in the north; `west` and `north` are the corner of the first cell."""

    values: np.ndarray
    west: float
    north: float
    cell_lon: float
    cell_lat: float

    def at(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Bilinear between the middles of four cells, level in the outer half of a cell, NaN outside."""
        rows, columns = self.values.shape
        middle = self.west + columns * self.cell_lon / 2
        x = (lon + 360 * np.round((middle - lon) / 360) - self.west) / self.cell_lon
        y = (self.north - lat) / self.cell_lat
        outside = (x < 0) | (x > columns) | (y < 0) | (y > rows)
        x, y = np.clip(x - 0.5, 0, columns - 1), np.clip(y - 0.5, 0, rows - 1)
        left, top = np.minimum(x.astype(int), columns - 2), np.minimum(y.astype(int), rows - 2)
        fx, fy = x - left, y - top
        value = (
            self.values[top, left] * (1 - fx) * (1 - fy) + self.values[top, left + 1] * fx * (1 - fy)
            + self.values[top + 1, left] * (1 - fx) * fy + self.values[top + 1, left + 1] * fx * fy
        )  # fmt: skip
        return np.where(outside, np.nan, value)

    def steepest(self, cell_east_m: float, cell_north_m: float) -> float:
        """The greatest change of height for a metre on the ground, in any direction."""
        across = np.nanmax(np.abs(np.diff(self.values, axis=1))) / cell_east_m
        down = np.nanmax(np.abs(np.diff(self.values, axis=0))) / cell_north_m
        return float(across + down)
