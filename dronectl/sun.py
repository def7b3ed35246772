"""When the sun rises and sets, at a place on a day.

The low-accuracy solar position of NOAA (after Meeus, Astronomical Algorithms, chapter 25), iterated at the event:
within seconds of an ephemeris at 52 degrees, within a minute at 70 degrees.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import acos, asin, cos, degrees, radians, sin, tan

TOLERANCE = timedelta(minutes=2)  # given to the zone: covers the formula's error below 85 degrees
ALTITUDE_DEG = {
    "BMCT": -6.0,  # civil twilight, sun's centre 6 degrees below the horizon: (EU) 2019/947 Art. 2(34)
    "SR": -0.833,  # refraction 34' and semi-diameter 16': NOAA
    "SS": -0.833,
    "EECT": -6.0,
}
MORNING = frozenset({"BMCT", "SR"})
TWILIGHT, RISEN = ("BMCT", "EECT"), ("SR", "SS")
HALF_DAY_S = 43_200.0


def event(kind: str, day: date, *, lon: float, lat: float) -> datetime | None:
    """The moment (UTC) of `BMCT`, `SR`, `SS` or `EECT` on the local solar `day`; None where it does not happen."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(hours=lon / 15)
    moment = noon
    for _ in range(6):
        declination, equation_min = _position(moment)
        h0 = radians(ALTITUDE_DEG[kind])
        phi = radians(lat)
        cosine = (sin(h0) - sin(phi) * sin(declination)) / (cos(phi) * cos(declination))
        if not -1 <= cosine <= 1:
            return None
        hours = degrees(acos(cosine)) / 15
        transit = noon - timedelta(minutes=equation_min)
        moment = transit + timedelta(hours=-hours if kind in MORNING else hours)
    return moment


def light(
    day: date, kinds: tuple[str, str], *, lon: float, lat: float, slack_s: float = 0.0
) -> tuple[float, float] | None:
    """From the one event of `kinds` to the other (`TWILIGHT` or `RISEN`) on a local solar day, seconds since 1970 (UTC).

    None where the sun stays too low for it, the whole day where it stays high enough; each event that happens is taken
    `slack_s` towards noon.
    """
    begin, end = (event(kind, day, lon=lon, lat=lat) for kind in kinds)
    if begin is not None and end is not None:
        return begin.timestamp() + slack_s, end.timestamp() - slack_s
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(hours=lon / 15)
    declination, _ = _position(noon)
    phi = radians(lat)
    if sin(phi) * sin(declination) + cos(phi) * cos(declination) <= sin(radians(ALTITUDE_DEG[kinds[0]])):
        return None
    return noon.timestamp() - HALF_DAY_S, noon.timestamp() + HALF_DAY_S


def _position(moment: datetime) -> tuple[float, float]:
    """Declination in radians, and the equation of time in minutes."""
    t = ((moment - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() + 69) / 86400 / 36525  # 69 s: TT - UTC, 2026
    mean_lon = (280.46646 + t * (36000.76983 + t * 0.0003032)) % 360
    anomaly = radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + sin(3 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * t)
    apparent = radians(mean_lon + centre - 0.00569 - 0.00478 * sin(node))
    seconds = 21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))
    obliquity = radians(23 + (26 + seconds / 60) / 60 + 0.00256 * cos(node))
    declination = asin(sin(obliquity) * sin(apparent))
    y = tan(obliquity / 2) ** 2
    lon = radians(mean_lon)
    equation = (
        y * sin(2 * lon)
        - 2 * eccentricity * sin(anomaly)
        + 4 * eccentricity * y * sin(anomaly) * cos(2 * lon)
        - 0.5 * y * y * sin(4 * lon)
        - 1.25 * eccentricity**2 * sin(2 * anomaly)
    )
    return declination, 4 * degrees(equation)
