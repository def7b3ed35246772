"""The commands for what an application for a flight needs: volumes, flight-plan requests, the SORA."""

from __future__ import annotations

from typing import Annotated

import typer

from dronectl.cli.options import (
    AboutOption,
    AltDatum,
    LayerOption,
    OperatorOption,
    OutputOption,
    SurfaceOption,
    ZonesOption,
)

AtOption = Annotated[str | None, typer.Option(metavar="TIME", help="Start time, in place of the mission's.")]
TerrainOption = Annotated[
    list[str] | None, typer.Option(metavar="PATH", help="Terrain raster or folder, metres AMSL; repeat for several.")
]
TakeoffOption = Annotated[float | None, typer.Option(metavar="METRES", help="The ground at the take-off point, AMSL.")]


def volumes(
    mission: Annotated[str, typer.Argument(help="A mission file.")],
    operator: OperatorOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, geojson or ed318.")] = "text",
    output: OutputOption = None,
) -> None:
    """Print the operational volume: flight geography, contingency volume, ground risk buffer, with every figure.

    \b
    Example:
      dronectl volumes roof.geojson -f ed318 -o roof-volume.json
    """
    from dronectl.cli import applying

    asked = applying.Asked(
        zones=None, at=at, terrain=terrain or [], takeoff_elevation=takeoff_elevation, alt_datum=alt_datum,
        operator=operator or [], about=about,
    )  # fmt: skip
    raise typer.Exit(applying.volumes(mission, asked, format_, output))


def permits(
    missions: Annotated[list[str], typer.Argument(metavar="MISSION...", help="Mission files.")],
    zones: ZonesOption = None,
    operator: OperatorOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="The clock. [default: that of this machine]")] = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
    output: OutputOption = None,
) -> None:
    """Count the flight-plan requests that missions owe in civil control zones, with deadlines and the text to copy.

    Exit 1 where a deadline has passed, 3 where a time, a height or the airspace is not known.

    \b
    Example:
      dronectl permits roof.geojson bridge.geojson --now 2026-05-11T07:00+02:00
    """
    from dronectl.cli import applying

    asked = applying.Asked(
        zones=zones, at=at, terrain=terrain or [], takeoff_elevation=takeoff_elevation, alt_datum=alt_datum,
        operator=operator or [], about=about,
    )  # fmt: skip
    raise typer.Exit(applying.permits(missions, asked, now, format_, output))


def sora(
    mission: Annotated[str, typer.Argument(help="A mission file.")],
    zones: ZonesOption = None,
    population: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Persons per km2: polygons (persons_per_km2), or a GeoTIFF."),
    ] = None,
    per_cell: Annotated[bool, typer.Option("--per-cell", help="The GeoTIFF holds persons per cell instead.")] = False,
    edition: Annotated[str, typer.Option(metavar="EDITION", help="2.5 or 2.0.")] = "2.5",
    mitigation: Annotated[
        list[str] | None, typer.Option(metavar="NAME=LEVEL", help="Such as m1a=low; repeat for several.")
    ] = None,
    airspace: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACT",
            help="atypical, above_fl600, airport, class_bcd, tmz, controlled or urban, or FACT=no; repeat for several.",
        ),
    ] = None,
    row: Annotated[str, typer.Option(metavar="NAME", help="The row of the table of ground risk; 2.0 needs it.")] = "",
    vlos: Annotated[
        bool | None, typer.Option("--vlos/--bvlos", help="Within sight of the pilot, in place of the mission's word.")
    ] = None,
    sheltered: Annotated[bool, typer.Option("--sheltered", help="People in the adjacent area are sheltered.")] = False,
    operator: OperatorOption = None,
    layer: LayerOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, json or md.")] = "text",
    output: OutputOption = None,
) -> None:
    """Work out the SORA of a mission: ground and air risk, SAIL, containment, objectives, each with its inputs.

    Exit 1 where the operation is outside SORA, 3 where an input is missing.

    \b
    Example:
      dronectl sora roof.geojson --population wijken.gpkg --mitigation m1c=low --airspace urban -f md
    """
    from dronectl.cli import applying

    asked = applying.Asked(
        zones=zones, at=at, terrain=terrain or [], takeoff_elevation=takeoff_elevation, alt_datum=alt_datum,
        operator=operator or [], about=about, layers=layer or [],
    )  # fmt: skip
    stated = applying.Statements(
        edition=edition, population=population, per_cell=per_cell, mitigations=mitigation or [],
        airspace=airspace or [], row=row, vlos=vlos, sheltered=sheltered,
    )  # fmt: skip
    raise typer.Exit(applying.sora(mission, asked, stated, format_, output))


