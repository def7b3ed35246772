"""Published reference values: geodesics, the standard's own schema and examples."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest
from conftest import missing, realdata
from geographiclib.geodesic import Geodesic
from geographiclib.test.test_geodesic import GeodesicTest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource

from dronectl.geometry import beside, leg_azimuths, metres_between
from dronectl.geometry.geodesics import offsets, place_beside
from dronectl.readers import read_zones
from dronectl.readers.document import Document

DATA = realdata()


@pytest.mark.parametrize("row", GeodesicTest.testcases, ids=lambda row: f"{row[0]:g} {row[1]:g}")
def test_distances_are_those_of_karneys_test_set(row: list[float]) -> None:
    lat0, lon0, azimuth, lat1, lon1, _, metres, *_ = row
    found_azimuth, found = leg_azimuths(np.array([lon0, lon1]), np.array([lat0, lat1]))
    assert found[0] == pytest.approx(metres, abs=1e-6)
    assert (found_azimuth[0] - azimuth + 180) % 360 - 180 == pytest.approx(0, abs=1e-9)


def test_the_geodesic_of_karneys_paper_is_found() -> None:
    """Algorithms for geodesics, J. Geodesy 87 (2013), table 5: nearly opposite points."""
    assert metres_between(0.0, -30.0, 179.8, 29.9) == pytest.approx(19_989_832.827_610, abs=1e-5)


@settings(max_examples=300)
@given(
    lon=st.floats(-180, 180),
    lat=st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 0.0, 89.999_9])),
    azimuth=st.floats(-180, 180),
    metres=st.one_of(st.floats(0, 49_999), st.floats(0, 5), st.floats(49_990, 200_000)),
)
def test_geodesics_near_by_are_found_within_twenty_micrometres(
    lon: float, lat: float, azimuth: float, metres: float
) -> None:
    """Held against Karney's own solution, in Python."""
    there = Geodesic.WGS84.Direct(lat, lon, azimuth, metres)
    found = offsets(lon, lat, np.array([there["lon2"]]), np.array([there["lat2"]]))[0]
    angle = np.radians(azimuth)
    assert found == pytest.approx([metres * np.sin(angle), metres * np.cos(angle)], abs=2e-5)
    assert metres_between(lon, lat, there["lon2"], there["lat2"]) == pytest.approx(metres, abs=2e-5)
    ways = [(lon[0], lat[0]) for lon, lat in [beside(np.array([lon]), lat, azimuth, metres)]]
    for x, y in (*ways, place_beside(lon, lat, azimuth, metres)):
        assert Geodesic.WGS84.Inverse(there["lat2"], there["lon2"], y, x)["s12"] <= 2e-5
        assert abs(x) <= 180.0


def test_offsets_of_a_place_from_itself_are_nothing_and_turns_of_longitude_do_not_count() -> None:
    lon, lat = np.array([4.5, 179.999, 0.0]), np.array([52.1, -12.0, 90.0])
    assert (offsets(lon, lat, lon, lat) == 0.0).all()
    assert offsets(lon, lat, lon + 0.01, lat) == pytest.approx(offsets(lon, lat, lon - 359.99, lat), abs=1e-6)
    assert (leg_azimuths(lon[[0, 0]], lat[[0, 0]])[1] == 0.0).all()
    assert [len(one) for one in leg_azimuths(lon[:1], lat[:1])] == [0, 0]


def schema() -> jsonschema.protocols.Validator:
    """The validator of ED-318 collections, from the standard's own schema files."""
    if DATA is None:
        missing("the schema of ED-318 (DRONECTL_REALDATA)")
        raise AssertionError
    base = "https://ed318.test/"
    files = {path.name: json.loads(path.read_text("utf-8")) for path in (DATA / "schema-ed318").glob("*.json")}
    resources = [(base + name, Resource.from_contents(value)) for name, value in files.items()]
    registry: Registry = Registry().with_resources(resources)
    return jsonschema.Draft7Validator({"$ref": base + "Schema_GeoZones.json"}, registry=registry)


# Zones and remarks; the circle's collection says `title` for `name`, the invalid one more than that.
EXAMPLES = {
    "ed318repo_Example_Collection.json": (2, 0),
    "ed318repo_Example_GeoZone_Circle.json": (1, 1),
    "ed318repo_PartialExample_featureGeoJSON.json": (1, 0),
    "ed318repo_InvalidExample_GeoZone_2_Layers.json": (1, 3),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_standard_are_read_and_what_is_wrong_is_named(name: str) -> None:
    if DATA is None:
        missing("the examples of ED-318 (DRONECTL_REALDATA)")
        return
    (file,) = read_zones([DATA / "zones-ed318" / name])
    zones, remarks = EXAMPLES[name]
    assert len(file.zones) == zones and len(file.remarks) == remarks
    errors = list(schema().iter_errors(json.loads((DATA / "zones-ed318" / name).read_text("utf-8-sig"))))
    assert bool(errors) is ("Invalid" in name or "Partial" in name), [error.message for error in errors]


@pytest.mark.parametrize(
    "name", ["PartialExample_GeoZoneProperties", "PartialExample_TimePeriod", "PartialExample_ZoneAuthority"]
)
def test_the_fragments_of_the_standard_are_valid_inside_a_zone(name: str) -> None:
    """A fragment is no zone file; put where it belongs in the standard's own collection, it is read without a remark."""
    if DATA is None:
        missing("the examples of ED-318 (DRONECTL_REALDATA)")
        return
    folder = DATA / "zones-ed318"
    fragment = json.loads((folder / f"ed318repo_{name}.json").read_text("utf-8-sig"))
    value = json.loads((folder / "ed318repo_Example_Collection.json").read_text("utf-8-sig"))
    feature = value["features"][0]
    if "GeoZoneProperties" in name:
        feature["properties"] = fragment
    elif "TimePeriod" in name:
        feature["properties"]["limitedApplicability"] = [fragment]
    else:
        feature["properties"]["zoneAuthority"] = [fragment]
    from dronectl.readers import read_zone_document

    file = read_zone_document(Document("z.json", "", value))
    assert len(file.zones) == len(value["features"])
    assert [str(remark) for remark in file.remarks] == []
