"""Logs as GPX tracks: every track is a flight, its segments joined, so that a pause stays visible as a gap."""

from __future__ import annotations

from datetime import UTC, datetime
from math import nan
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.mission import Mission
from dronectl.readers import besides, flown, route, xml
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.flown import Recording
from dronectl.readers.xml import Element


def accepts(value: Any) -> bool:
    """True for GPX with a track."""
    return isinstance(value, Element) and value.name == "gpx" and next(value.below("trkpt"), None) is not None


def read(document: Document, choices: Choices) -> Mission:
    """Heights count only where the user says what they are measured from: GPX does not."""
    recordings = []
    for number, track in enumerate(document.value.below("trk"), 1):
        points = list(track.below("trkpt"))
        if not points:
            continue
        rows = np.array([_row(point) for point in points])
        recordings.append(
            Recording(
                id=track.words("name") or f"track-{number}",
                where=xml.at(document.path, track),
                places=f"{document.path}::line ",
                numbers=np.array([point.line for point in points]),
                lon=rows[:, 0],
                lat=rows[:, 1],
                height=rows[:, 2],
                datum=choices.alt_datum,
                times=rows[:, 3],
            )
        )
    if not recordings:
        raise InputError.at(document.where, "holds no track", remedy="export the track again")
    told = any(np.isfinite(recording.height).any() for recording in recordings)
    heights = f"over {choices.alt_datum.value}, as the user states (ele)" if choices.alt_datum else "not used (ele)"
    said = [route.UNTOLD] if told and choices.alt_datum is None else []
    routes = [
        (xml.at(document.path, line), [(_number(p.get("lon")), _number(p.get("lat"))) for p in line.children("rtept")])
        for line in document.value.below("rte")
    ]
    doubts = besides.doubts(routes, recordings)
    return flown.mission(document, recordings, heights=heights if told else "none", assumptions=said, doubts=doubts)


def _row(point: Element) -> tuple[float, float, float, float]:
    return (
        _number(point.get("lon")),
        _number(point.get("lat")),
        _number(point.words("ele")),
        moment(point.words("time")),
    )


def _number(words: str | None) -> float:
    try:
        return float(words or "nan")
    except ValueError:
        return nan


def moment(words: str) -> float:
    """Seconds since 1970; a time without an offset is UTC, as the formats of tracks have it. NaN where it is none."""
    try:
        made = datetime.fromisoformat(words)
    except ValueError:
        return nan
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()
