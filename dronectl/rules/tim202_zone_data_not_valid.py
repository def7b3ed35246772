"""
A zone file near the mission is past its validity, or not yet valid, when the mission is flown.

Why: what an old file does not show may be there by now.
What is measured: the mission's times (or, where it has none, the clock given by --now) against the file's validFrom and
    validTo. Only files with a zone within 50 km, or that claim to cover the place, are asked.
Source: EUROCAE ED-318, metadata validFrom and validTo.
Undecided when: the file is not valid during the whole mission, or its validity cannot be read. Where the mission states no
    time, that is listed under what was not checked, and leaves it undecided with --strict.
Example: a zone file valid until 31 December 2025, for a flight on 12 May 2026.
Remedy: get the edition of the zone file that is valid on the day.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from dronectl.finding import Finding, Severity, Status
from dronectl.rules import Briefing, Rule
from dronectl.where import Where
from dronectl.zone import Dataset


def judge(briefing: Briefing) -> Iterator[Finding]:
    now = briefing.options.now
    moments = [*(briefing.span or ()), *([now] if briefing.untimed and now is not None else [])]
    near = [file.dataset for file in briefing.files if file.dataset.path in briefing.boxed_files or file.dataset.covers]
    wrong = briefing.untimed and now is None
    if wrong:
        yield from _untimed(near)
    if not moments:
        return
    first, last = min(moments), max(moments)
    for data in near:
        if data.validity_doubt:
            wrong = True
            yield RULE.answer(
                Status.UNDECIDED,
                f"whether {data.path} is valid when the mission is flown is not known: {data.validity_doubt}",
                remedy="mend the validity of the zone file: 2026-01-01T00:00:00Z",
                where=(Where(data.path, "$.metadata"),),
            )
        early = data.valid_from is not None and first < data.valid_from.timestamp()
        late = data.valid_until is not None and last > data.valid_until.timestamp()
        if not early and not late:
            continue
        wrong = True
        edge = data.valid_from if early else data.valid_until
        flown = datetime.fromtimestamp(first if early else last, UTC)
        yield RULE.answer(
            Status.UNDECIDED,
            f"{data.path} is valid {'from' if early else 'until'} {edge:%Y-%m-%d %H:%MZ}, "
            f"and the mission is flown at {flown:%Y-%m-%d %H:%MZ}",
            remedy="get the edition of the zone file that is valid on the day",
            where=(Where(data.path, "$.metadata"),),
        )
    if not wrong:
        yield RULE.answer(Status.PASSED, "every zone file that states its validity is valid during the mission")


def _untimed(near: Sequence[Dataset]) -> Iterator[Finding]:
    """What is asked where nobody says when the mission is flown: whether a file is valid then."""
    bound = [data.path for data in near if data.valid_from or data.valid_until or data.validity_doubt]
    if not bound:
        yield RULE.answer(Status.NOT_APPLICABLE, "the mission states no time to hold the validity against")
        return
    more = f" and {len(bound) - 3} more" if len(bound) > 3 else ""
    yield RULE.answer(
        Status.UNDECIDED,
        f"whether {', '.join(bound[:3])}{more} is valid when the mission is flown",
        remedy="give the start: --at TIME",
        missing="time",
    )


RULE = Rule("TIM202", "zone-data-not-valid", Severity.VIOLATION, judge)
