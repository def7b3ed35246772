"""The report as one page: it carries its map, its charts and its evidence, and loads nothing."""

from __future__ import annotations

import base64
import json
from datetime import UTC
from hashlib import sha256
from importlib import resources
from typing import Any

from dronectl._version import __version__
from dronectl.camera import LEVELS
from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Severity, Status
from dronectl.measures import Answer
from dronectl.reports import charts, room_chart, words
from dronectl.reports.as_geojson import area, zone_features
from dronectl.viewing import footprint
from dronectl.volumes import OperationalVolume, outlines
from dronectl.zone import Volume, Zone

LEGEND = (
    ("PROHIBITED", "prohibited"), ("REQ_AUTHORIZATION", "authorisation needed"), ("CONDITIONAL", "conditional"),
    ("USPACE", "U-space"), ("PRIVACY", "privacy"), ("CROWD", "crowd"), ("NO_RESTRICTION", "information"),
    ("UNKNOWN", "not understood"),
)  # fmt: skip


def render(report: Report) -> str:
    from jinja2 import Environment
    from markupsafe import Markup

    page = resources.files("dronectl.reports").joinpath("page")
    vendor = resources.files("dronectl.reports").joinpath("vendor/leaflet")
    leaflet = (
        vendor.joinpath("leaflet.js").read_text("utf-8").replace("//# sourceMappingURL=leaflet.js.map", "").strip()
    )
    script = page.joinpath("map.js").read_text("utf-8").strip()
    styles = _without_images(vendor.joinpath("leaflet.css").read_text("utf-8")) + page.joinpath("style.css").read_text(
        "utf-8"
    )
    numbers = _numbers(report)
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_tamed)

    def listed(rows: list[dict[str, Any]], empty: str) -> Markup:
        if not rows:
            return Markup("<p>{}</p>").format(empty)
        items = [
            Markup('<li class="{}">{}<span class="code">{} {}</span>{}{}</li>').format(
                row["label"],
                Markup(
                    '<button class="go" type="button" data-hit="{}" aria-label="show {} on the map">{}</button> '
                ).format(row["number"], row["rule"], row["number"])
                if row["number"]
                else "",
                row["label"],
                row["rule"],
                row["message"],
                Markup('<br><span class="remedy">{}</span>').format(row["remedy"]) if row["remedy"] else "",
            )
            for row in rows
        ]
        return Markup('<ul class="list">{}</ul>').format(Markup("").join(items))

    data = _map_data(report, numbers)
    strict = report.options.strict
    rows = [
        _row(f, numbers, _whose(result, report)) for result in report.results for f in words.told(result, strict=strict)
    ]
    title = ", ".join(words.tame(mission.name or mission.id) for mission in report.missions)
    legend_used = {zone["look"] for zone in data["zones"]}
    return environment.from_string(page.joinpath("page.html.j2").read_text("utf-8")).render(
        policy=_policy([leaflet, script], styles),
        version=__version__,
        verdict=report.verdict,
        title=title,
        styles=styles,
        several=len(report.missions) > 1,
        missions=[_mission(report, number) for number in range(len(report.missions))],
        map_text=_map_text(report),
        legend=[(key, name) for key, name in LEGEND if key in legend_used],
        listed=listed,
        has_clock=any(zone["when"] for zone in data["zones"]),
        has_views=any(view is not None for view in report.views),
        has_volumes=any(volume is not None for volume in report.volumes),
        blocks=[row for row in rows if row["label"] == "FAIL"],
        watch=[row for row in rows if row["label"] in ("WARN", "INFO")],
        unknown=[row for row in rows if row["label"] == "UNKNOWN"],
        permitted=[row for row in rows if row["label"] in ("PERMIT", "WAIVED")],
        checks=rows,
        aside=sum(len(result.set_aside) for result in report.results),
        near=f"{report.options.near_m:g}",
        zones=[_zone(zone) for zone in report.zones],
        gaps=[{"what": g.what, "why": g.why, "remedy": g.remedy} for g in report.not_checked],
        assumptions=[words.tame(said) for said in report.assumptions],
        inputs=report.inputs,
        notes=list(dict.fromkeys(note for item in report.inputs for note in item.notes)),
        remarks=report.remarks,
        map_data=json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c").replace("&", "\\u0026"),
        leaflet=leaflet,
        script=script,
    )


