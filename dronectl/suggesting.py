"""The smallest change that makes a mission fly: moved or inserted waypoints, another height, another time; each is checked.

Nothing is believed: a change is a suggestion only where the check of the changed mission says CLEARED.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from itertools import pairwise
from math import isfinite
from operator import itemgetter

import numpy as np

from dronectl import endurance
from dronectl.check import Report, start_at
from dronectl.finding import Finding, Severity, Status, Verdict
from dronectl.geometry import Frame, leg_azimuths, path_m
from dronectl.geometry.course import WIDEST_M
from dronectl.geometry.routing import FreeGround
from dronectl.heights import Models
from dronectl.house import House
from dronectl.measures import Datum
from dronectl.mission import Flight, Mission
from dronectl.prepared import prepared
from dronectl.records import dataclass
from dronectl.schedule import in_force
from dronectl.track import Track
from dronectl.zone import Footprint, Zone

ROOM_M = 0.5  # beyond what the check asks for
ROUNDS = 14
MORE_M, MORE = 2.0, 1.6  # how a distance that was not enough grows
MOST_M = 2_000.0  # farther than that no zone asks for
MOST_MOVED_M = 1_000.0  # house figure
HIGHEST_M = 120.0  # nobody is told to climb higher above ground: (EU) 2019/947, UAS.OPEN.010(2)
STRIPS, STRIP_M, STRIP_SHARE = (
    3,
    10.0,
    1.5,
)  # so many, so long, so much longer than the turn between them: house figures
STRIP_COSINE, STRIP_SLANT = 0.999, 0.9  # parallel within 2.6 degrees; a turn may slant
WHOLE = 1.0 - 1e-9
DEFAULT_SPEED_MPS = 5.0  # of a flight that moves nowhere: house figure
LEAST_HEIGHT_M = 10.0  # lower than that nobody flies a mission: house figure
AHEAD_DAYS = 14
MOST_TIMES = 60
AFTER_S = 180.0  # after a zone's hours: two minutes round a sun event belong to it, and one to the clock
DAY_S = 86400.0
VAGUE = "only zones of unknown outline are in the way: no change of the path can decide about them"
SAME_M = 0.01
INSERTED = " (inserted after)"
ABOVE = (Datum.AGL, Datum.TAKEOFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A changed mission and what was changed: it is cleared, or nothing but zones of unknown outline keeps it from that."""

    kind: str
    """`detour`, `height`, `time`, or a detour and one of these."""
    mission: Mission
    report: Report
    moved: int = 0
    farthest_m: float = 0.0
    """How far a waypoint was moved at most."""
    inserted: int = 0
    dropped: int = 0
    """Waypoints at ends of strips that lie in zones."""
    added_m: float = 0.0
    added_s: float | None = None
    height_m: float | None = None
    datum: str = ""
    lowered: bool = True
    start: float | None = None
    battery: float | None = None
    """The share of its battery that the flight asks, with the way home; None where no aircraft is known."""


@dataclass(slots=True, kw_only=True)
class Suggestions:
    """What was found, the least change first; and why other ways do not lead there."""

    before: Report
    found: list[Suggestion] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)
    """Per kind of change why there is none."""


Ask = Callable[[Mission], Report]
Kept = tuple[Zone, float]
"""A zone, and how many metres to keep off it."""
Make = Callable[[Sequence[Kept]], Mission | str]


def suggest(mission: Mission, ask: Ask, models: Models, house: House) -> Suggestions:
    """Look for the smallest change after which `ask` clears a mission."""
    made = Suggestions(before=ask(mission))
    if settled(made.before):
        if made.before.verdict is not Verdict.CLEAR:
            made.why["detour"] = _others(blocking(made.before)) or VAGUE
        return made
    for kind, look in (("detour", _detour), ("height", _height), ("time", _time)):
        found = look(mission, made.before, ask, models, house)
        if isinstance(found, str):
            made.why[kind] = found
        else:
            made.found.append(found)
    if not made.found:
        both = _two_kinds(mission, made, ask, models, house)
        made.found += [both] if both is not None else []
    made.found = [replace(one, battery=_battery(one.mission, house)) for one in made.found]
    made.found.sort(key=_rank)
    return made


