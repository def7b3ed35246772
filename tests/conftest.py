"""What all tests share: running a command as a user does, and what to do where something is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from depth import REQUIRE_ALL, SEARCH
from hypothesis import settings

from dronectl.cli import main
from dronectl.config import DEFAULTS

ROOT = Path(__file__).parent.parent
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search")
settings.load_profile("search" if SEARCH else "repeatable")


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


def missing(what: str) -> None:
    """Skip the test, or fail it where everything must be there."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is missing, and DRONECTL_REQUIRE_ALL=1 wants every test to run")
    pytest.skip(f"{what} is missing")


def realdata() -> Path | None:
    """The folder with real files, named by DRONECTL_REALDATA."""
    folder = os.environ.get("DRONECTL_REALDATA")
    return Path(folder) if folder and Path(folder).is_dir() else None


def conformance() -> Path | None:
    """The folder with the conformance cases, beside the real files."""
    data = realdata()
    folder = data.parent / "conformance" if data else None
    return folder if folder is not None and folder.is_dir() else None


LONG = (
    "test_wheel",
    "test_audit",
    "test_paper",
    "test_mutations_more",
    "test_mutations",
    "test_suggest",
    "test_oracle",
    "test_near_and_far",
    "test_cache",
    "test_dossier",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no process is left with one of them while the others are done."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test depends on what its user has set."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-settings"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "no-data"))
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name in DEFAULTS:
        monkeypatch.delenv(f"DRONECTL_{name.upper()}", raising=False)


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    """A Chromium that opens pages without a network."""
    if BROWSER is None:
        missing("a Chromium browser")
    if importlib.util.find_spec("playwright") is None:
        missing("playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `dronectl` with arguments, as a user meets it."""

    def ran(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran
