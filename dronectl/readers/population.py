"""Where people live: polygons with persons per square kilometre, or a raster of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.geometry import Floats
from dronectl.heights.raster import SUFFIXES, gdal, mapped
from dronectl.measures import M2_PER_KM2, Band
from dronectl.readers import document as documents
from dronectl.readers import footprints
from dronectl.readers.layers import features_of
from dronectl.readers.source import source
from dronectl.readers.values import number
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Rings

PER_KM2 = (
    "persons_per_km2", "density", "pop_density", "bevolkingsdichtheid_inwoners_per_km2", "bevolkingsdichtheid",
    "inwoners_per_km2",
)  # fmt: skip
PERSONS = ("persons", "population", "aantal_inwoners", "inwoners")
MOST_CELLS = 1_000_000
WHOLE = 0.999  # of an area: less than that is not covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Persons per square kilometre of an area, as far as a file knows them."""

    per_km2: float | None
    """None where it cannot be known."""
    name: str
    """Of the part with the highest density, or of the part that does not say."""
    share: float
    """How much of the area the file speaks of, 0 to 1."""
    overlap: bool
    """True where its parts lie over each other, so that they cannot be added up."""

    @property
    def covered(self) -> bool:
        return self.share >= WHOLE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """The population of a region in parts."""

    path: str
    sha256: str
    parts: tuple[Rings, ...]
    per_km2: Floats
    """Persons per square kilometre of each part, (n,); NaN where nobody says."""
    names: tuple[str, ...]

    def highest(self, area: Rings) -> Density:
        """The highest density of a part that meets an area; a part that does not say makes it unknown."""
        found, shares, share, overlap = self._in(area)
        met = found[shares > 0]
        unknown = met[np.isnan(self.per_km2[met])]
        if len(unknown) or not len(met):
            name = self.names[int(unknown[0])] if len(unknown) else ""
            return Density(per_km2=None, name=name, share=share, overlap=overlap)
        worst = int(met[np.argmax(self.per_km2[met])])
        return Density(per_km2=float(self.per_km2[worst]), name=self.names[worst], share=share, overlap=overlap)

    def average(self, area: Rings, inner: Rings) -> Density:
        """The average density of an area outside an inner one."""
        outer, shares, share, overlap = self._in(area)
        within, inside, _, _ = self._in(inner)
        left = dict(zip(outer.tolist(), shares.tolist(), strict=True))
        for part, taken in zip(within.tolist(), inside.tolist(), strict=True):
            left[part] = max(left.get(part, 0.0) - taken, 0.0)
        parts, areas = np.array(list(left), dtype=np.intp), np.array(list(left.values()), dtype=float)
        unknown = parts[np.isnan(self.per_km2[parts]) & (areas > 0)]
        if len(unknown) or not areas.sum() > 0:
            name = self.names[int(unknown[0])] if len(unknown) else ""
            return Density(per_km2=None, name=name, share=share, overlap=overlap)
        per_km2 = float((np.nan_to_num(self.per_km2[parts]) * areas).sum() / areas.sum())
        return Density(per_km2=per_km2, name="", share=share, overlap=overlap)

    def _in(self, area: Rings) -> tuple[Any, Floats, float, bool]:
        box = [geometry.box_of(area)]
        near = [k for k, part in enumerate(self.parts) if not geometry.apart(geometry.box_of(part), box)]
        shares, together, whole = geometry.shares_m2([self.parts[k] for k in near], area)
        overlap = float(shares.sum()) > together + (1 - WHOLE) * whole
        return np.array(near, dtype=np.intp), shares, min(together / whole, 1.0), overlap


