"""A map of one mission in letters: the path and the outlines of the zones near it, two by four dots a letter."""

from __future__ import annotations

import numpy as np

from dronectl.check import Report
from dronectl.geometry import Floats
from dronectl.geometry.sketch import Sketch

COLUMNS, ROWS = 52, 14
SPARE, LEAST_M = 0.18, 160.0
BLANK = 0x2800  # the empty pattern of Unicode's Braille block
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint32)
Cell = tuple[str, str]
"""A letter, and what it shows: `path`, `zone`, `start`, or nothing."""


def draw(report: Report, number: int) -> list[list[Cell]]:
    """The rows of the map of one of a report's missions; where the path runs it hides the zones."""
    mission = report.missions[number]
    lon, lat = (np.concatenate([getattr(flight, name) for flight in mission.flights]) for name in ("lon", "lat"))
    wide, tall = COLUMNS * 2, ROWS * 4
    sheet = Sketch.of(lon, lat, (wide, tall, 0.0), spare=SPARE, least_m=LEAST_M)
    zones, path = np.zeros((tall, wide), dtype=bool), np.zeros((tall, wide), dtype=bool)
    for zone in report.zones:
        for volume in zone.volumes:
            for ring in sheet.area(volume.footprint)[0] if volume.footprint is not None else ():
                _trace(zones, ring)
    for flight in mission.flights:
        _trace(path, sheet.line(flight.lon, flight.lat))
    rows: list[list[Cell]] = []
    for top in range(0, tall, 4):
        row: list[Cell] = []
        for left in range(0, wide, 2):
            flown = _letter(path[top : top + 4, left : left + 2])
            bound = _letter(zones[top : top + 4, left : left + 2])
            row.append((flown, "path") if flown != chr(BLANK) else (bound, "zone" if bound != chr(BLANK) else ""))
        rows.append(row)
    for k, flight in enumerate(mission.flights):
        (start,) = sheet.places(*(np.array([degrees]) for degrees in flight.takeoff))
        column, line = int(start[0] // 2), int(start[1] // 4)
        if 0 <= line < ROWS and 0 <= column < COLUMNS:
            rows[line][column] = (str(k + 1) if len(mission.flights) > 1 and k < 9 else "o", "start")
    return rows


def _trace(dots: np.ndarray, line: Floats) -> None:
    """The dots along a line."""
    tall, wide = dots.shape
    for (x0, y0), (x1, y1) in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
        count = int(max(abs(x1 - x0), abs(y1 - y0))) + 2
        x, y = np.linspace(x0, x1, count), np.linspace(y0, y1, count)
        inside = (x >= 0) & (x < wide) & (y >= 0) & (y < tall)
        dots[y[inside].astype(int), x[inside].astype(int)] = True


def _letter(dots: np.ndarray) -> str:
    return chr(BLANK + int(DOTS[dots].sum()))
