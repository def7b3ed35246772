"""The report for a globe: the path, what was found in folders by weight, and the zones, as KML 2.2 (OGC 07-147r2).

Heights are drawn only where KML means the same by them: above ground, or above sea level. Balloons are read as HTML, so that
every text in them is escaped twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from dronectl import altitude
from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Severity, Status
from dronectl.measures import Datum, Height
from dronectl.mission import Mission
from dronectl.reports import words
from dronectl.reports.as_geojson import TELLING, area
from dronectl.reports.charts import STROKE, VOLUMES, look
from dronectl.reports.dutch import Say
from dronectl.reports.speech import speech
from dronectl.reports.telling import message_in, teller
from dronectl.track import Encounter, Track, fix_at
from dronectl.volumes import OperationalVolume, outlines
from dronectl.writers import shape
from dronectl.writers.xml import element
from dronectl.writers.xml import render as render_xml
from dronectl.writers.zones.kml import MODES, polygons

SEA = Height(0.0, Datum.AMSL)
SUREST_M = 20.0  # a height above sea level that is known less well is not drawn
COLOURS = {
    "violations": "#D55E00",
    "undecided": "#5b2a86",
    "warnings": "#E69F00",
    "information": "#0072B2",
    "permitted": "#009E73",
}


def render(report: Report) -> str:
    root = element(None, "kml", xmlns="http://www.opengis.net/kml/2.2")
    document = element(root, "Document")
    say, tell = speech(report.options.lang), teller(report)
    element(document, "name", f"{say['verdicts'][report.verdict.value]} ({say['not_for_navigation']})")
    element(document, "description", _legend(report, say))
    element(document, "open", "1")
    for name, colour in {**COLOURS, "path": "#000000"}.items():
        style = element(document, "Style", id=name)
        line = element(style, "LineStyle")
        element(line, "color", _colour(colour))
        element(line, "width", "6" if name in COLOURS else "3")
    for name, colour in STROKE.items():
        style = element(document, "Style", id=f"zone-{name}")
        element(element(style, "LineStyle"), "color", _colour(colour))
        element(element(style, "PolyStyle"), "color", _colour(colour, "50"))
    everything = zip(report.missions, report.results, report.bare, report.volumes, strict=True)
    for mission, result, tracks, volume in everything:
        folder = element(document, "Folder")
        element(folder, "name", f"{words.tame(mission.name or mission.id)}: {say['verdicts'][result.verdict.value]}")
        element(folder, "open", "1")
        for track in tracks:
            _path(folder, mission, result, track, say, tell)
        _findings(folder, result, say, tell)
        if volume is not None:
            _volume(folder, volume, tracks, say)
    _zones(document, report, say, tell)
    return render_xml(root).decode()


def _legend(report: Report, say: Mapping[str, Any]) -> str:
    """What the colours mean, for the balloon of the whole."""
    looks = {look(zone) for zone in report.zones}
    rows = [(colour, say["kml"][name]) for name, colour in COLOURS.items()]
    rows += [(STROKE[name], said) for name, said in say["looks"].items() if name in looks]
    return "<br>".join(f'<font color="{colour}">&#9632;</font> {escape(said)}' for colour, said in rows)


def _colour(rgb: str, alpha: str = "ff") -> str:
    """`#rrggbb` as KML has it: aabbggrr."""
    return f"{alpha}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}".lower()


def _balloon(mark: Element, *parts: str) -> None:
    element(mark, "description", "<br>".join(escape(words.tame(part)) for part in parts if part))


def _span(mark: Element, begin: float | None, end: float | None) -> None:
    if begin is None or end is None:
        return
    span = element(mark, "TimeSpan")
    element(span, "begin", words.iso(begin) or "")
    element(span, "end", words.iso(end) or "")


def drawn_path(track: Track) -> tuple[str, list[tuple[float, float, float]], str]:
    """The altitude mode of KML that means what the path's heights mean, its points, and a sentence that says so."""
    flight = track.flight
    stated = list(zip(flight.lon.tolist(), flight.lat.tolist(), np.nan_to_num(flight.height).tolist(), strict=True))
    (datum, *others) = dict.fromkeys(flight.datum)
    if not others and datum in MODES and datum is not None:
        return (
            MODES[datum],
            stated,
            "heights as stated, above ground" if datum is Datum.AGL else "heights above sea level",
        )
    points = []
    spread = 0.0
    for piece in range(len(track.course)):
        over = altitude.known_above(track, piece, SEA)
        if over is None:
            spread = np.inf
            break
        spread = max(spread, float((over.high - over.low).max()))
        for u in (0.0, 1.0) if piece == len(track.course) - 1 else (0.0,):
            fix = fix_at(track, piece + u)
            points.append((fix.lon, fix.lat, sum(over.at(u)) / 2))
    if spread <= SUREST_M:
        return "absolute", points, f"heights worked out above sea level, to {spread / 2:.1f} m"
    named = ", ".join(sorted({d.value if d is not None else "no datum" for d in flight.datum}))
    return (
        "clampToGround",
        stated,
        f"drawn on the ground: its heights ({named}) are not known above ground or sea level",
    )


