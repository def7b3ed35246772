"""A picture of a piece of the Earth out of a GeoTIFF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dronectl.heights.raster import gdal
from dronectl.zone import Box

MOST_PIXELS = 1_000  # on a side


def picture(path: str, box: Box) -> tuple[Any, Box] | None:
    """The pixels of a box in degrees on WGS 84, (bands, rows, columns) of one band or three, and the box that they fill.

    None where the file has nothing there. Raises `ValueError` for a file that is none.
    """
    with gdal() as rasterio:
        from rasterio.vrt import WarpedVRT

        try:
            with (
                rasterio.open(Path(path).resolve(), driver="GTiff") as opened,
                WarpedVRT(opened, crs="EPSG:4326") as flat,
            ):
                whole = rasterio.windows.Window(0, 0, flat.width, flat.height)
                try:
                    part = flat.window(*box).intersection(whole)
                except rasterio.errors.WindowError:
                    return None
                shape = (min(MOST_PIXELS, max(1, round(part.height))), min(MOST_PIXELS, max(1, round(part.width))))
                bands = [1, 2, 3] if flat.count >= 3 else [1]
                values = flat.read(bands, window=part, out_shape=(len(bands), *shape))
                affine = flat.transform
                west, north = affine.c + part.col_off * affine.a, affine.f + part.row_off * affine.e
                east, south = west + part.width * affine.a, north + part.height * affine.e
        except (rasterio.errors.RasterioError, OSError) as error:
            raise ValueError(str(error)) from None
    return values, (float(west), float(south), float(east), float(north))
