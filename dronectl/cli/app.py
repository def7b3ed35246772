"""The commands and what they take."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from dronectl._version import __version__
from dronectl.cli import afterwards, application, conditions, handouts, installation, plans, proof, tongue, vehicles
from dronectl.cli.options import (
    AboutOption,
    AltDatum,
    DossierOption,
    KeyOption,
    LangOption,
    LayerOption,
    MappingOption,
    NoColour,
    OperatorOption,
    OutputOption,
    ReportLangOption,
    RtlOption,
    SurfaceOption,
    ZonesOption,
)
from dronectl.cli.rulebook import aircraft_app, rules_app, waiver_app

app = typer.Typer(
    name="dronectl",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Hold drone missions against no-fly and privacy zones: a verdict, its reasons, and a report.\n\n"
    "\b\nExamples:\n  dronectl check mission.geojson\n  dronectl check survey.plan --at 2026-05-12T10:00+02:00 "
    "--zones zones/\n  dronectl check mission.geojson -o report.html\n  dronectl explain AIR101\n\n"
    "Exit: 0 CLEARED, 1 NOT CLEARED, 3 CANNOT TELL, 2 wrong use, 4 an input cannot be read, 70 our own fault.",
)
zones_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at zone files.")
missions_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at mission files.")
config_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at the settings.")
app.add_typer(zones_app, name="zones")
app.add_typer(rules_app, name="rules")
app.add_typer(aircraft_app, name="aircraft")
app.add_typer(waiver_app, name="waiver")
app.add_typer(missions_app, name="missions")
app.add_typer(config_app, name="config")
app.add_typer(plans.plan_app, name="plan")
app.add_typer(afterwards.audit_app, name="audit")
app.add_typer(proof.keys_app, name="keys")
app.add_typer(proof.dossier_app, name="dossier")
app.add_typer(conditions.share_app, name="share")
app.add_typer(conditions.ledger_app, name="ledger")
app.add_typer(conditions.retention_app, name="retention")


class Unknown(str, Enum):
    """What an undecided verdict does to the exit code."""

    fail = "fail"
    warn = "warn"


class FailOn(str, Enum):
    """From which answer on the exit code is that of a violation."""

    violation = "violation"
    warning = "warning"
    undecided = "undecided"


FORMATS = ("csv", "geojson", "gpkg", "html", "json", "junit", "kml", "kmz", "md", "pdf", "qml", "sarif", "text")


def _codes(incomplete: str) -> list[str]:
    from dronectl.explanation import explanations

    return [code for code in explanations() if code.startswith(incomplete.upper())]


def _formats(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def _version(value: bool) -> None:
    if value:
        print(f"dronectl {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
    lang: Annotated[str | None, typer.Option(metavar="LANG", help="Language of what people read: en or nl.")] = None,
) -> None:
    return


@app.command()
def check(
    missions: Annotated[
        list[str], typer.Argument(metavar="MISSION...", help="Mission files or folders; - reads stdin.")
    ],
    zones: ZonesOption = None,
    permit: Annotated[list[str] | None, typer.Option(metavar="FILE", help="Permit file; repeat for several.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Start time, in place of the mission's.")] = None,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="The clock for rules about age.")] = None,
    terrain: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Terrain raster or folder, metres AMSL; repeat for several."),
    ] = None,
    surface: SurfaceOption = None,
    terrain_error: Annotated[
        float | None, typer.Option(metavar="METRES", help="How far off the terrain may be. [default: 16]")
    ] = None,
    geoid: Annotated[str | None, typer.Option(metavar="FILE", help="Geoid raster. [default: EGM96, bundled]")] = None,
    geoid_error: Annotated[
        float | None, typer.Option(metavar="METRES", help="How far off the geoid may be. [default: 2]")
    ] = None,
    takeoff_elevation: Annotated[
        float | None, typer.Option(metavar="METRES", help="The ground at the take-off point, AMSL.")
    ] = None,
    qnh: Annotated[
        float | None, typer.Option(metavar="HPA", help="Air pressure at sea level, for flight levels.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option(metavar="METRES", help="Room to keep from restricted zones. [default: 0]")
    ] = None,
    separation: Annotated[
        str | None,
        typer.Option(metavar="M,M,S", help="Between missions: sideways, up, seconds. [default: 50,15,30]"),
    ] = None,
    near: Annotated[
        float | None, typer.Option(metavar="METRES", help="List zones passed within this distance. [default: 1000]")
    ] = None,
    rtl_alt: RtlOption = None,
    alt_datum: AltDatum = None,
    mapping: MappingOption = None,
    fence: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="A fence to keep to; repeat for several.")
    ] = None,
    max_age: Annotated[float | None, typer.Option(metavar="DAYS", help="Oldest zone file allowed.")] = None,
    covers: Annotated[
        bool, typer.Option("--covers", help="The zone files are complete here, even without zones.")
    ] = False,
    pack: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Rules of the house (TOML), or `house`; repeat for several."),
    ] = None,
    operator: OperatorOption = None,
    layer: LayerOption = None,
    about: AboutOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="What was not asked leaves the mission undecided.")] = False,
    hide_waived: Annotated[
        bool,
        typer.Option("--hide-waived/--show-waived", help="Leave waived findings out of the text; they are counted."),
    ] = False,
    select: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only these rules or families.", autocompletion=_codes)
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Set these rules aside.", autocompletion=_codes)
    ] = None,
    unknown: Annotated[Unknown, typer.Option(help="warn: CANNOT TELL exits with 0.")] = Unknown.fail,
    fail_on: Annotated[
        FailOn, typer.Option(help="The least that exits with 1: a failed warning too, or what is undecided as well.")
    ] = FailOn.violation,
    explain_decision: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Print how the answer about one zone came about, with its figures."),
    ] = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="Print the 1:1 rule over time, for each crowd near.")
    ] = False,
    format_: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="NAME", help=f"One of {', '.join(FORMATS)}.", autocompletion=_formats),
    ] = None,
    output: OutputOption = None,
    lang: Annotated[str | None, typer.Option(metavar="LANG", help="Language of the report: en or nl.")] = None,
    basemap: Annotated[
        str | None, typer.Option(metavar="FILE", help="What the map is drawn over: GeoJSON, PMTiles, GeoTIFF.")
    ] = None,
    dossier: DossierOption = None,
    key: KeyOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="The verdict only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Every pass, every remark.")] = False,
    timing: Annotated[bool, typer.Option("--timing", help="Tell where the time went, on stderr.")] = False,
    no_color: NoColour = False,
) -> None:
    """Hold missions against zones.

    \b
    Examples:
      dronectl check mission.geojson
      dronectl check survey.plan --at 2026-05-12T10:00+02:00
      dronectl check mission.geojson --zones zones/ --permit tower.json
      dronectl check mission.geojson -o report.html
    """
    _begin(zones)
    from dronectl.cli import running

    code = running.check(
        missions,
        zones=zones,
        permits=permit or [],
        at=at,
        now=now,
        terrain=terrain or [],
        surface=surface or [],
        terrain_error=terrain_error,
        geoid=geoid,
        geoid_error=geoid_error,
        takeoff_elevation=takeoff_elevation,
        qnh=qnh,
        margin=margin,
        separation=separation,
        near=near,
        rtl_alt=rtl_alt,
        alt_datum=alt_datum,
        mapping=mapping,
        fence=fence or [],
        max_age=max_age,
        covers=covers,
        packs=pack or [],
        operator=operator or [],
        layers=layer or [],
        about=about,
        strict=strict,
        hide_waived=hide_waived,
        select=select or [],
        ignore=ignore or [],
        warn=unknown is Unknown.warn,
        fail_on=fail_on.value,
        explain_decision=explain_decision,
        timeline=timeline,
        format_=format_,
        output=output,
        lang=lang,
        basemap=basemap,
        dossier=dossier,
        key=key,
        quiet=quiet,
        verbose=verbose,
        timing=timing,
        no_color=no_color,
    )
    raise typer.Exit(code)


def _begin(zones: list[str] | None) -> None:
    """Begin with the digests of large zone files, by which the cache knows them, while what reads them loads."""
    from dronectl import bundled, digests
    from dronectl.config import cache_folder, settings

    chosen = settings()
    if cache_folder(chosen) is not None:
        digests.begin(map(bundled.resolve, chosen.paths("zones", zones)))


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="A rule, such as AIR101, or a limit.", autocompletion=_codes)],
    lang: LangOption = None,
) -> None:
    """Print what a rule asks, why, from which source, and the way out.

    \b
    Example:
      dronectl explain AIR102
      dronectl explain NL-ROAD-A12 --lang nl
    """
    from dronectl.cli import looking

    print(looking.explain(code, lang or tongue.spoken()), end="")


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="mission, about, operator, permit, report or zones.")],
) -> None:
    """Print the JSON Schema of a document."""
    from dronectl.cli import looking

    print(looking.schema(name), end="")


@zones_app.command("list")
def zones_list(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH...]", help="Zone files or folders.")] = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, json or geojson.")] = "text",
    mapping: MappingOption = None,
) -> None:
    """List zones: identifier, restriction, heights, hours, name."""
    from dronectl.cli import looking

    tongue.answer(looking.zones_list(paths or [], format_, mapping), format_)


@zones_app.command("show")
def zones_show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The zone's identifier.")],
    zones: ZonesOption = None,
) -> None:
    """Print all that is known of one zone."""
    from dronectl.cli import looking

    tongue.answer(looking.zones_show(identifier, zones or []))


@zones_app.command("at")
def zones_at(
    lat: Annotated[float, typer.Argument(metavar="LAT", help="Degrees north.")],
    lon: Annotated[float, typer.Argument(metavar="LON", help="Degrees east.")],
    height: Annotated[float | None, typer.Option(metavar="METRES", help="How high; any height, if left out.")] = None,
    datum: Annotated[str, typer.Option(metavar="DATUM", help="What the height counts from: AGL, AMSL, WGS84.")] = "AGL",
    time: Annotated[
        str | None, typer.Option(metavar="TIME", help="When; hours are told as unknown, if left out.")
    ] = None,
    near: Annotated[float, typer.Option(metavar="METRES", help="Also zones within this distance.")] = 0.0,
    zones: ZonesOption = None,
    terrain: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Terrain raster or folder, metres AMSL.")
    ] = None,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, json or geojson.")] = "text",
    output: OutputOption = None,
) -> None:
    """Tell which zones apply at one place.

    \b
    Example:
      dronectl zones at 52.0705 4.3007 --height 60 --time 2026-05-12T10:00+02:00 --near 1000
    """
    from dronectl.cli import around

    asked = around.Asked(
        lat=lat, lon=lon, height=height, datum=datum, time=time, near_m=near, zones=zones or [], terrain=terrain or []
    )
    raise typer.Exit(around.zones_at(asked, format_, output))


@zones_app.command("diff")
def zones_diff(
    a: Annotated[str, typer.Argument(metavar="A", help="Zone file or folder.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Zone file or folder to hold against it.")],
    mapping: MappingOption = None,
    lang: ReportLangOption = None,
    format_: Annotated[
        str | None, typer.Option("--format", "-f", metavar="NAME", help="One of text, json, geojson, html.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Tell what two sets of zones say differently: only in one, outline, heights, times, restriction. Exit 1 where they do.

    \b
    Example:
      dronectl zones diff staatscourant.geojson pdok.geojson -o differences.html
    """
    from dronectl.cli import around

    raise typer.Exit(around.zones_diff(a, b, mapping, format_, lang, output))


