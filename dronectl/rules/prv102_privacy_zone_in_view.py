"""
The camera sees a privacy zone as well as its limit, or better.

Why: a camera needs not fly over a shelter to look into it; what it resolves decides.
What is measured: at every 2 m of the path, what the frame sees of the ground, up to the slant range at which a metre gets as
    many pixels as the limit; the seconds for which a part of the zone is in it while the zone is in force and the camera
    records; and the highest density on its nearest part. What the mission leaves open counts at its worst: without a lens the
    longest, without a direction every direction. What hides it counts with `--surface` only.
Source: EN 62676-4:2015 for the densities; the zone's own `privacy.max_px_per_m`, or the limit of the pack that it names
    (PRIV-ZONE: less than 125 px/m without a legal basis; PRIV-ZONE-WARN: less than 62.5 px/m).
Undecided when: the camera cannot be known, a height above ground, whether the zone is in force, or it is in view only from
    where the aircraft can have been in a gap of its log. Where the mission says nothing of its camera, it is not asked.
Example: the wide lens of a Mavic 3E filming 3840 px wide resolves 62.5 px/m up to 43 m; a school 30 m away is in view at
    89 px/m.
Remedy: `dronectl camera MISSION` works out the least change: farther away, another lens, another pitch, no recording.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dronectl.camera import View
from dronectl.encounter import Skies
from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.reaching import CAMERA_REACH_M
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import call, named
from dronectl.rules.held import judged
from dronectl.rules.in_view import Asked, asked, told
from dronectl.zone import Zone

if TYPE_CHECKING:
    from dronectl.seeing import Sighting


def judge(briefing: Briefing) -> Iterator[Finding]:
    strict = [zone for file in briefing.files for zone in file.strictly_private]
    own = {id(zone) for zone in strict}
    looked_at = briefing.files if isinstance(briefing.view, View) else ()
    plain = [zone for file in looked_at for zone in file.private if id(zone) not in own]
    yield from judged(
        briefing, RULE, ("view",), lambda limit, told: _held(limit, told, plain), "view of privacy zones",
        only=lambda limit: limit.more["of"] == "zones",
    )  # fmt: skip
    if strict and not isinstance(briefing.view, View):  # how far it may see is not known: as far as any
        strict = [met.zone for met in Skies(strict).meetings(briefing.bare, near_m=CAMERA_REACH_M)]
    if strict:
        yield from _by_zone(briefing, strict)


def _own(zone: Zone) -> float | None:
    """The density that a zone itself sets; None where it sets none."""
    return zone.privacy.max_px_per_m if zone.privacy else None


def _held(limit: Limit, briefing: Briefing, zones: list[Zone]) -> Iterator[Finding] | Finding:
    level = float(limit.value or 0)
    found = asked(RULE, limit, briefing, zones, [level])
    return found if isinstance(found, Finding) else _answers(limit, found, level)


def _answers(limit: Limit, found: Asked, level: float) -> Iterator[Finding]:
    seen = [sighting for sighting in found.sightings if sighting.px_per_m >= level]
    for sighting in seen:
        yield _seen(sighting, level, found.name, limit)
    if not seen:
        yield RULE.answer(Status.PASSED, f"no privacy zone is in view at {level:g} px/m or more", law=limit)


def _by_zone(briefing: Briefing, zones: list[Zone]) -> Iterator[Finding]:
    """The zones that set a density of their own: no legal basis lifts it."""
    levels = sorted({level for zone in zones if (level := _own(zone)) is not None})
    found = asked(RULE, None, briefing, zones, levels)
    if isinstance(found, Finding):
        yield found
        return
    seen = [s for s in found.sightings if s.px_per_m >= (_own(s.zone) or 0.0)]
    for sighting in seen:
        yield _seen(sighting, _own(sighting.zone) or 0.0, found.name, None)
    if not seen:
        yield RULE.answer(Status.PASSED, "no privacy zone is in view at its own limit or more")


def _seen(sighting: "Sighting", level: float, name: str, limit: Limit | None) -> Finding:
    zone, whose = sighting.zone, "" if limit else ", the zone's own limit,"
    return RULE.answer(
        Status.FAILED if sighting.sure_at(level) else Status.UNDECIDED,
        f"{name} sees {named(zone)} at {level:g} px/m{whose} or more: {told(sighting, level)}",
        remedy=f"stay farther away, use another lens, look elsewhere, or do not record (dronectl camera){call(zone)}",
        law=limit,
        zone=zone,
        measured=sighting.px_per_m,
        limit=level,
        unit="px/m",
        flights=tuple(sighting.legs),
    )


RULE = Rule("PRV102", "privacy-zone-in-view", Severity.VIOLATION, judge)
