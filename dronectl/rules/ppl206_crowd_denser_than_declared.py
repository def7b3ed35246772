"""
A crowd is declared as something else than an assembly, and its density says otherwise.

Why: who stands closer than 20 square metres a person is in the top row of SORA; what it is called changes nothing.
What is measured: persons (the most that are stated) over the crowd's area, and over each of its areas with a number of its
    own, for crowds within a kilometre of the path, against 50,000 persons per square kilometre. Density only adds: a declared
    assembly is one at any density.
Source: density of the top row of SORA 2.5, table 2; (EU) 2019/947, Art. 2(3).
Undecided when: never; it warns. A crowd without a number of persons is told by the rules that need it.
Example: 900 people on 1,000 square metres, declared a street: 0.9 persons/m2 are presumed an assembly.
Remedy: declare it an assembly, or correct the number.
"""

from collections.abc import Iterator

from dronectl.crowd_density import ASSEMBLY_PER_M2, densest
from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.rules.entry import named


def judge(briefing: Briefing) -> Iterator[Finding]:
    crowds = briefing.crowds_within()
    told = False
    for zone in crowds:
        assert zone.crowd is not None
        if zone.crowd.kind not in ("gathering", "street"):
            continue
        found = densest(zone)
        if found is not None and found.per_m2 >= ASSEMBLY_PER_M2:
            told = True
            yield RULE.answer(
                Status.FAILED,
                f"{named(zone)} is declared a {zone.crowd.kind}, and {found} are presumed an assembly",
                remedy="declare it an assembly, or correct the number",
                zone=zone,
                measured=found.per_m2,
                limit=ASSEMBLY_PER_M2,
                unit="persons/m2",
            )
    if not told:
        text = "no crowd near is denser than declared" if crowds else "no crowd is near"
        yield RULE.answer(Status.PASSED if crowds else Status.NOT_APPLICABLE, text)


RULE = Rule("PPL206", "crowd-denser-than-declared", Severity.WARNING, judge)
