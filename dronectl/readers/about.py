"""What is known of a mission beside its path: category, aircraft, papers, statements, volumes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import InputError
from dronectl.mission import Charge, Emergency, Mission, Obstacle, Paper, Uncertainty, VolumePlan, Wind
from dronectl.readers import document as documents
from dronectl.readers import models
from dronectl.readers.moments import Clockwork, local_day
from dronectl.readers.values import number
from dronectl.schemas.mission import AboutDocument, AreaPart, FactsPart, PaperPart, VolumesPart
from dronectl.where import Where
from dronectl.zone import Rings

WORDS = ("name", "operator", "pilot", "purpose", "legal_basis", "category", "aircraft")


def read_about(path: str, mission: Mission) -> Mission:
    """The mission with what a file (JSON, its member `mission`) states of it; what the file leaves out stays."""
    document = documents.load_json(path)
    given = models.parse(AboutDocument, document).mission
    clock = Clockwork()
    stated = facts(given, document.where / "mission", clock)
    if clock.faults:
        raise InputError(clock.faults)
    flights = mission.flights
    if given.ground_elevation_m is not None:
        flights = tuple(replace(flight, ground_m=given.ground_elevation_m) for flight in flights)
    said = [f"{path} states {', '.join(sorted(given.model_dump(exclude_defaults=True)))} of the mission"]
    before = mission.assumptions
    if "uncertainty" in stated:
        before = tuple(words for words in before if words != mission.uncertainty.assumed)
        if mission.uncertainty.measured:
            said.append("what the log's receiver measured counts where less is stated")
        stated["uncertainty"] = mission.uncertainty.under(stated["uncertainty"])
    return replace(
        mission,
        flights=flights,
        remarks=(*mission.remarks, *document.remarks),
        assumptions=(*before, *clock.assumptions, *said),
        **stated,
    )


def facts(given: FactsPart, where: Where, clock: Clockwork) -> dict[str, Any]:
    """The members of a `Mission` that are stated, by name."""
    made: dict[str, Any] = {name: getattr(given, name) for name in WORDS if getattr(given, name)}
    for name in ("priority", "wing_mps"):
        if getattr(given, name):
            made[name] = getattr(given, name)
    if given.camera is not None:
        made["camera"] = given.camera.model_dump(exclude_none=True)
    if given.subject is not None:
        made["subject"] = _subject(given.subject, where / "subject", clock)
    if given.permits:
        made["permits"] = tuple(given.permits)
    if given.uncertainty is not None:
        unsure = given.uncertainty
        made["uncertainty"] = Uncertainty(
            horizontal_m=unsure.horizontal_m, vertical_m=unsure.vertical_m, stated=True
        )  # fmt: skip
    if given.declared is not None:
        made["declared"] = {name: value for name, value in given.declared if value is not None}
    papers = {}
    for name, value in given.papers or ():
        if value is not None:
            papers[name] = _paper(value, where / "papers" / name, clock)
    if papers:
        made["papers"] = papers
    if given.obstacles:
        made["obstacles"] = tuple(
            Obstacle(lon=o.at[0], lat=o.at[1], height_m=o.height_m, radius_m=o.radius_m, requested_by=o.requested_by)
            for o in given.obstacles
        )
    if given.pilot_at is not None:
        made["pilot_at"] = ((given.pilot_at[0], given.pilot_at[1]),)
    if given.observers_at:
        made["observers_at"] = tuple((place[0], place[1]) for place in given.observers_at)
    if given.abort:
        made["abort"] = tuple(given.abort)
    if given.emergency is not None:
        told = given.emergency
        at = None if told.at is None else (told.at[0], told.at[1])
        made["emergency"] = Emergency(site=told.site, at=at, phone=told.phone)
    if given.wind is not None:
        made["wind"] = Wind(**given.wind.model_dump())
    if given.battery is not None:
        made["battery"] = Charge(**given.battery.model_dump())
    if given.rally_at:
        made["rally_at"] = tuple((place[0], place[1]) for place in given.rally_at)
    if given.signers is not None:
        made["signers"] = {name: value for name, value in given.signers if value}
    emergency = made.get("emergency")
    for name, places in (
        ("emergency", [emergency.at] if emergency is not None and emergency.at is not None else []),
        ("pilot_at", made.get("pilot_at", ())), ("rally_at", made.get("rally_at", ())),
        ("observers_at", made.get("observers_at", ())),
        ("obstacles", [(o.lon, o.lat) for o in made.get("obstacles", ())]),
    ):  # fmt: skip
        for lon, lat in places:
            if abs(lon) > 180 or abs(lat) > 90:
                clock.refuse(where / name, f"position {lon:g}, {lat:g} is not on the globe", "longitude, then latitude")
    if given.volumes is not None:
        made["volumes"] = _volumes(given.volumes, where / "volumes", clock)
    return made


def _subject(given: AreaPart, where: Where, clock: Clockwork) -> tuple[Rings, ...]:
    """The outline of an area; a fault where it is none."""
    remedy = "give a GeoJSON polygon with closed rings"
    polygons = []
    for polygon in [given.coordinates] if given.type == "Polygon" else given.coordinates:
        rings = []
        for ring in polygon if isinstance(polygon, list) else []:
            listed = ring if isinstance(ring, list) else []
            corners = [[number(v) for v in point[:2]] if isinstance(point, list) else [] for point in listed]
            if len(corners) < 4 or corners[0] != corners[-1] or any(len(c) < 2 or None in c for c in corners):
                clock.refuse(where, "has a ring that is none", remedy)
                return ()
            points = np.array(corners, dtype=float)
            if not bool((np.abs(points) <= (180.0, 90.0)).all()):
                clock.refuse(where, "has a position that is not on the globe", "longitude, then latitude")
                return ()
            rings.append(np.column_stack([geometry.unwrap(points[:, 0]), points[:, 1]]))
        if rings:
            polygons.append(tuple(rings))
    outline = Rings(tuple(polygons))
    wrong = geometry.rings_valid([outline])[0] if polygons else "it is empty"
    if wrong:
        clock.refuse(where, f"is no area: {wrong}", remedy)
        return ()
    return (outline,)


def _paper(value: str | PaperPart, where: Where, clock: Clockwork) -> Paper:
    if isinstance(value, str):
        return Paper(reference=value)
    days = {name: _day(getattr(value, name), where / name, clock) for name in ("issued", "valid_until", "reported")}
    return Paper(reference=value.reference, **days)


def _day(value: date | str | None, where: Where, clock: Clockwork) -> date | None:
    """A day, from a day or from a moment: the day in the home time zone."""
    if value is None or isinstance(value, date):
        return value
    if len(value.strip()) == len("2026-05-12"):
        return clock.day(value, where)
    moment = clock.read(value, where)
    return None if moment != moment else local_day(moment)


def _volumes(given: VolumesPart, where: Where, clock: Clockwork) -> VolumePlan:
    if given.method == "parachute" and given.parachute is None:
        clock.refuse(where / "parachute", "is missing: the method is parachute", "give open_s and sink_mps")
    if given.method == "glide" and given.glide_ratio is None:
        clock.refuse(where / "glide_ratio", "is missing: the method is glide", "give the glide ratio")
    chute = given.parachute
    plain = given.model_dump(include=set(VolumePlan.__dataclass_fields__))
    return VolumePlan(
        **plain,
        parachute_open_s=chute.open_s if chute else None,
        parachute_sink_mps=chute.sink_mps if chute else None,
    )
