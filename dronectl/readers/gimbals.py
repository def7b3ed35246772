"""Where a gimbal looked at each fix of a log that keeps its angles as records of their own."""

from __future__ import annotations

from math import asin, atan2, degrees, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dronectl.readers.flown import Floats

MOST_APART_S = 1.0  # between two records that are farther apart nothing is known: a house figure
NORM = 0.01  # by how much a quaternion's length may differ from 1
YAW_LOCK, IN_VEHICLE_FRAME, IN_EARTH_FRAME = 16, 32, 64  # MAVLink common.xml, GIMBAL_DEVICE_FLAGS
Said = tuple[float, float, float]
"""Seconds, pitch and yaw in degrees: 0 the horizon and north, -90 straight down; NaN where one is not known."""


def of_device(
    quaternion: Sequence[float], flags: int = IN_EARTH_FRAME, delta_yaw_rad: float = nan
) -> tuple[float, float]:
    """Pitch and yaw of a gimbal that reports its attitude, level with the horizon (GIMBAL_DEVICE_ATTITUDE_STATUS).

    The yaw counts from north where the flags say so, or `delta_yaw_rad` leads there from the vehicle's.
    """
    w, x, y, z = quaternion
    if not abs(w * w + x * x + y * y + z * z - 1) <= NORM:
        return nan, nan
    pitch = degrees(asin(max(-1.0, min(1.0, 2 * (w * y - z * x)))))
    yaw = degrees(atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))
    from_north = bool(flags & IN_EARTH_FRAME) or (not flags & IN_VEHICLE_FRAME and bool(flags & YAW_LOCK))
    return pitch, yaw if from_north else yaw + degrees(delta_yaw_rad) if isfinite(delta_yaw_rad) else nan


def at_fixes(fixes_s: Floats | None, said: Sequence[Said]) -> tuple[Floats | None, Floats | None]:
    """Pitch and yaw at each fix, between the records before and after it; NaN where these are far apart."""
    if fixes_s is None or len(said) < 2:
        return None, None
    records = np.array(said)
    records = records[np.argsort(records[:, 0], kind="stable")]
    when = records[:, 0]
    after = np.clip(np.searchsorted(when, fixes_s), 1, len(when) - 1)
    apart = when[after] - when[after - 1]
    part = np.clip((fixes_s - when[after - 1]) / np.where(apart > 0, apart, 1.0), 0.0, 1.0)
    near = (apart <= MOST_APART_S) & (fixes_s >= when[0] - MOST_APART_S) & (fixes_s <= when[-1] + MOST_APART_S)
    pitch = records[after - 1, 1] + part * (records[after, 1] - records[after - 1, 1])
    turn = (records[after, 2] - records[after - 1, 2] + 180.0) % 360.0 - 180.0
    yaw = (records[after - 1, 2] + part * turn) % 360.0
    return np.where(near, pitch, nan), np.where(near, yaw, nan)
