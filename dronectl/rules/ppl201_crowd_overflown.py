"""
The flight path crosses a crowd.

Why: people who stand so close that they cannot step aside cannot be flown over.
What is measured: as for AIR101, the crowd's outline widened by its drift. A crowd of kind `assembly` must not be overflown;
    one of another kind is presumed to be an assembly from 50,000 persons per square kilometre, the most that are stated over
    the ground that it stands on at one moment, or over the densest of its areas.
Source: (EU) 2019/947, Art. 4(1)(c), UAS.OPEN.020(2), Art. 2(3); density of the top row of SORA 2.5, Table 2.
Undecided when: the crowd is no assembly and its number of persons is not known; or as for AIR101.
Example: a path through a demonstration on a square, of kind assembly, is a violation at every height.
Remedy: keep away from the crowd, by at least the flight height; or fly before or after it.
"""

from collections.abc import Iterator
from dataclasses import replace

from dronectl.crowd_density import ASSEMBLY_PER_M2, densest
from dronectl.finding import Finding, Severity, Status
from dronectl.measures import M2_PER_KM2
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import call, judge_entries, named
from dronectl.zone import Zone

ASSEMBLY_PER_KM2 = ASSEMBLY_PER_M2 * M2_PER_KM2


def judge(briefing: Briefing) -> Iterator[Finding]:
    answers = judge_entries(
        briefing,
        RULE,
        lambda zone: zone.crowd is not None,
        verb="overflies crowd",
        remedy=lambda zone: f"keep away from it by at least the flight height{call(zone)}",
    )
    for answer in answers:
        if answer.status is Status.FAILED and answer.zone is not None:
            yield _weigh(answer, answer.zone)
        else:
            yield answer


def _weigh(answer: Finding, zone: Zone) -> Finding:
    """An assembly fails; another crowd is weighed by its density."""
    crowd = zone.crowd
    if crowd is None or crowd.kind == "assembly":
        return answer
    if crowd.kind == "controlled":
        return replace(
            answer,
            status=Status.PASSED,
            message=f"overflies {named(zone)}, which holds involved persons only",
            remedy="",
        )
    found = densest(zone)
    if crowd.most is None or found is None:
        return replace(
            answer,
            status=Status.UNDECIDED,
            message=f"{answer.message}; it is a {crowd.kind} and nobody says how many persons it holds",
            remedy="state crowd.persons, or keep away from it",
        )
    density = found.per_m2 * M2_PER_KM2
    weighed = replace(answer, measured=density, limit=ASSEMBLY_PER_KM2, unit="persons/km2")
    if density >= ASSEMBLY_PER_KM2:
        presumed = f"declared a {crowd.kind}, but {density:,.0f} persons/km2 are presumed an assembly"
        return replace(weighed, message=f"{answer.message}; {presumed}")
    return replace(
        weighed,
        severity=Severity.WARNING,
        message=f"{answer.message}; {density:,.0f} persons/km2 who may not be involved",
        remedy="do not fly over uninvolved people unless the category allows it",
    )


RULE = Rule("PPL201", "crowd-overflown", Severity.VIOLATION, judge)
