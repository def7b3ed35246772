"""What `brief`, `notice` and `annex` do: read, ask, write, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dronectl.check import Report
from dronectl.check import check as run_check
from dronectl.cli import tongue
from dronectl.cli.applying import (
    SOUND,
    Asked,
    gathered,
    people_of,
    prepared_of,
    print_made,
    require_format,
    with_volume,
)
from dronectl.cli.gathering import Gathered, permits_of
from dronectl.cli.running import EXIT, drawn_over, language
from dronectl.config import settings
from dronectl.errors import InputError, UsageError
from dronectl.filming import view_for
from dronectl.law.shelf import bundled_packs
from dronectl.rules import Options
from dronectl.sharing.record import seen_by

BRIEFS = ("html", "pdf")
REGISTERS = {
    "amsterdam": ("Amsterdam", "APV-SENSOR")
}  # the by-law of which city asks it: `dronectl rules show APV-SENSOR`


def asked_of(
    *,
    zones: Sequence[str] | None = None,
    at: str | None = None,
    terrain: Sequence[str] | None = None,
    takeoff_elevation: float | None = None,
    alt_datum: str | None = None,
    operator: Sequence[str] | None = None,
    about: str | None = None,
    layers: Sequence[str] | None = None,
    packs: Sequence[str] | None = None,
) -> Asked:
    """What the flags say, with nothing where they say nothing."""
    return Asked(
        zones=zones, at=at, terrain=terrain or [], takeoff_elevation=takeoff_elevation, alt_datum=alt_datum,
        operator=operator or [], about=about, layers=layers or [], packs=packs or [],
    )  # fmt: skip


def _report(missions: Sequence[str], asked: Asked, permits: Sequence[str], lang: str | None) -> tuple[Report, Gathered]:
    """The answer to the whole question, as `check` gives it, and what it was asked of."""
    found = gathered(missions, asked)
    given, faults = permits_of(permits, found.missions)
    if faults:
        raise InputError(faults)
    options = Options(lang=language(lang or tongue.asked() or settings().word("lang")))
    return run_check(found.missions, found.files, given, options, found.models, found.house), found


def _format(format_: str | None, output: str | None, known: Sequence[str]) -> str:
    name = format_ or (Path(output).suffix.lower().lstrip(".") if output else known[0])
    name = {"txt": "text", "htm": "html"}.get(name, name)
    require_format(name, known)
    return name


def brief(
    missions: Sequence[str],
    asked: Asked,
    permits: Sequence[str],
    lang: str | None,
    basemap: str | None,
    format_: str | None,
    output: str | None,
) -> int:
    """Two pages for the crew of each mission; the exit code of the verdict."""
    name = _format(format_, output, BRIEFS)
    whole, _ = _report(missions, asked, permits, lang)
    report = drawn_over(whole, settings().path("basemap", basemap), output)
    if name == "pdf":
        from dronectl.reports import as_pdf

        made: str | bytes = as_pdf.briefing(report)
    else:
        from dronectl.reports.crew_sheet import briefed
        from dronectl.reports.pages import page

        made = page("brief.html.j2", briefed(report))
    print_made(made, output, [item.path for item in report.inputs])
    return EXIT[report.verdict]


def notice(
    mission: str,
    asked: Asked,
    area: str,
    register: str,
    lang: str | None,
    basemap: str | None,
    format_: str | None,
    output: str | None,
) -> int:
    """What residents read of one mission."""
    from dronectl.camera import View
    from dronectl.readers.basemap import Basemap
    from dronectl.reports import notice as report

    name = _format(format_, output, report.FORMATS)
    spoken = language(lang or tongue.asked() or settings().word("lang"))
    path = settings().path("basemap", basemap)
    over = Basemap.of(path) if path is not None else None
    city = None
    if register:
        if register.lower() not in REGISTERS:
            raise UsageError(f"--register {register!r}: known are {', '.join(REGISTERS)}")
        title, identifier = REGISTERS[register.lower()]
        city = title, next(limit for pack in bundled_packs() for limit in pack.limits if limit.id == identifier)
    found = gathered([mission], asked, with_zones=False)
    flown = found.only
    view = view_for(flown, found.house.cameras, prepared_of(found)[0].aircraft) if flown.camera is not None else None
    text = report.render(
        seen_by(flown, "resident"), view if isinstance(view, View) else None, spoken, name, area, city, over
    )
    print_made(text, output, [m.path for m in found.missions])
    return SOUND


def annex(
    mission: str,
    asked: Asked,
    permits: Sequence[str],
    population: str | None,
    with_sora: bool,
    lang: str | None,
    output: str | None,
) -> int:
    """The annex of an application; the exit code of the verdict."""
    from dronectl.reports import annex as report

    made, found = _report([mission], asked, permits, lang)
    assessed = None
    if with_sora or population is not None:
        from dronectl import assessment

        ready = with_volume(prepared_of(found)[0])
        given = assessment.Given(mitigations={}, airspace={})
        people = people_of(ready, population, given.edition, per_cell=False)
        zones = [zone for file in found.files for zone in file.zones]
        assessed = assessment.assess(ready, zones, found.house, people, given)
    print_made(report.render(made, assessed), output, [item.path for item in made.inputs])
    return EXIT[made.verdict]
