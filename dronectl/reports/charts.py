"""The height profile and the time bar, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import numpy as np

from dronectl import altitude, sun
from dronectl.finding import Finding, MissionResult, Status
from dronectl.heights import Bounds
from dronectl.intervals import Intervals, covers, meet, union
from dronectl.measures import Datum, Height
from dronectl.mission import Flight, Mission
from dronectl.readers.moments import HOME_ZONE
from dronectl.records import dataclass
from dronectl.reports.dutch import Say, english
from dronectl.reports.words import clock, outward, tame
from dronectl.schedule import in_force
from dronectl.track import Track
from dronectl.volumes import OperationalVolume
from dronectl.zone import Restriction, Zone

MOST_LABELS = 80  # of bands in a profile: the table of zones has them all
MOST_NAMES = 12  # in a sentence below a drawing
MOST_DOTS = 40  # on the line of a profile
MOST_LIGHT_DAYS = 40  # of a long period, drawn
MERGED_S = 60.0  # the light of two days that lie no farther apart is one: the equation of time moves noon
GROUND_POINTS = 400  # of a piece of path, at most
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1000, 200, 56, 12, 14, 34
SMALL_HEIGHT = 190  # of two profiles beside each other
STROKE = {
    "PROHIBITED": "#D55E00", "REQ_AUTHORIZATION": "#B07500", "CONDITIONAL": "#6b6400", "USPACE": "#0072B2",
    "PRIVACY": "#A0457A", "CROWD": "#2277AA", "NO_RESTRICTION": "#666666", "UNKNOWN": "#5b2a86",
}  # Okabe-Ito, darkened where a line on white needs 3:1  # fmt: skip

VOLUMES = {
    "flight-geography": "geography", "contingency-volume": "contingency", "ground-risk-buffer": "buffer",
}  # fmt: skip
"""The parts of an operational volume, and the words of `speech` for them."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the sentence that says the same."""

    svg: str
    caption: str


Line = list[tuple[float, float]]
"""Places along a path, as metres along it and a height in metres."""


def look(zone: Zone) -> str:
    """How a zone is drawn; red only for what is prohibited."""
    if zone.restriction is None or zone.doubts or any(volume.doubt for volume in zone.volumes):
        return "UNKNOWN"
    if zone.crowd is not None:
        return "CROWD"
    if zone.restriction is Restriction.PROHIBITED:
        return "PROHIBITED"
    if zone.privacy is not None:
        return "PRIVACY"
    return str(zone.restriction.value)


def profiles(
    track: Track,
    result: MissionResult,
    limit_m: float | None = None,
    volume: OperationalVolume | None = None,
    tell: Say = english,
) -> list[Chart]:
    """Height above ground and above sea level where the models know both, or one of them where the path mixes datums.

    Else the path over its own datum, broken where a point has no height over it.
    """
    own = _main_datum(track.flight)
    known = {datum: _line(track, datum) for datum in (Datum.AGL, Datum.AMSL)} if own is not None else {}
    if len(set(track.flight.datum)) > 1:
        known = {datum: line for datum, line in known.items() if line}
    lines: dict[Datum | None, list[Line]] = {datum: [line] for datum, line in known.items()}
    if not known or not all(known.values()):
        lines = {own: _runs(track, own)}
    wide = WIDTH // len(lines)
    return [_profile(track, result, datum, runs, limit_m, volume, tell, wide) for datum, runs in lines.items()]


def _runs(track: Track, datum: Datum | None) -> list[Line]:
    """The points that are stated over a datum, in the stretches in which they follow each other."""
    stated = _stated(track, datum)
    held = np.flatnonzero([over is datum and datum is not None for over in track.flight.datum])
    cuts = (np.flatnonzero(np.diff(held) > 1) + 1).tolist()
    return [stated[first:last] for first, last in zip([0, *cuts], [*cuts, len(stated)], strict=True) if first < last]


