"""What the operator adds to a check: rules, people, aircraft, layers of the ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from dronectl.camera import Camera, catalogue
from dronectl.crew import Aircraft, Crew
from dronectl.law import Pack, bundled_packs
from dronectl.layer import Layer
from dronectl.mission import Mission
from dronectl.records import dataclass
from dronectl.zone import Remark


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class House:
    """Without any file there are the packs that ship, and the aircraft of the catalogue."""

    packs: Sequence[Pack] = field(default_factory=bundled_packs)
    """All packs, those that ship and its own."""
    asked: tuple[str, ...] = ()
    """The identifiers of its own packs, and of those that ship and bind only where they are asked for."""
    crew: Crew = field(default_factory=Crew)
    layers: Mapping[str, Layer] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was odd about its files."""
        return (*self.crew.remarks, *(remark for layer in self.layers.values() for remark in layer.remarks))

    @property
    def cameras(self) -> Mapping[str, Camera]:
        """Cameras by identifier: those that ship, and its own."""
        return {**catalogue(), **self.crew.cameras}

    def aircraft_of(self, mission: Mission) -> tuple[Aircraft | None, str]:
        """The aircraft that a mission names, or why it is not known."""
        if not mission.aircraft:
            return None, ""
        found = self.crew.find_aircraft(mission.aircraft)
        if found is None:
            return None, f"no catalogue and no operator file has an aircraft {mission.aircraft!r}"
        if found.confidence == "C":
            return None, f"the catalogue's row of {found.id!r} is uncertain (marked C)"
        return found, ""
