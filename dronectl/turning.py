"""The room that a fixed wing takes to turn at the corners of its path, which the path does not show.

An aircraft that turns with a radius R = v² / (g tan bank) leaves its legs near the corner only: one that flies over it within
2 R sin(angle / 2), one that cuts it within R tan(angle / 2). None cuts a corner earlier than 2 R before it. Corners that
follow on each other are one turn as well, less what the aircraft turns on the way from the first to the last: a bend that is
drawn tighter than R takes that room all along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import pi

import numpy as np

from dronectl.crew import Aircraft
from dronectl.geometry import Floats, leg_azimuths
from dronectl.measures import turn_radius_m
from dronectl.mission import WING_MPS, Flight, Mission, VolumePlan
from dronectl.track import Track

BANK_DEG = VolumePlan().bank_deg  # as in an operational volume of which nobody states it
STILL_M = 1.0  # a leg that is shorter has no direction
LEAST_M = 0.5  # less room than that is within the uncertainty of any path


def on_the_wing(mission: Mission, aircraft: Aircraft | None) -> bool:
    """True where a mission is planned for an aircraft that cannot turn on the spot."""
    return not mission.flown and (mission.wing_mps > 0 or (aircraft is not None and aircraft.fixed_wing))


def rooms(mission: Mission, aircraft: Aircraft | None, flight: Flight) -> Iterator[tuple[int, float]]:
    """Every point at which a flight turns, and the room that it takes to do so, metres."""
    azimuth, length = leg_azimuths(flight.lon, flight.lat)
    moving = np.flatnonzero(length > STILL_M)
    top = (aircraft.max_speed_mps if aircraft is not None else None) or WING_MPS
    planned = np.full(len(length), np.nan)
    if flight.elapsed is not None:
        took = np.diff(flight.elapsed)
        planned = np.where(took > 0, length / np.maximum(took, 1e-9), np.nan)
    turns, radii = [], []
    for before, after in zip(moving[:-1].tolist(), moving[1:].tolist(), strict=True):
        turns.append(float(np.radians((azimuth[after] - azimuth[before] + 180.0) % 360.0 - 180.0)))
        known = [speed for speed in (planned[before], planned[after], mission.wing_mps) if speed > 0]
        radii.append(turn_radius_m(max(known, default=top), BANK_DEG))
    found = _together(np.array(turns), np.array(radii), length[moving[1:]])
    yield from ((k, room) for k, room in zip(moving[1:].tolist(), found.tolist(), strict=True) if room > LEAST_M)


def _together(turns: Floats, radii: Floats, onward: Floats) -> Floats:
    """The room at each corner: its own, or that of a bend of which it is a part.

    `turns` are in radians, right above 0; `onward` says how far it is to the next corner.
    """
    found = radii * _share(np.abs(turns))
    turned, way = np.concatenate([[0.0], np.cumsum(turns)]), np.concatenate([[0.0], np.cumsum(onward)])
    for first, radius in enumerate(radii.tolist()):
        stop = int(np.searchsorted(way[:-1], way[first] + pi * radius, side="right"))  # enough to turn round
        angle = np.abs(turned[first + 1 : stop + 1] - turned[first])
        room = radius * _share(np.minimum(angle, pi) - (way[first:stop] - way[first]) / radius)
        found[first:stop] = np.maximum(found[first:stop], np.maximum.accumulate(room[::-1])[::-1])
    return found


def _share(angle: Floats) -> Floats:
    """Of the radius, the room that turns by some angles take."""
    half = np.clip(angle, 0.0, pi) / 2
    return np.asarray(np.minimum(np.maximum(2 * np.sin(half), np.tan(half)), 2.0))


def corners(mission: Mission, aircraft: Aircraft | None, bare: Track) -> Iterator[tuple[Track, float]]:
    """Every corner of a flight as a track of one point, widened by the room that turning takes; and that room, metres."""
    for k, room in rooms(mission, aircraft, bare.flight):
        yield Track.of(_point(bare.flight, k), mission, bare.models).widened(room, 0.0, 0.0), room


def _point(flight: Flight, k: int) -> Flight:
    """One point of a flight, as a flight."""
    here = slice(k, k + 1)
    return replace(
        flight, lon=flight.lon[here], lat=flight.lat[here], height=flight.height[here], datum=flight.datum[here],
        place=[flight.place[k]], kind=(), widen_m=np.zeros(1), takeoff_at=flight.takeoff, gimbal_pitch_deg=(),
        gimbal_yaw_deg=(), recording=(), cruise={},
        times=None if flight.times is None else flight.times[here],
        elapsed=None if flight.elapsed is None else flight.elapsed[here],
    )  # fmt: skip
