"""
The aircraft cannot fly the mission as it is planned: too fast, too steep or too high.

Why: what an aircraft cannot do it does otherwise, later or elsewhere than was checked.
What is measured: per leg the speed through the air that its planned speed asks for, in the wind of the mission, against
    the aircraft's highest speed; its climb and descent against the aircraft's; its height above the sea against its
    ceiling. Climb, descent and ceiling are asked where an operator file states them.
Source: a house rule; the figures are the maker's (catalogue, confidence B), or the operator's.
Undecided when: the height above the sea is not known, and the aircraft has a ceiling. Where the mission names no
    aircraft, or states neither times nor a speed, it is not asked.
Example: a leg at 16 m/s against a wind of 8 m/s asks 24 m/s of an aircraft that flies 23.
Remedy: fly the leg slower, or with less wind.
"""

from collections.abc import Iterator

import numpy as np

from dronectl import altitude
from dronectl.crew import Aircraft
from dronectl.endurance import Pace
from dronectl.finding import Finding, Severity, Status
from dronectl.measures import Datum, Height
from dronectl.rules import Briefing, Rule
from dronectl.rules.flown_by import paces, wind_said

SLACK = 1.005  # speeds are worked out of times that are rounded
SEA = Height(0.0, Datum.AMSL)


def judge(briefing: Briefing) -> Iterator[Finding]:
    ready = paces(RULE, briefing, "whether the aircraft can fly it")
    if isinstance(ready, Finding):
        yield ready
        return
    aircraft, flown, found = ready
    found += [finding for one in flown for finding in _of(briefing, one, aircraft)]
    found += _too_high(briefing, aircraft)
    yield from found
    if not found:
        yield RULE.answer(Status.PASSED, f"{aircraft.id} can fly every leg as planned ({wind_said(briefing)})")


def _of(briefing: Briefing, flown: Pace, aircraft: Aircraft) -> Iterator[Finding]:
    limits = (
        (flown.ground_mps, aircraft.max_speed_mps, "is planned at {:.1f} m/s over the ground", Severity.VIOLATION),
        (flown.air_mps, aircraft.max_speed_mps, "asks for {:.1f} m/s through the air", Severity.WARNING),
        (flown.climb_mps, aircraft.max_climb_mps, "climbs at {:.1f} m/s", Severity.WARNING),
        (-flown.climb_mps, aircraft.max_descent_mps, "descends at {:.1f} m/s", Severity.WARNING),
    )  # fmt: skip
    for values, most, words, severity in limits:
        if most is None or not len(values):
            continue
        leg = int(np.nanargmax(np.where(np.isnan(values), -np.inf, values)))
        if not values[leg] > most * SLACK:
            continue
        wind = f" ({wind_said(briefing)})" if "air" in words else ""
        yield RULE.answer(
            Status.FAILED,
            f"leg {leg}-{leg + 1} {words.format(values[leg])}, and {aircraft.id} does at most {most:g} m/s{wind}",
            remedy="fly the leg slower, or with less wind: it takes longer than planned",
            severity=severity,
            measured=float(values[leg]),
            limit=most,
            unit="m/s",
            flights=(flown.flight.id,),
        )
        if severity is Severity.VIOLATION:
            return


def _too_high(briefing: Briefing, aircraft: Aircraft) -> list[Finding]:
    if aircraft.ceiling_m is None:
        return []
    pieces = [(track, piece) for track in briefing.bare for piece in range(len(track.course))]
    heights = [altitude.known_above(track, piece, SEA) for track, piece in pieces]
    highest = max((float(over.high.max()) for over in heights if over is not None), default=0.0)
    unknown = dict.fromkeys(track.flight.id for (track, _), over in zip(pieces, heights, strict=True) if over is None)
    if highest <= aircraft.ceiling_m and unknown:
        text = f"its height above the sea is not known, and {aircraft.id} flies up to {aircraft.ceiling_m:g} m"
        remedy = "give a terrain model: --terrain FILE"
        return [RULE.answer(Status.UNDECIDED, text, remedy=remedy, flights=tuple(unknown))]
    if highest <= aircraft.ceiling_m:
        return []
    text = f"it climbs to {highest:.0f} m AMSL, and {aircraft.id} flies up to {aircraft.ceiling_m:g} m"
    return [RULE.answer(Status.FAILED, text, remedy="fly lower", measured=highest, limit=aircraft.ceiling_m, unit="m")]


RULE = Rule("VEH104", "aircraft-cannot-fly-it", Severity.VIOLATION, judge)
