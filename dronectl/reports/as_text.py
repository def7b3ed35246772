"""The report for the terminal: facts first, the verdict last."""

from __future__ import annotations

import io
import os
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from dronectl.check import Report
from dronectl.finding import Finding, Status, Verdict
from dronectl.mission import Mission
from dronectl.reports import braille, ending, words
from dronectl.reports.dutch import Say
from dronectl.reports.speech import speech
from dronectl.reports.telling import message_in, teller
from dronectl.volumes import OperationalVolume

STYLE = {
    "FAIL": "bold red", "WARN": "yellow", "INFO": "blue", "UNKNOWN": "bold magenta", "PERMIT": "cyan",
    "WAIVED": "cyan", "PASS": "green", "n/a": "dim",
}  # fmt: skip
MAP_STYLE = {"": "", "zone": "yellow", "path": "bold", "start": "bold cyan"}
VERDICT_STYLE = {Verdict.CLEAR: "bold green", Verdict.VIOLATION: "bold red", Verdict.UNDECIDED: "bold magenta"}
MOST_PASSES = 6
MOST_REMARKS = 5


def render(
    report: Report,
    *,
    colour: bool = False,
    width: int | None = None,
    quiet: bool = False,
    full: bool = False,
    hide_waived: bool = False,
) -> str:
    """Text of at most `width` columns (80 unless the terminal is wider); colour only where the caller saw a terminal."""
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        width=width or max(80, int(os.environ.get("COLUMNS", "80") or 80)),
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=False,
        legacy_windows=False,
    )
    if not quiet:
        for number in range(len(report.missions)):
            _mission(console, report, number, full=full, hide=hide_waived)
        _foot(console, report, full)
    for verdict, word, tail in ending.lines(report):
        line = Text(word, style=VERDICT_STYLE[verdict])
        line.append(f": {tail}", style="default")
        console.print(line)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _widened(mission: Mission, volume: OperationalVolume | str | None) -> str:
    """How far the path is held to be off, who says so, and the room of the operational volume beside that."""
    unsure = mission.uncertainty
    sideways, up = f"{unsure.horizontal_m:g}", f"{unsure.vertical_m:g}"
    how = "as stated" if unsure.stated else "assumed"
    if unsure.measured:
        most_m = unsure.horizontal_m + max(float(flight.widen_m.max()) for flight in mission.flights)
        sideways, up, how = f"{unsure.horizontal_m:.1f} to {most_m:.1f}", f"{unsure.vertical_m:.1f}", "as measured"
    if isinstance(volume, OperationalVolume):
        down = volume.contingency_up_m
        room = f"{volume.sideways_m:.1f} m, {down + volume.flight_geography_up_m:.1f} m up and {down:.1f} m down"
        return (
            f"path widened by {sideways} m and {up} m up and down ({how}), its volume by {room}; margins are after it"
        )
    return f"path widened by {sideways} m and {up} m up and down ({how}); margins are after it"


def _mission(console: Console, report: Report, number: int, *, full: bool, hide: bool) -> None:
    mission, result = report.missions[number], report.results[number]
    strict, say, tell = report.options.strict, speech(report.options.lang), teller(report)
    legs = sum(max(len(flight.lon) - 1, 1) for flight in mission.flights)
    facts = [
        tell(part)
        for part in (f"{legs} leg{'' if legs == 1 else 's'}", words.length(result.length_m), words.heights(mission))
    ]
    if len(mission.flights) > 1:
        facts.insert(0, tell(f"{len(mission.flights)} flights"))
    title = words.tame(mission.path)
    if mission.name and mission.name not in title:
        title += f" \N{MIDDLE DOT} {words.tame(mission.name)}"
    file = Path(mission.path)
    link = file.resolve().as_uri() if console.is_terminal and file.exists() else None
    console.print(Text(title, style=Style(bold=True, link=link)))
    console.print(Text(" \N{MIDDLE DOT} ".join([*facts, tell(words.local_span(mission))])))
    console.print(Text(tell(_widened(mission, report.volumes[number])), style="dim"))
    findings = [f for f in words.told(result, strict=strict) if not (hide and f.status is Status.WAIVED)]
    loud = [f for f in findings if f.status not in (Status.PASSED, Status.NOT_APPLICABLE)]
    quiet = [f for f in findings if f.status is Status.PASSED]
    shown = quiet if full else _telling(quiet)
    rows = []
    for finding in [*loud, *shown]:
        word = words.label(finding)
        rows.append((Text(say["labels"][word], style=STYLE[word]), Text(finding.rule), _body(finding, tell)))
    if rows:
        console.print(_side_by_side(console, rows), no_wrap=True, overflow="ignore", crop=False)
    if full:
        _map(console, report, number)
    hidden = len(quiet) - len(shown)
    skipped = sum(f.status is Status.NOT_APPLICABLE for f in result.findings)
    rest = []
    if hidden:
        rest.append(f"{hidden} more passed")
    if skipped:
        rest.append(f"{skipped} not applicable")
    waived = sum(f.status is Status.WAIVED for f in result.findings) if hide else 0
    if waived:
        rest.append(f"{waived} waived and not shown (--show-waived)")
    if result.set_aside:
        failed = sum(f.status in (Status.FAILED, Status.UNDECIDED) for f in result.set_aside)
        rest.append(f"{len(result.set_aside)} set aside by --select/--ignore ({failed} of them not passed)")
    if rest:
        console.print(Text(f" {'; '.join(tell(part) for part in rest)}", style="dim"))


