"""A dossier: what was signed, and that nothing of it can be changed, moved, dropped or put in without being told."""

from __future__ import annotations

import json
import os
import random
import stat
import subprocess
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from shutil import which

import pytest
from builders import ACROSS, a_mission, a_zone, write, zones
from conftest import ROOT, missing
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from depth import deep
from hypothesis import given, settings
from hypothesis import strategies as st
from rasters import a_terrain

from dronectl.evidence import box, dossier, envelope, keys
from dronectl.evidence.canonical import dumps
from dronectl.evidence.dossier import Dossier, Entry, Thing, append, examine

ONE, OTHER = (keys.signer_of(Ed25519PrivateKey.from_private_bytes(bytes([k]) * 32)) for k in (1, 2))
WHEN = "2026-05-12T08:00:00Z"


def salts(seed: int = 0):
    draw = random.Random(seed)
    return lambda count: draw.randbytes(count)


def small() -> Dossier:
    """Four steps of two people over a few short things, one of them erased."""
    salt = salts()
    made = append(
        Dossier(id="0" * 32),
        Entry(
            step="check", when=WHEN, answer={"verdict": "clear"}, details={"as": "pilot"},
            adds=[Thing(name="mission/001.json", role="mission", data=b"a mission", personal=True),
                  Thing(name="zones/z.json", role="zones", data=b"some zones"), Thing(name="e", role="empty", data=b"")],
        ),
        ONE, salt,
    )  # fmt: skip
    about = ["objects/mission/001.json", "objects/zones/z.json"]
    made = append(
        made, Entry(step="approve", when=WHEN, role="commander", decision="approve", about=about), OTHER, salt
    )
    log = Thing(name="log/001.csv", role="log", data=b"a log", personal=True)
    made = append(made, Entry(step="add", when=WHEN, adds=[log]), ONE, salt)
    return append(made, Entry(step="erase", when=WHEN, erases={"objects/log/001.csv": "the time is over"}), ONE, salt)


def faults(data: bytes) -> list[str]:
    return [str(fault) for fault in examine(data).faults]


def test_the_same_steps_give_the_same_bytes_and_reading_gives_them_back() -> None:
    data = small().packed()
    assert data == small().packed() and not faults(data)
    read = examine(data)
    assert read.packed() == data and [step.step for step in read.steps] == ["check", "approve", "add", "erase"]
    assert read.head == sha256(read.members["entries/0004.json"]).hexdigest() == small().head
    held = read.objects["objects/mission/001.json"]
    assert held.digest == sha256(read.members["salts/mission/001.json"] + b"a mission").hexdigest()


def test_every_byte_that_is_changed_is_found() -> None:
    draw, count = random.Random(5), 0
    for data, step in ((_built(2).packed(), deep(1, 4)), (small().packed(), deep(5, 20))):
        for at in range(0, len(data), step):
            changed = data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]
            assert faults(changed), at
            count += 1
    assert count >= deep(5000, 1250)


def test_every_member_that_is_changed_with_its_checksum_is_found() -> None:
    members = small().members
    for name, held in members.items():
        for at in range(0, len(held), 9):
            changed = held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :]
            assert faults(box.pack({**members, name: changed})), (name, at)
        for changed in (held + b"\n", held[:-1], b"", held + held):
            if changed != held:
                assert faults(box.pack({**members, name: changed})), name


def test_members_that_are_dropped_put_in_renamed_or_exchanged_are_found() -> None:
    members = small().members
    for name in members:
        left = {other: data for other, data in members.items() if other != name}
        assert faults(box.pack(left)), name
        for new in (name + "x", "objects/stranger", "entries/0005.json", "keys/0.pem", "salts/stranger", "else/where"):
            assert faults(box.pack({**left, new: members[name]})), (name, new)
            if new not in members:
                assert faults(box.pack({**members, new: members[name]})), (name, new)
        for other in members:
            if members[other] != members[name]:
                swapped = {**members, name: members[other], other: members[name]}
                assert faults(box.pack(swapped)), (name, other)


