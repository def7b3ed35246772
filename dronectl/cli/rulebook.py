"""The commands that look at rules, aircraft and waivers."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli import tongue
from dronectl.cli.options import LangOption, OperatorOption, PackOption

rules_app = typer.Typer(rich_markup_mode=None, help="Look at rules, and at the limits and packs behind them.")
aircraft_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at aircraft.")
waiver_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Write and look at waivers of the house.")


@rules_app.callback(invoke_without_command=True)
def _rules(
    context: typer.Context,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
) -> None:
    """List every rule; or look at the limits and packs behind them."""
    from dronectl.cli import looking

    if context.invoked_subcommand is None:
        tongue.answer(looking.rules(format_), format_)


@rules_app.command("list")
def rules_list(
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
) -> None:
    """List every rule."""
    from dronectl.cli import looking

    tongue.answer(looking.rules(format_), format_)


@rules_app.command("show")
def rules_show(
    name: Annotated[str, typer.Argument(help="A limit such as NL-ROAD-A12, a pack such as nl-open, or a rule.")],
    pack: PackOption = None,
    lang: LangOption = None,
) -> None:
    """Print a limit with its article, or every limit of a pack.

    \b
    Examples:
      dronectl rules show EU-A2-DIST
      dronectl rules show nl-open --lang nl
    """
    from dronectl.cli import law

    print(law.show(name, pack or [], lang or tongue.spoken()), end="")


@rules_app.command("packs")
def rules_packs(pack: PackOption = None) -> None:
    """List every rule pack and edition, and when it is in force."""
    from dronectl.cli import law

    tongue.answer(law.packs(pack or []))


@rules_app.command("diff")
def rules_diff(
    one: Annotated[str, typer.Argument(help="An edition such as eu-open.2020-12-31, or a file.")],
    other: Annotated[str, typer.Argument(help="Another edition, or a file.")],
) -> None:
    """Tell what differs between two editions. Exit 1 where something does."""
    from dronectl.cli import law

    text, same = law.diff(one, other)
    tongue.answer(text)
    raise typer.Exit(0 if same else 1)


@rules_app.command("lint")
def rules_lint(paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Pack files or folders.")]) -> None:
    """Tell every fault of rule packs, with its place. Exit 1 where there is one."""
    from dronectl.cli import law

    text, code = law.lint(paths)
    tongue.answer(text)
    raise typer.Exit(code)


@aircraft_app.command("list")
def aircraft_list(operator: OperatorOption = None) -> None:
    """List the aircraft of the catalogue, and those of operator files."""
    from dronectl.cli import law

    tongue.answer(law.aircraft_list(operator or []))


@aircraft_app.command("show")
def aircraft_show(
    name: Annotated[str, typer.Argument(help="An aircraft, such as dji-m30t.")], operator: OperatorOption = None
) -> None:
    """Print one aircraft as a row for an operator file."""
    from dronectl.cli import law

    tongue.answer(law.aircraft_show(name, operator or []))


@waiver_app.command("add")
def waiver_add(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write the waiver; it must not exist.")],
    identifier: Annotated[str, typer.Option("--id", metavar="ID", help="Its identifier.")],
    rule: Annotated[list[str], typer.Option(metavar="CODE", help="The rule or limit it waives; repeat for several.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    approved_by: Annotated[str, typer.Option(metavar="NAME", help="Who answers for it.")],
    until: Annotated[str, typer.Option(metavar="TIME", help="When it ends.")],
    zone: Annotated[list[str] | None, typer.Option(metavar="ID", help="Zones it is for; repeat for several.")] = None,
    mission: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Missions it is for; repeat for several.")
    ] = None,
) -> None:
    """Write a waiver of the house.

    \b
    Example:
      dronectl waiver add w.json --id W-1 --rule PRV101 --zone DHG-P01 --mission roof-77 --reason "school closed" \
        --approved-by "J. Jansen" --until 2026-05-12T18:00+02:00
    """
    from dronectl.cli import law

    tongue.answer(law.waiver_add(file, identifier, rule, reason, approved_by, until, zone or [], mission or []))


@waiver_app.command("list")
def waiver_list(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Permit files or folders.")],
    now: Annotated[str | None, typer.Option(metavar="TIME", help="The clock, to tell what is expired.")] = None,
) -> None:
    """List waivers and other permits: what for, by whom, until when."""
    from dronectl.cli import law

    tongue.answer(law.waiver_list(paths, now))


@waiver_app.command("lint")
def waiver_lint(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Permit files or folders.")],
    now: Annotated[str | None, typer.Option(metavar="TIME", help="The clock, to tell what is expired.")] = None,
) -> None:
    """Tell every fault of waivers and other permits. Exit 1 where there is one."""
    from dronectl.cli import law

    text, code = law.waiver_lint(paths, now)
    tongue.answer(text)
    raise typer.Exit(code)
