"""What `audit` does: sort out the folders, run over the logs, write the results and the page, and the exit code."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dronectl.audit import framework as frameworks
from dronectl.audit import running, shelf, store, summary
from dronectl.audit.flight import Setting
from dronectl.audit.flights import RESULTS
from dronectl.audit.matching import alone
from dronectl.audit.running import Engine
from dronectl.check import require_finite
from dronectl.cli import tongue
from dronectl.cli.gathering import Ground, alt_datum_of, classes_of, house_of, model_files_of, moment
from dronectl.cli.running import EXIT
from dronectl.cli.writing import format_name, refuse_input, write_bytes, written_whole
from dronectl.config import Settings, settings
from dronectl.errors import Fault, InputError, UsageError
from dronectl.finding import Verdict
from dronectl.heights import open_models
from dronectl.law import Pack
from dronectl.logbook import shared_names
from dronectl.readers import read_zones
from dronectl.readers.source import source
from dronectl.records import dataclass
from dronectl.rules import Options

if TYPE_CHECKING:
    from dronectl.evidence.keys import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the flags of an audit say."""

    folders: Sequence[str]
    period: str | None
    zones: Sequence[str] | None
    permits: Sequence[str]
    packs: Sequence[str]
    operator: Sequence[str]
    layers: Sequence[str]
    terrain: Sequence[str]
    alt_datum: str | None
    now: str | None


def audit(
    asked: Asked, *, results: str | None, resume: bool, workers: int | None, engine: str, scheduler: str | None,
    framework: str | None, previous: str | None, dossier: str | None, key: str | None, format_: str | None,
    lang: str | None, output: str | None,
) -> int:  # fmt: skip
    """Audit the flights of some folders; 1 where one did not keep a control, 3 where only unknowns are left."""
    from dronectl.reports import audit as report

    name = _format(format_, output, report.FORMATS)
    period, span = summary.period_of(asked.period)
    controls = frameworks.load(framework) if framework is not None else None
    spoken = tongue.report_language(lang)
    if resume and results is None:
        raise UsageError("--resume needs the folder of the run that was stopped: --results FOLDER")
    chosen = settings()
    setting, found = setting_of(asked, chosen)
    if not found.logs:
        raise InputError.at(_where(asked), "holds no log of a flight", remedy="name a folder with logs")
    if output is not None:
        refuse_input(output, found.logs)
    signed = _signer(key, dossier, found.logs)
    before = _before(previous)
    pool = Engine(name=engine, workers=_workers(workers), scheduler=scheduler or "")
    with _folder(results) as folder, _progress() as told:
        parts = running.run(found.logs, setting, folder, pool, resume=resume, told=told)
        flights = folder / RESULTS
        store.joined(parts, flights)
        made = summary.summarise(store.rows([flights]), period, span, found.unread)
        if dossier is not None and signed is not None:
            _keep(dossier, signed, asked, chosen, setting, found, list(store.rows([flights])), made.clean)
        sheet = report.Sheet(
            summary=made, before=before, lang=spoken, tell=tongue.teller_of(spoken),
            left=[*found.left, *alone(found, made.met, span)],
            framework=(controls[0], frameworks.judged(controls[1], made, setting, len(found.logs))) if controls else None,
            evidence=_evidence(flights, setting), command=_command(asked, framework),
            settings=_settings(setting.options),
        )  # fmt: skip
        if name == "parquet":
            assert output is not None
            with written_whole(output) as file, flights.open("rb") as kept:
                shutil.copyfileobj(kept, file)
        elif name == "csv":
            _csv(report.csv_lines(_of(store.rows([flights]), span)), output)
        else:
            text = report.render(sheet, name)
            _written(text, output)
        if output is not None or name != "text":
            last = report.render(sheet, "text")
            assert isinstance(last, str)
            print(last.splitlines()[-1], file=sys.stderr)
    return EXIT[Verdict.of(made.clean)]


def _signer(key: str | None, dossier: str | None, inputs: Sequence[str]) -> Signer | None:
    """The key that signs a dossier, asked for before the work."""
    if dossier is None:
        return None
    from dronectl.cli.signing import signer

    refuse_input(dossier, inputs)
    return signer(key)


def _keep(
    path: str, signed: Signer, asked: Asked, chosen: Settings, setting: Setting, found: shelf.Shelf,
    rows: Sequence[store.Row], clean: bool | None,
) -> None:  # fmt: skip
    """Add the audit to a dossier, or begin one."""
    from dronectl.cli import keeping_audit, signing

    when = signing.clock(asked.now)
    signing.add(
        path,
        signed,
        lambda old: keeping_audit.entry_of(old, asked, chosen, setting, found, rows, clean, when),
        begin=True,
    )


def _format(format_: str | None, output: str | None, known: Sequence[str]) -> str:
    name = format_name(format_, output, (*known, "parquet"))
    if name in ("pdf", "parquet") and output is None:
        raise UsageError("this format is no text: give a file to write it to (-o FILE)")
    return name


def _where(asked: Asked) -> Any:
    from dronectl.where import Where

    return Where(", ".join(asked.folders))