def test_an_end_that_was_taken_off_is_told_by_the_head_that_was_noted(tmp_path: Path) -> None:
    whole = small()
    shorter = {n: d for n, d in whole.members.items() if n not in ("entries/0004.json", "objects/steps/0004.json",
                                                                   "salts/steps/0004.json")}  # fmt: skip
    assert faults(box.pack(shorter))
    before = _built(3)
    assert not faults(before.packed())  # every shorter chain was whole once: only who noted the head can tell
    from dronectl.evidence.verifying import verify

    whole = _built(4)
    assert [str(f) for f in verify(before, [], whole.head).faults] and not verify(whole, [], whole.head).faults
    assert verify(whole, [], before.head).since_head == 1 and verify(whole, [], whole.head[:8]).faults


def _built(count: int) -> Dossier:
    salt, made = salts(), Dossier(id="1" * 32)
    for number in range(count):
        thing = Thing(name="x", role="document", data=b"%d" % number)
        made = append(made, Entry(step="add", when=WHEN, adds=[thing]), ONE, salt)
    return made


def test_a_chain_signed_anew_by_somebody_else_is_not_trusted() -> None:
    from dronectl.evidence.verifying import INTACT, UNKNOWN, verify

    forged = append(Dossier(), Entry(step="add", when=WHEN), OTHER, salts())
    trusted = [keys.Trust(key=ONE.public, name="one", roles=("commander",), until="2026-12-31")]
    assert verify(forged, trusted).state == UNKNOWN
    mine = append(Dossier(), Entry(step="approve", when=WHEN, role="commander", decision="approve"), ONE, salts())
    assert verify(mine, trusted).state == INTACT
    for role, when in (("privacy_officer", WHEN), ("commander", "2027-01-01T00:00:00Z")):
        late = append(Dossier(), Entry(step="approve", when=when, role=role, decision="approve"), ONE, salts())
        assert verify(late, trusted).state == UNKNOWN


def test_a_key_that_is_no_longer_trusted_cannot_date_a_decision_back() -> None:
    from dronectl.evidence.verifying import INTACT, UNKNOWN, is_early, verify
    from dronectl.reports.proof import verified

    trusted = [keys.Trust(key=ONE.public, name="one", until="2026-06-30"), keys.Trust(key=OTHER.public, name="other")]
    for first, second, state, early in (
        ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", INTACT, False),
        ("2026-06-01T00:00:10Z", "2026-06-01T00:00:00Z", INTACT, True),  # two clocks
        ("2026-08-01T00:00:00Z", "2026-06-01T00:00:00Z", UNKNOWN, True),
    ):
        made = append(Dossier(id="1" * 32), Entry(step="add", when=first), OTHER, salts())
        made = append(made, Entry(step="approve", when=second, role="commander", decision="approve"), ONE, salts())
        assert verify(made, trusted).state == state and is_early(made, made.steps[1]) is early
        words = verified(verify(made, trusted), "x.dossier", "text")
        assert ("lies before that of an entry" in words) is early


def test_nonsense_that_was_signed_is_told_and_does_not_crash() -> None:
    for name, value in (
        ("when", "soon"), ("when", 5), ("step", "dance"), ("adds", {}), ("answer", {"verdict": "legal"}), ("number", 2),
        ("erases", ["x"]), ("details", "objects/none"), ("adds", [{"name": "objects/x"}]), ("previous", "ff"),
    ):  # fmt: skip
        members = dict(_built(1).members)
        signed = envelope.opened(members["entries/0001.json"], dossier.STEP, {ONE.public.id: ONE.public})
        said = {**signed.predicate, "step": "check", "answer": {"verdict": "clear"}, name: value}
        members["entries/0001.json"] = envelope.sealed(dossier.STEP, signed.subject, said, ONE)
        assert faults(box.pack(members)), (name, value)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["add", "erase"]), st.binary(max_size=40)), min_size=1, max_size=8), st.data()
)
def test_any_steps_verify_and_any_rearrangement_of_them_does_not(steps: list[tuple[str, bytes]], data) -> None:
    salt, made = salts(3), Dossier()
    for kind, content in steps:
        there = [held.name for held in made.objects.values() if held.erased is None and held.role == "document"]
        if kind == "erase" and there:
            gone = data.draw(st.sampled_from(there))
            made = append(made, Entry(step="erase", when=WHEN, erases={gone: "asked"}), ONE, salt)
        else:
            thing = Thing(name="a/b.bin", role="document", data=content)
            made = append(made, Entry(step="add", when=WHEN, adds=[thing]), ONE, salt)
    assert not faults(made.packed())
    for name, held in made.objects.items():
        assert (name in made.members) == (held.erased is None)
    entries = [name for name in made.members if name.startswith("entries/")]
    if len(entries) > 1:
        shuffled = data.draw(st.permutations(entries).filter(lambda order: order != entries))
        moved = {**made.members, **{old: made.members[new] for old, new in zip(entries, shuffled, strict=True)}}
        assert faults(box.pack(moved))