def _stated(track: Track, datum: Datum | None) -> Line:
    """The points of the path that are stated over a datum, as (metres along, metres)."""
    flight, lengths = track.flight, track.course.length
    distance = np.concatenate([[0.0], np.cumsum(lengths)]) if len(lengths) else np.zeros(1)
    rows = zip(distance.tolist(), flight.height.tolist(), flight.datum, strict=False)
    return [(along, metres) for along, metres, over in rows if over is datum and datum is not None]


def _line(track: Track, datum: Datum) -> Line:
    """The path over a datum, as (metres along, metres); empty where a model has to be asked and does not know."""
    if all(over is datum for over in track.flight.datum):
        return _stated(track, datum)
    line: Line = []
    for piece in range(len(track.course)):
        over = altitude.above(track, piece, Height(0.0, datum))
        if over is None or float((over.high - over.low).max()) > altitude.UNKNOWN_SPREAD_M:
            return []
        line.extend(_along(track, piece, over))
    return line


def _along(track: Track, piece: int, bounds: Bounds) -> Iterator[tuple[float, float]]:
    """The middle of two bounds along a piece, as (metres along, metres), at some of its points."""
    begin, end = track.along_m(float(piece)), track.along_m(piece + 1.0)
    every = max(len(bounds.u) // GROUND_POINTS, 1)
    for k in (*range(0, len(bounds.u) - 1, every), len(bounds.u) - 1):
        yield begin + float(bounds.u[k]) * (end - begin), float(bounds.low[k] + bounds.high[k]) / 2


def _profile(
    track: Track,
    result: MissionResult,
    datum: Datum | None,
    runs: list[Line],
    limit_m: float | None,
    volume: OperationalVolume | None,
    tell: Say,
    wide: int,
) -> Chart:
    """Height over distance, with the ground where it is known and the bands of the zones at the path.

    `limit_m` is the height limit above ground; a volume's top is drawn where heights are above ground.
    """
    flight, tall = track.flight, HEIGHT if wide == WIDTH else SMALL_HEIGHT
    total = max(track.along_m(float(len(track.course))), 1.0)
    known = [metres for run in runs for _, metres in run]
    agl = datum is Datum.AGL
    limits = [(limit_m, f"limit {limit_m:g} m", "8 4", -4)] if limit_m is not None and agl else []
    if volume is not None and agl:
        top, end = volume.top_m, volume.contingency_top_m
        limits += [
            (top, f"flight geography to {top:.0f} m", "2 3", 12),
            (end, f"contingency volume to {end:.0f} m", "10 3 2 3", -4),
        ]
    bands = _bands(datum, track, result)
    ground = _ground(track, datum)
    levels = [0.0, *known, *(metres for metres, *_ in limits), *(metres for _, metres in ground)]
    low, high = min(levels), max(levels)
    high, low = high + max(10.0, 0.15 * (high - low)), min(low, 0.0)

    def x(metres: float) -> float:
        return LEFT + metres / total * (wide - LEFT - RIGHT)

    def y(metres: float) -> float:
        return TOP + (high - min(max(metres, low), high)) / (high - low) * (tall - TOP - BOTTOM)

    parts = []
    labelled: list[tuple[float, float]] = []
    for zone, first, last, lower, upper, same in bands:
        left, right = x(first), max(x(last), x(first) + 2)
        top = y(high if upper is None or not same else upper.metres)
        bottom = y(low if lower is None or not same else lower.metres)
        kind = look(zone)
        beneath = top + 12
        while any(abs(left - a) < 60 and abs(beneath - b) < 12 for a, b in labelled) and beneath < tall - BOTTOM:
            beneath += 12
        name = ""
        if beneath < tall - BOTTOM and len(labelled) < MOST_LABELS:
            labelled.append((left, beneath))
            name = f'<text x="{left + 3:.1f}" y="{beneath:.1f}">{escape(tame(zone.id))}</text>'
        dashes = "" if same else ' stroke-dasharray="4 4"'
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{max(bottom - top, 1):.1f}" '
            f'class="z-{kind}" stroke="{STROKE[kind]}" stroke-width="1.5"{dashes}>'
            f"<title>{escape(tame(zone.name or zone.id))}</title></rect>{name}"
        )
    if ground:
        outline = " ".join(f"{x(along):.1f},{y(metres):.1f}" for along, metres in ground)
        first_x, last_x, base = x(ground[0][0]), x(ground[-1][0]), tall - BOTTOM
        parts.append(
            f'<polygon points="{first_x:.1f},{base} {outline} {last_x:.1f},{base}" fill="#d9d9d9" stroke="#777">'
            f"<title>{tell('ground, as the terrain has it')}</title></polygon>"
        )
    for level in ticks(low, high):
        parts.append(
            f'<path d="M{LEFT} {y(level):.1f}H{wide - RIGHT}" stroke="#ddd"/>'
            f'<text x="{LEFT - 6}" y="{y(level) + 4:.1f}" text-anchor="end">{level + 0.0:g}</text>'
        )
    for step in ticks(0.0, total, 8 * wide // WIDTH):
        parts.append(f'<text x="{x(step):.1f}" y="{tall - 18}" text-anchor="middle">{tell(_metres(step))}</text>')
    for metres, words, dashes, beside in limits:
        parts.append(
            f'<path d="M{LEFT} {y(metres):.1f}H{wide - RIGHT}" stroke="#000" stroke-dasharray="{dashes}"/>'
            f'<text x="{wide - RIGHT - 4}" y="{y(metres) + beside:.1f}" text-anchor="end">{tell(words)}</text>'
        )
    for run in runs:
        points = " ".join(f"{x(along):.1f},{y(metres):.1f}" for along, metres in run)
        parts.append(f'<polyline points="{points}" fill="none" stroke="#fff" stroke-width="6"/>')
        parts.append(f'<polyline points="{points}" fill="none" stroke="#000" stroke-width="2.5"/>')
    stated = _stated(track, datum)
    for along, metres in stated if len(flight.lon) <= MOST_DOTS else ():
        parts.append(f'<circle cx="{x(along):.1f}" cy="{y(metres):.1f}" r="3"/>')
    named = datum.value if datum else "no datum"
    unit = {"AGL": "above ground", "AMSL": "above mean sea level", "WGS84": "above the ellipsoid"}.get(
        named, "above take-off"
    )
    parts.append(
        f'<text x="{LEFT}" y="{tall - 4}">{tell("metres along the path")}</text>'
        f'<text x="4" y="11">{tell(f"m {unit}")}</text>'
    )
    over = some(dict.fromkeys(tame(zone.id) for zone, *_ in bands), tell) or "no zone"
    heights = f"{min(known):.0f} to {max(known):.0f} m {unit}" if known else "heights not known"
    missing = len(flight.lon) - len(stated) if len(known) == len(stated) else 0
    drawn = "".join(f"; {words}" for _, words, *_ in limits)
    caption = f"{flight.id}: {heights} over {_metres(total)}; over, under or inside: {over}"
    caption += drawn
    caption += f"; {missing} point(s) have no height over this datum" if missing else ""
    if ground:
        lowest, highest = min(metres for _, metres in ground), max(metres for _, metres in ground)
        caption += f"; the ground (grey) at {lowest:.0f} to {highest:.0f} m over the same datum"
    caption += (
        "; a dashed band is over another datum, so its place in the drawing is not known"
        if not all(same for *_, same in bands)
        else ""
    )
    caption = "; ".join(tell(part) for part in caption.split("; "))
    return Chart(svg(tall, tell("Height profile"), caption, parts, wide), caption)


def _ground(track: Track, datum: Datum | None) -> list[tuple[float, float]]:
    """The ground under the path over the path's datum, as (metres along, metres); empty where it is not all known."""
    if track.models.terrain is None or datum in (None, Datum.AGL):
        return []
    line: list[tuple[float, float]] = []
    for piece in range(len(track.course)):
        bounds = altitude.level(track, piece, Datum.AGL).minus(altitude.level(track, piece, datum))
        if float((bounds.high - bounds.low).max()) > altitude.UNKNOWN_SPREAD_M:
            return []
        line.extend(_along(track, piece, bounds))
    return line


def _main_datum(flight: Flight) -> Datum | None:
    found = [datum for datum in flight.datum if datum is not None]
    return max(set(found), key=lambda datum: (found.count(datum), datum.value)) if found else None


Band = tuple[Zone, float, float, Height | None, Height | None, bool]


def _bands(datum: Datum | None, track: Track, result: MissionResult) -> list[Band]:
    """Zones against stretches of the path (metres): zone, from, to, lower, upper, and whether the datums are the same."""
    bands: list[Band] = []
    for finding in _with_zone(result):
        zone = finding.zone
        if zone is None:
            continue
        for met in finding.encounters:
            if met.flight != track.flight.id:
                continue
            band = zone.volumes[met.volume].band
            lower = None if band.from_ground else band.lower
            same = all(limit is None or limit.datum is datum for limit in (lower, band.upper))
            for first, last in met.spans:
                bands.append((zone, track.along_m(first), track.along_m(last), lower, band.upper, same))
    return bands


def _with_zone(result: MissionResult) -> list[Finding]:
    """One finding a zone, the weightiest first."""
    seen: dict[int, Finding] = {}
    for finding in result.findings:
        if finding.zone is not None and finding.status is not Status.NOT_APPLICABLE:
            seen.setdefault(id(finding.zone), finding)
    return list(seen.values())


def timebar(mission: Mission, result: MissionResult, tell: Say = english) -> Chart:
    """When the flights happen and when the zones near them are in force."""
    flights = [(f.id, float(f.times[0]), float(f.times[-1])) for f in mission.flights if f.times is not None]
    flights += [(f.id, *period) for f in mission.flights if f.times is None for period in f.periods]
    if not flights:
        caption = tell("The mission states no time, so nothing can be said about hours.")
        said = f'<text x="10" y="24">{tell("no time stated")}</text>'
        return Chart(svg(40, tell("Time"), caption, [said]), caption)
    first, last = min(a for _, a, _ in flights), max(b for _, _, b in flights)
    pad = max(900.0, (last - first) * 0.5)
    begin, end = first - pad, last + pad

    def x(moment: float) -> float:
        return LEFT + 90 + (moment - begin) / (end - begin) * (WIDTH - LEFT - 90 - RIGHT)

    keeping = [finding.zone for finding in _with_zone(result) if finding.zone is not None and finding.zone.keeps_hours]
    light = daylight(mission, begin, end)
    rows = len(flights) + len(keeping) + 1
    height = 30 + 24 * rows
    parts = []
    zone_info = ZoneInfo(HOME_ZONE)
    for step in clock_ticks(begin, end):
        local = datetime.fromtimestamp(step, zone_info)
        parts.append(
            f'<path d="M{x(step):.1f} 18V{height - 4}" stroke="#ddd"/><text x="{min(x(step), WIDTH - 52):.1f}" y="12" '
            f'text-anchor="middle">{local:%H:%M} ({datetime.fromtimestamp(step, UTC):%H:%MZ})</text>'
        )
    top = 22
    for name, a, b in flights:
        parts.append(f'<text x="6" y="{top + 14}">{escape(tame(name))[:22]}</text>')
        parts.append(f'<rect x="{x(a):.1f}" y="{top}" width="{max(x(b) - x(a), 2):.1f}" height="18" fill="#000"/>')
        top += 24
    parts.append(f'<text x="6" y="{top + 14}">{tell("daylight")}</text>')
    for (a, b), twilight in [(span, True) for span in light["twilight"]] + [(span, False) for span in light["sun"]]:
        colour = 'fill="#8fb8d8"' if twilight else 'fill="#fff" stroke="#777"'
        said = tell("civil twilight" if twilight else "the sun is up")
        parts.append(
            f'<rect x="{x(a):.1f}" y="{top + 3}" width="{max(x(b) - x(a), 2):.1f}" height="12" {colour}>'
            f"<title>{said}</title></rect>"
        )
    top += 24
    flown = union((a, b) for _, a, b in flights)
    kept = [tell(_light_words(light, flown))]
    for zone in keeping:
        lon, lat = mission.flights[0].takeoff
        every = [in_force(zone.in_time_of(k).periods, begin, end, (lon, lat)) for k in range(len(zone.volumes))]
        maybe, surely = (union(span for one in every for span in getattr(one, name)) for name in ("maybe", "surely"))
        kind = look(zone)
        parts.append(f'<text x="6" y="{top + 14}">{escape(tame(zone.id))[:22]}</text>')
        for spans, opacity in ((maybe, "0.35"), (surely, "1")):
            for a, b in spans:
                parts.append(
                    f'<rect x="{x(a):.1f}" y="{top}" width="{max(x(b) - x(a), 2):.1f}" height="18" '
                    f'class="z-{kind}" stroke="{STROKE[kind]}" opacity="{opacity}"/>'
                )
        active = bool(meet(maybe, flown))
        kept.append(tell(f"{tame(zone.id)} {'in force' if active else 'not in force'}"))
        top += 24
    local_first, local_last = outward(first, last)
    until = clock(local_last, local_first)
    caption = tell(f"Flown {local_first.day} {local_first:%b %Y %H:%M} to {until} local time")
    if not keeping:
        kept.append(tell("no zone near the path keeps hours"))
    caption += f"; {kept[0]}; {some(kept[1:], tell)}"
    return Chart(svg(height, tell("Time bar"), caption, parts), caption)


def daylight(mission: Mission, begin: float, end: float) -> dict[str, Intervals]:
    """When it is light at the take-off point between two moments: `sun` above the horizon, and `twilight` round it."""
    lon, lat = mission.flights[0].takeoff
    made: dict[str, Intervals] = {}
    first, last = (datetime.fromtimestamp(moment, UTC).date() for moment in (begin, end))
    days = [first + timedelta(days=k) for k in range(-1, min((last - first).days, MOST_LIGHT_DAYS) + 2)]
    for name, kinds in {"sun": sun.RISEN, "twilight": sun.TWILIGHT}.items():
        spans = [span for day in days if (span := sun.light(day, kinds, lon=lon, lat=lat)) is not None]
        made[name] = [(a, b) for a, b in meet(union(spans, gap=MERGED_S), [(begin, end)]) if a < b]
    return made


def _light_words(light: dict[str, Intervals], flown: Intervals) -> str:
    """Whether all flights are in daylight, in words."""
    for name, words in (("sun", "in daylight"), ("twilight", "in daylight or civil twilight")):
        if covers(light[name], flown):
            return f"all of it {words}"
    beyond = flown[-1][1] - flown[0][0] > MOST_LIGHT_DAYS * 86_400.0
    return "part of it by night, or not known" if beyond or meet(light["twilight"], flown) else "by night"


def some(names: Iterable[str], tell: Say = english) -> str:
    """The first of some names, and how many there are more."""
    listed = list(names)
    more = " " + tell(f"and {len(listed) - MOST_NAMES} more") if len(listed) > MOST_NAMES else ""
    return ", ".join(listed[:MOST_NAMES]) + more


def svg(height: int, title: str, caption: str, parts: list[str], width: int = WIDTH) -> str:
    """A drawing with its title and its text alternative."""
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title><desc>{escape(caption)}</desc>{''.join(parts)}</svg>"
    )


def ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Round values between two, at most one more than `most`."""
    span = high - low
    step = 10 ** np.floor(np.log10(span / 4))
    for factor in (1, 2, 5, 10):
        if span / (step * factor) <= most:
            step *= factor
            break
    first = np.ceil(low / step) * step
    return [float(level) for level in np.arange(first, high + step * 1e-6, step)]


def clock_ticks(begin: float, end: float) -> list[float]:
    """Round moments between two (seconds since 1970, UTC), at most nine."""
    for step in (300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800, 2592000, 31536000):
        if (end - begin) / step <= 8:
            first = np.ceil(begin / step) * step
            return [float(moment) for moment in np.arange(first, end, step)]
    return []


def _metres(value: float) -> str:
    return f"{value:.0f} m" if value < 1000 else f"{value / 1000:.3g} km"
