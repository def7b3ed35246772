"""Sets of closed intervals on a line, as sorted lists of pairs that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Intervals = list[Interval]
GAP = 1e-9  # what lies no more than this apart is one: rounding


def union(intervals: Iterable[Interval], *, gap: float = 0.0) -> Intervals:
    """The union; intervals that lie no more than `gap` apart grow together."""
    merged: Intervals = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def joined(low: NDArray[np.float64], high: NDArray[np.float64], *, gap: float = GAP) -> Intervals:
    """The union, as `union` makes it, of intervals that are given as their ends in any order, both (n,)."""
    if not len(low):
        return []
    order = np.argsort(low, kind="stable")
    low, top = low[order], np.maximum.accumulate(high[order])
    cuts = np.flatnonzero(low[1:] > top[:-1] + gap)
    firsts, lasts = low[np.append(0, cuts + 1)], top[np.append(cuts, len(top) - 1)]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def joined_each(
    low: NDArray[np.float64], high: NDArray[np.float64], whose: NDArray[np.intp], count: int
) -> list[Intervals]:
    """The unions, as `joined` makes them, of `count` sets of intervals; `whose` says to which set each one belongs."""
    if not len(low):
        return [[] for _ in range(count)]
    order = np.lexsort((low, whose))
    low, high, whose = low[order], high[order], whose[order]
    rising = np.lexsort((high, whose))  # the running greatest end of each set, by rank: sets follow each other
    rank = np.empty(len(rising), dtype=np.intp)
    rank[rising] = np.arange(len(rising))
    top = high[rising[np.maximum.accumulate(rank)]]
    cuts = np.flatnonzero((whose[1:] != whose[:-1]) | (low[1:] > top[:-1] + GAP))
    firsts, lasts = low[np.append(0, cuts + 1)], top[np.append(cuts, len(top) - 1)]
    made = list(zip(firsts.tolist(), lasts.tolist(), strict=True))
    stops = np.searchsorted(whose[np.append(0, cuts + 1)], np.arange(count + 1)).tolist()
    return [made[a:b] for a, b in pairwise(stops)]


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
