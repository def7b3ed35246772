"""Zones from sketches: the volumes of a whole file are settled together, then each zone gets its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

from dronectl.errors import Fault
from dronectl.readers import footprints
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.footprints import Draft
from dronectl.records import dataclass
from dronectl.schedule import Period
from dronectl.where import Where
from dronectl.zone import Authority, Dataset, Restriction, Zone, ZoneFile


@dataclass(slots=True, kw_only=True, eq=False)
class Sketch:
    """A zone before its volumes are settled."""

    id: str
    name: str
    restriction: Restriction | None
    where: Where
    drafts: list[Draft]
    reasons: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    country: str = ""
    authorities: tuple[Authority, ...] = ()
    message: str = ""
    conditions: str = ""
    doubts: list[str] = field(default_factory=list)


def zone_file(
    document: Document, sketches: Sequence[Sketch], faults: list[Fault], choices: Choices, profile: str, **facts: Any
) -> ZoneFile:
    """The file that holds the sketched zones; `facts` are what it says of itself (see `Dataset`).

    Two zones with one identifier get numbers. Raises `InputError` with all faults.
    """
    drafts = [draft for sketch in sketches for draft in sketch.drafts]
    volumes = iter(footprints.settle(drafts, document, faults, choices.around))
    dataset = Dataset(path=document.path, sha256=document.sha256, profile=profile, **facts)
    seen: dict[str, int] = {}
    zones = []
    for sketch in sketches:
        seen[sketch.id] = count = seen.get(sketch.id, 0) + 1
        doubts = [*sketch.doubts, *(draft.band_doubt for draft in sketch.drafts if draft.band_doubt)]
        zones.append(
            Zone(
                id=sketch.id if count == 1 else f"{sketch.id} #{count}",
                name=sketch.name,
                restriction=sketch.restriction,
                reasons=sketch.reasons,
                volumes=tuple(next(volumes) for _ in sketch.drafts),
                periods=sketch.periods,
                where=sketch.where,
                dataset=dataset,
                country=sketch.country,
                authorities=sketch.authorities,
                message=sketch.message,
                conditions=sketch.conditions,
                doubts=tuple(dict.fromkeys(doubts)),
            )
        )
    return ZoneFile(dataset=dataset, zones=tuple(zones), remarks=tuple(document.remarks))