def _side_by_side(console: Console, rows: list[tuple[Text, Text, Text]]) -> Text:
    """Three columns, the last one wrapped: what a table of Rich gives, which takes three times as long."""
    first, second = (max(row[column].cell_len for row in rows) for column in (0, 1))
    before = f" {' ' * first} {' ' * second} "
    lines = []
    for label, code, body in rows:
        label.pad_right(first - label.cell_len)
        code.pad_right(second - code.cell_len)
        head: tuple[str | Text, ...] = (" ", label, " ", code, " ")
        for line in body.wrap(console, max(console.width - len(before), 1), overflow="fold"):
            lines.append(Text.assemble(*head, line))
            head = (before,)
    return Text("\n").join(lines)


def _map(console: Console, report: Report, number: int) -> None:
    """A small map: the path over the zones near it."""
    console.print()
    for row in braille.draw(report, number):
        line = Text("  ")
        for letter, shows in row:
            line.append(letter, style=MAP_STYLE[shows])
        console.print(line)
    console.print(
        Text("  " + teller(report)("map: o take-off, dots the path and the edges of zones, north up"), style="dim")
    )


def _telling(passes: list[Finding]) -> list[Finding]:
    """The passes worth a line: limits with their figure, then the nearest zones."""
    measured = [finding for finding in passes if finding.limit is not None and finding.measured is not None]
    zones = sorted((f for f in passes if f.zone is not None and f.encounters), key=lambda f: f.encounters[0].margin_m)
    return [*measured, *zones][:MOST_PASSES]


def _body(finding: Finding, tell: Say) -> Text:
    body = Text(words.tame(message_in(finding, tell)))
    if finding.status in (Status.FAILED, Status.UNDECIDED) and finding.remedy:
        body.append("\n> ", style="dim")
        body.append(words.tame(tell(finding.remedy)), style="dim")
    return body


def _foot(console: Console, report: Report, full: bool) -> None:
    tell = teller(report)
    console.print()
    console.print(Text(f"{tell('Zones')}: {tell(words.zones_line(report))}"))
    for item in report.inputs:
        if item.role != "mission" and (full or item.role not in ("zones", "policy")):
            console.print(Text(f"  {words.tame(item.path)}  {item.what}  sha256 {item.sha256[:12]}", style="dim"))
    packs = list(dict.fromkeys(f"{pack.id} {pack.edition}" for law in report.laws for pack in law.packs))
    if packs:
        console.print(Text(f"{tell('Rules')}: {', '.join(packs)}"))
    if report.remarks:
        shown = report.remarks if full else report.remarks[:MOST_REMARKS]
        console.print(Text(tell(f"Read with {len(report.remarks)} remark(s):")))
        for remark in shown:
            console.print(Padding(Text(words.tame(str(remark)), style="dim"), (0, 0, 0, 2)))
        if len(shown) < len(report.remarks):
            console.print(
                Text(
                    "  " + tell(f"and {len(report.remarks) - len(shown)} more; `dronectl zones lint` tells all"),
                    style="dim",
                )
            )
    if report.assumptions:
        console.print(Text(tell("Assumed:")))
        for said in report.assumptions:
            console.print(Padding(Text(f"- {words.tame(tell(said))}", style="dim"), (0, 0, 0, 2)))
    if full:
        console.print(Text(tell("Not checked:")))
        for gap in report.not_checked:
            what, why, remedy = (words.tame(tell(part)) for part in (gap.what, gap.why, gap.remedy))
            said = f"- {what}: {why} > {remedy}"
            console.print(Padding(Text(said, style="dim"), (0, 0, 0, 2)))
    else:
        left = "; ".join(dict.fromkeys(words.tame(tell(gap.what)) for gap in report.not_checked))
        console.print(Text(f"{tell('Not checked (-v tells why)')}: {left}", style="dim"))
    codes: list[str] = []
    for result in report.results:
        codes.extend(
            f.rule
            for f in words.told(result, strict=report.options.strict)
            if f.status in (Status.FAILED, Status.UNDECIDED)
        )
    if codes:
        console.print(Text(tell(f"Next: dronectl explain {codes[0]}")))
    console.print(Text(tell("Advice to the remote pilot, who stays responsible."), style="dim"))
