"""What the commands for evidence do, and their exit codes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path, PurePosixPath

from dronectl.cli import tongue
from dronectl.cli.applying import print_made, require_format
from dronectl.cli.signing import TOOL, clock, new_passphrase, signer, whole
from dronectl.cli.signing import add as step_added
from dronectl.cli.writing import write_bytes
from dronectl.errors import InputError, UsageError
from dronectl.evidence import dossier as dossiers
from dronectl.evidence import keys
from dronectl.evidence.dossier import CHECKS, Dossier, Entry, Step, Thing
from dronectl.evidence.keys import Trust
from dronectl.evidence.retention import classes
from dronectl.evidence.verifying import CHANGED, INTACT
from dronectl.evidence.verifying import verify as verified
from dronectl.readers.source import STDIN, source
from dronectl.reports import proof as report
from dronectl.where import Where

DONE, DIFFERS, UNKNOWN = 0, 1, 3
SUFFIX = ".dossier"
WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def keys_new(name: str, *, open_: bool) -> int:
    """Make a key pair."""
    passphrase = None if open_ else new_passphrase(name)
    made = keys.new(keys.folder(), name, passphrase)
    if open_:
        tongue.note("note: this key has no passphrase: whoever can read its file can sign with it")
    tongue.answer(f"{made.id} {name}\n")
    return DONE


def keys_show(name: str | None, format_: str) -> int:
    """The user's keys and those that are trusted; or the public half of one."""
    require_format(format_, report.FORMATS)
    place = keys.folder()
    own = keys.listed(place)
    if name is None:
        sys.stdout.write(report.keyring(own, keys.trusted(place), format_, tongue.teller()))
        return DONE
    found = dict(own).get(name)
    if found is None:
        raise UsageError(f"there is no key {name!r} (keys: {', '.join(one for one, _ in own) or 'none'})")
    sys.stdout.write(found.pem)
    return DONE


def keys_trust(path: str, name: str, roles: Sequence[str], since: str, until: str) -> int:
    """Trust a key; one that was trusted before is trusted as said now."""
    for day in (since, until):
        try:
            fits = not day or date.fromisoformat(day).isoformat() == day
        except ValueError:
            fits = False
        if not fits:
            raise UsageError(f"{day!r} is no day: write 2026-01-31")
    place, key = keys.folder(), keys.read_public(Path(path))
    entries = [one for one in keys.trusted(place) if one.key.id != key.id]
    entries.append(Trust(key=key, name=name, roles=tuple(roles), since=since, until=until))
    keys.write_trusted(place, entries)
    tongue.note(f"trusted: {key.id} as {name}; make sure by another way that it is theirs")
    return DONE


def keys_distrust(identifier: str) -> int:
    """Trust a key no longer."""
    place = keys.folder()
    entries = keys.trusted(place)
    gone = [one for one in entries if identifier and one.key.id.startswith(identifier.lower())]
    if len(gone) != 1:
        raise UsageError(f"{identifier!r} is the beginning of {len(gone)} trusted keys, not of one")
    keys.write_trusted(place, [one for one in entries if one is not gone[0]])
    tongue.note(f"no longer trusted: {gone[0].key.id} ({gone[0].name})")
    return DONE


def approve(
    mission: str, role: str, who: str, decision: str, reason: str, dossier: str | None, key: str | None, now: str | None
) -> int:
    """Sign a decision about the last check of a dossier."""
    if not WORD.fullmatch(role):
        raise UsageError(f"{role!r} is no role: small letters, digits, _ and -, such as privacy_officer")
    path = dossier or _dossier_of(mission)
    signed, when = signer(key), clock(now)

    def entry(old: Dossier) -> Entry:
        checked = _last_check(old, path)
        if path != mission:
            _require_same(old, checked, mission)
        if not reason and (decision == "refuse" or checked.answer["verdict"] != "clear"):
            raise UsageError("why? --reason is needed to refuse, and to approve what was not CLEARED")
        return Entry(
            step="approve", when=when, role=role, decision=decision, tool=TOOL, answer=_bound(old, checked),
            about=[name for name in checked.about if old.objects[name].erased is None],
            details={"as": who, "reason": reason} if reason else {"as": who},
        )  # fmt: skip

    step_added(path, signed, entry)
    return DONE


def _dossier_of(mission: str) -> str:
    """The dossier that belongs to a mission: itself, or the one beside it."""
    path = Path(mission)
    return mission if path.suffix == SUFFIX else str(path.with_suffix(SUFFIX))


