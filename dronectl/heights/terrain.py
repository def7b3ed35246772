"""The ground under a path: from rasters, at their resolution, with what it may be off by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dronectl import geometry
from dronectl.geometry import Floats
from dronectl.heights.bounds import Bounds
from dronectl.heights.geoid import Geoid
from dronectl.heights.grid import extremes
from dronectl.heights.raster import Raster, Shelf, files_below, open_raster
from dronectl.measures import HIGHEST_GROUND_M, LOWEST_GROUND_M, Datum

# SRTM's specification, 16 m at 90 %: Farr et al. 2007, doi:10.1029/2005RG000183; the report says that it is assumed
DEFAULT_ERROR_M = 16.0
AS_FINE = 1.1  # rasters whose cells differ by no more are as fine as each other: a house figure
PER_CELL = 8  # places a cell, so that a steep cell costs little
SHORTEST_STEP_M = 0.25
CHUNK_CELLS = 256
PROBE_M = 20.0
ROUND = tuple(range(0, 360, 45))
ROUNDING = 1.001  # distances on the raster are measured with the scale at the place


class Terrain:
    """Rasters of the ground; where several know a place, the one with the finest cells speaks, with those as fine as it."""

    def __init__(self, rasters: Sequence[Raster], geoid: Geoid, error_m: float | None) -> None:
        self.rasters = tuple(sorted(rasters, key=lambda raster: (raster.cell_m, raster.path)))
        self.geoid = geoid
        self.stated_m = error_m
        self.apart_m: dict[tuple[str, str], float] = {}
        """By how much more than they may be off two files as fine as each other differ, metres, where they do."""

    def error_of(self, raster: Raster) -> float:
        """Metres by which a raster's heights may be off: as the user states, else as the file does, else SRTM's figure."""
        if self.stated_m is not None:
            return self.stated_m
        return raster.error_m if raster.error_m is not None else DEFAULT_ERROR_M

    def step_m(self, box: tuple[float, float, float, float]) -> float | None:
        """How far apart (metres) places on a path in a lon/lat box are asked; None where no raster lies there."""
        cells = [raster.cell_m for raster in self.rasters if not geometry.apart(box, [raster.box])]
        if not cells:
            return None
        finest = min(cells)
        return min(max(finest / PER_CELL, SHORTEST_STEP_M), finest)

    def ground(self, lon: Floats, lat: Floats, near_m: float) -> tuple[Floats, Floats]:
        """The least and the greatest ground within `near_m` of each position, metres AMSL, (k,).

        The error of the rasters is inside. NaN where any of the ground that near is unknown.
        """
        parts = []
        finest = self.rasters[0].cell_m if self.rasters else 1.0
        spacing = max(finest / PER_CELL, SHORTEST_STEP_M)
        size = max(int(CHUNK_CELLS * finest / min(spacing, finest)), 16)
        for first in range(0, len(lon), size):
            part = slice(first, first + size)
            parts.append(self._chunk(lon[part], lat[part], near_m))
        low, high, speaker = (np.concatenate(column) for column in zip(*parts, strict=True))
        least, most = low.copy(), high.copy()
        turns = np.flatnonzero(speaker[1:] != speaker[:-1])  # in between, either raster may be the one that speaks
        for here, there in ((turns, turns + 1), (turns + 1, turns)):
            least[here] = np.minimum(least[here], low[there])
            most[here] = np.maximum(most[here], high[there])
        return least, most

    def _chunk(self, lon: Floats, lat: Floats, near_m: float) -> tuple[Floats, Floats, Floats]:
        count = len(lon)
        low, high = np.full(count, np.nan), np.full(count, np.nan)
        speaker = np.full(count, -1.0)
        open_, centred = np.ones(count, bool), np.zeros(count, bool)
        part_low, part_high = np.full(count, np.inf), np.full(count, -np.inf)
        covered = np.zeros((count, 2 * len(ROUND)), bool)
        as_fine = np.full(count, -np.inf)
        here = _box(lon, lat, near_m)
        for number, raster in enumerate(self.rasters):
            also = raster.cell_m <= as_fine
            if not (open_ | also).any():
                break
            if geometry.apart(here, [raster.box]):
                continue
            found = _ask(raster, lon, lat, near_m + raster.plane.error_m)
            if found is None:
                continue
            least, most, whole, within, inner = found
            self._over_sea(raster, lon, lat, least, most)
            self._add(raster, also & inner, speaker, (least, most), (low, high))
            settled = open_ & whole
            low[settled] = np.minimum(least[settled], part_low[settled])
            high[settled] = np.maximum(most[settled], part_high[settled])
            speaker[settled] = number
            as_fine[settled] = raster.cell_m * AS_FINE
            centred |= within
            open_ &= ~whole
            partly = open_ & ~np.isnan(least)
            if partly.any():
                part_low[partly] = np.minimum(part_low[partly], least[partly])
                part_high[partly] = np.maximum(part_high[partly], most[partly])
                covered[partly] |= _covered(raster, lon[partly], lat[partly], near_m + raster.plane.error_m)
        joined = open_ & covered.all(axis=1) & centred
        low[joined], high[joined] = part_low[joined], part_high[joined]
        return low, high, speaker

    def _add(
        self, raster: Raster, also: np.ndarray, speaker: Floats, found: tuple[Floats, Floats], bounds: tuple[Floats, Floats]
    ) -> None:  # fmt: skip
        """Let a raster speak as well where one as fine as it does: neither is better; in place."""
        if not also.any():
            return
        (least, most), (low, high) = found, bounds
        apart = np.where(also, np.maximum(least - high, low - most), -np.inf)
        if apart.max() > 0:
            pair = self.rasters[int(speaker[int(apart.argmax())])].path, raster.path
            self.apart_m[pair] = max(self.apart_m.get(pair, 0.0), float(apart.max()))
        low[also] = np.minimum(low[also], least[also])
        high[also] = np.maximum(high[also], most[also])

    def _over_sea(self, raster: Raster, lon: Floats, lat: Floats, least: Floats, most: Floats) -> None:
        """Add the raster's error, and turn ellipsoidal heights into heights above sea level; in place."""
        error = self.error_of(raster)
        if raster.datum is Datum.WGS84:
            sea = self.geoid.undulation(lon, lat)
            error += self.geoid.error_m
            least -= sea
            most -= sea
        least -= error
        most += error


