"""Positions along geodesics, and how deep they lie inside rings and circles."""

from __future__ import annotations

import math

import numpy as np
from pyproj import Geod

A, F = 6378137.0, 1 / 298.257223563
E2 = F * (2 - F)
WGS84 = Geod(a=A, f=F)
Ring = list[tuple[float, float]]


def along(lon0: float, lat0: float, lon1: float, lat1: float, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions at fractions of the geodesic from one place to another."""
    azimuth, _, metres = WGS84.inv(lon0, lat0, lon1, lat1)
    n = len(share)
    lon, lat, _ = WGS84.fwd(np.full(n, lon0), np.full(n, lat0), np.full(n, azimuth), metres * share)
    return np.asarray(lon), np.asarray(lat)


def metres(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    return float(WGS84.inv(lon0, lat0, lon1, lat1)[2])


def ecef(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Positions on the ellipsoid in earth-centred metres, (n, 3)."""
    phi, lam = np.radians(lat), np.radians(lon)
    n = A / np.sqrt(1 - E2 * np.sin(phi) ** 2)
    return np.stack([n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - E2) * np.sin(phi)], axis=-1)


def _edges(rings: list[Ring], near: float) -> tuple[np.ndarray, ...]:
    """All edges with longitudes within half a turn of `near`, and running on without a jump."""
    found: list[tuple[float, float, float, float]] = []
    for ring in rings:
        x = [ring[0][0] + 360 * round((near - ring[0][0]) / 360)]
        for lon, _ in ring[1:]:
            x.append(lon + 360 * round((x[-1] - lon) / 360))
        found.extend((x[k], ring[k][1], x[k + 1], ring[k + 1][1]) for k in range(len(ring) - 1))
    return tuple(np.array(found).T)


def inside(lon: np.ndarray, lat: np.ndarray, rings: list[Ring]) -> np.ndarray:
    """Even-odd ray casting in longitude and latitude."""
    x0, y0, x1, y1 = _edges(rings, float(lon[0]))
    here = lon + 360 * np.round((float(x0.mean()) - lon) / 360)
    crosses = (y0 > lat[:, None]) != (y1 > lat[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        left = here[:, None] < x0 + (lat[:, None] - y0) / (y1 - y0) * (x1 - x0)
    return np.asarray((crosses & left).sum(axis=1) % 2 == 1)


def to_edges(lon: np.ndarray, lat: np.ndarray, rings: list[Ring], step_m: float) -> np.ndarray:
    """Metres to the nearest edge; each edge is cut along its straight lon/lat line before it is measured as chords."""
    x0, y0, x1, y1 = _edges(rings, float(lon[0]))
    length = np.hypot((x1 - x0) * np.cos(np.radians(np.minimum(abs(y0), abs(y1)))), y1 - y0) * 111_700
    count = np.maximum(1, np.ceil(length / step_m)).astype(int)
    edge = np.repeat(np.arange(len(x0)), count)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    first, last = number / count[edge], (number + 1) / count[edge]
    dx, dy = (x1 - x0)[edge], (y1 - y0)[edge]
    a = ecef(x0[edge] + first * dx, y0[edge] + first * dy)
    b = ecef(x0[edge] + last * dx, y0[edge] + last * dy)
    here = ecef(lon, lat)
    ab = b - a
    square = np.maximum(np.einsum("ij,ij->i", ab, ab), 1e-12)
    best = np.full(len(lon), math.inf)
    for low in range(0, len(lon), 64):  # blocks bound the memory
        part = here[low : low + 64, None, :] - a
        share = np.clip(np.einsum("kij,ij->ki", part, ab) / square, 0, 1)
        apart = part - share[..., None] * ab
        best[low : low + 64] = np.sqrt(np.einsum("kij,kij->ki", apart, apart).min(axis=1))
    return best


def depth_in_rings(lon: np.ndarray, lat: np.ndarray, rings: list[Ring], step_m: float = 200.0) -> np.ndarray:
    """Metres inside a polygon with holes; below 0 outside."""
    distance = to_edges(lon, lat, rings, step_m)
    return np.where(inside(lon, lat, rings), distance, -distance)


def depth_in_circle(lon: np.ndarray, lat: np.ndarray, centre: tuple[float, float], radius: float) -> np.ndarray:
    """Metres inside a circle; below 0 outside."""
    n = len(lon)
    return np.asarray(radius - WGS84.inv(np.full(n, centre[0]), np.full(n, centre[1]), lon, lat)[2])
