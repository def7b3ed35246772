"""People on a plane: cells of a crowd's area, places round it, and how far each is from the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from dronectl.geometry.course import Course, Frame
from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.patches import plane_shape
from dronectl.geometry.ribbon import on_plane
from dronectl.geometry.shapes import EPS_M, Disc, Patch
from dronectl.geometry.wkb import circumscribed
from dronectl.records import dataclass
from dronectl.zone import Circle, Footprint, Rings, Volume

ARC_M = 0.05  # how far a rounded corner may stay from a circle


@dataclass(frozen=True, slots=True, eq=False)
class CrowdPlane:
    """One footprint on the plane about its middle, metres."""

    frame: Frame
    shape: Any

    @classmethod
    def of(cls, footprint: Footprint) -> CrowdPlane:
        """A circle becomes the polygon round it."""
        rings = _rings(footprint)
        low = np.min([polygon[0].min(axis=0) for polygon in rings.polygons], axis=0)
        high = np.max([polygon[0].max(axis=0) for polygon in rings.polygons], axis=0)
        frame = Frame(float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2)
        return cls(frame, on_plane([rings], frame)[0])

    @property
    def area_m2(self) -> float:
        """The area of the footprint."""
        return float(shapely.area(self.shape))

    @property
    def round_m(self) -> float:
        """The way round the footprint."""
        return float(shapely.length(self.shape))

    def cells(self, size_m: float) -> Floats:
        """The middles of the square cells whose middle lies inside, (n, 2); the area's own middle if there is none."""
        west, south, east, north = self.shape.bounds
        x = np.arange(west + size_m / 2, east, size_m)
        y = np.arange(south + size_m / 2, north, size_m)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        inside = grid[shapely.contains_xy(self.shape, grid[:, 0], grid[:, 1])]
        return inside if len(inside) else np.array(self.shape.representative_point().coords)

    def corners(self) -> Floats:
        """All corners of the outline, (n, 2)."""
        return np.asarray(shapely.get_coordinates(self.shape))

    def places(self, metres: float, step_m: float) -> Floats:
        """Places at a distance from the area: at most `step_m` apart, and the middle of every long side, (n, 2)."""
        segments = max(8, int(np.ceil(np.pi / (4 * np.arccos(max(1 - ARC_M / max(metres, ARC_M * 2), 0.0))))))
        around = shapely.buffer(self.shape, metres, quad_segs=segments)
        found = []
        for ring in shapely.get_parts(shapely.boundary(around)):
            corners = shapely.get_coordinates(ring)
            middles = (corners[1:] + corners[:-1]) / 2
            long = np.hypot(*(corners[1:] - corners[:-1]).T) >= step_m
            evenly = shapely.line_interpolate_point(ring, np.arange(0.0, ring.length, step_m))
            found += [shapely.get_coordinates(evenly), middles[long]]
        return np.concatenate(found)

    def degrees(self, points: Floats) -> Floats:
        """Longitude and latitude of places on the plane, (n, 2)."""
        return np.column_stack(self.frame.unproject(points))

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Places on the plane, (n, 2)."""
        return self.frame.project(lon, lat)

    def distances(self, points: Floats) -> Floats:
        """How far places are from the area, metres; 0 inside, (n,)."""
        return np.asarray(shapely.distance(shapely.points(points), self.shape))


def fan_meets(volume: Volume, course: Course, piece: int, home: tuple[float, float], metres: float) -> bool:
    """True where a straight way from some place of a piece to `home` comes within some metres of a volume's footprint."""
    pieces = np.array([piece])
    lon = np.array([*course.lon[piece], home[0]])
    lat = np.array([*course.lat[piece], home[1]])
    for shape, plane in plane_shape(volume, course, pieces, Frame(float(lon[0]), float(lat[0]))):
        corners = plane.project(lon, lat)
        fan = shapely.MultiPoint(corners).convex_hull
        if isinstance(shape, Disc):
            apart = float(shapely.distance(fan, shapely.Point(0.0, 0.0))) - shape.radius_m
        else:
            assert isinstance(shape, Patch)
            apart = float(shapely.distance(fan, shape.polygon))
        if apart <= metres + 2 * EPS_M:
            return True
    return False


def on_frame(footprint: Footprint, frame: Frame) -> Any:
    """A footprint on a plane as one polygon; a circle as the polygon round it."""
    return on_plane([_rings(footprint)], frame)[0]


def _rings(footprint: Footprint) -> Rings:
    if isinstance(footprint, Circle):
        return Rings(((np.array(circumscribed(footprint), dtype=float),),))
    return footprint


def cells_of(shape: Any, size_m: float, most: int) -> tuple[Floats, float]:
    """The middles of square cells that together hold a shape of a plane, (n, 2), and how large they are: at most `most`."""
    west, south, east, north = shape.bounds
    size = max(size_m, float(np.sqrt(max((east - west + size_m) * (north - south + size_m), 1e-6) / most)))
    while True:
        x = np.arange(west + size / 2, east + size / 2, size)
        y = np.arange(south + size / 2, north + size / 2, size)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        near = shapely.distance(shapely.points(grid), shape) <= size * HALF_DIAGONAL
        if near.any() and near.sum() <= most:
            return grid[near], size
        if not near.any():
            return np.array([[(west + east) / 2, (south + north) / 2]]), size
        size *= 1.2


HALF_DIAGONAL = 0.7072
