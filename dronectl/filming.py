"""Where a mission's camera is along its path, where it looks, and whether it records, moment by moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dronectl import altitude
from dronectl.camera import Camera, View, Wanted, view_of
from dronectl.crew import Aircraft
from dronectl.gaps import gaps
from dronectl.geometry import Course, Floats, Frame, Looks
from dronectl.heights import Bounds, Models
from dronectl.measures import Datum, Height
from dronectl.mission import Flight, Mission
from dronectl.records import dataclass
from dronectl.track import Track

STEP_M = 2.0  # the camera is asked this often along the path; half of it widens every footprint
STEP_S, MOST_TURNS = 5.0, 20_000  # and at least this often while the aircraft stands: zones keep hours
GROUND, SEA = Height(0.0, Datum.AGL), Height(0.0, Datum.AMSL)
CHUNK = 50  # moments whose ground is looked at together
COURSE_OFF_DEG = 5.0  # a camera that looks along the course may look this far beside it: a house figure
STILL_M, STILL_MPS = 0.5, 0.5  # a leg that is shorter and slower has no course: the camera may look anywhere round
WIDEST_TURN_DEG = 30.0  # one that turns farther to each side of its middle may look anywhere round
UNKNOWN_LOW_M, UNKNOWN_HIGH_M = -500.0, 500.0  # heights that are not known are taken for anything between


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """The moments of one track on one plane: where the camera is, how it looks, when."""

    track: Track
    frame: Frame
    looks: Looks
    piece: Any
    """(n,) of int: the piece of the course."""
    at: Floats
    """(n, 2): where each begins and ends, in pieces."""
    times: Floats
    """(n, 2), seconds since 1970 (UTC); NaN where the flight states none."""
    seconds: Floats
    """(n,): how long each lasts; NaN where it cannot be known."""
    counted: Any
    """(n,) of bool: False where nothing is recorded."""
    height_known: Any
    """(n,) of bool."""
    logged: Any
    """(n,) of bool: False in a gap of a log."""
    eye_m: Floats
    """(n,): the greatest height above mean sea level; inf where it is not known, as in a gap of a log."""

    def __len__(self) -> int:
        return len(self.piece)

    def part(self, rows: Any) -> Moments:
        """Some of the moments."""
        looks = Looks(**{name: getattr(self.looks, name)[rows] for name in Looks.__dataclass_fields__})
        names = ("piece", "at", "times", "seconds", "counted", "height_known", "logged", "eye_m")
        return Moments(track=self.track, frame=self.frame, looks=looks, **{n: getattr(self, n)[rows] for n in names})


def wanted_of(camera: Mapping[str, Any] | None) -> Wanted:
    """What a mission states of its camera."""
    given = camera or {}
    video, photo = (
        (int(given[name][0]), int(given[name][1])) if given.get(name) else None for name in ("video", "photo")
    )
    return Wanted(
        payload=given.get("payload", ""),
        lens=given.get("lens", ""),
        eq_mm=given.get("eq_mm"),
        video=video,
        photo=photo,
        hfov_deg=given.get("hfov_deg"),
        crop=float(given.get("crop") or 1.0),
        error_deg=float(given.get("error_deg", 1.0)),
    )


def view_for(mission: Mission, cameras: Mapping[str, Camera], aircraft: Aircraft | None) -> View | str:
    """What the mission's camera can see and resolve, or why that is not known."""
    view = view_of(wanted_of(mission.camera), aircraft.type if aircraft else mission.aircraft, cameras)
    return replace(view, fastest_mps=aircraft.max_speed_mps) if isinstance(view, View) and aircraft else view


def said_of(mission: Mission, models: Models) -> list[str]:
    """What is assumed of where the camera looks."""
    given, said = mission.camera or {}, []
    flights = mission.flights
    if given.get("pitch_deg") is None and not all(flight.gimbal_pitch_deg for flight in flights):
        said.append("the gimbal's pitch is not stated: it may look up and down as it can")
    if given.get("yaw_deg") is None and not all(flight.gimbal_yaw_deg for flight in flights):
        said.append("where the camera looks round is not stated: it may look anywhere")
    if given.get("yaw_deg") == "course" and not all(flight.gimbal_yaw_deg for flight in flights):
        said.append("while the aircraft climbs or hovers on the spot the camera may look anywhere round")
    if given.get("recording") is None and not all(flight.recording for flight in flights):
        said.append("when it records is not stated: all along")
    if models.terrain is None:
        said.append("the ground is taken to be as flat as below the aircraft (--terrain tells more)")
    if models.surface is None:
        said.append(
            "occlusion ignored: what stands in the way is not looked at, what is seen is over-estimated (--surface)"
        )
    return said


