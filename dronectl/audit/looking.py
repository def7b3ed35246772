"""Where was looked: home-seconds and passes per area, and what one address was shown of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from math import ceil, floor, isnan, nan

import numpy as np

from dronectl import altitude, geometry
from dronectl.audit.flights import Flown
from dronectl.camera import LEVELS, View
from dronectl.crew import Aircraft
from dronectl.editions import span_of
from dronectl.filming import view_for
from dronectl.gaps import gaps
from dronectl.geometry import Asked, Frame, Index, holders, middle
from dronectl.geometry.shapes import to_origin
from dronectl.heights import Models
from dronectl.house import House
from dronectl.intervals import Interval
from dronectl.layer import Layer
from dronectl.measures import Band, Datum, Height
from dronectl.prepared import Prepared, prepared
from dronectl.records import dataclass
from dronectl.seeing import Sighting, sightings
from dronectl.track import Track
from dronectl.viewing import OBSERVE
from dronectl.where import Where
from dronectl.zone import Circle, Dataset, Restriction, Volume, Zone

FAR_M = 5_000.0  # no camera tells that somebody is there from farther off: a house figure
FEWEST = 5  # addresses: an area with fewer is not told by itself (house figure)
ADDRESS_M = 5.0  # round an address: a house figure
ROUNDED_M = 5.0  # heights are told in steps of so much


@dataclass(slots=True, kw_only=True)
class Exposed:
    """One area: what was seen of it."""

    name: str
    homes: int = 0
    passes: int = 0
    """Flights that crossed it."""
    home_seconds: float = 0.0
    """At 62.5 px/m or more, over all its homes."""
    suppressed: bool = False


@dataclass(slots=True, kw_only=True)
class Exposure:
    """All areas, and what could not be told."""

    areas: list[Exposed] = field(default_factory=list)
    flights: int = 0
    unseen: int = 0
    """Flights whose camera, times or places are not all known: what they may have seen then is not in the figures."""
    outside: float = 0.0
    """Home-seconds of homes in no area."""


def exposure(flights: Iterable[Flown], areas: Layer, homes: Layer, models: Models, house: House) -> Exposure:
    """Home-seconds and passes per area; an area with few addresses is told together with the others like it."""
    made = Exposure(areas=[Exposed(name=zone.name) for zone in areas.zones])
    shapes = [zone.volumes[0] for zone in areas.zones]
    index = Index(shapes)
    places = np.array([middle(zone.volumes[0]) or (nan, nan) for zone in homes.zones], dtype=float).reshape(-1, 2)
    of_home = holders(shapes, places[:, 0], places[:, 1])
    for k in of_home.tolist():
        if k >= 0:
            made.areas[k].homes += 1
    number = {id(zone): k for k, zone in enumerate(homes.zones)}
    for flown in flights:
        made.flights += 1
        ready = prepared(flown.mission, models, house)
        for k in _crossed(ready, index, shapes):
            made.areas[k].passes += 1
        view = view_for(ready.mission, house.cameras, ready.aircraft) if ready.mission.camera is not None else ""
        if not isinstance(view, View) or flown.mission.flights[0].times is None:
            made.unseen += 1
            continue
        unsure = False
        for one in sightings(ready.mission, ready.bare, view, homes.zones, [OBSERVE]):
            if one.px_per_m < OBSERVE:
                continue
            seconds = one.seconds[OBSERVE]
            if isnan(seconds) or not one.logged:
                unsure = True
                continue
            k = int(of_home[number[id(one.zone)]])
            if k < 0:
                made.outside += seconds
            else:
                made.areas[k].home_seconds += seconds
        made.unseen += unsure
    for area in made.areas:
        area.suppressed = area.homes < FEWEST
    return made


def _crossed(ready: Prepared, index: Index, shapes: Sequence[Volume]) -> set[int]:
    """The areas that a flight was over."""
    found: set[int] = set()
    for track in ready.bare:
        for pieces, frame in track.course.frames():
            close = {k: some for k, some in index.near(track.course, pieces, 0.0).items() if k not in found}
            asked = [Asked(shapes[k], track.course, some, frame) for k, some in close.items()]
            found |= {k for k, metres in zip(close, geometry.distances(asked), strict=True) if metres <= 0.0}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One flight near an address, or that saw it, as far as a resident may know of it: no place of its own, no name."""

    begin: float
    """Rounded out to minutes (seconds since 1970, UTC)."""
    end: float
    purpose: str
    operator: str
    low_m: float | None
    """Heights above ground in steps of 5 m, rounded out; None where they are not known."""
    high_m: float | None
    seconds: dict[str, float | None]
    """Per level how long the address was in view; None where that is not known."""
    recorded: bool | None
    contact: str
    notice: str
    sure: bool = True
    """False where only a gap in its log leaves room for it, or only a height that is not known."""
    near: bool = True
    """False where it was farther off, and its camera saw the address."""


@dataclass(slots=True, kw_only=True)
class Passing:
    """The answer to a resident."""

    radius_m: float
    found: list[Passed] = field(default_factory=list)
    untimed: int = 0
    """Flights that came as near or saw the address, of which nobody knows when."""
    blind: int = 0
    """Flights of that time within `FAR_M` that did not come as near, and of whose cameras nothing is known."""