@zones_app.command("lint")
def zones_lint(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Zone files or folders.")],
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended without changing what the file says; needs --output.")
    ] = False,
    output: OutputOption = None,
) -> None:
    """Tell every fault and oddity of zone files, with its place. Exit 1 where there is one, 4 where a file is refused.

    \b
    Examples:
      dronectl zones lint wijk.geojson
      dronectl zones lint wijk.geojson --fix -o wijk-mended.geojson
    """
    from dronectl.cli import looking

    if fix:
        from dronectl.cli import around

        if output is None or len(paths) != 1:
            raise typer.BadParameter("name one file, and where the mended one is written: --output FILE")
        raise typer.Exit(around.zones_mend(paths[0], output))
    text, code = looking.zones_lint(paths)
    tongue.answer(text)
    raise typer.Exit(code)


@zones_app.command("fetch")
def zones_fetch(
    feeds: Annotated[list[str] | None, typer.Argument(metavar="[FEED...]", help="Feeds to fetch, or all.")] = None,
    into: Annotated[str | None, typer.Option(metavar="FOLDER", help="Where the files go.")] = None,
    registry: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Feeds of your own (TOML); repeat for several.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Print the feeds and stop; asks nobody.")] = False,
    largest: Annotated[float, typer.Option(metavar="MIB", help="The largest file that is taken.")] = 256.0,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="The longest that a file may take.")] = 120.0,
    shrink: Annotated[bool, typer.Option("--shrink", help="Take an edition with far fewer zones as well.")] = False,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
) -> None:
    """Fetch zone files from their publishers, over the network. The edition before is kept.

    Exit 4 where a feed did not come; its file is then what it was.

    \b
    Examples:
      dronectl zones fetch --list
      dronectl zones fetch nl-pdok-luchtvaartgebieden --into zones-nl
    """
    from dronectl.cli import fetching

    code = fetching.zones_fetch(
        feeds or [], into, registry or [], listed=listed, largest_mib=largest, longest_s=timeout, shrink=shrink,
        format_=format_,
    )  # fmt: skip
    raise typer.Exit(code)


