"""Who may see what: one policy an audience, as data. A field that a policy does not name does not leave."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

from dronectl.errors import Fault, InputError, UsageError
from dronectl.readers import toml
from dronectl.records import dataclass
from dronectl.sharing.coarsen import coarse
from dronectl.where import Where

FIELDS = (
    "dossier.id", "dossier.head", "mission.id", "mission.name", "mission.purpose", "mission.legal_basis", "mission.operator",
    "mission.pilot", "mission.signers", "mission.category", "mission.aircraft", "mission.camera", "mission.contact",
    "mission.notice", "mission.dpia", "mission.sensor_register", "mission.retention_class", "mission.emergency",
    "flights.id", "flights.start", "flights.end", "flights.day", "flights.duration_s", "flights.path", "flights.heights",
    "flights.takeoff", "flights.pilot_at", "flights.gimbal", "flights.recorded", "check.verdict", "check.rules",
    "check.zones", "findings.rule", "findings.status", "findings.zone", "findings.message", "findings.where",
    "findings.encounters", "approvals.role", "approvals.decision", "approvals.when", "approvals.as", "approvals.reason",
)  # every field that a record has, in the order in which people are told of them  # fmt: skip
DROP = "drop"
PLACES = ("flights.path", "flights.takeoff", "flights.pilot_at")
MOMENTS = ("flights.start", "flights.end", "approvals.when")
FITS: Mapping[str, Sequence[str]] = {
    "grid": PLACES, "day": MOMENTS, "minutes": (*MOMENTS, "flights.duration_s"),
    "minutes_up": (*MOMENTS, "flights.duration_s"), "bands": ("flights.heights",), "masked": ("mission.operator",),
    "code": ("mission.purpose",), "count": (*PLACES, "mission.signers", "check.zones", "findings.encounters"),
}  # the fields that a word makes coarser, and not only other; what is not named here fits every field  # fmt: skip
ACCESS = ("PUBLIC", "RESTRICTED", "NON_PUBLIC")  # EU Vocabularies, access right
MEMBERS = {"id", "title", "recipients", "purposes", "longest_days", "access"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one audience may see, and for how long."""

    id: str
    title: Mapping[str, str]
    recipients: Sequence[str]
    """Patterns of names, such as `gemeente-*`."""
    purposes: Sequence[str]
    """Only for these; empty: for any purpose that is stated."""
    longest_days: int
    access: str
    fields: Mapping[str, str]
    """Per field what is done to it; what is not there is dropped."""

    def how(self, field: str) -> str:
        """What is done to a field."""
        return self.fields.get(field, DROP)


@cache
def policies() -> tuple[Policy, ...]:
    """The policies that ship, by audience."""
    folder = resources.files("dronectl.sharing").joinpath("policies")
    entries = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name
    )
    return tuple(policy_of(tomllib.loads(entry.read_text("utf-8")), Where(entry.name)) for entry in entries)


def read_policy(path: str) -> Policy:
    """A policy of the house, from a file. Raises `InputError` with all its faults."""
    document = toml.load(path)
    return policy_of(document.value, Where(path))


def policy_of(given: Mapping[str, Any], where: Where) -> Policy:
    """The policy that a TOML document states."""
    faults: list[Fault] = []
    head, fields = given.get("policy"), given.get("fields")
    if not isinstance(head, dict) or not isinstance(fields, dict) or set(given) != {"policy", "fields"}:
        raise InputError.at(where, "is no policy", remedy="give [policy] and [fields]; see the policies that ship")
    for name in sorted(MEMBERS - set(head)):
        faults.append(Fault(where / "policy" / name, "is missing"))
    for name in sorted(set(head) - MEMBERS):
        faults.append(Fault(where / "policy" / name, "is no member of a policy"))
    for name, how in fields.items():
        if name not in FIELDS:
            faults.append(Fault(where / "fields" / name, "is no field of a record", f"use one of {', '.join(FIELDS)}"))
        elif how != DROP and coarse(str(how)) is None:
            faults.append(Fault(where / "fields" / name, f"is {how!r}", "use keep, drop, day, bands, masked, code, count, "
                                "stated, grid:METRES, minutes:N or minutes_up:N"))  # fmt: skip
        elif name not in FITS.get(word := str(how).partition(":")[0], FIELDS):
            faults.append(Fault(where / "fields" / name, f"is {how!r}, which makes no such field coarser",
                                f"use {word} with {', '.join(FITS[word])}"))  # fmt: skip
    if not faults:
        faults += _kinds(head, where / "policy")
    if faults:
        raise InputError(faults)
    return Policy(
        id=head["id"], title=dict(head["title"]), recipients=tuple(head["recipients"]), purposes=tuple(head["purposes"]),
        longest_days=head["longest_days"], access=head["access"], fields=dict(fields),
    )  # fmt: skip


def _kinds(head: Mapping[str, Any], where: Where) -> list[Fault]:
    faults = []
    if not isinstance(head["id"], str) or not isinstance(head["title"], dict):
        faults.append(Fault(where / "id", "is no name with a title"))
    for name in ("recipients", "purposes"):
        if not isinstance(head[name], list) or not all(isinstance(item, str) for item in head[name]):
            faults.append(Fault(where / name, "is no list of words"))
    if type(head["longest_days"]) is not int or head["longest_days"] < 1:
        faults.append(Fault(where / "longest_days", "is no number of days"))
    if head["access"] not in ACCESS:
        faults.append(Fault(where / "access", f"is {head['access']!r}", f"use one of {', '.join(ACCESS)}"))
    return faults


def policy_for(recipient: str, audience: str | None, own: Policy | None = None) -> Policy:
    """The policy that binds a recipient: the house's own, that of the audience, or the one whose names fit."""
    if own is not None:
        return own
    known = {policy.id: policy for policy in policies()}
    if audience is not None:
        if audience not in known:
            raise UsageError(f"--audience {audience!r} is none of {', '.join(known)}")
        return known[audience]
    found = [p for p in known.values() if any(fnmatchcase(recipient.lower(), name) for name in p.recipients)]
    if len(found) != 1:
        raise UsageError(f"which audience is {recipient!r}? --audience, one of {', '.join(known)}")
    return found[0]
