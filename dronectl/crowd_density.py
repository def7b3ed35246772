"""How dense a crowd is: the most persons over its area, or over the densest of its areas."""

from __future__ import annotations

from dataclasses import dataclass

from dronectl.geometry import footprint_area_m2
from dronectl.zone import Zone

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
    """The densest part of a crowd, or the whole; None where nobody says how many it holds, or its area is not known.

    A crowd that moves is as large as the largest of its places.
    """
    crowd = zone.crowd
    if crowd is None:
        return None
    found = [Density(name=p.name, persons=p.persons, area_m2=footprint_area_m2(p.area)) for p in crowd.parts]
    shapes = [volume.footprint for volume in zone.volumes if volume.footprint is not None and not volume.doubt]
    if crowd.most is not None and shapes:
        sizes = [footprint_area_m2(shape) for shape in shapes]
        moves = any(volume.periods for volume in zone.volumes)
        found.append(Density(name="", persons=crowd.most, area_m2=max(sizes) if moves else sum(sizes)))
    return max(found, key=lambda one: one.per_m2, default=None)
