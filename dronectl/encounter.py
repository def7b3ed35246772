"""Where a mission and a zone meet: in plan, in height and in time, at the same moment of the same leg."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dronectl import altitude, geometry
from dronectl.geometry import Contact, Index
from dronectl.intervals import Interval, Intervals, covers, meet, union
from dronectl.measures import Answer, Band
from dronectl.mission import Flight
from dronectl.schedule import Hours, in_force
from dronectl.track import (
    VERTICAL_EPS_M,
    WHOLE,
    Doubt,
    Encounter,
    Track,
    fix_at,
    pieces_of,
    stretch,
    times_of,
)
from dronectl.zone import Zone

SEARCH_SLACK_M = 50.0  # a 5 km piece of a leg bows 6 m towards the pole at 85 degrees
SUN_REACH_DEG = 0.1  # across it the sun rises 24 s later, well inside the two minutes that belong to a zone
NEAR_M = 1000.0  # zones within it are listed although they are passed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meeting:
    """A mission and one zone: every encounter, and the answer over all volumes and flights (or over some of them)."""

    zone: Zone
    inside: Answer
    encounters: tuple[Encounter, ...]
    doubts: tuple[Doubt, ...]
    in_plan: Answer
    in_height: Answer
    in_time: Answer
    within_margin: bool
    """True where the path comes nearer than the margin that was asked for, in the band and in force."""
    nearest_m: float
    """The least distance on the ground between the bare path and the zone; infinite where the zone has no outline."""
    possible: tuple[Encounter, ...] = ()
    """Where the zone is perhaps entered as well, beside the sure encounters: a permit or a condition must hold there too."""

    @property
    def margin_m(self) -> float:
        """The worst margin of all encounters, metres."""
        return min(met.margin_m for met in self.encounters)


@dataclass(slots=True)
class Touch:
    """What the frames of one course found of one volume."""

    nominal: dict[int, Intervals] = field(default_factory=dict)
    wide: dict[int, Intervals] = field(default_factory=dict)
    margin: dict[int, Intervals] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)


class Skies:
    """All zones, ready to be asked about many missions."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self.zones = tuple(zones)
        pairs = [(zone, k) for zone in self.zones for k in range(len(zone.volumes))]
        self.owner = pairs
        self.paths = {zone.dataset.path for zone in self.zones}
        self.order = {id(zone): k for k, zone in enumerate(self.zones)}
        self.index = Index([zone.volumes[k] for zone, k in pairs])
        self.widest_m = max((zone.spread_m for zone in self.zones), default=0.0)

    def meetings(self, tracks: Sequence[Track], *, near_m: float = NEAR_M, margin_m: float = 0.0) -> list[Meeting]:
        """Every zone that a mission's tracks meet, may meet, or pass within `near_m` metres, in the zones' order."""
        found: dict[int, list[Meeting]] = {}
        order = self.order
        for track in tracks:
            for partial in self._of(track, near_m, margin_m):
                found.setdefault(order[id(partial.zone)], []).append(partial)
        return [_gather(self.zones[k], found[k]) for k in sorted(found)]

    def near_files(
        self, tracks: Sequence[Track], metres: float, met: Sequence[Meeting] = ()
    ) -> tuple[set[str], set[str]]:
        """The files with a zone within `metres` of a mission, and those whose zones' boxes come that near.

        `met` are meetings of the same tracks that are known already: their files need not be asked again.
        """
        exact = {one.zone.dataset.path for one in met if one.nearest_m <= metres}
        boxed = set(exact)
        for track in tracks if exact < self.paths else ():
            course = track.course
            for pieces, frame in course.frames():
                for number in self.index.around(course, pieces, metres):
                    zone, k = self.owner[number]
                    path = zone.dataset.path
                    boxed.add(path)
                    if path in exact:
                        continue
                    close = self.index.close(course, pieces, metres, number)
                    if geometry.distance_to(zone.volumes[k], course, close, frame) <= metres:
                        exact.add(path)
        return exact, boxed

    def _of(self, track: Track, near_m: float, margin_m: float) -> Iterator[Meeting]:
        touches = self.touches(track, near_m, margin_m)
        hours: dict[tuple[int, int], Hours | None] = {}
        for number, touch in sorted(touches.items()):
            zone, k = self.owner[number]
            seen = zone.in_time_of(k)
            key = (id(zone), -1 if seen is zone else k)
            if key not in hours:
                hours[key] = hours_of(seen, track.flight)
            partial = _judge(seen, k, touch, track, hours[key], near_m, margin_m)
            if partial:
                yield partial if seen is zone else replace(partial, zone=zone)

    def touches(self, track: Track, near_m: float, margin_m: float) -> dict[int, Touch]:
        """Per volume (by its place in `owner`) how a track lies to its footprint, for those within reach."""
        course = track.course
        search = max(near_m, margin_m) + float(track.reach.max()) + track.people_m + self.widest_m + SEARCH_SLACK_M
        touches: dict[int, Touch] = {}
        for pieces, frame in course.frames():
            for number, close in self.index.near(course, pieces, search).items():
                zone, k = self.owner[number]
                reach = track.reach[close] + track.spread(zone)
                radii = [np.zeros(len(close)), reach, reach + margin_m]
                found = geometry.contact(zone.volumes[k], course, close, frame, radii)
                if found is None:
                    continue
                touch = touches.setdefault(number, Touch())
                for into, level in zip((touch.nominal, touch.wide, touch.margin), found.levels, strict=True):
                    for piece, intervals in level.items():
                        into[piece] = union([*into[piece], *intervals]) if piece in into else intervals
                touch.contacts.append(found)
        everywhere = dict.fromkeys(range(len(course)), WHOLE)
        for number in self.index.anywhere:
            touches[number] = Touch(dict(everywhere), dict(everywhere), dict(everywhere))
        return touches


