"""Logs as KML or KMZ tracks: `gx:Track` with a time for every position, and points with time stamps."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import besides, flown, kml, xml
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.flown import Recording
from dronectl.readers.logs.gpx import moment
from dronectl.readers.xml import Element

Row = tuple[float, float, float, float]
WORDS = {Datum.AMSL: "above mean sea level (absolute)", Datum.AGL: "above ground (relativeToGround)"}


def accepts(value: Any) -> bool:
    """True for KML with a track, or with points that have time stamps."""
    return kml.is_kml(value) and (kml.holds(value, "gx:Track", "Track") or kml.holds(value, "TimeStamp"))


def read(document: Document, choices: Choices) -> Mission:
    """Every track is a flight, and those of a MultiTrack are one, so that a pause stays visible; so are all timed points."""
    top = kml.root(document)
    faults = kml.faults_of_path(document, top)
    if faults:
        raise InputError(faults)
    recordings = []
    joined = [list(several.children("Track")) for several in top.below("MultiTrack")]
    inner = {id(track) for tracks in joined for track in tracks}
    alone = [[track] for track in top.below("Track") if id(track) not in inner]
    for number, tracks in enumerate(sorted(filter(None, [*joined, *alone]), key=lambda some: some[0].line), 1):
        rows = [row for track in tracks for row in _rows(track, document)]
        if rows:
            modes = [kml.mode(track) for track in tracks for _ in track.children("coord")]
            lines = [coord.line for track in tracks for coord in track.children("coord")]
            recordings.append(_recording(f"track-{number}", tracks[0], rows, lines, modes, document, choices))
    marks = [mark for mark in top.below("Placemark") if mark.child("TimeStamp") is not None]
    timed = [(mark, point) for mark in marks if (point := mark.child("Point")) is not None]
    others = [
        (xml.at(document.path, line), [(lon, lat) for lon, lat, _ in kml.coordinates(line.child("coordinates")).points])
        for line in top.below("LineString")
    ]
    if recordings and timed:
        others.append((xml.at(document.path, timed[0][0]), [_point(point)[:2] for _, point in timed]))
    if not recordings:
        rows = [(*_point(point), moment(mark.words("TimeStamp", "when"))) for mark, point in timed]
        if rows:
            lines = [point.line for _, point in timed]
            modes = [kml.mode(point) for _, point in timed]
            recordings.append(_recording("track-1", timed[0][0], rows, lines, modes, document, choices))
    if not recordings:
        raise InputError.at(document.where, "holds no track", remedy="export the track again")
    doubts = [*besides.doubts(others, recordings), *kml.doubts_beside(document)]
    known = next((recording.datum for recording in recordings if recording.datum is not None), None)
    heights = WORDS.get(known, f"over {known.value}, as the user states") if known else "none (clampToGround)"
    return flown.mission(document, recordings, heights=heights, doubts=doubts)


def _rows(track: Element, document: Document) -> list[Row]:
    times = [moment((when.text or "").strip()) for when in track.children("when")]
    places = [_numbers(coord) for coord in track.children("coord")]
    if len(times) != len(places):
        what = f"has {len(times)} times for {len(places)} positions"
        raise InputError.at(xml.at(document.path, track), what, remedy="export the track again")
    return [(*place, time) for place, time in zip(places, times, strict=True)]


def _recording(
    name: str,
    element: Element,
    rows: list[Row],
    lines: list[int],
    modes: list[Datum | None],
    document: Document,
    choices: Choices,
) -> Recording:
    """The recording of some fixes; heights that count from something else than those of the first are left out."""
    values, datum = np.array(rows), modes[0]
    values[[mode is not datum for mode in modes], 2] = nan
    return Recording(
        id=name,
        where=xml.at(document.path, element),
        places=f"{document.path}::line ",
        numbers=np.array(lines),
        lon=values[:, 0],
        lat=values[:, 1],
        height=values[:, 2],
        datum=datum or choices.alt_datum,
        times=values[:, 3],
    )


def _numbers(coord: Element) -> tuple[float, float, float]:
    """Longitude, latitude, altitude, blanks between them; NaN where they are none."""
    try:
        made = [float(part) for part in (coord.text or "").split()]
    except ValueError:
        return nan, nan, nan
    return (made[0], made[1], made[2] if len(made) > 2 else nan) if len(made) >= 2 else (nan, nan, nan)


def _point(point: Element) -> tuple[float, float, float]:
    read_ = kml.coordinates(point.child("coordinates"))
    if not read_.points:
        return nan, nan, nan
    lon, lat, height = read_.points[0]
    return lon, lat, nan if height is None else height
