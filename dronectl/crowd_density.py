"""How dense a crowd is: the most persons over its area, or over the densest of its areas."""

from __future__ import annotations

from dronectl.geometry import footprint_area_m2
from dronectl.records import dataclass
from dronectl.zone import Zone

ASSEMBLY_PER_M2 = 0.05  # 50,000 persons/km2: SORA 2.5, table 2, last row: AMC1 Art. 11, ED Decision 2025/018/R
LEAST_M2 = 1.0  # no area is taken for smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Persons over an area."""

    name: str
    persons: float
    area_m2: float

    @property
    def per_m2(self) -> float:
        return self.persons / max(self.area_m2, LEAST_M2)

    def __str__(self) -> str:
        where = f" at {self.name}" if self.name else ""
        return f"{self.per_m2:.2g} persons/m2{where} ({self.persons:,.0f} on {self.area_m2:,.0f} m2)"


def densest(zone: Zone) -> Density | None:
    """The densest part of a crowd, or the whole; None where nobody says how many it holds, or its area is not known."""
    crowd = zone.crowd
    if crowd is None:
        return None
    found = [Density(name=p.name, persons=p.persons, area_m2=footprint_area_m2(p.area)) for p in crowd.parts]
    ground = ground_m2(zone)
    if crowd.most is not None and ground is not None:
        found.append(Density(name="", persons=crowd.most, area_m2=ground))
    return max(found, key=lambda one: one.per_m2, default=None)


def ground_m2(zone: Zone) -> float | None:
    """The ground that a crowd stands on at one moment, square metres; None where its place is not known.

    A crowd that moves has one place after the other: the least that holds all of it counts, not their sum.
    """
    if zone.crowd is not None and zone.crowd.ground_m2 is not None:
        return zone.crowd.ground_m2
    shapes = [volume.footprint for volume in zone.volumes if volume.footprint is not None and not volume.doubt]
    return sum(map(footprint_area_m2, shapes)) if shapes else None