def read_population(path: str, around: Rings, *, per_cell: bool = False) -> People:
    """The population round an area.

    A raster holds persons per square kilometre, or with `per_cell` persons in each cell. Polygons carry one of the members
    `PER_KM2` or `PERSONS`; a negative number is none (Statistics Netherlands writes -99997 for what is secret).

    Raises `InputError` where a file is neither, or has no densities.
    """
    if path.lower().endswith(tuple(SUFFIXES)):
        return _raster(path, around, per_cell)
    document = documents.load(path)
    found, places = features_of(document)
    faults: list[Fault] = []
    drafts, figures = [], []
    for feature, where in zip(found, places, strict=True):
        shape, properties = feature.get("geometry") or {}, feature.get("properties") or {}
        if shape.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        drafts.append(
            footprints.polygons(shape["type"], shape.get("coordinates"), Band(), document, faults, where / "geometry")
        )
        density, persons = _figure(properties, PER_KM2), _figure(properties, PERSONS)
        figures.append((density, persons, str(properties.get("name") or properties.get("naam") or where)))
    parts: list[Rings] = []
    per_km2: list[float] = []
    names: list[str] = []
    for volume, (density, persons, name) in zip(footprints.settle(drafts, document, faults), figures, strict=True):
        if not isinstance(volume.footprint, Rings):
            continue
        if density is None and persons is not None:
            density = persons * M2_PER_KM2 / max(geometry.footprint_area_m2(volume.footprint), 1.0)
        known = density is not None and density >= 0 and not volume.doubt
        parts.append(volume.footprint)
        per_km2.append(float(density) if known and density is not None else float("nan"))
        names.append(name)
    if faults:
        raise InputError(faults)
    if not parts or np.isnan(per_km2).all():
        remedy = f"give polygons with {PER_KM2[0]} (persons per km2) or {PERSONS[0]}, or a GeoTIFF"
        raise InputError.at(document.where, "holds no population", remedy=remedy)
    return People(
        path=path, sha256=document.sha256, parts=tuple(parts), per_km2=np.array(per_km2), names=tuple(names)
    )  # fmt: skip


def _figure(properties: dict[str, Any], names: tuple[str, ...]) -> float | None:
    lowered = {str(name).lower(): value for name, value in properties.items()}
    return next((made for name in names if (made := number(lowered.get(name))) is not None), None)


def _raster(path: str, around: Rings, per_cell: bool) -> People:
    found = source(path)
    where = Where(path)
    with gdal() as rasterio:
        try:
            with rasterio.open(found.file or path) as file:
                if file.crs is None:
                    raise InputError.at(where, "names no reference system", remedy="give a GeoTIFF that does")
                plane = geometry.projection(file.crs.to_wkt(), geometry.box_of(around))
                window = _window(file, plane, around, where)
                values = file.read(1, window=window, masked=True).astype(float).filled(np.nan)
                values = values * file.scales[0] + file.offsets[0]
                transform = file.transform
        except rasterio.errors.RasterioIOError as error:
            raise InputError.at(where, f"is no raster: {error}", remedy="give a GeoTIFF of persons per km2") from None
    (top, _), (left, _) = window
    rows, columns = np.mgrid[: values.shape[0] + 1, : values.shape[1] + 1]
    x, y = mapped(tuple(transform)[:6], columns.ravel() + left, rows.ravel() + top)
    corners = np.stack(plane.unproject(x, y), axis=-1).reshape(*rows.shape, 2)
    rings = np.stack(
        [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1], corners[:-1, :-1]], axis=2
    )
    parts = tuple(Rings(((ring,),)) for ring in rings.reshape(-1, 5, 2))
    per_km2 = np.where(values >= 0, values, np.nan).ravel()
    if per_cell:
        per_km2 = per_km2 * M2_PER_KM2 / np.array([geometry.footprint_area_m2(part) for part in parts])
    names = tuple(f"cell {row + top}, {column + left}" for row, column in np.ndindex(values.shape))
    return People(path=path, sha256=found.sha256(), parts=parts, per_km2=per_km2, names=names)


def _window(
    file: Any, plane: geometry.Projection, around: Rings, where: Where
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The rows and columns of a raster that hold an area."""
    west, south, east, north = geometry.box_of(around)
    side, none = np.linspace(0.0, 1.0, 20), np.zeros(20)
    lon = west + np.concatenate([side, side, none, none + 1]) * (east - west)
    lat = south + np.concatenate([none, none + 1, side, side]) * (north - south)
    columns, rows = mapped(tuple(~file.transform)[:6], *plane.project(lon, lat))
    rows_of = max(int(np.floor(rows.min())) - 1, 0), min(int(np.ceil(rows.max())) + 1, file.height)
    columns_of = max(int(np.floor(columns.min())) - 1, 0), min(int(np.ceil(columns.max())) + 1, file.width)
    if rows_of[0] >= rows_of[1] or columns_of[0] >= columns_of[1]:
        raise InputError.at(where, "does not reach the place", remedy="give a raster of the region")
    if (rows_of[1] - rows_of[0]) * (columns_of[1] - columns_of[0]) > MOST_CELLS:
        raise InputError.at(where, "has too many cells there", remedy="give a raster with cells of 100 m or more")
    return rows_of, columns_of