def _gather(zone: Zone, partials: Sequence[Meeting]) -> Meeting:
    inside = _worst([partial.inside for partial in partials])
    kept = [partial for partial in partials if partial.inside is inside]
    doubts = tuple(dict.fromkeys(doubt for partial in kept for doubt in partial.doubts))
    return Meeting(
        zone=zone,
        inside=inside,
        encounters=tuple(met for partial in kept for met in partial.encounters),
        doubts=doubts,
        in_plan=_worst([partial.in_plan for partial in kept]),
        in_height=_worst([partial.in_height for partial in kept]),
        in_time=_worst([partial.in_time for partial in kept]),
        within_margin=any(partial.within_margin for partial in partials),
        nearest_m=min(partial.nearest_m for partial in partials),
        possible=tuple(_possible(partials)) if inside is Answer.YES else (),
    )


def _possible(partials: Sequence[Meeting]) -> Iterator[Encounter]:
    for partial in partials:
        yield from partial.possible
        if partial.inside is Answer.UNKNOWN:
            yield from partial.encounters


def _worst(answers: Sequence[Answer]) -> Answer:
    for answer in (Answer.YES, Answer.UNKNOWN):
        if answer in answers:
            return answer
    return Answer.NO


@dataclass(slots=True)
class Sets:
    """Where on a course something holds: surely, and maybe (which contains surely), in pieces of the course."""

    surely: Intervals = field(default_factory=list)
    maybe: Intervals = field(default_factory=list)
    height_unsure: bool = False
    time_unsure: bool = False
    in_height: Answer = Answer.NO
    in_time: Answer = Answer.NO


def _judge(
    zone: Zone, k: int, touch: Touch, track: Track, hours: Hours | None, near_m: float, margin_m: float
) -> Meeting | None:
    volume = zone.volumes[k]
    nearest = min(touch.contacts, key=lambda contact: contact.nearest_m, default=None)
    reach = float(track.reach.max()) + track.spread(zone)
    if not touch.wide and nearest is not None and nearest.nearest_m > max(near_m, margin_m) + reach:
        return None
    wide = combine(touch.wide, zone, volume.band, track, hours, track.vertical_m)
    placed = not volume.doubt and volume.footprint is not None
    doubts: list[Doubt] = []
    spans: Intervals = []
    inside, nominal = Answer.NO, False
    if wide.surely and placed:
        inside = Answer.YES
        exact = combine(touch.nominal, zone, volume.band, track, hours, 0.0)
        nominal = bool(exact.surely)
        spans = exact.surely if nominal else wide.surely
    elif wide.maybe:
        inside, spans = Answer.UNKNOWN, wide.maybe
        doubts = _doubts(zone, k, track, wide, placed, hours)
    within = inside is Answer.NO and margin_m > 0 and placed
    if within:
        within = bool(combine(touch.margin, zone, volume.band, track, hours, track.vertical_m).maybe)
    in_plan = (Answer.YES if placed else Answer.UNKNOWN) if touch.wide else Answer.NO
    if inside is Answer.NO:
        met: tuple[Encounter, ...] = (_passing(k, touch, track, nearest, zone, volume.band),)
    else:
        met = tuple(_stretch(k, span, touch, track, inside, nominal, zone, wide) for span in spans)
    return Meeting(
        zone=zone,
        inside=inside,
        encounters=met,
        doubts=tuple(doubts),
        in_plan=in_plan,
        in_height=wide.in_height,
        in_time=wide.in_time,
        within_margin=within,
        nearest_m=float("inf") if nearest is None else nearest.nearest_m,
        possible=tuple(_perhaps(k, wide, track)) if inside is Answer.YES else (),
    )


