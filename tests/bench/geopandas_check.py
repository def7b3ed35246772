"""The same horizontal question as a straightforward geopandas script would ask it.

For every leg: which zones does it enter, widened by 5 m, and how near do the others come. Circles and stacked volumes are
read from the ED-318 file, which GDAL does not know.

Usage: python geopandas_check.py ZONES.geojson MISSION.geojson [--by-column]
"""

import itertools
import json
import sys

import geopandas
from shapely.geometry import LineString, Point, shape

with open(sys.argv[1]) as file:
    features = json.load(file)["features"]
with open(sys.argv[2]) as file:
    points = json.load(file)["features"][0]["geometry"]["coordinates"]

rows = []
for feature in features:
    geometry = feature["geometry"]
    for part in geometry.get("geometries", [geometry]):
        radius = part.get("extent", {}).get("radius", 0.0)
        rows.append({"id": feature["properties"]["identifier"], "radius": radius, "geometry": shape(part)})
zones = geopandas.GeoDataFrame(rows, crs=4326).to_crs(28992)
circles = zones["radius"] > 0
zones.loc[circles, "geometry"] = zones[circles].buffer(zones.loc[circles, "radius"], quad_segs=64)

legs = [LineString([a[:2], b[:2]]) if a[:2] != b[:2] else Point(a[:2]) for a, b in itertools.pairwise(points)]
legs = geopandas.GeoSeries(legs, crs=4326).to_crs(28992)
widened = legs.buffer(5)
entered, nearest = set(), {}
if "--by-column" in sys.argv:  # one leg against all zones at a time
    for leg, wide in zip(legs, widened, strict=True):
        entered.update(zones.loc[zones.intersects(wide), "id"])
        distance = zones.distance(leg)
        for row in zones.index[distance <= 1000]:
            nearest[row] = min(nearest.get(row, 1e9), distance[row])
else:  # one leg against one zone at a time
    for row, zone in zones.iterrows():
        for leg, wide in zip(legs, widened, strict=True):
            if zone.geometry.intersects(wide):
                entered.add(zone["id"])
            distance = zone.geometry.distance(leg)
            if distance <= 1000:
                nearest[row] = min(nearest.get(row, 1e9), distance)
print(json.dumps({"entered": sorted(entered), "near": len(nearest)}))
