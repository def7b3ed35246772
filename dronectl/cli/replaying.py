"""Checks and audits made again from what lies in a dossier, and what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dronectl.cli import keeping_audit
from dronectl.cli.keeping import asked_again
from dronectl.cli.question import Question
from dronectl.cli.signing import TOOL
from dronectl.errors import InputError
from dronectl.evidence.dossier import Dossier, Held, Step
from dronectl.records import dataclass
from dronectl.reports import as_json

NONSENSE = (KeyError, TypeError, ValueError, AttributeError)  # what a member raises that somebody wrote as he liked
STRANGE = "what was asked is not understood by this edition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One check of a dossier, made again."""

    step: int
    outcome: str
    """`identical`, `differs` or `unknown`."""
    verdicts: int = 0
    same: int = 0
    why: tuple[str, ...] = ()


def replay(made: Dossier, step: Step) -> Replayed:
    """Make a check or an audit again from what lies in the dossier, and hold the two answers against each other."""
    held = {role: name for name in step.about if (role := made.objects[name].role) in ("question", "report")}
    gone = [name for name in step.about if made.objects[name].erased is not None]
    if gone or set(held) != {"question", "report"}:
        return Replayed(
            step=step.number, outcome="unknown", why=tuple(_erased(made, made.objects[name]) for name in gone)
        )
    if step.step == "audit":
        return _audited(made, step)
    try:
        record, then = (json.loads(made.members[held[role]]) for role in ("question", "report"))
        question, layout, count = Question.of(record["question"]), dict(record["layout"]), len(then["missions"])
    except NONSENSE:
        return Replayed(step=step.number, outcome="unknown", why=(STRANGE,))
    try:
        report = asked_again(question, layout, made.members)
    except InputError as error:
        why = tuple(f"{fault.where}: {fault.what}" for fault in error.faults)
        return Replayed(step=step.number, outcome="differs", verdicts=count, why=why)
    now = json.loads(as_json.render(report))
    try:
        why = tuple(_differences(then, now, step.tool))
        pairs = zip(then["missions"], now["missions"], strict=True)
        same = sum(_findings(before) == _findings(after) for before, after in pairs)
    except NONSENSE:
        return Replayed(step=step.number, outcome="differs", verdicts=count, why=("the report that was kept is none",))
    return Replayed(step=step.number, outcome="differs" if why else "identical", verdicts=count, same=same, why=why)


def _erased(made: Dossier, held: Held) -> str:
    step = made.steps[(held.erased or 1) - 1]
    return f"{held.name} was erased {step.when[:10]}: {step.erases[held.name]}"


def _differences(then: Mapping[str, Any], now: Mapping[str, Any], tool: str) -> Iterator[str]:
    """What two reports of one question say differently."""
    bare = [{name: value for name, value in one.items() if name != "tool"} for one in (then, now)]
    if bare[0] == bare[1]:
        return
    if tool != TOOL:
        yield f"made with {tool}, now {TOOL}"
    for before, after in zip(then["missions"], now["missions"], strict=True):
        if before["verdict"] != after["verdict"]:
            yield f"{before['id']}: was {before['verdict']}, now {after['verdict']}"
        if before["rules"] != after["rules"]:
            yield f"{before['id']}: other rule packs"
        one, other = _findings(before), _findings(after)
        for row in [row for row in one if row not in other]:
            yield f"{before['id']}: no longer {' '.join(row)}"
        for row in [row for row in other if row not in one]:
            yield f"{before['id']}: now {' '.join(row)}"
        if one == other and before != after:
            yield f"{before['id']}: the same findings with other figures"
    if then["missions"] == now["missions"]:
        yield "the same findings; what was assumed, read or not checked is told otherwise"


def _findings(mission: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
    return [(row["rule"], row["status"], (row["zone"] or {}).get("id", "")) for row in mission["findings"]]


def _audited(made: Dossier, step: Step) -> Replayed:
    """Audit every flight again, and hold the two tables against each other."""
    roles = {made.objects[name].role: name for name in step.about}
    try:
        record = json.loads(made.members[roles["question"]])
        then = [dict(row) for row in json.loads(made.members[roles["report"]])]
        keeping_audit.require_inside(record["question"], record["layout"])
    except NONSENSE:
        return Replayed(step=step.number, outcome="unknown", why=(STRANGE,))
    try:
        now = keeping_audit.asked_again(record["question"], record["layout"], made.members)
    except InputError as error:
        why = tuple(f"{fault.where}: {fault.what}" for fault in error.faults)
        return Replayed(step=step.number, outcome="differs", verdicts=len(then), why=why)
    why = tuple(_flights_differ(then, now, step.tool))
    same = sum(before == after for before, after in zip(then, now, strict=False))
    return Replayed(step=step.number, outcome="differs" if why else "identical", verdicts=len(then), same=same, why=why)


def _flights_differ(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]], tool: str) -> Iterator[str]:
    if list(then) == list(now):
        return
    if tool != TOOL:
        yield f"made with {tool}, now {TOOL}"
    if len(then) != len(now):
        yield f"there were {len(then)} flights, now {len(now)}"
    for before, after in zip(then, now, strict=False):
        if before.get("verdict") != after["verdict"]:
            yield f"{after['flight']}: was {before.get('verdict')}, now {after['verdict']}"
        elif before != after:
            names = ", ".join(sorted(name for name in before if before[name] != after.get(name)))
            yield f"{after['flight']}: other values of {names}"
