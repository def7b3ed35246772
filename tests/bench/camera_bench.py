"""The camera of a 30-minute log at 5 Hz against 5,000 privacy zones and 50,000 homes, beside a plain loop over the frames."""

from __future__ import annotations

import resource
import sys
import time
from math import radians, tan
from pathlib import Path

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).parent.parent))

from builders import LAT, LON, METRE_EAST, METRE_NORTH, ring

from dronectl.camera import View, catalogue
from dronectl.crew import catalogue as aircraft
from dronectl.filming import view_for
from dronectl.geometry import box_of
from dronectl.heights import Models
from dronectl.measures import Band, Datum
from dronectl.mission import Flight, Mission
from dronectl.seeing import sightings
from dronectl.track import Track
from dronectl.where import Where
from dronectl.zone import Circle, Dataset, Footprint, Privacy, Restriction, Rings, Volume, Zone

FRAMES, ZONES, HOMES, PLAIN = 9_000, 5_000, 50_000, 40
HEIGHT_M = 30.0
WHERE, DATASET = Where("bench"), Dataset(path="bench", sha256="", profile="bench")


def a_zone(number: int, shape: Footprint) -> Zone:
    volume = Volume(footprint=shape, box=box_of(shape), band=Band(), where=WHERE)
    return Zone(id=str(number), name="", restriction=Restriction.NO_RESTRICTION, reasons=("PRIVACY",), volumes=(volume,),
                where=WHERE, dataset=DATASET, privacy=Privacy())  # fmt: skip


def rows() -> list[tuple[str, str, str]]:
    """The ratios of this workload, with their targets."""
    rng = np.random.default_rng(1)
    turn = np.cumsum(rng.normal(0, 0.02, FRAMES))
    x, y = np.cumsum(np.cos(turn)), np.cumsum(np.sin(turn))
    pitch, yaw = rng.uniform(-60, -30, FRAMES), np.degrees(turn)
    flight = Flight(
        id="f", where=WHERE, lon=LON + x * METRE_EAST, lat=LAT + y * METRE_NORTH, height=np.full(FRAMES, HEIGHT_M),
        datum=(Datum.AGL,) * FRAMES, place=("",) * FRAMES, kind=("leg",) * (FRAMES - 1), widen_m=np.zeros(FRAMES - 1),
        times=1_778_572_800 + np.arange(FRAMES) / 5, gimbal_pitch_deg=tuple(pitch), gimbal_yaw_deg=tuple(yaw),
    )  # fmt: skip
    mission = Mission(id="m", name="", path="", sha256="", where=WHERE, flights=(flight,), aircraft="dji-m3e",
                      camera={"lens": "wide", "video": [3840, 2160]}, flown=True)  # fmt: skip
    reach = max(np.ptp(x), np.ptp(y)) / 2 + 200
    middle = np.array([x.mean(), y.mean()])
    spots = rng.uniform(-reach, reach, (ZONES + HOMES, 2)) + middle
    zones = [
        a_zone(k, Rings(((np.array(ring(e - 25, n - 25, e + 25, n + 25)),),))) for k, (e, n) in enumerate(spots[:ZONES])
    ]
    homes = [
        a_zone(k, Circle(LON + e * METRE_EAST, LAT + n * METRE_NORTH, 0.05)) for k, (e, n) in enumerate(spots[ZONES:])
    ]
    view = view_for(mission, catalogue(), aircraft()["dji-m3e"])
    assert isinstance(view, View)
    tracks = [Track.of(flight, mission, Models())]
    begin = time.perf_counter()
    seen = len(sightings(mission, tracks, view, zones, [25.0, 62.5, 125.0])) + len(
        sightings(mission, tracks, view, homes, [62.5])
    )
    ours = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    theirs = _plain(x, y, pitch, yaw, spots, view)
    return [
        (
            f"camera, {FRAMES:,} frames x {ZONES:,} zones, {HOMES:,} homes: plain loop / dronectl",
            f"{theirs / ours:.0f} x",
            ">= 20 x",
        ),
        (f"the same: dronectl ({seen:,} in view, {memory:.0f} MB)", f"{ours:.1f} s", "seconds"),
    ]


def _plain(x, y, pitch, yaw, spots, view: View) -> float:  # type: ignore[no-untyped-def]
    """Seconds for all frames, from some of them: one footprint a frame, held against every zone and home in turn."""
    squares = [shapely.box(e - 25, n - 25, e + 25, n + 25) for e, n in spots[:ZONES]]
    points = [shapely.Point(e, n) for e, n in spots[ZONES:]]
    begin = time.perf_counter()
    for k in range(0, FRAMES, FRAMES // PLAIN):
        wide = tan(radians(view.hfov_deg / 2))
        near, far = (HEIGHT_M / tan(radians(max(-pitch[k] + side * view.vfov_deg / 2, 2.0))) for side in (1, -1))
        corners = [(-wide * near, near), (wide * near, near), (wide * far, far), (-wide * far, far)]
        turned = shapely.transform(shapely.Polygon(corners), _turned(radians(yaw[k]), x[k], y[k]))
        footprint = turned.convex_hull.intersection(shapely.Point(x[k], y[k]).buffer(view.reach_m(25.0)))
        sum(footprint.intersects(square) for square in squares)
        sum(footprint.intersects(point) for point in points)
    return (time.perf_counter() - begin) * FRAMES / PLAIN


def _turned(angle: float, x: float, y: float):  # type: ignore[no-untyped-def]
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return lambda points: points @ turn.T + (x, y)


if __name__ == "__main__":
    for name, value, target in rows():
        print(f"{name:<80} {value:>9}  {target}")
