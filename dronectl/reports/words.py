"""Words that several reports share: times, heights, counts, masked numbers, and text that may not act."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Severity, Status
from dronectl.mission import Flight, Mission
from dronectl.readers import moments
from dronectl.readers.moments import HOME_ZONE
from dronectl.schedule import DAYS, Clock, Period
from dronectl.track import Fix
from dronectl.zone import Circle, Rings, Volume, Zone

MINUTE_S, SAME_S = 60.0, 1e-3
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def tame(text: str) -> str:
    """Text from an input without control characters: no terminal or bidirectional escapes."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\n", " ").replace("\t", " "))


def dumped(value: Any) -> str:
    """A value as the JSON that commands print."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def iso(moment: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC, to the millisecond."""
    return None if moment is None else moments.iso(moment)


def local_span(mission: Mission) -> str:
    """When a mission is flown, local time first: `12 May 2026 10:00-10:17 (08:00-08:17Z)`."""
    return flown_in(mission.flights)


def flown_in(flights: Sequence[Flight]) -> str:
    """When some flights are flown, local time first, and how many of them state no time."""
    spans = [span for flight in flights if flight.times is not None and (span := flight.span) is not None]
    periods = sorted({period for flight in flights if flight.times is None for period in flight.periods})
    parts = [clock_span(min(a for a, _ in spans), max(b for _, b in spans))] if spans else []
    if len(periods) > 1:
        first, last = clock_span(*periods[0]), clock_span(*periods[-1])
        parts.append(f"some time in one of {len(periods)} periods from {first} to {last}")
    elif periods:
        parts.append(f"some time in {clock_span(*periods[0])}")
    untimed = sum(flight.span is None for flight in flights)
    if parts and untimed:
        parts.append(f"{untimed} of {len(flights)} flights state no time")
    return "; ".join(parts) or "no time stated"


def clock_span(first: float, last: float) -> str:
    """Local time first: `12 May 2026 10:00-10:17 (08:00-08:17Z)`; seconds since 1970 (UTC), rounded out to minutes."""
    begin, end = outward(first, last)
    utc = f"{begin.astimezone(UTC):%H:%M}-{end.astimezone(UTC):%H:%MZ}"
    return f"{begin.day} {begin:%b %Y %H:%M}-{clock(end, begin)} ({utc})"


def outward(first: float, last: float) -> tuple[datetime, datetime]:
    """Two moments (seconds since 1970, UTC) as local times, rounded out to minutes."""
    zone = ZoneInfo(HOME_ZONE)
    low, high = floor(first / MINUTE_S) * MINUTE_S, ceil((last - SAME_S) / MINUTE_S) * MINUTE_S
    return datetime.fromtimestamp(low, zone), datetime.fromtimestamp(high, zone)


def clock(moment: datetime, after: datetime) -> str:
    """The time of a moment, with its day where that is not the day of another moment."""
    return f"{moment:%H:%M}" if moment.date() == after.date() else f"{moment.day} {moment:%b %Y %H:%M}"


def heights(mission: Mission) -> str:
    """The range of heights, per datum: `12-58 m AGL`."""
    found: dict[str, list[float]] = {}
    for flight in mission.flights:
        for height, datum in zip(flight.height.tolist(), flight.datum, strict=True):
            if datum is not None:
                found.setdefault(datum.value, []).append(height)
    names = {"TAKEOFF": "above take-off", "WGS84": "above ellipsoid"}
    parts = []
    for name, metres in sorted(found.items()):
        low, high = f"{round(min(metres))}", f"{round(max(metres))}"
        span = f"{low} to {high}" if low.startswith("-") else f"{low}-{high}"
        parts.append(f"{low if low == high else span} m {names.get(name, name)}")
    return ", ".join(parts) or "no heights"