@zones_app.command("convert")
def zones_convert(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Zone files or folders, or postgis:TABLE.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout.")] = "-",
    to: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="ed318, geojson, gpkg or kml. [default: by the file's name]")
    ] = None,
    mapping: MappingOption = None,
    guess_mapping: Annotated[
        bool, typer.Option("--guess-mapping", help="Print a first guess at the mapping of a table, and stop.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing where something would be lost.")] = False,
) -> None:
    """Write zones in another format: what it cannot say is told first, and what was written is read back and compared.

    \b
    Examples:
      dronectl zones convert airspace.txt -o airspace.json
      dronectl zones convert parks.gpkg --guess-mapping > parks.gpkg.mapping.toml
    """
    from dronectl.cli import converting

    if guess_mapping:
        print(converting.guess(paths), end="")
        return
    raise typer.Exit(converting.zones(paths, output, to, mapping, strict))


@missions_app.command("convert")
def missions_convert(
    mission: Annotated[str, typer.Argument(help="A mission or log file.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout.")] = "-",
    to: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT", help="geojson, gpx, kml, litchi, plan, wpl or wpml. [default: by the file's name]"
        ),
    ] = None,
    alt_datum: AltDatum = None,
    mapping: MappingOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing where something would be lost.")] = False,
    flight: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this one of its flights, as `missions show` names them.")
    ] = None,
) -> None:
    """Write a mission in another format: what it cannot say is told first, and the path is read back and compared.

    \b
    Examples:
      dronectl missions convert survey.plan -o survey.kmz
      dronectl missions convert day.geojson --flight flight-2 -o noon.plan
    """
    from dronectl.cli import converting

    raise typer.Exit(converting.missions(mission, output, to, alt_datum, mapping, strict, flight))


