"""Loads the libraries once, then forks for each line on stdin, `[output, arguments of pytest]`, and answers its exit code."""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

LIBRARIES = (
    "pytest", "hypothesis", "hypothesis.strategies", "numpy", "shapely", "pyproj", "pydantic", "typer", "rich.console",
    "geographiclib.geodesic", "jsonschema", "zoneinfo", "defusedxml.ElementTree", "rasterio",
)  # fmt: skip


def ran(output: str, arguments: list[str]) -> int:
    """Run pytest in a process of its own, which is the first to load the package."""
    child = os.fork()
    if child == 0:
        whole = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(whole, 1)
        os.dup2(whole, 2)
        sys.dont_write_bytecode = True  # two states of a file may have one time
        code = 70
        try:
            code = int(import_module("pytest").main(arguments))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())
    for name in LIBRARIES:
        import_module(name)
    assert not any(name.split(".")[0] == "dronectl" for name in sys.modules)
    for line in sys.stdin:
        print(ran(*json.loads(line)), flush=True)
