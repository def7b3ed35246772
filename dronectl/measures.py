"""Heights with their datum, bands of them, and answers that may be unknown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

METRES_PER_FOOT = 0.3048  # exact, international foot

LOWEST_GROUND_M, HIGHEST_GROUND_M = -450.0, 8900.0  # ground AMSL: Dead Sea shore to Everest, rounded outward
LOWEST_GEOID_M, HIGHEST_GEOID_M = -110.0, 90.0  # geoid above ellipsoid: EGM96 extremes, outward


class Answer(Enum):
    """Yes, no, or unknown: unknown is an answer, never a no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Datum(Enum):
    """What a height is measured from."""

    AGL = "AGL"
    """The ground or water below the point."""
    AMSL = "AMSL"
    """Mean sea level."""
    WGS84 = "WGS84"
    """The WGS 84 ellipsoid."""
    TAKEOFF = "TAKEOFF"
    """The take-off point of the flight."""


@dataclass(frozen=True, slots=True)
class Height:
    """Metres over a datum; `datum` is None where the publisher named none."""

    metres: float
    datum: Datum | None

    def __str__(self) -> str:
        return f"{self.metres:g} m {self.datum.value if self.datum else '(no datum)'}"


@dataclass(frozen=True, slots=True)
class Band:
    """From `lower` to `upper`, both edges inside; no lower is the ground, no upper is unlimited."""

    lower: Height | None = None
    upper: Height | None = None

    @property
    def from_ground(self) -> bool:
        """True where no aircraft in flight can be below the band."""
        low = self.lower
        return low is None or (low.datum is Datum.AGL and low.metres <= 0)

    def __str__(self) -> str:
        low = "ground" if self.from_ground else str(self.lower)
        return f"{low} to {self.upper or 'unlimited'}"


def shift(source: Datum, target: Datum | None, *, at_takeoff: bool = False) -> tuple[float, float]:
    """The least and greatest metres that turn a height over `source` into one over `target`, without any model.

    (0, 0) on the same datum, and between take-off height and height above ground at the take-off point itself. A target
    without a name gets the hull of the published datums. The bounds are the worst case on Earth.
    """
    if target is None:
        options = [shift(source, datum, at_takeoff=at_takeoff) for datum in (Datum.AGL, Datum.AMSL, Datum.WGS84)]
        return min(low for low, _ in options), max(high for _, high in options)
    if source is target:
        return 0.0, 0.0
    if at_takeoff and {source, target} == {Datum.AGL, Datum.TAKEOFF}:
        return 0.0, 0.0
    low_up, high_up = _above_sea(source)
    low_down, high_down = _above_sea(target)
    return low_up - high_down, high_up - low_down


def _above_sea(datum: Datum) -> tuple[float, float]:
    """What is added to a height over `datum` to get metres AMSL: the range over all places on Earth."""
    match datum:
        case Datum.AMSL:
            return 0.0, 0.0
        case Datum.WGS84:
            return -HIGHEST_GEOID_M, -LOWEST_GEOID_M
        case Datum.AGL | Datum.TAKEOFF:
            return LOWEST_GROUND_M, HIGHEST_GROUND_M
