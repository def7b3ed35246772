"""Logs as ASTM F3411 remote ID: the states that an aircraft broadcast, or that a service kept of it."""

from __future__ import annotations

from math import isnan, nan
from operator import itemgetter
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
NM = 1852.0
# ASTM F3411: HorizontalAccuracy and VerticalAccuracy, 95 % bounds in metres; the widest have none.
SIDEWAYS_M = {"HA10NM": 10 * NM, "HA4NM": 4 * NM, "HA2NM": 2 * NM, "HA1NM": NM, "HA05NM": 0.5 * NM, "HA03NM": 0.3 * NM,
              "HA01NM": 0.1 * NM, "HA005NM": 0.05 * NM, "HA30m": 30.0, "HA10m": 10.0, "HA3m": 3.0, "HA1m": 1.0}  # fmt: skip
UPWARD_M = {"VA150m": 150.0, "VA45m": 45.0, "VA25m": 25.0, "VA10m": 10.0, "VA3m": 3.0, "VA1m": 1.0}
LISTS = ("states", "telemetry", "recent_positions")
BOUNDLESS = ("HA10NMPlus", "VA150mPlus")
HEIGHTS = "above the WGS 84 ellipsoid (position.alt), by the aircraft"


def accepts(value: Any) -> bool:
    """True for flights with states in them."""
    return isinstance(value, dict) and any(_states(flight) for flight in _flights(value))


def _flights(value: dict[str, Any]) -> list[Any]:
    listed = value.get("flights")
    return listed if isinstance(listed, list) else []


def _states(flight: Any) -> list[Any]:
    """What a flight holds of where it was: one list as it stands, or the states of several in the order of their times."""
    if not isinstance(flight, dict):
        return []
    lists = [flight.get(name) for name in LISTS]
    held = [listed for listed in lists if isinstance(listed, list) and any(map(_is_placed, listed))]
    held += [[flight["current_state"]]] if _is_placed(flight.get("current_state")) else []
    if len(held) < 2:
        return held[0] if held else []
    every = [state for listed in held for state in listed]
    times = [_row(state)[3] for state in every]
    if any(isnan(time) for time in times):
        return every
    ordered = sorted(zip(times, every, strict=True), key=itemgetter(0))
    return [state for k, (_, state) in enumerate(ordered) if not k or _row(state)[:4] != _row(ordered[k - 1][1])[:4]]


def _is_placed(state: Any) -> bool:
    return isinstance(state, dict) and isinstance(state.get("position"), dict)


def read(document: Document, choices: Choices) -> Mission:
    """Every flight of the file, as accurate as its states say.

    0/0 and an altitude of -1000 m mean that they are not known; nor is a place that a service only worked out ahead
    (`extrapolated`), or one of an accuracy without a bound.
    """
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
                sideways_m=rows[:, 4],
                upward_m=rows[:, 5],
                valid=rows[:, 6] > 0,
            )
        )
    if not recordings:
        raise InputError.at(document.where, "holds no state with a position")
    return flown.mission(document, recordings, heights=HEIGHTS)


def _row(state: Any) -> tuple[float, ...]:
    """Longitude, latitude, altitude, time, the accuracy sideways and upward, and 1 where the place was measured."""
    whole = state if isinstance(state, dict) else {}
    position = whole.get("position")
    position = position if isinstance(position, dict) else {}
    values = [number(position.get(name)) for name in ("lng", "lat", "alt")]
    lon, lat, alt = (nan if value is None else value for value in values)
    sideways, upward = (str(position.get(name, "")) for name in ("accuracy_h", "accuracy_v"))
    alt = nan if alt == UNKNOWN_M or upward in BOUNDLESS else alt
    valid = position.get("extrapolated") is not True and sideways not in BOUNDLESS
    stamp = whole.get("timestamp", whole.get("time"))
    words = stamp.get("value") if isinstance(stamp, dict) else stamp
    when = moment(str(words)) if isinstance(words, str) else nan
    return lon, lat, alt, when, SIDEWAYS_M.get(sideways, nan), UPWARD_M.get(upward, nan), float(valid)
