"""The public register: flown flights told so coarsely that nobody who was looked at can be found in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from dronectl.audit.flight import called
from dronectl.audit.flights import Flown
from dronectl.audit.looking import FEWEST
from dronectl.category import purpose_in
from dronectl.geometry import Frame, holders, middle
from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.grid import Square, squares_along, squares_of
from dronectl.geometry.sketch import in_the_netherlands
from dronectl.layer import Layer
from dronectl.mission import Flight, Mission
from dronectl.readers.moments import iso
from dronectl.records import dataclass
from dronectl.sharing.partition import SIDES, Partition
from dronectl.sharing.policy import policies
from dronectl.sharing.record import record_of, recorded, reduced

SCHEMA = "dronectl/register/v1"
ROUND_M = 1_000  # nothing finer is told round an end of a path, or where a crew stands: house figure
ENDS = 2  # of those places, the ones that lie on the path: its first and its last

DELAY_DAYS, POLICE_DELAY_DAYS = 7, 30  # house figures
POLICE = frozenset({"public-order", "openbare-orde", "crowd-management"})
NOT_TOLD = frozenset({"investigation", "criminal-investigation", "opsporing", "opsporingsonderzoek"})
HOVER_S, HOVER_M = 10.0, 5.0  # what counts as staying somewhere: house figures
ALWAYS = (
    ("pilot", "personal data"), ("take-off and landing", "told as squares of 1 km or more"),
    ("exact path", "told as squares"), ("exact times", "told in steps of 15 minutes"),
    ("camera angles", "what was looked at"),
)  # fmt: skip
RECENT, NO_TIME, INVESTIGATION = "too recent", "no time is known", "investigation of a criminal offence"
NO_PURPOSE = "no purpose is known"  # it may be an investigation: a log without its plan
TOO_FEW = "too few addresses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a record must not give away: places as longitude and latitude, and what they are."""

    places: Sequence[tuple[str, float, float]]


@dataclass(slots=True, kw_only=True)
class Register:
    """The records, what was withheld, and the truth that an attack is measured by."""

    document: dict[str, Any]
    truths: dict[str, Truth] = field(default_factory=dict)
    withheld: dict[str, int] = field(default_factory=dict)
    """Per ground how many flights are not in it at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the register is made."""

    period: str
    publisher: str
    now: float
    delay_days: int = DELAY_DAYS
    police_delay_days: int = POLICE_DELAY_DAYS
    fewest: int = FEWEST


def register(
    flights: Iterable[Flown], homes: Layer, areas: Layer | None, results: Mapping[tuple[str, str], Mapping[str, Any]],
    level: Callable[[Mission], str], wanted: Settings,
) -> Register:  # fmt: skip
    """The register of some flights.

    `results` has the rows of an audit by digest and flight; `level` says what the camera could make out of people.
    """
    lon, lat = places_of(homes)
    dutch = in_the_netherlands(lon, lat)
    squares = Partition(lon, lat, wanted.fewest, dutch=dutch)
    withheld: dict[str, int] = {}
    drafts = []
    for flown in flights:
        ground = _ground(flown.mission, wanted)
        if ground:
            withheld[ground] = withheld.get(ground, 0) + 1
            continue
        row = results.get((flown.log.sha256, called(flown.mission, flown.log)), {})
        drafts.append((_record(flown, squares, areas, row, level(flown.mission)), _truth(flown.mission)))
    drafts.sort(key=lambda draft: (draft[0]["start_15min"] or "", json.dumps(draft[0], sort_keys=True)))
    made = Register(document={}, withheld=dict(sorted(withheld.items())))
    features = []
    for number, (record, truth) in enumerate(drafts, 1):
        record = {"flight_id": f"{wanted.period}-{number:05d}", **record}
        made.truths[record["flight_id"]] = truth
        features.append(_feature(record))
    made.document = {
        "type": "FeatureCollection", "schema": SCHEMA, "period": wanted.period, "publisher": wanted.publisher,
        "made": iso(wanted.now)[:10], "not_in_it": made.withheld,
        "withheld_from_all": [{"field": name, "ground": why} for name, why in ALWAYS], "features": features,
    }  # fmt: skip
    return made


def places_of(homes: Layer) -> tuple[Floats, Floats]:
    """Longitude and latitude of every address."""
    at = np.array([place for zone in homes.zones if (place := middle(zone.volumes[0])) is not None], dtype=float)
    at = at.reshape(-1, 2)
    return at[:, 0], at[:, 1]


def _ground(mission: Mission, wanted: Settings) -> str:
    """Why a flight is not in the register at all; empty where it is."""
    if purpose_in(mission.purpose, NOT_TOLD):
        return INVESTIGATION
    if not mission.purpose.strip():
        return NO_PURPOSE
    span = mission.flights[0].span if mission.flights[0].times is not None else None
    if span is None:
        return NO_TIME
    police = purpose_in(mission.purpose, POLICE) or mission.category.lower().startswith("nl-state")
    days = wanted.police_delay_days if police else wanted.delay_days
    due = datetime.fromtimestamp(span[1], UTC) + timedelta(days=days)
    return RECENT if due.timestamp() > wanted.now else ""


