"""OpenAir: classes, limits, arcs that keep what they hold, hours, and what real files do beyond the rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from builders import a_mission, at, write
from conftest import missing, realdata
from oracle.earth import WGS84

from dronectl.measures import METRES_PER_FLIGHT_LEVEL, Datum
from dronectl.readers import read_zones
from dronectl.zone import Circle, Restriction, Rings, Zone, ZoneFile

DATA = realdata()
LIMITS = "AL GND\nAH 2500ft AMSL\n"
HERE = "52:00:00 N 005:00:00 E"
SQUARE = "".join(f"DP {lat} N {lon} E\n" for lat, lon in (("52:00:00", "005:00:00"), ("52:00:00", "005:02:00"),
                                                          ("52:01:00", "005:02:00"), ("52:01:00", "005:00:00")))  # fmt: skip


def a_file(tmp: Path, text: str, encoding: str = "utf-8") -> ZoneFile:
    (tmp / "z.txt").write_bytes(text.encode(encoding))
    return read_zones([tmp / "z.txt"])[0]


def one(tmp: Path, text: str) -> Zone:
    (zone,) = a_file(tmp, text).zones
    return zone


def verdict(run, tmp: Path, text: str, *points: list[float]) -> str:
    (tmp / "z.txt").write_text(text)
    ran = run("check", write(tmp / "m.geojson", a_mission(list(points))), "--zones", tmp / "z.txt", "-q", "--covers")
    return ran.out.split(":")[0] or ran.err


@pytest.mark.parametrize(
    ("kind", "restriction"),
    [
        ("AC P", "PROHIBITED"), ("AC R", "REQ_AUTHORIZATION"), ("AC Q", "REQ_AUTHORIZATION"), ("AC CTR", "REQ_AUTHORIZATION"),
        ("AC D", "REQ_AUTHORIZATION"), ("AC RMZ", "CONDITIONAL"), ("AC W", "NO_RESTRICTION"),
        ("AC G\nAY TRA", "REQ_AUTHORIZATION"),
        ("ac p", "PROHIBITED"), ("AC UNC\nAY GSEC", "NO_RESTRICTION"), ("AC XYZ", None), ("AC G\nAY NEWTYPE", None),
    ],
)  # fmt: skip
def test_a_class_and_a_type_say_what_is_asked(kind: str, restriction: str | None, tmp_path: Path) -> None:
    zone = one(tmp_path, f"{kind}\nAN Zone\n{LIMITS}{SQUARE}")
    assert zone.restriction is (Restriction(restriction) if restriction else None)
    assert bool(zone.doubts) is (restriction is None)


@pytest.mark.parametrize(
    ("words", "metres", "datum"),
    [
        ("2500ft MSL", 762.0, Datum.AMSL), ("2500 ft", 762.0, Datum.AMSL), ("ALT 2500 ft", 762.0, Datum.AMSL),
        ("1000ft AGL", 304.8, Datum.AGL), ("1000 GND", 304.8, Datum.AGL), ("305m AGL", 305.0, Datum.AGL),
        ("3500 m AMSL", 3500.0, Datum.AMSL), ("FL95", 95 * METRES_PER_FLIGHT_LEVEL, Datum.FL),
        ("FL 095", 95 * METRES_PER_FLIGHT_LEVEL, Datum.FL), ("19501ft STD", 19501 * 0.3048, Datum.FL),
    ],
)  # fmt: skip
def test_limits_are_read_in_all_their_spellings(words: str, metres: float, datum: Datum, tmp_path: Path) -> None:
    band = one(tmp_path, f"AC R\nAN Zone\nAL GND\nAH {words}\n{SQUARE}").volumes[0].band
    assert band.from_ground and band.upper is not None
    assert (band.upper.metres, band.upper.datum) == (pytest.approx(metres), datum)


def test_limits_that_are_missing_unlimited_or_not_understood(tmp_path: Path) -> None:
    assert one(tmp_path, f"AC R\nAN Zone\nAL SFC\nAH UNL\n{SQUARE}").volumes[0].band.upper is None
    bare = a_file(tmp_path, f"AC R\nAN Zone\n{SQUARE}")
    assert bare.zones[0].volumes[0].band.from_ground and bare.zones[0].volumes[0].band.upper is None
    assert sum("states no" in remark.what for remark in bare.remarks) == 2
    odd = one(tmp_path, f"AC R\nAN Zone\nAL GND\nAH FL\n{SQUARE}")
    assert odd.volumes[0].band.upper is None and "'FL' is not understood" in odd.doubts[0]
    turned = one(tmp_path, f"AC R\nAN Zone\nAL 3000ft AMSL\nAH 2000ft AMSL\n{SQUARE}")
    assert turned.doubts and turned.volumes[0].band.lower is None
    twice = one(tmp_path, f"AC R\nAN Zone\nAL GND\nAH 2000ft AMSL\nAH 3000ft AMSL\n{SQUARE}")
    assert twice.volumes[0].band.upper is not None and twice.volumes[0].band.upper.metres == pytest.approx(914.4)


def test_a_circle_stays_a_circle(tmp_path: Path) -> None:
    zone = one(tmp_path, f"AC P\nAN Zone\n{LIMITS}V X={HERE}\nDC 1.5\n")
    shape = zone.volumes[0].footprint
    assert isinstance(shape, Circle) and (shape.lon, shape.lat, shape.radius_m) == (5.0, 52.0, 2778.0)


@pytest.mark.parametrize(
    ("arc", "bulges"),
    [  # half a circle of one mile about 52 N 5 E, closed by the line from south to north
        ("V D=+\nDA 1,0,180", True),
        ("V D=-\nDA 1,0,180", True),
        ("V D=+\nDB 52:01:00 N 005:00:00 E, 51:59:00 N 005:00:00 E", True),
        ("V D=-\nDB 52:01:00 N 005:00:00 E, 51:59:00 N 005:00:00 E", True),
        # a box to the east with that half circle cut out of its side, and one to the west with the same
        ("V D=+\nDA 1,0,180\nDP 51:59:00 N 005:10:00 E\nDP 52:01:00 N 005:10:00 E", False),
        ("V D=-\nDA 1,0,180\nDP 51:59:00 N 004:50:00 E\nDP 52:01:00 N 004:50:00 E", False),
    ],
)
def test_an_arc_belongs_to_the_zone_whichever_way_it_bends(arc: str, bulges: bool, run, tmp_path: Path) -> None:
    text = f"AC P\nAN Zone\nAL GND\nAH UNL\nV X={HERE}\n{arc}\n"
    west = "V D=-" in arc
    for bearing in (20.0, 90.0, 133.7, 165.0):
        azimuth = 360 - bearing if west else bearing
        radius = 1852.0 if "DA" in arc else WGS84.inv(5, 52, 5, 52 + 1 / 60)[2]
        for beyond in (-1.0, 1.0):
            lon, lat, _ = WGS84.fwd(5.0, 52.0, azimuth, radius + beyond)
            inside = (beyond < 0) is bulges
            assert verdict(run, tmp_path, text, [lon, lat, 60]) == ("NOT CLEARED" if inside else "CLEARED"), (
                bearing,
                beyond,
            )
        lon, lat, _ = WGS84.fwd(5.0, 52.0, azimuth, radius)  # the arc itself is the zone's
        assert verdict(run, tmp_path, text, [lon, lat, 60]) == "NOT CLEARED"


def test_an_airway_is_a_corridor_of_its_width(run, tmp_path: Path) -> None:
    text = f"AC P\nAN Airway\nAL GND\nAH UNL\nV W=1\nDY {HERE}\nDY 52:00:00 N 005:10:00 E\n"
    for north, expected in ((920.0, "NOT CLEARED"), (932.0, "CLEARED")):
        assert verdict(run, tmp_path, text, at(5000, north - 2.0, 60)) == expected  # the geodesic bows 2 m north there
    assert verdict(run, tmp_path, text, at(-900, 0, 60)) == "NOT CLEARED"
    assert verdict(run, tmp_path, text.replace("V W=1\n", ""), at(5000, 900, 60)) == "CANNOT TELL"


@pytest.mark.parametrize(
    ("line", "moment", "expected"),
    [
        ("AA 2026-05-12T07:00:00Z/2026-05-12T09:00:00Z", 0, "NOT CLEARED"),
        ("AA 2026-05-12T09:00:00Z/NONE", 0, "CLEARED"),
        ("AA NONE/2026-05-12T07:00:00Z", 0, "CLEARED"),
        ("AA NONE/NONE", 0, "NOT CLEARED"),
        ("AA 2026-05-12/2026-05-12", 0, "NOT CLEARED"),
        ("AA 2026-05-11/2026-05-11", 0, "CLEARED"),
        ("AA NONE", 0, "NOT CLEARED"),
        ("AA tomorrow", 0, "CANNOT TELL"),
        ("AA 2026-05-12T09:00:00Z/2026-05-12T07:00:00Z", 0, "CANNOT TELL"),
        ("AP 01.01.2022.00:00Z-31.12.2022.23:59Z", 0, "NOT CLEARED"),
    ],
)
def test_activations_are_hours(line: str, moment: int, expected: str, run, tmp_path: Path) -> None:
    text = f"AC P\nAN Zone\nAL GND\nAH UNL\n{line}\n{SQUARE}"
    assert verdict(run, tmp_path, text, at(1000, 900, 60)) == expected


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("DP 52:00:60 N 005:00:00 E", "is no position"), ("DP 52:60:00 N 005:00:00 E", "is no position"),
        ("DP 91:00:00 N 005:00:00 E", "is no position"), ("DA 1,0", "is not understood"), ("DC many", "is not understood"),
        ("DB 52:00:00 N 005:00:00 E", "are no two positions"), ("V X=somewhere", "is no position"),
        ("DC -1", "is not understood"),
    ],
)  # fmt: skip
def test_a_broken_line_leaves_its_airspace_undecided_there_and_the_others_as_they_are(
    broken, what, run, tmp_path
) -> None:
    good = "AC P\nAN Good\nAL GND\nAH UNL\nV X=52:10:00 N 005:00:00 E\nDC 0.5\n"
    text = f"AC P\nAN Bad\nAL GND\nAH UNL\nV X={HERE}\n{SQUARE}{broken}\n{good}"
    assert verdict(run, tmp_path, text, at(1000, 900, 60)) == "CANNOT TELL"
    assert verdict(run, tmp_path, text, [5.0, 52 + 10 / 60, 60]) == "NOT CLEARED"
    assert verdict(run, tmp_path, text, [5.5, 52.5, 60]) == "CLEARED"
    file = a_file(tmp_path, text)
    assert any(what in remark.what and "line 10" in str(remark.where) for remark in file.remarks)


@pytest.mark.parametrize("odd", ["DP52:01:00 N 005:00:00 E", "DQ 52:01:00 N 005:00:00 E"])
def test_a_record_that_may_be_part_of_the_outline_leaves_it_open(odd: str, tmp_path: Path) -> None:
    corners = [f"DP {lat} N {lon} E" for lat, lon in (("52:00:00", "005:00:00"), ("52:00:00", "005:01:00"),
                                                      ("52:00:30", "005:01:00"))]  # fmt: skip
    lines = ["AC P", "AN A", "AL GND", "AH 2000ft", *corners]
    assert not one(tmp_path, "\n".join(lines)).volumes[0].doubt
    assert "may be part of the outline" in one(tmp_path, "\n".join([*lines, odd])).volumes[0].doubt


def test_a_tab_parts_a_record_from_its_value_as_a_blank_does(tmp_path: Path) -> None:
    text = "AC P\nAN A\nAL GND\nAH 2000ft\nV X=52:00:00 N 005:00:00 E\nDC 1\n"
    assert len(a_file(tmp_path, (text + text.replace("AN A", "AN B")).replace(" ", "\t", 5)).zones) == 2
    tabbed = "\n".join(line.replace(" ", "\t", 1) for line in (text + text.replace("AN A", "AN B")).splitlines())
    found = a_file(tmp_path, tabbed)
    assert [zone.name for zone in found.zones] == ["A", "B"] and not found.remarks


def test_what_files_do_beyond_the_rules(tmp_path: Path) -> None:
    file = a_file(
        tmp_path,
        f"* München\nAC R\nSB -1,-1,-1\n\nAC R * restricted\nAN Müritz ; a comment\n{LIMITS}{SQUARE}",
        "cp1252",
    )
    (zone,) = file.zones
    assert zone.name == "Müritz"
    said = [remark.what for remark in file.remarks]
    assert any("Windows-1252" in words for words in said) and any("says nothing of it" in words for words in said)
    stale = a_file(tmp_path, f"AC R\nAN A\n{LIMITS}V X={HERE}\nDC 1\nAC R\nAN B\n{LIMITS}DC 2\n")
    assert any("of the airspace before" in remark.what for remark in stale.remarks) and len(stale.zones) == 2
    same = a_file(tmp_path, f"AC R\nAN A\n{LIMITS}{SQUARE}AC R\nAN A\n{LIMITS}{SQUARE}")
    assert [zone.id for zone in same.zones] == ["A", "A #2"]
    labelled = a_file(tmp_path, f"AC R\nAN A\n{LIMITS}" + SQUARE.replace(" E\n", " E   c29\n"))
    assert isinstance(labelled.zones[0].volumes[0].footprint, Rings) and not labelled.zones[0].volumes[0].doubt
    line = a_file(tmp_path, f"AC Q\nAN Cable\n{LIMITS}DP {HERE}\nDP 52:00:10 N 005:00:10 E\n").zones[0]
    assert "a line" in line.volumes[0].doubt and line.volumes[0].box is not None


def test_a_folder_holds_openair_beside_other_zones(run, tmp_path: Path) -> None:
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "a.txt").write_text(f"AC P\nAN Open\n{LIMITS}{SQUARE}")
    (tmp_path / "zones" / "readme.txt").write_text("Nothing of the kind.\n")
    assert "Open" in run("zones", "list", tmp_path / "zones").out
    ran = run("zones", "list", tmp_path / "zones" / "readme.txt")
    assert ran.code == 4 and "readme.txt" in ran.err


# zones, remarks of the real files; SOURCES.md counts the lines that open an airspace, of which 18 in Czechia open nothing
REAL = {"germany_2026_03_OA1": (678, 2), "switzerland": (334, 26), "czechia_2026": (270, 21), "reunion": (10, 4),
        "aerofiles_sample": (25, 84), "aerofiles_broken": (3, None)}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_every_airspace_of_a_real_file_is_read(name: str) -> None:
    if DATA is None:
        missing("the real OpenAir files (DRONECTL_REALDATA)")
        return
    (file,) = read_zones([DATA / "openair" / f"{name}.txt"])
    zones, remarks = REAL[name]
    assert len(file.zones) == zones
    if remarks is not None:
        assert len(file.remarks) == remarks, [str(remark) for remark in file.remarks][:40]
    assert all(zone.volumes for zone in file.zones)
    unplaced = [zone.id for zone in file.zones if any(volume.box is None for volume in zone.volumes)]
    assert len(unplaced) <= (1 if name == "aerofiles_broken" else 0), unplaced


FIXTURES = ("arc-angle-ccw", "arc-angle-cw", "arc-ccw", "arc-cw", "arc-cw-ccw", "arc-first", "arc-angle-single-vx",
            "circular", "polygon")  # fmt: skip


@pytest.mark.parametrize("name", FIXTURES)
def test_shapes_are_those_that_another_parser_drew(name: str) -> None:
    if DATA is None:
        missing("the OpenAir fixtures (DRONECTL_REALDATA)")
        return
    folder = DATA / "openair-fixtures"
    expected = json.loads((folder / f"{name}-result.json").read_text("utf-8"))["features"]
    (file,) = read_zones([folder / f"{name}.txt"])
    assert len(file.zones) == len(expected)
    for zone, feature in zip(file.zones, expected, strict=True):
        drawn = shapely.geometry.shape(feature["geometry"])
        shape = zone.volumes[0].footprint
        if isinstance(shape, Circle):
            ring = [WGS84.fwd(shape.lon, shape.lat, azimuth, shape.radius_m)[:2] for azimuth in range(360)]
            mine = shapely.Polygon(ring)
        else:
            assert isinstance(shape, Rings)
            mine = shapely.Polygon(shape.polygons[0][0])
        assert mine.symmetric_difference(drawn).area < 0.01 * drawn.area, zone.name
        assert zone.name == feature["properties"]["name"]


def test_a_mission_in_germany_meets_its_airspace(run, tmp_path: Path) -> None:
    if DATA is None:
        missing("the real OpenAir files (DRONECTL_REALDATA)")
        return
    reichstag = [[13.376, 52.5186, 95], [13.378, 52.5186, 95]]  # 60 m above the ground there
    over_berlin = write(tmp_path / "m.geojson", a_mission(reichstag, datum="AMSL"))
    ran = run("check", over_berlin, "--zones", DATA / "openair" / "germany_2026_03_OA1.txt")
    assert ran.code == 1 and "EDR146 Berlin" in ran.out


def test_what_the_settings_say_of_a_class_is_told(run, tmp_path: Path, monkeypatch) -> None:
    """Whoever reads the verdict has to see that somebody chose what the airspace asks."""
    monkeypatch.chdir(tmp_path)
    mission = write(tmp_path / "m.geojson", a_mission([[5.0, 52.0, 50], [5.001, 52.0, 50]]))
    (tmp_path / "air.txt").write_text(
        "AC D\nAN CTR\nAL GND\nAH UNL\nDP 51:59:00 N 004:59:00 E\nDP 52:01:00 N 004:59:00 E\nDP 52:01:00 N 005:01:00 E\n"
        "DP 51:59:00 N 005:01:00 E\n"
    )
    for said, code in (("", 1), ('[airspace]\nd = "NO_RESTRICTION"\n', 0)):
        (tmp_path / "dronectl.toml").write_text(said, "utf-8")
        ran = run("check", mission, "--zones", tmp_path / "air.txt", "-f", "json")
        told = "airspace of class D asks NO_RESTRICTION of a drone, as the settings say"
        assert ran.code == code and (told in json.loads(ran.out)["assumptions"]) is bool(said)
