"""The report on a map: the paths, the offending pieces of path, and the zones near them, as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from dronectl._version import __version__
from dronectl.camera import LEVELS, View
from dronectl.check import Report
from dronectl.finding import Finding, MissionResult, Status
from dronectl.geometry import beside
from dronectl.mission import Mission
from dronectl.reports.words import iso
from dronectl.track import Track
from dronectl.viewing import footprint
from dronectl.volumes import OperationalVolume, outlines
from dronectl.zone import Circle, Rings, Volume, Zone

CIRCLE_CORNERS = 128
TELLING = (Status.FAILED, Status.UNDECIDED, Status.PERMITTED, Status.WAIVED)


def render(report: Report) -> str:
    return json.dumps(document(report), ensure_ascii=False, allow_nan=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """A FeatureCollection whose features carry `layer`: path, violation, volume, footprint or zone."""
    features: list[dict[str, Any]] = []
    for mission, result in zip(report.missions, report.results, strict=True):
        features.extend(_paths(mission, result))
    for result in report.results:
        features.extend(piece for finding in result.findings for piece in _pieces(finding, result))
    for mission, volume, bare in zip(report.missions, report.volumes, report.bare, strict=True):
        if volume is not None:
            features.extend(volume_features(mission, volume, outlines(volume, bare)))
    for mission, view, bare in zip(report.missions, report.views, report.bare, strict=True):
        if view is not None:
            features.extend(footprint_features(mission, bare, view))
    features.extend(feature for zone in report.zones for feature in zone_features(zone))
    return {
        "type": "FeatureCollection",
        "dronectl": {"version": __version__, "verdict": report.verdict.value},
        "features": features,
    }


def volume_features(mission: Mission, volume: OperationalVolume, shapes: dict[str, Rings]) -> list[dict[str, Any]]:
    """Flight geography, contingency volume and ground risk buffer of a mission."""
    tops = {
        "flight-geography": volume.top_m, "contingency-volume": volume.contingency_top_m, "ground-risk-buffer": 0.0,
    }  # fmt: skip
    return [
        _feature(
            area(rings), {"layer": "volume", "mission": mission.id, "volume": name, "top_m_agl": round(tops[name], 2)}
        )
        for name, rings in shapes.items()
    ]


def footprint_features(mission: Mission, tracks: Sequence[Track], view: View) -> list[dict[str, Any]]:
    """What a camera resolves on the ground at each level, the largest first: each holds the next."""
    return [
        _feature(area(rings), {"layer": "footprint", "mission": mission.id, "level": name, "px_per_m": level})
        for name, level in LEVELS.items()
        for rings in footprint(mission, tracks, view, level)
    ]


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _paths(mission: Mission, result: MissionResult) -> list[dict[str, Any]]:
    features = []
    for flight in mission.flights:
        points = [
            _position(lon, lat, None if np.isnan(height) else height)
            for lon, lat, height in zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True)
        ]
        datums = sorted({datum.value for datum in flight.datum if datum is not None})
        properties: dict[str, Any] = {
            "layer": "path",
            "mission": mission.id,
            "flight": flight.id,
            "verdict": result.verdict.value,
            "datum": datums[0] if len(datums) == 1 else None,
            "start": iso(float(flight.times[0])) if flight.times is not None else None,
            "end": iso(float(flight.times[-1])) if flight.times is not None else None,
        }
        features.append(_feature(_line(points), properties))
    return features


def _pieces(finding: Finding, result: MissionResult) -> list[dict[str, Any]]:
    if finding.status not in TELLING:
        return []
    features = []
    for met in finding.encounters:
        if met.enter is None or met.exit is None:
            continue
        properties = {
            "layer": "violation" if finding.status is Status.FAILED else finding.status.value,
            "mission": result.id,
            "flight": met.flight,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "status": finding.status.value,
            "zone_id": finding.zone.id if finding.zone else None,
            "message": finding.message,
            "remedy": finding.remedy,
            "start": iso(met.enter.time),
            "end": iso(met.exit.time),
            "seconds": None if met.seconds is None else round(met.seconds, 2),
            "margin_m": round(met.margin_m, 2),
            "permit": finding.permit,
        }
        points = [_position(lon, lat, height) for lon, lat, height in met.line]
        features.append(_feature(_line(points), properties))
    return features


def _position(lon: float, lat: float, height: float | None) -> list[float]:
    place = [round(lon, 7), round(lat, 7)]
    return place if height is None else [*place, round(height, 2)]


def _line(points: list[list[float]]) -> dict[str, Any]:
    flat = [point[:2] for point in points]
    if len(points) == 1 or all(point == flat[0] for point in flat):
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "LineString", "coordinates": points}


def zone_features(zone: Zone) -> list[dict[str, Any]]:
    """One feature a volume; a circle is drawn as a polygon that contains it."""
    features = []
    for number, volume in enumerate(zone.volumes):
        properties = {
            "layer": "zone",
            "id": zone.id,
            "name": zone.name,
            "restriction": zone.restriction.value if zone.restriction else None,
            "reasons": list(zone.reasons),
            "band": str(volume.band),
            "volume": number,
            "source": str(zone.where),
            "doubt": "; ".join([*zone.doubts, *([volume.doubt] if volume.doubt else [])]) or None,
        }
        features.append(_feature(_area(volume), properties))
    return features


def _area(volume: Volume) -> dict[str, Any] | None:
    footprint = volume.footprint
    if isinstance(footprint, Circle):
        return {"type": "Polygon", "coordinates": [circle_ring(footprint)]}
    return area(footprint) if isinstance(footprint, Rings) else None


def area(rings: Rings) -> dict[str, Any]:
    """Polygons as GeoJSON, to a centimetre, wound as RFC 7946 has it."""
    polygons = [
        [[[round(x, 7), round(y, 7)] for x, y in _wound(ring, outer=k == 0).tolist()] for k, ring in enumerate(polygon)]
        for polygon in rings.polygons
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def circle_ring(circle: Circle) -> list[list[float]]:
    """A closed ring, counterclockwise, whose edges lie outside the circle."""
    azimuth = np.linspace(360.0, 0.0, CIRCLE_CORNERS, endpoint=False)
    lon, lat = beside(circle.lon, circle.lat, azimuth, circle.radius_m / np.cos(np.pi / CIRCLE_CORNERS))
    ring = [[round(float(x), 7), round(float(y), 7)] for x, y in zip(lon, lat, strict=True)]
    return [*ring, ring[0]]


def _wound(ring: np.ndarray, *, outer: bool) -> np.ndarray:
    """Outer rings counterclockwise, holes clockwise: RFC 7946 3.1.6."""
    x, y = ring[:, 0], ring[:, 1]
    ccw = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) > 0
    return ring if ccw == outer else ring[::-1]
