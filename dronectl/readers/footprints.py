"""Footprints from coordinates: rings are closed, unwound across the antimeridian, and checked, never repaired silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.measures import LOWEST_GROUND_M, Band, Datum
from dronectl.readers.document import Document
from dronectl.readers.values import number
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Box, Circle, Footprint, Rings, Volume

Floats = NDArray[np.float64]
EDGE_SAG_M = 0.05  # how far a straight edge may stand off the geodesic that it stands for
MOST_CUTS = 10_000


@dataclass(slots=True, eq=False)
class Draft:
    """A volume before the rings of its whole file are checked together."""

    where: Where
    band: Band
    footprint: Footprint | None = None
    band_doubt: str = ""
    """Why the band is not to be trusted; empty where it is."""
    doubt: str = ""
    box: Box | None = None
    rings: list[tuple[Where, list[Floats]]] = field(default_factory=list)
    """Per polygon its place and its rings as they stand in the file."""
    points: list[Floats] = field(default_factory=list)
    """Other positions that surely enclose it, for an outline where the footprint itself could not be read."""


def polygons(kind: str, coordinates: Any, band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    """A Polygon or MultiPolygon; its rings are looked at when the whole file is read, in `settle`."""
    draft = Draft(where, band)
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        return _broken(draft, document, f"{kind} has no coordinates")
    for i, part in enumerate(parts):
        here = where / "coordinates" if kind == "Polygon" else where / "coordinates" / i
        if not isinstance(part, list) or not part:
            return _broken(draft, document, "a polygon has no ring", here)
        polygon: list[Floats] = []
        for j, ring in enumerate(part):
            points = _numbers(ring)
            if points is None:
                _broken(draft, document, f"ring {j} could not be read", here / j)
                continue
            polygon.append(points)
        if polygon:
            draft.rings.append((here, polygon))
    return draft


def circle(centre: Any, radius: Any, band: Band, document: Document, faults: list[Fault], where: Where) -> Draft:
    """A circle round a position, its radius in metres."""
    draft = Draft(where, band)
    points = _numbers([centre])
    metres = number(radius)
    if points is None:
        return _broken(draft, document, "the centre of the circle could not be read")
    if not (np.abs(points) <= (180.0, 90.0)).all():
        faults.append(_off_globe(points, 0, where))
        return draft
    if metres is None or metres <= 0:
        return _broken(draft, document, f"the radius {radius!r} is not a number of metres above 0")
    if isinstance(radius, str):
        document.note(where, f"radius {radius!r} is a string, read as a number")
    draft.footprint = Circle(float(points[0, 0]), float(points[0, 1]), metres)
    return draft


def geodesic(points: Sequence[Sequence[float]]) -> list[list[float]]:
    """Positions on the globe with more between them, until straight lines in degrees follow the geodesics."""
    lon, lat = (np.array([point[k] for point in points]) for k in (0, 1))
    cuts = np.minimum(np.ceil(np.sqrt(geometry.bend(lon, lat) / EDGE_SAG_M)), MOST_CUTS).astype(int)
    azimuth, metres = geometry.leg_azimuths(lon, lat)
    made = []
    for k, count in enumerate(cuts.tolist()):
        made.append(list(points[k]))
        if count > 1:
            steps = metres[k] * np.arange(1, count) / count
            there = geometry.beside(np.full(count - 1, lon[k]), np.full(count - 1, lat[k]), float(azimuth[k]), steps)
            made.extend([float(x), float(y)] for x, y in zip(*there, strict=True))
    return [*made, list(points[-1])]


def nowhere(what: str, band: Band, document: Document, where: Where, *, box: Any = None) -> Draft:
    """A volume whose place could not be read; a `bbox` [west, south, east, north] stands for it if there is one."""
    draft = Draft(where, band)
    if isinstance(box, list) and len(box) == 4 and all(number(side) is not None for side in box):
        west, south, east, north = (float(side) for side in box)
        draft.points.append(np.array([[west, south], [east, south], [east, north], [west, north]]))
        draft.doubt = f"{what}; only the box round it is known"
        return draft
    return _broken(draft, document, what)


def settle(
    drafts: Sequence[Draft], document: Document, faults: list[Fault], around: Sequence[Box] | None = None
) -> list[Volume]:
    """Volumes from drafts: positions off the globe are faults of the file, other oddities are remarked on.

    All rings of a file are looked at together; only those that are not plainly good are looked at one by one. With `around`
    the rings of volumes that lie apart from all these boxes are not asked whether they cross themselves.
    """
    _shape_rings(drafts, document, faults)
    if faults:
        raise InputError(faults)
    for draft in drafts:
        if draft.footprint is not None and draft.box is None:
            draft.box = geometry.box_of(draft.footprint)
    rings = [draft for draft in drafts if isinstance(draft.footprint, Rings) and not _far(draft.box, around)]
    footprints = [draft.footprint for draft in rings if isinstance(draft.footprint, Rings)]
    for draft, reason in zip(rings, geometry.rings_valid(footprints), strict=True):
        if reason:
            draft.footprint = draft.box = None
            document.note(draft.where, f"is no proper polygon: {reason}", "redraw it so that no edge crosses another")
            draft.doubt = f"its outline is no proper polygon ({reason})"
    volumes = []
    for draft in drafts:
        _believe(draft, document)
        footprint = draft.footprint
        points = [*draft.points, *(ring for _, polygon in draft.rings for ring in polygon)]
        if footprint is None and points:
            footprint = geometry.hull(np.vstack(points))
        box = draft.box or (geometry.box_of(footprint) if footprint is not None else None)
        volumes.append(Volume(footprint=footprint, box=box, band=draft.band, where=draft.where, doubt=draft.doubt))
    return volumes


def _believe(draft: Draft, document: Document) -> None:
    """A band in which nothing can fly is none: its limits are not trusted."""
    low, high = draft.band.lower, draft.band.upper
    what = ""
    if low is not None and high is not None and low.datum is high.datum and low.metres > high.metres:
        what = f"its lower limit {low} lies above its upper limit {high}"
    elif high is not None and high.metres <= (0.0 if high.datum is Datum.AGL else LOWEST_GROUND_M):
        what = f"its upper limit {high} lies on or below the ground"
    if what:
        document.note(draft.where, what, "ask the publisher which is right")
        draft.band, draft.band_doubt = Band(), draft.band_doubt or what


def _far(box: Box | None, around: Sequence[Box] | None) -> bool:
    return around is not None and box is not None and geometry.apart(box, around)


def far(volumes: Sequence[Volume], around: Sequence[Box] | None) -> bool:
    """True where every volume surely lies apart from all the boxes."""
    return around is not None and all(_far(volume.box, around) for volume in volumes)


def _shape_rings(drafts: Sequence[Draft], document: Document, faults: list[Fault]) -> None:
    """Turn the rings of drafts into footprints."""
    every = [ring for draft in drafts for _, polygon in draft.rings for ring in polygon]
    if not every:
        return
    sizes = np.array([len(ring) for ring in every])
    ends = np.cumsum(sizes)
    points = np.concatenate(every)
    off = ~(np.abs(points) <= (180.0, 90.0)).all(axis=1)
    jump = np.zeros(len(points), bool)
    jump[1:] = np.abs(np.diff(points[:, 0])) > 180.0
    jump[ends[:-1]] = False
    odd = (points[ends - sizes] != points[ends - 1]).any(axis=1) | (sizes < 4)
    odd |= np.logical_or.reduceat(off | jump, ends - sizes)
    lows = np.minimum.reduceat(points, ends - sizes).tolist()
    highs = np.maximum.reduceat(points, ends - sizes).tolist()
    number_ = 0
    for draft in drafts:
        made: list[tuple[Floats, ...]] = []
        if len(draft.rings) == 1 and not odd[number_]:
            draft.box = (*lows[number_], *highs[number_])
        for where, polygon in draft.rings:
            for j in range(len(polygon)):
                if odd[number_]:
                    polygon[j] = _mend(polygon[j], j, draft, document, faults, where / j)
                number_ += 1
            first = made[0][0] if made else polygon[0]
            for j in range(
                len(polygon)
            ):  # holes beside their outline, and both halves of what was cut at the antimeridian
                apart = float(first[0, 0]) - float(polygon[j][0, 0])
                turns = round(apart / 360) if isfinite(apart) else 0  # a position that is no number is told as a fault
                polygon[j] = polygon[j] + np.array([turns * 360.0, 0.0]) if turns else polygon[j]
            made.append(tuple(polygon))
        if made and not draft.doubt:
            draft.footprint = Rings(tuple(made))


def _mend(points: Floats, j: int, draft: Draft, document: Document, faults: list[Fault], where: Where) -> Floats:
    """A ring that is not plainly good: closed and unwound, each with a remark; or a doubt, or a fault."""
    off = ~(np.abs(points) <= (180.0, 90.0)).all(axis=1)
    if off.any():
        faults.append(_off_globe(points, int(np.argmax(off)), where))
        return points
    closed, doubt = _closed(points, j, document, where)
    if doubt:
        _broken(draft, document, doubt, where)
    return closed


def _off_globe(points: Floats, k: int, where: Where) -> Fault:
    what = f"position {points[k, 0]:g}, {points[k, 1]:g} is not on the globe"
    remedy = "write longitude (-180 to 180), then latitude (-90 to 90), in degrees"
    return Fault(where / k, what, remedy)


def _broken(draft: Draft, document: Document, what: str, where: Where | None = None) -> Draft:
    document.note(where or draft.where, what, "mend the geometry, or ask the publisher")
    draft.doubt = draft.doubt or what
    return draft


def _numbers(ring: Any) -> Floats | None:
    """The positions of a ring as (n, 2) degrees, not looked at any further; None where they are no numbers."""
    if not isinstance(ring, list) or not ring:
        return None
    try:
        made = np.asarray(ring)
    except ValueError:
        made = np.empty(0, dtype=object)
    if made.ndim == 2 and made.dtype.kind in "fi" and len(made[0]) >= 2:
        return made[:, :2].astype(np.float64, copy=False)
    mixed = []
    for position in ring:
        if not isinstance(position, list) or len(position) < 2:
            return None
        read = [None if isinstance(value, str) else number(value) for value in position[:2]]
        if any(value is None for value in read):
            return None
        mixed.append(read)
    return np.asarray(mixed, dtype=np.float64)


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