def length(metres: float) -> str:
    """A length a person reads: metres below a kilometre."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.2f} km"


def place(fix: Fix) -> str:
    """A position to the metre: `52.07160 N, 4.30120 E`."""
    north = "N" if fix.lat >= 0 else "S"
    east = "E" if fix.lon >= 0 else "W"
    return f"{abs(fix.lat):.5f} {north}, {abs(fix.lon):.5f} {east}"


def told(result: MissionResult, *, strict: bool) -> list[Finding]:
    """The findings that a reader meets one by one: not those that were not asked, unless they weigh."""
    return [finding for finding in result.findings if strict or finding.was_asked]


def tally(result: MissionResult, *, strict: bool = False) -> str:
    """`1 violation, 1 warning, 2 undecided`."""
    findings = told(result, strict=strict)
    aside = [one for one in result.set_aside if one.severity is Severity.VIOLATION and (strict or one.was_asked)]
    failed = [finding for finding in findings if finding.status is Status.FAILED]
    counts = [
        (sum(f.severity is Severity.VIOLATION for f in failed), "violation", "violations"),
        (sum(f.severity is Severity.WARNING for f in failed), "warning", "warnings"),
        (sum(f.status is Status.UNDECIDED for f in findings), "undecided", "undecided"),
        (sum(f.status is Status.PERMITTED for f in findings), "permitted", "permitted"),
        (sum(f.status is Status.WAIVED for f in findings), "waived", "waived"),
        (sum(f.status in (Status.FAILED, Status.UNDECIDED) for f in aside), "set aside", "set aside"),
    ]
    parts = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    return ", ".join(parts) or "nothing against it"


def label(finding: Finding) -> str:
    """The word in front of a finding; an answer that is unknown never reads like a pass."""
    if finding.status is Status.FAILED:
        return {Severity.VIOLATION: "FAIL", Severity.WARNING: "WARN", Severity.INFO: "INFO"}[finding.severity]
    return {
        Status.UNDECIDED: "UNKNOWN",
        Status.PERMITTED: "PERMIT",
        Status.WAIVED: "WAIVED",
        Status.PASSED: "PASS",
        Status.NOT_APPLICABLE: "n/a",
    }[finding.status]


def zones_line(report: Report) -> str:
    """Which zone data the answer rests on."""
    files = [item for item in report.inputs if item.role == "zones"]
    editions = sorted(item.edition for item in files if item.edition)
    newest = f", newest edition {editions[-1][:10]}" if editions else ""
    from hashlib import sha256

    digest = sha256("".join(sorted(item.sha256 for item in files)).encode()).hexdigest()[:12]
    count = sum(item.items for item in files)
    zones = f"{count} zone{'' if count == 1 else 's'}"
    return f"{zones} in {len(files)} file{'' if len(files) == 1 else 's'}{newest}, digest {digest}"


def footprint(volume: Volume) -> str:
    """The shape of a volume on the ground, in words."""
    shape = volume.footprint
    if isinstance(shape, Circle):
        return f"circle of {shape.radius_m:g} m round {shape.lat:.5f} N {shape.lon:.5f} E"
    if isinstance(shape, Rings):
        corners = sum(len(ring) - 1 for polygon in shape.polygons for ring in polygon)
        holes = sum(len(polygon) - 1 for polygon in shape.polygons)
        return f"{len(shape.polygons)} polygon(s), {corners} corners, {holes} hole(s)"
    return "place not known"


def asks(zone: Zone) -> str:
    """What a zone asks, and why."""
    restriction = zone.restriction.value if zone.restriction else "not understood"
    return f"{restriction} ({', '.join(zone.reasons)})" if zone.reasons else restriction


def period_text(period: Period) -> str:
    """A period in words."""
    parts = []
    if period.start:
        parts.append(f"from {period.start.isoformat()}")
    if period.end:
        parts.append(f"until {period.end.isoformat()}")
    for entry in period.daily:
        days = ", ".join(DAYS[day] for day in sorted(entry.days)) or "every day"
        parts.append(f"{days} {_edge(entry.start)}-{_edge(entry.end)}")
    if period.doubt:
        parts.append(f"({tame(period.doubt)})")
    return "; ".join(parts) or "always"


def _edge(value: Clock | str | None) -> str:
    if isinstance(value, Clock):
        minutes, seconds = divmod(round(value.seconds), 60)
        shown = f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
        if value.offset_s is None:
            return f"{shown} (no offset)"
        hours, left = divmod(abs(round(value.offset_s)) // 60, 60)
        return shown + ("Z" if value.offset_s == 0 else f"{'-' if value.offset_s < 0 else '+'}{hours:02d}:{left:02d}")
    return value or "midnight"
