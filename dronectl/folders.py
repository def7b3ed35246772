"""The files of a folder, none left out without a word: links are followed, and what cannot be looked into is told."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from dronectl.errors import Fault, InputError
from dronectl.where import Where


def files_in(folder: Path, ends: Collection[str] | None = None) -> tuple[list[Path], list[Fault]]:
    """Every file in a folder and below it that is not hidden, sorted, and what may hold more that nobody can see.

    `ends` are suffixes in small letters; without them every file counts. A folder that is met again through a link is looked
    into once.
    """
    found: list[Path] = []
    faults: list[Fault] = []

    def failed(error: OSError) -> None:
        what = f"cannot be looked into: {error.strerror or error}"
        faults.append(Fault(Where(str(error.filename)), what, "have it made readable, or leave it out"))

    seen: set[str] = set()
    for place, inner, names in os.walk(folder, onerror=failed, followlinks=True):
        real = os.path.realpath(place)
        inner[:] = [] if real in seen else sorted(name for name in inner if not name.startswith("."))
        for name in names if real not in seen else ():
            path = Path(place, name)
            if name.startswith(".") or (ends is not None and path.suffix.lower() not in ends):
                continue
            try:
                is_file = path.is_file()
            except OSError as error:
                failed(error)
                continue
            if is_file:
                found.append(path)
            elif path.is_symlink():
                what = "is a link that leads to no file"
                faults.append(Fault(Where(str(path)), what, "mend the link, or take it away"))
        seen.add(real)
    return sorted(found, key=str), faults


def all_in(folder: Path, ends: Collection[str] | None = None) -> list[Path]:
    """The files of `files_in`; an `InputError` where there may be more that nobody can see."""
    found, faults = files_in(folder, ends)
    if faults:
        raise InputError(faults)
    return found
