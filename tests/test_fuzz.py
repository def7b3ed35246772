"""Bytes changed at random in real and written files: a reader reads them or refuses them, and never does anything else."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from builders import ACROSS, a_mission, a_simple_zone, a_zone
from conftest import realdata

from dronectl.errors import InputError
from dronectl.readers import read_mission, read_zones

DATA = realdata()
SPARE = [
    b"\0",
    b"\xff",
    b"\n",
    b"\t",
    b" ",
    b"-",
    b"9" * 40,
    b"1e999",
    b"nan",
    b"*",
    b";",
    b"{",
    b"[",
    b'"',
    b"AC ",
    b"V X=",
]


def seeds(kind: str) -> list[bytes]:
    """Files to start from: our own, and the small real ones where they are there."""
    own = {
        "zones": [json.dumps({"type": "FeatureCollection", "features": [a_zone(), a_simple_zone("no-fly")]}).encode(),
                  b"AC P\nAN Zone\nAL GND\nAH FL95\nV X=52:00:00 N 005:00:00 E\nDA 2,10,80\nDP 52:10:00 N 005:00:00 E\nDC 1\n"
                  b"AA NONE/2026-05-12T10:00:00Z\nV W=2\nDY 52:00:00 N 005:00:00 E\nDY 52:01:00 N 005:00:00 E\n"],
        "missions": [json.dumps(a_mission(ACROSS)).encode(),
                     b"QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t52\t5\t12\t1\n1\t0\t3\t22\t0\t0\t0\t0\t52\t5\t30\t1\n"
                     b"2\t0\t3\t18\t2\t0\t20\t0\t52.1\t5.1\t60\t1\n3\t0\t2\t177\t1\t3\t0\t0\t0\t0\t0\t1\n"
                     b"4\t0\t3\t5001\t3\t0\t0\t0\t52\t5\t0\t1\n5\t0\t2\t20\t0\t0\t0\t0\t0\t0\t0\t1\n"],
    }[kind]  # fmt: skip
    folders = {"zones": ("openair-fixtures", "openair"), "missions": ("missions-wpl", "missions-qgc")}[kind]
    real = [path for folder in folders for path in sorted((DATA / folder).iterdir())] if DATA else []
    return own + [path.read_bytes() for path in real if path.stat().st_size < 12_000 and path.suffix != ".json"]


def changed(data: bytes, rng: random.Random) -> bytes:
    """A file with a few bytes changed, taken away, put in or said twice, or cut short."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        if not made:
            break
        place, length = rng.randrange(len(made)), rng.choice([1, 1, 2, 8, 40])
        match rng.randrange(5):
            case 0:
                made[place : place + length] = bytes(rng.randrange(256) for _ in range(length))
            case 1:
                del made[place : place + length]
            case 2:
                made[place:place] = rng.choice(SPARE)
            case 3:
                made[place:place] = made[place : place + length * 4] * rng.choice([1, 3])
            case _:
                if rng.random() < 0.2:
                    del made[place:]
                else:
                    made[place] ^= 1 << rng.randrange(8)
    return bytes(made)


@pytest.mark.parametrize("kind", ["zones", "missions"])
@pytest.mark.parametrize("block", range(4))
def test_changed_bytes_are_read_or_refused(kind: str, block: int, tmp_path: Path) -> None:
    rng = random.Random(f"{kind} {block}")
    start = seeds(kind)
    read = {"zones": lambda path: read_zones([path]), "missions": read_mission}[kind]
    ends = {"read": 0, "refused": 0}
    for number in range(500):
        file = tmp_path / "f.txt"
        file.write_bytes(changed(start[number % len(start)], rng))
        try:
            read(file)
            ends["read"] += 1
        except InputError as error:
            assert error.faults and all(str(fault.where).startswith(str(file)) for fault in error.faults)
            ends["refused"] += 1
    assert min(ends.values()) >= 10, ends
