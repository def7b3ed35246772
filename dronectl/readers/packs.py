"""Rule packs of the user's own: TOML files, or the name of a pack that ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dronectl import bundled
from dronectl.errors import Fault, InputError
from dronectl.folders import all_in
from dronectl.law import Pack, bundled_packs, pack_of, unconfirmed, with_bases
from dronectl.law.faults import faults_of
from dronectl.readers import toml
from dronectl.where import Where

HOUSE = "house"  # the regime of rules that are nobody's law


def read_packs(paths: Sequence[str], shipped: Sequence[Pack] | None = None) -> tuple[tuple[Pack, ...], tuple[str, ...]]:
    """All packs, those that ship and those of the paths; and the identifiers of the packs that were asked for.

    A path may be a folder, or the identifier of a pack that ships (`house`). `shipped` stands for those that ship.
    Raises `InputError` with all faults.
    """
    shipped = bundled_packs() if shipped is None else shipped
    own: list[Pack] = []
    asked: list[str] = []
    faults: list[Fault] = []
    for path in paths:
        if path in {pack.id for pack in shipped}:
            asked.append(path)
            continue
        try:
            inside = _below(path)
        except InputError as error:
            faults.extend(error.faults)
            continue
        for name in inside:
            try:
                own.append(read_pack(name))
            except InputError as error:
                faults.extend(error.faults)
    own, twice = _each_once(own)
    faults.extend(twice)
    known = unconfirmed((*shipped, *own))
    for pack in own:
        for identifier in pack.adopts:
            if identifier not in known:
                what = f"{identifier} is no limit of confidence C"
                faults.append(Fault(Where(pack.path, "adopt"), what, f"adopt one of {', '.join(sorted(known))}"))
        if pack.extends and pack.extends not in {other.name for other in (*shipped, *own)}:
            faults.append(
                Fault(Where(pack.path, "pack.extends"), f"{pack.extends} is no pack", "name pack and edition")
            )
    if faults:
        raise InputError(faults)
    whole = with_bases(own, shipped)
    asked.extend(pack.id for pack in whole)
    replaced = {pack.name for pack in whole}
    kept = tuple(pack for pack in shipped if pack.name not in replaced)
    faults.extend(_restated(whole, (*kept, *whole)))
    if faults:
        raise InputError(faults)
    return (*kept, *whole), tuple(dict.fromkeys(asked))


def _each_once(packs: Sequence[Pack]) -> tuple[list[Pack], list[Fault]]:
    """Packs, those that were given twice once, and a fault for each namesake of another: one would stand in for both."""
    found: dict[str, Pack] = {}
    faults: list[Fault] = []
    for pack in packs:
        first = found.setdefault(pack.name, pack)
        if first.sha256 != pack.sha256:
            what = f"is called {pack.name}, as {first.path} is, which says something else"
            faults.append(Fault(Where(pack.path, "pack"), what, "give it an id or an edition of its own"))
    return list(found.values()), faults


def _restated(own: Sequence[Pack], packs: Sequence[Pack]) -> list[Fault]:
    """A fault for each limit of the user's that another pack states as well, for one of the two would not be asked.

    A pack states anew what a pack of the house that it extends says, and an edition what another edition of its pack does.
    """
    faults: list[Fault] = []
    for pack in own:
        for other in packs:
            mine = pack.extends == other.name and other.regime == HOUSE
            if other.id == pack.id or mine or other.extends == pack.name:
                continue
            for name in sorted({limit.id for limit in pack.limits} & {limit.id for limit in other.limits}):
                what = f"states {name}, which {other.name} states as well: one of the two would not be asked"
                faults.append(
                    Fault(Where(pack.path, name), what, "give it an id of its own; a permit lifts a limit of the law")
                )
    return faults


def read_pack(path: str) -> Pack:
    """The pack of one file, or an `InputError` with all its faults."""
    document = toml.load(path)
    faults = faults_of(document.value, document.path)
    if faults:
        raise InputError(faults)
    return pack_of(document.value, document.path, document.sha256)


def _below(path: str) -> list[str]:
    folder = bundled.resolve(path)
    if not folder.is_dir():
        return [path]
    found = all_in(folder, (".toml",))
    if not found:
        raise InputError.at(Where(path), "holds no pack", remedy="name a folder with TOML files of rules")
    return [str(Path(path) / file.relative_to(folder)) for file in found]
