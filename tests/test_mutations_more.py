"""The other half of the mutations, so that two workers share them; and the copy before it is broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from depth import only_deep
from mutating import Zygote, copied
from mutations import MUTATIONS, Mutation


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    zygote = Zygote(copied(tmp_path_factory.mktemp("broken")))
    yield zygote
    zygote.close()


@only_deep
def test_the_copy_is_sound_before_it_is_broken(copy: Zygote) -> None:
    code, output = copy.ask(tuple(dict.fromkeys(mutation.test for mutation in MUTATIONS)))
    assert code == 0, output[-4000:]


@only_deep
@pytest.mark.parametrize("mutation", MUTATIONS[1::2], ids=lambda mutation: mutation.name)
def test_a_broken_engine_is_noticed(mutation: Mutation, copy: Zygote) -> None:
    copy.noticed(mutation)
