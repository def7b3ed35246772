"""Every console transcript in the README and the examples is run, and must print what stands there.

`DRONECTL_UPDATE_DOCS=1 pytest tests/test_docs.py` writes what the commands print into the files.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "examples").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
UPDATE = os.environ.get("DRONECTL_UPDATE_DOCS") == "1"


def commands(block: str) -> list[str]:
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_its_commands_print(page: Path, run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    text = page.read_text("utf-8")
    assert BLOCK.search(text), "no transcript"
    code = 0

    def replay(found: re.Match[str]) -> str:
        nonlocal code
        lines = []
        for command in commands(found[1]):
            lines.append(f"$ {command}")
            if command == "echo $?":
                lines.append(str(code))
                continue
            words = shlex.split(command)
            assert words[0] == "dronectl", command
            words = [str(tmp_path / word.removeprefix("out/")) if word.startswith("out/") else word for word in words]
            ran = run(*words[1:])
            code = ran.code
            lines.extend((ran.out + ran.err).rstrip("\n").splitlines())
        return "```console\n" + "\n".join(lines) + "\n```"

    made = BLOCK.sub(replay, text)
    if UPDATE:
        page.write_text(made, "utf-8")
    assert made == page.read_text("utf-8")


def test_the_documents_name_files_that_exist() -> None:
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
