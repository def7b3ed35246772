"""Real files that nobody here wrote: they load, their zones are all there, and their oddities have a place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bench.generate import national_zones
from conftest import missing, realdata

from dronectl.check import check
from dronectl.errors import InputError
from dronectl.readers import read_mission, read_zones

DATA = realdata()
COUNT = re.compile(r"\| (\d+) (?:zones|features), (\d+) volumes")


def counts() -> dict[str, tuple[int, int]]:
    """Zones and volumes per file, as SOURCES.md states them."""
    if DATA is None:
        return {}
    found = {}
    for line in (DATA / "SOURCES.md").read_text("utf-8").splitlines():
        name = re.match(r"\| `([^`]+)` \|", line)
        stated = COUNT.search(line)
        if name and stated:
            found[name[1]] = (int(stated[1]), int(stated[2]))
    return found


STATED = counts()
ZONE_FILES = (
    [path for kind in ("zones-ed269", "zones-ed318", "zones-other") for path in sorted((DATA / kind).iterdir())
     if path.name in STATED and path.suffix in (".json", ".geojson")]
    if DATA
    else []
)  # fmt: skip
NO_ZONES = sorted((DATA / "zones-ed318").glob("*Partial*")) if DATA else []
PLANS = sorted((DATA / "missions-qgc").iterdir()) if DATA else []


def test_the_real_files_are_there() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    assert len(ZONE_FILES) >= 18 and len(PLANS) >= 17


@pytest.mark.parametrize("path", ZONE_FILES, ids=lambda path: path.name)
def test_every_zone_of_a_real_file_is_read(path: Path) -> None:
    file = read_zones([path])[0]
    zones, volumes = STATED[path.name]
    masks = sum("is a mask" in remark.what for remark in file.remarks)
    assert masks == (2 if "eans" in path.name else 0)
    assert len(file.zones) == zones - masks
    assert sum(len(zone.volumes) for zone in file.zones) == volumes - masks
    for remark in file.remarks:
        assert str(remark.where).startswith(str(path))
        assert remark.where.path.startswith("$") or remark.where.path == ""


@pytest.mark.parametrize("path", [p for p in NO_ZONES if "featureGeoJSON" not in p.name], ids=lambda path: path.name)
def test_a_fragment_of_the_standard_is_refused(path: Path) -> None:
    with pytest.raises(InputError, match="is no zone file"):
        read_zones([path])


def test_the_deviations_of_publishers_are_remarked_on_in_their_place() -> None:
    if DATA is None:
        missing("the folder with real files (DRONECTL_REALDATA)")
    remarks = {
        (path.name, remark.where.path)
        for path in ZONE_FILES
        for remark in read_zones([path])[0].remarks
    }  # fmt: skip
    assert ("embedder_ed269-fi.json", "") in remarks, "the byte order mark"
    assert ("interuss_cis_source_sample_ed318.json", "$.metadata.technicalLimitation") in remarks
    assert ("eurocontrol_uas_zones.json", "$.uas_zones[0].applicability") in remarks
    assert ("interuss_cis_source_sample_ed269.json", "$.UASZoneList[0].geometry[0].lowerLimit") in remarks or any(
        name == "interuss_cis_source_sample_ed269.json" and "geometry[0]" in place for name, place in remarks
    )


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_a_real_plan_is_checked_against_ten_thousand_zones_or_refused_with_a_reason(path: Path) -> None:
    try:
        mission = read_mission(path)
    except InputError as error:
        assert all(fault.what and fault.remedy for fault in error.faults)
        assert path.name in {
            "mavsdk_qgroundcontrol_sample_with_digicam_control.plan",
            "mavsdk_qgroundcontrol_sample_without_mission.plan",
            "mavsdk_qgroundcontrol_sample_with_structured_scan.plan",
            "qgc_ce_geofence_rd_134.plan",
        }
        return
    report = check([mission], [national_file()])
    assert len(report.results) == 1
    assert len(mission.flights[0].lon) >= 2


_NATIONAL = {}


def national_file():
    """Ten thousand zones clustered round cities, once a process."""
    if not _NATIONAL:
        import json
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "national.geojson"
            path.write_text(json.dumps(national_zones(10_000)), "utf-8")
            _NATIONAL["file"] = read_zones([path])[0]
    return _NATIONAL["file"]
