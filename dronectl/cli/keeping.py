"""What `check --dossier` keeps: everything that the answer hangs on, so that the question can be asked again."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import chdir
from pathlib import Path, PurePosixPath
from typing import Any

from dronectl import bundled
from dronectl.check import Report
from dronectl.cli.question import FILE, FILES, Answer, Question, ask
from dronectl.cli.signing import TOOL
from dronectl.errors import UsageError
from dronectl.evidence.canonical import dumps
from dronectl.evidence.dossier import OPERATIONS, Dossier, Entry, Thing, names_for
from dronectl.evidence.retention import classes
from dronectl.finding import Status
from dronectl.law import PREFIX as SHIPPED
from dronectl.law import Pack, bundled_pack_bytes, bundled_packs, packs_in
from dronectl.readers.mapping import SUFFIX as MAPPING
from dronectl.readers.moments import iso
from dronectl.readers.source import STDIN, source
from dronectl.records import dataclass
from dronectl.reports import as_json, renderer

OPEN = frozenset(
    {"zones", "policy", "terrain", "surface", "geoid", "layer"}
)  # published: their names may stay for good
SHAPEFILE = (".shx", ".dbf", ".prj", ".cpg", ".qix")
ODD = re.compile(r"[^A-Za-z0-9._-]+")
PACKS = "shipped"


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read: its role, its path, and where it lies when the question is asked again."""

    role: str
    path: str
    place: str

    def read(self) -> bytes:
        return bundled_pack_bytes(self.path) if self.path.startswith(SHIPPED) else source(self.path).read()


def entry_of(old: Dossier, question: Question, answer: Answer, when: str, details: Mapping[str, Any]) -> Entry:
    """The step that a check is: all files, the question, the report for programs and the one for people.

    The report that is kept is made from what is kept. Raises `UsageError` where that is another than the one just made.
    """
    files = list(_files(question, answer))
    since, keep = _since(answer.report, when), _class(answer.report)
    things = [thing_of(number, file, since, keep) for number, file in enumerate(files, 1)]
    layout = {name: file.place for name, file in zip(names_for(old, things), files, strict=True)}
    moves = {file.path: file.place for file in files}
    found = answer.found
    read = {
        "missions": [mission.path for mission in found.missions],
        "zones": [file.dataset.path for file in found.files],
        "permits": [permit.path for permit in answer.permits],
        "packs": [pack.path for pack in found.house.packs],
        "terrain": found.models.paths, "surface": found.models.paths,
    }  # fmt: skip
    moved = question.moved(moves, read)
    data = {thing_name: thing.data for thing_name, thing in zip(layout, things, strict=True)}
    again = asked_again(moved, layout, data)
    if _gist(again) != _gist(answer.report):
        raise UsageError("the check cannot be repeated from what the dossier would hold: nothing was kept")
    kept = [
        Thing(name="question.json", role="question", personal=True, since=since, keep=keep,
              data=dumps({"question": moved.document(), "layout": layout})),
        Thing(name="report.json", role="report", personal=True, since=since, keep=keep, data=as_json.render(again).encode()),
        Thing(name="report.html", role="page", personal=True, since=since, keep=keep, data=_bytes(renderer("html")(again))),
    ]  # fmt: skip
    return Entry(step="check", when=when, answer=answer_of(again), details=details, adds=[*things, *kept], tool=TOOL)


def answer_of(report: Report) -> dict[str, Any]:
    """A report in a few words, for the entry: no place, no name."""
    findings = [finding for result in report.results for finding in result.findings]
    counted = {status.value: sum(finding.status is status for finding in findings) for status in Status}
    packs = sorted({f"{pack.id} {pack.edition}" for law in report.laws for pack in law.packs})
    return {
        "verdict": report.verdict.value, "missions": len(report.results),
        "findings": {name: count for name, count in counted.items() if count}, "packs": packs,
    }  # fmt: skip


def _bytes(made: str | bytes) -> bytes:
    return made if isinstance(made, bytes) else made.encode()


def _gist(report: Report) -> list[Any]:
    """What two reports of one question share, wherever its files lie."""
    return [
        (result.id, result.verdict, [(f.rule, f.status, f.zone.id if f.zone else None) for f in result.findings])
        for result in report.results
    ]


def _since(report: Report, when: str) -> str:
    """When the last flight ends, from which times of keeping run; else the moment of the step."""
    spans = [flight.span for mission in report.missions for flight in mission.flights if flight.span is not None]
    if not spans:
        return when
    return iso(max(last for _, last in spans))


def _class(report: Report) -> str:
    """The class of retention that the missions state, where it is one that there is."""
    stated = {paper.reference for m in report.missions if (paper := m.papers.get("retention_class")) is not None}
    (one, *more) = stated or {""}
    return one if one in classes() and not more else OPERATIONS


