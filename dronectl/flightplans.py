"""The flight-plan requests that missions owe to the air traffic service of a control zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dronectl import geometry
from dronectl.along import above_ground
from dronectl.editions import spoken_of
from dronectl.encounter import COVERED_M, Meeting, Skies
from dronectl.intervals import Interval
from dronectl.law import Pack, edition_on, names_in
from dronectl.law.pack import Limit
from dronectl.measures import Answer
from dronectl.mission import Flight, Mission
from dronectl.prepared import Prepared
from dronectl.readers.moments import local_day
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.zone import Rings, Zone

CIVIL = "NL-CTR-CIVIL"
LEAD, GAP = "NL-FPL-LEAD", "NL-FPL-GAP"
CORNER_M = 5.0  # the outline to copy is this much wider, and has the fewer corners
HOUR_S, MINUTE_S = 3600.0, 60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leg:
    """One flight that needs a request."""

    number: int
    mission: Mission
    flight: Flight
    zones: tuple[Zone, ...]
    """The control zones that it enters, or may enter."""
    sure: bool
    """False where no zone file says that the zone is a civil control zone, or whether the flight enters it."""
    area: Rings
    highest_m: float | None
    """Above ground, with the uncertainty; None where it cannot be known."""

    @property
    def name(self) -> str:
        """The mission, and which of its flights where it has several."""
        return self.mission.id + (f" {self.flight.id}" if len(self.mission.flights) > 1 else "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """One request: the flights that it is for, why it is one of its own, and what it asks for."""

    area: str
    legs: tuple[Leg, ...]
    why: str
    span: Interval | None
    """Seconds since 1970 (UTC); None where a flight states no time."""
    deadline: float | None
    polygon: Rings
    highest_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Owed:
    """All requests that some missions owe, and the flights that owe none."""

    requests: tuple[Request, ...]
    none: tuple[tuple[str, str], ...]
    """Flight, and why it owes none."""
    unknown: tuple[tuple[str, str], ...] = ()
    """Flight, and why nobody can tell whether it owes one."""
    lead: Limit
    gap: Limit

    @property
    def decided(self) -> bool:
        """True where it is known of every flight, and with it every time and height that a request needs."""
        return not self.unknown and all(
            request.span is not None and request.highest_m is not None for request in self.requests
        )


def owed(missions: Sequence[Prepared], zones: Sequence[Zone], packs: Sequence[Pack]) -> Owed:
    """The requests that missions owe for control zones: one a flight area, a new one after a long time on the ground.

    Raises `LookupError` where no pack has the limits on the day of the first flight.
    """
    spans = [flight.span for ready in missions for flight in ready.mission.flights if flight.span is not None]
    lead, gap = _limits(packs, min((first for first, _ in spans), default=None))
    skies = Skies([zone for zone in zones if zone.of_aviation])
    legs: list[Leg] = []
    none: list[tuple[str, str]] = []
    unknown: list[tuple[str, str]] = []
    names = names_in(packs)
    number = 0
    for ready in missions:
        for bare, track in zip(ready.bare, ready.tracks, strict=True):
            number += 1
            met = [m for m in skies.meetings([track]) if m.inside is not Answer.NO]
            civil = [m for m in met if CIVIL in m.zone.law or not m.zone.law]
            leg = _leg(number, ready.mission, bare, track, civil)
            if civil:
                legs.append(leg)
            elif strange := [(m.zone, words) for m in met if (words := m.zone.strange_law(names))]:
                zone, words = strange[0]
                unknown.append(
                    (leg.name, f"{zone.name or zone.id} stands for {', '.join(words)}, which no rule pack has")
                )
            elif met:
                named = ", ".join(dict.fromkeys(m.zone.name or m.zone.id for m in met))
                none.append((leg.name, f"{named}: no civil control zone, ask its own authority"))
            elif spoken_of(skies, [track]):
                none.append((leg.name, "it enters no control zone of the zone files"))
            else:
                km = f"{COVERED_M / 1000:.0f}"
                unknown.append(
                    (leg.name, f"no zone file that is valid then speaks of the airspace within {km} km of it")
                )
    requests = tuple(_requests(legs, lead, gap))
    return Owed(requests=requests, none=tuple(none), unknown=tuple(unknown), lead=lead, gap=gap)


def _limits(packs: Sequence[Pack], moment: float | None) -> tuple[Limit, Limit]:
    """Lead time and longest time on the ground, as on a day; the newest where none is stated."""
    day = date.max if moment is None else local_day(moment)
    editions = [edition_on(packs, name, day) for name in dict.fromkeys(pack.id for pack in packs)]
    found = {limit.id: limit for pack in editions if pack for limit in pack.limits if limit.id in (LEAD, GAP)}
    if len(found) < 2:
        raise LookupError(f"no rule pack has {LEAD} and {GAP} on {day}")
    return found[LEAD], found[GAP]


def _leg(number: int, mission: Mission, bare: Track, track: Track, met: Sequence[Meeting]) -> Leg:
    reach = float(track.reach.max())
    return Leg(
        number=number,
        mission=mission,
        flight=bare.flight,
        zones=tuple(m.zone for m in met),
        sure=any(CIVIL in m.zone.law and m.inside is Answer.YES for m in met),
        area=geometry.corridor([track.course], reach),
        highest_m=above_ground([track], 0.0).highest_m,
    )


def _requests(legs: Sequence[Leg], lead: Limit, gap: Limit) -> list[Request]:
    made = []
    for k, group in enumerate(_areas(legs)):
        name = _letter(k)
        timed = sorted((leg for leg in group if leg.flight.span is not None), key=lambda leg: leg.flight.span or ())
        batch: list[Leg] = []
        why = "a flight area of its own" if k else "the first flight area"
        end = 0.0
        for leg in timed:
            assert leg.flight.span is not None
            first, last = leg.flight.span
            ground = (first - end) / MINUTE_S
            if batch and ground > float(gap.value or 0):
                made.append(_request(name, batch, why, lead))
                why = f"{ground:.0f} min on the ground after {batch[-1].name}; at most {gap.value:g} within one request"
                batch = []
            batch.append(leg)
            end = max(end, last) if len(batch) > 1 else last
        if batch:
            made.append(_request(name, batch, why, lead))
        for leg in group:
            if leg.flight.span is None:
                made.append(_request(name, [leg], "it states no time: with others it may be one request", lead))
    return made


def _request(area: str, legs: Sequence[Leg], why: str, lead: Limit) -> Request:
    spans = [leg.flight.span for leg in legs if leg.flight.span is not None]
    span = (min(first for first, _ in spans), max(last for _, last in spans)) if len(spans) == len(legs) else None
    heights = [leg.highest_m for leg in legs]
    return Request(
        area=area,
        legs=tuple(legs),
        why=why,
        span=span,
        deadline=span[0] - float(lead.value or 0) * HOUR_S if span else None,
        polygon=geometry.wrapped([leg.area for leg in legs], CORNER_M),
        highest_m=max(h for h in heights if h is not None) if None not in heights else None,
    )


def _areas(legs: Sequence[Leg]) -> list[list[Leg]]:
    """Flights by area: those whose outlines meet, directly or through others, share one; in the order of the flights."""
    groups: list[list[Leg]] = []
    for leg in legs:
        wide = geometry.wrapped([leg.area], CORNER_M)
        met = [
            group
            for group in groups
            if any(
                geometry.shares_m2([geometry.wrapped([other.area], CORNER_M)], wide)[1] > 0
                for other in group
                if not geometry.apart(
                    geometry.box_of(other.area), [geometry.grow(geometry.box_of(leg.area), CORNER_M * 4)]
                )
            )
        ]
        groups = [group for group in groups if group not in met] + [[*(one for group in met for one in group), leg]]
    for group in groups:
        group.sort(key=lambda leg: leg.number)
    return sorted(groups, key=lambda group: group[0].number)


def _letter(number: int) -> str:
    """A, B, ... Z, AA, AB."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
