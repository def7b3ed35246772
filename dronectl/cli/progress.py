"""A bar while a large log is read: on a terminal only, and only once it has taken two seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

PATIENCE_S = 2.0
STEPS = 200


@contextmanager
def reading_progress() -> Iterator[Callable[[str, float], None] | None]:
    """What hears how far a file was read; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    started = monotonic()
    bar: list[Any] = []
    last = [0]

    def told(path: str, share: float) -> None:
        step = int(share * STEPS)
        if step == last[0] or monotonic() - started < PATIENCE_S:
            return
        last[0] = step
        if not bar:
            from rich.console import Console
            from rich.progress import Progress

            shown = Progress(console=Console(stderr=True), transient=True)
            shown.start()
            bar.extend([shown, shown.add_task(f"reading {path}", total=STEPS)])
        bar[0].update(bar[1], completed=step)

    try:
        yield told
    finally:
        if bar:
            bar[0].stop()
