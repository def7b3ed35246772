"""The models that turn a height over one datum into one over another, and what each may be off by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field

import numpy as np

from dronectl.errors import UsageError
from dronectl.geometry import Floats
from dronectl.heights.bounds import ENDS, Bounds
from dronectl.heights.geoid import Egm96, Geoid, RasterGeoid
from dronectl.heights.pressure import HIGHEST_HPA, LOWEST_HPA
from dronectl.heights.raster import Raster, Shelf, open_raster
from dronectl.heights.terrain import Terrain, open_terrain, unknown
from dronectl.measures import HIGHEST_GEOID_M, HIGHEST_GROUND_M, LOWEST_GEOID_M, LOWEST_GROUND_M
from dronectl.records import dataclass
from dronectl.zone import Box

GEOID_STEP_M = 2_500.0
LOWEST_QNH, HIGHEST_QNH = 850.0, 1100.0  # beyond all that was ever measured at sea level, 870 to 1085 hPa: WMO

At = Callable[[Floats], tuple[Floats, Floats]]
"""Longitudes and latitudes at fractions of a piece of path."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A piece of path as the models need it."""

    at: At
    length_m: float
    near_m: float
    """Metres by which the aircraft may be beside it."""
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """Terrain, geoid and air pressure, as far as they are known; what was asked of them is kept for the report."""

    terrain: Terrain | None = None
    geoid: Geoid = field(default_factory=Egm96)
    qnh_hpa: float | None = None
    surface: Terrain | None = None
    """The ground with its buildings and trees."""
    used: set[str] = field(default_factory=set)
    """`ground`, `sea`, `air`: what a height was turned with."""

    def sea(self, piece: Piece) -> Bounds:
        """Mean sea level above the ellipsoid along a piece of path, metres."""
        self.used.add("sea")
        u = np.linspace(0.0, 1.0, int(np.ceil(piece.length_m / GEOID_STEP_M)) + 1) if piece.length_m > 0 else ENDS
        metres = self.geoid.undulation(*piece.at(u))
        error = self.geoid.error_m
        low = np.where(np.isnan(metres), LOWEST_GEOID_M, metres - error)
        high = np.where(np.isnan(metres), HIGHEST_GEOID_M, metres + error)
        return Bounds(u, low, high)

    def ground(self, piece: Piece) -> Bounds:
        """The ground below a piece of path and everywhere near it, metres AMSL, found at the terrain's resolution."""
        step = self.terrain.step_m(piece.box) if self.terrain is not None else None
        if self.terrain is None or step is None:
            return Bounds.between(LOWEST_GROUND_M, HIGHEST_GROUND_M)
        self.used.add("ground")
        count = int(np.ceil(piece.length_m / step)) + 1 if piece.length_m > 0 else 1
        u = np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(1)
        apart = piece.length_m / (count - 1) if count > 1 else 0.0
        low, high = self.terrain.ground(*piece.at(u), piece.near_m + apart)
        if count == 1:
            low, high, u = np.repeat(low, 2), np.repeat(high, 2), ENDS
        return unknown(low, high, u)

    def ground_at(self, lon: float, lat: float, near_m: float) -> tuple[float, float] | None:
        """The least and greatest ground near one position, metres AMSL; None where it is not known."""
        if self.terrain is None:
            return None
        self.used.add("ground")
        low, high = self.terrain.ground(np.array([lon]), np.array([lat]), near_m)
        return None if np.isnan(low[0]) else (float(low[0]), float(high[0]))

    def said(self) -> list[str]:
        """What was assumed about the models that were used, for the report."""
        lines = []
        if "ground" in self.used and self.terrain is not None:
            errors = sorted({self.terrain.error_of(raster) for raster in self.terrain.rasters if raster.read})
            for error in errors:
                whence = "as stated" if self.terrain.stated_m is not None else "no error is stated: --terrain-error"
                if self.terrain.stated_m is None and any(r.error_m == error for r in self.terrain.rasters):
                    whence = "as the file states"
                lines.append(f"the terrain's heights are right within {error:g} m ({whence})")
            for (one, other), metres in sorted(self.terrain.apart_m.items()):
                lines.append(f"{one} and {other} differ by {metres:.1f} m more than they may be off: both count")
        if "sea" in self.used:
            lines.append(f"mean sea level is that of {self.geoid.name}, right within {self.geoid.error_m:.2f} m")
        if "air" in self.used and self.qnh_hpa is None:
            lines.append(f"flight levels: a QNH between {LOWEST_HPA:g} and {HIGHEST_HPA:g} hPa (--qnh states it)")
        elif "air" in self.used:
            lines.append(f"flight levels: QNH {self.qnh_hpa:g} hPa, air of any likely temperature")
        return lines

    @property
    def paths(self) -> list[str]:
        """Every file behind the models, read or not."""
        ground = [raster.path for raster in self.terrain.rasters] if self.terrain is not None else []
        ground += [raster.path for raster in self.surface.rasters] if self.surface is not None else []
        return ground + ([self.geoid.raster.path] if isinstance(self.geoid, RasterGeoid) else [])

    def rasters(self) -> list[tuple[str, Raster]]:
        """The files that were read, each with its role."""
        found: list[tuple[str, Raster]] = []
        if self.terrain is not None:
            found.extend(("terrain", raster) for raster in self.terrain.rasters if raster.read)
        if self.surface is not None:
            found.extend(("surface", raster) for raster in self.surface.rasters if raster.read)
        if isinstance(self.geoid, RasterGeoid) and self.geoid.raster.read:
            found.append(("geoid", self.geoid.raster))
        return found


def open_models(
    terrain: Sequence[str] = (),
    *,
    surface: Sequence[str] = (),
    terrain_error_m: float | None = None,
    geoid: str | None = None,
    geoid_error_m: float | None = None,
    qnh_hpa: float | None = None,
) -> Models:
    """The models in some files: terrain and surface rasters (metres AMSL), a geoid raster (metres above the ellipsoid).

    Raises `InputError` where a file is none, `UsageError` where an error or a pressure cannot be one, `MissingExtra` where
    rasterio is not installed.
    """
    require_possible(terrain_error_m, geoid_error_m, qnh_hpa)
    sea: Geoid = Egm96()
    if geoid is not None:
        sea = RasterGeoid(open_raster(geoid, (LOWEST_GEOID_M, HIGHEST_GEOID_M), Shelf()), geoid_error_m)
    ground = open_terrain(terrain, sea, terrain_error_m) if terrain else None
    above = open_terrain(surface, sea, terrain_error_m) if surface else None
    return Models(ground, sea, qnh_hpa, above)


def require_possible(terrain_error_m: float | None, geoid_error_m: float | None, qnh_hpa: float | None) -> None:
    """Refuse errors that are no distances, and a pressure that was never seen; `UsageError`."""
    for name, metres in (("terrain_error_m", terrain_error_m), ("geoid_error_m", geoid_error_m)):
        if metres is not None and not 0 <= metres < float("inf"):
            raise UsageError(f"{name} must be 0 metres or more")
    if qnh_hpa is not None and not LOWEST_QNH <= qnh_hpa <= HIGHEST_QNH:
        raise UsageError(f"--qnh must lie between {LOWEST_QNH:g} and {HIGHEST_QNH:g} hPa")
