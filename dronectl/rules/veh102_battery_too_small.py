"""
The battery does not last for the flight with its reserve, or for the way home from every place of it.

Why: an aircraft that lands where its battery ends lands on somebody.
What is measured: the time of the flight, its legs slower where the wind holds the aircraft up, and from every point the
    straight way to the take-off point at 10 m/s or what the wind leaves of it, with the descent; against the flight time
    of the battery less its reserve. Flight time: `battery.minutes` of the mission, else the aircraft's. Reserve:
    `battery.reserve`, else 25 %. Wind: `wind` of the mission, else 5 m/s from whatever side is worst.
Source: a house rule; reserve, assumed wind and the speed of the way home are house figures. Flight times of the catalogue
    are makers' figures for still air (confidence B).
Undecided when: the mission names no aircraft, or states neither times nor a speed: then it is not asked. For a flown log
    neither.
Example: a flight of 34 minutes with an aircraft of 41 minutes leaves less than the reserve of 10 minutes.
Remedy: fly less at a time, land in between, or state the battery: "battery": {"minutes": 41, "reserve": 0.2}.
"""

from collections.abc import Iterator

from dronectl import endurance
from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.rules.flown_by import paces, wind_said

AT_HOME_M = 1.0
REMEDY = "fly less at a time, or land in between; a battery that lasts longer is stated as battery.minutes"


def judge(briefing: Briefing) -> Iterator[Finding]:
    ready = paces(RULE, briefing, "whether the battery lasts")
    if isinstance(ready, Finding):
        yield ready
        return
    aircraft, flown, lacks = ready
    yield from lacks
    for one in flown:
        asked = endurance.battery(one, briefing.wind, briefing.mission, aircraft)
        if asked is None:
            yield RULE.answer(
                Status.UNDECIDED, f"nobody states the flight time of {aircraft.id}", missing="aircraft",
                remedy="state it: --operator FILE, or battery.minutes in the mission",
            )  # fmt: skip
            continue
        yield _answer(briefing, one, asked)


def _answer(briefing: Briefing, flown: endurance.Pace, asked: endurance.Battery) -> Finding:
    longest = max(asked.flight_s, asked.home_s)
    left = asked.has_s - longest
    has = f"of {asked.has_s / 60:.1f} minutes"
    if longest == float("inf"):
        text = f"{flown.flight.id} makes no way against the wind ({wind_said(briefing)})"
        return RULE.answer(Status.FAILED, text, remedy="fly with less wind", severity=Severity.VIOLATION)
    taken = f"{flown.flight.id} takes {asked.flight_s / 60:.1f} minutes {has}"
    if asked.home_m >= AT_HOME_M:
        taken += f"; from point {asked.worst} it is home, {asked.home_m:.0f} m away, after {asked.home_s / 60:.1f}"
    text = f"{taken}: {left / 60:.1f} minutes are left ({wind_said(briefing)})"
    figures = {"measured": longest, "limit": asked.has_s - asked.reserve_s, "unit": "s"}
    if asked.keeps:
        return RULE.answer(Status.PASSED, text, **figures)  # type: ignore[arg-type]
    text += f"; the reserve is {asked.reserve_s / 60:.1f}"
    severity = Severity.WARNING if asked.lasts else Severity.VIOLATION
    return RULE.answer(Status.FAILED, text, remedy=REMEDY, severity=severity, **figures)  # type: ignore[arg-type]


RULE = Rule("VEH102", "battery-too-small", Severity.WARNING, judge)
