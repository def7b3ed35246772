"""
The flight path crosses a privacy zone that must not be overflown.

Why: above a shelter, a school or a place of worship a drone is a camera, whatever it is there for.
What is measured: as for AIR101. Zones with reason PRIVACY that carry `no_overflight` (in the simple profile every zone of
    kind `privacy`, unless it says otherwise). Privacy zones of type PROHIBITED are told by AIR101.
Source: EUROCAE ED-318, reason PRIVACY; GDPR Art. 5(1)(c); the house's own policy where it drew the zone.
Undecided when: heights stand over different datums, or the zone keeps hours and the mission names no time.
Example: a roof inspection that crosses a shelter's ground, whatever the camera does.
Remedy: route around the zone; or give the waiver of whoever answers for it as a permit file.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import call, judge_entries
from dronectl.zone import Restriction, Zone


def _private(zone: Zone) -> bool:
    if zone.restriction is Restriction.PROHIBITED:
        return False
    return zone.privacy is not None and zone.privacy.no_overflight


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judge_entries(
        briefing,
        RULE,
        _private,
        verb="overflies privacy zone",
        remedy=lambda zone: f"route around it{call(zone)}",
    )


RULE = Rule("PRV101", "privacy-zone-overflown", Severity.VIOLATION, judge)