def _rank(one: Suggestion) -> tuple[bool, float, float, float, str]:
    """Cleared before undecided, then the least added length, time and battery."""
    return one.report.verdict is not Verdict.CLEAR, one.added_m, one.added_s or 0.0, one.battery or 0.0, one.kind


def _battery(mission: Mission, house: House) -> float | None:
    """The share of the battery that a mission asks of the aircraft that it names; None where that is not known."""
    aircraft, _ = house.aircraft_of(mission)
    if aircraft is None:
        return None
    wind, shares = mission.wind or endurance.ASSUMED, []
    for flight in mission.flights:
        flown = endurance.pace(flight, wind, aircraft.max_speed_mps)
        asked = None if flown is None else endurance.battery(flown, wind, mission, aircraft)
        if asked is None:
            return None
        shares.append(max(asked.flight_s, asked.home_s) / asked.has_s)
    return max(shares, default=None)


def _two_kinds(mission: Mission, made: Suggestions, ask: Ask, models: Models, house: House) -> Suggestion | None:
    """A way round zones, and then another height or a later start: where neither alone is enough."""
    found = cleared(made.before, lambda zones: led_round(mission, zones, models, house, MOST_MOVED_M), ask, of_place)
    if isinstance(found, str):
        return None
    led, report = found
    for kind, look in (("height", _height), ("time", _time)):
        more = look(led, report, ask, models, house)
        if not isinstance(more, str):
            whole = _told(f"detour+{kind}", mission, more.mission, more.report)
            return replace(
                whole, height_m=more.height_m, datum=more.datum, lowered=more.lowered, start=more.start,
                added_s=None if kind == "time" else whole.added_s,
            )  # fmt: skip
    return None


def of_place(finding: Finding) -> bool:
    """True where a way round may settle a finding: it is of a zone of known outline that keeps no hours."""
    zone = finding.zone
    return zone is not None and not _vague(zone) and not zone.keeps_hours


def blocking(report: Report) -> list[Finding]:
    """The findings that keep a mission from being cleared."""
    return [
        finding
        for result in report.results
        for finding in result.findings
        if finding.severity is Severity.VIOLATION
        and finding.status in (Status.FAILED, Status.UNDECIDED)
        and finding.was_asked
    ]


def _vague(zone: Zone) -> bool:
    """True where the outline of a zone is not known: no way leads round what may be anywhere."""
    return bool(zone.doubts) or any(volume.doubt or volume.footprint is None for volume in zone.volumes)


def _only_vague(report: Report) -> bool:
    """True where nothing but zones of unknown outline leaves a mission undecided."""
    found = blocking(report)
    return report.verdict is Verdict.UNDECIDED and all(one.zone is not None and _vague(one.zone) for one in found)


def _others(findings: Sequence[Finding]) -> str:
    """What blocks a mission and is no matter of where it flies."""
    left = [finding for finding in findings if finding.zone is None]
    return "; ".join(dict.fromkeys(f"{finding.rule}: {finding.message}" for finding in left[:3]))


def _detour(mission: Mission, before: Report, ask: Ask, models: Models, house: House) -> Suggestion | str:
    """Waypoints moved out of zones and inserted round them."""
    found = cleared(before, lambda zones: led_round(mission, zones, models, house, MOST_MOVED_M), ask)
    return found if isinstance(found, str) else _told("detour", mission, *found)


