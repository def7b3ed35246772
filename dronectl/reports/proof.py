"""What `verify`, `replay`, `approve` and `keys` say: text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dronectl.evidence.dossier import Dossier, Step
from dronectl.evidence.keys import PublicKey, Trust
from dronectl.evidence.verifying import CHANGED, INTACT, Verified, is_early, stands
from dronectl.finding import Verdict
from dronectl.readers.moments import HOME_ZONE
from dronectl.reports.dutch import Say, english
from dronectl.reports.words import dumped, tame

FORMATS = ("text", "json")
LABELS = {
    "check": "check",
    "audit": "audit",
    "approve": "decision",
    "add": "added",
    "erase": "erased",
    "compare": "compared",
}
CLEAN = {"clear": "CLEAN", "violation": "NOT CLEAN", "undecided": "CANNOT TELL"}
KEPT = {True: "kept to the plan", False: "not as planned", None: "CANNOT TELL"}
DECIDED = {"approve": "approved", "refuse": "refused"}
SHORT = 16  # digits of a digest that people compare by eye


def verified(one: Verified, path: str, format_: str, tell: Say = english) -> str:
    """The entries of a dossier, what was changed, and whether the signers are trusted."""
    made = one.dossier
    if format_ == "json":
        return dumped({
            "schema": "dronectl/verified/v1", "dossier": made.id, "state": one.state, "head": made.head,
            "entries_since_head": one.since_head,
            "entries": [_entry(made, step, name) for step, name in zip(made.steps, one.names, strict=True)],
            "objects": [
                {"name": held.name, "role": held.role, "personal": held.personal, "size": held.size, "entry": held.step,
                 "salted_sha256": held.digest, "erased_by_entry": held.erased}
                for held in made.objects.values()
            ],
            "faults": [{"where": str(fault.where), "what": fault.what} for fault in one.faults],
        })  # fmt: skip
    lines = [tell(f"{tame(path)}: {len(made.steps)} entries, {len(made.objects)} objects")]
    for step, name, known in zip(made.steps, one.names, one.known, strict=True):
        lines += [f" {line}" for line in _told(made, step, name, known, tell)]
    for fault in one.faults:
        lines.append(f" {tell('CHANGED')} {tame(str(fault.where))}: {tell(tame(fault.what))}")
    if one.since_head:
        lines.append(f" {tell(f'{one.since_head} entries were added after the head that was noted')}")
    lines += [f" {tell('head')} {made.head}", tell(_last(one))]
    return "\n".join(lines) + "\n"


def _last(one: Verified) -> str:
    if one.state == CHANGED:
        return f"CHANGED: {len(one.faults)} thing(s) are not as they were signed"
    signed = len({step.key.id for step in one.dossier.steps})
    if one.state == INTACT:
        return f"INTACT: every byte is as it was signed; {signed} key(s), all trusted here"
    strange = {step.key.id[:SHORT] for step, name in zip(one.dossier.steps, one.names, strict=True) if name is None}
    return f"CANNOT TELL: nothing was changed since it was signed, and nobody here trusts {', '.join(sorted(strange))}"


def _told(made: Dossier, step: Step, name: str | None, known: str | None, tell: Say) -> list[str]:
    said = made.details_of(step)
    parts = [f"{step.number:>3} ", _clock(step.when), f" {tell(LABELS[step.step]):<9}"]
    if step.step == "audit":
        parts.append(tell(CLEAN[step.answer["verdict"]]))
    elif step.step == "compare":
        parts.append(tell(KEPT[step.answer.get("kept")]))
    elif step.step == "check":
        parts.append(tell(Verdict(step.answer["verdict"]).words))
    elif step.decision:
        old = "" if stands(made, step) else f" ({tell('of an older check')})"
        parts.append(f"{tell(DECIDED.get(step.decision, step.decision))} · {tell(tame(step.role))}{old}")
    else:
        parts.append(tell(f"{len(step.erases or step.adds[:-1])} object(s)"))
    lines = ["".join(parts)]
    if is_early(made, step):
        lines.append(f"       {tell('its time lies before that of an entry that it follows')}")
    if said.get("as"):
        lines.append(f"       {tell('as')} {tame(str(said['as']))}")
    if said.get("reason"):
        lines.append(f"       {tell('because')} {tame(str(said['reason']))}")
    for key, ground in step.erases.items():
        lines.append(f"       {tame(key)}: {tame(ground)}")
    own = made.objects.get(step.details)
    if own is not None and own.erased is not None:
        lines.append(f"       {tell('who it was has been erased')}")
    if name is not None:
        signer = tell(f"trusted as {tame(name)}")
    elif known is not None:
        signer = tell(f"of {tame(known)}, not trusted for this role on this day")
    else:
        signer = tell("not trusted here")
    lines.append(f"       {tell('key')} {step.key.id[:SHORT]}, {signer}")
    return lines


def _clock(when: str) -> str:
    moment = datetime.fromisoformat(when)
    return f"{moment.astimezone(ZoneInfo(HOME_ZONE)):%Y-%m-%d %H:%M} ({moment:%H:%MZ})"


def _entry(made: Dossier, step: Step, name: str | None) -> dict[str, Any]:
    return {
        "number": step.number, "step": step.step, "when": step.when, "early": is_early(made, step), "role": step.role,
        "decision": step.decision,
        "stands": stands(made, step) if step.decision else None, "answer": dict(step.answer),
        "details": made.details_of(step), "erases": dict(step.erases), "key": step.key.id, "trusted_as": name,
        "tool": step.tool, "digest": step.digest,
    }  # fmt: skip


def replayed(rows: Sequence[Any], path: str, format_: str, tell: Say = english) -> str:
    """Every check made again: identical, or what differs and why."""
    verdicts, same = sum(row.verdicts for row in rows), sum(row.same for row in rows)
    if format_ == "json":
        return dumped({
            "schema": "dronectl/replayed/v1", "verdicts": verdicts, "identical": same,
            "checks": [{"entry": row.step, "outcome": row.outcome, "why": list(row.why)} for row in rows],
        })  # fmt: skip
    lines = []
    for row in rows:
        lines.append(tell(f"entry {row.step}: {row.outcome}"))
        lines += [f"  {tell(tame(why))}" for why in row.why]
    unknown = sum(row.outcome == "unknown" for row in rows)
    if unknown:
        lines.append(tell(f"CANNOT TELL: {unknown} of {len(rows)} checks cannot be made again"))
    elif all(row.outcome == "identical" for row in rows):
        lines.append(tell(f"IDENTICAL: {same}/{verdicts} verdicts"))
    else:
        lines.append(tell(f"DIFFERENT: {same}/{verdicts} verdicts have the same findings"))
    return "\n".join(lines) + "\n"


def keyring(own: Sequence[tuple[str, PublicKey]], trusted: Sequence[Trust], format_: str, tell: Say = english) -> str:
    """The user's keys, and those of others that are trusted."""
    if format_ == "json":
        return dumped({
            "own": [{"name": name, "id": key.id, "pem": key.pem} for name, key in own],
            "trusted": [
                {"name": one.name, "id": one.key.id, "roles": list(one.roles), "since": one.since, "until": one.until,
                 "pem": one.key.pem}
                for one in trusted
            ],
        })  # fmt: skip
    lines = [f" {tell('own')}      {key.id} {name}" for name, key in own]
    for one in trusted:
        roles = ", ".join(one.roles) or tell("all roles")
        span = f" {one.since or '…'} – {one.until or '…'}" if one.since or one.until else ""
        lines.append(f" {tell('trusted')}  {one.key.id} {tame(one.name)} ({tame(roles)}){span}")
    return "\n".join([*lines, tell(f"{len(own)} own, {len(trusted)} trusted")]) + "\n"
