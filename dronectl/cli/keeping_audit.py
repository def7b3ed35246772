"""What `audit --dossier` keeps: logs, plans, papers, zones and rules, so that every flight can be audited again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dronectl.audit import running, shelf, store
from dronectl.audit.flight import Setting
from dronectl.audit.running import Engine
from dronectl.cli.auditing import Asked, setting_of
from dronectl.cli.keeping import File, laid_out, named_files, thing_of
from dronectl.cli.signing import TOOL
from dronectl.config import DEFAULTS, Settings
from dronectl.config import Setting as Set
from dronectl.errors import UsageError
from dronectl.evidence.canonical import dumps
from dronectl.evidence.dossier import Dossier, Entry, Thing, names_for
from dronectl.finding import Verdict
from dronectl.law import bundled_packs
from dronectl.readers.moments import iso

SETTINGS = ("airspace", "alt_datum", "terrain_error_m", "geoid", "geoid_error_m", "qnh_hpa", "margin_m",
            "near_m", "max_age_days", "strict")  # fmt: skip
LEFT_OUT = ("geometry", "findings")  # of a row: bytes, and what follows from the rest
Row = dict[str, Any]


def entry_of(
    old: Dossier, asked: Asked, chosen: Settings, setting: Setting, found: shelf.Shelf, rows: Sequence[store.Row],
    clean: bool | None, when: str,
) -> Entry:  # fmt: skip
    """The step that an audit is. Raises `UsageError` where it cannot be made again from what would be kept."""
    files, since = list(_files(asked, chosen, setting, found)), _since(rows, when)
    things = [thing_of(number, file, since) for number, file in enumerate(files, 1)]
    names = names_for(old, things)
    layout = dict(zip(names, (file.place for file in files), strict=True))
    moves = {file.path: file.place for file in files}
    question = _question(asked, chosen, setting, moves)
    data = dict(zip(names, (thing.data for thing in things), strict=True))
    again = asked_again(question, layout, data)
    if _gist(again) != _gist(rows):
        raise UsageError("the audit cannot be repeated from what the dossier would hold: nothing was kept")
    kept = [
        Thing(name="question.json", role="question", personal=True, since=since,
              data=dumps({"question": question, "layout": layout})),
        Thing(name="results.json", role="report", personal=True, since=since, data=dumps(again)),
    ]  # fmt: skip
    answer = {"verdict": Verdict.of(clean).value, "flights": len(again), "logs": len(found.logs)}
    return Entry(step="audit", when=when, answer=answer, adds=[*things, *kept], tool=TOOL)


def _since(rows: Sequence[store.Row], when: str) -> str:
    """When the last flight ended, from which the time of keeping runs; else the moment of the step."""
    ends = [row["end"] for row in rows if row["end"] is not None]
    return iso(max(ends)) if ends else when


def _gist(rows: Sequence[store.Row]) -> list[tuple[str, str, str]]:
    return [(row["sha256"], row["flight"], row["verdict"]) for row in rows]


def _files(asked: Asked, chosen: Settings, setting: Setting, found: shelf.Shelf) -> Iterator[File]:
    """Every file of the audit; what lies in a folder keeps its place there, since flights are known by their names."""
    bases = [(k, Path(name)) for k, name in enumerate(asked.folders, 1)]
    roles = [("log", path) for path in found.logs] + [("plan", card.path) for card in found.plans]
    roles += [("permit", permit.path) for permit in found.permits if permit.path not in asked.permits]
    roles += [("logbook", book.path) for book in found.logbooks]
    for role, path in roles:
        k, base = next((k, base) for k, base in bases if Path(path) == base or base in Path(path).parents)
        inner = Path(path).name if Path(path) == base else Path(path).relative_to(base).as_posix()
        yield File(role, path, f"flights/{k}/{inner}")
    listed = [("zones", file.dataset.path) for file in setting.files] + [("permit", path) for path in asked.permits]
    listed += [("policy", pack.path) for pack in setting.house.packs]
    listed += [("operator", path) for path, _ in setting.house.crew.files]
    listed += [("layer", path) for layer in setting.house.layers.values() for path, _, _ in layer.files]
    listed += [("terrain", path) for path in [*setting.models["terrain"], *setting.models["surface"]]]
    listed += [("terrain", path) for path in [setting.models["geoid"]] if path is not None]
    yield from named_files(listed)


def _question(asked: Asked, chosen: Settings, setting: Setting, moves: Mapping[str, str]) -> dict[str, Any]:
    layers = chosen.layers(asked.layers)
    values = {name: chosen.settings[name].value for name in SETTINGS}
    values["geoid"] = moves.get(str(values["geoid"]))
    values["airspace"] = chosen.table("airspace")
    values["alt_datum"] = asked.alt_datum or values["alt_datum"]
    return {
        "folders": [f"flights/{k}" for k, _ in enumerate(asked.folders, 1)],
        "zones": [moves[file.dataset.path] for file in setting.files], "permits": [moves[path] for path in asked.permits],
        "packs": [moves.get(path, path) for path in chosen.packs(asked.packs)],
        "operator": [moves[path] for path, _ in setting.house.crew.files],
        "layers": [f"{name}={moves[path]}" for name, _, path in (entry.partition("=") for entry in layers)],
        "terrain": [moves[path] for path in setting.models["terrain"]],
        "surface": [moves[path] for path in setting.models["surface"]], "now": asked.now, "settings": values,
    }  # fmt: skip


def asked_again(question: Mapping[str, Any], layout: Mapping[str, str], data: Mapping[str, bytes]) -> list[Row]:
    """The rows of an audit whose files are at hand; nothing else of this machine plays a part."""
    require_inside(question, layout)
    with TemporaryDirectory(prefix="dronectl-") as folder:
        packs = laid_out(Path(folder), layout, data)
        with chdir(folder):
            setting, found = setting_of(_asked(question), _settings(question), packs)
            parts = running.run(found.logs, setting, Path(folder, "results"), _pool(len(found.logs)), resume=False)
            return [_plain(row) for row in store.rows(parts)]


def require_inside(question: Mapping[str, Any], layout: Mapping[str, str]) -> None:
    """Refuse a question that speaks of anything but what lies in its dossier."""
    folders = {"/".join(place.split("/")[:2]) for place in layout.values() if place.startswith("flights/")}
    known = {*layout.values(), *(pack.id for pack in bundled_packs())}
    paths = [
        path for name in ("zones", "permits", "packs", "operator", "terrain", "surface") for path in question[name]
    ]
    paths += [entry.partition("=")[2] for entry in question["layers"]] + [question["settings"]["geoid"] or ""]
    strange = sorted({*paths, ""} - known - {""}) + sorted(set(question["folders"]) - folders)
    if strange:
        raise UsageError(f"the dossier asks for what does not lie in it: {', '.join(strange)}")


def _pool(logs: int) -> Engine:
    return Engine(workers=1 if logs <= running.BATCH else os.cpu_count() or 1)


def _plain(row: store.Row) -> Row:
    """A row as JSON has it."""
    made = json.loads(json.dumps({name: value for name, value in row.items() if name not in LEFT_OUT}))
    return dict(made)


def _asked(question: Mapping[str, Any]) -> Asked:
    return Asked(
        folders=question["folders"], period=None, zones=question["zones"], permits=question["permits"],
        packs=question["packs"], operator=question["operator"], layers=question["layers"], terrain=question["terrain"],
        alt_datum=question["settings"]["alt_datum"], now=question["now"],
    )  # fmt: skip


def _settings(question: Mapping[str, Any]) -> Settings:
    own = {**question["settings"], "surface": tuple(question["surface"])}
    return Settings({name: Set(name, own.get(name, value), "question") for name, (_, value) in DEFAULTS.items()})
