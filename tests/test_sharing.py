"""What leaves is what the audience may see and nothing else, under terms that are kept in mind."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import ACROSS, a_mission, a_zone, write, zones
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl.errors import InputError
from dronectl.evidence import box
from dronectl.geometry.grid import Square, squares_along
from dronectl.readers import read_mission
from dronectl.sharing import policy as policy_of
from dronectl.sharing.coarsen import coarse
from dronectl.sharing.policy import FIELDS, policies, read_policy
from dronectl.sharing.record import SECRET, record_of, reduced

AUDIENCES = [policy.id for policy in policies()]
TERMS = ("--purpose", "crowd-management", "--until", "2026-05-20", "--now", "2026-05-13T12:00+02:00")
SECRETS = {
    "pilot": "Quirina van Zeldenrust", "signers": {"commander": "Hoofdinspecteur Bremmer"}, "name": "Roof of mevrouw Quist",
    "operator": "NLDexamplexamp01-s3cr3t", "purpose": "building-control", "legal_basis": "Omgevingswet",
    "papers": {"contact": "drones@example.org", "dpia": "DPIA-2026-4"},
    "emergency": {"site": "garden of the shelter", "at": [4.9001, 52.3702], "phone": "tower 0612345678"},
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run) -> Path:
    """A folder with a dossier that holds names and places that not everybody may see."""
    monkeypatch.setenv("DRONECTL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("DRONECTL_LEDGER", str(tmp_path / "ledger.jsonl"))
    monkeypatch.chdir(tmp_path)
    run("keys", "new", "unit", "--open")
    made = a_mission(ACROSS)
    made["mission"] |= SECRETS
    write(tmp_path / "m.geojson", made)
    zones(tmp_path / "z.geojson", a_zone())
    assert run("check", "m.geojson", "-z", "z.geojson", "--dossier", "m.dossier").code == 1
    assert (
        run(
            "approve", "m.geojson", "--role", "commander", "--as", "badge 77-Bremmer", "--reason", "asked by the Quists"
        ).code
        == 0
    )
    return tmp_path


def bundle(path: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in box.unpack(path.read_bytes()).members.items()}


FORBIDDEN = {
    "public": ("Quirina", "Bremmer", "Quist", "s3cr3t", "shelter", "0612345678", "m1", "4.9", "badge", "AMS-", "DPIA"),
    "resident": ("Quirina", "Bremmer", "Quist", "s3cr3t", "shelter", "0612345678", "4.9", "badge", "RD-"),
    "municipality": ("Quirina", "Bremmer", "Quist", "s3cr3t", "shelter", "0612345678", "badge", "4.90", "52.37"),
    "police": ("Bremmer", "Quirina", "asked by"), "auditor": ("shelter", "0612345678"), "court": (),
}  # fmt: skip


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_output_holds_what_the_audience_may_not_see(audience: str, desk: Path, run) -> None:
    target = desk / "out.share"
    ran = run("share", "m.dossier", "--to", "somebody", "--audience", audience, *TERMS, "-o", target)
    assert ran.code == 0, ran.err
    opened = run("share", "open", target, "--purpose", "crowd-management", "--now", "2026-05-14T12:00Z")
    texts = {**bundle(target), "opened": opened.out, "raw": target.read_bytes().decode("latin-1")}
    texts["told"] = run("share", "m.dossier", "--to", "x", "--audience", audience, *TERMS, "--dry-run").out.replace(
        "m1\n", "\n"
    )  # the sender is told which mission it is
    for name, text in texts.items():
        for word in FORBIDDEN[audience]:
            assert not re.search(rf"(?<![\w-]){re.escape(word)}", text), (name, word)
    assert json.loads(opened.out)["missions"][0]["check"]["verdict"] == "violation"


def test_what_leaves_is_told_before_and_kept_in_the_ledger(desk: Path, run) -> None:
    told = run("share", "m.dossier", "--to", "gemeente-x", *TERMS, "--dry-run")
    assert told.code == 0 and "stays here:" in told.out and "flights.path (grid:100)" in told.out
    assert not list(desk.glob("*.share")) and not (desk / "ledger.jsonl").exists()
    assert run("share", "m.dossier", "--to", "gemeente-x", *TERMS).code == 0
    (line,) = json.loads(run("ledger", "show", "-f", "json").out)["lines"]
    assert (line["to"], line["audience"], line["purpose"]) == ("gemeente-x", "municipality", "crowd-management")
    assert line["key"] and "flights.path" in line["fields"] and "mission.pilot" not in line["fields"]
    agreed = json.loads(bundle(desk / "m-gemeente-x.share")["policy.jsonld"])
    (permission,) = agreed["permission"]
    assert permission["duty"][0]["action"] == "delete" and {c["leftOperand"] for c in permission["constraint"]} == {
        "purpose", "dateTime", "recipient",
    }  # fmt: skip
    assert run("ledger", "verify").out.startswith("INTACT: 1 lines")
    head = run("ledger", "verify").out.split()[-1]
    assert run("ledger", "verify", "--head", head).code == run("ledger", "verify", "--head", head[:12]).code == 0
    for short in ("", head[:11], "0" * 64):  # what any line begins with says nothing
        assert run("ledger", "verify", "--head", short).code == 1


def test_terms_are_asked_for_and_bounded(desk: Path, run) -> None:
    def share(*words: str) -> int:
        return run("share", "m.dossier", "--dry-run", "--now", "2026-05-13T12:00Z", *words).code

    good = ("--to", "gemeente-x", "--purpose", "traffic", "--until", "2026-06-01")
    assert share(*good) == 0 and share(*good[:4], "--until", "2026-05-13") == 0
    for words in (
        ("--to", "nobody-known", *good[2:]), (*good[:4], "--until", "2026-05-12"), (*good[:4], "--until", "2027-05-15"),
        (*good[:4], "--until", "soon"), ("--to", "gemeente-x", "--purpose", " ", *good[4:]), (*good, "--audience", "friends"),
    ):  # fmt: skip
        assert share(*words) == 2, words


def test_a_bundle_is_refused_late_or_for_another_purpose(desk: Path, run) -> None:
    target = desk / "b.share"
    run("share", "m.dossier", "--to", "gemeente-x", *TERMS, "-o", target)
    asked = ("share", "open", target, "--purpose")
    assert run(*asked, "crowd-management", "--now", "2026-05-20T23:59Z").code == 0
    late = run(*asked, "crowd-management", "--now", "2026-05-21T00:00Z")
    assert late.code == 1 and late.out == "" and "was to be deleted after 2026-05-20" in late.err
    assert run(*asked, "traffic", "--now", "2026-05-14T12:00Z").out == ""
    assert run(*asked, "traffic", "--now", "2026-05-14T12:00Z", "--acknowledge", " ").code == 1
    opened = run(
        *asked, "traffic", "--now", "2026-05-14T12:00Z", "--acknowledge", "asked by the mayor", "--as", "clerk"
    )
    assert opened.code == 0 and json.loads(opened.out)["missions"]
    lines = json.loads(run("ledger", "show", "-f", "json").out)["lines"]
    assert [line["what"] for line in lines] == ["share", "open", "open", "open", "open", "open"]
    assert lines[-1]["reason"] == "asked by the mayor" and lines[-1]["by"] == "clerk" and lines[2]["opened"] is False
    shown = run("ledger", "show").out
    assert "refused" in shown and "opened against" in shown and "because asked by the mayor" in shown


def test_a_bundle_that_was_changed_is_not_opened(desk: Path, run) -> None:
    target = desk / "b.share"
    run("share", "m.dossier", "--to", "gemeente-x", *TERMS, "-o", target)
    members = box.unpack(target.read_bytes()).members
    later = members["policy.jsonld"].replace(b"2026-05-20", b"2036-05-20")
    for name, data in (("policy.jsonld", later), ("record.json", members["record.json"] + b" "),
                       ("share.json", members["share.json"].replace(b"sig", b"gis")), ("key.pem", b"")):  # fmt: skip
        target.write_bytes(box.pack({**members, name: data}))
        assert run("share", "open", target, "--purpose", "crowd-management", "--now", "2026-05-14T12:00Z").code == 4, (
            name
        )
    target.write_bytes(box.pack({n: d for n, d in members.items() if n != "policy.jsonld"}))
    assert (
        run("share", "open", target, "--purpose", "x").code == 4
        and run("share", "open", "none", "--purpose", "x").code == 4
    )


def test_every_policy_speaks_of_fields_that_there_are_and_drops_the_rest() -> None:
    assert AUDIENCES == ["auditor", "court", "municipality", "police", "public", "resident"]
    for policy in policies():
        assert set(policy.fields) <= set(FIELDS) and set(policy.title) == {"en", "nl"}
        assert policy.how("mission.invented") == "drop"
        assert policy.id in ("auditor", "court", "police") or not any(
            policy.how(field) == "keep" for field in (*SECRET, "flights.gimbal", "mission.name")
        )


def test_a_policy_of_the_house_is_read_or_refused_with_its_faults(desk: Path, run) -> None:
    path = desk / "own.toml"
    text = ('[policy]\nid = "own"\ntitle = { en = "Own" }\nrecipients = []\npurposes = ["traffic"]\nlongest_days = 5\n'
            'access = "RESTRICTED"\n[fields]\n"check.verdict" = "keep"\n')  # fmt: skip
    path.write_text(text)
    words = ("--purpose", "traffic", "--until", "2026-05-15", "--now", "2026-05-13T12:00Z", "--dry-run", "-f", "json")
    told = run("share", "m.dossier", "--to", "x", "--policy", path, *words)
    fields = json.loads(told.out)["missions"][0]["fields"]
    assert [row["field"] for row in fields if row["how"] != "drop"] == ["check.verdict"]
    assert run("share", "m.dossier", "--to", "x", "--policy", path, *TERMS).code == 2  # another purpose
    for wrong, count in (
        (text.replace('"keep"', '"show"'), 1), (text.replace("check.verdict", "check.nothing"), 1), ("[policy]\n", 1),
        (text.replace("longest_days = 5\n", "").replace('access = "RESTRICTED"\n', ""), 2),
        (text.replace("RESTRICTED", "SECRET"), 1), (text.replace("= 5", "= 0"), 1),
        (text.replace("check.verdict", "check.rules").replace('"keep"', '"bands"'), 1),
        (text.replace("check.verdict", "mission.purpose").replace('"keep"', '"minutes:15"'), 1),
        (text.replace("check.verdict", "flights.duration_s").replace('"keep"', '"day"'), 1),
    ):  # fmt: skip
        path.write_text(wrong)
        with pytest.raises(InputError) as caught:
            read_policy(str(path))
        assert len(caught.value.faults) == count, wrong


def test_every_mission_of_a_check_leaves_also_where_two_have_one_name(desk: Path, run) -> None:
    other = a_mission(ACROSS)
    other["mission"] |= SECRETS | {"pilot": "Adriaan Kuip", "purpose": "for Quirina van Zeldenrust"}
    write(desk / "n.geojson", other)
    assert run("check", "m.geojson", "n.geojson", "-z", "z.geojson", "--dossier", "two.dossier").code == 1
    ran = run("share", "two.dossier", "--to", "gemeente-x", *TERMS, "-o", "two.share")
    assert ran.code == 0, ran.err
    record = json.loads(bundle(desk / "two.share")["record.json"])
    assert len(record["missions"]) == 2
    assert [mission["mission"].get("purpose") for mission in record["missions"]] == ["building-control", None]


def test_what_was_stated_beside_a_mission_is_of_its_record(desk: Path, run) -> None:
    """What `--about` and `--at` said in the check leaves or stays as if the mission's own file said it."""
    bare = a_mission(ACROSS, untimed=True, speed_mps=8.0)
    bare["mission"] = {"id": "m1", "name": "for Cornelia Bongers"}
    write(desk / "bare.geojson", bare)
    write(desk / "about.json", {"mission": {"pilot": "Cornelia Bongers", "purpose": "survey", "category": "open/A3"}})
    words = ("--about", "about.json", "--at", "2026-05-12T10:00+02:00", "--dossier", "b.dossier")
    assert run("check", "bare.geojson", "-z", "z.geojson", *words).code == 1
    assert run("share", "b.dossier", "--to", "gemeente-x", *TERMS, "-o", "b.share").code == 0
    (told,) = json.loads(bundle(desk / "b.share")["record.json"])["missions"]
    assert told["mission"]["purpose"] == "survey" and told["mission"]["category"] == "open/A3"
    assert told["flights"][0]["start"] == "2026-05-12T08:00Z" and told["flights"][0]["day"] == "2026-05-12"
    (desk / "own.toml").write_text(
        '[policy]\nid = "own"\ntitle = { en = "Own" }\nrecipients = []\npurposes = []\nlongest_days = 99\n'
        'access = "RESTRICTED"\n[fields]\n"mission.name" = "keep"\n"mission.category" = "keep"\n'
    )
    assert run("share", "b.dossier", "--to", "x", "--policy", "own.toml", *TERMS, "-o", "own.share").code == 0
    assert "Bongers" not in bundle(desk / "own.share")["record.json"]  # a name that only --about told


