"""Missions by the hundred against a zone set in one process: ours, geopandas, plain Shapely, and GEOS alone.

Usage: python tests/bench/missions_bench.py [MISSIONS [ZONES]]. Prints ratios of one run.

Ours is the whole check, one mission after the other: every rule, four dimensions, entries and nearest approach; and the
encounters alone, with entries and nearest approach, of many missions together. The others ask which zones a mission
enters, 5 m wide, and how near the others come within 1 km; GEOS alone is the bare `dwithin` and `distance` on the pairs that
an index leaves, with all geometries made before the clock starts. Within 30 m the same is asked once more: there what a
mission costs by itself weighs most.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate import CITIES, a_mission, national_zones  # noqa: E402
from postgis_bench import postgis  # noqa: E402

NEAR_M, CLOSE_M = 1_000, 30

OURS = """
import gc, sys, time
from pathlib import Path
from dronectl.check import check
from dronectl.editions import Library
from dronectl.readers import read_mission, read_zones
missions = [read_mission(path) for path in sorted(Path(sys.argv[2]).glob('*.geojson'))]
library = Library(read_zones([sys.argv[1]]))
check(missions[:1], library)
gc.collect(); gc.freeze()  # commands do without it
begin = time.perf_counter()
for mission in missions:
    check([mission], library)
print(time.perf_counter() - begin)
"""
TOGETHER = (
    OURS.partition("check(missions[:1]")[0]
    + """
from dronectl.against import hold
from dronectl.heights import Models
from dronectl.house import House
def held(some):
    return hold(some, library, [Models()] * len(some), House(), near_m=float(sys.argv[3]), margin_m=0)
held(missions[:1])
gc.collect(); gc.freeze()
begin = time.perf_counter()
for k in range(0, len(missions), 32):
    held(missions[k : k + 32])
print(time.perf_counter() - begin)
"""
)
SHARED = """
import sys, json, time, geopandas, shapely
from pathlib import Path
from shapely.geometry import shape, LineString
rows = []
for feature in json.load(open(sys.argv[1]))['features']:
    for part in feature['geometry'].get('geometries', [feature['geometry']]):
        rows.append({'radius': part.get('extent', {}).get('radius', 0.0), 'geometry': shape(part)})
zones = geopandas.GeoDataFrame(rows, crs=4326).to_crs(28992)
round = zones['radius'] > 0
zones.loc[round, 'geometry'] = zones[round].buffer(zones.loc[round, 'radius'], quad_segs=64)
lines = []
for path in sorted(Path(sys.argv[2]).glob('*.geojson')):
    points = json.load(open(path))['features'][0]['geometry']['coordinates']
    lines.append(LineString([point[:2] for point in points]))
lines = geopandas.GeoSeries(lines, crs=4326).to_crs(28992)
begin = time.perf_counter()
"""
GEOPANDAS = """
for line in lines:
    entered = zones.intersects(line.buffer(5)); near = zones.distance(line) <= 1000
print(time.perf_counter() - begin)
"""
SHAPELY = """
shapes = list(zones.geometry)
for line in lines[: max(1, len(lines) // 10)]:
    wide = line.buffer(5)
    for zone in shapes:
        zone.intersects(wide), zone.distance(line) <= 1000
print((time.perf_counter() - begin) * len(lines) / max(1, len(lines) // 10))
"""
GEOS = """
shapes, paths = zones.geometry.to_numpy(), lines.to_numpy()
tree = shapely.STRtree(shapes)
begin = time.perf_counter()
one, other = tree.query(paths, predicate='dwithin', distance=float(sys.argv[3]))
entered = shapely.dwithin(paths[one], shapes[other], 5)
away = shapely.distance(paths[one], shapes[other])
print(time.perf_counter() - begin)
"""


def rows(missions: int = 200, zones: int = 3_000) -> list[tuple[str, str, str]]:
    """What a mission costs in one process, as ratios."""
    with tempfile.TemporaryDirectory() as where:
        file, folder = Path(where) / "zones.geojson", Path(where) / "missions"
        file.write_text(json.dumps(national_zones(zones)))
        folder.mkdir()
        for seed in range(missions):
            rng = random.Random(seed)
            made = a_mission(rng.randint(20, 200), seed)
            lon, lat = CITIES[seed % 5]
            for point in made["features"][0]["geometry"]["coordinates"]:
                point[0] += lon - CITIES[1][0]
                point[1] += lat - CITIES[1][1]
            (folder / f"{seed:04d}.geojson").write_text(json.dumps(made))
        codes = (OURS, TOGETHER, SHARED + GEOPANDAS, SHARED + SHAPELY, SHARED + GEOS)
        ours, together, geopandas, plain, geos = (_seconds(code, file, folder) for code in codes)
        sql = postgis(file, _lines(folder))
        close, close_geos = (_seconds(code, file, folder, CLOSE_M) for code in (TOGETHER, SHARED + GEOS))
        close_sql = postgis(file, _lines(folder), CLOSE_M)
    what = f"{missions} missions x {zones:,} zones"
    return [
        (f"{what}: geopandas script / check", f"{geopandas / ours:.2f} x", ""),
        (f"{what}: plain Shapely loop / check", f"{plain / ours:.1f} x", ""),
        (f"{what}: check / GEOS alone on the same pairs", f"{ours / geos:.1f} x", ""),
        (f"{what}: check, one process", f"{ours / missions * 1000:.1f} ms a mission", ""),
        (f"{what}: geopandas script / encounters together", f"{geopandas / together:.2f} x", ">= 10 x"),
        (f"{what}: PostGIS / encounters together", _beside(sql, together), ">= 5 x"),
        (f"{what}: encounters together / GEOS alone", f"{together / geos:.1f} x", "<= 3 x"),
        (f"{what}: encounters together, one process", f"{together / missions * 1000:.1f} ms a mission", ""),
        (f"the same within {CLOSE_M} m: PostGIS / encounters together", _beside(close_sql, close), ">= 5 x"),
        (f"the same within {CLOSE_M} m: encounters together / GEOS alone", f"{close / close_geos:.1f} x", "<= 3 x"),
        (f"the same within {CLOSE_M} m, one process", f"{close / missions * 1000:.1f} ms a mission", ""),
    ]


def _beside(theirs_s: float | None, ours_s: float) -> str:
    return "not installed" if theirs_s is None else f"{theirs_s / ours_s:.2f} x"


def _lines(folder: Path) -> dict[str, list[tuple[float, float]]]:
    return {
        path.stem: [
            tuple(point[:2]) for point in json.loads(path.read_text())["features"][0]["geometry"]["coordinates"]
        ]
        for path in sorted(folder.glob("*.geojson"))
    }


def _seconds(code: str, zones: Path, folder: Path, metres: int = NEAR_M) -> float:
    made = subprocess.run(
        [sys.executable, "-c", code, str(zones), str(folder), str(metres)], capture_output=True, text=True, check=True
    )
    return float(made.stdout)


if __name__ == "__main__":
    for name, value, target in rows(*map(int, sys.argv[1:])):
        print(f"{name:<86} {value:>20}  {target}")
