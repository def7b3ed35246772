"""Binary files told apart by their first bytes; they are read in a stream by the reader of their format."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from dronectl.errors import InputError
from dronectl.readers.choices import Progress
from dronectl.readers.source import Source
from dronectl.records import dataclass
from dronectl.where import Where

ULOG, DATAFLASH, TLOG, ZIP = "PX4 ULog", "ArduPilot DataFlash log", "MAVLink telemetry log", "ZIP archive"
GPKG, FLATGEOBUF, SHAPEFILE = "GeoPackage", "FlatGeobuf", "Shapefile"
TABLES = frozenset({GPKG, FLATGEOBUF, SHAPEFILE})
GPKG_IDS = (b"GPKG", b"GP10", b"GP11")  # application_id at byte 68 of the SQLite header: OGC 12-128r19, 1.1.1.1.1
MAGICS = {
    b"ULog\x01\x12\x35": ULOG,
    b"\xa3\x95": DATAFLASH,
    b"fgb\x03fgb": FLATGEOBUF,
    b"\x00\x00\x27\x0a": SHAPEFILE,
    b"PK\x03\x04": ZIP,
    b"PK\x05\x06": ZIP,
}
PACKED = {
    b"\x1f\x8b": ("is compressed with gzip", "unpack it first: gunzip FILE"),
    b"BZh": ("is compressed with bzip2", "unpack it first: bunzip2 FILE"),
    b"\xfd7zXZ": ("is compressed with xz", "unpack it first: unxz FILE"),
    b"7z\xbc\xaf": ("is a 7-Zip archive", "unpack it first: 7z x FILE"),
    b"PAR1": ("is a Parquet file", "convert it to GeoPackage first: ogr2ogr zones.gpkg FILE"),
    b"%PDF": ("is a PDF", "ask the publisher for the data behind it"),
    b"\x89PNG": ("is a picture", "ask for the data behind it"),
    b"\xff\xd8\xff": ("is a picture", "ask for the data behind it"),
}
FIRST_TLOG_US, LAST_TLOG_US = 946_684_800_000_000, 4_102_444_800_000_000  # the years 2000 to 2100, in microseconds
MAVLINK_MARKS = (0xFE, 0xFD)  # start of a MAVLink 1 and a MAVLink 2 packet


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary file of a known kind, not read yet."""

    kind: str
    source: Source

    def open(self, progress: Progress | None = None) -> BinaryIO:
        """A stream from the first byte; `progress` hears how much of the file was read."""
        stream = self.source.open()
        if progress is None:
            return stream
        return cast(BinaryIO, _Watched(stream, self.source, progress))


class _Watched:
    """A stream that tells how far it was read."""

    def __init__(self, stream: BinaryIO, source: Source, progress: Progress) -> None:
        self.stream, self.source, self.progress = stream, source, progress
        self.farthest = 0

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.farthest = max(self.farthest, self.stream.tell())
        self.progress(self.source.path, self.farthest / max(self.source.size, 1))
        return data

    def __enter__(self) -> _Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def kind_of(head: bytes, where: Where) -> str | None:
    """What kind of binary file begins like this; None for text. Refuses what must be unpacked first."""
    for magic, (what, remedy) in PACKED.items():
        if head.startswith(magic):
            raise InputError.at(where, what, remedy=remedy)
    for magic, kind in MAGICS.items():
        if head.startswith(magic):
            return kind
    if head.startswith(b"SQLite format 3\0"):
        if head[68:72] in GPKG_IDS:
            return GPKG
        raise InputError.at(where, "is a SQLite database, and no GeoPackage", remedy="export a GeoPackage from it")
    dated = FIRST_TLOG_US <= int.from_bytes(head[:8], "big") <= LAST_TLOG_US
    return TLOG if dated and len(head) > 8 and head[8] in MAVLINK_MARKS else None
