"""Zones as published: places with height bands, hours, a restriction and reasons."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import field, replace
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from dronectl.category import known, within
from dronectl.measures import Band
from dronectl.records import dataclass
from dronectl.schedule import Period
from dronectl.where import Where

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AIR_TRAFFIC = "AIR_TRAFFIC"  # the reason of a zone that is about aviation, as ED-318 spells it
CONTROL_ZONE = "NL-CTR-"  # so begin the limits of rule packs that control zones stand for


class Restriction(Enum):
    """What a zone asks of a flight, spelled as ED-318 spells it."""

    PROHIBITED = "PROHIBITED"
    REQ_AUTHORIZATION = "REQ_AUTHORIZATION"
    USPACE = "USPACE"
    CONDITIONAL = "CONDITIONAL"
    NO_RESTRICTION = "NO_RESTRICTION"


@dataclass(frozen=True, slots=True, eq=False)
class Circle:
    """A circle on the ellipsoid: centre in degrees, geodesic radius in metres."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """Polygons on the ellipsoid: per polygon an outer ring, then its holes.

    Each ring is an (n, 2) array of lon, lat in degrees, closed, its edges straight in lon/lat (RFC 7946 3.1.1).
    Longitudes run on without a jump, so that a ring across the antimeridian reaches beyond 180.
    """

    polygons: tuple[tuple[NDArray[np.float64], ...], ...]


Footprint = Circle | Rings
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; east may lie beyond 180."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volume:
    """One footprint with one height band."""

    footprint: Footprint | None
    """None: the place is not known, so the volume could be anywhere."""
    box: Box | None
    band: Band
    where: Where
    doubt: str = ""
    """Why the footprint is only an outline that surely contains the volume; empty where it is exact."""
    periods: tuple[Period, ...] = ()
    """When this volume is in force, in place of the zone's periods: a crowd that moves is in one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Whom to ask or to tell."""

    name: str = ""
    service: str = ""
    email: str = ""
    phone: str = ""
    site_url: str = ""
    purpose: str = ""
    interval_before: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name or self.service, self.phone, self.email, self.site_url) if part)


