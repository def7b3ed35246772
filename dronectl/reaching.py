"""How far from its path the questions about a mission ask about zones: what lies farther need not be read whole."""

from __future__ import annotations

from itertools import pairwise

from dronectl.category import within
from dronectl.gaps import GAP_S, gaps
from dronectl.heights import Models
from dronectl.house import House
from dronectl.mission import Mission
from dronectl.prepared import prepared
from dronectl.track import Track
from dronectl.turning import on_the_wing, rooms
from dronectl.volumes import OperationalVolume

CAMERA_REACH_M = 10_000.0  # beyond it no lens of the catalogue tells people apart


def reach_m(mission: Mission, models: Models, house: House) -> float:
    """Metres on the ground, without the uncertainty of the path and whatever the user wants to be told of beside it.

    What a zone's own fields ask from afar is not in it: such zones are always read (`readers.values.asked_from_afar`).
    """
    seen_m = _seen_m(mission, house) + _gap_m(mission, house)  # from wherever it can have been in a gap
    apart = max(_kept_away_m(mission, house), seen_m, _turned_m(mission, house))
    return apart + _room_m(mission, models, house)


def _kept_away_m(mission: Mission, house: House) -> float:
    """What the rules that may bind it ask to keep away from zones."""
    packs = [
        pack
        for pack in house.packs
        if not pack.categories or (mission.category and within(mission.category, pack.categories))
    ]
    asking = [limit for pack in packs for limit in pack.limits if limit.kind == "keep-away"]
    return max((float(limit.value or 0) for limit in asking if "layer" not in limit.more), default=0.0)


def _seen_m(mission: Mission, house: House) -> float:
    """How far its camera sees as well as any rule asks about; a zone with a limit of its own is always read."""
    if mission.camera is None:
        return 0.0
    from dronectl.filming import view_for

    view = view_for(mission, house.cameras, house.aircraft_of(mission)[0])
    asked = [
        float(limit.value) for pack in house.packs for limit in pack.limits if limit.kind == "view" and limit.value
    ]
    if isinstance(view, str) or not asked:
        return CAMERA_REACH_M
    return max(view.reach_m(min(asked)), CAMERA_REACH_M)


def _gap_m(mission: Mission, house: House) -> float:
    """How far a flown aircraft can have left its line while its log says nothing."""
    told = [
        (one.elapsed.tolist(), one.silent_s) for one in mission.flights if mission.flown and one.elapsed is not None
    ]
    if not any(
        max(silent) > GAP_S or any(late - early > GAP_S for early, late in pairwise(clock)) for clock, silent in told
    ):
        return 0.0
    tracks = [Track.of(flight, mission, Models()) for flight in mission.flights]
    aircraft = house.aircraft_of(mission)[0]
    return max(
        (gap.reach_m for gap in gaps(tracks, aircraft.max_speed_mps if aircraft is not None else None)), default=0.0
    )


def _turned_m(mission: Mission, house: House) -> float:
    """The room that a fixed wing takes at its widest turn."""
    aircraft = house.aircraft_of(mission)[0]
    if not on_the_wing(mission, aircraft):
        return 0.0
    return max((room for flight in mission.flights for _, room in rooms(mission, aircraft, flight)), default=0.0)


def _room_m(mission: Mission, models: Models, house: House) -> float:
    """What its operational volume adds to the path, sideways."""
    if mission.volumes is None:
        return 0.0
    volume = prepared(mission, models, house).volume
    return volume.sideways_m + volume.ground_risk_buffer_m if isinstance(volume, OperationalVolume) else 0.0
