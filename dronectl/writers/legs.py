"""What the mission formats share: whether a flight's heights can be said, and how a take-off and a landing look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from dronectl.measures import Datum
from dronectl.mission import Flight, Mission
from dronectl.records import dataclass
from dronectl.writers import CannotWrite

AT_ONE_PLACE_DEG = 1e-9


@dataclass(frozen=True, slots=True)
class Point:
    """One position of a flight, and what leads to it."""

    lon: float
    lat: float
    height: float
    datum: Datum | None
    kind: str
    speed_mps: float | None
    pitch_deg: float | None
    recording: bool
    wait_s: float = 0.0
    least_m: float | None = None
    """On a level way of unknown height (`Cruise`): no lower than this above take-off."""


def points(flight: Flight) -> list[Point]:
    """The positions of a flight; one that repeats the one before is a wait."""
    made: list[Point] = []
    for k in range(len(flight.lon)):
        kind = flight.kind[k - 1] if k else ""
        speed = None
        seconds = 0.0
        if k and flight.elapsed is not None:
            seconds = float(flight.elapsed[k] - flight.elapsed[k - 1])
        here = Point(
            float(flight.lon[k]),
            float(flight.lat[k]),
            float(flight.height[k]),
            flight.datum[k],
            kind,
            speed,
            float(flight.gimbal_pitch_deg[k]) if flight.gimbal_pitch_deg else None,
            bool(flight.recording[k]) if flight.recording else False,
            least_m=flight.cruise[k].least_m if k in flight.cruise else None,
        )
        if made and _repeats(made[-1], here):
            last = made[-1]
            made[-1] = replace(last, recording=last.recording or here.recording, wait_s=last.wait_s + seconds)
            continue
        made.append(here)
    return made


def homeward(path: list[Point]) -> tuple[list[Point], bool, float | None]:
    """The path without a way home of which a height is unknown, whether there was one, and its level above take-off.

    Formats say of such a way only that the aircraft goes home.
    """
    start = home_from([point.kind for point in path], [point.datum for point in path])
    if start == len(path):
        return path, False, None
    back = [point for point in path[start:] if point.kind == "return"]
    known = [point.height for point in back if point.datum is Datum.TAKEOFF]
    known += [point.least_m for point in back if point.least_m is not None]
    return path[:start], True, known[0] if known else None


def home_from(kinds: Sequence[str], datums: Sequence[Datum | None]) -> int:
    """Where a way home begins of which a height is unknown: the place of its first point, or the end."""
    start = len(kinds)
    while start > 1 and kinds[start - 1] in ("return", "landing"):
        start -= 1
    return start if any(datum is None for datum in datums[start:]) else len(kinds)


def _repeats(one: Point, other: Point) -> bool:
    if (one.lon, one.lat, one.datum) != (other.lon, other.lat, other.datum):
        return False
    return one.datum is None or one.height == other.height


def upright(one: Point, other: Point) -> bool:
    """True where one stands over the other."""
    return abs(one.lon - other.lon) <= AT_ONE_PLACE_DEG and abs(one.lat - other.lat) <= AT_ONE_PLACE_DEG


def on_ground(point: Point) -> bool:
    """True for a point on the ground at take-off or landing."""
    return point.datum in (Datum.TAKEOFF, Datum.AGL) and point.height == 0.0


def levelled(flight: Flight) -> Flight:
    """The flight with its take-off and landing on the ground as heights above ground, where all its others are."""
    if set(flight.datum) != {Datum.TAKEOFF, Datum.AGL}:
        return flight
    lon, lat = flight.takeoff
    for k, datum in enumerate(flight.datum):
        at_home = abs(flight.lon[k] - lon) <= AT_ONE_PLACE_DEG and abs(flight.lat[k] - lat) <= AT_ONE_PLACE_DEG
        if datum is Datum.TAKEOFF and not (at_home and flight.height[k] == 0.0):
            return flight
    return replace(flight, datum=(Datum.AGL,) * len(flight.datum))


def single(mission: Mission, name: str) -> Flight:
    """The one flight of a mission, for formats that hold one."""
    if len(mission.flights) != 1:
        raise CannotWrite(
            f"{name} holds one flight, and the mission has {len(mission.flights)}: take one out of it with "
            "`dronectl missions convert --flight NAME`"
        )
    return mission.flights[0]


def require(path: Sequence[Point], known: Sequence[Datum], name: str) -> None:
    """Refuse heights that a format cannot say: a height over another datum would be another height."""
    for point in path:
        if point.datum is None or not isfinite(point.height):
            raise CannotWrite(f"{name} needs a height at every point, and one has none (--alt-datum may say it)")
        if point.datum not in known:
            words = ", ".join(datum.value for datum in known)
            raise CannotWrite(f"{name} knows heights over {words}, and one is over {point.datum.value}")


def lost(
    mission: Mission,
    *,
    times: bool = True,
    camera: bool = True,
    fence: bool = True,
    widen: bool = True,
    rally: bool = True,
) -> list[str]:
    """What of a mission a format that holds mere points does not keep."""
    told = []
    flights = mission.flights
    if times and any(flight.times is not None or flight.periods for flight in flights):
        told.append("when it is flown: the format keeps no times of day")
    if camera and any(flight.gimbal_pitch_deg or flight.recording for flight in flights):
        told.append("what the camera does: gimbal and recording")
    if fence and (mission.fence or mission.fence_inside):
        told.append("the fence")
    if rally and mission.rally_at:
        told.append(f"{len(mission.rally_at)} rally point(s)")
    if widen and any(bool((flight.widen_m > 0.1).any()) for flight in flights):
        told.append("that legs may leave their lines (curves, loiter circles, bent edges)")
    if mission.doubts:
        told.append(f"that {len(mission.doubts)} part(s) of the path are not known")
    for name in ("category", "operator", "pilot", "purpose", "legal_basis", "aircraft", "priority", "camera", "permits",
                 "declared", "papers", "obstacles", "pilot_at", "observers_at", "volumes",
                 "abort", "emergency", "wind", "battery", "signers"):  # fmt: skip
        if getattr(mission, name) or (name in ("camera", "volumes") and getattr(mission, name) is not None):
            told.append(f"its {name.replace('_', ' ')}")
    if mission.wing_mps:
        told.append("its speed on the wing: that it cannot turn on the spot")
    if mission.uncertainty.stated:
        told.append("its uncertainty")
    return told
