"""The commands that change a mission, and take it back to the vehicle."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli.application import AtOption, TakeoffOption, TerrainOption
from dronectl.cli.options import (
    AboutOption,
    AltDatum,
    LayerOption,
    OperatorOption,
    PackOption,
    PermitOption,
    RtlOption,
    ZonesOption,
)


def export(
    mission: Annotated[str, typer.Argument(help="A mission file.")],
    to: Annotated[str, typer.Option(metavar="VEHICLE", help="qgc, ardupilot, dji-area, kml, wpml or f3548.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to.")],
    width: Annotated[
        float, typer.Option(metavar="METRES", help="How far beside the path what was checked reaches.")
    ] = 30.0,
    around: Annotated[float, typer.Option(metavar="METRES", help="Zones this near are kept out of.")] = 1000.0,
    fence: Annotated[
        bool, typer.Option("--fence/--no-fence", help="With the fence; the mission alone, without.")
    ] = True,
    zones: ZonesOption = None,
    permit: PermitOption = None,
    operator: OperatorOption = None,
    layer: LayerOption = None,
    pack: PackOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    rtl_alt: RtlOption = None,
) -> None:
    """Write a cleared mission with a fence that the aircraft itself keeps to; it is read back and checked again.

    Exit 1 where the mission is not cleared, or what was written is not what was meant.

    \b
    Examples:
      dronectl export roof.plan --to qgc -o roof-fenced.plan
      dronectl export roof.geojson --to dji-area -o roof-area.json
      dronectl export roof.geojson --to f3548 --terrain ground.tif -o roof-intent.json
    """
    from dronectl.cli import exporting

    code = exporting.export(
        mission, to, width, around, output, fenced=fence, zones=zones or [], permits=permit or [], operator=operator or [],
        layers=layer or [], packs=pack or [], terrain=terrain or [], about=about, at=at,
        takeoff_elevation=takeoff_elevation, alt_datum=alt_datum, rtl_alt=rtl_alt,
    )  # fmt: skip
    raise typer.Exit(code)


def suggest(
    mission: Annotated[str, typer.Argument(help="A mission file.")],
    zones: ZonesOption = None,
    permit: PermitOption = None,
    operator: OperatorOption = None,
    layer: LayerOption = None,
    pack: PackOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="The clock for rules about age.")] = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    rtl_alt: RtlOption = None,
    margin: Annotated[
        float | None, typer.Option(metavar="METRES", help="Room to keep from restricted zones. [default: 0]")
    ] = None,
    take: Annotated[int, typer.Option(metavar="N", help="Which suggestion is written.")] = 1,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the changed mission, in the format of the suffix."),
    ] = None,
) -> None:
    """Find the smallest change that clears a mission: round the zones, at another height, or later. Each was checked.

    Exit 1 where no change of one kind clears it. Nothing is written without --output.

    \b
    Examples:
      dronectl suggest roof.geojson
      dronectl suggest roof.geojson -o roof-b.geojson
    """
    from dronectl.cli import changing

    code = changing.run(
        mission, take, format_, output, zones=zones or [], permits=permit or [], operator=operator or [],
        layers=layer or [], packs=pack or [], terrain=terrain or [], about=about, at=at, now=now,
        takeoff_elevation=takeoff_elevation, alt_datum=alt_datum, rtl_alt=rtl_alt, margin=margin,
    )  # fmt: skip
    raise typer.Exit(code)
