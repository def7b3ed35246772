"""Speed as ratios in one run: start-up, and a mission against national zone sets, beside a geopandas script.

Usage: python tests/bench/bench.py. Prints a table; every figure is the median of fresh processes.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import audit_bench  # noqa: E402
import camera_bench  # noqa: E402
import missions_bench  # noqa: E402
from generate import a_mission, a_survey, city_zones, national_zones  # noqa: E402

REPEATS = 7


def seconds(*commands: list[str], cache: str = "off") -> list[float]:
    """The median wall time of each command, measured turn by turn so that a noisy moment hits them all."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"DRONECTL_CACHE": cache}
    taken: list[list[float]] = [[] for _ in commands]
    for turn in range(REPEATS + 1):
        for into, command in zip(taken, commands, strict=True):
            begin = time.perf_counter()
            subprocess.run(command, check=False, capture_output=True, env=environment)
            if turn:  # the first turn writes byte code and fills the disk cache
                into.append(time.perf_counter() - begin)
    return [statistics.median(times) for times in taken]


def main() -> None:
    python = sys.executable
    dronectl = [python, "-m", "dronectl"]
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        mission = Path(folder) / "mission.geojson"
        mission.write_text(json.dumps(a_mission(50)))
        sets = {}
        for count in (3_000, 10_000, 30_000):
            sets[count] = Path(folder) / f"zones_{count}.geojson"
            sets[count].write_text(json.dumps(national_zones(count)))
        bare, typer, helped, version = seconds(
            [python, "-c", "pass"], [python, "-c", "import typer"], [*dronectl, "--help"], [*dronectl, "--version"]
        )
        rows.append(
            ("dronectl --help / (python -c pass + import typer)", f"{helped / (bare + typer - bare):.2f} x", "< 3 x")
        )
        rows.append(("dronectl --version / python -c pass", f"{version / bare:.2f} x", ""))
        rows.append(("python -c pass", f"{bare * 1000:.0f} ms", ""))
        plain = [str(sets[3_000]), str(mission)]
        ours, theirs, columns, parsing = seconds(
            [*dronectl, "check", str(mission), "--zones", str(sets[3_000])],
            [python, str(HERE / "geopandas_check.py"), *plain],
            [python, str(HERE / "geopandas_check.py"), *plain, "--by-column"],
            [python, "-c", f"import json; json.load(open({str(sets[3_000])!r}))"],
        )
        rows.append(("50 legs x 3,000 zones: geopandas script / dronectl", f"{theirs / ours:.2f} x", ">= 5 x"))
        rows.append(("50 legs x 3,000 zones: the same by column / dronectl", f"{columns / ours:.2f} x", ""))
        rows.append(("50 legs x 3,000 zones: dronectl / parsing that JSON", f"{ours / parsing:.2f} x", ""))
        rows.append(("50 legs x 3,000 zones: dronectl, whole process", f"{ours * 1000:.0f} ms", ""))
        more, most = seconds(
            *([*dronectl, "check", str(mission), "--zones", str(sets[count])] for count in (10_000, 30_000))
        )
        kept = str(Path(folder) / "cache")
        few, all_ = seconds(
            *([*dronectl, "check", str(mission), "--zones", str(sets[count])] for count in (3_000, 30_000)), cache=kept
        )
        rows.append(("50 legs x 30,000 zones, with the cache: whole process", f"{all_ * 1000:.0f} ms", "<= 500 ms"))
        starts = f"{all_ / bare:.0f} x"  # the 500 ms are those of a machine on which python -c pass takes 14 ms
        rows.append(("50 legs x 30,000 zones, with the cache / python -c pass", starts, "<= 36 x"))
        rows.append(("50 legs x 30,000 / 3,000 zones, with the cache", f"{all_ / few:.2f} x", "< 1.5 x"))
        rows.append(("50 legs x 10,000 / 3,000 zones", f"{more / ours:.2f} x", ""))
        rows.append(("50 legs x 30,000 / 3,000 zones", f"{most / ours:.2f} x", ""))
        survey, city = Path(folder) / "survey.geojson", Path(folder) / "city.geojson"
        survey.write_text(json.dumps(a_survey()))
        city.write_text(json.dumps(city_zones()))
        asked, suggested = seconds(
            [*dronectl, "check", str(survey), "--zones", str(city)],
            [*dronectl, "suggest", str(survey), "--zones", str(city)],
        )
        rows.append(("survey of 49 legs among 500 zones: suggest / check", f"{suggested / asked:.2f} x", ""))
        rows.append(("survey of 49 legs among 500 zones: suggest, whole process", f"{suggested:.1f} s", "seconds"))
        sizes = ", ".join(f"{count:,}: {path.stat().st_size / 1e6:.1f} MB" for count, path in sets.items())
    rows.extend(missions_bench.rows())
    rows.extend(camera_bench.rows())
    rows.extend(audit_bench.rows())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; zone files {sizes}")
    for name, value, target in rows:
        print(f"{name:<86} {value:>20}  {target}")


if __name__ == "__main__":
    main()
