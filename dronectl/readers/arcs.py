"""Outlines with arcs as edges that hold the true arc: outside it where the zone bulges, on it where it is hollowed."""

from __future__ import annotations

from collections.abc import Sequence
from math import acos, cos, degrees, radians

import numpy as np

from dronectl import geometry
from dronectl.records import dataclass

SAG_M = 0.25  # how far an edge may stand off its arc
Place = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Arc:
    """An arc about a centre: degrees, metres; clockwise from one bearing to the other."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    start: float
    sweep: float
    """Degrees, above 0 clockwise."""
    ends: tuple[tuple[float, float], tuple[float, float]] | None


def outline(parts: Sequence[tuple[float, float] | Arc]) -> list[tuple[float, float]]:
    """The corners of an outline: arcs that bulge outward are drawn outside, hollow ones on the arc."""
    flat = [point for part in parts for point in (on_arc(part) if isinstance(part, Arc) else [part])]
    x = geometry.unwrap(np.array([point[0] for point in flat]))
    y = np.array([point[1] for point in flat])
    clockwise = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) < 0
    ring: list[tuple[float, float]] = []
    for part in parts:
        if isinstance(part, Arc):
            ring.extend(_round_arc(part) if (part.sweep > 0) == clockwise else on_arc(part))
        else:
            ring.append(part)
    return [point for k, point in enumerate(ring) if k == 0 or point != ring[k - 1]]


def _steps(arc: Arc) -> int:
    largest = degrees(2 * acos(max(1 - SAG_M / max(*arc.radii, 1.0), cos(radians(5.0)))))
    return max(int(np.ceil(abs(arc.sweep) / largest)), 1)


def on_arc(arc: Arc) -> list[tuple[float, float]]:
    """Places on an arc, its ends included."""
    share = np.linspace(0.0, 1.0, _steps(arc) + 1)
    return _with_ends(arc, _about(arc, share, arc.radii[0] + share * (arc.radii[1] - arc.radii[0])))


def _round_arc(arc: Arc) -> list[tuple[float, float]]:
    """Corners of tangents to an arc: the arc lies inside them."""
    steps = _steps(arc)
    share = np.concatenate([[0.0], (np.arange(steps) + 0.5) / steps, [1.0]])
    radius = arc.radii[0] + share * (arc.radii[1] - arc.radii[0]) + abs(arc.radii[1] - arc.radii[0]) / steps
    radius[1:-1] /= cos(radians(abs(arc.sweep) / steps / 2))
    return _with_ends(arc, _about(arc, share, radius))


def _with_ends(arc: Arc, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [arc.ends[0], *points[1:-1], arc.ends[1]] if arc.ends is not None else points


def _about(arc: Arc, share: np.ndarray, radius: np.ndarray) -> list[tuple[float, float]]:
    n = len(share)
    lon, lat = geometry.beside(
        np.full(n, arc.centre[0]), np.full(n, arc.centre[1]), arc.start + share * arc.sweep, radius
    )
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def around(centre: tuple[float, float], radius: float) -> list[tuple[float, float]]:
    """Places on a circle a little wider than `radius` metres."""
    return on_arc(Arc(centre, (radius * 1.01, radius * 1.01), 0.0, 360.0, None))


def polar(centre: tuple[float, float], place: tuple[float, float]) -> tuple[float, float]:
    """Bearing (degrees) and distance (metres) of a place from a centre."""
    azimuth, metres = geometry.leg_azimuths(np.array([centre[0], place[0]]), np.array([centre[1], place[1]]))
    return float(azimuth[0]), float(metres[0])
