"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

ZonesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--zones", "-z", metavar="PATH", help="Zone file or folder; repeat for several. [default: bundled zones]"
    ),
]
AltDatum = Annotated[
    str | None,
    typer.Option(metavar="DATUM", help="What heights count from where a file says nothing: AGL, AMSL, WGS84, TAKEOFF."),
]
MappingOption = Annotated[
    str | None, typer.Option("--mapping", metavar="FILE", help="What the columns of a zone table mean (TOML).")
]
OperatorOption = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="Operator, pilots and aircraft (TOML); repeat for several."),
]
AboutOption = Annotated[
    str | None, typer.Option(metavar="FILE", help="What is known of the mission (JSON, member `mission`).")
]
SurfaceOption = Annotated[
    list[str] | None,
    typer.Option(metavar="PATH", help="Surface with buildings and trees, metres AMSL; repeat for several."),
]
RtlOption = Annotated[
    float | None,
    typer.Option("--rtl-alt", metavar="METRES", help="Height above take-off of the aircraft's way home."),
]
LayerOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=FILE", help="roads, railways, power-lines, built-up, homes, public-ground; repeatable."),
]
PackOption = Annotated[
    list[str] | None, typer.Option("--pack", metavar="FILE", help="Rules of the house as well; repeat for several.")
]
LangOption = Annotated[str | None, typer.Option("--lang", metavar="LANG", help="en or nl.")]
PermitOption = Annotated[
    list[str] | None, typer.Option("--permit", metavar="FILE", help="Permit file; repeat for several.")
]
ReportLangOption = Annotated[
    str | None, typer.Option("--lang", metavar="LANG", help="Language of the report: en or nl.")
]
OutputOption = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead of stdout.")
]
NoColour = Annotated[bool, typer.Option("--no-color", help="No colour, also on a terminal (as NO_COLOR).")]
DossierOption = Annotated[
    str | None, typer.Option("--dossier", metavar="FILE", help="Keep it in a dossier, signed, with all it rests on.")
]
KeyOption = Annotated[
    str | None, typer.Option("--key", metavar="NAME", help="The key that signs. [default: the only one there is]")
]
