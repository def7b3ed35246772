"""The shared conformance cases: small questions with answers computed by dense sampling on exact geodesics."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from conftest import Ran, conformance, missing

from dronectl.geometry import metres_between

FOLDER = conformance()
CASES = sorted(path.parent for path in FOLDER.glob("*/expected.json")) if FOLDER else []
# These cases ask about their own zone, which is passed, and their mission states category open/A2: one flies above sea level
# without a terrain, so that the 120 m limit above ground cannot be decided; the other flies 161 m above ground.
HEIGHT_LIMIT_TOO = {"peer_bvlos-02": "undecided", "datum-02": "failed"}
OUTCOME = {0: "clear", 1: "violation", 3: "undecided", 4: "refused"}


def test_the_cases_are_there() -> None:
    if not CASES:
        missing("the conformance folder (DRONECTL_REALDATA)")
    assert len(CASES) >= 117


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gives_its_expected_verdict(case: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    expected = json.loads((case / "expected.json").read_text())
    ran: Ran = run("check", *expected["args"], "--format", "json")
    if OUTCOME[ran.code] == "refused":
        assert "refused" in expected["allowed"], ran.err
        assert ran.out == "" and "error: " in ran.err
        return
    report = json.loads(ran.out)
    findings = report["missions"][0]["findings"]
    outcome = report["verdict"]
    assert outcome == OUTCOME[ran.code]
    if case.name in HEIGHT_LIMIT_TOO:
        asked = [f for f in findings if not f["missing"]]
        open_ = [(f["rule"], f["status"]) for f in asked if f["status"] in ("failed", "undecided")]
        assert open_ == [("ALT101", HEIGHT_LIMIT_TOO[case.name])]
        outcome = "clear"
    assert outcome in expected["allowed"], [f["message"] for f in findings if f["status"] != "not_applicable"]
    failed = {f["zone"]["id"] for f in findings if f["zone"] and f["status"] == "failed"}
    assert set(expected["must_fail"]) <= failed
    assert not set(expected["must_not_fail"]) & failed
    met = {f["zone"]["id"]: f["encounters"] for f in findings if f["zone"]}
    for zone, entry in expected["entry"].items():
        enter = met[zone][0]["enter"]
        assert metres_between(enter["lon"], enter["lat"], entry["lon"], entry["lat"]) <= entry["tol_m"]
        if entry.get("time") is not None:
            assert abs(datetime.fromisoformat(enter["time"]).timestamp() - entry["time"]) <= entry["tol_s"]
        assert enter["leg"] == entry["leg"]
    for zone, nearest in expected["nearest"].items():
        assert abs(min(e["margin_m"] for e in met[zone]) - nearest["m"]) <= nearest["tol_m"]
