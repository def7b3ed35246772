"""
From some leg there is no place to land within the reserve of the battery, or nobody says of any.

Why: when a motor warns there is no time to look for a roof that is empty.
What is measured: from every place of the path the straight way to the nearest of the take-off point, the rally points
    (`rally_at`, or those of the plan) and the emergency site (`emergency.at`), at 10 m/s, against the reserve of the
    battery.
Source: a house rule; reserve and speed are house figures, as for VEH102.
Undecided when: never; where the mission names no aircraft the ways are told, and held against nothing.
Example: legs 5-9 are up to 812 m from rally point 1, 81 s.
Remedy: add a rally point near the leg: "rally_at": [[lon, lat]].
"""

from collections.abc import Iterator

from dronectl.emergency import Reach, nearest_sites
from dronectl.endurance import HOME_MPS, reserve_s
from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule

MOST = 4  # stretches that are told


def judge(briefing: Briefing) -> Iterator[Finding]:
    if briefing.mission.flown:
        yield RULE.answer(Status.NOT_APPLICABLE, "it was flown")
        return
    found = nearest_sites(briefing.mission, briefing.bare)
    if not found:
        text = "nobody says where the aircraft may land on the way"
        yield RULE.answer(Status.FAILED, text, remedy="state emergency.at or rally_at in the mission")
        return
    has = None if briefing.aircraft is None else reserve_s(briefing.mission, briefing.aircraft)
    far = [one for one in found if has is not None and one.metres / HOME_MPS > has]
    worst = sorted(far or found, key=lambda one: -one.metres)[:MOST]
    text = "; ".join(_said(one) for one in worst)
    if far and has is not None:
        remedy = "add a rally point near the leg (rally_at)"
        text += f"; the reserve of the battery is {has:.0f} s"
        whose = tuple(dict.fromkeys(one.flight for one in worst))
        yield RULE.answer(Status.FAILED, text, remedy=remedy, flights=whose)
    else:
        yield RULE.answer(Status.PASSED, text)


def _said(one: Reach) -> str:
    return (
        f"legs {one.legs[0]}-{one.legs[1]} are up to {one.metres:.0f} m from {one.site.name}, "
        f"{one.metres / HOME_MPS:.0f} s"
    )


RULE = Rule("VEH107", "no-site-in-reach", Severity.WARNING, judge)