def moments(mission: Mission, tracks: Sequence[Track], view: View, slant_m: float = 0.0) -> Iterator[Moments]:
    """All moments of all flights, in order, a plane at a time.

    With a terrain, the heights are those above any ground within `slant_m`. In a gap of a log the aircraft may be as far from
    its line as it can have flown meanwhile, and its camera may look anywhere and record.
    """
    for track in tracks:
        astray = _astray(mission, track, view.fastest_mps)
        for pieces, frame in track.course.frames():
            yield _moments(mission, track, pieces, frame, view, slant_m, astray)


def _moments(
    mission: Mission, track: Track, pieces: Any, frame: Frame, view: View, slant_m: float, astray_m: Floats
) -> Moments:
    course, flight = track.course, track.flight
    p0 = frame.project(course.lon[pieces, 0], course.lat[pieces, 0])
    p1 = frame.project(course.lon[pieces, 1], course.lat[pieces, 1])
    length = np.hypot(*(p1 - p0).T)
    last = _last(flight, course.leg[pieces])
    clock = flight.times if flight.times is not None else np.zeros(len(flight.lon))
    lasts = np.abs(clock[last] - clock[course.leg[pieces]]) * (course.stop - course.start)[pieces]
    count = np.maximum(1, np.maximum(np.ceil(length / STEP_M), np.minimum(np.ceil(lasts / STEP_S), MOST_TURNS))).astype(
        np.intp
    )
    row = np.repeat(np.arange(len(pieces)), count)
    number = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    begin, end = number / count[row], (number + 1) / count[row]
    row, begin, end = _with_fixes(course, pieces, astray_m[course.leg[pieces]] > 0, row, begin, end)
    middle = p0[row] + ((begin + end) / 2)[:, None] * (p1 - p0)[row]
    low, high, known = _heights(track, pieces, row, begin, end, slant_m, astray_m)
    leg, fix = course.leg[pieces][row], begin == end
    one, other = leg + (fix & (begin == 1.0)), np.where(fix & (begin == 0.0), leg, _last(flight, leg))
    pitch, tip = _aim(flight.gimbal_pitch_deg, (mission.camera or {}).get("pitch_deg"), one, other, turns=False)
    yaw_stated = (mission.camera or {}).get("yaw_deg")
    if yaw_stated == "course" and not flight.gimbal_yaw_deg:
        first, final = (course.start[pieces][row] == 0) & (begin == 0), (course.stop[pieces][row] == 1) & (end == 1)
        yaw, turn = _ahead(course, leg, first, final)
    else:
        yaw, turn = _aim(flight.gimbal_yaw_deg, yaw_stated, one, other, turns=True)
    astray = np.where(fix, 0.0, astray_m[leg])
    silent = astray > 0
    round_ = silent | (fix & (yaw_stated == "course")) | (turn > WIDEST_TURN_DEG)
    yaw, turn, pitch = np.where(round_, np.nan, yaw), np.where(round_, 0.0, turn), np.where(silent, np.nan, pitch)
    looks = Looks(
        x=middle[:, 0], y=middle[:, 1], low=low - astray, high=high + astray,
        yaw_deg=yaw, pitch_deg=pitch, roll_deg=np.zeros(len(row)),
        off_deg=view.error_deg + np.nan_to_num(tip) + np.nan_to_num(turn),
        grow_m=np.maximum(track.reach[pieces][row], astray) + length[row] * (end - begin) / 2,
    )  # fmt: skip
    times = np.full((len(row), 2), np.nan)
    if course.moments is not None:
        first, until = (side[pieces] for side in course.moments)
        times = np.column_stack([first[row] + u * (until - first)[row] for u in (begin, end)])
    seconds = times[:, 1] - times[:, 0]
    if flight.times is None and flight.elapsed is not None:
        whole = (flight.elapsed[last] - flight.elapsed[course.leg[pieces]]) * (course.stop - course.start)[pieces]
        seconds = whole[row] * (end - begin)
    return Moments(
        track=track, frame=frame, looks=looks, piece=pieces[row], at=pieces[row][:, None] + np.column_stack([begin, end]),
        times=times, seconds=seconds,
        counted=_counted(mission, track, one, other) | (silent & _may_record(mission)),
        height_known=known, logged=~silent, eye_m=np.where(silent, np.inf, _eyes(track, pieces, row, begin, end)),
    )  # fmt: skip


