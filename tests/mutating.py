"""Breaking a copy of the tree, and asking the tests whether they notice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from mutations import Mutation


def copied(folder: Path) -> Path:
    """A copy of what the tests need, to be broken."""
    for name in ("dronectl", "tests", "zones", "missions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def ask(folder: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run some tests of the copy up to the first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DRONECTL_"))}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


def noticed(mutation: Mutation, copy: Path) -> None:
    """Break the copy, expect a failing test, and mend it."""
    file = copy / "dronectl" / mutation.file
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
    try:
        ran = ask(copy, (mutation.test,))
    finally:
        file.write_text(whole, "utf-8")
    assert ran.returncode == 1, ran.stdout[-3000:] + ran.stderr[-1000:]
