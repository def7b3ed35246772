"""What a camera sees of flat ground: the frustum cut by the ground and by the slant range up to which it resolves.

Axes: x east, y north, z up, metres. Yaw counts from north, clockwise; pitch 0 is the horizon and -90 straight down; roll is
clockwise as seen from behind the camera. Every shape holds the true one: where height, pitch or place are known only within
bounds, it is the hull of what any of them would see.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from dronectl.geometry.ellipsoid import Floats
from dronectl.geometry.ribbon import chord_depth
from dronectl.records import dataclass

CORNERS = 96  # of a polygon round a disc
STEEPEST_DEG = 89.0  # a camera of which half the field of view may reach farther off its axis may look anywhere
NEAREST_M = 0.1  # no camera is nearer to the ground
LEAST_REACH_M = 0.001
LEAST_WIDTH_M = 1e-6  # GEOS loses a shape that it widens by very much less
FAR = 1000.0  # reaches: the chord between two directions less than 179.8 degrees apart lies beyond the reach there
ROUNDED = 4  # chords of a quarter of a rounded corner


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looks:
    """Where a camera is and looks, a moment a row; (n,) each."""

    x: Floats
    y: Floats
    low: Floats
    """Least and greatest height above the ground that may be in view; below zero where that rises above the camera."""
    high: Floats
    yaw_deg: Floats
    """NaN where it may look anywhere round."""
    pitch_deg: Floats
    """NaN where it may look up and down as it likes."""
    roll_deg: Floats
    off_deg: Floats
    """How far beside that it may look."""
    grow_m: Floats
    """How far the camera may be from its place, sideways."""

    def __len__(self) -> int:
        return len(self.x)

    @property
    def least_m(self) -> Floats:
        """The least height above ground that lies below the camera, (n,)."""
        return np.maximum(self.low, NEAREST_M)


def ground_reach(looks: Looks, slant_m: float) -> Floats:
    """How far on the ground the slant range reaches, (n,); NaN where the ground is farther away than that.

    At least a millimetre: where the range ends at the foot of the camera, that foot is in range, and a point has no area.
    """
    square = slant_m**2 - looks.least_m**2
    return np.maximum(np.sqrt(np.where(square >= 0, square, np.nan)), LEAST_REACH_M)


def footprints(looks: Looks, hfov_deg: float, vfov_deg: float, slant_m: float) -> Any:
    """What is seen of the ground within a slant range, as polygons, (n,); empty where nothing is."""
    reach = ground_reach(looks, slant_m)
    made = np.full(len(looks), shapely.Polygon(), dtype=object)
    far = np.flatnonzero(~np.isnan(reach))
    if not len(far):
        return made
    made[far] = _discs(looks.x[far], looks.y[far], reach[far])
    half_deg = max(hfov_deg, vfov_deg) / 2 + _beside(looks.off_deg[far], hfov_deg, vfov_deg)
    aimed = far[~np.isnan(looks.pitch_deg[far]) & (half_deg <= STEEPEST_DEG)]
    if len(aimed):
        seen, nearest, farthest = _frustums(looks, aimed, hfov_deg, vfov_deg, reach[aimed])
        round_ = np.isnan(looks.yaw_deg[aimed])
        made[aimed[~round_]] = shapely.intersection(made[aimed[~round_]], seen[~round_])
        made[aimed[round_]] = _rings(looks, aimed[round_], nearest[round_], farthest[round_], reach[aimed][round_])
    return _grown(made, looks.grow_m)


def in_view(
    looks: Looks, view: tuple[float, float], slant_m: float, counted: Any, shapes: Any, spread_m: Floats
) -> tuple[Any, Any, Floats]:
    """Which of some shapes are in view when: shape and moment of each pair, and how far on the ground its nearest part is.

    `view` is the field of view across and along, degrees; `spread_m` widens each shape; moments that do not count see
    nothing.
    """
    seen = footprints(looks, *view, slant_m)
    seen[~counted] = shapely.Polygon()
    wide = np.where(spread_m > 0, shapely.buffer(shapes, np.maximum(spread_m, LEAST_WIDTH_M)), shapes)
    which, when = shapely.STRtree(seen).query(wide, predicate="intersects")
    parts = shapely.intersection(seen[when], wide[which])
    away = np.asarray(shapely.distance(shapely.points(looks.x[when], looks.y[when]), parts))
    return which, when, np.maximum(away - looks.grow_m[when], 0.0)


def swept(looks: Looks, view: tuple[float, float], slant_m: float, counted: Any) -> Any:
    """Everything that is in view at some moment, one shape on the plane."""
    seen = footprints(looks, *view, slant_m)[counted]
    return shapely.union_all(seen) if len(seen) else shapely.Polygon()


def off_subject(
    looks: Looks, view: tuple[float, float], slant_m: float, counted: Any, shape: Any
) -> tuple[Any, float, float]:
    """At which moments that count nothing of a shape is in view; the area of all that is seen, and of what is outside."""
    seen = footprints(looks, *view, slant_m)
    missed = counted & ~shapely.intersects(seen, shape)
    whole = shapely.union_all(seen[counted]) if counted.any() else shapely.Polygon()
    return missed, float(shapely.area(whole)), float(shapely.area(shapely.difference(whole, shape)))


def _discs(x: Floats, y: Floats, radius: Floats) -> Any:
    """Polygons round discs."""
    angle = np.linspace(0.0, 2 * np.pi, CORNERS, endpoint=False)
    wide = radius / np.cos(np.pi / CORNERS)
    ring = np.stack([x[:, None] + wide[:, None] * np.cos(angle), y[:, None] + wide[:, None] * np.sin(angle)], axis=-1)
    return shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1))


def _axes(yaw_deg: Floats, pitch_deg: Floats, roll_deg: Floats) -> tuple[Floats, Floats, Floats]:
    """Forward, right and up of a camera, (n, 3) each."""
    yaw, pitch, roll = (np.radians(angle) for angle in (yaw_deg, pitch_deg, roll_deg))
    forward = np.stack([np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), np.sin(pitch)], axis=-1)
    right = np.stack([np.cos(yaw), -np.sin(yaw), np.zeros_like(yaw)], axis=-1)
    up = np.stack([-np.sin(yaw) * np.sin(pitch), -np.cos(yaw) * np.sin(pitch), np.cos(pitch)], axis=-1)
    turn, lift = np.cos(roll)[:, None], np.sin(roll)[:, None]
    return forward, right * turn - up * lift, up * turn + right * lift


def _beside(off_deg: Floats, hfov_deg: float, vfov_deg: float) -> Floats:
    """What may lie beside the axis by some degrees is more of them off the axis, where the frame is wide."""
    return np.asarray(off_deg / np.cos(np.radians(max(hfov_deg, vfov_deg) / 2)))


def _frustums(looks: Looks, rows: Any, hfov_deg: float, vfov_deg: float, reach: Floats) -> tuple[Any, Floats, Floats]:
    """The hull of what the frame sees from any of the heights, and its nearest and farthest ground per metre of height."""
    yaw = np.nan_to_num(looks.yaw_deg[rows])
    forward, right, up = _axes(yaw, looks.pitch_deg[rows], looks.roll_deg[rows])
    beside = _beside(looks.off_deg[rows], hfov_deg, vfov_deg)
    across, along = (np.tan(np.radians(fov_deg / 2 + beside)) for fov_deg in (hfov_deg, vfov_deg))
    corners = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    a, b = corners[:, 0] * across[:, None], corners[:, 1] * along[:, None]
    low, high = looks.least_m[rows], np.maximum(looks.high[rows], NEAREST_M)
    steep = 1 / np.sqrt(1 + (reach / low) ** 2)  # what looks down less than this lies beyond the reach
    down = -(forward[:, None, 2] + a * right[:, None, 2] + b * up[:, None, 2]) - steep[:, None]
    points = np.full((len(rows), 8, 2), np.nan)
    rises = looks.low[rows] < NEAREST_M
    points_up = np.full((len(rows), 8, 2), np.nan)  # what looks down less, or up: at ground that rises above the camera
    for k in range(4):
        n = (k + 1) % 4
        inside = down[:, k] >= 0
        points[inside, 2 * k] = np.stack([a[inside, k], b[inside, k]], axis=-1)
        points_up[~inside & rises, 2 * k] = np.stack([a[:, k], b[:, k]], axis=-1)[~inside & rises]
        cut = (down[:, k] >= 0) != (down[:, n] >= 0)
        u = down[:, k] / np.where(cut, down[:, k] - down[:, n], 1.0)
        edge = np.stack([a[:, k] + u * (a[:, n] - a[:, k]), b[:, k] + u * (b[:, n] - b[:, k])], axis=-1)
        points[cut, 2 * k + 1] = edge[cut]
        points_up[cut & rises, 2 * k + 1] = edge[cut & rises]

    def rays(at: Floats) -> Floats:
        return forward[:, None, :] + at[..., :1] * right[:, None, :] + at[..., 1:] * up[:, None, :]

    with np.errstate(invalid="ignore", divide="ignore"):
        unit = (ray := rays(points))[..., :2] / np.maximum(-ray[..., 2:], 1e-12)
        level = (ray := rays(points_up))[..., :2] / np.hypot(ray[..., 0], ray[..., 1])[..., None]
    place = np.stack([looks.x[rows], looks.y[rows]], axis=-1)[:, None, :]
    foot = np.where(np.isfinite(level).any(axis=(1, 2)), 0.0, np.nan)[:, None, None] + np.zeros((1, 1, 2))
    above = np.concatenate([level * (FAR * reach)[:, None, None], foot], axis=1)
    both = np.concatenate([unit * low[:, None, None], unit * high[:, None, None], above], axis=1)
    owner = np.repeat(np.arange(len(rows)), both.shape[1])
    flat = (both + place).reshape(-1, 2)
    kept = ~np.isnan(flat[:, 0])
    hulls = np.full(len(rows), shapely.Polygon(), dtype=object)
    if kept.any():
        some, compact = np.unique(owner[kept], return_inverse=True)
        hulls[some] = shapely.convex_hull(shapely.multipoints(shapely.points(flat[kept]), indices=compact))
    straight_up = rises & _sees_zenith(forward, right, up, across, along)
    hulls[straight_up] = _discs(looks.x[rows], looks.y[rows], reach)[straight_up]
    both[straight_up, 0] = np.stack([reach, 0 * reach], axis=-1)[straight_up]
    away = np.sqrt((both**2).sum(axis=-1))
    with np.errstate(all="ignore"):
        farthest = np.nan_to_num(np.nanmax(np.where(np.isnan(away), -np.inf, away), axis=1), neginf=0.0)
    nearest = np.asarray(shapely.distance(shapely.points(looks.x[rows], looks.y[rows]), hulls))
    return hulls, np.nan_to_num(nearest), farthest


def _sees_zenith(forward: Floats, right: Floats, up: Floats, across: Floats, along: Floats) -> Any:
    """Whether a camera looks straight up with some of its frame, or nearly: its view goes round then."""
    ahead = np.maximum(forward[:, 2], 1e-12)
    wide = 1.001
    return (
        (forward[:, 2] > 0)
        & (np.abs(right[:, 2] / ahead) <= across * wide + 1e-3)
        & (np.abs(up[:, 2] / ahead) <= along * wide + 1e-3)
    )


def _rings(looks: Looks, rows: Any, nearest: Floats, farthest: Floats, reach: Floats) -> Any:
    """What a camera sees that turns round: from its nearest to its farthest ground."""
    x, y = looks.x[rows], looks.y[rows]
    outer = np.where(farthest > 0, np.minimum(farthest, reach), 0.0)
    inner = np.minimum(nearest, outer) * np.cos(np.pi / CORNERS) ** 2  # the polygon round it stays inside the true hole
    made = _discs(x, y, np.maximum(outer, 0.0))
    holes = _discs(x, y, np.maximum(inner, 1e-6))
    hollow = inner > 1e-3
    made[hollow] = shapely.difference(made[hollow], holes[hollow])
    made[outer <= 0] = shapely.Polygon()
    return made


def _grown(shapes: Any, metres: Floats) -> Any:
    """Shapes with everything round them within some metres: a corner is rounded outward by little."""
    wide = np.maximum(metres / chord_depth(ROUNDED), LEAST_WIDTH_M)
    none = shapely.is_empty(shapes) | (metres == 0)
    return shapely.buffer(shapes, np.where(none, 0.0, wide), quad_segs=ROUNDED)
