"""Sets of closed intervals on a line, as sorted lists of pairs that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Intervals = list[Interval]


def union(intervals: Iterable[Interval], *, gap: float = 0.0) -> Intervals:
    """The union; intervals that lie no more than `gap` apart grow together."""
    merged: Intervals = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def joined(low: NDArray[np.float64], high: NDArray[np.float64], *, gap: float = 1e-9) -> Intervals:
    """The union, as `union` makes it, of intervals that are given as their ends in any order, both (n,)."""
    if not len(low):
        return []
    order = np.argsort(low, kind="stable")
    low, top = low[order], np.maximum.accumulate(high[order])
    cuts = np.flatnonzero(low[1:] > top[:-1] + gap)
    firsts, lasts = low[np.append(0, cuts + 1)], top[np.append(cuts, len(top) - 1)]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def meet(left: Sequence[Interval], right: Sequence[Interval]) -> Intervals:
    """The intersection; two closed intervals that only touch meet in a point."""
    found: Intervals = []
    i = j = 0
    while i < len(left) and j < len(right):
        low = max(left[i][0], right[j][0])
        high = min(left[i][1], right[j][1])
        if low <= high:
            found.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def covers(outer: Sequence[Interval], inner: Sequence[Interval], *, slack: float = 1e-9) -> bool:
    """True where every interval of `inner` lies inside one of `outer`, up to `slack`."""
    return all(any(a - slack <= low and high <= b + slack for a, b in outer) for low, high in inner)
