"""A logbook of flights, and which of the fields that have to be kept are filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Remark

# AMC1 UAS.SPEC.050(1)(g): what a logbook holds of each flight (confidence B)
FIELDS = (
    "aircraft_maker", "aircraft_model", "aircraft_serial", "date", "takeoff_time", "takeoff_place", "landing_place",
    "duration", "total_hours", "cycles", "pilot", "activity", "authorisation", "sight", "incidents",
    "preflight_inspection", "defects", "changes",
)  # fmt: skip

NEAR_DAY_S = 86_400.0  # how far the clock of an entry may be off from that of the log it names: a house figure


def file_name(path: str) -> str:
    """The name of a log as a logbook and a folder are compared: without its folders, whatever its case."""
    return PurePath(path.replace("\\", "/")).name.lower()


def shared_names(logs: Iterable[str]) -> frozenset[str]:
    """The file names that several logs have, such as those that autopilots number: a name alone tells none of them."""
    return frozenset(name for name, count in Counter(map(file_name, logs)).items() if count > 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One flight in a logbook: field to what is written, and its span where that can be read."""

    where: Where
    values: Mapping[str, str]
    begin: float | None
    """Seconds since 1970 (UTC)."""
    end: float | None

    @property
    def log(self) -> str:
        """The file name of the log that the entry names; empty where it names none."""
        return file_name(self.values.get("log", ""))

    def may_name(self, begin: float | None, *, shared: bool) -> bool:
        """True where a log that has the name may be the one that is meant: of several, one of the entry's day."""
        return not shared or begin is None or self.begin is None or abs(self.begin - begin) <= NEAR_DAY_S

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that are not filled in. A landing time stands for a duration, one model for maker and model."""
        left = [name for name in FIELDS if not self.values.get(name, "").strip()]
        if "duration" in left and self.begin is not None and self.end is not None:
            left.remove("duration")
        return tuple(left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logbook:
    """One file with entries."""

    path: str
    sha256: str
    entries: tuple[Entry, ...]
    columns: frozenset[str]
    """Which of `FIELDS` have a column at all."""
    remarks: tuple[Remark, ...] = ()
