"""A ledger only grows, keeps what it acknowledged, and tells every change."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dronectl.errors import UsageError
from dronectl.evidence import keys, ledger

SIGNER = keys.signer_of(Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
WRITER = """
import sys
from pathlib import Path
from dronectl.evidence import ledger
path, name, first, last = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
for number in range(first, last):
    ledger.append(path, {"writer": name, "entry": number})
    print(number, flush=True)  # the acknowledgement
"""


def filled(path: Path, count: int) -> Path:
    for number in range(count):
        ledger.append(path, {"entry": number}, SIGNER if number % 2 else None)
    return path


def test_entries_follow_each_other(tmp_path: Path) -> None:
    path = filled(tmp_path / "l", 5)
    made = ledger.read(path)
    assert not made.faults and not made.torn and [line.body["entry"] for line in made.lines] == list(range(5))
    assert [bool(line.key) for line in made.lines] == [False, True, False, True, False]
    assert path.stat().st_mode & 0o077 == 0 and made.head == ledger.read(path).head
    assert not ledger.read(tmp_path / "none").lines


def test_every_byte_that_is_changed_is_found(tmp_path: Path) -> None:
    path = filled(tmp_path / "l", 4)
    data, changed = path.read_bytes(), tmp_path / "c"
    for at in range(0, len(data), 2):
        changed.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        made = ledger.read(changed)
        # A changed line feed at the very end leaves a line that is not whole; its entry is missing then.
        assert made.faults or (made.torn and len(made.lines) < 4), at
    lines = data.splitlines(keepends=True)
    for order in ([0, 2, 1, 3], [0, 1, 3], [1, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2, 2, 3]):
        changed.write_bytes(b"".join(lines[k] for k in order))
        assert ledger.read(changed).faults, order


def test_a_torn_end_is_overwritten_and_a_changed_end_is_not(tmp_path: Path) -> None:
    path = filled(tmp_path / "l", 3)
    data = path.read_bytes()
    for torn in (b'{"body":{"entry":3', b"\0" * 100, data.splitlines()[0]):
        path.write_bytes(data + torn)
        assert ledger.read(path).torn and len(ledger.read(path).lines) == 3
        ledger.append(path, {"entry": 3})
        made = ledger.read(path)
        assert not made.torn and not made.faults and [line.body["entry"] for line in made.lines] == [0, 1, 2, 3]
    path.write_bytes(data[:-10] + b"X" + data[-9:])
    with pytest.raises(UsageError, match="was changed"):
        ledger.append(path, {"entry": 3})
    long = {"words": "x" * 300_000}
    for _ in range(3):
        ledger.append(tmp_path / "long", long)
    assert len(ledger.read(tmp_path / "long").lines) == 3
    with (tmp_path / "long").open("ab") as file:
        file.write(b"y" * 3_000_000)
    with pytest.raises(UsageError, match="no entry"):
        ledger.append(tmp_path / "long", {"entry": 4})
    with pytest.raises(UsageError, match="too long"):
        ledger.append(tmp_path / "other", {"words": "x" * 2_000_000})


def test_eight_writers_that_are_killed_lose_nothing_they_acknowledged(tmp_path: Path) -> None:
    path, draw = tmp_path / "ledger", random.Random(3)
    told: dict[str, set[int]] = {f"w{k}": set() for k in range(8)}
    outputs = {name: tmp_path / f"{name}.txt" for name in told}

    def begun(name: str) -> subprocess.Popen[bytes]:
        first = max(told[name], default=-1) + 1
        with outputs[name].open("wb") as out:
            return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(first), "1000"], stdout=out)

    def heard(name: str) -> None:
        told[name] |= {int(word) for word in outputs[name].read_text().split("\n")[:-1]}

    running, kills = {name: begun(name) for name in told}, 0
    while running:
        time.sleep(0.02)
        written = path.read_bytes().count(b"\n") if path.exists() else 0
        if kills < 12 and written > 500 * (kills + 1):  # all along the work, whoever is at it
            victim = running[draw.choice(sorted(running))]
            if victim.poll() is None:
                os.kill(victim.pid, signal.SIGKILL)
                victim.wait()
                kills += 1
        for name, process in list(running.items()):
            if process.poll() is None:
                continue
            heard(name)
            running.pop(name)
            if max(told[name], default=-1) < 999:
                running[name] = begun(name)
    made = ledger.read(path)
    assert kills >= 10 and not made.faults and not made.torn
    found: dict[str, list[int]] = {name: [] for name in told}
    for line in made.lines:
        found[line.body["writer"]].append(line.body["entry"])
    for name, entries in found.items():
        assert set(entries) == set(range(1000)) and told[name] <= set(entries), name
        assert entries == sorted(entries)  # one that was written and not yet told when its writer died is there twice
    assert 8000 <= len(made.lines) <= 8000 + kills
    assert json.loads(path.read_bytes().splitlines()[-1])["number"] == len(made.lines)
