"""Imports run one way, and light commands stay light."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from dronectl import readers
from dronectl.readers import FLIGHT_MEMBERS

PACKAGE = ROOT / "dronectl"
# Each room may import from itself and from the rooms below it.
ROOMS = [
    {"cli", "__main__"},
    {"reports", "writers", "roundtrip"},
    {"sharing"},
    {"audit"},
    {"planning", "fetching"},
    {
        "check",
        "differences",
        "fencing",
        "suggesting",
        "conformance",
        "following",
        "permitting",
        "assessment",
        "flightplans",
        "standoff",
        "viewing",
        "unasked",
    },
    {"rules"},
    {"reaching"},
    {"against"},
    {"prepared", "editions", "emergency"},
    {"volumes"},
    {"decision"},
    {"crowding", "crowd_density", "seeing", "filming", "traffic", "endurance", "turning"},
    {"occlusion"},
    {"encounter", "along", "gaps"},
    {"holding", "cruising"},
    {"altitude"},
    {"track"},
    {"evidence"},
    {"readers", "schemas"},
    {"heights"},
    {"tables"},
    {"geometry"},
    {"house"},
    {"crew"},
    {"mission", "logbook", "finding", "permit", "layer", "law", "camera"},
    {"zone"},
    {"schedule", "config", "feeds", "folders"},
    {"sun", "intervals", "measures", "errors"},
    {"where", "bundled", "category", "explanation", "records", "digests", "_version"},
]
LEVEL = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    """The modules of the package that a file imports when it runs; imports for types only do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dronectl"):
            found |= {f"{node.module}.{name.name}" if node.module == "dronectl" else node.module for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.startswith("dronectl")}
    return found


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_down_only(path: Path) -> None:
    here = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert here in LEVEL, f"{here} has no room"
    for module in imports(path):
        there = room(module)
        assert LEVEL[there] >= LEVEL[here], f"{path.name} imports {module} from a room above"


def test_only_one_room_knows_shapely_and_proj_and_one_knows_typer() -> None:
    for path in FILES:
        names = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            for name in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )
        }  # fmt: skip
        place = path.relative_to(PACKAGE).parts[0]
        assert not names & {"pyproj"} or place == "geometry", path
        assert not names & {"rasterio"} or place == "heights", path
        assert not names & {"pyogrio", "geopandas", "sqlalchemy", "yaml", "defusedxml"} or place in (
            "readers",
            "tables.py",
        ), path
        assert "shapely" not in names or place in ("geometry", "cli"), path  # `doctor` prints the version of GEOS
        assert "typer" not in names or place == "cli", path
        assert not names & {"requests", "urllib", "http", "socket", "ssl"} or place == "fetching.py", path


def loaded(*arguments: str) -> set[str]:
    """The top-level modules that a command has imported when it ends."""
    script = (
        "import sys, json; from dronectl.cli import main; main(sys.argv[1:]); "
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stderr.splitlines()[-1]))


def test_light_commands_load_no_heavy_library(tmp_path: Path) -> None:
    heavy = {"shapely", "pyproj", "geopandas", "pandas", "numpy", "pydantic", "jinja2"}
    assert not loaded("--version") & (heavy | {"typer", "rich"})
    assert not loaded("--help") & (heavy | {"rich"})
    assert not loaded("check", "--help") & heavy
    for words in (
        ("explain", "AIR101"), ("explain", "CAT103", "--lang", "nl"), ("explain", "NL-ROAD-A12"), ("rules", "list"),
        ("rules", "--format", "json"), ("rules", "packs"), ("rules", "show", "nl-open"), ("suggest", "--help"), ("config",),
        ("--lang", "nl", "--help"), ("--lang", "nl", "check", "--help"), ("--lang", "nl", "rules", "list"),
    ):  # fmt: skip
        assert not loaded(*words) & heavy, words


@pytest.mark.parametrize("words", ["dronectl explain AIR10", "dronectl check m.json --select PR", "dronectl zones "])
def test_completion_loads_no_heavy_library(words: str) -> None:
    script = (
        "import sys; from dronectl.cli import main\n"
        "try: main([])\n"
        "finally: print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    asked = {"_DRONECTL_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ, **asked})
    assert ran.returncode == 0 and ran.stdout.strip(), ran.stderr
    assert not set(ran.stderr.split()) & {"shapely", "pyproj", "geopandas", "pandas", "numpy", "jinja2"}


def test_a_check_loads_no_table_library() -> None:
    mission = str(ROOT / "missions" / "apeldoorn" / "apd-park-survey.geojson")
    assert not loaded("check", mission) & {"geopandas", "pandas", "pyogrio", "jinja2", "pyproj"}


def test_a_check_for_a_program_loads_nothing_that_draws(tmp_path: Path) -> None:
    mission = str(ROOT / "missions" / "apeldoorn" / "apd-park-survey.geojson")
    assert "rich" not in loaded("check", mission, "-o", str(tmp_path / "report.json"))


@pytest.mark.parametrize("more", [{}, {"metadata": {}, "name": "x"}, {"title": "x", "geozone": []}])
def test_a_collection_without_a_flights_members_is_no_flight(more: dict[str, object]) -> None:
    """It is told by its members alone, so no reader of flights may take one without them."""
    whole = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": None}]} | more
    assert not any(module.accepts(whole) for kind in ("missions", "logs") for module in readers.formats(kind))
    assert not FLIGHT_MEMBERS & whole.keys()
