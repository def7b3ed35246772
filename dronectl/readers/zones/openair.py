"""Zones as OpenAir, the text file of gliding and paragliding: classes, limits, arcs and circles, line by line.

Arcs become edges that hold the true arc: outside it where the zone bulges, on it where the zone is hollowed.
"""

from __future__ import annotations

import re
from dataclasses import field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault
from dronectl.measures import METRES_PER_FLIGHT_LEVEL, METRES_PER_FOOT, METRES_PER_NAUTICAL_MILE, Band, Datum, Height
from dronectl.readers import airspace, arcs, footprints, values
from dronectl.readers.arcs import Arc
from dronectl.readers.assembly import Sketch, zone_file
from dronectl.readers.choices import Choices
from dronectl.readers.document import OPENAIR, Document, Text
from dronectl.readers.footprints import Draft
from dronectl.records import dataclass
from dronectl.schedule import Period
from dronectl.where import Where
from dronectl.zone import ZoneFile

PART = r"(\d{1,3}):(\d{1,2}(?:\.\d+)?)(?::(\d{1,2}(?:\.\d+)?))?\s*"
PLACE = re.compile(rf"\s*(?:{PART}|(\d+\.\d+)\s*)([NS])[\s,]*(?:{PART}|(\d+\.\d+)\s*)([EW])\s*", re.IGNORECASE)
LIMIT = re.compile(
    r"(?:ALT\s*)?(-?\d+(?:\.\d+)?)\s*(FT|F|M|FL)?\s*(AGL|GND|SFC|AGND|ASFC|AMSL|MSL|ALT|STD)?", re.IGNORECASE
)
UNLIMITED = frozenset({"UNL", "UNLIM", "UNLTD", "UNLIMITED"})
DATUMS = {"AGL": Datum.AGL, "GND": Datum.AGL, "SFC": Datum.AGL, "AGND": Datum.AGL, "ASFC": Datum.AGL, "STD": Datum.FL}
LINE_REACH_M = 100.0  # what is drawn as a line is undecided this near to it
SILENT = frozenset({"AF", "AG", "AX", "AT", "AI", "SP", "SB", "TO", "TC", "AR"})  # frequency, call sign, drawing
HOURS = frozenset({"AP", "AW", "TW"})


@dataclass(slots=True)
class _Airspace:
    """One airspace while its lines are read."""

    where: Where
    kind: str
    type: str = ""
    name: str = ""
    lower: Height | None = None
    upper: Height | None = None
    limits: set[str] = field(default_factory=set)
    outline: list[tuple[float, float] | Arc] = field(default_factory=list)
    circles: list[tuple[tuple[float, float], float]] = field(default_factory=list)
    airway: list[tuple[float, float]] = field(default_factory=list)
    width_m: float | None = None
    periods: list[Period] = field(default_factory=list)
    broken: str = ""
    """Why its outline cannot be trusted; empty where it can."""
    band_doubt: str = ""
    clockwise: bool = True
    centre: tuple[float, float] | None = None
    stale: bool = False
    """True while the centre is that of the airspace before."""

    @property
    def empty(self) -> bool:
        """True where the file only sets colours for what follows."""
        shaped = self.outline or self.circles or self.airway or self.broken
        return not (shaped or self.name or self.limits)


def accepts(value: Any) -> bool:
    """True for text with a line that opens an airspace."""
    return isinstance(value, Text) and OPENAIR.search(value) is not None


def read(document: Document, choices: Choices) -> ZoneFile:
    """The airspaces of a file; what of one cannot be read makes it undecided where it could matter."""
    faults: list[Fault] = []
    spaces = _spaces(document, faults)
    sketches = [_sketch(space, _drafts(space, document, faults), document, choices) for space in spaces]
    return zone_file(document, sketches, faults, choices, "OpenAir")


