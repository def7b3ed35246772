"""What `cache` does: list what is kept of large zone files, or take it away."""

from __future__ import annotations

import json

from dronectl.config import cache_folder, settings
from dronectl.readers import zone_cache
from dronectl.reports.words import tame


def cache(clear: bool, format_: str) -> str:
    """The entries, or how many went."""
    folder = cache_folder(settings())
    if clear:
        gone = zone_cache.clear(folder) if folder is not None else 0
        return f"{gone} entries taken away\n"
    found = zone_cache.entries(folder) if folder is not None else []
    if format_ == "json":
        rows = [{"of": one.of, "sha256": one.sha256, "zones": one.zones, "bytes": one.bytes} for one in found]
        made = {"schema": "dronectl/cache/v1", "folder": str(folder) if folder else None, "entries": rows}
        return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    lines = [f"{tame(one.of)}: {one.zones} zones, {one.bytes / 1e6:.1f} MB, sha256 {one.sha256[:12]}" for one in found]
    where = f"the cache is {tame(str(folder))}" if folder is not None else "the cache is off"
    return "\n".join([*lines, f"{len(found)} entries; {where}"]) + "\n"
