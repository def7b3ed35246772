"""What `share` and `ledger` do, and their exit codes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import chdir
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dronectl.cli import tongue
from dronectl.cli.applying import print_made, require_format
from dronectl.cli.keeping import laid_out, require_inside
from dronectl.cli.question import Question, missions_of
from dronectl.cli.signing import clock, signer, whole
from dronectl.cli.writing import refuse_input, write_bytes
from dronectl.config import settings
from dronectl.errors import UsageError
from dronectl.evidence import ledger as ledgers
from dronectl.evidence.canonical import digest
from dronectl.evidence.dossier import Dossier
from dronectl.evidence.verifying import is_head, stands
from dronectl.mission import Mission
from dronectl.records import dataclass
from dronectl.reports import sharing as report
from dronectl.sharing import bundle as bundles
from dronectl.sharing.bundle import Terms
from dronectl.sharing.policy import policy_for, read_policy
from dronectl.sharing.record import Record, forbidden_of, record_of, reduced

DONE, REFUSED, CHANGED = 0, 1, 1
SUFFIX = ".share"


def ledger_path() -> Path:
    """Where the ledger of shares lies: as the settings say, else with the user's data."""
    path = settings().path("ledger")
    if path is not None:
        return Path(path)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "dronectl" / "ledger.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the flags of a share say."""

    to: str
    purpose: str
    until: str
    audience: str | None
    policy: str | None
    dry_run: bool


def share(path: str, asked: Asked, output: str | None, key: str | None, now: str | None, format_: str) -> int:
    """Print what leaves and what stays, write the bundle, and put it in the ledger."""
    require_format(format_, report.FORMATS)
    when = clock(now)
    policy = policy_for(asked.to, asked.audience, read_policy(asked.policy) if asked.policy is not None else None)
    _require_terms(asked, policy.purposes, policy.longest_days, when)
    made = whole(path)
    records = records_of(made, path)
    terms = Terms(to=asked.to, audience=policy.id, purpose=asked.purpose, until=asked.until, access=policy.access)
    left, told = [], []
    forbidden = [forbidden_of(record, policy) for _, record in records]
    for mission, record in records:
        part, rows = reduced(record, policy, forbidden)
        left.append(part)
        told.append((mission, rows))
    sys.stdout.write(report.leaving(told, terms, format_, tongue.teller()))
    if asked.dry_run:
        return DONE
    target = output or f"{Path(path).with_suffix('')}-{asked.to}{SUFFIX}"
    refuse_input(target, [path])
    signed = signer(key)
    data = bundles.pack({"missions": left}, terms, policy, when, signed)
    line = ledgers.append(
        ledger_path(),
        {"what": "share", "when": when, "dossier": made.id, "head": made.head, "to": asked.to, "audience": policy.id,
         "purpose": asked.purpose, "until": asked.until, "bundle": digest(data),
         "fields": sorted({row.field for _, rows in told for row in rows if row.how != "drop"})},
        signed,
    )  # fmt: skip
    write_bytes(target, data, private=True)
    tongue.note(f"wrote {target}; line {line.number} of the ledger, head {line.digest}")
    return DONE


def _require_terms(asked: Asked, purposes: Sequence[str], longest: int, when: str) -> None:
    if not asked.purpose.strip() or not asked.to.strip():
        raise UsageError("--to and --purpose say for whom and for what: they cannot be empty")
    if purposes and asked.purpose not in purposes:
        raise UsageError(f"this policy allows {', '.join(purposes)}, not {asked.purpose!r}")
    try:
        last = date.fromisoformat(asked.until)
    except ValueError:
        raise UsageError(f"--until {asked.until!r} is no day: write 2026-05-20") from None
    today = date.fromisoformat(when[:10])
    if last < today:
        raise UsageError(f"--until {asked.until} has passed")
    if last > today + timedelta(days=longest):
        raise UsageError(f"this policy allows {longest} days at most: until {today + timedelta(days=longest)}")


def records_of(made: Dossier, path: str) -> list[tuple[str, Record]]:
    """The name and the record of every mission of a dossier's last check; two may have one name."""
    checked = made.last("check")
    if checked is None:
        raise UsageError(f"{path} holds no check: there is nothing to share")
    names = {made.objects[name].role: name for name in checked.about}
    gone = [name for name in checked.about if made.objects[name].erased is not None]
    if "question" not in names or "report" not in names or gone:
        raise UsageError(f"{path}: what its last check was about has been erased; there is nothing to share")
    try:
        told = json.loads(made.members[names["report"]])
        record = json.loads(made.members[names["question"]])
        asked, layout = Question.of(record["question"]), dict(record["layout"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{path}: its last check is not understood by this edition") from None
    missions = {mission.path: mission for mission in _missions(made, asked, layout)}
    head = {"id": made.id, "head": made.head}
    approvals = [
        {"role": step.role, "decision": step.decision, "when": step.when, **made.details_of(step)}
        for step in made.steps
        if step.step == "approve" and stands(made, step)
    ]
    return [
        (row["id"], record_of(missions[row["source"]], dossier=head, check=row, approvals=approvals))
        for row in told["missions"]
    ]


def _missions(made: Dossier, asked: Question, layout: Mapping[str, str]) -> list[Mission]:
    """The missions of a check, as its question read them."""
    require_inside(asked, layout)
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        packs = laid_out(Path(folder), layout, made.members)
        with chdir(folder):
            return missions_of(asked, packs)


def open_share(path: str, purpose: str, who: str, acknowledge: str | None, output: str | None, now: str | None) -> int:
    """Print the record of a bundle; refuse where its terms do not allow it, unless that is acknowledged with a reason."""
    when = clock(now)
    made = bundles.read(path)
    why = bundles.refusals(made, purpose, when[:10])
    entry: dict[str, Any] = {
        "what": "open", "when": when, "bundle": made.digest, "purpose": purpose, "by": who, "against": why,
        "reason": acknowledge or "", "opened": not why or bool(acknowledge and acknowledge.strip()),
    }  # fmt: skip
    line = ledgers.append(ledger_path(), entry)
    for reason in why:
        tongue.note(f"{path}: {reason}")
    if not entry["opened"]:
        tongue.note("refused, and put in the ledger; --acknowledge REASON opens it all the same")
        return REFUSED
    print_made(bundles.shown(made.record), output, [path])
    tongue.note(
        f"handed over to {made.terms.to} for {made.terms.purpose} until {made.terms.until}; key {made.key.id[:16]}"
    )
    tongue.note(f"line {line.number} of the ledger")
    return DONE


def ledger_show(format_: str) -> int:
    """Every line of the ledger."""
    require_format(format_, report.FORMATS)
    sys.stdout.write(report.ledger(ledgers.read(ledger_path()), format_, tongue.teller()))
    return DONE


def ledger_verify(head: str | None) -> int:
    """Whether the ledger is as it was written."""
    made = ledgers.read(ledger_path())
    faults = [f"{fault.where}: {fault.what}" for fault in made.faults]
    if head is not None and not any(is_head(line.digest, head) for line in made.lines):
        faults.append(f"no line has the digest {head}: lines were taken off the end")
    for fault in faults:
        tongue.answer(fault + "\n")
    if made.torn:
        tongue.note("note: the last line was never whole; it did not count")
    last = f"CHANGED: {len(faults)} thing(s)" if faults else f"INTACT: {len(made.lines)} lines; head {made.head or '-'}"
    tongue.answer(last + "\n")
    return CHANGED if faults else DONE
