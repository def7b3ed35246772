"""Sets of closed intervals on a line, as sorted lists of pairs that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
