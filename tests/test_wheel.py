"""A wheel built from the tree, installed in an empty environment outside the checkout, checks with the bundled zones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, missing
from depth import only_deep


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_zones_missions_page_and_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "dronectl/library/zones/den-haag.geojson", "dronectl/library/missions/almere/alm-weerwater-survey.plan",
        "dronectl/reports/page/page.html.j2", "dronectl/reports/vendor/leaflet/leaflet.js",
        "dronectl/reports/vendor/leaflet/LICENSE", "dronectl/law/packs/eu-open.2024-01-01.toml", "dronectl/py.typed",
    ):  # fmt: skip
        assert part in names, part
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "examples/")) for name in names)


@only_deep
def test_an_installed_wheel_checks_with_the_bundled_zones(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    lock = ROOT / "constraints" / f"py{sys.version_info[0]}.{sys.version_info[1]}.txt"
    lock = lock if lock.exists() else ROOT / "constraints" / "py3.13.txt"
    pins = tmp_path / "pins.txt"
    pins.write_text("\n".join(re.findall(r"^([\w.-]+==[\w.]+)", lock.read_text(), re.MULTILINE)))
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-compile",
        "--disable-pip-version-check",
        "-c",
        str(pins),
        str(wheel),
    ]
    ran = subprocess.run(install, capture_output=True, text=True, check=False)
    if ran.returncode:
        missing(f"a package index for the wheel's dependencies ({ran.stderr.strip()[-300:]})")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DRONECTL"))}
    for mission, code, verdict in (
        ("den-haag/dh-roof-77.geojson", 1, "NOT CLEARED"),
        ("almere/alm-weerwater-survey.plan", 0, "CLEARED"),
        ("eindhoven/ehv-strijp-roofs.geojson", 3, "CANNOT TELL"),
    ):
        command = [str(python.parent / "dronectl"), "check", f"bundled:missions/{mission}"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=clean)
        assert ran.returncode == code and ran.stdout.splitlines()[-1].startswith(verdict), ran.stdout + ran.stderr
        assert "33 zones in 11 files" in ran.stdout
    page = tmp_path / "report.html"
    subprocess.run(
        [*command[:2], command[2], "-o", str(page)], check=False, cwd=tmp_path, env=clean, capture_output=True
    )
    assert page.stat().st_size > 150_000
