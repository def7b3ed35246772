"""Every rule is asked, every answer is kept: the report and its verdict."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import date
from itertools import pairwise
from math import isfinite
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dronectl import permitting
from dronectl.against import Held, hold
from dronectl.camera import View
from dronectl.editions import Library
from dronectl.encounter import COVERED_M, Skies
from dronectl.errors import UsageError
from dronectl.finding import Finding, MissionResult, NotChecked, Severity, Status, Verdict
from dronectl.heights import Models
from dronectl.house import House
from dronectl.law import Law, binding
from dronectl.measures import HIGHEST_GROUND_M, LOWEST_GROUND_M, Datum
from dronectl.mission import Flight, Mission
from dronectl.permit import Permit
from dronectl.prepared import Prepared
from dronectl.readers import swapped
from dronectl.readers.moments import local_day
from dronectl.records import dataclass
from dronectl.rules import Briefing, Options, Rule, catalogue, chosen
from dronectl.track import Track, box_of
from dronectl.unasked import Places, not_checked
from dronectl.volumes import OperationalVolume
from dronectl.zone import Remark, Zone, ZoneFile

if TYPE_CHECKING:
    from dronectl.readers.basemap import Basemap
    from dronectl.traffic import Conflict

DAY_S = 86400.0
PERMITS = "PAP101"  # the one rule that is about what permits did


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file that was read."""

    role: str
    path: str
    sha256: str
    items: int
    edition: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    what: str = ""
    notes: tuple[str, ...] = ()
    """What the file says of itself, such as "not for navigation"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """The answer to one question, with all that it rests on."""

    verdict: Verdict
    inputs: tuple[Input, ...]
    assumptions: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    remarks: tuple[Remark, ...]
    results: tuple[MissionResult, ...]
    missions: tuple[Mission, ...]
    tracks: tuple[tuple[Track, ...], ...]
    """Per mission its flights as they were held against the zones."""
    bare: tuple[tuple[Track, ...], ...]
    """The same without the room of an operational volume."""
    zones: tuple[Zone, ...]
    """The zones near any of the missions."""
    rules: tuple[Rule, ...]
    options: Options = field(default_factory=Options)
    laws: tuple[Law, ...] = ()
    """Per mission the limits that bind it, and the packs they are from."""
    volumes: tuple[OperationalVolume | None, ...] = ()
    """Per mission its operational volume, where it asks for one."""
    views: tuple[View | None, ...] = ()
    """Per mission what its camera can see and resolve, where it states one that is known."""
    basemap: Basemap | None = None
    """What maps are drawn over (`readers.basemap.Basemap`); None for nothing."""


def check(
    missions: Sequence[Mission],
    files: Sequence[ZoneFile] | Library,
    permits: Sequence[Permit] = (),
    options: Options | None = None,
    models: Models | None = None,
    house: House | None = None,
    held: Sequence[Held] | None = None,
) -> Report:
    """Hold missions against zones: the report with every answer of every rule.

    `files` may be a `Library`, which is made ready once for many questions. Of several editions of a file, those of another
    time than the mission's are set aside. `models` turn heights over one datum into another (`open_models`); without them
    there is the bundled geoid only. `house` is what the operator adds: its own rules, its people and aircraft, layers of the
    ground; without it the packs that ship. `held` are the missions as `against.hold` held them, where that was done before.

    Raises `InputError` where zones and missions only meet with latitude and longitude swapped, `UsageError` where an option
    is no distance, or no age.
    """
    options, models, house = options or Options(), models or Models(), house or House()
    require_finite(options)
    options = replace(options, asked=house.asked)
    library = files if isinstance(files, Library) else Library(files)
    files = library.files
    swapped.refuse_apart(missions, library.middles)
    results: list[MissionResult] = []
    flown: list[tuple[Track, ...]] = []
    plain: list[tuple[Track, ...]] = []
    near: dict[int, Zone] = {}
    laws: list[Law] = []
    volumes: list[OperationalVolume | None] = []
    views: list[View | None] = []
    read: dict[str, ZoneFile] = {}
    places = Places()
    editions: list[str] = []
    if held is None:
        near_m, margin_m = options.near_m, options.margin_m
        held = hold(missions, library, [models] * len(missions), house, near_m=near_m, margin_m=margin_m)
    every = [one.ready for one in held]
    missions = [ready.mission for ready in every]
    met = _conflicts(every, options) if sum(len(mission.flights) for mission in missions) > 1 else {}
    for number, one in enumerate(held):
        ready, mission, used, meetings = one.ready, one.ready.mission, one.used, one.meetings
        read.update((file.dataset.path, file) for file in used)
        editions.extend(_edition(file, mission) for file in one.aside)
        tracks, bare, volume = ready.tracks, ready.bare, ready.volume
        flown.append(tracks)
        plain.append(bare)
        volumes.append(volume if isinstance(volume, OperationalVolume) else None)
        view = None
        if mission.camera is not None:  # what cameras see is loaded for missions that state one
            from dronectl.filming import view_for

            view = view_for(mission, house.cameras, ready.aircraft)
        views.append(view if isinstance(view, View) else None)
        law = binding(house.packs, mission.category, _days(mission, options), box_of(bare), house.asked)
        laws.append(law)
        near.update((id(meeting.zone), meeting.zone) for meeting in meetings)
        silent = one.silent(of_airspace=True)
        if silent:
            places.airless.append(mission)
            silent = one.silent(of_airspace=False)
        if mission.camera is not None and not any(meeting.zone.privacy is not None for meeting in meetings):
            places.public.append(mission)
        briefing = Briefing(
            mission=mission, tracks=tracks, bare=bare, meetings=meetings,
            fence_meetings=Skies(mission.fence).meetings(bare, near_m=0.0) if mission.fence else [],
            files=used, skies=one.skies, silent=silent,
            boxed_files=frozenset(one.skies.files_about(tracks, COVERED_M, meetings)),
            options=options, law=law, crew=house.crew, aircraft=ready.aircraft, aircraft_why=ready.aircraft_why,
            layers=house.layers, volume=volume, view=view, conflicts=met.get(number, ()), alone=len(missions) < 2,
        )  # fmt: skip
        if not briefing.crowds_within():
            places.empty.append(mission)
        results.append(_judge(briefing, permits))
    order = library.order
    files = [file for file in files if file.dataset.path in read]
    return Report(
        verdict=worst([result.verdict for result in results]),
        inputs=_inputs(missions, files, permits, models, house, laws),
        assumptions=(*_assumptions(missions, permits, models, laws, options), *dict.fromkeys(editions)),
        not_checked=not_checked(missions, options, results, laws, places),
        remarks=(*_remarks(missions, files, permits), *house.remarks),
        results=tuple(results),
        missions=tuple(missions),
        tracks=tuple(flown),
        bare=tuple(plain),
        zones=tuple(near[key] for key in sorted(near, key=lambda key: order[key])),
        rules=catalogue(),
        options=options,
        laws=tuple(laws),
        volumes=tuple(volumes),
        views=tuple(views),
    )


def _conflicts(every: Sequence[Prepared], options: Options) -> dict[int, list[Conflict]]:
    """The missions and their flights against each other; what that needs is loaded only where there are several."""
    from dronectl.traffic import conflicts

    return conflicts([ready.mission for ready in every], [ready.tracks for ready in every], options.separation)


def _edition(file: ZoneFile, mission: Mission) -> str:
    """What is said of an edition of a zone file that is of another time than a mission."""
    data = file.dataset
    days = [f"{day:%Y-%m-%d}" if day is not None else "?" for day in (data.valid_from, data.valid_until)]
    return (
        f"{data.path} is valid {days[0]} to {days[1]} and was set aside: another edition is in force for {mission.id}"
    )


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Violation before undecided before clear; nothing at all is undecided."""
    for verdict in (Verdict.VIOLATION, Verdict.UNDECIDED):
        if verdict in verdicts:
            return verdict
    return Verdict.CLEAR if verdicts else Verdict.UNDECIDED


