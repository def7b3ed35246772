"""Zones as ED-269 JSON, in the wrappers that publishers put round them."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.measures import METRES_PER_FOOT, Band
from dronectl.readers import footprints, values
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.schedule import Period
from dronectl.where import Where
from dronectl.zone import Dataset, Restriction, Zone, ZoneFile

WRAPPERS = ("features", "UASZoneList", "uas_zones", "UASZoneVersion", "zones")
NOT_USPACE = frozenset({"", "NO", "NONE", "N/A", "EUROCONTROL"})  # words met in uSpaceClass where no U-space is meant
SMALL_RADIUS_M = 100.0  # a radius in feet that comes out smaller is worth a remark


def accepts(value: Any) -> bool:
    """True for a list of ED-269 zones, bare or wrapped."""
    found = _zones(value)
    return found is not None and (not found[0] or any(_is_zone(entry) for entry in found[0]))


def _is_zone(entry: Any) -> bool:
    return (
        isinstance(entry, dict) and isinstance(entry.get("geometry"), list) and "type" not in entry.get("geometry", {})
    )


def _zones(value: Any) -> tuple[list[Any], tuple[str, ...]] | None:
    """The zones and the members that lead to them."""
    if isinstance(value, list):
        return (value, ()) if value and any(_is_zone(entry) for entry in value) else None
    if not isinstance(value, dict) or value.get("type") in ("FeatureCollection", "Feature"):
        return None
    for name in WRAPPERS:
        inside = value.get(name)
        if isinstance(inside, list):
            return inside, (name,)
        if isinstance(inside, dict):
            deeper = _zones(inside)
            if deeper:
                return deeper[0], (name, *deeper[1])
    return None


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every zone of the file, whole wherever it lies; broken ones stay, as doubts."""
    found = _zones(document.value)
    if found is None:
        raise InputError.at(document.where, "holds no list of ED-269 zones")
    listed, path = found
    document.of_bytes = tuple(document.remarks)
    where, part = document.where, document.part
    for name in path:
        where = where / name
    if path != ("features",):
        document.note(document.where, f"the zones stand under {'.'.join(path) or 'no name'}, not under features")
    faults: list[Fault] = []
    zones: list[tuple[dict[str, Any], int]] = []
    drafts: list[Draft] = []
    for place, entry in enumerate(listed):
        number = place if part is None else part.numbers[place]
        here = where / number if path else Where(document.path, f"$[{number}]")
        fields, volumes = _zone(entry, number, document, faults, here)
        zones.append((fields, len(volumes)))
        drafts.extend(volumes)
    value = document.value if isinstance(document.value, dict) else {}
    issued = values.moment(value.get("createdAt"), document, document.where / "createdAt")
    dataset = Dataset(
        path=document.path,
        sha256=document.sha256,
        profile="ED-269",
        name=values.text(value.get("title")) or values.text(value.get("name")),
        issued=issued.replace(tzinfo=issued.tzinfo or UTC) if issued else None,
        notes=tuple(note for note in (values.text(value.get("description")),) if note),
    )
    made = footprints.settle(drafts, document, faults, choices.around)
    built, first = [], 0
    for fields, count in zones:
        bands = [draft.band_doubt for draft in drafts[first : first + count] if draft.band_doubt]
        fields["doubts"] = tuple(dict.fromkeys([*fields["doubts"], *bands]))
        built.append(Zone(**fields, volumes=tuple(made[first : first + count]), dataset=dataset))
        first += count
    document.counted = path == ("features",)
    return ZoneFile(dataset=dataset, zones=tuple(built), remarks=tuple(document.remarks))


def _zone(
    entry: Any, number: int, document: Document, faults: list[Fault], where: Where
) -> tuple[dict[str, Any], list[Draft]]:
    if not isinstance(entry, dict):
        draft = footprints.nowhere("is not a zone", Band(), document, where)
        entry = {}
        return _fields(entry, number, document, where, ["it is not an ED-269 zone"]), [draft]
    doubts: list[str] = []
    listed = entry.get("geometry")
    drafts = []
    if not isinstance(listed, list) or not listed:
        drafts.append(footprints.nowhere("has no geometry", Band(), document, where / "geometry"))
    else:
        for k, volume in enumerate(listed):
            drafts.append(_volume(volume, document, faults, where / "geometry" / k, doubts))
    return _fields(entry, number, document, where, doubts), drafts


def _fields(entry: dict[str, Any], number: int, document: Document, where: Where, doubts: list[str]) -> dict[str, Any]:
    restriction, why = values.restriction(entry.get("restriction"), document, where / "restriction")
    if why:
        doubts.append(why)
    uspace = entry.get("uSpaceClass")
    words = [str(word).strip().upper() for word in (uspace if isinstance(uspace, list) else [uspace or ""])]
    if restriction is Restriction.NO_RESTRICTION and any(word not in NOT_USPACE for word in words):
        restriction = Restriction.USPACE
    conditions = entry.get("restrictionConditions")
    identifier = entry.get("identifier")
    if not isinstance(identifier, str) or not identifier:
        document.note(where / "identifier", "is missing", "give every zone an identifier")
        identifier = f"zone-{number}"
    return {
        "id": identifier,
        "name": values.text(entry.get("name")),
        "restriction": restriction,
        "reasons": values.reasons(entry.get("reason"), document, where / "reason"),
        "where": where,
        "periods": _applicability(entry.get("applicability"), document, where / "applicability"),
        "country": values.text(entry.get("country")),
        "authorities": values.authorities(entry.get("zoneAuthority")),
        "message": values.text(entry.get("message")),
        "conditions": values.text(conditions),
        "doubts": tuple(dict.fromkeys(doubts)),
    }


