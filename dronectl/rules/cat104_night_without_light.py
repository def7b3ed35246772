"""
The mission is flown at night, and the green flashing light is not on.

Why: by the green light people and police know a drone from a helicopter in the dark.
What is measured: the time and place of every point against civil twilight, the sun 6 degrees below the horizon; two minutes
    round it count as night.
Source: (EU) 2019/947, UAS.OPEN.060(2)(g), UAS.SPEC.050(1)(l) and Art. 2(34) (EU-NIGHT, EU-SPEC-NIGHT).
Undecided when: never; where the mission is flown at night and does not state the light, or states no time, it is not asked.
Example: on 12 May in The Hague 22:10 local time is night; without green light it fails EU-NIGHT.
Remedy: switch the light on and state it: "declared": {"green_light": true}; or fly by day.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from dronectl import sun
from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("night",), _light, "light at night")


def _light(limit: Limit, briefing: Briefing) -> Finding:
    light = briefing.mission.declared.get(limit.more["statement"])
    if light is limit.value:
        return RULE.answer(Status.PASSED, "the green flashing light is on, as stated", law=limit)
    dark = _first_dark(briefing)
    if dark is None and briefing.untimed:
        return lacking(RULE, limit, "time")
    if dark is None:
        return RULE.answer(Status.PASSED, "the mission is flown by day: no light is needed", law=limit)
    if light is None:
        return lacking(RULE, limit, f"statement {limit.more['statement']}")
    return RULE.answer(
        Status.FAILED,
        f"flown at night ({datetime.fromtimestamp(dark, UTC):%Y-%m-%d %H:%MZ}), and no green flashing light is on",
        remedy='switch it on and state it: "declared": {"green_light": true}',
        law=limit,
    )


def _first_dark(briefing: Briefing) -> float | None:
    """The first moment of a mission that is, or may be, at night; None where all of it is by day."""
    for flight in briefing.mission.flights:
        outmost = (side for line in (flight.lon, flight.lat) for side in (line.argmin(), line.argmax()))
        corners = {(float(flight.lon[k]), float(flight.lat[k])) for k in outmost}
        for first, last in flight.windows:
            for lon, lat in corners:
                moment = _dark_in(first, last, lon, lat)
                if moment is not None:
                    return moment
    return None


def _dark_in(first: float, last: float, lon: float, lat: float) -> float | None:
    """The first dark moment between two, at a place: what is not between dawn and dusk of some local day."""
    moment = first
    day = datetime.fromtimestamp(first + lon * 240, UTC).date() - timedelta(days=1)
    while True:
        days = [day + timedelta(days=k) for k in range(3)]
        light = [sun.light(one, sun.TWILIGHT, lon=lon, lat=lat, slack_s=sun.TOLERANCE.total_seconds()) for one in days]
        until = max((span[1] for span in light if span is not None and span[0] <= moment <= span[1]), default=None)
        if until is None:
            return moment
        if until >= last:
            return None
        moment, day = until + 1.0, day + timedelta(days=1)


RULE = Rule("CAT104", "night-without-light", Severity.VIOLATION, judge)