def _days(mission: Mission, options: Options) -> tuple[date, date]:
    """The local days whose law binds: those of the flights, else that of the clock, else the last that any pack knows of."""
    spans = [flight.span for flight in mission.flights if flight.span is not None]
    if not spans:
        day = date.max if options.now is None else local_day(options.now)
        return day, day
    return local_day(min(first for first, _ in spans)), local_day(max(last for _, last in spans))


def _judge(briefing: Briefing, permits: Sequence[Permit]) -> MissionResult:
    mission, tracks, options = briefing.mission, briefing.tracks, briefing.options
    rules = catalogue()
    findings = [answer for rule in rules if rule.code != PERMITS for answer in rule.judge(briefing)]
    if len(mission.flights) > 1:
        findings = [finding.named() for finding in findings]
    findings, uses = permitting.apply(findings, permits, mission, tracks)
    briefing = replace(briefing, permit_uses=uses)
    findings.extend(answer for rule in rules if rule.code == PERMITS for answer in rule.judge(briefing))
    kept = {rule.code for rule in rules if chosen(rule, options)}
    asked = tuple(sorted((finding for finding in findings if finding.rule in kept), key=_order))
    aside = tuple(sorted((finding for finding in findings if finding.rule not in kept), key=_order))
    return MissionResult(
        id=mission.id,
        source=mission.path,
        verdict=_verdict(asked, aside, options.strict),
        length_m=sum(float(track.course.length.sum()) for track in tracks),
        duration_s=_duration(mission),
        findings=asked,
        set_aside=aside,
    )


