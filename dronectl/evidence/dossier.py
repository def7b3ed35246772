"""A dossier: everything about one mission in one file, step by step, each step signed and chained to the one before.

    dossier.json            what is in it (follows from the entries; a convenience for whoever opens the zip)
    entries/0001.json       one step: an in-toto statement in a DSSE envelope
    keys/<id>.pem           the public keys that signed
    objects/...             files, and what belongs to steps
    salts/...               32 random bytes beside each object

A step names each object by the SHA-256 of its salt followed by its bytes. Where an object is erased later its salt goes with
it: the chain stays whole, and nobody can guess from the digest what it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from dronectl.errors import Fault, InputError, UsageError
from dronectl.evidence import box, canonical
from dronectl.evidence.envelope import Signed, Tampered, opened, sealed
from dronectl.evidence.keys import PublicKey, Signer
from dronectl.records import dataclass
from dronectl.where import Where

SCHEMA = "dronectl/dossier/v1"
STEP = "urn:dronectl:dossier-step:v1"
MANIFEST, ENTRIES, KEYS, OBJECTS, SALTS = "dossier.json", "entries/", "keys/", "objects/", "salts/"
SALT_BYTES = 32
OPERATIONS = "operations"  # the class of what is kept unless another is given
WHEN = "%Y-%m-%dT%H:%M:%SZ"
CHECKS = ("check", "audit")
STEPS = frozenset({*CHECKS, "approve", "add", "erase", "compare"})
VERDICTS = frozenset({"clear", "violation", "undecided"})
MEMBERS = frozenset({
    "adds", "answer", "decision", "details", "dossier", "erases", "number", "previous", "role", "step", "tool", "when",
})  # of a step's predicate  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something to be kept: where it shall lie below `objects/`, what it is, and its bytes."""

    name: str
    role: str
    data: bytes
    keep: str = OPERATIONS
    """Its class of retention."""
    since: str = ""
    """The moment from which its time runs (ISO 8601, UTC)."""
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that is kept, or was."""

    name: str
    role: str
    keep: str
    since: str
    personal: bool
    digest: str
    """SHA-256 of its salt and its bytes, hexadecimal."""
    size: int
    step: int
    """The number of the entry that brought it."""
    erased: int | None = None
    """The number of the entry that erased it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry: who did what, when, and what it was about."""

    number: int
    step: str
    when: str
    role: str
    decision: str
    answer: Mapping[str, Any]
    details: str
    """The object that holds what a person said and who it was; it can be erased."""
    adds: tuple[str, ...]
    about: tuple[str, ...]
    """The names of all objects that it speaks of."""
    erases: Mapping[str, str]
    """Per object that it erased the ground."""
    key: PublicKey
    tool: str
    digest: str
    """SHA-256 of the entry."""


@dataclass(slots=True, kw_only=True)
class Dossier:
    """A dossier as its bytes say it, with everything that is wrong with them."""

    members: dict[str, bytes] = field(default_factory=dict)
    id: str = ""
    steps: list[Step] = field(default_factory=list)
    objects: dict[str, Held] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def head(self) -> str:
        """The digest of the last entry: who has it can tell whether entries were taken off the end."""
        return self.steps[-1].digest if self.steps else ""

    def bytes_of(self, name: str) -> bytes | None:
        """What an object holds; None where it was erased."""
        return self.members.get(name)

    def details_of(self, step: Step) -> dict[str, Any]:
        """What a person said in a step; empty where it was erased, or changed into something else."""
        try:
            said = canonical.loads(self.members[step.details])
        except (KeyError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def last(self, *kinds: str) -> Step | None:
        """The last step of some kinds."""
        return next((step for step in reversed(self.steps) if step.step in kinds), None)

    def packed(self) -> bytes:
        """The dossier as a file."""
        return box.pack(self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a step shall say."""

    step: str
    when: str
    role: str = ""
    decision: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    adds: Sequence[Thing] = ()
    about: Sequence[str] = ()
    erases: Mapping[str, str] = field(default_factory=dict)
    tool: str = ""


