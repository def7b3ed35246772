"""Tables that are held against flights: counters of aircraft, requests to fly, detections of drones."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan, nan

from dronectl.errors import Fault, InputError
from dronectl.readers import document as documents
from dronectl.readers import table
from dronectl.readers.moments import Clockwork
from dronectl.records import dataclass
from dronectl.where import Where

TIME = ("time", "timestamp", "datetime", "date", "tijd", "tijdstip", "datum")
NAMES = {
    "lat": ("lat", "latitude", "breedtegraad"), "lon": ("lon", "lng", "longitude", "lengtegraad"),
    "height": ("alt", "altitude", "height", "hoogte"),
    "id": ("id", "serial", "uas id", "remote id", "serienummer", "kenmerk"),
    "aircraft": ("aircraft", "toestel", "model", "serial", "serienummer"),
    "flights": ("flights", "vluchten", "total flights"), "hours": ("hours", "uren", "total hours"),
    "battery": ("battery", "accu", "batterij"), "cycles": ("cycles", "cycli"),
    "begin": ("from", "start", "begin", "van"), "end": ("until", "end", "einde", "tot"),
    "request": ("request", "aanvraag", "id"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the counters of one aircraft, or the cycles of one battery, said at a moment."""

    where: Where
    time: float
    until: float
    """It was read between the two: the whole day where the row tells no hour."""
    aircraft: str
    flights: float
    hours: float
    battery: str
    cycles: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to fly."""

    where: Where
    id: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One sighting of a drone by somebody else's sensor."""

    where: Where
    time: float
    lon: float
    lat: float
    height_m: float
    """NaN where it is not told."""
    id: str


def kind_of(text: object) -> str | None:
    """`counters` or `requests` for a table that is one of these and holds no positions, `detections` for one of several
    aircraft; None for any other. The text may end within a row.
    """
    sheet = table.header(text)
    if sheet is None:
        return None
    if any(name in sheet.columns for name in (*NAMES["lat"], *NAMES["lon"])):
        return "detections" if _of_several(sheet) else None
    has = {key for key, names in {**NAMES, "time": TIME}.items() if any(name in sheet.columns for name in names)}
    if "time" in has and has & {"flights", "hours", "cycles"}:
        return "counters"
    return "requests" if {"begin", "end"} <= has else None


def _of_several(sheet: table.Table) -> bool:
    """True where a column names several aircraft, some of them more than once: a log is of one, and numbers are of rows."""
    for name in NAMES["id"]:
        if name in sheet.columns:
            whole = sheet.text.splitlines()[sheet.first - 1 : None if sheet.text.endswith("\n") else -1]
            cells = (line.split(sheet.delimiter) for line in whole)
            named = [words for row in cells if (words := sheet.word(row, name))]
            return 1 < len(set(named)) < len(named)
    return False


class _Sheet:
    def __init__(self, path: str, what: str, needed: tuple[tuple[str, ...], ...]) -> None:
        self.document = documents.load(path)
        sheet = table.header(self.document.value)
        if sheet is None:
            raise InputError.at(self.document.where, f"is no table of {what}", remedy="give a CSV with a header line")
        self.sheet = sheet
        for names in needed:
            if not any(name in sheet.columns for name in names):
                remedy = f"add a column {names[0]!r}"
                raise InputError.at(self.document.where, f"is no table of {what}: it has no {names[0]}", remedy=remedy)

    def word(self, cells: list[str], names: tuple[str, ...]) -> str:
        return next((words for name in names if (words := self.sheet.word(cells, name))), "")

    def number(self, cells: list[str], names: tuple[str, ...]) -> float:
        return next((value for name in names if not isnan(value := self.sheet.number(cells, name))), nan)

    def rows(self) -> Iterator[tuple[Where, list[str]]]:
        for line, cells in self.sheet.rows(self.document):
            yield Where(self.document.path, f"line {line}"), cells


def _moments(
    sheet: _Sheet, faults: list[Fault], names: tuple[str, ...], where: Where, cells: list[str]
) -> tuple[float, float]:
    """The moment of a row, twice; of a row that tells the day only, its first and its last second."""
    words = sheet.word(cells, names)
    days = ("T00:00:00", "T23:59:59") if len(words) == len("2026-05-12") else ("", "")
    clock = Clockwork()
    first, last = (clock.read(words + hour, where) for hour in days)
    faults.extend(dict.fromkeys(clock.faults))
    return first, last


def read_counters(path: str) -> list[Reading]:
    """Readings of counters, in the order of the file; an `InputError` with every row whose time cannot be read."""
    sheet = _Sheet(path, "counters", (TIME,))
    faults: list[Fault] = []
    made = []
    for where, cells in sheet.rows():
        time, until = _moments(sheet, faults, TIME, where, cells)
        made.append(
            Reading(
                where=where, time=time, until=until, aircraft=sheet.word(cells, NAMES["aircraft"]),
                flights=sheet.number(cells, NAMES["flights"]), hours=sheet.number(cells, NAMES["hours"]),
                battery=sheet.word(cells, NAMES["battery"]), cycles=sheet.number(cells, NAMES["cycles"]),
            )
        )  # fmt: skip
    if faults:
        raise InputError(faults)
    return made


def read_requests(path: str) -> list[Asked]:
    """Requests to fly, such as those to air traffic control."""
    sheet = _Sheet(path, "requests", (NAMES["begin"], NAMES["end"]))
    faults: list[Fault] = []
    made = [
        Asked(
            where=where, id=sheet.word(cells, NAMES["request"]) or str(where),
            begin=_moments(sheet, faults, NAMES["begin"], where, cells)[0],
            end=_moments(sheet, faults, NAMES["end"], where, cells)[1],
        )
        for where, cells in sheet.rows()
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    return made


def read_detections(path: str) -> list[Detection]:
    """Detections; one without a place or a time is a fault, for it would be explained by anything."""
    sheet = _Sheet(path, "detections", (TIME, NAMES["lat"], NAMES["lon"]))
    sheet.sheet.refuse_several(sheet.document, NAMES["lat"], NAMES["lon"])
    faults: list[Fault] = []
    made = []
    for where, cells in sheet.rows():
        lon, lat = sheet.number(cells, NAMES["lon"]), sheet.number(cells, NAMES["lat"])
        if isnan(lon) or isnan(lat) or abs(lon) > 180 or abs(lat) > 90:
            faults.append(Fault(where, "has no position on the globe", "write latitude and longitude in degrees"))
        made.append(
            Detection(
                where=where, time=_moments(sheet, faults, TIME, where, cells)[0], lon=lon, lat=lat,
                height_m=sheet.number(cells, NAMES["height"]), id=sheet.word(cells, NAMES["id"]),
            )
        )  # fmt: skip
    if faults:
        raise InputError(faults)
    return made