def _verdict(findings: Sequence[Finding], aside: Sequence[Finding], strict: bool) -> Verdict:
    """A rule set aside by request cannot clear a mission: what it would have found leaves it undecided.

    What was not asked because nobody gave what it needs is listed, and weighs only where the user wants it to (`strict`).
    """
    findings = [finding for finding in findings if strict or finding.was_asked]
    aside = [finding for finding in aside if strict or finding.was_asked]
    weighty = [finding for finding in findings if finding.severity is Severity.VIOLATION]
    if any(finding.status is Status.FAILED for finding in weighty):
        return Verdict.VIOLATION
    open_ = [*weighty, *(finding for finding in aside if finding.severity is Severity.VIOLATION)]
    if any(finding.status in (Status.FAILED, Status.UNDECIDED) for finding in open_):
        return Verdict.UNDECIDED
    return Verdict.CLEAR


STATUS_ORDER = {status: k for k, status in enumerate(Status)}
SEVERITY_ORDER = {severity: k for k, severity in enumerate(Severity)}


def _order(finding: Finding) -> tuple[int, int, str, str, str]:
    zone = finding.zone
    return (
        STATUS_ORDER[finding.status],
        SEVERITY_ORDER[finding.severity],
        finding.rule,
        zone.id if zone else "",
        str(zone.where) if zone else finding.message,
    )


def _duration(mission: Mission) -> float | None:
    total = 0.0
    for flight in mission.flights:
        if flight.times is not None:
            total += float(flight.times[-1] - flight.times[0])
        elif flight.elapsed is not None:
            total += float(flight.elapsed[-1])
        else:
            return None
    return total


def _inputs(
    missions: Sequence[Mission],
    files: Sequence[ZoneFile],
    permits: Sequence[Permit],
    models: Models,
    house: House,
    laws: Sequence[Law],
) -> tuple[Input, ...]:
    made = [
        Input(
            role="log" if mission.flown else "mission",
            path=mission.path,
            sha256=mission.sha256,
            items=len(mission.flights),
            what=mission.name,
        )
        for mission in missions
    ]
    for file in files:
        data = file.dataset
        made.append(
            Input(
                role="zones",
                path=data.path,
                sha256=data.sha256,
                items=file.count,
                edition=data.edition or (data.issued.isoformat() if data.issued else None),
                valid_from=data.valid_from.isoformat() if data.valid_from else None,
                valid_until=data.valid_until.isoformat() if data.valid_until else None,
                what=f"{data.profile}: {data.name}" if data.name else data.profile,
                notes=data.notes,
            )
        )
    made.extend(
        Input(role="permit", path=permit.path, sha256=permit.sha256, items=1, what=f"{permit.kind} {permit.id}")
        for permit in permits
    )
    made.extend(
        Input(
            role=role,
            path=raster.path,
            sha256=raster.digest,
            items=raster.columns * raster.rows,
            what="; ".join(part for part in (raster.what, raster.digest_of) if part),
        )
        for role, raster in models.rasters()
    )
    made.extend(
        Input(
            role="policy",
            path=pack.path,
            sha256=pack.sha256,
            items=len(pack.limits),
            edition=pack.edition,
            valid_from=pack.valid_from.isoformat(),
            valid_until=pack.valid_until.isoformat() if pack.valid_until else None,
            what=f"rule pack {pack.id}: {pack.title['en']}",
        )
        for pack in {pack.path: pack for law in laws for pack in law.packs}.values()
    )
    made.extend(
        Input(role="operator", path=path, sha256=digest, items=1, what="operator, pilots, aircraft")
        for path, digest in house.crew.files
    )
    made.extend(
        Input(role="layer", path=path, sha256=digest, items=count, what=f"layer {layer.name}")
        for layer in house.layers.values()
        for path, digest, count in layer.files
    )
    return tuple(sorted(made, key=lambda item: (item.role, item.path)))


