"""What was written, read back and held against what was meant: the same zones, the same path within a centimetre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from math import isnan

from dronectl import geometry
from dronectl.measures import Band, Datum, Height
from dronectl.mission import Flight
from dronectl.zone import Circle, Footprint, Rings, Zone

NEAR_M = 0.01
TOLD = 20
ASIDE = frozenset({"volumes", "where", "dataset"})


def zones(meant: Sequence[Zone], read: Sequence[Zone]) -> list[str]:
    """What differs between zones and what was read back of them; empty where nothing does."""
    told: list[str] = []
    if len(meant) != len(read):
        told.append(f"{len(meant)} zones were written and {len(read)} read back")
    for one, other in zip(meant, read, strict=False):
        for field in fields(Zone):
            if field.name not in ASIDE and getattr(one, field.name) != getattr(other, field.name):
                told.append(
                    f"{one.id}: {field.name} differs: {getattr(one, field.name)!r} / {getattr(other, field.name)!r}"
                )
        if len(one.volumes) != len(other.volumes):
            told.append(f"{one.id}: {len(one.volumes)} volumes were written and {len(other.volumes)} read back")
        for k, (volume, again) in enumerate(zip(one.volumes, other.volumes, strict=False)):
            if not _same_band(volume.band, again.band):
                told.append(f"{one.id}: the band of volume {k} differs: {volume.band} / {again.band}")
            apart = _apart(volume.footprint, again.footprint)
            if apart is None or apart > NEAR_M:
                far = "is another shape" if apart is None else f"is off by up to {apart:.3f} m"
                told.append(f"{one.id}: the footprint of volume {k} {far}")
    return told


def _same_band(one: Band, other: Band) -> bool:
    low = (one.from_ground and other.from_ground) or _same_height(one.lower, other.lower)
    return low and _same_height(one.upper, other.upper)


def _same_height(one: Height | None, other: Height | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.datum is other.datum and abs(one.metres - other.metres) <= NEAR_M


def _apart(one: Footprint | None, other: Footprint | None) -> float | None:
    """Metres between corresponding corners, at most; None where the two are not of one kind."""
    if one is None or other is None:
        return 0.0 if one is other else None
    if isinstance(one, Circle) and isinstance(other, Circle):
        moved = geometry.metres_between(one.lon, one.lat, other.lon, other.lat)
        return moved + abs(one.radius_m - other.radius_m)
    if not isinstance(one, Rings) or not isinstance(other, Rings) or len(one.polygons) != len(other.polygons):
        return None
    worst = 0.0
    for polygon, again in zip(one.polygons, other.polygons, strict=True):
        if [len(ring) for ring in polygon] != [len(ring) for ring in again]:
            return None
        for ring, back in zip(polygon, again, strict=True):
            worst = max(worst, float(geometry.metres_from(ring[:, 0], ring[:, 1], back[:, 0], back[:, 1]).max()))
    return worst


def path(meant: Sequence[Flight], read: Sequence[Flight]) -> tuple[list[str], list[str]]:
    """What differs between two paths, and what the format added before or after the first.

    Points that only repeat the one before them are not counted: a hover is a matter of time.
    """
    if len(meant) != len(read):
        return [f"{len(meant)} flights were written and {len(read)} read back"], []
    told: list[str] = []
    added: list[str] = []
    for one, other in zip(meant, read, strict=True):
        mine, back = _points(one), _points(other)
        at = _find(mine, back)
        if at is None:
            told.append(f"{one.id}: {_difference(mine, back)}")
        elif at or len(back) > at + len(mine):
            after = len(back) - at - len(mine)
            words = [f"{count} point(s) {side} its path" for count, side in ((at, "before"), (after, "after")) if count]
            added.append(f"{one.id}: {' and '.join(words)}")
    return told, added


Points = list[tuple[float, float, float, Datum | None]]


def _points(flight: Flight) -> Points:
    heights = [flight.cruise[k].least_m if k in flight.cruise else h for k, h in enumerate(flight.height.tolist())]
    rows = zip(flight.lon.tolist(), flight.lat.tolist(), heights, flight.datum, strict=True)
    made: Points = []
    for row in rows:
        if not made or not _same_point(made[-1], row):
            made.append(row)
    return made


def _same_point(one: tuple[float, float, float, Datum | None], other: tuple[float, float, float, Datum | None]) -> bool:
    unknown = isnan(one[2]) and isnan(other[2])
    if one[3] is not other[3] or not (unknown or abs(one[2] - other[2]) <= NEAR_M):
        return False
    return geometry.metres_between(one[0], one[1], other[0], other[1]) <= NEAR_M


def _find(mine: Points, back: Points) -> int | None:
    for start in range(len(back) - len(mine) + 1):
        if all(_same_point(a, b) for a, b in zip(mine, back[start:], strict=False)):
            return start
    return None


def _difference(mine: Points, back: Points) -> str:
    if len(mine) != len(back):
        return f"{len(mine)} points were written and {len(back)} read back"
    k = next(k for k, (a, b) in enumerate(zip(mine, back, strict=True)) if not _same_point(a, b))
    (lon, lat, high, datum), (lon2, lat2, high2, datum2) = mine[k], back[k]
    words = [f"{lat:.7f} {lon:.7f} {high:.2f} m {datum.value if datum else '?'}"]
    words.append(f"{lat2:.7f} {lon2:.7f} {high2:.2f} m {datum2.value if datum2 else '?'}")
    return f"point {k} differs: {' / '.join(words)}"
