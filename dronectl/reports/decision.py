"""How the answer about one zone came about, for somebody who checks it by hand: where, how high, when, and what follows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from dronectl.check import Report
from dronectl.decision import FARTHEST_M, Chain, Conversion, chains
from dronectl.finding import MissionResult, Status
from dronectl.geometry import EPS_M
from dronectl.measures import Answer, Datum
from dronectl.reports import words
from dronectl.reports.dutch import Say, by_line
from dronectl.reports.telling import teller
from dronectl.track import VERTICAL_EPS_M, Fix
from dronectl.zone import Zone

WIDTH = 80
MOST = 5  # stretches listed each time
LEVEL = {Datum.AGL: "the ground", Datum.WGS84: "the ellipsoid", Datum.TAKEOFF: "the ground at take-off"}


def render(report: Report, zones: Sequence[Zone]) -> str:
    """The chains of every mission against some zones."""
    lines: list[str] = []
    tell = teller(report)
    for mission, tracks, result in zip(report.missions, report.tracks, report.results, strict=True):
        for zone in zones:
            lines.append(words.tame(tell(f"{mission.id} against {zone.id} ({zone.name or 'no name'})")))
            lines.extend(_fields(_zone(zone), tell))
            for chain in chains(tracks, zone):
                lines.append(
                    words.tame("  " + tell(f"{chain.flight}, volume {chain.number}: {words.footprint(chain.volume)}"))
                )
                lines.extend(_fields(_steps(chain), tell))
            lines.extend(_fields(_findings(result, zone), tell))
            lines.append("")
    lines.extend(textwrap.wrap(tell(f"Distances on the ground are right within 0.5 m + 0.05 %; {EPS_M:g} m of them and "
                                    f"{VERTICAL_EPS_M:g} m of heights are given to the zone."), WIDTH))  # fmt: skip
    models = [item for item in report.inputs if item.role in ("terrain", "geoid")]
    lines.extend(words.tame(f"{item.role}: {item.path} ({item.what}), sha256 {item.sha256}") for item in models)
    lines.extend(
        line
        for said in report.assumptions
        for line in textwrap.wrap(f"{tell('assumed')}: {words.tame(tell(said))}", WIDTH)
    )
    return "\n".join(lines) + "\n"


def _fields(steps: Iterator[tuple[str, str]], tell: Say) -> Iterator[str]:
    for name, text in steps:
        head = f"    {tell(name):<9}"
        yield from textwrap.wrap(
            words.tame(by_line(text, tell)),
            WIDTH,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_on_hyphens=False,
        )


def _zone(zone: Zone) -> Iterator[tuple[str, str]]:
    kind = zone.restriction.value if zone.restriction else "not understood"
    yield "zone", f"{kind}, {', '.join(zone.reasons) or 'no reason stated'}; at {zone.where}"
    data = zone.dataset
    edition = f"edition {data.edition or data.issued or 'not stated'}"
    yield "file", f"{data.path} ({data.profile}), {edition}, sha256 {data.sha256}"
    for doubt in zone.doubts:
        yield "doubt", doubt


def _steps(chain: Chain) -> Iterator[tuple[str, str]]:
    yield "WHERE", _where(chain)
    for first, last in chain.in_plan[:MOST]:
        yield "", f"over it from {_fix(first)} to {_fix(last)}"
    if chain.in_plan:
        yield "HOW HIGH", _how_high(chain)
        for conversion in chain.conversions:
            yield "", _conversion(conversion)
        yield "WHEN", _when(chain)
    yield "TOGETHER", _together(chain)
    for first, last in chain.together[:MOST]:
        yield "", f"from {_fix(first)} to {_fix(last)}"


def _where(chain: Chain) -> str:
    widened = f"the path widened by {chain.reach_m:.1f} m"
    if chain.volume.footprint is None and chain.volume.box is None:
        return f"unknown: its place is not known ({chain.volume.doubt})"
    if chain.volume.doubt:
        answer = "unknown" if chain.in_plan else "no"
        return f"{answer}: only an outline is known ({chain.volume.doubt}); {widened}"
    if chain.nearest_m is None:
        return f"no: farther than {FARTHEST_M / 1000:g} km from the path"
    if not chain.in_plan:
        return f"no: {chain.nearest_m:.2f} m from the path, {chain.nearest_m - chain.reach_m:.2f} m after the widening"
    if chain.depth_m is not None:
        return f"yes: the path itself is up to {chain.depth_m:.2f} m inside; {widened}"
    return f"yes: {chain.nearest_m:.2f} m from the path, and {widened} reaches it"


def _how_high(chain: Chain) -> str:
    band = f"the band is {chain.volume.band}, the path known within {chain.vertical_m:g} m"
    if chain.up_m > chain.vertical_m:
        band += f", and {chain.up_m:g} m upwards"
    if chain.volume.band.everywhere:
        return "yes: every height is in a band from the ground to unlimited"
    stretches = {Answer.YES: chain.height_surely, Answer.UNKNOWN: chain.height_maybe, Answer.NO: ()}[chain.in_height]
    spans = "; ".join(f"{_fix(first)} to {_fix(last)}" for first, last in stretches[:MOST])
    return f"{chain.in_height.value}: {band}" + (f"; in it from {spans}" if spans else "")


def _conversion(at: Conversion) -> str:
    own = at.fix.datum.value if at.fix.datum is not None else "AMSL"
    text = f"{words.place(at.fix)}: path {_range(at.path)} m {own}"
    for datum, low, high in at.levels:
        text += f"; {LEVEL.get(datum, datum.value)} {_range((low, high))} m AMSL"
    if not at.levels and at.limit.datum is at.fix.datum:
        return f"{text} against {at.limit}"
    named = at.limit.datum.value if at.limit.datum is not None else "(no datum)"
    if at.limit.datum is Datum.FL:
        return f"{text}; {_range((at.over[0] - at.limit.metres, at.over[1] - at.limit.metres))} m above {at.limit}"
    return f"{text}; so {_range(at.over)} m {named} against {at.limit}"


def _range(bounds: tuple[float, float]) -> str:
    low, high = bounds
    return f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}"


def _when(chain: Chain) -> str:
    if not chain.zone.keeps_hours:
        return "yes: it is always in force"
    periods = " | ".join(words.period_text(period) for period in chain.zone.periods)
    if chain.hours is None:
        return f"unknown: it keeps hours ({periods}), and the flight states no time"
    spans = ", ".join(f"{words.iso(a)} to {words.iso(b)}" for a, b in chain.hours.surely[:MOST])
    perhaps = ", ".join(f"{words.iso(a)} to {words.iso(b)}" for a, b in chain.hours.maybe[:MOST])
    text = f"{chain.in_time.value}: it keeps hours ({periods}); during the flight in force {spans or 'never surely'}"
    if chain.hours.surely != chain.hours.maybe:
        text += f", perhaps {perhaps}; {'; '.join(chain.hours.doubts)}"
    return text


def _together(chain: Chain) -> str:
    return {
        Answer.YES: "yes: over it, in its band and in its hours at the same moment",
        Answer.UNKNOWN: "unknown: what is not known above leaves it open",
        Answer.NO: "no: at no moment over it, in its band and in its hours",
    }[chain.inside]


def _findings(result: MissionResult, zone: Zone) -> Iterator[tuple[str, str]]:
    for finding in result.findings:
        if finding.zone is zone and finding.status is not Status.NOT_APPLICABLE:
            yield "ANSWER", f"{finding.rule} {finding.status.value}: {finding.message} ({finding.basis})"


def _fix(fix: Fix) -> str:
    height = f" at {fix.height_m:.1f} m {fix.datum.value}" if fix.height_m is not None and fix.datum is not None else ""
    moment = f" {words.iso(fix.time)}" if fix.time is not None else ""
    return f"{words.place(fix)}{height}{moment} (leg {fix.leg[0]}-{fix.leg[1]})"
