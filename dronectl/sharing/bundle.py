"""What is handed over: the reduced record, the agreement it is under (ODRL 2.2, JSON-LD), and a signature over both.

A policy in a file is evidence of what was agreed: it does not stop anybody who means to break it, and it says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.evidence import box, canonical
from dronectl.evidence.envelope import Tampered, opened, sealed
from dronectl.evidence.keys import PublicKey, Signer
from dronectl.records import dataclass
from dronectl.sharing.policy import Policy
from dronectl.sharing.record import Record
from dronectl.where import Where

SHARE = "urn:dronectl:share:v1"
RECORD, POLICY, SEAL, KEY = "record.json", "policy.jsonld", "share.json", "key.pem"
AGAIN = "ask for it again: it is not as it was handed over"
ODRL = "http://www.w3.org/ns/odrl.jsonld"
XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which conditions something is handed over."""

    to: str
    audience: str
    purpose: str
    until: str
    """The last day, `2026-05-20`: then it is to be deleted."""
    access: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle as its bytes say it."""

    terms: Terms
    record: Record
    key: PublicKey
    when: str
    digest: str
    """SHA-256 of the file."""


def agreement(terms: Terms, target: str, assigner: str) -> dict[str, Any]:
    """The agreement as ODRL: use for one purpose by one recipient until a day, then delete; not to be passed on."""
    day = {"@value": terms.until, "@type": f"{XSD}date"}
    thing = f"urn:sha256:{target}"
    return {
        "@context": ODRL, "@type": "Agreement", "uid": f"urn:dronectl:share:{target}",
        "assigner": f"urn:dronectl:key:{assigner}", "assignee": f"urn:dronectl:recipient:{terms.to}",
        "permission": [{
            "target": thing, "action": "use",
            "constraint": [
                {"leftOperand": "purpose", "operator": "eq", "rightOperand": terms.purpose},
                {"leftOperand": "dateTime", "operator": "lteq", "rightOperand": day},
                {"leftOperand": "recipient", "operator": "eq", "rightOperand": terms.to},
            ],
            "duty": [{"action": "delete",
                      "constraint": [{"leftOperand": "dateTime", "operator": "lteq", "rightOperand": day}]}],
        }],
        "prohibition": [{"target": thing, "action": "distribute"}],
    }  # fmt: skip


def pack(record: Record, terms: Terms, policy: Policy, when: str, signer: Signer) -> bytes:
    """A bundle as a file: the same record, terms, moment and key give the same bytes."""
    told = canonical.dumps(record)
    agreed = canonical.dumps(agreement(terms, canonical.digest(told), signer.public.id))
    said = {
        "to": terms.to, "audience": terms.audience, "purpose": terms.purpose, "until": terms.until, "access": terms.access,
        "when": when, "policy": dict(sorted(policy.fields.items())),
    }  # fmt: skip
    subject = {RECORD: canonical.digest(told), POLICY: canonical.digest(agreed)}
    return box.pack({
        RECORD: told, POLICY: agreed, SEAL: sealed(SHARE, subject, said, signer), KEY: signer.public.pem.encode(),
    })  # fmt: skip


def read(path: str) -> Bundle:
    """The bundle of a file; an `InputError` where it is none, or where a byte of it was changed."""
    where = Where(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError.at(where, f"cannot be read: {error.strerror or error}") from None
    unpacked = box.unpack(data)
    if unpacked.faults:
        raise InputError([Fault(where, what, AGAIN) for what in unpacked.faults])
    members = unpacked.members
    if set(members) != {RECORD, POLICY, SEAL, KEY}:
        raise InputError.at(where, "is no bundle of a share", remedy="dronectl share DOSSIER --to ... makes one")
    try:
        key = PublicKey.of(members[KEY].decode("ascii"))
        signed = opened(members[SEAL], SHARE, {key.id: key})
        for name in (RECORD, POLICY):
            if signed.subject.get(name) != canonical.digest(members[name]):
                raise Tampered(f"{name} was changed after it was signed")
        terms = _terms(signed.predicate)
        if canonical.loads(members[POLICY]) != agreement(terms, signed.subject[RECORD], key.id):
            raise Tampered(f"{POLICY} is another agreement than the one that was signed")
        record = canonical.loads(members[RECORD])
        when = str(signed.predicate["when"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError.at(where, str(error), remedy=AGAIN) from None
    return Bundle(terms=terms, record=record, key=key, when=when, digest=canonical.digest(data))


def _terms(said: Mapping[str, Any]) -> Terms:
    names = ("to", "audience", "purpose", "until", "access")
    if not all(isinstance(said[name], str) for name in names):
        raise Tampered("does not say its terms")
    datetime.strptime(said["until"], "%Y-%m-%d").replace(tzinfo=UTC)
    return Terms(**{name: said[name] for name in names})


def refusals(bundle: Bundle, purpose: str, day: str) -> list[str]:
    """Why a bundle is not to be opened for a purpose on a day (`2026-05-20`); empty where it may be."""
    found = []
    if day > bundle.terms.until:
        found.append(f"it was to be deleted after {bundle.terms.until}")
    if purpose != bundle.terms.purpose:
        found.append(f"it was handed over for {bundle.terms.purpose}, not for {purpose}")
    return found


def shown(record: Record) -> str:
    """A record for people who read JSON."""
    return json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
