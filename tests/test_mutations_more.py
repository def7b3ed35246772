"""The other half of the mutations, so that two workers share them; and the copy before it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutating import ask, copied, noticed
from mutations import MUTATIONS, Mutation


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("broken"))


def test_the_copy_is_sound_before_it_is_broken(copy: Path) -> None:
    ran = ask(copy, tuple(dict.fromkeys(mutation.test for mutation in MUTATIONS)))
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]


@pytest.mark.parametrize("mutation", MUTATIONS[1::2], ids=lambda mutation: mutation.name)
def test_a_broken_engine_is_noticed(mutation: Mutation, copy: Path) -> None:
    noticed(mutation, copy)