SUBJECTS = ("homes", "school", "hospital", "worship", "shelter")  # and whatever else a publisher writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What a privacy zone protects, and how."""

    subject: str = ""
    """One of `SUBJECTS` or another word; however it is written, `School` is `school`."""
    no_overflight: bool = False
    max_px_per_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrowdPart:
    """An area in a crowd with its own number of people."""

    name: str
    area: Rings
    persons: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How many people a crowd zone holds."""

    kind: str = "assembly"
    expected: float | None = None
    worst: float | None = None
    source: str = ""
    drift_m: float = 0.0
    """Metres by which the crowd may spread beyond its outline."""
    parts: tuple[CrowdPart, ...] = ()
    """Areas in it that are denser or thinner than the rest."""
    ground_m2: float | None = None
    """The least ground that all of it stands on, where it moves; None where it stays in its outline."""

    @property
    def most(self) -> float | None:
        """The most persons it may hold; None where nobody says."""
        counts = [count for count in (self.worst, self.expected) if count is not None]
        return max(counts) if counts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The machine-readable part of a CONDITIONAL zone: flights that keep to it need nothing else."""

    max_height_m: float
    """Highest height above ground, in metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What a zone file says about itself."""

    path: str
    sha256: str
    profile: str
    name: str = ""
    provider: str = ""
    edition: str | None = None
    issued: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    covers: Box | None = None
    """The area for which the file claims to be complete; None where it makes no claim."""
    states_validity: bool = False
    validity_doubt: str = ""
    """What of its validity could not be read."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zone:
    """One published zone."""

    id: str
    name: str
    restriction: Restriction | None
    """None where the publisher's word was not understood."""
    reasons: tuple[str, ...]
    volumes: tuple[Volume, ...]
    periods: tuple[Period, ...] = ()
    """When the zone is in force; always, if there is none."""
    where: Where
    dataset: Dataset
    country: str = ""
    authorities: tuple[Authority, ...] = ()
    message: str = ""
    conditions: str = ""
    condition: Condition | None = None
    privacy: Privacy | None = None
    crowd: Crowd | None = None
    law: tuple[str, ...] = ()
    """The limits of rule packs that it stands for, such as `NL-HELI`."""
    categories: tuple[str, ...] = ()
    """The categories that its restriction binds, such as `open` or `open/A3`; all, if there is none."""
    consent: bool = False
    """True where its authority may consent to a flight: then an authorisation lifts even a prohibition."""
    doubts: tuple[str, ...] = ()
    """What of the zone could not be understood; whatever it touches is undecided."""

    @property
    def uninvolved(self) -> bool:
        """True where it is a crowd of people who do not take part in the flight: one of kind `controlled` does."""
        return self.crowd is not None and self.crowd.kind != "controlled"

    def strange_law(self, names: Collection[str]) -> list[str]:
        """What it stands for that is none of the names of any rule pack (`law.names_in`): what that asks is not known."""
        return [word for word in self.law if word not in names]

    @property
    def of_aviation(self) -> bool:
        """True where it is about aviation: its reason says so, or it stands for a control zone in the law."""
        return AIR_TRAFFIC in self.reasons or any(name.startswith(CONTROL_ZONE) for name in self.law)

    @property
    def only_people(self) -> bool:
        """True where it speaks of people on the ground and of nothing in the airspace."""
        return self.restriction is Restriction.NO_RESTRICTION and (self.crowd is not None or self.privacy is not None)

    @property
    def asks(self) -> bool:
        """True where it asks something of a flight: it restricts it, or people are below."""
        forbids = self.privacy is not None and self.privacy.no_overflight
        return self.restriction is not Restriction.NO_RESTRICTION or forbids or self.crowd is not None

    @property
    def box(self) -> Box | None:
        """The box round the first of its volumes whose place is known."""
        return next((volume.box for volume in self.volumes if volume.box is not None), None)

    @property
    def footprints(self) -> list[Footprint]:
        """Of those of its volumes whose outline is known."""
        return [volume.footprint for volume in self.volumes if volume.footprint is not None]

    @property
    def keeps_hours(self) -> bool:
        """True where the zone is not simply always in force."""
        return bool(self.periods) or any(volume.periods for volume in self.volumes)

    def in_time_of(self, number: int) -> Zone:
        """The zone with the periods of one of its volumes, where that has its own; else the zone itself."""
        volume = self.volumes[number]
        if not volume.periods:
            return self
        plain = tuple(replace(one, periods=()) for one in self.volumes)
        return replace(self, periods=volume.periods, volumes=plain)

    def binds(self, category: str) -> bool:
        """True where its restriction binds a category such as `open/A2`; a word that is no category is bound by all."""
        return not self.categories or not known(category) or within(category, self.categories)

    def at_any_height(self) -> Zone:
        """The same zone without its height bands: for what counts on the ground."""
        return replace(self, volumes=tuple(replace(volume, band=Band()) for volume in self.volumes))

    @property
    def spread_m(self) -> float:
        """Metres by which the people in the zone may reach beyond its outline."""
        return self.crowd.drift_m if self.crowd else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A deviation in an input that was read all the same, with its place."""

    where: Where
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Beyond:
    """The zones of a file that lie too far away to have been read: what they are called and where they are, in order."""

    lon: NDArray[np.float64]
    """Degrees east of the middle of the box round each, (n,); NaN where that is not known."""
    lat: NDArray[np.float64]
    numbers: NDArray[np.intp]
    """Their places among the features of the file."""
    names: bytes
    """What all zones of the file are called, a JSON list."""

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """What they are called; seldom asked, and then of all."""
        every = json.loads(self.names)
        return tuple(every[number] for number in self.numbers.tolist())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of what a server has."""

    held: int
    total: int | None
    """How many there are on all pages; None where that is not told."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ZoneFile:
    """The zones of one file, with what was odd about it."""

    dataset: Dataset
    zones: tuple[Zone, ...]
    remarks: tuple[Remark, ...] = field(default=())
    beyond: Beyond | None = None
    """What is known of the others; None where `zones` holds all."""
    page: Page | None = None
    """Which page it is of what its publisher has; None where it is all, as far as it says."""

    @property
    def count(self) -> int:
        """How many zones the file holds."""
        return len(self.zones) + (len(self.beyond.numbers) if self.beyond is not None else 0)

    @cached_property
    def crowds(self) -> tuple[Zone, ...]:
        """Those of its zones that are crowds."""
        return tuple(zone for zone in self.zones if zone.crowd is not None)

    @cached_property
    def private(self) -> tuple[Zone, ...]:
        """Those of its zones that protect somebody's privacy."""
        return tuple(zone for zone in self.zones if zone.privacy is not None)

    @cached_property
    def strictly_private(self) -> tuple[Zone, ...]:
        """Those of them that set a density of their own, in pixels a metre."""
        return tuple(zone for zone in self.private if zone.privacy and zone.privacy.max_px_per_m is not None)

    @cached_property
    def demanding(self) -> tuple[Zone, ...]:
        """Those of its zones that ask something of a flight."""
        return tuple(zone for zone in self.zones if zone.asks)

    @cached_property
    def lawful(self) -> dict[str, tuple[Zone, ...]]:
        """Its zones by the limits of rule packs that they stand for."""
        found: dict[str, tuple[Zone, ...]] = {}
        for zone in self.zones:
            for name in dict.fromkeys(zone.law):
                found[name] = (*found.get(name, ()), zone)
        return found

    @cached_property
    def middles(self) -> dict[str, tuple[float, float]]:
        """Longitude and latitude of the middle of the box round each zone, by what it is called, where it is known."""
        found: dict[str, tuple[float, float]] = {}
        if self.beyond is not None:
            places = zip(self.beyond.lon.tolist(), self.beyond.lat.tolist(), strict=True)
            found = {name: at for name, at in zip(self.beyond.ids, places, strict=True) if at[0] == at[0]}
        for zone in self.zones:
            if zone.box is not None:
                west, south, east, north = zone.box
                found[zone.id] = (west + east) / 2, (south + north) / 2
        return found

    @cached_property
    def ids(self) -> frozenset[str]:
        """What all its zones are called."""
        return frozenset(zone.id for zone in self.zones) | frozenset(self.beyond.ids if self.beyond else ())