def _ask(
    raster: Raster, lon: Floats, lat: Floats, near_m: float
) -> tuple[Floats, Floats, np.ndarray, np.ndarray, np.ndarray] | None:
    """Least and greatest ground near positions, where all the ground near is the raster's, and the position itself.

    And where all the ground near lies between the middles of its cells: farther out a raster is level, whatever the slope.
    """
    column, row = raster.cells(lon, lat)
    scale = _scale(raster, lon, lat, column, row)
    if not np.isfinite(scale).all():
        return None
    across, down = near_m * scale[0] * ROUNDING, near_m * scale[1] * ROUNDING
    touched = (
        (column + across >= -0.5) & (column - across <= raster.columns - 0.5)
        & (row + down >= -0.5) & (row - down <= raster.rows - 0.5)
    )  # fmt: skip
    if not touched.any():
        return None
    within = raster.holds(column, row)
    whole = (
        (column - across >= -0.5) & (column + across <= raster.columns - 0.5)
        & (row - down >= -0.5) & (row + down <= raster.rows - 0.5)
    )  # fmt: skip
    inner = (
        (column - across >= 0.0) & (column + across <= raster.columns - 1.0)
        & (row - down >= 0.0) & (row + down <= raster.rows - 1.0)
    )  # fmt: skip
    left = int(np.clip(np.floor((column - across)[touched].min()), 0, raster.columns - 1))
    right = int(np.clip(np.ceil((column + across)[touched].max()) + 1, 0, raster.columns - 1))
    top = int(np.clip(np.floor((row - down)[touched].min()), 0, raster.rows - 1))
    bottom = int(np.clip(np.ceil((row + down)[touched].max()) + 1, 0, raster.rows - 1))
    nodes = raster.window(left, top, right, bottom)
    least, most = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    x, y = column[touched] - left, row[touched] - top
    least[touched], most[touched] = extremes(nodes, x, y, across[touched], down[touched])
    known = ~np.isnan(least)
    return least, most, whole & known, within & known, inner & known


def _scale(raster: Raster, lon: Floats, lat: Floats, column: Floats, row: Floats) -> Floats:
    """Columns and rows to a metre on the ground at positions, in whatever direction, (2, k)."""
    made = np.zeros((2, len(lon)))
    turn = raster.turn_columns()
    for azimuth in (0.0, 90.0):
        columns, rows = raster.cells(*geometry.beside(lon, lat, azimuth, PROBE_M))
        step = columns - column
        if np.isfinite(turn):
            step -= np.round(step / turn) * turn
        made[0] += (step / PROBE_M) ** 2
        made[1] += ((rows - row) / PROBE_M) ** 2
    return np.asarray(np.sqrt(made))


def _covered(raster: Raster, lon: Floats, lat: Floats, near_m: float) -> np.ndarray:
    """Whether the ground in eight directions, `near_m` away and halfway there, is the raster's, (k, 16)."""
    found = []
    for azimuth in ROUND:
        for metres in (near_m, near_m / 2):
            found.append(raster.holds(*raster.cells(*geometry.beside(lon, lat, float(azimuth), metres))))
    return np.column_stack(found)


def _box(lon: Floats, lat: Floats, near_m: float) -> tuple[float, float, float, float]:
    """A box round positions; across the antimeridian it reaches beyond 180."""
    turned = lon[0] + (lon - lon[0] + 180.0) % 360.0 - 180.0
    box = (float(turned.min()), float(lat.min()), float(turned.max()), float(lat.max()))
    return geometry.grow(box, near_m + 50.0)


def open_terrain(paths: Sequence[str], geoid: Geoid, error_m: float | None) -> Terrain:
    """The terrain in some files and folders; `InputError` tells what is wrong with any of them."""
    plausible = (LOWEST_GROUND_M - 50.0, HIGHEST_GROUND_M)
    shelf = Shelf()
    rasters = [open_raster(name, plausible, shelf) for path in paths for name in files_below(path)]
    return Terrain(rasters, geoid, error_m)


def unknown(bounds_low: Floats, bounds_high: Floats, u: Floats) -> Bounds:
    """Bounds of the ground with the worst case on Earth where it is not known."""
    low = np.where(np.isnan(bounds_low), LOWEST_GROUND_M, bounds_low)
    high = np.where(np.isnan(bounds_high), HIGHEST_GROUND_M, bounds_high)
    return Bounds(u, low, high)
