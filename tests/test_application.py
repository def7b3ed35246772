"""What an application for a flight needs: the operational volume, flight-plan requests, the SORA."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import LAT, LON, METRE_EAST, METRE_NORTH, a_mission, a_zone, at, ring, write, zones
from rasterio.transform import Affine
from rasters import a_raster

from dronectl.law import sora
from dronectl.readers import read_zones

AREA = 9000  # metres each way: holds the adjacent area of a slow aircraft


def a_crowd(identifier: str, shape: list[list[float]], kind: str, **persons: float) -> dict[str, Any]:
    own = {"crowd": {"kind": kind, "persons": {"source": "permit", **persons}}}
    geometry = {"type": "Polygon", "coordinates": [shape]}
    return a_zone(
        identifier,
        geometry=geometry,
        kind="NO_RESTRICTION",
        reason=["POPULATION"],
        extendedProperties={"dronectl": own},
    )


def a_region(path: Path, *parts: tuple[tuple[float, float, float, float], Any]) -> Path:
    """Polygons with persons per square kilometre."""
    features = [
        {"type": "Feature", "properties": {"name": f"part {k}", "persons_per_km2": density},
         "geometry": {"type": "Polygon", "coordinates": [ring(*edges)]}}
        for k, (edges, density) in enumerate(parts)
    ]  # fmt: skip
    return write(path, {"type": "FeatureCollection", "features": features})


def a_flight(path: Path, east: float = 0, height: float = 60, **mission: Any) -> Path:
    facts = {"id": path.stem, "aircraft": "dji-m3e", "declared": {"vlos": True}} | mission
    return write(path, a_mission([at(east - 100, 0, height), at(east + 100, 0, height)], mission=facts))


@pytest.fixture
def asked(tmp_path: Path, run):
    """Runs `sora` on one flight over a region, and gives the answer as JSON with the exit code."""

    def ask(*arguments: str, region: Path | None = None, zone: Path | None = None, alone: bool = False, **mission: Any):
        flight = a_flight(tmp_path / "m.geojson", **mission)
        far = zones(tmp_path / "far.geojson", a_zone("FAR", geometry=FAR, reason=["AIR_TRAFFIC"]))
        given = ["--population", region] if region else []
        given += ["--zones", zone] if zone else []
        given += [] if alone else ["--zones", far]
        ran = run("sora", flight, *given, "-f", "json", *arguments)
        return ran.code, json.loads(ran.out) if ran.out else ran.err

    return ask


FAR = {"type": "Polygon", "coordinates": [ring(20_000, 20_000, 20_100, 20_100)]}
EVERYWHERE = (-AREA, -AREA, AREA, AREA)


def value(made: dict[str, Any], name: str) -> str:
    return next(step["value"] for step in made["steps"] if step["name"].startswith(name))


def test_a_volume_is_printed_with_every_figure(tmp_path: Path, run) -> None:
    ran = run("volumes", a_flight(tmp_path / "m.geojson", height=60, volumes={"speed_mps": 15}))
    assert ran.code == 0
    for line in (
        "contingency volume  33.5 m wide, to 83.0 m AGL",
        "ground risk buffer  83.3 m wide, method 1:1",
        "S_CV      33.47",
    ):
        assert line in ran.out


def test_a_volume_as_ed318_reads_back_and_holds_the_parts_within(tmp_path: Path, run) -> None:
    flight = a_flight(tmp_path / "m.geojson", volumes={"speed_mps": 15})
    out = tmp_path / "v.json"
    assert run("volumes", flight, "-f", "ed318", "-o", out).code == 0
    (made,) = read_zones([str(out)])
    assert not made.remarks and [zone.id for zone in made.zones] == ["FG", "CV", "GRB"]
    tops = [zone.volumes[0].band.upper.metres for zone in made.zones]
    assert tops == [60.0, 82.97, 82.97]
    assert all(zone.restriction.value == "NO_RESTRICTION" and zone.periods for zone in made.zones)
    boxes = [zone.volumes[0].box for zone in made.zones]
    assert all(outer[0] < inner[0] and outer[3] > inner[3] for inner, outer in itertools.pairwise(boxes))
    drawn = json.loads(run("volumes", flight, "-f", "geojson").out)
    assert [f["properties"]["volume"] for f in drawn["features"]] == [
        "flight-geography",
        "contingency-volume",
        "ground-risk-buffer",
    ]


def test_a_volume_of_an_unknown_aircraft_cannot_be_told(tmp_path: Path, run) -> None:
    ran = run("volumes", a_flight(tmp_path / "m.geojson", aircraft="no-such"))
    assert ran.code == 3 and ran.out == "" and "CANNOT TELL" in ran.err


CONTROL = {"type": "Polygon", "coordinates": [ring(-3000, -3000, 3000, 3000)]}


def control_zone(law: str | None = "NL-CTR-CIVIL") -> dict[str, Any]:
    own = {"extendedProperties": {"dronectl": {"law": [law]}}} if law else {}
    return a_zone("CTR", geometry=CONTROL, reason=["AIR_TRAFFIC"], **own)


def timed(path: Path, start: str, end: str, east: float = 0) -> Path:
    points = [at(east - 100, 0, 60), at(east + 100, 0, 60)]
    return write(
        path, a_mission(points, times=[f"2026-05-12T{t}:00+02:00" for t in (start, end)], mission={"id": path.stem})
    )


@pytest.mark.parametrize(("third", "count"), [("11:40", 1), ("11:41", 2)])
def test_more_than_an_hour_on_the_ground_is_a_new_request(tmp_path: Path, run, third: str, count: int) -> None:
    files = [
        timed(tmp_path / "one.geojson", "10:00", "10:10"), timed(tmp_path / "two.geojson", "10:30", "10:40"),
        timed(tmp_path / "three.geojson", third, "11:50"),
    ]  # fmt: skip
    sky = zones(tmp_path / "z.geojson", control_zone())
    ran = run("permits", *files, "--zones", sky, "--now", "2026-05-11T08:00+02:00")
    assert ran.code == 0
    assert ran.out.startswith(f"{count} flight-plan request")
    assert "deadline 24 h before: 2026-05-11 10:00 local (08:00Z), 2 h 00 min left" in ran.out
    if count == 2:
        assert "flights one, two (20 min on the ground between: same request)" in ran.out
        plain = " ".join(ran.out.split())
        assert "flight three (61 min on the ground after two; at most 60 within one request)" in plain


def test_another_area_is_a_request_of_its_own_and_the_outline_holds_the_flights(tmp_path: Path, run) -> None:
    files = [
        timed(tmp_path / "one.geojson", "10:00", "10:10"), timed(tmp_path / "two.geojson", "10:15", "10:20", east=120),
        timed(tmp_path / "east.geojson", "10:30", "10:40", east=1500),
    ]  # fmt: skip
    sky = zones(tmp_path / "z.geojson", control_zone())
    made = json.loads(run("permits", *files, "--zones", sky, "--now", "2026-05-11T08:00Z", "-f", "json").out)
    assert [(r["area"], [f["mission"] for f in r["flights"]]) for r in made["requests"]] == [
        ("A", ["one", "two"]),
        ("B", ["east"]),
    ]
    west, south = np.min(made["requests"][0]["polygon"], axis=0)
    east, north = np.max(made["requests"][0]["polygon"], axis=0)
    assert west < at(-100, 0)[0] and east > at(220, 0)[0] and south < LAT < north
    assert (east - at(220, 0)[0]) / METRE_EAST < 15
    assert made["requests"][0]["max_height_m_agl"] == pytest.approx(60, abs=0.1)


def test_what_a_request_needs_and_is_not_known_is_told(tmp_path: Path, run) -> None:
    flight = write(tmp_path / "m.geojson", a_mission([at(-100, 0, 60), at(100, 0, 60)], untimed=True))
    sky = zones(tmp_path / "z.geojson", control_zone())
    ran = run("permits", flight, "--zones", sky, "--now", "2026-05-11T08:00Z")
    assert ran.code == 3 and "the mission states no time" in ran.out


def test_a_missed_deadline_and_a_military_zone(tmp_path: Path, run) -> None:
    flight = timed(tmp_path / "m.geojson", "10:00", "10:10")
    ran = run(
        "permits", flight, "--zones", zones(tmp_path / "z.geojson", control_zone()), "--now", "2026-05-11T10:30+02:00"
    )
    assert ran.code == 1 and "PASSED 0 h 30 min ago" in ran.out
    ran = run(
        "permits",
        flight,
        "--zones",
        zones(tmp_path / "mil.geojson", control_zone("NL-CTR-MIL")),
        "--now",
        "2026-05-01T10:30Z",
    )
    assert ran.code == 0 and ran.out.startswith("0 flight-plan requests") and "ask its own authority" in ran.out
    ran = run(
        "permits", flight, "--zones", zones(tmp_path / "any.geojson", control_zone(None)), "--now", "2026-05-01T10:30Z"
    )
    assert ran.out.startswith("1 flight-plan request") and "the zone file leaves open" in ran.out


def test_a_control_zone_whose_law_is_misspelled_is_not_said_to_be_another_authoritys(tmp_path: Path, run) -> None:
    flight = timed(tmp_path / "m.geojson", "10:00", "10:10")
    file = zones(tmp_path / "z.geojson", control_zone("NL-CTR-CIVL"))
    ran = run("permits", flight, "--zones", file, "--now", "2026-05-01T10:30Z")
    assert ran.code == 3 and "stands for NL-CTR-CIVL, which no rule pack has" in " ".join(ran.out.split())


def test_a_flight_of_which_no_file_tells_is_not_said_to_owe_nothing(tmp_path: Path, run) -> None:
    flight = a_flight(tmp_path / "m.geojson", start="2026-05-12T10:00:00Z", speed_mps=8)
    nature = zones(tmp_path / "n.geojson", a_zone(geometry=FAR, reason=["NATURE"]))
    ran = run("permits", flight, "--zones", nature, "--now", "2026-05-01T10:30Z")
    assert ran.code == 3 and "not known whether a request is owed:" in ran.out and "within 50 km of it" in ran.out
    made = json.loads(run("permits", flight, "--zones", nature, "--now", "2026-05-01T10:30Z", "-f", "json").out)
    assert made["none"] == [] and made["unknown"][0]["flight"] == "m"
    far = zones(tmp_path / "f.geojson", a_zone(geometry=FAR, reason=["AIR_TRAFFIC"]))
    ran = run("permits", flight, "--zones", far, "--now", "2026-05-01T10:30Z")
    assert ran.code == 0 and "it enters no control zone of the zone files" in ran.out
    old = {"validFrom": "2025-01-01T00:00:00Z", "validTo": "2025-12-31T00:00:00Z"}  # nor does a file of the year before
    past = zones(tmp_path / "o.geojson", a_zone(geometry=FAR, reason=["AIR_TRAFFIC"]), metadata=old)
    assert run("permits", flight, "--zones", past, "--now", "2026-05-01T10:30Z").code == 3
    own = {"extendedProperties": {"dronectl": {"law": ["NL-CTR-CIVIL"]}}}
    named = zones(tmp_path / "c.geojson", a_zone(geometry=CONTROL, kind="REQ_AUTHORIZATION", reason=["SAFETY"], **own))
    ran = run("permits", flight, "--zones", named, "--now", "2026-05-01T10:30Z")
    assert ran.out.startswith("1 flight-plan request")


@pytest.mark.parametrize(
    ("density", "grc", "row"), [(4.9, 2, "lt_5"), (5, 3, "lt_50"), (499, 4, "lt_500"), (4999, 5, "lt_5000")]
)
def test_the_density_decides_the_ground_risk(tmp_path: Path, asked, density: float, grc: int, row: str) -> None:
    code, made = asked("--airspace", "urban=no", region=a_region(tmp_path / "p.geojson", (EVERYWHERE, density)))
    assert code == 0 and value(made, "Intrinsic") == str(grc) and value(made, "People").startswith(row)
    assert value(made, "Initial air") == "ARC-b" and made["sail"] == sora.sail("2.5", grc, "b")
    assert len(made["objectives"]) == 17 and all(step["inputs"] for step in made["steps"])


def test_the_highest_part_that_the_buffer_touches_counts(tmp_path: Path, asked) -> None:
    parts = [((-AREA, -AREA, AREA, 100), 10), ((-AREA, 100, AREA, AREA), 3000)]
    _, made = asked("--airspace", "urban=no", region=a_region(tmp_path / "p.geojson", *parts))
    assert value(made, "Intrinsic") == "5"


def test_airspace_that_no_file_speaks_of_is_not_taken_for_free(tmp_path: Path, asked) -> None:
    """Zones of other reasons say nothing of control zones: what the class hangs on must be stated then."""
    region = a_region(tmp_path / "p.geojson", (EVERYWHERE, 10))
    nature = zones(tmp_path / "nature.geojson", a_zone(geometry=FAR, reason=["NATURE"]))
    code, made = asked("--airspace", "urban=no", region=region, zone=nature, alone=True)
    assert code == 3 and made["outcome"] == "unknown" and made["sail"] is None
    assert (
        "no zone file that is valid then speaks of the airspace" in made["why"]
        and "--airspace airport=no" in made["why"]
    )
    old = {"validFrom": "2025-01-01T00:00:00Z", "validTo": "2025-12-31T00:00:00Z"}
    past = zones(tmp_path / "past.geojson", a_zone(geometry=FAR, reason=["AIR_TRAFFIC"]), metadata=old)
    assert asked("--airspace", "urban=no", region=region, zone=past, alone=True)[0] == 3
    stated = [word for name in ("airport", "controlled", "tmz") for word in ("--airspace", f"{name}=no")]
    code, made = asked("--airspace", "urban=no", *stated, region=region, zone=nature, alone=True)
    assert code == 0 and value(made, "Initial air") == "ARC-b"
    code, made = asked("--airspace", "airport", "--airspace", "class_bcd", region=region, zone=nature, alone=True)
    assert value(made, "Initial air") == "ARC-d"  # nothing makes it worse
    code, made = asked("--airspace", "urban=no", region=region)
    told = [words for step in made["steps"] if step["name"].startswith("Initial air") for words in step["inputs"]]
    law = {"extendedProperties": {"dronectl": {"law": ["NL-CTR-CIVIL"]}}}
    here = zones(tmp_path / "c.geojson", a_zone(geometry=CONTROL, kind="REQ_AUTHORIZATION", reason=["SAFETY"], **law))
    _, inside = asked("--airspace", "urban=no", region=region, zone=here, alone=True)
    assert value(inside, "Initial air") == "ARC-c"  # a control zone by its law, whatever the reason
    assert code == 0 and "controlled airspace: not stated, and no zone that is touched says so" in told


@pytest.mark.parametrize(("parts", "why"), [
    ([((-AREA, -AREA, 0, AREA), 10)], "covers"), ([(EVERYWHERE, None)], "holds no population"),
    ([(EVERYWHERE, 10), (EVERYWHERE, 10)], "lie over each other"), ([((-400, -400, 400, 400), 10)], "within 5,000 m"),
    ([((-AREA, -AREA, 0, AREA), 10), ((0, -AREA, AREA, AREA), -99997)], "does not say how many people live in 'part 1'"),
])  # fmt: skip
def test_a_population_that_does_not_tell_all_leaves_it_unknown(tmp_path: Path, asked, parts, why: str) -> None:
    code, made = asked("--airspace", "urban=no", region=a_region(tmp_path / "p.geojson", *parts))
    assert (code == 4 and why in made) or (code == 3 and made["sail"] is None and why in made["why"])


def test_a_raster_says_the_same_as_polygons(tmp_path: Path, asked) -> None:
    cells, size = np.full((36, 36), 30.0, dtype="float32"), 500.0
    cells[18, 18] = 800.0
    place = Affine(size * METRE_EAST, 0, LON - AREA * METRE_EAST, 0, -size * METRE_NORTH, LAT + AREA * METRE_NORTH)
    dense = a_raster(tmp_path / "p.tif", cells, place, crs="EPSG:4326", nodata=-1)
    heads = a_raster(tmp_path / "heads.tif", cells * 0.25, place, crs="EPSG:4326", nodata=-1)
    parts = [
        ((-AREA + c * size, AREA - (r + 1) * size, -AREA + (c + 1) * size, AREA - r * size), float(cells[r, c]))
        for r in range(36) for c in range(36)
    ]  # fmt: skip
    answers = [
        asked("--airspace", "urban=no", region=a_region(tmp_path / "p.geojson", *parts))[1],
        asked("--airspace", "urban=no", region=dense)[1],
        asked("--airspace", "urban=no", "--per-cell", region=heads)[1],
    ]
    assert {(value(made, "Intrinsic"), value(made, "Containment"), made["sail"]) for made in answers} == {
        ("5", "low", "IV")
    }
    averages = [made["steps"][-1]["inputs"][0].split(":")[1].split()[0] for made in answers]
    assert averages[0] == averages[1] and float(averages[2]) == pytest.approx(float(averages[0]), rel=0.003)
    cells[0, 0] = -1
    nowhere = a_raster(tmp_path / "hole.tif", cells, place, crs="EPSG:4326", nodata=-1)
    assert asked("--airspace", "urban=no", region=nowhere)[0] == 0  # the hole is not in the adjacent area
    cells[12, 18] = -1
    hole = a_raster(tmp_path / "hole2.tif", cells, place, crs="EPSG:4326", nodata=-1)
    code, made = asked("--airspace", "urban=no", region=hole)
    assert code == 3 and "cell 12, 18" in made["why"]


def test_what_is_empty_beside_one_flight_is_no_relief_for_another(tmp_path: Path, run) -> None:
    region = a_region(
        tmp_path / "p.geojson", ((-20_000, -AREA, 10_000, AREA), 3_000), ((10_000, -AREA, 60_000, AREA), 1)
    )
    far = zones(tmp_path / "far.geojson", a_zone("FAR", geometry=FAR, reason=["AIR_TRAFFIC"]))
    lines = {name: [at(east - 100, 0, 60), at(east + 100, 0, 60)] for name, east in (("city", 0), ("fields", 30_000))}
    facts = {"aircraft": "dji-m3e", "declared": {"vlos": True}}

    def density(*names: str) -> float:
        made = a_mission(lines[names[0]], mission=facts)
        for name in names[1:]:
            made["features"] += a_mission(lines[name])["features"]
        made["features"] = [feature | {"id": f"f{k}"} for k, feature in enumerate(made["features"])]
        options = ["--airspace", "urban=no", "--population", region, "--zones", far, "-f", "json"]
        told = json.loads(run("sora", write(tmp_path / "m.geojson", made), *options).out)
        return float(told["steps"][-1]["inputs"][0].split(":")[1].split()[0].replace(",", ""))

    assert density("city") == pytest.approx(3_000, rel=0.01) and density("fields") == pytest.approx(1, rel=0.01)
    assert density("city", "fields") == density("fields", "city") == density("city")


def test_an_assembly_in_the_buffer_counts_and_a_street_by_its_density(tmp_path: Path, asked) -> None:
    region = a_region(tmp_path / "p.geojson", (EVERYWHERE, 10))
    near = zones(tmp_path / "c.geojson", a_crowd("C1", ring(-50, 140, 50, 190), "assembly", expected=10))
    code, made = asked("--airspace", "urban=no", region=region, zone=near)
    assert code == 0 and value(made, "Intrinsic") == "7"
    far = zones(tmp_path / "f.geojson", a_crowd("C1", ring(-50, 400, 50, 450), "assembly", expected=10))
    assert value(asked("--airspace", "urban=no", region=region, zone=far)[1], "Intrinsic") == "3"
    street = zones(tmp_path / "s.geojson", a_crowd("C1", ring(-50, -50, 50, 50), "street", expected=40, worst=60))
    assert value(asked("--airspace", "urban=no", region=region, zone=street)[1], "People").startswith("lt_50000")
    silent = zones(tmp_path / "n.geojson", a_crowd("C1", ring(-50, -50, 50, 50), "street"))
    assert "nobody says how many persons" in asked("--airspace", "urban=no", region=region, zone=silent)[1]["why"]


def test_what_nobody_says_of_the_airspace_counts_against_the_flight(tmp_path: Path, asked) -> None:
    region = a_region(tmp_path / "p.geojson", (EVERYWHERE, 10))
    assert value(asked(region=region)[1], "Initial air") == "ARC-c"
    controlled = zones(tmp_path / "z.geojson", control_zone())
    code, made = asked("--airspace", "urban=no", region=region, zone=controlled)
    assert (value(made, "Initial air"), value(made, "Residual")) == ("ARC-c", "ARC-b")
    assert value(asked("--airspace", "urban=no", "--bvlos", region=region, zone=controlled)[1], "Residual") == "ARC-c"
    code, made = asked("--airspace", "controlled=no", region=region, zone=controlled)
    assert code == 2 and "zone 'Zone CTR' is touched" in made
    port = {**control_zone("NL-HELI"), "id": "H"}
    both = zones(tmp_path / "both.geojson", control_zone(), port)
    assert value(asked("--airspace", "urban=no", region=region, zone=both)[1], "Initial air") == "ARC-d"
    assert value(asked("--airspace", "class_bcd=no", region=region, zone=both)[1], "Initial air") == "ARC-c"
    high = asked("--airspace", "urban=no", region=region, height=160)[1]
    assert value(high, "Initial air") == "ARC-c"


def test_mitigations_and_the_edges_of_the_scope(tmp_path: Path, asked) -> None:
    dense = a_region(tmp_path / "p.geojson", (EVERYWHERE, 30_000))
    assert asked("--airspace", "urban=no", "--mitigation", "m2=medium", region=dense)[1]["sail"] == "IV"
    heavy = {"aircraft": "dji-m350"}
    code, made = asked("--airspace", "urban=no", region=a_region(tmp_path / "q.geojson", (EVERYWHERE, 60_000)), **heavy)
    assert code == 1 and made["outcome"] == "outside"
    code, made = asked("--mitigation", "m9=low", region=dense)
    assert code == 2 and "no mitigation of SORA 2.5" in made
    assert asked("--mitigation", "m1a", region=dense)[0] == 2
    assert asked("--airspace", "windy", region=dense)[0] == 2


def test_the_older_edition_needs_its_row(asked) -> None:
    code, made = asked("--edition", "2.0")
    assert code == 3 and "--row" in made["why"]
    code, made = asked(
        "--edition", "2.0", "--row", "vlos_populated", "--airspace", "urban=no", "--mitigation", "m3=medium"
    )
    assert code == 0 and value(made, "Intrinsic") == "4" and made["sail"] == "III" and len(made["objectives"]) == 24
    assert "confirm before use" in made["objectives_article"]
    assert asked("--edition", "2.0", "--row", "lt_50")[0] == 2 and asked("--edition", "3.0")[0] == 2


def test_the_tables_for_the_form_keep_what_inputs_say_in_their_cells(tmp_path: Path, run) -> None:
    flight = a_flight(tmp_path / "m.geojson", id="roof | <script> *x*")
    region = a_region(tmp_path / "p.geojson", (EVERYWHERE, 10))
    sky = zones(tmp_path / "far.geojson", a_zone(geometry=FAR, reason=["AIR_TRAFFIC"]))
    ran = run("sora", flight, "--zones", sky, "--population", region, "--airspace", "urban=no", "-f", "md")
    assert ran.code == 0 and "roof \\| \\<script\\> \\*x\\*" in ran.out and "**SAIL II**" in ran.out
    rows = [line for line in ran.out.splitlines() if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") == 5 for line in rows) and len(rows) > 25
    text = run("sora", flight, "--zones", sky, "--population", region, "--airspace", "urban=no").out
    assert "OSO#08  medium" in text and text.splitlines()[-2] == "SAIL II" and max(map(len, text.splitlines())) <= 80
