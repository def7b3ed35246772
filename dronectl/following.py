"""Which leg of a plan each fix of a flown flight belongs to.

A fix is held against the leg that it most likely flies: the cheapest way through the plan, leg by leg, that the whole
flight can have taken. Waiting costs nothing, going on costs nothing, leaving legs out or going back to an earlier one
costs as much as being `SKIP_M` beside the line, and flying against a leg a little; so pauses, passes that are flown again
and flights that stop early are matched as they were flown. Distances are metres on the ground, on planes that hold 2 parts
in a million.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dronectl.geometry import Floats, Frame
from dronectl.measures import Datum
from dronectl.prepared import Prepared
from dronectl.track import Track

SKIP_M = 60.0  # leaving a leg out, or flying one again, is as unlikely as being this far beside it: a house figure
FEW_LEGS = 24
AGAINST_M = 5.0  # a fix that flies against a leg is as unlikely on it as one this far beside it: a house figure
Ints = NDArray[np.intp]


class Plan:
    """All legs of a plan as lines in degrees, one after the other."""

    def __init__(self, plan: Prepared) -> None:
        self.tracks = plan.bare
        first, last, lon0, lat0, lon1, lat1 = [], [], [], [], [], []
        for number, track in enumerate(plan.bare):
            flight = track.flight
            for k in range(max(len(flight.lon) - 1, 1)):
                first.append(number)
                last.append(k)
                end = min(k + 1, len(flight.lon) - 1)
                lon0.append(flight.lon[k])
                lat0.append(flight.lat[k])
                lon1.append(flight.lon[end])
                lat1.append(flight.lat[end])
        self.flight: Ints = np.array(first, dtype=np.intp)
        self.leg: Ints = np.array(last, dtype=np.intp)
        self.lon = np.array([lon0, lon1], dtype=float)
        self.lat = np.array([lat0, lat1], dtype=float)

    def __len__(self) -> int:
        return len(self.leg)

    def states(self, datum: Datum) -> bool:
        """True where every height of the plan is over this datum already."""
        return all(one is datum for track in self.tracks for one in track.flight.datum)

    def length_m(self, number: int) -> float:
        """The length of a leg in metres."""
        track, leg = self.tracks[int(self.flight[number])], int(self.leg[number])
        return float(track.course.length[leg]) if len(track.course.length) else 0.0

    def kind(self, number: int) -> str:
        """What a leg is."""
        flight = self.tracks[int(self.flight[number])].flight
        return flight.kind[int(self.leg[number])] if flight.kind else "hover"

    def at(self, number: int, share: float) -> tuple[Track, float]:
        """The track of a leg, and a place on it in pieces of its course."""
        track, leg = self.tracks[int(self.flight[number])], int(self.leg[number])
        pieces = np.flatnonzero(track.course.leg == leg)
        here = float(np.clip(share, 0.0, 1.0)) * len(pieces)
        k = min(int(here), len(pieces) - 1)
        return track, float(pieces[k]) + (here - k)


def distances(plan: Plan, frame: Frame, points: Floats) -> tuple[Floats, Floats]:
    """Metres from each point to each leg, and the share of the leg at its nearest place, (points, legs)."""
    p0, p1 = (frame.project(plan.lon[side], plan.lat[side]) for side in (0, 1))
    along = p1 - p0
    square = (along**2).sum(axis=1)
    offset = points[:, None, :] - p0[None]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(square > 0, (offset * along[None]).sum(axis=2) / square, 0.0)
    share = np.clip(share, 0.0, 1.0)
    rest = offset - share[:, :, None] * along[None]
    return np.hypot(rest[:, :, 0], rest[:, :, 1]), share


def costs(plan: Plan, frame: Frame, points: Floats, distance: Floats) -> Floats:
    """What each fix costs on each leg: its distance squared, and a little where it flies against the leg's direction."""
    p0, p1 = (frame.project(plan.lon[side], plan.lat[side]) for side in (0, 1))
    moved = np.gradient(points, axis=0) if len(points) > 1 else np.zeros_like(points)
    against = moved @ (p1 - p0).T < 0
    return np.asarray(np.minimum(distance, 10 * SKIP_M) ** 2 + np.where(against, AGAINST_M**2, 0.0))


def matched(cost: Floats) -> Ints:
    """The leg of each fix: the cheapest way through the plan (Viterbi), (points,)."""
    return _few_legs(cost) if cost.shape[1] <= FEW_LEGS else _many_legs(cost)


def _few_legs(each: Floats) -> Ints:
    """As `_many_legs`, in plain figures: quicker where there are only some legs."""
    points, legs = each.shape
    cost = each.tolist()
    skip = SKIP_M**2
    best = [cost[0][j] + skip * j for j in range(legs)]
    came: list[list[int]] = []
    for k in range(1, points):
        least = min(best)
        first, again = best.index(least), least + skip
        made, source = [], []
        leap, whence = np.inf, 0  # the least way of coming from a leg before the one before, legs left out
        for j in range(legs):
            value, where = best[j], j
            if j and best[j - 1] < value:
                value, where = best[j - 1], j - 1
            if leap < value:
                value, where = leap, whence
            if again < value:
                value, where = again, first
            made.append(value + cost[k][j])
            source.append(where)
            leap += skip
            if j and best[j - 1] + skip < leap:
                leap, whence = best[j - 1] + skip, j - 1
        best = made
        came.append(source)
    leg = np.empty(points, dtype=np.intp)
    leg[-1] = best.index(min(best))
    for k in range(points - 1, 0, -1):
        leg[k - 1] = came[k - 1][leg[k]]
    return leg


def _many_legs(cost: Floats) -> Ints:
    points, legs = cost.shape
    skip = SKIP_M**2
    number = np.arange(legs)
    best = cost[0] + skip * number  # beginning in the middle of the plan leaves legs out
    came = np.zeros((points, legs), dtype=np.int32)
    for k in range(1, points):
        stay = best
        ahead = np.concatenate([[np.inf], best[:-1]])  # the leg before was ended
        lifted = best - skip * number  # leaving out legs between: a running least of what came before
        running = np.minimum.accumulate(lifted)
        where = np.where(lifted <= running, number, 0)
        where = np.maximum.accumulate(where)
        leap = np.concatenate([[np.inf], running[:-1]]) + skip * (number - 1)
        again = float(best.min()) + skip  # going back to any leg
        options = np.stack([stay, ahead, leap, np.full(legs, again)])
        choice = options.argmin(axis=0)
        source = np.stack([number, number - 1, np.concatenate([[0], where[:-1]]), np.full(legs, int(best.argmin()))])
        came[k] = source[choice, number]
        best = options[choice, number] + cost[k]
    leg = np.empty(points, dtype=np.intp)
    leg[-1] = int(best.argmin())
    for k in range(points - 1, 0, -1):
        leg[k - 1] = came[k, leg[k]]
    return leg
