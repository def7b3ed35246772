"""What a camera sees of the ground, against a plain ray caster that shares no code with it."""

from __future__ import annotations

from math import cos, radians, sin, sqrt, tan

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dronectl.geometry.sight import Looks, footprints, in_view


def looks(
    h: float,
    yaw: float,
    pitch: float,
    roll: float = 0.0,
    *,
    high: float | None = None,
    off: float = 0.0,
    grow: float = 0.0,
) -> Looks:
    one = np.ones(1)
    return Looks(x=0 * one, y=0 * one, low=h * one, high=(h if high is None else high) * one, yaw_deg=yaw * one,
                 pitch_deg=pitch * one, roll_deg=roll * one, off_deg=off * one, grow_m=grow * one)  # fmt: skip


def sees(
    x: np.ndarray,
    y: np.ndarray,
    h: float | np.ndarray,
    yaw: float,
    pitch: float,
    roll: float,
    hfov: float,
    vfov: float,
    slant: float,
) -> np.ndarray:
    """Whether ground places are in the frame of a camera at height h above each, ray by ray: turned back into the camera."""
    z = -h * np.ones_like(x)
    # turn by yaw, so that the camera looks along y
    right, ahead = x * cos(radians(yaw)) - y * sin(radians(yaw)), x * sin(radians(yaw)) + y * cos(radians(yaw))
    # tip by pitch, so that it looks along the axis
    axis = ahead * cos(radians(pitch)) + z * sin(radians(pitch))
    up = z * cos(radians(pitch)) - ahead * sin(radians(pitch))
    # and turn back the roll
    a = right * cos(radians(roll)) - up * sin(radians(roll))
    b = up * cos(radians(roll)) + right * sin(radians(roll))
    framed = (axis > 0) & (np.abs(a) <= axis * tan(radians(hfov) / 2)) & (np.abs(b) <= axis * tan(radians(vfov) / 2))
    return framed & (x**2 + y**2 + h**2 <= slant**2)


