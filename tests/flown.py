"""Flown flights for tests: a plan, and a log as AirData writes it, along a path given in metres round 52 N, 5 E."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from builders import at

START = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
BOX = [(0.0, 0.0), (200.0, 0.0), (200.0, 150.0), (0.0, 150.0)]
VOLUMES = {"flight_geography_m": 5, "contingency_m": 20, "contingency_up_m": 10, "ground_risk_buffer_m": 60}
Places = list[tuple[float, float]]


def a_plan(path: Path, points: Places = BOX, *, name: str = "plan-1", height: float = 50.0, start: datetime | None = START,
           datum: str = "TAKEOFF", **mission: Any) -> Path:  # fmt: skip
    """A mission along some points at one height, without uncertainty."""
    properties: dict[str, Any] = {"datum": datum}
    if start is not None:
        properties |= {"start": start.isoformat(), "speed_mps": 5}
    whole = {
        "type": "FeatureCollection",
        "mission": {"id": name, "uncertainty": {"horizontal_m": 0, "vertical_m": 0}, "volumes": VOLUMES} | mission,
        "features": [
            {
                "type": "Feature", "id": "flight-1", "properties": properties,
                "geometry": {"type": "LineString", "coordinates": [at(*point, height) for point in points]},
            }
        ],
    }  # fmt: skip
    path.write_text(json.dumps(whole), "utf-8")
    return path


def along(points: Places, step: float = 5.0) -> Places:
    """Places every so many metres along a path, its corners among them."""
    made = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        count = max(1, round(length / step))
        made += [(x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count) for k in range(1, count + 1)]
    return made


def a_log(path: Path, places: Places, *, height: float = 50.0, start: datetime = START, every_s: float = 1.0,
          gaps: dict[int, float] | None = None, heights: list[float] | None = None) -> Path:  # fmt: skip
    """A log with a fix a place; `gaps` says after which fix how many seconds are missing."""
    lines = ["time(millisecond),datetime(utc),latitude,longitude,height_above_takeoff(meters)"]
    clock = 0.0
    for k, (x, y) in enumerate(places):
        lon, lat = at(x, y)
        moment = start + timedelta(seconds=clock)
        metres = height if heights is None else heights[k]
        lines.append(f"{round(clock * 1000)},{moment:%Y-%m-%d %H:%M:%S},{lat:.9f},{lon:.9f},{metres}")
        clock += every_s + (gaps or {}).get(k, 0.0)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