def test_what_was_erased_cannot_be_guessed_from_what_is_left() -> None:
    made = small()
    assert b"a log" not in made.packed() and "salts/log/001.csv" not in made.members
    held = made.objects["objects/log/001.csv"]
    assert held.digest != sha256(b"a log").hexdigest() and held.erased == 4


def test_hostile_zips_are_refused(tmp_path: Path, run) -> None:
    import io
    import zipfile

    for names, compress in ((["../x"], 0), (["/x"], 0), (["a", "a"], 0), (["a"], 8), (["a\\b"], 0)):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as made, pytest.warns() if len(names) > 1 else _nothing():
            for name in names:
                made.writestr(zipfile.ZipInfo(name, box.EPOCH), b"x" * 1000, compress)
        assert faults(whole.getvalue()), names
    (tmp_path / "none.dossier").write_bytes(b"PK\x03\x04 and nothing more")
    assert run("verify", tmp_path / "none.dossier").code == 4 and run("verify", tmp_path / "missing").code == 4


def _nothing():
    from contextlib import nullcontext

    return nullcontext()


# What a user types.


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run) -> Path:
    """A folder with a mission, a zone, and a key that is trusted."""
    monkeypatch.setenv("DRONECTL_KEYS", str(tmp_path / "keys"))
    assert run("keys", "new", "pilot", "--open").code == 0
    assert run("keys", "trust", tmp_path / "keys" / "pilot.pub", "--name", "Pilot A").code == 0
    write(tmp_path / "m.geojson", a_mission(ACROSS))
    zones(tmp_path / "z.geojson", a_zone())
    return tmp_path


def kept(desk: Path, run, *more: object):
    return run("check", desk / "m.geojson", "-z", desk / "z.geojson", "--dossier", desk / "m.dossier", *more)


def test_check_approve_verify_replay(desk: Path, run) -> None:
    plain = run("check", desk / "m.geojson", "-z", desk / "z.geojson")
    first = kept(desk, run)
    assert first.code == 1 and first.out == plain.out and "entry 1 signed; head " in first.err
    mission, path = desk / "m.geojson", desk / "m.dossier"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    refused = run("approve", mission, "--role", "commander", "--as", "badge 1234")
    assert refused.code == 2 and "--reason" in refused.err
    signed = run("approve", mission, "--role", "commander", "--as", "badge 1234", "--reason", "the tower knows")
    assert signed.code == 0
    verified = run("verify", path)
    assert verified.code == 0 and verified.out.splitlines()[-1].startswith("INTACT") and "badge 1234" in verified.out
    told = json.loads(run("verify", path, "-f", "json").out)
    assert told["state"] == "intact" and [entry["step"] for entry in told["entries"]] == ["check", "approve"]
    assert told["entries"][1]["stands"] and told["entries"][1]["answer"]["verdict"] == "violation"
    again = run("replay", path)
    assert again.code == 0 and again.out.splitlines()[-1] == "IDENTICAL: 1/1 verdicts"
    kept(desk, run)  # a newer check: the decision was about the older one
    assert not json.loads(run("verify", path, "-f", "json").out)["entries"][1]["stands"]
    assert "of an older check" in run("verify", path).out and run("verify", path, "--head", told["head"]).code == 0
    assert json.loads(run("replay", path, "-f", "json").out)["identical"] == 2
    write(mission, a_mission(ACROSS[::-1]))
    assert run("approve", mission, "--role", "commander", "--as", "x", "--reason", "y").code == 2


def test_replay_names_what_differs(desk: Path, run, monkeypatch) -> None:
    kept(desk, run)
    made = dossier.read(str(desk / "m.dossier"))
    name = "objects/zones/z.geojson"
    other = made.members[name].replace(b"PROHIBITED", b"NO_RESTRICTION")
    assert other != made.members[name]
    things = [Thing(name=n.removeprefix("objects/"), role=h.role, data=other if n == name else made.members[n])
              for n, h in made.objects.items() if h.role != "details"]  # fmt: skip
    forged = append(Dossier(), Entry(step="check", when=WHEN, answer={"verdict": "violation"}, adds=things), ONE)
    (desk / "f.dossier").write_bytes(forged.packed())
    ran = run("replay", desk / "f.dossier")
    assert ran.code == 1 and "was violation, now clear" in ran.out and "no longer AIR101 failed" in ran.out
    assert run("verify", desk / "f.dossier").code == 3  # whole, and signed by nobody who is trusted


