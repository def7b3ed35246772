"""
A crowd may become so dense that people in it are in danger: a word for the crowd manager.

Why: from some density people cannot choose their own way any more, whatever flies above them.
What is measured: as for PPL206, against 4.7 persons per square metre for people who stand, 4 for a crowd that moves.
Source: UK guides on the safety of crowds, 4.7 standing and 4 moving; not a rule of flight.
Undecided when: never; it informs.
Example: 15,000 people expected at worst on 3,000 square metres before a stage: 5 persons/m2.
Remedy: tell whoever manages the crowd.
"""

from collections.abc import Iterator

from dronectl.crowd_density import densest
from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named

STANDING_PER_M2, MOVING_PER_M2 = 4.7, 4.0  # UK guides on the safety of crowds


def judge(briefing: Briefing) -> Iterator[Finding]:
    crowds = briefing.crowds_within()
    told = False
    for zone in crowds:
        most, how = (MOVING_PER_M2, "moves") if any(v.periods for v in zone.volumes) else (STANDING_PER_M2, "stands")
        found = densest(zone)
        if found is not None and found.per_m2 > most:
            told = True
            yield RULE.answer(
                Status.FAILED,
                f"{named(zone)} may hold {found}; a crowd that {how} is taken for safe up to {most:g}",
                remedy="tell whoever manages the crowd",
                zone=zone,
                measured=found.per_m2,
                limit=most,
                unit="persons/m2",
            )
    if not told:
        text = "no crowd near is that dense" if crowds else "no crowd is near"
        yield RULE.answer(Status.PASSED if crowds else Status.NOT_APPLICABLE, text)


RULE = Rule("PPL207", "crowd-dangerously-dense", Severity.INFO, judge)
