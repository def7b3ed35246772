"""The edges of polygons, and how deep inside them pieces of a path come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from dronectl.geometry.ellipsoid import Floats, Ints
from dronectl.geometry.laid import runs
from dronectl.geometry.shapes import BLOCK, WINDOW_M, Geometries, Patch

SAMPLES = 33  # places that are looked at for the deepest one, twice
PARTS: Floats = np.linspace(0.0, 1.0, SAMPLES)
ROUNDED_M = 1e-6


class Edges:
    """The edges of some shapes, one shape after the other, without those that only the cutting window made."""

    def __init__(self, patches: Sequence[Patch]) -> None:
        real = [patch.real for patch in patches]
        self.count: Ints = np.array([int(np.count_nonzero(mine)) for mine in real], dtype=np.intp)
        self.first: Ints = np.cumsum(self.count) - self.count
        a = np.concatenate([patch.a[mine] for patch, mine in zip(patches, real, strict=True)])
        b = np.concatenate([patch.b[mine] for patch, mine in zip(patches, real, strict=True)])
        self._a, self._way = a.T.copy(), (b - a).T.copy()
        square = np.einsum("ij,ij->j", self._way, self._way)
        self._over_square = np.where(square > 0, 1.0 / np.where(square > 0, square, 1.0), 0.0)

    def apart(self, edge: Ints, x: Floats, y: Floats) -> Floats:
        """Metres from edges to places: one each, or some for each edge where `x` and `y` have a second axis."""
        a, way, over = self._a[:, edge], self._way[:, edge], self._over_square[edge]
        if x.ndim > 1:
            a, way, over = a[..., None], way[..., None], over[:, None]
        dx, dy = x - a[0], y - a[1]
        part = np.clip((dx * way[0] + dy * way[1]) * over, 0.0, 1.0)
        return np.asarray(np.hypot(dx - part * way[0], dy - part * way[1]))

    def near(self, shape: Ints, p0: Floats, p1: Floats) -> tuple[Ints, Ints]:
        """The pairs of a piece and an edge of its shape that may be the nearest to some place of it, by piece."""
        (x, y), length = ((p0 + p1) / 2).T, np.hypot(*(p1 - p0).T)
        rows, edges = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        for part in self._blocks(shape):
            count = self.count[shape[part]]
            row, edge = np.repeat(part, count), runs(self.first[shape[part]], count)
            metres = self.apart(edge, x[row], y[row])
            some = count > 0
            least = np.full(len(part), np.inf)
            least[some] = np.minimum.reduceat(metres, (np.cumsum(count) - count)[some]) if len(metres) else np.inf
            held = metres <= np.repeat(least + length[part] + ROUNDED_M, count)
            rows.append(row[held])
            edges.append(edge[held])
        return np.concatenate(rows), np.concatenate(edges)

    def _blocks(self, shape: Ints) -> Iterator[Ints]:
        """The pieces in blocks that make no more pairs than may be held at once, unless one alone does."""
        number = np.cumsum(self.count[shape]) // BLOCK
        for value in range(int(number[0]), int(number[-1]) + 1):
            part = np.flatnonzero(number == value)
            if len(part):
                yield part


def deepest(edges: Edges, areas: Geometries, shape: Ints, begin: Floats, end: Floats, firsts: Ints) -> Floats:
    """The greatest signed distance on the pieces of each entry, which begin at `firsts`; step by step for all at once.

    A shape without an edge in its window is all round. The depth changes by no more than the way that is gone, so that most
    pieces cannot hold the deepest place. One that can is sampled in two passes, the second between the neighbours of its
    deepest place.
    """
    whose, edge = edges.near(shape, begin, end)
    start, stop = np.searchsorted(whose, [np.arange(len(begin)), np.arange(1, len(begin) + 1)])

    def signed(rows: Ints, u: Floats) -> Floats:
        """At fractions, (rows, some), of pieces."""
        (x, y), count = (
            (begin[rows, None] + u[..., None] * (end - begin)[rows, None]).transpose(2, 0, 1),
            (stop - start)[rows],
        )
        metres = np.full(u.shape, WINDOW_M)
        some = np.flatnonzero(count)
        if len(some):
            pairs, row = runs(start[rows], count), np.repeat(np.arange(len(rows)), count)
            apart = edges.apart(edge[pairs], x[row], y[row])
            metres[some] = np.minimum.reduceat(apart, (np.cumsum(count) - count)[some])
        inside = shapely.contains_xy(areas[shape[rows], None], x, y) | (count == 0)[:, None]
        return np.where(inside, metres, -metres)

    entry = np.repeat(np.arange(len(firsts)), np.diff(np.append(firsts, len(begin))))
    at = signed(np.arange(len(begin)), np.tile([0.0, 1.0], (len(begin), 1)))
    best = np.maximum.reduceat(at.max(axis=1), firsts)
    most = (at.sum(axis=1) + np.hypot(*(end - begin).T)) / 2
    while True:
        left = np.flatnonzero(most > best[entry])
        if not len(left):
            return best
        left = left[np.lexsort((-most[left], entry[left]))]
        rows = left[np.flatnonzero(np.diff(entry[left], prepend=-1))]
        low, high, mine = np.zeros(len(rows)), np.ones(len(rows)), np.arange(len(rows))
        for _ in range(2):
            u = low[:, None] + (high - low)[:, None] * PARTS
            metres = signed(rows, u)
            k = metres.argmax(axis=1)
            low, high = u[mine, np.maximum(k - 1, 0)], u[mine, np.minimum(k + 1, SAMPLES - 1)]
        best[entry[rows]] = np.maximum(best[entry[rows]], metres.max(axis=1))
        most[rows] = -np.inf
