"""The map of one mission as SVG: zones with hatches and names, the path with numbers, what was found, scale, north, grids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources
from typing import Any

import numpy as np

from dronectl.check import Report
from dronectl.finding import Status
from dronectl.geometry import Floats
from dronectl.geometry.sketch import Sketch, along, from_rd, in_the_netherlands, to_rd
from dronectl.mission import Flight
from dronectl.readers.basemap import Basemap
from dronectl.reports.charts import STROKE, Chart, look, some, ticks
from dronectl.reports.dutch import Say, english
from dronectl.reports.png import data_uri
from dronectl.reports.speech import speech
from dronectl.reports.words import tame
from dronectl.viewing import OBSERVE, footprint
from dronectl.volumes import outlines
from dronectl.zone import Footprint, Rings, Zone

WIDTH, HEIGHT, EDGE = 640, 470, 22
ABOVE_PX = 30.0  # of a name over the mark of a take-off
MOST_NAMED = 12  # flights of a mission whose names are drawn
MOST_NUMBERS = 40
SPARE = 0.18  # of the path's extent, round it
LEAST_M = 160.0  # a hover is drawn in its surroundings
INSET, INSET_DEG = 84.0, 1.9  # points of the drawing, and degrees of latitude each way
DASHES = {"flight-geography": "", "contingency-volume": "6 4", "ground-risk-buffer": "2 4"}


def draw(report: Report, number: int, numbers: Mapping[int, int], tell: Say = english) -> Chart:
    """The map of one of a report's missions; `numbers` are those of its findings."""
    mission, result, bare = report.missions[number], report.results[number], report.bare[number]
    say, basemap = speech(report.options.lang), report.basemap
    lon, lat = (np.concatenate([getattr(flight, name) for flight in mission.flights]) for name in ("lon", "lat"))
    sheet = Sketch.of(lon, lat, (WIDTH, HEIGHT, EDGE), spare=SPARE, least_m=LEAST_M)
    parts: list[str] = []
    if basemap is not None:
        parts.extend(ground(sheet, basemap))
    parts.extend(_grid(sheet))
    view, volume = report.views[number], report.volumes[number]
    if view is not None:
        for rings in footprint(mission, bare, view, OBSERVE):
            parts.append(_area(sheet, rings, 'fill="#009E73" fill-opacity="0.15" stroke="#009E73"'))
    labels: list[tuple[float, float, str]] = []
    for zone in report.zones:
        parts.extend(_zone(sheet, zone, labels))
    if volume is not None:
        for name, rings in reversed(outlines(volume, bare).items()):
            dash = f' stroke-dasharray="{DASHES[name]}"' if DASHES[name] else ""
            parts.append(_area(sheet, rings, f'fill="none" stroke="#333" stroke-width="1.3"{dash}'))
    for flight in mission.flights:
        parts.extend(_path(sheet, flight))
    found = [finding for finding in result.findings if id(finding) in numbers]
    taken = _Taken()
    marks: list[str] = []
    for finding in sorted(found, key=lambda finding: finding.status is Status.FAILED):  # a violation lies on top
        colour = "#D55E00" if finding.status is Status.FAILED else "#5b2a86"
        lines = [[(lon, lat) for lon, lat, _ in met.line] for met in finding.encounters if met.line]
        parts.extend(_piece(sheet, lines, colour))
        marks.extend(_mark(sheet, lines, numbers[id(finding)], colour, taken))
    for flight in mission.flights:
        parts.extend(_ends(sheet, flight, say))
    if len(mission.flights) > 1:
        labels.extend(_named(sheet, flight) for flight in mission.flights[:MOST_NAMED])
    if mission.emergency is not None and mission.emergency.at is not None:
        parts.extend(_emergency(sheet, mission.emergency.at, say))
    parts.extend(_labels(labels, taken.places))
    parts.extend(marks)
    parts.extend(_furniture(sheet, basemap, say))
    parts.extend(_inset(float(lon.mean()), float(lat.mean()), say))
    caption = tell(_caption(report, number))
    title = say["map_of"].format(name=tame(mission.name or mission.id))
    return Chart(
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title><desc>{escape(caption)}</desc>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfbf8" stroke="#8a8a8a"/>{"".join(parts)}</svg>',
        caption,
    )


