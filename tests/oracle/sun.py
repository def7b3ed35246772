"""Where the sun stands, by the Astronomical Almanac's low-precision formulae (page C5), and when it crosses a height.

It shares nothing with the package: another series, sidereal time instead of the equation of time, and a search instead of
an hour angle. The sun's place is right within 0.01 degrees from 1950 to 2050.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(2000, 1, 1, 12, tzinfo=UTC)
HEIGHT_DEG = {"BMCT": -6.0, "SR": -0.833, "SS": -0.833, "EECT": -6.0}


def altitude(moment: datetime, lon: float, lat: float) -> float:
    """Degrees of the sun's middle above the horizon, without refraction."""
    n = (moment - EPOCH).total_seconds() / 86400
    mean, anomaly = 280.460 + 0.9856474 * n, math.radians(357.528 + 0.9856003 * n)
    ecliptic = math.radians(mean + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 0.0000004 * n)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal = math.radians((280.46062 + 360.98564737 * n + lon) % 360)
    angle, phi = sidereal - ascension, math.radians(lat)
    return math.degrees(
        math.asin(math.sin(phi) * math.sin(declination) + math.cos(phi) * math.cos(declination) * math.cos(angle))
    )


def event(kind: str, day: date, lon: float, lat: float) -> datetime | None:
    """When the sun crosses the height of an event, within half a day of the mean noon of `day` at the place."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(hours=lon / 15)
    morning = kind in ("BMCT", "SR")
    step = timedelta(minutes=-4 if morning else 4)
    here = noon
    if altitude(here, lon, lat) < HEIGHT_DEG[kind]:
        return None
    while altitude(here + step, lon, lat) >= HEIGHT_DEG[kind]:
        here += step
        if abs(here - noon) > timedelta(hours=12, minutes=20):
            return None
    inside, outside = here, here + step
    while abs(outside - inside) > timedelta(seconds=1):
        middle = inside + (outside - inside) / 2
        if altitude(middle, lon, lat) >= HEIGHT_DEG[kind]:
            inside = middle
        else:
            outside = middle
    return inside
