"""The words, figures and drawings of the page report as plain values: HTML and PDF print the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from math import isnan
from typing import Any

from dronectl._version import __version__
from dronectl.check import Report
from dronectl.filming import recorded_s
from dronectl.finding import Finding, Status
from dronectl.measures import Answer
from dronectl.mission import Emergency, Mission, masked
from dronectl.reports import as_json, charts, map_chart, qr_code, room_chart, words
from dronectl.reports.as_geojson import TELLING
from dronectl.reports.dutch import Say
from dronectl.reports.speech import number as speak
from dronectl.reports.speech import speech
from dronectl.reports.telling import message_in, teller
from dronectl.rules.in_view import HIGHEST_PX_PER_M
from dronectl.viewing import OBSERVE
from dronectl.volumes import OperationalVolume
from dronectl.zone import Zone

MOST_REMARKS = 40
MOST_ON_PAGE_ONE = 4  # of one kind
LONG_S = 120.0


def sheet(report: Report) -> dict[str, Any]:
    """Everything that the page says, as values that JSON can carry."""
    numbers, tell = numbered(report), teller(report)
    lang, say = report.options.lang, dict(speech(report.options.lang))
    more = {"near": f"{report.options.near_m:g}", "aside": sum(len(result.set_aside) for result in report.results),
            "remarks": len(report.remarks), "more": len(report.remarks) - MOST_REMARKS}  # fmt: skip
    for name in ("zones", "remarks", "more_remarks", "aside"):
        say[name] = say[name].format_map(more)
    digest = report_digest(report)
    looks = {charts.look(zone) for zone in report.zones}
    return {
        "version": __version__,
        "lang": lang,
        "say": say,
        "verdict": report.verdict.value,
        "words": say["verdicts"][report.verdict.value],
        "title": ", ".join(words.tame(mission.name or mission.id) for mission in report.missions),
        "several": len(report.missions) > 1,
        "missions": [_mission(report, number, numbers, tell) for number in range(len(report.missions))],
        "legend": [{"look": key, "name": name} for key, name in say["looks"].items() if key in looks],
        "has_views": any(view is not None for view in report.views),
        "has_volumes": any(volume is not None for volume in report.volumes),
        "aside": more["aside"],
        "zones": [_zone(zone, tell) for zone in report.zones],
        "gaps": [
            {name: words.tame(tell(getattr(gap, name))) for name in ("what", "why", "remedy")} for gap in report.not_checked
        ],
        "assumptions": [words.tame(tell(said)) for said in report.assumptions],
        "inputs": [_input(item) for item in report.inputs],
        "notes": [words.tame(note) for note in dict.fromkeys(note for item in report.inputs for note in item.notes)],
        "remarks": [{"where": words.tame(str(r.where)), "what": words.tame(r.what)} for r in report.remarks[:MOST_REMARKS]],
        "remarks_count": len(report.remarks),
        "method": say["methods"],
        "glossary": [{"word": word, "meaning": meaning} for word, meaning in say["glossary_words"].items()],
        "evidence": _evidence(report, digest[:16], tell),
        "report_id": digest[:16],
        "code": {"svg": qr_code.draw(f"urn:sha256:{digest}", say["code"]), "caption": say["code"]},
        "date": _day(report),
    }  # fmt: skip


def report_digest(report: Report) -> str:
    """SHA-256 of the report as JSON: the same inputs and answers give the same; its first part names the report."""
    return sha256(as_json.render(report).encode()).hexdigest()


def _day(report: Report) -> list[int]:
    """The day that a document of this report carries (UTC): no clock is asked, so that the same bytes come out twice."""
    spans = [flight.span for mission in report.missions for flight in mission.flights]
    first = min((span[0] for span in spans if span is not None), default=0.0)
    day = datetime.fromtimestamp(first if report.options.now is None else report.options.now, UTC)
    return [day.year, day.month, day.day]


def numbered(report: Report) -> dict[int, int]:
    """A number for every finding that has a place on the map, in the order of the report."""
    numbers: dict[int, int] = {}
    for result in report.results:
        for finding in result.findings:
            if finding.status in TELLING and any(met.line for met in finding.encounters):
                numbers[id(finding)] = len(numbers) + 1
    return numbers


def _row(finding: Finding, numbers: dict[int, int], say: Mapping[str, Any], tell: Say) -> dict[str, Any]:
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
    answers = finding.status in (Status.FAILED, Status.UNDECIDED)
    authorities = finding.zone.authorities if finding.zone is not None and answers else ()
    call = words.tame("; ".join(str(authority) for authority in authorities))
    remedy = words.tame(tell(finding.remedy)) if answers else ""
    return {
        "label": words.label(finding),
        "label_said": say["labels"][words.label(finding)],
        "rule": finding.rule,
        "name": finding.name,
        "message": words.tame(message_in(finding, tell)),
        "remedy": remedy.replace(f" ({call})", "") if call else remedy,
        "call": call,
        "basis": words.tame(tell(finding.basis)),
        "number": numbers.get(id(finding)),
        "measured": "" if finding.measured is None else tell(f"{finding.measured:.4g} {finding.unit}".strip()),
        "limit": ""
        if finding.limit is None
        else f"{finding.comparator} {tell(f'{finding.limit:g} {finding.unit}'.strip())}".strip(),
        "margin": tell(margin),
    }


def _few(rows: list[dict[str, Any]], say: Mapping[str, Any]) -> dict[str, Any]:
    """The rows that page one has room for, and a sentence about the others, which stand under every check."""
    more = len(rows) - MOST_ON_PAGE_ONE
    return {"rows": rows[:MOST_ON_PAGE_ONE], "more": say["more_rows"].format(more=more) if more > 0 else ""}


def _mission(report: Report, number: int, numbers: dict[int, int], tell: Say) -> dict[str, Any]:
    mission, result, tracks = report.missions[number], report.results[number], report.tracks[number]
    say = speech(report.options.lang)
    volume, law = report.volumes[number], report.laws[number]
    legs = sum(max(len(flight.lon) - 1, 1) for flight in mission.flights)
    heights = [limit.value for limit in law.of("height") if isinstance(limit.value, int | float)]
    highest = min(heights, default=None)
    room = room_chart.draw(report.bare[number], report.zones, tell)
    rows = [_row(finding, numbers, say, tell) for finding in words.told(result, strict=report.options.strict)]
    return {
        "id": words.tame(mission.id),
        "number": number + 1,
        "name": words.tame(mission.name or mission.id),
        "verdict": result.verdict.value,
        "words": say["verdicts"][result.verdict.value],
        "facts": ", ".join(
            tell(part)
            for part in (f"{legs} leg{'' if legs == 1 else 's'}", words.length(result.length_m), words.heights(mission))
        ),
        "when": tell(words.local_span(mission)),
        "tally": tell(words.tally(result, strict=report.options.strict)),
        "blocks": _few([row for row in rows if row["label"] == "FAIL"], say),
        "watch": _few([row for row in rows if row["label"] in ("WARN", "INFO")], say),
        "unknown": _few([row for row in rows if row["label"] == "UNKNOWN"], say),
        "permitted": _few([row for row in rows if row["label"] in ("PERMIT", "WAIVED")], say),
        "checks": [row for row in rows if row["label"] != "n/a"],
        "not_applicable": [{k: row[k] for k in ("rule", "message")} for row in rows if row["label"] == "n/a"],
        "map": _chart(map_chart.draw(report, number, numbers, tell)),
        "profiles": [
            _chart(made) for track in tracks for made in charts.profiles(track, result, highest, volume, tell)
        ],
        "timebar": _chart(charts.timebar(mission, result, tell)),
        "room": _chart(room) if room is not None else None,
        "room_note": "" if law.of(room_chart.ONE_TO_ONE) else tell(f"Mind: {room_chart.NOT_HELD}"),
        "rules": ", ".join(f"{pack.id} {pack.edition}" for pack in law.packs),
        "volume": _volume(volume, tell),
        "privacy": privacy(report, number),
        "who": _who(mission, say["facts"]),
        "abort": [*map(words.tame, mission.abort), *_abort(mission, say["facts"], tell)],
        "emergency": _emergency(mission, say),
        "signers": _signers(mission, say),
    }


def _chart(chart: charts.Chart) -> dict[str, str]:
    return {"svg": chart.svg, "caption": chart.caption}


def privacy(report: Report, number: int) -> list[dict[str, str]]:
    """Privacy in four numbers; each says so where nobody asked."""
    mission, result, lang = report.missions[number], report.results[number], report.options.lang
    said = speech(lang)["facts"]
    of = {rule: [f for f in result.findings if f.rule == rule] for rule in ("PRV201", "PRV202", "PRV203")}
    homes = next((f for f in of["PRV201"] if f.figures), None)
    people = [f for f in of["PRV202"] if f.status is not Status.NOT_APPLICABLE and f.was_asked]
    seen = [(f.measured, f.status is Status.FAILED) for f in people if f.measured is not None]
    shares = [f.measured for f in of["PRV203"] if f.measured is not None]
    unknown = said["not_asked" if mission.camera is None else "not_known"]
    if homes is not None:
        seconds = homes.figures["home_seconds"]
        count = speak(homes.figures["homes"], lang)
        homes_said = count if isnan(seconds) else said["home_seconds"].format(homes=count, seconds=speak(seconds, lang))
    else:
        homes_said = said["not_asked"] if any(not f.was_asked for f in of["PRV201"]) else unknown
    if seen:
        most, surely = max(seen)
        figure = f"> {speak(HIGHEST_PX_PER_M, lang)}" if most > HIGHEST_PX_PER_M else speak(most, lang)
        people_said = f"{figure} px/m" if surely else said["perhaps"].format(figure=figure)
    elif people and all(f.status is Status.PASSED for f in people):
        people_said = said["below"].format(
            limit=speak(max((f.limit for f in people if f.limit is not None), default=OBSERVE), lang, 1)
        )
    else:
        people_said = unknown
    figures = {
        "homes": homes_said, "people": people_said, "outside": f"{speak(shares[0], lang)} %" if shares else unknown,
        "recording": _recorded(report, number),
    }  # fmt: skip
    least = OBSERVE if homes is None or homes.limit is None else homes.limit
    return [
        {"what": said[name].format(level=speak(least, lang, 0 if least == int(least) else 1)), "figure": figure}
        for name, figure in figures.items()
    ]


def _recorded(report: Report, number: int) -> str:
    mission, result, said = report.missions[number], report.results[number], speech(report.options.lang)["facts"]
    if mission.camera is None and not any(flight.recording for flight in mission.flights):
        return str(said["not_stated"])
    seconds = recorded_s(mission, report.bare[number])
    if isnan(seconds) or result.duration_s is None:
        return str(said["nothing_recorded" if seconds == 0 else "no_times"])
    part, whole = (
        said["seconds"].format(n=f"{each:.0f}") if each < LONG_S else said["minutes"].format(n=f"{each / 60:.0f}")
        for each in (seconds, result.duration_s)
    )
    return str(said["of"].format(part=part, whole=whole))


def _who(mission: Mission, said: Mapping[str, str]) -> list[dict[str, str]]:
    """Who flies and why, with what is missing said."""
    values = {
        "operator": masked(mission.operator), "pilot": mission.pilot, "category": mission.category,
        "aircraft": mission.aircraft, "purpose": mission.purpose, "legal_basis": mission.legal_basis,
    }  # fmt: skip
    papers = ("dpia", "notice", "sensor_register", "retention_class", "authorisation", "contact")
    values |= {name: mission.papers[name].reference if name in mission.papers else "" for name in papers}
    return [{"name": said[name], "value": words.tame(value) or said["not_stated"]} for name, value in values.items()]


def _emergency(mission: Mission, say: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where to go and whom to call; a line to write on where that is not stated."""
    told = mission.emergency or Emergency()
    place = f"{told.at[1]:.5f} {told.at[0]:.5f}" if told.at is not None else ""
    values = {"site": ", ".join(part for part in (told.site, place) if part), "phone": told.phone}
    return [{"name": say[name], "value": words.tame(value)} for name, value in values.items()]


