"""Footprints from coordinates: rings are closed, unwound across the antimeridian, and checked, never repaired silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dronectl import geometry
from dronectl.errors import Fault
from dronectl.measures import Band
from dronectl.readers.document import Document
from dronectl.readers.values import number
from dronectl.where import Where
from dronectl.zone import Circle, Footprint, Rings, Volume

Floats = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Draft:
    """A volume before the rings of its whole file are checked together."""

    where: Where
    band: Band
    footprint: Footprint | None = None
    doubt: str = ""
    points: list[Floats] = field(default_factory=list)
    """Positions that could be read, for an outline where the footprint itself could not."""


def polygons(kind: str, coordinates: Any, band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    """A Polygon or MultiPolygon."""
    draft = Draft(where, band)
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        return _broken(draft, document, f"{kind} has no coordinates")
    made = []
    for i, part in enumerate(parts):
        here = where / "coordinates" if kind == "Polygon" else where / "coordinates" / i
        if not isinstance(part, list) or not part:
            return _broken(draft, document, "a polygon has no ring", here)
        polygon: list[Floats] = []
        for j, ring in enumerate(part):
            points = _positions(ring, document, faults, here / j)
            if points is None:
                _broken(draft, document, f"ring {j} could not be read", here / j)
                continue
            closed, doubt = _closed(points, j, document, here / j)
            draft.points.append(closed)
            if doubt:
                _broken(draft, document, doubt, here / j)
            if polygon:
                turns = round(float(polygon[0][0, 0] - closed[0, 0]) / 360)
                closed = closed + np.array([turns * 360.0, 0.0]) if turns else closed
            polygon.append(closed)
        made.append(tuple(polygon))
    if not draft.doubt:
        draft.footprint = Rings(tuple(made))
    return draft


def circle(centre: Any, radius: Any, band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    """A circle round a position, its radius in metres."""
    draft = Draft(where, band)
    points = _positions([centre], document, faults, where)
    metres = number(radius)
    if points is None:
        return _broken(draft, document, "the centre of the circle could not be read")
    if metres is None or metres <= 0:
        return _broken(draft, document, f"the radius {radius!r} is not a number of metres above 0")
    if isinstance(radius, str):
        document.note(where, f"radius {radius!r} is a string, read as a number")
    draft.footprint = Circle(float(points[0, 0]), float(points[0, 1]), metres)
    return draft


def nowhere(what: str, band: Band, document: Document, where: Where, *, box: Any = None) -> Draft:
    """A volume whose place could not be read; a `bbox` [west, south, east, north] stands for it if there is one."""
    draft = Draft(where, band)
    if isinstance(box, list) and len(box) == 4 and all(number(side) is not None for side in box):
        west, south, east, north = (float(side) for side in box)
        draft.points.append(np.array([[west, south], [east, south], [east, north], [west, north]]))
        draft.doubt = f"{what}; only the box round it is known"
        return draft
    return _broken(draft, document, what)


def settle(drafts: Sequence[Draft], document: Document) -> list[Volume]:
    """Volumes from drafts: rings that cross themselves become an outline with a doubt."""
    rings = [draft for draft in drafts if isinstance(draft.footprint, Rings)]
    footprints = [draft.footprint for draft in rings if isinstance(draft.footprint, Rings)]
    for draft, reason in zip(rings, geometry.rings_valid(footprints), strict=True):
        if reason:
            draft.footprint = None
            document.note(draft.where, f"is no proper polygon: {reason}", "redraw it so that no edge crosses another")
            draft.doubt = f"its outline is no proper polygon ({reason})"
    volumes = []
    for draft in drafts:
        footprint = draft.footprint
        if footprint is None and draft.points:
            footprint = geometry.hull(np.vstack(draft.points))
        box = geometry.box_of(footprint) if footprint is not None else None
        volumes.append(Volume(footprint=footprint, box=box, band=draft.band, where=draft.where, doubt=draft.doubt))
    return volumes


def _broken(draft: Draft, document: Document, what: str, where: Where | None = None) -> Draft:
    document.note(where or draft.where, what, "mend the geometry, or ask the publisher")
    draft.doubt = draft.doubt or what
    return draft


def _positions(ring: Any, document: Document, faults: list[Fault], where: Where) -> Floats | None:
    """The positions of a ring as (n, 2) degrees; None where they cannot be read.

    A position off the globe is a fault of the whole file.
    """
    if not isinstance(ring, list):
        return None
    try:
        made = np.asarray(ring)
    except ValueError:
        made = np.empty(0, dtype=object)
    if made.ndim != 2 or made.dtype.kind not in "fi" or made.shape[1] < 2:
        mixed = []
        for position in ring:
            if not isinstance(position, list) or len(position) < 2:
                return None
            if any(isinstance(value, bool | str) or number(value) is None for value in position[:2]):
                return None
            mixed.append([float(position[0]), float(position[1])])
        if not mixed:
            return None
        made = np.asarray(mixed)
    points = np.ascontiguousarray(made[:, :2], dtype=np.float64)
    off = ~np.isfinite(points).all(axis=1) | (np.abs(points[:, 0]) > 180) | (np.abs(points[:, 1]) > 90)
    if off.any():
        k = int(np.argmax(off))
        what = f"position {points[k, 0]:g}, {points[k, 1]:g} is not on the globe"
        faults.append(Fault(where / k, what, "write longitude (-180 to 180), then latitude (-90 to 90), in degrees"))
        return None
    return points


def _closed(points: Floats, number_: int, document: Document, where: Where) -> tuple[Floats, str]:
    """The ring, closed and unwound; and why it is no ring, empty where it is one."""
    if not (points[0] == points[-1]).all():
        first, last = (f"{p[0]:g},{p[1]:g}" for p in (points[0], points[-1]))
        what = f"ring {number_} is not closed (first point {first}; last {last}), read as closed"
        document.note(where, what, "repeat the first point at the end")
        points = np.vstack([points, points[:1]])
    if len(points) < 4:
        return points, f"ring {number_} has {len(points) - 1} corners, fewer than 3"
    unwound = geometry.unwrap(points[:, 0])
    if unwound is not points[:, 0] and not np.array_equal(unwound, points[:, 0]):
        document.note(where, "crosses the antimeridian without being cut, read the short way", "cut it: RFC 7946 3.1.9")
        points = np.column_stack([unwound, points[:, 1]])
        if points[0, 0] != points[-1, 0]:
            return points, f"ring {number_} goes round a pole"
    return points, ""
