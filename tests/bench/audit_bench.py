"""Flown flights by the hundred: read, held against 3,000 zones, and the same by a geopandas script; cost as logs grow.

Usage: python tests/bench/audit_bench.py [LOGS]. Prints ratios of one run.
"""

from __future__ import annotations

import csv
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
from postgis_bench import postgis  # noqa: E402

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


def lines(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Where the logs of a folder went."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open() as file:
            found[path.stem] = [(row["longitude"], row["latitude"]) for row in csv.DictReader(file)]
    return found


def ours(zones: Path, folder: Path, logs: int) -> tuple[float, float, float]:
    """Seconds of reading, seconds of the audit, and the peak memory in MiB, in a process of its own."""
    code = (
        "import gc, sys, time\n"
        "from pathlib import Path\n"
        "from dronectl.audit.flight import Auditor, Setting\n"
        "from dronectl.readers import read_mission, read_zones\n"
        "paths = [str(p) for p in sorted(Path(sys.argv[2]).glob('*.csv'))][: int(sys.argv[3])]\n"
        "auditor = Auditor(Setting(files=read_zones([sys.argv[1]])))\n"
        "auditor.audit(paths[:1])\n"
        "gc.collect(); gc.freeze()\n"  # as the workers of an audit do
        "begin = time.perf_counter()\n"
        "for p in paths: read_mission(p)\n"
        "read = time.perf_counter() - begin; begin = time.perf_counter()\n"
        "for k in range(0, len(paths), 32): auditor.audit(paths[k:k + 32])\n"
        "audited = time.perf_counter() - begin\n"
        "peak = next(int(row.split()[1]) for row in open('/proc/self/status') if row.startswith('VmHWM')) / 1024\n"
        "print(read, audited, peak)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(zones), str(folder), str(logs)], capture_output=True, text=True, check=True
    )
    read, audited, memory = map(float, made.stdout.split())
    return read, audited, memory


def rows(logs: int = 300) -> list[tuple[str, str, str]]:
    """What the audit costs, as ratios: beside the others over some logs, and by itself over ten times as many."""
    few = logs // 10
    with tempfile.TemporaryDirectory() as where:
        zones, folder, part = Path(where) / "zones.geojson", Path(where) / "logs", Path(where) / "part"
        zones.write_text(json.dumps(national_zones(3_000)))
        folder.mkdir()
        part.mkdir()
        for seed in range(logs):
            a_log(folder / f"log-{seed:04d}.csv", seed)
            if seed < few:
                a_log(part / f"log-{seed:04d}.csv", seed)
        theirs, theirs_in_sql = script(zones, part), postgis(zones, lines(part))
        _, part_s, less = ours(zones, part, few)
        read, whole_s, memory = ours(zones, folder, logs)
    what = f"{few} logs of {POINTS:,} points x 3,000 zones"
    sql = "not installed" if theirs_in_sql is None else f"{theirs_in_sql / part_s:.2f} x"
    return [
        (f"{what}: geopandas script / audit, one process each", f"{theirs / part_s:.2f} x", ""),
        (f"{what}: PostGIS, reading not counted / audit", sql, ""),
        ("audit of a log / reading it", f"{whole_s / read:.1f} x", "<= 1.5 x"),
        ("audit, one process", f"{logs / whole_s:.1f} logs/s", ""),
        (f"cost of a log, {logs} / {few} logs", f"{whole_s / logs / (part_s / few):.2f} x", "0.9 to 1.1 x"),
        (f"peak memory, {logs} / {few} logs", f"{memory / less:.2f} x ({memory:.0f} MiB)", ""),
    ]


if __name__ == "__main__":
    for name, value, target in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 300):
        print(f"{name:<86} {value:>16}  {target}")
