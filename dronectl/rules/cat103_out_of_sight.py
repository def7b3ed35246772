"""
The flight path goes farther from its pilot, its observers or its tether's fixing point than its category allows.

Why: who does not see the aircraft does not see the helicopter beside it either.
What is measured: whether the path, widened by its uncertainty, stays inside circles round the places that the mission states
    (`pilot_at`, `observers_at`), or round the take-off point for a tether (`declared.tether_m`); and how far observers stand
    from the pilot.
Source: the limit of the pack that it names: (EU) 2019/947, UAS.STS-02.020(5) and (6); Regeling op afstand bestuurde
    luchtvaartuigen, art. 13 (NLS-VLOS: 500 m).
Undecided when: never for a plan; for a log, where the aircraft can have been farther away in one of its gaps. Where the
    mission does not say where the pilot stands, it is not asked.
Example: a point 620 m from the pilot of a police flight fails NLS-VLOS, at most 500 m.
Remedy: stand nearer, move the leg, or post an observer.
"""

from collections.abc import Callable, Iterator, Sequence

from dronectl.along import outside
from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import MORE_FIXES
from dronectl.geometry import metres_between
from dronectl.law import Limit
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import stretch
from dronectl.rules.held import judged, lacking, place_round, strayed_from
from dronectl.track import Track

WHO = {"pilot_at": "the pilot", "observers_at": "an observer"}


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(
        briefing, RULE, tuple(DECIDE), lambda limit, told: DECIDE[limit.kind](limit, told), "distance to the pilot"
    )


def _tether(limit: Limit, briefing: Briefing) -> Iterator[Finding]:
    radius = float(briefing.mission.declared["tether_m"]) + float(limit.value or 0)
    for track in briefing.bare:  # each flight has a fixing point of its own
        yield _inside(limit, briefing, [track], [track.flight.takeoff], radius, "the fixing point of the tether")


def _sight(limit: Limit, briefing: Briefing) -> Finding:
    places = [place for name in limit.more["to"] for place in getattr(briefing.mission, name)]
    if not places:
        return lacking(RULE, limit, f"place {limit.more['to'][0]}")
    who = " or ".join(WHO[name] for name in limit.more["to"] if getattr(briefing.mission, name))
    return _inside(limit, briefing, briefing.bare, places, float(limit.value or 0), who)


def _inside(
    limit: Limit,
    briefing: Briefing,
    tracks: Sequence[Track],
    places: list[tuple[float, float]],
    metres: float,
    who: str,
) -> Finding:
    circles = [place_round(place, metres, briefing) for place in places]
    left = outside(tracks, circles)
    if left:
        return RULE.answer(
            Status.FAILED,
            f"{'; '.join(stretch(met) for met in left[:3])}: farther than {metres:g} m from {who}; {limit.asks}",
            remedy="stand nearer, move the leg, or post an observer",
            law=limit,
            encounters=tuple(left),
        )
    gap = strayed_from(briefing, tracks, circles)
    if gap is not None:
        return RULE.answer(
            Status.UNDECIDED,
            f"{gap}: it can have been farther than {metres:g} m from {who}; {limit.asks}",
            remedy=MORE_FIXES,
            law=limit,
        )
    text = f"stays within {metres:g} m of {who}; {limit.asks}"
    return RULE.answer(Status.PASSED, text, law=limit)


def _observers(limit: Limit, briefing: Briefing) -> Finding:
    mission = briefing.mission
    if not mission.pilot_at:
        return lacking(RULE, limit, "place pilot_at")
    pilot = mission.pilot_at[0]
    farthest = max(metres_between(*pilot, *place) for place in mission.observers_at)
    kept = limit.kept(farthest)
    return RULE.answer(
        Status.PASSED if kept else Status.FAILED,
        f"the farthest observer stands {farthest:.0f} m from the pilot; {limit.asks}",
        remedy="" if kept else "post the observer nearer",
        law=limit,
        measured=farthest,
    )


DECIDE: dict[str, Callable[[Limit, Briefing], Finding | Iterator[Finding]]] = {
    "sight": _sight, "observers": _observers, "tether": _tether,
}  # fmt: skip
RULE = Rule("CAT103", "out-of-sight", Severity.VIOLATION, judge)