def cleared(
    before: Report, make: Make, ask: Ask, only: Callable[[Finding], bool] | None = None
) -> tuple[Mission, Report] | str:
    """What `make` makes of the zones to keep off, once it is cleared: zones are taken in as they turn out to block.

    With `only`, zones of other findings are left to others, and it is enough that none of these is left.
    """
    grown: dict[str, Kept] = {}
    report = before
    for _ in range(ROUNDS):
        findings = blocking(report)
        zones = [finding for finding in findings if finding.zone is not None and not _vague(finding.zone)]
        zones = [finding for finding in zones if only is None or only(finding)]
        if not zones:
            return _others(findings) or "nothing that a detour could change blocks it"
        for finding in zones:
            zone = finding.zone
            assert zone is not None
            had = grown.get(str(zone.where))
            asked = (
                finding.limit if finding.unit == "m" and finding.limit is not None and isfinite(finding.limit) else 0.0
            )
            metres = asked + ROOM_M if had is None else had[1] * MORE + MORE_M
            if metres > MOST_M:
                return f"keeping {MOST_M:g} m off {zone.id} is not enough: {finding.message}"
            grown[str(zone.where)] = (zone, metres)
        changed = make(list(grown.values()))
        if isinstance(changed, str):
            return changed
        report = ask(changed)
        if settled(report) or (only is not None and not any(map(only, blocking(report)))):
            return changed, report
    return "no way round was found in some rounds; the zones in the way leave none, or ask for more than distance"


def settled(report: Report) -> bool:
    """True where a mission is cleared, or nothing but zones of unknown outline keeps it from that."""
    return report.verdict is Verdict.CLEAR or _only_vague(report)


def led_round(
    mission: Mission, zones: Sequence[Kept], models: Models, house: House, most_moved_m: float
) -> Mission | str:
    """The mission with every leg led round some zones, each kept off by some metres; or why that cannot be.

    A waypoint in a zone is moved out of it, by so many metres at most. The way keeps to the plan's own fence.
    """
    ready = prepared(mission, models, house)
    mission, flights = ready.mission, []
    for flight, track in zip(mission.flights, ready.tracks, strict=True):
        frame = Frame.about(flight.lon, flight.lat)
        at = frame.project(flight.lon, flight.lat)
        if float(np.hypot(*np.ptp(at, axis=0))) > WIDEST_M:
            return f"the path is more than {WIDEST_M / 1000:g} km across"
        fence = [(zone, ROOM_M) for zone in mission.fence]
        areas = [
            (shape, float(track.reach.max()) + ROOM_M) for zone in mission.fence_inside for shape in zone.footprints
        ]
        if bool(FreeGround(frame, [], areas).barred(at).any()):  # it does not keep inside as it is
            areas = []
        led = _led(flight, at, FreeGround(frame, obstacles([*zones, *fence], track), areas))
        if isinstance(led, str):
            return led
        flights.append(led)
        moved = float(_shifts(flight, led).max(initial=0.0))
        if moved > max(most_moved_m, SAME_M):
            if most_moved_m > 0:
                return f"a waypoint would have to move {moved:.0f} m: that is another mission"
            return f"a place that was named lies in a zone, or too near to one: {moved:.0f} m away it would be free"
    return replace(mission, flights=tuple(flights))


def obstacles(zones: Sequence[Kept], track: Track) -> list[tuple[Footprint, float]]:
    """The footprints of zones, each with how far a path must stay off it."""
    reach = float(track.reach.max())
    return [(shape, reach + track.spread(zone) + metres) for zone, metres in zones for shape in zone.footprints]


