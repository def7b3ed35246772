"""Where a drone may stand off a crowd: the table, and the places as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dronectl.crowd_density import ASSEMBLY_PER_M2, ground_m2
from dronectl.measures import M2_PER_KM2
from dronectl.records import dataclass
from dronectl.reports.words import clock_span, iso, tame
from dronectl.standoff import Band, Stand, best
from dronectl.zone import Zone

FORMATS = ("text", "json", "geojson")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """One crowd in one stretch of time, with its stands."""

    zone: Zone
    span: tuple[float, float] | None
    stands: Sequence[Stand]


def render(blocks: Sequence[Block], band: Band, format_: str) -> str:
    """The stands in one of `FORMATS`."""
    return {"text": _text, "json": _json, "geojson": _geojson}[format_](blocks, band)


def _text(blocks: Sequence[Block], band: Band) -> str:
    lines = [
        f"Band wanted: >={band.least:g} px/m (people countable) and <{band.most:g} px/m (clothing not discernible)"
    ]
    told = None
    for block in blocks:
        if told is not block.zone:
            lines.append(_crowd(block.zone))
            told = block.zone
        if block.span is not None:
            lines.append(clock_span(*block.span))
        takeoff = any(stand.from_takeoff_m is not None for stand in block.stands)
        lines.append(
            " lens     height  off edge  1:1 margin  crowd in band  px/m nearest-farthest"
            + ("  from take-off" if takeoff else "")
        )
        chosen = best(block.stands)
        lines.extend(_row(stand, chosen is stand, takeoff) for stand in block.stands)
        if chosen is None:
            lines.append(" none of them keeps the 1:1 rule, counts the crowd and recognises nobody")
    lines.append("The pixel densities are upper bounds: what stands in the way is not looked at.")
    return "\n".join(lines) + "\n"


def _crowd(zone: Zone) -> str:
    crowd, area = zone.crowd, ground_m2(zone) or 0.0
    words = f"crowd {tame(zone.name or zone.id)}: {area / 10_000:.1f} ha"
    if crowd is not None and crowd.most is not None and area > 0:
        each = crowd.most / area
        words += f", at most {crowd.most:,.0f} persons, {each:.2f}/m2 ({each * M2_PER_KM2:,.0f}/km2)"
        words += ", top row of SORA" if each >= ASSEMBLY_PER_M2 else ""
    return words


def _row(stand: Stand, chosen: bool, takeoff: bool) -> str:
    note = "   <- recommended" if chosen else ""
    if stand.place is None:
        note = "   no place: zones take them all"
    elif stand.over_cap:
        note = "   over the cap at the near edge"
    away = ""
    if takeoff:
        away = f"  {stand.from_takeoff_m:>11.0f} m" if stand.from_takeoff_m is not None else f"  {'-':>13}"
    return (
        f" {stand.sight.name:<8} {stand.height_m:>4.0f} m  {stand.off_m:>6.0f} m  {stand.margin_m:>+8.0f} m  "
        f"{stand.share * 100:>11.0f} %  {f'{stand.near:.0f}-{stand.far:.0f}':>13}{away}{note}"
    )


def _facts(stand: Stand, block: Block, recommended: bool) -> dict[str, Any]:
    start, end = block.span or (None, None)
    return {
        "crowd": block.zone.id, "start": iso(start), "end": iso(end), "lens": stand.sight.name,
        "height_m_agl": stand.height_m, "off_edge_m": stand.off_m, "margin_1to1_m": round(stand.margin_m, 2),
        "share_in_band": round(stand.share, 4), "px_per_m_near": round(stand.near, 2), "px_per_m_far": round(stand.far, 2),
        "over_cap": stand.over_cap, "recommended": recommended,
        "from_takeoff_m": None if stand.from_takeoff_m is None else round(stand.from_takeoff_m, 1),
    }  # fmt: skip


def _json(blocks: Sequence[Block], band: Band) -> str:
    listed = []
    for block in blocks:
        chosen = best(block.stands)
        for stand in block.stands:
            place = None if stand.place is None else [round(value, 7) for value in stand.place]
            listed.append(_facts(stand, block, chosen is stand) | {"place": place})
    whole = {
        "band": {"least_px_per_m": band.least, "most_px_per_m": band.most, "margin_m": band.margin_m},
        "stands": listed,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _geojson(blocks: Sequence[Block], band: Band) -> str:
    """The best place of every row, and all places of the recommended ones."""
    features = []
    for block in blocks:
        chosen = best(block.stands)
        for stand in block.stands:
            facts = _facts(stand, block, chosen is stand)
            if stand.place is not None:
                features.append(_point(stand.place, facts | {"layer": "best"}))
            if chosen is stand:
                features.extend(
                    _point((lon, lat), facts | {"layer": "place", "share_in_band": round(share, 4)})
                    for lon, lat, share in stand.places.tolist()
                )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"


def _point(place: tuple[float, float], properties: dict[str, Any]) -> dict[str, Any]:
    coordinates = [round(place[0], 7), round(place[1], 7)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": coordinates}, "properties": properties}