def append(old: Dossier, entry: Entry, signer: Signer, salt: Callable[[int], bytes] = secrets.token_bytes) -> Dossier:
    """The dossier with one more step. What it adds and already holds, byte for byte, is not kept a second time."""
    if old.faults:
        raise UsageError("this dossier was changed: nothing is added to it; dronectl verify tells what")
    number = len(old.steps) + 1
    members = dict(old.members)
    identifier = old.id or secrets.token_hex(16)
    details = Thing(
        name=f"steps/{number:04d}.json", role="details", data=canonical.dumps(dict(entry.details)),
        personal=bool(entry.details),
        since=entry.when,
    )  # fmt: skip
    added: list[dict[str, Any]] = []
    subject = {name: old.objects[name].digest for name in entry.about}
    things = [*entry.adds, details]
    for name, thing in zip(names_for(old, things), things, strict=True):
        if name in old.objects:
            subject[name] = old.objects[name].digest
            continue
        salted = salt(SALT_BYTES)
        members[name], members[SALTS + name.removeprefix(OBJECTS)] = thing.data, salted
        subject[name] = canonical.digest(salted + thing.data)
        added.append(
            {"name": name, "role": thing.role, "keep": thing.keep, "since": thing.since or entry.when,
             "personal": thing.personal, "size": len(thing.data)}
        )  # fmt: skip
    for name in entry.erases:
        held = old.objects.get(name)
        if held is None or held.erased is not None:
            raise UsageError(f"{name} is no object of this dossier, or was erased before")
        members.pop(name)
        members.pop(SALTS + name.removeprefix(OBJECTS))
        subject[name] = held.digest
    predicate = {
        "dossier": identifier, "number": number, "previous": old.head, "step": entry.step, "when": entry.when,
        "role": entry.role, "decision": entry.decision, "answer": dict(entry.answer), "details": added[-1]["name"],
        "adds": added, "erases": dict(entry.erases), "tool": entry.tool,
    }  # fmt: skip
    members[f"{KEYS}{signer.public.id}.pem"] = signer.public.pem.encode()
    members[f"{ENTRIES}{number:04d}.json"] = sealed(STEP, dict(sorted(subject.items())), predicate, signer)
    made = _followed({name: data for name, data in members.items() if name != MANIFEST})
    made.members[MANIFEST] = _manifest(made)
    if made.faults:
        raise AssertionError(f"a step that does not verify: {made.faults[0]}")
    return made


def names_for(old: Dossier, things: Sequence[Thing]) -> list[str]:
    """Under which names things will be kept: what is there already, byte for byte and of the same role, keeps its name."""
    taken = {*old.objects}
    names = []
    for thing in things:
        known = _same(old, thing)
        names.append(known.name if known is not None else _free(OBJECTS + thing.name, taken))
        taken.add(names[-1])
    return names


def _same(old: Dossier, thing: Thing) -> Held | None:
    """What is kept already with these bytes and this role."""
    if thing.role == "details":
        return None
    for held in old.objects.values():
        alike = held.role == thing.role and held.erased is None and _suffix(held.name) == _suffix(thing.name)
        if alike and old.members[held.name] == thing.data:
            return held
    return None


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix


def _free(name: str, taken: set[str]) -> str:
    """A name that nothing has: that of the thing, or with a number behind it."""
    path, number = PurePosixPath(name), 2
    while name in taken:
        name = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
        number += 1
    return name


def read(path: str) -> Dossier:
    """A dossier as it lies in a file, with all its faults; an `InputError` where the file is no dossier at all."""
    file = Path(path)
    try:
        if file.stat().st_size > 2 * box.MOST_BYTES:
            raise InputError.at(Where(path), "is larger than a dossier can be")
        data = file.read_bytes()
    except FileNotFoundError:
        raise InputError.at(
            Where(path), "no such file", remedy="dronectl check MISSION --dossier FILE makes one"
        ) from None
    except OSError as error:
        raise InputError.at(Where(path), f"cannot be read: {error.strerror or error}") from None
    made = examine(data)
    if not made.members and not made.steps:
        remedy = "dronectl check MISSION --dossier FILE makes one"
        raise InputError.at(Where(path), f"is no dossier: {made.faults[0].what}", remedy=remedy)
    return made


