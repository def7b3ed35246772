"""Published reference values: geodesics, the standard's own schema and examples."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest
from conftest import missing, realdata
from geographiclib.test.test_geodesic import GeodesicTest
from referencing import Registry, Resource

from dronectl.geometry import leg_azimuths, metres_between
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