def test_a_dossier_that_was_changed_takes_no_step_and_names_the_place(desk: Path, run) -> None:
    kept(desk, run)
    path = desk / "m.dossier"
    made = dossier.read(str(path))
    members = {
        **made.members,
        "objects/report.json": made.members["objects/report.json"].replace(b"violation", b"clear"),
    }
    path.write_bytes(box.pack(members))
    ran = run("verify", path)
    assert (
        ran.code == 1 and "CHANGED objects/report.json" in ran.out and ran.out.splitlines()[-1].startswith("CHANGED: 1")
    )
    for command in (
        ("approve", path, "--role", "commander", "--as", "x", "--reason", "y"), ("replay", path),
        ("dossier", "add", path, desk / "z.geojson"), ("dossier", "take", path, "objects/report.json"),
    ):  # fmt: skip
        assert run(*command).code == 2
    assert kept(desk, run).code == 2 and path.read_bytes() == box.pack(members)


def test_personal_data_goes_and_the_chain_stays(desk: Path, run) -> None:
    kept(desk, run)
    path = desk / "m.dossier"
    run("approve", path, "--role", "commander", "--as", "Jan de Vries", "--reason", "because")
    assert run("dossier", "erase", path, "--personal").code == 2  # no ground
    assert run("dossier", "erase", path, "--personal", "--ground", "Wpg 14").code == 0
    assert run("verify", path).code == 0 and b"Jan de Vries" not in path.read_bytes()
    told = run("verify", path).out
    assert "objects/mission/001.geojson: Wpg 14" in told and "who it was has been erased" in told
    ran = run("replay", path)
    assert ran.code == 3 and "objects/mission/001.geojson was erased" in ran.out
    assert run("dossier", "take", path, "objects/mission/001.geojson").code == 2
    assert run("dossier", "erase", path, "--personal", "--ground", "again").code == 2
    assert run("dossier", "take", path, "objects/zones/z.geojson", "-o", desk / "back.geojson").code == 0
    assert (desk / "back.geojson").read_bytes() == (desk / "z.geojson").read_bytes()


def test_everything_a_check_reads_is_in_its_dossier(desk: Path, run, tmp_path: Path) -> None:
    folder = ROOT / "examples"
    mission = "bundled:missions/den-haag/dh-roof-77.geojson"
    for number, more in enumerate((
        ("--operator", folder / "operator.toml", "--about", folder / "about-roof.json", "--margin", "20"),
        ("--pack", "house", "--at", "2026-05-12T10:00", "--ignore", "PRV", "--strict"),
        ("--layer", f"roads={next((folder / 'layers').glob('*road*'))}", "--takeoff-elevation", "2", "--lang", "nl"),
        ("--permit", next((folder / "permits").glob("*.json")), "--now", "2026-05-11T09:00+02:00", "--covers"),
    )):  # fmt: skip
        path = desk / f"{number}.dossier"
        plain, first = run("check", mission, *more), run("check", mission, *more, "--dossier", path)
        assert first.out == plain.out and first.code == plain.code, first.err
        assert run("replay", path).code == 0, more
    missions, zones_, ground, rules = (tmp_path / name for name in ("missions", "sky", "ground", "rules"))
    for place in (missions, zones_, ground, rules):
        place.mkdir()
    for name in ("a", "b"):
        write(missions / f"{name}.geojson", a_mission(ACROSS, datum="AMSL", mission={"id": name}))
        zones(zones_ / f"{name}.geojson", a_zone(name))
        (rules / f"{name}.toml").write_text((folder / "packs" / "den-haag.toml").read_text("utf-8").replace("dhg", name)
                                            .replace("DHG", name.upper()), "utf-8")  # fmt: skip
    a_terrain(ground / "t1.tif")
    a_terrain(ground / "t2.tif", west=900)
    path = desk / "folders.dossier"
    asked = (missions, "-z", zones_, "--terrain", ground, "--pack", rules)
    plain, first = run("check", *asked), run("check", *asked, "--dossier", path)
    assert first.out == plain.out and first.code == plain.code == 1, first.err
    assert run("replay", path).out.splitlines()[-1] == "IDENTICAL: 2/2 verdicts"
    for name in ("almere/alm-weerwater-survey.plan", "eindhoven/ehv-strijp-roofs.geojson"):
        path = desk / f"{Path(name).stem}.dossier"
        assert run("check", f"bundled:missions/{name}", "--dossier", path).code in (0, 1, 3)
        assert run("replay", path).code == 0


