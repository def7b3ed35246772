"""Zones as GeoJSON: ED-318, the simple profile, and ED-269 properties on GeoJSON features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import Any

from dronectl.category import ROOTS, known
from dronectl.errors import Fault, InputError
from dronectl.measures import Band
from dronectl.readers import footprints, marches, people, values
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.readers.zones import ed269
from dronectl.schedule import Period
from dronectl.where import Where
from dronectl.zone import Box, Condition, Dataset, Restriction, Zone, ZoneFile

KINDS = {
    "no-fly": (Restriction.PROHIBITED, ()),
    "restricted": (Restriction.REQ_AUTHORIZATION, ()),
    "conditional": (Restriction.CONDITIONAL, ()),
    "privacy": (Restriction.NO_RESTRICTION, ("PRIVACY",)),
    "crowd": (Restriction.NO_RESTRICTION, ("POPULATION",)),
}
EXTENSION = "dronectl"
OURS = ("law", "crowd", "privacy")  # what asks something of a flight
ALIKE = 0.8  # `laws`, `crowds` and `privcy` are so much like them by `difflib`, `private` is not: a house figure
WGS84_NAMES = ("CRS84", "EPSG:4326", "EPSG::4326", "WGS84", "WGS 84")
FALLBACK = True  # publishers' own GeoJSON is looked for first
GEOMETRIES = ("Polygon", "MultiPolygon", "Point", "LineString", "MultiLineString", "MultiPoint", "GeometryCollection")


def accepts(value: Any) -> bool:
    """True for GeoJSON that is not a mission."""
    if not isinstance(value, dict) or "mission" in value:
        return False
    kind = value.get("type")
    return (kind == "FeatureCollection" and "features" in value) or kind == "Feature" or kind in GEOMETRIES


def read(document: Document, choices: Choices) -> ZoneFile:
    """Every zone of the file; broken ones stay, as doubts.

    With `choices.around` only zones that may touch one of these boxes are read whole; the others keep their place,
    identifier and country, and would be undecided if anything met them.
    """
    value, where, part = document.value, document.where, document.part
    document.of_bytes = tuple(document.remarks)
    _refuse_crs(value, document)
    faults: list[Fault] = []
    single = value.get("type") != "FeatureCollection"
    if single:
        features = [value if value.get("type") == "Feature" else {"type": "Feature", "geometry": value}]
    else:
        features = value.get("features")
        if not isinstance(features, list):
            raise InputError.at(where / "features", "is not a list of features", remedy="export the file again")
    zones: list[tuple[Callable[[], dict[str, Any]], dict[str, Any], int]] = []
    drafts: list[Draft] = []
    profiles = set()
    for place, feature in enumerate(features):
        number = place if part is None else part.numbers[place]
        here = where if single else where / "features" / number
        if document.places is not None:
            here = document.places[place]
        if ed269.is_mask(feature):
            document.note(here, "is a mask over what the file does not speak of, and no zone: left out")
            continue
        profile, fields, stub, volumes = _feature(feature, number, document, faults, here)
        profiles.add(profile)
        zones.append((fields, stub, len(volumes)))
        drafts.extend(volumes)
    profile = " and ".join(sorted(profiles)) or "GeoJSON" if part is None else part.profile
    dataset = _dataset(value, document, profile)
    made = footprints.settle(drafts, document, faults, choices.around)
    found, first = [], 0
    for fields, stub, count in zones:
        volumes_ = tuple(made[first : first + count])
        if stub and footprints.far(volumes_, choices.around):
            found.append(Zone(**stub, volumes=volumes_, dataset=dataset))
        else:
            told = fields()
            volumes_ = told.pop("moves", ()) or volumes_
            is_crowd = told.pop("is_crowd", False)
            bands = [d.band_doubt for d in drafts[first : first + count] if d.band_doubt]
            doubts = tuple(dict.fromkeys([*told.pop("doubts"), *(() if is_crowd else bands)]))
            zone = Zone(**told, doubts=doubts, volumes=volumes_, dataset=dataset)
            if is_crowd and (bands or not all(volume.band.everywhere for volume in volumes_)):
                document.note(zone.where, "a crowd counts at every height: the limits that it states are left aside")
                zone = zone.at_any_height()
            found.append(zone)
        first += count
    document.counted = not single and document.places is None and len(found) == len(features)
    return ZoneFile(dataset=dataset, zones=tuple(found), remarks=tuple(document.remarks))


def _refuse_crs(value: dict[str, Any], document: Document) -> None:
    crs = value.get("crs")
    if crs is None:
        return
    name = str(crs.get("properties", {}).get("name", crs)) if isinstance(crs, dict) else str(crs)
    if not any(name.upper().endswith(known.upper()) for known in WGS84_NAMES):
        remedy = "convert it to WGS 84 longitude and latitude (EPSG:4326): ogr2ogr -t_srs EPSG:4326"
        raise InputError.at(document.where / "crs", f"the coordinates are in {name}", remedy=remedy)


def _dataset(value: dict[str, Any], document: Document, profile: str) -> Dataset:
    metadata = value.get("metadata")
    where = document.where / "metadata"
    if not isinstance(metadata, dict):
        metadata = value.get("datasetMetadata")
        if isinstance(metadata, dict):
            document.note(document.where / "datasetMetadata", "metadata stands under another name, read all the same")
    if not isinstance(metadata, dict):
        metadata = {}
    for odd in ("technicalLimitation",):
        if odd in metadata:
            document.note(where / odd, "is spelled technicalLimitations in ED-318, read all the same")
    if "title" in value and "name" not in value:
        document.note(document.where / "title", "the collection's name stands under title, read all the same")

    def moment(name: str, *, last: bool = False) -> datetime | None:
        made = values.moment(metadata.get(name), document, where / name, last=last)
        if made is not None and made.tzinfo is None:
            document.note(where / name, "states no UTC offset, read as UTC", "write 2026-01-01T00:00:00Z")
            made = made.replace(tzinfo=UTC)
        return made

    limitations = values.text(metadata.get("technicalLimitations", metadata.get("technicalLimitation")))
    validity = {"validFrom": moment("validFrom"), "validTo": moment("validTo", last=True)}
    stated = [name for name in validity if not values.nothing(metadata.get(name))]
    unread = [f"its {name} {metadata[name]!r} could not be read" for name in stated if validity[name] is None]
    return Dataset(
        path=document.path,
        sha256=document.sha256,
        profile=profile,
        name=values.text(value.get("name")) or values.text(value.get("title")),
        provider=values.text(metadata.get("provider")),
        edition=values.text(metadata.get("edition")) or None,
        issued=moment("issued"),
        valid_from=validity["validFrom"],
        valid_until=validity["validTo"],
        validity_doubt="; ".join(unread),
        covers=_covers(metadata.get("covers"), document, where / "covers"),
        states_validity=bool(stated),
        notes=tuple(note for note in (values.text(metadata.get("description")), limitations) if note),
    )


def _covers(value: Any, document: Document, where: Where) -> Box | None:
    """The box for which a file claims to hold every zone (our own member of the metadata)."""
    if value is None:
        return None
    sides = [values.number(side) for side in value] if isinstance(value, list) and len(value) == 4 else []
    if len(sides) != 4 or any(side is None for side in sides):
        document.note(where, "is not [west, south, east, north] in degrees", "write four numbers")
        return None
    west, south, east, north = (side for side in sides if side is not None)
    return west, south, east, north


Read = tuple[str, Callable[[], dict[str, Any]], dict[str, Any], list[Draft]]
"""Profile, how to read the fields, what stands for them far away (empty: nothing may), and the volumes."""


def _feature(feature: Any, number: int, document: Document, faults: list[Fault], where: Where) -> Read:
    if not isinstance(feature, dict):
        draft = footprints.nowhere("is not a feature", Band(), document, where)
        fields = _fields(number, {}, "", None, (), where, ("it is not a GeoJSON feature",))
        return "GeoJSON", fields.copy, fields, [draft]
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        properties = {}
    if isinstance(properties.get("geometry"), dict) and "restriction" in properties:
        profile, fields, drafts = ed269.on_feature(feature, properties, number, document, faults, where)
        return profile, fields.copy, fields, drafts
    ed318 = _is_ed318(feature, properties)
    named = properties if ed318 else {"id": feature.get("id")} | properties
    stub = _fields(number, named, "", None, (), where, ("it lies too far away to have been read",))
    stub["country"] = values.text(properties.get("country"))
    if values.asked_from_afar(properties):
        stub = {}
    if ed318:
        fields_ = partial(_ed318, properties, number, document, where)
        return "ED-318", fields_, stub, _layers(feature, document, faults, where)
    draft = _simple_place(feature, properties, _simple_band(properties, document, where), document, faults, where)
    return "simple", partial(_simple, feature, properties, number, document, where), stub, [draft]


def _is_ed318(feature: dict[str, Any], properties: dict[str, Any]) -> bool:
    geometry = feature.get("geometry")
    parts = geometry.get("geometries") if isinstance(geometry, dict) else None
    layered = [geometry, *(parts if isinstance(parts, list) else [])]
    if any(isinstance(part, dict) and ("layer" in part or "extent" in part) for part in layered):
        return True
    return "kind" not in properties and bool({"variant", "zoneAuthority", "limitedApplicability"} & properties.keys())


def _fields(
    number: int,
    properties: dict[str, Any],
    name: str,
    restriction: Restriction | None,
    reasons: tuple[str, ...],
    where: Where,
    doubts: tuple[str, ...],
) -> dict[str, Any]:
    identifier = properties.get("identifier", properties.get("id"))
    known = isinstance(identifier, str | int) and not isinstance(identifier, bool) and str(identifier) != ""
    return {
        "id": str(identifier) if known else f"feature-{number}",
        "name": name,
        "restriction": restriction,
        "reasons": reasons,
        "where": where,
        "doubts": doubts,
    }


def _ed318(properties: dict[str, Any], number: int, document: Document, where: Where) -> dict[str, Any]:
    place = where / "properties"
    doubts = []
    restriction, why = values.restriction(properties.get("type"), document, place / "type")
    if why:
        doubts.append(why)
    if not isinstance(properties.get("identifier"), str) or not properties["identifier"]:
        document.note(place / "identifier", "is missing", "give every zone an identifier")
    reasons = values.reasons(properties.get("reason"), document, place / "reason")
    extended = properties.get("extendedProperties")
    own = extended.get(EXTENSION) if isinstance(extended, dict) else None
    if own is not None and not isinstance(own, dict):
        document.note(place / "extendedProperties" / EXTENSION, "is no object and is not used")
        doubts.append(f"its {EXTENSION} extension is no object")
    own = own if isinstance(own, dict) else {}
    if isinstance(extended, dict):
        _tell_slips(extended, (EXTENSION,), doubts, document, place / "extendedProperties")
    fields = _fields(number, properties, values.text(properties.get("name")), restriction, reasons, where, ())
    fields |= {
        "periods": _periods(properties.get("limitedApplicability"), document, place / "limitedApplicability"),
        "country": values.text(properties.get("country")),
        "authorities": values.authorities(properties.get("zoneAuthority")),
        "message": values.text(properties.get("message")),
        "conditions": values.text(properties.get("restrictionConditions")),
        "condition": _condition(own.get("condition"), document, place / "extendedProperties"),
        "privacy": people.privacy(
            own.get("privacy"), reasons, place / "extendedProperties" / "dronectl", default_no_overflight=False
        ),
        "crowd": people.crowd(own.get("crowd"), document, place / "extendedProperties"),
        **_bound(own, doubts, document, place / "extendedProperties"),
    }
    _moving(fields, own.get("crowd"), doubts, document, place / "extendedProperties" / "dronectl" / "crowd")
    fields["doubts"] = tuple(doubts)
    return fields


def _moving(fields: dict[str, Any], crowd: Any, doubts: list[str], document: Document, where: Where) -> None:
    """The volumes of a crowd that moves take the place of its outline; what cannot be read leaves it undecided."""
    moves, why = marches.volumes(crowd, document, where)
    fields["moves"] = moves
    only = fields["crowd"] is not None and fields["restriction"] is Restriction.NO_RESTRICTION
    fields["is_crowd"] = only or crowd is not None
    if moves:
        fields["crowd"] = replace(fields["crowd"], ground_m2=marches.ground_m2(crowd, moves))
        starts, ends = zip(*((p.start, p.end) for v in moves for p in v.periods), strict=True)
        fields["periods"] = (Period(start=min(starts), end=max(ends)),)
    if why:
        document.note(where, why)
        doubts.append(why)


def _layers(feature: dict[str, Any], document: Document, faults: list[Fault], where: Where) -> list[Draft]:
    geometry = feature.get("geometry")
    place = where / "geometry"
    if not isinstance(geometry, dict):
        return [footprints.nowhere("has no geometry", Band(), document, place, box=feature.get("bbox"))]
    parts: list[tuple[Any, Where]] = [(geometry, place)]
    if geometry.get("type") == "GeometryCollection":
        inside = geometry.get("geometries")
        if not isinstance(inside, list) or not inside:
            return [footprints.nowhere("is an empty collection", Band(), document, place, box=feature.get("bbox"))]
        parts = [(part, place / "geometries" / k) for k, part in enumerate(inside)]
    drafts = []
    for part, here in parts:
        if not isinstance(part, dict):
            drafts.append(footprints.nowhere("is not a geometry", Band(), document, here, box=feature.get("bbox")))
            continue
        layer = part.get("layer")
        band, doubt = Band(), ""
        if isinstance(layer, dict):
            band, doubt = values.band(
                layer.get("lower"), layer.get("lowerReference"), layer.get("upper"), layer.get("upperReference"),
                layer.get("uom"), document, here / "layer",
            )  # fmt: skip
        elif layer is not None:
            document.note(here / "layer", "is not an object, read as no limits")
            doubt = "its layer could not be read"
        extent = part.get("extent")
        kind = part.get("type")
        if kind == "Point" and isinstance(extent, dict):
            if str(extent.get("subType", "")).lower() != "circle":
                document.note(here / "extent" / "subType", f"is {extent.get('subType')!r}, read as Circle")
            drafts.append(
                footprints.circle(part.get("coordinates"), extent.get("radius"), band, document, faults, here)
            )
        elif kind in ("Polygon", "MultiPolygon"):
            drafts.append(footprints.polygons(kind, part.get("coordinates"), band, document, faults, here))
        else:
            what = f"a {kind} without an extent has no area"
            drafts.append(footprints.nowhere(what, band, document, here, box=feature.get("bbox")))
        drafts[-1].band_doubt = doubt
    return drafts


def _periods(value: Any, document: Document, where: Where) -> tuple[Period, ...]:
    """ED-318 `limitedApplicability`; absent means always."""
    if value is None or value == []:
        return ()
    if isinstance(value, dict):
        document.note(where, "is one period, not a list, read all the same")
        value = [value]
    if not isinstance(value, list):
        document.note(where, "is not a list of periods")
        return (Period(doubt="its hours could not be read"),)
    return tuple(values.period(entry, document, where / k) for k, entry in enumerate(value))


def _bound(own: dict[str, Any], doubts: list[str], document: Document, where: Where) -> dict[str, Any]:
    """Whom the zone binds: the limits of rule packs it stands for, the categories, and whether its authority may consent."""
    _tell_slips(own, OURS, doubts, document, where)
    made: dict[str, Any] = {}
    for name in ("law", "categories"):
        value = own.get(name)
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and all(isinstance(word, str) and word.strip() for word in listed):
            made[name] = tuple(word.strip() for word in listed)
        elif value is not None:
            document.note(where / name, "is no list of words and is not used")
            doubts.extend(["its law is no list of words"] if name == "law" else [])
    strange = [word for word in made.get("categories", ()) if not known(word)]
    if strange:
        what = f"{strange[0]!r} is no category; the zone is taken to bind all"
        document.note(where / "categories", what, f"use {', '.join(ROOTS)}, and parts such as open/A2")
        del made["categories"]
    consent = own.get("consent", False)
    if not isinstance(consent, bool):
        document.note(where / "consent", "is neither true nor false, read as false")
    return made | {"consent": consent is True}


def _tell_slips(
    own: dict[str, Any], names: tuple[str, ...], doubts: list[str], document: Document, where: Where
) -> None:
    """Say which members are nearly called as one of ours that asks something of a flight: nobody would miss what it asks."""
    for word in own:
        meant = _slip_of(word, names)
        if meant and meant not in own:
            document.note(where / word, f"is not a member that dronectl knows: {meant} is one", f"write {meant}")
            doubts.append(f"its member {word!r} may be {meant}, misspelled")


@lru_cache(maxsize=4096)
def _slip_of(word: str, names: tuple[str, ...]) -> str:
    """Which of some names a word nearly is; empty where it is none of them, or one itself."""
    return "" if word in names else next(iter(get_close_matches(word.lower(), names, n=1, cutoff=ALIKE)), "")


def _condition(value: Any, document: Document, where: Where) -> Condition | None:
    height = values.number(value.get("max_height_m")) if isinstance(value, dict) else None
    if value is not None and height is None:
        document.note(where, "dronectl.condition needs max_height_m, a number of metres above ground")
    return Condition(max_height_m=height) if height is not None else None


def _simple_band(properties: dict[str, Any], document: Document, where: Where) -> tuple[Band, str]:
    return values.band(
        properties.get("lower"), properties.get("datum"), properties.get("upper"), properties.get("datum"),
        properties.get("uom"), document, where / "properties",
    )  # fmt: skip


def _simple(
    feature: dict[str, Any], properties: dict[str, Any], number: int, document: Document, where: Where
) -> dict[str, Any]:
    place = where / "properties"
    doubts = []
    kind = properties.get("kind")
    restriction, reasons = KINDS.get(str(kind).strip().lower(), (None, ()))
    if restriction is None:
        what = f"kind {kind!r} is not known" if kind else "states no kind"
        document.note(place / "kind", what, f"use one of {', '.join(KINDS)}")
        doubts.append(f"it {what}" if not kind else f"its {what}")
    own = values.reasons(properties.get("reason"), document, place / "reason")
    reasons = tuple(dict.fromkeys((*reasons, *own)))
    is_crowd, crowd = restriction is not None and "POPULATION" in reasons, properties.get("crowd")
    fields = _fields(number, {"id": feature.get("id")} | properties, values.text(properties.get("name")),
                     restriction, reasons, where, ())  # fmt: skip
    if fields["id"] == f"feature-{number}":
        document.note(place / "id", "is missing", "give every zone an id")
    authority = properties.get("authority")
    fields |= {
        "periods": _from_until(properties, document, place),
        "country": values.text(properties.get("country")),
        "authorities": values.authorities({"name": authority} if isinstance(authority, str) else authority),
        "message": values.text(properties.get("message")),
        "conditions": values.text(properties.get("conditions")),
        "condition": _condition(properties.get("condition"), document, place / "condition"),
        "privacy": people.privacy(properties.get("privacy"), reasons, place, default_no_overflight=True),
        "crowd": people.crowd({} if crowd is None and is_crowd else crowd, document, place / "crowd"),
        **_bound(properties, doubts, document, place),
    }
    _moving(fields, properties.get("crowd"), doubts, document, place / "crowd")
    fields["doubts"] = tuple(doubts)
    return fields


def _from_until(properties: dict[str, Any], document: Document, where: Where) -> tuple[Period, ...]:
    if (
        properties.get("from") in (None, "")
        and properties.get("until") in (None, "")
        and not properties.get("schedule")
    ):
        return ()
    entry = {
        "startDateTime": properties.get("from"),
        "endDateTime": properties.get("until"),
        "schedule": properties.get("schedule"),
    }
    return (values.period(entry, document, where),)


def _simple_place(
    feature: dict[str, Any],
    properties: dict[str, Any],
    limits: tuple[Band, str],
    document: Document,
    faults: list[Fault],
    where: Where,
) -> Draft:
    draft = _simple_shape(feature, properties, limits[0], document, faults, where)
    draft.band_doubt = limits[1]
    return draft


def _simple_shape(
    feature: dict[str, Any],
    properties: dict[str, Any],
    band: Band,
    document: Document,
    faults: list[Fault],
    where: Where,
) -> Draft:
    geometry, place = feature.get("geometry"), where / "geometry"
    box = feature.get("bbox")
    if not isinstance(geometry, dict):
        return footprints.nowhere("has no geometry", band, document, place, box=box)
    kind = geometry.get("type")
    if kind in ("Polygon", "MultiPolygon"):
        return footprints.polygons(kind, geometry.get("coordinates"), band, document, faults, place)
    if kind == "Point":
        if "radius_m" in properties:
            return footprints.circle(geometry.get("coordinates"), properties["radius_m"], band, document, faults, place)
        return footprints.nowhere("a Point without radius_m has no area", band, document, place, box=box)
    if kind == "GeometryCollection":
        parts = _areas(geometry.get("geometries"))
        if parts:
            return footprints.polygons("MultiPolygon", parts, band, document, faults, place)
    return footprints.nowhere(f"a {kind} has no area", band, document, place, box=box)


def _areas(geometries: Any) -> list[Any]:
    """The polygons of a collection that holds nothing else; empty where it holds something else."""
    made: list[Any] = []
    for part in geometries if isinstance(geometries, list) else []:
        whole = part if isinstance(part, dict) else {}
        kind, coordinates = whole.get("type"), whole.get("coordinates")
        if kind not in ("Polygon", "MultiPolygon"):
            return []
        made.extend(coordinates if kind == "MultiPolygon" and isinstance(coordinates, list) else [coordinates])
    return made
