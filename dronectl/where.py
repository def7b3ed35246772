"""Where a value stands: a file, with the path inside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """An address such as `zones/city.geojson::$.features[4].geometry`; `path` is empty for the file itself."""

    file: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.file}::{self.path}" if self.path else self.file

    def __truediv__(self, key: str | int) -> Where:
        """The address of a member (by name) or of an item (by number) inside this value."""
        root = self.path or "$"
        if isinstance(key, int):
            return Where(self.file, f"{root}[{key}]")
        if key.isidentifier():
            return Where(self.file, f"{root}.{key}")
        return Where(self.file, f"{root}[{key!r}]")
