"""The key that a command signs with, the moment it signs at, and the dossier that it adds to."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dronectl._version import __version__
from dronectl.cli import tongue
from dronectl.cli.gathering import moment
from dronectl.cli.writing import write_bytes
from dronectl.errors import UsageError
from dronectl.evidence import dossier as dossiers
from dronectl.evidence import keys
from dronectl.evidence.dossier import Dossier, Entry
from dronectl.evidence.keys import Signer
from dronectl.evidence.lock import alone

TOOL = f"dronectl {__version__}"


def clock(now: str | None) -> str:
    """The moment of a step as it is signed: UTC, whole seconds."""
    given = moment(now, "--now")
    return datetime.fromtimestamp(int(time.time() if given is None else given), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def signer(name: str | None) -> Signer:
    """The key of a name, or the only one there is."""
    place = keys.folder()
    if name is None:
        names = [name for name, _ in keys.listed(place)]
        if not names:
            raise UsageError("there is no key to sign with: dronectl keys new NAME makes one")
        if len(names) > 1:
            raise UsageError(f"which key signs? --key NAME, one of {', '.join(names)}")
        (name,) = names
    return keys.signer(place, name, _passphrase)


def _passphrase(name: str) -> bytes:
    from getpass import getpass

    if not sys.stdin.isatty():
        raise UsageError(f"the key {name!r} has a passphrase, and there is no terminal to ask for it at")
    return getpass(f"Passphrase of {name}: ").encode()


def new_passphrase(name: str) -> bytes:
    """A passphrase that was typed twice."""
    from getpass import getpass

    first = _passphrase(name)
    if getpass("Once more: ").encode() != first:
        raise UsageError("the two differ: nothing was made")
    return first


def whole(path: str) -> Dossier:
    """The dossier of a file that nobody changed."""
    made = dossiers.read(path)
    if made.faults:
        raise UsageError(f"{path} was changed after it was signed ({made.faults[0]}): dronectl verify {path} tells all")
    return made


def add(path: str, signed: Signer, entry: Callable[[Dossier], Entry], *, begin: bool = False) -> None:
    """Add a step to the dossier of a file while nobody else does; with `begin` it may be the first."""
    with changing(path, begin=begin) as (old, keep):
        keep(dossiers.append(old, entry(old), signed))


@contextmanager
def changing(path: str, *, begin: bool = False) -> Iterator[tuple[Dossier, Callable[[Dossier], None]]]:
    """A dossier, and what writes it anew and tells its head; the lock is held meanwhile."""
    file = Path(path)
    if not file.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no folder {file.parent}")
    with alone(file):
        old = Dossier() if begin and not file.exists() else whole(path)

        def keep(made: Dossier) -> None:
            write_bytes(path, made.packed(), private=True)
            erased = made.steps[-1].erases
            done = f"{len(erased)} object(s) erased" if erased else f"entry {len(made.steps)} signed"
            tongue.note(f"{path}: {done}; head {made.head}")

        yield old, keep
