"""Where a mission and a zone meet: in plan, in height and in time, at the same moment of the same leg."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dronectl import altitude, geometry
from dronectl.geometry import Contact, Floats, Index, Ints
from dronectl.holding import floor_of, hours_of, in_band, in_hours, meeting
from dronectl.intervals import Interval, Intervals, covers, meet, union
from dronectl.measures import Answer, Band
from dronectl.mission import Flight
from dronectl.schedule import Hours
from dronectl.track import Doubt, Encounter, Evens, Track, fix_at, pieces_of, stretch
from dronectl.zone import Zone

SEARCH_SLACK_M = 50.0  # a 5 km piece of a leg bows 6 m towards the pole at 85 degrees
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


@dataclass(slots=True, eq=False)
class Touch:
    """How a track lies to one volume's footprint."""

    track: Track
    spread_m: float = 0.0
    contacts: list[Contact] = field(default_factory=list)
    anywhere: bool = False
    """True where the volume's place is not known, so that it may be all along the track."""
    wide: Intervals = field(default_factory=list)
    """Where the track with its widening is inside."""

    @property
    def nominal(self) -> Intervals:
        """Where the bare path is inside."""
        return self._within(lambda pieces: np.zeros(len(pieces)))

    def widened(self, margin_m: float = 0.0) -> Intervals:
        """Where the track is inside, with its widening and some metres more."""
        return self._within(lambda pieces: self.track.reach[pieces] + (self.spread_m + margin_m))

    def _within(self, radius: Callable[[Ints], Floats]) -> Intervals:
        if self.anywhere:
            return [(0.0, float(len(self.track.course)))]
        found = [one.within(radius(one.pieces)) for one in self.contacts]
        return found[0] if len(found) == 1 else union((span for spans in found for span in spans), gap=1e-9)


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
            near = [(number, *self.owner[number]) for number in self.index.around(course, pieces, search)]
            asked = [(zone.volumes[k], pieces, track.reach[pieces] + track.spread(zone)) for _, zone, k in near]
            for (number, zone, _), found in zip(near, geometry.contacts(asked, course, frame), strict=True):
                if found:
                    touches.setdefault(number, Touch(track, track.spread(zone))).contacts.extend(found)
        for number in self.index.anywhere:
            touches[number] = Touch(track, anywhere=True)
        for touch in touches.values():
            touch.wide = touch.widened()
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
        within = bool(combine(touch.widened(margin_m), zone, volume.band, track, hours, track.vertical_m).maybe)
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


def combine(touching: Intervals, zone: Zone, band: Band, track: Track, hours: Hours | None, vertical_m: float) -> Sets:
    """Where the three questions meet."""
    if not touching:
        return Sets()
    high, when = in_band(track, band, vertical_m, touching), in_hours(track, zone, hours)
    sure_high, may_high = meeting(touching, high.surely), meeting(touching, high.maybe)
    surely, maybe = meeting(sure_high, when.surely), meeting(may_high, when.maybe)
    return Sets(
        surely=surely,
        maybe=maybe,
        height_unsure=bool(meet(maybe, high.unsure)),
        time_unsure=bool(meet(maybe, when.unsure)),
        in_height=_answer(sure_high, may_high),
        in_time=_answer(meet(touching, when.surely), meet(touching, when.maybe)),
    )


def _answer(surely: Intervals, maybe: Intervals) -> Answer:
    if surely:
        return Answer.YES
    return Answer.UNKNOWN if maybe else Answer.NO


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
    reach = float(track.reach[pieces.start : pieces.stop].max()) + track.spread(zone)
    deep = max((contact.depth([span]) for contact in touch.contacts), default=0.0)
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
        spans=tuple(touch.wide),
    )


def _clearance(touch: Touch, track: Track, band: Band) -> float | None:
    """The least vertical metres between the path and the band while it is over or under the footprint, if known."""
    floor = floor_of(band)
    low, high = (None if limit is None else altitude.evenly(track, limit) for limit in (floor, band.upper))
    if (low is None) == (floor is None) and (high is None) == (band.upper is None):
        return _evenly_clear(low, high, touch, track)
    least: float | None = None
    for piece, begin, end in zip(
        *(part.tolist() for part in geometry.parts_of(touch.wide, len(track.course))), strict=True
    ):
        under = altitude.above(track, piece, floor) if floor is not None else None
        over = altitude.above(track, piece, band.upper) if band.upper is not None else None
        known = [bounds.u for bounds in (under, over) if bounds is not None]
        inner = [u for knots in known for u in knots[(knots > begin) & (knots < end)].tolist()]
        for u in (begin, *inner, end):
            apart = []
            if under is not None:
                apart.append(-under.at(u)[1] - track.vertical_m)
            if over is not None:
                apart.append(over.at(u)[0] - track.vertical_m)
            if not apart or max(apart) < 0:
                return None
            least = max(apart) if least is None else min(least, max(apart))
    return least


def _evenly_clear(under: Evens | None, over: Evens | None, touch: Touch, track: Track) -> float | None:
    """The same at once, where heights run evenly along every piece."""
    piece, begin, end = geometry.parts_of(touch.wide, len(track.course))
    if not len(piece) or (under is None and over is None):
        return None
    apart = np.full((2, len(piece)), -np.inf)
    for line in ([-under.high] if under is not None else []) + ([over.low] if over is not None else []):
        first, last = line[piece, 0], line[piece, 1]
        there = np.stack([first + u * (last - first) for u in (begin, end)])
        apart = np.maximum(apart, there - track.vertical_m)
    least = float(apart.min())
    return None if least < 0 else least
