"""Heights on a regular grid: the value at a place, and what it cannot be beyond anywhere near that place.

Between four nodes the surface is bilinear; beyond the outermost nodes it runs on level for half a cell. Places are in
cells: column 0, row 0 is the first node. A node without a value is NaN, and every cell that has it for a corner.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Pick = Callable[[Floats, Floats], Floats]


def bilinear(nodes: Floats, column: Floats, row: Floats) -> Floats:
    """The surface at some places, (k,)."""
    rows, columns = nodes.shape
    column = np.clip(column, 0.0, columns - 1.0)
    row = np.clip(row, 0.0, rows - 1.0)
    left = np.minimum(np.floor(column).astype(np.intp), max(columns - 2, 0))
    top = np.minimum(np.floor(row).astype(np.intp), max(rows - 2, 0))
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    x, y = column - left, row - top
    upper = nodes[top, left] * (1 - x) + nodes[top, right] * x
    lower = nodes[bottom, left] * (1 - x) + nodes[bottom, right] * x
    return np.asarray(upper * (1 - y) + lower * y)


def extremes(nodes: Floats, column: Floats, row: Floats, across: Floats, down: Floats) -> tuple[Floats, Floats]:
    """Bounds of the surface within `across` columns and `down` rows of each place, (k,) each; NaN where one is unknown.

    Two bounds are taken and the closer one kept: the extremes of all nodes whose cells are touched, and the value at the
    place itself changed by the steepest slope of those cells.
    """
    rows, columns = nodes.shape
    left, wide = _window(column, across, columns)
    top, tall = _window(row, down, rows)
    lowest = _slide(_slide(nodes, wide, 1, np.minimum), tall, 0, np.minimum)[top, left]
    highest = _slide(_slide(nodes, wide, 1, np.maximum), tall, 0, np.maximum)[top, left]
    change = np.zeros(len(column))
    if wide > 1:
        steps = np.abs(np.diff(nodes, axis=1))
        change += _slide(_slide(steps, wide - 1, 1, np.maximum), tall, 0, np.maximum)[top, left] * across
    if tall > 1:
        steps = np.abs(np.diff(nodes, axis=0))
        change += _slide(_slide(steps, wide, 1, np.maximum), tall - 1, 0, np.maximum)[top, left] * down
    here = bilinear(nodes, column, row)
    inside = (column >= 0) & (column <= columns - 1) & (row >= 0) & (row <= rows - 1)
    near_low, near_high = here - change, here + change
    low = np.where(inside & (near_low > lowest), near_low, lowest)
    high = np.where(inside & (near_high < highest), near_high, highest)
    return low, high


def _window(place: Floats, reach: Floats, count: int) -> tuple[Ints, int]:
    """For each place the first of `width` nodes that hold all cells within `reach`, as far as there are nodes."""
    first = np.clip(np.floor(place - reach), 0, count - 1)
    last = np.clip(np.ceil(place + reach), 0, count - 1)
    width = min(int((last - first).max(initial=0)) + 1, count)
    return np.minimum(first, count - width).astype(np.intp), width


def _slide(values: Floats, width: int, axis: int, pick: Pick) -> Floats:
    """The extremes of every `width` neighbours along an axis; a NaN among them makes NaN."""
    found, have = values, 1
    while have < width:
        step = min(have, width - have)
        count = found.shape[axis] - step
        near, far = [slice(None)] * 2, [slice(None)] * 2
        near[axis], far[axis] = slice(0, count), slice(step, step + count)
        found = pick(found[tuple(near)], found[tuple(far)])
        have += step
    return found