def _tamed(value: object) -> object:
    """What the template prints: text from inputs without control characters, our own markup as it is."""
    return words.tame(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _policy(scripts: list[str], styles: str) -> str:
    """A content-security policy that lets this page's own scripts and styles run, and nothing else."""

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"

    allowed = " ".join(digest(text) for text in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {digest(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _without_images(css: str) -> str:
    """Leaflet's style without the rules that would fetch pictures of controls that this page does not use."""
    return "\n".join(line for line in css.splitlines() if "url(" not in line)


def _numbers(report: Report) -> dict[int, int]:
    """A number for every finding that has a place on the map, in the order of the report."""
    loud = (Status.FAILED, Status.UNDECIDED, Status.PERMITTED, Status.WAIVED)
    numbers: dict[int, int] = {}
    for result in report.results:
        for finding in result.findings:
            if finding.status in loud and any(met.line for met in finding.encounters):
                numbers[id(finding)] = len(numbers) + 1
    return numbers


def _whose(result: MissionResult, report: Report) -> str:
    """The name in front of a finding where a page tells of several missions."""
    return f"{words.tame(result.id)}: " if len(report.results) > 1 else ""


def _row(finding: Finding, numbers: dict[int, int], whose: str) -> dict[str, Any]:
    margin = ""
    if finding.encounters and finding.zone is not None:
        met = min(finding.encounters, key=lambda met: met.margin_m)
        vertical = met.vertical_margin_m
        if met.inside is Answer.NO and met.margin_m == 0 and vertical is not None:
            margin = f"{vertical:.1f} m up or down"
        else:
            margin = f"{met.margin_m:.1f} m"
    elif finding.limit is not None and finding.measured is not None:
        room = finding.limit - finding.measured
        margin = f"{-room if finding.comparator in ('>', '>=') else room:.1f} {finding.unit}"
    return {
        "label": words.label(finding),
        "rule": finding.rule,
        "name": finding.name,
        "message": whose + words.tame(finding.message),
        "remedy": words.tame(finding.remedy),
        "basis": words.tame(finding.basis),
        "number": numbers.get(id(finding)),
        "margin": margin,
    }


def _mission(report: Report, number: int) -> dict[str, Any]:
    mission, result, tracks = report.missions[number], report.results[number], report.tracks[number]
    volume, law = report.volumes[number], report.laws[number]
    legs = sum(max(len(flight.lon) - 1, 1) for flight in mission.flights)
    heights = [limit.value for limit in law.of("height") if isinstance(limit.value, int | float)]
    highest = min(heights, default=None)
    return {
        "name": words.tame(mission.name or mission.id),
        "verdict": result.verdict.words,
        "facts": f"{legs} leg{'' if legs == 1 else 's'}, {words.length(result.length_m)}, {words.heights(mission)}",
        "when": words.local_span(mission),
        "tally": words.tally(result, strict=report.options.strict),
        "profiles": [charts.profile(track, result, highest, volume) for track in tracks],
        "timebar": charts.timebar(mission, result),
        "room": room_chart.draw(report.bare[number], report.zones),
        "room_note": "" if law.of(room_chart.ONE_TO_ONE) else f"Mind: {room_chart.NOT_HELD}",
        "rules": ", ".join(f"{pack.id} {pack.edition}" for pack in law.packs),
        "volume": _volume(volume),
    }


def _volume(volume: OperationalVolume | None) -> list[tuple[str, str]]:
    """The figures of an operational volume, and the steps that led to them."""
    if volume is None:
        return []
    rows = [
        (
            "Flight geography",
            f"{volume.flight_geography_m:.1f} m beyond the path, to {volume.top_m:.1f} m above ground",
        ),
        ("Contingency volume", f"{volume.contingency_m:.1f} m, to {volume.contingency_top_m:.1f} m above ground"),
        ("Ground risk buffer", f"{volume.ground_risk_buffer_m:.1f} m ({volume.method})"),
    ]
    if volume.worked_out is not None:
        steps = ", ".join(f"{symbol} {metres:.2f}" for symbol, metres in volume.worked_out.steps)
        rows.append(("Worked out, metres", f"at {volume.speed_mps:g} m/s: {steps}"))
    if volume.stated:
        rows.append(("Stated in the mission", ", ".join(volume.stated)))
    return rows


def _volume_shapes(report: Report) -> list[dict[str, Any]]:
    """The outlines of operational volumes on the map, the widest first."""
    shapes = []
    for mission, volume, bare in zip(report.missions, report.volumes, report.bare, strict=True):
        if volume is None:
            continue
        for name, rings in reversed(outlines(volume, bare).items()):
            label = f"{name.replace('-', ' ')} of {words.tame(mission.id)}"
            shapes.append({"name": name, "label": label, "geometry": area(rings)})
    return shapes


def _view_shapes(report: Report) -> list[dict[str, Any]]:
    """What the cameras resolve on the ground, the largest first."""
    shapes: list[dict[str, Any]] = []
    for mission, view, bare in zip(report.missions, report.views, report.bare, strict=True):
        for name, level in LEVELS.items() if view is not None else ():
            assert view is not None
            label = f"in view at {level:g} px/m or more ({name}), {words.tame(mission.id)}"
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
            if f.zone is not None
            and f.status in (Status.FAILED, Status.UNDECIDED, Status.PERMITTED, Status.WAIVED)
            and f.severity is not Severity.INFO
        ]
        crosses = f"meets {', '.join(dict.fromkeys(crossed))}" if crossed else "meets no restricting zone"
        parts.append(f"Path of {words.tame(mission.name or mission.id)}, {points} points, {crosses}.")
    return " ".join(parts) + f" {len(report.zones)} zone(s) within {report.options.near_m:g} m are drawn."


def _map_data(report: Report, numbers: dict[int, int]) -> dict[str, Any]:
    paths = []
    for mission in report.missions:
        for flight in mission.flights:
            points = []
            for k in range(len(flight.lon)):
                datum = flight.datum[k]
                height = f"{flight.height[k]:.1f} m {datum.value}" if datum is not None else "height not known"
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
                        "message": words.tame(finding.message),
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
                        "kind": _kind(zone),
                        "band": feature["properties"]["band"],
                        "hours": _hours(zone),
                        "doubt": feature["properties"]["doubt"],
                        "geometry": feature["geometry"],
                        "when": _blocks(zone.volumes[feature["properties"]["volume"]]),
                    }
                )
    return {
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


def _kind(zone: Zone) -> str:
    restriction = zone.restriction.value if zone.restriction else "not understood"
    return f"{restriction} ({', '.join(zone.reasons)})" if zone.reasons else restriction


def _zone(zone: Zone) -> dict[str, str]:
    return {
        "id": words.tame(zone.id),
        "name": words.tame(zone.name),
        "kind": _kind(zone),
        "band": "; ".join(dict.fromkeys(str(volume.band) for volume in zone.volumes)),
        "hours": _hours(zone),
        "call": words.tame("; ".join(str(authority) for authority in zone.authorities)),
        "source": words.tame(str(zone.where)),
    }


def _hours(zone: Zone) -> str:
    return "; ".join(words.period_text(period) for period in zone.periods) or "always"
