"""How limits of packs are asked: which of them apply to this mission, and what is missing to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from operator import ge, gt, le

import numpy as np

from dronectl.along import outside
from dronectl.camera import carried, catalogue
from dronectl.category import purpose_in
from dronectl.encounter import Meeting, Skies
from dronectl.finding import Finding, Status
from dronectl.gaps import MORE_FIXES, Gap
from dronectl.geometry import box_of
from dronectl.law import STATEMENTS, Limit
from dronectl.measures import Answer, Band
from dronectl.records import dataclass
from dronectl.rules import Briefing, Rule
from dronectl.track import Track, pieces_of
from dronectl.where import Where
from dronectl.zone import Circle, Dataset, Volume, Zone

MASSES: dict[str, Callable[[float, float], bool]] = {"mtom_from_kg": ge, "mtom_above_kg": gt, "mtom_to_kg": le}


def judged(
    briefing: Briefing,
    rule: Rule,
    kinds: Sequence[str],
    decide: Callable[[Limit, Briefing], Finding | Iterable[Finding]],
    what: str,
    *,
    only: Callable[[Limit], bool] = lambda limit: True,
) -> Iterator[Finding]:
    """The answers of a rule on the limits of some kinds: each decided where it applies, or told why it was not asked.

    `what` names the kinds where the mission's law has none of them.
    """
    limits = [limit for kind in kinds for limit in briefing.law.of(kind) if only(limit)]
    any_limit = False
    for limit in limits:
        applies, missing = _applies(limit, briefing)
        if applies is Answer.NO:
            continue
        any_limit = True
        if applies is Answer.YES:
            found = decide(limit, briefing)
        elif missing == "aircraft":
            found = without_aircraft(rule, limit, briefing)
        else:
            found = lacking(rule, limit, missing)
        yield from [found] if isinstance(found, Finding) else found
    if not any_limit:
        category = briefing.mission.category
        where = f"the law of category {category}" if category else "a mission without category"
        yield rule.answer(Status.NOT_APPLICABLE, f"{where} sets no {what}")


def on_each_day(rule: Rule, limit: Limit, briefing: Briefing, decide: Callable[[date], Finding]) -> Finding:
    """The worst answer on the days of a mission; where nothing is against it and a flight states no day, it is not asked."""
    found = [decide(day) for day in briefing.days]
    for status in (Status.FAILED, Status.UNDECIDED):
        worst = next((one for one in found if one.status is status), None)
        if worst is not None:
            return worst
    return lacking(rule, limit, "time") if briefing.untimed or not found else found[-1]


def without_aircraft(rule: Rule, limit: Limit, briefing: Briefing) -> Finding:
    """The answer where the aircraft is not known: not asked where none is named, and a doubt where the name is not known."""
    if not briefing.aircraft_why:
        return lacking(rule, limit, "aircraft")
    return rule.answer(
        Status.UNDECIDED,
        f"{limit.title['en']}: {limit.words}; {briefing.aircraft_why}",
        remedy="state the aircraft in an operator file: --operator FILE (`dronectl aircraft show` prints a row)",
        law=limit,
    )


def lacking(rule: Rule, limit: Limit, what: str) -> Finding:
    """The answer where nobody gave what a limit needs: `layer roads`, `statement vlos`, `operator file`."""
    kind, _, name = what.partition(" ")
    if name in ("purpose", "legal_basis"):
        kind = name
    return rule.answer(
        Status.UNDECIDED,
        f"{limit.title['en']}: {limit.words}. Not asked: {NOT_GIVEN[kind].format(name=name)}",
        remedy=REMEDIES[kind].format(name=name),
        law=limit,
        missing=what,
    )


NOT_GIVEN = {
    "crowd": "no zone file has a crowd near",
    "camera": "the mission says nothing of its camera",
    "layer": "no layer `{name}` is given",
    "zones": "no zone file has a zone that is or stands for `{name}`",
    "statement": "the mission does not state `{name}`",
    "aircraft": "the mission names no aircraft",
    "operator": "no operator file is given",
    "paper": "the mission names no paper `{name}`",
    "place": "the mission does not say where `{name}` is",
    "time": "the mission states no time",
    "speed": "the mission states neither times nor a speed",
    "volumes": "the mission states no operational volume",
    "purpose": "the mission states no purpose",
    "legal_basis": "the mission states no legal basis",
}
REMEDIES = {
    "crowd": "give the crowds as zones: --zones FILE",
    "camera": 'state it in the mission: "camera": {{"lens": "wide", "video": [3840, 2160]}}, or in a file: --about FILE',
    "layer": "give it: --layer {name}=FILE",
    "zones": 'give such zones: --zones FILE (`"law": ["{name}"]` says what a zone stands for)',
    "statement": 'state it in the mission: "declared": {{"{name}": ...}}, or in a file: --about FILE',
    "aircraft": 'name it in the mission: "aircraft": "dji-m30t", or in a file: --about FILE',
    "operator": "give it: --operator FILE (`dronectl schema operator` shows the shape)",
    "paper": 'name it in the mission: "papers": {{"{name}": ...}}, or in a file: --about FILE',
    "place": 'state it in the mission: "{name}": [lon, lat], or in a file: --about FILE',
    "time": "give the start: --at TIME",
    "speed": "give speed_mps or times",
    "volumes": 'state it in the mission: "volumes": {{}}, or in a file: --about FILE',
    "purpose": 'name it in the mission: "purpose": "building-control"',
    "legal_basis": 'name it in the mission: "legal_basis": "Omgevingswet"',
}


def _applies(limit: Limit, briefing: Briefing) -> tuple[Answer, str]:
    more, mission = limit.more, briefing.mission
    if any(_said(name, briefing) for name in more.get("unless", ())):
        return Answer.NO, ""
    if not all(_said(name, briefing) for name in more.get("when", ())):
        return Answer.NO, ""
    if "purposes" in more:
        if not mission.purpose:
            return Answer.UNKNOWN, "purpose"
        if not purpose_in(mission.purpose, more["purposes"]):
            return Answer.NO, ""
    if purpose_in(mission.purpose, more.get("unless_purposes", ())):
        return Answer.NO, ""
    aircraft = briefing.aircraft
    if "classes" in more or "unless_classes" in more:
        kind = aircraft.kind if aircraft else None
        if kind is None:
            return Answer.UNKNOWN, "aircraft"
        if kind not in more.get("classes", (kind,)) or kind in more.get("unless_classes", ()):
            return Answer.NO, ""
    bounds = [(name, ask) for name, ask in MASSES.items() if name in more]
    if bounds:
        mass = aircraft.mtom_kg if aircraft else None
        if mass is None:
            return Answer.UNKNOWN, "aircraft"
        if not all(ask(mass, float(more[name])) for name, ask in bounds):
            return _beside_mass(limit, briefing)
    nowhere = _without_zones(limit, briefing)
    return (Answer.UNKNOWN, f"zones {nowhere}") if nowhere else (Answer.YES, "")


def _beside_mass(limit: Limit, briefing: Briefing) -> tuple[Answer, str]:
    """Whether a limit binds an aircraft that its masses leave out: for what it hits with, or for its camera."""
    aircraft, mission = briefing.aircraft, briefing.mission
    energy = aircraft.kinetic_energy_kj if aircraft else None
    if "or_above_j" in limit.more and energy is not None and energy * 1000 > limit.more["or_above_j"]:
        return Answer.YES, ""
    if not limit.more.get("or_camera"):
        return Answer.NO, ""
    if mission.camera is not None or any(flight.recording for flight in mission.flights):
        return Answer.YES, ""
    kind = aircraft.type if aircraft else mission.aircraft
    known = not isinstance(carried("", kind, {**catalogue(), **briefing.crew.cameras}), str)
    return (Answer.YES, "") if known else (Answer.UNKNOWN, "camera")


def _said(name: str, briefing: Briefing) -> bool:
    """True where the mission states a thing: a true statement, a figure, a place."""
    mission = briefing.mission
    if name in STATEMENTS:
        value = mission.declared.get(name)
        return value is not None and value is not False
    return bool(getattr(mission, name))


def chosen_zones(limit: Limit, briefing: Briefing) -> list[Zone]:
    """The zones of all files that a limit is about: by the law that they stand for, or by what they are."""
    if "zones" in limit.more:
        return [zone for file in briefing.files for zone in file.lawful.get(limit.more["zones"], ())]
    where = limit.more.get("zones_where", {})
    return [zone for file in briefing.files for zone in file.zones if _is(zone, where)]


def _without_zones(limit: Limit, briefing: Briefing) -> str:
    """The zones that a limit names and no zone file has, so that nobody can say where they are; empty where one is there."""
    name = limit.more.get("zones", "")
    if name:
        return "" if any(name in file.lawful for file in briefing.files) else name
    ids = limit.more.get("zones_where", {}).get("ids", ())
    if not ids:  # the names of all zones are not asked for in vain
        return ""
    return "" if any(file.ids.intersection(ids) for file in briefing.files) else ", ".join(ids)


def _is(zone: Zone, where: dict[str, list[str]]) -> bool:
    if "ids" in where and zone.id not in where["ids"]:
        return False
    if "reasons" in where and not set(where["reasons"]) & set(zone.reasons):
        return False
    if "restrictions" in where and (zone.restriction is None or zone.restriction.value not in where["restrictions"]):
        return False
    if "subjects" in where:
        wanted = {word.casefold() for word in where["subjects"]}
        return zone.privacy is not None and zone.privacy.subject.strip().casefold() in wanted
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """Whether a path comes within some metres of a zone."""

    answer: Answer
    meeting: Meeting
    gap: Gap | None = None
    """The gap of a log in which the aircraft can have come so near, where its fixes do not."""

    def doubtful(self, why: str, remedy: str) -> tuple[str, str]:
        """Why it cannot be decided, and what would decide it; the two texts where nothing says more of that."""
        if self.gap is not None:
            return str(self.gap), MORE_FIXES
        said = "; ".join(str(doubt) for doubt in self.meeting.doubts)
        ways = "; ".join(dict.fromkeys(doubt.remedy for doubt in self.meeting.doubts))
        return said or why, ways or remedy


def approaches(zones: Sequence[Zone], briefing: Briefing, metres: float, *, in_gaps: bool = True) -> list[Approach]:
    """How the bare path lies to zones sideways, whatever their height band, and whether it comes within some metres."""
    if not zones:
        return []
    skies, gaps = Skies([zone.at_any_height() for zone in zones]), briefing.gaps if in_gaps else []
    astray = skies.meetings_of([[gap.strayed] for gap in gaps], near_m=metres, margin_m=metres) if gaps else []
    strayed: dict[int, Gap] = {}
    for gap, met in zip(gaps, astray, strict=True):
        for meeting in met:
            if _is_near(meeting, metres) is not Answer.NO:
                strayed.setdefault(id(meeting.zone), gap)
    near_m = max(metres, briefing.options.near_m) + max((gap.reach_m for gap in gaps), default=0.0)
    made = []
    for meeting in skies.meetings(briefing.bare, near_m=near_m, margin_m=metres):
        answer = _is_near(meeting, metres)
        left = strayed.get(id(meeting.zone)) if answer is Answer.NO else None
        made.append(Approach(answer=answer if left is None else Answer.UNKNOWN, meeting=meeting, gap=left))
    return made


def strayed_from(briefing: Briefing, tracks: Sequence[Track], zones: Sequence[Zone]) -> Gap | None:
    """The first gap of some flights in which the aircraft can have been outside all of some zones, if there is one."""
    for track in tracks:
        every = sorted((gap for gap in briefing.gaps if gap.track is track), key=lambda gap: gap.reach_m)
        gaps = {gap.leg: gap for gap in every}  # the widest of a leg
        if not gaps:
            continue
        astray = [gaps[leg].reach_m if leg in gaps else 0.0 for leg in track.course.leg.tolist()]
        left = outside([replace(track, reach=np.maximum(track.reach, astray))], zones)
        if left:
            legs = track.course.leg[pieces_of(track, left[0].spans[0])].tolist()
            return next((gaps[leg] for leg in legs if leg in gaps), next(iter(gaps.values())))
    return None


def disc(place: tuple[float, float], metres: float, where: Where) -> Volume:
    """Everything within some metres of a place (longitude, latitude), at any height."""
    circle = Circle(place[0], place[1], metres)
    return Volume(footprint=circle, box=box_of(circle), band=Band(), where=where)


def place_round(place: tuple[float, float], metres: float, briefing: Briefing) -> Zone:
    """Everything within some metres of a place, as a zone to stay in."""
    mission = briefing.mission
    dataset = Dataset(path=mission.path, sha256=mission.sha256, profile="mission")
    return Zone(
        id="sight", name="", restriction=None, reasons=(), volumes=(disc(place, metres, mission.where),),
        where=mission.where, dataset=dataset,
    )  # fmt: skip


def _is_near(meeting: Meeting, metres: float) -> Answer:
    """Whether a meeting of `approaches` lies within the metres that were asked for."""
    zone = meeting.zone
    if zone.doubts or any(volume.doubt for volume in zone.volumes):
        close = meeting.inside is not Answer.NO or meeting.margin_m < metres
        return Answer.UNKNOWN if close else Answer.NO
    return meeting.within_margin if meeting.inside is Answer.NO else meeting.inside
