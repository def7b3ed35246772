"""Zones as the members of ED-318: what every format that keeps whole zones is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dronectl.geometry import circumscribed
from dronectl.measures import Band, Datum, Height
from dronectl.schedule import DAYS, Clock, Daily, Period
from dronectl.zone import Authority, Circle, Restriction, Rings, Volume, Zone, ZoneFile

REFERENCES = {Datum.AGL: "AGL", Datum.AMSL: "AMSL", Datum.WGS84: "WGS84"}
INFORMATION = "INFORMATION"
UNLIMITED_FROM_M = 9999.0  # the figure from which publishers mean that there is no limit
NOT_UNDERSTOOD = "this zone could not be understood when it was read: "


def prepared(zone: Zone) -> tuple[Zone | None, list[str]]:
    """The zone as ED-318 can say it, and what is lost on the way; None where no volume of it has a place.

    Whatever is lost makes the zone wider or keeps it undecided: what was not understood becomes CONDITIONAL, which nobody
    takes for clear.
    """
    told: list[str] = []
    conditions, restriction = zone.conditions, zone.restriction
    doubts = list(dict.fromkeys([*zone.doubts, *(volume.doubt for volume in zone.volumes if volume.doubt)]))
    if doubts or restriction is None:
        told.append("it was not understood; it becomes CONDITIONAL, with the reason as its text")
        restriction = Restriction.CONDITIONAL
        why = "; ".join(doubts) or "it states no restriction"
        conditions = f"{NOT_UNDERSTOOD}{why}" + (f". {conditions}" if conditions else "")
    volumes = []
    for volume in zone.volumes:
        if volume.footprint is None:
            told.append("the place of a volume is not known: it cannot be drawn and is left out")
            continue
        limits = [volume.band.lower, volume.band.upper]
        for k, (side, wide) in enumerate((("lower", "the ground"), ("upper", "unlimited"))):
            limit = limits[k]
            if limit is not None and limit.datum not in REFERENCES:
                told.append(f"its {side} limit {limit} has no reference there; it becomes {wide}")
                limits[k] = None
            elif side == "upper" and limit is not None and limit.metres >= UNLIMITED_FROM_M:
                told.append(f"its upper limit {limit}: readers take so high a figure for unlimited")
                limits[k] = None
        volumes.append(replace(volume, band=Band(limits[0], limits[1]), doubt="", periods=()))
    if any(volume.periods for volume in zone.volumes):
        told.append("it moves; it becomes all its places for the whole time")
    periods = zone.periods
    if any(period.doubt for period in periods):
        told.append("its hours were not understood; it becomes always in force")
        periods = ()
    authorities = tuple(replace(a, purpose=a.purpose or INFORMATION) for a in zone.authorities)
    if authorities != zone.authorities:
        told.append(f"an authority without a purpose; it becomes {INFORMATION}")
    if not volumes:
        return None, [*told, "no volume of it has a place: it is left out"]
    made = replace(
        zone,
        restriction=restriction,
        conditions=conditions,
        volumes=tuple(volumes),
        periods=periods,
        authorities=authorities,
        doubts=(),
    )
    return made, list(dict.fromkeys(told))


def properties(zone: Zone) -> dict[str, Any]:
    """The properties of one prepared zone."""
    assert zone.restriction is not None and not zone.doubts
    made: dict[str, Any] = {
        "identifier": zone.id,
        "country": zone.country,
        "type": zone.restriction.value,
        "variant": "COMMON",
    }
    if zone.name:
        made["name"] = _texts(zone.name)
    if zone.reasons:
        made["reason"] = list(zone.reasons)
    if zone.conditions:
        made["restrictionConditions"] = zone.conditions
    if zone.message:
        made["message"] = _texts(zone.message)
    if zone.authorities:
        made["zoneAuthority"] = [_authority(authority) for authority in zone.authorities]
    if zone.periods:
        made["limitedApplicability"] = [_period(period) for period in zone.periods]
    own = _own(zone)
    if own:
        made["extendedProperties"] = {"dronectl": own}
    return made


def geometry(volume: Volume) -> dict[str, Any] | None:
    """The footprint of one volume with its layer; None where its place is not known."""
    shape = outline(volume)
    if shape is None:
        return None
    made = layer(volume.band)
    return shape | ({"layer": made} if made else {})


def outline(volume: Volume, *, drawn: bool = False) -> dict[str, Any] | None:
    """The footprint as a GeoJSON geometry; a circle as a point with its extent, or drawn as a polygon round it."""
    footprint = volume.footprint
    if footprint is None:
        return None
    if isinstance(footprint, Circle):
        if drawn:
            return {"type": "Polygon", "coordinates": [circumscribed(footprint)]}
        extent = {"subType": "Circle", "radius": footprint.radius_m}
        return {"type": "Point", "coordinates": [footprint.lon, footprint.lat], "extent": extent}
    parts = _parts(footprint)
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _parts(rings: Rings) -> list[list[list[list[float]]]]:
    return [[[[_degrees(x), float(y)] for x, y in ring.tolist()] for ring in polygon] for polygon in rings.polygons]


def _degrees(lon: float) -> float:
    """A longitude that runs on beyond 180 as it stands on the globe."""
    return float(lon) if -180.0 <= lon <= 180.0 else float((lon + 180.0) % 360.0 - 180.0)


def layer(band: Band) -> dict[str, Any]:
    """Limits that ED-318 can say, in metres; the others are left open, which is wider."""
    made: dict[str, Any] = {}
    for side, limit in (("lower", band.lower), ("upper", band.upper)):
        if limit is not None and limit.datum in REFERENCES:
            made[side] = limit.metres
            made[f"{side}Reference"] = REFERENCES[limit.datum]
    return made | ({"uom": "m"} if made else {})


def facts(files: Sequence[ZoneFile]) -> dict[str, Any]:
    """What the files say of themselves, as the metadata of one collection; only what they agree on."""
    data = [file.dataset for file in files]
    made: dict[str, Any] = {}
    for name, values in (
        ("validFrom", {d.valid_from.isoformat() if d.valid_from else None for d in data}),
        ("validTo", {d.valid_until.isoformat() if d.valid_until else None for d in data}),
        ("issued", {d.issued.isoformat() if d.issued else None for d in data}),
    ):
        only = next(iter(values)) if len(values) == 1 else None
        if only is not None:
            made[name] = only
    providers = {d.provider for d in data if d.provider}
    if len(providers) == 1:
        made["provider"] = _texts(providers.pop())
    notes = list(dict.fromkeys(note for d in data for note in d.notes))
    named = "; ".join(f"{d.path} (sha256 {d.sha256[:12]})" for d in data)
    made["description"] = _texts("; ".join([f"converted by dronectl from {named}", *notes, "not for navigation"]))
    return made


def _texts(words: str) -> list[dict[str, str]]:
    return [{"text": words, "lang": "en"}]


def _authority(authority: Authority) -> dict[str, Any]:
    made: dict[str, Any] = {"purpose": authority.purpose}
    for name, words in (("name", authority.name), ("service", authority.service)):
        if words:
            made[name] = _texts(words)
    for name, words in (
        ("siteURL", authority.site_url),
        ("email", authority.email),
        ("phone", authority.phone),
        ("intervalBefore", authority.interval_before),
    ):
        if words:
            made[name] = words
    return made


def _period(period: Period) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if period.start is not None:
        made["startDateTime"] = period.start.isoformat()
    if period.end is not None:
        made["endDateTime"] = period.end.isoformat()
    if period.daily:
        made["schedule"] = [_daily(stretch) for stretch in period.daily]
    return made


def _daily(stretch: Daily) -> dict[str, Any]:
    made: dict[str, Any] = {"day": [DAYS[day] for day in sorted(stretch.days)] or ["ANY"]}
    for side, end in (("start", stretch.start), ("end", stretch.end)):
        if isinstance(end, str):
            made[f"{side}Event"] = end
        elif end is not None:
            made[f"{side}Time"] = clock_words(end)
    return made


def clock_words(clock: Clock) -> str:
    """A time of day, 24:00 for the end of the day, with its offset where it has one."""
    whole = round(clock.seconds)
    words = f"{whole // 3600:02}:{whole % 3600 // 60:02}:{whole % 60:02}"
    if clock.offset_s is None:
        return words
    minutes = round(clock.offset_s / 60)
    return words + (
        "Z" if minutes == 0 else f"{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    )


def _own(zone: Zone) -> dict[str, Any]:
    """What only dronectl says of a zone."""
    made: dict[str, Any] = {}
    if zone.condition is not None:
        made["condition"] = {"max_height_m": zone.condition.max_height_m}
    if zone.privacy is not None:
        made["privacy"] = {"subject": zone.privacy.subject, "no_overflight": zone.privacy.no_overflight}
        if zone.privacy.max_px_per_m is not None:
            made["privacy"]["max_px_per_m"] = zone.privacy.max_px_per_m
    if zone.crowd is not None:
        persons = {"expected": zone.crowd.expected, "worst": zone.crowd.worst, "source": zone.crowd.source}
        kept = {name: value for name, value in persons.items() if value not in (None, "")}
        made["crowd"] = {"kind": zone.crowd.kind, "persons": kept, "drift_m": zone.crowd.drift_m}
    for name, value in (("law", list(zone.law)), ("categories", list(zone.categories)), ("consent", zone.consent)):
        if value:
            made[name] = value
    return made


def limit_words(limit: Height | None, otherwise: str) -> str:
    """A limit for people to read."""
    return otherwise if limit is None else str(limit)
