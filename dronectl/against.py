"""Missions held against the zones of their time: many at once, before any rule is asked."""

from __future__ import annotations

from collections.abc import Sequence

from dronectl.editions import Library, span_of
from dronectl.encounter import COVERED_M, Meeting, Skies
from dronectl.geometry import Ints
from dronectl.heights import Models
from dronectl.house import House
from dronectl.mission import Mission
from dronectl.prepared import Prepared, prepared
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.zone import Box, Zone, ZoneFile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """One mission with every zone that it meets, may meet, or passes near."""

    ready: Prepared
    used: tuple[ZoneFile, ...]
    """The zone files of its time."""
    aside: tuple[ZoneFile, ...]
    """Editions of them that are of another time."""
    skies: Skies
    meetings: tuple[Meeting, ...]

    def silent(self, *, of_airspace: bool) -> list[tuple[Track, Ints]]:
        """The stretches of the mission that no file speaks of: none that says so of itself, and no other with a zone near."""
        claims = [file.dataset.covers for file in self.used if file.dataset.covers is not None]

        def counted(zone: Zone) -> bool:
            return zone.dataset.covers is None and not (of_airspace and zone.only_people)

        silent = self.skies.silent(self.ready.tracks, COVERED_M, counted, self.meetings)
        return [(track, pieces) for track, pieces in silent if not any(_holds(box, track, pieces) for box in claims)]


def _holds(box: Box, track: Track, pieces: Ints) -> bool:
    west, south, east, north = box
    lon, lat = track.course.lon[pieces], track.course.lat[pieces]
    return bool(((lat >= south) & (lat <= north) & ((lon - west) % 360 <= east - west)).all())


def hold(
    missions: Sequence[Mission],
    library: Library,
    models: Sequence[Models],
    house: House,
    *,
    near_m: float,
    margin_m: float,
) -> list[Held]:
    """Hold missions, each with its own models of heights, against the zones of their times; all of a time at once."""
    every = [prepared(mission, own, house) for mission, own in zip(missions, models, strict=True)]
    found = [library.at(span_of(ready.mission)) for ready in every]
    meetings: dict[int, list[Meeting]] = {}
    for skies in {id(skies): skies for *_, skies in found}.values():
        mine = [k for k, (*_, own) in enumerate(found) if own is skies]
        met = skies.meetings_of([every[k].tracks for k in mine], near_m=near_m, margin_m=margin_m)
        meetings.update(zip(mine, met, strict=True))
    return [
        Held(ready=ready, used=tuple(used), aside=tuple(aside), skies=skies, meetings=tuple(meetings[k]))
        for k, (ready, (used, aside, skies)) in enumerate(zip(every, found, strict=True))
    ]
