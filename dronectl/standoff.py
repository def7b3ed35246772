"""Where a drone may stand so that it sees a crowd without flying over it, counts it and recognises nobody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import ceil, hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from dronectl.camera import LEVELS, reach_m
from dronectl.editions import spoken_of
from dronectl.encounter import Meeting, Skies
from dronectl.geometry import CrowdPlane, Floats, metres_between
from dronectl.heights import Models
from dronectl.intervals import Interval
from dronectl.measures import Answer, Datum
from dronectl.mission import Flight, Mission
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.where import Where
from dronectl.zone import Restriction, Volume, Zone

COUNTABLE = LEVELS["detect"]  # people can be counted; a house figure, configurable
RECOGNISABLE = LEVELS["observe"]  # clothing can be told apart; below it nobody is recognised
CELL_M = 8.0  # a crowd is counted in cells of this side
MOST_CELLS, MOST_PLACES, BLOCK = 20_000, 400, 64  # a larger crowd is counted in larger cells, from places farther apart
STEP_M = 5.0  # distances that are tried, and places round the crowd


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A lens by its focal length in pixels."""

    name: str
    focal_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What is wanted: at least `least` pixels a metre, less than `most`."""

    least: float = COUNTABLE
    most: float = RECOGNISABLE
    margin_m: float = 5.0
    """The least room that the 1:1 rule must leave."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stand:
    """The best place for one lens at one height: what it sees of the crowd."""

    sight: Sight
    height_m: float
    off_m: float
    """Metres from the crowd's edge."""
    margin_m: float
    """What the 1:1 rule leaves: distance less height."""
    share: float
    """Of the crowd's cells that are in the band, 0 to 1."""
    near: float
    """Pixels a metre at the nearest and at the farthest of the crowd."""
    far: float
    place: tuple[float, float] | None
    """Longitude and latitude; None where every place at that distance is taken by a zone."""
    from_takeoff_m: float | None
    places: Floats
    """All places at that distance that no zone takes, with their share: longitude, latitude, share, (n, 3)."""
    over_cap: bool
    """True where the nearest people get as many pixels as are too many."""

    @property
    def fits(self) -> bool:
        return self.place is not None and self.share > 0 and not self.over_cap


@dataclass(frozen=True, kw_only=True)
class Here:
    """Where and when: zones that take places away, the time, and the take-off point."""

    zones: Sequence[Zone] = ()
    span: Interval | None = None
    takeoff: tuple[float, float] | None = None

    @cached_property
    def skies(self) -> Skies:
        """The zones, with crowds at every height: what matters of them is how far away they are."""
        return Skies([zone.at_any_height() if zone.crowd is not None else zone for zone in self.zones])


def stands(
    zone: Zone,
    volume: Volume,
    sights: Sequence[Sight],
    heights: Sequence[float],
    off: Sequence[float],
    band: Band,
    here: Here,
) -> list[Stand]:
    """The best stand for each lens and height; `off` gives distances in place of the nearest that fits.

    Raises `ValueError` where the crowd's place is not known.
    """
    if volume.footprint is None or volume.doubt:
        raise ValueError(
            f"the place of crowd {zone.name or zone.id!r} is not known: {volume.doubt or 'it has no geometry'}"
        )
    plane = CrowdPlane.of(volume.footprint)
    cells, corners = plane.cells(max(CELL_M, sqrt(plane.area_m2 / MOST_CELLS))), plane.corners()
    made = []
    for height in heights:
        for sight in sights:
            for metres in off or [_nearest(sight, height, band)]:
                made.append(_stand(zone, plane, cells, corners, sight, height, metres, band, here))
    return made


def best(found: Sequence[Stand]) -> Stand | None:
    """The stand to recommend: the greatest share, then the most room, then the most pixels; None if none fits."""
    fitting = [stand for stand in found if stand.fits]
    return max(fitting, key=lambda s: (round(s.share, 3), round(s.margin_m, 1), s.far), default=None)


def _nearest(sight: Sight, height: float, band: Band) -> float:
    """The nearest distance, in steps, that keeps the 1:1 rule and its room, and the cap where the band then holds anybody."""
    free = height + band.margin_m
    cap = sqrt(max(reach_m(sight.focal_px, band.most) ** 2 - height**2, 0.0))
    end = sqrt(max(reach_m(sight.focal_px, band.least) ** 2 - height**2, 0.0))
    least = max(free, cap + 1e-6) if cap < end else free
    return ceil(round(least / STEP_M, 9)) * STEP_M


