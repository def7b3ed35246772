"""Flight levels: heights on the scale of the standard atmosphere, and where they lie above the sea on a real day."""

from __future__ import annotations

STANDARD_HPA = 1013.25  # ISO 2533
LOWEST_HPA, HIGHEST_HPA = 940.0, 1060.0  # outward from the Netherlands' records, 954.2 and 1050.4 hPa: KNMI
COLDEST, WARMEST = 0.80, 1.15  # real metres to one of the standard atmosphere, from -40 C to +50 C at the ground
SCALE_M, EXPONENT = 44_330.77, 0.190263  # standard atmosphere below 11 km: ICAO Doc 7488


def above_sea(metres: float, qnh_hpa: float | None) -> tuple[float, float]:
    """The least and greatest metres AMSL of a pressure height, for a QNH in hPa or, without one, any that is likely.

    The air's temperature is not known: a layer of air is thinner when it is cold and thicker when it is warm.
    """
    pressures = [qnh_hpa] if qnh_hpa is not None else [LOWEST_HPA, HIGHEST_HPA]
    heights = [metres - SCALE_M * (1 - (hpa / STANDARD_HPA) ** EXPONENT) for hpa in pressures]
    spread = [height * share for height in heights for share in (COLDEST, WARMEST)]
    return min(spread), max(spread)