@app.command()
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Take all of it away.")] = False,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")] = "text",
) -> None:
    """List what is kept of large zone files, so that a check reads only what lies near. DRONECTL_CACHE=off keeps nothing.

    \b
    Example:
      dronectl cache --clear
    """
    from dronectl.cli import cached
    from dronectl.cli.applying import require_format

    require_format(format_, ("text", "json"))
    tongue.answer(cached.cache(clear, format_), format_)


@app.command()
def formats() -> None:
    """List every file format that is read, and every one that is written."""
    from dronectl.cli import converting

    tongue.answer(converting.listed_formats())


@missions_app.command("show")
def missions_show(
    mission: Annotated[str, typer.Argument(help="A mission or log file.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Start time, in place of the mission's.")] = None,
    alt_datum: AltDatum = None,
    mapping: Annotated[
        str | None, typer.Option("--mapping", metavar="FILE", help="What the columns of a log table mean (TOML).")
    ] = None,
) -> None:
    """Print a mission leg by leg: what the check will fly."""
    from dronectl.cli import looking

    tongue.answer(looking.missions_show(mission, at, alt_datum, mapping))


@missions_app.command("lint")
def missions_lint(
    missions: Annotated[list[str], typer.Argument(metavar="MISSION...", help="Mission files.")],
) -> None:
    """Tell every fault and oddity of mission files. Exit 1 where there is one, 4 where a file is refused."""
    from dronectl.cli import looking

    text, code = looking.missions_lint(missions)
    tongue.answer(text)
    raise typer.Exit(code)


@config_app.command("show")
def config_show() -> None:
    """Print every setting and who set it: default, the user's file, dronectl.toml, or a DRONECTL_ variable."""
    from dronectl.cli import looking

    print(looking.config_show(), end="")


for command in (
    installation.init,
    installation.doctor,
    application.camera,
    application.standoff,
    application.permits,
    application.volumes,
    application.sora,
    handouts.brief,
    handouts.notice,
    handouts.annex,
    afterwards.compare,
    afterwards.sample,
    afterwards.reconcile,
    afterwards.exposure,
    afterwards.whowas,
    proof.approve,
    proof.verify,
    proof.replay,
    conditions.publish,
    vehicles.suggest,
    vehicles.export,
):
    app.command()(command)