def standoff(
    crowd: Annotated[str, typer.Argument(metavar="CROWD", help="A zone file with crowds.")],
    lens: Annotated[str, typer.Option(metavar="MM,...", help="Focal lengths as on 35 mm film.")] = "24mm",
    video: Annotated[str, typer.Option(metavar="SIZE", help="4k, hd, or a width in pixels.")] = "4k",
    height: Annotated[str, typer.Option(metavar="M,...", help="Heights above ground: 30,60 or 30..100.")] = "30..120",
    off: Annotated[
        str, typer.Option(metavar="M,...", help="Distances from the edge. [default: the nearest that fits]")
    ] = "",
    least: Annotated[float, typer.Option(metavar="PX/M", help="At least so many pixels a metre.")] = 25.0,
    most: Annotated[float, typer.Option(metavar="PX/M", help="Fewer than so many pixels a metre.")] = 62.5,
    margin: Annotated[float, typer.Option(metavar="METRES", help="Room that the 1:1 rule must leave.")] = 5.0,
    takeoff: Annotated[str, typer.Option("--from", metavar="LON,LAT", help="The take-off point.")] = "",
    identifier: Annotated[str, typer.Option("--crowd", metavar="ID", help="Only this crowd.")] = "",
    at: AtOption = None,
    zones: ZonesOption = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, json or geojson.")] = "text",
    output: OutputOption = None,
) -> None:
    """Find where a drone may stand off a crowd: nobody overflown, the 1:1 rule kept, people countable, nobody recognisable.

    Exit 1 where no place fits, 3 where no zone file speaks of it.

    \b
    Example:
      dronectl standoff festival.geojson --lens 24mm,70mm --height 30,60,80,100 -f geojson -o places.geojson
    """
    from dronectl.cli import standing

    wishes = standing.Wishes(
        lens=lens, video=video, height=height, off=off, least=least, most=most, margin=margin, takeoff=takeoff,
        crowd=identifier, at=at,
    )  # fmt: skip
    raise typer.Exit(standing.standoff(crowd, zones, wishes, format_, output))


def camera(
    mission: Annotated[str, typer.Argument(help="A mission or log file.")],
    lens: Annotated[str, typer.Option(metavar="NAME", help="Such as wide or tele. [default: the longest counts]")] = "",
    payload: Annotated[str, typer.Option(metavar="ID", help="The camera, where the aircraft may carry several.")] = "",
    video: Annotated[str, typer.Option(metavar="SIZE", help="4k, hd or 3840x2160. [default: a photo counts]")] = "",
    zoom: Annotated[
        float | None, typer.Option(metavar="MM", help="Focal length of a zoom lens, as on 35 mm film.")
    ] = None,
    pitch: Annotated[float | None, typer.Option(metavar="DEGREES", help="Where the gimbal looks: -90 is down.")] = None,
    yaw: Annotated[str, typer.Option(metavar="DEGREES", help="Degrees from north, or course.")] = "",
    zones: ZonesOption = None,
    layer: LayerOption = None,
    operator: OperatorOption = None,
    about: AboutOption = None,
    at: AtOption = None,
    terrain: TerrainOption = None,
    surface: SurfaceOption = None,
    terrain_error: Annotated[
        float | None, typer.Option(metavar="METRES", help="How far off terrain and surface may be. [default: 16]")
    ] = None,
    takeoff_elevation: TakeoffOption = None,
    alt_datum: AltDatum = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, json or geojson.")] = "text",
    output: OutputOption = None,
) -> None:
    """Work out what the camera sees: ranges, each leg, privacy zones and homes in view, and the least change for each.

    Exit 1 where one is in view at its limit or more, 3 where that is not known.

    \b
    Examples:
      dronectl camera roof.geojson --lens wide --video 4k --layer homes=addresses.gpkg
      dronectl camera roof.geojson -f geojson -o footprint.geojson
    """
    from dronectl.cli import applying

    asked = applying.Asked(
        zones=zones, at=at, terrain=terrain or [], takeoff_elevation=takeoff_elevation, alt_datum=alt_datum,
        operator=operator or [], about=about, layers=layer or [], surface=surface or [], terrain_error=terrain_error,
    )  # fmt: skip
    told = applying.Lens(payload=payload, lens=lens, video=video, eq_mm=zoom, pitch_deg=pitch, yaw=yaw)
    raise typer.Exit(applying.camera(mission, asked, told, format_, output))
