"""A slow, obviously right answer to "does this path enter this zone": sample everything, measure on the ellipsoid.

It shares no code with the engine: geodesics by geographiclib, distances as chords in earth-centred coordinates, inside by
ray casting in longitude and latitude, as GeoJSON defines its edges.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from geographiclib.geodesic import Geodesic

A, F = 6378137.0, 1 / 298.257223563
E2 = F * (2 - F)


@dataclass(frozen=True)
class Sample:
    """One moment of a flight."""

    lon: float
    lat: float
    height: float
    time: float


def samples(points: list[tuple[float, float, float, float]], per_leg: int) -> list[Sample]:
    """A path of (lon, lat, height, time), sampled along its geodesics."""
    if len(points) == 1:
        return [Sample(*points[0])]
    found = []
    for (lon0, lat0, h0, t0), (lon1, lat1, h1, t1) in itertools.pairwise(points):
        line = Geodesic.WGS84.InverseLine(lat0, lon0, lat1, lon1)
        for k in range(per_leg + 1):
            share = k / per_leg
            place = line.Position(line.s13 * share)
            found.append(Sample(place["lon2"], place["lat2"], h0 + share * (h1 - h0), t0 + share * (t1 - t0)))
    return found


def ecef(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Positions on the ellipsoid in earth-centred metres."""
    phi, lam = np.radians(lat), np.radians(lon)
    n = A / np.sqrt(1 - E2 * np.sin(phi) ** 2)
    return np.stack([n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - E2) * np.sin(phi)], axis=-1)


def unwrapped(lon: float, near: float) -> float:
    """The longitude that is within 180 degrees of another."""
    return lon + 360 * round((near - lon) / 360)


def inside_rings(lon: float, lat: float, rings: list[list[tuple[float, float]]]) -> bool:
    """Even-odd ray casting in longitude and latitude."""
    odd = False
    for ring in rings:
        for (x0, y0), (x1, y1) in itertools.pairwise(ring):
            x0, x1 = unwrapped(x0, lon), unwrapped(x1, unwrapped(x0, lon))
            if (y0 > lat) != (y1 > lat) and lon < x0 + (lat - y0) / (y1 - y0) * (x1 - x0):
                odd = not odd
    return odd


def to_edges(sample: Sample, rings: list[list[tuple[float, float]]], step_m: float = 20.0) -> float:
    """Metres to the nearest edge; each edge is cut along its straight lon/lat line before it is measured as chords."""
    here = ecef(np.array(sample.lon), np.array(sample.lat))
    best = math.inf
    for ring in rings:
        for (x0, y0), (x1, y1) in itertools.pairwise(ring):
            x1 = unwrapped(x1, x0)
            length = math.hypot((x1 - x0) * math.cos(math.radians(y0)), y1 - y0) * 111_000
            share = np.linspace(0, 1, max(2, math.ceil(length / step_m) + 1))
            nodes = ecef(x0 + share * (x1 - x0), y0 + share * (y1 - y0))
            a, b = nodes[:-1], nodes[1:]
            along = np.einsum("ij,ij->i", here - a, b - a) / np.maximum(np.einsum("ij,ij->i", b - a, b - a), 1e-12)
            foot = a + np.clip(along, 0, 1)[:, None] * (b - a)
            best = min(best, float(np.linalg.norm(foot - here, axis=1).min()))
    return best


def depth_in_rings(sample: Sample, rings: list[list[tuple[float, float]]]) -> float:
    """Metres inside a polygon with holes; below 0 outside."""
    metres = to_edges(sample, rings)
    return metres if inside_rings(sample.lon, sample.lat, rings) else -metres


def depth_in_circle(sample: Sample, lon: float, lat: float, radius: float) -> float:
    """Metres inside a circle; below 0 outside."""
    return radius - Geodesic.WGS84.Inverse(lat, lon, sample.lat, sample.lon)["s12"]