@pytest.mark.parametrize("how", ["keep", "stated", "day", "bands", "masked", "code", "count", "grid:100", "minutes:5",
                                 "minutes_up:5"])  # fmt: skip
def test_a_policy_of_the_house_is_refused_or_applied_whatever_it_asks_of_a_field(desk: Path, run, how: str) -> None:
    """A word that does not fit a field neither ends in an error nor leaves it as exact as it was."""
    path, taken = desk / "own.toml", 0
    head = '[policy]\nid = "own"\ntitle = { en = "Own" }\nrecipients = []\npurposes = []\nlongest_days = 5\n'
    words = ("--purpose", "traffic", "--until", "2026-05-15", "--now", "2026-05-13T12:00Z", "--dry-run")
    for field in FIELDS:
        path.write_text(f'{head}access = "RESTRICTED"\n[fields]\n"{field}" = "{how}"\n')
        ran = run("share", "m.dossier", "--to", "x", "--policy", path, *words)
        assert ran.code in (0, 2, 4) and (ran.code != 4 or "makes no such field coarser" in ran.err), (field, ran.err)
        taken += ran.code != 4
    assert taken == (len(FIELDS) if how in ("keep", "stated") else len(policy_of.FITS[how.partition(":")[0]]))


HOSTILE = st.one_of(
    st.text(min_size=3, max_size=30).filter(lambda text: len(" ".join(text.split())) >= 3),
    st.sampled_from(
        ["<script>", "=HYPERLINK(1)", "../../etc", "\u202ecod", "null", "NaN", "a" * 300, "'; DROP", "Ünïcødé"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_nothing_secret_leaves_whatever_stands_in_the_fields(tmp_path_factory, data) -> None:
    mission = _plain(tmp_path_factory)
    words = {name: data.draw(HOSTILE) for name in ("pilot", "name", "purpose", "legal_basis", "operator")}
    if data.draw(st.booleans()):  # somebody writes the pilot's name in other fields
        words["purpose"] = f"for {words['pilot'].upper()}!"
        words["legal_basis"] = f"{mission.flights[0].lon[1]:.7f} {words['pilot']}"
    who = data.draw(HOSTILE)
    mission = replace(mission, **words, signers={"commander": who})
    record = record_of(
        mission, approvals=[{"role": "commander", "decision": "approve", "as": who, "when": "2026-05-12T08:00:00Z"}]
    )
    for policy in policies():
        left, told = reduced(record, policy)
        spoken = " ".join(_texts(left)).casefold()
        for field, secret in (("mission.pilot", words["pilot"]), ("approvals.as", who), ("mission.signers", who)):
            if policy.how(field) != "keep":
                assert " ".join(secret.casefold().split()) not in spoken, (policy.id, field)
        if policy.how("flights.path") != "keep":
            for degrees in (*mission.flights[0].lon, *mission.flights[0].lat):
                assert f"{degrees:.5f}" not in spoken
        assert {row.field for row in told} >= {"mission.pilot", "mission.purpose", "approvals.as"}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("roof of Bremmer", False), ("De heer BREMMER.", False), ("Bremmerhof", True), ("the commander's wish", True),
        ("at 52.0071, 4.9012", False), ("52,00712 N", False), ("52.007123456", False), ("52.00", True),
        ("van der Berg", True),
    ],
)  # fmt: skip
def test_part_of_a_name_or_of_a_place_gives_it_away(name: str, kept: bool, tmp_path_factory) -> None:
    mission = _plain(tmp_path_factory)
    lat = mission.flights[0].lat.copy()
    lat[0] = 52.0071234
    mission = replace(
        mission, flights=(replace(mission.flights[0], lat=lat),), name="", purpose=name, pilot="Quirina van der Bremmer",
        signers={"commander": "Commander Quist"},
    )  # fmt: skip
    (police,) = (policy for policy in policies() if policy.id == "municipality")
    left, _ = reduced(record_of(mission), police)
    assert ("purpose" in left["mission"]) is kept


def _plain(tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "plain"
    folder.mkdir(exist_ok=True)
    return read_mission(write(folder / "m.geojson", a_mission(ACROSS)))


def _texts(value: Any):
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str) and value not in policy_of.FIELDS and not re.fullmatch(r"(RD|DEG)-[\d-]+", value):
        yield " ".join(value.split())


def test_values_become_as_coarse_as_is_said() -> None:
    def made(how: str, value: Any) -> Any:
        change = coarse(how)
        assert change is not None
        return change(value)

    assert (
        made("minutes:15", "2026-05-12T08:14:59Z") == "2026-05-12T08:00Z" == made("minutes:15", "2026-05-12T08:00:00Z")
    )
    assert made("minutes_up:15", "2026-05-12T08:00:01Z") == "2026-05-12T08:15Z" and made("minutes_up:5", 301.0) == 600
    assert made("bands", [(29.0, "AGL"), (30.0, "AGL")]) == "0-30" and made("bands", [(30.1, "TAKEOFF")]) == "30-60"
    assert made("bands", [(120.5, "AGL")]) == "120+" and made("bands", [(20.0, "AMSL")]) == "unknown" == made(
        "bands", []
    )
    assert made("code", "traffic") == "traffic" and made("code", "the inspection of Mr X") == "other"
    assert (
        made("day", "2026-05-12T08:00:00Z") == "2026-05-12"
        and made("stated", "") is False
        and made("count", [1, 2]) == 2
    )
    assert made("masked", "NLDexamplexamp01-abc") == "NLDexamplexamp01"
    for wrong in ("grid", "grid:0", "grid:x", "minutes:-5", "show", "", "keep:1"):
        assert coarse(wrong) is None, wrong


def test_squares_hold_the_path_and_say_nothing_finer() -> None:
    import numpy as np

    lon, lat = np.array([4.30, 4.31]), np.array([52.07, 52.075])
    squares = squares_along(lon, lat, 100)
    assert squares[0].name.startswith("RD-") and all(s.x % 100 == s.y % 100 == 0 for s in squares) and len(squares) > 8
    assert len(squares) == len(set(squares)) and squares_along(lon[:1], lat[:1], 500) == [squares[0].parent(500)]
    assert squares[0].parent(500).holds(squares[0]) and not squares[0].holds(squares[1])
    ring = np.array(squares[0].ring())
    assert (ring[0] == ring[-1]).all() and ring[:, 0].min() <= 4.30 <= ring[:, 0].max() + 1e-6
    far = squares_along(np.array([8.5, 8.5]), np.array([47.3, 47.31]), 500)
    assert far[0].name.startswith("DEG-") and isinstance(far[0], Square)


def test_answers_to_residents_hold_nothing_of_people_in_any_format(tmp_path: Path, run) -> None:
    """`notice`, `whowas` and `exposure`, in every format and language, of a mission with names where they do not belong."""
    from builders import at, ring
    from flown import BOX, a_log, a_plan, along

    folder = tmp_path / "flights"
    folder.mkdir()
    said = {**SECRETS, "purpose": "inspection asked for by Quirina van Zeldenrust", "legal_basis": "Omgevingswet",
            "papers": {"contact": "drones@example.org, ask for Hoofdinspecteur Bremmer", "notice": "N-7",
                       "retention_class": "4 weeks"},
            "pilot_at": at(-40.0, -40.0), "camera": {"hfov_deg": 70, "video": [3840, 2160], "recording": True}}  # fmt: skip
    name = said.pop("name")
    plan = a_plan(folder / "p.geojson", BOX, name="plan-1", **said)
    whole = json.loads(plan.read_text())
    whole["mission"]["name"] = name
    write(plan, whole)
    a_log(folder / "l.csv", along([*BOX, BOX[0]]))
    points = [{"type": "Point", "coordinates": at(10.0 * k, 20.0)} for k in range(9)]
    homes = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": point} for point in points],
    }
    area = {"type": "Polygon", "coordinates": [ring(-500, -500, 500, 500)]}
    write(tmp_path / "homes.geojson", homes)
    write(tmp_path / "areas.geojson", {
        "type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Wijk"}, "geometry": area}],
    })  # fmt: skip
    lon, lat = at(100.0, 75.0)
    span = ("--from", "2026-05-12T09:00+02:00", "--to", "2026-05-12T12:00+02:00")
    asked = ("whowas", folder, "--near", f"{lat},{lon}", *span)
    commands = [("notice", plan, "-f", format_, *more) for format_ in ("text", "html")
                for more in ((), ("--register", "amsterdam"))]  # fmt: skip
    commands += [(*asked, "-f", f) for f in ("text", "json")]
    commands += [
        ("exposure", folder, "--by", tmp_path / "areas.geojson", "--homes", tmp_path / "homes.geojson", "-f", f)
        for f in ("text", "json", "csv")
    ]
    places = {f"{value:.4f}" for point in (*BOX, (-40.0, -40.0)) for value in at(*point)}
    for command in commands:
        for lang in ("en", "nl"):
            ran = run("--lang", lang, *command)
            assert ran.code in (0, 3) and ran.out, ran.err
            spoken = ran.out + ran.err.replace(str(tmp_path), "")
            for word in (
                "Quirina",
                "Zeldenrust",
                "Bremmer",
                "Quist",
                "s3cr3t",
                "shelter",
                "0612345678",
                "plan-1",
                *places,
            ):
                assert word not in spoken, (command, lang, word)
    told = run(
        "whowas", folder, "--near", f"{lat},{lon}", "--from", "2026-05-12T09:00+02:00", "--to", "2026-05-12T12:00+02:00"
    )
    assert "1 flight" in told.out and "contact not stated" in told.out  # it held a name
