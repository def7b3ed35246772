"""Pixels as a PNG (ISO/IEC 15948), the same bytes for the same pixels."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import numpy as np


def data_uri(values: Any) -> str:
    """Pixels, (bands, rows, columns) of one band or three, as an address that carries them."""
    if values.dtype != np.uint8:
        low, high = float(values.min()), float(values.max())
        values = ((values - low) / max(high - low, 1e-9) * 255).astype(np.uint8)
    rows = np.moveaxis(values, 0, -1)
    height, width, bands = rows.shape
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 2 if bands == 3 else 0, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(raw, 9)) + _chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(made).decode()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
