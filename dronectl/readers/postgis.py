"""Zones from a PostGIS table or query, named `postgis:SCHEMA.TABLE` or `postgis:SELECT ...`.

The service is named by `database_url` in `dronectl.toml` or by `DRONECTL_DATABASE_URL`, never on the command line: a
password has no place in a list of processes. What is read is read in a transaction that can change nothing.
"""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from math import radians
from typing import Any

from dronectl import geometry
from dronectl.config import settings
from dronectl.errors import InputError, MissingExtra, UsageError
from dronectl.readers import features
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.where import Where
from dronectl.zone import ZoneFile

PREFIX = "postgis:"
URL = "DRONECTL_DATABASE_URL"
NAME = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)?")
QUERY = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)
MOST_ROWS = 2_000_000


def read_zones(path: str, choices: Choices) -> ZoneFile:
    """The rows of a table or query as zones; the digest is that of what was read.

    Raises `InputError` where the database says no, `UsageError` where none is named.
    """
    shapes, rows, crs = _fetch(path)
    digest = sha256()
    for shape, row in zip(shapes, rows, strict=True):
        digest.update(shape or b"")
        digest.update(json.dumps(row, sort_keys=True, default=str).encode())
    document = Document(path, digest.hexdigest(), None)
    try:
        made, error_m, name = geometry.geojson_of(shapes, crs)
    except geometry.UnknownReference as error:
        raise InputError.at(Where(path), f"its reference system cannot be used: {error}") from None
    found = [{"type": "Feature", "geometry": s, "properties": row} for s, row in zip(made, rows, strict=True)]
    places = [Where(path, f"row {number}") for number in range(1, len(found) + 1)]
    grown = f"moved from {name} to WGS 84, and grown by the {error_m:g} m that this may be off"
    notes = [grown] if error_m > 0 else []
    return features.zone_file(document, found, places, choices, "PostGIS", notes)


def rows(path: str) -> list[dict[str, Any]]:
    """The columns of every row, for a first guess at their meaning."""
    return _fetch(path)[1]


def _fetch(path: str) -> tuple[list[bytes | None], list[dict[str, Any]], str | None]:
    """Geometries as WKB, rows, and the reference system."""
    what = path.removeprefix(PREFIX).strip()
    if not NAME.fullmatch(what) and not QUERY.match(what):
        raise UsageError(f"{path}: write postgis:SCHEMA.TABLE, or postgis:SELECT ...")
    url = os.environ.get(URL) or settings().word("database_url")
    if not url:
        raise UsageError(f"{path} needs a database: set {URL}, or database_url in dronectl.toml")
    try:
        import sqlalchemy
    except ImportError:
        raise MissingExtra("a PostGIS table", "postgis") from None
    import geopandas

    query = what if QUERY.match(what) else "SELECT * FROM " + ".".join(f'"{part}"' for part in what.split("."))
    engine = None
    try:
        named = sqlalchemy.make_url(url)
        if named.drivername in ("postgresql", "postgres"):
            named = named.set(drivername="postgresql+pg8000")
        engine = sqlalchemy.create_engine(named)
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text("SET TRANSACTION READ ONLY"))
            column, names, srid = _geometry(connection, query)
            wanted = "".join(f'q."{name}", ' for name in names)
            step = radians(features.ARC_STEP_DEG)
            select = (  # 2: the step of an arc is an angle
                f'SELECT {wanted}ST_CurveToLine(q."{column}"::geometry, {step}, 2) AS dronectl_shape '
                f"FROM ({query}) q LIMIT {MOST_ROWS + 1}"
            )
            frame = geopandas.read_postgis(sqlalchemy.text(select), connection, geom_col="dronectl_shape")
    except (sqlalchemy.exc.SQLAlchemyError, ValueError, OSError) as error:
        told = str(getattr(error, "orig", None) or error).splitlines()[0][:300]
        raise InputError.at(
            Where(path), f"the database says: {told}", remedy="check the table's name and rights"
        ) from None
    finally:
        if engine is not None:
            engine.dispose()
    if len(frame) > MOST_ROWS:
        raise InputError.at(Where(path), f"has more than {MOST_ROWS:,} rows", remedy="ask for fewer")
    shapes = [None if shape is None else bytes(shape) for shape in frame["dronectl_shape"].to_wkb()]
    table = [{name: _plain(row[name]) for name in names} for row in frame.to_dict("records")]
    return shapes, table, f"EPSG:{srid}" if srid else None


def _geometry(connection: Any, query: str) -> tuple[str, list[str], int]:
    """The geometry column of a query, its other columns, and the number of its reference system."""
    import sqlalchemy

    empty = connection.execute(sqlalchemy.text(f"SELECT * FROM ({query}) q LIMIT 0"))
    columns = list(empty.keys())
    kinds = connection.execute(
        sqlalchemy.text("SELECT oid, typname FROM pg_type WHERE typname IN ('geometry', 'geography')")
    )
    spatial = {oid for oid, _ in kinds}
    shapes = [str(c[0]) for c in empty.cursor.description if c[1] in spatial] if empty.cursor else []
    if not shapes:
        described = connection.execute(sqlalchemy.text(f"SELECT * FROM ({query}) q LIMIT 0")).cursor
        shapes = [str(c[0]) for c in (described.description if described else []) if c[1] in spatial]
    if not shapes:
        raise ValueError("the table has no column of type geometry")
    if len(shapes) > 1:
        raise ValueError(f"the table has several columns of type geometry ({', '.join(shapes)}): select one of them")
    column = shapes[0]
    found = connection.execute(
        sqlalchemy.text(
            f'SELECT DISTINCT ST_SRID(q."{column}"::geometry) FROM ({query}) q WHERE q."{column}" IS NOT NULL'
        )
    ).fetchall()
    if len(found) > 1:
        raise ValueError("the table mixes reference systems")
    return column, [name for name in columns if name not in shapes], int(found[0][0]) if found else 0


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or (isinstance(value, float) and value != value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat() if value == value else None  # NaT is not equal to itself
    return value if isinstance(value, str | int | float | bool) else str(value)