def whowas(
    flights: Iterable[Flown], place: tuple[float, float], radius_m: float, span: Interval, models: Models, house: House
) -> Passing:
    """The flights that came within some metres of a place (longitude, latitude) in a span of time, or had it in view then."""
    address, made = _address(place), Passing(radius_m=radius_m)
    for flown in flights:
        spoken, silent = span_of(flown.mission), flown.mission.flights[0].silent_s
        if spoken is not None and (spoken[0] - silent[0] > span[1] or spoken[1] + silent[1] < span[0]):
            continue
        ready = prepared(flown.mission, models, house)
        (track,) = ready.bare
        near, sure = _legs_near(track, ready.aircraft, place, radius_m)
        view = view_for(ready.mission, house.cameras, ready.aircraft) if ready.mission.camera is not None else ""
        seen = _sighting(ready, view, address)
        saw = np.zeros(len(near), bool)
        saw[sorted(set().union(*seen.legs.values())) if seen is not None else []] = True
        times = flown.mission.flights[0].times
        if times is None:
            made.untimed += bool((near | saw).any())
            continue
        first, last = times[:-1] if len(times) > 1 else times, times[1:] if len(times) > 1 else times
        logged = (last >= span[0]) & (first <= span[1])
        first, last = first.copy(), last.copy()
        first[0] -= silent[0]  # where it may have been meanwhile, its first and its last leg tell
        last[-1] += silent[1]
        then = (last >= span[0]) & (first <= span[1])
        close = bool((near & then).any())
        legs = np.flatnonzero((near if close else saw) & then)
        if not len(legs):
            about = not isinstance(view, View) and bool(
                (_legs_near(track, ready.aircraft, place, FAR_M)[0] & then).any()
            )
            made.blind += about
            continue
        low, high = _heights(track, legs)
        made.found.append(
            Passed(
                begin=floor(float(first[legs[0]]) / 60) * 60.0, end=ceil(float(last[legs[-1]]) / 60) * 60.0,
                purpose=flown.mission.purpose, operator=flown.mission.operator, low_m=low, high_m=high,
                seconds=_seconds(view, seen), recorded=_recorded(flown), contact=_paper(flown, "contact"),
                notice=_paper(flown, "notice"), near=close,
                sure=bool((sure & logged).any())
                if close
                else bool(logged.any()) and seen is not None and seen.sure_at(LEVELS["detect"]),
            )
        )  # fmt: skip
    made.found.sort(key=lambda one: one.begin)
    return made


def _legs_near(
    track: Track, aircraft: Aircraft | None, place: tuple[float, float], radius_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Which legs came within a radius of a place, or may have where the log has a gap; and which surely did."""
    flight = track.flight
    points = Frame(*place).project(flight.lon, flight.lat)
    ends = (points[:-1], points[1:]) if len(points) > 1 else (points, points)
    metres = to_origin(*ends)[0]
    off = np.full(len(metres), track.horizontal_m) + flight.widen_m
    sure = metres <= radius_m + off
    for gap in gaps([track], aircraft.max_speed_mps if aircraft is not None else None):
        sure[gap.leg] &= bool(gap.end)
        off[gap.leg] = max(off[gap.leg], gap.reach_m)
    return metres <= radius_m + off, sure


def _paper(flown: Flown, name: str) -> str:
    paper = flown.mission.papers.get(name)
    return "" if paper is None else paper.reference


def _recorded(flown: Flown) -> bool | None:
    """True where it recorded at some moment, None where that is not known."""
    flight, camera = flown.mission.flights[0], flown.mission.camera or {}
    if flight.recording:
        return any(flight.recording)
    stated = camera.get("recording")
    return stated if isinstance(stated, bool) else None


def _address(place: tuple[float, float]) -> Zone:
    where = Where("address")
    shape = Circle(place[0], place[1], ADDRESS_M)
    volume = Volume(footprint=shape, box=geometry.box_of(shape), band=Band(), where=where)
    dataset = Dataset(path="address", sha256="", profile="address")
    return Zone(
        id="address", name="address", restriction=Restriction.NO_RESTRICTION, reasons=("PRIVACY",), volumes=(volume,),
        where=where, dataset=dataset,
    )  # fmt: skip


def _heights(track: Track, legs: np.ndarray) -> tuple[float | None, float | None]:
    found = []
    for piece in np.flatnonzero(np.isin(track.course.leg, legs)).tolist():
        bounds = altitude.known_above(track, piece, Height(0.0, Datum.AGL))
        if bounds is None:
            return None, None
        found.append((float(bounds.low.min()), float(bounds.high.max())))
    low, high = min(one for one, _ in found), max(other for _, other in found)
    return floor(max(low, 0.0) / ROUNDED_M) * ROUNDED_M, ceil(high / ROUNDED_M) * ROUNDED_M


def _sighting(ready: Prepared, view: View | str, address: Zone) -> Sighting | None:
    """How an address was in view; None where it was not, or the camera is not known."""
    if not isinstance(view, View):
        return None
    return next(iter(sightings(ready.mission, ready.bare, view, [address], sorted(LEVELS.values()))), None)


def _seconds(view: View | str, seen: Sighting | None) -> dict[str, float | None]:
    """Per level how long an address was in view; None where that is not known."""
    if not isinstance(view, View):
        return dict.fromkeys(LEVELS, None)
    lasted = {name: 0.0 if seen is None else seen.seconds.get(level, 0.0) for name, level in LEVELS.items()}
    return {name: None if isnan(seconds) else seconds for name, seconds in lasted.items()}