def _spaces(document: Document, faults: list[Fault]) -> list[_Airspace]:
    spaces: list[_Airspace] = []
    centre: tuple[float, float] | None = None
    for number, line in enumerate(document.value.splitlines(), 1):
        words = re.split(r"\*|;", line, maxsplit=1)[0].strip()
        if not words:
            continue
        where = Where(document.path, f"line {number}")
        record, value = [*words.split(None, 1), ""][:2]
        record = record.upper()
        if record == "AC":
            spaces.append(_Airspace(where, value.upper(), centre=centre, stale=centre is not None))
        elif not spaces:
            document.note(where, f"{words[:30]!r} stands before the first airspace", "begin an airspace with AC")
        else:
            _record(spaces[-1], record, value, where, document)
            centre = spaces[-1].centre
    empty = [space for space in spaces if space.empty]
    for space in empty:
        document.note(space.where, "opens an airspace and says nothing of it: not a zone")
    return [space for space in spaces if not space.empty]


def _record(space: _Airspace, record: str, value: str, where: Where, document: Document) -> None:
    if record == "AN":
        space.name = value
    elif record == "AY":
        space.type = value.upper()
    elif record in ("AL", "AH"):
        _limit(space, record, value, where, document)
    elif record == "AA":
        space.periods.append(_active(value, where, document))
    elif record.rstrip("!") in HOURS:
        document.note(where, f"the hours {value[:40]!r} are not read: the zone is taken to be in force always")
    elif record == "V":
        _variable(space, value, where, document)
    elif record in ("DP", "DY", "DC", "DA", "DB"):
        _shape(space, record, value, where, document)
    elif record.startswith("D"):
        _break(space, f"record {record[:12]!r} is not known, and it may be part of the outline", where, document)
    elif record not in SILENT:
        document.note(where, f"record {record[:12]!r} is not known")


def _variable(space: _Airspace, value: str, where: Where, document: Document) -> None:
    name, _, given = value.partition("=")
    name, given = name.strip().upper(), given.strip()
    if name == "X":
        space.centre, space.stale = _place(given), False
        if space.centre is None:
            _break(space, f"the centre {given!r} is no position", where, document)
    elif name == "D":
        space.clockwise = not given.startswith("-")
    elif name == "W":
        miles = _number(given)
        space.width_m = miles * METRES_PER_NAUTICAL_MILE if miles is not None and miles > 0 else None


def _shape(space: _Airspace, record: str, value: str, where: Where, document: Document) -> None:
    parts = [part.strip() for part in value.split(",")]
    if record in ("DP", "DY"):
        place = _place(value)
        if place is None and (found := PLACE.match(value)) and value[found.end() - 1 : found.end()].isspace():
            place = _place(found[0])
            document.note(where, f"{value[found.end() :][:30]!r} stands behind the position and is left aside")
        if place is None:
            _break(space, f"{value!r} is no position", where, document)
        else:
            (space.outline if record == "DP" else space.airway).append(place)
        return
    if space.centre is None:
        _break(space, f"{record} has no centre: V X= is missing", where, document)
        return
    if space.stale:
        document.note(where, f"{record} turns about the centre of the airspace before", "give V X= in every airspace")
        space.stale = False
    if record == "DB":
        ends = [_place(part) for part in parts[:2]]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            _break(space, f"{value!r} are no two positions", where, document)
            return
        (a0, r0), (a1, r1) = (arcs.polar(space.centre, end) for end in (ends[0], ends[1]))
        sweep = (a1 - a0) % 360 if space.clockwise else -((a0 - a1) % 360)
        space.outline.append(Arc(space.centre, (r0, r1), a0, sweep, (ends[0], ends[1])))
        return
    figures = [_number(part) for part in parts]
    wanted = 1 if record == "DC" else 3
    if len(figures) != wanted or any(figure is None for figure in figures) or not figures[0] or figures[0] < 0:
        _break(space, f"{record} {value!r} is not understood", where, document)
        return
    values = [figure for figure in figures if figure is not None]
    radius = values[0] * METRES_PER_NAUTICAL_MILE
    if record == "DC":
        space.circles.append((space.centre, radius))
        return
    a0, a1 = values[1], values[2]
    sweep = (a1 - a0) % 360 if space.clockwise else -((a0 - a1) % 360)
    if sweep == 0 and a0 != a1:
        sweep = 360.0 if space.clockwise else -360.0
    space.outline.append(Arc(space.centre, (radius, radius), a0, sweep, None))


