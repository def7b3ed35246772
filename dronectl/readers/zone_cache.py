"""National zone files kept in parts, so that a check reads those of them that lie near its missions.

An entry holds the features of one file as they stand in it, the boxes round them, and what the file says of itself. It is
found by the digest of the file, which is taken anew every time: a file that changed has no entry. An entry is written whole
or not at all, is mapped and not copied, and every part that is used is checked first; one that is damaged is as good as none.
The features are read by the same reader as ever, so an answer does not hang on whether there was an entry. Nothing of
missions is kept.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from dronectl._version import __version__
from dronectl.geometry import grow
from dronectl.readers import mapping, values
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document, Part
from dronectl.readers.source import STDIN, source
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Beyond, Box, Remark, ZoneFile

FORMAT = 5
MAGIC = b"dronectl zones\n\0"
SUFFIX = ".zones"
LEAST_BYTES = 1 << 20  # a smaller file is read as quickly as its entry: a house figure
MOST_BYTES = 2 << 30  # of all entries together; the one that was used longest ago goes first: a house figure
COVERED_M = 50_000.0  # whether a file has a zone this near is asked of every check
METRES_A_DEGREE = 111_700.0  # of latitude, at most
# A zone of `SMALL_M` whose box comes within `NEAR_M` of that of a flight of `FLIGHT_M` is surely within `COVERED_M` of it:
# two diagonals, and 1.42 x `NEAR_M` between them. Where there is none, all within `WIDE_M` are read.
SMALL_M, FLIGHT_M, NEAR_M, WIDE_M = 10_000.0, 20_000.0, 10_000.0, 60_000.0
FEATURE = re.compile(r"\$\.features\[(\d+)\]")
SUFFIXES = (".geojson", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the cache: which file it is of, and how large it is."""

    path: Path
    sha256: str
    zones: int
    bytes: int
    of: str
    """The path under which the file was read when the entry was made."""


def find(path: str, choices: Choices) -> tuple[Document, Beyond] | None:
    """The zones of a file that may lie near `choices.around`, as a document for the reader, and what is left of the others.

    None where the file is to be read whole: it is small, or has no entry.
    """
    if choices.cache is None or choices.around is None or not _kind(path, choices):
        return None
    found = source(path)
    if found.size < LEAST_BYTES or found.file is None:
        return None
    digest = found.sha256()
    entry = choices.cache / _name(digest)
    try:
        with entry.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            made = _near(path, digest, data, choices.around)
        with suppress(OSError):
            os.utime(entry)  # it was used
        return made
    except (OSError, ValueError, KeyError, TypeError, IndexError, struct.error):
        return None  # no entry, or a damaged one: the file is read whole, and the entry is made anew


def keep(path: str, document: Document, file: ZoneFile, choices: Choices) -> None:
    """Keep an entry for a file that was read; nothing is said where that cannot be done."""
    if choices.cache is None or not document.counted or document.part is not None or not _kind(path, choices):
        return
    raw = source(path)
    if raw.size < LEAST_BYTES or raw.file is None or len(document.value["features"]) != len(file.zones):
        return
    with suppress(OSError, ValueError):  # what cannot be written as JSON again, such as half a letter, is not kept
        folder = ready(choices.cache)
        if folder is None or (choices.around is None and (folder / _name(document.sha256)).exists()):
            return  # where `around` is given, `find` has found no entry, or a damaged one
        handle, name = tempfile.mkstemp(prefix=".", suffix=SUFFIX, dir=folder)
        try:
            with os.fdopen(handle, "wb") as into:
                into.writelines(_parts(path, document, file))
            Path(name).replace(folder / _name(document.sha256))
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
        _trim(folder)


