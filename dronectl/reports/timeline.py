"""The 1:1 rule over time: a line of signs per flight and crowd, and each stretch in which it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from dronectl.check import Report
from dronectl.crowd_density import densest
from dronectl.crowding import Room, rooms
from dronectl.readers.moments import HOME_ZONE, local_day
from dronectl.reports.room_chart import NOT_HELD, ONE_TO_ONE
from dronectl.reports.words import tame
from dronectl.zone import Zone

BINS_S = (1, 5, 10, 30, 60, 300, 900, 1800, 3600)  # what one sign stands for
SIGNS = 48
LABEL_EVERY = 12
GAP_S = 2.0  # stretches this near in time are told as one
KEY = "# = 1:1 rule broken, ? = not known, . = kept, - = nobody there"


def render(report: Report) -> str:
    """Every flight with a time against every crowd near it."""
    lines: list[str] = []
    free: list[str] = []
    for mission, tracks, law in zip(report.missions, report.bare, report.laws, strict=True):
        for zone in report.zones:
            if not zone.uninvolved:
                continue
            found = [room for room in rooms(tracks, zone) if room.times is not None]
            if not found:
                continue
            lines.append(f"{tame(mission.id)} and crowd {_crowd(zone)}")
            every = [moment for room in found if room.times is not None for moment in room.times.ravel().tolist()]
            dated = local_day(min(every)) != local_day(max(every))
            lines.extend(_bar(found, dated=dated))
            broken = list(_broken(found, zone, dated=dated))
            lines.extend(f" {line}" for line in broken)
            if broken and not law.of(ONE_TO_ONE):
                free.append(tame(mission.id))
    if not lines:
        return "no flight with times passes a crowd\n"
    notes = [f"{one}: {NOT_HELD}" for one in dict.fromkeys(free)]
    return "\n".join([*lines, KEY, *notes]) + "\n"


def _crowd(zone: Zone) -> str:
    counts = ""
    if zone.crowd is not None and zone.crowd.expected is not None:
        density = densest(zone)
        each = f", {density.per_m2:.2g}/m2" if density else ""
        counts = f" (expected {zone.crowd.expected:,.0f}{each})"
    return f"{tame(zone.name or zone.id)}{counts}"


def _bar(found: list[Room], *, dated: bool) -> list[str]:
    times = np.concatenate([room.times for room in found if room.times is not None])
    margin = np.concatenate([room.margin_m for room in found])
    present = np.concatenate([room.present for room in found])
    first, last = float(times.min()), float(times.max())
    size = next((size for size in BINS_S if (last - first) / size <= SIGNS), ceil((last - first) / SIGNS))
    start = first - first % size
    count = max(1, ceil((last - start) / size + 1e-9))
    signs = ["-"] * count
    rank = "-.?#"
    for (begin, end), room, there in zip(times.tolist(), margin.tolist(), present.tolist(), strict=True):
        sign = "-"
        if there > 0:
            sign = "?" if np.isnan(room) or (room < 0 and there < 1) else "#" if room < 0 else "."
        for k in range(int((begin - start) // size), min(int((end - start) // size), count - 1) + 1):
            signs[k] = max(signs[k], sign, key=rank.index)
    parts = []
    for k in range(0, count, LABEL_EVERY):
        parts.append(f"{_local(start + k * size, size, dated=dated)} {''.join(signs[k : k + LABEL_EVERY])}")
    unit = f"{size} s" if size < 60 else f"{size // 60} min"
    return [f" {' '.join(parts)} {_local(start + count * size, size, dated=dated)}   one sign: {unit}"]


def _broken(found: list[Room], zone: Zone, *, dated: bool) -> Iterator[str]:
    """Each stretch of time in which the rule is broken, with its worst moment; a moving crowd has a room a place."""
    moments: list[tuple[float, float, float, float, float]] = []
    for room in found:
        assert room.times is not None
        with np.errstate(invalid="ignore"):
            low = np.flatnonzero((room.margin_m < 0) & (room.present == 1))
        columns = (room.times[low, 0], room.times[low, 1], room.margin_m[low], room.distance_m[low], room.height_m[low])
        moments.extend(zip(*(column.tolist() for column in columns), strict=True))
    stretches: list[list[tuple[float, float, float, float, float]]] = []
    for moment in sorted(moments):
        if stretches and moment[0] <= max(one[1] for one in stretches[-1][-2:]) + GAP_S:
            stretches[-1].append(moment)
        else:
            stretches.append([moment])
    for stretch in stretches:
        begin, end, margin, distance, height = min(stretch, key=lambda one: one[2])
        first, last, worst = (
            _local(moment, 1, dated=dated)
            for moment in (stretch[0][0], max(one[1] for one in stretch), (begin + end) / 2)
        )
        yield (
            f"{first}-{last} drone {height:.0f} m high, {distance:.0f} m from crowd edge "
            f'"{tame(zone.name or zone.id)}", worst {margin:+.0f} m at {worst}'
        )


def _local(moment: float, size: int, *, dated: bool) -> str:
    made = datetime.fromtimestamp(moment, ZoneInfo(HOME_ZONE))
    return (f"{made:%d-%m} " if dated else "") + (f"{made:%H:%M}" if size >= 60 else f"{made:%H:%M:%S}")
