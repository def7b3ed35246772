"""
The flight path is higher above ground than the category allows.

Why: below 120 m there is little manned traffic; above it there are helicopters.
What is measured: the path's height above ground with its vertical uncertainty, against the limit of the mission's
    `category` that is valid on the day of the flight. The limits are data, each with its article. Within 50 m of an obstacle
    higher than 105 m, at the request of whoever is responsible for it (`obstacles`), the path may be 15 m above it.
Source: (EU) 2019/947, UAS.OPEN.010(2) and (3), UAS.STS-01.010, UAS.STS-02.010; national rules for state aircraft.
Undecided when: the path's heights are not above ground and no terrain is known, or the aircraft can have been higher in a
    gap of its log. The rule is not asked where no category is stated.
Example: 118 m above ground with 3 m of vertical uncertainty in open/A2 fails EU-OPEN-HEIGHT, at most 120 m.
Remedy: fly lower; or state heights above ground (datum AGL).
"""

from collections.abc import Iterator

from dronectl.along import HeightAnswer, above_ground, leaving
from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import MORE_FIXES
from dronectl.law import Limit
from dronectl.measures import Answer
from dronectl.mission import Obstacle
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import stretch
from dronectl.rules.held import disc, judged
from dronectl.track import Encounter


def judge(briefing: Briefing) -> Iterator[Finding]:
    category = briefing.mission.category
    if not category and not briefing.law.of("height"):
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission states no category")
        return
    if not briefing.law.of("height"):
        yield RULE.answer(Status.NOT_APPLICABLE, f"no height limit is known for category {category!r}")
        return
    yield from judged(briefing, RULE, ("height",), _held, "height limit")


def _held(limit: Limit, briefing: Briefing) -> Finding:
    metres = float(limit.value or 0)
    found = above_ground(briefing.bare, metres, reached=limit.comparator == "<")
    whose = f"the limit of category {briefing.mission.category}" if briefing.mission.category else limit.title["en"]
    if found.above is not Answer.NO:
        lifted = _round_obstacles(limit, found, briefing)
        if lifted is not None:
            return lifted
    if found.above is Answer.YES:
        where = "; ".join(stretch(met) for met in found.encounters[:3])
        than = "as high as" if limit.comparator == "<" else "higher than"
        return RULE.answer(
            Status.FAILED,
            f"{where}: {than} {metres:g} m above ground, {whose}{_reached(found)}",
            remedy=f"fly {limit.words.removesuffix(limit.unit)}m above ground, with the"
            f" {briefing.mission.uncertainty.vertical_m:g} m of uncertainty",
            encounters=found.encounters,
            possible=found.possible,
            law=limit,
            measured=found.highest_m,
        )
    if found.above is Answer.UNKNOWN:
        why = found.doubt.why if found.doubt else "the height above ground is not known"
        return RULE.answer(
            Status.UNDECIDED,
            f"the path may be higher than {metres:g} m above ground, {whose}: {why}",
            remedy=found.doubt.remedy if found.doubt else "state heights above ground",
            encounters=found.encounters,
            law=limit,
        )
    for gap in briefing.gaps:
        if above_ground([gap.strayed], metres, reached=limit.comparator == "<").above is not Answer.NO:
            return RULE.answer(
                Status.UNDECIDED,
                f"{gap}: it can have been higher than {metres:g} m above ground, {whose}",
                remedy=MORE_FIXES,
                law=limit,
            )
    high = "" if found.highest_m is None else f"highest {found.highest_m:.0f} m above ground with uncertainty, "
    text = f"{high}limit {metres:g} m"
    text += f" for category {briefing.mission.category}" if briefing.mission.category else ""
    return RULE.answer(Status.PASSED, text, law=limit, measured=found.highest_m)


def _reached(found: HeightAnswer) -> str:
    return "" if found.highest_m is None else f" ({found.highest_m:.1f} m with uncertainty)"


def _round_obstacles(limit: Limit, found: HeightAnswer, briefing: Briefing) -> Finding | None:
    """The answer where all that is too high is so round obstacles, as the law allows; None where not all of it is."""
    rule = next((rule for rule in briefing.law.of("obstacle") if rule.more["lifts"] == limit.id), None)
    tall = [
        obstacle
        for obstacle in briefing.mission.obstacles
        if rule is not None and obstacle.height_m > rule.more["taller_than_m"] and obstacle.requested_by.strip()
    ]
    if rule is None or not tall:
        return None
    used: list[Obstacle] = []
    for met in found.possible:
        here = next((o for o in tall if _allows(o, rule, met, briefing)), None)
        if here is None:
            return None
        used.append(here)
    names = ", ".join(dict.fromkeys(f"{o.height_m:g} m, asked for by {o.requested_by}" for o in used))
    return RULE.answer(
        Status.PASSED,
        f"higher than {limit.value:g} m only within {rule.more['within_m']} m of an obstacle ({names}), and at most "
        f"{rule.value:g} m above it",
        law=rule,
        limit=float(limit.value or 0),
        measured=found.highest_m,
    )


def _allows(obstacle: Obstacle, rule: Limit, met: Encounter, briefing: Briefing) -> bool:
    """True where a stretch lies wholly beside one obstacle and not higher above it than the rule says."""
    volume = disc((obstacle.lon, obstacle.lat), obstacle.radius_m + rule.more["within_m"], briefing.mission.where)
    track = next(track for track in briefing.bare if track.flight.id == met.flight)
    out = leaving(volume, track)
    if any(a <= span[1] and b >= span[0] for a, b in out for span in met.spans):
        return False
    over = above_ground([track], obstacle.height_m + float(rule.value or 0))
    return not any(
        piece.spans[0][0] <= span[1] and piece.spans[0][1] >= span[0] for piece in over.possible for span in met.spans
    )


RULE = Rule("ALT101", "height-limit-exceeded", Severity.VIOLATION, judge)
