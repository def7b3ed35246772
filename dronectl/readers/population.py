"""Where people live: polygons with persons per square kilometre, or a raster of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dronectl import geometry
from dronectl.errors import Fault, InputError
from dronectl.heights.raster import SUFFIXES, gdal
from dronectl.measures import Band
from dronectl.readers import document as documents
from dronectl.readers import footprints
from dronectl.readers.layers import features_of
from dronectl.readers.source import source
from dronectl.readers.values import number
from dronectl.where import Where
from dronectl.zone import Rings

PER_KM2 = (
    "persons_per_km2", "density", "pop_density", "bevolkingsdichtheid_inwoners_per_km2", "bevolkingsdichtheid",
    "inwoners_per_km2",
)  # fmt: skip
PERSONS = ("persons", "population", "aantal_inwoners", "inwoners")
MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Population of an area: parts with their persons per square kilometre."""

    path: str
    sha256: str
    parts: tuple[tuple[Rings, float | None, str], ...]
    """Outline, persons per square kilometre (None where nobody says), and name."""

    def highest(self, area: Rings) -> tuple[float | None, str, bool]:
        """The highest density of a part that meets an area, its name, and whether the parts cover the whole area."""
        met = [(density, name, geometry.overlap_m2(rings, area)) for rings, density, name in self._near(area)]
        met = [entry for entry in met if entry[2] > 0]
        covered = sum(shared for _, _, shared in met) >= 0.999 * geometry.overlap_m2(area, area)
        if any(density is None for density, _, _ in met):
            return None, next(name for density, name, _ in met if density is None), covered
        density, name, _ = max(met, key=lambda entry: entry[0] or 0.0, default=(None, "", 0.0))
        return density, name, covered

    def average(self, area: Rings) -> tuple[float | None, float]:
        """The average density of an area over what is known of it, and the share of it that is known."""
        persons = known = 0.0
        for rings, density, _ in self._near(area):
            shared = geometry.overlap_m2(rings, area) if density is not None else 0.0
            known += shared
            persons += shared * (density or 0.0)
        whole = geometry.overlap_m2(area, area)
        return (persons / known if known else None), min(known / whole, 1.0)

    def _near(self, area: Rings) -> list[tuple[Rings, float | None, str]]:
        box = geometry.box_of(area)
        return [part for part in self.parts if not geometry.apart(geometry.box_of(part[0]), [box])]


def read_population(path: str, around: Rings, *, per_cell: bool = False) -> People:
    """The population round an area.

    A raster holds persons per square kilometre, or with `per_cell` persons in each cell. Raises `InputError` where a file
    is neither, or has no densities.
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
        figures.append(
            (_figure(properties, PER_KM2), _figure(properties, PERSONS), str(properties.get("name") or where))
        )
    parts: list[tuple[Rings, float | None, str]] = []
    for volume, (density, persons, name) in zip(footprints.settle(drafts, document, faults), figures, strict=True):
        if not isinstance(volume.footprint, Rings):
            continue
        if density is None and persons is not None:
            density = persons / max(geometry.overlap_m2(volume.footprint, volume.footprint) / 1e6, 1e-9)
        if volume.doubt or (density is not None and density < 0):
            density = None
        parts.append((volume.footprint, density, name))
    if not parts or all(density is None for _, density, _ in parts):
        remedy = f"give polygons with one of the members {', '.join(PER_KM2[:2])} (persons per km2) or persons"
        raise InputError.at(document.where, "holds no population", remedy=remedy)
    return People(path, document.sha256, tuple(parts))


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
                west, south, east, north = geometry.box_of(around)
                plane = geometry.projection(file.crs.to_wkt(), (west, south, east, north))
                side = np.linspace(0.0, 1.0, 20)
                lon = west + np.concatenate([side, side, np.zeros(20), np.ones(20)]) * (east - west)
                lat = south + np.concatenate([np.zeros(20), np.ones(20), side, side]) * (north - south)
                x, y = plane.project(lon, lat)
                columns, rows = ~file.transform * (x, y)
                first = max(int(np.floor(rows.min())) - 1, 0), max(int(np.floor(columns.min())) - 1, 0)
                last = min(int(np.ceil(rows.max())) + 1, file.height), min(int(np.ceil(columns.max())) + 1, file.width)
                if first[0] >= last[0] or first[1] >= last[1]:
                    raise InputError.at(where, "does not reach the place", remedy="give a raster of the region")
                if (last[0] - first[0]) * (last[1] - first[1]) > MOST_CELLS:
                    raise InputError.at(
                        where, "has too many cells there", remedy="give a raster of cells of 100 m or more"
                    )
                window = ((first[0], last[0]), (first[1], last[1]))
                values = file.read(1, window=window, masked=True).astype(float)
                parts = []
                for row, column in zip(*np.nonzero(np.ones(values.shape, bool)), strict=True):
                    cell = values[row, column]
                    corners = [(column + dx + first[1], row + dy + first[0]) for dx, dy in CORNERS]
                    px, py = file.transform * tuple(np.array(corners, dtype=float).T)
                    ring_lon, ring_lat = plane.unproject(np.asarray(px), np.asarray(py))
                    rings = Rings(((np.column_stack([ring_lon, ring_lat]),),))
                    known = not np.ma.is_masked(cell) and np.isfinite(cell) and cell >= 0
                    density = float(cell) if known else None
                    if density is not None and per_cell:
                        density /= geometry.overlap_m2(rings, rings) / 1e6
                    parts.append((rings, density, f"cell {row + first[0]}, {column + first[1]}"))
        except rasterio.errors.RasterioIOError as error:
            raise InputError.at(where, f"is no raster: {error}", remedy="give a GeoTIFF of persons per km2") from None
    return People(path, found.sha256(), tuple(parts))


CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