def _led(flight: Flight, at: np.ndarray, ground: FreeGround) -> Flight | str:
    """One flight led round obstacles; heights run evenly along each leg, and speeds stay.

    Strips of a survey are cut where an obstacle begins, and go on where it ends: what is beside it is still flown over.
    """
    strips, barred = _strips(at), ground.barred(at)
    rows: list[tuple[int, float]] = []
    places: list[np.ndarray] = []
    k = 0
    while k < len(at):
        if k < len(strips) and strips[k]:  # no leg after a strip is one
            for share in (side for part in ground.free_parts(at[k], at[k + 1]) for side in part):
                rows.append((k, share) if share < WHOLE else (k + 1, 0.0))
                places.append(at[k] + share * (at[k + 1] - at[k]))
            k += 2
            continue
        place = ground.beside(at[k]) if barred[k] else at[k]
        if barred[k] and bool(ground.barred(place[None])[0]):
            return f"no free place was found beside point {k}"
        rows.append((k, 0.0))
        places.append(place)
        k += 1
    if len(places) < 2:
        return _rebuilt(flight, rows, np.array(places), ground) if rows else "nothing of its path is free of zones"
    return _joined(flight, rows, places, ground)


def _joined(
    flight: Flight, rows: list[tuple[int, float]], places: list[np.ndarray], ground: FreeGround
) -> Flight | str:
    """A flight through places that are free, led round what lies between two of them."""
    at = np.array(places)
    free = ground.open(at[:-1], at[1:])
    made, through = [rows[0]], [places[0]]
    for k in range(len(at) - 1):
        turns = [] if free[k] else ground.way(at[k], at[k + 1])
        (leg, share), (later, end) = rows[k], rows[k + 1]
        if turns is None:
            return f"there is no way from point {leg} to point {later}: the zones between them leave none"
        way = [at[k], *(np.array(turn) for turn in turns), at[k + 1]]
        steps = [float(np.hypot(*(b - a))) for a, b in pairwise(way)]
        whole, gone = sum(steps), 0.0
        until = end if later == leg else 1.0
        for place, step in zip(way[1:-1], steps, strict=False):
            gone += step
            made.append((leg, share + (until - share) * (gone / whole if whole > 0 else 0.0)))
            through.append(place)
        made.append(rows[k + 1])
        through.append(at[k + 1])
    return _rebuilt(flight, made, np.array(through), ground)


def _strips(at: np.ndarray) -> np.ndarray:
    """Which legs are strips of a survey: long ones, side by side, the one flown back beside the other. (n - 1,) of bool."""
    legs = np.diff(at, axis=0)
    length = np.hypot(*legs.T)
    found = np.zeros(len(legs), dtype=bool)
    for k in range(len(legs) - 2):
        one, turn, back = legs[k], legs[k + 1], legs[k + 2]
        if min(length[k], length[k + 2]) < STRIP_SHARE * max(length[k + 1], STRIP_M):
            continue
        along = float(one @ back) / (length[k] * length[k + 2])
        across = abs(float(one @ turn)) / max(length[k] * length[k + 1], 1e-9)
        if along < -STRIP_COSINE and across < STRIP_SLANT:
            found[k] = found[k + 2] = True
    return found if found.sum() >= STRIPS else np.zeros(len(legs), dtype=bool)


def _rebuilt(flight: Flight, rows: Sequence[tuple[int, float]], places: np.ndarray, ground: FreeGround) -> Flight:
    """A flight through new places; each row says after which old point it lies, and at which share of the leg."""
    lon, lat = ground.frame.unproject(places)
    old = np.array([leg for leg, _ in rows])
    share = np.array([part for _, part in rows])
    stay = share == 0.0
    kept = ground.frame.project(flight.lon[old], flight.lat[old])
    same = stay & (np.hypot(*(kept - places).T) < 1e-6)
    lon[same], lat[same] = flight.lon[old[same]], flight.lat[old[same]]
    following = np.minimum(old + 1, len(flight.lon) - 1)
    mixed = [flight.datum[a] is flight.datum[b] for a, b in zip(old, following, strict=True)]
    height = np.where(
        mixed, flight.height[old] + share * (flight.height[following] - flight.height[old]), flight.height[old]
    )
    legs = old[:-1]
    made = replace(
        flight, lon=lon, lat=lat, height=height, datum=tuple(flight.datum[k] for k in old),
        place=[flight.place[k] + ("" if still else INSERTED) for k, still in zip(old, stay, strict=True)],
        kind=tuple(flight.kind[k] for k in legs) if flight.kind else (),
        widen_m=flight.widen_m[legs] if len(rows) > 1 else flight.widen_m,
        gimbal_pitch_deg=_each(flight.gimbal_pitch_deg, old), gimbal_yaw_deg=_each(flight.gimbal_yaw_deg, old),
        recording=tuple(flight.recording[k] for k in old) if flight.recording else (),
    )  # fmt: skip
    return replace(
        made, times=_clocked(flight, made, old, flight.times), elapsed=_clocked(flight, made, old, flight.elapsed)
    )