def _perhaps(k: int, wide: Sets, track: Track) -> Iterator[Encounter]:
    """The stretches on which a volume that is surely entered elsewhere may be entered as well."""
    for span in wide.maybe:
        if not covers(wide.surely, [span]):
            yield stretch(track, span, volume=k, inside=Answer.UNKNOWN, nominal=True, margin_m=0.0, spans=[span])


def combine(
    touching: dict[int, Intervals], zone: Zone, band: Band, track: Track, hours: Hours | None, vertical_m: float
) -> Sets:
    """Where the three questions meet, piece by piece."""
    sets = Sets()
    surely: Intervals = []
    maybe: Intervals = []
    heights: list[Answer] = []
    times: list[Answer] = []
    if band.from_ground and band.upper is None and not zone.keeps_hours:  # in it at every height and all the time
        sets.surely = union(((piece + a, piece + b) for piece, found in touching.items() for a, b in found), gap=1e-9)
        sets.maybe = list(sets.surely)
        sets.in_height = sets.in_time = _answer(sets.surely, sets.maybe)
        return sets
    pieces = np.fromiter(touching, dtype=np.intp, count=len(touching))
    tall, timely = _heights_of(track, pieces, band, vertical_m), _times_of(track, pieces, zone, hours)
    whole = [row if LOOK not in row else None for row in np.column_stack([*tall, *timely]).tolist()]
    for (piece, intervals), sides in zip(touching.items(), whole, strict=True):
        if sides is not None:  # each question has one answer for the whole piece
            is_high, may_be_high, is_time, may_be_time = sides
            heights.append(_answer(intervals if is_high else [], intervals if may_be_high else []))
            times.append(_answer(intervals if is_time else [], intervals if may_be_time else []))
            if is_high and is_time:
                surely.extend((piece + a, piece + b) for a, b in intervals)
            if may_be_high and may_be_time and intervals:
                maybe.extend((piece + a, piece + b) for a, b in intervals)
                sets.height_unsure |= is_high != may_be_high
                sets.time_unsure |= is_time != may_be_time
            continue
        high, high_maybe = in_band(track, piece, band, vertical_m)
        when, when_maybe = in_time(track, piece, zone, hours)
        maybe_here = meet(meet(intervals, high_maybe), when_maybe)
        sure_here = meet(meet(intervals, high), when)
        heights.append(_answer(meet(intervals, high), meet(intervals, high_maybe)))
        times.append(_answer(meet(intervals, when), meet(intervals, when_maybe)))
        surely.extend((piece + a, piece + b) for a, b in sure_here)
        maybe.extend((piece + a, piece + b) for a, b in maybe_here)
        sets.height_unsure |= bool(maybe_here) and high != high_maybe
        sets.time_unsure |= bool(maybe_here) and when != when_maybe
    sets.surely, sets.maybe = union(surely, gap=1e-9), union(maybe, gap=1e-9)
    sets.in_height, sets.in_time = _worst(heights), _worst(times)
    return sets


LOOK = -1  # a piece that is partly so: it needs a look of its own
Masks = tuple[np.ndarray, np.ndarray]
"""Per piece whether something holds all along it surely, and maybe: 1, 0 where it nowhere does, or `LOOK`."""


def _heights_of(track: Track, pieces: np.ndarray, band: Band, vertical_m: float) -> Masks:
    """Whether pieces are in a band, as `in_band` says it of each."""
    slack = vertical_m + VERTICAL_EPS_M
    masks = np.ones((2, len(pieces)), dtype=np.int8)
    for limit, sign in ((None if band.from_ground else band.lower, 1.0), (band.upper, -1.0)):
        if limit is None:
            continue
        evens = altitude.evenly(track, limit)
        if evens is None:
            masks[:] = LOOK
            break
        low, high = evens.low[pieces], evens.high[pieces]
        bounds = (low, high) if sign > 0 else (-high, -low)
        for k, line in enumerate(bounds):
            over = line >= -slack
            here = np.where(over.all(axis=1), 1, np.where(over.any(axis=1), LOOK, 0))
            masks[k] = np.where((masks[k] == 0) | (here == 0), 0, np.minimum(masks[k], here))
    return masks[0], masks[1]