def _caption(report: Report, number: int) -> str:
    """The map in words."""
    mission, result = report.missions[number], report.results[number]
    points = sum(len(flight.lon) for flight in mission.flights)
    met = [
        tame(f.zone.name or f.zone.id)
        for f in result.findings
        if f.zone is not None and f.encounters and f.status not in (Status.PASSED, Status.NOT_APPLICABLE)
    ]
    meets = f"meets {some(dict.fromkeys(met))}" if met else "meets no zone that asks anything"
    return f"Path of {points} points, numbered; it {meets}. {len(report.zones)} zone(s) within {report.options.near_m:g} m."


def _data(rings: Sequence[Floats]) -> str:
    """Rings as the data of a path."""
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1].tolist()) + "Z" for ring in rings)


def _points(line: Floats) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in line.tolist())


def _area(sheet: Sketch, footprint_: Footprint, look_: str) -> str:
    rings, _ = sheet.area(footprint_)
    return f'<path d="{_data(rings)}" fill-rule="evenodd" {look_}/>' if rings else ""


def _zone(sheet: Sketch, zone: Zone, labels: list[tuple[float, float, str]]) -> Iterator[str]:
    kind = look(zone)
    named = False
    for volume in zone.volumes:
        rings, inside = sheet.area(volume.footprint) if volume.footprint is not None else ([], None)
        if inside is None:
            continue
        doubt = ' stroke-dasharray="5 4"' if volume.doubt or zone.doubts else ""
        yield (
            f'<path d="{_data(rings)}" fill-rule="evenodd" class="z-{kind}" stroke="{STROKE[kind]}" '
            f'stroke-width="1.8"{doubt}>'
            f"<title>{escape(tame(zone.name or zone.id))}</title></path>"
        )
        if not named:
            labels.append((float(inside[0]), float(inside[1]), tame(zone.id)[:24]))
        named = True


def _labels(labels: list[tuple[float, float, str]], marks: list[tuple[float, float]]) -> Iterator[str]:
    """Names of zones where they lie neither on one another nor on a number; the table of zones has them all."""
    taken = [(x - 10, y - 10, x + 10, y + 10) for x, y in marks]
    for x, y, words in labels:
        half = 3.4 * len(words)
        x = min(max(x, EDGE + half), WIDTH - EDGE - half)
        for y_ in (y, y - 16, y + 16, y - 32, y + 32):
            mine = (x - half, y_ - 7, x + half, y_ + 7)
            if not any(mine[0] < b[2] and b[0] < mine[2] and mine[1] < b[3] and b[1] < mine[3] for b in taken):
                break
        else:
            continue
        y = y_
        taken.append(mine)
        yield f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-weight="bold">{escape(words)}</text>'


def _path(sheet: Sketch, flight: Flight) -> Iterator[str]:
    places = sheet.places(flight.lon, flight.lat)
    points = _points(sheet.line(flight.lon, flight.lat))
    yield f'<polyline points="{points}" fill="none" stroke="#fff" stroke-width="6"/>'
    yield f'<polyline points="{points}" fill="none" stroke="#000" stroke-width="2.5"/>'
    every = max(1, int(np.ceil(len(places) / MOST_NUMBERS)))
    before: list[tuple[float, float]] = []
    for k in range(0, len(places), every):
        x, y = places[k].tolist()
        if any(abs(x - a) < 13 and abs(y - b) < 13 for a, b in before):
            continue
        before.append((x, y))
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="#fff" stroke="#000"/>'
        yield f'<text x="{x:.1f}" y="{y + 3:.1f}" text-anchor="middle" font-size="9">{k}</text>'


