"""ZIP archives opened with suspicion: how many members, how large, how well packed, and where their names lead."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Container, Iterable

from dronectl.errors import InputError
from dronectl.readers.source import Source
from dronectl.records import dataclass
from dronectl.where import Where

MOST_MEMBERS = 10_000
LARGEST_MEMBER = 256 << 20
LARGEST_TOTAL = 512 << 20
HIGHEST_RATIO = 1_000  # deflate packs no better than 1,032 : 1; text of coordinates packs 10 : 1
RATIO_FROM = 1 << 20
MAPS = (".geojson", ".gpkg", ".fgb", ".shp", ".kml", ".kmz", ".gml", ".tab", ".mif", ".dxf", ".zip")
"""What members may hold areas."""
PATHS = (
    ".geojson", ".kml", ".kmz", ".wpml", ".gpx", ".plan", ".waypoints", ".csv", ".igc", ".srt", ".tlog", ".ulg", ".zip",
)  # fmt: skip
"""What members may hold paths."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of a ZIP file, none of them unpacked."""

    source: Source
    names: tuple[str, ...]

    @property
    def where(self) -> Where:
        return Where(self.source.path)

    def find(self, suffix: str) -> str | None:
        """The first member of `every`; None where there is none."""
        return next(iter(self.every(suffix)), None)

    def every(self, suffix: str) -> list[str]:
        """All members whose names end so (any case), by depth and name; not what macOS keeps beside each of them."""
        found = [name for name in self.names if name.lower().endswith(suffix) and not name.startswith("__MACOSX/")]
        return sorted(found, key=lambda name: (name.count("/"), name))

    def beside(self, suffixes: Iterable[str], read: Container[str]) -> list[str]:
        """The members of some kinds that are not among those read."""
        return [name for suffix in suffixes for name in self.every(suffix) if name not in read]

    def read(self, name: str) -> bytes:
        """The bytes of one member; an `InputError` where they are damaged, encrypted, or more than they claim."""
        where = Where(self.source.path, name)
        try:
            with self.source.open() as stream, zipfile.ZipFile(stream) as opened:
                info = opened.getinfo(name)
                if info.flag_bits & 1:
                    raise InputError.at(where, "is encrypted", remedy="unpack the archive with its password first")
                with opened.open(info) as member:
                    data = member.read(LARGEST_MEMBER + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, KeyError, ValueError) as error:
            raise InputError.at(where, f"cannot be unpacked: {error}", remedy="copy or export it again") from None
        if len(data) > LARGEST_MEMBER:
            raise InputError.at(where, "unpacks to more than 256 MiB", remedy="split the file")
        return data


def archive(source: Source) -> Archive:
    """The archive behind a source; an `InputError` where it is damaged or out to harm."""
    where = Where(source.path)
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as opened:
            infos = opened.infolist()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise InputError.at(where, f"is no readable ZIP archive: {error}", remedy="copy or export it again") from None
    if len(infos) > MOST_MEMBERS:
        raise InputError.at(where, f"holds {len(infos)} members, more than {MOST_MEMBERS}", remedy="export it again")
    total = 0
    for info in infos:
        total += info.file_size
        parts = re.split(r"[/\\]", info.filename)
        if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in info.filename:
            what = f"holds a member named {info.filename[:80]!r}, which leads out of its folder"
            raise InputError.at(where, what, remedy="do not trust this file")
        if info.file_size > RATIO_FROM and info.file_size > HIGHEST_RATIO * max(info.compress_size, 1):
            what = (
                f"its member {info.filename[:80]!r} unpacks to {info.file_size / max(info.compress_size, 1):.0f} times"
            )
            raise InputError.at(where, what, remedy="do not trust this file")
    if total > LARGEST_TOTAL:
        raise InputError.at(where, "unpacks to more than 512 MiB", remedy="split the file")
    return Archive(source, tuple(info.filename for info in infos if not info.is_dir()))
