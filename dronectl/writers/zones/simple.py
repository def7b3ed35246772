"""Zones as GeoJSON in the simple profile: one feature a volume, for people who write zones by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dronectl.measures import METRES_PER_FLIGHT_LEVEL, Band, Datum
from dronectl.writers import shape
from dronectl.zone import Authority, Circle, Crowd, Privacy, Restriction, Volume, Zone, ZoneFile

NAME, SUFFIX = "geojson", ".geojson"
PREFERRED = True
KINDS = {
    Restriction.PROHIBITED: "no-fly",
    Restriction.REQ_AUTHORIZATION: "restricted",
    Restriction.USPACE: "restricted",
    Restriction.CONDITIONAL: "conditional",
}


def prepared(zone: Zone) -> tuple[list[Zone], list[str]]:
    """The zone as features of this format, one a volume, and what is lost on the way."""
    whole, told = shape.prepared(zone)
    if whole is None:
        return [], told
    told = [note for note in told if "purpose" not in note and "has no reference" not in note]
    if whole.restriction is Restriction.USPACE:
        told.append("USPACE becomes restricted")
        whole = replace(whole, restriction=Restriction.REQ_AUTHORIZATION)
    if whole.restriction is Restriction.NO_RESTRICTION and whole.privacy is None and whole.crowd is None:
        return [], [*told, "NO_RESTRICTION has no kind there: it is left out"]
    kind = _kind(whole)
    first = {"privacy": "PRIVACY", "crowd": "POPULATION"}.get(kind)
    reasons = tuple(dict.fromkeys(([first] if first else []) + list(whole.reasons)))
    if len(whole.periods) > 1:
        told.append(f"it has {len(whole.periods)} periods; it becomes always in force")
        whole = replace(whole, periods=())
    kept = tuple(Authority(name=a.name or a.service) for a in whole.authorities[:1])
    if kept != zone.authorities:
        told.append("of its authorities only the first name is kept")
    privacy = whole.privacy
    if privacy is None and "PRIVACY" in reasons:
        told.append("a reason PRIVACY that says no more is read there as not to be overflown")
        privacy = Privacy(no_overflight=True)
    crowd = whole.crowd
    if crowd is None and "POPULATION" in reasons:
        told.append("a reason POPULATION that says no more is read there as an assembly of unknown size")
        crowd = Crowd()
    made = []
    placed = [volume for volume in zone.volumes if volume.footprint is not None]
    for number, (level, original) in enumerate(zip(whole.volumes, placed, strict=True)):
        band = _one_datum(original.band, level.band, told)
        name = whole.id if number == 0 else f"{whole.id}/{number}"
        one = replace(level, band=band)
        made.append(
            replace(whole, id=name, volumes=(one,), authorities=kept, reasons=reasons, privacy=privacy, crowd=crowd)
        )
    if len(made) > 1:
        told.append(f"its {len(made)} volumes become features of their own")
    return made, list(dict.fromkeys(told))


def _one_datum(band: Band, widened: Band, told: list[str]) -> Band:
    """A band whose limits are over one datum; here flight levels count."""
    low, high = band.lower, band.upper
    if low is not None and low.datum is None:
        low = widened.lower
    if high is not None and (high.datum is None or (high.datum is not Datum.FL and widened.upper is None)):
        high = None
    if low is not None and high is not None and low.datum is not high.datum:
        if not band.from_ground:
            told.append("its limits are over different datums; the lower becomes the ground")
        low = None
    return Band(low, high)


def render(files: Sequence[ZoneFile]) -> bytes:
    """The prepared zones of all files as one collection."""
    features = [_feature(zone) for file in files for zone in file.zones]
    whole = {"type": "FeatureCollection", "metadata": shape.facts(files), "features": features}
    return (json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _kind(zone: Zone) -> str:
    if zone.restriction is Restriction.NO_RESTRICTION:
        return "crowd" if zone.crowd is not None else "privacy"
    assert zone.restriction is not None
    return KINDS[zone.restriction]


def _feature(zone: Zone) -> dict[str, Any]:
    volume = zone.volumes[0]
    outline = shape.outline(volume)
    assert outline is not None
    outline.pop("extent", None)
    whole = shape.properties(zone)
    kind = _kind(zone)
    row: dict[str, Any] = {"id": zone.id, "name": zone.name, "kind": kind} | _limits(volume)
    if isinstance(volume.footprint, Circle):
        row["radius_m"] = volume.footprint.radius_m
    listed = whole.get("limitedApplicability", [])
    if listed:
        names = {"startDateTime": "from", "endDateTime": "until", "schedule": "schedule"}
        row |= {names[name]: value for name, value in listed[0].items()}
    own = whole.get("extendedProperties", {}).get("dronectl", {})
    if zone.crowd == Crowd():  # its reason says as much, and leaves its limits alone
        own = {name: value for name, value in own.items() if name != "crowd"}
    for name, value in (
        ("reason", [r for r in zone.reasons if r != {"privacy": "PRIVACY", "crowd": "POPULATION"}.get(kind)]),
        ("country", zone.country),
        ("message", zone.message),
        ("conditions", zone.conditions),
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
