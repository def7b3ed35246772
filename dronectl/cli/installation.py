"""The commands that set an installation up, and say what it has."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dronectl.cli import tongue


def init(
    folder: Annotated[str, typer.Argument(metavar="[FOLDER]", help="Where to; made where it is not there.")] = ".",
    city: Annotated[
        str | None, typer.Option(metavar="CITY", help="almere, amsterdam, apeldoorn, den-haag, eindhoven or elsewhere.")
    ] = None,
    aircraft: Annotated[
        list[str] | None, typer.Option(metavar="TYPE", help="An aircraft of the catalogue; repeat for several.")
    ] = None,
    operator: Annotated[str | None, typer.Option(metavar="NAME", help="Who answers for the flights.")] = None,
    number: Annotated[str | None, typer.Option(metavar="NUMBER", help="The operator's number.")] = None,
    ask: Annotated[
        bool | None, typer.Option("--ask/--no-ask", help="Ask what was not told. [default: at a terminal]")
    ] = None,
) -> None:
    """Set up a folder: language, aircraft, operator, zones. Writes dronectl.toml, and never over one.

    \b
    Examples:
      dronectl init
      dronectl --lang nl init work --city den-haag --aircraft dji-m3e --operator "Gemeente Den Haag" --no-ask
    """
    from dronectl.cli import starting

    asked = starting.Asked(city=city, aircraft=aircraft, operator=operator, number=number, lang=tongue.asked())
    raise typer.Exit(starting.init(folder, asked, ask=sys.stdin.isatty() if ask is None else ask))


def doctor() -> None:
    """Say what this installation has: versions, zones and their age, what the settings name, what is missing."""
    from dronectl.cli import installed

    text, healthy = installed.doctor()
    tongue.answer(text)
    raise typer.Exit(0 if healthy else 1)