def _ends(sheet: Sketch, flight: Flight, say: Mapping[str, Any]) -> Iterator[str]:
    """Where the aircraft takes off and where it comes down."""
    (start,) = sheet.places(*(np.array([degrees]) for degrees in flight.takeoff))
    (end,) = sheet.places(flight.lon[-1:], flight.lat[-1:])
    x, y = start.tolist()
    yield f'<path d="M{x:.1f} {y - 21:.1f}l6 11h-12z" fill="#000" stroke="#fff"><title>{say["take_off"]}</title></path>'
    x, y = end.tolist()
    yield f'<path d="M{x:.1f} {y + 21:.1f}l6 -11h-12z" fill="#fff" stroke="#000"><title>{say["landing"]}</title></path>'


def _named(sheet: Sketch, flight: Flight) -> tuple[float, float, str]:
    """Where the name of a flight stands, above its take-off, and what it is."""
    ((x, y),) = sheet.places(*(np.array([degrees]) for degrees in flight.takeoff)).tolist()
    return x, y - ABOVE_PX, tame(flight.id)[:24]


def _emergency(sheet: Sketch, at: tuple[float, float], say: Mapping[str, Any]) -> Iterator[str]:
    """The emergency landing site, where it lies on the sheet."""
    ((x, y),) = _on_sheet(sheet, [at]).tolist()
    if EDGE < x < WIDTH - EDGE and EDGE < y < HEIGHT - EDGE:
        yield (
            f'<g><title>{say["emergency_site"]}</title><rect x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14" '
            f'fill="#fff" stroke="#000" stroke-width="1.5"/><path d="M{x:.1f} {y - 5:.1f}v10M{x - 5:.1f} {y:.1f}h10" '
            f'stroke="#000" stroke-width="2.5"/></g>'
        )


def _on_sheet(sheet: Sketch, line: list[tuple[float, float]]) -> Floats:
    return sheet.places(*(np.array(side) for side in zip(*line, strict=True)))


def _piece(sheet: Sketch, lines: list[list[tuple[float, float]]], colour: str) -> Iterator[str]:
    for line in lines:
        points = _points(_on_sheet(sheet, line))
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="5" stroke-dasharray="9 5"/>'