def _last(flight: Flight, leg: Any) -> Any:
    """The point at which each leg ends; a single fix ends where it begins."""
    return np.minimum(leg + 1, len(flight.lon) - 1)


def _over(track: Track, pieces: Any, row: Any, limit: Height) -> Iterator[tuple[int, slice, Bounds]]:
    """The pieces whose height over a limit is known, each with its moments."""
    starts = np.searchsorted(row, np.arange(len(pieces) + 1))
    for k, piece in enumerate(pieces.tolist()):
        over = altitude.known_above(track, piece, limit)
        if over is not None:
            yield piece, slice(starts[k], starts[k + 1]), over


def _heights(
    track: Track, pieces: Any, row: Any, begin: Floats, end: Floats, slant_m: float, astray_m: Floats
) -> tuple[Floats, Floats, Any]:
    """Least and greatest height of each moment above the ground that may be in view, and whether they are known."""
    low, high = np.full(len(row), UNKNOWN_LOW_M), np.full(len(row), UNKNOWN_HIGH_M)
    known = np.zeros(len(row), bool)
    for piece, part, over in _over(track, pieces, row, GROUND):
        ends = [np.interp(side[part], over.u, line) for line in (over.low, over.high) for side in (begin, end)]
        far_m = slant_m + float(astray_m[track.course.leg[piece]]) if slant_m > 0 else 0.0
        rise, fall = _relief(track, piece, begin[part], end[part], far_m)
        low[part] = np.minimum(ends[0], ends[1]) - track.vertical_m - rise
        high[part] = np.maximum(ends[2], ends[3]) + track.vertical_m + fall
        known[part] = ~np.isnan(rise)
    low[~known], high[~known] = UNKNOWN_LOW_M, UNKNOWN_HIGH_M
    return low, high, known


def _eyes(track: Track, pieces: Any, row: Any, begin: Floats, end: Floats) -> Floats:
    """The greatest height of each moment above mean sea level; inf where nobody looks over a surface, or it is not known."""
    found = np.full(len(row), np.inf)
    if track.models.surface is None:
        return found
    for _, part, over in _over(track, pieces, row, SEA):
        ends = [np.interp(side[part], over.u, over.high) for side in (begin, end)]
        found[part] = np.maximum(*ends) + track.vertical_m
    return found


def _relief(track: Track, piece: int, begin: Floats, end: Floats, slant_m: float) -> tuple[Floats, Floats]:
    """How far the ground within a distance may rise above, and fall below, that under each moment; NaN where nobody knows.

    The terrain's error counts in the heights, not here: it is taken to be the same for ground so near. 0 without a terrain.
    """
    rise, fall = np.zeros(len(begin)), np.zeros(len(begin))
    models, course = track.models, track.course
    if models.terrain is None or slant_m <= 0:
        return rise, fall
    leg = int(course.leg[piece])
    whole = float(course.length[leg] * (course.stop[piece] - course.start[piece])) if len(course.length) else 0.0
    for first in range(0, len(begin), CHUNK):
        part = slice(first, first + CHUNK)
        middle, half = (begin[part][0] + end[part][-1]) / 2, whole * (end[part][-1] - begin[part][0]) / 2
        (lon,), (lat,) = course.points(piece, np.array([middle]))
        near = float(track.reach[piece]) + half
        at, under, around = (models.ground_at(float(lon), float(lat), metres) for metres in (0.0, near, slant_m + near))
        if at is None or under is None or around is None:
            rise[part] = fall[part] = np.nan
        else:
            error = at[1] - at[0]
            rise[part] = max(around[1] - under[0] - error, 0.0)
            fall[part] = max(under[1] - around[0] - error, 0.0)
    return rise, fall


