"""SHA-256 of files, which may be begun while the rest of the program loads."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Thread

LEAST_BYTES = 8 << 20  # a smaller file takes less time than a thread saves: a house figure
BLOCK_BYTES = 16 << 20  # a thread asks for the interpreter once a block, and may wait 5 ms for it each time
_begun: dict[Path, Begun] = {}


def digest(file: Path) -> str:
    """The digest of all bytes of a file, read in a stream; an `OSError` where that cannot be done."""
    begun = _begun.pop(file, None)
    return (begun.result() if begun is not None else None) or _digest(file)


def begin(files: Iterable[Path]) -> None:
    """Begin with large files, each for one `digest` that is asked later; what cannot be read is left to that."""
    for file in files:
        with suppress(OSError):
            if file.is_file() and file.stat().st_size >= LEAST_BYTES:
                _begun[file] = Begun(file)


class Begun(Thread):
    """The digest of one file, as it was when it was begun."""

    def __init__(self, file: Path) -> None:
        super().__init__(daemon=True)
        self.file = file
        self.state = _state(file)
        self.made: str | None = None
        self.start()

    def run(self) -> None:
        with suppress(OSError):
            self.made = _digest(self.file)

    def result(self) -> str | None:
        """None where the file could not be read, or is not as it was."""
        self.join()
        return self.made if _state(self.file) == self.state else None


def _digest(file: Path) -> str:
    made, block = sha256(), bytearray(BLOCK_BYTES)
    view = memoryview(block)
    with file.open("rb", buffering=0) as stream:
        while count := stream.readinto(view):
            made.update(view[:count])
    return made.hexdigest()


def _state(file: Path) -> tuple[int, ...]:
    found = file.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
