"""Which volumes are near a course."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from dronectl.geometry.course import Course
from dronectl.geometry.ellipsoid import Floats, Ints, grow_all
from dronectl.zone import Volume

BLOCK = 32  # pieces whose boxes are looked at together first
MOST_PAIRS = 2_000_000  # of boxes held against each other at once


class Index:
    """All volumes of all zones, found by place. A volume whose place is not known is found everywhere."""

    def __init__(self, volumes: Sequence[Volume]) -> None:
        self.volumes = tuple(volumes)
        placed = [k for k, volume in enumerate(volumes) if volume.box is not None]
        self.anywhere = [k for k, volume in enumerate(volumes) if volume.box is None]
        self._placed = np.asarray(placed, dtype=np.intp)
        self.boxes = np.array([volumes[k].box for k in placed], dtype=float).reshape(-1, 4)
        self._tree = shapely.STRtree(shapely.box(*self.boxes.T))
        self._west = float(self.boxes[:, 0].min(initial=np.inf))
        self._east = float(self.boxes[:, 2].max(initial=-np.inf))

    def near(self, course: Course, pieces: Ints, metres: float) -> dict[int, Ints]:
        """Per volume the pieces whose boxes, grown by `metres`, meet its box, round the antimeridian as well."""
        boxes = _grown(course, pieces, metres)
        return {number: self._close(boxes, pieces, number) for number in self._around(boxes)}

    def around(self, course: Course, pieces: Ints, metres: float) -> list[int]:
        """The volumes to whose boxes some piece's box, grown by `metres`, comes, in their order."""
        return self._around(_grown(course, pieces, metres)) if len(self.boxes) and len(pieces) else []

    def close(self, course: Course, pieces: Ints, metres: float, number: int) -> Ints:
        """The pieces whose boxes, grown by `metres`, meet the box of one volume."""
        return self._close(_grown(course, pieces, metres), pieces, number)

    def _around(self, boxes: Floats) -> list[int]:
        if not len(self.boxes) or not len(boxes):
            return []
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        starts = np.arange(0, len(boxes), BLOCK)
        blocks = np.column_stack(
            [np.minimum.reduceat(boxes[:, :2], starts, axis=0), np.maximum.reduceat(boxes[:, 2:], starts, axis=0)]
        )
        found: set[int] = set()
        for turn in (-360.0, 0.0, 360.0):
            if low[0] + turn > self._east or high[0] + turn < self._west:
                continue
            whole = shapely.box(low[0] + turn, low[1], high[0] + turn, high[1])
            hits = self._tree.query(whole, predicate="intersects")
            turned = np.array([turn, 0.0, turn, 0.0])
            if len(hits) * len(blocks) <= MOST_PAIRS:  # blocks of pieces that follow each other first
                hits = hits[_meet((blocks + turned)[:, None], self.boxes[hits][None]).any(axis=0)]
            shifted = boxes + turned
            if len(hits) * len(boxes) <= MOST_PAIRS:
                found.update(hits[_meet(shifted[:, None], self.boxes[hits][None]).any(axis=0)].tolist())
                continue
            found.update(np.unique(self._tree.query(shapely.box(*shifted.T), predicate="intersects")[1]).tolist())
        return sorted(int(self._placed[hit]) for hit in found)

    def _close(self, boxes: Floats, pieces: Ints, number: int) -> Ints:
        mine = np.array(self.volumes[number].box)
        held = np.zeros(len(pieces), dtype=bool)
        for turn in (-360.0, 0.0, 360.0):
            if mine[0] - turn <= boxes[:, 2].max(initial=-np.inf) and mine[2] - turn >= boxes[:, 0].min(initial=np.inf):
                held |= _meet(boxes + np.array([turn, 0.0, turn, 0.0]), mine)
        return np.sort(pieces[held])


def _grown(course: Course, pieces: Ints, metres: float) -> Floats:
    return grow_all(course.boxes[pieces], metres + course.bow_m)


def _meet(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Where boxes meet, their edges included; the last axis is west, south, east, north."""
    return np.asarray(
        (one[..., 0] <= other[..., 2]) & (one[..., 2] >= other[..., 0])
        & (one[..., 1] <= other[..., 3]) & (one[..., 3] >= other[..., 1])
    )  # fmt: skip
