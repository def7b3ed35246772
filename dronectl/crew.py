"""Who flies, for whom, with which aircraft: operator, pilots and airframes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import field, fields
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from dronectl.camera import Camera
from dronectl.records import dataclass
from dronectl.zone import Remark

CATALOGUE = "bundled:aircraft"
LABELS = ("C0", "C1", "C2", "C3", "C4", "C5", "C6")
CLASSES = (*LABELS, "none")
COMPETENCES = ("A1/A3", "A2", "STS", "other")
LEGACY_UNTIL = date(
    2023, 12, 31
)  # without a class label, placed on the market before 2024-01-01: (EU) 2019/947, Art. 20
LIGHT_KG, OPEN_KG = (
    0.25,
    25.0,
)  # the masses of the classes without a label: (EU) 2019/947, UAS.OPEN.020(5), Art. 4(1)(b)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aircraft:
    """One aircraft, or one type of the catalogue; None where nobody states it."""

    id: str
    type: str = ""
    """The type of the catalogue that it is; its own identifier, if it is one."""
    model: str = ""
    serial: str = ""
    takeoff_kg: float | None = None
    mtom_kg: float | None = None
    """Maximum take-off mass, kg."""
    wheelbase_m: float | None = None
    dimension_m: float | None = None
    """Characteristic dimension: of a multirotor tip to tip, of a fixed wing its span, metres."""
    max_speed_mps: float | None = None
    max_wind_mps: float | None = None
    minutes: float | None = None
    """Of flight on a full battery, in still air."""
    max_climb_mps: float | None = None
    max_descent_mps: float | None = None
    ceiling_m: float | None = None
    """Highest flight above mean sea level, metres."""
    radio_range_m: float | None = None
    """How far its link reaches where it flies, metres."""
    label: str = ""
    """Class label `C0` to `C6`, `none` where it carries none; empty where nobody says."""
    class_note: str = ""
    private_build: bool = False
    fixed_wing: bool = False
    placed_on_market: date | None = None
    termination_distance_m: float | None = None
    """How far it likely travels after termination of the flight, as its maker states, metres."""
    confidence: str = "B"
    source: str = ""

    @property
    def kinetic_energy_kj(self) -> float | None:
        """At the highest speed and take-off mass."""
        if self.mtom_kg is None or self.max_speed_mps is None:
            return None
        return 0.5 * self.mtom_kg * self.max_speed_mps**2 / 1000

    @property
    def kind(self) -> str | None:
        """The class as the law groups aircraft: a label, or a word for those without; None where it cannot be known."""
        if self.label in LABELS:
            return self.label
        if self.label != "none" and not self.private_build:
            return None
        mass = self.mtom_kg
        if mass is None:
            return None
        size = "under 250 g" if mass < LIGHT_KG else "under 25 kg" if mass < OPEN_KG else "of 25 kg or more"
        if self.private_build:
            return f"private {size}"
        if self.placed_on_market is None:
            return None
        return f"legacy {size}" if self.placed_on_market <= LEGACY_UNTIL else f"unlabelled {size}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """One proof of what a pilot may do."""

    kind: str
    issued: date | None = None
    valid_until: date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """A remote pilot."""

    id: str
    name: str = ""
    born: date | None = None
    competences: tuple[Competence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who answers for the flights."""

    name: str = ""
    number: str = ""
    registered_on: date | None = None
    registered_until: date | None = None
    insurer: str = ""
    insured_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What the operator's files state; without any file it is empty."""

    operator: Operator | None = None
    pilots: Mapping[str, Pilot] = field(default_factory=dict)
    aircraft: Mapping[str, Aircraft] = field(default_factory=dict)
    """Airframes and types of the operator's own."""
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()
    """Path and sha256 of each file."""
    remarks: tuple[Remark, ...] = ()

    def find_aircraft(self, name: str) -> Aircraft | None:
        """An aircraft by its identifier: the operator's own first, then the catalogue."""
        wanted = name.strip().lower()
        for shelf in (self.aircraft, catalogue()):
            for identifier, found in shelf.items():
                if identifier.lower() == wanted:
                    return found
        return None


FIGURES = frozenset(field.name for field in fields(Aircraft)) - {"id", "type", "label", "confidence", "source"}


def aircraft_of(row: Mapping[str, Any], base: Aircraft | None, *, confidence: str, source: str) -> Aircraft:
    """An aircraft from a row of a catalogue: what the row leaves out is the type's."""
    made: dict[str, Any] = {name: getattr(base, name) for name in FIGURES} if base else {}
    made |= {name: row[name] for name in FIGURES & row.keys()}
    for name, value in made.items():
        if isinstance(value, int) and not isinstance(value, bool):
            made[name] = float(value)
    label = row.get("class", base.label if base else "")
    kind = (base.type or base.id) if base else row["id"]
    return Aircraft(id=row["id"], type=kind, label=label, confidence=confidence, source=source, **made)


@cache
def catalogue() -> dict[str, Aircraft]:
    """The types that ship with the tool, by identifier."""
    given = tomllib.loads(resources.files("dronectl.law").joinpath("aircraft.toml").read_text("utf-8"))
    rows = given["aircraft"]
    return {row["id"]: aircraft_of(row, None, confidence=row["confidence"], source=given["source"]) for row in rows}
