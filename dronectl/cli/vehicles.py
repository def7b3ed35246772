"""The commands that take a mission back to the vehicle."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli.application import AtOption, TakeoffOption, TerrainOption
from dronectl.cli.options import AboutOption, AltDatum, OperatorOption, PermitOption, ZonesOption


def export(
    mission: Annotated[str, typer.Argument(help="A mission file.")],
    to: Annotated[str, typer.Option(metavar="VEHICLE", help="qgc, ardupilot, dji-area or kml.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to.")],
    width: Annotated[
        float, typer.Option(metavar="METRES", help="How far beside the path what was checked reaches.")
    ] = 30.0,
    around: Annotated[float, typer.Option(metavar="METRES", help="Zones this near are kept out of.")] = 1000.0,
    zones: ZonesOption = None,
    permit: PermitOption = None,
    operator: OperatorOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    rtl_alt: Annotated[
        float | None, typer.Option(metavar="METRES", help="Height above take-off of the aircraft's way home.")
    ] = None,
) -> None:
    """Write a cleared mission with a fence that the aircraft itself keeps to; it is read back and checked again.

    Exit 1 where the mission is not cleared, or what was written is not what was meant.

    \b
    Examples:
      dronectl export roof.plan --to qgc -o roof-fenced.plan
      dronectl export roof.geojson --to dji-area -o roof-area.json
    """
    from dronectl.cli import exporting

    code = exporting.export(
        mission, to, width, around, output, zones=zones or [], permits=permit or [], operator=operator or [],
        terrain=terrain or [], about=about, at=at, takeoff_elevation=takeoff_elevation, alt_datum=alt_datum, rtl_alt=rtl_alt,
    )  # fmt: skip
    raise typer.Exit(code)
