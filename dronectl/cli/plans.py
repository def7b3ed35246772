"""The commands that make new missions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from dronectl.cli.application import TakeoffOption, TerrainOption
from dronectl.cli.options import AboutOption, LayerOption, OperatorOption, PackOption, PermitOption, ZonesOption

if TYPE_CHECKING:
    from dronectl.cli.planning import Asked
else:
    Asked = object  # what a command is given is made when it runs

plan_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make new missions that are clear.")

HeightOption = Annotated[float, typer.Option(metavar="METRES", help="How high it flies.")]


def _shared(
    zones: ZonesOption = None,
    permit: PermitOption = None,
    operator: OperatorOption = None,
    layer: LayerOption = None,
    pack: PackOption = None,
    about: AboutOption = None,
    terrain: TerrainOption = None,
    takeoff_elevation: TakeoffOption = None,
    margin: Annotated[
        float | None, typer.Option(metavar="METRES", help="Room to keep from restricted zones. [default: 0]")
    ] = None,
    datum: Annotated[str, typer.Option(metavar="DATUM", help="What heights count from: AGL or TAKEOFF.")] = "AGL",
    speed: Annotated[float, typer.Option(metavar="M/S", help="How fast it flies.")] = 8.0,
    start: Annotated[str | None, typer.Option("--start", metavar="TIME", help="When it takes off.")] = None,
    takeoff: Annotated[
        str,
        typer.Option("--takeoff", metavar="LON,LAT", help="Where it takes off and lands. [default: the path's ends]"),
    ] = "",
    category: Annotated[str, typer.Option(metavar="NAME", help="Such as open/A2.")] = "",
    aircraft: Annotated[str, typer.Option(metavar="ID", help="Of the catalogue or of --operator.")] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="What the mission is called.")] = "",
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the mission, in the format of the suffix."),
    ] = None,
) -> Asked:
    from dronectl.cli import planning

    return planning.Asked(
        zones=zones or [], permits=permit or [], operator=operator or [], layers=layer or [], packs=pack or [],
        terrain=terrain or [], about=about, start=start, takeoff=takeoff, takeoff_elevation=takeoff_elevation, datum=datum,
        speed=speed, margin=margin, category=category, aircraft=aircraft, name=name, format_=format_, output=output,
    )  # fmt: skip


SHARED = inspect.signature(_shared).parameters
HINTS = get_type_hints(_shared, include_extras=True)


def _planning(command: Callable[..., int]) -> Callable[..., None]:
    """A command of its own options and of those that all of them share, which it is given as `asked`."""

    def run(**given: Any) -> None:
        asked = _shared(**{name: given.pop(name) for name in SHARED})
        raise typer.Exit(command(**given, asked=asked))

    hints = HINTS | get_type_hints(command, include_extras=True)
    own = [part for name, part in inspect.signature(command).parameters.items() if name != "asked"]
    taken = [part.replace(annotation=hints[part.name]) for part in (*own, *SHARED.values())]
    run.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
    run.__annotations__ = {part.name: part.annotation for part in taken}
    run.__doc__, run.__name__ = command.__doc__, command.__name__
    return run


@plan_app.command("route")
@_planning
def plan_route(
    begin: Annotated[str, typer.Option("--from", metavar="LON,LAT", help="Where it begins.")],
    to: Annotated[str, typer.Option("--to", metavar="LON,LAT", help="Where it ends.")],
    via: Annotated[
        list[str] | None, typer.Option("--via", metavar="LON,LAT", help="A place on the way; repeat for several.")
    ] = None,
    height: HeightOption = 60.0,
    *,
    asked: Asked,
) -> int:
    """Plan the shortest way from place to place that is clear.

    \b
    Example:
      dronectl plan route --from 4.30,52.07 --to 4.32,52.08 --start 2026-05-12T10:00+02:00 -o route.plan
    """
    from dronectl.cli import planning

    return planning.plan_route(begin, to, via or [], height, asked)


@plan_app.command("survey")
@_planning
def plan_survey(
    area: Annotated[str, typer.Argument(metavar="AREA", help="A file with one area (GeoJSON, GeoPackage, KML).")],
    gsd: Annotated[float | None, typer.Option(metavar="CM", help="Centimetres of ground a pixel.")] = None,
    height: Annotated[float | None, typer.Option(metavar="METRES", help="How high it flies, instead of --gsd.")] = None,
    lens: Annotated[str, typer.Option(metavar="NAME", help="Of the aircraft's camera, such as wide.")] = "",
    photo: Annotated[str, typer.Option(metavar="WxH", help="Size of the photos. [default: the lens's own]")] = "",
    hfov: Annotated[
        float | None, typer.Option(metavar="DEGREES", help="Horizontal field of view of a camera no catalogue has.")
    ] = None,
    side: Annotated[float, typer.Option(metavar="PERCENT", help="Overlap of strips.")] = 70.0,
    front: Annotated[float, typer.Option(metavar="PERCENT", help="Overlap of photos along a strip.")] = 80.0,
    angle: Annotated[
        float | None, typer.Option(metavar="DEGREES", help="Direction of strips. [default: along the longer side]")
    ] = None,
    *,
    asked: Asked,
) -> int:
    """Plan photos of a whole area: strips, cut at zones and joined round them, and the share that they cover.

    \b
    Example:
      dronectl plan survey site.geojson --gsd 1.5 --aircraft dji-m3e --lens wide -o site.plan
    """
    from dronectl.cli import planning

    shots = planning.Shots(
        gsd_cm=gsd, height=height, lens=lens, photo=photo, hfov=hfov, side=side, front=front, angle=angle
    )
    return planning.plan_survey(area, shots, asked)


@plan_app.command("perimeter")
@_planning
def plan_perimeter(
    area: Annotated[str, typer.Argument(metavar="AREA", help="A file with one area (GeoJSON, GeoPackage, KML).")],
    off: Annotated[float, typer.Option(metavar="METRES", help="How far outside of its edge; inside, below 0.")] = 0.0,
    height: HeightOption = 60.0,
    *,
    asked: Asked,
) -> int:
    """Plan a way once round an area.

    \b
    Example:
      dronectl plan perimeter park.geojson --off 20 -o park.plan
    """
    from dronectl.cli import planning

    return planning.plan_perimeter(area, off, height, asked)


@plan_app.command("observe")
@_planning
def plan_observe(
    path: Annotated[str, typer.Argument(metavar="CROWD", help="A zone file with crowds.")],
    crowd: Annotated[str, typer.Option("--crowd", metavar="ID", help="Only this crowd.")] = "",
    lens: Annotated[str, typer.Option(metavar="MM,...", help="Focal lengths as on 35 mm film.")] = "24mm",
    video: Annotated[str, typer.Option(metavar="SIZE", help="4k, hd, or a width in pixels.")] = "4k",
    height: Annotated[str, typer.Option(metavar="M,...", help="Heights above ground: 30,60 or 30..100.")] = "30..120",
    minutes: Annotated[float, typer.Option(metavar="MINUTES", help="How long it stands there.")] = 10.0,
    *,
    asked: Asked,
) -> int:
    """Plan a flight to the best stand off a crowd, and home: `standoff`, flown.

    \b
    Example:
      dronectl plan observe festival.geojson --takeoff 4.31,52.08 --start 2026-05-05T15:00+02:00 -o watch.geojson
    """
    from dronectl.cli import planning, wording

    return planning.plan_observe(path, crowd, lens, video, wording.numbers_of(height, "--height"), minutes, asked)
