"""
The flight path enters a zone that restricts nothing but that its publisher wants you to know of.

Why: the publisher's message may matter to the crew: gliders at weekends, birds in spring.
Source: EUROCAE ED-318 and ED-269, zone type NO_RESTRICTION. It never lifts another zone's restriction.
Undecided when: never; it only informs.
Example: a path through a nature area quotes its message: breeding season from March to July.
Remedy: read the zone's message.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import judge_entries
from dronectl.zone import Restriction, Zone


def _informs(zone: Zone) -> bool:
    if zone.privacy is not None and zone.privacy.no_overflight:
        return False
    return zone.restriction is Restriction.NO_RESTRICTION and zone.crowd is None


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judge_entries(
        briefing,
        RULE,
        _informs,
        verb="crosses information zone",
        remedy=lambda zone: f"read its message: {zone.message}" if zone.message else "nothing needs to be done",
    )


RULE = Rule("AIR105", "information-zone-entered", Severity.INFO, judge)
