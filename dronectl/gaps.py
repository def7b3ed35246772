"""Gaps in the record of a flown flight: how long, and how far from its line the aircraft can have been meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dronectl.geometry import Course, Floats
from dronectl.intervals import Interval
from dronectl.mission import Flight
from dronectl.records import dataclass
from dronectl.track import Track

GAP_S = 5.0  # a shorter step between two fixes is taken to be flown straight: a house figure, without a source
LEAST_SPEED_MPS = 19.0  # the fastest that a drone of class C0, C1 or C2 may be: (EU) 2019/945, annex, parts 1 to 3
MORE_FIXES = "give a log with more fixes, such as the aircraft's own instead of the ground station's"
FASTEST_MPS = 100.0  # what the log has beyond it is a leap, not a speed


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """A leg in which the log says nothing of where the aircraft was, or the time before its first fix or after its last."""

    track: Track
    leg: int
    """The leg beside it, where it is before the first fix or after the last."""
    seconds: float
    speed_mps: float
    """As fast as it can have been: the fastest of this flight, what its aircraft can do, or `LEAST_SPEED_MPS`."""
    reach_m: float
    """Metres by which it can have left the line, what its fixes may be off among them."""
    rise_m: float = float("inf")
    """Metres that it can have climbed above both fixes, or sunk below them, where it is known how fast it does."""
    end: str = ""
    """`before` the first fix, or `after` the last one; empty between two."""

    @property
    def strayed(self) -> Track:
        """The leg, as wide and as tall as it can have left it, flown at any moment of the gap.

        Whoever flies from one fix to the other stays in a spheroid round both. It reaches as far above and below the middle
        of their heights as it reaches sideways. Before the first fix, or after the last, it stays in a ball round that one.
        """
        flight, ends = self.track.flight, self._fixes
        times = flight.times
        one, other = flight.height[ends][[0, -1]].tolist()
        alone = replace(
            flight, lon=flight.lon[ends], lat=flight.lat[ends], height=flight.height[ends], datum=flight.datum[ends],
            place=flight.place[ends], kind=() if self.end else flight.kind[self.leg : self.leg + 1], widen_m=np.zeros(1),
            elapsed=None, times=None, periods=flight.periods if times is None else (self._window(times[ends]),),
            silent_s=(0.0, 0.0),
            gimbal_pitch_deg=(), gimbal_yaw_deg=(), recording=(), takeoff_at=flight.takeoff, cruise={},
        )  # fmt: skip
        course, climb = Course.of(alone), 0.0 if one != one or other != other else abs(other - one)
        return Track(
            alone, course, np.full(len(course), self.reach_m), self.reach_m,
            self.track.vertical_m + min(self.reach_m + climb / 2, self.rise_m + climb), self.track.models,
        )  # fmt: skip

    @property
    def _fixes(self) -> slice:
        """The fixes beside it: two, or one."""
        if not self.end:
            return slice(self.leg, self.leg + 2)
        return slice(0, 1) if self.end == "before" else slice(len(self.track.flight.lon) - 1, None)

    def _window(self, times: Floats) -> Interval:
        """From when to when it lasts, by the times of the fixes beside it."""
        early, late = float(times[0]), float(times[-1])
        return early - self.seconds * (self.end == "before"), late + self.seconds * (self.end == "after")

    def __str__(self) -> str:
        place = self.track.flight.place[self._fixes][0]
        if self.end == "before":
            return f"the log says nothing for {self.seconds:.0f} s before {place}"
        return f"the log says nothing for {self.seconds:.0f} s after {place}"


def gaps(tracks: Sequence[Track], fastest_mps: float | None, climb_mps: tuple[float, float] | None = None) -> list[Gap]:
    """The gaps of all flights that keep times.

    `fastest_mps` is what their aircraft can do, and `climb_mps` how fast it climbs and sinks, where that is known.
    """
    least = max(LEAST_SPEED_MPS, fastest_mps or 0.0)
    found = []
    for track in tracks:
        clock, silent = track.flight.elapsed, track.flight.silent_s
        if clock is None or (len(clock) < 2 and max(silent) <= GAP_S):
            continue
        seconds, metres = np.diff(clock), track.course.length
        with np.errstate(divide="ignore", invalid="ignore"):
            speeds = np.where(seconds > 0, metres / seconds, 0.0)
        usual = speeds[(seconds <= GAP_S) & (speeds <= FASTEST_MPS)]
        speed = max(least, float(usual.max()) if len(usual) else 0.0)
        up, down = _up_and_down(track.flight, seconds, climb_mps) if climb_mps is not None else (np.inf, np.inf)
        if silent[0] > GAP_S:
            found.append(_beyond(track, "before", 0, silent[0], speed, max(up, down)))
        for leg in np.flatnonzero(seconds > GAP_S).tolist():
            flown = max(speed * float(seconds[leg]) + 2 * _unsure_m(track, leg), float(metres[leg]))
            reach = float(np.sqrt(flown**2 - float(metres[leg]) ** 2)) / 2
            rise = up * down / (up + down) if climb_mps is not None else np.inf  # as long as leaves time to come down
            found.append(Gap(track, leg, float(seconds[leg]), speed, reach, rise * float(seconds[leg])))
        if silent[1] > GAP_S:
            found.append(_beyond(track, "after", len(track.flight.widen_m) - 1, silent[1], speed, max(up, down)))
    return found


def _beyond(track: Track, end: str, leg: int, seconds: float, speed_mps: float, climb_mps: float) -> Gap:
    """What a log lasts before its first fix, or after its last: nobody knows whether it came back."""
    reach = speed_mps * seconds + _unsure_m(track, leg)
    return Gap(track, leg, seconds, speed_mps, reach, climb_mps * seconds, end)


def _unsure_m(track: Track, leg: int) -> float:
    """How far the fixes of a leg may be off."""
    return track.horizontal_m + float(track.flight.widen_m[leg])


def _up_and_down(flight: Flight, seconds: Floats, climb_mps: tuple[float, float]) -> tuple[float, float]:
    """How fast it climbs and sinks, in metres per second: where the log shows that it can do more, that counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        speeds = np.diff(flight.height) / seconds
    usual = speeds[(seconds > 0) & (seconds <= GAP_S) & np.isfinite(speeds)]
    return max(climb_mps[0], float(usual.max(initial=0.0))), max(climb_mps[1], float(-usual.min(initial=0.0)))