def _path(
    folder: Element, mission: Mission, result: MissionResult, track: Track, say: Mapping[str, Any], tell: Say
) -> None:
    mode, points, said = drawn_path(track)
    mark = element(folder, "Placemark")
    element(mark, "name", f"{say['kml']['path']} {words.tame(track.flight.id)}")
    _balloon(
        mark,
        f"{say['verdicts'][result.verdict.value]}: {tell(words.tally(result))}",
        tell(words.local_span(mission)),
        tell(words.heights(mission)),
        tell(said),
    )
    span = track.flight.span if track.flight.times is not None else None
    _span(mark, *(span or (None, None)))
    element(mark, "styleUrl", "#path")
    _line(mark, points, mode)


def _line(mark: Element, points: list[tuple[float, float, float]], mode: str) -> None:
    """A line, or the point that it is where it stands still sideways."""
    level = len({(lon, lat) for lon, lat, _ in points}) == 1
    only = level and len({metres for *_, metres in points}) == 1
    shape_ = element(mark, "Point" if only else "LineString")
    if not only and mode != "clampToGround":
        element(shape_, "extrude", "1")
    if not only and mode == "clampToGround":
        element(shape_, "tessellate", "1")
    element(shape_, "altitudeMode", mode)
    height = "" if mode == "clampToGround" else ",{:.2f}"
    told = [f"{lon:.7f},{lat:.7f}{height.format(metres)}" for lon, lat, metres in (points[:1] if only else points)]
    element(shape_, "coordinates", " ".join(told))


def _kind(finding: Finding) -> str:
    if finding.status in (Status.PERMITTED, Status.WAIVED):
        return "permitted"
    if finding.status is Status.UNDECIDED:
        return "undecided"
    return {Severity.VIOLATION: "violations", Severity.WARNING: "warnings", Severity.INFO: "information"}[
        finding.severity
    ]


def _findings(folder: Element, result: MissionResult, say: Mapping[str, Any], tell: Say) -> None:
    for name in COLOURS:
        found = [f for f in result.findings if f.status in TELLING and f.was_asked and _kind(f) == name]
        if not found:
            continue
        inner = element(folder, "Folder")
        element(inner, "name", f"{say['kml'][name]} ({len(found)})")
        for finding in found:
            for met in finding.encounters or (None,):
                _finding(inner, finding, met, name, say, tell)


def _finding(
    folder: Element, finding: Finding, met: Encounter | None, name: str, say: Mapping[str, Any], tell: Say
) -> None:
    mark = element(folder, "Placemark")
    zone = f" {words.tame(finding.zone.name or finding.zone.id)}" if finding.zone is not None else ""
    element(mark, "name", f"{say['labels'][words.label(finding)]} {finding.rule}{zone}")
    told = message_in(finding, tell), tell(finding.remedy), tell(finding.basis)
    if met is None or met.enter is None or met.exit is None:
        _balloon(mark, *told)
        return
    mode = MODES.get(met.enter.datum, "clampToGround") if met.enter.datum is not None else "clampToGround"
    if any(metres is None for *_, metres in met.line):
        mode = "clampToGround"
    said = "" if mode != "clampToGround" else tell("drawn on the ground")
    _balloon(mark, *told, said)
    _span(mark, met.enter.time, met.exit.time)
    element(mark, "styleUrl", f"#{name}")
    _line(mark, [(lon, lat, metres or 0.0) for lon, lat, metres in met.line], mode)


def _volume(folder: Element, volume: OperationalVolume, tracks: tuple[Track, ...], say: Mapping[str, Any]) -> None:
    tops = {"flight-geography": volume.top_m, "contingency-volume": volume.contingency_top_m}
    inner = element(folder, "Folder")
    element(inner, "name", say["volume"])
    for name, rings in outlines(volume, tracks).items():
        mark = element(inner, "Placemark")
        element(mark, "name", say[VOLUMES[name]])
        element(mark, "visibility", "0")
        polygons(mark, area(rings), Height(tops[name], Datum.AGL) if name in tops else None)


def _zones(document: Element, report: Report, say: Mapping[str, Any], tell: Say) -> None:
    folder = element(document, "Folder")
    element(folder, "name", f"{say['zones'].format(near=f'{report.options.near_m:g}')} ({len(report.zones)})")
    for zone in report.zones:
        for volume in zone.volumes:
            drawn = shape.outline(volume, drawn=True)
            if drawn is None:
                continue
            mark = element(folder, "Placemark")
            element(mark, "name", f"{words.tame(zone.id)} {words.tame(zone.name)}".strip())
            told = ["; ".join(str(authority) for authority in zone.authorities), zone.message, zone.conditions]
            hours = "; ".join(words.period_text(period) for period in volume.periods)
            _balloon(mark, tell(words.asks(zone)), tell(str(volume.band)), tell(hours), *told)
            element(mark, "styleUrl", f"#zone-{look(zone)}")
            polygons(mark, drawn, volume.band.upper)