def _stand(
    zone: Zone,
    plane: CrowdPlane,
    cells: Floats,
    corners: Floats,
    sight: Sight,
    height: float,
    off: float,
    band: Band,
    here: Here,
) -> Stand:
    around = plane.places(off + zone.spread_m, max(STEP_M, plane.round_m / MOST_PLACES))
    share, farthest = np.empty(len(around)), np.empty(len(around))
    for first in range(0, len(around), BLOCK):
        part = slice(first, first + BLOCK)
        pixels = sight.focal_px / np.hypot(_apart(around[part], cells), height)
        share[part] = ((pixels >= band.least) & (pixels < band.most)).mean(axis=1)
        farthest[part] = np.hypot(_apart(around[part], corners).max(axis=1), height)
    degrees = plane.degrees(around)
    free = _free(degrees, height, band.margin_m, here)
    order = np.argsort(farthest, kind="stable")  # where its farthest people are nearest, all of it is seen best
    chosen = next((int(k) for k in order if free[k]), None)
    near = sight.focal_px / hypot(off, height)
    place = None if chosen is None else (float(degrees[chosen, 0]), float(degrees[chosen, 1]))
    return Stand(
        sight=sight,
        height_m=height,
        off_m=off,
        margin_m=off - height,
        share=0.0 if chosen is None else float(share[chosen]),
        near=near,
        far=0.0 if chosen is None else float(sight.focal_px / farthest[chosen]),
        place=place,
        from_takeoff_m=metres_between(*here.takeoff, *place) if here.takeoff and place else None,
        places=np.column_stack([degrees, share])[free],
        over_cap=near >= band.most,
    )


def _apart(places: Floats, others: Floats) -> Floats:
    """Metres between each place and each other one, (n, m)."""
    return np.hypot(places[:, None, 0] - others[None, :, 0], places[:, None, 1] - others[None, :, 1])


def _free(places: Floats, height: float, margin_m: float, here: Here) -> NDArray[np.bool_]:
    """Where a drone that hovers at a place (longitude and latitude, (n, 2)) is surely in no restricted zone.

    Nor is it over another crowd, nor nearer to its people than it is high, with the room that is asked for.
    """
    if not here.zones:
        return np.ones(len(places), dtype=bool)
    tracks = [[_hovering(lon, lat, height, here.span)] for lon, lat in places.tolist()]
    met = here.skies.meetings_of(tracks, near_m=0.0, margin_m=height + margin_m)
    return np.array([not any(map(_takes, some)) for some in met], dtype=bool)


def _hovering(lon: float, lat: float, height: float, span: Interval | None) -> Track:
    """A drone that stays at a place."""
    where = Where("standoff")
    times = None if span is None else np.array(span)
    points = 1 if times is None else 2
    flight = Flight(
        id="stand", where=where, lon=np.full(points, lon), lat=np.full(points, lat),
        height=np.full(points, height), datum=(Datum.AGL,) * points, place=("stand",) * points,
        kind=("hover",) * (points - 1), widen_m=np.zeros(max(points - 1, 1)), times=times,
    )  # fmt: skip
    mission = Mission(id="stand", name="", path="standoff", sha256="", where=where, flights=(flight,))
    return Track.of(flight, mission, Models())


def zones_tell(stand: Stand, here: Here) -> bool:
    """False where no zone lies so near to a stand that a zone file of that time can be taken to speak of it."""
    if stand.place is None:
        return True
    return spoken_of(here.skies, [_hovering(*stand.place, stand.height_m, here.span)])


def _takes(met: Meeting) -> bool:
    """True where a zone takes a place away, or may."""
    if met.inside is not Answer.NO:
        return not _harmless(met.zone)
    return met.within_margin is not Answer.NO and met.zone.uninvolved


def _harmless(zone: Zone) -> bool:
    return (
        zone.crowd is None
        and zone.restriction is Restriction.NO_RESTRICTION
        and not (zone.privacy is not None and zone.privacy.no_overflight)
    )
