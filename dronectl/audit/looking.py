"""Where was looked: home-seconds and passes per area, and what one address was shown of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, isnan, nan

import numpy as np

from dronectl import altitude, geometry
from dronectl.audit.flights import Flown
from dronectl.camera import LEVELS, View
from dronectl.editions import span_of
from dronectl.geometry import Frame, Index, holders, middle
from dronectl.heights import Models
from dronectl.house import House
from dronectl.intervals import Interval
from dronectl.layer import Layer
from dronectl.measures import Band, Datum, Height
from dronectl.prepared import Prepared, prepared
from dronectl.seeing import sightings, view_for
from dronectl.viewing import OBSERVE
from dronectl.where import Where
from dronectl.zone import Circle, Dataset, Restriction, Volume, Zone

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
    """Flights whose camera or times are not known: what they saw is not in the figures."""
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
        for one in sightings(ready.mission, ready.bare, view, homes.zones, [OBSERVE]):
            seconds = one.seconds[OBSERVE]
            if one.px_per_m < OBSERVE or isnan(seconds):
                continue
            k = int(of_home[number[id(one.zone)]])
            if k < 0:
                made.outside += seconds
            else:
                made.areas[k].home_seconds += seconds
    for area in made.areas:
        area.suppressed = area.homes < FEWEST
    return made


def _crossed(ready: Prepared, index: Index, shapes: Sequence[Volume]) -> set[int]:
    """The areas that a flight was over."""
    found: set[int] = set()
    for track in ready.bare:
        for pieces, frame in track.course.frames():
            for k, close in index.near(track.course, pieces, 0.0).items():
                if k not in found and geometry.distance_to(shapes[k], track.course, close, frame) <= 0.0:
                    found.add(k)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One flight near an address, as far as whoever lives there may know of it: no place of its own, no name."""

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


def whowas(
    flights: Iterable[Flown], place: tuple[float, float], radius_m: float, span: Interval, models: Models, house: House
) -> list[Passed]:
    """The flights that came within some metres of a place (longitude, latitude) in a span of time."""
    address = _address(place)
    found = []
    for flown in flights:
        spoken = span_of(flown.mission)
        flight = flown.mission.flights[0]
        if flight.times is None or spoken is None or spoken[0] > span[1] or spoken[1] < span[0]:
            continue
        frame = Frame(*place)
        metres = np.hypot(*frame.project(flight.lon, flight.lat).T) - flown.mission.uncertainty.horizontal_m
        near = np.flatnonzero((metres <= radius_m) & (flight.times >= span[0]) & (flight.times <= span[1]))
        if not len(near):
            continue
        ready = prepared(flown.mission, models, house)
        low, high = _heights(ready, near)
        view = view_for(ready.mission, house.cameras, ready.aircraft) if ready.mission.camera is not None else ""
        found.append(
            Passed(
                begin=floor(float(flight.times[near[0]]) / 60) * 60.0, end=ceil(float(flight.times[near[-1]]) / 60) * 60.0,
                purpose=flown.mission.purpose, operator=flown.mission.operator, low_m=low, high_m=high,
                seconds=_seen(ready, view, address), recorded=_recorded(flown), contact=_paper(flown, "contact"),
                notice=_paper(flown, "notice"),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: one.begin)


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


def _heights(ready: Prepared, fixes: np.ndarray) -> tuple[float | None, float | None]:
    track = ready.bare[0]
    found = []
    for k in fixes.tolist():
        piece = min(int(np.searchsorted(track.course.leg, k)), len(track.course) - 1)
        bounds = altitude.known_above(track, piece, Height(0.0, Datum.AGL))
        if bounds is None:
            return None, None
        found.append(bounds.at(0.0))
    low, high = min(one for one, _ in found), max(other for _, other in found)
    return floor(max(low, 0.0) / ROUNDED_M) * ROUNDED_M, ceil(high / ROUNDED_M) * ROUNDED_M


def _seen(ready: Prepared, view: View | str, address: Zone) -> dict[str, float | None]:
    if not isinstance(view, View):
        return dict.fromkeys(LEVELS, None)
    levels = sorted(LEVELS.values())
    (one,) = sightings(ready.mission, ready.bare, view, [address], levels) or (None,)
    if one is None:
        return dict.fromkeys(LEVELS, 0.0)
    return {
        name: None if isnan(one.seconds.get(level, 0.0)) else one.seconds.get(level, 0.0)
        for name, level in LEVELS.items()
    }