def examine(data: bytes) -> Dossier:
    """Look at every byte of a dossier: what it says, and everything that is not as it was signed."""
    unpacked = box.unpack(data)
    members = unpacked.members
    made = _followed({name: held for name, held in members.items() if name != MANIFEST})
    made.faults[:0] = [Fault(Where("zip"), what) for what in unpacked.faults]
    if not made.steps:
        made.faults.append(Fault(Where("zip"), "it holds no entry"))
    if MANIFEST not in members:
        made.faults.append(Fault(Where(MANIFEST), "is missing"))
    else:
        made.members[MANIFEST] = members[MANIFEST]
        if members[MANIFEST] != _manifest(made):
            made.faults.append(
                Fault(Where(MANIFEST), "does not say what the entries say: it was changed, or entries were")
            )
    return made


def _manifest(made: Dossier) -> bytes:
    return canonical.dumps({
        "schema": SCHEMA, "id": made.id, "entries": len(made.steps), "head": made.head,
        "objects": {
            name: {"role": held.role, "keep": held.keep, "since": held.since, "personal": held.personal,
                   "salted_sha256": held.digest, "size": held.size, "step": held.step, "erased": held.erased}
            for name, held in sorted(made.objects.items())
        },
    })  # fmt: skip


def _followed(members: dict[str, bytes]) -> Dossier:
    """The steps one after the other, each held against the one before and against what lies in the zip."""
    made = Dossier(members=members)
    keys = _keys(members, made.faults)
    numbered = sorted(name for name in members if name.startswith(ENTRIES))
    for number in range(1, len(numbered) + 1):
        name = f"{ENTRIES}{number:04d}.json"
        if name not in members:
            made.faults.append(Fault(Where(name), "is missing: an entry was taken out, or another was put in"))
            continue
        try:
            _follow(made, name, number, opened(members[name], STEP, keys))
        except Tampered as error:
            made.faults.append(Fault(Where(name), str(error)))
    _hold_objects(made)
    used = {f"{KEYS}{step.key.id}.pem" for step in made.steps}
    counted = {f"{ENTRIES}{number:04d}.json" for number in range(1, len(numbered) + 1)}
    for name in sorted(members):
        part = name.split("/")[0] + "/"
        if part == KEYS and name not in used:
            made.faults.append(Fault(Where(name), "is a key that signed nothing here"))
        elif part == ENTRIES and name not in counted:
            made.faults.append(Fault(Where(name), "is no entry of this chain: it was put in"))
        elif part not in (KEYS, OBJECTS, SALTS, ENTRIES):
            made.faults.append(Fault(Where(name), "belongs to no entry"))
    return made


def _keys(members: Mapping[str, bytes], faults: list[Fault]) -> dict[str, PublicKey]:
    found = {}
    for name in sorted(members):
        if not name.startswith(KEYS):
            continue
        try:
            key = PublicKey.of(members[name].decode("ascii"))
        except ValueError as error:
            faults.append(Fault(Where(name), f"was changed: it {error}"))
            continue
        if name != f"{KEYS}{key.id}.pem":
            faults.append(Fault(Where(name), "is another key than its name says"))
            continue
        found[key.id] = key
    return found