def _with_fixes(
    course: Course, pieces: Any, silent: Any, row: Any, begin: Floats, end: Floats
) -> tuple[Any, Floats, Floats]:
    """The same moments, and the two fixes beside each gap of a log, of which it does speak."""
    before, after = (
        np.flatnonzero(silent & (course.start[pieces] == 0)),
        np.flatnonzero(silent & (course.stop[pieces] == 1)),
    )
    at = np.concatenate([np.zeros(len(before)), np.ones(len(after))])
    row, begin, end = (np.concatenate(both) for both in ((row, before, after), (begin, at), (end, at)))
    order = np.lexsort((end, begin, row))
    return row[order], begin[order], end[order]


def _aim(stated: Sequence[float], fixed: Any, one: Any, other: Any, *, turns: bool) -> tuple[Floats, Floats]:
    """Where a gimbal looks between two points, and how far beside that at either; NaN where nobody says."""
    if len(stated):
        values = np.asarray(stated, dtype=float)
        apart = values[other] - values[one]
        if turns:
            apart = (apart + 180.0) % 360.0 - 180.0
        return values[one] + apart / 2, np.abs(apart) / 2
    if isinstance(fixed, int | float):
        return np.full(len(one), float(fixed)), np.zeros(len(one))
    return np.full(len(one), np.nan), np.zeros(len(one))


def _ahead(course: Course, leg: Any, first: Any, final: Any) -> tuple[Floats, Floats]:
    """Where a camera looks that looks along the course, and how far beside that; NaN where the aircraft has no course.

    `first` and `final` say which moments begin and end a leg: there it turns from the leg before, and to the leg after.
    """
    if not len(course.azimuth):
        return np.full(len(leg), np.nan), np.zeros(len(leg))
    moves = course.length >= STILL_M
    if course.flight.elapsed is not None:
        moves |= course.length > STILL_MPS * np.diff(course.flight.elapsed)
    heading = np.where(moves, course.azimuth, np.nan)
    low, high = np.zeros(len(leg)), np.zeros(len(leg))
    for turns, other in ((first, np.maximum(leg - 1, 0)), (final, np.minimum(leg + 1, len(heading) - 1))):
        apart = (heading[other] - heading[leg] + 180.0) % 360.0 - 180.0
        apart = np.where(turns, np.nan_to_num(apart), 0.0)
        low, high = np.minimum(low, apart), np.maximum(high, apart)
    return heading[leg] + (low + high) / 2, (high - low) / 2 + COURSE_OFF_DEG


def _astray(mission: Mission, track: Track, fastest_mps: float | None) -> Floats:
    """How far the aircraft may be from each leg: 0 but in the gaps of a log."""
    found = np.zeros(max(len(track.flight.lon) - 1, 1))
    for gap in gaps([track], fastest_mps) if mission.flown else ():
        found[gap.leg] = max(found[gap.leg], gap.reach_m)
    return found


def _counted(mission: Mission, track: Track, one: Any, other: Any) -> Any:
    """Whether what lies between two points is recorded, or may be."""
    if track.flight.recording:
        on = np.asarray(track.flight.recording, dtype=bool)
        return on[one] | on[other]
    return np.full(len(one), _may_record(mission))


def _may_record(mission: Mission) -> bool:
    """False where the mission says that nothing is recorded."""
    return (mission.camera or {}).get("recording") is not False


def recorded_s(mission: Mission, tracks: Sequence[Track]) -> float:
    """For how long the camera records, or may; 0 only where it surely does not, NaN where the times are not known."""
    total = 0.0
    for track in tracks:
        legs = np.arange(max(len(track.flight.lon) - 1, 1))
        on = _counted(mission, track, legs, _last(track.flight, legs))
        on |= (_astray(mission, track, None) > 0) & _may_record(mission)
        if not on.any():
            continue
        clock = track.flight.times if track.flight.times is not None else track.flight.elapsed
        if clock is None:
            return float("nan")
        total += max(float((clock[_last(track.flight, legs)] - clock[legs])[on].sum()), 1e-3)
    return total
