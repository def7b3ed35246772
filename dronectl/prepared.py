"""A mission on its course, with its aircraft and the room that it needs: what every question about it begins with."""

from __future__ import annotations

from dronectl.crew import Aircraft
from dronectl.cruising import levelled
from dronectl.heights import Models
from dronectl.house import House
from dronectl.mission import Mission
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.volumes import HEIGHT_UNKNOWN, OperationalVolume, volume_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """One mission, ready to be asked about."""

    mission: Mission
    bare: tuple[Track, ...]
    """Per flight its course with its uncertainty."""
    tracks: tuple[Track, ...]
    """The same with the room of the operational volume, where the mission asks for one."""
    aircraft: Aircraft | None
    aircraft_why: str
    """Why the aircraft that the mission names is not known; empty where it is, or none is named."""
    volume: OperationalVolume | str | None
    """The operational volume, or why it cannot be known; None where the mission asks for none."""

    @property
    def whole_volume(self) -> OperationalVolume | str | None:
        """The volume where it holds for every flight, or why there is none."""
        partly = isinstance(self.volume, OperationalVolume) and self.volume.unknown
        return HEIGHT_UNKNOWN if partly else self.volume


def prepared(mission: Mission, models: Models, house: House) -> Prepared:
    """One mission with its tracks, aircraft and volume."""
    mission = levelled(mission, models)
    bare = tuple(Track.of(flight, mission, models) for flight in mission.flights)
    aircraft, why = house.aircraft_of(mission)
    volume = volume_of(mission, bare, aircraft, partly=True) if mission.volumes is not None else None
    return Prepared(
        mission=mission,
        bare=bare,
        tracks=with_room(bare, volume) if isinstance(volume, OperationalVolume) else bare,
        aircraft=aircraft,
        aircraft_why=why,
        volume=volume,
    )


def with_room(tracks: tuple[Track, ...], volume: OperationalVolume) -> tuple[Track, ...]:
    """Flights with their contingency volume round them, and their ground risk buffer for people."""
    sideways_m, people_m = volume.sideways_m, volume.ground_risk_buffer_m
    above_m = volume.flight_geography_up_m
    return tuple(track.widened(sideways_m, volume.contingency_up_m, people_m, above_m) for track in tracks)
