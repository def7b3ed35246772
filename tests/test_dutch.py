"""Every sentence that a person reads has its Dutch, and what is filled in stays what it was."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_simple_zone, a_zone, write, zones
from conftest import conformance, missing

from dronectl import bundled
from dronectl.law.shelf import bundled_packs
from dronectl.reports.dutch import HOLE, catalogue, say_in

LIMITS = [limit for pack in bundled_packs() for limit in pack.limits]
OWN = (
    "the house ",
    "HOUSE-",
    "Hours in which the house",
    "hours in which the house",
)  # limits of packs made for a test
CITIES = sorted(
    path.relative_to(bundled.resolve(bundled.MISSIONS)) for path in Path(bundled.resolve(bundled.MISSIONS)).rglob("*.*")
)


@pytest.fixture
def tell():
    return say_in("nl", LIMITS)


def test_every_answer_of_every_rule_has_its_dutch(tell) -> None:
    lines = (Path(__file__).parent / "every_rule.txt").read_text("utf-8").splitlines()
    silent = set()
    for line in lines:
        _, _, said, basis = line.split(" | ", 3)
        message, _, remedy = said.partition(" > ")
        texts = [message, remedy] + [basis] * basis.endswith(("confidence A)", "confidence B)", "house policy)"))
        silent |= {
            text
            for text in texts
            if text and tell(text) == text and not text.startswith(OWN) and "in words" not in text
        }
    assert len(lines) > 300 and not silent


@pytest.mark.parametrize("city", CITIES, ids=str)
def test_every_sentence_of_the_missions_that_ship_has_its_dutch(city: Path, run, tell) -> None:
    report = json.loads(run("check", f"{bundled.MISSIONS}/{city}", "-f", "json").out)
    texts = [f[name] for m in report["missions"] for f in m["findings"] for name in ("message", "remedy")]
    texts += [text for gap in report["not_checked"] for text in gap.values()] + report["assumptions"]
    assert not [text for text in texts if text and tell(text) == text]


def test_every_sentence_of_the_conformance_cases_has_its_dutch(run, tell, tmp_path: Path) -> None:
    folder = conformance()
    if folder is None:
        missing("the conformance cases")
    silent = set()
    for case in sorted(folder.rglob("mission*.geojson"))[:60]:
        zone_files = [word for path in sorted(case.parent.glob("zones*")) for word in ("--zones", path)]
        ran = run("check", case, *zone_files, "-f", "json")
        if ran.code in (0, 1, 3):
            for mission in json.loads(ran.out)["missions"]:
                silent |= {f["message"] for f in mission["findings"] if tell(f["message"]) == f["message"]}
    assert not silent


def test_a_sentence_has_the_same_holes_in_both_languages() -> None:
    whole, sentences = catalogue()
    for sentence in sentences:
        assert {name for _, name in sentence.holes} == {hole[2] for hole in HOLE.finditer(sentence.words)}, (
            sentence.words
        )
    assert len(whole) > 150 and len(sentences) > 200 and not any("{" in text for text in whole.values())


def test_numbers_dates_and_names_stay_what_they_were(tell) -> None:
    assert tell("passes \"Park, the 1.5 km; passes\" (P-1) at 1,234.5 m") == (
        "passeert \"Park, the 1.5 km; passes\" (P-1) op 1.234,5 m"
    )  # fmt: skip
    assert tell("flown Tue 12 May 2026 08:59 to 09:30 local time").startswith("gevlogen di 12 mei 2026 08:59 tot 09:30")
    assert tell("legs 0-2 for 117 m, 49 s, at 0 to 60 m AGL; legs 3-5 for 1,090 m, at 60 m AMSL") == (
        "trajecten 0-2 over 117 m, 49 s, op 0 tot 60 m AGL; trajecten 3-5 over 1.090 m, op 60 m AMSL"
    )
    assert tell("a sentence that nobody wrote") == "a sentence that nobody wrote"


@pytest.mark.parametrize("format_", ["html", "text", "md"])
def test_a_dutch_report_is_dutch(format_: str, run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    zone = zones(tmp_path / "z.geojson", a_zone(), a_simple_zone("privacy"))
    ran = run("check", mission, "--zones", zone, "-f", format_, "--lang", "nl")
    text = re.sub(r"<[^>]+>", " ", ran.out)
    assert ran.code == 1 and "NIET VRIJ" in text and "in verboden zone" in text
    for word in ("NOT CLEARED", "enters prohibited", "What was not checked", "route around"):
        assert word not in text, word
    english = run("check", mission, "--zones", zone, "-f", "json", "--lang", "nl")
    assert json.loads(english.out)["verdict"] == "violation" and "enters prohibited zone" in english.out
    assert run("check", mission, "--zones", zone, "--lang", "fr").code == 2
