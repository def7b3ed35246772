"""The fence of a mission: where the aircraft is kept in, which zones it is kept out of, and which it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

import numpy as np

from dronectl.encounter import Skies
from dronectl.geometry.fencing import Corridor, NoFence
from dronectl.measures import Answer, Band
from dronectl.mission import DEFAULT_HORIZONTAL_M
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.where import Where
from dronectl.zone import Circle, Dataset, Footprint, Restriction, Rings, Volume, Zone

KEPT_OUT = (Restriction.PROHIBITED, Restriction.REQ_AUTHORIZATION, Restriction.USPACE, Restriction.CONDITIONAL, None)
FENCE = Dataset(path="fence", sha256="", profile="fence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a vehicle or format can hold: house figures, unless a source is named where they are used."""

    corners: int = 80
    """Of one outline."""
    circles: bool = True
    """True where it knows circles."""
    least_radius_m: float = 0.0
    edge_m: float = 0.0
    """How far the path must stay from an edge."""


@dataclass(slots=True, kw_only=True)
class Fence:
    """Areas as zones: to keep inside of, to keep out of; and what could not be fenced, with the reason."""

    inside: list[Zone] = field(default_factory=list)
    outside: list[Zone] = field(default_factory=list)
    left: list[tuple[Zone, str]] = field(default_factory=list)
    zones: list[Footprint] = field(default_factory=list)
    """The footprints of the zones that it keeps out of."""
    corridor: Corridor | None = None
    margin_m: float = 0.0
    """From the edge of the fence to the edge of what was checked, at least."""

    @property
    def corners(self) -> int:
        """Of all outlines."""
        shapes = [volume.footprint for zone in (*self.inside, *self.outside) for volume in zone.volumes]
        return sum(len(ring) - 1 for s in shapes if isinstance(s, Rings) for polygon in s.polygons for ring in polygon)


def fence_of(
    tracks: Sequence[Track], zones: Sequence[Zone], *, width_m: float, around_m: float, limits: Limits
) -> Fence:
    """The fence of a mission whose path was checked `width_m` to either side. Raises `NoFence` where there is none.

    `tracks` are the flights with their own uncertainty; one below the default is no reason for a tighter fence. Zones within
    `around_m` that ask for something are kept out of, at every height and while they may be in force: a fence knows neither.
    A zone that the path crosses, however high, is not.
    """
    least = max(*(float(track.reach.max()) for track in tracks), limits.edge_m, DEFAULT_HORIZONTAL_M)
    if width_m <= least + 1.0:
        raise NoFence(f"the fence must be wider than {least + 1.0:.1f} m: the aircraft may be that far beside its path")
    corridor = Corridor([track.course for track in tracks], least, width_m)
    made = Fence(corridor=corridor, margin_m=(width_m - least) / 2)
    for number, drawn in enumerate(corridor.keep_in(limits.corners), 1):
        (polygon,) = drawn.rings.polygons
        made.inside.append(_zone(f"keep-in-{number}", Rings(((polygon[0],),))))
        for hole in polygon[1:]:
            made.outside.append(_zone(f"keep-out-hole-{len(made.outside) + 1}", Rings(((hole,),))))
    asked = [zone for zone in zones if zone.restriction in KEPT_OUT or (zone.privacy and zone.privacy.no_overflight)]
    for meeting in Skies([zone.at_any_height() for zone in asked]).meetings(tracks, near_m=around_m):
        if meeting.in_time is Answer.NO and meeting.inside is Answer.NO and meeting.in_plan is not Answer.NO:
            continue
        _keep_out(made, corridor, meeting.zone, limits)
    return made


def _keep_out(made: Fence, corridor: Corridor, zone: Zone, limits: Limits) -> None:
    for volume in zone.volumes:
        shape = volume.footprint
        if shape is None or volume.doubt:
            made.left.append((zone, "its outline is not known"))
            continue
        if corridor.distance(shape) <= 0.0:
            made.left.append((zone, "the path crosses it, or comes too near"))
            continue
        if isinstance(shape, Circle) and limits.circles and shape.radius_m >= limits.least_radius_m:
            radius = float(np.ceil(shape.radius_m * 100) / 100)
            if corridor.distance(Circle(shape.lon, shape.lat, radius)) > 0.0:
                made.outside.append(_zone(zone.id, Circle(shape.lon, shape.lat, radius)))
                made.zones.append(shape)
                continue
        drawn = corridor.keep_out(shape, limits.corners)
        if drawn is None:
            made.left.append((zone, "the path crosses it, or comes too near"))
            continue
        made.outside.append(_zone(zone.id, drawn.rings))
        made.zones.append(shape)


def _zone(identifier: str, shape: Footprint) -> Zone:
    where = Where("fence", identifier)
    volume = Volume(footprint=shape, box=None, band=Band(), where=where)
    return Zone(
        id=identifier, name=identifier, restriction=Restriction.PROHIBITED, reasons=(), volumes=(volume,), where=where,
        dataset=FENCE,
    )  # fmt: skip
