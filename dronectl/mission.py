"""Missions: planned flights as lines of position, height and time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, overload

from dronectl.intervals import Interval
from dronectl.measures import Datum
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Remark, Rings, Zone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_HORIZONTAL_M = (
    5.0  # widens the path where a mission states no uncertainty: the house default, said in every report
)
DEFAULT_VERTICAL_M = 3.0  # likewise
WING_MPS = 25.0  # on the wing, where neither plan nor aircraft says how fast: a house figure
NUMBER = re.compile(
    r"\s*((?=[^-\u2013\u2014]*\d)[A-Za-z]{3}\s?\w{10,16}|[A-Z]{3}\w{13})\s*[-\u2013\u2014]\s*(\w+)\s*"
)  # an operator number with the secret characters after its dash (EN 4709-02), mistyped ones with a digit included
DEFAULT_CLIMB_MPS = 3.0  # assumed where a mission states no climb rate, said in the report


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """How far the aircraft may be from its stated path, in metres."""

    horizontal_m: float = DEFAULT_HORIZONTAL_M
    vertical_m: float = DEFAULT_VERTICAL_M
    stated: bool = False
    measured: bool = False
    """True where it is what the receiver of a log measured."""

    @property
    def assumed(self) -> str:
        """The sentence of a report about an uncertainty that nobody states."""
        widened = f"the path is widened by {self.horizontal_m:g} m horizontally and {self.vertical_m:g} m vertically"
        return f"no uncertainty is stated: {widened}"

    def under(self, stated: Uncertainty) -> Uncertainty:
        """What counts where somebody states another one: what a receiver measured is never made less."""
        if not self.measured:
            return stated
        return replace(
            self, horizontal_m=max(self.horizontal_m, stated.horizontal_m), vertical_m=max(self.vertical_m, stated.vertical_m)
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of a mission: its reference, and its dates where they are stated."""

    reference: str
    issued: date | None = None
    valid_until: date | None = None
    reported: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """An artificial obstacle: degrees, metres above ground, and who asked for the flight round it."""

    lon: float
    lat: float
    height_m: float
    radius_m: float = 0.0
    requested_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumePlan:
    """How the operational volume is dimensioned; None where it is to be worked out. Metres, degrees, metres per second."""

    flight_geography_m: float = 0.0
    flight_geography_up_m: float = 0.0
    speed_mps: float | None = None
    altimeter: str = "barometric"
    pitch_deg: float = 45.0
    bank_deg: float = 30.0
    method: str = "1:1"
    """`1:1`, `ballistic`, `parachute` or `glide`."""
    parachute_open_s: float | None = None
    parachute_sink_mps: float | None = None
    wind_mps: float = 3.0
    glide_ratio: float | None = None
    contingency_m: float | None = None
    contingency_up_m: float | None = None
    ground_risk_buffer_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """What two missions keep between their volumes: house figures, configurable.

    Whoever is within all three of another is too near.
    """

    sideways_m: float = 50.0
    up_m: float = 15.0
    seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wind:
    """The wind along the path, metres per second; `from_deg` is where it comes from, None for whatever side is worst."""

    speed_mps: float
    gust_mps: float | None = None
    from_deg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What is stated of the battery: its flight time in minutes, and the share of it that is kept in reserve."""

    minutes: float | None = None
    reserve: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Where to go, and whom to call, when something goes wrong."""

    site: str = ""
    at: tuple[float, float] | None = None
    """Longitude and latitude of the site."""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cruise:
    """How high a point of a level way is: as high as another point, or some metres above take-off, whichever is higher."""

    like: int
    """The other point."""
    least_m: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flight:
    """One flight. Leg i runs from point i to point i + 1; a flight of one point is a single fix.

    Legs are geodesics; height and time run evenly along them.
    """

    id: str
    where: Where
    lon: NDArray[np.float64]
    """Degrees east, (n,)."""
    lat: NDArray[np.float64]
    """Degrees north, (n,)."""
    height: NDArray[np.float64]
    """Metres over the datum of the same point, (n,); NaN where the file states none."""
    datum: tuple[Datum | None, ...]
    """(n,); None where the height is NaN."""
    place: Sequence[str]
    """What each point is called in its file, (n,): `$.features[0].geometry.coordinates[3]`."""
    kind: tuple[str, ...]
    """What each leg is, (n - 1,): leg, take-off, hover, loiter, jump, return, landing."""
    widen_m: NDArray[np.float64]
    """Metres by which each leg may leave its line beyond the uncertainty, (n - 1,) or (1,) for a single fix."""
    times: NDArray[np.float64] | None = None
    """Seconds since 1970 (UTC) at each point, (n,); None where the mission does not say."""
    elapsed: NDArray[np.float64] | None = None
    """Seconds since the start, (n,), from speeds; None where they cannot be known."""
    periods: tuple[Interval, ...] = ()
    """The flight happens, whole, at some unknown moment in one of these (seconds since 1970, UTC), in order."""
    gimbal_pitch_deg: tuple[float, ...] = ()
    """Where the camera looks at each point: 0 the horizon, -90 straight down, (n,); NaN where that is not stated."""
    gimbal_yaw_deg: tuple[float, ...] = ()
    """Degrees from north, clockwise, (n,); NaN where that is not stated."""
    recording: tuple[bool, ...] = ()

    silent_s: tuple[float, float] = (0.0, 0.0)
    """Seconds that a log goes on without a position before its first and after its last, not shown to stand on the ground."""
    partial: tuple[Oddity, ...] = ()
    """What shows that a log is of a part of the flight."""
    takeoff_at: tuple[float, float] | None = None
    """Longitude and latitude of the take-off point where it is not the first position."""
    takeoff_known: bool = True
    """False where the aircraft took off at a place that is not in the file: a recording that begins in the air."""
    ground_m: float | None = None
    """The ground at the take-off point in metres AMSL, as the mission or the user states it; None where nobody does."""
    cruise: Mapping[int, Cruise] = field(default_factory=dict)
    """Points of unknown height that `cruising.levelled` finds with the models."""

    @property
    def span(self) -> Interval | None:
        """From the first to the last moment of the flight (seconds since 1970, UTC), or of the periods it may fall in."""
        if self.times is not None:
            return float(self.times.min()), float(self.times.max())
        return (self.periods[0][0], self.periods[-1][1]) if self.periods else None

    @property
    def windows(self) -> tuple[Interval, ...]:
        """When it is flown, or each of the periods it may fall in; none where it says nothing of time."""
        return (self.span,) if self.times is not None and self.span is not None else self.periods

    @property
    def over(self) -> Datum | None:
        """The datum of all heights; None where they are over several, or one is not stated."""
        first = self.datum[0]
        return first if first is not None and self.datum.count(first) == len(self.datum) else None

    @property
    def takeoff(self) -> tuple[float, float]:
        """Longitude and latitude of the take-off point: the first position, unless another is stated."""
        return self.takeoff_at or (float(self.lon[0]), float(self.lat[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """What is wrong with the record of a flown flight, of one kind, and how often."""

    kind: str
    """`no-fix`, `leap`, `duplicate-time`, `backward-time`, `time-missing`, `clock-offset`, `damaged`, `in-the-air`."""
    count: int
    what: str
    where: Where
    """The first place."""


class Numbered(Sequence[str]):
    """Places that differ by a number only: `flight.bin::GPS record 17`; one is put together when it is read."""

    def __init__(self, prefix: str, numbers: NDArray[np.integer[Any]]) -> None:
        self.prefix, self.numbers = prefix, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Numbered: ...
    def __getitem__(self, at: int | slice) -> str | Numbered:
        if isinstance(at, slice):
            return Numbered(self.prefix, self.numbers[at])
        return f"{self.prefix}{int(self.numbers[at])}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mission:
    """What is planned or was flown, by whom, why; and the flights that do it."""

    id: str
    name: str
    path: str
    sha256: str
    where: Where
    flights: tuple[Flight, ...]
    uncertainty: Uncertainty = Uncertainty()
    category: str = ""
    operator: str = ""
    pilot: str = ""
    purpose: str = ""
    legal_basis: str = ""
    aircraft: str = ""
    priority: int = 0
    """Of two missions that meet, the one with the higher figure goes first (as in ASTM F3548)."""
    camera: dict[str, Any] | None = None
    """What is stated of the camera; None where nothing is: then what it sees is not asked."""
    subject: tuple[Rings, ...] = ()
    """The area that the camera is there for: one outline or none."""
    declared: Mapping[str, float | bool] = field(default_factory=dict)
    """What the operator states of the flight, by the names of `law.STATEMENTS`."""
    papers: Mapping[str, Paper] = field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()
    pilot_at: tuple[tuple[float, float], ...] = ()
    """Longitude and latitude of the pilot, where it is stated: one place or none."""
    observers_at: tuple[tuple[float, float], ...] = ()
    volumes: VolumePlan | None = None
    abort: tuple[str, ...] = ()
    """When the flight is broken off, as agreed beforehand."""
    emergency: Emergency | None = None
    wind: Wind | None = None
    battery: Charge | None = None
    signers: Mapping[str, str] = field(default_factory=dict)
    """Who signs beside the pilot: `commander`, `privacy_officer`."""
    permits: tuple[str, ...] = ()
    """Paths of permit files, as written, relative to the mission file."""
    assumptions: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    doubts: tuple[str, ...] = ()
    """Parts of the path that could not be known; while there are any, the mission cannot be cleared."""
    fence: tuple[Zone, ...] = ()
    """Areas that the plan's own fence keeps out of, as zones."""
    fence_inside: tuple[Zone, ...] = ()
    """Areas that the plan's own fence keeps inside of."""
    rally_at: tuple[tuple[float, float], ...] = ()
    """Longitude and latitude of the rally points of the plan."""
    wing_mps: float = 0.0
    """How fast it flies on its wing, which cannot turn on the spot, m/s; 0 where nobody says that it has one."""
    heights: str = ""
    """What the heights of a log are: which column, measured from what, by what."""
    oddities: tuple[Oddity, ...] = ()
    """What is wrong with the record of a flown flight."""
    flown: bool = False
    """True for the log of a flown flight, False for a plan."""


def masked(operator: str) -> str:
    """An operator number without its secret characters, however it is written; anything else as it is."""
    found = NUMBER.fullmatch(operator)
    return found[1] if found else operator
