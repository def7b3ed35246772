"""The results of an audit in columns: GeoParquet 1.1, one file a batch, whole or not there at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dronectl.errors import MissingExtra

Row = dict[str, Any]
TEXT = ("flight", "path", "sha256", "aircraft", "pilot", "purpose", "legal_basis", "category", "heights", "plan", "plan_path",
        "plan_sha256", "matched_by", "unmatched", "verdict", "zones_state", "privacy_state", "people_state", "papers_state",
        "log_state", "category_state", "findings", "volume", "logbook", "logbook_by", "unlogged", "error")  # fmt: skip
LISTS = (
    "rules",
    "answers",
    "oddities",
    "broken",
    "logbook_missing",
    "permits_used",
    "waivers_used",
    "waivers_expired",
    "zones_used",
)
COUNTS = ("fixes", "violations", "warnings", "undecided", "permitted", "waived", "excursions", "homes")
NUMBERS = (
    "duration_s",
    "length_m",
    "lon",
    "lat",
    "inside_s",
    "outside_s",
    "unknown_s",
    "worst_m",
    "longest_s",
    "home_seconds",
)
TIMES = ("start", "end")
FLAGS = ("volume_kept",)
GEO = {
    "version": "1.1.0", "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["LineString Z", "Point Z", "LineString", "Point"]}},
}  # GeoParquet 1.1.0: without a crs, longitude and latitude on WGS 84 are meant  # fmt: skip


def columns() -> list[str]:
    """Every column of the results, in their order."""
    return [*TEXT, *LISTS, *COUNTS, *NUMBERS, *TIMES, *FLAGS, "geometry"]


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("an audit", "parquet") from None
    return pyarrow


def schema() -> Any:
    """The columns with their kinds."""
    pa = _arrow()
    kinds = {
        **dict.fromkeys(TEXT, pa.string()), **dict.fromkeys(LISTS, pa.list_(pa.string())),
        **dict.fromkeys(COUNTS, pa.int64()),
        **dict.fromkeys(NUMBERS, pa.float64()), **dict.fromkeys(TIMES, pa.timestamp("ms", tz="UTC")),
        **dict.fromkeys(FLAGS, pa.bool_()), "geometry": pa.binary(),
    }  # fmt: skip
    return pa.schema([(name, kinds[name]) for name in columns()], metadata={"geo": json.dumps(GEO)})


def write(path: Path, rows: Sequence[Row]) -> None:
    """A batch of rows; a reader meets the whole file or none, whatever happens meanwhile."""
    pa = _arrow()
    made = pa.Table.from_pylist(
        [{name: _value(name, row[name]) for name in columns()} for row in rows], schema=schema()
    )
    near = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    pa.parquet.write_table(made, near, compression="zstd")
    _into_place(near, path)


def _into_place(near: Path, path: Path) -> None:
    with near.open("rb") as stream:
        os.fsync(stream.fileno())
    near.replace(path)


def _value(name: str, value: Any) -> Any:
    return datetime.fromtimestamp(round(value, 3), UTC) if name in TIMES and value is not None else value


def whole(path: Path) -> bool:
    """True where a batch was written to its end."""
    pa = _arrow()
    if not path.is_file():
        return False
    try:
        pa.parquet.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return True


def rows(paths: Sequence[Path], wanted: Sequence[str] | None = None) -> Iterator[Row]:
    """The rows of some files one after the other; times as seconds since 1970 (UTC)."""
    pa = _arrow()
    for path in paths:
        for batch in pa.parquet.ParquetFile(path).iter_batches(
            batch_size=1024, columns=list(wanted) if wanted else None
        ):
            for row in batch.to_pylist():
                for name in TIMES:
                    if row.get(name) is not None:
                        row[name] = row[name].timestamp()
                yield row


class Copies:
    """Tells rows of copies: of logs of the same bytes the first counts."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def has(self, row: Row) -> bool:
        """True where a row of the same flight of the same bytes was asked about before."""
        own = str(row["flight"])[len(Path(row["path"]).stem) :]  # what it is called inside its log
        key = row["sha256"], own
        known = bool(row["sha256"]) and key in self._seen
        self._seen.add(key)
        return known


def joined(parts: Sequence[Path], target: Path) -> None:
    """All batches as one file, a row group each, read and written one by one."""
    pa = _arrow()
    near = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    with pa.parquet.ParquetWriter(near, schema(), compression="zstd") as writer:
        for part in parts:
            writer.write_table(pa.parquet.read_table(part, schema=schema()))
    _into_place(near, target)
