"""Zones as GeoJSON in the simple profile: one feature a volume, for people who write zones by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dronectl.measures import METRES_PER_FLIGHT_LEVEL, Datum
from dronectl.writers import shape
from dronectl.zone import Circle, Restriction, Volume, Zone, ZoneFile

NAME, SUFFIX = "geojson", ".geojson"
PREFERRED = True
KINDS = {
    Restriction.PROHIBITED: "no-fly",
    Restriction.REQ_AUTHORIZATION: "restricted",
    Restriction.USPACE: "restricted",
    Restriction.CONDITIONAL: "conditional",
}


def misses(files: Sequence[ZoneFile]) -> list[str]:
    """What this format cannot say of the zones."""
    told: list[str] = []
    for zone in (zone for file in files for zone in file.zones):
        told.extend(note for note in shape.misses([zone]) if "has no reference" not in note)
        if len(zone.volumes) > 1:
            told.append(f"{zone.id}: its {len(zone.volumes)} volumes become features of their own")
        if _kind(zone) is None:
            told.append(f"{zone.id}: {zone.restriction.value if zone.restriction else '?'} has no kind; it is left out")
        if zone.restriction is Restriction.USPACE:
            told.append(f"{zone.id}: USPACE becomes restricted")
        if len(zone.periods) > 1:
            told.append(f"{zone.id}: it has {len(zone.periods)} periods; it becomes always in force")
        if any(str(authority) != authority.name for authority in zone.authorities) or len(zone.authorities) > 1:
            told.append(f"{zone.id}: of its authorities only the first name is kept")
        if zone.privacy is not None and zone.restriction is not Restriction.NO_RESTRICTION:
            told.append(f"{zone.id}: what it protects is kept, its reason as text only")
        for volume in zone.volumes:
            low, high = volume.band.lower, volume.band.upper
            if low is not None and high is not None and low.datum is not high.datum and not volume.band.from_ground:
                told.append(f"{zone.id}: its limits are over different datums; the lower becomes the ground")
    return list(dict.fromkeys(told))


def render(files: Sequence[ZoneFile]) -> bytes:
    """The zones of all files as one collection."""
    features = [
        made
        for file in files
        for zone in file.zones
        for number, volume in enumerate(zone.volumes)
        if (made := _feature(zone, volume, number)) is not None
    ]
    whole = {"type": "FeatureCollection", "metadata": shape.facts(files), "features": features}
    return (json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _kind(zone: Zone) -> str | None:
    if zone.doubts or any(volume.doubt for volume in zone.volumes):
        return "conditional"
    if zone.restriction is Restriction.NO_RESTRICTION:
        return "crowd" if zone.crowd is not None else "privacy" if zone.privacy is not None else None
    return KINDS.get(zone.restriction) if zone.restriction is not None else None


def _feature(zone: Zone, volume: Volume, number: int) -> dict[str, Any] | None:
    kind, outline = _kind(zone), shape.outline(volume)
    if kind is None or outline is None:
        return None
    outline.pop("extent", None)
    whole = shape.properties(zone)
    row: dict[str, Any] = {"id": zone.id if number == 0 else f"{zone.id}/{number}", "name": zone.name, "kind": kind}
    row |= _limits(volume)
    if isinstance(volume.footprint, Circle):
        row["radius_m"] = volume.footprint.radius_m
    listed = whole.get("limitedApplicability", [])
    if len(listed) == 1:
        names = {"startDateTime": "from", "endDateTime": "until", "schedule": "schedule"}
        row |= {names[name]: value for name, value in listed[0].items()}
    reasons = [r for r in zone.reasons if r != {"privacy": "PRIVACY", "crowd": "POPULATION"}.get(kind)]
    own = whole.get("extendedProperties", {}).get("dronectl", {})
    for name, value in (
        ("reason", reasons),
        ("country", zone.country),
        ("message", zone.message),
        ("conditions", whole.get("restrictionConditions", "")),
        ("authority", zone.authorities[0].name if zone.authorities else ""),
        *own.items(),
    ):
        if value:
            row[name] = value
    return {"type": "Feature", "geometry": outline, "properties": row}


def _limits(volume: Volume) -> dict[str, Any]:
    low, high = volume.band.lower, volume.band.upper
    datum = high.datum if high is not None else low.datum if low is not None else None
    made: dict[str, Any] = {} if high is None else {"upper": high.metres}
    if low is not None and low.datum is datum and not (volume.band.from_ground and datum is not Datum.AGL):
        made["lower"] = low.metres
    if made and datum is Datum.FL:
        return {name: value / METRES_PER_FLIGHT_LEVEL for name, value in made.items()} | {"datum": "FL"}
    return made | ({"datum": datum.value} if made and datum is not None else {})
