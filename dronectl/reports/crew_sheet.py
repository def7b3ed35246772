"""What a crew needs on paper beside the verdict: points, calls, permits, light, posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from dronectl import sun
from dronectl.check import Report
from dronectl.geometry.sketch import in_the_netherlands, to_rd
from dronectl.mission import Flight, Mission
from dronectl.readers.moments import HOME_ZONE, local_day
from dronectl.reports.sheet import sheet
from dronectl.reports.speech import speech
from dronectl.reports.telling import teller
from dronectl.reports.words import tame

MOST_POINTS = 24
LIGHT = {"dawn": "BMCT", "rise": "SR", "set": "SS", "dusk": "EECT"}


def briefed(report: Report) -> dict[str, Any]:
    """The sheet of a report with a crew's part for each mission."""
    whole = sheet(report)
    for number, mission in enumerate(whole["missions"]):
        mission["crew"] = _crew(report, number)
    return whole


def _crew(report: Report, number: int) -> dict[str, Any]:
    mission, said = report.missions[number], speech(report.options.lang)["brief"]
    tell = teller(report)
    days = {local_day(moment) for flight in mission.flights for moment in flight.span or ()}
    several = len(mission.flights) > 1
    rows = [
        row
        for number, flight in enumerate(mission.flights, 1)
        for row in _points(flight, f"{number}." if several else "", dated=len(days) > 1)
    ]
    every = max(1, -(-len(rows) // MOST_POINTS))
    kept = [row for k, row in enumerate(rows) if k % every == 0 or k == len(rows) - 1]
    calls = [f"{tame(str(a))}: {tame(zone.name or zone.id)}" for zone in report.zones for a in zone.authorities]
    return {
        "points": [[row[0], *row[1:4], tell(row[4]), row[5]] for row in kept],
        "points_more": said["more_points"].format(more=len(rows) - len(kept)) if len(kept) < len(rows) else "",
        "calls": list(dict.fromkeys(calls)),
        "permits": [f"{tame(item.what)} ({tame(item.path)})" for item in report.inputs if item.role == "permit"],
        "light": _light(mission, said),
        "posts": _posts(mission, said),
    }


def _points(flight: Flight, before: str, *, dated: bool) -> list[list[str]]:
    """Number, latitude, longitude, RD New, height and local time of each point; with its day where there are several."""
    dutch = in_the_netherlands(flight.lon, flight.lat)
    east, north = to_rd(flight.lon, flight.lat) if dutch else (flight.lon, flight.lat)
    rows = []
    for k in range(len(flight.lon)):
        datum = flight.datum[k]
        height = f"{flight.height[k]:.0f} m {datum.value}" if datum is not None else "-"
        time = "-"
        if flight.times is not None:
            local = _local(float(flight.times[k]))
            time = f"{local:%d-%m %H:%M:%S}" if dated else f"{local:%H:%M:%S}"
        rd = f"{east[k]:.0f} {north[k]:.0f}" if dutch else "-"
        rows.append([f"{before}{k}", f"{flight.lat[k]:.5f}", f"{flight.lon[k]:.5f}", rd, height, time])
    return rows


def _local(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, ZoneInfo(HOME_ZONE))


def _light(mission: Mission, said: dict[str, str]) -> str:
    """Twilight and sun at the take-off point on the day of the flight; on the first and the last day of several."""
    spans = [span for flight in mission.flights if (span := flight.span) is not None]
    if not spans:
        return said["no_light"]
    lon, lat = mission.flights[0].takeoff
    days = sorted({local_day(min(first for first, _ in spans)), local_day(max(last for _, last in spans))})
    told = []
    for day in days:
        moments = {name: sun.event(kind, day, lon=lon, lat=lat) for name, kind in LIGHT.items()}
        shown = {name: f"{at.astimezone(ZoneInfo(HOME_ZONE)):%H:%M}" if at else "-" for name, at in moments.items()}
        told.append(f"{f'{day:%d-%m}: ' if len(days) > 1 else ''}{said['light_said'].format_map(shown)}")
    return "; ".join(told)


def _posts(mission: Mission, said: dict[str, str]) -> list[dict[str, str]]:
    """Where people stand, and where the aircraft leaves and comes down."""
    takeoffs = list(dict.fromkeys(flight.takeoff for flight in mission.flights))
    landings = list(dict.fromkeys((float(flight.lon[-1]), float(flight.lat[-1])) for flight in mission.flights))
    rows: list[tuple[str, Sequence[tuple[float, float]]]] = [
        ("pilot_at", mission.pilot_at), ("observers_at", mission.observers_at), ("take_off", takeoffs),
        ("landing", landings),
    ]  # fmt: skip
    return [
        {"name": said[name], "value": "; ".join(f"{lat:.5f} {lon:.5f}" for lon, lat in places)}
        for name, places in rows
        if len(places)
    ]


def cell_of(mission: Mission, side_m: float) -> tuple[tuple[float, float, float, float], bool]:
    """The square of a grid that holds all flights: west, south, east, north; True where it is in metres of RD New."""
    lon, lat = (np.concatenate([getattr(f, name) for f in mission.flights]) for name in ("lon", "lat"))
    dutch = in_the_netherlands(lon, lat)
    x, y = to_rd(lon, lat) if dutch else (lon, lat)
    step = side_m if dutch else side_m / 100_000.0  # about the same in degrees
    west, south = float(np.floor(x.min() / step) * step), float(np.floor(y.min() / step) * step)
    east, north = float(np.ceil(x.max() / step) * step), float(np.ceil(y.max() / step) * step)
    return (west, south, max(east, west + step), max(north, south + step)), dutch
