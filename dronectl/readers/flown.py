"""Flown flights from recordings: what is no position is left out, what is odd is counted, and nothing is smoothed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dronectl import geometry
from dronectl.errors import InputError
from dronectl.intervals import Interval
from dronectl.measures import Datum
from dronectl.mission import (
    DEFAULT_HORIZONTAL_M,
    DEFAULT_VERTICAL_M,
    Flight,
    Mission,
    Numbered,
    Oddity,
    Uncertainty,
)
from dronectl.readers.document import Document
from dronectl.readers.ends import End, ends, silence
from dronectl.records import dataclass
from dronectl.where import Where

Floats = NDArray[np.float64]
FASTEST_MPS = 100.0  # no drone of the open or specific category flies as fast: a house figure, without a source
LEAP_M = 50.0  # nearer positions are no leap, however short the time between them
LEAP_WITHOUT_TIME_M = 1_000.0
LONGEST_DEGREE_M = 111_700.0  # of latitude, at the poles of WGS 84; of longitude, at its equator, 111,320
SATELLITE = frozenset({Datum.AMSL, Datum.WGS84})  # heights that come, in the end, from a satellite receiver
SATELLITE_M = 4.0  # H_AM of the guideline of the German LBA for dimensioning volumes: 4 m for GNSS, 1 m for a barometer
LEAST_MEASURED_M = 1.0  # S_MAP of the guideline of the German LBA: however good a receiver, the map is not better
SIGMAS = 2.0  # a receiver tells one standard deviation; about 95 % lie within two
ON_GROUND_M = 2.0  # a log whose first fix is higher above take-off than this begins in the air: a house figure
STILL_M = 0.5  # two positions at one moment this near are one
CLOCK_S = 2.0  # clocks that differ by less are taken to agree
BRIDGED_S = 5.0  # a missing time between two this near is taken between them, and what is as long ago said counts
IN_THE_AIR = "the log does not show where the aircraft took off: the ground there is not known (--takeoff-elevation)"
PARTLY_MEASURED = (
    "where the receiver measured nothing, the path is widened as before and after, "
    f"and at least by {DEFAULT_HORIZONTAL_M:g} m"
)
WITHOUT_A_FIX = "the receiver never had a fix: the positions come from elsewhere, and how far they are off is not known"
NO_TIMES = "the log keeps no times: when the flight was is not known"


@dataclass(slots=True, kw_only=True)
class Recording:
    """The fixes of one flight as they stand in the log, not looked at."""

    id: str
    where: Where
    places: str
    """What stands before the number of a fix in its place: `flight.csv::line `."""
    numbers: NDArray[np.intp]
    lon: Floats
    lat: Floats
    height: Floats
    """Metres over the datum; NaN where the log has none."""
    datum: Datum | None
    times: Floats | None = None
    """Seconds since 1970 (UTC); NaN where one is missing. None where the log keeps no times of day."""
    elapsed: Floats | None = None
    """Seconds since the start, where there are no times of day."""
    pitch_deg: Floats | None = None
    yaw_deg: Floats | None = None
    recording: NDArray[np.bool_] | None = None
    """Whether the camera records, or may: where the log does not say. None for a log that keeps nothing of it."""
    sideways_m: Floats | None = None
    """How far each position may be off, metres, as the receiver measured it (95 %); NaN where it did not."""
    upward_m: Floats | None = None
    """And its height."""
    valid: NDArray[np.bool_] | None = None
    """False where the receiver itself says that a fix is none."""
    takeoff_at: tuple[float, float] | None = None
    """Longitude and latitude of the take-off point, where the log states it."""
    lasts: tuple[float, float] | None = None
    """From when to when the log lasts, as `elapsed` counts, or else `times`, where it tells more than its fixes do."""
    begins_at_takeoff: bool = True
    """False for a recording that may begin anywhere in the flight."""
    ground_m: float | None = None
    oddities: list[Oddity] = field(default_factory=list)


def of_lines(document: Document, lines: Sequence[int], values: Floats, datum: Datum | None, **facts: Any) -> Recording:
    """The recording of a file with one fix a line; the columns of `values` begin with longitude, latitude and height."""
    return Recording(
        id="flight-1",
        where=document.where,
        places=f"{document.path}::line ",
        numbers=np.array(lines, dtype=np.intp),
        lon=values[:, 0],
        lat=values[:, 1],
        height=values[:, 2],
        datum=datum,
        **facts,
    )


def may_record(*states: Floats) -> NDArray[np.bool_] | None:
    """Whether a camera records, by columns of a log: 0 for off, NaN where one does not say. None where none says anything."""
    telling = [state for state in states if not np.isnan(state).all()]
    return np.asarray((np.stack(telling) != 0).any(axis=0)) if telling else None


def accuracy_at(fixes_s: Floats, when: Floats, metres: Floats) -> Floats:
    """What a receiver said of its accuracy (one standard deviation, metres) at fixes, as 95 %; NaN where it said nothing.

    The worse of what it said before and after counts, also of two receivers.
    """
    order = np.argsort(when, kind="stable")
    when, metres = when[order], metres[order]
    after = np.searchsorted(when, fixes_s)
    sides = [np.clip(at, 0, len(when) - 1) for at in (after - 1, after)]
    away = np.minimum(*(np.abs(when[side] - fixes_s) for side in sides))
    return np.where(away <= BRIDGED_S, np.maximum(*(metres[side] for side in sides)) * SIGMAS, np.nan)


def with_a_fix(fixes_s: Floats, told: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> NDArray[np.bool_] | None:
    """Whether some receiver had a fix at the moments of positions that an autopilot worked out.

    `told` is when each receiver said whether it had one. What it said last counts. None where none ever had one, or none
    says: then the positions come from elsewhere.
    """
    found = np.zeros(len(fixes_s), dtype=bool)
    for when, has in told:
        if not len(when):
            continue
        order = np.argsort(when, kind="stable")
        at = np.searchsorted(when[order], fixes_s, side="right") - 1
        found |= has[order][np.maximum(at, 0)]
    return found if any(has.any() for _, has in told) else None


def mission(
    document: Document,
    recordings: Sequence[Recording],
    *,
    heights: str,
    assumptions: Sequence[str] = (),
    name: str = "",
    doubts: Sequence[str] = (),
) -> Mission:
    """The flown flights of one log. Raises `InputError` where it holds no position at all."""
    oddities = [odd for recording in recordings for odd in recording.oddities]
    flights = [made for recording in recordings if (made := _flight(recording, oddities)) is not None]
    if not flights:
        what = "holds no position: there is no track"
        if any(odd.kind == "no-fix" for odd in oddities):
            what = "holds no position: the receiver had no fix all along"
        raise InputError.at(document.where, what, remedy="give a log with positions")
    if any((flight.widen_m > 0).any() for flight in flights):
        flights = [replace(f, widen_m=np.where(f.widen_m > 0, f.widen_m, DEFAULT_HORIZONTAL_M)) for f in flights]
    unsure, widened = _uncertainty(flights, recordings)
    flights = [_widened(flight, unsure.horizontal_m) for flight in flights]
    stem = document.path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    said = [*widened, f"heights: {heights}", *assumptions]
    if not all(flight.takeoff_known for flight in flights):
        said.append(IN_THE_AIR)
    if any(flight.times is None and not flight.periods for flight in flights):
        said.append(NO_TIMES)
    return Mission(
        id=stem,
        name=name or stem,
        path=document.path,
        sha256=document.sha256,
        where=document.where,
        flights=tuple(flights),
        assumptions=tuple(dict.fromkeys(said)),
        remarks=tuple(document.remarks),
        doubts=tuple(doubts),
        uncertainty=unsure,
        heights=heights,
        oddities=tuple(oddities),
        flown=True,
    )


def _uncertainty(flights: Sequence[Flight], recordings: Sequence[Recording]) -> tuple[Uncertainty, list[str]]:
    """How far a log's positions and heights may be off, and the sentences that say so.

    What the receiver measured counts (`Flight.widen_m`): the least of it widens the whole path, the rest its own leg. Where
    nothing was measured the house default does.
    """
    vertical = DEFAULT_VERTICAL_M
    if any(datum in flight.datum for flight in flights for datum in SATELLITE):
        vertical = max(vertical, SATELLITE_M)
    beside = np.concatenate([flight.widen_m for flight in flights])
    if not bool((beside > 0).all()):
        unsure = Uncertainty(vertical_m=vertical)
        return unsure, [unsure.assumed]
    up = [np.full(1, np.nan) if one.upward_m is None else np.ravel(one.upward_m) for one in recordings]
    high = np.concatenate(up)
    told_up = _is_measured(high)
    if told_up.any():
        vertical = max(float(high[told_up].max()), 0.0 if told_up.all() else vertical)
    horizontal = float(beside.min())
    said = f"{horizontal:.1f} to {float(beside.max()):.1f} m horizontally and {vertical:.1f} m vertically"
    told = [f"the path is widened by what the log's receiver measured (95 %): {said}"]
    if any(one.sideways_m is None or not bool(_is_measured(one.sideways_m).all()) for one in recordings):
        told.append(PARTLY_MEASURED)
    return Uncertainty(horizontal_m=horizontal, vertical_m=vertical, stated=True, measured=True), told


def _widened(flight: Flight, horizontal_m: float) -> Flight:
    """A flight whose legs are widened by no more than what the whole path is not widened by already."""
    return replace(flight, widen_m=np.maximum(flight.widen_m - horizontal_m, 0.0))


def _is_measured(metres: Floats) -> NDArray[np.bool_]:
    return np.isfinite(metres) & (metres > 0)


def _measured(recording: Recording, kept: NDArray[np.intp]) -> Floats:
    """Per leg how far its fixes may be off; zeros where that was nowhere measured.

    A fix at which it was not may be off as far as those beside it at which it was, and at least by the house default.
    """
    legs = max(len(kept) - 1, 1)
    here = np.zeros(len(kept)) if recording.sideways_m is None else recording.sideways_m[kept]
    known = np.flatnonzero(_is_measured(here))
    if not len(known):
        return np.zeros(legs)
    here = np.maximum(here, LEAST_MEASURED_M)
    missing = np.setdiff1d(np.arange(len(here)), known)
    after = np.searchsorted(known, missing)
    beside = (here[known[np.clip(at, 0, len(known) - 1)]] for at in (after - 1, after))
    here[missing] = np.maximum(np.maximum(*beside), DEFAULT_HORIZONTAL_M)
    return np.maximum(here[:-1], here[1:]) if len(here) > 1 else here


def is_placed(recording: Recording) -> NDArray[np.bool_]:
    """Which fixes have a position."""
    lon, lat = recording.lon, recording.lat
    with np.errstate(invalid="ignore"):
        here = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
        here &= (lon != 0.0) | (lat != 0.0)
    return here if recording.valid is None else here & recording.valid


def _flight(recording: Recording, oddities: list[Oddity]) -> Flight | None:
    lon, lat, here = recording.lon, recording.lat, is_placed(recording)
    gone = np.flatnonzero(~here)
    if len(gone):
        what = f"{len(gone)} of {len(lon)} fixes have no position (none, 0/0, or no fix): they are left out"
        oddities.append(Oddity(kind="no-fix", count=len(gone), what=what, where=_place(recording, int(gone[0]))))
    kept = np.flatnonzero(here)
    if not len(kept):
        return None
    times, periods = _times(recording, kept, oddities)
    elapsed = None
    if times is not None:
        elapsed = times - times[0]
    elif recording.elapsed is not None:
        since = recording.elapsed[kept]
        if np.isfinite(since).all() and (np.diff(since) >= 0).all():
            elapsed = since - since[0]
    lon, lat = lon[kept], lat[kept]
    _leaps(recording, kept, lon, lat, times if times is not None else elapsed, oddities)
    height = recording.height[kept] if recording.datum is not None else np.full(len(kept), np.nan)
    known = _knows_takeoff(recording, float(height[0]))
    first, last = ends(elapsed, lon, lat, height, _takeoff_m(recording, known))
    raw = recording.elapsed if recording.elapsed is not None else recording.times
    silent = (0.0, 0.0)
    if raw is not None and elapsed is not None:
        silent = silence(first, last, raw, kept, elapsed, recording.lasts)
    pitch, yaw, filmed = recording.pitch_deg, recording.yaw_deg, recording.recording
    return Flight(
        id=recording.id,
        where=recording.where,
        lon=lon,
        lat=lat,
        height=height,
        datum=tuple(recording.datum if known else None for known in np.isfinite(height).tolist()),
        place=Numbered(recording.places, recording.numbers[kept]),
        kind=("leg",) * (len(kept) - 1),
        widen_m=_measured(recording, kept),
        times=times,
        elapsed=elapsed,
        periods=periods,
        gimbal_pitch_deg=tuple(pitch[kept].tolist()) if pitch is not None and np.isfinite(pitch).any() else (),
        gimbal_yaw_deg=tuple(yaw[kept].tolist()) if yaw is not None and np.isfinite(yaw).any() else (),
        recording=tuple(filmed[kept].tolist()) if filmed is not None else (),
        takeoff_at=recording.takeoff_at,
        takeoff_known=known,
        silent_s=silent,
        partial=_in_the_air(recording, kept, first, last),
        ground_m=recording.ground_m,
    )


def _knows_takeoff(recording: Recording, first_m: float) -> bool:
    """True where the first fix is, or the log states, the take-off point."""
    if recording.datum is not Datum.TAKEOFF or recording.takeoff_at is not None:
        return True
    return recording.begins_at_takeoff and abs(first_m) <= ON_GROUND_M


def _takeoff_m(recording: Recording, known: bool) -> float:
    """The ground where it took off, over the datum of its heights; NaN where that is not known."""
    if recording.datum is Datum.AGL:
        return 0.0  # over the ground wherever it is
    if recording.datum is Datum.TAKEOFF:
        return 0.0 if known or not recording.begins_at_takeoff else np.nan
    return recording.ground_m if recording.datum is Datum.AMSL and recording.ground_m is not None else np.nan


def _in_the_air(recording: Recording, kept: NDArray[np.intp], first: End, last: End) -> tuple[Oddity, ...]:
    """What shows that the log is of a part of the flight."""
    said = [
        (
            kept[0],
            "the log has a single position: where the aircraft was before and after is not in it",
            len(kept) == 1,
        ),
        (
            kept[0],
            f"the log begins in the air, {first}: what was flown before is not in it",
            len(kept) > 1 and first.flies,
        ),
        (kept[-1], f"the log ends in the air, {last}: what was flown after is not in it", len(kept) > 1 and last.flies),
    ]
    return tuple(
        Oddity(kind="in-the-air", count=1, what=what, where=_place(recording, int(at)))
        for at, what, is_so in said
        if is_so
    )


def _times(
    recording: Recording, kept: NDArray[np.intp], oddities: list[Oddity]
) -> tuple[Floats | None, tuple[Interval, ...]]:
    """The times of the fixes; or the span they lie in, where they do not run forward. Nothing where too many are missing."""
    if recording.times is None:
        return None, ()
    times = recording.times[kept].copy()
    known = np.isfinite(times)
    if not known.any():
        return None, ()
    missing = np.flatnonzero(~known)
    if len(missing):
        where = _place(recording, int(kept[missing[0]]))
        what = f"{len(missing)} of {len(times)} fixes have no time"
        oddities.append(Oddity(kind="time-missing", count=len(missing), what=what, where=where))
        at = np.flatnonzero(known)
        bridged = bool(known[0] and known[-1]) and bool((np.diff(times[at])[np.diff(at) > 1] <= BRIDGED_S).all())
        if not bridged:
            return None, ((float(times[at].min()), float(times[at].max())),) if known[0] and known[-1] else ()
        times[missing] = np.interp(missing, at, times[at])
    step = np.diff(times)
    back = np.flatnonzero(step < 0)
    if len(back):
        worst = float(-step.min())
        what = f"time runs backward {len(back)} time(s), by up to {worst:.3f} s: when each fix was is not known"
        where = _place(recording, int(kept[back[0] + 1]))
        oddities.append(Oddity(kind="backward-time", count=len(back), what=what, where=where))
        return None, ((float(times.min()), float(times.max())),)
    same = np.flatnonzero(step == 0)
    if len(same):
        lon, lat = recording.lon[kept], recording.lat[kept]
        apart = geometry.leg_azimuths(lon, lat)[1][same] > STILL_M
        if apart.any():
            what = f"{int(apart.sum())} fixes share their time with another one, at another place"
            where = _place(recording, int(kept[same[apart][0] + 1]))
            oddities.append(Oddity(kind="duplicate-time", count=int(apart.sum()), what=what, where=where))
    return times, ()


def _leaps(
    recording: Recording, kept: NDArray[np.intp], lon: Floats, lat: Floats, clock: Floats | None, oddities: list[Oddity]
) -> None:
    if not _may_leap(lon, lat, LEAP_WITHOUT_TIME_M if clock is None else LEAP_M):
        return
    metres = geometry.leg_azimuths(lon, lat)[1]
    if clock is None:
        far = np.flatnonzero(metres > LEAP_WITHOUT_TIME_M)
        speed = ""
    else:
        far = np.flatnonzero((metres > LEAP_M) & (metres > FASTEST_MPS * np.diff(clock)))
        speed = f" faster than {FASTEST_MPS:g} m/s"
    if len(far):
        what = f"the position leaps {len(far)} time(s){speed}, by up to {metres[far].max():.0f} m"
        where = _place(recording, int(kept[far[0] + 1]))
        oddities.append(Oddity(kind="leap", count=len(far), what=what, where=where))


def _may_leap(lon: Floats, lat: Floats, metres: float) -> bool:
    """True where some step may be longer than some metres: told in degrees, of which none is longer on the ground."""
    wide = np.abs(np.diff(lon))
    degrees = np.hypot(np.minimum(wide, np.abs(360.0 - wide)), np.diff(lat))
    return bool((degrees * LONGEST_DEGREE_M > metres).any())


def _place(recording: Recording, number: int) -> Where:
    file, _, inside = f"{recording.places}{int(recording.numbers[number])}".partition("::")
    return Where(file, inside)


def clock_offset(seconds: float, one: str, other: str, where: Where) -> list[Oddity]:
    """What to say where two clocks of a log differ."""
    if abs(seconds) <= CLOCK_S:
        return []
    what = f"{one} differs from {other} by {seconds:+.1f} s: {other} was used"
    return [Oddity(kind="clock-offset", count=1, what=what, where=where)]
