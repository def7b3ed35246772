"""Records are kept as long as their class says, and what must go goes with a certificate."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_zone, write, zones

from dronectl.evidence import keys
from dronectl.evidence.envelope import opened
from dronectl.evidence.retention import after, classes

DAY = "2026-05-12T08:00:00Z"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run) -> Path:
    """A folder with a dossier to which images and police data were added."""
    monkeypatch.setenv("DRONECTL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("DRONECTL_LEDGER", str(tmp_path / "ledger.jsonl"))
    monkeypatch.chdir(tmp_path)
    run("keys", "new", "unit", "--open")
    run("keys", "trust", "keys/unit.pub", "--name", "Unit")
    write(tmp_path / "m.geojson", a_mission(ACROSS))
    zones(tmp_path / "z.geojson", a_zone())
    (tmp_path / "d").mkdir()
    assert run("check", "m.geojson", "-z", "z.geojson", "--dossier", "d/m.dossier", "--now", DAY).code == 1
    for role, keep in (("image", "camera-151c"), ("footage", "camera-other"), ("report", "wpg-8")):
        (tmp_path / f"{role}.bin").write_text(role)
        added = run(
            "dossier", "add", "d/m.dossier", f"{role}.bin", "--role", role, "--keep", keep, "--since", DAY, "--now", DAY
        )
        assert added.code == 0, added.err
    return tmp_path


def test_durations_are_counted_as_the_calendar_does() -> None:
    def moved(duration: str, *moment: int) -> datetime:
        return after(datetime(*moment, tzinfo=UTC), duration)

    assert moved("P28D", 2026, 5, 12) == datetime(2026, 6, 9, tzinfo=UTC)
    assert moved("PT72H", 2026, 5, 12, 8) == datetime(2026, 5, 15, 8, tzinfo=UTC)
    assert moved("P6M", 2026, 8, 31) == datetime(2027, 2, 28, tzinfo=UTC)
    assert moved("P5Y", 2024, 2, 29) == datetime(2029, 2, 28, tzinfo=UTC)
    assert moved("P6M", 2026, 12, 1) == datetime(2027, 6, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="no duration"):
        moved("a while", 2026, 1, 1)


def test_every_class_says_how_long_where_it_stands_and_how_sure() -> None:
    for one in classes().values():
        assert bool(one.least) != bool(one.most) and one.article and one.confidence in ("A", "B")
        assert set(one.title) == {"en", "nl"} and after(datetime(2026, 1, 1, tzinfo=UTC), one.least or one.most)


@pytest.mark.parametrize(
    ("now", "going"),
    [
        ("2026-05-15T08:00:00Z", []), ("2026-05-15T08:00:01Z", ["footage"]), ("2026-06-09T08:00:00Z", ["footage"]),
        ("2026-06-09T08:00:01Z", ["footage", "image"]), ("2031-05-12T08:00:00Z", ["footage", "image"]),
        ("2031-05-12T08:00:01Z", ["footage", "image", "report"]),
    ],
)  # fmt: skip
def test_what_must_go_is_told_to_the_second(now: str, going: list[str], desk: Path, run) -> None:
    ran = run("retention", "due", "d", "--now", now, "-f", "json")
    (told,) = json.loads(ran.out)["dossiers"]
    assert sorted(row["role"] for row in told["objects"] if row["state"] == "must go") == going
    assert ran.code == (1 if going else 0)
    staying = {row["role"] for row in told["objects"] if row["state"] == "must stay"}
    assert ("mission" in staying) == (now < "2029-05-12")
    assert f"{len(going)} object(s) must go" in run("retention", "due", "d", "--now", now, "--all").out


def test_a_purge_erases_certifies_and_leaves_the_chain_whole(desk: Path, run) -> None:
    when = ("--now", "2026-07-01T00:00:00Z")
    before = (desk / "d" / "m.dossier").read_bytes()
    told = run("retention", "purge", "d", "--certificate", "c.json", "--dry-run", *when)
    assert told.code == 0 and "2 object(s) must go" in told.out and (desk / "d" / "m.dossier").read_bytes() == before
    assert run("retention", "purge", "d", "--certificate", "c.json", *when).code == 0
    verified = json.loads(run("verify", "d/m.dossier", "-f", "json").out)
    gone = {row["name"]: row for row in verified["objects"] if row["erased_by_entry"]}
    assert verified["state"] == "intact" and {row["role"] for row in gone.values()} == {"image", "footage"}
    assert run("replay", "d/m.dossier").code == 0  # what the check rests on is still there
    public = keys.read_public(desk / "keys" / "unit.pub")
    signed = opened((desk / "c.json").read_bytes()[:-1], "urn:dronectl:purge:v1", {public.id: public})
    (one,) = signed.predicate["purged"]
    assert {row["name"] for row in one["objects"]} == set(gone) and one["head"] == verified["head"]
    assert any("Gemeentewet, art. 151c(6)" in row["ground"] for row in one["objects"])
    assert json.loads(b64decode(json.loads((desk / "c.json").read_bytes())["payload"]))["subject"]
    (line,) = json.loads(run("ledger", "show", "-f", "json").out)["lines"]
    assert line["what"] == "purge" and line["objects"] == 2
    again = run("retention", "purge", "d", "--certificate", "c2.json", *when)
    assert again.code == 0 and "nothing must go" in again.err and not (desk / "c2.json").exists()


def test_a_purge_certifies_what_it_erased_also_where_another_dossier_was_changed(desk: Path, run) -> None:
    whole = (desk / "d" / "m.dossier").read_bytes()
    (desk / "d" / "n.dossier").write_bytes(whole.replace(b"objects", b"objectz", 1))
    when = ("--now", "2026-07-01T00:00:00Z")
    for asked in (("due", "d"), ("purge", "d", "--certificate", "c.json", "--dry-run")):
        ran = run("retention", *asked, *when)
        assert ran.code == 2 and "2 object(s) must go" in ran.out and "n.dossier was changed" in ran.err
    ran = run("retention", "purge", "d", "--certificate", "c.json", *when)
    assert ran.code == 2 and "n.dossier was changed" in ran.err
    assert (desk / "c.json").is_file() and run("verify", "d/m.dossier").code == 0
    assert json.loads(run("ledger", "show", "-f", "json").out)["lines"][0]["objects"] == 2


def test_a_mission_that_states_its_class_is_kept_by_it(desk: Path, run) -> None:
    made = a_mission(ACROSS)
    made["mission"]["papers"] = {"retention_class": "wpg-8"}
    write(desk / "p.geojson", made)
    run("check", "p.geojson", "-z", "z.geojson", "--dossier", "d/p.dossier", "--now", DAY)
    told = json.loads(run("verify", "d/p.dossier", "-f", "json").out)
    due = json.loads(run("retention", "due", "d/p.dossier", "--now", "2040-01-01T00:00:00Z", "-f", "json").out)[
        "dossiers"
    ][0]
    classes_of = {row["role"]: row["class"] for row in due["objects"]}
    assert classes_of["mission"] == classes_of["report"] == classes_of["question"] == "wpg-8"
    assert classes_of["zones"] == "operations" and told["objects"]


def test_wrong_use_is_told(desk: Path, run) -> None:
    assert run("dossier", "add", "d/m.dossier", "m.geojson", "--keep", "for-ever").code == 2
    (desk / "empty").mkdir()
    assert run("retention", "due", "empty").code == 4
    assert run("retention", "purge", "d", "--certificate", "d/m.dossier").code == 2
    assert "camera-151c" in run("retention", "classes").out
    assert {row["id"] for row in json.loads(run("retention", "classes", "-f", "json").out)} == set(classes())
