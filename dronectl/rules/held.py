"""How limits of packs are asked: which of them apply to this mission, and what is missing to ask them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dronectl.encounter import Meeting, Skies
from dronectl.finding import Finding, Status
from dronectl.law import STATEMENTS, Limit
from dronectl.measures import Answer, Band
from dronectl.rules import Briefing, Rule
from dronectl.zone import Zone


def asked(briefing: Briefing, rule: Rule, *kinds: str) -> Iterator[tuple[Limit, Finding | None]]:
    """The limits of some kinds that apply; each with an answer already where it is not known whether it applies."""
    limits = [limit for kind in kinds for limit in briefing.law.of(kind)]
    for limit in limits:
        applies, missing = _applies(limit, briefing)
        if applies is Answer.UNKNOWN:
            yield limit, lacking(rule, limit, missing)
        elif applies is Answer.YES:
            yield limit, None


def lacking(rule: Rule, limit: Limit, what: str) -> Finding:
    """The answer where nobody gave what a limit needs: `layer roads`, `statement vlos`, `operator file`."""
    kind, _, name = what.partition(" ")
    return rule.answer(
        Status.UNDECIDED,
        f"{limit.title['en']}: {limit.words}. Not asked: {NOT_GIVEN[kind].format(name=name)}",
        remedy=REMEDIES[kind].format(name=name),
        law=limit,
        missing=what,
    )


NOT_GIVEN = {
    "layer": "no layer `{name}` is given",
    "statement": "the mission does not state `{name}`",
    "aircraft": "the mission names no aircraft",
    "operator": "no operator file is given",
    "paper": "the mission names no paper `{name}`",
    "place": "the mission does not say where `{name}` is",
    "time": "the mission states no time",
    "speed": "the mission states neither times nor a speed",
    "volumes": "the mission states no operational volume",
    "purpose": "the mission states no purpose",
}
REMEDIES = {
    "layer": "give it: --layer {name}=FILE",
    "statement": 'state it in the mission: "declared": {{"{name}": ...}}, or in a file: --about FILE',
    "aircraft": 'name it in the mission: "aircraft": "dji-m30t", or in a file: --about FILE',
    "operator": "give it: --operator FILE (`dronectl schema operator` shows the shape)",
    "paper": 'name it in the mission: "papers": {{"{name}": ...}}, or in a file: --about FILE',
    "place": 'state it in the mission: "{name}": [lon, lat], or in a file: --about FILE',
    "time": "give the start: --at TIME",
    "speed": "give speed_mps or times",
    "volumes": 'state it in the mission: "volumes": {{}}, or in a file: --about FILE',
    "purpose": 'name it in the mission: "purpose": "building-control"',
}


def not_asked(rule: Rule, briefing: Briefing, what: str) -> Finding:
    """The one answer of a rule for whose kinds of limit the mission's law has none."""
    where = (
        f"the law of category {briefing.mission.category}"
        if briefing.mission.category
        else "a mission without category"
    )
    return rule.answer(Status.NOT_APPLICABLE, f"{where} sets no {what}")


def _applies(limit: Limit, briefing: Briefing) -> tuple[Answer, str]:
    more, mission = limit.more, briefing.mission
    if any(_said(name, briefing) for name in more.get("unless", ())):
        return Answer.NO, ""
    if not all(_said(name, briefing) for name in more.get("when", ())):
        return Answer.NO, ""
    if "purposes" in more:
        if not mission.purpose:
            return Answer.UNKNOWN, "purpose"
        if mission.purpose not in more["purposes"]:
            return Answer.NO, ""
    if mission.purpose and mission.purpose in more.get("unless_purposes", ()):
        return Answer.NO, ""
    aircraft = briefing.aircraft
    if "classes" in more or "unless_classes" in more:
        kind = aircraft.kind if aircraft else None
        if kind is None:
            return Answer.UNKNOWN, "aircraft"
        if kind not in more.get("classes", (kind,)) or kind in more.get("unless_classes", ()):
            return Answer.NO, ""
    if "mtom_from_kg" in more or "mtom_below_kg" in more:
        mass = aircraft.mtom_kg if aircraft else None
        if mass is None:
            return Answer.UNKNOWN, "aircraft"
        if mass < more.get("mtom_from_kg", 0.0) or mass >= more.get("mtom_below_kg", float("inf")):
            return Answer.NO, ""
    return Answer.YES, ""


def _said(name: str, briefing: Briefing) -> bool:
    """True where the mission states a thing: a true statement, a figure, a place."""
    mission = briefing.mission
    if name in STATEMENTS:
        value = mission.declared.get(name)
        return value is not None and value is not False
    return bool(getattr(mission, name))


def chosen_zones(limit: Limit, briefing: Briefing) -> list[Zone]:
    """The zones of all files that a limit is about: by the law that they stand for, or by what they are."""
    zones = [zone for file in briefing.files for zone in file.zones]
    if "zones" in limit.more:
        return [zone for zone in zones if limit.more["zones"] in zone.law]
    where = limit.more.get("zones_where", {})
    return [zone for zone in zones if _is(zone, where)]


def _is(zone: Zone, where: dict[str, list[str]]) -> bool:
    if "ids" in where and zone.id not in where["ids"]:
        return False
    if "reasons" in where and not set(where["reasons"]) & set(zone.reasons):
        return False
    if "restrictions" in where and (zone.restriction is None or zone.restriction.value not in where["restrictions"]):
        return False
    if "subjects" in where:
        return zone.privacy is not None and zone.privacy.subject in where["subjects"]
    return True


def approaches(zones: list[Zone], briefing: Briefing, metres: float) -> list[Meeting]:
    """How the bare path lies to zones sideways, whatever their height band: those within `metres` of it, or perhaps so."""
    flat = [_without_bands(zone) for zone in zones]
    return Skies(flat).meetings(briefing.bare, near_m=max(metres, briefing.options.near_m), margin_m=metres)


def _without_bands(zone: Zone) -> Zone:
    return replace(zone, volumes=tuple(replace(volume, band=Band()) for volume in zone.volumes))


def is_near(meeting: Meeting, briefing: Briefing, metres: float) -> Answer:
    """Whether a meeting of `approaches` lies within the metres that were asked for."""
    zone = meeting.zone
    if zone.doubts or any(volume.doubt for volume in zone.volumes):
        close = meeting.inside is not Answer.NO or meeting.margin_m < metres
        return Answer.UNKNOWN if close else Answer.NO
    if meeting.inside is not Answer.NO:
        return meeting.inside
    if not meeting.within_margin:
        return Answer.NO
    return Answer.UNKNOWN if zone.keeps_hours and briefing.span is None else Answer.YES
