"""Hold the engine against the oracle, many times: `make prove`.

    python tests/prove.py --cases 200000 --seed 0 --workers 2

Prints every disagreement with its seed, then a table of what is promised and the worst that was measured. Exits 1 where
anything disagrees. `python tests/prove.py --cases 1 --seed N` looks at one scene again.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

CHUNK = 500


def run(first: int, count: int) -> tuple[Counter, list[str], dict[str, float]]:
    """A stretch of seeds: the tally of answers, the faults, and the worst figures."""
    from proving import CHANGES, hold, vary

    tally: Counter = Counter()
    faults: list[str] = []
    worst = {"overshoot": 0.0, "clearance": 0.0, "clearance share": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            outcome = hold(seed, Path(folder))
            tally[outcome.answer] += 1
            tally["with models"] += outcome.doubtful
            faults.extend(f"seed {seed}: {fault}" for fault in outcome.faults)
            worst["overshoot"] = max(worst["overshoot"], outcome.overshoot_m)
            if outcome.clearance_m is not None:
                tally["clearances"] += 1
                worst["clearance"] = max(worst["clearance"], outcome.clearance_m)
            if seed % 4 == 0:
                how = CHANGES[(seed // 4) % len(CHANGES)]
                lost = vary(seed, how, Path(folder))
                if lost != "-":
                    tally[f"said otherwise: {how}"] += 1
                    if lost:
                        faults.append(f"seed {seed}, {how}: {lost}")
    return tally, faults, worst


def figures() -> list[tuple[str, str, float, str]]:
    """What is promised and the worst that published reference values show: name, bound, measured, unit."""
    import numpy as np
    from geographiclib.test.test_geodesic import GeodesicTest
    from rasters import PlainRaster, a_terrain
    from test_time import almanac

    from dronectl import sun
    from dronectl.geometry import metres_between
    from dronectl.heights import open_models
    from dronectl.heights.geoid import Egm96

    found = []
    off = [abs(metres_between(row[1], row[0], row[4], row[3]) - row[6]) for row in GeodesicTest.testcases]
    found.append(("geodesics, against Karney's test set", "0.5 m + 0.05 %", max(off), "m"))
    for name, least, most, bound in (("below 65 degrees", 0, 65, "120 s"), ("at 70 degrees", 65, 90, "120 s")):
        seconds = [
            abs((made - when).total_seconds())
            for lon, lat, day, events, _ in almanac() if least <= abs(lat) < most
            for kind, when in events.items() if when is not None
            if (made := sun.event(kind, day, lon=lon, lat=lat)) is not None
        ]  # fmt: skip
        found.append((f"sun events {name}, against DE421", bound, max(seconds), "s"))
    data = os.environ.get("DRONECTL_REALDATA")
    if data:
        nodes = np.frombuffer((Path(data) / "geoid" / "egm96_15.gtx").read_bytes()[40:], ">f4").reshape(721, 1440)
        lat, lon = np.repeat(-90 + 0.25 * np.arange(721), 1440), np.tile(-180 + 0.25 * np.arange(1440), 721)
        worst = float(np.abs(Egm96().undulation(lon, lat).reshape(721, 1440) - nodes).max())
        found.append(("geoid, against the 15' grid of PROJ", "2.15 m", worst, "m"))
    with tempfile.TemporaryDirectory() as folder:
        rng = np.random.default_rng(0)
        path = a_terrain(Path(folder) / "t.tif", lambda east, north: float(rng.normal(50, 20)))
        models, plain = open_models([str(path)], terrain_error_m=0.0), PlainRaster(path)
        worst = 0.0
        for lon, lat in zip(
            rng.uniform(4.99, 5.01, 300).tolist(), rng.uniform(51.994, 52.006, 300).tolist(), strict=True
        ):
            low, high = models.ground_at(lon, lat, 0.0) or (-math.inf, math.inf)
            worst = max(worst, high - plain.at(lon, lat), plain.at(lon, lat) - low)
        found.append(("terrain between its cells, against a plain reading", "its stated error", worst, "m"))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    references = figures()
    begun = time.monotonic()
    starts = range(given.seed, given.seed + given.cases, CHUNK)
    counts = [min(CHUNK, given.seed + given.cases - start) for start in starts]
    tally: Counter = Counter()
    faults: list[str] = []
    worst: dict[str, float] = {}
    with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool:
        for found in pool.map(run, starts, counts):
            tally += found[0]
            faults += found[1]
            worst = {name: max(value, worst.get(name, 0.0)) for name, value in found[2].items()}
            for line in found[1]:
                print(line, flush=True)
    lines = [
        f"{given.cases} scenes from seed {given.seed} in {time.monotonic() - begun:.0f} s: {len(faults)} disagreement(s)",
        f"  inside {tally['yes']}, outside {tally['no']}, not known {tally['unknown']}; {tally['with models']} on models",
        "  said otherwise: " + ", ".join(_varied(tally)),
        f"{'quantity':<52} {'bound':<18} worst measured",
        f"{'false clears':<52} {'none':<18} {sum('FALSE CLEAR' in fault for fault in faults)}",
        f"{'false alarms without a model: too far out by':<52} {'0.5 m + 0.05 %':<18} {worst['overshoot']:.3f} m",
        f"{'clearance on the ground':<52} {'0.5 m + 0.05 %':<18} {worst['clearance']:.3f} m, never too large",
        *(f"{name:<52} {bound:<18} {measured:.3g} {unit}" for name, bound, measured, unit in references),
    ]
    print("\n".join(lines))
    return 1 if faults else 0


def _varied(tally: Counter) -> Iterable[str]:
    for name, count in sorted(tally.items()):
        if name.startswith("said otherwise: "):
            yield f"{name.removeprefix('said otherwise: ')} {count}"


if __name__ == "__main__":
    sys.exit(main())