def _times_of(track: Track, pieces: np.ndarray, zone: Zone, hours: Hours | None) -> Masks:
    """Whether a zone is in force along pieces, as `in_time` says it of each."""
    ones, zeros = np.ones(len(pieces), dtype=np.int8), np.zeros(len(pieces), dtype=np.int8)
    if not zone.keeps_hours:
        return ones, ones
    if hours is None:
        return zeros, ones
    flight, course = track.flight, track.course
    if flight.times is None:
        return (ones if hours.surely else zeros), (ones if hours.maybe else zeros)
    leg = course.leg[pieces]
    first, last = flight.times[leg], flight.times[np.minimum(leg + 1, len(flight.times) - 1)]
    begin, end = first + course.start[pieces] * (last - first), first + course.stop[pieces] * (last - first)
    made = []
    for spans in (hours.surely, hours.maybe):
        inside, touched = np.zeros(len(pieces), dtype=bool), np.zeros(len(pieces), dtype=bool)
        for a, b in spans:
            inside |= (a <= begin) & (end <= b)
            touched |= (a <= end) & (begin <= b)
        made.append(np.where(inside, 1, np.where(touched, LOOK, 0)).astype(np.int8))
    made[0][begin > end] = made[1][begin > end] = LOOK
    return made[0], made[1]


def _answer(surely: Intervals, maybe: Intervals) -> Answer:
    if surely:
        return Answer.YES
    return Answer.UNKNOWN if maybe else Answer.NO


def in_band(track: Track, piece: int, band: Band, vertical_m: float) -> tuple[Intervals, Intervals]:
    """Where on a piece the height is surely, and maybe, in the band."""
    if band.from_ground and band.upper is None:
        return WHOLE, WHOLE
    surely, maybe = WHOLE, WHOLE
    slack = vertical_m + VERTICAL_EPS_M
    if not band.from_ground and band.lower is not None:
        over = altitude.above(track, piece, band.lower)
        if over is None:
            return [], WHOLE
        sure, may = over.at_least(-slack)
        surely, maybe = meet(surely, sure), meet(maybe, may)
    if band.upper is not None:
        over = altitude.above(track, piece, band.upper)
        if over is None:
            return [], WHOLE
        sure, may = over.at_most(slack)
        surely, maybe = meet(surely, sure), meet(maybe, may)
    return surely, maybe


def hours_of(zone: Zone, flight: Flight, after_s: float = 0.0) -> Hours | None:
    """When the zone is in force during the flight and some seconds after it, or during the period it falls in.

    None where time is unknown.
    """
    span = flight.span
    if not zone.keeps_hours or span is None:
        return None
    hours = in_force(zone.periods, span[0], span[1] + after_s, *_places(zone, flight))
    if flight.times is not None:
        return hours
    return Hours(meet(hours.surely, flight.periods), meet(hours.maybe, flight.periods), hours.doubts)


def _places(zone: Zone, flight: Flight) -> list[tuple[float, float]]:
    """The place of a zone nearest to the take-off point; where the zone reaches far, its outermost corners as well."""
    lon, lat = flight.takeoff
    near: list[tuple[float, float]] = []
    boxes = []
    for west, south, east, north in (volume.box for volume in zone.volumes if volume.box is not None):
        turn = 360.0 * round((lon - (west + east) / 2) / 360)
        boxes.append((west + turn, south, east + turn, north))
        near.append((min(max(lon, west + turn), east + turn), min(max(lat, south), north)))
    if not boxes:
        return [(lon, lat)]
    first = min(near, key=lambda place: abs(place[0] - lon) + abs(place[1] - lat))
    wests, souths, easts, norths = zip(*boxes, strict=True)
    places = [first]
    if max(max(easts) - min(wests), max(norths) - min(souths)) > SUN_REACH_DEG:
        places += [(x, y) for x in (min(wests), max(easts)) for y in (min(souths), max(norths))]
    home = (first[0] + 180) % 360 - 180 - first[0]  # the corners stay beside it, for a longitude carries its day
    return [(x + home, y) for x, y in places]


