"""
The zone files do not speak of the place where the mission is flown.

Why: no zone on the map can mean free air, or the wrong map.
What is measured: of every stretch of the path, some kilometres long, whether a file says that it covers it (its metadata's
    `covers` box), or has a zone within 50 km.
Source: a principle of this tool: silence of the data is not free air.
Undecided when: neither holds, and the user does not say with --covers that the files are complete there.
Example: a mission in Groningen against zone files of The Hague only is undecided.
Remedy: add the zone file of the region, or say --covers where you know that it has no zones.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.geometry import Ints
from dronectl.rules import Briefing, Rule
from dronectl.track import Track

MOST = 3  # stretches that are named


def judge(briefing: Briefing) -> Iterator[Finding]:
    if briefing.options.covers:
        yield RULE.answer(Status.PASSED, "the user says that the zone files are complete here (--covers)")
        return
    claims = any(file.dataset.covers is not None for file in briefing.files)
    if not briefing.silent:
        yield RULE.answer(
            Status.PASSED, "zone files speak of all the way: they say so, or have zones within 50 km of it"
        )
        return
    what = "the mission is outside the area that the zone files cover" if claims else "no zone lies within 50 km"
    parts = [_legs(track, pieces) for track, pieces in briefing.silent]
    some = len(briefing.silent) < sum(len(list(track.course.frames())) for track in briefing.tracks)
    named = f" ({', '.join(parts[:MOST])}{' ...' if len(parts) > MOST else ''})" if some else ""
    yield RULE.answer(
        Status.UNDECIDED,
        f"{what}{named}: the zone files may not speak of this place",
        remedy="add the zone file of the region, or say --covers if you know that there are no zones",
        where=(briefing.mission.where,),
    )


def _legs(track: Track, pieces: Ints) -> str:
    legs = track.course.leg[pieces]
    return f"{track.flight.id} leg {int(legs.min())}-{int(legs.max()) + 1}"


RULE = Rule("DAT102", "place-not-covered", Severity.VIOLATION, judge)
