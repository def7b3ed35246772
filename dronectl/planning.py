"""New missions that are clear by construction: a route, a survey, a perimeter, a stand off a crowd; each is checked.

Zones are taken in as they turn out to block, as `suggesting` does: a route is led round them, strips of a survey are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from dronectl.camera import Lens, focal_px
from dronectl.check import Report
from dronectl.finding import Finding
from dronectl.geometry import CrowdPlane, Floats, leg_azimuths, metres_between, path_m
from dronectl.geometry.course import WIDEST_M
from dronectl.geometry.coverage import Strips, ring_round
from dronectl.geometry.routing import FreeGround
from dronectl.heights import Models
from dronectl.house import House
from dronectl.measures import Datum
from dronectl.mission import DEFAULT_CLIMB_MPS, Flight, Mission
from dronectl.prepared import prepared
from dronectl.readers.moments import elapsed
from dronectl.records import dataclass
from dronectl.suggesting import Ask, Kept, blocking, cleared, led_round, obstacles, settled
from dronectl.where import Where
from dronectl.zone import Footprint

SPEED_MPS = 8.0  # house figure
DOWN_DEG = -90.0
MOST_STRIPS = 2_000
Place = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a new mission is flown."""

    height_m: float
    datum: Datum = Datum.AGL
    speed_mps: float = SPEED_MPS
    start: float | None = None
    """Seconds since 1970 (UTC)."""
    takeoff: Place | None = None
    """Where it takes off and lands; None for the first and the last place of the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos:
    """What a camera that looks straight down takes of flat ground."""

    gsd_m: float
    """Metres of ground a pixel."""
    height_m: float
    wide_m: float
    """Of one photo, across the path."""
    long_m: float
    """Of one photo, along the path."""
    side: float
    """Share of a photo that the next strip shows again."""
    front: float
    """Share of a photo that the next photo shows again."""

    @classmethod
    def of(cls, lens: Lens, still: tuple[int, int], gsd_m: float, side: float, front: float) -> Photos:
        """Of a lens at its widest and a frame of `still` pixels."""
        height = gsd_m * focal_px(still[0], lens.hfov_deg[0])
        return cls(
            gsd_m=gsd_m, height_m=height, wide_m=still[0] * gsd_m, long_m=still[1] * gsd_m, side=side, front=front
        )

    @property
    def apart_m(self) -> float:
        """From strip to strip, at most."""
        return self.wide_m * (1 - self.side)

    @property
    def every_m(self) -> float:
        """From photo to photo, at most."""
        return self.long_m * (1 - self.front)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """An area and how it is photographed."""

    area: Footprint
    photos: Photos
    angle_deg: float | None = None

    @property
    def plane(self) -> CrowdPlane:
        return CrowdPlane.of(self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A mission that was planned, and its check."""

    mission: Mission
    report: Report
    kept_off: tuple[str, ...]
    """The zones that it is led round."""
    strips: Strips | None = None


def route(places: Sequence[Place], wishes: Wishes) -> Flight:
    """Straight from place to place."""
    return _through(np.array(places, dtype=float), wishes)


def perimeter(area: Footprint, off_m: float, wishes: Wishes) -> Flight:
    """Once round an area, some metres outside of its edge (inside, below 0), from the corner nearest to the take-off.

    Raises `ValueError` where nothing of the area is left.
    """
    plane = CrowdPlane.of(area)
    ring = ring_round(plane.shape, off_m)
    if len(ring) < 4:
        raise ValueError(f"nothing of the area is left {-off_m:g} m inside of its edge")
    first = 0
    if wishes.takeoff is not None:
        home = plane.metres(np.array([wishes.takeoff[0]]), np.array([wishes.takeoff[1]]))[0]
        first = int(np.argmin(np.hypot(*(ring[:-1] - home).T)))
    turned = np.vstack([np.roll(ring[:-1], -first, axis=0), ring[first]])
    return _through(plane.degrees(turned), wishes)


def observe(stand: Place, seconds: float, wishes: Wishes) -> Flight:
    """To a place, there for some seconds, and home."""
    home = wishes.takeoff or stand
    return _through(np.array([home, stand, stand, home]), wishes, waits=[0.0, seconds, 0.0])


