"""PostGIS over some lines: which zones each one enters, and how near the others come within some metres."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Lines = Mapping[str, Sequence[tuple[Any, Any]]]


def postgis(zones: Path, lines: Lines, metres: int = 1_000) -> float | None:
    """Seconds of PostGIS over some lines (COPY and query; GiST, parallel on); None where it is not installed.

    Zones are loaded and indexed before the clock starts, and the lines are made by us: reading their files is not counted.
    """
    if not all(map(shutil.which, ("initdb", "pg_ctl", "psql"))):
        return None
    with tempfile.TemporaryDirectory() as where:
        home = Path(where)
        user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if user:
            shutil.chown(home, "postgres")
            home.chmod(0o755)
        _to_sql(zones, lines, home, metres)
        port = ["-h", where, "-p", "54329", "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]
        subprocess.run(
            [*user, "initdb", "-D", f"{where}/db", "-U", "postgres"], check=True, capture_output=True, cwd=where
        )
        options = f"-k {where} -p 54329 -c listen_addresses= -c jit=off -c work_mem=256MB -c fsync=off"
        command = [*user, "pg_ctl", "-D", f"{where}/db", "-w", "-l", f"{where}/pg.log", "-o", options]
        subprocess.run([*command, "start"], check=True, capture_output=True, cwd=where)
        try:
            begun = subprocess.run(
                ["psql", *port, "-f", f"{where}/zones.sql"], check=False, capture_output=True, text=True
            )
            if begun.returncode:
                return None  # without the extension
            begin = time.perf_counter()
            subprocess.run(["psql", *port, "-f", f"{where}/lines.sql"], check=True, capture_output=True)
            return time.perf_counter() - begin
        finally:
            subprocess.run([*command, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=where)


def _to_sql(zones: Path, lines: Lines, home: Path, metres: int) -> None:
    rows = []
    for feature in json.loads(zones.read_text())["features"]:
        for part in feature["geometry"].get("geometries", [feature["geometry"]]):
            radius = part.get("extent", {}).get("radius", 0.0)
            bare = json.dumps({"type": part["type"], "coordinates": part["coordinates"]})
            rows.append(f"{radius}\t{bare}")
    load = (
        "CREATE EXTENSION postgis; CREATE TEMP TABLE raw (radius float8, shape text);\nCOPY raw FROM STDIN;\n"
        + "\n".join(rows)
        + "\n\\.\nCREATE TABLE zones AS SELECT row_number() OVER () AS id, "
        "CASE WHEN radius > 0 THEN ST_Buffer(shape, radius, 64) ELSE shape END AS shape FROM (SELECT radius, "
        "ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(shape), 4326), 28992) AS shape FROM raw) AS made; "
        "CREATE INDEX ON zones USING gist (shape); ANALYZE zones;\n"
    )
    (home / "zones.sql").write_text(load)
    copied = [
        f"{name}\tSRID=4326;LINESTRING({','.join(f'{lon} {lat}' for lon, lat in points)})"
        for name, points in lines.items()
    ]
    ask = (
        "CREATE TABLE lines (name text, shape geometry);\nCOPY lines FROM STDIN;\n" + "\n".join(copied) + "\n\\.\n"
        "UPDATE lines SET shape = ST_Transform(shape, 28992); ANALYZE lines;\n"
        "SELECT count(*), sum((away <= 5)::int) FROM (SELECT ST_Distance(lines.shape, zones.shape) AS away "
        f"FROM lines JOIN zones ON ST_DWithin(lines.shape, zones.shape, {metres})) AS near;\n"
    )
    (home / "lines.sql").write_text(ask)
