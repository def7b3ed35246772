"""Keys that sign (Ed25519, RFC 8032), and whom this machine trusts.

A private key lies in a file that only its owner can read, encrypted where a passphrase was given. Its identifier is the
SHA-256 of its public half (SubjectPublicKeyInfo, DER), as `openssl pkey -pubin -outform DER | sha256sum` prints it.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dronectl.errors import InputError, UsageError
from dronectl.evidence.canonical import digest
from dronectl.records import dataclass
from dronectl.where import Where

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
PRIVATE, PUBLIC, TRUSTED = ".key", ".pub", "trusted.json"
OTHERS = 0o077  # the bits of a file's mode that are not its owner's
LEAST_LETTERS = 8  # of a passphrase: NIST SP 800-63B, 5.1.1.2


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that checks signatures."""

    id: str
    pem: str

    @classmethod
    def of(cls, pem: str) -> PublicKey:
        """The key of a PEM text in its one form; `ValueError` where it is no Ed25519 key, or written otherwise."""
        made = _public(_read_public(pem.encode()))
        if made.pem != pem:
            raise ValueError("is not written as a public key is")
        return made

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """True where this key made the signature of the message."""
        from cryptography.exceptions import InvalidSignature

        try:
            _read_public(self.pem.encode()).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that can sign: its public half, and what signs."""

    public: PublicKey
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """A key that the user trusts: whose it is, and for which roles (none: for all)."""

    key: PublicKey
    name: str
    roles: tuple[str, ...] = ()
    since: str = ""
    """Days, `2026-01-31`; a signature of another time is not trusted. Empty: open."""
    until: str = ""


def _read_public(data: bytes) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("is no public key (PEM)") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("is no Ed25519 key")
    return key


def _public(key: Ed25519PublicKey) -> PublicKey:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey(digest(der), key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def signer_of(key: Ed25519PrivateKey) -> Signer:
    """What signs with a private key that is at hand."""
    return Signer(_public(key.public_key()), key.sign)


def folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where the keys of this user lie: `DRONECTL_KEYS`, else beside the user's settings."""
    environment = os.environ if environment is None else environment
    if environment.get("DRONECTL_KEYS"):
        return Path(environment["DRONECTL_KEYS"])
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "dronectl" / "keys"


def new(place: Path, name: str, passphrase: bytes | None) -> PublicKey:
    """Make a key pair; None as passphrase leaves the private half open to whoever reads its file. Nothing is overwritten."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    _require_name(name)
    if passphrase is not None and len(passphrase.decode()) < LEAST_LETTERS:
        raise UsageError(f"the passphrase is shorter than {LEAST_LETTERS} letters: nothing was made")
    key = Ed25519PrivateKey.generate()
    how: KeySerializationEncryption = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    made = _public(key.public_key())
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(place / f"{name}{PRIVATE}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"there is a key {name!r} already: give another name") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    (place / f"{name}{PUBLIC}").write_text(made.pem, "utf-8")
    return made


def _require_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of a key: letters, digits, dots, dashes, 64 at most")


def listed(place: Path) -> list[tuple[str, PublicKey]]:
    """The user's own keys, by name."""
    return [(path.stem, read_public(path)) for path in sorted(place.glob(f"*{PUBLIC}"))]


def read_public(path: Path) -> PublicKey:
    """The public key of a file; an `InputError` where it holds none."""
    try:
        return _public(_read_public(path.read_bytes()))
    except ValueError as error:
        raise InputError.at(Where(str(path)), str(error), remedy="give the .pub file of an Ed25519 key") from None
    except OSError as error:
        raise InputError.at(Where(str(path)), f"cannot be read: {error.strerror or error}") from None


def signer(place: Path, name: str, ask: Callable[[str], bytes]) -> Signer:
    """The key of a name, ready to sign; `ask` is called with the name where it needs its passphrase.

    Raises `UsageError` where others may read the key, or the passphrase is wrong.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    _require_name(name)
    path = place / f"{name}{PRIVATE}"
    try:
        with path.open("rb") as file:
            open_to = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & OTHERS
            data = file.read()
    except FileNotFoundError:
        known = ", ".join(name for name, _ in listed(place)) or "none"
        raise UsageError(f"there is no key {name!r} (keys: {known}); make one: dronectl keys new {name}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if open_to and os.name == "posix":
        raise UsageError(f"{path} can be read by others: chmod 600 {path}, and think of it as known")
    try:
        key = load_pem_private_key(data, None)
    except TypeError:  # it is encrypted
        try:
            key = load_pem_private_key(data, ask(name))
        except ValueError:
            raise UsageError(f"the passphrase of {name!r} is wrong") from None
    except ValueError:
        raise UsageError(f"{path} is no private key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} is no Ed25519 key")
    return signer_of(key)


def trusted(place: Path) -> list[Trust]:
    """Whom the user trusts; an `InputError` where the file that says so is damaged."""
    path = place / TRUSTED
    if not path.is_file():
        return []
    try:
        return [_trust(row) for row in json.loads(path.read_text("utf-8"))]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError.at(Where(str(path)), "is no list of trusted keys", remedy="mend it, or take it away") from None


def _trust(row: dict[str, Any]) -> Trust:
    roles = row["roles"]
    return Trust(
        key=PublicKey.of(row["pem"]), name=str(row["name"]), roles=tuple(str(role) for role in roles),
        since=str(row["since"]), until=str(row["until"]),
    )  # fmt: skip


def write_trusted(place: Path, entries: Iterable[Trust]) -> None:
    """Keep whom the user trusts; the file is there whole or as it was."""
    rows = [
        {"pem": one.key.pem, "name": one.name, "roles": list(one.roles), "since": one.since, "until": one.until}
        for one in entries
    ]
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    near = place / f"{TRUSTED}.{os.getpid()}.tmp"
    near.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    near.replace(place / TRUSTED)


def who(entries: Iterable[Trust], key: PublicKey, role: str, day: str) -> str | None:
    """The name under which a key is trusted for a role on a day (`2026-01-31`); None where it is not."""
    for one in entries:
        fits = (not one.roles or not role or role in one.roles) and (one.since or day) <= day <= (one.until or day)
        if one.key.id == key.id and fits:
            return one.name
    return None
