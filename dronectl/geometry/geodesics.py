"""Geodesics of WGS 84: near by in closed form, far away by PROJ.

Near by, the arc of a geodesic is that of a circle of the normal section's curvature, which is longer than its chord (Clarke),
and its direction is the normal section's, turned by a little. Up to `NEAR_M` both are right within 20 micrometres.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dronectl.geometry.ellipsoid import Floats
from dronectl.zone import Circle, Footprint

if TYPE_CHECKING:
    import pyproj

SEMI_MAJOR_M, FLATTENING = 6_378_137.0, 1.0 / 298.257_223_563  # WGS 84
FIRST = FLATTENING * (2.0 - FLATTENING)  # the square of its first eccentricity
SECOND = FIRST / (1.0 - FIRST)  # and of its second
NEAR_M = 50_000.0
NOTHING = 1e-30  # square metres: keeps what has no length from being divided by


@lru_cache(maxsize=1)
def geod() -> pyproj.Geod:
    """Geodesics as PROJ finds them; loaded where they are first asked for, which takes a tenth of a second."""
    import pyproj

    return pyproj.Geod(a=SEMI_MAJOR_M, f=FLATTENING)


def offsets(lon0: Floats | float, lat0: Floats | float, lon: Floats, lat: Floats) -> Floats:
    """Where positions lie from others along geodesics: metres east and north, (n, 2).

    From one position this is its azimuthal equidistant plane.
    """
    made = np.column_stack(_offset(np, lon0, lat0, lon, lat))
    far = np.flatnonzero(np.hypot(made[:, 0], made[:, 1]) > NEAR_M)
    if len(far):
        from_lon, from_lat = (np.broadcast_to(one, len(made))[far] for one in (lon0, lat0))
        azimuth, _, metres = geod().inv(from_lon, from_lat, lon[far], lat[far])
        angle = np.radians(azimuth)
        made[far] = np.column_stack([metres * np.sin(angle), metres * np.cos(angle)])
    return made


def beside(
    lon: Floats | float, lat: Floats | float, azimuth: Floats | float, metres: Floats | float
) -> tuple[Floats, Floats]:
    """The positions some metres away from others, in one direction or each in its own (degrees from north)."""
    lon, lat, azimuth, metres = (np.asarray(one, float) for one in np.broadcast_arrays(lon, lat, azimuth, metres))
    there_lon, there_lat = _beside(np, lon, lat, azimuth, metres)
    far = np.flatnonzero(np.abs(metres) > NEAR_M)
    if len(far):
        there_lon[far], there_lat[far], _ = geod().fwd(lon[far], lat[far], azimuth[far], metres[far])
    return there_lon - 360.0 * np.round(there_lon / 360.0), there_lat


def place_beside(lon: float, lat: float, azimuth: float, metres: float) -> tuple[float, float]:
    """`beside` of one position."""
    if abs(metres) > NEAR_M:
        lon, lat, _ = geod().fwd(lon, lat, azimuth, metres)
    else:
        lon, lat = _beside(math, lon, lat, azimuth, metres)
    return lon - 360.0 * round(lon / 360.0), lat


def leg_azimuths(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Azimuth (degrees) and geodesic length (metres) from each point to the next, both (n - 1,)."""
    east, north = offsets(lon[:-1], lat[:-1], lon[1:], lat[1:]).T
    return np.degrees(np.arctan2(east, north)), np.hypot(east, north)


def path_m(lon: Floats, lat: Floats) -> float:
    """Geodesic metres from the first of some positions along them all to the last."""
    return float(leg_azimuths(lon, lat)[1].sum())


