"""Gaps in the record of a flown flight: how long, and how far from its line the aircraft can have been meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dronectl.geometry import Course, Floats
from dronectl.mission import Flight
from dronectl.records import dataclass
from dronectl.track import Track

GAP_S = 5.0  # a shorter step between two fixes is taken to be flown straight: a house figure, without a source
LEAST_SPEED_MPS = 19.0  # the fastest that a drone of class C0, C1 or C2 may be: (EU) 2019/945, annex, parts 1 to 3
MORE_FIXES = "give a log with more fixes, such as the aircraft's own instead of the ground station's"
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
    rise_m: float = float("inf")
    """Metres that it can have climbed above both fixes, or sunk below them, where it is known how fast it does."""

    @property
    def strayed(self) -> Track:
        """The leg, as wide and as tall as it can have left it, flown at any moment of the gap.

        Whoever flies from one fix to the other stays in a spheroid round both. It reaches as far above and below the middle
        of their heights as it reaches sideways.
        """
        flight, ends = self.track.flight, slice(self.leg, self.leg + 2)
        times = flight.times
        one, other = flight.height[ends].tolist()
        alone = replace(
            flight, lon=flight.lon[ends], lat=flight.lat[ends], height=flight.height[ends], datum=flight.datum[ends],
            place=flight.place[ends], kind=flight.kind[self.leg : self.leg + 1], widen_m=np.zeros(1), elapsed=None,
            times=None, periods=flight.periods if times is None else ((float(times[self.leg]), float(times[self.leg + 1])),),
            gimbal_pitch_deg=(), gimbal_yaw_deg=(), recording=(), takeoff_at=flight.takeoff, cruise={},
        )  # fmt: skip
        course, climb = Course.of(alone), 0.0 if one != one or other != other else abs(other - one)
        return Track(
            alone, course, np.full(len(course), self.reach_m), self.reach_m,
            self.track.vertical_m + min(self.reach_m + climb / 2, self.rise_m + climb), self.track.models,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"the log says nothing for {self.seconds:.0f} s after {self.track.flight.place[self.leg]}"


def gaps(tracks: Sequence[Track], fastest_mps: float | None, climb_mps: tuple[float, float] | None = None) -> list[Gap]:
    """The gaps of all flights that keep times.

    `fastest_mps` is what their aircraft can do, and `climb_mps` how fast it climbs and sinks, where that is known.
    """
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
            rise = _rise_m(track.flight, seconds, leg, climb_mps) if climb_mps is not None else np.inf
            found.append(Gap(track, leg, float(seconds[leg]), speed, reach, rise))
    return found


def _rise_m(flight: Flight, seconds: Floats, leg: int, climb_mps: tuple[float, float]) -> float:
    """How far above both its ends the aircraft can have been in a gap: up as long as it leaves time to come down.

    Where the rest of the log shows that it climbs or sinks faster, that counts.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        speeds = np.diff(flight.height) / seconds
    usual = speeds[(seconds > 0) & (seconds <= GAP_S) & np.isfinite(speeds)]
    up, down = max(climb_mps[0], float(usual.max(initial=0.0))), max(climb_mps[1], float(-usual.min(initial=0.0)))
    return up * down / (up + down) * float(seconds[leg])
