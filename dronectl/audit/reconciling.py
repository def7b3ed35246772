"""Detections of drones against one's own flights: was that one ours, and was it where it should be?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from dronectl.audit.flights import Flown
from dronectl.conformance import PLACES, conformance
from dronectl.geometry import Frame
from dronectl.geometry.shapes import to_origin
from dronectl.heights import Models
from dronectl.house import House
from dronectl.mission import Flight
from dronectl.prepared import prepared
from dronectl.readers.sightings import Detection
from dronectl.records import dataclass

NEAR_M = 150.0  # a sensor is so far off, at most: a house figure
CLOCK_S = 10.0  # and its clock: a house figure
KINDS = ("within-plan", "deviating", "no-plan", "other", "unexplained")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one detection was."""

    detection: Detection
    kind: str
    """One of `KINDS`."""
    flight: str
    metres: float | None
    """From the flight's own position at that moment."""
    why: str


def reconcile(
    detections: Sequence[Detection], flights: Iterable[Flown], models: Models, house: House, *,
    near_m: float = NEAR_M, clock_s: float = CLOCK_S, known: frozenset[str] = frozenset(),
) -> list[Answer]:  # fmt: skip
    """Each detection with the flight that explains it best: the nearest one in the air at that moment.

    A drone whose identity is `known` as somebody else's is never ours, however near it came. One flight explains one identity
    at a time: of two that were near it together, the one that kept nearer to it. Of one that no flight explains it is told
    which flights without times were as near at some time.
    """
    near: list[_Near] = []
    perhaps: dict[int, list[str]] = {}
    for number, flown in enumerate(flights):
        flight = flown.mission.flights[0]
        if flight.times is None:
            for k in _passed(detections, flight, near_m):
                perhaps.setdefault(k, []).append(flown.mission.id)
            continue
        times = flight.times
        frame = Frame.about(flight.lon, flight.lat)
        points = frame.project(flight.lon, flight.lat)
        mine = [
            k for k, one in enumerate(detections)
            if one.id not in known and times[0] - clock_s <= one.time <= times[-1] + clock_s
        ]  # fmt: skip
        places = None
        for k in mine:
            one = detections[k]
            metres, step = _apart(one, frame, points, times, clock_s)
            if metres > near_m:
                continue
            if places is None:
                places = _places(flown, models, house)
            kind, why = _kind(flown, places, step)
            answer = Answer(detection=one, kind=kind, flight=flown.mission.id, metres=metres, why=why)
            near.append(_Near(k, number, metres, answer))
    best: list[Answer | None] = [None] * len(detections)
    for passing in sorted(_one_to_one(near), key=lambda one: -one.metres):
        best[passing.detection] = passing.answer
    beside = {passing.detection: passing.answer.flight for passing in near}
    return [
        answer or _strange(one, known, beside.get(k, ""), perhaps.get(k, ()))
        for k, (one, answer) in enumerate(zip(detections, best, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class _Near:
    """A detection that a flight may explain."""

    detection: int
    flight: int
    metres: float
    answer: Answer


def _one_to_one(near: Sequence[_Near]) -> list[_Near]:
    """Without those of an identity that another one, nearer to the same flight at the same time, leaves no room for."""
    pairs: dict[tuple[str, int], list[_Near]] = {}
    for one in near:
        pairs.setdefault((one.answer.detection.id, one.flight), []).append(one)
    kept: list[_Near] = []
    spans: list[tuple[str, int, float, float]] = []
    for (name, flight), group in sorted(
        pairs.items(), key=lambda pair: (np.mean([o.metres for o in pair[1]]), pair[0])
    ):
        times = [one.answer.detection.time for one in group]
        first, last = min(times), max(times)
        if name and any(
            (other == name) != (flown == flight) and begin <= last and first <= end
            for other, flown, begin, end in spans
        ):
            continue
        kept += group
        if name:
            spans.append((name, flight, first, last))
    return kept


def _apart(one: Detection, frame: Frame, points: np.ndarray, times: np.ndarray, clock_s: float) -> tuple[float, int]:
    """The least distance between a detection and where the flight was about that time, and the step of the log there."""
    there = frame.project(np.array([one.lon]), np.array([one.lat]))[0]
    moments = np.unique(np.clip(np.linspace(one.time - clock_s, one.time + clock_s, 21), times[0], times[-1]))
    x, y = (np.interp(moments, times, points[:, side]) for side in (0, 1))
    metres = np.hypot(x - there[0], y - there[1])
    k = int(metres.argmin())
    return float(metres[k]), int(np.searchsorted(times, moments[k], side="right")) - 1


def _passed(detections: Sequence[Detection], flight: Flight, near_m: float) -> Iterator[int]:
    """The detections that a path came near to, whenever that was."""
    frame = Frame.about(flight.lon, flight.lat)
    points = frame.project(flight.lon, flight.lat)
    for k, one in enumerate(detections):
        there = frame.project(np.array([one.lon]), np.array([one.lat]))
        if to_origin(points[:-1] - there, points[1:] - there)[0].min(initial=np.inf) <= near_m:
            yield k


def _places(flown: Flown, models: Models, house: House) -> np.ndarray | None:
    """Per step of the log where it was against its plan; None without one."""
    if flown.plan is None:
        return None
    made = conformance(prepared(flown.plan, models, house), prepared(flown.mission, models, house))
    return made.flights[0].place


def _kind(flown: Flown, places: np.ndarray | None, step: int) -> tuple[str, str]:
    if places is None or not len(places):
        return "no-plan", "ours, and no plan was found for that flight"
    place = PLACES[int(places[min(max(step, 0), len(places) - 1)])]
    if place == "outside":
        return "deviating", "ours, outside the operational volume at that moment"
    if place == "unknown":
        return "no-plan", "ours, and whether it was inside its volume is not known at that moment"
    return "within-plan", "ours, inside the operational volume"


def _strange(one: Detection, known: frozenset[str], beside: str, perhaps: Sequence[str]) -> Answer:
    if one.id and one.id in known:
        return Answer(detection=one, kind="other", flight="", metres=None, why="registered to somebody else")
    if beside:
        why = f"near to {beside}, which explains another identity at that time"
        return Answer(detection=one, kind="unexplained", flight="", metres=None, why=why)
    why = "no flight of ours was near at that time" + ("" if one.id else ", and it told no identity")
    if perhaps:
        names = ", ".join(perhaps)
        why = f"no flight of ours is known to have been near then; near at some time, in logs without times: {names}"
    return Answer(detection=one, kind="unexplained", flight="", metres=None, why=why)
