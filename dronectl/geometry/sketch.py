"""A drawing of a piece of the Earth: places and shapes as points of the drawing, cut to it, no finer than it can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from dronectl.geometry.course import Frame
from dronectl.geometry.crowds import on_frame
from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.projection import projection
from dronectl.records import dataclass
from dronectl.zone import Box, Footprint

FINEST = 0.4  # points of the drawing
RD_NEW = "EPSG:28992"
NETHERLANDS: Box = (3.2, 50.7, 7.3, 53.7)  # where RD New is of use: EPSG area 1275, rounded outward
Outline = list[Floats]
"""The rings of an area, or the points of a line, on the drawing: x to the right, y down."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing of `width` by `height` points with a frame of `edge` round it, y down."""

    frame: Frame
    middle: tuple[float, float]
    scale: float
    """Points of the drawing a metre."""
    width: float
    height: float
    edge: float

    @classmethod
    def of(cls, lon: Floats, lat: Floats, size: tuple[float, float, float], *, spare: float, least_m: float) -> Sketch:
        """A drawing that holds some places, with a share of their extent round them, and at least some metres."""
        width, height, edge = size
        frame = Frame.about(lon, lat)
        places = frame.project(lon, lat)
        low, high = places.min(axis=0), places.max(axis=0)
        wide, tall = (high - low) + 2 * max(float((high - low).max()) * spare, least_m / 2)
        scale = min((width - 2 * edge) / wide, (height - 2 * edge) / tall)
        x, y = ((low + high) / 2).tolist()
        return cls(frame, (x, y), float(scale), width, height, edge)

    def places(self, lon: Floats, lat: Floats) -> Floats:
        """Positions in degrees on the drawing, (n, 2)."""
        return self._drawn(self.frame.project(lon, lat))

    def line(self, lon: Floats, lat: Floats) -> Floats:
        """A path through positions in degrees, (n, 2), without the points that nobody would see."""
        drawn = self.places(lon, lat)
        if len(drawn) < 3:
            return drawn
        return np.asarray(shapely.get_coordinates(shapely.simplify(shapely.LineString(drawn), FINEST)))

    def area(self, footprint: Footprint) -> tuple[Outline, Floats | None]:
        """The rings of a footprint inside the drawing, and a place inside it for its name; nothing where it lies outside."""
        return self._rings(on_frame(footprint, self.frame))

    def ground(self, shape: Any) -> tuple[Outline, Outline]:
        """The rings and the lines of a shape in degrees (`shapes_of`) inside the drawing."""
        plane = shapely.transform(shape, lambda at: self.frame.project(at[:, 0], at[:, 1]))
        rings, _ = self._rings(plane)
        inside = self._cut(plane)
        lines = [self._drawn(shapely.get_coordinates(p)) for p in shapely.get_parts(inside) if "Line" in p.geom_type]
        return rings, lines

    def corners(self) -> tuple[Floats, Floats]:
        """Longitude and latitude of the four corners of the drawing."""
        west, south, east, north = self._window().bounds
        return self.frame.unproject(np.array([(west, south), (east, south), (east, north), (west, north)]))

    def box(self) -> Box:
        """The box in degrees round the drawing."""
        lon, lat = self.corners()
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def _drawn(self, points: Floats) -> Floats:
        x = self.width / 2 + (points[:, 0] - self.middle[0]) * self.scale
        y = self.height / 2 - (points[:, 1] - self.middle[1]) * self.scale
        return np.column_stack([x, y])

    def _window(self) -> Any:
        wide, tall = (self.width / 2 - self.edge) / self.scale, (self.height / 2 - self.edge) / self.scale
        x, y = self.middle
        return shapely.box(x - wide, y - tall, x + wide, y + tall)

    def _cut(self, shape: Any) -> Any:
        return shapely.simplify(shapely.intersection(shapely.make_valid(shape), self._window()), FINEST / self.scale)

    def _rings(self, shape: Any) -> tuple[Outline, Floats | None]:
        inside = self._cut(shape)
        parts = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon" and not part.is_empty]
        rings = [self._drawn(shapely.get_coordinates(r)) for part in parts for r in (part.exterior, *part.interiors)]
        if not parts:
            return rings, None
        largest = max(parts, key=shapely.area)
        return rings, self._drawn(shapely.get_coordinates(largest.representative_point()))[0]


def along(points: Floats, share: float) -> tuple[float, float]:
    """The place at a share of the length of a line on a drawing, (n, 2)."""
    line = shapely.LineString(points if len(points) > 1 else np.repeat(points, 2, axis=0))
    (place,) = shapely.get_coordinates(shapely.line_interpolate_point(line, share, normalized=True)).tolist()
    return float(place[0]), float(place[1])


def shapes_of(shapes: Sequence[Any], box: Box, most: int) -> Iterator[Any]:
    """Shapes in degrees, as GeoJSON or WKB, that come into a box: at most some, the largest first, in their order."""
    texts = bool(len(shapes)) and isinstance(shapes[0], str)
    made = shapely.from_geojson(list(shapes)) if texts else shapely.from_wkb(list(shapes))
    known = np.atleast_1d(np.asarray(made, dtype=object))
    known = known[~shapely.is_missing(known) & ~shapely.is_empty(known)]
    known = known[shapely.intersects(known, shapely.box(*box))]
    kept = np.sort(np.argsort(-shapely.length(known), kind="stable")[:most])
    return iter(known[kept].tolist())


def in_the_netherlands(lon: Floats, lat: Floats) -> bool:
    """True where RD New can be used for all places."""
    west, south, east, north = NETHERLANDS
    return bool(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).all())


def to_rd(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Metres east and north in RD New (EPSG:28992), to some decimetres: the grid of the exact way does not ship."""
    return projection(RD_NEW, NETHERLANDS).project(lon, lat)


def from_rd(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of places in RD New."""
    return projection(RD_NEW, NETHERLANDS).unproject(x, y)
