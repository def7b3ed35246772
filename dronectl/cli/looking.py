"""What the commands print that look at rules, zones, missions and the installation."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dronectl.config import SECRET, settings
from dronectl.errors import InputError, UsageError

if TYPE_CHECKING:
    from dronectl.zone import Zone


SEVERITIES = {"violation": "overtreding", "warning": "waarschuwing", "info": "ter informatie"}


def explain(code: str, lang: str = "en") -> str:
    """The explanation of one rule as its file tells it, or of one limit; in English or Dutch."""
    from dronectl.cli.law import language, limits_text
    from dronectl.explanation import explanations
    from dronectl.law import bundled_packs

    language(lang)
    rule = explanations().get(code.strip().upper())
    if rule is not None:
        severity = SEVERITIES[rule.severity] if lang == "nl" else rule.severity
        return f"{rule.code} {rule.name} ({severity})\n\n{_reflowed(rule.told(lang))}\n"
    limits = limits_text(code, bundled_packs(), lang)
    if limits:
        return limits
    known = ", ".join(explanations())
    raise UsageError(
        f"{code!r} is no rule and no limit; the rules are {known}; `dronectl rules packs` lists the limits"
    )


def _reflowed(explanation: str) -> str:
    """An explanation for 80 columns: its first sentence, then each heading with its text indented."""
    lead, *rest = explanation.split("\n\n")
    blocks = [textwrap.fill(" ".join(lead.split()), 80)]
    for part in rest:
        entries = re.split(r"\n(?=\S)", part)
        blocks.append("\n".join(textwrap.fill(" ".join(e.split()), 80, subsequent_indent="    ") for e in entries))
    return "\n\n".join(blocks)


def rules(format_: str) -> str:
    """All rules, by code."""
    from dronectl.explanation import explanations

    if format_ == "json":
        listed = [
            {
                "code": rule.code,
                "name": rule.name,
                "severity": rule.severity,
                "title": rule.title,
                "basis": rule.source,
            }
            for rule in explanations().values()
        ]
        return json.dumps(listed, indent=2) + "\n"
    _require(format_, ("text", "json"))
    return "".join(f"{rule.code}  {rule.severity:<9}  {rule.name}\n" for rule in explanations().values())


def schema(name: str) -> str:
    """The JSON Schema of one document."""
    from dronectl.schemas import DOCUMENTS, json_schema

    if name not in DOCUMENTS:
        raise UsageError(f"{name!r} has no schema; use one of {', '.join(DOCUMENTS)}")
    return json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n"


def zones_list(paths: Sequence[str], format_: str, mapping: str | None = None) -> str:
    """All zones of some files."""
    from dronectl.cli.gathering import classes_of
    from dronectl.readers import read_zones
    from dronectl.reports.as_geojson import zone_features
    from dronectl.reports.words import tame

    _require(format_, ("text", "json", "geojson"))
    chosen = settings()
    files = read_zones(chosen.paths("zones", list(paths)), mapping=mapping, classes=classes_of(chosen))
    zones = [zone for file in files for zone in file.zones]
    if format_ == "geojson":
        features = [feature for zone in zones for feature in zone_features(zone)]
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"
    if format_ == "json":
        return json.dumps([_zone_facts(zone) for zone in zones], indent=2, ensure_ascii=False) + "\n"
    lines = []
    for zone in zones:
        kind = zone.restriction.value if zone.restriction else "NOT UNDERSTOOD"
        bands = "; ".join(dict.fromkeys(str(volume.band) for volume in zone.volumes))
        hours = "hours" if zone.keeps_hours else "always"
        lines.append(f"{tame(zone.id):<12} {kind:<17} {hours:<6} {bands:<28} {tame(zone.name)}")
    return "\n".join(lines) + f"\n{len(zones)} zones\n"


def _zone_facts(zone: Zone) -> dict[str, Any]:
    return {
        "id": zone.id,
        "name": zone.name,
        "restriction": zone.restriction.value if zone.restriction else None,
        "reasons": list(zone.reasons),
        "volumes": [
            {"band": str(volume.band), "box": volume.box, "source": str(volume.where), "doubt": volume.doubt or None}
            for volume in zone.volumes
        ],
        "keeps_hours": zone.keeps_hours,
        "country": zone.country,
        "message": zone.message,
        "conditions": zone.conditions,
        "authorities": [str(authority) for authority in zone.authorities],
        "source": str(zone.where),
        "doubts": list(zone.doubts),
    }


def zones_show(identifier: str, paths: Sequence[str]) -> str:
    """All that is known of the zones with an identifier."""
    from dronectl.readers import read_zones
    from dronectl.reports.words import footprint, period_text, tame

    zones = [zone for file in read_zones(settings().paths("zones", list(paths))) for zone in file.zones]
    found = [zone for zone in zones if zone.id.lower() == identifier.lower()]
    if not found:
        close = sorted({zone.id for zone in zones if identifier.lower() in f"{zone.id} {zone.name}".lower()})
        hint = f"; like it: {', '.join(close[:8])}" if close else ""
        raise UsageError(f"no zone has the identifier {identifier!r}{hint}")
    lines = []
    for zone in found:
        facts = _zone_facts(zone)
        lines.append(f"{tame(zone.id)}  {tame(zone.name)}")
        for name in ("restriction", "reasons", "country", "message", "conditions", "authorities", "doubts", "source"):
            value = facts[name]
            shown = ", ".join(value) if isinstance(value, list) else value
            if shown:
                lines.append(f"  {name:<12} {tame(str(shown))}")
        for period in zone.periods or ():
            lines.append(f"  {'in force':<12} {period_text(period)}")
        if not zone.periods:
            lines.append(f"  {'in force':<12} always")
        for volume in zone.volumes:
            lines.append(
                f"  {'volume':<12} {footprint(volume)}, {volume.band}" + (f" ({volume.doubt})" if volume.doubt else "")
            )
        if zone.privacy is not None:
            forbids = "not to be overflown" if zone.privacy.no_overflight else "may be overflown"
            lines.append(f"  {'privacy':<12} {tame(zone.privacy.subject) or 'not said what'}, {forbids}")
        if zone.crowd is not None:
            counts = ["?" if count is None else f"{count:g}" for count in (zone.crowd.expected, zone.crowd.worst)]
            persons = f"{counts[0]} expected, {counts[1]} at worst"
            lines.append(f"  {'crowd':<12} {zone.crowd.kind}, {persons}, drift {zone.crowd.drift_m:g} m")
        data = zone.dataset
        valid = f"{data.valid_from:%Y-%m-%d}" if data.valid_from else "?"
        valid += " to " + (f"{data.valid_until:%Y-%m-%d}" if data.valid_until else "?")
        lines.append(f"  {'file':<12} {data.path} ({data.profile}), valid {valid}, sha256 {data.sha256[:12]}")
        lines.extend(f"  {'note':<12} {tame(note)}" for note in data.notes)
    return "\n".join(lines) + "\n"


def zones_lint(paths: Sequence[str]) -> tuple[str, int]:
    """Every fault and remark of zone files."""
    from dronectl.readers import read_zones
    from dronectl.reports.words import tame

    lines, code, zones, count = [], 0, 0, 0
    for path in paths:
        try:
            for file in read_zones([path]):
                zones += len(file.zones)
                count += 1
                for remark in file.remarks:
                    code = max(code, 1)
                    lines.append(tame(str(remark)))
                    if remark.remedy:
                        lines.append(f"  remedy: {tame(remark.remedy)}")
        except InputError as error:
            code = 4
            lines.extend(_fault_lines(error))
    lines.append(f"{zones} zones in {count} file(s): " + ("nothing odd" if code == 0 else "see above"))
    return "\n".join(lines) + "\n", code


def _fault_lines(error: InputError) -> list[str]:
    from dronectl.reports.words import tame

    lines = []
    for fault in error.faults:
        lines.append(f"refused: {tame(str(fault.where))}: {tame(fault.what)}")
        if fault.remedy:
            lines.append(f"  remedy: {tame(fault.remedy)}")
    return lines


def missions_show(path: str, at: str | None, alt_datum: str | None = None, mapping: str | None = None) -> str:
    """A mission leg by leg."""
    import numpy as np

    from dronectl.check import start_at
    from dronectl.cli.gathering import alt_datum_of, moment
    from dronectl.cli.progress import reading_progress
    from dronectl.geometry import leg_azimuths
    from dronectl.mission import masked
    from dronectl.readers import read_mission
    from dronectl.reports import words

    datum = alt_datum_of(settings().word("alt_datum", alt_datum))
    with reading_progress() as progress:
        mission = read_mission(path, alt_datum=datum, mapping=mapping, progress=progress)
    start = moment(at, "--at")
    if start is not None:
        mission = start_at(mission, start)
    lines = [f"{words.tame(mission.id)}  {words.tame(mission.name)}"]
    for name in ("category", "aircraft", "purpose", "legal_basis", "pilot"):
        if getattr(mission, name):
            lines.append(f"  {name:<12} {words.tame(getattr(mission, name))}")
    if mission.operator:
        lines.append(f"  {'operator':<12} {words.tame(masked(mission.operator))}")
    lines.append(f"  {'time':<12} {words.local_span(mission)}")
    unsure = mission.uncertainty
    sideways_m, upward_m = round(unsure.horizontal_m, 1), round(unsure.vertical_m, 1)
    lines.append(
        f"  {'uncertainty':<12} {sideways_m:g} m horizontally, {upward_m:g} m vertically"
        + ("" if unsure.stated else " (assumed)")
    )
    if mission.fence or mission.fence_inside:
        lines.append(f"  {'fence':<12} {len(mission.fence_inside)} keep-in, {len(mission.fence)} keep-out area(s)")
    if mission.rally_at:
        lines.append(f"  {'rally':<12} {len(mission.rally_at)} point(s)")
    if mission.flown:
        lines.append(f"  {'heights':<12} {words.tame(mission.heights)}")
        lines.extend(f"  {'odd':<12} {words.tame(odd.what)} ({words.tame(str(odd.where))})" for odd in mission.oddities)
    for flight in mission.flights:
        azimuth, metres = leg_azimuths(flight.lon, flight.lat)
        lines.append(f"flight {words.tame(flight.id)}: {len(flight.lon)} points, {words.length(float(metres.sum()))}")
        lines.extend(f"  {'odd':<12} {words.tame(odd.what)} ({words.tame(str(odd.where))})" for odd in flight.partial)
        for k in range(len(flight.lon)):
            datum = flight.datum[k]
            height = f"{flight.height[k]:.1f} m {datum.value}" if datum is not None else "height not known"
            leg = ""
            if k:
                leg = f"{flight.kind[k - 1]:<9} {metres[k - 1]:>8.1f} m {np.mod(azimuth[k - 1], 360):>4.0f} deg"
                if flight.widen_m[k - 1] > 0:
                    leg += f" +-{flight.widen_m[k - 1]:.1f} m"
            time = ""
            if flight.times is not None:
                time = f"  {words.iso(float(flight.times[k]))}"
            elif flight.elapsed is not None:
                time = f"  +{flight.elapsed[k]:.0f} s"
            lines.append(f"  {k:>4} {flight.lat[k]:>11.6f} {flight.lon[k]:>12.6f} {height:>18}  {leg}{time}")
    for title, entries in (("assumed", mission.assumptions), ("not known", mission.doubts)):
        lines.extend(f"{title}: {words.tame(entry)}" for entry in entries)
    lines.extend(f"remark: {words.tame(str(remark))}" for remark in mission.remarks)
    return "\n".join(lines) + "\n"


def missions_lint(paths: Sequence[str]) -> tuple[str, int]:
    """Every fault, doubt and remark of mission files."""
    from dronectl.readers import read_mission
    from dronectl.reports.words import tame

    lines, code = [], 0
    for path in paths:
        try:
            mission = read_mission(path)
        except InputError as error:
            code = 4
            lines.extend(_fault_lines(error))
            continue
        for remark in mission.remarks:
            code = max(code, 1)
            lines.append(tame(str(remark)))
            if remark.remedy:
                lines.append(f"  remedy: {tame(remark.remedy)}")
        for doubt in mission.doubts:
            code = max(code, 1)
            lines.append(f"not known: {tame(doubt)}")
        for odd in mission.oddities:
            code = max(code, 1)
            lines.append(f"{tame(str(odd.where))}: {tame(odd.what)}")
        if not mission.remarks and not mission.doubts and not mission.oddities:
            lines.append(f"{tame(path)}: nothing odd")
    return "\n".join(lines) + "\n", code


def _require(format_: str, known: Sequence[str]) -> None:
    if format_ not in known:
        raise UsageError(f"{format_!r} is no format; use one of {', '.join(known)}")


def config_show() -> str:
    """Every setting with its value and who set it."""
    from dronectl.reports.words import tame

    lines = []
    for setting in settings().settings.values():
        value = setting.value
        if isinstance(value, tuple):
            shown = ", ".join(value)
        elif isinstance(value, Mapping):
            shown = ", ".join(f"{key} = {word}" for key, word in value.items())
        else:
            shown = f"{value:g}" if isinstance(value, float) else str(value or "")
        if setting.name in SECRET and shown:
            shown = "set, not shown"
        lines.append(f"{setting.name:<16} {tame(shown or 'not set')}  ({tame(setting.source)})")
    return "\n".join(lines) + "\n"