def _break(space: _Airspace, what: str, where: Where, document: Document) -> None:
    document.note(where, what, "mend the line, or ask the publisher")
    space.broken = space.broken or f"{where.path}: {what}"


def _place(words: str) -> tuple[float, float] | None:
    """Longitude and latitude; None for what is no position, such as one with 60 minutes."""
    found = PLACE.fullmatch(words)
    if found is None:
        return None
    lat, lon = _degrees(found.groups()[0:4]), _degrees(found.groups()[5:9])
    if lat is None or lon is None or lat > 90 or lon > 180:
        return None
    return (-lon if found[10].upper() == "W" else lon), (-lat if found[5].upper() == "S" else lat)


def _degrees(parts: tuple[str | None, ...]) -> float | None:
    whole, minutes, seconds, decimal = parts
    if decimal is not None:
        return float(decimal)
    if whole is None or minutes is None or float(minutes) >= 60 or float(seconds or 0) >= 60:
        return None
    return int(whole) + float(minutes) / 60 + float(seconds or 0) / 3600


def _number(words: str) -> float | None:
    return float(words) if re.fullmatch(r"-?\d{1,6}(?:\.\d+)?|\.\d+", words) else None


def _limit(space: _Airspace, record: str, value: str, where: Where, document: Document) -> None:
    side = "lower" if record == "AL" else "upper"
    if side in space.limits:
        document.note(where, f"a second {side} limit: the wider of the two is kept")
    words = re.sub(r"\s+", " ", value.upper())
    height: Height | None = None
    level = re.fullmatch(r"FL ?(\d+)", words)
    found = LIMIT.fullmatch(words)
    if words in ("GND", "SFC", "0"):
        height = Height(0.0, Datum.AGL)
    elif level:
        height = Height(float(level[1]) * METRES_PER_FLIGHT_LEVEL, Datum.FL)
    elif found and found[2] != "FL":
        metres = float(found[1]) * (1.0 if found[2] == "M" else METRES_PER_FOOT)
        height = Height(metres, DATUMS.get(found[3] or "", Datum.AMSL))
    elif words not in UNLIMITED:
        document.note(
            where, f"the {side} limit {value!r} is not understood", "write 2500ft AMSL, 1000ft AGL, GND or FL95"
        )
        space.band_doubt = f"its {side} limit {value!r} is not understood"
    known = space.lower if side == "lower" else space.upper
    if side in space.limits and known is not None and height is not None and known.datum is height.datum:
        pick = min if side == "lower" else max
        height = pick(known, height, key=lambda limit: limit.metres)
    elif side in space.limits:
        height = None  # over two datums neither is surely the wider
        space.band_doubt = f"it has two {side} limits over different datums"
    space.limits.add(side)
    if side == "lower":
        space.lower = height
    else:
        space.upper = height


def _active(value: str, where: Where, document: Document) -> Period:
    """An activation `start/end`; NONE leaves an end open."""
    ends: list[datetime | None] = []
    words = value.split("/") if value.upper() != "NONE" else ["NONE", "NONE"]
    for word in words if len(words) == 2 else []:
        try:
            made = None if word.strip().upper() == "NONE" else values.instant(word.strip(), last=bool(ends))
        except ValueError:
            break
        ends.append(made if made is None or made.tzinfo is not None else made.replace(tzinfo=UTC))
    if len(ends) != 2 or (ends[0] is not None and ends[1] is not None and ends[1] < ends[0]):
        document.note(where, f"the activation {value!r} is not understood", "write start/end in ISO 8601, or NONE")
        return Period(doubt=f"its activation {value!r} is not understood")
    return Period(start=ends[0], end=ends[1])


