"""Zones in the formats of other programs: what they say is what is read, and what they leave open stays undecided."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import LAT, LON, METRE_EAST, METRE_NORTH, a_mission, at, ring, write

from dronectl import geometry
from dronectl.errors import InputError
from dronectl.measures import Datum, Height
from dronectl.readers import read_zones
from dronectl.zone import Circle, Restriction, Rings, Zone

RD_NEW = "EPSG:28992"  # the Dutch national grid


def only(path: Path, **choices: Any) -> Zone:
    (zone,) = read_zones([path], **choices)[0].zones
    return zone


def limits(zone: Zone) -> tuple[Height | None, Height | None]:
    return zone.volumes[0].band.lower, zone.volumes[0].band.upper


# KML


def kml(path: Path, *placemarks: str) -> Path:
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(placemarks)}</Document></kml>')
    return path


def polygon(height: float | str | None = None, *, mode: str = "", extrude: int = 0, corners=None) -> str:
    words = " ".join(
        f"{x},{y}" + ("" if height is None else f",{height if not isinstance(height, str) else height.split()[k]}")
        for k, (x, y) in enumerate(corners or ring(-50, -50, 50, 50))
    )
    return (
        f"<Polygon><extrude>{extrude}</extrude><altitudeMode>{mode}</altitudeMode><outerBoundaryIs><LinearRing>"
        f"<coordinates>{words}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )


@pytest.mark.parametrize(
    ("shape", "upper"),
    [(polygon(60, mode="relativeToGround", extrude=1), Height(60, Datum.AGL)),
     (polygon(60, mode="absolute", extrude=1), Height(60, Datum.AMSL)),
     (polygon(60), None), (polygon(60, mode="clampToGround", extrude=1), None), (polygon(), None)],
)  # fmt: skip
def test_a_placemark_ends_where_it_is_drawn_up_to(shape: str, upper: Height | None, tmp_path: Path) -> None:
    zone = only(kml(tmp_path / "z.kml", f"<Placemark><name>Park</name>{shape}</Placemark>"))
    assert zone.name == "Park" and zone.restriction is None and zone.volumes[0].band.upper == upper
    assert not any("limit" in doubt for doubt in zone.doubts)


def test_a_face_in_the_air_says_nothing_of_a_band(tmp_path: Path) -> None:
    zone = only(kml(tmp_path / "z.kml", f"<Placemark>{polygon(60, mode='absolute')}</Placemark>"))
    assert any("face at 60 m AMSL" in doubt for doubt in zone.doubts)


def test_a_body_of_many_faces_is_read_by_its_top_and_bottom(tmp_path: Path) -> None:
    wall = polygon("40 40 90 90", mode="absolute", corners=[at(-50, -50), at(50, -50), at(50, -50), at(-50, -50)])
    faces = polygon(90, mode="absolute") + polygon(40, mode="absolute") + wall * 4
    zone = only(kml(tmp_path / "z.kml", f"<Placemark><MultiGeometry>{faces}</MultiGeometry></Placemark>"))
    assert limits(zone) == (Height(40, Datum.AMSL), Height(90, Datum.AMSL))
    footprint = zone.volumes[0].footprint
    assert isinstance(footprint, Rings) and len(footprint.polygons) == 1


def test_faces_of_several_heights_are_all_kept_up_to_the_highest(tmp_path: Path) -> None:
    other = ring(100, -50, 200, 50)
    blocks = polygon(50, mode="absolute", extrude=1) + polygon(100, mode="absolute", extrude=1, corners=other)
    wall = polygon("0 0 90 90", mode="absolute", corners=[at(-50, -50), at(50, -50), at(50, -50), at(-50, -50)])
    steps = polygon(50, mode="absolute") + polygon(90, mode="absolute", corners=other) + wall
    for faces, high in ((blocks, 100), (steps, 90)):
        zone = only(kml(tmp_path / "z.kml", f"<Placemark><MultiGeometry>{faces}</MultiGeometry></Placemark>"))
        footprint = zone.volumes[0].footprint
        assert limits(zone)[1] == Height(high, Datum.AMSL) and isinstance(footprint, Rings)
        assert len(footprint.polygons) == 2 and not zone.volumes[0].doubt


def test_a_face_without_any_height_has_no_band(tmp_path: Path) -> None:
    zone = only(kml(tmp_path / "z.kml", f"<Placemark>{polygon(mode='absolute', extrude=1)}</Placemark>"))
    assert limits(zone) == (None, None)


def test_what_a_placemark_forbids_stands_in_its_data(tmp_path: Path) -> None:
    data = '<ExtendedData><Data name="kind"><value>no-fly</value></Data><Data name="upper"><value>80</value></Data>' \
           '<Data name="datum"><value>AGL</value></Data></ExtendedData>'  # fmt: skip
    zone = only(kml(tmp_path / "z.kml", f"<Placemark id='p1'>{data}{polygon()}</Placemark>"))
    assert zone.id == "p1" and zone.restriction is Restriction.PROHIBITED
    assert limits(zone)[1] == Height(80, Datum.AGL) and not zone.doubts


def test_a_kmz_is_its_kml(tmp_path: Path) -> None:
    inside = kml(tmp_path / "doc.kml", f"<Placemark><name>Park</name>{polygon()}</Placemark>").read_bytes()
    with zipfile.ZipFile(tmp_path / "z.kmz", "w") as archive:
        archive.writestr("doc.kml", inside)
        archive.writestr("files/icon.png", b"\x89PNG")
    assert only(tmp_path / "z.kmz").name == "Park"


def test_a_ring_that_is_broken_leaves_its_zone_undecided(run, tmp_path: Path) -> None:
    broken = polygon().replace(f"{at(50, -50)[0]}", "east", 1)
    path = kml(tmp_path / "z.kml", f"<Placemark>{broken}</Placemark>")
    far = write(tmp_path / "m.geojson", a_mission([at(5000, 0, 30), at(5100, 0, 30)]))
    assert run("check", far, "--zones", path, "--covers").code == 3


# Tables


def table(
    path: Path, rows: list[dict[str, Any]], shapes: list[Any], *, driver: str, crs: str | None = "EPSG:4326"
) -> Path:
    import pyogrio
    import shapely

    names = list(rows[0])
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object),
        field_data=[np.array([row[name] for row in rows], dtype=object) for name in names],
        fields=np.array(names, dtype=object),
        driver=driver,
        geometry_type="Polygon",
        crs=crs,
    )
    return path


def square() -> Any:
    import shapely

    return shapely.Polygon(ring(-50, -50, 50, 50))


@pytest.mark.parametrize(("driver", "suffix"), [("GPKG", ".gpkg"), ("FlatGeobuf", ".fgb"), ("ESRI Shapefile", ".shp")])
def test_a_table_with_our_own_columns_is_read_as_it_is(driver: str, suffix: str, tmp_path: Path) -> None:
    rows = [{"id": "P1", "name": "Park", "kind": "no-fly", "upper": "120", "datum": "AGL"}]
    path = table(tmp_path / f"z{suffix}", rows, [square()], driver=driver)
    zone = only(path)
    assert (zone.id, zone.name, zone.restriction) == ("P1", "Park", Restriction.PROHIBITED)
    assert limits(zone)[1] == Height(120, Datum.AGL)
    assert str(zone.where).startswith(f"{path}::")


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    table(folder / "zones.shp", [{"id": "P1", "kind": "no-fly"}], [square()], driver="ESRI Shapefile")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"data/{file.name}")
    assert only(tmp_path / "z.zip").restriction is Restriction.PROHIBITED


def test_what_macos_keeps_beside_the_members_of_an_archive_is_no_shapefile(tmp_path: Path) -> None:
    table(tmp_path / "zones.shp", [{"id": "P1", "kind": "no-fly"}], [square()], driver="ESRI Shapefile")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for file in sorted(tmp_path.glob("zones.*")):
            archive.write(file, file.name)
            archive.writestr(f"__MACOSX/._{file.name}", b"\0\5\x16\7")
    assert only(tmp_path / "z.zip").id == "P1"


def test_what_else_of_an_archive_may_hold_zones_leaves_them_open(tmp_path: Path) -> None:
    table(tmp_path / "zones.shp", [{"id": "P1", "kind": "no-fly"}], [square()], driver="ESRI Shapefile")
    (tmp_path / "zones.txt").write_text("read me", "utf-8")
    for more, count in ((None, 1), ("more.geojson", 2), ("deep/more.KML", 2)):
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            for file in sorted(tmp_path.glob("zones.*")):
                archive.write(file, file.name)
            if more:
                archive.writestr(more, "{}")
        (file,) = read_zones([tmp_path / "z.zip"])
        told = [str(remark.where) for remark in file.remarks if "in the archive" in remark.what]
        assert len(file.zones) == count and told == [f"{tmp_path / 'z.zip'}::{more}"][: count - 1]
        assert all(volume.footprint is None for zone in file.zones[1:] for volume in zone.volumes)


def test_every_shapefile_of_an_archive_is_read(tmp_path: Path) -> None:
    for k, place in enumerate(("north", "south", "old/north")):
        folder = tmp_path / "shp" / place
        folder.mkdir(parents=True)
        table(folder / f"{place[-5:]}.shp", [{"id": f"P{k}", "kind": "no-fly"}], [square()], driver="ESRI Shapefile")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for file in sorted((tmp_path / "shp").rglob("*.*")):
            archive.write(file, str(file.relative_to(tmp_path / "shp")))
    zones_ = read_zones([tmp_path / "z.zip"])[0].zones
    assert sorted(zone.id for zone in zones_) == ["P0", "P1", "P2"]
    assert {zone.where.path.rpartition("::")[2].split(" ")[0] for zone in zones_} >= {"north", "south"}


def test_a_table_in_the_national_grid_lands_in_its_place_and_is_grown_by_what_that_may_be_off(tmp_path: Path) -> None:
    import pyproj
    import shapely

    there = pyproj.Transformer.from_crs("EPSG:4326", RD_NEW, always_xy=True)
    corners = np.array(ring(-50, -50, 50, 50))
    moved = shapely.Polygon(np.column_stack(there.transform(corners[:, 0], corners[:, 1])))
    zone = only(table(tmp_path / "z.gpkg", [{"id": "P1", "kind": "no-fly"}], [moved], driver="GPKG", crs=RD_NEW))
    footprint = zone.volumes[0].footprint
    assert isinstance(footprint, Rings)
    error_m = geometry.projection(RD_NEW).error_m
    assert 0 < error_m <= 2.0 and any("grown by" in note for note in zone.dataset.notes)
    outside = shapely.Polygon(footprint.polygons[0][0])
    assert outside.contains(shapely.Polygon(corners))
    west = (shapely.Polygon(corners).bounds[0] - outside.bounds[0]) / METRE_EAST
    south = (shapely.Polygon(corners).bounds[1] - outside.bounds[1]) / METRE_NORTH
    assert error_m / 2 < west < 2 * error_m + 0.5 and error_m / 2 < south < 2 * error_m + 0.5


STRANGE = [{"CODE": "x7", "NAAM": "Begraafplaats", "SOORT": "stilte", "HOOGTE": 60.0},
           {"CODE": "x8", "NAAM": "Kazerne", "SOORT": "verboden", "HOOGTE": 300.0}]  # fmt: skip
MAPPING = """
id = "CODE"
name = "NAAM"
kind = { column = "SOORT", values = { "verboden" = "no-fly", "stilte" = "privacy" } }
upper = "HOOGTE"
datum = { constant = "AGL" }
"""


def test_a_table_with_strange_columns_is_undecided_until_somebody_says_what_they_mean(run, tmp_path: Path) -> None:
    path = table(tmp_path / "z.gpkg", STRANGE, [square(), square()], driver="GPKG")
    assert all(zone.restriction is None for zone in read_zones([path])[0].zones)
    mission = write(tmp_path / "m.geojson", a_mission([at(-100, 0, 30), at(100, 0, 30)]))
    assert run("check", mission, "--zones", path).code == 3
    (tmp_path / "map.toml").write_text(MAPPING)
    ran = run("check", mission, "--zones", path, "--mapping", tmp_path / "map.toml")
    assert ran.code == 1 and "Kazerne" in ran.out
    ours = collection(tmp_path / "ours.geojson", {"id": "O", "kind": "no-fly"})
    both = read_zones([path, ours], mapping=str(tmp_path / "map.toml"))
    assert both[1].zones[0].restriction is Restriction.PROHIBITED, "a mapping is for the table that has its columns"
    (tmp_path / "z.gpkg.mapping.toml").write_text(MAPPING)
    zones = read_zones([path])[0].zones
    assert [zone.name for zone in zones] == ["Begraafplaats", "Kazerne"]
    assert zones[0].privacy is not None and zones[0].privacy.no_overflight
    assert zones[1].restriction is Restriction.PROHIBITED and limits(zones[1])[1] == Height(300, Datum.AGL)


def test_a_mapping_serves_geojson_and_kml_as_well(tmp_path: Path) -> None:
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]},
               "properties": STRANGE[1]}  # fmt: skip
    (tmp_path / "map.toml").write_text(MAPPING)
    mapping = str(tmp_path / "map.toml")
    path = write(tmp_path / "z.geojson", {"type": "FeatureCollection", "features": [feature]})
    assert only(path, mapping=mapping).restriction is Restriction.PROHIBITED
    data = "".join(f'<SimpleData name="{name}">{value}</SimpleData>' for name, value in STRANGE[1].items())
    mark = f"<Placemark><ExtendedData><SchemaData>{data}</SchemaData></ExtendedData>{polygon()}</Placemark>"
    assert only(kml(tmp_path / "z.kml", mark), mapping=mapping).restriction is Restriction.PROHIBITED


def test_a_first_guess_leaves_open_what_cannot_be_guessed(run, tmp_path: Path) -> None:
    path = table(tmp_path / "z.gpkg", STRANGE, [square(), square()], driver="GPKG")
    ran = run("zones", "convert", path, "--guess-mapping")
    assert ran.code == 0
    for line in ('id = "CODE"', 'name = "NAAM"', 'upper = "HOOGTE"', '# datum = { constant = "AGL" }'):
        assert line in ran.out.splitlines()
    assert 'kind = { column = "SOORT", values = { "stilte" = "", "verboden" = "" } }' in ran.out
    (tmp_path / "z.gpkg.mapping.toml").write_text(ran.out)
    zones = read_zones([path])[0].zones
    assert [zone.name for zone in zones] == ["Begraafplaats", "Kazerne"]
    assert all(zone.restriction is None for zone in zones), "a guess never says what a zone forbids"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("name = 3", "in quotes"), ('colour = "x"', "nothing that is mapped"), ("name = {}", "neither a column"),
     ("name = ", "no mapping file")],
)  # fmt: skip
def test_a_bad_mapping_is_refused(text: str, complaint: str, tmp_path: Path) -> None:
    path = table(tmp_path / "z.gpkg", STRANGE, [square(), square()], driver="GPKG")
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(InputError, match=complaint):
        read_zones([path], mapping=str(tmp_path / "map.toml"))


# Publishers' GeoJSON and JSON


def collection(path: Path, *rows: dict[str, Any], shape: Any = None) -> Path:
    shape = shape or {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]}
    return write(path, {"type": "FeatureCollection",
                        "features": [{"type": "Feature", "geometry": shape, "properties": row} for row in rows]})  # fmt: skip


def test_dipul_gives_each_limit_its_own_unit(tmp_path: Path) -> None:
    row = {"type_code": "KONTROLLZONE", "type_code_detail": "CTR", "legal_ref": "§ 21h", "generated_name_DE": "X",
           "name": ["X (CTR)"], "external_reference": "913", "lower_limit_altitude": 100, "lower_limit_unit": "m",
           "lower_limit_alt_ref": "AGL", "upper_limit_altitude": 3500, "upper_limit_unit": "ft",
           "upper_limit_alt_ref": "MSL"}  # fmt: skip
    zone = only(collection(tmp_path / "z.geojson", row))
    assert limits(zone) == (Height(100, Datum.AGL), Height(1066.8, Datum.AMSL))
    assert zone.restriction is Restriction.REQ_AUTHORIZATION and zone.country == "DEU"
    other = only(collection(tmp_path / "z.geojson", row | {"type_code": "NATURSCHUTZGEBIET"}))
    assert other.restriction is Restriction.CONDITIONAL and "§ 21h" in other.conditions


@pytest.mark.parametrize(
    ("row", "metres"),
    [
        ({"Bufferzone": "5 km", "Lovkrav": 5, "Enhed": "1"}, 5000),
        ({"Bufferzone": "150", "Lovkrav": 150, "Enhed": "1000"}, 150),
        ({"Bufferzone": None, "Lovkrav": 3, "Enhed": "1"}, 3000),
        ({"Bufferzone": "2,5 km", "Lovkrav": None, "Enhed": None}, 2500),
        ({"Bufferzone": "3", "Lovkrav": None, "Enhed": None}, 3000),
    ],
)
def test_dronezoner_draws_circles_by_their_buffer(row: dict[str, Any], metres: float, tmp_path: Path) -> None:
    whole = {"typeId": "Civil Lufthavn", "title": "Test", "Farve": "1", **row}
    zone = only(collection(tmp_path / "z.geojson", whole, shape={"type": "Point", "coordinates": [LON, LAT, 0]}))
    footprint = zone.volumes[0].footprint
    assert isinstance(footprint, Circle) and footprint.radius_m == metres
    assert zone.restriction is Restriction.REQ_AUTHORIZATION


def test_dronezoner_keeps_hours_and_says_what_is_not_active(tmp_path: Path) -> None:
    row = {"typeId": "Sikringskritisk område", "title": "Event", "Farve": "4", "Bufferzone": None, "Aktiv": "NEJ",
           "datoTidSTART": "Wed, 10 Jun 2026 05:00:00 GMT", "datoTidSLUT": "Sun, 14 Jun 2026 10:00:00 GMT"}  # fmt: skip
    zone = only(collection(tmp_path / "z.geojson", row))
    assert zone.restriction is Restriction.NO_RESTRICTION and "not active" in zone.message
    assert f"{zone.periods[0].start:%Y-%m-%dT%H:%M}" == "2026-06-10T05:00"
    assert only(collection(tmp_path / "z.geojson", row | {"Aktiv": "JA"})).restriction is Restriction.CONDITIONAL


def test_a_facility_map_asks_for_an_authorisation_at_any_height(tmp_path: Path) -> None:
    row = {
        "CEILING": 200,
        "UNIT": "LGA ATCT",
        "MAP_EFF": "2026-06-12",
        "APT1_ICAO": "KLGA",
        "APT1_LAANC": 1,
        "OBJECTID": 2,
    }
    zone = only(collection(tmp_path / "z.geojson", row))
    assert zone.restriction is Restriction.REQ_AUTHORIZATION and limits(zone) == (None, None)
    assert "200 ft" in zone.message and zone.authorities[0].name == "LGA ATCT"


OPENAIP = {
    "_id": "abc",
    "name": "CTR X",
    "type": 4,
    "icaoClass": 3,
    "lowerLimit": {"value": 0, "unit": 1, "referenceDatum": 0},
    "upperLimit": {"value": 65, "unit": 6, "referenceDatum": 2},
}


@pytest.mark.parametrize(
    ("number", "restriction"),
    [
        (3, Restriction.PROHIBITED),
        (4, Restriction.REQ_AUTHORIZATION),
        (6, Restriction.CONDITIONAL),
        (21, Restriction.NO_RESTRICTION),
        (99, None),
    ],
)
def test_openaip_is_read_from_both_its_shapes(number: int, restriction: Restriction | None, tmp_path: Path) -> None:
    shape = {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]}
    row = OPENAIP | {"type": number}
    one = only(collection(tmp_path / "z.geojson", row))
    other = only(write(tmp_path / "z.json", {"items": [row | {"geometry": shape}], "totalCount": 1}))
    for zone in (one, other):
        assert zone.restriction is restriction and (zone.id, zone.name) == ("abc", "CTR X")
        assert limits(zone) == (Height(0, Datum.AGL), Height(65 * 30.48, Datum.FL))
        assert bool(zone.doubts) == (restriction is None)


def test_what_a_class_of_airspace_asks_can_be_set(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = collection(tmp_path / "z.geojson", OPENAIP | {"type": 6})
    (tmp_path / "dronectl.toml").write_text('[airspace]\nrmz = "NO_RESTRICTION"\n')
    monkeypatch.chdir(tmp_path)
    ran = run("zones", "list", path)
    assert ran.code == 0 and "NO_RESTRICTION" in ran.out
    (tmp_path / "dronectl.toml").write_text('[airspace]\nrmz = "PERHAPS"\n')
    assert run("zones", "list", path).code == 4


def volume(**changes: Any) -> dict[str, Any]:
    vertices = [{"lng": x, "lat": y} for x, y in ring(-50, -50, 50, 50)[:-1]]
    height = {"reference": "W84", "units": "M"}
    return {"volume": {"outline_polygon": {"vertices": vertices}, "altitude_lower": {"value": 40.0, **height},
                       "altitude_upper": {"value": 160.0, **height}},
            "time_start": {"value": "2026-05-12T08:00:00Z", "format": "RFC3339"},
            "time_end": {"value": "2026-05-12T09:00:00Z", "format": "RFC3339"}} | changes  # fmt: skip


def test_an_operational_intent_of_somebody_else_is_undecided(run, tmp_path: Path) -> None:
    whole = {
        "operational_intent": {"reference": {"id": "oi-1", "state": "Accepted"}, "details": {"volumes": [volume()]}}
    }
    zone = only(write(tmp_path / "z.json", whole))
    assert zone.restriction is Restriction.CONDITIONAL and limits(zone) == (
        Height(40, Datum.WGS84),
        Height(160, Datum.WGS84),
    )
    assert zone.periods[0].start is not None and zone.message == "Accepted"
    whole["operational_intent"]["reference"]["state"] = "Ended"  # type: ignore[index]
    assert only(write(tmp_path / "z.json", whole)).restriction is Restriction.NO_RESTRICTION
    constraint = {"constraint": {"reference": {"id": "c-1"}, "details": {
        "volumes": [volume()], "geozone": {"restriction": "PROHIBITED", "name": "Stadium"}}}}  # fmt: skip
    zone = only(write(tmp_path / "z.json", constraint))
    assert zone.restriction is Restriction.PROHIBITED and zone.name == "Stadium"


def test_a_long_edge_of_a_volume_follows_the_geodesic(tmp_path: Path) -> None:
    corners = [(0.0, 50.0), (20.0, 50.0), (20.0, 51.0), (0.0, 51.0)]
    made = volume()
    made["volume"]["outline_polygon"]["vertices"] = [{"lng": x, "lat": y} for x, y in corners]
    footprint = only(write(tmp_path / "z.json", {"extents": [made]})).volumes[0].footprint
    assert isinstance(footprint, Rings)
    outline = footprint.polygons[0][0]
    assert outline[:, 1].max() > 51.2, "a geodesic bows towards the pole"
    assert float(geometry.bend(outline[:, 0], outline[:, 1]).max()) < 0.1


AIXM = """<?xml version="1.0"?>
<message:AIXMBasicMessage xmlns:message="http://www.aixm.aero/schema/5.1/message" xmlns:aixm="http://www.aixm.aero/schema/5.1"
 xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">
{border}<message:hasMember><aixm:Airspace><aixm:timeSlice><aixm:AirspaceTimeSlice>
<aixm:interpretation>BASELINE</aixm:interpretation><aixm:type>{kind}</aixm:type><aixm:designator>EGP1</aixm:designator>
<aixm:name>SOMEWHERE</aixm:name><aixm:geometryComponent><aixm:AirspaceGeometryComponent><aixm:theAirspaceVolume>
<aixm:AirspaceVolume><aixm:upperLimit uom="FT">2000</aixm:upperLimit><aixm:upperLimitReference>MSL</aixm:upperLimitReference>
<aixm:lowerLimit uom="FT">GND</aixm:lowerLimit><aixm:lowerLimitReference>SFC</aixm:lowerLimitReference>
<aixm:horizontalProjection><aixm:Surface srsName="urn:ogc:def:crs:EPSG::4326"><gml:patches><gml:PolygonPatch><gml:exterior>
<gml:Ring>{ring}</gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></aixm:Surface></aixm:horizontalProjection>
</aixm:AirspaceVolume></aixm:theAirspaceVolume></aixm:AirspaceGeometryComponent></aixm:geometryComponent>
</aixm:AirspaceTimeSlice></aixm:timeSlice></aixm:Airspace></message:hasMember></message:AIXMBasicMessage>"""


def member(inside: str) -> str:
    return f"<gml:curveMember><gml:Curve><gml:segments>{inside}</gml:segments></gml:Curve></gml:curveMember>"


def line(*points: list[float]) -> str:
    words = " ".join(f"{y} {x}" for x, y in points)
    return f"<gml:GeodesicString><gml:posList>{words}</gml:posList></gml:GeodesicString>"


def aixm(path: Path, inside: str, *, kind: str = "P", border: str = "") -> Path:
    path.write_text(AIXM.format(ring=inside, kind=kind, border=border))
    return path


def test_aixm_has_latitude_first_feet_and_classes(tmp_path: Path) -> None:
    zone = only(aixm(tmp_path / "z.xml", member(line(*ring(-50, -50, 50, 50)))))
    assert (zone.id, zone.name, zone.restriction) == ("EGP1", "SOMEWHERE", Restriction.PROHIBITED)
    assert limits(zone) == (Height(0, Datum.AGL), Height(609.6, Datum.AMSL))
    assert zone.volumes[0].box == pytest.approx((*at(-50, -50), *at(50, 50)))


def test_a_circle_of_aixm_is_a_circle(tmp_path: Path) -> None:
    radius = '<gml:radius uom="NM">2</gml:radius>'
    inside = f"<gml:CircleByCenterPoint><gml:pos>{LAT} {LON}</gml:pos>{radius}</gml:CircleByCenterPoint>"
    footprint = only(aixm(tmp_path / "z.xml", member(inside))).volumes[0].footprint
    assert (
        isinstance(footprint, Circle) and footprint.radius_m == 3704.0 and (footprint.lon, footprint.lat) == (LON, LAT)
    )


@pytest.mark.parametrize(("start", "end", "north"), [(270, 450, True), (270, 90, False)])
def test_an_arc_of_aixm_turns_from_its_start_to_its_end_angle(
    start: int, end: int, north: bool, tmp_path: Path
) -> None:
    arc = (
        f'<gml:ArcByCenterPoint><gml:pos>{LAT} {LON}</gml:pos><gml:radius uom="M">1000</gml:radius>'
        f'<gml:startAngle uom="deg">{start}</gml:startAngle><gml:endAngle uom="deg">{end}</gml:endAngle>'
        "</gml:ArcByCenterPoint>"
    )
    ends = line(at(1000, 0), at(1000, -100 if north else 100), at(-1000, -100 if north else 100), at(-1000, 0))
    volume_ = only(aixm(tmp_path / "z.xml", member(arc) + member(ends))).volumes[0]
    assert volume_.box is not None and not volume_.doubt
    reach = (volume_.box[3] - LAT if north else LAT - volume_.box[1]) / METRE_NORTH
    assert 1000 <= reach < 1001


def test_every_patch_of_a_surface_of_aixm_is_the_zone(tmp_path: Path) -> None:
    path = aixm(tmp_path / "z.xml", member(line(*ring(-50, -50, 50, 50))))
    more = (
        f"<gml:PolygonPatch><gml:exterior><gml:Ring>{member(line(*ring(500, -50, 600, 50)))}</gml:Ring></gml:exterior>"
    )
    path.write_text(path.read_text().replace("</gml:PolygonPatch>", f"</gml:PolygonPatch>{more}</gml:PolygonPatch>"))
    assert only(path).volumes[0].box == pytest.approx((*at(-50, -50), *at(600, 50)))


@pytest.mark.parametrize("where", ["surface", "segment"])
def test_a_surface_of_aixm_says_what_comes_first(where: str, tmp_path: Path) -> None:
    path = aixm(tmp_path / "z.xml", member(line(*([y, x] for x, y in ring(-50, -50, 50, 50)))))  # longitude first
    text = path.read_text()
    crs = "urn:ogc:def:crs:OGC:1.3:CRS84"
    if where == "surface":
        text = text.replace("urn:ogc:def:crs:EPSG::4326", crs)
    else:
        text = text.replace("<gml:GeodesicString>", f'<gml:GeodesicString srsName="{crs}">')
    path.write_text(text)
    assert only(path).volumes[0].box == pytest.approx((*at(-50, -50), *at(50, 50)))


def test_positions_of_aixm_with_heights_or_by_name_leave_the_outline_open(tmp_path: Path) -> None:
    path = aixm(tmp_path / "z.xml", member(line(*ring(-50, -50, 50, 50))))
    text = path.read_text()
    path.write_text(text.replace("<aixm:Surface ", '<aixm:Surface srsDimension="3" '))
    assert "3 figures each" in only(path).volumes[0].doubt
    named = '<gml:pointProperty xlink:href="#p1"/></gml:GeodesicString>'
    path.write_text(text.replace("</gml:GeodesicString>", named))
    assert "named and not given" in only(path).volumes[0].doubt


def test_an_arc_of_a_table_loses_nothing_of_its_zone(tmp_path: Path) -> None:
    radius = 0.03  # degrees: some three kilometres
    path = table(tmp_path / "z.gpkg", [{"id": "P1", "kind": "no-fly"}], [square()], driver="GPKG")
    places = [(LON + radius * x, LAT + radius * y) for x, y in ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 0))]
    arcs = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *place) for place in places)
    with sqlite3.connect(path) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        ((layer, column),) = base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
        blob = (
            b"GP\0\1" + struct.pack("<i", 4326) + struct.pack("<BII", 1, 10, 1) + arcs
        )  # CURVEPOLYGON(CIRCULARSTRING(...))
        base.execute(f'UPDATE "{layer}" SET "{column}" = ?', (blob,))
    footprint = only(path).volumes[0].footprint
    assert isinstance(footprint, Rings)
    ring_ = footprint.polygons[0][0]
    middles = (ring_[1:] + ring_[:-1]) / 2
    away = np.hypot(middles[:, 0] - LON, middles[:, 1] - LAT)
    assert (radius - float(away.min())) / METRE_NORTH < 0.01


def test_a_long_edge_of_aixm_follows_the_geodesic(tmp_path: Path) -> None:
    corners = [[LON, LAT], [LON + 2, LAT], [LON + 2, LAT - 1], [LON, LAT - 1], [LON, LAT]]
    footprint = only(aixm(tmp_path / "z.xml", member(line(*corners)))).volumes[0].footprint
    assert isinstance(footprint, Rings)
    outline = footprint.polygons[0][0]
    assert outline[:, 1].max() > LAT + 0.004 and float(geometry.bend(outline[:, 0], outline[:, 1]).max()) < 0.1
    straight = member(line(*corners)).replace("GeodesicString", "LineStringSegment")
    footprint = only(aixm(tmp_path / "z.xml", straight)).volumes[0].footprint
    assert isinstance(footprint, Rings) and len(footprint.polygons[0][0]) == 5


def test_a_limit_of_aixm_that_is_the_higher_of_two_is_not_trusted(tmp_path: Path) -> None:
    path = aixm(tmp_path / "z.xml", member(line(*ring(-50, -50, 50, 50))))
    other = '<aixm:maximumLimit uom="FT">3000</aixm:maximumLimit><aixm:lowerLimit '
    path.write_text(path.read_text().replace("<aixm:lowerLimit ", other))
    zone = only(path)
    assert limits(zone) == (None, None) and "maximumLimit 3000" in zone.doubts[0]


LIMITS = [
    ({"lower": 100, "upper": 50, "datum": "AGL"}, "lies above"),
    ({"lower": None, "upper": -1, "datum": "AGL"}, "ground"),
    ({"lower": -9999, "upper": 0, "datum": "AGL"}, "ground"),
    ({"lower": None, "upper": -9999, "datum": "AMSL"}, "ground"),
]


@pytest.mark.parametrize(("said", "why"), LIMITS)
def test_a_band_in_which_nothing_can_fly_is_not_trusted(said: dict[str, Any], why: str, tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]}
    feature = {"type": "Feature", "geometry": square, "properties": {"id": "z", "kind": "no-fly"} | said}
    (tmp_path / "z.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    zone = only(tmp_path / "z.geojson")
    assert limits(zone) == (None, None) and why in zone.doubts[0]
    volume = {"uomDimensions": "M", "lowerLimit": said["lower"], "upperLimit": said["upper"],
              "lowerVerticalReference": said["datum"], "upperVerticalReference": said["datum"],
              "horizontalProjection": square}  # fmt: skip
    (tmp_path / "z.json").write_text(json.dumps({"features": [
        {"identifier": "z", "country": "NLD", "restriction": "PROHIBITED", "reason": [], "geometry": [volume],
         "applicability": [{"permanent": "YES"}]}]}))  # fmt: skip
    zone = only(tmp_path / "z.json")
    assert limits(zone) == (None, None) and why in zone.doubts[0]


@pytest.mark.parametrize("permanent", ["YES", "y", True])
def test_a_zone_that_is_permanent_is_in_force_whatever_dates_stand_beside_it(permanent: Any, tmp_path: Path) -> None:
    volume = {"uomDimensions": "M", "lowerLimit": 0, "upperLimit": 120, "lowerVerticalReference": "AGL",
              "upperVerticalReference": "AGL",
              "horizontalProjection": {"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]}}  # fmt: skip
    (tmp_path / "z.json").write_text(json.dumps({"features": [
        {"identifier": "z", "country": "NLD", "restriction": "PROHIBITED", "reason": [], "geometry": [volume],
         "applicability": [{"permanent": permanent, "startDateTime": "2020-01-01T00:00:00Z",
                            "endDateTime": "2021-01-01T00:00:00Z"}]}]}))  # fmt: skip
    assert not only(tmp_path / "z.json").keeps_hours


def test_yaixm_holds_restrictions_for_a_time_beside_the_others(tmp_path: Path) -> None:
    entry = "- name: {}\n  type: R\n  geometry:\n  - upper: 2000 ft\n    lower: SFC\n" \
            "    boundary:\n    - circle:\n        radius: 2 nm\n        centre: 520000N 0050000E\n"  # fmt: skip
    (tmp_path / "z.yaml").write_text("airspace:\n" + entry.format("A") + "rat:\n" + entry.format("SHOW"))
    assert [zone.name for zone in read_zones([tmp_path / "z.yaml"])[0].zones] == ["A", "SHOW"]


TRACK = (
    '<gx:Track xmlns:gx="http://www.google.com/kml/ext/2.2">'
    + "".join(f"<when>2026-05-12T10:00:0{k}Z</when>" for k in range(3))
    + "".join(f"<gx:coord>5.{k} 52 40</gx:coord>" for k in range(3))
    + "</gx:Track>"
)


def test_a_point_of_kml_with_a_radius_is_a_circle_and_a_link_is_told(tmp_path: Path, run) -> None:
    data = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in (("kind", "no-fly"), ("radius_m", "250")))
    point = f"<Point><coordinates>{LON},{LAT}</coordinates></Point>"
    area = "<LinearRing><coordinates>5,52 5.1,52 5.1,52.1 5,52</coordinates></LinearRing>"
    marks = [f"<name>A</name><ExtendedData>{data}</ExtendedData>{point}",
             f"<name>B</name><Polygon><outerBoundaryIs>{area}</outerBoundaryIs></Polygon>"]  # fmt: skip
    whole = "".join(f"<Placemark>{inside}</Placemark>" for inside in marks)
    link = "<NetworkLink><Link><href>more.kml</href></Link></NetworkLink>"
    (tmp_path / "z.kml").write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{whole}{link}</Document></kml>'
    )
    (file,) = read_zones([tmp_path / "z.kml"])
    footprint = next(zone for zone in file.zones if zone.name == "A").volumes[0].footprint
    assert isinstance(footprint, Circle) and footprint.radius_m == 250.0
    assert any("NetworkLink" in remark.what for remark in file.remarks)
    assert [zone.name for zone in file.zones if not zone.footprints] == ["what more.kml holds (NetworkLink)"]
    mission = write(tmp_path / "m.geojson", a_mission([at(900, 900, 40), at(950, 900, 40)]))
    report = json.loads(run("check", mission, "--zones", tmp_path / "z.kml", "-f", "json").out)
    assert "DAT101" in {one["rule"] for one in report["missions"][0]["findings"] if one["status"] == "undecided"}


@pytest.mark.parametrize("body", ["<LineString><coordinates>5,52,40 5.1,52,40</coordinates></LineString>", TRACK])
def test_a_path_that_may_go_on_in_another_file_is_refused(body: str, tmp_path: Path, run) -> None:
    for link, code in (("", {0, 1, 3}), ("<NetworkLink><Link><href>more.kml</href></Link></NetworkLink>", {4})):
        text = f"<Document><Placemark>{body}</Placemark>{link}</Document>"
        (tmp_path / "m.kml").write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2">{text}</kml>')
        ran = run("check", tmp_path / "m.kml")
        assert ran.code in code and ("NetworkLink" in ran.err) == (code == {4}), ran.err


def test_every_document_of_a_kmz_is_read(tmp_path: Path) -> None:
    def document(name: str) -> str:
        data = '<ExtendedData><Data name="kind"><value>no-fly</value></Data></ExtendedData>'
        ring_ = "<LinearRing><coordinates>5,52 5.1,52 5.1,52.1 5,52</coordinates></LinearRing>"
        area = f"<Polygon><outerBoundaryIs>{ring_}</outerBoundaryIs></Polygon>"
        mark = f"<Placemark><name>{name}</name>{data}{area}</Placemark>"
        return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{mark}</Document></kml>'

    with zipfile.ZipFile(tmp_path / "z.kmz", "w") as archive:
        archive.writestr("files/more.kml", document("B"))
        archive.writestr("doc.kml", document("A"))
        archive.writestr("icon.png", b"")
    assert [zone.name for zone in read_zones([tmp_path / "z.kmz"])[0].zones] == ["A", "B"]
    with zipfile.ZipFile(tmp_path / "z.kmz", "a") as archive:
        archive.writestr("more.geojson", "{}")
    *_, last = read_zones([tmp_path / "z.kmz"])[0].zones
    assert last.name == "more.geojson" and last.volumes[0].footprint is None  # it may lie anywhere


def test_faces_of_kml_over_different_datums_leave_the_band_open(tmp_path: Path) -> None:
    def face(mode: str, height: int, east: float) -> str:
        words = " ".join(f"{x},{y},{height}" for x, y in ring(east, -50, east + 50, 50))
        ring_ = f"<outerBoundaryIs><LinearRing><coordinates>{words}</coordinates></LinearRing></outerBoundaryIs>"
        return f"<Polygon><extrude>1</extrude><altitudeMode>{mode}</altitudeMode>{ring_}</Polygon>"

    data = '<ExtendedData><Data name="kind"><value>no-fly</value></Data></ExtendedData>'
    both = face("absolute", 60, -50) + face("relativeToGround", 60, 50)
    (tmp_path / "z.kml").write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark>{data}<MultiGeometry>{both}</MultiGeometry></Placemark></kml>'
    )
    zone = only(tmp_path / "z.kml")
    assert limits(zone) == (None, None) and "different datums" in zone.doubts[0]


def test_an_intent_without_its_volumes_may_be_anywhere(tmp_path: Path) -> None:
    volume = {
        "volume": {"outline_circle": {"center": {"lat": LAT, "lng": LON}, "radius": {"value": 100, "units": "M"}}}
    }
    listed = [{"reference": {"id": "known"}, "details": {"volumes": [volume]}}, {"reference": {"id": "told"}}, "words"]
    (tmp_path / "z.json").write_text(json.dumps({"operational_intents": listed}))
    zones_ = {zone.id: zone for zone in read_zones([tmp_path / "z.json"])[0].zones}
    assert zones_["told"].volumes[0].doubt and zones_["told"].volumes[0].box is None


def test_a_border_is_followed_where_it_is_in_the_file_and_undecided_where_it_is_not(tmp_path: Path) -> None:
    bows = [at(-60, 50), at(-50, 50), at(0, 80), at(50, 50), at(60, 50)]
    words = " ".join(f"{y} {x}" for x, y in bows)
    curve = f'<aixm:GeoBorder gml:id="b1"><gml:posList>{words}</gml:posList></aixm:GeoBorder>'
    border = f"<message:hasMember>{curve}</message:hasMember>"
    follow = member(line(at(50, 50), at(50, -50), at(-50, -50), at(-50, 50))) + '<gml:curveMember xlink:href="#b1"/>'
    volume_ = only(aixm(tmp_path / "z.xml", follow, border=border)).volumes[0]
    assert not volume_.doubt and volume_.box is not None and volume_.box[3] == pytest.approx(at(0, 80)[1])
    volume_ = only(aixm(tmp_path / "z.xml", follow)).volumes[0]
    assert "border" in volume_.doubt and volume_.footprint is not None


def test_yaixm_counts_an_aerodrome_zone_from_its_aerodrome(tmp_path: Path) -> None:
    text = "airspace:\n- name: X\n  type: ATZ\n  geometry:\n  - upper: 2000 ft\n    lower: SFC\n    elevation: 300 ft\n" \
           "    boundary:\n    - circle:\n        radius: 2 nm\n        centre: 520000N 0050000E\n"  # fmt: skip
    (tmp_path / "z.yaml").write_text(text)
    zone = only(tmp_path / "z.yaml")
    assert limits(zone) == (Height(0, Datum.AGL), Height(2300 * 0.3048, Datum.AMSL))
    footprint = zone.volumes[0].footprint
    assert (
        isinstance(footprint, Circle)
        and footprint.radius_m == 3704.0
        and zone.restriction is Restriction.REQ_AUTHORIZATION
    )


def test_an_airspace_of_aixm_that_is_made_of_another_has_its_outline(tmp_path: Path) -> None:
    whole = aixm(tmp_path / "z.xml", member(line(*ring(-50, -50, 50, 50)))).read_text()
    start, end = whole.index("<message:hasMember>"), whole.index("</message:AIXMBasicMessage>")
    one = whole[start:end].replace("<aixm:Airspace>", '<aixm:Airspace gml:id="a1">')
    projection = one[one.index("<aixm:horizontalProjection>") : one.index("</aixm:AirspaceVolume>")]
    made_of = '<aixm:contributorAirspace><aixm:AirspaceVolumeDependency><aixm:theAirspace xlink:href="{}"/>' \
              "</aixm:AirspaceVolumeDependency></aixm:contributorAirspace>"  # fmt: skip
    for name, known in (("#a1", True), ("#gone", False)):
        other = (
            one.replace('gml:id="a1"', 'gml:id="a2"').replace(projection, made_of.format(name)).replace("EGP1", "EGP2")
        )
        (tmp_path / "z.xml").write_text(whole[:start] + one + other + whole[end:])
        zones = read_zones([tmp_path / "z.xml"])[0].zones
        assert [zone.id for zone in zones] == ["EGP1", "EGP2"]
        assert (zones[1].volumes[0].box == zones[0].volumes[0].box) == known
        assert bool(zones[1].volumes[0].doubt) != known


@pytest.mark.parametrize(("lower", "upper", "doubted"), [(400, 500, True), (0, 120, True), (0, 99999, False)])
def test_limits_of_ed269_without_a_unit_may_be_feet(lower: float, upper: float, doubted: bool, tmp_path: Path) -> None:
    entry = {"identifier": "Z", "country": "NLD", "restriction": "PROHIBITED", "reason": [], "zoneAuthority": [],
             "applicability": [{"permanent": "YES"}],
             "geometry": [{"lowerLimit": lower, "lowerVerticalReference": "AGL", "upperLimit": upper,
                           "upperVerticalReference": "AGL",
                           "horizontalProjection": {"type": "Circle", "center": [LON, LAT], "radius": 50}}]}  # fmt: skip
    zone = only(write(tmp_path / "z.json", {"features": [entry]}))
    assert limits(zone) == ((None, None) if doubted else (Height(0, Datum.AGL), None))
    assert (zone.doubts == ("the unit of its limits is not stated",)) is doubted


@pytest.mark.parametrize("word", ["null", "Nulo", "", None])
def test_a_word_for_nothing_is_nothing(word: str | None, tmp_path: Path) -> None:
    entry = {"identifier": "ES1", "country": "ESP", "restriction": "PROHIBITED", "reason": ["NATURE"], "zoneAuthority": [],
             "applicability": [{"permanent": "NO", "startDateTime": word, "endDateTime": "2026-12-31T00:00:00Z"}],
             "geometry": [{"uomDimensions": "M", "lowerLimit": word, "lowerVerticalReference": "AGL", "upperLimit": 120,
                           "upperVerticalReference": "AGL",
                           "horizontalProjection": {"type": "Circle", "center": [LON, LAT], "radius": 50}}]}  # fmt: skip
    zone = only(write(tmp_path / "z.json", {"features": [entry]}))
    assert limits(zone) == (None, Height(120, Datum.AGL)) and not zone.doubts
    assert zone.periods[0].start is None and zone.periods[0].end is not None and not zone.periods[0].doubt


def test_a_collection_of_areas_is_one_zone_and_one_with_a_line_is_undecided(tmp_path: Path) -> None:
    areas = [{"type": "Polygon", "coordinates": [ring(-50, -50, 50, 50)]},
             {"type": "MultiPolygon", "coordinates": [[ring(100, -50, 150, 50)], [ring(200, -50, 250, 50)]]}]  # fmt: skip
    whole = {"type": "GeometryCollection", "geometries": areas}
    zone = only(collection(tmp_path / "z.geojson", {"id": "1", "kind": "no-fly"}, shape=whole))
    footprint = zone.volumes[0].footprint
    assert isinstance(footprint, Rings) and len(footprint.polygons) == 3 and not zone.volumes[0].doubt
    whole["geometries"] = [*areas, {"type": "LineString", "coordinates": [[5, 52], [6, 52]]}]
    assert only(collection(tmp_path / "z.geojson", {"id": "1", "kind": "no-fly"}, shape=whole)).volumes[0].doubt


def test_a_folder_of_many_formats_is_read_whole(run, tmp_path: Path) -> None:
    folder = tmp_path / "zones"
    folder.mkdir()
    kml(folder / "a.kml", f"<Placemark>{polygon()}</Placemark>")
    table(folder / "b.gpkg", [{"id": "P1", "kind": "no-fly"}], [square()], driver="GPKG")
    aixm(folder / "c.xml", member(line(*ring(-50, -50, 50, 50))))
    (folder / "track.kml").write_text('<kml xmlns="http://www.opengis.net/kml/2.2"><LineString><coordinates>5,52 5.1,52'
                                      "</coordinates></LineString></kml>")  # fmt: skip
    write(
        folder / "d.json",
        OPENAIP and {"items": [OPENAIP | {"geometry": {"type": "Polygon", "coordinates": [ring(-9, -9, 9, 9)]}}]},
    )
    files = read_zones([folder])
    assert [Path(file.dataset.path).name for file in files] == ["a.kml", "b.gpkg", "c.xml", "d.json"]
    assert sum(len(file.zones) for file in files) == 4


def test_formats_are_listed(run) -> None:
    ran = run("formats")
    assert ran.code == 0
    for name in ("aixm", "openaip", "tables", "wpml", "litchi", "ulog", "igc", "postgis", "convert"):
        assert name in ran.out


def test_a_missing_library_is_named_with_its_extra(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    (tmp_path / "z.yaml").write_text("airspace:\n- name: X\n")
    monkeypatch.setitem(sys.modules, "yaml", None)
    ran = run("zones", "list", tmp_path / "z.yaml")
    assert ran.code == 2 and "pip install 'dronectl[yaml]'" in ran.err
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.setenv("DRONECTL_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    ran = run("zones", "list", "postgis:zones")
    assert ran.code == 2 and "pip install 'dronectl[postgis]'" in ran.err


def test_geojson_of_bytes_that_are_no_geometry_is_nothing() -> None:
    shapes, error_m, _ = geometry.geojson_of([None, b"", b"\x01garbage"], None)
    assert shapes == [None, None, None] and error_m == 0.0
    assert json.dumps(shapes)
