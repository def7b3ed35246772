"""The commands for sharing under conditions: share, ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli.afterwards import FirstWord
from dronectl.cli.options import OutputOption
from dronectl.cli.proof import FormatOption, KeyOption, NowOption

share_app = typer.Typer(
    cls=FirstWord.of("dossier"), no_args_is_help=True, rich_markup_mode=None,
    help="Hand a dossier over under conditions: what leaves is told first.\n\n\b\nExamples:\n"
    "  dronectl share march.dossier --to gemeente-denhaag --purpose crowd-management --until 2026-05-20\n"
    "  dronectl share open march-gemeente-denhaag.share --purpose crowd-management",
)  # fmt: skip
ledger_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who got what, when and why.")


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
