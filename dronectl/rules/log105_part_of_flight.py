"""
The log of a flown flight begins or ends in the air, or is of one moment.

Why: a verdict on a log holds for what is in it; who reads it should know that the flight was longer.
What is measured: how fast the aircraft is in the 5 s beside the first and the last position, and how high above where it
    took off, where the log shows that: faster than 2 m/s, or higher than 5 m, is in the air.
Source: house figures.
Undecided when: never; it informs. Where the log goes on without a position, LOG101 asks where the aircraft can have been.
Example: a log that ends 84 m above where the aircraft took off, at 12 m/s.
Remedy: give the log of the whole flight, such as the aircraft's own.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    mission = briefing.mission
    if not mission.flown:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission is a plan, not a log")
        return
    found = [odd for flight in mission.flights for odd in flight.partial]
    for odd in found:
        remedy = "give the log of the whole flight, such as the aircraft's own"
        yield RULE.answer(Status.FAILED, odd.what, remedy=remedy, where=(odd.where,))
    if not found:
        yield RULE.answer(Status.PASSED, "nothing shows that the flight was longer than its log")


RULE = Rule("LOG105", "part-of-flight", Severity.INFO, judge)
