"""The commands for sharing under conditions: share, ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli.afterwards import FirstWord, PeriodOption
from dronectl.cli.options import AltDatum, KeyOption, OperatorOption, OutputOption
from dronectl.cli.proof import FormatOption, NowOption

DossiersArgument = Annotated[list[str], typer.Argument(metavar="DOSSIER...", help="Dossiers, or folders with them.")]

share_app = typer.Typer(
    cls=FirstWord.of("dossier"), no_args_is_help=True, rich_markup_mode=None,
    help="Hand a dossier over under conditions: what leaves is told first.\n\n\b\nExamples:\n"
    "  dronectl share march.dossier --to gemeente-denhaag --purpose crowd-management --until 2026-05-20\n"
    "  dronectl share open march-gemeente-denhaag.share --purpose crowd-management",
)  # fmt: skip
ledger_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who got what, when and why.")
retention_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="How long records are kept, and what must go."
)


@share_app.command("dossier")
def share_dossier(
    dossier: Annotated[str, typer.Argument(metavar="DOSSIER", help="A dossier.")],
    to: Annotated[str, typer.Option(metavar="NAME", help="Who gets it, such as gemeente-denhaag.")],
    purpose: Annotated[str, typer.Option(metavar="WORD", help="For what; for nothing else.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day; then it is to be deleted.")],
    audience: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="auditor, court, municipality, police, public or resident. [default: by the recipient's name]",
        ),
    ] = None,
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="A policy of the house (TOML).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would leave, and write nothing.")] = False,
    key: KeyOption = None,
    now: NowOption = None,
    format_: FormatOption = "text",
    output: OutputOption = None,
) -> None:
    """Write what an audience may see of a dossier, with the agreement it is under, and put it in the ledger."""
    from dronectl.cli import handing_over

    asked = handing_over.Asked(to=to, purpose=purpose, until=until, audience=audience, policy=policy, dry_run=dry_run)
    raise typer.Exit(handing_over.share(dossier, asked, output, key, now, format_))


@share_app.command("open")
def share_open(
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="What was handed over.")],
    purpose: Annotated[str, typer.Option(metavar="WORD", help="For what it is opened.")],
    who: Annotated[str, typer.Option("--as", metavar="WHO", help="Who opens it; kept in the ledger.")] = "",
    acknowledge: Annotated[
        str | None, typer.Option(metavar="REASON", help="Open it against its terms; the reason is kept in the ledger.")
    ] = None,
    now: NowOption = None,
    output: OutputOption = None,
) -> None:
    """Print what a bundle holds. Exit 1 after its last day, or for another purpose, unless that is acknowledged."""
    from dronectl.cli import handing_over

    raise typer.Exit(handing_over.open_share(bundle, purpose, who, acknowledge, output, now))


@ledger_app.command("show")
def ledger_show(format_: FormatOption = "text") -> None:
    """List what was shared, opened, refused, published and purged."""
    from dronectl.cli import handing_over

    raise typer.Exit(handing_over.ledger_show(format_))


@ledger_app.command("verify")
def ledger_verify(
    head: Annotated[
        str | None, typer.Option(metavar="DIGEST", help="The head that you noted: were lines taken off since?")
    ] = None,
) -> None:
    """Hold every line of the ledger against the one before. Exit 1 where one was changed."""
    from dronectl.cli import handing_over

    raise typer.Exit(handing_over.ledger_verify(head))


@retention_app.command("classes")
def retention_classes(format_: FormatOption = "text") -> None:
    """List the classes of records: how long they must or may be kept, and where that stands."""
    from dronectl.cli import purging

    raise typer.Exit(purging.show_classes(format_))


@retention_app.command("due")
def retention_due(
    dossiers: DossiersArgument,
    everything: Annotated[bool, typer.Option("--all", help="Also what may or must stay, and until when.")] = False,
    now: NowOption = None,
    format_: FormatOption = "text",
) -> None:
    """List what must go. Exit 1 where something does.

    \b
    Example:
      dronectl retention due dossiers/
    """
    from dronectl.cli import purging

    raise typer.Exit(purging.show_due(dossiers, everything, now, format_))


@retention_app.command("purge")
def retention_purge(
    dossiers: DossiersArgument,
    certificate: Annotated[
        str, typer.Option(metavar="FILE", help="Where the signed certificate of what was erased is written.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would go, and erase nothing.")] = False,
    key: KeyOption = None,
    now: NowOption = None,
) -> None:
    """Erase what must go from dossiers, for good, and certify it; their chains stay whole.

    \b
    Example:
      dronectl retention purge dossiers/ --certificate purged-2026-05.json
    """
    from dronectl.cli import purging

    raise typer.Exit(purging.purge(dossiers, certificate, key, now, dry_run))


def publish(
    flights: Annotated[list[str], typer.Argument(metavar="FLIGHTS...", help="Folders with logs and their plans.")],
    homes: Annotated[list[str], typer.Option(metavar="FILE", help="All addresses of the area; repeat for several.")],
    publisher: Annotated[str, typer.Option(metavar="NAME", help="Who publishes it.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FOLDER", help="Where the register is written.")],
    period: PeriodOption = None,
    areas: Annotated[
        str | None, typer.Option(metavar="FILE", help="Neighbourhoods or municipalities, to name where.")
    ] = None,
    results: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Results of an audit of the same flights: verdicts, deviations."),
    ] = None,
    delay: Annotated[int, typer.Option(metavar="DAYS", help="Flights are told so long after; 7 at least.")] = 7,
    police_delay: Annotated[
        int, typer.Option(metavar="DAYS", help="Likewise flights of the police and over crowds; 30 at least.")
    ] = 30,
    operator: OperatorOption = None,
    alt_datum: AltDatum = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make and attack it, and write nothing.")] = False,
    key: KeyOption = None,
    now: NowOption = None,
) -> None:
    """Publish a register of flights: GeoJSON, CSV, a page in Dutch and English, metadata; coarse, late, and attacked first.

    Exit 1 where the attack finds a place that fewer than five addresses share: then nothing is written.

    \b
    Example:
      dronectl publish flights/ --period 2026Q1 --homes addresses.gpkg --publisher "Gemeente X" -o register
    """
    from dronectl.cli import publishing

    asked = publishing.Asked(
        folders=flights, period=period, homes=homes, areas=areas, results=results or [], publisher=publisher, delay=delay,
        police_delay=police_delay, operator=operator or [], alt_datum=alt_datum,
    )  # fmt: skip
    raise typer.Exit(publishing.publish(asked, output, key, now, dry_run))
