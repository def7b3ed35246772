"""The commands for what was flown: compare."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli.application import TakeoffOption, TerrainOption
from dronectl.cli.options import AboutOption, AltDatum, OperatorOption, OutputOption, ReportLangOption


def compare(
    plan: Annotated[str, typer.Argument(help="A mission file.")],
    log: Annotated[str, typer.Argument(help="The log of its flight.")],
    operator: OperatorOption = None,
    about: AboutOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    lang: ReportLangOption = None,
    format_: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME", help="text, json, geojson, html or svg.")
    ] = "text",
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
    if output is not None and format_ == "text":
        format_ = {".json": "json", ".geojson": "geojson", ".html": "html", ".svg": "svg"}.get(
            output[output.rfind(".") :], "text"
        )
    raise typer.Exit(comparing.compare(plan, log, asked, format_, lang, output))