def survey(
    wanted: Survey, wishes: Wishes, closed: Sequence[tuple[Footprint, float]] = ()
) -> tuple[Flight, Strips] | str:
    """Strips over an area, cut at what is closed and joined round it; or why that cannot be.

    `closed` are footprints, each with how far a path must stay off it.
    """
    plane = wanted.plane
    corners = plane.corners()
    if float(np.hypot(*np.ptp(corners, axis=0))) > WIDEST_M:
        return f"the area is more than {WIDEST_M / 1000:g} km across"
    ground = FreeGround(plane.frame, closed)
    if float(np.ptp(corners, axis=0).max()) / wanted.photos.apart_m > MOST_STRIPS:
        return f"more than {MOST_STRIPS} strips would be needed"
    strips = Strips.over(plane.shape, ground.closed, wanted.photos.apart_m, wanted.angle_deg)
    if not len(strips.lines):
        return "no strip of the area is free of zones"
    begin = corners[0]
    if wishes.takeoff is not None:
        begin = plane.metres(np.array([wishes.takeoff[0]]), np.array([wishes.takeoff[1]]))[0]
        if bool(ground.barred(begin[None])[0]):
            return "the take-off point lies in a zone, or too near to one"
    flown = strips.in_order(begin)
    ends = flown.reshape(-1, 2)
    whole = ends if wishes.takeoff is None else np.vstack([begin, ends, begin])
    places, photographed = [whole[0]], [False]
    for k, (one, other) in enumerate(pairwise(whole)):
        on_strip = k % 2 == (0 if wishes.takeoff is None else 1)
        turns = [] if on_strip else ground.way(one, other)
        if turns is None:
            return "there is no way from strip to strip: the zones between them leave none"
        places += [*(np.array(turn) for turn in turns), other]
        photographed[-1] = on_strip
        photographed += [False] * (len(turns) + 1)
    flight = _through(plane.degrees(np.array(places)), wishes, recording=photographed)
    return flight, strips


def plan(
    raw: Mission,
    ask: Ask,
    models: Models,
    house: House,
    *,
    whole: tuple[Survey, Wishes] | None = None,
    moved_m: float = 0.0,
) -> Planned | str:
    """A mission like `raw` that is cleared, or why there is none; of a survey its strips are laid anew.

    `moved_m` is how far its places may be moved out of zones.
    """
    strips: list[Strips] = []
    kept: dict[str, Finding] = {}

    def asked(mission: Mission) -> Report:
        report = ask(mission)
        kept.update((str(one.zone.where), one) for one in blocking(report) if one.zone is not None)
        return report

    def make(zones: Sequence[Kept]) -> Mission | str:
        if whole is None:
            return led_round(raw, zones, models, house, moved_m)
        (track,) = prepared(raw, models, house).tracks
        made = survey(*whole, obstacles(zones, track))
        if isinstance(made, str):
            return made
        strips.append(made[1])
        return replace(raw, flights=(replace(made[0], ground_m=raw.flights[0].ground_m),))

    before = asked(raw)
    if settled(before):
        found: tuple[Mission, Report] | str = (raw, before)
    else:
        found = cleared(before, make, asked)
    if isinstance(found, str):
        return found
    names = tuple(sorted({one.zone.id for one in kept.values() if one.zone is not None}))
    return Planned(mission=found[0], report=found[1], kept_off=names, strips=strips[-1] if strips else None)


def length_m(flight: Flight) -> float:
    """Of its path on the ground."""
    return path_m(flight.lon, flight.lat)


def _through(places: Floats, wishes: Wishes, *, waits: Sequence[float] = (), recording: Sequence[bool] = ()) -> Flight:
    """A flight through places (n, 2 of longitude and latitude), up from the ground and down to it at both ends."""
    rows = places
    if wishes.takeoff is not None:
        home = np.array([wishes.takeoff])
        ends = [metres_between(*wishes.takeoff, *place) > 0.1 for place in (rows[0], rows[-1])]
        rows = np.vstack([*([home] if ends[0] else []), rows, *([home] if ends[1] else [])])
        waits = [*([0.0] if ends[0] else []), *waits, *([0.0] if ends[1] else [])] if waits else ()
        recording = [*([False] if ends[0] else []), *recording, *([False] if ends[1] else [])] if recording else ()
    rows = np.vstack([rows[:1], rows, rows[-1:]])
    n = len(rows)
    height = np.full(n, wishes.height_m)
    height[[0, -1]] = 0.0
    seconds = elapsed(leg_azimuths(rows[:, 0], rows[:, 1])[1], height, wishes.speed_mps, DEFAULT_CLIMB_MPS)
    if waits:
        seconds = seconds + np.concatenate([[0.0, 0.0], np.cumsum(waits), [sum(waits)]])
    shown = [False, *recording, False] if recording else []
    return Flight(
        id="flight-1", where=Where("plan"), lon=rows[:, 0].copy(), lat=rows[:, 1].copy(), height=height,
        datum=(wishes.datum,) * n, place=[f"point {k}" for k in range(n)],
        kind=("take-off", *("leg",) * (n - 3), "landing"), widen_m=np.zeros(n - 1), elapsed=seconds,
        times=None if wishes.start is None else wishes.start + seconds,
        gimbal_pitch_deg=(DOWN_DEG,) * n if recording else (), recording=tuple(shown),
    )  # fmt: skip


def new_mission(identifier: str, name: str, flight: Flight, **facts: str) -> Mission:
    """A mission of one flight; the facts are those of a mission that are words."""
    stated = {key: value for key, value in facts.items() if value}
    return Mission(
        id=identifier, name=name, path="plan", sha256="", where=Where("plan"), flights=(flight,),
        **stated,  # type: ignore[arg-type]
    )  # fmt: skip