def _each(values: tuple[float, ...], old: np.ndarray) -> tuple[float, ...]:
    return tuple(values[k] for k in old) if values else ()


def _clocked(before: Flight, after: Flight, old: np.ndarray, times: np.ndarray | None) -> np.ndarray | None:
    """Times along a longer path: every leg at the speed that it had, a leg without length as long as it took."""
    if times is None or len(old) < 2:
        return times
    length, longer = leg_azimuths(before.lon, before.lat)[1], leg_azimuths(after.lon, after.lat)[1]
    took = np.diff(times)
    moving = (length > 0.5) & (took > 0)
    usual = float(np.median(length[moving] / took[moving])) if moving.any() else DEFAULT_SPEED_MPS
    seconds = np.zeros(len(longer))
    for k, leg in enumerate(old[:-1].tolist()):
        parts = old[:-1] == leg
        whole = float(longer[parts].sum())
        stretched = took[leg] * (whole / length[leg]) if length[leg] > 0.5 else took[leg] + whole / usual
        seconds[k] = stretched * (longer[k] / whole if whole > 0 else 1.0 / parts.sum())
    return np.asarray(np.concatenate([times[:1], times[0] + np.cumsum(seconds)]))


def _height(mission: Mission, before: Report, ask: Ask, models: Models, house: House) -> Suggestion | str:
    """The whole mission no higher, or no lower, than some limit that its zones or its category set."""
    findings = blocking(before)
    known = {datum for flight in mission.flights for datum in flight.datum}
    tracks = prepared(mission, models, house).tracks
    above = max(track.up_m for track in tracks) + ROOM_M
    below = max(track.vertical_m for track in tracks) + ROOM_M
    tops: list[tuple[float, Datum]] = []
    floors: list[tuple[float, Datum]] = []
    for finding in findings:
        if finding.rule == "ALT101" and finding.limit is not None and isfinite(finding.limit):
            tops += [
                (finding.limit - mission.uncertainty.vertical_m - ROOM_M, datum) for datum in ABOVE if datum in known
            ]
        zone = finding.zone
        for volume in zone.volumes if zone is not None else ():
            low, high = volume.band.lower, volume.band.upper
            if low is not None and low.metres > 0 and low.datum in known and low.datum is not None:
                tops.append((low.metres - above, low.datum))
            if high is not None and high.datum in known and high.datum is not None:
                floors.append((high.metres + below, high.datum))
    tries = [(height, datum, True) for height, datum in sorted(set(tops), reverse=True, key=itemgetter(0))]
    highest = max(float(np.nanmax(flight.height, initial=0.0)) for flight in mission.flights)
    tries += [
        (height, datum, False)
        for height, datum in sorted(set(floors), key=itemgetter(0))
        if datum not in ABOVE or height <= max(HIGHEST_M, highest)
    ]
    for height, datum, lower in tries:
        if height < LEAST_HEIGHT_M:
            continue
        changed = replace(mission, flights=tuple(_levelled(flight, height, datum, lower) for flight in mission.flights))
        report = ask(changed)
        if settled(report):
            made = _told("height", mission, changed, report)
            return replace(made, height_m=height, datum=datum.value, lowered=lower)
    return (
        "no height that its zones leave open clears it" if tries else "no limit in the way is one of heights it states"
    )


