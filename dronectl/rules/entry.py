"""How the rules about entered zones speak: one answer a zone, with where, how high and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dronectl.along import HeightAnswer, above_ground
from dronectl.encounter import Meeting
from dronectl.finding import Finding, Severity, Status
from dronectl.gaps import Gap
from dronectl.measures import Answer
from dronectl.rules import Briefing, Rule
from dronectl.track import Encounter, Track
from dronectl.zone import Zone


def understood(meeting: Meeting) -> bool:
    """True where nothing about the zone itself is in doubt; the others belong to DAT101."""
    return not meeting.zone.doubts and not any(doubt.about == "where" for doubt in meeting.doubts)


def named(zone: Zone) -> str:
    """A zone as a reader meets it: its name, and its identifier where that differs."""
    if not zone.name or zone.name == zone.id:
        return f'"{zone.id}"'
    return f'"{zone.name}" ({zone.id})'


def stretch(met: Encounter) -> str:
    """Where, how high, how long: `leg 3-4 for 312 m, 41 s, at 60 m AGL`."""
    if met.enter is None or met.exit is None:
        return ""
    first, last = met.enter.leg[0], met.exit.leg[1]
    words = f"leg {first}-{last}" if last - first <= 1 else f"legs {first}-{last}"
    if met.length_m >= 0.5:
        words += f" for {met.length_m:.0f} m"
    if met.seconds is not None and met.seconds >= 0.5:
        words += f", {met.seconds:.0f} s"
    heights = met.heights_m
    if heights is not None and met.enter.datum is not None and met.exit.datum is met.enter.datum:
        low, high = (round(metres) for metres in heights)
        words += f", at {low}{f' to {high}' if high > low else ''} m {met.enter.datum.value}"
    return words


def judge_entries(
    briefing: Briefing,
    rule: Rule,
    applies: Callable[[Zone], bool],
    *,
    verb: str,
    remedy: Callable[[Zone], str],
) -> Iterator[Finding]:
    """For every zone that the rule is about: entered, may be entered, or passed."""
    asked = False
    for meeting in briefing.meetings:
        zone = meeting.zone
        if not applies(zone) or not understood(meeting):
            continue
        asked = True
        if meeting.inside is not Answer.NO and not zone.binds(briefing.mission.category):
            yield _not_bound(briefing, rule, meeting)
        elif meeting.inside is Answer.YES:
            yield rule.answer(
                Status.FAILED,
                f"{_flown(meeting)} {verb} {named(zone)}, {zone.volumes[meeting.encounters[0].volume].band}",
                remedy=remedy(zone),
                zone=zone,
                encounters=meeting.encounters,
                possible=meeting.possible,
                where=(zone.where,),
                basis=articles(zone, briefing),
            )
        elif meeting.inside is Answer.UNKNOWN:
            if rule.severity is Severity.INFO:
                continue
            why = "; ".join(str(doubt) for doubt in meeting.doubts)
            ways = "; ".join(dict.fromkeys(doubt.remedy for doubt in meeting.doubts))
            yield rule.answer(
                Status.UNDECIDED,
                f"{_flown(meeting)} may enter {named(zone)}, but {why}",
                remedy=ways,
                zone=zone,
                encounters=meeting.encounters,
                where=(zone.where,),
            )
        else:
            yield rule.answer(
                Status.PASSED, passing(meeting), zone=zone, encounters=meeting.encounters, where=(zone.where,)
            )
    if not asked:
        yield rule.answer(Status.NOT_APPLICABLE, "no such zone is near the path")


def _not_bound(briefing: Briefing, rule: Rule, meeting: Meeting) -> Finding:
    """A zone whose restriction is for other categories: entered all the same, so the pilot is told."""
    zone = meeting.zone
    bound = ", ".join(zone.categories)
    return rule.answer(
        Status.FAILED if meeting.inside is Answer.YES else Status.UNDECIDED,
        f"{_flown(meeting)} {'enters' if meeting.inside is Answer.YES else 'may enter'} {named(zone)}, "
        f"which binds category {bound} only; this mission is {briefing.mission.category}",
        remedy=f"hold it against the mission's own authorisation, and tell whoever is there{call(zone)}",
        zone=zone,
        encounters=meeting.encounters,
        possible=meeting.possible,
        where=(zone.where,),
        severity=Severity.WARNING if rule.severity is Severity.VIOLATION else rule.severity,
    )


def above_inside(
    meeting: Meeting, tracks: Sequence[Track], metres: float
) -> tuple[HeightAnswer, Answer, list[Encounter]]:
    """Whether a mission is higher above ground than some metres inside a zone, and where it is, or may be so.

    The height answer is that of the whole mission, for its figures and its doubt.
    """
    inside = [(met.flight, span) for met in (*meeting.encounters, *meeting.possible) for span in met.spans]

    def here(stretches: Sequence[Encounter]) -> list[Encounter]:
        return [
            met
            for met in stretches
            if any(met.flight == flight and met.spans[0][0] <= b and met.spans[0][1] >= a for flight, (a, b) in inside)
        ]

    high = above_ground(tracks, metres)
    sure = here(high.encounters) if high.above is Answer.YES and meeting.inside is Answer.YES else []
    if sure:
        return high, Answer.YES, sure
    maybe = here(high.possible)
    return high, Answer.UNKNOWN if maybe else Answer.NO, maybe


def strayed_above(briefing: Briefing, zone: Zone, metres: float) -> Gap | None:
    """The first gap of a log in which it can have been higher above ground than some metres inside a zone."""
    return next(
        (
            gap
            for gap, met in briefing.strayed
            if any(one.zone is zone for one in met) and above_ground([gap.strayed], metres).above is not Answer.NO
        ),
        None,
    )


def passing(meeting: Meeting) -> str:
    """How a zone is passed: beside it, above or below it, or outside its hours."""
    zone = meeting.zone
    if meeting.in_plan is Answer.NO:
        return f"passes {named(zone)} at {meeting.margin_m:.0f} m"
    apart = [met.vertical_margin_m for met in meeting.encounters if met.vertical_margin_m is not None]
    if meeting.in_height is Answer.NO and apart:
        return f"passes {min(apart):.0f} m above or below {named(zone)}"
    if meeting.in_time is Answer.NO:
        return f"crosses {named(zone)} while it is not in force"
    return f"crosses {named(zone)} outside its height band or its hours"


def _flown(meeting: Meeting) -> str:
    parts = [words for met in meeting.encounters[:3] if (words := stretch(met))]
    more = len(meeting.encounters) - 3
    text = "; ".join(parts) + (f"; and {more} more" if more > 0 else "")
    if not any(met.nominal for met in meeting.encounters) and meeting.inside is Answer.YES:
        text += " (by its uncertainty)"
    return text


def articles(zone: Zone, briefing: Briefing) -> str:
    """The law that a zone stands for, as the packs of the mission name it; empty where they name none."""
    named_ = [briefing.law.named(identifier) for identifier in zone.law]
    return "; ".join(limit.source for limit in named_ if limit is not None)


def call(zone: Zone) -> str:
    """Whom to call about a zone."""
    named_ = [str(authority) for authority in zone.authorities if str(authority)]
    return f" ({named_[0]})" if named_ else ""
