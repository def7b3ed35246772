"""The room that the 1:1 rule leaves, over time, as SVG: distance to the nearest crowd less height."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

import numpy as np

from dronectl.crowding import rooms
from dronectl.geometry import Floats
from dronectl.readers.moments import HOME_ZONE
from dronectl.reports.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Chart, clock_ticks, svg, ticks
from dronectl.reports.dutch import Say, english
from dronectl.reports.words import tame
from dronectl.track import Track
from dronectl.zone import Zone

DASHES = ("", "8 4", "2 3", "10 3 2 3")  # one crowd from another, in grey as well
BINS = 300
ONE_TO_ONE = "one-to-one"  # the kind of limit
NOT_HELD = "no pack in use sets the 1:1 rule, so the verdict leaves it out; --pack house does."
MOST_M = 200.0  # more room than that is not drawn


def draw(tracks: Sequence[Track], zones: Sequence[Zone], tell: Say = english) -> Chart | None:
    """One line a crowd; None where no flight with times passes one."""
    lines = []
    for zone in zones:
        if not zone.uninvolved:
            continue
        made = _line(tracks, zone)
        if made is not None:
            lines.append((zone, *made))
    if not lines:
        return None
    first = min(float(times[0]) for _, times, _ in lines)
    last = max(float(times[-1]) for _, times, _ in lines)
    low = min(min(float(np.nanmin(margin)) for _, _, margin in lines), 0.0)
    high = max(20.0, min(MOST_M, max(float(np.nanmax(margin)) for _, _, margin in lines)))
    low = max(low, -MOST_M) - 5.0

    def x(moment: float) -> float:
        return LEFT + (moment - first) / max(last - first, 1.0) * (WIDTH - LEFT - RIGHT)

    def y(metres: float) -> float:
        return TOP + (high - min(max(metres, low), high)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    wide, deep = WIDTH - LEFT - RIGHT, y(low) - y(0)
    parts = [f'<rect x="{LEFT}" y="{y(0):.1f}" width="{wide}" height="{deep:.1f}" fill="#f3d9c6"/>']
    for level in ticks(low, high):
        parts.append(
            f'<path d="M{LEFT} {y(level):.1f}H{WIDTH - RIGHT}" stroke="{"#000" if level == 0 else "#ddd"}"/>'
            f'<text x="{LEFT - 6}" y="{y(level) + 4:.1f}" text-anchor="end">{level + 0.0:g}</text>'
        )
    zone_info = ZoneInfo(HOME_ZONE)
    for moment in clock_ticks(first, last):
        local = datetime.fromtimestamp(moment, zone_info)
        parts.append(f'<text x="{x(moment):.1f}" y="{HEIGHT - 18}" text-anchor="middle">{local:%H:%M}</text>')
    said = []
    for number, (zone, times, margin) in enumerate(lines):
        dashes = DASHES[number % len(DASHES)]
        for run in _runs(margin):
            points = " ".join(f"{x(float(times[k])):.1f},{y(float(margin[k])):.1f}" for k in run)
            drawn = f'fill="none" stroke="#0072B2" stroke-width="2" stroke-dasharray="{dashes}"'
            parts.append(f'<polyline points="{points}" {drawn}/>')
        worst = int(np.nanargmin(margin))
        name = escape(tame(zone.id))
        place, side = x(float(times[worst])), "end" if times[worst] > first + 0.8 * (last - first) else "start"
        parts.append(f'<text x="{place:.1f}" y="{y(float(margin[worst])) - 4:.1f}" text-anchor="{side}">{name}</text>')
        when = datetime.fromtimestamp(float(times[worst]), zone_info)
        said.append(f"{tame(zone.name or zone.id)}: least {margin[worst]:+.0f} m at {when:%H:%M:%S}")
    what = "Metres of distance to the nearest of a crowd less height above ground; below 0 the 1:1 rule is broken."
    caption = tell(f"{what} {'; '.join(said)}.")
    return Chart(svg(HEIGHT, tell("Room of the 1:1 rule over time"), caption, parts), caption)


def _line(tracks: Sequence[Track], zone: Zone) -> tuple[Floats, Floats] | None:
    """The least room in each of some stretches of time, (n,) each; NaN where the crowd is not there."""
    found = [room for room in rooms(tracks, zone) if room.times is not None]
    if not found:
        return None
    times = np.concatenate([room.times.mean(axis=1) for room in found if room.times is not None])
    margin = np.concatenate([np.where(room.present > 0, room.margin_m, np.nan) for room in found])
    if np.isnan(margin).all():
        return None
    first, last = float(times.min()), float(times.max())
    bins = np.minimum(((times - first) / max(last - first, 1e-9) * BINS).astype(np.intp), BINS - 1)
    least = np.full(BINS, np.inf)
    np.fmin.at(least, bins, margin)
    middle = first + (np.arange(BINS) + 0.5) / BINS * (last - first)
    return middle, np.where(np.isfinite(least), least, np.nan)


def _runs(margin: Floats) -> list[list[int]]:
    """The stretches with a value; bins in which no place of the path lies are bridged."""
    known = np.flatnonzero(~np.isnan(margin)).tolist()
    runs: list[list[int]] = []
    for k in known:
        if runs and k - runs[-1][-1] <= BINS // 20:
            runs[-1].append(k)
        else:
            runs.append([k])
    return runs
