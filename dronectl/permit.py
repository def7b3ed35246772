"""Permits: an authorisation, an exemption, or the house's own waiver, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from dronectl.measures import Band
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Remark, Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A figure that a permit sets in place of the law's."""

    max_m: float | None = None
    min_m: float | None = None

    def allows(self, metres: float) -> bool:
        return (self.max_m is None or metres <= self.max_m) and (self.min_m is None or metres >= self.min_m)

    def __str__(self) -> str:
        sides = [("at most", self.max_m), ("at least", self.min_m)]
        return " and ".join(f"{word} {metres:g} m" for word, metres in sides if metres is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Permit:
    """What is allowed, to whom, where, how high and when; what is empty or None does not limit."""

    id: str
    kind: str
    """`authorization`, `exemption` or `waiver`."""
    issuer: str
    reason: str
    zones: frozenset[str]
    rules: frozenset[str]
    missions: frozenset[str]
    aircraft: frozenset[str]
    pilots: frozenset[str]
    purposes: frozenset[str]
    area: Volume | None
    band: Band
    begin: float | None
    """Seconds since 1970 (UTC)."""
    end: float | None
    limits: Mapping[str, Limit]
    document: str
    """The name of the paper behind it."""
    document_sha256: str
    path: str
    sha256: str
    where: Where
    assumptions: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())
