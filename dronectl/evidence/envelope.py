"""A signed statement: an in-toto Statement v1 in a DSSE envelope v1, both as canonical JSON.

Sources: DSSE v1.0 (secure-systems-lab), in-toto Attestation Framework v1 (Statement layer).
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from dronectl.evidence.canonical import dumps, loads
from dronectl.evidence.keys import PublicKey, Signer
from dronectl.records import dataclass

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"


class Tampered(ValueError):
    """Something signed is not what was signed."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement whose signature holds, and the key that made it."""

    predicate: dict[str, Any]
    subject: dict[str, str]
    """Per name its SHA-256."""
    key: PublicKey


def pae(kind: str, body: bytes) -> bytes:
    """What is signed: DSSE's pre-authentication encoding of a payload and its type."""
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(body), body)


def sealed(kind: str, subject: Mapping[str, str], predicate: Mapping[str, Any], signer: Signer) -> bytes:
    """An envelope over a statement; `subject` gives the SHA-256 of each thing the statement is about."""
    named: Sequence[dict[str, Any]] = [{"name": name, "digest": {"sha256": hexed}} for name, hexed in subject.items()]
    body = dumps({"_type": STATEMENT, "subject": named, "predicateType": kind, "predicate": predicate})
    signature = {"keyid": signer.public.id, "sig": b64encode(signer.sign(pae(PAYLOAD_TYPE, body))).decode()}
    return dumps({"payload": b64encode(body).decode(), "payloadType": PAYLOAD_TYPE, "signatures": [signature]})


def opened(data: bytes, kind: str, keys: Mapping[str, PublicKey]) -> Signed:
    """The statement of an envelope that one of the keys signed; `Tampered` with the reason where anything is amiss."""
    envelope = _canonical(data, "the envelope")
    _require(isinstance(envelope, dict) and set(envelope) == {"payload", "payloadType", "signatures"}, "is no envelope")
    _require(envelope["payloadType"] == PAYLOAD_TYPE, "its payload is of another type")
    signatures = envelope["signatures"]
    _require(isinstance(signatures, list) and len(signatures) == 1, "does not carry one signature")
    (one,) = signatures
    _require(isinstance(one, dict) and set(one) == {"keyid", "sig"}, "its signature is no signature")
    key = keys.get(str(one["keyid"]))
    if key is None:
        raise Tampered(f"its key {one['keyid']!s:.16} is not there")
    body = decoded(envelope["payload"])
    _require(key.verifies(decoded(one["sig"]), pae(PAYLOAD_TYPE, body)), "its signature does not hold")
    statement = _canonical(body, "the statement")
    shape = isinstance(statement, dict) and set(statement) == {"_type", "subject", "predicateType", "predicate"}
    _require(shape and statement["_type"] == STATEMENT and statement["predicateType"] == kind, "is of another kind")
    try:
        subject = {str(item["name"]): str(item["digest"]["sha256"]) for item in statement["subject"]}
    except (TypeError, KeyError):
        raise Tampered("its subject is no list of digests") from None
    _require(isinstance(statement["predicate"], dict), "its predicate is no object")
    return Signed(statement["predicate"], subject, key)


def _canonical(data: bytes, what: str) -> Any:
    try:
        return loads(data)
    except ValueError as error:
        raise Tampered(f"{what} {error}") from None


def decoded(words: Any) -> bytes:
    """The bytes of base64 in its one form; `Tampered` where it is none."""
    try:
        made = b64decode(words, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Tampered("is not in base64") from None
    _require(b64encode(made).decode() == words, "is not in the one form of base64")
    return made


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise Tampered(what)
