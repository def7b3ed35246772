"""The commands for what people get on paper: the crew, the residents, the authority."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli.application import AtOption, TakeoffOption, TerrainOption
from dronectl.cli.options import (
    AboutOption,
    AltDatum,
    LayerOption,
    OperatorOption,
    OutputOption,
    PackOption,
    PermitOption,
    ReportLangOption,
    ZonesOption,
)

BasemapOption = Annotated[
    str | None, typer.Option(metavar="FILE", help="What the map is drawn over: GeoJSON, PMTiles, GeoTIFF.")
]


def brief(
    missions: Annotated[list[str], typer.Argument(metavar="MISSION...", help="Mission files.")],
    zones: ZonesOption = None,
    permit: PermitOption = None,
    operator: OperatorOption = None,
    about: AboutOption = None,
    layer: LayerOption = None,
    pack: PackOption = None,
    at: AtOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    lang: ReportLangOption = None,
    basemap: BasemapOption = None,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="NAME", help="html or pdf.")] = None,
    output: OutputOption = None,
) -> None:
    """Write two pages for the crew: the verdict with its map, and points, calls, light, posts and what is left to look at.

    \b
    Example:
      dronectl brief roof.geojson --lang nl -o roof.pdf
    """
    from dronectl.cli import handing_out

    asked = handing_out.asked_of(
        zones=zones, at=at, terrain=terrain, takeoff_elevation=takeoff_elevation, alt_datum=alt_datum, operator=operator,
        about=about, layers=layer, packs=pack,
    )  # fmt: skip
    raise typer.Exit(handing_out.brief(missions, asked, permit or [], lang, basemap, format_, output))


def notice(
    mission: Annotated[str, typer.Argument(help="A mission file.")],
    area: Annotated[str, typer.Option(metavar="NAME", help="What people call the place.")] = "",
    register: Annotated[
        str, typer.Option(metavar="CITY", help="Add the report to a city's sensor register: amsterdam.")
    ] = "",
    operator: OperatorOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    alt_datum: AltDatum = None,
    lang: ReportLangOption = None,
    basemap: BasemapOption = None,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="NAME", help="text or html.")] = None,
    output: OutputOption = None,
) -> None:
    """Write what residents read: what flies, roughly where, when, why, what its camera can and cannot recognise.

    \b
    Example:
      dronectl notice roof.geojson --lang nl --area Segbroek --register amsterdam
    """
    from dronectl.cli import handing_out

    asked = handing_out.asked_of(at=at, alt_datum=alt_datum, operator=operator, about=about)
    raise typer.Exit(handing_out.notice(mission, asked, area, register, lang, basemap, format_, output))


def annex(
    mission: Annotated[str, typer.Argument(help="A mission file.")],
    zones: ZonesOption = None,
    permit: PermitOption = None,
    operator: OperatorOption = None,
    about: AboutOption = None,
    layer: LayerOption = None,
    pack: PackOption = None,
    population: Annotated[
        str | None, typer.Option(metavar="FILE", help="People per km2 (GeoTIFF, or CBS squares), for the SORA.")
    ] = None,
    with_sora: Annotated[bool, typer.Option("--sora", help="Add the tables of a SORA 2.5.")] = False,
    at: AtOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    lang: ReportLangOption = None,
    output: OutputOption = None,
) -> None:
    """Write the annex of an application (Markdown): who and why, volume, what the zones ask, SORA, files.

    \b
    Example:
      dronectl annex roof.geojson --sora -o annex.md
    """
    from dronectl.cli import handing_out

    asked = handing_out.asked_of(
        zones=zones, at=at, terrain=terrain, takeoff_elevation=takeoff_elevation, alt_datum=alt_datum, operator=operator,
        about=about, layers=layer, packs=pack,
    )  # fmt: skip
    raise typer.Exit(handing_out.annex(mission, asked, permit or [], population, with_sora, lang, output))
