"""The record of a mission: every field that could leave, before a policy looks at it; and what is left of it after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dronectl.mission import NUMBER, Flight, Mission
from dronectl.readers.moments import iso, local_day
from dronectl.records import dataclass
from dronectl.sharing.coarsen import coarse
from dronectl.sharing.policy import DROP, FIELDS, Policy, policies

PAPERS = ("contact", "notice", "dpia", "sensor_register", "retention_class")
SECRET = (
    "mission.pilot", "mission.signers", "mission.emergency", "flights.start", "flights.end",
    "flights.path", "flights.takeoff", "flights.pilot_at", "approvals.as", "approvals.reason",
)  # what no other field may give away  # fmt: skip
NAMES = ("mission.pilot", "mission.signers", "approvals.as")  # of people, whose parts give them away as well
ROLES = ("mission.signers", "approvals.role")  # words of these are no names
PARTICLES = frozenset({"van", "von", "der", "den", "ter", "ten", "the", "and", "het", "del", "pilot", "piloot"})
WORD = re.compile(r"\w+")
LEAST_LETTERS = 3  # shorter words are found in everything
DECIMALS = 5  # of a degree: about a metre
DEGREES = re.compile(r"-?\d{1,3}[.,]\d{3,}")  # a degree to a hundred metres or better
Record = dict[str, Any]
"""`mission`, `check`, `dossier`: tables. `flights`, `findings`, `approvals`: lists of tables."""


def record_of(
    mission: Mission, *, dossier: Mapping[str, Any] | None = None, check: Mapping[str, Any] | None = None,
    approvals: Sequence[Mapping[str, Any]] = (),
) -> Record:  # fmt: skip
    """All that is known of a mission, field by field; `check` is its part of the report for programs."""
    told = check or {}
    return {
        "dossier": dict(dossier or {}),
        "mission": {
            "id": mission.id, "name": mission.name, "purpose": mission.purpose, "legal_basis": mission.legal_basis,
            "operator": mission.operator, "pilot": mission.pilot, "signers": dict(mission.signers) or None,
            "category": mission.category, "aircraft": mission.aircraft, "camera": mission.camera,
            "emergency": None if mission.emergency is None else
            {"site": mission.emergency.site, "at": mission.emergency.at, "phone": mission.emergency.phone},
            **{name: paper.reference for name, paper in mission.papers.items() if name in PAPERS},
        },
        "flights": [_flight(flight, mission) for flight in mission.flights],
        "check": {"verdict": told.get("verdict"), "rules": told.get("rules"),
                  "zones": sorted({row["zone"]["id"] for row in told.get("findings", ()) if row["zone"]})},
        "findings": [
            {"rule": row["rule"], "status": row["status"], "zone": (row["zone"] or {}).get("id"), "message": row["message"],
             "where": row["where"], "encounters": row["encounters"]}
            for row in told.get("findings", ())
        ],
        "approvals": [dict(one) for one in approvals],
    }  # fmt: skip


def _flight(flight: Flight, mission: Mission) -> dict[str, Any]:
    span = flight.span if flight.times is not None else None
    heights = [
        (None if height != height else round(float(height), 2), datum.value if datum else None)
        for height, datum in zip(flight.height.tolist(), flight.datum, strict=True)
    ]
    return {
        "id": flight.id, "start": iso(span[0]) if span else None, "end": iso(span[1]) if span else None,
        "day": local_day(span[0]).isoformat() if span else None, "duration_s": span[1] - span[0] if span else None,
        "path": [[lon, lat, height] for lon, lat, (height, _) in
                 zip(flight.lon.tolist(), flight.lat.tolist(), heights, strict=True)],
        "heights": heights, "takeoff": [list(flight.takeoff)], "pilot_at": [list(at) for at in mission.pilot_at] or None,
        "gimbal": [_angles(flight.gimbal_pitch_deg), _angles(flight.gimbal_yaw_deg)] if flight.gimbal_pitch_deg else None,
        "recorded": recorded(flight, mission),
    }  # fmt: skip


def _angles(given: Sequence[float]) -> list[float | None]:
    return [None if value != value else value for value in given]


def recorded(flight: Flight, mission: Mission) -> bool | None:
    """True where something was recorded, None where nobody says."""
    if flight.recording:
        return any(flight.recording)
    stated = (mission.camera or {}).get("recording")
    return stated if isinstance(stated, bool) else None


@dataclass(frozen=True, slots=True)
class Told:
    """What a policy does to one field of a record."""

    field: str
    how: str
    """`keep`, what makes it coarser, or `drop`."""
    why: str = ""
    """Why it is dropped although the policy keeps it."""


def reduced(record: Record, policy: Policy, forbidden: Sequence[Forbidden] | None = None) -> tuple[Record, list[Told]]:
    """The record as the audience may see it, and what was done to every field that it had.

    A text that is kept is withheld where it holds what is dropped or made coarser: a name in a title, a place in a remark;
    of this record, or of all those whose `forbidden_of` is given.
    """
    forbidden = [forbidden_of(record, policy)] if forbidden is None else forbidden
    made: Record = {}
    told: list[Told] = []
    for field in FIELDS:
        group, name = field.split(".")
        rows = _rows(record, group)
        values = [row[name] for row in rows if row.get(name) not in (None, "", [], {})]
        if not values:
            continue
        change = coarse(policy.how(field)) if policy.how(field) != DROP else None
        if change is None:
            told.append(Told(field, DROP))
            continue
        left = [None if row.get(name) in (None, "", [], {}) else change(row[name]) for row in rows]
        if any(_holds(value, one) for value in left for one in forbidden):
            told.append(Told(field, DROP, "it holds what is not to leave"))
            continue
        told.append(Told(field, policy.how(field)))
        if isinstance(record[group], list):
            kept = made.setdefault(group, [{} for _ in rows])
            for row, value in zip(kept, left, strict=True):
                row[name] = value
        else:
            made.setdefault(group, {})[name] = left[0]
    return made, told


def seen_by(mission: Mission, audience: str) -> Mission:
    """A mission with no other words about people and purposes than an audience may see; where and when it flies stays."""
    (policy,) = (one for one in policies() if one.id == audience)
    left, _ = reduced(record_of(mission), policy)
    said = left.get("mission", {})
    papers = {name: replace(paper, reference=said[name]) for name, paper in mission.papers.items() if said.get(name)}
    return replace(
        mission, name="", pilot="", signers={}, emergency=None, papers=papers, purpose=said.get("purpose") or "",
        legal_basis=said.get("legal_basis") or "", operator=said.get("operator") or "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What must not be found in what leaves, in small letters."""

    phrases: frozenset[str]
    """Names and moments, wherever they stand."""
    words: frozenset[str]
    """Parts of the names of people, where they stand as words."""
    degrees: Sequence[float]
    """Longitudes and latitudes, to whatever decimal they are told."""

    def speaks(self, text: str) -> bool:
        """True where a text holds something of it."""
        plain = _plain(text)
        if any(phrase in plain for phrase in self.phrases) or not self.words.isdisjoint(WORD.findall(plain)):
            return True
        return any(self._tells(found[0].replace(",", ".")) for found in DEGREES.finditer(plain))

    def _tells(self, number: str) -> bool:
        """True where a number is one of the degrees, rounded or cut off."""
        slack = 1.01 * 10.0 ** -min(len(number.partition(".")[2]), DECIMALS)
        return any(abs(float(number) - value) <= slack for value in self.degrees)


