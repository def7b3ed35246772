"""A zip with one form only: the same members give the same bytes, and any other byte is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import field
from pathlib import PurePosixPath

from dronectl.errors import UsageError
from dronectl.records import dataclass

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip can say
MODE = 0o100644 << 16
MOST_MEMBERS = 20_000
MOST_BYTES = 1 << 30


@dataclass(slots=True)
class Unpacked:
    """The members of a box, and what is wrong with how they lie in it."""

    members: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def pack(members: Mapping[str, bytes]) -> bytes:
    """The members as a zip, sorted by name, without compression: bytes do not hang on a library's edition."""
    if sum(len(data) for data in members.values()) > MOST_BYTES or len(members) > MOST_MEMBERS:
        raise UsageError("what would be kept is larger than 1 GiB: leave rasters out, or make several")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as box:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, MODE
            box.writestr(entry, members[name])
    return whole.getvalue()


def unpack(data: bytes) -> Unpacked:
    """The members of a zip. A fault for every member that cannot be trusted, and for bytes that a box does not have."""
    made = Unpacked()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            entries = box.infolist()
            if len(entries) > MOST_MEMBERS or sum(entry.file_size for entry in entries) > MOST_BYTES:
                return Unpacked(faults=["it claims to hold more than a dossier does"])
            for entry in entries:
                _read(box, entry, made)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError) as error:
        return Unpacked(made.members, [*made.faults, f"it is no whole zip: {error}"])
    if not made.faults and (again := pack(made.members)) != data:
        made.faults.append(_differs(data, again))
    return made


def _read(box: zipfile.ZipFile, entry: zipfile.ZipInfo, made: Unpacked) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\\" in name or ".." in parts or entry.is_dir():
        made.faults.append(f"{name!r} is no name of a member")
    elif entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        made.faults.append(f"{name} is compressed or encrypted")
    elif name in made.members:
        made.faults.append(f"{name} is there twice")
    else:
        try:
            made.members[name] = box.read(entry)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
            made.faults.append(f"{name} was changed: {error}")


def _differs(data: bytes, again: bytes) -> str:
    """Where bytes are not those of a box, and in which member's head they lie."""
    least = min(len(data), len(again))
    at = next((k for k in range(least) if data[k] != again[k]), least)
    return f"byte {at} is not one that a dossier has there ({_owner(again, at)})"


def _owner(whole: bytes, at: int) -> str:
    with zipfile.ZipFile(io.BytesIO(whole)) as box:
        for entry in reversed(box.infolist()):
            if entry.header_offset <= at < box.start_dir:
                return f"at {entry.filename}"
    return "the list at its end"
