"""Missions as Litchi exports them: a table of waypoints whose headers name their units."""

from __future__ import annotations

from math import isfinite, isnan, nan
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.measures import METRES_PER_FOOT, Datum
from dronectl.mission import Mission
from dronectl.readers import route, table
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.route import Stop
from dronectl.readers.table import Table
from dronectl.where import Where

MODES = {0: Datum.TAKEOFF, 1: Datum.AGL}  # altitudemode
STAY, PHOTO, RECORD, STOP, TILT = 0, 1, 2, 3, 5  # actiontype
INTERPOLATE = 2  # gimbalmode
MOST_ACTIONS = 15


def accepts(value: Any) -> bool:
    """True for a table with Litchi's columns."""
    found = table.header(value)
    return found is not None and found.has("latitude", "longitude", "altitude", "curvesize", "altitudemode")


def read(document: Document, choices: Choices) -> Mission:
    """The path through the waypoints; a rounded corner widens its legs, and a speed of 0 leaves the time open."""
    sheet = table.header(document.value)
    assert sheet is not None
    sheet.refuse_several(document, ("latitude",), ("longitude",))
    faults: list[Fault] = []
    stops: list[Stop] = []
    filming, corner = False, 0.0
    for line, cells in sheet.rows(document):
        stop, filming = _stop(sheet, cells, Where(document.path, f"line {line}"), faults, filming)
        stop.widen_m = max(stop.widen_m, corner)
        corner = _corner(sheet, cells)
        stops.append(stop)
    if not stops and not faults:
        faults.append(Fault(document.where, "holds no waypoint", "export the mission again"))
    if faults:
        raise InputError(faults[:20])
    first = stops[0]
    stops.insert(0, Stop(lon=first.lon, lat=first.lat, height=0.0, datum=Datum.TAKEOFF, where=first.where))
    first.kind = "take-off"
    first.speed_mps = 1.0  # straight up: the climb takes the time
    said = [route.FIRST, route.HOMELESS]
    return route.mission(document, [route.flight("flight-1", document.where, stops)], said)


def _stop(sheet: Table, cells: list[str], where: Where, faults: list[Fault], filming: bool) -> tuple[Stop, bool]:
    lat, lon = sheet.number(cells, "latitude"), sheet.number(cells, "longitude")
    height, mode = sheet.metres(cells, "altitude"), sheet.number(cells, "altitudemode")
    if isnan(lat) or isnan(lon) or (lat == 0 and lon == 0):
        faults.append(Fault(where, "names no place", "export the mission again"))
    if isnan(height) or mode not in MODES:
        faults.append(Fault(where, "names no height, or not what it is measured from", "export the mission again"))
    speed = sheet.number(cells, "speed")
    pitch = sheet.number(cells, "gimbalpitchangle") if sheet.number(cells, "gimbalmode") == INTERPOLATE else nan
    wait, filmed = 0.0, filming
    for k in range(1, MOST_ACTIONS + 1):
        action, given = sheet.number(cells, f"actiontype{k}"), sheet.number(cells, f"actionparam{k}")
        if action == STAY:
            wait += given / 1000
        elif action == RECORD:
            filming = filmed = True
        elif action == STOP:
            filming = False
        elif action == PHOTO:
            filmed = True
        elif action == TILT:
            pitch = given
    stop = Stop(
        lon=lon,
        lat=lat,
        height=height,
        datum=MODES.get(int(mode)) if isfinite(mode) else None,
        where=where,
        widen_m=_corner(sheet, cells),
        speed_mps=speed if speed > 0 else nan,
        wait_s=wait,
        pitch_deg=pitch,
        recording=filmed,
    )
    return stop, filming


def _corner(sheet: Table, cells: list[str]) -> float:
    """Metres by which a rounded corner may leave the lines that meet in it."""
    size = sheet.number(cells, "curvesize")
    factor = METRES_PER_FOOT if sheet.units.get("curvesize", "").startswith("f") else 1.0
    return abs(size) * factor if isfinite(size) else 0.0
