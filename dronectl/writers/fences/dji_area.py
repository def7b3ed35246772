"""The fence as a custom flight area of DJI's docks: GeoJSON with `geofence_type` `dfence` (keep in) and `nfz` (keep out).

At most 255 corners an outline, circles of 10 m or more, one `dfence` may not overlap another, and the aircraft turns home
within 5 m of an edge: as DroneDeploy documents it for DJI docks. The route stays 10 m from every edge.
"""

from __future__ import annotations

import json
from typing import Any

from dronectl.fencing import Fence, Limits
from dronectl.mission import Mission
from dronectl.reports.as_geojson import area
from dronectl.zone import Circle, Rings, Zone

NAME, SUFFIX, CARRIES_MISSION = "dji-area", ".json", False
LIMITS = Limits(corners=255, least_radius_m=10.0, edge_m=10.0)  # DroneDeploy's documentation of DJI custom flight areas


def render(mission: Mission, fence: Fence) -> bytes:
    """Each outline or circle as a feature."""
    features = [
        _feature(zone, kind) for zones, kind in ((fence.inside, "dfence"), (fence.outside, "nfz")) for zone in zones
    ]
    made = {"type": "FeatureCollection", "features": features}
    return (json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _feature(zone: Zone, kind: str) -> dict[str, Any]:
    (volume,) = zone.volumes
    shape = volume.footprint
    properties: dict[str, Any] = {"subType": "Circle" if isinstance(shape, Circle) else None}
    if isinstance(shape, Circle):
        properties["radius"] = shape.radius_m
        geometry: dict[str, Any] = {"type": "Point", "coordinates": [shape.lon, shape.lat]}
    else:
        assert isinstance(shape, Rings)
        geometry = area(shape)
    return {
        "id": zone.id, "type": "Feature", "geofence_type": kind, "geometry": geometry,
        "properties": {name: value for name, value in properties.items() if value is not None},
    }  # fmt: skip