def _volume(volume: Any, document: Document, faults: list[Fault], where: Where, doubts: list[str]) -> Draft:
    if not isinstance(volume, dict):
        return footprints.nowhere("is not a volume", Band(), document, where)
    band, doubt = _limits(volume, document, where)
    if doubt:
        doubts.append(doubt)
    shape = volume.get("horizontalProjection")
    place = where / "horizontalProjection"
    if not isinstance(shape, dict):
        return footprints.nowhere("has no horizontal projection", band, document, place)
    kind = shape.get("type")
    if kind == "Circle":
        radius = shape.get("radius")
        metres = values.number(radius)
        if metres is not None and str(volume.get("uomDimensions", "M")).upper() in ("FT", "FEET"):
            metres *= METRES_PER_FOOT
            document.note(place / "radius", f"radius {radius} is read in feet, as the volume's unit says")
            if metres < SMALL_RADIUS_M:
                document.note(place / "radius", f"a radius of {metres:.0f} m is small: were metres meant?")
        given = radius if metres is None else metres
        return footprints.circle(shape.get("center"), given, band, document, faults, place)
    if kind in ("Polygon", "MultiPolygon"):
        if kind == "MultiPolygon":
            document.note(place / "type", "MultiPolygon is not in ED-269, read all the same")
        return footprints.polygons(kind, shape.get("coordinates"), band, document, faults, place)
    return footprints.nowhere(f"horizontal projection {kind!r} is not known", band, document, place)


def _limits(volume: dict[str, Any], document: Document, where: Where) -> tuple[Band, str]:
    unit = volume.get("uomDimensions")
    band, doubt = values.band(
        volume.get("lowerLimit"), volume.get("lowerVerticalReference"),
        volume.get("upperLimit"), volume.get("upperVerticalReference"),
        unit, document, where,
    )  # fmt: skip
    if values.nothing(unit) and any(limit is not None and limit.metres for limit in (band.lower, band.upper)):
        document.note(where / "uomDimensions", "is missing: its limits may be metres or feet", "write M or FT")
        return Band(), doubt or "the unit of its limits is not stated"
    return band, doubt


def _applicability(value: Any, document: Document, where: Where) -> tuple[Period, ...]:
    """ED-269 `applicability`: `permanent` YES wins over dates beside it."""
    if value is None or value == []:
        document.note(where, "is missing, read as always")
        return ()
    if isinstance(value, dict):
        document.note(where, "is one period, not a list, read all the same")
        value = [value]
    if not isinstance(value, list):
        document.note(where, "is not a list of periods")
        return (Period(doubt="its hours could not be read"),)
    periods: list[Period] = []
    for k, entry in enumerate(value):
        made = _period(entry, document, where / k)
        if made is None:
            return ()
        periods.extend(made)
    return tuple(periods)


def _period(entry: Any, document: Document, where: Where) -> tuple[Period, ...] | None:
    """One entry of `applicability`; None where it says always."""
    permanent = isinstance(entry, dict) and str(entry.get("permanent", "")).strip().upper() in ("YES", "Y", "TRUE")
    if not permanent:
        return (values.period(entry, document, where),)
    made = values.period({"schedule": entry.get("schedule") or entry.get("dailyPeriod")}, document, where)
    if not made.daily and not made.doubt:
        return None
    document.note(where, "says permanent and keeps a schedule: outside the schedule it may be in force or not")
    return (made, Period(doubt="it says permanent and keeps a schedule, which contradict each other"))


def is_mask(feature: Any) -> bool:
    """True for what Estonia draws over everything that it does not speak of: a hidden feature, or the whole world."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or "restriction" not in properties:
        return False
    name = str(properties.get("identifier"))
    return name == "EERZout" or (properties.get("hidden") is True and name.startswith("EE"))


def on_feature(
    feature: dict[str, Any],
    properties: dict[str, Any],
    number: int,
    document: Document,
    faults: list[Fault],
    where: Where,
) -> tuple[str, dict[str, Any], list[Draft]]:
    """ED-269 properties on a GeoJSON feature, their own `geometry` holding the limits only (Estonia)."""
    doubts: list[str] = []
    band, doubt = _limits(properties["geometry"], document, where / "properties" / "geometry")
    if doubt:
        doubts.append(doubt)
    geometry = feature.get("geometry")
    place = where / "geometry"
    if isinstance(geometry, dict) and geometry.get("type") in ("Polygon", "MultiPolygon"):
        draft = footprints.polygons(geometry["type"], geometry.get("coordinates"), band, document, faults, place)
    else:
        draft = footprints.nowhere("has no area", band, document, place, box=feature.get("bbox"))
    return "ED-269 on GeoJSON", _fields(properties, number, document, where / "properties", doubts), [draft]
