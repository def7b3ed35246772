"""What lies in the folders of an audit: logs, plans, permits, logbooks, and what is none of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path

import numpy as np

from dronectl.editions import span_of
from dronectl.errors import Fault, InputError
from dronectl.folders import files_in
from dronectl.intervals import Interval
from dronectl.logbook import Logbook
from dronectl.mission import Mission
from dronectl.permit import Permit
from dronectl.readers import binary, read_mission
from dronectl.readers import document as documents
from dronectl.readers.logbooks import accepts as is_logbook
from dronectl.readers.logbooks import read_logbook
from dronectl.readers.permits import read_permit
from dronectl.readers.sightings import kind_of
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Box

LOGS = frozenset({".ulg", ".bin", ".tlog", ".srt", ".igc"})
PLANS = frozenset({".plan", ".waypoints", ".mission", ".wpml", ".kmz"})
SNIFFED = frozenset({".gpx", ".kml", ".csv", ".txt", ".json", ".geojson"})
LEFT = frozenset({".toml", ".md", ".html", ".pdf", ".parquet", ".tif", ".tiff", ".sha256", ".qml"})
MAYBE = frozenset({
    ".dat", ".log", ".ulog", ".rlog", ".dlog", ".bbl", ".bfl", ".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".7z",
    ".rar",
})  # recordings that are not read, and archives, which may hold some  # fmt: skip
RECORD = "djiflightrecord"  # how DJI's encrypted records are called
HEAD = 1 << 20
MARKS = {".gpx": b"<trkpt", ".kml": b"gx:Track"}  # what a recording has and a plan has not


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is to be known of a plan to match it with a flight."""

    path: str
    sha256: str
    id: str
    name: str
    aircraft: str
    pilot: str
    span: Interval | None
    box: Box


@dataclass(slots=True, kw_only=True)
class Shelf:
    """The files of an audit, by what they are; each list in the order of its paths."""

    logs: list[str] = field(default_factory=list)
    plans: list[Card] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    logbooks: list[Logbook] = field(default_factory=list)
    left: list[Fault] = field(default_factory=list)
    """Files that are not used, and why."""
    unread: list[Fault] = field(default_factory=list)
    """Those among them that may be the log of a flight, as far as anybody can tell."""

    def doubt(self, faults: Iterable[Fault]) -> None:
        """Leave out a file that may be a log."""
        told = list(faults)
        self.left.extend(told)
        self.unread.extend(told)


def card_of(plan: Mission) -> Card:
    """The card of a plan."""
    lon, lat = (np.concatenate([getattr(flight, name) for flight in plan.flights]) for name in ("lon", "lat"))
    box = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    return Card(
        path=plan.path, sha256=plan.sha256, id=plan.id, name=plan.name, aircraft=plan.aircraft, pilot=plan.pilot,
        span=span_of(plan), box=box,
    )  # fmt: skip


def files_of(folders: Sequence[str]) -> tuple[list[str], list[Fault]]:
    """Every file of some folders, or the files themselves, and what cannot be looked into; an `InputError` where one is
    missing.
    """
    found: list[str] = []
    faults: list[Fault] = []
    unseen: list[Fault] = []
    for name in folders:
        path = Path(name)
        if path.is_dir():
            inside, hidden = files_in(path)
            found += map(str, inside)
            unseen += hidden
        elif path.is_file():
            found.append(str(path))
        else:
            faults.append(Fault(Where(name), "no such file", "name a folder with logs"))
    if faults:
        raise InputError(faults)
    return sorted(dict.fromkeys(found)), unseen


def sort_out(paths: Iterable[str], unseen: Iterable[Fault] = ()) -> Shelf:
    """What each file is. A plan or permit that cannot be read is told; a log is opened later, where it is audited.

    What is `unseen` may hold logs.
    """
    shelf = Shelf()
    shelf.doubt(unseen)
    for path in paths:
        suffix = Path(path).suffix.lower()
        try:
            if suffix in LOGS:
                shelf.logs.append(path)
            elif suffix in PLANS:
                _plan(shelf, path)
            elif suffix in SNIFFED:
                _sniffed(shelf, path, suffix)
            elif suffix in MAYBE:
                shelf.doubt([Fault(Where(path), f"its kind ({suffix}) is not read, and it may hold a log")])
            elif suffix not in LEFT and _begins_as_a_log(path):
                shelf.logs.append(path)
            elif suffix not in LEFT:
                shelf.left.append(Fault(Where(path), f"its kind ({suffix or 'no suffix'}) is not read"))
        except InputError as error:
            shelf.doubt(error.faults)
    return shelf


def _begins_as_a_log(path: str) -> bool:
    """True for the recording of an autopilot, whatever it is called."""
    with Path(path).open("rb") as stream:
        head = stream.read(HEAD)
    try:
        return binary.kind_of(head, Where(path)) in (binary.ULOG, binary.DATAFLASH, binary.TLOG)
    except InputError:  # of something packed, or a database
        return False


def _plan(shelf: Shelf, path: str) -> None:
    made = read_mission(path)
    if made.flown:
        shelf.logs.append(path)
    else:
        shelf.plans.append(card_of(made))


def _sniffed(shelf: Shelf, path: str, suffix: str) -> None:
    if suffix in MARKS:
        with Path(path).open("rb") as stream:
            head = stream.read(HEAD)
        if MARKS[suffix] in head:
            shelf.logs.append(path)
        else:
            _plan(shelf, path)
        return
    if suffix in (".json", ".geojson"):
        _json(shelf, path)
        return
    with Path(path).open("rb") as stream:
        head = stream.read(HEAD)
    text = documents.Text(head.decode("utf-8", "replace"))
    first = text.lstrip("\ufeff \t\r\n")[:4000].split("\n", 1)[0].lower()
    if is_logbook(text):
        shelf.logbooks.append(read_logbook(path))
    elif first.startswith("qgc wpl") or ("altitude(m)" in first and "heading" in first):
        _plan(shelf, path)
    elif (kind := kind_of(text)) is not None:
        how = "reconcile" if kind == "detections" else f"audit gaps --{kind}"
        shelf.left.append(Fault(Where(path), f"is a table of {kind}", f"hold it against the flights: {how}"))
    elif suffix == ".csv":
        shelf.logs.append(path)
    elif "\0" in text or Path(path).name.lower().startswith(RECORD):
        shelf.doubt([Fault(Where(path), "is no text, and it may be a log")])
    else:
        shelf.left.append(Fault(Where(path), "is neither a plan, a log, a permit nor a logbook"))


def _json(shelf: Shelf, path: str) -> None:
    try:
        value = json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError):
        shelf.doubt([Fault(Where(path), "is no JSON, and it may be a log")])
        return
    if isinstance(value, dict) and "permit" in value:
        shelf.permits.append(read_permit(path))
    elif isinstance(value, dict) and (
        {"mission", "features"} <= value.keys() or "flights" in value or value.get("fileType") == "Plan"
    ):
        _plan(shelf, path)
    else:
        shelf.left.append(Fault(Where(path), "is neither a plan, a log, a permit nor a logbook"))
