"""Change files at random and read them, a hundred thousand times a kind of reader, within bounds of time and memory.

    python tests/fuzz.py --cases 100000 [--seed N] [--kinds zones missions logs fences]

Ends with 1 at the first file that is neither read nor refused, that takes more than 5 s, or that takes the process over
1 GiB; that file is kept.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from multiprocessing import get_context
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from fuzzing import READERS, changed, seeds  # noqa: E402

from dronectl.errors import InputError  # noqa: E402

LONGEST_S = 5.0
LARGEST_KIB = 1 << 20
BLOCK = 1_000


def block(task: tuple[str, int, int]) -> tuple[str, int, int, float, int, str]:
    """Read some changed files: kind, how many were read and refused, the longest time, the largest memory, what broke."""
    kind, seed, count = task
    rng = random.Random(seed)
    data = os.environ.get("DRONECTL_REALDATA")
    read = refused = 0
    longest = 0.0
    with tempfile.TemporaryDirectory(prefix="dronectl-fuzz-") as name:
        folder = Path(name)
        start = seeds(kind, folder, Path(data) if data else None)
        for _ in range(count):
            made = changed(start[rng.randrange(len(start))], rng)
            file = folder / "f.txt"
            file.write_bytes(made)
            begun = time.monotonic()
            broke = ""
            try:
                READERS[kind](file)
                read += 1
            except InputError:
                refused += 1
            except BaseException:
                broke = traceback.format_exc()
            took = time.monotonic() - begun
            longest = max(longest, took)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if took > LONGEST_S:
                broke = broke or f"took {took:.1f} s"
            if memory > LARGEST_KIB:
                broke = broke or f"took {memory / 1024:.0f} MiB"
            if broke:
                kept = Path(tempfile.gettempdir()) / f"dronectl-fuzz-{kind}-{seed}.bin"
                kept.write_bytes(made)
                return kind, read, refused, longest, memory, f"{kept}\n{broke}"
    return kind, read, refused, longest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, ""


def main() -> int:
    """Run all kinds and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=40_000_000)
    parser.add_argument("--kinds", nargs="*", default=list(READERS))
    given = parser.parse_args()
    failed = 0
    print("kind      files    read     refused  longest  memory")
    with get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=40) as pool:
        for kind in given.kinds:
            blocks = range((given.cases + BLOCK - 1) // BLOCK)
            seeds_ = [given.seed + 1_000_000 * list(READERS).index(kind) + k for k in blocks]
            read = refused = memory = 0
            longest = 0.0
            tasks = [(kind, seed, BLOCK) for seed in seeds_]
            for _, one, other, took, peak, broke in pool.imap(block, tasks):
                read, refused = read + one, refused + other
                longest, memory = max(longest, took), max(memory, peak)
                if broke:
                    failed += 1
                    print(broke, file=sys.stderr)
            print(
                f"{kind:<9} {read + refused:<8} {read:<8} {refused:<8} {longest:5.2f} s  {memory / 1024:.0f} MiB",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
