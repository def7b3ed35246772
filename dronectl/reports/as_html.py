"""The report as one page: it carries its map, its charts and its evidence, and loads nothing."""

from __future__ import annotations

import json
from datetime import UTC
from importlib import resources
from typing import Any

from dronectl.camera import LEVELS
from dronectl.check import Report
from dronectl.finding import Severity, Status
from dronectl.reports import charts, words
from dronectl.reports.as_geojson import TELLING, area, zone_features
from dronectl.reports.pages import page, part
from dronectl.reports.sheet import hours, numbered, sheet
from dronectl.reports.speech import speech
from dronectl.reports.telling import message_in, teller
from dronectl.viewing import footprint
from dronectl.volumes import outlines
from dronectl.zone import Volume


def render(report: Report) -> str:
    vendor = resources.files("dronectl.reports").joinpath("vendor/leaflet")
    leaflet = (
        vendor.joinpath("leaflet.js").read_text("utf-8").replace("//# sourceMappingURL=leaflet.js.map", "").strip()
    )
    script = part("map.js").strip()
    data = _map_data(report, numbered(report))
    own = {
        "map_text": teller(report)(_map_text(report)),
        "has_clock": any(zone["when"] for zone in data["zones"]),
        "map_data": json.dumps(data, ensure_ascii=False, allow_nan=False)
        .replace("<", "\\u003c")
        .replace("&", "\\u0026"),
        "leaflet": leaflet,
        "script": script,
    }
    styles = _without_images(vendor.joinpath("leaflet.css").read_text("utf-8"))
    return page("page.html.j2", sheet(report) | own, styles=styles, scripts=[leaflet, script])


def _without_images(css: str) -> str:
    """Leaflet's style without the rules that would fetch pictures of controls that this page does not use."""
    return "\n".join(line for line in css.splitlines() if "url(" not in line)


def _volume_shapes(report: Report) -> list[dict[str, Any]]:
    """The outlines of operational volumes on the map, the widest first."""
    say = speech(report.options.lang)
    shapes = []
    for mission, volume, bare in zip(report.missions, report.volumes, report.bare, strict=True):
        if volume is None:
            continue
        for name, rings in reversed(outlines(volume, bare).items()):
            label = f"{say[charts.VOLUMES[name]]}: {words.tame(mission.id)}"
            shapes.append({"name": name, "label": label, "geometry": area(rings)})
    return shapes


def _view_shapes(report: Report) -> list[dict[str, Any]]:
    """What the cameras resolve on the ground, the largest first."""
    say = speech(report.options.lang)
    shapes: list[dict[str, Any]] = []
    for mission, view, bare in zip(report.missions, report.views, report.bare, strict=True):
        for name, level in LEVELS.items() if view is not None else ():
            assert view is not None
            label = f"{say['view_at'].format(level=f'{level:g}', name=name)}, {words.tame(mission.id)}"
            shapes.extend(
                {"level": level, "label": label, "geometry": area(rings)}
                for rings in footprint(mission, bare, view, level)
            )
    return shapes


def _map_text(report: Report) -> str:
    """The map in words."""
    parts = []
    for mission, result in zip(report.missions, report.results, strict=True):
        points = sum(len(flight.lon) for flight in mission.flights)
        crossed = [
            words.tame(f.zone.name or f.zone.id)
            for f in result.findings
            if f.zone is not None and f.status in TELLING and f.severity is not Severity.INFO
        ]
        crosses = f"meets {charts.some(dict.fromkeys(crossed))}" if crossed else "meets no restricting zone"
        parts.append(f"Path of {words.tame(mission.name or mission.id)}, {points} points, {crosses}.")
    return " ".join(parts) + f" {len(report.zones)} zone(s) within {report.options.near_m:g} m are drawn."


def _map_data(report: Report, numbers: dict[int, int]) -> dict[str, Any]:
    say, tell = speech(report.options.lang), teller(report)
    paths = []
    for mission in report.missions:
        for flight in mission.flights:
            points = []
            for k in range(len(flight.lon)):
                datum = flight.datum[k]
                height = f"{flight.height[k]:.1f} m {datum.value}" if datum is not None else say["no_height"]
                time = words.iso(float(flight.times[k])) if flight.times is not None else ""
                points.append([round(float(flight.lon[k]), 7), round(float(flight.lat[k]), 7), height, time])
            paths.append({"name": f"{words.tame(mission.id)}, {words.tame(flight.id)}", "points": points})
    pieces = []
    for result in report.results:
        for finding in result.findings:
            number = numbers.get(id(finding))
            for met in finding.encounters if number else ():
                pieces.append(
                    {
                        "number": number,
                        "rule": f"{finding.rule} {finding.name}",
                        "message": words.tame(message_in(finding, tell)),
                        "failed": finding.status is Status.FAILED,
                        "line": [[round(lon, 7), round(lat, 7)] for lon, lat, _ in met.line],
                    }
                )
    zones = []
    for zone in report.zones:
        for feature in zone_features(zone):
            if feature["geometry"] is not None:
                zones.append(
                    {
                        "id": words.tame(zone.id),
                        "name": words.tame(zone.name),
                        "look": charts.look(zone),
                        "kind": tell(words.asks(zone)),
                        "band": tell(feature["properties"]["band"]),
                        "hours": tell(hours(zone)),
                        "doubt": feature["properties"]["doubt"],
                        "geometry": feature["geometry"],
                        "when": _blocks(zone.volumes[feature["properties"]["volume"]]),
                    }
                )
    return {
        "say": {
            name: say[name] for name in ("together", "point", "crowd_there", "crowd_gone", "drone_there", "drone_gone")
        },
        "paths": paths,
        "pieces": pieces,
        "zones": zones,
        "volumes": _volume_shapes(report),
        "views": _view_shapes(report),
    }


def _blocks(volume: Volume) -> list[list[str]] | None:
    """When a volume of a moving crowd is in force, from and until in UTC; None where it has no hours that are sure."""
    spans = []
    for period in volume.periods:
        start, end = period.start, period.end
        if start is None or end is None or start.tzinfo is None or end.tzinfo is None or period.daily or period.doubt:
            return None
        spans.append([start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()])
    return spans or None
