"""What `doctor` says: what is installed, what ships, and what the settings of a folder name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from dronectl import bundled
from dronectl._version import __version__
from dronectl.config import settings
from dronectl.errors import InputError, UsageError

EXTRAS = (
    ("terrain and geoid rasters", "rasterio", "terrain"),
    ("PostGIS tables", "sqlalchemy", "postgis"),
    ("YAIXM files", "pyyaml", "yaml"),
)


def doctor() -> tuple[str, bool]:
    """Versions, bundled zones and their dates; False where something is missing."""
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"dronectl {__version__} on Python {sys.version.split()[0]}"]
    healthy = True
    for package in ("typer", "rich", "pydantic", "shapely", "pyproj", "geopandas", "pyogrio", "defusedxml", "tzdata"):
        try:
            lines.append(f"  {package:<10} {version(package)}")
        except PackageNotFoundError:
            healthy = False
            lines.append(f"  {package:<10} MISSING: pip install {package}")
    import shapely

    lines.append(f"  GEOS       {shapely.geos_version_string}")
    for told, well in (
        _zones_told(f"bundled zones in {bundled.resolve(bundled.ZONES)} (not for navigation)", [bundled.ZONES]),
        _own_told(),
    ):
        lines += told
        healthy &= well
    for what, package, extra in EXTRAS:
        try:
            lines.append(f"{what}: read with {package} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{what}: not read; pip install 'dronectl[{extra}]'")
    lines.append("geoid: EGM96 (5' grid, bundled)")
    lines.append("network: never used, but for a PostGIS service that you name")
    lines.append("all well" if healthy else "something is missing, see above")
    return "\n".join(lines) + "\n", healthy


def _own_told() -> tuple[list[str], bool]:
    """What the settings of this folder name, and whether all of it can be read."""
    from dronectl.cli.gathering import Ground, house_of, models_of

    try:
        chosen = settings()
        house, faults = house_of(chosen, [], [], [], [])
        faults += models_of(chosen, Ground())[1]
    except (InputError, UsageError) as error:
        return [f"the settings cannot be used: {error}"], False
    lines = [f"the settings cannot be used: {fault.where}: {fault.what}" for fault in faults]
    if house.crew.files:
        lines.append(f"operator files: {len(house.crew.aircraft)} aircraft, {len(house.crew.pilots)} pilots")
    if chosen.paths("zones") == [bundled.ZONES]:
        return lines, not faults
    told, well = _zones_told("zones of the settings (dronectl config show)", chosen.paths("zones"))
    return lines + told, well and not faults


def _zones_told(heading: str, paths: Sequence[str]) -> tuple[list[str], bool]:
    """Some zone files with what they state of their validity; and whether they can be read."""
    from dronectl.readers import read_zones
    from dronectl.reports.words import tame

    try:
        files = read_zones(paths)
    except InputError as error:
        return [heading, f"  these zones cannot be read: {error}"], False
    lines, now = [heading], datetime.now(UTC)
    for file in files:
        data = file.dataset
        if data.valid_until is None:
            state = "states no end"
        else:
            state = f"valid until {data.valid_until:%Y-%m-%d}" + (" (PAST)" if data.valid_until < now else "")
        lines.append(f"  {tame(data.path):<40} {len(file.zones):>4} zones, {state}")
    return lines, True