def metres_between(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    """Geodesic metres between two positions."""
    metres = math.hypot(*_offset(math, lon0, lat0, lon1, lat1))
    return metres if metres <= NEAR_M else float(geod().inv(lon0, lat0, lon1, lat1)[2])


def roughly_from(lon0: float, lat0: float, lon: Floats, lat: Floats) -> Floats:
    """`metres_from` one position without PROJ: right within `NEAR_M`, and beyond it surely more than that."""
    return np.asarray(np.hypot(*_offset(np, lon0, lat0, lon, lat)))


def metres_from(lon0: Floats | float, lat0: Floats | float, lon: Floats, lat: Floats) -> Floats:
    """Geodesic metres from one position to others, or each from its own, (n,)."""
    return np.asarray(np.hypot(*offsets(lon0, lat0, lon, lat).T))


def footprint_area_m2(footprint: Footprint) -> float:
    """The area of a footprint on the ellipsoid in square metres."""
    if isinstance(footprint, Circle):
        return float(np.pi * footprint.radius_m**2)
    total = 0.0
    for polygon in footprint.polygons:
        sizes = [abs(geod().polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]) for ring in polygon]
        total += sizes[0] - sum(sizes[1:])
    return total


def _offset(of: Any, lon0: Any, lat0: Any, lon: Any, lat: Any) -> tuple[Any, Any]:
    """Metres east and north to near positions; `of` is `math` for single ones, `numpy` for arrays of them."""
    phi0, phi = of.radians(lat0), of.radians(lat)
    sin0, cos0, sin, cos = of.sin(phi0), of.cos(phi0), of.sin(phi), of.cos(phi)
    turn = lon - lon0
    turn = of.radians(turn - 360.0 * of.floor(turn / 360.0 + 0.5))
    bend0, bend = (SEMI_MAJOR_M / of.sqrt(1.0 - FIRST * one * one) for one in (sin0, sin))  # N, across the meridian
    east = bend * cos * of.sin(turn)
    outward = (bend * cos - bend0 * cos0) - 2.0 * bend * cos * of.sin(turn / 2.0) ** 2
    upward = (1.0 - FIRST) * (bend * sin - bend0 * sin0)
    north = cos0 * upward - sin0 * outward
    flat = east * east + north * north + NOTHING
    chord = flat + (cos0 * outward + sin0 * upward) ** 2  # both squared
    section = SECOND * cos0 * cos0
    curvature = (1.0 + section * north * north / flat) / bend0
    longer = of.sqrt(chord / flat) * (1.0 + chord * curvature * curvature / 24.0)
    turned = section * chord * east * north / (6.0 * bend0 * bend0 * flat)
    return (east - turned * north) * longer, (north + turned * east) * longer


def _beside(of: Any, lon: Any, lat: Any, azimuth: Any, metres: Any) -> tuple[Any, Any]:
    """Longitude, perhaps beyond 180, and latitude of near positions; `of` as for `_offset`, whose way back this is."""
    phi, way = of.radians(lat), of.radians(azimuth)
    sin0, cos0, sin, cos = of.sin(phi), of.cos(phi), of.sin(way), of.cos(way)
    bend0 = SEMI_MAJOR_M / of.sqrt(1.0 - FIRST * sin0 * sin0)
    section = SECOND * cos0 * cos0
    turned = section * (metres / bend0) ** 2 * sin * cos / 6.0
    sin, cos = sin + turned * cos, cos - turned * sin
    curvature = (1.0 + section * cos * cos) / bend0
    chord = (metres * (1.0 - (metres * curvature) ** 2 / 24.0)) ** 2  # squared
    below = chord * curvature / 2.0  # the plane that touches the ellipsoid at the first position
    for _ in range(2):
        north = of.sqrt(chord - below * below) * cos
        below = (chord + SECOND * (north * cos0 - below * sin0) ** 2) / (2.0 * bend0)
    flat = of.sqrt(chord - below * below)
    north, east = flat * cos, flat * sin
    outward = bend0 * cos0 - sin0 * north - cos0 * below
    upward = (1.0 - FIRST) * bend0 * sin0 + cos0 * north - sin0 * below
    there = of.atan2(upward, (1.0 - FIRST) * of.hypot(outward, east))
    return lon + of.degrees(of.atan2(east, outward)), of.degrees(there)
