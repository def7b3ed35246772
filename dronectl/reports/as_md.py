"""The report as Markdown, for merge requests and wikis. No text of an input makes a heading, link, mention or picture."""

from __future__ import annotations

import re

from dronectl.check import Report
from dronectl.finding import MissionResult, Status, Verdict
from dronectl.mission import Mission
from dronectl.reports import words
from dronectl.reports.speech import speech
from dronectl.reports.telling import message_in, teller

MARK = {
    Verdict.CLEAR: "\N{WHITE HEAVY CHECK MARK}",
    Verdict.VIOLATION: "\N{CROSS MARK}",
    Verdict.UNDECIDED: "\N{WHITE QUESTION MARK ORNAMENT}",
}
ACTIVE = re.compile(r"([\\`*_{}\[\]()<>#!|~$&]|(?<=:)/)")


def render(report: Report) -> str:
    verdicts, tell = speech(report.options.lang)["verdicts"], teller(report)
    lines = [f"# {MARK[report.verdict]} {verdicts[report.verdict.value]}", ""]
    several = len(report.results) > 1
    if several:
        lines += [f"| {tell('Mission')} | {tell('Verdict')} | |", "|---|---|---|"]
        lines += [
            f"| {plain(result.id)} | {verdicts[result.verdict.value]} | "
            f"{tell(words.tally(result, strict=report.options.strict))} |"
            for result in report.results
        ]
        lines.append("")
    for mission, result in zip(report.missions, report.results, strict=True):
        lines += _mission(mission, result, report)
    lines += [f"## {tell('What was not checked')}", ""]
    lines += [
        f"- **{plain(tell(gap.what))}**: {plain(tell(gap.why))}. {plain(tell(gap.remedy))}"
        for gap in report.not_checked
    ] or ["Nothing."]
    lines += ["", f"## {tell('Evidence')}", "", f"Zones: {plain(tell(words.zones_line(report)))}", ""]
    lines += [f"| {tell('Role')} | {tell('File')} | SHA-256 |", "|---|---|---|"]
    lines += [f"| {item.role} | {plain(item.path)} | `{item.sha256[:16]}` |" for item in report.inputs]
    lines += ["", tell("Advice to the remote pilot, who stays responsible. Not for navigation.")]
    return "\n".join(lines) + "\n"


def _mission(mission: Mission, result: MissionResult, report: Report) -> list[str]:
    say, tell = speech(report.options.lang), teller(report)
    lines = [f"## {plain(mission.name or mission.id)}: {say['verdicts'][result.verdict.value]}", ""]
    facts = (words.length(result.length_m), words.heights(mission), words.local_span(mission))
    lines += [", ".join(tell(fact) for fact in facts), ""]
    told = words.told(result, strict=report.options.strict)
    loud = [finding for finding in told if finding.status not in (Status.PASSED, Status.NOT_APPLICABLE)]
    if loud:
        heads = (tell(name) for name in ("Rule", "What was found", "What helps"))
        lines += [f"| | {' | '.join(heads)} |", "|---|---|---|---|"]
        lines += [
            f"| **{say['labels'][words.label(f)]}** | {f.rule} | {plain(message_in(f, tell))} | "
            f"{plain(tell(f.remedy)) if f.status in (Status.FAILED, Status.UNDECIDED) else ''} |"
            for f in loud
        ]
        lines.append("")
    passed = sum(finding.status is Status.PASSED for finding in told)
    return [*lines, tell(f"{passed} answer{'' if passed == 1 else 's'} passed."), ""]


def plain(text: str) -> str:
    """Text that stays text in CommonMark and in the dialects of code forges."""
    escaped = ACTIVE.sub(r"\\\1", words.tame(text)).replace("@", "&#64;")
    return re.sub(r"(?i)\bwww\.", r"www\\.", escaped)