def test_keys_are_private_named_and_asked_for(desk: Path, run, monkeypatch) -> None:
    private = desk / "keys" / "pilot.key"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert run("keys", "new", "pilot", "--open").code == 2 and run("keys", "new", "../x", "--open").code == 2
    private.chmod(0o640)
    ran = kept(desk, run)
    assert ran.code == 2 and "chmod 600" in ran.err and not (desk / "m.dossier").exists()
    private.chmod(0o600)
    run("keys", "new", "second", "--open")
    assert "--key NAME" in kept(desk, run).err and kept(desk, run, "--key", "second").code == 1
    assert kept(desk, run, "--key", "nobody").code == 2
    assert run("verify", desk / "m.dossier").code == 3
    shown = json.loads(run("keys", "show", "-f", "json").out)
    assert [one["name"] for one in shown["own"]] == ["pilot", "second"] and shown["trusted"][0]["name"] == "Pilot A"
    assert run("keys", "show", "second").out.startswith("-----BEGIN PUBLIC KEY")
    assert run("keys", "distrust", shown["trusted"][0]["id"][:12]).code == 0
    assert "0 trusted" in run("keys", "show").out and run("keys", "distrust", "").code == 2
    assert run("keys", "trust", private, "--name", "x").code == 4
    assert run("keys", "trust", desk / "keys" / "pilot.pub", "--name", "x", "--until", "soon").code == 2


def test_a_passphrase_is_asked_for_at_the_terminal_and_nowhere_else(desk: Path) -> None:
    if sys.platform == "win32":
        missing("a pseudo terminal")
    import pty

    def typed(words: list[str], *command: str) -> tuple[int, str]:
        terminal, inner = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "dronectl", *command],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        seen = b""
        for word in words:
            while not seen.rstrip().endswith(b":"):
                seen += os.read(terminal, 1024)
            os.write(terminal, word.encode() + b"\n")
            seen += b"|"
        try:
            while chunk := os.read(terminal, 1024):
                seen += chunk
        except OSError:  # the other end is closed
            pass
        os.close(terminal)
        return process.wait(), seen.decode()

    secret = "correct horse"
    assert typed([secret, "battery staple"], "keys", "new", "chief")[0] == 2
    assert typed(["short", "short"], "keys", "new", "chief")[0] == 2
    code, seen = typed([secret, secret], "keys", "new", "chief")
    assert code == 0 and secret not in seen
    assert b"ENCRYPTED" in (desk / "keys" / "chief.key").read_bytes()
    command = ["check", str(desk / "m.geojson"), "-z", str(desk / "z.geojson"), "--key", "chief", "--dossier"]
    assert typed(["wrong one"], *command, str(desk / "no.dossier"))[0] == 2 and not (desk / "no.dossier").exists()
    assert typed([secret], *command, str(desk / "yes.dossier"))[0] == 1 and (desk / "yes.dossier").exists()
    quiet = subprocess.run(
        [sys.executable, "-m", "dronectl", *command, str(desk / "no.dossier")], stdin=subprocess.DEVNULL,
        capture_output=True, text=True,
    )  # fmt: skip
    assert quiet.returncode == 2 and "no terminal" in quiet.stderr


def test_two_people_who_sign_at_once_both_count(desk: Path, run) -> None:
    kept(desk, run)
    path = str(desk / "m.dossier")
    command = [sys.executable, "-m", "dronectl", "approve", path, "--role", "commander", "--reason", "x", "--as"]
    several = [subprocess.Popen([*command, f"badge {k}"], stderr=subprocess.DEVNULL) for k in range(4)]
    assert all(process.wait(60) == 0 for process in several)
    told = json.loads(run("verify", path, "-f", "json").out)
    assert {e["details"].get("as") for e in told["entries"]} >= {f"badge {k}" for k in range(4)}
    assert told["state"] == "intact"


# Others can verify without us.


