"""What would make a mission fly: text and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dronectl.check import Report
from dronectl.readers.moments import HOME_ZONE
from dronectl.reports.dutch import Say, english
from dronectl.reports.telling import message_in
from dronectl.reports.words import iso, tame
from dronectl.suggesting import Suggestion, Suggestions, blocking

FORMATS = ("text", "json")
MOST_FINDINGS = 6
KINDS = {
    "detour": "go round", "height": "fly at another height", "time": "fly later",
    "detour+height": "go round, at another height", "detour+time": "go round, and fly later",
}  # fmt: skip


def render(made: Suggestions, path: str, written: str | None, format_: str, tell: Say = english) -> str:
    """The suggestions, the least change first, and why other changes do not help."""
    if format_ == "json":
        return json.dumps(_facts(made, path), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    lines = [f"{tame(path)}: {tell(made.before.verdict.words)}"]
    lines += standing(made.before, tell)
    for number, one in enumerate(made.found, 1):
        said = "; ".join(tell(said) for said in sentences(one))
        lines.append(f" {number}  {tell(KINDS[one.kind])}: {said}: {tell(one.report.verdict.words)}")
    for kind, why in made.why.items():
        lines.append(f"    {tell('no way to')} {tell(KINDS[kind])}: {tell(tame(why))}")
    return "\n".join([*lines, tell(_last(made, written))]) + "\n"


def standing(report: Report, tell: Say) -> list[str]:
    """The first findings that keep a mission from being cleared, a line each."""
    lines = []
    for finding in blocking(report)[:MOST_FINDINGS]:
        zone = f" {tame(finding.zone.id)}" if finding.zone is not None else ""
        lines.append(f"  {finding.rule}{zone}: {tame(message_in(finding, tell))}")
    return lines


def _last(made: Suggestions, written: str | None) -> str:
    if not made.found and not made.why:
        return "CLEARED: there is nothing to change"
    if not made.found:
        return "NOTHING FOUND: no change of one kind, or of two, makes it fly"
    if written is not None:
        return f"checked with the answer above, and written to {written}"
    return "each was checked; nothing was written: --output FILE writes the first (--take N another)"


def sentences(one: Suggestion) -> Sequence[str]:
    """What one suggestion changes."""
    said = []
    if one.start is not None:
        moment = datetime.fromtimestamp(one.start, ZoneInfo(HOME_ZONE))
        said.append(f"start {moment:%Y-%m-%d %H:%M} local time")
    if one.height_m is not None:
        way = "no higher than" if one.lowered else "no lower than"
        said.append(f"{way} {one.height_m:g} m {one.datum}")
    if one.moved:
        said.append(f"{one.moved} waypoint(s) moved by up to {one.farthest_m:.0f} m")
    if one.inserted:
        said.append(f"{one.inserted} waypoint(s) inserted")
    if one.dropped:
        said.append(f"{one.dropped} end(s) of strips left out")
    if one.kind.startswith("detour"):
        said.append(f"route {one.added_m:+.0f} m" + (f", {one.added_s:+.0f} s" if one.added_s is not None else ""))
    if one.battery is not None and one.battery != float("inf"):
        said.append(f"asks {100 * one.battery:.0f} % of the battery")
    return said


def _facts(made: Suggestions, path: str) -> dict[str, Any]:
    return {
        "schema": "dronectl/suggestions/v1", "mission": path, "verdict": made.before.verdict.value,
        "suggestions": [
            {"kind": one.kind, "verdict": one.report.verdict.value, "moved": one.moved,
             "farthest_m": round(one.farthest_m, 2), "inserted": one.inserted, "dropped": one.dropped,
             "battery": None if one.battery is None else round(one.battery, 4), "added_m": round(one.added_m, 2),
             "added_s": None if one.added_s is None else round(one.added_s, 2), "height_m": one.height_m,
             "datum": one.datum or None, "start": iso(one.start),
             "points": [[[lon, lat] for lon, lat in zip(flight.lon.tolist(), flight.lat.tolist(), strict=True)]
                        for flight in one.mission.flights]}
            for one in made.found
        ],
        "none_because": dict(made.why),
    }  # fmt: skip
