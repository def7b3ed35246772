"""Zones as ED-318."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dronectl.writers import shape
from dronectl.zone import Zone, ZoneFile

NAME, SUFFIX = "ed318", ".json"


def misses(files: Sequence[ZoneFile]) -> list[str]:
    """What this format cannot say of the zones."""
    return shape.misses([zone for file in files for zone in file.zones])


def render(files: Sequence[ZoneFile]) -> bytes:
    """The zones of all files as one collection."""
    features = [made for file in files for zone in file.zones if (made := feature(zone)) is not None]
    whole: dict[str, Any] = {"type": "FeatureCollection"}
    names = {file.dataset.name for file in files if file.dataset.name}
    if len(names) == 1:
        whole["name"] = names.pop()
    whole |= {"metadata": shape.facts(files), "features": features}
    return (json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def feature(zone: Zone) -> dict[str, Any] | None:
    """One zone; None where no volume of it has a place."""
    parts = [made for volume in zone.volumes if (made := shape.geometry(volume)) is not None]
    if not parts:
        return None
    whole = parts[0] if len(parts) == 1 else {"type": "GeometryCollection", "geometries": parts}
    return {"type": "Feature", "geometry": whole, "properties": shape.properties(zone)}