def thing_of(number: int, file: File, since: str, keep: str = OPERATIONS) -> Thing:
    """A file as it is kept: under its own name where that is public, under its role and a number where it may not be."""
    place = PurePosixPath(file.place)
    name = file.place if file.role in OPEN else f"{file.role}/{number:03d}{place.suffix.lower()}"
    return Thing(name=name, role=file.role, data=file.read(), since=since, personal=file.role not in OPEN,
                 keep=OPERATIONS if file.role in OPEN else keep)  # fmt: skip


def _files(question: Question, answer: Answer) -> Iterator[File]:
    """Every file that was read."""
    found = answer.found
    listed: list[tuple[str, str]] = []
    listed += [("log" if mission.flown else "mission", mission.path) for mission in found.missions]
    listed += [("zones", file.dataset.path) for file in found.files]
    listed += [("permit", permit.path) for permit in answer.permits]
    listed += [("policy", pack.path) for pack in found.house.packs]
    listed += [("operator", path) for path, _ in found.house.crew.files]
    listed += [("layer", path) for layer in found.house.layers.values() for path, _, _ in layer.files]
    listed += [("beside", path) for path in found.beside]
    listed += [("terrain", path) for path in found.models.paths]
    return named_files(listed)


def named_files(listed: Iterable[tuple[str, str]]) -> Iterator[File]:
    """Files (role and path), each with a place of its own; those that must lie beside another do."""
    taken: set[str] = set()
    for role, path in dict.fromkeys(listed):
        if path == STDIN or "://" in path or not (path.startswith(SHIPPED) or bundled.resolve(path).is_file()):
            raise UsageError(f"{path} is no file: a dossier keeps files only; save it first")
        folder = PACKS if path.startswith(SHIPPED) else role
        place = _free(folder, path, taken)
        yield File(role, path, place)
        for near in _beside(path):
            yield File(role, near, str(PurePosixPath(place).parent / ODD.sub("_", Path(near).name)))


def _beside(path: str) -> Iterator[str]:
    """Files that are read because they lie beside another."""
    if path.startswith(SHIPPED):
        return
    stem = path[: -len(Path(path).suffix)] if Path(path).suffix else path
    near = [f"{path}{MAPPING}", *(stem + suffix for suffix in SHAPEFILE if path.lower().endswith(".shp"))]
    yield from (one for one in near if bundled.resolve(one).is_file())


def _free(folder: str, path: str, taken: set[str]) -> str:
    name = ODD.sub("_", PurePosixPath(path.removeprefix(bundled.PREFIX)).name).lstrip(".") or "file"
    place, number = f"{folder}/{name}", 2
    while place in taken:
        place, number = f"{folder}/{number}/{name}", number + 1
    taken.add(place)
    return place


def require_inside(question: Question, layout: Mapping[str, str]) -> None:
    """Refuse a question that speaks of anything but what lies in its dossier: nothing else is read, and no service asked."""
    known = {*layout.values(), *(pack.id for pack in bundled_packs())}
    paths = [path for name in FILES for path in getattr(question, name)]
    paths += [path for name in FILE if (path := getattr(question, name)) is not None]
    paths += [path for _, _, path in (entry.partition("=") for entry in question.layers)]
    strange = sorted(set(paths) - known)
    if strange or question.named_permits:
        raise UsageError(f"the dossier asks for what does not lie in it: {', '.join(strange) or 'permits'}")


def asked_again(question: Question, layout: Mapping[str, str], data: Mapping[str, bytes]) -> Report:
    """The report of a question whose files are at hand; nothing else of this machine plays a part."""
    require_inside(question, layout)
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        packs = laid_out(Path(folder), layout, data)
        with chdir(folder):
            return ask(question, shipped=packs).report


def laid_out(folder: Path, layout: Mapping[str, str], data: Mapping[str, bytes]) -> tuple[Pack, ...]:
    """Put files where a question looks for them; the packs that shipped when it was asked."""
    packs = []
    for name, place in layout.items():
        target = place_of(folder, place)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data[name])
        if place.startswith(f"{PACKS}/"):
            packs.append((SHIPPED + PurePosixPath(place).name, data[name]))
    return packs_in(sorted(packs))


def place_of(folder: Path, place: str) -> Path:
    """Where a file is put: below the folder, whatever the dossier says."""
    parts = PurePosixPath(place).parts
    target = folder / place
    inside = target.resolve().is_relative_to(folder.resolve())
    if not parts or not inside or place.startswith("/") or ".." in parts or "\\" in place:
        raise UsageError(f"{place!r} is no place inside a dossier")
    return target
