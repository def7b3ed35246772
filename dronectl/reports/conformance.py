"""How a flown flight kept to its plan, as text, JSON, GeoJSON, and a page with the two paths over each other."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np

from dronectl.conformance import PLACES, Conformance, Excursion, Flown, LegKept
from dronectl.finding import Verdict
from dronectl.geometry.sketch import Sketch
from dronectl.reports.as_geojson import area
from dronectl.reports.charts import Chart, svg, ticks
from dronectl.reports.dutch import Say, english
from dronectl.reports.pages import page
from dronectl.reports.speech import speech
from dronectl.reports.words import clock_span, iso, length, tame
from dronectl.volumes import outlines

FORMATS = ("text", "json", "geojson", "html", "svg")
MOST_LEGS = 60
WIDTH, HEIGHT, EDGE = 640, 470, 12
COLOURS = {"geography": "#00664d", "contingency": "#B07500", "outside": "#D55E00", "unknown": "#5b2a86"}
WORDS = {
    "geography": "inside the flight geography", "contingency": "in the contingency volume", "outside": "outside",
    "unknown": "not known",
}  # fmt: skip
VERDICTS = {True: "KEPT TO THE PLAN", False: "NOT KEPT TO THE PLAN", None: "CANNOT TELL"}


def render(found: Conformance, format_: str, lang: str = "en", tell: Say = english) -> str:
    """The comparison in one of `FORMATS`."""
    if format_ == "json":
        return json.dumps(facts(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if format_ == "geojson":
        return json.dumps(_features(found), ensure_ascii=False, allow_nan=False) + "\n"
    if format_ == "svg":
        return overlay(found, tell).svg + "\n"
    return _page(found, lang, tell) if format_ == "html" else _text(found, tell)


def facts(found: Conformance) -> dict[str, Any]:
    """The comparison as values that JSON can carry: metres, seconds."""
    share = found.inside_share
    return {
        "schema": "dronectl/comparison/v1",
        "plan": {"id": found.plan.mission.id, "path": found.plan.mission.path, "sha256": found.plan.mission.sha256},
        "log": {"id": found.log.mission.id, "path": found.log.mission.path, "sha256": found.log.mission.sha256},
        "kept": found.kept, "broken": found.broken,
        "flight_geography_m": round(found.geography_m, 2),
        "contingency_m": None if found.volume is None else round(found.volume.contingency_m, 2),
        "volume": found.volume_why,
        "seconds": {name: round(seconds, 2) for name, seconds in found.seconds.items()},
        "inside_share": None if share is None else round(share, 5),
        "start": {"metres": round(found.start_m, 1), "seconds": _rounded(found.start_s)},
        "end": {"metres": round(found.end_m, 1), "seconds": _rounded(found.end_s)},
        "heights": found.vertical_why or "compared",
        "legs": [_leg_facts(leg) for leg in found.legs],
        "excursions": [
            {
                "flight": one.flight, "fixes": [one.first, one.last], "begin": iso(one.begin),
                "seconds": _rounded(one.seconds),
                "worst_m": round(one.worst_m, 2), "upward": one.upward, "lon": round(one.lon, 7), "lat": round(one.lat, 7),
            }
            for one in found.excursions
        ],
    }  # fmt: skip


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)


def _leg_facts(leg: LegKept) -> dict[str, Any]:
    return {
        "flight": leg.flight, "leg": [leg.leg, leg.leg + 1], "kind": leg.kind, "length_m": round(leg.length_m, 2),
        "state": leg.state, "flown_share": round(leg.flown_share, 4), "passes": leg.passes, "seconds": _rounded(leg.seconds),
        "lateral_m": _rounded(leg.lateral_m), "lateral_p95_m": _rounded(leg.lateral_p95_m),
        "above_m": _rounded(leg.above_m), "below_m": _rounded(leg.below_m),
    }  # fmt: skip


def _metres(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{value:{sign}.1f}"


def _row(leg: LegKept, tell: Say) -> list[str]:
    return [
        f"{leg.leg}-{leg.leg + 1}", tell(leg.kind), f"{leg.length_m:.0f} m", tell(leg.state),
        f"{leg.flown_share * 100:.0f} %",
        str(leg.passes), "-" if leg.seconds is None else f"{leg.seconds:.0f}", _metres(leg.lateral_m),
        _metres(leg.lateral_p95_m), _metres(leg.above_m, "+"), _metres(leg.below_m, "+"),
    ]  # fmt: skip


COLUMNS = ("leg", "kind", "length", "state", "flown", "passes", "s", "beside", "95 %", "above", "below")
WIDE = (7, 9, 8, 8, 7, 8, 5, 7, 7, 7, 7)


def _text(found: Conformance, tell: Say) -> str:
    plan, log = found.plan.mission, found.log.mission
    lines = [tell(f"{tame(log.path)} against {tame(plan.path)}"), _when(found, tell)]
    lines.append("".join(f"{tell(name):>{wide}}" for name, wide in zip(COLUMNS, WIDE, strict=True)))
    lines += [
        "".join(f"{cell:>{wide}}" for cell, wide in zip(_row(leg, tell), WIDE, strict=True))
        for leg in found.legs[:MOST_LEGS]
    ]
    if len(found.legs) > MOST_LEGS:
        lines.append(tell(f"and {len(found.legs) - MOST_LEGS} more legs (-f json tells all)"))
    lines += [line for said in sentences(found, tell) for line in textwrap.wrap(said, 80, subsequent_indent="  ")]
    lines += textwrap.wrap(f"{tell(VERDICTS[found.kept])}: {_why(found, tell)}", 80, subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _when(found: Conformance, tell: Say) -> str:
    log = found.log.mission
    fixes = sum(len(flight.lon) for flight in log.flights)
    metres = sum(float(track.course.length.sum()) for track in found.log.bare)
    timed = [flight for flight in log.flights if flight.times is not None]
    span = tell("no time stated")
    if timed:
        span = tell(clock_span(float(timed[0].times[0]), float(timed[-1].times[-1])))  # type: ignore[index]
    return f"{tell(f'{fixes} fixes, {length(metres)}')}, {span}"


def sentences(found: Conformance, tell: Say = english) -> list[str]:
    """What the comparison found, in sentences."""
    said = [f"flight geography: {found.geography_m:.1f} m beside the planned path; {found.volume_why}"]
    shares = ", ".join(f"{WORDS[name]} {_clock(found.seconds[name])}" for name in PLACES)
    said.append(f"time: {shares}")
    if found.excursions:
        worst = max(found.excursions, key=lambda one: one.worst_m)
        longest = max((one.seconds for one in found.excursions if one.seconds is not None), default=None)
        long = "" if longest is None else f", longest {longest:.0f} s"
        count = len(found.excursions)
        said.append(f"{count} excursion{'' if count == 1 else 's'}{long}, worst {_where(worst)}")
    elif found.seconds["unknown"] or not found.known_s:
        said.append("no excursion out of the operational volume is known")
    else:
        said.append("no excursion out of the operational volume")
    for name, metres, seconds in (("start", found.start_m, found.start_s), ("end", found.end_m, found.end_s)):
        late = "" if seconds is None else f", {abs(seconds):.0f} s {'later' if seconds >= 0 else 'earlier'}"
        said.append(f"{name}: {metres:.0f} m from the planned place{late}")
    missed = [f"{leg.leg}-{leg.leg + 1}" for leg in found.legs if leg.state == "missed"]
    if missed:
        said.append(f"not flown: legs {', '.join(missed[:12])}")
    if found.vertical_why:
        said.append(found.vertical_why)
    return [tell(one) for one in said]


def _where(one: Excursion) -> str:
    when = "" if one.begin is None else f" at {(iso(one.begin) or '')[11:19]}Z"
    return f"{one.worst_m:.0f} m {'above' if one.upward else 'beside'} it{when}, {one.lat:.5f} N {one.lon:.5f} E"


def _clock(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _why(found: Conformance, tell: Say) -> str:
    if found.broken:
        return "; ".join(tell(one) for one in found.broken)
    if found.kept:
        share = found.inside_share or 0.0
        return tell(f"inside the operational volume {share * 100:.1f} % of the time (ASTM F3548-21)")
    if not any(found.seconds.values()):
        return tell("the log keeps no times")
    if found.volume is None:
        return tell("there is no operational volume to keep to")
    if found.vertical_why:
        return tell(found.vertical_why)
    return tell(f"{_clock(found.seconds['unknown'])} of the flight are not known")


def _features(found: Conformance) -> dict[str, Any]:
    features: list[dict[str, Any]] = []
    for track in found.plan.bare:
        flight = track.flight
        line = np.column_stack([flight.lon, flight.lat]).round(7).tolist()
        features.append(_line(line, {"layer": "plan", "flight": flight.id}))
    for flown in found.flights:
        for name, points in _runs(flown):
            features.append(_line(points, {"layer": "flown", "flight": flown.track.flight.id, "place": name}))
    for one in found.excursions:
        shape = {"type": "Point", "coordinates": [round(one.lon, 7), round(one.lat, 7)]}
        facts_ = {
            "layer": "excursion",
            "begin": iso(one.begin),
            "seconds": _rounded(one.seconds),
            "worst_m": round(one.worst_m, 2),
        }
        features.append({"type": "Feature", "geometry": shape, "properties": facts_})
    if found.volume is not None:
        for name, rings in outlines(found.volume, found.plan.bare).items():
            features.append(
                {"type": "Feature", "geometry": area(rings), "properties": {"layer": "volume", "volume": name}}
            )
    return {"type": "FeatureCollection", "features": features}


def _line(points: list[list[float]], properties: dict[str, Any]) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "LineString", "coordinates": points}
    if len(points) == 1:
        shape = {"type": "Point", "coordinates": points[0]}
    return {"type": "Feature", "geometry": shape, "properties": properties}


def _runs(flown: Flown) -> list[tuple[str, list[list[float]]]]:
    """The flown path cut where its place changes."""
    flight, place = flown.track.flight, flown.place
    points = np.column_stack([flight.lon, flight.lat]).round(7).tolist()
    if not len(place):
        return [("unknown", points)]
    edges = [0, *(np.flatnonzero(np.diff(place)) + 1).tolist(), len(place)]
    return [(PLACES[int(place[a])], points[a : b + 1]) for a, b in pairwise(edges)]


def overlay(found: Conformance, tell: Say = english) -> Chart:
    """Both paths over each other, with the volume: the plan dashed, the flown path in the colour of where it was."""
    flights = [track.flight for ready in (found.plan, found.log) for track in ready.bare]
    lon, lat = (np.concatenate([getattr(flight, name) for flight in flights]) for name in ("lon", "lat"))
    sheet = Sketch.of(lon, lat, (WIDTH, HEIGHT, EDGE), spare=0.08, least_m=120.0)
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfbf8" stroke="#8a8a8a"/>']
    if found.volume is not None:
        shapes = outlines(found.volume, found.plan.bare)
        for name, dash in (("contingency-volume", "6 4"), ("flight-geography", "")):
            rings, _ = sheet.area(shapes[name])
            data = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1].tolist()) + "Z" for ring in rings)
            parts.append(
                f'<path d="{data}" fill="#0072B2" fill-opacity="0.06" fill-rule="evenodd" stroke="#333" '
                f'stroke-width="1" stroke-dasharray="{dash}"/>'
            )
    for track in found.plan.bare:
        drawn = _drawn(sheet, track.flight.lon, track.flight.lat)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="#000" stroke-width="2" stroke-dasharray="7 5"/>')
    for flown in found.flights:
        for name, points in _runs(flown):
            drawn = _drawn(sheet, *np.array(points).T)
            dash = {"outside": "", "unknown": ' stroke-dasharray="2 4"'}.get(name, "")
            wide = 5 if name == "outside" else 2.5
            parts.append(
                f'<polyline points="{drawn}" fill="none" stroke="{COLOURS[name]}" stroke-width="{wide}"{dash}/>'
            )
    for number, one in enumerate(found.excursions[:99], 1):
        ((x, y),) = sheet.places(np.array([one.lon]), np.array([one.lat])).tolist()
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="#D55E00" stroke="#fff"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" class="on-dark" fill="#fff">{number}</text>'
        )
    caption = tell(
        f"The planned path is dashed; the flown one is drawn where it was: {', '.join(WORDS[name] for name in PLACES)}. "
        "Excursions are numbered."
    )
    title = tell("Plan and flight")
    return Chart(
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title><desc>{escape(caption)}</desc>{"".join(parts)}</svg>',
        caption,
    )


def _drawn(sheet: Sketch, lon: Any, lat: Any) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in sheet.line(np.asarray(lon), np.asarray(lat)).tolist())


def _deviation(found: Conformance, flown: Flown, tell: Say) -> Chart:
    """How far beside the plan over time, with the room on both sides of it, and how far above it."""
    clock = flown.track.flight.elapsed
    x_of = np.arange(len(flown.lateral_m), dtype=float) if clock is None else clock
    wide, tall, left, right, top, bottom = 1000, 190, 56, 12, 14, 34
    rooms = [found.geography_m]
    if found.volume is not None:
        rooms.append(found.geography_m + found.volume.contingency_m)
    high = max(float(flown.nearest_m.max()), *rooms) * 1.1 + 1.0
    last = max(float(x_of[-1]), 1.0)

    def x(value: float) -> float:
        return left + value / last * (wide - left - right)

    def y(value: float) -> float:
        return top + (high - value) / high * (tall - top - bottom)

    parts = [
        f'<path d="M{left} {y(level):.1f}H{wide - right}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{y(level) + 4:.1f}" text-anchor="end">{level:g}</text>'
        for level in ticks(0.0, high, 6)
    ]
    for metres, words in zip(rooms, ("flight geography", "contingency volume"), strict=False):
        parts.append(
            f'<path d="M{left} {y(metres):.1f}H{wide - right}" stroke="#000" stroke-dasharray="8 4"/>'
            f'<text x="{wide - right - 4}" y="{y(metres) - 4:.1f}" text-anchor="end">{tell(words)}</text>'
        )
    for step in ticks(0.0, last):
        parts.append(f'<text x="{x(step):.1f}" y="{tall - 18}" text-anchor="middle">{step:.0f} s</text>')
    points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in _thinned(x_of, flown.nearest_m))
    parts.append(f'<polyline points="{points}" fill="none" stroke="#000" stroke-width="1.6"/>')
    parts.append(f'<text x="4" y="11">{tell("m beside the plan")}</text>')
    caption = tell(
        f"{tame(flown.track.flight.id)}: at most {float(flown.nearest_m.max()):.1f} m beside the planned path"
    )
    over = flown.vertical_m[~np.isnan(flown.vertical_m)]
    if len(over):
        caption += "; " + tell(f"{float(over.max()):+.1f} m above to {float(over.min()):+.1f} m below it")
    return Chart(svg(tall, tell("Beside the plan"), caption, parts), caption)


def _thinned(x_of: Any, values: Any, most: int = 2000) -> list[tuple[float, float]]:
    """The points of a line for a drawing: of every stretch the farthest, so that no peak is lost."""
    every = max(1, -(-len(values) // most))
    rows = []
    for a in range(0, len(values), every):
        k = a + int(np.argmax(values[a : a + every]))
        rows.append((float(x_of[k]), float(values[k])))
    return rows


def _page(found: Conformance, lang: str, tell: Say) -> str:
    plan, log = found.plan.mission, found.log.mission
    say: Mapping[str, Any] = speech(lang)
    drawn = overlay(found, tell)
    values = {
        "lang": lang, "say": say, "words": tell(VERDICTS[found.kept]), "verdict": Verdict.of(found.kept).value,
        "title": tell(f"{tame(log.name or log.id)} against {tame(plan.name or plan.id)}"), "when": _when(found, tell),
        "why": _why(found, tell), "overlay": {"svg": drawn.svg, "caption": drawn.caption},
        "legend": [{"colour": COLOURS[name], "name": tell(WORDS[name])} for name in PLACES],
        "sentences": sentences(found, tell),
        "charts": [{"svg": c.svg, "caption": c.caption} for c in (_deviation(found, flown, tell) for flown in found.flights)],
        "headings": {name: tell(words) for name, words in HEADINGS.items()},
        "columns": [tell(name) for name in COLUMNS], "legs": [_row(leg, tell) for leg in found.legs],
        "excursions": [
            [one.flight, iso(one.begin) or "-", _metres(one.seconds), tell(_where(one))] for one in found.excursions
        ],
        "excursion_columns": [tell(name) for name in ("flight", "begin", "seconds", "worst")],
        "files": [
            {"role": tell(role), "path": tame(m.path), "sha256": m.sha256} for role, m in (("plan", plan), ("log", log))
        ],
    }  # fmt: skip
    return page("comparison.html.j2", values)


HEADINGS = {
    "overlay": "Plan and flight", "found": "What was found", "beside": "Beside the plan", "legs": "Leg by leg",
    "excursions": "Excursions", "files": "Files",
}  # fmt: skip
