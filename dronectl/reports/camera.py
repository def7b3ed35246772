"""What a camera sees: ranges, legs, findings with the least change, as text, JSON, and the footprint as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isnan
from typing import Any

from dronectl.camera import LEVELS
from dronectl.filming import said_of
from dronectl.prepared import Prepared
from dronectl.reports.as_geojson import footprint_features
from dronectl.reports.words import iso, tame
from dronectl.rules.in_view import pixels, told
from dronectl.seeing import Sighting
from dronectl.viewing import OBSERVE, Change, LegView, Seen, Viewing

FORMATS = ("text", "json", "geojson")
MOST_LEGS = 40


def render(found: Viewing, ready: Prepared, format_: str) -> str:
    """The answer in one of `FORMATS`."""
    return {"text": _text, "json": _json, "geojson": _geojson}[format_](found, ready)


def _text(found: Viewing, ready: Prepared) -> str:
    view = found.view
    lines = [f"{tame(found.mission.id)}: camera {tame(view.name)}, {view.hfov_deg:.1f} x {view.vfov_deg:.1f} degrees, "
             f"{view.focal_px:,.0f} px focal length"]  # fmt: skip
    ranges = ", ".join(f"{name} {view.reach_m(level):.0f} m" for name, level in LEVELS.items())
    lines.append(f"Ranges: {ranges}  ({' / '.join(f'{level:g}' for level in LEVELS.values())} px/m, EN 62676-4:2015)")
    lines.extend(f"Assumed: {words}" for words in [*view.said, *said_of(found.mission, ready.bare[0].models)])
    lines.append(" leg      pitch    yaw     height      best px/m  seconds  recorded")
    several, last = len(found.mission.flights) > 1, ""
    for leg in found.legs[:MOST_LEGS]:
        lines += [f" {tame(leg.flight)}"] if several and leg.flight != last else []
        lines.append(_leg(leg))
        last = leg.flight
    if len(found.legs) > MOST_LEGS:
        lines.append(f" and {len(found.legs) - MOST_LEGS:,} more legs (-f json tells all)")
    for one in found.zones:
        zone = one.sighting.zone
        unsure = "" if one.sighting.sure_at(one.limit) else "may be "
        lines.append(
            f'{unsure}privacy zone "{tame(zone.name or zone.id)}" ({tame(zone.id)}) at {one.limit:g} px/m or more:'
        )
        whose = f"{', '.join(map(tame, one.sighting.legs))}: " if several else ""
        lines.append(f"  {whose}{told(one.sighting, one.limit)}")
        lines.extend(_changes(one.changes))
    if not found.zones_given:
        lines.append("privacy zones: not asked, no zone file has one near (--zones FILE)")
    elif not found.zones:
        lines.append("no privacy zone is in view at its limit or more")
    lines.extend(_homes(found))
    if found.sensitivity is not None:
        least, most = found.sensitivity
        lines.append(f"5 degrees of the gimbal either way: {least} to {most} targets in view")
    return "\n".join(lines) + "\n"


def _leg(leg: LegView) -> str:
    pitch = "any" if isnan(leg.pitch_deg) else f"{leg.pitch_deg:.0f}"
    yaw = "any" if isnan(leg.yaw_deg) else f"{leg.yaw_deg % 360:.0f}"
    height = f"{leg.low_m:.0f}-{leg.high_m:.0f} m" if leg.height_known else "not known"
    seconds = "?" if isnan(leg.seconds) else f"{leg.seconds:.0f}"
    recorded = "yes" if leg.recorded else "no"
    name, best = f"{leg.leg}-{leg.leg + 1}", pixels(leg.best_px_per_m)
    return f" {name:<8} {pitch:>5}  {yaw:>5}  {height:>10}  {best:>12}  {seconds:>7}  {recorded:>8}"


def _changes(changes: Sequence[Change]) -> list[str]:
    return [f"  > none left with: {'; or '.join(change.words for change in changes)}"] if changes else []


def _homes(found: Viewing) -> list[str]:
    if not found.homes_given:
        return ["homes: not asked (--layer homes=FILE)"]
    if not found.homes:
        return [f"no home is in view at {OBSERVE:g} px/m or more"]
    seconds = sum(one.seconds[OBSERVE] for one in found.homes)
    best = min(found.homes, key=lambda one: one.slant_m)
    long = "" if isnan(seconds) else f", {seconds:,.0f} home-seconds"
    count = len(found.homes)
    head = f"{count} home{'' if count == 1 else 's'} in view at {OBSERVE:g} px/m or more{long}; nearest {best.slant_m:.0f} m"
    return [head, *_changes(found.home_changes)]


def _json(found: Viewing, ready: Prepared) -> str:
    view = found.view
    camera = {"name": view.name, "focal_px": round(view.focal_px, 2)}
    camera |= {"hfov_deg": view.hfov_deg, "vfov_deg": round(view.vfov_deg, 3)}
    whole: dict[str, Any] = {
        "mission": found.mission.id,
        "camera": camera,
        "ranges_m": {name: round(view.reach_m(level), 2) for name, level in LEVELS.items()},
        "assumed": [*view.said, *said_of(found.mission, ready.bare[0].models)],
        "legs": [
            {
                "flight": leg.flight, "leg": [leg.leg, leg.leg + 1], "pitch_deg": _number(leg.pitch_deg),
                "yaw_deg": _number(leg.yaw_deg), "height_m_agl": [leg.low_m, leg.high_m] if leg.height_known else None,
                "best_px_per_m": round(leg.best_px_per_m, 2), "seconds": _number(leg.seconds), "recorded": leg.recorded,
            }
            for leg in found.legs
        ],
        "zones_asked": found.zones_given,
        "zones": [_zone(one) for one in found.zones],
        "homes": {
            "asked": found.homes_given, "count": len(found.homes),
            "home_seconds": _number(sum(one.seconds[OBSERVE] for one in found.homes)),
            "changes": [{"kind": c.kind, "what": c.words} for c in found.home_changes],
        },
        "targets_within_5_deg": list(found.sensitivity) if found.sensitivity else None,
    }  # fmt: skip
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _zone(one: Seen) -> dict[str, Any]:
    zone = one.sighting.zone
    made = {"id": zone.id, "name": zone.name, "limit_px_per_m": one.limit} | _facts(one.sighting, one.limit)
    return made | {"changes": [{"kind": change.kind, "what": change.words} for change in one.changes]}


def _facts(one: Sighting, level: float) -> dict[str, Any]:
    return {
        "px_per_m": round(one.px_per_m, 2), "px_per_m_flat": round(one.flat_px_per_m, 2),
        "px_per_m_upright": round(one.upright_px_per_m, 2), "slant_m": round(one.slant_m, 2),
        "seconds": _number(one.seconds[level]), "legs": sorted(set().union(*one.legs.values())), "flights": list(one.legs),
        "sure": one.sure_at(level),
        "at": None if isnan(one.moment) else iso(one.moment),
    }  # fmt: skip


def _number(value: float) -> float | None:
    return None if isnan(value) else round(value, 3)


def _geojson(found: Viewing, ready: Prepared) -> str:
    features = footprint_features(found.mission, ready.bare, found.view)
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"
