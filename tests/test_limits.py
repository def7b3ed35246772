"""Every limit on both sides, every rule that hits, nearly hits or cannot tell; and the whole text of each answer.

`DRONECTL_UPDATE_DOCS=1` writes the texts anew; they are looked at by people.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from rule_cases import LIMITS, RULES, Case, arguments

from dronectl.law import bundled_packs
from dronectl.rules import catalogue

TEXTS = Path(__file__).parent / "every_rule.txt"
TOLD = {"reference", "request", "zone", "validity", "assembly"}  # asked by no rule of their own, or by another's cases


KNOWN: dict[int, list[dict[str, object]]] = {}  # what the cases were answered: each is asked once


def answers(case: Case, run, folder: Path) -> list[dict[str, object]]:
    if id(case) not in KNOWN:
        ran = run(*arguments(case, folder), "-f", "json")
        assert ran.out, ran.err
        found = json.loads(ran.out.replace(str(folder), ""))["missions"][0]["findings"]
        KNOWN[id(case)] = [finding for finding in found if case.about in (finding["rule"], finding["law"])]
    return KNOWN[id(case)]


def line(case: Case, finding: dict[str, object]) -> str:
    remedy = f" > {finding['remedy']}" if finding["remedy"] else ""
    return f"{case.id} | {finding['rule']} {finding['status']} | {finding['message']}{remedy} | {finding['basis']}"


CASES = [*LIMITS, *RULES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_answer_is_the_right_one(case: Case, run, tmp_path: Path) -> None:
    found = answers(case, run, tmp_path)
    told = {finding["status"] for finding in found}
    assert case.status in told and (case.status == "failed" or "failed" not in told), found


def test_every_text_is_as_people_have_read_it(run, tmp_path: Path) -> None:
    made = [line(case, finding) for case in CASES for finding in answers(case, run, tmp_path)]
    if os.environ.get("DRONECTL_UPDATE_DOCS") == "1":
        TEXTS.write_text("\n".join(made) + "\n", "utf-8")
    assert made == TEXTS.read_text("utf-8").splitlines()


def test_every_limit_that_is_asked_has_a_pair() -> None:
    covered = {case.about for case in LIMITS}
    asked = {
        limit.id
        for pack in bundled_packs()
        for limit in pack.limits
        if limit.kind not in TOLD and limit.confidence != "C"
    }
    assert asked - covered == set()


def test_every_rule_hits_nearly_hits_and_cannot_tell() -> None:
    law = {limit.id for pack in bundled_packs() for limit in pack.limits}
    for rule in catalogue():
        if rule.family in ("LOG", "VEH", "TRF"):  # held in test_logs.py, test_plan.py, test_vehicle.py, test_traffic.py
            continue
        kinds = {case.name for case in RULES if case.about == rule.code}
        never = "Undecided when: never" in rule.explanation.text
        assert {"hit", "near"} <= kinds and (never or "undecided" in kinds), (rule.code, kinds)
    assert {case.about for case in LIMITS} <= law
