"""One form for a JSON value, so that a digest of it means something: RFC 8785."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any


def dumps(value: Any) -> bytes:
    """A JSON value as RFC 8785 writes it; `ValueError` for what has no such form (NaN, integers beyond 2^53)."""
    import rfc8785

    made: bytes = rfc8785.dumps(value)
    return made


def loads(data: bytes) -> Any:
    """A JSON value that stands in its canonical form and in no other; `ValueError` where it does not."""
    try:
        value = json.loads(data)
        same = dumps(value) == data
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"is no JSON: {error}") from None
    if not same:
        raise ValueError("is not in the form of RFC 8785")
    return value


def digest(data: bytes) -> str:
    """SHA-256 as hexadecimal digits."""
    return sha256(data).hexdigest()
