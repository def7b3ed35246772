"""Parallel strips over an area of a plane: where they run, in which order they are flown, and what they cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import shapely.affinity

from dronectl.geometry.ellipsoid import Floats
from dronectl.records import dataclass

SHORTEST_M = 1.0  # of a strip that is worth flying
JOINED_M = 0.05  # stretches of one strip this near are one


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """Strips of one width over an area, cut where ground is closed."""

    lines: Floats
    """(n, 2, 2): both ends of each, metres on the plane."""
    wide_m: float
    """From strip to strip."""
    angle_deg: float
    """Their direction, degrees from the plane's north, clockwise."""
    area: Any
    closed: Any

    @classmethod
    def over(cls, area: Any, closed: Any, most_m: float, angle_deg: float | None = None) -> Strips:
        """Strips at most `most_m` apart over an area, outside of closed ground; along its longer side without an angle.

        Everywhere in the area some strip runs beside within half their distance, but for what is closed.
        """
        angle = _along(area) if angle_deg is None else angle_deg % 180.0
        flat, shut = (shapely.affinity.rotate(shape, angle, origin=(0, 0)) for shape in (area, closed))
        west, south, east, north = flat.bounds  # strips run north in this turned plane
        count = max(1, int(np.ceil((east - west) / most_m - 1e-9)))
        wide = (east - west) / count
        found = []
        for number in range(count):
            left = west + number * wide
            band = shapely.intersection(flat, shapely.box(left, south, left + wide, north))
            for low, high in _spans(band):
                line = shapely.LineString([(left + wide / 2, low), (left + wide / 2, high)])
                free = shapely.difference(line, shut)
                found += [shapely.get_coordinates(part)[[0, -1]] for part in shapely.get_parts(free)
                          if part.length >= SHORTEST_M]  # fmt: skip
        lines = np.array(found).reshape(-1, 2, 2)
        return cls(_turned(lines, angle), wide, angle, area, closed)

    def in_order(self, begin: Floats) -> Floats:
        """The strips as they are flown from a place: always on with the end that is nearest; each from its first end."""
        left = self.lines.copy()
        here, made = np.asarray(begin, dtype=float), []
        while len(left):
            away = np.hypot(*(left - here).reshape(-1, 2).T).reshape(-1, 2)
            row, end = divmod(int(np.argmin(away)), 2)
            line = left[row] if end == 0 else left[row][::-1]
            made.append(line)
            here, left = line[1], np.delete(left, row, axis=0)
        return np.array(made).reshape(-1, 2, 2)

    def covered(self) -> float:
        """The share of the area that lies within half the width of some strip, beside it, 0 to 1."""
        ways: Any = shapely.linestrings(self.lines)
        seen = shapely.union_all(shapely.buffer(ways, self.wide_m / 2 + 1e-6, cap_style="flat"))
        return float(shapely.area(shapely.intersection(seen, self.area)) / shapely.area(self.area))

    def shut(self) -> float:
        """The share of the area that is closed, 0 to 1."""
        return float(shapely.area(shapely.intersection(self.closed, self.area)) / shapely.area(self.area))


def _along(area: Any) -> float:
    """The direction of the longer side of the smallest rectangle round an area."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(area))
    sides = np.diff(box, axis=0)[:2]
    longest = sides[int(np.argmax(np.hypot(*sides.T)))]
    return float(np.degrees(np.arctan2(longest[0], longest[1])) % 180.0)


def _spans(band: Any) -> Sequence[tuple[float, float]]:
    """From where to where the parts of a band lie, those that meet joined."""
    made: list[tuple[float, float]] = []
    parts = [part for part in shapely.get_parts(band) if part.geom_type == "Polygon" and part.area > 0]
    for low, high in sorted((part.bounds[1], part.bounds[3]) for part in parts):
        if made and low <= made[-1][1] + JOINED_M:
            made[-1] = (made[-1][0], max(made[-1][1], high))
        else:
            made.append((low, high))
    return made


def _turned(lines: Floats, angle_deg: float) -> Floats:
    """Lines of the turned plane on the plane itself."""
    turn = np.radians(angle_deg)
    x, y = lines[..., 0], lines[..., 1]
    return np.stack([x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)], axis=-1)


def ring_round(area: Any, metres: float) -> Floats:
    """The corners of the way round an area, some metres outside of it (inside, below 0), counterclockwise, closed, (n, 2).

    Empty where nothing is left of the area.
    """
    grown = shapely.buffer(area, metres, quad_segs=2, join_style="round" if metres > 0 else "mitre")
    parts = [part for part in shapely.get_parts(grown) if part.area > 0]
    if not parts:
        return np.zeros((0, 2))
    largest = max(parts, key=lambda part: part.area)
    return np.asarray(shapely.get_coordinates(shapely.orient_polygons(shapely.Polygon(largest.exterior))))
