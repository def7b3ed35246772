"""Which of several editions of a zone file is in force at the time of a flight: a library keeps the old ones.

An edition is set aside only where its own stated validity does not hold the whole flight, and another file does that
speaks of the same zones: half of its identifiers or more, at the same places, since many files number their zones alike.
A file that is in force is never left out, and one that has no successor stays, so that its being out of date is found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dronectl.encounter import COVERED_M, Skies
from dronectl.geometry.ellipsoid import DEGREE_M
from dronectl.intervals import Interval
from dronectl.mission import Mission
from dronectl.readers.swapped import Middles
from dronectl.track import Track
from dronectl.zone import Dataset, Zone, ZoneFile

SAME_PLACE_M = 1_000.0  # a zone that is redrawn stays this near: a house figure


def span_of(mission: Mission) -> Interval | None:
    """From the first to the last moment of a mission (seconds since 1970, UTC); None where a flight of it states no time."""
    spans = [flight.span for flight in mission.flights]
    known = [span for span in spans if span is not None]
    if not known or len(known) < len(spans):
        return None
    return min(first for first, _ in known), max(last for _, last in known)


def in_force(data: Dataset, span: Interval) -> bool | None:
    """True where a file's validity holds a whole span, None where it states none, or none that could be read."""
    begins = data.valid_from.timestamp() if data.valid_from else None
    ends = data.valid_until.timestamp() if data.valid_until else None
    if begins is None and ends is None:
        return None
    held = (begins is None or begins <= span[0]) and (ends is None or span[1] <= ends)
    return None if held and data.validity_doubt else held


def spoken_of(skies: Skies, tracks: Sequence[Track]) -> bool:
    """True where files have zones so near that they speak of all the way, and state no other time than the flights'."""
    spans = [span for track in tracks if (span := track.flight.span) is not None]

    def counted(zone: Zone) -> bool:
        return all(in_force(zone.dataset, span) is not False for span in spans)

    return not skies.silent(tracks, COVERED_M, counted)


def split(files: Sequence[ZoneFile], span: Interval | None) -> tuple[list[ZoneFile], list[ZoneFile]]:
    """The files to hold a flight against, and the editions of them that are of another time."""
    if span is None or len(files) < 2:
        return list(files), []
    states = [in_force(file.dataset, span) for file in files]
    current = [file for file, state in zip(files, states, strict=True) if state]
    used: list[ZoneFile] = []
    aside: list[ZoneFile] = []
    for file, state in zip(files, states, strict=True):
        succeeded = state is False and any(_follows(file, other) for other in current)
        (aside if succeeded else used).append(file)
    return used, aside


def _follows(old: ZoneFile, new: ZoneFile) -> bool:
    """True where a file speaks of the same zones as another one."""
    shared = old.ids & new.ids
    if not shared or 2 * len(shared) < len(old.ids):
        return False
    placed = sorted(shared & old.middles.keys() & new.middles.keys())
    lon, lat = (np.array([[file.middles[name][side] for name in placed] for file in (old, new)]) for side in (0, 1))
    east = ((lon[1] - lon[0] + 180.0) % 360.0 - 180.0) * np.cos(np.radians(lat[0]))
    near = np.hypot(east, lat[1] - lat[0]) * DEGREE_M <= SAME_PLACE_M
    return 2 * int(near.sum()) >= len(old.ids)


class Library:
    """Zone files with their editions, and the skies of each set of them: built once, asked about many flights."""

    def __init__(self, files: Sequence[ZoneFile]) -> None:
        self.files = tuple(files)
        self.middles = Middles(files)
        self.order = {id(zone): k for k, zone in enumerate(zone for file in files for zone in file.zones)}
        """Per zone its place among all."""
        self._skies: dict[tuple[int, ...], Skies] = {}

    def at(self, span: Interval | None) -> tuple[list[ZoneFile], list[ZoneFile], Skies]:
        """The files to hold a flight against, the editions that are set aside, and the zones of the first."""
        used, aside = split(self.files, span)
        key = tuple(id(file) for file in used)
        if key not in self._skies:
            self._skies[key] = Skies([zone for file in used for zone in file.zones])
        return used, aside, self._skies[key]
