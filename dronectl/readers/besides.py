"""Lines that stand in a file beside the tracks of flown flights, and are not read: whether they are the same paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dronectl import geometry
from dronectl.geometry import Floats, Frame
from dronectl.readers.flown import Recording, is_placed
from dronectl.where import Where

SAME_M = 25.0  # a line that is nowhere farther from a track is drawn for it, or is its plan: a house figure
STEP_M = 10.0
MOST_STEPS = 100_000  # of a line; the rest of it is not the same path for certain
Line = tuple[Where, Sequence[tuple[float, float]]]


def doubts(lines: Iterable[Line], recordings: Sequence[Recording]) -> list[str]:
    """What to say of lines (longitude, latitude) that leave every track: they may be flights as well, and are not read."""
    said = []
    for where, points in lines:
        metres = _off(np.array(points, dtype=float).reshape(-1, 2), recordings)
        if metres > SAME_M:
            far = "far" if np.isinf(metres) else f"up to {metres:.0f} m"
            said.append(f"{where}: a path beside the track, {far} from it, is not read: give it in a file of its own")
    return said


def _off(points: Floats, recordings: Sequence[Recording]) -> float:
    """How far a line is, at most, from the track that it is nearest to, in metres; infinite where that is not known."""
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return 0.0
    frame = Frame.about(points[:, 0], points[:, 1])
    line = frame.project(points[:, 0], points[:, 1])
    steps = np.ceil(np.hypot(*np.diff(line, axis=0).T) / STEP_M).astype(int) if len(line) > 1 else np.zeros(0, int)
    if steps.sum() > MOST_STEPS:
        return np.inf
    at = np.concatenate([[0.0], *(k + np.arange(1, count + 1) / count for k, count in enumerate(steps) if count)])
    dense = np.column_stack([np.interp(at, np.arange(len(line)), column) for column in line.T])
    tracks = []
    for one in recordings:
        known = is_placed(one)
        if known.any():
            tracks.append(frame.project(one.lon[known], one.lat[known]))
    return min((geometry.farthest_off(track, dense) for track in tracks), default=np.inf)
