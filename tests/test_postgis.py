"""Zones from a PostGIS database that this test starts for itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from builders import METRE_EAST, a_mission, at, ring, write
from conftest import missing

from dronectl.errors import InputError, UsageError
from dronectl.measures import Datum, Height
from dronectl.readers import read_zones
from dronectl.zone import Restriction, Rings

NOBODY = "postgres"
PASSWORD = "not-on-the-command-line"


def programs() -> Path | None:
    """The folder with the server's programs, newest version first; None where PostGIS is not installed."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        version = folder.parent.name
        if Path(f"/usr/share/postgresql/{version}/extension/postgis.control").is_file():
            return folder
    return None


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a database with two tables of zones."""
    bin_ = programs()
    if bin_ is None:
        missing("PostgreSQL with PostGIS")
        return
    folder = Path(tempfile.mkdtemp(prefix="dronectl-pg-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        if shutil.which("runuser") is None:
            missing("runuser, to start PostgreSQL as somebody else than root")
        as_owner = ["runuser", "-u", NOBODY, "--"]
        shutil.chown(folder, NOBODY)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        done = subprocess.run([*as_owner, *command], capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stderr

    data = folder / "data"
    run(str(bin_ / "initdb"), "-D", str(data), "-U", "zones", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C",
        f"--pwfile={folder / 'password'}")  # fmt: skip
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    run(str(bin_ / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    url = f"postgresql://zones:{PASSWORD}@127.0.0.1:{port}/postgres"
    try:
        _fill(url)
        yield url
    finally:
        run(str(bin_ / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _fill(url: str) -> None:
    import sqlalchemy

    words = ", ".join(f"{x} {y}" for x, y in ring(-50, -50, 50, 50))
    square = f"ST_GeomFromText('POLYGON(({words}))', 4326)"
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    deadline = time.monotonic() + 20
    while True:
        try:
            with engine.begin() as connection:
                for statement in (
                    "CREATE EXTENSION postgis",
                    "CREATE SCHEMA city",
                    "CREATE TABLE city.zones (id text, name text, kind text, upper float, datum text, valid date, "
                    "geom geometry(Polygon, 4326))",
                    f"INSERT INTO city.zones VALUES ('P1', 'Barracks', 'no-fly', 120, 'AGL', '2026-01-01', {square})",
                    f"INSERT INTO city.zones VALUES ('P2', NULL, 'privacy', NULL, NULL, NULL, {square})",
                    "CREATE TABLE city.rd AS SELECT id, kind, ST_Transform(geom, 28992) AS vlak FROM city.zones",
                    "CREATE TABLE city.words (id text)",
                    "CREATE TABLE city.round AS SELECT 'P3' AS id, 'no-fly' AS kind, ST_GeomFromText("
                    "'CURVEPOLYGON(CIRCULARSTRING(97000 455000,100000 458000,103000 455000,100000 452000,97000 455000))', "
                    "28992) AS geom",
                    'CREATE TABLE city.strange AS SELECT id AS "CODE", name AS "NAAM", '
                    "'verboden' AS \"SOORT\", geom FROM city.zones",
                ):
                    connection.execute(sqlalchemy.text(statement))
            break
        except sqlalchemy.exc.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    engine.dispose()


@pytest.fixture
def served(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DRONECTL_DATABASE_URL", database)
    return database


def test_an_arc_loses_nothing_of_its_zone(served: str) -> None:
    (zone,) = read_zones(["postgis:city.round"])[0].zones
    footprint = zone.volumes[0].footprint
    assert isinstance(footprint, Rings)
    import pyproj

    there = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True)
    x, y = there.transform(*footprint.polygons[0][0].T)
    middles = np.hypot((x[1:] + x[:-1]) / 2 - 100_000, (y[1:] + y[:-1]) / 2 - 455_000)
    assert middles.min() > 3_000 - 0.01


def test_one_of_several_geometries_must_be_chosen(served: str) -> None:
    with pytest.raises(InputError, match="several columns of type geometry"):
        read_zones(["postgis:SELECT id, kind, geom, ST_Centroid(geom) AS middle FROM city.zones"])


def test_a_table_is_read_as_zones(served: str) -> None:
    file = read_zones(["postgis:city.zones"])[0]
    one, other = file.zones
    assert (one.id, one.name, one.restriction) == ("P1", "Barracks", Restriction.PROHIBITED)
    assert one.volumes[0].band.upper == Height(120.0, Datum.AGL) and other.privacy is not None
    assert one.volumes[0].box == pytest.approx((*at(-50, -50), *at(50, 50)))
    assert str(one.where).startswith("postgis:city.zones::row 1")
    assert (
        len(file.dataset.sha256) == 64 and read_zones(["postgis:city.zones"])[0].dataset.sha256 == file.dataset.sha256
    )


def test_a_query_picks_and_renames(served: str) -> None:
    query = "postgis:SELECT \"CODE\" AS id, 'no-fly' AS kind, geom FROM city.strange WHERE \"CODE\" = 'P2'"
    (zone,) = read_zones([query])[0].zones
    assert zone.id == "P2" and zone.restriction is Restriction.PROHIBITED


def test_a_table_in_the_national_grid_is_moved_and_grown(served: str) -> None:
    file = read_zones(["postgis:city.rd"])[0]
    footprint = file.zones[0].volumes[0].footprint
    assert isinstance(footprint, Rings) and any("grown by" in note for note in file.dataset.notes)
    west = float(footprint.polygons[0][0][:, 0].min())
    assert -3.5 < (west - at(-50, -50)[0]) / METRE_EAST < -0.2


def test_a_check_asks_the_database_and_a_mapping_names_its_columns(run, served: str, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission([at(-100, 0, 30), at(100, 0, 30)]))
    ran = run("check", mission, "--zones", "postgis:city.zones")
    assert ran.code == 1 and "Barracks" in ran.out and PASSWORD not in ran.out + ran.err
    assert run("check", mission, "--zones", "postgis:city.strange").code == 3
    ran = run("zones", "convert", "postgis:city.strange", "--guess-mapping")
    assert 'name = "NAAM"' in ran.out
    (tmp_path / "map.toml").write_text('id = "CODE"\nkind = { column = "SOORT", values = { verboden = "no-fly" } }\n')
    assert run("check", mission, "--zones", "postgis:city.strange", "--mapping", tmp_path / "map.toml").code == 1


def test_the_database_is_told_of_in_the_settings_and_never_shown(
    run, database: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.delenv("DRONECTL_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    assert "needs a database" in run("zones", "list", "postgis:city.zones").err
    (tmp_path / "dronectl.toml").write_text(f'database_url = "{database}"\n')
    assert run("zones", "list", "postgis:city.zones").code == 0
    shown = run("config", "show")
    assert "set, not shown" in shown.out and PASSWORD not in shown.out


@pytest.mark.parametrize(
    "name", ["postgis:city.words", "postgis:city.gone", "postgis:SELECT 1", "postgis:SELECT geom FROM"]
)
def test_what_is_no_table_of_zones_is_refused(name: str, served: str) -> None:
    with pytest.raises(InputError, match="the database says") as raised:
        read_zones([name])
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    "name", ["postgis:", "postgis:a b", "postgis:city.zones; DROP TABLE city.zones", 'postgis:"x"']
)
def test_a_name_that_is_none_is_wrong_use(name: str, served: str) -> None:
    with pytest.raises(UsageError):
        read_zones([name])


def test_a_query_cannot_change_anything(served: str) -> None:
    harm = "postgis:WITH gone AS (DELETE FROM city.zones RETURNING *) SELECT * FROM gone"
    with pytest.raises(InputError):
        read_zones([harm])
    with pytest.raises(InputError):
        read_zones(["postgis:SELECT * FROM city.zones) q; DELETE FROM city.zones; SELECT * FROM (SELECT 1"])
    assert len(read_zones(["postgis:city.zones"])[0].zones) == 2


def test_a_service_that_is_not_there_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRONECTL_DATABASE_URL", f"postgresql://zones:{PASSWORD}@127.0.0.1:9/none")
    with pytest.raises(InputError) as raised:
        read_zones(["postgis:zones"])
    assert PASSWORD not in str(raised.value)
