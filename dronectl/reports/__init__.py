"""The reports, one file each, found by looking in the folder: a function from a `Report` to text or bytes."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dronectl.check import Report


@cache
def formats() -> tuple[str, ...]:
    """The names of all formats, by name."""
    package = import_module(__name__)
    names = (module.name for module in pkgutil.iter_modules(package.__path__) if not module.ispkg)
    return tuple(sorted(name.removeprefix("as_") for name in names if name.startswith("as_")))


def renderer(name: str) -> Callable[[Report], str | bytes]:
    """The function that makes text of a report in one of `formats`, or bytes."""
    render: Callable[[Report], str | bytes] = import_module(f"{__name__}.as_{name}").render
    return render