def in_time(track: Track, piece: int, zone: Zone, hours: Hours | None) -> tuple[Intervals, Intervals]:
    """Where on a piece the zone is surely, and maybe, in force."""
    if not zone.keeps_hours:
        return WHOLE, WHOLE
    if hours is None:
        return [], WHOLE
    span = times_of(track, piece)
    if span is None:  # a flight at some moment of a period meets whatever is in force at any moment of it
        return (WHOLE if hours.surely else []), (WHOLE if hours.maybe else [])
    return _on_piece(hours.surely, *span), _on_piece(hours.maybe, *span)


def _on_piece(intervals: Intervals, t0: float, t1: float) -> Intervals:
    if t0 == t1:
        return WHOLE if any(a <= t0 <= b for a, b in intervals) else []
    cut = meet(intervals, [(min(t0, t1), max(t0, t1))])
    return union(tuple(sorted(((a - t0) / (t1 - t0), (b - t0) / (t1 - t0)))) for a, b in cut)  # type: ignore[misc]


def _doubts(zone: Zone, k: int, track: Track, sets: Sets, placed: bool, hours: Hours | None) -> list[Doubt]:
    volume = zone.volumes[k]
    doubts = []
    if not placed:
        why = volume.doubt or "its place is not known"
        doubts.append(Doubt("where", why, "mend the zone's geometry in its file, or ask its publisher"))
    if sets.height_unsure:
        doubts.append(altitude.doubt(track, sets.maybe, volume.band))
    if sets.time_unsure:
        doubts.append(_time_doubt(track.flight, hours))
    return doubts


def _time_doubt(flight: Flight, hours: Hours | None) -> Doubt:
    if hours is None:
        return Doubt("time", "the zone keeps hours and the mission states no time", "give the start time: --at TIME")
    why = "; ".join(hours.doubts) or "its hours could not be settled"
    return Doubt("time", why, "ask the zone's publisher for its hours with their UTC offset")


def _stretch(
    k: int, span: Interval, touch: Touch, track: Track, inside: Answer, nominal: bool, zone: Zone, wide: Sets
) -> Encounter:
    pieces = pieces_of(track, span)
    reach = max(float(track.reach[piece]) for piece in pieces) + track.spread(zone)
    parts = {piece: [(max(span[0] - piece, 0.0), min(span[1] - piece, 1.0))] for piece in pieces}
    deep = max((contact.depth(parts) for contact in touch.contacts), default=0.0)
    margin = min(-(deep + reach), 0.0) if np.isfinite(deep) else -reach
    around = [(a, b) for a, b in wide.surely or wide.maybe if a <= span[1] and b >= span[0]]
    return stretch(track, span, volume=k, inside=inside, nominal=nominal, margin_m=margin, spans=around or [span])


def _passing(k: int, touch: Touch, track: Track, nearest: Contact | None, zone: Zone, band: Band) -> Encounter:
    fix, margin = None, 0.0
    if nearest is not None:
        piece, u = nearest.nearest_at
        fix = fix_at(track, piece + u)
        margin = max(nearest.nearest_m - geometry.EPS_M - float(track.reach[piece]) - track.spread(zone), 0.0)
    return Encounter(
        flight=track.flight.id,
        volume=k,
        inside=Answer.NO,
        nominal=True,
        enter=None,
        exit=None,
        nearest=fix,
        length_m=0.0,
        seconds=None,
        margin_m=0.0 if touch.wide else margin,
        vertical_margin_m=_clearance(touch, track, band) if touch.wide else None,
        line=(),
        spans=tuple(union([(p + a, p + b) for p, found in touch.wide.items() for a, b in found], gap=1e-9)),
    )


def _clearance(touch: Touch, track: Track, band: Band) -> float | None:
    """The least vertical metres between the path and the band while it is over or under the footprint, if known."""
    least: float | None = None
    for piece, intervals in touch.wide.items():
        under = altitude.above(track, piece, band.lower) if band.lower is not None and not band.from_ground else None
        over = altitude.above(track, piece, band.upper) if band.upper is not None else None
        known = [bounds.u for bounds in (under, over) if bounds is not None]
        for low, high in intervals:
            inner = [u for knots in known for u in knots[(knots > low) & (knots < high)].tolist()]
            for u in (low, *inner, high):
                apart = []
                if under is not None:
                    apart.append(-under.at(u)[1] - track.vertical_m)
                if over is not None:
                    apart.append(over.at(u)[0] - track.vertical_m)
                if not apart or max(apart) < 0:
                    return None
                least = max(apart) if least is None else min(least, max(apart))
    return least
