"""Hold the engine against the oracle, many times: `make prove`.

    python tests/prove.py --cases 200000 --seed 0 --workers 2

Prints every disagreement with its seed, then a table of what is promised and the worst that was measured. Exits 1 where
anything disagrees. `python tests/prove.py --cases 1 --seed N` looks at one scene again.
"""

from __future__ import annotations

import argparse
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
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
        f"  worst false alarm without a model  {worst['overshoot']:.3f} m or s",
        f"  worst clearance of {tally['clearances']:<16} {worst['clearance']:.3f} m off",
    ]
    print("\n".join(lines))
    return 1 if faults else 0


def _varied(tally: Counter) -> Iterable[str]:
    for name, count in sorted(tally.items()):
        if name.startswith("said otherwise: "):
            yield f"{name.removeprefix('said otherwise: ')} {count}"


if __name__ == "__main__":
    sys.exit(main())