def test_openssl_verifies_every_entry(tmp_path: Path) -> None:
    openssl = which("openssl")
    if openssl is None:
        missing("openssl")
    made = small()
    for name in [n for n in made.members if n.startswith("entries/")]:
        entry = json.loads(made.members[name])
        body, kind, (one,) = b64decode(entry["payload"]), entry["payloadType"], entry["signatures"]
        (tmp_path / "message").write_bytes(f"DSSEv1 {len(kind)} {kind} {len(body)} ".encode() + body)
        (tmp_path / "signature").write_bytes(b64decode(one["sig"]))
        (tmp_path / "key.pem").write_bytes(made.members[f"keys/{one['keyid']}.pem"])
        command = [openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", str(tmp_path / "key.pem"),
                   "-in", str(tmp_path / "message"), "-sigfile", str(tmp_path / "signature")]  # fmt: skip
        assert subprocess.run(command, capture_output=True).returncode == 0
        (tmp_path / "message").write_bytes(f"DSSEv1 {len(kind)} {kind} {len(body)} ".encode() + body[:-1] + b"!")
        assert subprocess.run(command, capture_output=True).returncode != 0


def test_another_library_reads_the_envelopes() -> None:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    made = small()
    for name in [n for n in made.members if n.startswith("entries/")]:
        read = Envelope.from_dict(json.loads(made.members[name]))
        (keyid,) = read.signatures
        key = SSlibKey(keyid, "ed25519", "ed25519", {"public": _raw(made.members[f"keys/{keyid}.pem"])})
        assert read.verify([key], 1) and json.loads(read.payload)["_type"] == "https://in-toto.io/Statement/v1"
        assert dumps(json.loads(read.payload)) == read.payload


def _raw(pem: bytes) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    return load_pem_public_key(pem).public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def test_an_audit_is_kept_and_made_again(desk: Path, run, monkeypatch) -> None:
    flown = ROOT / "examples" / "flown"
    plain = run("audit", flown, "--workers", "1")
    kept_ = run("audit", flown, "--workers", "1", "--dossier", desk / "q.dossier")
    assert kept_.out == plain.out.replace(str(desk), "") and kept_.code == plain.code, kept_.err
    assert run("replay", desk / "q.dossier").out.splitlines()[-1] == "IDENTICAL: 3/3 verdicts"
    assert run("approve", desk / "q.dossier", "--role", "auditor", "--as", "A", "--reason", "seen").code == 0
    told = json.loads(run("verify", desk / "q.dossier", "-f", "json").out)
    assert told["state"] == "intact" and [e["step"] for e in told["entries"]] == ["audit", "approve"]
    made = dossier.read(str(desk / "q.dossier"))
    results = json.loads(made.members["objects/results.json"])
    assert len(results) == 3 and str(ROOT) not in made.packed().decode("latin-1")
    results[1]["verdict"] = "clear" if results[1]["verdict"] != "clear" else "violation"
    changed = {**made.members, "objects/results.json": dumps(results)}
    things = [Thing(name=n.removeprefix("objects/"), role=h.role, data=changed[n])
              for n, h in made.objects.items() if h.role != "details"]  # fmt: skip
    forged = append(Dossier(), Entry(step="audit", when=WHEN, answer={"verdict": "clear"}, adds=things), ONE)
    (desk / "f.dossier").write_bytes(forged.packed())
    ran = run("replay", desk / "f.dossier")
    assert ran.code == 1 and f"{results[1]['flight']}: was " in ran.out and "DIFFERENT: 2/3 verdicts" in ran.out
    several = run("audit", flown, ROOT / "examples" / "logs", "--workers", "1", "--zones", "bundled:zones", "--operator",
                  ROOT / "examples" / "operator.toml", "--dossier", desk / "s.dossier")  # fmt: skip
    assert several.code in (0, 1, 3) and run("replay", desk / "s.dossier").code == 0, several.err


def test_a_comparison_is_added(desk: Path, run) -> None:
    flown = ROOT / "examples" / "flown"
    plan, log = flown / "park-trees-1.geojson", flown / "park-trees-1.csv"
    path = desk / "p.dossier"
    assert run("check", plan, "--dossier", path).code in (0, 1, 3)
    plain = run("compare", plan, log)
    ran = run("compare", plan, log, "--dossier", path)
    assert ran.out == plain.out and ran.code == plain.code and "entry 2 signed" in ran.err
    told = json.loads(run("verify", path, "-f", "json").out)
    roles = [row["role"] for row in told["objects"]]
    assert roles.count("mission") == 1 and {"log", "comparison"} <= set(roles) and told["state"] == "intact"
    assert told["entries"][1]["answer"]["kept"] in (True, False, None) and "compared" in run("verify", path).out
    assert run("replay", path).code == 0