def forbidden_of(record: Record, policy: Policy) -> Forbidden:
    """Every name, place and moment that must not be found in what leaves."""
    phrases, words = set[str](), set[str]()
    degrees: list[float] = []
    for field in SECRET:
        if policy.how(field) == "keep":
            continue
        for value in _values(record, field):
            found = list(_texts(value))
            phrases.update(text for text in found if len(text) >= LEAST_LETTERS)
            if field in NAMES:
                words.update(word for text in found for word in WORD.findall(text) if len(word) >= LEAST_LETTERS)
            degrees += _degrees(value)
    number = NUMBER.fullmatch(str(record["mission"].get("operator") or ""))
    if policy.how("mission.operator") != "keep" and number and len(number[2]) >= LEAST_LETTERS:
        phrases.add(number[2].casefold())
    roles = {
        word
        for field in ROLES
        for value in _values(record, field)
        for text in _names(value)
        for word in WORD.findall(text)
    }
    return Forbidden(frozenset(phrases), frozenset(words - roles - PARTICLES), tuple(degrees))


def _rows(record: Record, group: str) -> list[Record]:
    """The rows of a group; a table is one."""
    return record[group] if isinstance(record[group], list) else [record[group]]


def _values(record: Record, field: str) -> list[Any]:
    """What stands in a field, in every row that has it."""
    group, name = field.split(".")
    return [row.get(name) for row in _rows(record, group)]


def _names(value: Any) -> list[str]:
    """A role, or the roles of a table by role."""
    return [str(name).casefold() for name in value] if isinstance(value, Mapping) else [str(value or "").casefold()]


def _leaves(value: Any) -> Iterator[Any]:
    """Every single value in a value, whatever tables and lists it stands in."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _degrees(value: Any) -> Iterator[float]:
    """The numbers in a value that say where something is to ten metres or better."""
    for one in _leaves(value):
        if isinstance(one, float) and one == one and round(one, DECIMALS) != round(one, 2):
            yield one


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value that somebody could look for, in small letters."""
    for one in _leaves(value):
        if isinstance(one, str):
            yield _plain(one)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _holds(value: Any, forbidden: Forbidden) -> bool:
    """True where a value holds something that is not to leave, the names in its tables included."""
    if isinstance(value, Mapping):
        return any(_holds(inner, forbidden) for pair in value.items() for inner in pair)
    if isinstance(value, list | tuple):
        return any(_holds(inner, forbidden) for inner in value)
    if isinstance(value, str):
        return forbidden.speaks(value)
    return isinstance(value, float) and value == value and forbidden.speaks(f"{value:.{DECIMALS}f}")
