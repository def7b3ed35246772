"""Missions as QGC WPL, the text file of Mission Planner and other ground stations: one item a line, home first."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from dronectl.errors import Fault, InputError
from dronectl.mission import Mission
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document, Text
from dronectl.readers.plan.assemble import assemble
from dronectl.readers.plan.fence import FENCE_ITEMS, fence_of, fences
from dronectl.readers.plan.item import Item
from dronectl.readers.plan.run import Craft
from dronectl.where import Where

HEADER = re.compile(r"QGC WPL (110|120)\s*", re.ASCII)
COLUMNS = 12  # index, current, frame, command, four parameters, latitude, longitude, altitude, autocontinue
LARGEST = 1e12  # no index, parameter or height of a mission comes near it
WAYPOINT, RALLY = 16, 5100
MOST_ITEMS = 100_000


def accepts(value: Any) -> bool:
    """True for text that begins like a waypoint file."""
    return isinstance(value, Text) and value.lstrip().startswith("QGC")


def read(document: Document, choices: Choices) -> Mission:
    """The path through the file's items, its fence and its rally points.

    In version 110 the first item is home, its altitude the ground there above sea level; a file whose first item is
    something else has none. `choices.rtl_alt_m` is the height above take-off at which the aircraft returns.
    """
    faults: list[Fault] = []
    doubts: list[str] = []
    version, items = wpl_items(document, faults)
    home, ground = None, None
    if version == "110" and items:
        first = items[0]
        if first.command == WAYPOINT and first.jump_id == 0:
            home, ground = _home(first, document, faults)
            items = items[1:]
        else:
            document.note(first.where, f"the first item is command {first.command}, not home: home is not known")
    fence, inside = fences(fence_of(items, document, doubts), document, faults, document.where)
    return assemble(
        document,
        [item for item in items if item.command not in FENCE_ITEMS],
        home=home,
        ground_m=ground,
        craft=Craft(multirotor=True, speed_mps=None),
        fixed_wing=False,
        wing_mps=0.0,
        fence=fence,
        inside=inside,
        rally_at=_rally(items, document),
        where=document.where,
        faults=faults,
        doubts=doubts,
        rtl_alt_m=choices.rtl_alt_m,
    )


def wpl_items(document: Document, faults: list[Fault]) -> tuple[str, list[Item]]:
    """The version and all items; every line that is none is a fault."""
    lines = document.value.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip())
    header = HEADER.fullmatch(lines[start].strip())
    if header is None:
        what = f"the first line is {lines[start].strip()[:40]!r}, not 'QGC WPL 110'"
        raise InputError.at(_line(document, start), what, remedy="export the waypoints again")
    items: list[Item] = []
    for number, line in enumerate(lines[start + 1 :], start + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if len(items) >= MOST_ITEMS:
            raise InputError.at(
                _line(document, number), f"has more than {MOST_ITEMS} items", remedy="split the mission"
            )
        made = _item(line.split(), _line(document, number), header[1], faults)
        if made:
            items.append(made)
    indices = [item.jump_id for item in items]
    if len(set(indices)) < len(indices):
        document.note(document.where, "has two items with the same index: jumps go to the last of them")
    return header[1], items


def _item(words: list[str], where: Where, version: str, faults: list[Fault]) -> Item | None:
    if len(words) != COLUMNS:
        faults.append(Fault(where, f"has {len(words)} columns, not {COLUMNS}", "export the waypoints again"))
        return None
    values: list[float] = []
    for column, word in enumerate(words):
        try:
            value = float(word)
        except ValueError:
            faults.append(Fault(where, f"column {column + 1} is {word!r}, not a number", "export the waypoints again"))
            return None
        unset = value != value and 4 <= column < 11  # NaN: not set
        if not unset and not abs(value) < LARGEST:
            faults.append(Fault(where, f"column {column + 1} is {word}", "write the true value"))
            return None
        values.append(value)
    index, frame, command = (int(values[k]) for k in (0, 2, 3))
    return Item(command, frame, values[4:11], index + (1 if version == "120" else 0), where)


def _rally(items: list[Item], document: Document) -> tuple[tuple[float, float], ...]:
    """The rally points; one that is none is remarked on."""
    made = []
    for item in items:
        lat, lon = item.params[4:6]
        if item.command == RALLY and abs(lat) <= 90 and abs(lon) <= 180:
            made.append((lon, lat))
        elif item.command == RALLY:
            document.note(item.where, "is no rally point: nobody can land there")
    return tuple(made)


def _line(document: Document, number: int) -> Where:
    return Where(document.path, f"line {number + 1}")


def _home(item: Item, document: Document, faults: list[Fault]) -> tuple[tuple[float, float] | None, float | None]:
    lat, lon, metres = item.params[4:7]
    if not (isfinite(lat) and isfinite(lon)) or (lat == 0 and lon == 0):
        document.note(item.where, "home names no place", "set the home position in the planner")
        return None, None
    if abs(lat) > 90 or abs(lon) > 180:
        faults.append(
            Fault(item.where, f"home {lat:g}, {lon:g} (latitude, longitude) is not on the globe", "check home")
        )
        return None, None
    return (lon, lat), metres if isfinite(metres) and metres != 0 else None
