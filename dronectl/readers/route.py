"""A mission from stops in the order in which they are flown, whatever file they came from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite, nan
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.measures import Datum
from dronectl.mission import DEFAULT_CLIMB_MPS, Cruise, Flight, Mission, Uncertainty
from dronectl.readers.document import Document
from dronectl.records import dataclass
from dronectl.where import Where

FIRST = "the file names no take-off point: take-off is taken to be at its first position"
HOMELESS = "the file ends in the air: how the aircraft comes home is not in it and was not checked"
UNTOLD = "the file does not say what its heights are measured from: they are left out (--alt-datum says it)"


@dataclass(slots=True, kw_only=True)
class Stop:
    """One position of a route, and how it is reached."""

    lon: float
    lat: float
    height: float
    """Metres over the datum; NaN where the file states none."""
    datum: Datum | None
    where: Where
    kind: str = "leg"
    widen_m: float = 0.0
    """Metres by which the leg that leads here may leave its line."""
    speed_mps: float = nan
    """On the leg that leads here."""
    wait_s: float = 0.0
    """Spent here before going on; NaN where that is not known."""
    pitch_deg: float = nan
    recording: bool = False
    like: Stop | None = None
    """On a way that is flown level: the stop that it is as high as, unless `least_m` is higher. `height` is NaN then."""
    least_m: float = nan
    """Above take-off."""


def flight(identifier: str, where: Where, stops: Sequence[Stop], *, straight: bool = True) -> Flight:
    """The flight along some stops; `straight` legs were drawn as lines in lon/lat, others are geodesics.

    Raises `InputError` for positions that are not on the globe.
    """
    faults = [
        Fault(stop.where, f"position {stop.lat:g}, {stop.lon:g} (latitude, longitude) is not on the globe", "check it")
        for stop in stops
        if not (abs(stop.lat) <= 90 and abs(stop.lon) <= 180)
    ]
    if faults:
        raise InputError(faults[:20])
    lon, lat = np.array([s.lon for s in stops]), np.array([s.lat for s in stops])
    height = np.array([s.height if s.datum is not None else nan for s in stops])
    widen = np.array([s.widen_m for s in stops][1:] or [0.0])
    if straight and len(lon) > 1:
        bent = geometry.bend(lon, lat)
        widen = widen + np.where(bent > geometry.LEG_BEND_M, bent, 0.0)
    _, metres = geometry.leg_azimuths(lon, lat)
    alike = np.array([_alike(a.datum, b.datum) for a, b in pairwise(stops)], dtype=bool)
    climb = np.where(alike, np.nan_to_num(np.abs(np.diff(height)), nan=0.0), 0.0)
    speed = np.array([s.speed_mps for s in stops][1:])
    waits = np.array([s.wait_s for s in stops][:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        legs = np.where(metres > 0, metres / speed, 0.0)
    seconds = np.maximum(legs, climb / DEFAULT_CLIMB_MPS) + waits
    filmed = any(s.recording for s in stops)
    numbers = {id(s): k for k, s in enumerate(stops)}
    return Flight(
        id=identifier,
        where=where,
        lon=lon,
        lat=lat,
        height=height,
        datum=tuple(None if not isfinite(h) else s.datum for h, s in zip(height.tolist(), stops, strict=True)),
        place=tuple(str(s.where) for s in stops),
        kind=tuple(s.kind for s in stops[1:]),
        widen_m=widen,
        elapsed=np.concatenate([[0.0], np.cumsum(seconds)]) if np.isfinite(seconds).all() else None,
        gimbal_pitch_deg=tuple(s.pitch_deg for s in stops) if any(isfinite(s.pitch_deg) for s in stops) else (),
        recording=tuple(s.recording for s in stops) if filmed else (),
        cruise={
            k: Cruise(like=numbers[id(s.like)], least_m=s.least_m) for k, s in enumerate(stops) if s.like is not None
        },
    )


def level_with(stop: Stop, least_m: float) -> dict[str, Any]:
    """The height of other stops on a level way: that of this one, or so many metres above take-off, whichever is higher.

    Over another datum than take-off the models have to tell which is the higher.
    """
    if stop.datum is Datum.TAKEOFF and isfinite(stop.height):
        return {"height": max(stop.height, least_m), "datum": Datum.TAKEOFF}
    if stop.datum is None:
        return {"height": nan, "datum": None}
    return {"height": nan, "datum": None, "like": stop, "least_m": least_m}


def _alike(one: Datum | None, other: Datum | None) -> bool:
    """True where heights over the two may be subtracted to tell how long a climb takes."""
    return one is other or {one, other} == {Datum.TAKEOFF, Datum.AGL}


def mission(document: Document, flights: Sequence[Flight], assumptions: Sequence[str], **facts: Any) -> Mission:
    """The mission that some flights of a file make up; it is named after the file unless `facts` name it."""
    stem = document.path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    named = {"id": stem, "name": stem} | facts
    return Mission(
        path=document.path,
        sha256=document.sha256,
        where=document.where,
        flights=tuple(flights),
        assumptions=tuple(dict.fromkeys([Uncertainty().assumed, *assumptions])),
        remarks=tuple(document.remarks),
        **named,
    )