def _record(
    flown: Flown, squares: Partition, areas: Layer | None, row: Mapping[str, Any], level: str
) -> dict[str, Any]:
    mission = flown.mission
    (public,) = (policy for policy in policies() if policy.id == "public")
    left, told = reduced(record_of(mission), public)
    said, flight = left.get("mission", {}), left["flights"][0]
    cells = cells_of(mission, squares)
    withheld = [{"field": one.field, "ground": one.why} for one in told if one.why]
    if not cells:
        withheld.append({"field": "grid_cells", "ground": TOO_FEW})
    camera = mission.camera or {}
    return {
        "date": flight.get("day"), "start_15min": flight.get("start"), "duration_5min_s": flight.get("duration_s"),
        "areas": _areas(cells, areas), "grid_cells": [square.name for square in cells],
        "operator": said.get("operator"), "purpose_code": said.get("purpose", "other"),
        "legal_basis": said.get("legal_basis"),
        "sensors": "camera" if camera else "not stated", "max_height_band_m": flight.get("heights"),
        "max_dori_level_on_people": level, "recorded": recorded(mission.flights[0], mission),
        "retention_class": said.get("retention_class"), "plan": flown.plan is not None,
        "plan_verdict": row.get("verdict"), "deviations": row.get("excursions"), "notice_ref": said.get("notice"),
        "sensor_register_ref": said.get("sensor_register"), "contact": said.get("contact"), "withheld": withheld,
    }  # fmt: skip


def cells_of(mission: Mission, squares: Partition) -> list[Square]:
    """The squares that are told of a path: finer ones away from its ends, and round each end one of a kilometre or more.

    Where too few addresses are, nothing is told.
    """
    flight = mission.flights[0]
    if squares.dutch and not in_the_netherlands(flight.lon, flight.lat):
        return []  # far from every address
    finest = squares_along(flight.lon, flight.lat, SIDES[0], dutch=squares.dutch)
    ends = _ends(mission)
    near = squares_of(np.array([at[0] for at in ends]), np.array([at[1] for at in ends]), SIDES[0], dutch=squares.dutch)
    kept_out = {place.parent(ROUND_M) for place in near}
    round_ends = {leaf for place in near[:ENDS] if (leaf := squares.leaf(place, ROUND_M)) is not None}
    away = {leaf for leaf in squares.leaves(finest) if not any(one.holds(leaf) for one in kept_out)}
    return sorted(round_ends | away)


def _ends(mission: Mission) -> list[tuple[float, float]]:
    """Where a flight begins and ends, and where its crew stands."""
    flight = mission.flights[0]
    ends = [
        (float(flight.lon[0]), float(flight.lat[0])),
        (float(flight.lon[-1]), float(flight.lat[-1])),
        flight.takeoff,
    ]
    return [*ends, *mission.pilot_at, *mission.observers_at]


def _truth(mission: Mission) -> Truth:
    flight = mission.flights[0]
    places = [("end", *at) for at in _ends(mission)]
    places += [("hover", lon, lat) for lon, lat in hovers(flight)]
    return Truth(places=places)


def hovers(flight: Flight) -> list[tuple[float, float]]:
    """Where a flight stayed: for 10 seconds within 5 metres."""
    if flight.times is None:
        return []
    at = Frame(float(flight.lon[0]), float(flight.lat[0])).project(flight.lon, flight.lat)
    found, first = [], 0
    for k in range(1, len(at) + 1):
        if k < len(at) and float(np.hypot(*(at[k] - at[first]))) <= HOVER_M:
            continue
        if float(flight.times[k - 1] - flight.times[first]) >= HOVER_S:
            found.append((float(flight.lon[first]), float(flight.lat[first])))
        first = k
    return found


def _areas(cells: Sequence[Square], areas: Layer | None) -> list[str]:
    """The names of the areas that hold the middles of the squares that are told: nothing finer than those."""
    if areas is None or not cells:
        return []
    rings = np.array([square.ring()[:4] for square in cells])
    middles = rings.mean(axis=1)
    found = holders([zone.volumes[0] for zone in areas.zones], middles[:, 0], middles[:, 1])
    return sorted({areas.zones[k].name for k in found.tolist() if k >= 0})


def _feature(record: Mapping[str, Any]) -> dict[str, Any]:
    squares = [square_of(name).ring() for name in record["grid_cells"]]
    shape = {"type": "MultiPolygon", "coordinates": [[ring] for ring in squares]} if squares else None
    return {"type": "Feature", "id": record["flight_id"], "geometry": shape, "properties": dict(record)}


def square_of(name: str) -> Square:
    """The square of a name in the register."""
    kind, x, y, side = name.rsplit("-", 3)
    return Square(int(x), int(y), int(side), kind == "RD")