def _drafts(space: _Airspace, document: Document, faults: list[Fault]) -> list[Draft]:
    band = _band(space, document)
    if space.broken:
        known = [*space.outline, *space.airway]
        points = [point for part in known for point in (arcs.on_arc(part) if isinstance(part, Arc) else [part])]
        points += [point for circle in space.circles for point in arcs.around(*circle)]
        return [Draft(space.where, band, doubt=space.broken, points=[np.array(points)] if points else [])]
    made = [footprints.circle(list(c), r, band, document, faults, space.where) for c, r in space.circles]
    if space.outline:
        ring = [list(point) for point in arcs.outline(space.outline)]
        if len({tuple(point) for point in ring}) < 3:
            document.note(space.where, "is a line, not an area", "draw it round the place")
            points = [corner for point in ring for corner in arcs.around((point[0], point[1]), LINE_REACH_M)]
            return [Draft(space.where, band, doubt="its outline is a line, not an area", points=[np.array(points)])]
        made.append(footprints.polygons("Polygon", [[*ring, ring[0]]], band, document, faults, space.where))
    if space.airway:
        made.extend(_airway(space, band, document, faults))
    if not made:
        made.append(footprints.nowhere("has no outline", band, document, space.where))
    for draft in made:
        draft.band_doubt = space.band_doubt
    return made


def _band(space: _Airspace, document: Document) -> Band:
    for side in ("lower", "upper"):
        if side not in space.limits:
            document.note(space.where, f"states no {side} limit", "add AL and AH")
    return Band(space.lower, space.upper)


def _airway(space: _Airspace, band: Band, document: Document, faults: list[Fault]) -> list[Draft]:
    """A corridor: a disc round every point and a strip along every leg; undecided round it where no width is stated."""
    if space.width_m is None or len(space.airway) < 2:
        what = "is an airway without a width (V W=)" if space.width_m is None else "is an airway of one point"
        document.note(space.where, what, "state its width in nautical miles")
        reach = METRES_PER_NAUTICAL_MILE * 10
        points = [point for place in space.airway for point in arcs.around(place, reach)]
        return [Draft(space.where, band, doubt=f"it {what}", points=[np.array(points)])]
    half = space.width_m / 2
    made = [footprints.circle(list(place), half, band, document, faults, space.where) for place in space.airway]
    for a, b in pairwise(space.airway):
        azimuth, _ = arcs.polar(a, b)
        back, _ = arcs.polar(b, a)
        sides = [(a, azimuth - 90), (b, back + 90), (b, back - 90), (a, azimuth + 90)]
        ring = []
        for place, bearing in sides:
            lon, lat = geometry.beside(np.array([place[0]]), np.array([place[1]]), bearing, half)
            ring.append([float(lon[0]), float(lat[0])])
        made.append(footprints.polygons("Polygon", [[*ring, ring[0]]], band, document, faults, space.where))
    return made


def _sketch(space: _Airspace, drafts: list[Draft], document: Document, choices: Choices) -> Sketch:
    kind = space.type or space.kind
    restriction = airspace.restriction(kind, choices)
    doubts = []
    if restriction is None:
        document.note(
            space.where, f"class {kind!r} is not known", "use a class of OpenAir, or name it in dronectl.toml"
        )
        doubts.append(f"its class {kind!r} is not known")
    doubts.extend([space.band_doubt] if space.band_doubt else [])
    if not space.name:
        document.note(space.where, "has no name", "add AN")
    name = space.name or f"{kind} at {space.where.path}"
    return Sketch(
        id=name,
        name=name,
        restriction=restriction,
        reasons=("AIR_TRAFFIC",),
        drafts=drafts,
        periods=tuple(space.periods) if all(p.start or p.end or p.doubt for p in space.periods) else (),
        where=space.where,
        conditions=airspace.CONDITION.format(kind) if restriction is airspace.WAIT else "",
        doubts=doubts,
    )
