"""A few thousand changed files in every run; `make fuzz` does a hundred thousand a kind."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import realdata
from fuzzing import READERS, changed, seeds

from dronectl.errors import InputError

DATA = realdata()


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("block", range(2))
def test_changed_bytes_are_read_or_refused(kind: str, block: int, tmp_path: Path) -> None:
    rng = random.Random(f"{kind} {block}")
    start = seeds(kind, tmp_path, DATA)
    ends = {"read": 0, "refused": 0}
    for number in range(600):
        file = tmp_path / "f.txt"
        file.write_bytes(changed(start[number % len(start)], rng))
        try:
            READERS[kind](file)
            ends["read"] += 1
        except InputError as error:
            assert error.faults and all(str(fault.where).startswith(str(file)) for fault in error.faults)
            ends["refused"] += 1
    assert min(ends.values()) >= 10, ends
