"""TOML files that people write by hand: the values of one, or an `InputError` that says where it breaks."""

from __future__ import annotations

import tomllib
from hashlib import sha256

from dronectl.errors import InputError
from dronectl.readers.document import Document
from dronectl.readers.source import source
from dronectl.where import Where

LARGEST_BYTES = 4 << 20


def load(path: str) -> Document:
    """The members of a TOML file."""
    found = source(path)
    where = Where(path)
    if found.size > LARGEST_BYTES:
        raise InputError.at(where, f"is larger than {LARGEST_BYTES >> 20} MiB", remedy="give a file written by hand")
    data = found.read()
    try:
        given = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError.at(where, f"is no TOML: {error}", remedy="mend it, or give another file") from None
    return Document(path, sha256(data).hexdigest(), given)
