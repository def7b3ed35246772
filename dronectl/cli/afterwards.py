"""The commands for what was flown: compare and audit."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dronectl.cli.application import TakeoffOption, TerrainOption
from dronectl.cli.options import (
    AboutOption,
    AltDatum,
    DossierOption,
    KeyOption,
    LayerOption,
    OperatorOption,
    OutputOption,
    PackOption,
    PermitOption,
    ReportLangOption,
    ZonesOption,
)

PeriodOption = Annotated[
    str | None, typer.Option("--period", metavar="PERIOD", help="2026, 2026Q1, 2026-02, or 2026-02-03/2026-03-01.")
]


class Pool(str, Enum):
    """Where the work of an audit is done."""

    local = "local"
    dask = "dask"


class FirstWord(TyperGroup):
    """A group whose first word may be a file: `audit flights/` is `audit run flights/`."""

    meant = ""

    @classmethod
    def of(cls, command: str) -> type[FirstWord]:
        """A group that means a command where the first word is none."""
        return type("FirstWord", (cls,), {"meant": command})

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [self.meant, *args]
        return super().parse_args(ctx, args)


audit_app = typer.Typer(
    cls=FirstWord.of("run"), no_args_is_help=True, rich_markup_mode=None,
    help="Audit flown flights: against plans, zones, permits, privacy and logbooks.\n\n\b\nExamples:\n"
    "  dronectl audit flights/ --period 2026Q1 -o q1.html\n  dronectl audit gaps flights/ --counters counters.csv",
)  # fmt: skip


def compare(
    plan: Annotated[str, typer.Argument(help="A mission file.")],
    log: Annotated[str, typer.Argument(help="The log of its flight.")],
    operator: OperatorOption = None,
    about: AboutOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    dossier: DossierOption = None,
    key: KeyOption = None,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="The clock. [default: that of this machine]")] = None,
    lang: ReportLangOption = None,
    format_: Annotated[
        str | None, typer.Option("--format", "-f", metavar="NAME", help="text, json, geojson, html or svg.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Hold a flown flight against its plan: leg by leg, inside or outside its volume, excursions, start and end.

    Exit 1 where it did not keep to the plan, 3 where that cannot be told.

    \b
    Example:
      dronectl compare roof.geojson flown.csv -f html -o roof-flown.html
    """
    from dronectl.cli import applying, comparing

    asked = applying.Asked(
        zones=None, at=None, terrain=terrain or [], takeoff_elevation=takeoff_elevation, alt_datum=alt_datum,
        operator=operator or [], about=about,
    )  # fmt: skip
    code = comparing.compare(plan, log, asked, format_, lang, output, dossier=dossier, key=key, now=now)
    raise typer.Exit(code)


