"""From longitude and latitude to the plane of a raster, with what the change of datum may cost."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dronectl.geometry.ellipsoid import Floats
from dronectl.records import dataclass
from dronectl.zone import Box

if TYPE_CHECKING:
    import pyproj

UNKNOWN_SHIFT_M = 10.0  # carried where PROJ states no accuracy for the change of datum
WORLD: Box = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Positions in degrees on WGS 84 to coordinates of another reference system, x before y."""

    name: str
    geographic: bool
    """True where x and y are degrees of longitude and latitude."""
    error_m: float
    """Metres on the ground by which the change of datum may be off."""
    transformer: pyproj.Transformer

    def project(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        x, y = self.transformer.transform(lon, lat)
        return np.asarray(x, dtype=float), np.asarray(y, dtype=float)

    def unproject(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lon, lat = self.transformer.transform(x, y, direction="INVERSE")
        return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)

    def unprojected(self, wkb: Sequence[bytes]) -> list[bytes]:
        """Shapes of this system as shapes in degrees, as WKB both."""

        def degrees(points: Floats) -> Floats:
            return np.column_stack(self.unproject(points[:, 0], points[:, 1]))

        return list(shapely.to_wkb(shapely.transform(shapely.from_wkb(np.asarray(wkb, dtype=object)), degrees)))


@dataclass(frozen=True, slots=True)
class VerticalReference:
    """What the heights of a reference system are measured from, and in."""

    ellipsoidal: bool
    """True for heights above the ellipsoid, False for heights above a sea level."""
    metres: float | None
    """Metres in one unit; None where the system names no unit."""
    upward: bool
    name: str


class UnknownReference(ValueError):
    """A reference system that cannot be used for positions."""


@lru_cache(maxsize=64)
def projection(wkt: str, area: Box = WORLD) -> Projection:
    """How to get from WGS 84 to a reference system; `area` in degrees picks among several changes of datum.

    Raises `UnknownReference` where there is no way.
    """
    from pyproj.exceptions import ProjError
    from pyproj.network import set_network_enabled
    from pyproj.transformer import AreaOfInterest, TransformerGroup

    crs, _ = _parts(wkt)
    set_network_enabled(False)
    west, south, east, north = area if area[0] >= -180.0 and area[2] <= 180.0 else (-180.0, area[1], 180.0, area[3])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the accuracy of the way that is there is carried below
        try:
            ways = TransformerGroup(
                "EPSG:4326",
                crs,
                always_xy=True,
                area_of_interest=AreaOfInterest(west, max(south, -90.0), east, min(north, 90.0)),
            ).transformers
        except ProjError as error:
            raise UnknownReference(str(error)) from error
    if not ways:
        raise UnknownReference(f"there is no way from WGS 84 to {crs.name}")
    accuracy = float(ways[0].accuracy)
    error_m = accuracy if accuracy >= 0 else 0.0 if _on_wgs84(crs) else UNKNOWN_SHIFT_M
    return Projection(crs.name, bool(crs.is_geographic), error_m, ways[0])


@lru_cache(maxsize=64)
def vertical_reference(wkt: str) -> VerticalReference | None:
    """What a reference system says of heights; None where it says nothing."""
    _, vertical = _parts(wkt)
    if vertical is None:
        return None
    axis = vertical.axis_info[-1]
    return VerticalReference(
        ellipsoidal=not vertical.is_vertical or "ellipsoid" in vertical.name.lower(),
        metres=float(axis.unit_conversion_factor) if axis.unit_conversion_factor else None,
        upward=axis.direction.lower() == "up",
        name=vertical.name,
    )


def _on_wgs84(crs: pyproj.CRS) -> bool:
    """True where a system only projects WGS 84: nothing is lost on the way, and some PROJ versions state no accuracy."""
    return crs.geodetic_crs is not None and crs.geodetic_crs.to_epsg() == 4326


def _parts(wkt: str) -> tuple[pyproj.CRS, pyproj.CRS | None]:
    """The horizontal and the vertical part of a reference system."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(wkt)
    except CRSError as error:
        raise UnknownReference(str(error)) from error
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.is_compound:
        return crs.sub_crs_list[0], crs.sub_crs_list[1]
    if len(crs.axis_info) == 3:
        return crs.to_2d(), crs
    if crs.is_vertical or not (crs.is_geographic or crs.is_projected):
        raise UnknownReference(f"{crs.name} has no places on the Earth")
    return crs, None


def outline(wkt: str, corners: Floats) -> Box:
    """The lon/lat box that holds some points (n, 2) of a reference system."""
    crs, _ = _parts(wkt)
    if crs.is_geographic:
        lon, lat = corners[:, 0], corners[:, 1]
    else:
        lon, lat = projection(wkt).unproject(corners[:, 0], corners[:, 1])
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return WORLD
    if not crs.is_geographic and lon.max() - lon.min() > 180.0:  # across the antimeridian
        lon = np.where(lon < 0, lon + 360.0, lon)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
