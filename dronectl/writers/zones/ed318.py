"""Zones as ED-318."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dronectl.writers import shape
from dronectl.zone import Zone, ZoneFile

NAME, SUFFIX = "ed318", ".json"


def prepared(zone: Zone) -> tuple[list[Zone], list[str]]:
    """The zone as this format can say it, and what is lost on the way."""
    made, told = shape.prepared(zone)
    return ([made] if made is not None else []), told


def render(files: Sequence[ZoneFile]) -> bytes:
    """The zones of all files as one collection."""
    features = [feature(zone) for file in files for zone in file.zones]
    whole: dict[str, Any] = {"type": "FeatureCollection"}
    names = {file.dataset.name for file in files if file.dataset.name}
    if len(names) == 1:
        whole["name"] = names.pop()
    whole |= {"metadata": shape.facts(files), "features": features}
    return (json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def feature(zone: Zone) -> dict[str, Any]:
    """One prepared zone."""
    parts = [shape.geometry(volume) for volume in zone.volumes]
    whole = parts[0] if len(parts) == 1 else {"type": "GeometryCollection", "geometries": parts}
    return {"type": "Feature", "geometry": whole, "properties": shape.properties(zone)}
