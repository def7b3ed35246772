"""The packs that ship with the tool, and which edition is in force on a day."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources

from dronectl.law.pack import Pack, pack_of

PREFIX = "bundled:packs/"


@cache
def bundled_packs() -> tuple[Pack, ...]:
    """Every pack in the folder, by identifier and edition; those that extend another with its limits.

    Their shape is held by a test, not looked at again on every run.
    """
    folder = resources.files("dronectl.law").joinpath("packs")
    entries = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name
    )
    return packs_in([(PREFIX + entry.name, entry.read_bytes()) for entry in entries])


def packs_in(files: Sequence[tuple[str, bytes]]) -> tuple[Pack, ...]:
    """The packs of some files (path and bytes) that are known to be whole; those that extend another with its limits."""
    packs = []
    for path, data in files:
        packs.append(pack_of(tomllib.loads(data.decode("utf-8")), path, hashlib.sha256(data).hexdigest()))
    return with_bases(packs)


def bundled_pack_bytes(path: str) -> bytes:
    """The file of a pack that ships."""
    return resources.files("dronectl.law").joinpath("packs", path.removeprefix(PREFIX)).read_bytes()


def with_bases(packs: Sequence[Pack], others: Sequence[Pack] = ()) -> tuple[Pack, ...]:
    """Packs that extend another one, with the limits of that one but those they leave out or state anew."""
    named = {pack.name: pack for pack in (*others, *packs)}
    whole = []
    for pack in packs:
        base = named.get(pack.extends)
        if base is not None:
            own = {limit.id for limit in pack.limits} | set(pack.without)
            kept = tuple(replace(limit, edition=pack.edition) for limit in base.limits if limit.id not in own)
            pack = replace(pack, limits=(*kept, *pack.limits))
        whole.append(pack)
    return tuple(whole)


def edition_on(packs: Sequence[Pack], identifier: str, day: date) -> Pack | None:
    """The edition of a pack that is in force on a day: the youngest, should several say so."""
    if day == date.max:  # no day is known: the newest there is
        return max((pack for pack in packs if pack.id == identifier), key=lambda pack: pack.valid_from, default=None)
    found = [
        pack
        for pack in packs
        if pack.id == identifier and pack.valid_from <= day and (pack.valid_until is None or day <= pack.valid_until)
    ]
    return max(found, key=lambda pack: pack.valid_from, default=None)
