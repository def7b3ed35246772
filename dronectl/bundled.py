"""The zones and missions that ship with the tool, named `bundled:zones/...` wherever they lie on a machine."""

from __future__ import annotations

from pathlib import Path

PREFIX = "bundled:"
ZONES = f"{PREFIX}zones"
MISSIONS = f"{PREFIX}missions"


def root() -> Path:
    """The folder that holds `zones` and `missions`: inside the package, or the checkout's own."""
    inside = Path(__file__).parent / "library"
    return inside if inside.is_dir() else Path(__file__).parent.parent


def resolve(path: str) -> Path:
    """A path as the file system knows it."""
    return root() / path.removeprefix(PREFIX) if path.startswith(PREFIX) else Path(path)


def named(file: Path) -> str:
    """The bundled name of a file below the root."""
    return PREFIX + file.relative_to(root()).as_posix()
