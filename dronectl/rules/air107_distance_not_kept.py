"""
The flight path comes nearer to roads, railways, power lines, built-up areas or zones than a rule allows, or too far into one.

Why: whoever drives a train or lives in a house did not choose to have a drone beside them.
What is measured: the horizontal distance on the ground between the path, widened by its uncertainty, and the nearest
    feature of the layer (`--layer roads=FILE`) or zone, at the time of the flight where the zone keeps hours; and inside some
    zones the distance from their edge.
Source: the limit of the pack that it names, for example Regeling onbemande luchtvaartuigen, art. 6(1)(a) (NL-ROAD-A12), or
    a house's own policy.
Undecided when: a feature could not be read, its hours are not known, or the aircraft can have come so near in a gap of its
    log. Without the layer, or the zones that the limit speaks of, the question is not asked: it is listed under what was
    not checked, and with --strict the mission stays undecided.
Example: 42 m beside a motorway in open/A2 fails NL-ROAD-A12, at least 50 m.
Remedy: move the leg away by what is missing.
"""

from collections.abc import Iterator

from dronectl.encounter import Meeting
from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named, stretch
from dronectl.rules.held import Approach, approaches, chosen_zones, judged, lacking

COVERED_M = 50_000.0  # a layer that has nothing this near says nothing of the place


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("keep-away", "zone-depth"), _distance, "distance to the ground's features")


def _distance(limit: Limit, briefing: Briefing) -> Finding | Iterator[Finding]:
    if limit.kind == "zone-depth":
        return _depths(limit, briefing)
    return _layer(limit, briefing) if "layer" in limit.more else _zones(limit, briefing)


def _layer(limit: Limit, briefing: Briefing) -> Finding:
    """One answer a layer: its nearest feature decides."""
    layer = briefing.layers.get(limit.more["layer"])
    if layer is None:
        return lacking(RULE, limit, f"layer {limit.more['layer']}")
    metres = float(limit.value or 0)
    found = approaches(layer.zones, briefing, metres)
    near = sorted((one.meeting for one in found if one.answer is Answer.YES), key=lambda m: m.margin_m)
    unsure = [one.meeting for one in found if one.answer is Answer.UNKNOWN and one.gap is None]
    strayed = [one for one in found if one.gap is not None]
    if near:
        more = f"; and {len(near) - 1} more of the layer" if len(near) > 1 else ""
        return _failed(limit, near[0], metres, more, zoned=False)
    if unsure:
        return RULE.answer(
            Status.UNDECIDED,
            f"may come nearer than {metres:g} m to {named(unsure[0].zone)}, which could not be read; {limit.title['en']}",
            remedy=f"mend it at {unsure[0].zone.where}",
            law=limit,
            where=(unsure[0].zone.where,),
        )
    if strayed:
        return _unsure(
            limit, strayed[0], f"may come nearer than {metres:g} m to {named(strayed[0].meeting.zone)}", zoned=False
        )
    if not layer.zones:
        return RULE.answer(
            Status.UNDECIDED,
            f"the layer `{layer.name}` has nothing within {COVERED_M / 1000:g} km: does it reach here? {limit.title['en']}",
            remedy=f"give a layer of the region: --layer {layer.name}=FILE",
            law=limit,
        )
    closest = min((one.meeting.margin_m for one in found), default=None)
    words = f"the nearest lies {closest:.0f} m away" if closest is not None else "none is near"
    return RULE.answer(
        Status.PASSED, f"{limit.title['en']}: {limit.words}; {words}", law=limit, measured=closest
    )  # fmt: skip


def _zones(limit: Limit, briefing: Briefing) -> Iterator[Finding]:
    metres = float(limit.value or 0)
    close = False
    for found in approaches(chosen_zones(limit, briefing), briefing, metres):
        answer, meeting = found.answer, found.meeting
        if answer is Answer.NO:
            continue
        close = True
        if answer is Answer.YES:
            yield _failed(limit, meeting, metres, "", zoned=True)
            continue
        yield _unsure(limit, found, f"may come nearer than {metres:g} m to {named(meeting.zone)}")
    if not close:
        yield RULE.answer(Status.PASSED, f"{limit.title['en']}: no such zone is nearer", law=limit)


def _depths(limit: Limit, briefing: Briefing) -> Iterator[Finding]:
    """How far from their edge the path comes inside zones, whatever its height."""
    every = approaches(chosen_zones(limit, briefing), briefing, 0.0, in_gaps=False)  # of those LOG101 tells
    entered = [one for one in every if one.answer is not Answer.NO]
    for found in entered:
        answer, meeting = found.answer, found.meeting
        zone, deepest = meeting.zone, max(-meeting.margin_m, 0.0)
        if answer is Answer.YES:
            kept = limit.kept(deepest)
            yield RULE.answer(
                Status.PASSED if kept else Status.FAILED,
                f"comes {deepest:.0f} m inside the edge of {named(zone)}; {limit.asks}",
                remedy="" if kept else "stay nearer to the edge, or route around it",
                law=limit, zone=zone, encounters=meeting.encounters, measured=deepest,
            )  # fmt: skip
            continue
        yield _unsure(limit, found, f"may come farther than {limit.value:g} m inside the edge of {named(zone)}")
    if not entered:
        yield RULE.answer(Status.PASSED, f"{limit.title['en']}: no such zone is entered", law=limit)


def _unsure(limit: Limit, found: Approach, what: str, *, zoned: bool = True) -> Finding:
    meeting = found.meeting
    why, remedy = found.doubtful("its hours or its place are not known", "ask the zone's publisher")
    return RULE.answer(
        Status.UNDECIDED,
        f"{what}: {why}; {limit.title['en']}",
        remedy=remedy,
        law=limit,
        zone=meeting.zone if zoned else None,
        where=() if zoned else (meeting.zone.where,),
        encounters=meeting.encounters,
    )


def _failed(limit: Limit, meeting: Meeting, metres: float, more: str, *, zoned: bool) -> Finding:
    zone = meeting.zone
    inside = meeting.inside is Answer.YES
    where = "; ".join(words for met in meeting.encounters[:3] if (words := stretch(met)))
    if not where and meeting.encounters[0].nearest is not None:
        first, last = meeting.encounters[0].nearest.leg
        where = f"leg {first}-{last}"
    how = "crosses" if inside else f"comes within {max(meeting.margin_m, 0.0):.0f} m of"
    asked_for = f"{limit.title['en']}: {limit.words}" if metres else limit.title["en"]
    short = metres - max(meeting.margin_m, 0.0)
    return RULE.answer(
        Status.FAILED,
        f"{where} {how} {named(zone)}{more}; {asked_for}",
        remedy="route around it" if inside or not metres else f"move the leg {short:.0f} m farther away",
        law=limit,
        zone=zone if zoned else None,
        where=(zone.where,),
        encounters=meeting.encounters,
        possible=meeting.possible,
        measured=min(meeting.margin_m, 0.0) if inside else meeting.margin_m,
    )


RULE = Rule("AIR107", "distance-not-kept", Severity.VIOLATION, judge)