def ready(folder: Path) -> Path | None:
    """The folder, made where it is not there; None where somebody else could write into it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if hasattr(os, "geteuid") and (state.st_uid != os.geteuid() or state.st_mode & 0o022):
        return None
    return folder


def entries(folder: Path) -> list[Entry]:
    """What lies in the cache, the one used last first."""
    made = []
    for path in sorted(_files(folder), key=lambda file: -file.stat().st_mtime):
        with suppress(OSError, ValueError, KeyError, TypeError, struct.error), path.open("rb") as file:
            head, _ = _head(file.read(1 << 26))
            made.append(
                Entry(path=path, sha256=head["sha256"], zones=head["zones"], bytes=path.stat().st_size, of=head["of"])
            )
    return made


def clear(folder: Path) -> int:
    """Take every entry away, and what a run that was killed left; how many went."""
    gone = 0
    for path in list(_files(folder, hidden=True)):
        with suppress(FileNotFoundError):
            path.unlink()
            gone += 1
    return gone


def _files(folder: Path, *, hidden: bool = False) -> Iterator[Path]:
    if folder.is_dir():
        yield from (file for file in folder.glob(f"*{SUFFIX}") if hidden or not file.name.startswith("."))
        if hidden:
            yield from folder.glob(f".*{SUFFIX}")


def _trim(folder: Path) -> None:
    """Keep within `MOST_BYTES`."""
    files = sorted(((file.stat(), file) for file in _files(folder)), key=lambda pair: -pair[0].st_mtime)
    total = 0
    for state, file in files:
        total += state.st_size
        if total > MOST_BYTES:
            with suppress(OSError):
                file.unlink()


def _kind(path: str, choices: Choices) -> bool:
    """True for a file that may be GeoJSON or ED-269, and has no mapping."""
    if path == STDIN or not path.lower().endswith(SUFFIXES):
        return False
    return mapping.find(path, choices.mapping, mapping.ZONE_MEMBERS) is None


def _name(digest: str) -> str:
    return f"{digest}-{FORMAT}-{__version__}{SUFFIX}"


def _parts(path: str, document: Document, file: ZoneFile) -> Iterator[bytes]:
    """The bytes of an entry: a head, columns of numbers, names, and the features."""
    from pydantic_core import to_json

    listed = document.value["features"]
    features = [to_json(feature) for feature in listed]
    found = (FEATURE.match(remark.where.path) for remark in document.remarks)
    odd = {
        int(match[1]) for match in found if match
    }  # what is remarked on is read wherever it lies, to be remarked on again
    boxes = np.full((len(features), 4), np.nan)
    middles = np.full((len(features), 2), np.nan)
    for row, zone in enumerate(file.zones):
        known = [volume.box for volume in zone.volumes]
        placed = [box for box in known if box is not None]
        if placed:
            middles[row] = (placed[0][0] + placed[0][2]) / 2, (placed[0][1] + placed[0][3]) / 2
        if len(placed) == len(known) and placed and row not in odd and not _always(listed[row]):
            low, high = np.array(placed)[:, :2].min(axis=0), np.array(placed)[:, 2:].max(axis=0)
            boxes[row] = (*low, *high)
    columns = [
        boxes.astype("<f8").tobytes(), middles.astype("<f8").tobytes(),
        np.cumsum([0, *map(len, features)]).astype("<i8").tobytes(),
        np.array([zlib.crc32(part) for part in features], dtype="<u4").tobytes(),
        json.dumps([zone.id for zone in file.zones]).encode(),
    ]  # fmt: skip
    told = [[remark.where.path, remark.what, remark.remedy] for remark in document.of_bytes]
    head = json.dumps({
        "sha256": document.sha256, "module": _module(document.value), "of": str(Path(path).absolute()),
        "zones": len(features), "profile": file.dataset.profile,
        "value": {name: value for name, value in document.value.items() if name != "features"}, "remarks": told,
        "columns": [len(column) for column in columns], "digest": sha256(b"".join(columns)).hexdigest(),
    }).encode()  # fmt: skip
    yield MAGIC + struct.pack("<QI", len(head), zlib.crc32(head)) + head
    yield from columns
    yield from features


def _module(value: Any) -> str:
    """The reader of a file that was read: GeoJSON says that it is a collection, ED-269 does not."""
    return "geojson" if value.get("type") == "FeatureCollection" else "ed269"


def _always(feature: Any) -> bool:
    """True for a zone that is read whole wherever it lies: it may be asked from afar, and what is odd may be anything."""
    if not isinstance(feature, dict):
        return True
    properties = feature.get("properties") if "properties" in feature else feature
    if not isinstance(properties, dict):
        return True
    if properties is feature:  # as ED-269 has it
        return "extendedProperties" in properties
    return "geometry" in properties or values.asked_from_afar(properties)


def _head(data: Any) -> tuple[dict[str, Any], int]:
    """The head of an entry, and where what follows it begins. Raises `ValueError` where it is damaged."""
    start = len(MAGIC) + struct.calcsize("<QI")
    if bytes(data[: len(MAGIC)]) != MAGIC:
        raise ValueError("no entry")
    length, crc = struct.unpack("<QI", bytes(data[len(MAGIC) : start]))
    head = bytes(data[start : start + length])
    if len(head) != length or zlib.crc32(head) != crc:
        raise ValueError("a damaged head")
    made = json.loads(head)
    return made, start + length


def _near(path: str, digest: str, data: Any, around: Sequence[Box]) -> tuple[Document, Beyond]:
    from pydantic_core import from_json

    head, at = _head(data)
    if head["sha256"] != digest:
        raise ValueError("not of this file")
    ends = np.cumsum(head["columns"]).tolist()
    columns = bytes(data[at : at + ends[-1]])
    if sha256(columns).hexdigest() != head["digest"]:
        raise ValueError("damaged columns")
    parts = [columns[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
    boxes, middles = (
        np.frombuffer(part, "<f8").reshape(-1, width) for part, width in zip(parts[:2], (4, 2), strict=True)
    )
    offsets, crcs = (np.frombuffer(part, kind) for part, kind in zip(parts[2:4], ("<i8", "<u4"), strict=True))
    chosen = _chosen(boxes, around)
    first = at + ends[-1]
    features = []
    for row in chosen.tolist():
        part = bytes(data[first + offsets[row] : first + offsets[row + 1]])
        if zlib.crc32(part) != crcs[row]:
            raise ValueError("a damaged feature")
        features.append(part)
    document = Document(path, digest, {**head["value"], "features": from_json(b"[" + b",".join(features) + b"]")})
    document.remarks = [Remark(where=Where(path, place), what=what, remedy=how) for place, what, how in head["remarks"]]
    document.part = Part(numbers=tuple(chosen.tolist()), of=len(boxes), profile=head["profile"], module=head["module"])
    left = np.delete(np.arange(len(boxes)), chosen)
    return document, Beyond(lon=middles[left, 0], lat=middles[left, 1], numbers=left, names=parts[4])


def _chosen(boxes: np.ndarray, around: Sequence[Box]) -> np.ndarray:
    """The rows that a check may need whole: those near, those anywhere, and what shows that the file speaks of the place."""
    near = np.isnan(boxes[:, 0]) | _meets(boxes, around)
    for box in around:
        small = _across(boxes) <= SMALL_M
        shown = np.flatnonzero(small & _meets(boxes, [grow(box, NEAR_M)]))
        if len(shown) and float(_across(np.array([box]))[0]) <= FLIGHT_M:
            near[shown[0]] = True
        else:
            near |= _meets(boxes, [grow(box, WIDE_M)])
    return np.flatnonzero(near)


def _across(boxes: np.ndarray) -> np.ndarray:
    """The diagonals of boxes in metres, at most."""
    tall, wide = (boxes[:, 3] - boxes[:, 1]) * METRES_A_DEGREE, (boxes[:, 2] - boxes[:, 0]) * METRES_A_DEGREE
    return np.asarray(np.hypot(tall, wide))


def _meets(boxes: np.ndarray, others: Sequence[Box]) -> np.ndarray:
    """Which boxes are not apart from all of some others, as `geometry.apart` says it of one; a box that is none is."""
    west, south, east, north = boxes.T
    held = np.zeros(len(boxes), dtype=bool)
    for left, low, right, high in others:
        beside = np.zeros(len(boxes), dtype=bool)
        for turn in (-360.0, 0.0, 360.0):
            beside |= (west <= right + turn) & (east >= left + turn)
        held |= beside & (south <= high) & (north >= low)
    return held
