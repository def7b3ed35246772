"""Rule packs: every number has its article, editions change with the day, and the limits hold on both sides."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from builders import BESIDE, a_mission, a_simple_zone, a_zone, at, ring, write, zones
from conftest import ROOT

from dronectl.law import STATEMENTS, bundled_packs, edition_on
from dronectl.law.faults import faults_of
from dronectl.law.pack import PAPERS, years_after
from dronectl.mission import VolumePlan
from dronectl.schemas.mission import DeclaredPart, PapersPart
from dronectl.volumes import dimensions

FILES = sorted((ROOT / "dronectl" / "law" / "packs").glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_of_a_pack_has_its_article_and_mark(path: Path) -> None:
    given = tomllib.loads(path.read_text("utf-8"))
    assert faults_of(given, path.name) == []
    for row in given.get("limit", []):
        assert row["article"].strip() and row["confidence"] in ("A", "B", "C", "house"), row["id"]
    stripped = {**given, "limit": [{k: v for k, v in row.items() if k != "article"} for row in given.get("limit", [])]}
    assert len([f for f in faults_of(stripped, path.name) if "article" in str(f.where)]) >= len(given.get("limit", []))


def test_the_edition_of_the_day_is_used() -> None:
    for day, edition in ((date(2023, 12, 31), "2020-12-31"), (date(2024, 1, 1), "2024-01-01")):
        found = edition_on(bundled_packs(), "eu-open", day)
        assert found is not None and found.edition == edition
    assert edition_on(bundled_packs(), "eu-open", date(2020, 12, 30)) is None


@pytest.mark.parametrize(
    ("v0", "top", "cd", "s_cv", "h_cv", "one", "ballistic"),
    [(5, 40, 0.62, 13.27, 45.77, 46.08, 15.58), (10, 50, 1.07, 22.10, 63.10, 63.63, 36.40),
     (15, 60, 0.62, 33.47, 82.97, 83.28, 62.00), (23, 100, 1.43, 56.96, 144.06, 144.78, 125.36),
     (25, 120, 3.00, 63.86, 170.36, 171.86, 148.83)],
)  # fmt: skip
def test_volumes_are_those_of_the_guideline(v0, top, cd, s_cv, h_cv, one, ballistic) -> None:
    made = dimensions(VolumePlan(), v0=v0, top_m=top, cd=cd)
    assert (round(made.s_cv_m, 2), round(made.h_cv_m, 2), round(made.s_grb_m, 2)) == (s_cv, h_cv, one)
    assert round(dimensions(VolumePlan(method="ballistic"), v0=v0, top_m=top, cd=cd).s_grb_m, 2) == ballistic


@pytest.mark.parametrize(("category", "aircraft", "status"), [
    ("open/A2", "dji-m3e", "passed"), ("open/A2", "dji-m350", "failed"), ("open/A3", "dji-m300", "undecided"),
    ("open/A2", "skydio-x10", "undecided"), ("open/A2", "no-such", "undecided"),
])  # fmt: skip
def test_the_aircraft_must_fit_the_category(tmp_path: Path, run, category: str, aircraft: str, status: str) -> None:
    import json

    mission = a_mission(BESIDE, mission={"category": category, "aircraft": aircraft})
    files = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", a_zone())
    report = json.loads(run("check", files[0], "--zones", files[1], "-f", "json").out)
    found = [
        f["status"] for f in report["missions"][0]["findings"] if f["rule"] == "CAT101" and "CLASS" in (f["law"] or "")
    ]
    assert found == [status]


@pytest.mark.parametrize(("metres", "code"), [(44, 1), (66, 0)])
def test_a_road_keeps_its_distance(tmp_path: Path, run, metres: float, code: int) -> None:
    line = [at(-300, metres)[:2], at(300, metres)[:2]]
    road = {"type": "Feature", "properties": {"name": "A12"}, "geometry": {"type": "LineString", "coordinates": line}}
    layer = write(tmp_path / "roads.geojson", {"type": "FeatureCollection", "features": [road]})
    mission = a_mission([at(-100, 0, 40), at(100, 0, 40)], mission={"category": "open/A2"})
    files = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", a_zone())
    ran = run("check", files[0], "--zones", files[1], "--layer", f"roads={layer}", "--select", "AIR107", "-f", "json")
    found = [f["status"] for f in json.loads(ran.out)["missions"][0]["findings"] if f["law"] == "NL-ROAD-A12"]
    assert found == ["failed" if code else "passed"], ran.err


def test_what_a_pack_may_ask_is_what_a_mission_may_state() -> None:
    assert set(STATEMENTS) == set(DeclaredPart.model_fields)
    assert set(PAPERS) == {"purpose", "legal_basis", *PapersPart.model_fields}


def test_the_page_counts_room_from_the_side_that_the_limit_allows(tmp_path: Path, run) -> None:
    mission = a_mission(BESIDE, mission={"category": "open/A2", "declared": {"uninvolved_m": 40}})
    files = write(tmp_path / "m.geojson", mission), zones(tmp_path / "z.geojson", a_zone())
    page = run("check", files[0], "--zones", files[1], "-f", "html").out
    row = page[page.index("40 m to uninvolved people, as stated") :]
    assert row[: row.index("</tr>")].count('<td class="num">10.0 m</td>') == 1


WRONG = {
    "categories": "open", "purposes": "public-order", "unless_purposes": ["public-order", 3], "classes": ["C02"],
    "unless": "vlos", "mtom_from_kg": "4", "or_camera": "yes", "zones_where": {"reasons": "PRIVACY"}, "zones": ["NL-ARP"],
    "when": [], "or_above_j": True,
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_member_of_another_kind_is_a_fault_and_binds_nothing_unseen(name: str) -> None:
    row = {
        "id": "H-1", "kind": "keep-away", "comparator": ">=", "value": 50, "unit": "m", "article": "house policy",
        "valid_from": date(2026, 1, 1), "confidence": "house", "title": {"en": "a", "nl": "b"},
        "zones_where": {"reasons": ["PRIVACY"]},
    }  # fmt: skip
    head = {"id": "ours", "edition": "1", "regime": "house", "source": "policy", "valid_from": date(2026, 1, 1),
            "title": {"en": "a", "nl": "b"}}  # fmt: skip
    assert not faults_of({"pack": head, "limit": [row]}, "p.toml")
    (fault,) = faults_of({"pack": head, "limit": [row | {name: WRONG[name]}]}, "p.toml")
    assert name in str(fault.where)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"subjects": ["skool"]}, "is 'school' meant?"),
        ({"subjects": ["School", "museum"]}, ""),
        ({"reasons": ["PRIVASY"]}, "is 'PRIVACY' meant?"),
        ({"reasons": ["privacy"]}, "is 'privacy'"),
        ({"reasons": ["LOCAL_RULE"]}, ""),
        ({"restrictions": ["PROHIBITTED"]}, "is 'PROHIBITTED'"),
        ({"restrictions": ["PROHIBITED"]}, ""),
    ],
)
def test_a_word_that_would_choose_no_zone_is_a_fault(chosen: dict[str, list[str]], told: str) -> None:
    given = tomllib.loads((ROOT / "examples" / "packs" / "den-haag.toml").read_text("utf-8"))
    given["limit"][0]["zones_where"] = chosen
    found = faults_of(given, "p.toml")
    assert [told in fault.what for fault in found] == ([True] if told else [])


@pytest.mark.parametrize("kind", [[], {}, ["keep-away"], 1, None])
def test_a_kind_that_is_no_word_is_a_fault(kind: object) -> None:
    given = tomllib.loads((ROOT / "examples" / "packs" / "den-haag.toml").read_text("utf-8"))
    given["limit"][0]["kind"] = kind
    (fault,) = faults_of(given, "p.toml")
    assert "kind" in str(fault.where)


@pytest.mark.parametrize(("zone", "pack"), [("school", "school"), ("School ", "school"), ("school", "SCHOOL")])
def test_what_a_zone_protects_counts_however_it_is_written(zone: str, pack: str, run, tmp_path: Path) -> None:
    text = (ROOT / "examples" / "packs" / "den-haag.toml").read_text("utf-8").replace('["school"]', f'["{pack}"]')
    (tmp_path / "pack.toml").write_text(text)
    area = {"type": "Polygon", "coordinates": [ring(-20, 60, 20, 100)]}
    file = zones(tmp_path / "z.geojson", a_simple_zone("privacy", area, privacy={"subject": zone}))
    mission = write(tmp_path / "m.geojson", a_mission([at(-100, 0, 60), at(100, 0, 60)]))
    ran = run("check", mission, "-z", file, "--pack", tmp_path / "pack.toml", "-f", "json")
    found = [f["status"] for f in json.loads(ran.out)["missions"][0]["findings"] if f["law"] == "HOUSE-DHG-SCHOOL"]
    assert found == ["failed"]


def test_a_limit_of_a_category_that_its_pack_does_not_bind_is_a_fault() -> None:
    given = tomllib.loads((ROOT / "dronectl" / "law" / "packs" / "nl-open.2026-01-01.toml").read_text())
    given["limit"][0]["categories"] = ["open/A1", "opne/A2"]
    (fault,) = faults_of(given, "p.toml")
    assert "opne/A2" in fault.what
    (fault,) = faults_of(given | {"limit": [], "adopt": 5}, "p.toml")
    assert "adopt" in str(fault.where)
    for name, value in (
        ("categories", "open"),
        ("in_parts", "open"),
        ("lacks", 5),
        ("without", [1]),
        ("opt_in", "yes"),
    ):
        (fault,) = faults_of(given | {"pack": given["pack"] | {name: value}, "limit": []}, "p.toml")
        assert name in str(fault.where)


def test_what_lasts_beyond_the_calendar_lasts_to_its_end() -> None:
    assert years_after(date(9990, 3, 1), 10) == date.max and years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_nothing_is_stated_in_vain() -> None:
    """What a mission may state is what some limit asks, or lets go by."""
    asked = {"uninvolved_m"}  # of PPL202, beside the crowds of the map
    for pack in bundled_packs():
        for limit in pack.limits:
            asked |= {limit.more.get("statement", ""), *limit.more.get("when", ()), *limit.more.get("unless", ())}
    assert set(STATEMENTS) <= asked


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[operator]\nname = "O"\nphone = "+31"\n', {0}),
        ('[[pilots]]\nid = "p1"\n', {4}),
        ('[[pilot]]\nid = "p1"\n[[pilot.competence]]\nkind = "A2"\nissued = 2023-01-01\nvalid_til = 2024-01-01\n', {4}),
        ('[[aircraft]]\nid = "ours"\nfixedwing = true\n', {4}),
        ('[[aircraft]]\nid = ""\n', {4}),
        ('[[pilot]]\nid = ""\n', {4}),
        ('[[aircraft]]\nid = "ours"\nmtom_kg = 25.0\ntakeoff_kg = 25.0\n', {0}),
        ('[[aircraft]]\nid = "ours"\nmtom_kg = 25.0\ntakeoff_kg = 25.1\n', {4}),
        ('[[aircraft]]\nid = "ours"\ntype = "dji-m3e"\ntakeoff_kg = 5.0\n', {4}),  # more than its type may weigh
        ("[operator]\nregistered_on = 9999-12-31\n", {0}),
    ],
)
def test_an_operator_file_that_is_misspelled_or_contradicts_itself_is_refused(
    text: str, code: set[int], run, tmp_path: Path
) -> None:
    (tmp_path / "crew.toml").write_text(text)
    mission, zone = write(tmp_path / "m.geojson", a_mission(BESIDE)), zones(tmp_path / "z.geojson", a_zone())
    ran = run("check", mission, "--zones", zone, "--operator", tmp_path / "crew.toml")
    assert ran.code in code, ran.err
