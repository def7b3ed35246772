"""The suite notices when the engine is broken: each mutation, in a copy of the tree, must fail a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import ROOT
from depth import only_deep
from mutating import Zygote, copied
from mutations import MUTATIONS, Mutation


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    zygote = Zygote(copied(tmp_path_factory.mktemp("broken")))
    yield zygote
    zygote.close()


def test_there_are_enough_mutations_and_each_has_its_place() -> None:
    assert len(MUTATIONS) >= 20 and len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
    for mutation in MUTATIONS:
        text = (ROOT / "dronectl" / mutation.file).read_text("utf-8")
        assert text.count(mutation.old) == 1, (
            f"{mutation.name}: the text to break does not stand once in {mutation.file}"
        )


@only_deep
@pytest.mark.parametrize("mutation", MUTATIONS[0::2], ids=lambda mutation: mutation.name)
def test_a_broken_engine_is_noticed(mutation: Mutation, copy: Zygote) -> None:
    copy.noticed(mutation)
