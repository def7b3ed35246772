"""A digest that was begun is the one of the file as it is when it is asked for."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from dronectl import digests
from dronectl.readers.source import source

LARGE = bytes(range(256)) * 200_000  # three blocks and a piece


def written(path: Path, text: bytes = LARGE) -> Path:
    path.write_bytes(text)
    return path


def of(text: bytes) -> str:
    return sha256(text).hexdigest()


@pytest.mark.parametrize("length", [0, 1, digests.BLOCK_BYTES, digests.BLOCK_BYTES + 1, len(LARGE)])
@pytest.mark.parametrize("begun", [True, False])
def test_it_is_of_all_bytes(tmp_path: Path, length: int, begun: bool) -> None:
    file = written(tmp_path / "zones.geojson", LARGE[:length])
    if begun:
        digests.begin([file])
    assert source(str(file)).sha256() == of(LARGE[:length])


def test_it_is_used_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(digests, "_digest", lambda file: asked.append(file) or "digest")
    file = written(tmp_path / "zones.geojson")
    digests.begin([file])
    assert [digests.digest(file) for _ in range(2)] == ["digest", "digest"]
    assert asked == [file, file]  # one beside the program, one by what asked again


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    file = written(tmp_path / "zones.geojson")
    digests.begin([file])
    digests._begun[file].join()
    written(file, LARGE[:-1] + b"!")
    os.utime(file, ns=(1, 1))
    assert digests.digest(file) == of(LARGE[:-1] + b"!")


def test_a_file_that_went_is_told_by_what_asks_for_it(tmp_path: Path) -> None:
    file = written(tmp_path / "zones.geojson")
    digests.begin([file, tmp_path / "none.geojson", tmp_path])
    file.unlink()
    with pytest.raises(FileNotFoundError):
        digests.digest(file)


def test_small_files_are_not_begun(tmp_path: Path) -> None:
    digests.begin([written(tmp_path / "zones.geojson", b"{}")])
    assert not digests._begun
