"""Gaps in the record of a flown flight: how long, and how far from its line the aircraft can have been meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dronectl import geometry
from dronectl.geometry import Asked, Index
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.zone import Zone

GAP_S = 5.0  # a shorter step between two fixes is taken to be flown straight: a house figure, without a source
LEAST_SPEED_MPS = 19.0  # the fastest that a drone of class C0, C1 or C2 may be: (EU) 2019/945, annex, parts 1 to 3
FASTEST_MPS = 100.0  # what the log has beyond it is a leap, not a speed


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """A leg in which the log says nothing of where the aircraft was."""

    track: Track
    leg: int
    seconds: float
    speed_mps: float
    """As fast as it can have been: the fastest of this flight, what its aircraft can do, or `LEAST_SPEED_MPS`."""
    reach_m: float
    """Metres by which it can have left the line, what its fixes may be off among them."""

    def __str__(self) -> str:
        return f"the log says nothing for {self.seconds:.0f} s after {self.track.flight.place[self.leg]}"


def gaps(tracks: Sequence[Track], fastest_mps: float | None) -> list[Gap]:
    """The gaps of all flights that keep times; `fastest_mps` is what their aircraft can do, where that is known."""
    least = max(LEAST_SPEED_MPS, fastest_mps or 0.0)
    found = []
    for track in tracks:
        clock = track.flight.elapsed
        if clock is None or len(clock) < 2:
            continue
        seconds, metres = np.diff(clock), track.course.length
        with np.errstate(divide="ignore", invalid="ignore"):
            speeds = np.where(seconds > 0, metres / seconds, 0.0)
        usual = speeds[(seconds <= GAP_S) & (speeds <= FASTEST_MPS)]
        speed = max(least, float(usual.max()) if len(usual) else 0.0)
        for leg in np.flatnonzero(seconds > GAP_S).tolist():
            unsure = track.horizontal_m + float(track.flight.widen_m[leg])  # of both fixes, between which it flew
            flown = max(speed * float(seconds[leg]) + 2 * unsure, float(metres[leg]))
            reach = float(np.sqrt(flown**2 - float(metres[leg]) ** 2)) / 2
            found.append(Gap(track, leg, float(seconds[leg]), speed, reach))
    return found


def within_reach(found: Sequence[Gap], zones: Sequence[Zone], beside_m: float = 0.0) -> list[tuple[Gap, Zone]]:
    """Every gap with every zone within some metres of which the aircraft can have been in it, as far as the ground goes."""
    owner = [(zone, k) for zone in zones for k in range(len(zone.volumes))]
    widest_m = beside_m + max((zone.spread_m for zone in zones), default=0.0)
    index = Index([zone.volumes[k] for zone, k in owner])
    anywhere = {id(owner[number][0]): owner[number][0] for number in index.anywhere}
    met: list[tuple[Gap, Zone]] = []
    for gap in found:
        course = gap.track.course
        own = np.flatnonzero(course.leg == gap.leg)
        near: dict[int, Zone] = dict(anywhere)
        for pieces, frame in course.frames():
            here = np.intersect1d(pieces, own)
            if not len(here):
                continue
            close = index.near(course, here, gap.reach_m + widest_m)
            asked = [(zone, Asked(zone.volumes[k], course, close[n], frame)) for n in close for zone, k in (owner[n],)]
            for (zone, _), metres in zip(asked, geometry.distances([one for _, one in asked]), strict=True):
                if metres <= gap.reach_m + zone.spread_m + beside_m:
                    near.setdefault(id(zone), zone)
        met.extend((gap, zone) for zone in near.values())
    return met
