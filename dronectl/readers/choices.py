"""What the user chose about how files are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from dronectl.measures import Datum
from dronectl.records import dataclass
from dronectl.zone import Box, Restriction

Progress = Callable[[str, float], None]
"""Hears a path and which share of the file was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How files are read where they leave it open."""

    around: Sequence[Box] | None = None
    """Lon/lat boxes: a zone that lies apart from all of them need not be read whole. None: every zone is."""
    classes: Mapping[str, Restriction] = field(default_factory=dict)
    """What classes of airspace ask of a drone, where that is not as `airspace.CLASSES` has it."""
    mapping: str | None = None
    """A mapping file for tables whose columns are not ours; None looks for one beside the file."""
    rtl_alt_m: float | None = None
    """Metres above take-off at which the aircraft returns home, a setting of the vehicle that no plan carries."""
    alt_datum: Datum | None = None
    """What the heights of a file without a datum are measured from."""
    cache: Path | None = None
    """The folder of `zone_cache`; None for no cache."""
    progress: Progress | None = None
    """Hears how far a large log was read."""
