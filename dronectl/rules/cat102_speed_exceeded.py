"""
The mission is flown faster over the ground than its category allows.

Why: the energy of a fall and the way to a stop both grow with the square of the speed.
What is measured: the length of every leg over its time, from the mission's own times or speed.
Source: the limit of the pack that it names, for example (EU) 2019/947, UAS.STS-01.020(1)(d) (STS01-SPEED: less than 5 m/s).
Undecided when: never; where the mission states neither times nor a speed, it is not asked.
Example: 5 m/s in STS-01 fails STS01-SPEED, less than 5 m/s; 4.9 m/s does not.
Remedy: fly slower.
"""

from collections.abc import Iterator

import numpy as np

from dronectl.finding import Finding, Severity, Status
from dronectl.geometry import leg_azimuths
from dronectl.law import Limit
from dronectl.mission import Flight
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("speed",), _speed, "speed")


def _speed(limit: Limit, briefing: Briefing) -> Finding:
    speeds = [_fastest(flight) for flight in briefing.mission.flights]
    known = [speed for speed in speeds if speed is not None]
    fastest, leg, flight = max(known, default=(0.0, 0, ""))
    kept = limit.kept(round(fastest, 6))
    if kept and len(known) < len(speeds):
        return lacking(RULE, limit, "speed")
    return RULE.answer(
        Status.PASSED if kept else Status.FAILED,
        f"{flight}, leg {leg}-{leg + 1} is flown at {fastest:.2f} m/s; {limit.asks}",
        remedy="" if kept else f"fly {limit.words}",
        law=limit,
        measured=fastest,
    )


def _fastest(flight: Flight) -> tuple[float, int, str] | None:
    """The highest ground speed of a flight, its leg and its name; None where no times are known."""
    if len(flight.lon) < 2:
        return 0.0, 0, flight.id
    if flight.elapsed is None:
        return None
    _, metres = leg_azimuths(flight.lon, flight.lat)
    seconds = np.diff(flight.elapsed)
    speed = np.where(seconds > 0, metres / np.where(seconds > 0, seconds, 1.0), np.where(metres > 1e-3, np.inf, 0.0))
    leg = int(speed.argmax())
    return float(speed[leg]), leg, flight.id


RULE = Rule("CAT102", "speed-exceeded", Severity.VIOLATION, judge)
