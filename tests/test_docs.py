"""Every console transcript in the README and the examples is run, and must print what stands there.

`DRONECTL_UPDATE_DOCS=1 pytest tests/test_docs.py` writes what the commands print into the files.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, missing

PAGES = [ROOT / "README.md", *sorted((ROOT / "examples").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
UPDATE = os.environ.get("DRONECTL_UPDATE_DOCS") == "1"


def commands(block: str) -> list[str]:
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def placed(word: str, folder: Path) -> str:
    """A word of a command; what is written to `out/` goes to a folder of the test."""
    return str(folder / word.removeprefix("out/")) if word.startswith("out/") else word


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
            words = [placed(word, tmp_path) for word in words]
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


SHELL = re.compile(r"```(?:sh|bash)\n(.*?)```", re.DOTALL)


def test_the_story_of_evidence_runs_as_it_stands(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys and salts are random, so what is printed differs; what each command answers does not."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DRONECTL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("DRONECTL_LEDGER", str(tmp_path / "ledger.jsonl"))
    lines = [
        line
        for block in SHELL.findall((ROOT / "examples" / "evidence.md").read_text("utf-8"))
        for line in block.splitlines()
    ]
    assert len(lines) > 20
    for line in lines:
        command, _, remark = line.partition("  # exit ")
        words = [placed(word, tmp_path) for word in shlex.split(command)]
        target = words[words.index(">") + 1] if ">" in words else None
        ran = run(*(words[1 : words.index(">")] if target else words[1:]))
        assert ran.code == int(remark or 0), (line, ran.code, ran.err)
        if target is not None:
            Path(target).write_text(ran.out)
    assert (tmp_path / "purged.json").exists() and "INTACT" in run("verify", tmp_path / "q2.dossier").out


def test_the_recipe_for_verifying_without_us_works(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if shutil.which("openssl") is None or shutil.which("bash") is None:
        missing("openssl and bash")
    monkeypatch.setenv("DRONECTL_KEYS", str(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)
    run("keys", "new", "one", "--open")
    run("check", "bundled:missions/den-haag/dh-roof-77.geojson", "--dossier", "march.dossier")
    run("approve", "march.dossier", "--role", "commander", "--as", "x", "--reason", "y")
    (recipe,) = (block for block in SHELL.findall((ROOT / "README.md").read_text("utf-8")) if "DSSEv1" in block)
    ran = subprocess.run(["bash", "-e", "-c", recipe], capture_output=True, text=True, cwd=tmp_path)
    assert ran.returncode == 0 and ran.stdout.count("Signature Verified Successfully") == 2, ran.stderr
    first, report = (line.split()[0] for line in ran.stdout.splitlines()[-2:])
    said = [json.loads(base64.b64decode(json.loads((tmp_path / "march" / "entries" / name).read_text())["payload"]))
            for name in ("0001.json", "0002.json")]  # fmt: skip
    assert said[1]["predicate"]["previous"] == first
    assert {"name": "objects/report.json", "digest": {"sha256": report}} in said[0]["subject"]