class _Taken:
    """Where numbers stand on a sheet, found by square."""

    SIDE = 19.0  # no other number so near sideways and up

    def __init__(self) -> None:
        self.places: list[tuple[float, float]] = []
        self._squares: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def free(self, x: float, y: float) -> bool:
        """True where no number stands near a place."""
        column, row = int(x // self.SIDE), int(y // self.SIDE)
        around = ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
        beside = (place for square in around for place in self._squares.get(square, ()))
        return all(abs(x - a) > self.SIDE or abs(y - b) > self.SIDE for a, b in beside)

    def take(self, x: float, y: float) -> None:
        """Put a number at a place."""
        self.places.append((x, y))
        self._squares.setdefault((int(x // self.SIDE), int(y // self.SIDE)), []).append((x, y))


def _mark(
    sheet: Sketch, lines: list[list[tuple[float, float]]], number: int, colour: str, taken: _Taken
) -> Iterator[str]:
    """The number of a finding beside its piece of path, where no other number is."""
    if not lines:
        return
    line = _on_sheet(sheet, lines[0])
    for share in (0.5, 0.3, 0.7, 0.15, 0.85, 0.0, 1.0):
        at = along(line, share)
        x = min(max(at[0], EDGE + 10.0), WIDTH - EDGE - 10.0)
        y = min(max(at[1] - 14.0, EDGE + 10.0), HEIGHT - EDGE - 10.0)
        if taken.free(x, y):
            break
    taken.take(x, y)
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="{colour}" stroke="#fff" stroke-width="1.5"/>'
    yield (
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-weight="bold" class="on-dark" fill="#fff" '
        f'stroke="none">{number}</text>'
    )


def _grid(sheet: Sketch) -> Iterator[str]:
    """Lines of longitude and latitude, named at the lower and left edge; crosses of RD New, named at the upper and right."""
    lon, lat = sheet.corners()
    for level in ticks(float(lon.min()), float(lon.max())):
        line = sheet.places(np.full(2, level), np.array([lat.min(), lat.max()]))
        if EDGE + 20 < line[0][0] < WIDTH - EDGE - 20:
            yield _rule(
                line, f"{level:.6g}° E" if level >= 0 else f"{-level:.6g}° W", (line[0][0], HEIGHT - 7.0), "middle"
            )
    for level in ticks(float(lat.min()), float(lat.max())):
        line = sheet.places(np.array([lon.min(), lon.max()]), np.full(2, level))
        if EDGE + 20 < line[0][1] < HEIGHT - EDGE - 20:
            name = f"{level:.6g}° N" if level >= 0 else f"{-level:.6g}° S"
            x, y = 12.0, float(line[0][1])
            yield _rule(line, name, (x, y), "middle", turn=True)
    if in_the_netherlands(lon, lat):
        yield from _rd(sheet, lon, lat)


def _rule(line: Floats, name: str, at: tuple[float, float], anchor: str, *, turn: bool = False) -> str:
    (x0, y0), (x1, y1) = np.clip(line, (EDGE, EDGE), (WIDTH - EDGE, HEIGHT - EDGE)).tolist()
    x, y = at
    turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="#d8d8d4" stroke-width="0.8"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="9" text-anchor="{anchor}"{turned}>{name}</text>'
    )


def _rd(sheet: Sketch, lon: Floats, lat: Floats) -> Iterator[str]:
    x, y = to_rd(lon, lat)
    across, up = (np.array(ticks(float(side.min()), float(side.max()))) for side in (x, y))
    east, north = (side.ravel() for side in np.meshgrid(across, up))
    for px, py in sheet.places(*from_rd(east, north)).tolist():
        if EDGE < px < WIDTH - EDGE and EDGE < py < HEIGHT - EDGE:
            yield f'<path d="M{px - 4:.1f} {py:.1f}h8M{px:.1f} {py - 4:.1f}v8" stroke="#8a8a8a"/>'
    top = sheet.places(*from_rd(across, np.full(len(across), y.mean())))
    for metres, (px, _) in zip(across.tolist(), top.tolist(), strict=True):
        if EDGE + 95 < px < WIDTH - EDGE - 20:
            yield f'<text x="{px:.1f}" y="14" font-size="9" text-anchor="middle">{metres:.0f}</text>'
    side = sheet.places(*from_rd(np.full(len(up), x.mean()), up))
    for metres, (_, py) in zip(up.tolist(), side.tolist(), strict=True):
        if EDGE + 20 < py < HEIGHT - EDGE - 20:
            at = f'x="{WIDTH - 9}" y="{py:.1f}" transform="rotate(90 {WIDTH - 9} {py:.1f})"'
            yield f'<text {at} font-size="9" text-anchor="middle">{metres:.0f}</text>'
    yield f'<text x="{EDGE}" y="14" font-size="9">RD New (m)</text>'


def _furniture(sheet: Sketch, basemap: Basemap | None, say: Mapping[str, Any]) -> Iterator[str]:
    """Scale bar, north arrow, and where the base map is from."""
    target = 130 / sheet.scale
    step = 10 ** np.floor(np.log10(target))
    metres = float(max(f * step for f in (1, 2, 5) if f * step <= target))
    x, y, long = EDGE + 10.0, HEIGHT - EDGE - 10.0, metres * sheet.scale
    name = f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:g} km"
    yield f'<rect x="{x - 5}" y="{y - 20}" width="{long + 12:.1f}" height="27" fill="#fff" fill-opacity="0.85"/>'
    yield f'<path d="M{x} {y - 5}v5h{long:.1f}v-5" fill="none" stroke="#000" stroke-width="2"/>'
    yield f'<text x="{x + long / 2:.1f}" y="{y - 7}" text-anchor="middle">{name}</text>'
    x, y = WIDTH - EDGE - 18.0, EDGE + 12.0
    yield f'<path d="M{x} {y}l7 22l-7 -6l-7 6z" fill="#000" stroke="#fff"><title>{say["north"]}</title></path>'
    yield f'<text x="{x}" y="{y + 34}" text-anchor="middle" font-weight="bold">N</text>'
    if basemap is not None:
        at = f'x="{WIDTH - EDGE - 4}" y="{HEIGHT - EDGE - 5}"'
        yield f'<text {at} text-anchor="end" font-size="8">{escape(say["base_map"].format(name=tame(basemap.name)))}</text>'


@cache
def _land() -> list[np.ndarray]:
    """The outlines of the land of Europe, in degrees."""
    text = resources.files("dronectl.reports").joinpath("vendor/natural-earth/land.json").read_text("utf-8")
    return [np.array(ring) for ring in json.loads(text)]


def _inset(lon: float, lat: float, say: Mapping[str, Any]) -> Iterator[str]:
    """Where the mission lies in its country, in the corner; nothing where no land of the outline is near."""
    wide = INSET_DEG / max(np.cos(np.radians(lat)), 0.2)
    west, south, east, north = lon - wide, lat - INSET_DEG, lon + wide, lat + INSET_DEG
    near = [
        (ring,) for ring in _land()
        if ring[:, 0].max() > west and ring[:, 0].min() < east and ring[:, 1].max() > south and ring[:, 1].min() < north
    ]  # fmt: skip
    small = Sketch.of(np.array([west, east]), np.array([south, north]), (INSET, INSET, 1.0), spare=0.0, least_m=1.0)
    rings, _ = small.area(Rings(tuple(near))) if near else ([], None)
    if not rings:
        return
    ((x, y),) = small.places(np.array([lon]), np.array([lat])).tolist()
    at = f"{WIDTH - EDGE - INSET - 4:.0f} {HEIGHT - EDGE - INSET - 4:.0f}"
    yield (
        f'<g transform="translate({at})"><title>{say["inset"]}</title><rect width="{INSET:.0f}" height="{INSET:.0f}" '
        f'fill="#fff" stroke="#8a8a8a"/><path d="{_data(rings)}" fill-rule="evenodd" fill="#d9d9d2" stroke="#8a8a8a" '
        f'stroke-width="0.5"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#000" stroke="#fff"/></g>'
    )


def ground(sheet: Sketch, basemap: Basemap) -> Iterator[str]:
    """Streets, water and buildings under the rest, in greys."""
    box = sheet.box()
    picture = basemap.picture(box)
    if picture is not None:
        edge, (pixels, (west, south, east, north)) = sheet.edge, picture
        (x0, y0), (x1, y1) = sheet.places(np.array([west, east]), np.array([north, south])).tolist()
        wide, tall = sheet.width - 2 * edge, sheet.height - 2 * edge
        yield (
            f'<clipPath id="window"><rect x="{edge}" y="{edge}" width="{wide}" height="{tall}"/>'
            f'</clipPath><g clip-path="url(#window)" opacity="0.6"><image x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" '
            f'height="{y1 - y0:.1f}" preserveAspectRatio="none" href="{data_uri(pixels)}"/></g>'
        )
    for shape in basemap.shapes(box):
        rings, lines = sheet.ground(shape)
        if rings:
            yield f'<path d="{_data(rings)}" fill-rule="evenodd" fill="#e3e3dd" stroke="#c4c4bc" stroke-width="0.6"/>'
        for line in lines:
            yield f'<polyline points="{_points(line)}" fill="none" stroke="#c9c9c2" stroke-width="1.4"/>'
