"""Write `dronectl/heights/egm96.npz`, the geoid that ships, from the public-domain EGM96 grid in the wheel of PyPI's egm96.

The wheel needs a newer Python than we do; it is fetched as a file and only its data is read. Tiles of 15 degrees share
their edges; each is kept as the differences of differences of whole centimetres, which deflate well.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[2] / "dronectl" / "heights" / "egm96.npz"
TILE_DEG, PER_DEG = 15, 12  # 5 arc-minutes
WHEEL = "egm96==0.3.0"


def undulations(folder: Path) -> np.ndarray:
    """The 5' grid in metres, (2161, 4321): rows from 90 S to 90 N, columns from 180 W to 180 E."""
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*fetch, "--python-version", "3.12", "--dest", str(folder), WHEEL], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    spec = importlib.util.spec_from_file_location("egm96", folder / "egm96" / "__init__.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["egm96"] = module
    spec.loader.exec_module(module)
    grid = sys.modules["egm96._model"]._load_grid()
    assert grid.latitudes[0] == -90 and grid.longitudes[0] == -180
    return np.asarray(grid.values, dtype=np.float64)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        metres = undulations(Path(folder))
    centimetres = np.rint(metres * 100).astype(np.int32)
    tiles = {}
    step = TILE_DEG * PER_DEG
    for south in range(-90, 90, TILE_DEG):
        for west in range(-180, 180, TILE_DEG):
            row, column = (south + 90) * PER_DEG, (west + 180) * PER_DEG
            tile = centimetres[row : row + step + 1, column : column + step + 1]
            twice = np.diff(np.diff(tile, axis=0, prepend=0), axis=1, prepend=0)
            assert np.abs(twice).max() < 2**15
            tiles[f"{south}_{west}"] = twice.astype(np.int16)
    np.savez_compressed(TARGET, **tiles)
    print(f"{TARGET}: {TARGET.stat().st_size / 1e6:.2f} MB, {len(tiles)} tiles")


if __name__ == "__main__":
    main()
