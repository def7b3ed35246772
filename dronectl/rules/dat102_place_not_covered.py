"""
The zone files do not speak of the place where the mission is flown.

Why: no zone on the map can mean free air, or the wrong map.
What is measured: whether a file says that it covers the mission (its metadata's `covers` box), or has a zone within 50 km.
Source: a principle of this tool: silence of the data is not free air.
Undecided when: neither holds, and the user does not say with --covers that the files are complete there.
Example: a mission in Groningen against zone files of The Hague only is undecided.
Remedy: add the zone file of the region, or say --covers where you know that it has no zones.
"""

from collections.abc import Iterator

import numpy as np

from dronectl.finding import Finding, Severity, Status
from dronectl.mission import Mission
from dronectl.rules import Briefing, Rule
from dronectl.zone import Box


def judge(briefing: Briefing) -> Iterator[Finding]:
    if briefing.options.covers:
        yield RULE.answer(Status.PASSED, "the user says that the zone files are complete here (--covers)")
        return
    claims = {file.dataset.path: file.dataset.covers for file in briefing.files if file.dataset.covers is not None}
    if any(_inside(briefing.mission, box) for box in claims.values()):
        yield RULE.answer(Status.PASSED, "a zone file says that it covers the mission's place")
    elif briefing.near_files - claims.keys():
        yield RULE.answer(Status.PASSED, "the zone files have zones within 50 km of the mission")
    else:
        what = "the mission is outside the area that the zone files cover" if claims else "no zone lies within 50 km"
        yield RULE.answer(
            Status.UNDECIDED,
            f"{what}: the zone files may not speak of this place",
            remedy="add the zone file of the region, or say --covers if you know that there are no zones",
            where=(briefing.mission.where,),
        )


def _inside(mission: Mission, box: Box) -> bool:
    west, south, east, north = box
    return all(
        bool(np.all((flight.lat >= south) & (flight.lat <= north)))
        and bool(np.all((flight.lon - west) % 360 <= (east - west)))
        for flight in mission.flights
    )


RULE = Rule("DAT102", "place-not-covered", Severity.VIOLATION, judge)