def grid(reach: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    line = np.arange(-reach - step, reach + step, step) + step / 2
    x, y = np.meshgrid(line, line)
    shift = np.random.default_rng(3).uniform(-step / 2, step / 2, (2, x.size))  # no edge runs along the grid
    return x.ravel() + shift[0], y.ravel() + shift[1]


@pytest.mark.parametrize("pitch", [-90, -75, -60, -45, -30, -15, -5, 0, 10])
@pytest.mark.parametrize(("yaw", "roll"), [(0, 0), (37, 0), (200, 12), (300, -25)])
def test_the_footprint_has_the_area_of_a_ray_caster_and_holds_it(pitch: float, yaw: float, roll: float) -> None:
    h, hfov, vfov, slant = 40.0, 71.6, 44.0, 110.0
    reach = sqrt(slant**2 - h**2)
    x, y = grid(reach, 0.25)
    seen = sees(x, y, h, yaw, pitch, roll, hfov, vfov, slant)
    (shape,) = footprints(looks(h, yaw, pitch, roll), hfov, vfov, slant)
    true = seen.sum() * 0.25**2
    assert true * 0.995 - 1 <= shape.area <= true * 1.005 + 4, (true, shape.area)
    if seen.any():
        assert shapely.contains_xy(shapely.buffer(shape, 1e-6), x[seen], y[seen]).all()


@pytest.mark.parametrize("pitch", [-90, -60, -30, -10, 5])
@pytest.mark.parametrize(("yaw", "roll"), [(0, 0), (250, -20)])
@pytest.mark.parametrize(("rise", "toward", "wall"), [(0.1, 0, True), (0.25, 70, False), (0.5, 250, True)])
def test_over_a_slope_nothing_that_a_ray_reaches_is_outside(pitch, yaw, roll, rise, toward, wall) -> None:
    h, hfov, vfov, slant = 40.0, 71.6, 44.0, 110.0
    x, y = grid(slant, 1.0)

    def ground(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return rise * (x * sin(radians(toward)) + y * cos(radians(toward)))

    near = x**2 + y**2 <= slant**2
    low, high = (float(f((h - ground(x, y))[near])) for f in (np.min, np.max))
    seen = sees(x, y, h - ground(x, y), yaw, pitch, roll, hfov, vfov, slant)
    if wall:  # an upright wall of 30 m, 15 m north of the camera, hides what lies behind and below its top
        part = 15 / np.where(y > 15, y, np.inf)
        seen &= h + part * (ground(x, y) - h) >= np.where(y > 15, ground(part * x, 0 * y + 15) + 30, -np.inf)
    (shape,) = footprints(looks(low, yaw, pitch, roll, high=high), hfov, vfov, slant)
    assert shape.area >= 0.995 * seen.sum()
    if seen.any():
        assert shapely.contains_xy(shapely.buffer(shape, 1e-6), x[seen], y[seen]).all()


@given(
    h=st.floats(2, 119), yaw=st.floats(0, 360), pitch=st.floats(-90, 30), roll=st.floats(-30, 30), hfov=st.floats(4, 100),
    vfov=st.floats(3, 80), slant=st.floats(5, 400), climb=st.floats(0, 20), off=st.floats(0, 5), grow=st.floats(0, 20),
)  # fmt: skip
@example(h=5.0, yaw=0.0, pitch=-89.0, roll=0.0, hfov=4.0, vfov=3.0, slant=5.0, climb=0.0, off=0.0, grow=0.0)
@example(h=2.0, yaw=141.0, pitch=-78.0, roll=0.0, hfov=4.0, vfov=19.0, slant=5.0, climb=0.0, off=2.5, grow=1e-268)
@settings(max_examples=150, deadline=None)
def test_whatever_any_camera_within_the_bounds_sees_is_inside(
    h, yaw, pitch, roll, hfov, vfov, slant, climb, off, grow
) -> None:
    (shape,) = footprints(looks(h, yaw, pitch, roll, high=h + climb, off=off, grow=grow), hfov, vfov, slant)
    rng = np.random.default_rng(7)
    reach = max(slant**2 - h**2, 0.0) ** 0.5
    for _ in range(6):
        height, turn, tip = (
            h + rng.uniform(0, climb),
            yaw + rng.uniform(-off, off) / 2,
            pitch + rng.uniform(-off, off) / 2,
        )
        away = rng.uniform(0, grow) * np.array([cos(k := rng.uniform(0, 6.28)), sin(k)])
        x, y = rng.uniform(-reach, reach, 4000), rng.uniform(-reach, reach, 4000)
        seen = sees(x, y, height, turn, tip, roll, hfov, vfov, slant)
        outside = ~shapely.contains_xy(shapely.buffer(shape, 1e-6), x[seen] + away[0], y[seen] + away[1])
        assert not outside.any()


@pytest.mark.parametrize("spread", [0.0, 1e-300, 1e-20, 0.001])
@pytest.mark.parametrize(
    "shape", [shapely.Point(0, 5), shapely.LineString([(-1, 5), (1, 5)]), shapely.box(-1, 4, 1, 6)]
)
def test_a_shape_widened_by_next_to_nothing_stays_in_view(shape: shapely.Geometry, spread: float) -> None:
    which, when, _ = in_view(
        looks(40.0, 0.0, -90.0), (60.0, 40.0), 110.0, np.ones(1, bool), np.array([shape]), np.array([spread])
    )
    assert (which.tolist(), when.tolist()) == ([0], [0])


@pytest.mark.parametrize("pitch", [-90, -60, -30, -10, 0])
def test_a_camera_that_turns_round_sees_a_ring(pitch: float) -> None:
    h, hfov, vfov, slant = 40.0, 60.0, 40.0, 110.0
    (shape,) = footprints(looks(h, np.nan, pitch), hfov, vfov, slant)
    for yaw in range(0, 360, 15):
        (one,) = footprints(looks(h, yaw, pitch), hfov, vfov, slant)
        assert one.difference(shape.buffer(0.5)).area == pytest.approx(0, abs=1e-6)
    x, y = grid(sqrt(slant**2 - h**2), 0.5)
    seen = np.zeros(len(x), bool)
    for yaw in np.arange(0, 360, 1.0):
        seen |= sees(x, y, h, yaw, pitch, 0, hfov, vfov, slant)
    assert shape.area <= seen.sum() * 0.25 * 1.01 + 80


def test_a_gimbal_that_may_do_anything_sees_a_disc_and_nothing_beyond_the_range() -> None:
    (shape,) = footprints(looks(30, np.nan, np.nan), 60, 40, 50)
    assert shape.area == pytest.approx(np.pi * (50**2 - 30**2), rel=0.005)
    (none,) = footprints(looks(60, 0, -90), 60, 40, 50)
    assert none.is_empty


def test_a_height_within_bounds_sees_what_the_greatest_and_the_least_would() -> None:
    (shape,) = footprints(looks(10, 0, -90, high=40), 60, 40, 110)
    wide, tall = 40 * tan(radians(30)), 40 * tan(radians(20))
    assert shape.area == pytest.approx(4 * wide * tall, rel=0.005)
    (ahead,) = footprints(looks(10, 0, -45, high=40), 60, 40, 110)
    for h in (10, 20, 30, 40):
        (one,) = footprints(looks(h, 0, -45), 60, 40, 110)
        assert one.difference(ahead.buffer(0.3)).area == pytest.approx(0, abs=1e-6)


def test_a_gimbal_that_may_be_off_sees_beside_its_frame() -> None:
    (shape,) = footprints(looks(30, 0, -90, off=5), 60, 40, 110)
    assert shape.bounds[2] >= 30 * tan(radians(35)) and shape.bounds[3] >= 30 * tan(radians(25))
