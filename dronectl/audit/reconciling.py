"""Detections of drones against one's own flights: was that one ours, and was it where it should be?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dronectl.audit.flights import Flown
from dronectl.conformance import PLACES, conformance
from dronectl.geometry import Frame
from dronectl.heights import Models
from dronectl.house import House
from dronectl.prepared import prepared
from dronectl.readers.sightings import Detection

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
    """Each detection with the flight that explains it best: the nearest one in the air at that moment."""
    best: list[Answer | None] = [None] * len(detections)
    for flown in flights:
        flight = flown.mission.flights[0]
        if flight.times is None:
            continue
        times = flight.times
        frame = Frame.about(flight.lon, flight.lat)
        points = frame.project(flight.lon, flight.lat)
        mine = [k for k, one in enumerate(detections) if times[0] - clock_s <= one.time <= times[-1] + clock_s]
        places = None
        for k in mine:
            one = detections[k]
            metres, step = _apart(one, frame, points, times, clock_s)
            had = best[k]
            if metres > near_m or (had is not None and had.metres is not None and had.metres <= metres):
                continue
            if places is None:
                places = _places(flown, models, house)
            kind, why = _kind(flown, places, step)
            best[k] = Answer(detection=one, kind=kind, flight=flown.mission.id, metres=metres, why=why)
    return [answer or _strange(one, known) for one, answer in zip(detections, best, strict=True)]


def _apart(one: Detection, frame: Frame, points: np.ndarray, times: np.ndarray, clock_s: float) -> tuple[float, int]:
    """The least distance between a detection and where the flight was about that time, and the step of the log there."""
    there = frame.project(np.array([one.lon]), np.array([one.lat]))[0]
    moments = np.unique(np.clip(np.linspace(one.time - clock_s, one.time + clock_s, 21), times[0], times[-1]))
    x, y = (np.interp(moments, times, points[:, side]) for side in (0, 1))
    metres = np.hypot(x - there[0], y - there[1])
    k = int(metres.argmin())
    return float(metres[k]), int(np.searchsorted(times, moments[k], side="right")) - 1


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


def _strange(one: Detection, known: frozenset[str]) -> Answer:
    if one.id and one.id in known:
        return Answer(detection=one, kind="other", flight="", metres=None, why="registered to somebody else")
    why = "no flight of ours was near at that time" + ("" if one.id else ", and it told no identity")
    return Answer(detection=one, kind="unexplained", flight="", metres=None, why=why)
