"""What every real file holds, as a table: one line a reading, for people to look at and for a test to compare."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dronectl.errors import DronectlError
from dronectl.mission import Mission
from dronectl.readers import read_mission, read_zones
from dronectl.readers.fence_files import read_fence

FOLDERS = (
    "zones-ed269", "zones-ed318", "zones-other", "openair", "openair-fixtures", "missions-qgc", "missions-wpl",
    "missions-dji", "missions-litchi", "logs-ulog", "logs-ardupilot", "logs-dji", "tracks-igc", "tracks-gpx", "tracks-kml",
    "utm-remoteid-f3548",
)  # fmt: skip
HEAD = "file | read as | items | odd | west south east north | time | heights"


def table(data: Path) -> list[str]:
    """The table of all files below a folder."""
    return [HEAD, *(line for folder in FOLDERS for path in sorted((data / folder).iterdir()) for line in rows(path))]


def rows(path: Path) -> list[str]:
    """Every way in which a file can be read; where there is none, why it is refused."""
    name = f"{path.parent.name}/{path.name}"
    made, refused = [], []
    for read in (zones, flight, fence):
        try:
            made.append(f"{name} | {read(path)}")
        except DronectlError as error:
            first = str(error).splitlines()[0].replace(f"{path}: ", "").replace(f"{path}::", "")
            refused.append(first[:120])
    told = [words for words in refused if not words.startswith(("is no zone file", "is no fence"))]
    best = next((words for words in reversed(told) if not words.startswith("is no mission")), (told or refused)[0])
    return made or [f"{name} | refused | {best}"]


def zones(path: Path) -> str:
    file = read_zones([path])[0]
    boxes = [volume.box for zone in file.zones for volume in zone.volumes if volume.box is not None]
    volumes = sum(len(zone.volumes) for zone in file.zones)
    doubts = sum(bool(zone.doubts or any(volume.doubt for volume in zone.volumes)) for zone in file.zones)
    limits = [limit for zone in file.zones for v in zone.volumes for limit in (v.band.lower, v.band.upper)]
    datums = sorted({limit.datum.value if limit.datum else "none" for limit in limits if limit is not None})
    ends = [end for zone in file.zones for p in zone.periods for end in (p.start, p.end) if end is not None]
    span = [moment.replace(tzinfo=moment.tzinfo or UTC) for moment in ends]
    box = (
        (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        if boxes
        else ()
    )
    return " | ".join(
        (
            f"zones: {file.dataset.profile}",
            f"{len(file.zones)} zones, {volumes} volumes, {doubts} not understood",
            str(len(file.remarks)),
            " ".join(f"{side:.4f}" for side in box) or "-",
            f"{min(span):%Y-%m-%dT%H:%MZ} to {max(span):%Y-%m-%dT%H:%MZ}" if span else "-",
            ", ".join(datums) or "-",
        )
    )


def flight(path: Path) -> str:
    mission = read_mission(path)
    points = sum(len(flight.lon) for flight in mission.flights)
    spans = [flight.span for flight in mission.flights if flight.span is not None]
    lon = [value for f in mission.flights for value in (float(f.lon.min()), float(f.lon.max()))]
    lat = [value for f in mission.flights for value in (float(f.lat.min()), float(f.lat.max()))]
    return " | ".join(
        (
            "log" if mission.flown else "mission",
            f"{len(mission.flights)} flights, {points} points",
            str(len(mission.remarks) + len(mission.doubts) + len(mission.oddities)),
            f"{min(lon):.4f} {min(lat):.4f} {max(lon):.4f} {max(lat):.4f}",
            " to ".join(stamp(end) for end in (min(s[0] for s in spans), max(s[1] for s in spans))) if spans else "-",
            heights(mission),
        )
    )


def heights(mission: Mission) -> str:
    datums = sorted({datum.value if datum else "none" for flight in mission.flights for datum in flight.datum})
    return ", ".join(datums) + (f" ({mission.heights})" if mission.heights else "")


def fence(path: Path) -> str:
    outside, inside, remarks = read_fence(path)
    boxes = [volume.box for zone in (*outside, *inside) for volume in zone.volumes if volume.box is not None]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    shown = " ".join(f"{side:.4f}" for side in box)
    return f"fence | {len(inside)} keep-in, {len(outside)} keep-out | {len(remarks)} | {shown} | - | -"


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
