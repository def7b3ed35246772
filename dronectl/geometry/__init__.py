"""Metres on a plane round one place.

Only this room knows Shapely and PROJ. Positions are degrees on WGS 84, lon before lat. A plane is the azimuthal
equidistant projection about a centre: exact from the centre, and within (d / R)^2 / 6 of the distance at d from it, which
is 2 parts in a million at the 20 km that a frame spans. What that, and cutting long edges short, can cost is less than
`EPS_M`, and every test gives `EPS_M` to the zone.
"""

from dronectl.geometry.contact import (
    Contact,
    contacts,
    corner_within,
    depths,
    distance_to,
    distances,
    nearest_at,
    parts_of,
    within,
)
from dronectl.geometry.course import Course, Frame
from dronectl.geometry.crowds import CrowdPlane, cells_of, fan_meets, on_frame
from dronectl.geometry.ellipsoid import (
    EARTH_RADIUS_M,
    HIGHEST_LAT,
    LEG_BEND_M,
    Floats,
    Ints,
    apart,
    bend,
    box_of,
    grow,
    grow_all,
    hull,
    rings_valid,
    shared,
    unwrap,
)
from dronectl.geometry.geodesics import beside, footprint_area_m2, leg_azimuths, metres_between, metres_from, path_m
from dronectl.geometry.index import Index
from dronectl.geometry.laid import Asked
from dronectl.geometry.patches import plane_shape
from dronectl.geometry.places import farthest_off, holders, middle, nearest_of
from dronectl.geometry.projection import Projection, UnknownReference, outline, projection, vertical_reference
from dronectl.geometry.ribbon import corridor, grown, placed, ribbon, shares_m2, wrapped
from dronectl.geometry.shapes import EPS_M, PlaneShape
from dronectl.geometry.sight import Looks, footprints, in_view, off_subject, swept
from dronectl.geometry.wkb import circumscribed, geojson_of, offset, wkb_of

__all__ = [
    "EARTH_RADIUS_M",
    "EPS_M",
    "HIGHEST_LAT",
    "LEG_BEND_M",
    "Asked",
    "Contact",
    "Course",
    "CrowdPlane",
    "Floats",
    "Frame",
    "Index",
    "Ints",
    "Looks",
    "PlaneShape",
    "Projection",
    "UnknownReference",
    "apart",
    "bend",
    "beside",
    "box_of",
    "cells_of",
    "circumscribed",
    "contacts",
    "corner_within",
    "corridor",
    "depths",
    "distance_to",
    "distances",
    "fan_meets",
    "farthest_off",
    "footprint_area_m2",
    "footprints",
    "geojson_of",
    "grow",
    "grow_all",
    "grown",
    "holders",
    "hull",
    "in_view",
    "leg_azimuths",
    "metres_between",
    "metres_from",
    "middle",
    "nearest_at",
    "nearest_of",
    "off_subject",
    "offset",
    "on_frame",
    "outline",
    "parts_of",
    "path_m",
    "placed",
    "plane_shape",
    "projection",
    "ribbon",
    "rings_valid",
    "shared",
    "shares_m2",
    "swept",
    "unwrap",
    "vertical_reference",
    "within",
    "wkb_of",
    "wrapped",
]
