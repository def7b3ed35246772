"""How far an aircraft can have left its line while its log says nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import cos, hypot, pi, sin
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from builders import at
from hypothesis import example, given, settings
from hypothesis import strategies as st
from log_files import START

from dronectl.gaps import LEAST_SPEED_MPS, Gap, gaps
from dronectl.heights import Models
from dronectl.mission import Mission
from dronectl.readers import read_mission
from dronectl.track import Track

Point = tuple[float, float]


@cache
def logged(metres: float, seconds: float) -> Mission:
    """A log of two fixes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "l.csv"
        fixes = ((0.0, *at(0.0, 0.0)), (seconds, *at(metres, 0.0)))
        path.write_text("timestamp,lat,lon\n" + "\n".join(f"{START + t},{y:.9f},{x:.9f}" for t, x, y in fixes))
        return read_mission(path)


def gap(metres: float, seconds: float, horizontal_m: float, widen_m: float) -> Gap:
    mission = logged(metres, seconds)
    mission = replace(mission, uncertainty=replace(mission.uncertainty, horizontal_m=horizontal_m))
    (flight,) = mission.flights
    (found,) = gaps([Track.of(replace(flight, widen_m=np.array([widen_m])), mission, Models())], None)
    return found


def aside(point: Point, metres: float) -> float:
    """How far a point is from the line along x from 0 to some metres."""
    return hypot(point[0] - min(max(point[0], 0.0), metres), point[1])


def farthest(begin: Point, end: Point, flown: float, towards: float) -> Point:
    """A point from which both ends are so far that the two ways together are as long as what was flown."""
    apart = hypot(end[0] - begin[0], end[1] - begin[1])
    turned = np.arctan2(end[1] - begin[1], end[0] - begin[0])
    along, across = flown / 2 * cos(towards), (max(flown**2 - apart**2, 0.0)) ** 0.5 / 2 * sin(towards)
    middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    return (
        middle[0] + along * cos(turned) - across * sin(turned), middle[1] + along * sin(turned) + across * cos(turned),
    )  # fmt: skip


angles = st.floats(0.0, 2 * pi)
parts = st.floats(0.0, 1.0)


@settings(deadline=None)
@given(
    metres=st.sampled_from([0.0, 20.0, 100.0, 113.0, 180.0]), seconds=st.sampled_from([6.0, 10.0]),
    horizontal_m=st.floats(0.0, 10.0), widen_m=st.floats(0.0, 40.0),
    first=st.tuples(angles, parts), last=st.tuples(angles, parts), towards=angles,
)  # fmt: skip
@example(180.0, 10.0, 5.0, 0.0, (0.0, 1.0), (pi, 1.0), pi / 2)
@example(20.0, 6.0, 3.0, 30.0, (pi / 2, 1.0), (pi / 2, 1.0), pi / 2)
def test_no_flight_between_two_fixes_leaves_the_line_farther(
    metres: float, seconds: float, horizontal_m: float, widen_m: float,
    first: tuple[float, float], last: tuple[float, float], towards: float,
) -> None:  # fmt: skip
    unsure = horizontal_m + widen_m
    begin = unsure * first[1] * cos(first[0]), unsure * first[1] * sin(first[0])
    end = metres + unsure * last[1] * cos(last[0]), unsure * last[1] * sin(last[0])
    flown = LEAST_SPEED_MPS * seconds
    if flown < hypot(end[0] - begin[0], end[1] - begin[1]):
        return  # no flight from one to the other in that time
    reach_m = gap(metres, seconds, horizontal_m, widen_m).reach_m
    assert aside(farthest(begin, end, flown, towards), metres) <= reach_m + 0.5  # the ellipsoid's own scale


@pytest.mark.parametrize(("widen_m", "reach_m"), [(0.0, 61.2), (30.0, 91.5)])
def test_what_the_receiver_measured_counts(widen_m: float, reach_m: float) -> None:
    # 6 s at 19 m/s are 114 m, and twice 5 m (35 m) beside them, for a leg of 20 m
    assert gap(20.0, 6.0, 5.0, widen_m).reach_m == pytest.approx(reach_m, abs=0.3)
