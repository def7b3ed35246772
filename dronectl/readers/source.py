"""Where bytes come from: a file or stdin, looked at from the front, read whole or in a stream."""

from __future__ import annotations

import io
import sys
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from dronectl import bundled, digests
from dronectl.errors import InputError
from dronectl.records import dataclass
from dronectl.where import Where

LARGEST_BYTES = 1 << 30  # what is read whole; binary logs are read in a stream and may be larger
STDIN = "-"
HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or what stdin held."""

    path: str
    file: Path | None
    """None for stdin, whose bytes are kept."""
    kept: bytes
    size: int
    head: bytes
    """The first 64 KiB."""

    def read(self) -> bytes:
        """All bytes; an `InputError` where they are too many to hold."""
        if self.size > LARGEST_BYTES:
            raise InputError.at(Where(self.path), "is larger than 1 GiB", remedy="split the file")
        if self.file is None:
            return self.kept
        try:
            return self.file.read_bytes()
        except OSError as error:
            raise _refused(self.path, error) from None

    def open(self) -> BinaryIO:
        """A stream from the first byte."""
        return io.BytesIO(self.kept) if self.file is None else self.file.open("rb")

    def sha256(self) -> str:
        """The digest of all bytes, read in a stream."""
        if self.file is None:
            return sha256(self.kept).hexdigest()
        return digests.digest(self.file)


def source(path: str) -> Source:
    """The bytes behind a path, or behind stdin for `-`; an error names what stands in the way."""
    where = Where(path)
    try:
        if path == STDIN:
            kept = sys.stdin.buffer.read(LARGEST_BYTES + 1)
            return Source(path, None, kept, len(kept), kept[:HEAD])
        file = bundled.resolve(path)
        if file.is_dir():
            raise InputError.at(where, "is a folder, not a file", remedy="name a file inside it")
        if file.exists() and not file.is_file():
            raise InputError.at(where, "is not a regular file", remedy="give a plain file")
        with file.open("rb") as stream:
            return Source(path, file, b"", file.stat().st_size, stream.read(HEAD))
    except OSError as error:
        raise _refused(path, error) from None
    except ValueError as error:  # a path with a NUL in it
        raise InputError.at(where, f"is no path: {error}") from None


def _refused(path: str, error: OSError) -> InputError:
    where = Where(path)
    if isinstance(error, FileNotFoundError):
        return InputError.at(where, "no such file", remedy="check the path; `ls` its folder")
    if isinstance(error, PermissionError):
        return InputError.at(where, "may not be read", remedy=f"give yourself read permission: chmod u+r {path}")
    return InputError.at(where, f"cannot be read: {error.strerror or error}")