def _last_check(old: Dossier, path: str) -> Step:
    checked = old.last(*CHECKS)
    if checked is None:
        raise UsageError(f"{path} holds no check to decide about: dronectl check MISSION --dossier {path}")
    return checked


def _require_same(old: Dossier, checked: Step, mission: str) -> None:
    """Refuse where a mission is another than the one that was checked."""
    data = source(mission).read()
    if not any(old.members.get(name) == data for name in checked.about if old.objects[name].role in ("mission", "log")):
        raise UsageError(f"{mission} is not what was checked in entry {checked.number}: check it again first")


def _bound(old: Dossier, checked: Step) -> dict[str, object]:
    """What a decision is about: the check, and one digest each for its mission, zones and rules."""
    from dronectl.evidence.canonical import digest

    def together(*roles: str) -> str:
        return digest(
            "".join(sorted(old.objects[n].digest for n in checked.about if old.objects[n].role in roles)).encode()
        )

    return {
        "check": checked.number, "verdict": checked.answer["verdict"], "mission": together("mission", "log"),
        "zones": together("zones"), "rules": together("policy"),
    }  # fmt: skip


def verify(path: str, head: str | None, format_: str, output: str | None) -> int:
    """Look at every byte of a dossier, and at who signed."""
    require_format(format_, report.FORMATS)
    made = verified(dossiers.read(path), keys.trusted(keys.folder()), head)
    print_made(report.verified(made, path, format_, tongue.teller()), output, [path])
    return {INTACT: DONE, CHANGED: DIFFERS}.get(made.state, UNKNOWN)


def replay(path: str, format_: str, output: str | None) -> int:
    """Make every check of a dossier again."""
    from dronectl.cli import replaying

    require_format(format_, report.FORMATS)
    made = whole(path)
    checks = [step for step in made.steps if step.step in CHECKS]
    if not checks:
        raise InputError.at(Where(path), "holds no check", remedy="dronectl check MISSION --dossier FILE adds one")
    rows = [replaying.replay(made, step) for step in checks]
    print_made(report.replayed(rows, path, format_, tongue.teller()), output, [path])
    if any(row.outcome == "differs" for row in rows):
        return DIFFERS
    return UNKNOWN if any(row.outcome == "unknown" for row in rows) else DONE


def add(
    path: str, files: Sequence[str], role: str, who: str, reason: str, keep: str, since: str | None, public: bool,
    key: str | None, now: str | None,
) -> int:  # fmt: skip
    """Add files as a step."""
    if not WORD.fullmatch(role):
        raise UsageError(f"{role!r} is no role: small letters, digits, _ and -, such as log")
    if keep not in classes():
        raise UsageError(f"--keep {keep!r} is none of {', '.join(classes())}")
    signed, when = signer(key), clock(now)
    start = clock(since) if since is not None else when
    things = [
        Thing(name=f"{role}/{number:03d}{PurePosixPath(file).suffix.lower()}", role=role, data=source(file).read(),
              keep=keep, since=start, personal=not public)
        for number, file in enumerate(files, 1)
    ]  # fmt: skip
    told = {name: words for name, words in (("as", who), ("reason", reason)) if words}
    step_added(path, signed, lambda _: Entry(step="add", when=when, adds=things, details=told, tool=TOOL))
    return DONE


def take(path: str, name: str, output: str) -> int:
    """Take one object out."""
    made = whole(path)
    held, data = made.objects.get(name), made.bytes_of(name)
    if held is None:
        raise UsageError(f"{name!r} is no object of {path}; dronectl verify {path} -f json lists them")
    if data is None:
        step = made.steps[(held.erased or 1) - 1]
        raise UsageError(f"{name} was erased {step.when[:10]}: {step.erases[name]}")
    if output == STDIN:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        write_bytes(output, data, private=held.personal)
    return DONE


def erase(
    path: str, names: Sequence[str], personal: bool, ground: str, who: str, key: str | None, now: str | None
) -> int:
    """Erase objects for good, and sign that they are gone."""
    if not ground.strip():
        raise UsageError("on which ground? --ground stays readable for good")
    if bool(names) == personal:
        raise UsageError("name the objects to erase, or --personal for all that may be about a person")
    signed, when = signer(key), clock(now)

    def entry(old: Dossier) -> Entry:
        gone = (
            [held.name for held in old.objects.values() if held.personal and held.erased is None] if personal else names
        )
        if not gone:
            raise UsageError(f"{path} holds nothing more that may be about a person")
        details = {"as": who} if who else {}
        return Entry(step="erase", when=when, erases=dict.fromkeys(gone, ground), details=details, tool=TOOL)

    step_added(path, signed, entry)
    return DONE
