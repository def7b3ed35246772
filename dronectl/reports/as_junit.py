"""The report as JUnit XML: a suite a mission, a test an answer; undecided is an error, what was not asked is skipped."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Severity, Status
from dronectl.reports import words
from dronectl.writers.xml import clean, element
from dronectl.writers.xml import render as render_xml

COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report) -> str:
    top = element(None, "testsuites", name="dronectl")
    for result in report.results:
        _suite(top, result, strict=report.options.strict)
    for name in ("tests", *COUNTED):
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in top)))
    return render_xml(top).decode()


def _suite(top: Element, result: MissionResult, *, strict: bool) -> None:
    suite = element(top, "testsuite", name=clean(words.tame(result.id)))
    properties = element(suite, "properties")
    for name, value in (("verdict", result.verdict.value), ("source", words.tame(result.source))):
        element(properties, "property", name=name, value=clean(value))
    told = [finding for finding in result.findings if finding.status is not Status.NOT_APPLICABLE]
    for finding in told:
        _case(suite, finding, strict=strict)
    suite.set("tests", str(len(told)))
    for name, tag in COUNTED.items():
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))


def _case(suite: Element, finding: Finding, *, strict: bool) -> None:
    about = finding.zone.id if finding.zone is not None else finding.law or finding.missing
    name = f"{finding.rule} {finding.name}" + (f": {about}" if about else "")
    case = element(suite, "testcase", classname=f"dronectl.{finding.rule}", name=clean(words.tame(name)))
    message = clean(words.tame(finding.message))
    more = words.tame("; ".join(filter(None, (finding.remedy, finding.basis))))
    if finding.status is Status.UNDECIDED and (finding.was_asked or strict):
        element(case, "error", more, message=message, type="undecided")
    elif finding.status is Status.UNDECIDED:
        element(case, "skipped", message=message)
    elif finding.status is Status.FAILED and finding.severity is Severity.VIOLATION:
        element(case, "failure", more, message=message, type=finding.severity.value)
    else:
        element(case, "system-out", f"{words.label(finding)} {message}")
