"""Where a value stands: a file, with the path inside it."""

from __future__ import annotations

from functools import total_ordering


@total_ordering
class Where:
    """An address such as `zones/city.geojson::$.features[4].geometry`; without a path it is the file itself.

    A reader makes one for every value it looks at, so the path is put together only when it is read.
    """

    __slots__ = ("_key", "_parent", "file")

    def __init__(self, file: str, path: str = "") -> None:
        self.file = file
        self._parent: Where | None = None
        self._key: str | int = path

    def __truediv__(self, key: str | int) -> Where:
        """The address of a member (by name) or of an item (by number) inside this value."""
        made = Where.__new__(Where)
        made.file = self.file
        made._parent = self
        made._key = key
        return made

    @property
    def path(self) -> str:
        """The JSON path inside the file; empty for the file itself."""
        if self._parent is None:
            return str(self._key)
        root = self._parent.path or "$"
        if isinstance(self._key, int):
            return f"{root}[{self._key}]"
        return f"{root}.{self._key}" if self._key.isidentifier() else f"{root}[{self._key!r}]"

    def __str__(self) -> str:
        path = self.path
        return f"{self.file}::{path}" if path else self.file

    def __repr__(self) -> str:
        return f"Where({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Where) and str(self) == str(other)

    def __lt__(self, other: Where) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))
