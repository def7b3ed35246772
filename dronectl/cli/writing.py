"""Writing an answer: which format, and a file that is no input, whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dronectl import bundled
from dronectl.errors import UsageError
from dronectl.reports import formats

SUFFIXES = {
    ".json": "json", ".geojson": "geojson", ".html": "html", ".htm": "html", ".txt": "text", ".sarif": "sarif",
    ".xml": "junit", ".csv": "csv", ".md": "md", ".kml": "kml", ".kmz": "kmz", ".gpkg": "gpkg", ".pdf": "pdf", ".qml": "qml",
    ".parquet": "parquet", ".svg": "svg",
}  # fmt: skip


def format_name(format_: str | None, output: str | None, known: Sequence[str] = ()) -> str:
    """The format that was asked for, or that the output file's suffix stands for; of `known`, else of all reports."""
    known = known or tuple(formats())
    meant = SUFFIXES.get(Path(output).suffix.lower(), "text") if output else "text"
    name = format_ or (meant if meant in known else "text")
    if name not in known:
        raise UsageError(f"{name!r} is no format; use one of {', '.join(known)}")
    return name


def refuse_input(output: str, inputs: Sequence[str]) -> None:
    """An output never overwrites an input."""
    target = Path(output)
    for path in inputs:
        source = bundled.resolve(path)
        same = target.exists() and source.exists() and target.samefile(source)
        if same or target.resolve() == source.resolve():
            raise UsageError(f"{output} is an input of this check: write the report somewhere else")


def write(output: str, text: str) -> None:
    """Write a text whole or not at all."""
    write_bytes(output, text.encode())


def write_bytes(output: str, data: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all; a private one can be read by its owner only."""
    with written_whole(output, private=private) as file:
        file.write(data)


@contextmanager
def written_whole(output: str, *, private: bool = False) -> Iterator[IO[bytes]]:
    """A stream into a file that is there whole when the block ends, or not at all."""
    target = Path(output)
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "is a folder")
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if not private:
                mask = os.umask(0)
                os.umask(mask)
                Path(name).chmod(0o666 & ~mask)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror or error}") from None


def print_whole(made: str | bytes) -> None:
    """Write a report to stdout; bytes never to a terminal."""
    if isinstance(made, str):
        sys.stdout.write(made)
        return
    if sys.stdout.isatty():
        raise UsageError("this format is no text: give a file to write it to (-o FILE)")
    sys.stdout.flush()
    sys.stdout.buffer.write(made)
