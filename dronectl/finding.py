"""What a rule says of a mission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import Enum
from typing import TYPE_CHECKING

from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Zone

if TYPE_CHECKING:
    from dronectl.track import Encounter

MOST_FLIGHTS = 3  # that a message names


class Severity(Enum):
    """How much a failed rule weighs."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


class Status(Enum):
    """What came of asking a rule."""

    FAILED = "failed"
    UNDECIDED = "undecided"
    PERMITTED = "permitted"
    WAIVED = "waived"
    PASSED = "passed"
    NOT_APPLICABLE = "not_applicable"


class Verdict(Enum):
    """The answer to the whole question."""

    CLEAR = "clear"
    VIOLATION = "violation"
    UNDECIDED = "undecided"

    @classmethod
    def of(cls, kept: bool | None) -> Verdict:
        """The answer where all was kept, or was not, or where that is not known (None)."""
        return cls.UNDECIDED if kept is None else cls.CLEAR if kept else cls.VIOLATION

    @property
    def words(self) -> str:
        return {"clear": "CLEARED", "violation": "NOT CLEARED", "undecided": "CANNOT TELL"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """One answer of one rule."""

    rule: str
    name: str
    severity: Severity
    status: Status
    message: str
    remedy: str = ""
    basis: str = ""
    zone: Zone | None = None
    encounters: tuple[Encounter, ...] = ()
    possible: tuple[Encounter, ...] = ()
    """Where the zone is perhaps entered as well: a permit must cover these too."""
    where: tuple[Where, ...] = ()
    permit: str | None = None
    measured: float | None = None
    """The figure that was held against `limit`, in `unit`."""
    limit: float | None = None
    unit: str = ""
    law: str = ""
    """The limit of a pack that was held against it, by its identifier."""
    by_house: bool = False
    """True where that limit is a rule of the house, which the house can waive."""
    comparator: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What else was counted, by name: `homes`, `home_seconds`; NaN where it cannot be known."""
    missing: str = ""
    """What nobody gave, so that the question was not asked: `layer roads`, `statement vlos`. Empty for a real doubt."""
    flights: tuple[str, ...] = ()
    """Of which flights it speaks, where a rule says so without an encounter."""
    whose: str = ""
    """The flights that its message begins with, where the mission has several; empty where it has one."""
    local: Mapping[str, str] = field(default_factory=dict)
    """The message in other languages, where a pack of the house has one: `nl`."""

    @property
    def was_asked(self) -> bool:
        """False where nobody gave what the question needs: told under what was not checked."""
        return not self.missing

    def named(self) -> Finding:
        """The same with its flights before its message, for a mission of several; what was kept names none."""
        flights = list(dict.fromkeys((*self.flights, *(met.flight for met in self.encounters))))
        if not flights or self.status not in (Status.FAILED, Status.UNDECIDED):
            return self
        more = f" +{len(flights) - MOST_FLIGHTS}" if len(flights) > MOST_FLIGHTS else ""
        whose = ", ".join(flights[:MOST_FLIGHTS]) + more
        return replace(self, whose=whose, message=f"{whose}: {self.message}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """A question that was not asked, why, and how to have it asked."""

    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissionResult:
    """Every answer on one mission."""

    id: str
    source: str
    verdict: Verdict
    length_m: float
    duration_s: float | None
    findings: tuple[Finding, ...]
    set_aside: tuple[Finding, ...] = ()
    """Findings of rules that were ignored by request; they are counted, not hidden."""
    extra: dict[str, object] = field(default_factory=dict)
