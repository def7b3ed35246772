"""Breaking a copy of the tree, and asking the tests whether they notice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from mutations import Mutation


def copied(folder: Path) -> Path:
    """A copy of what the tests need, to be broken; with the byte code that there is, which holds for files of its times."""
    for name in ("dronectl", "tests", "zones", "missions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc.*"))  # those are being written
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


REWRITTEN = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # plugins that the zygote has loaded already


class Zygote:
    """A process that has loaded the libraries, and forks one that has not yet loaded the copy for each question."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DRONECTL_"))}
        kept["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads is not forked
        script = Path(__file__).with_name("zygote.py")
        self.folder, self.output = folder, folder / "output.txt"
        self.process = subprocess.Popen(
            [sys.executable, str(script)],
            cwd=folder,
            env=kept,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, tests: tuple[str, ...]) -> tuple[int, str]:
        """Run some tests of the copy up to the first failure: pytest's exit code and what it printed."""
        assert self.process.stdin is not None and self.process.stdout is not None
        arguments = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", *REWRITTEN, *tests]
        self.process.stdin.write(json.dumps([str(self.output), arguments]) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline()), self.output.read_text("utf-8")

    def noticed(self, mutation: Mutation) -> None:
        """Break the copy, expect a failing test, and mend it."""
        file = self.folder / "dronectl" / mutation.file
        whole = file.read_text("utf-8")
        file.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
        try:
            code, output = self.ask((mutation.test,))
        finally:
            file.write_text(whole, "utf-8")
        assert code == 1, output[-4000:]

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
