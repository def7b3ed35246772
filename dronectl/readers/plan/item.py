"""One command of a plan."""

from __future__ import annotations

from dronectl.records import dataclass
from dronectl.where import Where


@dataclass(slots=True)
class Item:
    """One command of a plan, whatever variant of the file it came from."""

    command: int
    frame: int
    params: list[float]
    """Seven; NaN where the file says null."""
    jump_id: int
    where: Where
