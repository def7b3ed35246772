"""Where the time of one command goes: what `--timing` tells."""

from __future__ import annotations

import time
from dataclasses import field

from dronectl.records import dataclass


@dataclass(slots=True)
class Stopwatch:
    """Seconds of each stage since it was made; the start before it is the processor's time for Python and its libraries."""

    start_s: float = field(default_factory=time.process_time)
    laps: list[tuple[str, float]] = field(default_factory=list)
    since: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """End a stage: what passed since the one before it is its own."""
        now = time.perf_counter()
        self.laps.append((stage, now - self.since))
        self.since = now

    def lines(self) -> list[str]:
        """Each stage with its seconds, and their sum."""
        stages = [("start", self.start_s), *self.laps]
        return [f"timing: {stage} {took:.3f} s" for stage, took in [*stages, ("total", sum(s for _, s in stages))]]
