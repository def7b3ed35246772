"""The flight-plan requests that missions owe, with their deadlines and the text to copy."""

from __future__ import annotations

import json
import textwrap
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dronectl.flightplans import Leg, Owed, Request
from dronectl.measures import METRES_PER_FOOT
from dronectl.readers.moments import HOME_ZONE
from dronectl.reports.dutch import Say, by_line, english
from dronectl.reports.words import flown_in, iso, tame

FORMATS = ("text", "json")
WIDTH = 80


def render(owed: Owed, now: float, format_: str, tell: Say = english) -> str:
    """What is owed, with the time left at a moment (seconds since 1970, UTC)."""
    return _json(owed, now) if format_ == "json" else _text(owed, now, tell)


def late(owed: Owed, now: float) -> bool:
    """True where a deadline has passed."""
    return any(request.deadline is not None and request.deadline < now for request in owed.requests)


def _text(owed: Owed, now: float, tell: Say) -> str:
    count = len(owed.requests)
    lines = [f"{count} flight-plan request{'' if count == 1 else 's'}" + (":" if count else "")]
    for number, request in enumerate(owed.requests, 1):
        several = len(request.legs) > 1
        named = ", ".join(tame(leg.name) for leg in request.legs)
        why = tame(_why(request))
        lines.append(f" {number}  area {request.area}, flight{'s' if several else ''} {named} ({why})")
        for zone in {zone.id: zone for leg in request.legs for zone in leg.zones}.values():
            whom = "; ".join(str(authority) for authority in zone.authorities)
            lines.append(f"    {tame(zone.name or zone.id)}" + (f": ask {tame(whom)}" if whom else ""))
        if not all(leg.sure for leg in request.legs):
            lines.append(
                "    counted, though the zone file leaves open whether it is entered, or is a civil control zone"
            )
        lines.append(f"    {_deadline(request, owed, now)}")
        lines.extend(f"    {line}" for line in _copy(request))
    if owed.none:
        lines.append("no request:")
        lines.extend(f" {tame(name)}: {tame(why)}" for name, why in owed.none)
    if owed.unknown:
        lines.append("not known whether a request is owed:")
        lines.extend(f" {tame(name)}: {tame(why)}" for name, why in owed.unknown)
    lines.append(f"source: {owed.lead.article} ({owed.lead.id}, {owed.gap.id})")
    return "\n".join(wrapped for line in lines for wrapped in _wrapped(by_line(line, tell))) + "\n"


def _wrapped(line: str) -> list[str]:
    """A line for 80 columns; an outline stays on one line, for it is to be copied."""
    indent = " " * (len(line) - len(line.lstrip()))
    if line.lstrip().startswith(("polygon:", "veelhoek:")) or len(line) <= WIDTH:
        return [line]
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False)


def _why(request: Request) -> str:
    ground = _pauses(request.legs)
    if not ground:
        return request.why
    shown = ", ".join(f"{minutes:.0f}" for minutes in ground)
    return f"{shown} min on the ground between: same request" if max(ground) > 0 else request.why


def _pauses(legs: tuple[Leg, ...]) -> list[float]:
    """Minutes on the ground between the flights of one request."""
    pauses: list[float] = []
    end = None
    for leg in legs:
        assert leg.flight.span is not None or len(legs) == 1
        if leg.flight.span is None:
            continue
        if end is not None:
            pauses.append(max(leg.flight.span[0] - end, 0.0) / 60)
        end = max(end or leg.flight.span[1], leg.flight.span[1])
    return pauses


def _deadline(request: Request, owed: Owed, now: float) -> str:
    if request.deadline is None:
        return f"deadline {owed.lead.value:g} h before: the mission states no time (--at TIME)"
    local = datetime.fromtimestamp(request.deadline, ZoneInfo(HOME_ZONE))
    utc = datetime.fromtimestamp(request.deadline, UTC)
    left = request.deadline - now
    minutes = int(abs(left) // 60)
    words = f"{minutes // 60} h {minutes % 60:02d} min"
    state = f"{words} left" if left >= 0 else f"PASSED {words} ago"
    return f"deadline {owed.lead.value:g} h before: {local:%Y-%m-%d %H:%M} local ({utc:%H:%M}Z), {state}"


def _copy(request: Request) -> list[str]:
    """What to copy into the request."""
    corners = " ".join(f"{abs(lat):.5f}{'NS'[lat < 0]} {abs(lon):.5f}{'EW'[lon < 0]}" for lon, lat in _corners(request))
    height = "not known: give heights above ground, or --terrain"
    if request.highest_m is not None:
        height = f"{request.highest_m:.0f} m AGL ({request.highest_m / METRES_PER_FOOT:.0f} ft)"
    span = flown_in([leg.flight for leg in request.legs]) if request.span else "not known"
    return [f"polygon: {corners}", f"max height: {height}", f"time: {span}"]


def _corners(request: Request) -> list[list[float]]:
    """The outline as longitude and latitude, without the closing corner."""
    return [[round(lon, 6), round(lat, 6)] for lon, lat in request.polygon.polygons[0][0][:-1].tolist()]


def _json(owed: Owed, now: float) -> str:
    listed: list[dict[str, Any]] = []
    for request in owed.requests:
        left = None if request.deadline is None else round(request.deadline - now)
        start, end = request.span or (None, None)
        listed.append(
            {
                "area": request.area,
                "flights": [
                    {"mission": leg.mission.id, "flight": leg.flight.id, "sure": leg.sure} for leg in request.legs
                ],
                "why": _why(request),
                "zones": sorted({zone.id for leg in request.legs for zone in leg.zones}),
                "start": iso(start),
                "end": iso(end),
                "deadline": iso(request.deadline),
                "seconds_left": left,
                "max_height_m_agl": request.highest_m,
                "polygon": [*_corners(request), _corners(request)[0]],
            }
        )
    whole = {
        "now": iso(now),
        "requests": listed,
        "none": [{"flight": name, "why": why} for name, why in owed.none],
        "unknown": [{"flight": name, "why": why} for name, why in owed.unknown],
        "limits": [owed.lead.id, owed.gap.id],
        "source": owed.lead.article,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