def _levelled(flight: Flight, height: float, datum: Datum, lower: bool) -> Flight:
    """A flight with its points no higher than a height, or in the air no lower."""
    mine = np.array([one is datum for one in flight.datum])
    if lower:
        changed = np.where(mine, np.minimum(flight.height, height), flight.height)
    else:
        airborne = mine & (flight.height > LEAST_HEIGHT_M)
        changed = np.where(airborne, np.maximum(flight.height, height), flight.height)
    return replace(flight, height=changed)


def _time(mission: Mission, before: Report, ask: Ask, models: Models, house: House) -> Suggestion | str:
    """The first later start at which nothing that keeps hours is in the way and the light is right."""
    spans = [flight.span for flight in mission.flights if flight.times is not None]
    if len(spans) < len(mission.flights) or not spans:
        return "it states no time to move"
    begin = min(span[0] for span in spans if span is not None)
    ends: list[float] = []
    for finding in blocking(before):
        zone = finding.zone
        if zone is None or not zone.keeps_hours:
            continue
        for volume, number in ((volume, k) for k, volume in enumerate(zone.volumes)):
            if volume.box is None:
                continue
            place = ((volume.box[0] + volume.box[2]) / 2, (volume.box[1] + volume.box[3]) / 2)
            hours = in_force(zone.in_time_of(number).periods, begin, begin + AHEAD_DAYS * DAY_S, place)
            ends += [end for _, end in hours.maybe if begin < end < begin + AHEAD_DAYS * DAY_S - 1]
    dark = any(finding.rule == "CAT104" for finding in blocking(before))
    if dark:
        ends += [begin + hours * 3600.0 for hours in range(1, 25)]
    if not ends:
        return "nothing in the way keeps hours"
    for moment in sorted(set(ends))[:MOST_TIMES]:
        start = float(np.ceil((moment + AFTER_S) / 60.0) * 60.0)
        changed = start_at(mission, start)
        report = ask(changed)
        if settled(report):
            return replace(_told("time", mission, changed, report), start=start)
    return f"no start in the {AHEAD_DAYS} days after clears it"


def _shifts(before: Flight, after: Flight) -> np.ndarray:
    """How far each waypoint that is left of a flight was moved, metres, (n,)."""
    number = {place: k for k, place in enumerate(before.place)}
    pairs = [(number[place], k) for k, place in enumerate(after.place) if place in number]
    if not pairs:
        return np.zeros(0)
    old, new = np.array(pairs).T
    frame = Frame(float(before.lon[0]), float(before.lat[0]))
    shift = frame.project(after.lon[new], after.lat[new]) - frame.project(before.lon[old], before.lat[old])
    return np.asarray(np.hypot(*shift.T))


def _told(kind: str, mission: Mission, changed: Mission, report: Report) -> Suggestion:
    """What was changed, in figures."""
    moved, farthest, inserted, dropped = 0, 0.0, 0, 0
    added, seconds = 0.0, 0.0
    timed = True
    for before, after in zip(mission.flights, changed.flights, strict=True):
        new = sum(place.endswith(INSERTED) for place in after.place)
        inserted += new
        dropped += len(before.lon) - (len(after.lon) - new)
        added += path_m(after.lon, after.lat) - path_m(before.lon, before.lat)
        shift = _shifts(before, after)
        moved += int((shift > 0.01).sum())
        farthest = max(farthest, float(shift.max(initial=0.0)))
        if before.times is not None and after.times is not None:
            seconds += float(np.ptp(after.times) - np.ptp(before.times))
        elif before.elapsed is not None and after.elapsed is not None:
            seconds += float(np.ptp(after.elapsed) - np.ptp(before.elapsed))
        else:
            timed = False
    return Suggestion(
        kind=kind, mission=changed, report=report, moved=moved, farthest_m=farthest, inserted=inserted, dropped=dropped,
        added_m=added,
        added_s=seconds if timed else None,
    )  # fmt: skip
