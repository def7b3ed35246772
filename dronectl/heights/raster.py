"""A raster of heights in a file: read in windows, in metres, with unknown where it has no value.

Only what a path needs is read, so that a file of gigabytes costs megabytes. rasterio comes with `dronectl[terrain]`.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dronectl import geometry
from dronectl.errors import InputError, MissingExtra
from dronectl.folders import all_in
from dronectl.geometry import Floats, Projection
from dronectl.measures import METRES_PER_FOOT, METRES_PER_US_SURVEY_FOOT, Datum
from dronectl.records import dataclass
from dronectl.where import Where

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

UNITS = {
    "m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0,
    "ft": METRES_PER_FOOT, "foot": METRES_PER_FOOT, "feet": METRES_PER_FOOT, "international foot": METRES_PER_FOOT,
    "us-ft": METRES_PER_US_SURVEY_FOOT, "us survey foot": METRES_PER_US_SURVEY_FOOT, "sfoot": METRES_PER_US_SURVEY_FOOT,
}  # fmt: skip
SUFFIXES = frozenset({".tif", ".tiff", ".gtiff", ".cog", ".hgt", ".dt0", ".dt1", ".dt2", ".gtx"})
WHOLE_DIGEST_BYTES = 256 * 2**20  # a file up to this size is digested whole, a larger one by what was read of it
EDGE = 0.5001  # the outermost cells end half a cell from their middles; the rest is for rounding where tiles meet
CACHE_MB = 64
OPEN_FILES = 16
Affine = tuple[float, ...]
"""The six numbers of an affine map, row by row."""
REMEDY = "give a GeoTIFF (or COG), SRTM .hgt, DTED or GTX file with heights in metres"


@contextmanager
def gdal() -> Iterator[Any]:
    """rasterio, with no network, no files beside the one that was named, and a small cache."""
    try:
        import rasterio
    except ImportError as error:
        raise MissingExtra("reading terrain and geoid rasters", "terrain") from error
    settings = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "GDAL_CACHEMAX": CACHE_MB}
    with rasterio.Env(**settings), warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)  # refused below, with its place
        yield rasterio


class Shelf:
    """The files that are open: of a folder with thousands of tiles only the last ones stay so."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, DatasetReader] = OrderedDict()

    def opened(self, path: str, driver: str) -> DatasetReader:
        """A file, opened where it is not; by this driver and no other."""
        if path not in self._open:
            with gdal() as rasterio:
                self._open[path] = rasterio.open(Path(path).resolve(), driver=driver)
            if len(self._open) > OPEN_FILES:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(path)
        return self._open[path]


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """One open raster of heights.

    Columns and rows count cells from the middle of the first one; heights are metres over `datum`.
    """

    path: str
    datum: Datum
    columns: int
    rows: int
    cell_m: float
    """The shorter side of a cell on the ground, metres, in the middle of the raster."""
    error_m: float | None
    """What the file itself says of its vertical error; None where it says nothing."""
    plane: Projection
    box: tuple[float, float, float, float]
    """Its outline in degrees; east may lie beyond 180."""
    factor: float
    shift_m: float
    plausible: tuple[float, float]
    """Heights beyond it are taken as no data."""
    forward: Affine
    inverse: Affine
    driver: str
    shelf: Shelf
    size: int
    what: str
    taken: Any = field(default_factory=sha256)
    read: list[int] = field(default_factory=list)
    """How many values each window had that was read."""

    def cells(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Columns and rows of positions, (k,); infinite where the projection has no place for them."""
        x, y = self.plane.project(lon, lat)
        bad = ~(np.isfinite(x) & np.isfinite(y))
        x, y = np.where(bad, 0.0, x), np.where(bad, 0.0, y)
        if self.plane.geographic:
            middle = (self.box[0] + self.box[2]) / 2
            x = middle + (x - middle + 180.0) % 360.0 - 180.0
        column, row = mapped(self.inverse, x, y)
        return np.where(bad, np.inf, column - 0.5), np.where(bad, np.inf, row - 0.5)

    def holds(self, columns: Floats, rows: Floats) -> NDArray[np.bool_]:
        """Where places lie on its cells."""
        last_column, last_row = self.columns - 1 + EDGE, self.rows - 1 + EDGE
        return (columns >= -EDGE) & (columns <= last_column) & (rows >= -EDGE) & (rows <= last_row)

    def turn_columns(self) -> float:
        """How many columns make a whole turn of longitude; infinite on a plane that does not close."""
        return abs(self.inverse[0]) * 360.0 if self.plane.geographic else np.inf

    def window(self, left: int, top: int, right: int, bottom: int) -> Floats:
        """The heights in metres of the cells from `left`, `top` to `right`, `bottom`, both inside; NaN where unknown."""
        with gdal() as rasterio:
            try:
                part = rasterio.windows.Window(left, top, right - left + 1, bottom - top + 1)
                values = self.shelf.opened(self.path, self.driver).read(1, window=part, masked=True)
            except (rasterio.errors.RasterioError, OSError) as error:
                what = f"cannot be read at column {left}, row {top}: {_reason(error)}"
                raise InputError.at(Where(self.path), what, remedy="get the file anew, it may be cut short") from error
        raw = np.ascontiguousarray(values.filled(values.dtype.type(0)))
        self.taken.update(
            f"{left} {top} {right} {bottom}".encode() + raw.tobytes() + np.ma.getmaskarray(values).tobytes()
        )
        self.read.append(raw.size)
        metres = raw.astype(np.float64) * self.factor + self.shift_m
        low, high = self.plausible
        metres[np.ma.getmaskarray(values) | ~((metres >= low) & (metres <= high))] = np.nan
        return np.asarray(metres)

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, or of what was read of a file larger than 256 MB (`digest_of` says which)."""
        if self.size > WHOLE_DIGEST_BYTES:
            return str(self.taken.hexdigest())
        whole = sha256()
        with Path(self.path).open("rb") as file:
            while block := file.read(2**20):
                whole.update(block)
        return whole.hexdigest()

    @property
    def digest_of(self) -> str:
        """What the digest is of, where it is not of the whole file."""
        return f"digest of the {sum(self.read)} values read" if self.size > WHOLE_DIGEST_BYTES else ""


def files_below(path: str) -> list[str]:
    """The raster files that a path stands for: itself, or those in a folder, sorted.

    Raises `InputError` where there are none.
    """
    place = Path(path)
    if not place.is_dir():
        return [path]
    found = all_in(place, SUFFIXES)
    if not found:
        raise InputError.at(Where(path), "holds no raster file", remedy=REMEDY)
    return [str(file) for file in found]


def open_raster(path: str, plausible: tuple[float, float], shelf: Shelf) -> Raster:
    """A raster file, ready to be read in windows; `InputError` with what is wrong about it.

    Heights are metres above mean sea level unless the file's reference system or its unit says otherwise.
    """
    where = Where(path)
    place = Path(path)
    try:
        with place.open("rb") as file:
            head = file.read(64)
        size = place.stat().st_size
    except OSError as error:
        raise InputError.at(where, f"cannot be read: {error.strerror or error}", remedy=REMEDY) from error
    driver = _driver(head, size, place)
    if driver is None:
        raise InputError.at(where, "is no raster of heights that can be read", remedy=REMEDY)
    with gdal() as rasterio:
        try:
            source = shelf.opened(path, driver)
        except rasterio.errors.RasterioError as error:
            raise InputError.at(where, f"cannot be read: {_reason(error)}", remedy=REMEDY) from error
        return _described(source, path, size, plausible, driver, shelf)


def _driver(head: bytes, size: int, place: Path) -> str | None:
    """The one GDAL driver that the content calls for: no file is handed to a driver that would follow it elsewhere."""
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "GTiff"
    if head[:3] in (b"UHL", b"VOL", b"HDR") and place.suffix.lower() in (".dt0", ".dt1", ".dt2"):
        return "DTED"
    if place.suffix.lower() == ".hgt" and size in (2 * 1201 * 1201, 2 * 3601 * 3601, 2 * 1801 * 3601):
        return "SRTMHGT"
    if len(head) >= 40:
        rows, columns = np.frombuffer(head[32:40], ">i4").tolist()
        if rows > 0 and columns > 0 and size in (40 + 4 * rows * columns, 40 + 8 * rows * columns):
            return "GTX"
    return None


def _described(
    source: DatasetReader, path: str, size: int, plausible: tuple[float, float], driver: str, shelf: Shelf
) -> Raster:
    where = Where(path)
    if source.crs is None or source.transform.is_identity:
        remedy = "add its reference system and position (gdal_translate -a_srs, -a_ullr)"
        raise InputError.at(where, "does not say where on Earth it lies", remedy=remedy)
    kinds = [colour.name for colour in source.colorinterp]
    if source.count != 1 and not (source.count == 2 and kinds[1] == "alpha"):
        what = f"has {source.count} bands, and one band of heights is wanted"
        raise InputError.at(where, what, remedy="take out the band with the heights, or turn the colours into metres")
    if source.dtypes[0].startswith("complex"):
        raise InputError.at(where, "holds complex numbers, not heights", remedy=REMEDY)
    wkt = source.crs.to_wkt()
    columns, rows = np.meshgrid(np.linspace(0, source.width, 9), np.linspace(0, source.height, 9))
    corners = np.column_stack(mapped(tuple(source.transform)[:6], columns.ravel(), rows.ravel()))
    try:
        box = geometry.outline(wkt, corners)
        plane = geometry.projection(wkt, box)
        vertical = geometry.vertical_reference(wkt)
    except geometry.UnknownReference as error:
        raise InputError.at(where, f"its reference system cannot be used: {error}", remedy=REMEDY) from error
    unit = (source.units[0] or "").strip().lower()
    if unit and unit not in UNITS:
        raise InputError.at(where, f"its heights are in {unit!r}", remedy="turn them into metres")
    stated = vertical.metres if vertical is not None else None
    metres = UNITS[unit] if unit else stated or 1.0
    if vertical is not None and not vertical.upward:
        raise InputError.at(
            where, f"its heights count downward ({vertical.name})", remedy="turn the sign of its values"
        )
    datum = Datum.WGS84 if vertical is not None and vertical.ellipsoidal else Datum.AMSL
    accuracy = source.tags().get("DTED_VerticalAccuracy_ACC", "") if driver == "DTED" else ""
    raster = Raster(
        path=path,
        datum=datum,
        columns=source.width,
        rows=source.height,
        cell_m=0.0,
        error_m=float(accuracy) if accuracy.strip().isdecimal() else None,
        plane=plane,
        box=box,
        factor=float(source.scales[0]) * metres,
        shift_m=float(source.offsets[0]) * metres,
        plausible=plausible,
        forward=tuple(source.transform)[:6],
        inverse=tuple(~source.transform)[:6],
        driver=driver,
        shelf=shelf,
        size=size,
        what="",
    )
    cell = _cell(raster)
    if not 0 < cell < np.inf:
        raise InputError.at(where, "its cells have no size on the ground", remedy=REMEDY)
    level = "above the ellipsoid" if datum is Datum.WGS84 else "above mean sea level"
    return replace(raster, cell_m=cell, what=f"{plane.name}, cells of {cell:.3g} m, heights {level}")


def mapped(affine: Affine, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Coordinates through an affine map."""
    a, b, c, d, e, f = affine
    return a * x + b * y + c, d * x + e * y + f


def _cell(raster: Raster) -> float:
    """The shorter side of a cell on the ground in metres, in the middle of the raster."""
    columns = np.array([0.0, 1.0, 0.0]) + raster.columns / 2
    rows = np.array([0.0, 0.0, 1.0]) + raster.rows / 2
    x, y = mapped(raster.forward, columns, rows)
    lon, lat = raster.plane.unproject(x, y)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return 0.0
    sides = [geometry.metres_between(lon[0], lat[0], lon[k], lat[k]) for k in (1, 2)]
    return float(min(sides))


def _reason(error: Exception) -> str:
    text = str(error.__cause__ or error).splitlines()
    return text[0][:160] if text else type(error).__name__