def _follow(made: Dossier, name: str, number: int, signed: Signed) -> None:
    """Take one entry in, or say why it does not follow from those before."""
    said = signed.predicate
    if set(said) != MEMBERS or not _sound(said):
        raise Tampered("does not say what a step says")
    if said["number"] != number or said["previous"] != made.head or (made.steps and said["dossier"] != made.id):
        made.faults.append(
            Fault(Where(name), "does not follow the entry before it: entries were taken out, put in or moved")
        )
    made.id = made.id or str(said["dossier"])
    fresh = {}
    try:
        for row in said["adds"]:
            fresh[str(row["name"])] = Held(
                name=str(row["name"]), role=str(row["role"]), keep=str(row["keep"]), since=str(row["since"]),
                personal=bool(row["personal"]), digest=signed.subject[row["name"]], size=int(row["size"]), step=number,
            )  # fmt: skip
        erases = {str(key): str(ground) for key, ground in said["erases"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Tampered("does not say what it adds") from None
    for spoken, digest in signed.subject.items():
        known = fresh.get(spoken) or made.objects.get(spoken)
        if known is None or known.digest != digest:
            made.faults.append(Fault(Where(name), f"speaks of {spoken}, which no entry before it brought as such"))
    for key in erases:
        if key not in made.objects:
            made.faults.append(Fault(Where(name), f"erases {key}, which no entry brought"))
        else:
            made.objects[key] = replace(made.objects[key], erased=number)
    made.objects.update(fresh)
    made.steps.append(
        Step(
            number=number, step=str(said["step"]), when=str(said["when"]), role=str(said["role"]),
            decision=str(said["decision"]), answer=dict(said["answer"]), details=str(said["details"]),
            adds=tuple(fresh), about=tuple(signed.subject), erases=erases, key=signed.key, tool=str(said["tool"]),
            digest=canonical.digest(made.members[name]),
        )
    )  # fmt: skip
    if made.objects.get(str(said["details"])) is None:
        made.faults.append(Fault(Where(name), "names no details of its own"))


def _is_object(data: bytes) -> bool:
    try:
        return isinstance(canonical.loads(data), dict)
    except ValueError:
        return False


def _sound(said: Mapping[str, Any]) -> bool:
    """True where every member is of its kind: who signs may still write nonsense."""
    try:
        moment = datetime.strptime(said["when"], WHEN).replace(tzinfo=UTC)
        words = all(
            isinstance(said[name], str) for name in ("role", "decision", "previous", "dossier", "details", "tool")
        )
        tables = (
            isinstance(said["answer"], dict) and isinstance(said["erases"], dict) and isinstance(said["adds"], list)
        )
        told = said["step"] not in CHECKS or said["answer"].get("verdict") in VERDICTS
        told = told and (said["step"] != "compare" or said["answer"].get("kept") in (True, False, None))
    except (TypeError, ValueError, AttributeError):
        return False
    return moment.strftime(WHEN) == said["when"] and said["step"] in STEPS and words and tables and told


def _hold_objects(made: Dossier) -> None:
    """Hold what lies in the zip against what the entries say of it."""
    members = made.members
    for name, held in made.objects.items():
        salt = SALTS + name.removeprefix(OBJECTS)
        if held.erased is not None:
            for left in (name, salt):
                if left in members:
                    made.faults.append(Fault(Where(left), f"is there, and entry {held.erased} says it was erased"))
            continue
        if name not in members:
            made.faults.append(Fault(Where(name), "is missing, and no entry says that it was erased"))
        elif salt not in members:
            made.faults.append(Fault(Where(salt), "is missing: its object cannot be held against its digest"))
        elif len(members[salt]) != SALT_BYTES:
            made.faults.append(Fault(Where(salt), "was changed"))
        elif canonical.digest(members[salt] + members[name]) != held.digest:
            made.faults.append(Fault(Where(name), f"was changed: entry {held.step} brought something else"))
        elif len(members[name]) != held.size:
            made.faults.append(Fault(Where(name), "is not as large as its entry says"))
        elif held.role == "details" and not _is_object(members[name]):
            made.faults.append(Fault(Where(name), "is not what belongs to a step"))
    known = {*made.objects, *(SALTS + name.removeprefix(OBJECTS) for name in made.objects)}
    for name in sorted(members):
        if name.startswith((OBJECTS, SALTS)) and name not in known:
            made.faults.append(Fault(Where(name), "was put in: no entry brought it"))
