"""Permits: a violation that one covers whole is permitted, and every permit is accounted for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import ACROSS, a_mission, a_permit, a_zone, at, ring, write, zones


@pytest.fixture
def ask(tmp_path: Path, run):
    def asked(permit: dict[str, Any], *, kind: str = "REQ_AUTHORIZATION", mission: dict[str, Any] | None = None):
        zone_file = zones(tmp_path / "z.geojson", a_zone(kind=kind))
        mission_file = write(tmp_path / "m.geojson", mission or a_mission(ACROSS, uncertainty=(5, 3)))
        ran = run(
            "check", mission_file, "--zones", zone_file, "--permit", write(tmp_path / "p.json", permit), "-f", "json"
        )
        if ran.code == 4:
            return "refused", ran.err, None
        report = json.loads(ran.out)
        findings = report["missions"][0]["findings"]
        zone = next(f for f in findings if f["zone"] and f["zone"]["id"] == "Z1")
        paper = next(f for f in findings if f["rule"] == "PAP101")
        return report["verdict"], zone, paper

    return asked


AREA = {"type": "Polygon", "coordinates": [ring(-100, -100, 100, 100)]}
HOURS = {"from": "2026-05-12T09:00:00+02:00", "until": "2026-05-12T12:00:00+02:00"}


def test_a_permit_that_covers_the_whole_encounter_permits_it(ask) -> None:
    verdict, zone, paper = ask(a_permit(area=AREA, lower=0, upper=120, datum="AGL", **HOURS))
    assert verdict == "clear" and zone["status"] == "permitted" and zone["permit"] == "P-1"
    assert "permitted under P-1" in zone["message"] and paper["status"] == "passed"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"zones": ["OTHER"]}, "matches nothing"),
        ({"missions": ["other"]}, "not for mission 'm1'"),
        ({"aircraft": ["other"]}, "not for aircraft"),
        ({"pilots": ["other"]}, "not for pilot"),
        ({"purposes": ["other"]}, "not for purpose"),
        ({"rules": ["AIR101"]}, "matches nothing"),
        ({"until": "2026-05-11T12:00:00Z"}, "expired"),
        ({"until": "2026-05-12T08:00:30Z"}, "covers part only"),
        ({"from": "2026-05-12T08:00:30Z"}, "not valid before"),
        ({"upper": 62, "datum": "AGL"}, "covers part only"),
        ({"lower": 58, "datum": "AGL"}, "covers part only"),
        ({"upper": 500, "datum": "AMSL"}, "covers part only"),
        ({"area": {"type": "Polygon", "coordinates": [ring(-100, -100, 40, 100)]}}, "leaves its area"),
        ({"area": {"type": "Polygon", "coordinates": [ring(-100, -4, 100, 4)]}}, "leaves its area"),
    ],
)
def test_a_permit_that_covers_less_permits_nothing_and_is_a_finding(ask, members: dict[str, Any], why: str) -> None:
    verdict, zone, paper = ask(a_permit(**members))
    assert verdict == "violation" and zone["status"] == "failed"
    assert paper["status"] == "failed" and paper["severity"] == "warning" and why in paper["message"]


@pytest.mark.parametrize(
    ("named", "verdict"),
    [(["1"], "violation"), (["a.geojson::1", "b.geojson::1"], "clear"), (["a.geojson::1"], "violation")],
)
def test_a_permit_for_a_zone_is_not_for_its_namesake_elsewhere(
    named: list[str], verdict: str, run, tmp_path: Path
) -> None:
    """Two publishers number their zones alike: a permit for the one is none for the other."""
    west = {"type": "Polygon", "coordinates": [ring(-80, -50, -20, 50)]}
    east = {"type": "Polygon", "coordinates": [ring(20, -50, 80, 50)]}
    files = [
        zones(tmp_path / name, a_zone("1", kind="REQ_AUTHORIZATION", geometry=shape))
        for name, shape in (("a.geojson", west), ("b.geojson", east))
    ]
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    permit = write(tmp_path / "p.json", a_permit(zones=named))
    options = ["--permit", permit, "-f", "json"]
    made = json.loads(run("check", mission, "--zones", files[0], "--zones", files[1], *options).out)
    assert made["verdict"] == verdict
    told = next(f for f in made["missions"][0]["findings"] if f["rule"] == "PAP101")["message"]
    assert ("several files have a zone 1" in told) is (named == ["1"])
    around = {"type": "Polygon", "coordinates": [ring(-2000, -2000, 2000, 2000)]}
    wide = zones(tmp_path / "w.geojson", a_zone("1", kind="REQ_AUTHORIZATION", geometry=around))
    made = json.loads(run("check", mission, "--zones", files[0], "--zones", wide, *options).out)
    assert made["verdict"] == "violation"  # the small one lies inside the large one, and is another
    copied = write(
        tmp_path / "c.geojson", json.loads(Path(files[0]).read_text("utf-8"))
    )  # the same zone in another file
    alone = write(tmp_path / "q.json", a_permit(zones=["1"]))
    made = json.loads(
        run("check", mission, "--zones", files[0], "--zones", copied, "--permit", alone, "-f", "json").out
    )
    assert made["verdict"] == "clear"


@pytest.mark.parametrize(("upper", "verdict"), [(62.9, "violation"), (63.0, "clear"), (63.1, "clear")])
def test_the_uncertainty_must_fit_into_the_permit(ask, upper: float, verdict: str) -> None:
    assert ask(a_permit(upper=upper, datum="AGL"))[0] == verdict


def test_only_an_exemption_lifts_a_prohibition(ask) -> None:
    waiver = {"reason": "r", "until": "2026-12-31T00:00:00Z"}
    for kind, verdict in (("authorization", "violation"), ("waiver", "violation"), ("exemption", "clear")):
        assert ask(a_permit(kind=kind, **waiver), kind="PROHIBITED")[0] == verdict, kind


def test_a_zone_across_the_antimeridian_is_no_namesake_of_itself(run, tmp_path: Path) -> None:
    """One file draws it across the line, the other only the part of it beyond."""

    def outline(west: float, east: float) -> dict[str, Any]:
        corners = [[west, 52.0], [east, 52.0], [east, 52.01], [west, 52.01], [west, 52.0]]
        return {"type": "Polygon", "coordinates": [corners]}

    files = [
        zones(tmp_path / name, a_zone("1", kind="REQ_AUTHORIZATION", geometry=outline(*sides)))
        for name, sides in (("a.geojson", (179.995, -179.995)), ("b.geojson", (-180.0, -179.995)))
    ]
    mission = write(tmp_path / "m.geojson", a_mission([[-179.999, 52.005, 50], [-179.997, 52.005, 50]]))
    permit = write(tmp_path / "p.json", a_permit(zones=["1"]))
    made = json.loads(
        run("check", mission, "--zones", files[0], "--zones", files[1], "--permit", permit, "-f", "json").out
    )
    found = [f["status"] for f in made["missions"][0]["findings"] if f["rule"] == "AIR102" and f["zone"]]
    assert found == ["permitted", "permitted"] and made["verdict"] == "clear"


@pytest.mark.parametrize(
    ("kind", "confidence", "status"),
    [("waiver", "house", "waived"), ("waiver", "A", "failed"), ("exemption", "A", "permitted")],
)
def test_a_paper_that_the_house_asks_for_can_be_waived_and_one_of_law_cannot(
    kind: str, confidence: str, status: str, run, tmp_path: Path
) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(
        '[pack]\nid = "own"\nedition = "1"\nregime = "house"\nopt_in = true\nvalid_from = 2020-01-01\nsource = "us"\n'
        'title.en = "Own"\ntitle.nl = "Eigen"\n[[limit]]\nid = "OWN-NOTICE"\nkind = "paper"\npaper = "notice"\n'
        f'comparator = "required"\narticle = "ours"\nvalid_from = 2020-01-01\nconfidence = "{confidence}"\n'
        'title.en = "Notice"\ntitle.nl = "Bericht"\n',
        "utf-8",
    )
    mission, zone = (
        write(tmp_path / "m.geojson", a_mission(ACROSS)),
        zones(tmp_path / "z.geojson", a_zone(kind="NO_RESTRICTION")),
    )
    ends = {"reason": "x", "approved_by": "Chief", "until": "2026-06-01T00:00:00Z"}
    given = a_permit(kind=kind, zones=[], rules=["OWN-NOTICE"], **ends)
    options = ["--zones", zone, "--pack", pack, "--permit", write(tmp_path / "p.json", given), "-f", "json"]
    made = json.loads(run("check", mission, *options).out)
    (paper,) = [f for f in made["missions"][0]["findings"] if f["rule"] == "PAP102"]
    assert paper["status"] == status and (made["verdict"] == "violation") is (status == "failed")


def test_a_waiver_waives_and_needs_reason_issuer_and_end(ask) -> None:
    whole = a_permit(kind="waiver", reason="neighbours agreed", until="2026-12-31T00:00:00Z")
    verdict, zone, _ = ask(whole)
    assert verdict == "clear" and zone["status"] == "waived"
    for gone in ("reason", "issuer", "until"):
        stripped = json.loads(json.dumps(whole))
        del stripped["permit"][gone]
        verdict, error, _ = ask(stripped)
        assert verdict == "refused" and gone in error


def test_a_permit_for_a_time_does_not_cover_a_mission_without_one(ask) -> None:
    verdict, _zone, paper = ask(a_permit(**HOURS), mission=a_mission(ACROSS, untimed=True))
    assert verdict == "violation" and "states no time" in paper["message"]


def test_a_permit_may_raise_a_limit(ask, tmp_path: Path, run) -> None:
    high = a_mission([at(-300, 300, 140), at(300, 300, 140)], mission={"category": "open/A2"})
    zone_file = zones(tmp_path / "z.geojson", a_zone())
    mission_file = write(tmp_path / "m.geojson", high)
    for most, code in ((139, 1), (141, 0)):
        permit = write(
            tmp_path / f"{most}.json",
            {"permit": {"id": "H", "kind": "exemption", "limits": {"ALT101": {"max_m": most}}}},
        )
        assert run("check", mission_file, "--zones", zone_file, "--permit", permit).code == code


def test_a_mission_names_its_permits_beside_itself(run, tmp_path: Path) -> None:
    (tmp_path / "permits").mkdir()
    write(tmp_path / "permits" / "tower.json", a_permit())
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS, mission={"permits": ["permits/tower.json"]}))
    zone_file = zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION"))
    assert run("check", mission, "--zones", zone_file).code == 0
    (tmp_path / "permits" / "tower.json").unlink()
    assert run("check", mission, "--zones", zone_file).code == 4


def test_a_zone_that_is_entered_at_the_last_moment_is_not_permitted_at_another_height(run, tmp_path: Path) -> None:
    opens = [{"startDateTime": "2026-05-12T08:01:00Z", "endDateTime": "2026-05-12T09:00:00Z"}]
    zone_file = zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION", limitedApplicability=opens))
    mission = write(tmp_path / "m.geojson", a_mission([at(0, 0, 60), at(1, 0, 60)]))  # lands at 08:01:00Z
    for upper, code in ((10, 1), (100, 0)):
        permit = write(tmp_path / "p.json", a_permit(lower=0, upper=upper, datum="AGL"))
        assert run("check", mission, "--zones", zone_file, "--permit", permit).code == code


@pytest.mark.parametrize("order", [(60, 20), (20, 60)])
def test_a_permit_for_one_flight_is_not_for_its_namesake_at_another_height(
    order: tuple[int, int], run, tmp_path: Path
) -> None:
    """Two flights of a mission with one name: each is held against the permit by itself."""
    low, high = (a_mission([at(-200, 0, metres), at(200, 0, metres)], uncertainty=(5, 3)) for metres in order)
    low["features"] += high["features"]
    mission, zone_file = (
        write(tmp_path / "m.geojson", low),
        zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION")),
    )
    permit = write(tmp_path / "p.json", a_permit(lower=0, upper=30, datum="AGL"))
    ran = run("check", mission, "--zones", zone_file, "--permit", permit, "-f", "json")
    assert ran.code == 1, ran.out[:400]
    flights = {met["flight"] for f in json.loads(ran.out)["missions"][0]["findings"] for met in f["encounters"]}
    assert flights == {"flight-1", "flight-1 #2"}


@pytest.mark.parametrize(
    "members",
    [
        {"untill": "2020-01-01T00:00:00Z"}, {"zone": ["another"]}, {"pilot": ["nobody"]},
        {"limits": {"ALT101": {"max": 130}}},
        {"limits": {"ALT101": {}}}, {"until": ""}, {"from": " "}, {"missions": [""]}, {"pilots": [" "]},
    ],
    ids=str,
)  # fmt: skip
def test_a_permit_that_says_what_is_not_understood_is_refused(members: dict, run, tmp_path: Path) -> None:
    zone = zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION"))
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS))
    whole = {"id": "P-1", "kind": "authorization", "issuer": "Tower"}
    for more, code in (({}, 0), ({"note": "by telephone"}, 0), (members, 4)):
        permit = write(tmp_path / "p.json", {"permit": whole | more})
        ran = run("check", mission, "--zones", zone, "--permit", permit)
        assert ran.code == code and (code == 0 or "p.json" in ran.err), ran.err
