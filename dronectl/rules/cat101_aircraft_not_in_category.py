"""
The aircraft does not fit the category that the mission states: its class, mass, size or energy.

Why: a category is a bargain of harmless aircraft and few conditions; another aircraft is another bargain.
What is measured: the row of the aircraft in the operator's file (`--operator FILE`) or in the catalogue that ships
    (`dronectl aircraft list`) against the limits of the pack.
Source: the limit of the pack that it names, for example (EU) 2019/947, UAS.OPEN.030(3) (EU-A2-CLASS: C2).
Undecided when: no row has this aircraft, its row is marked uncertain (C), or the row lacks the figure. Where the mission
    names no aircraft, it is not asked.
Example: a Matrice 350 (class C3) in open/A2 fails EU-A2-CLASS, one of C2.
Remedy: fly another aircraft, in another category, or state the aircraft's own label in the operator's file.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, without_aircraft

NAMES = {
    "class": "class", "mtom_kg": "take-off mass", "dimension_m": "size", "max_speed_mps": "top speed",
    "kinetic_energy_kj": "kinetic energy",
}  # fmt: skip


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("aircraft",), _fits, "aircraft")


def _fits(limit: Limit, briefing: Briefing) -> Finding:
    aircraft, name = briefing.aircraft, NAMES[limit.more["field"]]
    if aircraft is None:
        return without_aircraft(RULE, limit, briefing)
    who = aircraft.model or aircraft.id
    value = aircraft.kind if limit.more["field"] == "class" else getattr(aircraft, limit.more["field"])
    if value is None:
        return RULE.answer(
            Status.UNDECIDED,
            f"{limit.title['en']}: {limit.words}; nobody states the {name} of {who}" + _how(limit, aircraft.label),
            remedy="state it in an operator file: --operator FILE",
            law=limit,
        )
    fits = value in limit.more["values"] if isinstance(value, str) else limit.kept(float(value))
    shown = value if isinstance(value, str) else f"{value:.4g} {limit.unit}"
    note = (
        f" ({aircraft.class_note}: look at the label)" if limit.more["field"] == "class" and aircraft.class_note else ""
    )
    return RULE.answer(
        Status.PASSED if fits else Status.FAILED,
        f"{name} of {who} is {shown}{note}; {limit.asks}",
        remedy=""
        if fits
        else "fly another aircraft or in another category, or state this one's own label: --operator FILE",
        law=limit,
        measured=None if isinstance(value, str) else float(value),
    )


def _how(limit: Limit, label: str) -> str:
    if limit.more["field"] == "class" and label == "none":
        return ": it carries no label, and the day it was placed on the market (placed_on_market) is not stated"
    return ""


RULE = Rule("CAT101", "aircraft-not-in-category", Severity.VIOLATION, judge)
