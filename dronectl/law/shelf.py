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
    packs = []
    for entry in sorted(resources.files("dronectl.law").joinpath("packs").iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".toml"):
            continue
        data = entry.read_bytes()
        given = tomllib.loads(data.decode("utf-8"))
        path = PREFIX + entry.name
        packs.append(pack_of(given, path, hashlib.sha256(data).hexdigest()))
    return with_bases(packs)


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
