"""
No rule pack speaks of the mission's category, or none is in force on its day.

Why: a check against no rules finds nothing, and that is not the same as finding nothing wrong.
What is measured: the mission's category, with its part, and day against the packs that ship and those of the house (`dronectl
    rules packs`).
Source: the packs named in the report.
Undecided when: no pack speaks of the category or of its part, so that it may be a slip of the pen; or the last edition of a
    pack that was asked for (--pack) is over by then; or the mission lasts until a day on which other limits bind than on
    its first, whose limits are held. Where the packs only lack
    an edition for the day, or the mission names no category or no part of it (`open`), that is listed under what was not
    checked, and leaves the mission undecided with --strict.
Example: a flight of 12 May 2025 in open/A2 in the Netherlands: pack nl-open has no edition for that day.
Remedy: write the category as the packs do (`open/A2`), or add a pack with the rules: --pack FILE.
"""

from collections.abc import Iterator, Sequence

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule


def judge(briefing: Briefing) -> Iterator[Finding]:
    law, category = briefing.law, briefing.mission.category
    for pack in law.lapsed:
        yield RULE.answer(
            Status.UNDECIDED,
            f"pack {pack} was asked for, and its last edition is over by then",
            remedy="give the edition of the day: --pack FILE",
        )
    if not category:
        yield from _lacking(briefing, [pack for pack in law.lacking if pack in briefing.options.asked])
        yield RULE.answer(
            Status.UNDECIDED,
            "the mission states no category",
            remedy='add "category": "open/A2" (or another) to the mission',
            missing="category",
        )
        return
    if not law.regime_known:
        yield RULE.answer(
            Status.UNDECIDED,
            f"no rule pack speaks of category {category!r}",
            remedy="write it as the packs do (open/A2, specific/STS-01, nl-state), or add a pack: --pack FILE",
        )
        return
    yield from _lacking(briefing, law.lacking)
    if law.parts:
        yield RULE.answer(
            Status.UNDECIDED,
            f"category {category} is flown as {' or '.join(law.parts)}, and the mission does not say which",
            remedy="name the part of the category: what binds only there is not asked",
            missing="rules",
        )
    for day, names in law.changes.items():
        yield RULE.answer(
            Status.UNDECIDED,
            f"from {day} other limits bind than on the first day of the mission: {', '.join(names)}",
            remedy="check what is flown before that day and what is flown after it as missions of their own",
        )
    if law.packs:
        named = ", ".join(f"{pack.id} {pack.edition}" for pack in law.packs)
        yield RULE.answer(Status.PASSED, f"held against {named}: {len(law.limits)} limits")


def _lacking(briefing: Briefing, packs: Sequence[str]) -> Iterator[Finding]:
    """What is told of packs that have nothing for the day, or for the category."""
    held = {pack.id for pack in briefing.law.packs}
    for pack in packs:
        yield RULE.answer(
            Status.UNDECIDED,
            f"pack {pack} has no edition for {briefing.day}"
            if pack not in held
            else f"pack {pack} of {briefing.day} holds no limits of {briefing.mission.category}",
            remedy="hold the mission against the rules of that day by hand, or add a pack: --pack FILE",
            missing="rules",
        )


RULE = Rule("CAT107", "category-without-law", Severity.VIOLATION, judge)
