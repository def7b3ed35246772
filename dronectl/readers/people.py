"""What a zone says of the people that it protects: privacy and crowds. What is not understood there is refused."""

from __future__ import annotations

from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.measures import Band
from dronectl.readers import footprints, values
from dronectl.readers.document import Document
from dronectl.where import Where
from dronectl.zone import Crowd, CrowdPart, Privacy, Rings

# What a zone may say of the people that it protects; `note` is for people, and nothing is asked of it.
PRIVACY_MEMBERS = frozenset({"max_px_per_m", "subject", "no_overflight", "note"})
CROWD_MEMBERS = frozenset({"kind", "persons", "drift_m", "areas", "march", "sequence", "note"})
PERSONS_MEMBERS = frozenset({"expected", "worst", "source", "note"})


def privacy(value: Any, reasons: tuple[str, ...], where: Where, *, default_no_overflight: bool) -> Privacy | None:
    """What a zone says of somebody's privacy; None where it protects none. Raises `InputError` for what is not understood."""
    if value is None:
        return Privacy(no_overflight=default_no_overflight) if "PRIVACY" in reasons else None
    _require_object(value, PRIVACY_MEMBERS, where / "privacy")
    forbids = value.get("no_overflight", default_no_overflight)
    most = _figure(value, "max_px_per_m", where / "privacy")
    if most == 0:
        remedy = "write the density from which it is too much, such as 1; no camera sees nothing of what is in view"
        raise InputError.at(where / "privacy" / "max_px_per_m", "is 0", remedy=remedy)
    return Privacy(subject=values.text(value.get("subject")), no_overflight=forbids is not False, max_px_per_m=most)


def _require_object(value: Any, members: frozenset[str], where: Where) -> None:
    """Refuse what is not understood where a zone protects people: what it says of them would be lost, and they with it."""
    remedy = "write an object; `dronectl schema zones` shows its members"
    if not isinstance(value, dict):
        raise InputError.at(
            where, f"is {value!r}, which says nothing of the people that the zone protects", remedy=remedy
        )
    for name in value.keys() - members:
        raise InputError.at(
            where / str(name), "is not a member that dronectl knows", remedy=f"use {', '.join(sorted(members))}"
        )


def _figure(value: dict[str, Any], name: str, where: Where) -> float | None:
    """A figure that protects people; None where it is not stated. One that cannot be read would be none, and is refused."""
    stated = value.get(name)
    figure = values.number(stated)
    if (figure is None and not values.nothing(stated)) or (figure is not None and figure < 0):
        raise InputError.at(where / name, f"is {stated!r}", remedy="write a number, 0 or more, without a unit")
    return figure


def crowd(value: Any, document: Document, where: Where) -> Crowd | None:
    """What a zone says of a crowd; None where it is none. Raises `InputError` for what is not understood."""
    if value is None:
        return None
    _require_object(value, CROWD_MEMBERS, where)
    persons = value.get("persons")
    persons = {} if persons is None else persons
    _require_object(persons, PERSONS_MEMBERS, where / "persons")
    kind = str(value.get("kind", "assembly"))
    if kind not in ("assembly", "gathering", "street", "controlled"):
        document.note(where, f"crowd kind {kind!r} is not known, read as assembly")
        kind = "assembly"
    return Crowd(
        kind=kind,
        expected=_figure(persons, "expected", where / "persons"),
        worst=_figure(persons, "worst", where / "persons"),
        source=values.text(persons.get("source")),
        drift_m=_figure(value, "drift_m", where) or 0.0,
        parts=_crowd_parts(value.get("areas"), document, where / "areas"),
    )


def _crowd_parts(value: Any, document: Document, where: Where) -> tuple[CrowdPart, ...]:
    """Areas of different density. One that cannot be read may be the densest, and is refused."""
    if value is not None and not isinstance(value, list):
        raise InputError.at(where, f"is {value!r}", remedy="write a list of areas")
    made = []
    for number, entry in enumerate(value or []):
        shape = entry.get("geometry") if isinstance(entry, dict) else None
        persons = values.number(entry.get("persons")) if isinstance(entry, dict) else None
        kind = shape.get("type") if isinstance(shape, dict) else None
        if not isinstance(shape, dict) or kind not in ("Polygon", "MultiPolygon") or persons is None or persons < 0:
            what = "needs a polygon and a number of persons"
            raise InputError.at(where / number, what, remedy='write {"geometry": ..., "persons": 400}')
        faults: list[Fault] = []
        draft = footprints.polygons(kind, shape.get("coordinates"), Band(), document, faults, where / number)
        (volume,) = footprints.settle([draft], document, faults)
        if faults or not isinstance(volume.footprint, Rings) or volume.doubt:
            raise InputError.at(where / number, "its area cannot be read", remedy="draw it anew")
        made.append(CrowdPart(name=values.text(entry.get("name")), area=volume.footprint, persons=persons))
    return tuple(made)
