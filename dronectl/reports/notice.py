"""What residents read of a flight, in plain words, and what a city's sensor register asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from dronectl.camera import LEVELS, View
from dronectl.geometry.sketch import Sketch, from_rd
from dronectl.intervals import Interval, union
from dronectl.law import Limit
from dronectl.mission import Mission, masked
from dronectl.readers.basemap import Basemap
from dronectl.readers.moments import HOME_ZONE
from dronectl.reports.crew_sheet import cell_of
from dronectl.reports.dutch import local
from dronectl.reports.map_chart import ground
from dronectl.reports.pages import page
from dronectl.reports.speech import number, speech
from dronectl.reports.words import tame
from dronectl.sharing.record import recorded
from dronectl.viewing import density
from dronectl.zone import Rings

FORMATS = ("text", "html")
SIDE_M = 500.0  # of the grid that a flight is told on: coarse enough to name no address
QUARTER_S = 900.0
MOST_WINDOWS = 6  # times that are told one by one
WIDTH, HEIGHT = 640, 360
MEANS = {
    "detect": "means_detect",
    "observe": "means_observe",
    "recognise": "means_recognise",
    "identify": "means_identify",
}


def render(
    mission: Mission,
    view: View | None,
    lang: str,
    format_: str,
    area: str,
    register: tuple[str, Limit] | None,
    basemap: Basemap | None = None,
) -> str:
    """The notice of a mission in a language; `area` is what people call the place."""
    said = speech(lang)["notice"]
    values: dict[str, Any] = {
        "lang": lang, "words": said["title"], "title": said["title"],
        "paragraphs": [tame(text) for text in _paragraphs(mission, view, lang, area)],
        "map": _map(mission, lang, basemap),
        "register": _register(mission, view, lang, area, *register) if register is not None else None,
    }  # fmt: skip
    if format_ == "html":
        return page("notice.html.j2", values)
    lines = [values["title"], "", *values["paragraphs"]]
    if values["register"] is not None:
        made = values["register"]
        lines += ["", made["title"], made["deadline"], *(f"- {row['name']}: {row['value']}" for row in made["rows"])]
        lines.append(made["note"])
    return "\n".join(lines) + "\n"


def _paragraphs(mission: Mission, view: View | None, lang: str, area: str) -> list[str]:
    said = speech(lang)["notice"]
    papers = {name: paper.reference for name, paper in mission.papers.items()}
    owner = masked(mission.operator)
    purpose, basis = mission.purpose, mission.legal_basis
    named = said["area"].format(name=area) if area else ""
    lines = [
        said["who"].format(operator=owner) if owner else said["who_unknown"],
        said["where"].format(side=f"{SIDE_M:g}", area=named),
        _when(mission, lang),
    ]
    if purpose:
        lines.append(said["why"].format(purpose=said["purposes"].get(purpose, purpose)))
    if basis:
        lines.append(said["legal"].format(basis=basis))
    lines.append(_camera(mission, view, lang))
    if not _silent(mission):
        kept = papers.get("retention_class", "")
        lines.append(said["keep"].format(retention=kept) if kept else said["keep_unknown"])
    contact = papers.get("contact", "")
    lines.append(said["contact"].format(contact=contact) if contact else said["contact_unknown"])
    return [*lines, said["complain"]]


def _windows(mission: Mission) -> list[tuple[datetime, datetime]]:
    """When something may fly: local times, rounded outward to quarters of an hour; those that touch are one."""
    windows: list[Interval] = []
    for flight in mission.flights:
        windows += [(floor(a / QUARTER_S) * QUARTER_S, ceil(b / QUARTER_S) * QUARTER_S) for a, b in flight.windows]
    zone = ZoneInfo(HOME_ZONE)
    return [(datetime.fromtimestamp(a, zone), datetime.fromtimestamp(b, zone)) for a, b in union(windows)]


def _untimed(mission: Mission) -> int:
    """How many flights state no time."""
    return sum(flight.span is None for flight in mission.flights)


def _day(moment: datetime, lang: str) -> str:
    shown = f"{moment.day} {moment:%b %Y}"
    return local(shown) if lang == "nl" else shown


def _times(mission: Mission, lang: str) -> str:
    """All windows in words; of very many how many there are, and between which days."""
    said, windows = speech(lang)["notice"], _windows(mission)
    told = [_window(begin, end, lang) for begin, end in windows]
    if len(told) > MOST_WINDOWS:
        first, last = _day(windows[0][0], lang), _day(windows[-1][1], lang)
        clocks = {f"{begin:%H:%M}-{end:%H:%M}" for begin, end in windows if begin.date() == end.date()}
        daily = len(clocks) == 1 and all(begin.date() == end.date() for begin, end in windows)
        words = said["daily" if daily else "many"]
        told = [words.format(count=len(windows), first=first, last=last, clock=min(clocks, default=""))]
    untimed = _untimed(mission)
    if told and untimed:
        told.append(said["untimed"].format(count=untimed))
    return "; ".join(told)


def _window(begin: datetime, end: datetime, lang: str) -> str:
    if begin.date() == end.date():
        return f"{_day(begin, lang)} {begin:%H:%M}-{end:%H:%M}"
    return f"{_day(begin, lang)} {begin:%H:%M} - {_day(end, lang)} {end:%H:%M}"


def _when(mission: Mission, lang: str) -> str:
    said, windows = speech(lang)["notice"], _windows(mission)
    if not windows:
        return str(said["when_unknown"])
    (begin, end), several = windows[0], len(windows) > 1 or _untimed(mission)
    if several or begin.date() != end.date():
        return str(said["when_several"].format(times=_times(mission, lang)))
    return str(said["when"].format(day=_day(begin, lang), begin=f"{begin:%H:%M}", end=f"{end:%H:%M}"))


def _silent(mission: Mission) -> bool:
    """True where the mission says that nothing is recorded on any of its flights."""
    return all(recorded(flight, mission) is False for flight in mission.flights)


def _camera(mission: Mission, view: View | None, lang: str) -> str:
    said = speech(lang)["notice"]
    if _silent(mission):
        return str(said["camera_none"])
    most = density(mission, view)
    if most is None:
        return str(said["camera_unknown"])
    reached = [name for name, level in LEVELS.items() if most >= level]
    means = said[MEANS[reached[-1]]] if reached else said["means_under"]
    return str(said["camera"].format(density=number(np.ceil(most), lang), means=means))


def _map(mission: Mission, lang: str, basemap: Basemap | None) -> dict[str, str]:
    """The square of the grid that the flight lies in, and nothing finer."""
    (west, south, east, north), dutch = cell_of(mission, SIDE_M)
    x, y = np.array([west, east, east, west, west]), np.array([south, south, north, north, south])
    lon, lat = from_rd(x, y) if dutch else (x, y)
    sheet = Sketch.of(lon, lat, (WIDTH, HEIGHT, 10), spare=0.4, least_m=SIDE_M)
    rings, _ = sheet.area(Rings(((np.column_stack([lon, lat]),),)))
    data = "".join("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in ring[:-1].tolist()) + "Z" for ring in rings)
    under = "".join(ground(sheet, basemap)) if basemap is not None else ""
    caption = speech(lang)["notice"]["map_caption"].format(side=f"{SIDE_M:g}")
    corners = f"RD {west:.0f} {south:.0f}", f"RD {east:.0f} {north:.0f}"
    if not dutch:
        corners = f"{south:.3f} N {west:.3f} E", f"{north:.3f} N {east:.3f} E"
    low, high = sheet.places(lon[[0, 2]], lat[[0, 2]]).tolist()
    return {
        "caption": caption,
        "svg": f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(caption)}"><title>{escape(caption)}</title><rect width="{WIDTH}" height="{HEIGHT}" '
        f'fill="#fbfbf8" stroke="#8a8a8a"/>{under}<path d="{data}" fill="url(#h-CROWD)" stroke="#2277AA" stroke-width="2"/>'
        f'<text x="{low[0]:.0f}" y="{low[1] + 14:.0f}">{corners[0]}</text>'
        f'<text x="{high[0]:.0f}" y="{high[1] - 5:.0f}" text-anchor="end">{corners[1]}</text></svg>',
    }


def _register(mission: Mission, view: View | None, lang: str, area: str, city: str, limit: Limit) -> dict[str, Any]:
    """What is to be reported, and until when."""
    said, windows = speech(lang)["notice"], _windows(mission)
    lead = int(limit.more["lead_days"])
    if not windows:
        deadline = said["deadline_unknown"].format(days=lead)
        period = speech(lang)["facts"]["not_known"]
    else:
        begin, end = windows[0]
        deadline = said["deadline"].format(day=_day(begin - timedelta(days=lead), lang), days=lead)
        period = _times(mission, lang)
        if len(windows) == 1:
            period += f" ({begin.astimezone(UTC):%H:%M}-{end.astimezone(UTC):%H:%MZ})"
    (west, south, east, north), dutch = cell_of(mission, SIDE_M)
    square = (
        f"RD {west:.0f} {south:.0f} - {east:.0f} {north:.0f}"
        if dutch
        else f"{south:.3f} {west:.3f} - {north:.3f} {east:.3f}"
    )
    most = density(mission, view)
    missing = speech(lang)["facts"]["not_stated"]
    papers = {name: paper.reference for name, paper in mission.papers.items()}
    rows = {
        "sensor": said["sensor_said"].format(camera=view.name if view is not None else missing),
        "owner": masked(mission.operator) or missing,
        "purpose": said["purposes"].get(mission.purpose, mission.purpose) or missing,
        "basis": mission.legal_basis or missing,
        "area_named": f"{area}, {square}" if area else square,
        "period": period,
        "personal": said["personal_said"].format(density=number(np.ceil(most), lang)) if most is not None
        else said["personal_unknown"],
        "retention": papers.get("retention_class") or missing,
        "contact_named": papers.get("contact") or missing,
    }  # fmt: skip
    return {
        "title": said["register_title"].format(city=city),
        "deadline": deadline,
        "rows": [{"name": said[name], "value": tame(str(value))} for name, value in rows.items()],
        "note": said["register_note"].format(source=limit.article),
    }