def test_trust_for_another_role_is_said_so(desk: Path, run) -> None:
    run("keys", "trust", desk / "keys" / "pilot.pub", "--name", "Pilot A", "--role", "pilot")
    kept(desk, run)
    run("approve", desk / "m.dossier", "--role", "commander", "--as", "x", "--reason", "y")
    ran = run("verify", desk / "m.dossier")
    assert ran.code == 3 and "of Pilot A, not trusted for this role on this day" in ran.out


def test_a_dossier_that_asks_for_other_files_is_refused(desk: Path, run) -> None:
    """Somebody else's dossier reads nothing of this machine, and asks no service."""
    (desk / "secret.geojson").write_bytes((desk / "z.geojson").read_bytes())
    kept(desk, run)
    made = dossier.read(str(desk / "m.dossier"))
    record = json.loads(made.members["objects/question.json"])
    mission = record["question"]["missions"][0]
    wrong: list[tuple[dict[str, object], dict[str, str]]] = [
        ({"zones": [str(desk / "secret.geojson")]}, {}), ({"zones": ["postgis:zones"]}, {}), ({"about": "/etc/hostname"}, {}),
        ({"layers": ["roads=/etc/hostname"]}, {}), ({"named_permits": True}, {}), ({"missions": ["../m.geojson"]}, {}),
        ({}, {"objects/zones/z.geojson": "../z.geojson"}), ({}, {"objects/zones/z.geojson": "/tmp/z.geojson"}),
    ]  # fmt: skip
    for change, places in wrong:
        told = {"question": {**record["question"], **change}, "layout": {**record["layout"], **places}}
        if places:
            told["question"] = {**told["question"], "zones": list(places.values())}
        things = [Thing(name=n.removeprefix("objects/"), role=h.role,
                        data=dumps(told) if h.role == "question" else made.members[n])
                  for n, h in made.objects.items() if h.role != "details"]  # fmt: skip
        forged = append(Dossier(), Entry(step="check", when=WHEN, answer={"verdict": "violation"}, adds=things), ONE)
        (desk / "f.dossier").write_bytes(forged.packed())
        for command in (("replay", desk / "f.dossier"), ("share", desk / "f.dossier", "--to", "gemeente-x", "--purpose", "p",
                                                         "--until", "2026-06-01", "--now", WHEN, "--dry-run")):  # fmt: skip
            ran = run(*command)
            assert ran.code == 2 and ("does not lie in it" in ran.err or "no place" in ran.err), (change, places, ran)
    assert mission.startswith("mission/")
    for told in ({}, [], {"question": {"missions": 5, "more": 1}, "layout": {}}, {"question": record["question"]}):
        things = [Thing(name=n.removeprefix("objects/"), role=h.role,
                        data=dumps(told) if h.role == "question" else made.members[n])
                  for n, h in made.objects.items() if h.role != "details"]  # fmt: skip
        for step in ("check", "audit"):
            forged = append(Dossier(), Entry(step=step, when=WHEN, answer={"verdict": "violation"}, adds=things), ONE)
            (desk / "f.dossier").write_bytes(forged.packed())
            ran = run("replay", desk / "f.dossier")
            assert ran.code == 3 and "not understood by this edition" in ran.out, told


def test_verify_tells_of_any_changed_member_and_never_crashes(desk: Path, run) -> None:
    kept(desk, run)
    run("approve", desk / "m.dossier", "--role", "commander", "--as", "x", "--reason", "y")
    members = dossier.read(str(desk / "m.dossier")).members
    for name, held in members.items():
        for changed in (
            b"{}",
            b"null",
            b"\xff" + held[1:],
            held.replace(b"check", b"chuck").replace(b"clear", b"blear"),
        ):
            if changed != held:
                (desk / "c.dossier").write_bytes(box.pack({**members, name: changed}))
                for format_ in ("text", "json"):
                    ran = run("verify", desk / "c.dossier", "-f", format_)
                    assert ran.code in (1, 4) and "Traceback" not in ran.err, (name, ran)
