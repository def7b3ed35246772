"""Drone missions held against no-fly and privacy zones, with a verdict and its reasons.

from dronectl import check, read_mission, read_zones
report = check([read_mission("roof-77.geojson")], read_zones(["zones/"]))
report.verdict
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dronectl._version import __version__

if TYPE_CHECKING:
    from dronectl.check import Report, check
    from dronectl.heights import open_models
    from dronectl.readers import read_mission, read_zones
    from dronectl.readers.permits import read_permit
    from dronectl.rules import Options

__all__ = ["Options", "Report", "__version__", "check", "open_models", "read_mission", "read_permit", "read_zones"]

_HOME = {
    "Options": "dronectl.rules",
    "Report": "dronectl.check",
    "check": "dronectl.check",
    "open_models": "dronectl.heights",
    "read_mission": "dronectl.readers",
    "read_permit": "dronectl.readers.permits",
    "read_zones": "dronectl.readers",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: `import dronectl` alone stays light."""
    if name not in _HOME:
        raise AttributeError(f"module 'dronectl' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value  # `check` is also a module: the function is what the face of the library shows
    return value