def _signers(mission: Mission, say: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who signs, and the name where the mission states it."""
    names = {"pilot": mission.pilot, **mission.signers}
    return [{"name": said, "value": words.tame(names.get(role, ""))} for role, said in say["signers"].items()]


def _abort(mission: Mission, said: Mapping[str, str], tell: Say) -> list[str]:
    """What this check rests on: outside it nothing was asked."""
    unsure = mission.uncertainty
    made = [
        said["off_path"].format(
            horizontal=f"{round(unsure.horizontal_m, 1):g}", vertical=f"{round(unsure.vertical_m, 1):g}"
        )
    ]
    if all(flight.times is not None for flight in mission.flights):
        made.append(said["off_time"].format(when=tell(words.local_span(mission))))
    if mission.declared.get("vlos"):
        made.append(said["off_sight"])
    return made


def _volume(volume: OperationalVolume | None, tell: Say) -> list[dict[str, str]]:
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
    return [{"name": tell(name), "value": tell(value)} for name, value in rows]


def _zone(zone: Zone, tell: Say) -> dict[str, str]:
    return {
        "id": words.tame(zone.id),
        "name": words.tame(zone.name),
        "kind": tell(words.asks(zone)),
        "band": tell("; ".join(dict.fromkeys(str(volume.band) for volume in zone.volumes))),
        "hours": tell(hours(zone)),
        "call": words.tame("; ".join(str(authority) for authority in zone.authorities)),
        "source": words.tame(str(zone.where)),
    }


def hours(zone: Zone) -> str:
    """When a zone is in force."""
    if not zone.keeps_hours:
        return "always"
    return "; ".join(dict.fromkeys(words.period_text(period) for period in zone.periods)) or "always"


def _input(item: Any) -> dict[str, str]:
    return {
        "role": item.role, "path": words.tame(item.path), "what": f"{words.tame(item.what)} ({item.items})",
        "edition": (item.edition or "")[:10], "sha256": item.sha256,
    }  # fmt: skip


def _evidence(report: Report, name_: str, tell: Say) -> list[dict[str, str]]:
    """What page one says of what the answer rests on."""
    said = speech(report.options.lang)["facts"]
    waived = sum(f.status is Status.WAIVED for result in report.results for f in result.findings)
    permits = sum(item.role == "permit" for item in report.inputs)
    packs = dict.fromkeys(f"{pack.id} {pack.edition}" for law in report.laws for pack in law.packs)
    values = {
        "zones": tell(words.zones_line(report)), "rules": ", ".join(packs) or said["no_pack"],
        "permits": said["permits_said"].format(permits=permits, waived=waived), "tool": f"dronectl {__version__}",
        "report": name_,
    }  # fmt: skip
    return [{"name": said[name], "value": words.tame(value)} for name, value in values.items()]
