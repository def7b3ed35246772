"""The suite notices when the engine is broken: each mutation, in a copy of the tree, must fail a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from mutations import (
    CONVERT,
    HEIGHTS,
    LOGS,
    MISSION_FILES,
    MUTATIONS,
    PERMITS,
    RULES,
    SCHEDULE,
    TIME,
    ZONE_FILES,
    Mutation,
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the tests need, to be broken."""
    folder = tmp_path_factory.mktemp("broken")
    for name in ("dronectl", "tests", "zones", "missions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def ask(folder: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run some tests of the copy up to the first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DRONECTL_"))}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


def test_there_are_enough_mutations_and_each_has_its_place() -> None:
    assert len(MUTATIONS) >= 20 and len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
    for mutation in MUTATIONS:
        text = (ROOT / "dronectl" / mutation.file).read_text("utf-8")
        assert text.count(mutation.old) == 1, (
            f"{mutation.name}: the text to break does not stand once in {mutation.file}"
        )


def test_the_copy_is_sound_before_it_is_broken(copy: Path) -> None:
    ran = ask(copy, (RULES, HEIGHTS, TIME, SCHEDULE, PERMITS, LOGS, ZONE_FILES, MISSION_FILES, CONVERT))
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_broken_engine_is_noticed(mutation: Mutation, copy: Path) -> None:
    file = copy / "dronectl" / mutation.file
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
    try:
        ran = ask(copy, mutation.tests)
    finally:
        file.write_text(whole, "utf-8")
    assert ran.returncode == 1, ran.stdout[-3000:] + ran.stderr[-1000:]
