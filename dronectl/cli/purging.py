"""What `retention` does: which records must go, and taking them out with a certificate."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dronectl.cli import tongue
from dronectl.cli.applying import require_format
from dronectl.cli.handing_over import ledger_path
from dronectl.cli.proving import SUFFIX
from dronectl.cli.signing import TOOL, changing, clock, signer, whole
from dronectl.cli.writing import refuse_input, write_bytes
from dronectl.errors import DronectlError, InputError
from dronectl.evidence import ledger as ledgers
from dronectl.evidence.canonical import digest
from dronectl.evidence.dossier import Entry, append
from dronectl.evidence.envelope import sealed
from dronectl.evidence.keys import Signer
from dronectl.evidence.retention import GO, Due, classes, due
from dronectl.folders import all_in
from dronectl.reports import retention as report
from dronectl.where import Where

PURGE = "urn:dronectl:purge:v1"
NOTHING, DUE = 0, 1


def show_classes(format_: str) -> int:
    """Every class with its times and their source."""
    require_format(format_, report.FORMATS)
    sys.stdout.write(report.classes(list(classes().values()), tongue.spoken(), format_, tongue.teller()))
    return NOTHING


def show_due(paths: Sequence[str], everything: bool, now: str | None, format_: str) -> int:
    """What must go; 1 where something does."""
    require_format(format_, report.FORMATS)
    moment = datetime.fromisoformat(clock(now))
    found, failed = _looked_at(dossiers_in(paths), moment)
    if found or not failed:
        sys.stdout.write(report.due(found, moment, everything, format_, tongue.teller()))
    _tell(failed)
    return DUE if any(one.state == GO for _, rows in found for one in rows) else NOTHING


def purge(paths: Sequence[str], certificate: str, key: str | None, now: str | None, dry_run: bool) -> int:
    """Erase what must go, dossier by dossier, and certify it; what was changed keeps no other from being certified."""
    when = clock(now)
    moment = datetime.fromisoformat(when)
    files = dossiers_in(paths)
    refuse_input(certificate, files)
    if dry_run:
        found, failed = _looked_at(files, moment)
        going = [(path, [one for one in rows if one.state == GO]) for path, rows in found]
        sys.stdout.write(report.due(going, moment, False, "text", tongue.teller()))
        _tell(failed)
        return NOTHING
    return _purged(files, certificate, signer(key), when)


def _looked_at(paths: Sequence[str], moment: datetime) -> tuple[list[tuple[str, list[Due]]], list[DronectlError]]:
    """What is due in each dossier, and why some of them cannot be looked at."""
    found: list[tuple[str, list[Due]]] = []
    failed: list[DronectlError] = []
    for path in paths:
        try:
            found.append((path, list(due(whole(path), moment))))
        except DronectlError as error:
            failed.append(error)
    return found, failed


def _tell(failed: Sequence[DronectlError]) -> None:
    """Say which dossiers could not be looked at: the first ends the command."""
    for other in failed[1:]:
        tongue.note(f"error: {other}")
    if failed:
        raise failed[0]


def _purged(files: Sequence[str], certificate: str, signed: Signer, when: str) -> int:
    """Erase, dossier by dossier, and certify what was."""
    moment = datetime.fromisoformat(when)
    gone: list[dict[str, Any]] = []
    subject: dict[str, str] = {}
    failed: list[DronectlError] = []
    for path in files:
        try:
            with changing(path) as (old, keep):
                going = [one for one in due(old, moment) if one.state == GO]
                if not going:
                    continue
                made = append(old, _entry(going, when), signed)
                keep(made)
        except DronectlError as error:
            failed.append(error)
            continue
        gone.append({"dossier": made.id, "head": made.head, "objects": [_certified(one) for one in going]})
        subject |= {f"{made.id}/{one.held.name}": one.held.digest for one in going}
    if gone:
        _certify(gone, subject, certificate, signed, when)
    _tell(failed)
    if not gone:
        tongue.note("nothing must go")
    return NOTHING


def _certify(
    gone: Sequence[Mapping[str, Any]], subject: Mapping[str, str], certificate: str, signed: Signer, when: str
) -> None:
    """Sign what was erased, and put it in the ledger."""
    data = sealed(PURGE, subject, {"when": when, "tool": TOOL, "purged": gone}, signed)
    write_bytes(certificate, data + b"\n")
    body = {"what": "purge", "when": when, "certificate": digest(data + b"\n"), "objects": len(subject)}
    line = ledgers.append(ledger_path(), body, signed)
    tongue.note(f"wrote {certificate}; line {line.number} of the ledger, head {line.digest}")


def _entry(going: Sequence[Due], when: str) -> Entry:
    return Entry(step="erase", when=when, tool=TOOL, erases={one.held.name: _ground(one) for one in going})


def _ground(one: Due) -> str:
    assert one.kind is not None
    return f"{one.kind.id}: {one.kind.article}"


def _certified(one: Due) -> dict[str, Any]:
    return {
        "name": one.held.name, "role": one.held.role, "class": one.held.keep, "since": one.held.since,
        "salted_sha256": one.held.digest, "ground": _ground(one),
    }  # fmt: skip


def dossiers_in(paths: Sequence[str]) -> list[str]:
    """The dossiers among some files and folders."""
    found: list[str] = []
    for path in paths:
        if Path(path).is_dir():
            found += map(str, all_in(Path(path), (SUFFIX,)))
        else:
            found.append(path)
    if not found:
        raise InputError.at(Where(", ".join(paths)), "holds no dossier", remedy="name a folder with .dossier files")
    return list(dict.fromkeys(found))
