"""Heights over ground, sea level, ellipsoid, take-off point and pressure level: models, and what they may be off by.

Only this room opens rasters. Ground is metres above mean sea level (AMSL); the geoid is metres of mean sea level above the
WGS 84 ellipsoid. Every bound holds all along a piece of path and everywhere within its reach, between the places asked too.
"""

from dronectl.heights.bounds import ENDS, Bounds
from dronectl.heights.models import Models, Piece, open_models, require_possible
from dronectl.heights.pressure import above_sea
from dronectl.heights.terrain import Terrain

__all__ = ["ENDS", "Bounds", "Models", "Piece", "Terrain", "above_sea", "open_models", "require_possible"]
