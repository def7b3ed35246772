"""Logs as ASTM F3411 remote ID: the states that an aircraft broadcast, or that a service kept of it."""

from __future__ import annotations

from math import isnan, nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import flown
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.flown import Recording
from dronectl.readers.logs.gpx import moment
from dronectl.readers.values import number

UNKNOWN_M = -1000.0  # F3411: an altitude that is not known
HEIGHTS = "above the WGS 84 ellipsoid (position.alt), by the aircraft"


def accepts(value: Any) -> bool:
    """True for flights with states in them."""
    return isinstance(value, dict) and any(_states(flight) for flight in _flights(value))


def _flights(value: dict[str, Any]) -> list[Any]:
    listed = value.get("flights")
    return listed if isinstance(listed, list) else []


def _states(flight: Any) -> list[Any]:
    if not isinstance(flight, dict):
        return []
    for name in ("states", "telemetry", "recent_positions"):
        listed = flight.get(name)
        if isinstance(listed, list) and any(
            isinstance(s, dict) and isinstance(s.get("position"), dict) for s in listed
        ):
            return listed
    return []


def read(document: Document, choices: Choices) -> Mission:
    """Every flight of the file. 0/0 and an altitude of -1000 m mean that they are not known."""
    recordings = []
    for k, flight in enumerate(_flights(document.value)):
        states = _states(flight)
        if not states:
            continue
        where = document.where / "flights" / k / "states"
        rows = np.array([_row(state) for state in states])
        details = flight.get("details_responses") or [{}]
        name = flight.get("id") or (details[0].get("details", {}) if isinstance(details[0], dict) else {}).get("id")
        recordings.append(
            Recording(
                id=str(name or f"flight-{k + 1}"),
                where=where,
                places=f"{where}, state ",
                numbers=np.arange(len(rows)),
                lon=rows[:, 0],
                lat=rows[:, 1],
                height=rows[:, 2],
                datum=Datum.WGS84,
                times=rows[:, 3],
            )
        )
    if not recordings:
        raise InputError.at(document.where, "holds no state with a position")
    return flown.mission(document, recordings, heights=HEIGHTS)


def _row(state: Any) -> tuple[float, float, float, float]:
    whole = state if isinstance(state, dict) else {}
    position = whole.get("position")
    position = position if isinstance(position, dict) else {}
    values = [number(position.get(name)) for name in ("lng", "lat", "alt")]
    lon, lat, alt = (nan if value is None else value for value in values)
    stamp = whole.get("timestamp", whole.get("time"))
    words = stamp.get("value") if isinstance(stamp, dict) else stamp
    when = moment(str(words)) if isinstance(words, str) else nan
    return lon, lat, nan if isnan(alt) or alt == UNKNOWN_M else alt, when
