"""What lies under a map, from a file of the user: streets and buildings (GeoJSON, GeoPackage, PMTiles), or a GeoTIFF."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from dronectl.errors import InputError
from dronectl.geometry.projection import UnknownReference, projection
from dronectl.geometry.sketch import shapes_of
from dronectl.readers.document import load_json
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Box

MAGIC = {b"SQLite format 3\0": "GPKG", b"fgb\x03": "FlatGeobuf", b"PMTiles": "PMTiles"}
RASTERS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # TIFF and BigTIFF
MOST_SHAPES = 6_000
NOWHERE: Box = (0.0, 0.0, 1e-6, 1e-6)
REMEDY = "give a GeoJSON, GeoPackage or PMTiles file of streets and buildings, or a GeoTIFF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """A file that maps are drawn over."""

    path: str
    sha256: str
    kind: str
    """`GeoTIFF`, `GeoJSON`, or a driver of GDAL: what the first bytes say, whatever the file is called."""

    @property
    def name(self) -> str:
        return Path(self.path).name

    @classmethod
    def of(cls, path: str) -> Basemap:
        """A base map, looked at far enough to know that it is one. Raises `InputError`."""
        try:
            raw = Path(path).read_bytes()
        except OSError as error:
            raise InputError.at(Where(path), f"cannot be read: {error.strerror}", remedy=REMEDY) from None
        kind = next((name for magic, name in MAGIC.items() if raw.startswith(magic)), "")
        if not kind:
            kind = "GeoTIFF" if raw.startswith(RASTERS) else "GeoJSON"
        made = cls(path=path, sha256=sha256(raw).hexdigest(), kind=kind)
        made.picture(NOWHERE)
        list(made.shapes(NOWHERE))
        return made

    def shapes(self, box: Box) -> Iterator[Any]:
        """Lines and areas that come into a box in degrees (`Sketch.ground`): at most some thousands, the largest first."""
        if self.kind == "GeoTIFF":
            return iter(())
        return shapes_of(self._features() if self.kind == "GeoJSON" else self._layers(box), box, MOST_SHAPES)

    def _features(self) -> list[str]:
        document = load_json(self.path)
        features = document.value.get("features") if isinstance(document.value, dict) else None
        if not isinstance(features, list):
            raise InputError.at(document.where, "is no base map", remedy=REMEDY)
        made = []
        for number, feature in enumerate(features):
            geometry = feature.get("geometry") if isinstance(feature, dict) else None
            text = json.dumps(geometry)
            try:
                list(shapes_of([text], NOWHERE, 1))
            except Exception:  # whatever GEOS says of it
                where = document.where / "features" / number
                raise InputError.at(where, "has no geometry that can be drawn", remedy=REMEDY) from None
            made.append(text)
        return made

    def _layers(self, box: Box) -> list[bytes]:
        import pyogrio
        from pyogrio.raw import read as read_raw

        made: list[bytes] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # GDAL remarks on what it then refuses
                for layer in pyogrio.list_layers(self.path)[:, 0].tolist():
                    crs = pyogrio.read_info(self.path, layer=layer)["crs"] or "EPSG:4326"
                    way = projection(crs)
                    west, south, east, north = box
                    x, y = way.project(np.array([west, east, east, west]), np.array([south, south, north, north]))
                    window = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
                    _, _, shapes, _ = read_raw(self.path, layer=layer, columns=[], bbox=window, force_2d=True)
                    made.extend(way.unprojected(shapes))
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            UnknownReference,
            ValueError,
        ) as error:
            raise InputError.at(Where(self.path), f"cannot be read as a base map: {error}", remedy=REMEDY) from None
        return made

    def picture(self, box: Box) -> tuple[Any, Box] | None:
        """The pixels of a box in degrees, and the box that they fill; None where there are none."""
        if self.kind != "GeoTIFF":
            return None
        from dronectl.heights.picture import picture

        try:
            return picture(self.path, box)
        except ValueError as error:
            raise InputError.at(Where(self.path), f"cannot be read as a base map: {error}", remedy=REMEDY) from None
