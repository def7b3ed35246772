"""How the log of a flight begins and ends: on the ground or in the air, and how long it goes on without a position."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dronectl import geometry
from dronectl.records import dataclass

Floats = NDArray[np.float64]
BESIDE_S = 5.0  # what the fixes of so many seconds beside an end show is how the aircraft was then: a house figure
LEAST_S = 1.0  # so long they have to last to show anything: a house figure
STANDING_M = 10.0  # whoever stays so near for those seconds stands, or drifts as a receiver does: a house figure
LEVEL_M = 2.0  # and at a height that changes by no more: a house figure
LOW_M = 5.0  # so high above where it took off, or above its lowest, an aircraft may stand on the ground: a house figure
MOVES_MPS = 2.0  # whoever is faster is not parked: a house figure
DAY_S = (
    86_400.0  # a clock that steps farther before or after the fixes is not set; a log that lasts longer lasts so long
)
AROUND = 9  # records whose middle time counts as that of the first or last one: a damaged one has any


@dataclass(frozen=True, slots=True)
class End:
    """What the fixes beside the beginning or the end of a log show."""

    stands: bool
    """True where they show that the aircraft stood on the ground."""
    speed_mps: float
    above_m: float
    """Metres above where it took off. Both are NaN where nobody knows."""

    @property
    def flies(self) -> bool:
        """True where they show that it was in the air."""
        return not self.stands and (self.speed_mps > MOVES_MPS or self.above_m > LOW_M)

    def __str__(self) -> str:
        said = [f"{self.above_m:.0f} m above where it took off"] if self.above_m > LOW_M else []
        return ", ".join([*said, *([f"at {self.speed_mps:.1f} m/s"] if self.speed_mps > MOVES_MPS else [])])


def ends(clock: Floats | None, lon: Floats, lat: Floats, height: Floats, takeoff_m: float) -> tuple[End, End]:
    """The beginning and the end of a flight by its fixes: seconds, degrees, metres; `takeoff_m` is NaN where nobody knows."""
    first = _end(clock, lon, lat, height, takeoff_m, 0)
    if first.stands and np.isnan(takeoff_m):
        takeoff_m = float(height[0])
    return first, _end(clock, lon, lat, height, takeoff_m, len(lon) - 1)


def _end(clock: Floats | None, lon: Floats, lat: Floats, height: Floats, takeoff_m: float, at: int) -> End:
    above = float(height[at]) - takeoff_m
    if clock is None:
        return End(False, np.nan, above)
    beside = np.flatnonzero(np.abs(clock - clock[at]) <= BESIDE_S)
    lasts = float(np.ptp(clock[beside]))
    if lasts < LEAST_S:
        return End(False, np.nan, above)
    steps = geometry.leg_azimuths(lon[beside], lat[beside])[1]
    apart = max(_metres(lon, lat, at, int(other)) for other in (beside[0], beside[-1], beside[len(beside) // 2]))
    still = apart <= STANDING_M and bool(np.ptp(height[beside]) <= LEVEL_M)
    low = abs(above) <= LOW_M if np.isfinite(above) else at == 0 and _rises(height)
    return End(still and low, min(float(steps.sum()), 2 * apart) / lasts, above)


def _rises(height: Floats) -> bool:
    """True for a flight whose first fix is among the lowest, and that is higher later: it takes off there, if it stands."""
    here = float(height[0])
    return bool(here <= np.nanmin(height) + LOW_M and np.nanmax(height) > here + LOW_M) if np.isfinite(here) else False


def _metres(lon: Floats, lat: Floats, one: int, other: int) -> float:
    pair = [one, other]
    return float(geometry.leg_azimuths(lon[pair], lat[pair])[1][0])


def silence(
    first: End, last: End, raw: Floats, kept: NDArray[np.intp], clock: Floats, span: tuple[float, float] | None
) -> tuple[float, float]:
    """Seconds that a log goes on without a position before the first fix and after the last one, in the air or perhaps so.

    `raw` are the times of all its fixes, `kept` those with a position, `clock` their seconds, and `span` from when to when
    the log says that it lasts, as `raw` counts.
    """
    usual = float(np.median(np.diff(clock))) if len(clock) > 1 else 0.0
    begin, until = float(raw[kept[0]]), float(raw[kept[-1]])
    found = []
    for end, away, beyond in (
        (first, begin - raw[: kept[0]], begin - span[0] if span else 0.0),
        (last, raw[kept[-1] + 1 :] - until, span[1] - until if span else 0.0),
    ):
        told = away[np.isfinite(away) & (away <= DAY_S)]
        longest = max(float(told.max(initial=0.0)), usual * len(away), min(beyond, DAY_S))
        found.append(0.0 if end.stands else longest)
    return found[0], found[1]


def lasting(first: Iterable[float], last: Iterable[float]) -> tuple[float, float] | None:
    """From when to when a log lasts, by its first and last `AROUND` records; None for one of none."""
    begin, end = list(first), list(last)
    return (float(np.median(begin)), float(np.median(end))) if begin and end else None
