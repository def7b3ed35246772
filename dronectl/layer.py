"""Layers of the ground: roads, railways, power lines, built-up areas, as places to keep away from."""

from __future__ import annotations

from dronectl.records import dataclass
from dronectl.zone import Remark, Zone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One layer, from one or more files; each of its features is a zone that restricts nothing by itself."""

    name: str
    zones: tuple[Zone, ...]
    """Its features near the missions."""
    files: tuple[tuple[str, str, int], ...]
    """Path, sha256 and number of features of each file."""
    remarks: tuple[Remark, ...] = ()
