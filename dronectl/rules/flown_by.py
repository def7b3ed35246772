"""How the rules about aircraft ask: with which aircraft and in which wind a mission is flown, and how far from its pilot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dronectl import endurance
from dronectl.along import outside
from dronectl.crew import Aircraft
from dronectl.endurance import Pace
from dronectl.finding import Finding, Status
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import stretch
from dronectl.rules.held import place_round
from dronectl.track import Track


def paces(rule: Rule, briefing: Briefing, what: str) -> tuple[Aircraft, list[Pace], list[Finding]] | Finding:
    """The aircraft, how it flies each flight, and what is told of flights of which that is not known.

    Or the answer where it cannot be asked of any; `what` is asked then.
    """
    mission, aircraft = briefing.mission, briefing.aircraft
    if mission.flown:
        return rule.answer(Status.NOT_APPLICABLE, "it was flown")
    if aircraft is None:
        return rule.answer(Status.UNDECIDED, what, missing="aircraft")
    made = [endurance.pace(flight, briefing.wind, aircraft.max_speed_mps) for flight in mission.flights]
    known = [one for one in made if one is not None]
    left = tuple(flight.id for flight, one in zip(mission.flights, made, strict=True) if one is None)
    lacks = [rule.answer(Status.UNDECIDED, what, missing="speed", flights=left)] if left else []
    return (aircraft, known, lacks) if known else lacks[0]


def wind_said(briefing: Briefing) -> str:
    """The wind that was reckoned with."""
    wind = briefing.wind
    side = "from whatever side" if wind.from_deg is None else f"from {wind.from_deg:.0f} degrees"
    assumed = ", assumed" if briefing.mission.wind is None else ""
    return f"wind {wind.speed_mps:g} m/s {side}{assumed}"


def beyond(rule: Rule, briefing: Briefing, metres: float, what: str) -> Iterator[Finding]:
    """Where the path leaves the circles round pilot and observers, or else the one round each flight's take-off point."""
    mission = briefing.mission
    around: list[tuple[list[Track], Sequence[tuple[float, float]], str]]
    if mission.pilot_at:
        who = "the pilot and observers" if mission.observers_at else "the pilot"
        around = [(list(briefing.bare), [*mission.pilot_at, *mission.observers_at], who)]
    else:
        known = [track for track in briefing.bare if track.flight.takeoff_known]
        around = [([track], [track.flight.takeoff], "the take-off point") for track in known]
    if not around:
        yield rule.answer(Status.NOT_APPLICABLE, "neither the pilot's place nor the take-off point is known")
        return
    asked = {track.flight.id for tracks, *_ in around for track in tracks}
    unknown = tuple(flight.id for flight in mission.flights if flight.id not in asked)
    if unknown:
        yield rule.answer(
            Status.UNDECIDED, f"whether it stays within {metres:.0f} m", missing="place pilot_at", flights=unknown
        )
    left = False
    for tracks, places, who in around:
        gone = outside(tracks, [place_round(place, metres, briefing) for place in places])
        if gone:
            left = True
            yield rule.answer(
                Status.FAILED,
                f"{'; '.join(stretch(met) for met in gone[:3])}: farther than {metres:.0f} m from {who}; {what}",
                remedy="stand nearer, move the leg, or post an observer",
                encounters=tuple(gone),
                limit=metres,
                unit="m",
            )
    if not left and not unknown:
        yield rule.answer(Status.PASSED, f"stays within {metres:.0f} m of {around[0][2]}; {what}")
