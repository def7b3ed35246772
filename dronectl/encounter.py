"""Where a mission and a zone meet: in plan, in height and in time, at the same moment of the same leg."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from functools import cached_property

import numpy as np

from dronectl import altitude, geometry
from dronectl.geometry import Asked, Contact, Frame, Index, Ints
from dronectl.holding import BARE, Room, floor_of, hours_of, in_band, in_hours, meeting, room_of
from dronectl.intervals import Interval, Intervals, covers, meet, union
from dronectl.measures import Answer, Band
from dronectl.mission import Flight
from dronectl.records import dataclass
from dronectl.schedule import Hours
from dronectl.track import Doubt, Encounter, Evens, Track, fix_at, pieces_of, stretch
from dronectl.zone import Zone

NEAR_M = 1000.0  # zones within it are listed although they are passed
COVERED_M = 50_000.0  # a zone file speaks of a place if it has a zone this near
MOST_ROWS = 100_000  # pieces against volumes held at once


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
    within_margin: Answer
    """Whether what does not surely enter it comes nearer than the margin that was asked for, in the band and in force."""
    nearest_m: float
    """The least distance on the ground between the bare path and the zone; infinite where the zone has no outline."""
    possible: tuple[Encounter, ...] = ()
    """Where the zone is perhaps entered as well, beside the sure encounters: a permit or a condition must hold there too."""
    beside: tuple[tuple[Answer, Encounter], ...] = ()
    """Of flights that do not surely enter it, where they come, or may come, nearer than the margin."""

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


def widened(touches: Sequence[Touch], margin_m: float | None = 0.0) -> list[Intervals]:
    """Of each touch where the track, with its widening and some metres more, is inside; with None, where the bare path is."""
    flat = [(one, touch) for touch in touches for one in touch.contacts]
    more = None if margin_m is None else [touch.spread_m + margin_m for _, touch in flat]
    found = iter(geometry.within([one for one, _ in flat], more))
    made = []
    for touch in touches:
        spans = [next(found) for _ in touch.contacts]
        if touch.anywhere:
            made.append([(0.0, float(len(touch.track.course)))])
        else:
            made.append(spans[0] if len(spans) == 1 else union((one for some in spans for one in some), gap=1e-9))
    return made


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
        return self.meetings_of([tracks], near_m=near_m, margin_m=margin_m)[0]

    def meetings_of(
        self, missions: Sequence[Sequence[Track]], *, near_m: float = NEAR_M, margin_m: float = 0.0
    ) -> list[list[Meeting]]:
        """The same of many missions at once, which takes less time than one by one."""
        whose = [k for k, tracks in enumerate(missions) for _ in tracks]
        tracks = [track for some in missions for track in some]
        found: list[dict[int, list[Meeting]]] = [{} for _ in missions]
        for touches in self.touching(tracks, near_m, margin_m):
            cases = []
            for (number, place), touch in touches.items():
                zone, k = self.owner[place]
                case = Case(zone.in_time_of(k), k, touch, zone)
                reach_m = float(touch.track.reach.max())
                if touch.wide or case.nearest_m <= max(near_m, margin_m) + reach_m + touch.spread_m:
                    cases.append((whose[number], case))
            for (mission, _), met in zip(cases, _judged([case for _, case in cases], margin_m), strict=True):
                found[mission].setdefault(self.order[id(met.zone)], []).append(met)
        return [[_gather(self.zones[k], some[k]) for k in sorted(some)] for some in found]

    def silent(
        self, tracks: Sequence[Track], metres: float, counted: Callable[[Zone], bool], met: Sequence[Meeting] = ()
    ) -> list[tuple[Track, Ints]]:
        """The stretches of flights, of some kilometres at most, that no zone that counts comes within `metres` of.

        `met` are meetings of the same tracks that are known already: a flight of one stretch need not be asked again.
        """
        placed = [one for one in met if counted(one.zone) and all(v.box is not None for v in one.zone.volumes)]
        known = {near.flight for one in placed for near in one.encounters if near.margin_m <= metres / 2}
        found: list[tuple[Track, Ints]] = []
        for track in tracks:
            stretches = list(track.course.frames())
            if len(stretches) == 1 and track.flight.id in known:
                continue
            found += [
                (track, pieces) for pieces, frame in stretches if not self._told(track, pieces, frame, metres, counted)
            ]
        return found

    def _told(self, track: Track, pieces: Ints, frame: Frame, metres: float, counted: Callable[[Zone], bool]) -> bool:
        """True where a zone that counts comes within `metres` of a stretch."""
        course = track.course
        for number in self.index.around(course, pieces, metres):
            zone, k = self.owner[number]
            if not counted(zone):
                continue
            close, volume = self.index.close(course, pieces, metres, number), zone.volumes[k]
            if geometry.corner_within(volume, course, close, metres) or (
                geometry.distance_to(volume, course, close, frame) <= metres
            ):
                return True
        return False

    def files_about(self, tracks: Sequence[Track], metres: float, met: Sequence[Meeting] = ()) -> set[str]:
        """The files with a zone whose box comes within `metres` of a mission; `met` are meetings that are known already."""
        found = {one.zone.dataset.path for one in met if one.nearest_m <= metres}
        if found < self.paths:
            found.update(
                self.owner[number][0].dataset.path
                for track in tracks
                for pieces, _ in track.course.frames()
                for number in self.index.around(track.course, pieces, metres)
            )
        return found

    def touches(self, track: Track, near_m: float, margin_m: float) -> dict[int, Touch]:
        """Per volume (by its place in `owner`) how a track lies to its footprint, for those within reach."""
        found = self.touching([track], near_m, margin_m)
        return {place: touch for touches in found for (_, place), touch in touches.items()}

    def touching(
        self, tracks: Sequence[Track], near_m: float, margin_m: float
    ) -> Iterator[dict[tuple[int, int], Touch]]:
        """Per track (by its number) and volume how the one lies to the other, in that order, as many at once as fit."""
        touches: dict[tuple[int, int], Touch] = {}
        asked: list[tuple[Touch, Asked]] = []
        rows = 0
        for number, track in enumerate(tracks):
            course = track.course
            search = max(near_m, margin_m) + float(track.reach.max()) + track.people_m + self.widest_m
            near: dict[int, list[tuple[Ints, Frame]]] = {place: [] for place in self.index.anywhere}
            for pieces, frame in course.frames():
                for place in self.index.around(course, pieces, search):
                    near.setdefault(place, []).append((pieces, frame))
            for place in sorted(near):
                zone, k = self.owner[place]
                touch = Touch(track, track.spread(zone), anywhere=not near[place])
                touches[number, place] = touch
                for pieces, frame in near[place]:
                    asked.append((touch, Asked(zone.volumes[k], course, pieces, frame, track.reach, touch.spread_m)))
                    rows += len(pieces)
                if rows > MOST_ROWS:
                    yield _touched(touches, asked)
                    touches, asked, rows = {}, [], 0
        yield _touched(touches, asked)


def _touched(
    touches: dict[tuple[int, int], Touch], asked: Sequence[tuple[Touch, Asked]]
) -> dict[tuple[int, int], Touch]:
    """Some touches with their contacts, without those that lie on no plane."""
    for (touch, _), found in zip(asked, geometry.contacts([one for _, one in asked]), strict=True):
        touch.contacts.extend(found)
    kept = {key: touch for key, touch in touches.items() if touch.contacts or touch.anywhere}
    for touch, spans in zip(kept.values(), widened(list(kept.values())), strict=True):
        touch.wide = spans
    return kept


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
        within_margin=_worst([partial.within_margin for partial in partials]),
        beside=tuple(_beside(partials)),
        nearest_m=min(partial.nearest_m for partial in partials),
        possible=tuple(_possible(partials)) if inside is Answer.YES else (),
    )


def _beside(partials: Sequence[Meeting]) -> Iterator[tuple[Answer, Encounter]]:
    entered = {met.flight for partial in partials if partial.inside is Answer.YES for met in partial.encounters}
    for partial in partials:
        if partial.within_margin is not Answer.NO:
            yield from ((partial.within_margin, met) for met in partial.encounters if met.flight not in entered)


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


class Case:
    """One volume of a zone against a track, on its way to an answer."""

    def __init__(self, seen: Zone, k: int, touch: Touch, zone: Zone) -> None:
        self.seen, self.k, self.touch, self.zone = seen, k, touch, zone
        self.volume = seen.volumes[k]
        self.placed = not self.volume.doubt and self.volume.footprint is not None
        self.nearest = min(touch.contacts, key=lambda contact: contact.nearest_m, default=None)
        self.nominal, self.within_margin = False, Answer.NO
        self.spans: Intervals = []

    @property
    def nearest_m(self) -> float:
        """The least distance of the bare path; infinite where the volume has no outline, and 0 where it may be anywhere."""
        if self.nearest is not None:
            return self.nearest.nearest_m
        return 0.0 if self.touch.anywhere else np.inf

    @cached_property
    def hours(self) -> Hours | None:
        """When the zone is in force round the flight."""
        return hours_of(self.seen, self.touch.track.flight)

    @cached_property
    def wide(self) -> Sets:
        """Where the track with its widening is in the zone."""
        return self.combined(self.touch.wide, room_of(self.touch.track))

    @cached_property
    def inside(self) -> Answer:
        """Whether the zone is entered."""
        if self.wide.surely and self.placed:
            return Answer.YES
        return Answer.UNKNOWN if self.wide.maybe else Answer.NO

    def combined(self, touching: Intervals, room: Room) -> Sets:
        """Where the three questions meet on some stretches."""
        if not touching:
            return Sets()
        return combine(touching, self.seen, self.volume.band, self.touch.track, self.hours, room)


def _judged(cases: Sequence[Case], margin_m: float) -> Iterator[Meeting]:
    """The meeting of each case; what geometry is asked, it is asked for all of them together."""
    entered = [case for case in cases if case.inside is Answer.YES]
    for case, bare in zip(entered, widened([case.touch for case in entered], None), strict=True):
        exact = case.combined(bare, BARE).surely
        case.nominal, case.spans = bool(exact), exact or case.wide.surely
    for case in cases:
        if case.inside is Answer.UNKNOWN:
            case.spans = case.wide.maybe
    passed = [case for case in cases if case.inside is not Answer.YES and margin_m > 0 and case.placed]
    for case, near in zip(passed, widened([case.touch for case in passed], margin_m), strict=True):
        sets = case.combined(near, room_of(case.touch.track))
        case.within_margin = Answer.YES if sets.surely else Answer.UNKNOWN if sets.maybe else Answer.NO
    depths = iter(_depths([(case.touch, span) for case in cases for span in case.spans]))
    passing = [one for case in cases if case.inside is Answer.NO and (one := case.nearest) is not None]
    places = iter(geometry.nearest_at(passing))
    for case in cases:
        track = case.touch.track
        if case.inside is Answer.NO:
            met: tuple[Encounter, ...] = (_passing(case, None if case.nearest is None else next(places)),)
        else:
            met = tuple(_stretch(case, span, track, next(depths)) for span in case.spans)
        yield Meeting(
            zone=case.zone,
            inside=case.inside,
            encounters=met,
            doubts=tuple(_doubts(case, track)) if case.inside is Answer.UNKNOWN else (),
            in_plan=(Answer.YES if case.placed else Answer.UNKNOWN) if case.touch.wide else Answer.NO,
            in_height=case.wide.in_height,
            in_time=case.wide.in_time,
            within_margin=case.within_margin,
            nearest_m=np.inf if case.nearest is None else case.nearest_m,
            possible=tuple(_perhaps(case, track)) if case.inside is Answer.YES else (),
        )


def _depths(stretches: Sequence[tuple[Touch, Interval]]) -> list[float]:
    """How deep inside the footprint each stretch of a track comes, metres; 0 where the volume has no outline."""
    flat = [(one, [span]) for touch, span in stretches for one in touch.contacts]
    found = iter(geometry.depths([one for one, _ in flat], [spans for _, spans in flat]))
    return [max((next(found) for _ in touch.contacts), default=0.0) for touch, _ in stretches]


def _perhaps(case: Case, track: Track) -> Iterator[Encounter]:
    """The stretches on which a volume that is surely entered elsewhere may be entered as well."""
    for span in case.wide.maybe:
        if not covers(case.wide.surely, [span]):
            yield stretch(track, span, volume=case.k, inside=Answer.UNKNOWN, nominal=True, margin_m=0.0, spans=[span])


def combine(touching: Intervals, zone: Zone, band: Band, track: Track, hours: Hours | None, room: Room) -> Sets:
    """Where the three questions meet."""
    if not touching:
        return Sets()
    high, when = in_band(track, band, room, touching), in_hours(track, zone, hours)
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


def _doubts(case: Case, track: Track) -> list[Doubt]:
    doubts = []
    if not case.placed:
        why = case.volume.doubt or "its place is not known"
        doubts.append(Doubt("where", why, "mend the zone's geometry in its file, or ask its publisher"))
    if case.wide.height_unsure:
        doubts.append(altitude.doubt(track, case.wide.maybe, case.volume.band))
    if case.wide.time_unsure:
        doubts.append(_time_doubt(track.flight, case.hours))
    return doubts


def _time_doubt(flight: Flight, hours: Hours | None) -> Doubt:
    if hours is None:
        return Doubt("time", "the zone keeps hours and the mission states no time", "give the start time: --at TIME")
    why = "; ".join(hours.doubts) or "its hours could not be settled"
    return Doubt("time", why, "ask the zone's publisher for its hours with their UTC offset")


def _stretch(case: Case, span: Interval, track: Track, depth_m: float) -> Encounter:
    pieces = pieces_of(track, span)
    reach = float(track.reach[pieces.start : pieces.stop].max()) + case.touch.spread_m
    margin = min(-(depth_m + reach), 0.0) if np.isfinite(depth_m) else -reach
    around = [(a, b) for a, b in case.wide.surely or case.wide.maybe if a <= span[1] and b >= span[0]]
    return stretch(
        track, span, volume=case.k, inside=case.inside, nominal=case.nominal, margin_m=margin, spans=around or [span]
    )


def _passing(case: Case, nearest_at: tuple[int, float] | None) -> Encounter:
    fix, margin = None, 0.0
    wide, track = case.touch.wide, case.touch.track
    if nearest_at is not None:
        piece, u = nearest_at
        fix = fix_at(track, piece + u)
        margin = max(case.nearest_m - geometry.EPS_M - float(track.reach[piece]) - case.touch.spread_m, 0.0)
    return Encounter(
        flight=track.flight.id,
        volume=case.k,
        inside=Answer.NO,
        nominal=True,
        enter=None,
        exit=None,
        nearest=fix,
        length_m=0.0,
        seconds=None,
        margin_m=0.0 if wide else margin,
        vertical_margin_m=_clearance(wide, track, case.volume.band) if wide else None,
        spans=tuple(wide),
    )


def _clearance(wide: Intervals, track: Track, band: Band) -> float | None:
    """The least vertical metres between the path and the band while it is over or under the footprint, if known."""
    floor = floor_of(band)
    low, high = (None if limit is None else altitude.evenly(track, limit) for limit in (floor, band.upper))
    if (low is None) == (floor is None) and (high is None) == (band.upper is None):
        return _evenly_clear(low, high, wide, track)
    least: float | None = None
    parts = geometry.parts_of(wide, len(track.course))[1:]
    for piece, begin, end in zip(*(part.tolist() for part in parts), strict=True):
        under = altitude.above(track, piece, floor) if floor is not None else None
        over = altitude.above(track, piece, band.upper) if band.upper is not None else None
        known = [bounds.u for bounds in (under, over) if bounds is not None]
        inner = [u for knots in known for u in knots[(knots > begin) & (knots < end)].tolist()]
        for u in (begin, *inner, end):
            apart = []
            if under is not None:
                apart.append(-under.at(u)[1] - track.up_m)
            if over is not None:
                apart.append(over.at(u)[0] - track.vertical_m)
            if not apart or max(apart) < 0:
                return None
            least = max(apart) if least is None else min(least, max(apart))
    return least


def _evenly_clear(under: Evens | None, over: Evens | None, wide: Intervals, track: Track) -> float | None:
    """The same at once, where heights run evenly along every piece."""
    _, piece, begin, end = geometry.parts_of(wide, len(track.course))
    if not len(piece) or (under is None and over is None):
        return None
    apart = np.full((2, len(piece)), -np.inf)
    sides = [(-under.high, track.up_m)] if under is not None else []
    sides += [(over.low, track.vertical_m)] if over is not None else []
    for line, room_m in sides:
        first, last = line[piece, 0], line[piece, 1]
        there = np.stack([first + u * (last - first) for u in (begin, end)])
        apart = np.maximum(apart, there - room_m)
    least = float(apart.min())
    return None if least < 0 else least
