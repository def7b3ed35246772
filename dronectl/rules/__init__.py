"""What a rule is, what it may see, and the catalogue of all rules.

A rule is one file in this folder, named by its code and its name. Its docstring is its explanation, under the headings
Why, Source, Undecided when, Example, Remedy; its `judge` yields the answers. The catalogue is what lies in the folder.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from dronectl.camera import LEVELS, View
from dronectl.crew import Aircraft, Crew, Pilot
from dronectl.encounter import Meeting, Skies
from dronectl.endurance import ASSUMED
from dronectl.explanation import Explanation, explanations
from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import Gap, gaps
from dronectl.geometry import Ints
from dronectl.intervals import Interval
from dronectl.law import Law, Limit
from dronectl.layer import Layer
from dronectl.measures import Answer
from dronectl.mission import Mission, Separation, Wind
from dronectl.permit import Permit
from dronectl.readers.moments import local_day
from dronectl.records import dataclass
from dronectl.track import Encounter, Track
from dronectl.volumes import OperationalVolume
from dronectl.where import Where
from dronectl.zone import Zone, ZoneFile

if TYPE_CHECKING:
    from dronectl.seeing import OffSubject
    from dronectl.traffic import Conflict

CODE = re.compile(r"[a-z]{3}\d{3}")
SEPARATION = Separation()
LONGEST_FILMED_M = 200_000.0  # of paths, along which is worked out what is seen beside a subject: a house figure
CROWDS_M = 1000.0  # rules about crowds look this far, whatever distance is listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user chose."""

    margin_m: float = 0.0
    near_m: float = 1000.0
    now: float | None = None
    """The clock for rules about age (seconds since 1970, UTC); None where none was given."""
    max_age_days: float | None = None
    covers: bool = False
    """True where the user says that the zone files are complete at the mission's place."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """The packs of the house that were asked for, by identifier."""
    lang: str = "en"
    """The language of what a person reads: `en` or `nl`."""
    separation: Separation = SEPARATION
    """What missions that are checked together keep between them."""
    airspace: tuple[tuple[str, str], ...] = ()
    """What the settings say of classes of airspace that is not what is taken without them: class and restriction."""
    strict: bool = False
    """True where a question that was not asked, because nobody gave what it needs, leaves the mission undecided."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PermitUse:
    """What came of one permit for one mission."""

    permit: Permit
    covered: tuple[str, ...] = ()
    """Rules and zones that it covers."""
    refused: tuple[str, ...] = ()
    """Why it does not cover what it is about."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Briefing:
    """All that a rule may see."""

    mission: Mission
    tracks: Sequence[Track]
    """Its flights, widened by their uncertainty and by the operational volume, if there is one."""
    bare: Sequence[Track]
    """The same, widened by their uncertainty only."""
    meetings: Sequence[Meeting]
    fence_meetings: Sequence[Meeting]
    files: Sequence[ZoneFile]
    skies: Skies
    """The zones of those files."""
    silent: Sequence[tuple[Track, Ints]]
    """The stretches of its flights of which no zone within 50 km speaks, but for files that say what they cover."""
    boxed_files: frozenset[str]
    """Files whose zones' boxes come that near to the mission."""
    options: Options
    law: Law = field(default_factory=Law)
    crew: Crew = field(default_factory=Crew)
    aircraft: Aircraft | None = None
    aircraft_why: str = ""
    """Why the aircraft is not known; empty where it is, or where the mission names none."""
    layers: Mapping[str, Layer] = field(default_factory=dict)
    view: View | str | None = None
    """What the camera can see; a text says why it cannot be known; None where the mission says nothing of its camera."""
    volume: OperationalVolume | str | None = None
    """The operational volume; a text says why it cannot be known; None where the mission asks for none."""
    conflicts: Sequence[Conflict] = ()
    """The other missions that it comes too near to."""
    alone: bool = True
    """True where no other mission was given."""
    permit_uses: Sequence[PermitUse] = field(default=())

    @cached_property
    def times(self) -> tuple[Interval, ...]:
        """When each flight is flown, or each period in which it may be (seconds since 1970, UTC), as far as they say."""
        return tuple(window for flight in self.mission.flights for window in flight.windows)

    @property
    def untimed(self) -> bool:
        """True where a flight does not say when it is flown."""
        return any(flight.span is None for flight in self.mission.flights)

    @cached_property
    def span(self) -> Interval | None:
        """From the first to the last moment of the flights that say when they are flown; None where none does."""
        if not self.times:
            return None
        return min(first for first, _ in self.times), max(last for _, last in self.times)

    @cached_property
    def gaps(self) -> list[Gap]:
        """The gaps in the log of a flown flight."""
        if not self.mission.flown:
            return []
        if self.aircraft is None:
            return gaps(self.bare, None)
        climb, sink = self.aircraft.max_climb_mps, self.aircraft.max_descent_mps
        return gaps(self.bare, self.aircraft.max_speed_mps, (climb, sink) if climb and sink else None)

    @cached_property
    def strayed(self) -> list[tuple[Gap, list[Meeting]]]:
        """Every gap with the zones that the aircraft can have been in meanwhile."""
        return [(gap, [one for one in met if one.inside is not Answer.NO]) for gap, met in self.astray]

    @cached_property
    def astray(self) -> list[tuple[Gap, list[Meeting]]]:
        """Every gap with the zones that the aircraft can have come to meanwhile, to within the margin that is asked for."""
        gaps_, margin_m = self.gaps, self.options.margin_m
        met = (
            self.skies.meetings_of([[gap.strayed] for gap in gaps_], near_m=margin_m, margin_m=margin_m)
            if gaps_
            else []
        )
        return list(zip(gaps_, met, strict=True))

    @property
    def wind(self) -> Wind:
        """The wind that the mission states, or the one that is assumed."""
        return self.mission.wind or ASSUMED

    @cached_property
    def beside_subject(self) -> OffSubject | str:
        """What the camera sees beside the mission's subject, at 25 px/m or better, or why nobody can ask."""
        if self.view is None:
            return "the mission states nothing of its camera"
        if not self.mission.subject:
            return "the mission states no subject"
        if isinstance(self.view, str):
            return f"the camera is not known: {self.view}"
        if sum(float(track.course.length.sum()) for track in self.bare) > LONGEST_FILMED_M:
            return f"what it sees along more than {LONGEST_FILMED_M / 1000:g} km is not worked out"
        from dronectl.seeing import off_subject

        return off_subject(self.mission, self.bare, self.view, LEVELS["detect"])

    def crowds_within(self, metres: float = CROWDS_M) -> list[Zone]:
        """The crowds of the zone files that come within a distance of the path, or within that of the listed zones."""
        return list(self.flights_near_crowds(metres))

    def flights_near_crowds(self, metres: float = CROWDS_M) -> dict[Zone, list[Track]]:
        """Per crowd, in the files' order, the flights that come so near to it, widened by their uncertainty only."""
        near_m = max(metres, self.options.near_m)
        if near_m not in self._near_crowds:
            crowds = [zone for file in self.files for zone in file.crowds]
            found = Skies(crowds).meetings_of([[track] for track in self.tracks], near_m=near_m) if crowds else []
            made: dict[Zone, list[Track]] = {zone: [] for zone in crowds}
            for bare, met in zip(self.bare, found, strict=bool(crowds)):
                for meeting in met:
                    made[meeting.zone].append(bare)
            self._near_crowds[near_m] = {zone: tracks for zone, tracks in made.items() if tracks}
        return self._near_crowds[near_m]

    @cached_property
    def _near_crowds(self) -> dict[float, dict[Zone, list[Track]]]:
        """What was found within some metres, for the next rule that asks."""
        return {}

    @property
    def pilot(self) -> Pilot | None:
        """The pilot that the mission names, if the operator's files have one of this name."""
        return self.crew.pilots.get(self.mission.pilot)

    @property
    def day(self) -> date | None:
        """The day (UTC) on which the mission starts."""
        return datetime.fromtimestamp(self.span[0], UTC).date() if self.span else None

    @property
    def days(self) -> list[date]:
        """The local days on which flights, or periods in which they may be, begin or end: papers are asked on each."""
        return sorted({local_day(moment) for span in self.times for moment in span})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue."""

    code: str
    name: str
    severity: Severity
    judge: Callable[[Briefing], Iterator[Finding]]

    @property
    def explanation(self) -> Explanation:
        """What the rule says of itself."""
        return explanations()[self.code]

    @property
    def family(self) -> str:
        return self.code[:3]

    def answer(
        self,
        status: Status,
        message: str,
        *,
        remedy: str = "",
        zone: Zone | None = None,
        encounters: tuple[Encounter, ...] = (),
        possible: tuple[Encounter, ...] = (),
        where: tuple[Where, ...] = (),
        basis: str = "",
        severity: Severity | None = None,
        measured: float | None = None,
        limit: float | None = None,
        unit: str = "",
        law: Limit | None = None,
        figures: Mapping[str, float] | None = None,
        missing: str = "",
        flights: tuple[str, ...] = (),
    ) -> Finding:
        """One answer of this rule; `law` is the limit of a pack that it is about."""
        if law is not None:
            severity = severity or Severity(law.severity)
            basis = basis or law.source
            unit = unit or law.unit
            if limit is None and not isinstance(law.value, bool):
                limit = law.value
        local: dict[str, str] = {}
        if law is not None and status is Status.FAILED:
            local = {lang: f"{words} ({law.id})" for lang, words in law.message.items() if lang != "en"}
            message = f"{law.message['en']}: {message}" if "en" in law.message else message
            remedy = law.remedy.get("en", remedy)
        return Finding(
            rule=self.code,
            name=self.name,
            severity=severity or self.severity,
            status=status,
            message=message,
            remedy=remedy,
            basis=basis or self.explanation.source,
            zone=zone,
            encounters=encounters,
            possible=possible,
            where=where,
            measured=measured,
            limit=limit,
            unit=unit,
            law=law.id if law else "",
            by_house=law is not None and law.is_waivable,
            comparator=law.comparator if law else "",
            figures=figures or {},
            missing=missing,
            local=local,
            flights=flights,
        )


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule in the folder, by code."""
    package = import_module(__name__)
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__) if CODE.match(module.name))
    return tuple(import_module(f"{__name__}.{name}").RULE for name in names)


def chosen(rule: Rule, options: Options) -> bool:
    """True where the user's `--select` and `--ignore` leave the rule in; a family such as AIR stands for its rules."""

    def named(codes: tuple[str, ...]) -> bool:
        return any(rule.code.startswith(code.upper()) for code in codes)

    return (not options.select or named(options.select)) and not named(options.ignore)
