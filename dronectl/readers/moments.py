"""Times of flights: every one gets an offset, and a local hour that is ambiguous or does not exist is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dronectl.errors import Fault
from dronectl.records import dataclass
from dronectl.where import Where

HOME_ZONE = "Europe/Amsterdam"  # a time without an offset is read there, said in the report


def local_day(moment: float) -> date:
    """The day in the home time zone of a moment (seconds since 1970, UTC)."""
    return datetime.fromtimestamp(moment, ZoneInfo(HOME_ZONE)).date()


def iso(moment: float) -> str:
    """A moment (seconds since 1970, UTC) as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(round(moment, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Clockwork:
    """Reads times, and remembers whether one of them had no offset."""

    faults: list[Fault] = field(default_factory=list)
    naive: bool = False

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (f"times without an offset are read as {HOME_ZONE} local time",) if self.naive else ()

    def refuse(self, where: Where, what: str, remedy: str) -> None:
        """Keep a fault that was found while reading."""
        self.faults.append(Fault(where, what, remedy))

    def read(self, words: str, where: Where) -> float:
        """Seconds since 1970 (UTC); NaN with a fault where the words are no time."""
        try:
            made = datetime.fromisoformat(words.strip())
        except ValueError:
            self.faults.append(Fault(where, f"{words!r} is not a date and time", "write 2026-05-12T10:00:00+02:00"))
            return float("nan")
        if made.tzinfo is not None:
            return made.timestamp()
        if "T" not in words.upper() and " " not in words.strip():
            self.faults.append(Fault(where, f"{words!r} is a day, not a time", "write 2026-05-12T10:00:00+02:00"))
            return float("nan")
        self.naive = True
        zone = ZoneInfo(HOME_ZONE)
        early, late = made.replace(tzinfo=zone, fold=0), made.replace(tzinfo=zone, fold=1)
        if early.utcoffset() != late.utcoffset():
            readings = " or ".join(moment.astimezone(UTC).strftime("%H:%MZ") for moment in (early, late))
            exists = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == made
            why = "happens twice" if exists else "does not exist"
            what = f"{words!r} {why} in {HOME_ZONE}, where the clock changes: it could be {readings}"
            self.faults.append(Fault(where, what, "add the UTC offset: +01:00 or +02:00"))
        return early.timestamp()

    def day(self, words: str, where: Where) -> date | None:
        """A day; None with a fault where the words are none."""
        try:
            return date.fromisoformat(words.strip())
        except ValueError:
            self.faults.append(Fault(where, f"{words!r} is not a day", "with daily hours, write 2026-06-01"))
            return None

    def of_day(self, words: str, where: Where) -> time | None:
        """A time of day without an offset; None with a fault where the words are none."""
        try:
            made = time.fromisoformat(words.strip())
        except ValueError:
            made = None
        if made is None or made.tzinfo is not None:
            self.faults.append(Fault(where, f"{words!r} is not a local time of day", "write 10:00"))
            return None
        self.naive = True
        return made

    def readings(self, day: date, hour: time) -> tuple[float, float]:
        """What a local time of day may be (seconds since 1970, UTC): two moments where the clock changes then."""
        local = datetime.combine(day, hour, ZoneInfo(HOME_ZONE))
        return local.replace(fold=0).timestamp(), local.replace(fold=1).timestamp()


def elapsed(
    metres: NDArray[np.float64], height: NDArray[np.float64], speed_mps: float, climb_mps: float
) -> NDArray[np.float64]:
    """Seconds since the start at each point: each leg takes the longer of its ground distance and its climb.

    A climb between heights over different datums, or of unknown height, counts as none.
    """
    climb = np.nan_to_num(np.abs(np.diff(height)), nan=0.0)
    legs = np.maximum(metres / speed_mps, climb / climb_mps)
    return np.concatenate([[0.0], np.cumsum(legs)])


def running(times: Sequence[float]) -> int | None:
    """The first point whose time lies before its predecessor's, or None."""
    for k in range(1, len(times)):
        if times[k] < times[k - 1]:
            return k
    return None
