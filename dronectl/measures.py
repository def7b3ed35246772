"""Heights with their datum, bands of them, and answers that may be unknown."""

from __future__ import annotations

from enum import Enum
from math import radians, tan

from dronectl.records import dataclass

METRES_PER_FOOT = 0.3048  # exact, international foot
M2_PER_KM2 = 1e6
METRES_PER_US_SURVEY_FOOT = 1200 / 3937  # exact, US survey foot
METRES_PER_NAUTICAL_MILE = 1852.0  # exact
G = 9.81  # m/s2: LBA dimensioning guideline
METRES_PER_FLIGHT_LEVEL = 100 * METRES_PER_FOOT  # a flight level is 100 ft: ICAO Annex 2, 1

LOWEST_GROUND_M, HIGHEST_GROUND_M = -450.0, 8900.0  # ground AMSL: Dead Sea shore to Everest, rounded outward
LOWEST_GEOID_M, HIGHEST_GEOID_M = -110.0, 90.0  # geoid above ellipsoid: EGM96 extremes, outward


def turn_radius_m(speed_mps: float, bank_deg: float) -> float:
    """In which a fixed wing turns at a speed and a bank: LBA dimensioning guideline (S_CM)."""
    return speed_mps**2 / (G * tan(radians(bank_deg)))


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
    FL = "FL"
    """The pressure level of 1013.25 hPa: metres in the standard atmosphere, as flight levels count hundreds of feet."""


@dataclass(frozen=True, slots=True)
class Height:
    """Metres over a datum; `datum` is None where the publisher named none."""

    metres: float
    datum: Datum | None

    def __str__(self) -> str:
        if self.datum is Datum.FL:
            return f"FL{self.metres / METRES_PER_FLIGHT_LEVEL:g}"
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

    @property
    def everywhere(self) -> bool:
        """True where every height is in it."""
        return self.from_ground and self.upper is None

    def __str__(self) -> str:
        low = "ground" if self.from_ground else str(self.lower)
        return f"{low} to {self.upper or 'unlimited'}"