def _assumptions(
    missions: Sequence[Mission], permits: Sequence[Permit], models: Models, laws: Sequence[Law], options: Options
) -> tuple[str, ...]:
    several = len(missions) > 1
    said: list[str] = []
    for mission in missions:
        said.extend(f"{mission.id}: {words}" if several else words for words in mission.assumptions)
    said.extend(words for permit in permits for words in permit.assumptions)
    if options.covers:
        said.append("the zone files are complete here, as the user says (--covers)")
    said.extend(
        f"airspace of class {kind} asks {word} of a drone, as the settings say" for kind, word in options.airspace
    )
    flights = [flight for mission in missions for flight in mission.flights]
    above = [flight for flight in flights if Datum.AGL in flight.datum]
    for metres in sorted({flight.ground_m for flight in flights if flight.ground_m is not None}):
        said.append(f"the ground at the take-off point is {metres:g} m above mean sea level, as stated")
    if any(one is two is Datum.AGL for flight in above for one, two in pairwise(flight.datum)):
        said.append("between points, heights above ground stay heights above ground: the aircraft follows the terrain")
    if several and models.terrain is None and above:
        said.append(
            "between missions that are near each other the ground is taken to be level: no terrain model is given"
        )
    for mission, law in zip(missions, laws, strict=True):
        whose = f"{mission.id}: " if several else ""
        timed = any(flight.span is not None for flight in mission.flights)
        if law.packs and not timed:
            when = "those in force at --now" if options.now is not None else "the newest"
            said.append(f"{whose}the mission states no time: the rule packs are {when}")
        if mission.camera is not None:
            from dronectl.filming import said_of

            said.extend(f"{whose}{words}" for words in said_of(mission, models))
        if mission.declared:
            said.append(f"{whose}the operator's statements are taken as stated: {', '.join(sorted(mission.declared))}")
        adopted = [limit.id for limit in law.limits if limit.more.get("adopted")]
        if adopted:
            said.append(f"{whose}uncertain limits configured by the user: {', '.join(adopted)}")
    said.extend(models.said())
    return tuple(dict.fromkeys(said))


def _remarks(missions: Sequence[Mission], files: Sequence[ZoneFile], permits: Sequence[Permit]) -> tuple[Remark, ...]:
    found = [remark for mission in missions for remark in mission.remarks]
    found.extend(remark for file in files for remark in file.remarks)
    found.extend(remark for permit in permits for remark in permit.remarks)
    return tuple(found)


def start_at(mission: Mission, moment: float) -> Mission:
    """The same mission with its first flight starting at `moment` (seconds since 1970, UTC).

    Flights with times are shifted together; flights with speeds start at the moment. A flight whose duration is not known
    happens at some time in the 24 hours after it.
    """
    firsts = [flight.times[0] for flight in mission.flights if flight.times is not None]
    shift = moment - float(min(firsts)) if firsts else 0.0
    flights: list[Flight] = []
    assumptions = list(mission.assumptions)
    for flight in mission.flights:
        if flight.times is not None:
            flights.append(replace(flight, times=flight.times + shift))
        elif flight.elapsed is not None:
            flights.append(replace(flight, times=flight.elapsed + moment, periods=()))
            assumptions.append("times along the path are estimated from the speeds in the mission")
        else:
            flights.append(replace(flight, periods=((moment, moment + DAY_S),)))
            assumptions.append("the mission gives no speed: it is taken to happen at any time in 24 hours from --at")
    return replace(mission, flights=tuple(flights), assumptions=tuple(dict.fromkeys(assumptions)))


def standing_at(mission: Mission, metres: float) -> Mission:
    """The same mission with its take-off points on ground at `metres` AMSL; a `UsageError` where no ground is there."""
    if not LOWEST_GROUND_M <= metres <= HIGHEST_GROUND_M:
        raise UsageError(
            f"--takeoff-elevation must lie between {LOWEST_GROUND_M:g} and {HIGHEST_GROUND_M:g} m above mean sea level"
        )
    return replace(mission, flights=tuple(replace(flight, ground_m=metres) for flight in mission.flights))


def require_finite(options: Options) -> None:
    """Refuse options that are no distances."""
    for name, value in (("--margin", options.margin_m), ("--near", options.near_m)):
        if not isfinite(value) or value < 0:
            raise UsageError(f"{name} must be a number of metres, 0 or more")
    if options.max_age_days is not None and not (isfinite(options.max_age_days) and options.max_age_days >= 0):
        raise UsageError("--max-age must be a number of days, 0 or more")


class _Called(ModuleType):
    """This module, where `from dronectl import check` finds it in place of the function, since it was imported before."""

    def __call__(self, *args: Any, **given: Any) -> Report:
        return check(*args, **given)


sys.modules[__name__].__class__ = _Called
