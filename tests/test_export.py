"""`export`: a fence holds the path, keeps off every zone, reaches no farther than was checked, and comes back the same."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from builders import a_mission, a_zone, at, ring, write, zones
from hypothesis import given, settings
from hypothesis import strategies as st

from dronectl import bundled
from dronectl.fencing import Limits, fence_of
from dronectl.geometry.fencing import NoFence
from dronectl.heights import Models
from dronectl.house import House
from dronectl.prepared import prepared
from dronectl.readers import read_mission, read_zones
from dronectl.readers.fence_files import read_fence
from dronectl.writers.fences import dji_area, qgc
from dronectl.zone import Circle, Rings

PATH = [at(0, 0, 40), at(300, 0, 40), at(300, 200, 40)]
FORMATS = ("qgc", "ardupilot", "dji-area", "kml")
M_LAT, M_LON = 111_257.0, 68_678.0  # metres a degree at 52 N, to 0.1 %


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(west, south, east, north)]}


@pytest.fixture
def world(tmp_path: Path):
    """A mission, and zones that lie beside it."""
    mission = write(tmp_path / "m.geojson", a_mission(PATH))
    beside = zones(tmp_path / "z.geojson", a_zone("NEAR", geometry=square(100, 60, 200, 160)),
                   a_zone("FAR", geometry=square(5000, 0, 5100, 100)))  # fmt: skip
    return mission, beside


@pytest.mark.parametrize("to", FORMATS)
def test_a_cleared_mission_gets_a_fence_in_every_format(to: str, world, run, tmp_path: Path) -> None:
    mission, beside = world
    ran = run("export", mission, "-z", beside, "--to", to, "-o", tmp_path / "f.out")
    assert ran.code == 0 and ran.out.startswith("CLEARED"), ran.err
    assert "1 keep-in and 1 keep-out outline(s)" in ran.err and "round trip: " in ran.err
    assert "identical verdict" in ran.err if to == "qgc" else "keeps off every zone" in ran.err
    dutch = run("--lang", "nl", "export", mission, "-z", beside, "--to", to, "-o", tmp_path / "f.out")
    assert "upload het voor de missie" in dutch.err


def test_the_written_files_are_what_their_programs_read(world, run, tmp_path: Path) -> None:
    mission, beside = world
    for to in FORMATS:
        run("export", mission, "-z", beside, "--to", to, "-o", tmp_path / to)
    area = json.loads((tmp_path / "dji-area").read_text())
    assert [feature["geofence_type"] for feature in area["features"]] == ["dfence", "nfz"]
    plan = json.loads((tmp_path / "qgc").read_text())
    assert [polygon["inclusion"] for polygon in plan["geoFence"]["polygons"]] == [True, False] and plan["mission"][
        "items"
    ]
    (tmp_path / "f.waypoints").write_bytes((tmp_path / "ardupilot").read_bytes())
    outside, inside, _ = read_fence(tmp_path / "f.waypoints")
    assert len(outside) == len(inside) == 1
    rows = [line.split("\t") for line in (tmp_path / "ardupilot").read_text().splitlines()[2:]]
    assert {row[3] for row in rows} == {"5001", "5002"}
    assert sum(row[3] == "5001" for row in rows) == int(float(next(row for row in rows if row[3] == "5001")[4]))


def test_a_plan_keeps_everything_but_its_fence(run, tmp_path: Path) -> None:
    source = bundled.resolve(f"{bundled.MISSIONS}/almere/alm-weerwater-survey.plan")
    plan = tmp_path / "own.plan"
    plan.write_bytes(source.read_bytes())
    ran = run(
        "export", plan, "--at", "2026-05-12T10:00+02:00", "--rtl-alt", "60", "--to", "qgc", "-o", tmp_path / "f.plan"
    )
    assert ran.code == 0, ran.err
    before, after = (json.loads(path.read_text()) for path in (plan, tmp_path / "f.plan"))
    assert after.pop("geoFence")["polygons"] and (before.pop("geoFence", None) or True)
    assert before == after and plan.read_bytes() == source.read_bytes()
    assert run("export", plan, "--to", "qgc", "-o", plan).code == 2


def test_what_is_not_cleared_gets_no_fence(run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission(PATH))
    across = zones(tmp_path / "z.geojson", a_zone(geometry=square(100, -50, 200, 50)))
    ran = run("export", mission, "-z", across, "--to", "qgc", "-o", tmp_path / "f.plan")
    assert ran.code == 1 and "nothing was written" in ran.err and not (tmp_path / "f.plan").exists()


def test_what_rules_of_the_house_do_not_clear_gets_no_fence(world, run, tmp_path: Path) -> None:
    mission, beside = world
    pack = tmp_path / "house.toml"
    pack.write_text(
        '[pack]\nid = "house-x"\nedition = "2026-01-01"\nregime = "house"\nvalid_from = 2026-01-01\nsource = "house"\n'
        'title.en = "Ours"\ntitle.nl = "Ons"\n[[limit]]\nid = "HOUSE-X"\nkind = "keep-away"\n'
        'zones_where.restrictions = ["PROHIBITED"]\ncomparator = ">="\nvalue = 70\nunit = "m"\narticle = "house"\n'
        'valid_from = 2026-01-01\nconfidence = "house"\ntitle.en = "Far"\ntitle.nl = "Ver"\n'
        'message.en = "the house keeps 70 m away"\nmessage.nl = "het huis blijft 70 m weg"\n'
    )
    ran = run("export", mission, "-z", beside, "--pack", pack, "--to", "qgc", "-o", tmp_path / "f.plan")
    assert ran.code == run("check", mission, "-z", beside, "--pack", pack).code == 1, ran.err
    assert "nothing was written" in ran.err and not (tmp_path / "f.plan").exists()


def test_what_cannot_be_fenced_is_told(world, run, tmp_path: Path) -> None:
    mission, beside = world
    asked = ("export", mission, "-z", beside, "-o", tmp_path / "f.out", "--to")
    assert "wider than" in run(*asked, "qgc", "--width", "5").err and run(*asked, "qgc", "--width", "5").code == 2
    assert run(*asked, "nothing").code == 2
    high = {"uom": "m", "lower": 100, "lowerReference": "AGL", "upper": 200, "upperReference": "AGL"}
    over = zones(tmp_path / "o.geojson", a_zone("OVER", geometry=square(100, -50, 200, 50), layer=high))
    ran = run("export", mission, "-z", over, "--to", "qgc", "-o", tmp_path / "f.plan")
    assert ran.code == 0 and "not fenced: OVER Zone OVER: the path crosses it, or comes too near" in ran.err


def test_a_fence_that_comes_back_wrong_is_told(world, run, tmp_path: Path, monkeypatch) -> None:
    mission, beside = world
    whole = dji_area.render

    def wider(*given: Any) -> bytes:
        made = json.loads(whole(*given))
        made["features"][0]["geometry"]["coordinates"] = [ring(-100, -100, 500, 400)]
        return json.dumps(made).encode()

    def narrower(*given: Any) -> bytes:
        made = json.loads(whole(*given))
        made["features"][0]["geometry"]["coordinates"] = [ring(-20, -20, 250, 20)]
        return json.dumps(made).encode()

    def open_(*given: Any) -> bytes:
        made = json.loads(whole(*given))
        made["features"] = made["features"][:1]
        return json.dumps(made).encode()

    for broken, word in ((wider, "beyond what was checked"), (narrower, "cuts the path")):
        monkeypatch.setattr(dji_area, "render", broken)
        ran = run("export", mission, "-z", beside, "--to", "dji-area", "-o", tmp_path / "f.json")
        assert ran.code == 1 and word in ran.err
    monkeypatch.setattr(dji_area, "render", open_)
    near = zones(tmp_path / "n.geojson", a_zone("NEAR", geometry=square(100, 20, 200, 120)))
    ran = run("export", mission, "-z", near, "--to", "dji-area", "--width", "60", "-o", tmp_path / "f.json")
    assert ran.code == 1 and "lets the aircraft into a zone" in ran.err


def _inside(shape: Circle | Rings, x: float, y: float) -> bool:
    """Whether a place (metres round 52 N, 5 E) lies in a shape: by crossings of a ray, with arithmetic of its own."""
    if isinstance(shape, Circle):
        dx, dy = (shape.lon - 5.0) * M_LON - x, (shape.lat - 52.0) * M_LAT - y
        return (dx * dx + dy * dy) ** 0.5 <= shape.radius_m
    inside = False
    for corners in shape.polygons[0]:
        px, py = (corners[:, 0] - 5.0) * M_LON, (corners[:, 1] - 52.0) * M_LAT
        for (ax, bx), (ay, by) in zip(pairwise(px), pairwise(py), strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                inside = not inside
    return inside


def _apart(points: list[tuple[float, float]], x: float, y: float) -> float:
    best = float("inf")
    for (ax, ay), (bx, by) in pairwise(points):
        dx, dy = bx - ax, by - ay
        long = dx * dx + dy * dy
        u = 0.0 if long == 0 else min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / long))
        best = min(best, ((ax + u * dx - x) ** 2 + (ay + u * dy - y) ** 2) ** 0.5)
    return best


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_on_random_worlds_the_fence_is_conservative_both_ways(tmp_path_factory, seed: int) -> None:
    """Against places drawn at random, by arithmetic that shares nothing with what drew the fence."""
    draw, folder = random.Random(seed), tmp_path_factory.mktemp("w")
    points = [(draw.uniform(-400, 400), draw.uniform(-400, 400)) for _ in range(draw.randrange(2, 7))]
    mission = read_mission(write(folder / "m.geojson", a_mission([at(*p, 40) for p in points])))
    features = []
    for k in range(draw.randrange(0, 5)):
        x, y, size = draw.uniform(-500, 500), draw.uniform(-500, 500), draw.uniform(10, 150)
        features.append(a_zone(f"Z{k}", geometry=square(x, y, x + size, y + draw.uniform(10, 150))))
    known = read_zones([zones(folder / "z.geojson", *features)])[0].zones if features else ()
    tracks, width = prepared(mission, Models(), House()).bare, draw.uniform(20, 80)
    limits = draw.choice([qgc.LIMITS, dji_area.LIMITS, Limits(corners=40, edge_m=12.0)])
    try:
        fence = fence_of(tracks, known, width_m=width, around_m=1000.0, limits=limits)
    except NoFence:
        return
    assert fence.corridor is not None
    least, left = fence.corridor.least, {zone.id for zone, _ in fence.left}
    shapes = [[zone.volumes[0].footprint for zone in part] for part in (fence.inside, fence.outside)]
    for shape in (*shapes[0], *shapes[1]):
        assert isinstance(shape, Circle) or len(shape.polygons[0][0]) - 1 <= limits.corners
    own = [zone.volumes[0].footprint for zone in known if zone.id not in left]
    for _ in range(300):
        x, y = draw.uniform(-600, 600), draw.uniform(-600, 600)
        if draw.random() < 0.6:  # near the path, where it matters
            (ax, ay), (bx, by) = (points[k := draw.randrange(len(points) - 1)], points[k + 1])
            u, beside, turn = draw.random(), draw.uniform(0, width * 1.2), draw.uniform(0, 6.3)
            x, y = ax + u * (bx - ax) + beside * np.cos(turn), ay + u * (by - ay) + beside * np.sin(turn)
        apart = _apart(points, x, y)
        allowed = any(_inside(s, x, y) for s in shapes[0]) and not any(_inside(s, x, y) for s in shapes[1])
        slack = 0.5 + 0.002 * apart
        if apart < least - slack:
            assert allowed, (x, y, apart)
        if apart > width + slack:
            assert not allowed, (x, y, apart)
        if any(_inside(s, x, y) for s in own):
            deep = all(any(_inside(s, x + i, y + j) for s in own) for i in (-1.5, 1.5) for j in (-1.5, 1.5))
            assert not allowed or not deep, (x, y)


def test_an_operational_intent_holds_the_path_at_every_moment(run, tmp_path: Path) -> None:
    """Held against places beside the path, within its uncertainty, at many moments: some volume has each of them."""
    rng = random.Random(7)
    points = [at(0, 0, 80), at(0, 0, 100), at(1500, 300, 100), at(1500, 900, 120), at(200, 400, 90)]
    seconds = [0, 15, 215, 265, 500]
    times = [f"2026-05-12T10:{s // 60:02d}:{s % 60:02d}Z" for s in seconds]
    flown = a_mission(points, datum="WGS84", times=times, uncertainty=(8, 4), mission={"priority": 2})
    mission = write(tmp_path / "m.geojson", flown)
    far = zones(tmp_path / "z.geojson", a_zone(geometry=square(9000, 0, 9100, 90)))
    ran = run("export", mission, "-z", far, "--to", "f3548", "-o", tmp_path / "i.json")
    assert ran.code == 0 and "the volumes hold the path" in ran.err, ran.err
    intent = json.loads((tmp_path / "i.json").read_text())["operational_intent"]
    assert intent["details"]["priority"] == 2 and intent["reference"]["state"] == "Accepted"
    assert intent["reference"]["time_start"]["value"] == "2026-05-12T10:00:00Z"
    volumes = intent["details"]["volumes"]
    assert len(volumes) >= 500 // 60
    held = []
    for volume in volumes:
        ring_ = volume["volume"]["outline_polygon"]["vertices"]
        assert ring_[0] != ring_[-1]
        shape = shapely.Polygon([((v["lng"] - 5) * M_LON, (v["lat"] - 52) * M_LAT) for v in ring_])
        low, high = (volume["volume"][f"altitude_{side}"]["value"] for side in ("lower", "upper"))
        begin, end = (_seconds(volume[f"time_{side}"]["value"]) for side in ("start", "end"))
        assert shape.is_valid and end - begin <= 62
        held.append((shape, low, high, begin, end))
    for _ in range(3000):
        now = rng.uniform(0, 500)
        k = min(int(np.searchsorted(seconds, now, side="right")) - 1, 3)
        u = (now - seconds[k]) / (seconds[k + 1] - seconds[k])
        lon, lat, up = (np.array(points[k]) + u * (np.array(points[k + 1]) - np.array(points[k]))).tolist()
        angle, off = rng.uniform(0, 6.3), rng.uniform(0, 7.9)
        spot = shapely.Point((lon - 5) * M_LON + off * np.cos(angle), (lat - 52) * M_LAT + off * np.sin(angle))
        high = up + rng.uniform(-4, 4)
        assert any(a <= now <= b and low <= high <= top and shape.contains(spot) for shape, low, top, a, b in held)


def _seconds(words: str) -> float:
    return (datetime.fromisoformat(words) - datetime(2026, 5, 12, 10, tzinfo=UTC)).total_seconds()


def test_an_intent_needs_times_and_heights(run, tmp_path: Path) -> None:
    far = zones(tmp_path / "z.geojson", a_zone(geometry=square(9000, 0, 9100, 90)))
    ground = write(tmp_path / "g.geojson", a_mission(PATH))
    ran = run("export", ground, "-z", far, "--to", "f3548", "-o", tmp_path / "i.json")
    assert ran.code == 2 and "terrain" in ran.err and not (tmp_path / "i.json").exists()
    bare = write(tmp_path / "b.geojson", a_mission(PATH, datum="WGS84", untimed=True))
    ran = run("export", bare, "-z", far, "--to", "f3548", "-o", tmp_path / "i.json")
    assert ran.code == 2 and "says when" in ran.err


def test_a_mission_is_written_without_a_fence_where_that_is_asked_for(run, tmp_path: Path) -> None:
    far = zones(tmp_path / "z.geojson", a_zone(geometry=square(9000, 0, 9100, 90)))
    mission = write(tmp_path / "m.geojson", a_mission(PATH))
    ran = run("export", mission, "-z", far, "--to", "qgc", "--no-fence", "-o", tmp_path / "m.plan")
    assert ran.code == 0 and "identical verdict" in ran.err, ran.err
    assert json.loads((tmp_path / "m.plan").read_text())["geoFence"]["polygons"] == []
    fenced = run("export", mission, "-z", far, "--to", "qgc", "--fence", "-o", tmp_path / "f.plan")
    assert fenced.code == 0 and json.loads((tmp_path / "f.plan").read_text())["geoFence"]["polygons"]
    assert run("export", mission, "-z", far, "--to", "dji-area", "--no-fence", "-o", tmp_path / "m.json").code == 2


def test_waylines_are_written_for_dji_without_a_fence(run, tmp_path: Path) -> None:
    far = zones(tmp_path / "z.geojson", a_zone(geometry=square(9000, 0, 9100, 90)))
    mission = write(tmp_path / "m.geojson", a_mission(PATH, datum="TAKEOFF"))
    ran = run("export", mission, "-z", far, "--to", "wpml", "-o", tmp_path / "m.kmz")
    assert ran.code == 0 and "dji-area" in ran.err and "identical verdict" in ran.err, ran.err
    assert len(read_mission(str(tmp_path / "m.kmz")).flights[0].lon) >= 3
    assert run("export", mission, "-z", far, "--to", "wpml", "-o", tmp_path / "m.plan").code == 2
    assert run("export", mission, "-z", far, "--to", "papyrus", "-o", tmp_path / "m").code == 2
