"""What stands between a camera and the ground: lines of sight over a surface with its buildings and trees.

A place is hidden only where every line from every place at which the camera may be is blocked: what blocks counts at its
lowest within the camera's uncertainty, the camera and what it looks at at their highest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dronectl.geometry import Floats, Frame, cells_of
from dronectl.heights import Terrain
from dronectl.records import dataclass

SPACING_M = 2.0  # of the places at which the surface is asked, where it has cells as fine
MOST_NODES = 500  # along one side of the region that is looked at
MOST_PLACES = 1_500  # of one target
LEAST_UNSURE_M = 3.0  # so that cells of 4 m may stand for a target
PERSON_M = 2.0  # who stands on the surface is taken to be as tall
BLOCK = 1_500_000  # places on lines of sight held at once
DIAGONAL = 0.7072  # half of that of a cell, with a little room


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The lowest that a surface surely is round each node of a grid on a plane; -inf where nobody knows."""

    terrain: Terrain
    frame: Frame
    x0: float
    y0: float
    step: float
    low: Floats
    """(rows, columns), metres AMSL."""
    unsure_m: float
    """How far either end of a line of sight may be from where it is drawn."""

    @classmethod
    def of(cls, terrain: Terrain, frame: Frame, bounds: tuple[float, float, float, float], unsure_m: float) -> Surface:
        """The surface over a region (west, south, east, north on the plane) for a camera that may be off by some metres."""
        west, south, east, north = bounds
        cell = min((raster.cell_m for raster in terrain.rasters), default=SPACING_M)
        step = max(SPACING_M, cell, max(east - west, north - south) / MOST_NODES)
        x, y = np.arange(west, east + step, step), np.arange(south, north + step, step)
        nodes = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        lon, lat = frame.unproject(nodes)
        unsure_m = max(unsure_m, LEAST_UNSURE_M)
        low, _ = terrain.ground(lon, lat, unsure_m + step * DIAGONAL)
        heights = np.where(np.isnan(low), -np.inf, low).reshape(len(y), len(x))
        return cls(terrain, frame, west, south, step, heights, unsure_m)

    def places(self, shape: Any) -> tuple[Floats, Floats]:
        """Places that stand for all of a shape, and the highest that may be seen at each: metres AMSL, inf where not known.

        (n, 3): x, y, and the side of the cell that each stands for.
        """
        points, size = cells_of(shape, self.step, MOST_PLACES)
        lon, lat = self.frame.unproject(points)
        _, top = self.terrain.ground(lon, lat, size * DIAGONAL)
        return np.column_stack([points, np.full(len(points), size)]), np.where(np.isnan(top), np.inf, top) + PERSON_M

    def hidden(self, eyes: Floats, eye_z: Floats, places: Floats, tops: Floats) -> Any:
        """Whether each place is hidden from each camera, (n, m) of bool; of places too coarse for it, nothing is."""
        found = np.zeros((len(eyes), len(places)), bool)
        if float(places[:, 2].max()) * DIAGONAL > self.unsure_m:
            return found
        apart = np.hypot(eyes[:, None, 0] - places[None, :, 0], eyes[:, None, 1] - places[None, :, 1])
        count = max(2, int(np.ceil(float(apart.max()) / self.step)))
        along = (np.arange(count) + 0.5) / count
        rows = max(1, BLOCK // (len(places) * count))
        for first in range(0, len(eyes), rows):
            part = slice(first, first + rows)
            eye, z = eyes[part][:, None, None, :], eye_z[part][:, None, None]
            line = eye + along[None, None, :, None] * (places[None, :, None, :2] - eye)
            with np.errstate(invalid="ignore"):
                level = z + along * (tops[None, :, None] - z)
            column = np.rint((line[..., 0] - self.x0) / self.step).astype(np.intp)
            row = np.rint((line[..., 1] - self.y0) / self.step).astype(np.intp)
            inside = (column >= 0) & (row >= 0) & (column < self.low.shape[1]) & (row < self.low.shape[0])
            low = np.where(inside, self.low[np.where(inside, row, 0), np.where(inside, column, 0)], -np.inf)
            found[part] = (low > level).any(axis=2)
        return found & np.isfinite(tops)[None, :]
