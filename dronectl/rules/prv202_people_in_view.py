"""
The camera sees a crowd, or public ground, well enough to tell people apart.

Why: at 62.5 pixels a metre people are told apart by their clothes, at 250 by their faces; a crowd is counted with 25.
What is measured: as for PRV102, on the crowds of the zone files, where they are at that moment; and on the streets,
    squares and parks of a layer (`--layer public-ground=FILE`), where anybody may be.
Source: the limit of the pack that it names (PRIV-CROWD, PRIV-PUBLIC: less than 62.5 px/m); guidance of the Dutch data
    protection authority on drones.
Undecided when: the camera cannot be known, a height above ground, where public ground is, whether the crowd is there, or
    they are in view only from where the aircraft can have been in a gap of its log. Where the mission says nothing of its
    camera, or there is no such layer, it is not asked.
Example: a 162 mm lens filming 3840 px wide resolves 62.5 px/m up to 287 m: a festival 150 m away is in view at 120 px/m.
Remedy: stand off farther or use a wider lens: `dronectl standoff CROWD` finds where it can be counted and nobody told apart.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.layer import Layer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named
from dronectl.rules.held import judged, lacking
from dronectl.rules.in_view import Asked, asked, told, unplaced

PEOPLE = {"crowds": "crowd", "public-ground": "public ground"}


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("view",), _held, "view of people", only=lambda limit: limit.more["of"] in PEOPLE)


def _held(limit: Limit, briefing: Briefing) -> Iterator[Finding] | Finding:
    layer: Layer | None = None
    if limit.more["of"] == "crowds":
        places = [zone for file in briefing.files for zone in file.crowds if zone.uninvolved]
    else:
        layer = briefing.layers.get("public-ground")
        if layer is None:
            return lacking(RULE, limit, "layer public-ground")
        places = list(layer.zones)
    found = asked(RULE, limit, briefing, places, [float(limit.value or 0)])
    return found if isinstance(found, Finding) else _answers(limit, found, layer)


def _answers(limit: Limit, found: Asked, layer: Layer | None) -> Iterator[Finding]:
    level, what = float(limit.value or 0), PEOPLE[limit.more["of"]]
    seen = [sighting for sighting in found.sightings if sighting.px_per_m >= level]
    for sighting in seen:
        yield RULE.answer(
            Status.FAILED if sighting.sure_at(level) else Status.UNDECIDED,
            f"{found.name} sees {what} {named(sighting.zone)} at {level:g} px/m or more: {told(sighting, level)}",
            remedy="stand off farther, or use a wider lens (dronectl standoff)",
            law=limit,
            zone=sighting.zone,
            measured=sighting.px_per_m,
            limit=level,
            unit="px/m",
            flights=tuple(sighting.legs),
        )
    if not seen:
        left = None if layer is None else unplaced(RULE, limit, layer.name, layer.zones)
        yield left or RULE.answer(Status.PASSED, f"no {what} is in view at {level:g} px/m or more", law=limit)


RULE = Rule("PRV202", "people-in-view", Severity.WARNING, judge)