def setting_of(asked: Asked, chosen: Settings, shipped: Sequence[Pack] | None = None) -> tuple[Setting, shelf.Shelf]:
    """All that the flights are held against, and what lies in the folders; `shipped` stands for the packs that ship."""
    found = shelf.sort_out(*shelf.files_of(asked.folders))
    faults: list[Fault] = []
    for path in asked.permits:
        from dronectl.readers.permits import read_permit

        try:
            found.permits.append(read_permit(path))
        except InputError as error:
            faults.extend(error.faults)
    files = read_zones(chosen.paths("zones", list(asked.zones or [])), classes=classes_of(chosen))
    house, house_faults = house_of(chosen, asked.packs, asked.operator, asked.layers, [], shipped)
    faults.extend(house_faults)
    if faults:
        raise InputError(faults)
    ground = Ground(terrain=asked.terrain)
    models = model_files_of(chosen, ground)
    open_models(**models)  # to find their faults: the workers open them by these paths
    setting = Setting(
        files=files, plans=found.plans, permits=found.permits, logbooks=found.logbooks,
        shared=shared_names(found.logs), house=house,
        options=_options(asked, chosen), models=models,
        alt_datum=alt_datum_of(chosen.word("alt_datum", asked.alt_datum)),
    )  # fmt: skip
    return setting, found


def _options(asked: Asked, chosen: Settings) -> Options:
    """How flights are checked: as `check` checks one of them with the same settings."""
    made = Options(
        margin_m=chosen.number("margin_m") or 0.0, near_m=chosen.number("near_m") or 0.0, now=moment(asked.now, "--now"),
        max_age_days=chosen.number("max_age_days"), strict=chosen.flag("strict"),
        airspace=tuple(sorted(chosen.table("airspace").items())),
    )  # fmt: skip
    require_finite(made)
    return made


def _workers(count: int | None) -> int:
    if count is not None and count < 1:
        raise UsageError("--workers must be 1 or more")
    return count or os.cpu_count() or 1


@contextmanager
def _folder(results: str | None) -> Iterator[Path]:
    """Where batches are kept: the folder that was named, or one that goes when the run ends."""
    if results is not None:
        Path(results).mkdir(parents=True, exist_ok=True)
        yield Path(results)
        return
    with tempfile.TemporaryDirectory(prefix="dronectl-audit-") as made:
        yield Path(made)


@contextmanager
def _progress() -> Iterator[running.Told | None]:
    """A bar with rate and time left, on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    rate = TextColumn("{task.fields[rate]}")
    bar = Progress(
        TextColumn("logs"), BarColumn(), MofNCompleteColumn(), rate, TimeElapsedColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("logs", total=None, rate="")

        def told(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, completed=done, total=total, rate=f"{speed:.0f}/s" if speed else "")

        yield told


def _before(previous: str | None) -> summary.Summary | None:
    """The summary of an earlier audit's results, for the trend."""
    if previous is None:
        return None
    path = Path(previous) / RESULTS if Path(previous).is_dir() else Path(previous)
    if not store.whole(path):
        raise UsageError(f"--previous {previous}: give the results of an earlier audit ({RESULTS}, or its folder)")
    return summary.summarise(store.rows([path]), path.parent.name or path.name, None)


def _of(rows: Iterator[store.Row], span: tuple[float, float] | None) -> Iterator[store.Row]:
    for row in rows:
        if span is None or row["start"] is None or span[0] <= row["start"] <= span[1]:
            yield row


def _settings(options: Options) -> list[str]:
    """The settings that are not as they are without any, as `dronectl.toml` writes them."""
    chosen = {
        "margin_m": f"{options.margin_m:g}" if options.margin_m else None,
        "max_age_days": None if options.max_age_days is None else f"{options.max_age_days:g}",
        "strict": "true" if options.strict else None,
        **{f"airspace.{kind}": json.dumps(word) for kind, word in options.airspace},
    }  # fmt: skip
    return [" = ".join((name, words)) for name, words in chosen.items() if words is not None]


def _evidence(flights: Path, setting: Setting) -> list[tuple[str, str]]:
    rows = [(RESULTS, source(str(flights)).sha256())]
    rows += [(file.dataset.path, file.dataset.sha256) for file in setting.files]
    rows += [(permit.path, permit.sha256) for permit in setting.permits]
    rows += [(book.path, book.sha256) for book in setting.logbooks]
    rows += [(pack.path, pack.sha256) for pack in setting.house.packs]
    return rows + list(setting.house.crew.files)


def _command(asked: Asked, framework: str | None) -> str:
    words = ["dronectl", "audit", *asked.folders]
    for option, values in (("--zones", asked.zones or ()), ("--permit", asked.permits), ("--pack", asked.packs),
                           ("--operator", asked.operator), ("--layer", asked.layers),
                           ("--terrain", asked.terrain)):  # fmt: skip
        for value in values:
            words += [option, value]
    for option, word in (("--period", asked.period), ("--alt-datum", asked.alt_datum), ("--now", asked.now),
                         ("--framework", framework)):  # fmt: skip
        if word is not None:
            words += [option, word]
    return shlex.join(words)


def _written(made: str | bytes, output: str | None) -> None:
    if output is None:
        assert isinstance(made, str)
        sys.stdout.write(made)
        return
    write_bytes(output, made if isinstance(made, bytes) else made.encode())


def _csv(lines: Any, output: str | None) -> None:
    """Rows as they come: a table of any length."""
    if output is None:
        for line in lines:
            sys.stdout.write(line)
        return
    with written_whole(output) as file:
        file.writelines(line.encode() for line in lines)
