"""A ledger that only grows: who got what, when and why; each line holds the digest of the line before.

An entry counts once `append` returned: its line was written whole and is on the disk. A line that power loss left torn has no
line feed; nobody was told that it counts, and the next entry takes its place.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from dronectl.errors import Fault, InputError, UsageError
from dronectl.evidence import canonical
from dronectl.evidence.envelope import Tampered, decoded, pae
from dronectl.evidence.keys import PublicKey, Signer
from dronectl.evidence.lock import alone
from dronectl.records import dataclass
from dronectl.where import Where

KIND = "application/vnd.dronectl.ledger+json"
LONGEST = 1 << 20  # bytes of a line


@dataclass(frozen=True, slots=True)
class Line:
    """One entry."""

    number: int
    previous: str
    """The digest of the line before; empty in the first."""
    body: Mapping[str, Any]
    key: str
    """The identifier of the key that signed it; empty where nobody did."""
    digest: str


@dataclass(slots=True)
class Ledger:
    """All entries, and what is wrong with them."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    torn: bool = False
    """True where a line at the end was never whole."""

    @property
    def head(self) -> str:
        return self.lines[-1].digest if self.lines else ""


def append(path: Path, body: Mapping[str, Any], signer: Signer | None = None) -> Line:
    """Add an entry and put it on the disk, while nobody else does. Raises `UsageError` where the ledger's end was changed."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(path):
        fresh = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            end, last = _last(handle)
            try:
                before = _line(last) if last else None
            except Tampered as error:
                raise UsageError(f"the end of {path} was changed ({error}): nothing is added to it") from None
            number = before.number + 1 if before is not None else 1
            made = _sealed(number, before.digest if before is not None else "", body, signer)
            if len(made) > LONGEST:
                raise UsageError("the entry is too long for a ledger")
            os.ftruncate(handle, end)
            os.lseek(handle, end, os.SEEK_SET)
            _write(handle, made + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        if fresh:
            _sync_folder(path.parent)
    return _line(made)


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _last(handle: int) -> tuple[int, bytes]:
    """Where the last whole line ends, and that line without its line feed."""
    size = os.lseek(handle, 0, os.SEEK_END)
    tail = b""
    while size > 0 and tail.count(b"\n") < 2:
        if len(tail) > 2 * LONGEST + 2:
            raise UsageError("the end of the ledger is no entry: nothing is added to it")
        step = min(size, 65_536)
        size -= step
        os.lseek(handle, size, os.SEEK_SET)
        tail = os.read(handle, step) + tail
    whole = tail[: tail.rfind(b"\n") + 1]
    return size + len(whole), whole[:-1].rsplit(b"\n", 1)[-1] if whole else b""


def _sealed(number: int, previous: str, body: Mapping[str, Any], signer: Signer | None) -> bytes:
    said = canonical.dumps({"number": number, "previous": previous, "body": dict(body)})
    signature = None
    if signer is not None:
        signature = {
            "keyid": signer.public.id, "pem": signer.public.pem, "sig": b64encode(signer.sign(pae(KIND, said))).decode(),
        }  # fmt: skip
    return canonical.dumps({"number": number, "previous": previous, "body": dict(body), "signature": signature})


def _line(data: bytes) -> Line:
    """An entry whose signature, if it has one, holds; `Tampered` where it is none."""
    try:
        whole = canonical.loads(data)
        if set(whole) != {"number", "previous", "body", "signature"} or not isinstance(whole["body"], dict):
            raise Tampered("is no entry")
        said = canonical.dumps({name: whole[name] for name in ("number", "previous", "body")})
        signature, key = whole["signature"], ""
        if signature is not None:
            public = PublicKey.of(signature["pem"])
            held = public.id == signature["keyid"] and public.verifies(decoded(signature["sig"]), pae(KIND, said))
            if not held or set(signature) != {"keyid", "pem", "sig"}:
                raise Tampered("its signature does not hold")
            key = public.id
        number = whole["number"]
        if type(number) is not int:
            raise Tampered("is no entry")
    except Tampered:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Tampered(f"is no entry: {error}") from None
    return Line(number, whole["previous"], whole["body"], key, canonical.digest(data))


def read(path: Path) -> Ledger:
    """Every entry of a ledger, each held against the one before."""
    made, previous = Ledger(), ""
    for number, data in enumerate(_lines(path), 1):
        where = Where(str(path), f"line {number}")
        if not data.endswith(b"\n"):
            made.torn = True
            break
        try:
            line = _line(data[:-1])
        except Tampered as error:
            made.faults.append(Fault(where, str(error)))
            previous = canonical.digest(data[:-1])
            continue
        if line.number != number or line.previous != previous:
            made.faults.append(
                Fault(where, "does not follow the line before it: lines were taken out, put in or moved")
            )
        made.lines.append(line)
        previous = line.digest
    return made


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError.at(Where(str(path)), f"cannot be read: {error.strerror or error}") from None
