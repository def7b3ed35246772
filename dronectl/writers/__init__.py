"""From zones and missions to files of other programs: what a format cannot say is told before anything is written.

A format is one file in `zones` or `missions`: its NAME, its SUFFIX, what it misses of the things at hand, and their bytes.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType


class CannotWrite(ValueError):
    """A format has no way at all to say what would have to be said."""


@cache
def formats(kind: str) -> dict[str, ModuleType]:
    """The writers of `zones` or `missions`, by the name of their format."""
    package = import_module(f"{__name__}.{kind}")
    modules = [import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    return {module.NAME: module for module in sorted(modules, key=lambda module: str(module.NAME))}


def by_suffix(kind: str, path: str) -> str | None:
    """The format that a file's name stands for; None where it stands for none, or for several."""
    found = [name for name, module in formats(kind).items() if path.lower().endswith(module.SUFFIX)]
    longest = max((len(formats(kind)[name].SUFFIX) for name in found), default=0)
    best = [name for name in found if len(formats(kind)[name].SUFFIX) == longest]
    preferred = [name for name in best if getattr(formats(kind)[name], "PREFERRED", False)]
    return (preferred or best)[0] if len(preferred or best) == 1 else None
