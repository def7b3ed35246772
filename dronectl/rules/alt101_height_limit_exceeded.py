"""
The flight path is higher above ground than the category allows.

Why: below 120 m there is little manned traffic; above it there are helicopters.
What is measured: the path's height above ground with its vertical uncertainty, against the limit of the mission's
    `category` that is valid on the day of the flight. The limits are data, each with its article.
Source: (EU) 2019/947, UAS.OPEN.010(2), UAS.STS-01.010, UAS.STS-02.010; national rules for state aircraft.
Undecided when: the path's heights are not above ground and no terrain is known. The rule is not asked where no category
    is stated.
Remedy: fly lower; or state heights above ground (datum AGL).
"""

from collections.abc import Iterator

from dronectl.along import above_ground
from dronectl.finding import Finding, Severity, Status
from dronectl.limits import height_limit
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import stretch


def judge(briefing: Briefing) -> Iterator[Finding]:
    category = briefing.mission.category
    if not category:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission states no category")
        return
    limit = height_limit(category, briefing.day)
    if limit is None:
        yield RULE.answer(Status.NOT_APPLICABLE, f"no height limit is known for category {category!r}")
        return
    found = above_ground(briefing.tracks, limit.max_m)
    basis = f"{limit.source} ({limit.id}, confidence {limit.confidence})"
    if found.above is Answer.YES:
        where = "; ".join(stretch(met) for met in found.encounters[:3])
        yield RULE.answer(
            Status.FAILED,
            f"{where}: higher than {limit.max_m:g} m above ground, the limit of category {category}",
            remedy=f"fly at most {limit.max_m - briefing.mission.uncertainty.vertical_m:g} m above ground",
            encounters=found.encounters,
            basis=basis,
            measured=found.highest_m,
            limit=limit.max_m,
            unit="m AGL",
        )
    elif found.above is Answer.UNKNOWN:
        why = found.doubt.why if found.doubt else "the height above ground is not known"
        yield RULE.answer(
            Status.UNDECIDED,
            f"the path may be higher than {limit.max_m:g} m above ground, the limit of category {category}: {why}",
            remedy=found.doubt.remedy if found.doubt else "state heights above ground",
            encounters=found.encounters,
            basis=basis,
            limit=limit.max_m,
            unit="m AGL",
        )
    else:
        high = "" if found.highest_m is None else f"highest {found.highest_m:.0f} m above ground with uncertainty, "
        yield RULE.answer(
            Status.PASSED,
            f"{high}limit {limit.max_m:g} m for category {category}",
            basis=basis,
            measured=found.highest_m,
            limit=limit.max_m,
            unit="m AGL",
        )


RULE = Rule("ALT101", "height-limit-exceeded", Severity.VIOLATION, judge)