@audit_app.command("run")
def audit(
    folders: Annotated[
        list[str], typer.Argument(metavar="FOLDER...", help="Folders with logs, plans, permits, logbooks.")
    ],
    period: PeriodOption = None,
    zones: ZonesOption = None,
    permit: PermitOption = None,
    pack: PackOption = None,
    operator: OperatorOption = None,
    layer: LayerOption = None,
    terrain: TerrainOption = None,
    alt_datum: AltDatum = None,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="The clock for rules about age.")] = None,
    framework: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Add a framework of controls: ilt-log, wpg, dpia, house, or a file."),
    ] = None,
    previous: Annotated[
        str | None, typer.Option(metavar="PATH", help="Results of an earlier audit, for the trend.")
    ] = None,
    results: Annotated[str | None, typer.Option(metavar="FOLDER", help="Keep the results here, as GeoParquet.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a run was stopped; needs --results.")] = False,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes. [default: one a processor]")] = None,
    engine: Annotated[Pool, typer.Option(help="Where the work is done.")] = Pool.local,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler; its workers must see the same files.")
    ] = None,
    dossier: DossierOption = None,
    key: KeyOption = None,
    lang: ReportLangOption = None,
    format_: Annotated[
        str | None, typer.Option("--format", "-f", metavar="NAME", help="text, json, csv, html, pdf or parquet.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Audit every flight of some folders, and put the period on one page.

    Exit 1 where a flight did not keep a control, 3 where only unknowns are left.

    \b
    Examples:
      dronectl audit flights/ --period 2026Q1 -o q1.html
      dronectl audit flights/ --results q1/ --resume -o q1.pdf
      dronectl audit flights/ --period 2026Q1 --dossier q1.dossier
      dronectl audit flights/ --framework ilt-log --engine dask --scheduler tcp://host:8786
    """
    from dronectl.cli import auditing

    asked = auditing.Asked(
        folders=folders, period=period, zones=zones, permits=permit or [], packs=pack or [], operator=operator or [],
        layers=layer or [], terrain=terrain or [], alt_datum=alt_datum, now=now,
    )  # fmt: skip
    code = auditing.audit(
        asked, results=results, resume=resume, workers=workers, engine=engine.value, scheduler=scheduler,
        framework=framework, previous=previous, dossier=dossier, key=key, format_=format_, lang=lang, output=output,
    )  # fmt: skip
    raise typer.Exit(code)


FlightsArgument = Annotated[
    list[str], typer.Argument(metavar="FLIGHTS...", help="Folders with logs, or results of an audit.")
]
TableFormat = Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, json or csv.")]


@audit_app.command("gaps")
def gaps(
    flights: FlightsArgument,
    counters: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Counters of aircraft and batteries (CSV); repeat for several."),
    ] = None,
    requests: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Requests to fly (CSV); repeat for several.")
    ] = None,
    period: PeriodOption = None,
    format_: TableFormat = "text",
    output: OutputOption = None,
) -> None:
    """Find flights that counters, batteries, requests or a logbook say happened and nobody logged. Exit 1 where there is one.

    \b
    Example:
      dronectl audit gaps flights/ --counters counters.csv --requests requests.csv
    """
    from dronectl.cli import looking_back

    asked = looking_back.Asked(folders=flights)
    raise typer.Exit(looking_back.gaps(asked, counters or [], requests or [], period, format_, output))


@audit_app.command("query")
def query(
    sql: Annotated[str, typer.Argument(help="SQL; the table is flights.")],
    results: Annotated[list[str], typer.Option(metavar="PATH", help="Results of an audit; repeat for several.")],
    format_: TableFormat = "text",
) -> None:
    """Ask the results of audits in SQL (DuckDB). Nothing but the results can be read, and nothing written.

    \b
    Example:
      dronectl audit query "SELECT pilot, count(*) FROM flights GROUP BY pilot" --results q1/
    """
    from dronectl.cli import looking_back

    raise typer.Exit(looking_back.query(sql, results, format_))


def sample(
    flights: FlightsArgument,
    n: Annotated[int, typer.Option("--n", metavar="N", help="How many.")] = 25,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed draws the same flights.")] = 1,
    stratify: Annotated[
        str, typer.Option(metavar="NAME", help="purpose, pilot, aircraft, category, verdict, month or none.")
    ] = "purpose",
    period: PeriodOption = None,
    alt_datum: AltDatum = None,
    format_: TableFormat = "text",
    output: OutputOption = None,
) -> None:
    """Draw a sample of flights to look at, seeded and stratified, with the reason why each is in.

    \b
    Example:
      dronectl sample flights/ --period 2026Q1 --n 25 --seed 7 --stratify purpose
    """
    from dronectl.cli import looking_back

    asked = looking_back.Asked(folders=flights, alt_datum=alt_datum)
    raise typer.Exit(looking_back.sample(asked, period, n, seed, stratify, format_, output))


def reconcile(
    detections: Annotated[str, typer.Argument(help="Detections (CSV): time, lat, lon, and id where it is known.")],
    flights: FlightsArgument,
    near: Annotated[float, typer.Option(metavar="METRES", help="How far off a sensor may be.")] = 150.0,
    clock: Annotated[float, typer.Option(metavar="SECONDS", help="How far off its clock may be.")] = 10.0,
    known: Annotated[
        str | None, typer.Option(metavar="FILE", help="Identities of others that are registered, one a line.")
    ] = None,
    operator: OperatorOption = None,
    terrain: TerrainOption = None,
    alt_datum: AltDatum = None,
    format_: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME", help="text, json, csv or geojson.")
    ] = "text",
    output: OutputOption = None,
) -> None:
    """Tell for each detection of a drone whether it was ours, and whether it was where it should be.

    Exit 1 where one is unexplained or deviating.

    \b
    Example:
      dronectl reconcile detections.csv flights/
    """
    from dronectl.cli import looking_back

    asked = looking_back.Asked(folders=flights, operator=operator or [], terrain=terrain or [], alt_datum=alt_datum)
    raise typer.Exit(looking_back.reconcile(detections, asked, near, clock, known, format_, output))


def exposure(
    flights: FlightsArgument,
    by: Annotated[str, typer.Option("--by", metavar="AREAS", help="Neighbourhoods (GeoJSON, GeoPackage).")],
    homes: Annotated[
        list[str], typer.Option(metavar="FILE", help="Addresses (GeoJSON, GeoPackage); repeat for several.")
    ],
    period: PeriodOption = None,
    operator: OperatorOption = None,
    terrain: TerrainOption = None,
    alt_datum: AltDatum = None,
    format_: TableFormat = "text",
    output: OutputOption = None,
) -> None:
    """Add up per neighbourhood how long homes were in view, and how often it was flown over; small ones stand together.

    \b
    Example:
      dronectl exposure flights/ --by neighbourhoods.gpkg --homes addresses.gpkg --period 2026Q1
    """
    from dronectl.cli import looking_back

    asked = looking_back.Asked(folders=flights, operator=operator or [], terrain=terrain or [], alt_datum=alt_datum)
    raise typer.Exit(looking_back.exposure(asked, by, homes, period, format_, output))


def whowas(
    flights: FlightsArgument,
    near: Annotated[str, typer.Option(metavar="LAT,LON", help="The address.")],
    begin: Annotated[str, typer.Option("--from", metavar="TIME", help="From when.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Until when; a clock time is of the same day.")],
    radius: Annotated[float, typer.Option(metavar="METRES", help="How near.")] = 150.0,
    operator: OperatorOption = None,
    terrain: TerrainOption = None,
    alt_datum: AltDatum = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
    output: OutputOption = None,
) -> None:
    """Answer a resident: what flew near an address, what its camera could see of it, and nothing about anybody else.

    \b
    Example:
      dronectl whowas flights/ --near 52.0705,4.3007 --from 2026-02-03T13:30 --to 14:30
    """
    from dronectl.cli import looking_back

    asked = looking_back.Asked(folders=flights, operator=operator or [], terrain=terrain or [], alt_datum=alt_datum)
    raise typer.Exit(looking_back.whowas(asked, near, radius, begin, end, format_, output))
