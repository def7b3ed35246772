"""Every sentence that a person reads has its Dutch, and what is filled in stays what it was."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import typer
from builders import ACROSS, a_mission, a_simple_zone, a_zone, write, zones
from conftest import conformance, missing

import dronectl
from dronectl import bundled
from dronectl.cli.app import app
from dronectl.law.shelf import bundled_packs
from dronectl.reports.dutch import HOLE, catalogue, pairs_of, say_in

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
    assert len(whole) > 150 and len(sentences) > 200 and not any(HOLE.search(text) for text in whole.values())


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


ROOMS = ("audit", "conformance.py", "following.py", "evidence", "sharing", "reports/proof.py", "reports/sharing.py",
         "reports/retention.py", "reports/register.py", "reports/differences.py",
         "reports/suggestion.py", "reports/plan.py", "planning.py", "fetching.py", "feeds.py", "fencing.py",
         "geometry/fencing.py", "suggesting.py",
         "readers", "writers", "cli", "heights", "assessment.py", "camera.py", "config.py", "crew.py", "errors.py",
         "flightplans.py",
         "gaps.py", "house.py", "roundtrip.py", "schedule.py", "standoff.py", "viewing.py", "law/sora.py")  # fmt: skip
NOT_FOR_PEOPLE = re.compile(
    r"SELECT |CREATE TABLE|INSERT INTO|SET TRANSACTION|<\?xml|\\[sbd]|^\{|dronectl_shape|^kind = |^# What the columns of feed"
    r"|^postgis |^Examples|^not of this file"
    r"|Toon deze tekst|tot nader order|wat ertegen|until further|what is held|keep-in, "
    r"|^SET |^\^|^qgc wpl$|One of |^Een van|^Audit flown|^audit query$"
    r"|^(?:defects and|incidents or|op afstand|pre-flight inspection$|repairs and|take-off place$|take-off time$)"
    r"|^no operational$|counted, |^; \{\} logged|runs back|^no recording on leg|^write \{ column"
    r"|^<(?:path|polygon|text|svg) |^fill=|^every month has|^Fence of |^a step that does not verify|^Hand a dossier over"
    r"|^not for navigation|Zones \(not for|^converted by|^what the camera$|^Hold drone missions"
)


def _literals(path: Path) -> set[str]:
    """The sentences that stand in a file, with `{}` for what is filled in; documentation does not count."""
    tree = ast.parse(path.read_text("utf-8"))
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    joined = (ast.JoinedStr, ast.BinOp)
    inner = {id(v) for node in ast.walk(tree) if isinstance(node, joined) for v in ast.walk(node) if v is not node}
    found = {_pattern(n) for n in ast.walk(tree) if id(n) not in documents and id(n) not in inner}
    return {text for text in found if len(re.findall(r"[A-Za-z]{2,}", text.replace("{}", ""))) >= 3 and " " in text}


def _pattern(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _pattern(node.left) + _pattern(node.right)
    return ""


def test_every_message_of_readers_and_commands_stands_in_the_catalogue() -> None:
    pairs = [pair for name in ("sentences", "messages", "help") for pair in pairs_of(name)]
    edges = " ;,:.>\n"
    known = {re.sub(r"\{[*?]?\w+\}", "{}", english).strip(edges) for english, _ in pairs}
    package = Path(dronectl.__file__).parent
    files = [
        p for room in ROOMS for p in ([package / room] if room.endswith(".py") else (package / room).rglob("*.py"))
    ]
    silent = {}
    parts = {end.strip(edges) for text in known for end in text.split("{}")}  # a sentence may be put together from two
    for path in files:
        for text in _literals(path):
            if (
                not NOT_FOR_PEOPLE.search(text)
                and text.strip(edges) not in known
                and text.strip("{}" + edges) not in parts
            ):
                silent[text] = path.name
    assert len(files) > 80 and not silent, "\n".join(f"{name}: {text}" for text, name in sorted(silent.items()))


def test_the_help_of_every_command_is_dutch(run, monkeypatch) -> None:
    command = typer.main.get_command(app)
    helps = dict(pairs_of("messages")) | dict(pairs_of("help"))
    silent = []

    def look(one) -> None:
        texts = [part for part in (one.help or "").split("\n\n") if part and not part.startswith("\b")]
        texts += [parameter.help for parameter in one.params if getattr(parameter, "help", None)]
        for text in texts:
            words = " ".join(text.split())
            if words not in helps and not words.startswith("One of "):
                silent.append(words)
        for inner in getattr(one, "commands", {}).values():
            look(inner)

    look(command)
    assert not silent
    monkeypatch.setenv("DRONECTL_LANG", "nl")
    page = run("check", "--help").out
    assert "Gebruik: dronectl check" in page and "Opties:" in page and "Zonebestand of map" in page
    assert run("--lang", "en", "check", "--help").out.startswith("Usage:")


def test_commands_answer_in_the_language_of_the_run(run, monkeypatch, tmp_path: Path) -> None:
    mission = f"{bundled.MISSIONS}/den-haag/dh-roof-77.geojson"
    refused = run("--lang", "nl", "check", tmp_path / "none.geojson")
    assert refused.code == 4 and "fout: " in refused.err and "remedie: controleer het pad" in refused.err
    assert "VERBODEN" not in run("zones", "list", "-f", "json").out
    for lang, word, args in (
        ("nl", "Bereik: waarnemen", ("camera", mission)),
        ("en", "Ranges: detect", ("camera", mission)),
        ("nl", "noodvolume", ("volumes", mission)),
        ("nl", "grond tot onbegrensd", ("zones", "show", "DHG-H02")),
        ("nl", "vliegplanaanvraag", ("permits", mission, "--now", "2026-05-11T07:00+02:00")),
        ("nl", "NIET TE BEPALEN", ("sora", mission)),
        ("nl", "HOE HOOG", ("check", mission, "--explain-decision", "DHG-H02")),
    ):
        assert word in run("--lang", lang, *args).out, args
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert run("check", mission, "-q").out.startswith("NIET VRIJ")
    assert run("check", mission, "-q", "--lang", "en").out.startswith("NOT CLEARED")
    assert json.loads(run("camera", mission, "-f", "json").out)["mission"] == "dh-roof-77"
    assert "default" in run("config", "show").out
