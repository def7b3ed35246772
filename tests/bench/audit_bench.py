"""Flown flights by the hundred: read, held against 3,000 zones, and the same by a geopandas script; cost as logs grow.

Usage: python tests/bench/audit_bench.py [LOGS]. Prints ratios of one run.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate import CITIES, METRES_PER_DEGREE, national_zones  # noqa: E402

POINTS = 1_800
START = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)


def a_log(path: Path, seed: int) -> None:
    """A flight of half an hour at 1 Hz round one of the Dutch cities, as AirData writes it."""
    rng = random.Random(seed)
    lon, lat = CITIES[seed % 5]
    lon, lat = lon + rng.gauss(0, 0.06), lat + rng.gauss(0, 0.04)
    heading, start = rng.uniform(0, 6.3), START + timedelta(hours=seed)
    lines = ["time(millisecond),datetime(utc),latitude,longitude,height_above_takeoff(meters)"]
    for k in range(POINTS):
        heading += rng.gauss(0, 0.1)
        lon += 4 * math.sin(heading) / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
        lat += 4 * math.cos(heading) / METRES_PER_DEGREE
        moment = start + timedelta(seconds=k)
        lines.append(f"{k * 1000},{moment:%Y-%m-%d %H:%M:%S},{lat:.7f},{lon:.7f},{40 + 10 * math.sin(k / 100):.1f}")
    path.write_text("\n".join(lines), "utf-8")


def script(zones: Path, folder: Path) -> float:
    """Seconds of the straightforward script over the logs: which zones each flight enters, and how near the others come."""
    code = (
        "import sys, json, csv, time, geopandas\n"
        "from pathlib import Path\n"
        "from shapely.geometry import shape, LineString\n"
        "rows = []\n"
        "for f in json.load(open(sys.argv[1]))['features']:\n"
        "    for part in f['geometry'].get('geometries', [f['geometry']]):\n"
        "        rows.append({'radius': part.get('extent', {}).get('radius', 0.0), 'geometry': shape(part)})\n"
        "zones = geopandas.GeoDataFrame(rows, crs=4326).to_crs(28992)\n"
        "round = zones['radius'] > 0\n"
        "zones.loc[round, 'geometry'] = zones[round].buffer(zones.loc[round, 'radius'], quad_segs=64)\n"
        "begin = time.perf_counter()\n"
        "for path in sorted(Path(sys.argv[2]).glob('*.csv')):\n"
        "    with open(path) as file:\n"
        "        points = [(float(r['longitude']), float(r['latitude'])) for r in csv.DictReader(file)]\n"
        "    line = geopandas.GeoSeries([LineString(points)], crs=4326).to_crs(28992).iloc[0]\n"
        "    entered = zones.intersects(line.buffer(5)); near = zones.distance(line) <= 1000\n"
        "print(time.perf_counter() - begin)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(zones), str(folder)], capture_output=True, text=True, check=True
    )
    return float(made.stdout)


def ours(zones: Path, folder: Path, logs: int) -> tuple[float, float, float]:
    """Seconds of reading, seconds of the audit, and the peak memory in MiB, in a process of its own."""
    code = (
        "import sys, time, resource\n"
        "from pathlib import Path\n"
        "from dronectl.audit.flight import Auditor, Setting\n"
        "from dronectl.readers import read_mission, read_zones\n"
        "paths = [str(p) for p in sorted(Path(sys.argv[2]).glob('*.csv'))][: int(sys.argv[3])]\n"
        "auditor = Auditor(Setting(files=read_zones([sys.argv[1]])))\n"
        "auditor.audit(paths[0])\n"
        "begin = time.perf_counter()\n"
        "for p in paths: read_mission(p)\n"
        "read = time.perf_counter() - begin; begin = time.perf_counter()\n"
        "for p in paths: auditor.audit(p)\n"
        "print(read, time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(zones), str(folder), str(logs)], capture_output=True, text=True, check=True
    )
    read, audited, memory = map(float, made.stdout.split())
    return read, audited, memory


def rows(logs: int = 90) -> list[tuple[str, str, str]]:
    """What the audit costs, as ratios."""
    with tempfile.TemporaryDirectory() as where:
        zones, folder = Path(where) / "zones.geojson", Path(where) / "logs"
        zones.write_text(json.dumps(national_zones(3_000)))
        folder.mkdir()
        for seed in range(logs):
            a_log(folder / f"log-{seed:04d}.csv", seed)
        theirs = script(zones, folder)
        read, audited, memory = ours(zones, folder, logs)
        _, third, less = ours(zones, folder, logs // 3)
    whole, part = audited / logs, third / (logs // 3)
    return [
        (f"{logs} logs x {POINTS} points x 3,000 zones: geopandas script / audit", f"{theirs / audited:.2f} x", ""),
        ("the same, one process", f"{logs / audited:.1f} logs/s", ""),
        ("the whole audit of a log / reading it", f"{audited / read:.1f} x", "<= 1.5 x"),
        (f"cost of a log, {logs} / {logs // 3} logs", f"{whole / part:.2f} x", "0.9 to 1.1 x"),
        (f"peak memory, {logs} / {logs // 3} logs", f"{memory / less:.2f} x ({memory:.0f} MiB)", ""),
    ]


if __name__ == "__main__":
    for name, value, target in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 90):
        print(f"{name:<72} {value:>18}  {target}")
