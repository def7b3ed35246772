"""What people get on paper: the crew's two pages, the notice to residents, the annex of an application."""

from __future__ import annotations

import re
from math import ceil
from pathlib import Path

import pypdf
import pytest
from builders import ACROSS, BESIDE, a_mission, a_permit, a_zone, at, write, zones
from test_paper import CITIES, EVIL

from dronectl import bundled
from dronectl.reports.speech import LANGUAGES

FILMING = {"aircraft": "dji-m3e", "camera": {"lens": "wide", "video": [3840, 2160]}, "operator": "NLDabcdefghij123-x7y",
           "purpose": "building-control", "legal_basis": "Omgevingswet",
           "papers": {"contact": "drones@city.example", "retention_class": "72-hours"}}  # fmt: skip


@pytest.fixture
def mission(tmp_path: Path):
    def made(*, height: float = 30, flight: dict | None = None, **facts) -> Path:
        points = [at(-200, 0, 0), at(-200, 0, height), at(200, 0, height), at(200, 0, 0)]
        return write(tmp_path / "m.geojson", a_mission(points, mission=FILMING | facts, **(flight or {})))

    return made


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("city", CITIES)
def test_the_briefing_is_two_pages(city: str, lang: str, run, tmp_path: Path) -> None:
    target = tmp_path / "b.pdf"
    ran = run("brief", f"{bundled.MISSIONS}/{city}", "--lang", lang, "-o", target)
    reader = pypdf.PdfReader(target)
    assert ran.code in (0, 1, 3) and len(reader.pages) == 2
    second = reader.pages[1].extract_text()
    for part in {
        "en": ("Points", "Whom to call", "Before take-off"),
        "nl": ("Punten", "Wie te bellen", "Voor de start"),
    }[lang]:
        assert part in second


def test_the_briefing_prints_on_two_pages_from_a_browser(run, browser, tmp_path: Path) -> None:
    target, paper = tmp_path / "b.html", tmp_path / "b.pdf"
    for city in CITIES:
        run("brief", f"{bundled.MISSIONS}/{city}", "-o", target)
        page = browser.new_page()
        page.goto(target.as_uri())
        page.pdf(path=paper, prefer_css_page_size=True)
        assert len(pypdf.PdfReader(paper).pages) == 2, city
        page.close()


def test_the_briefing_has_points_calls_permits_light_and_posts(run, mission, tmp_path: Path) -> None:
    zone = zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION"))
    permit = write(tmp_path / "p.json", a_permit(id="P-1", kind="authorization", zones=["Z1"], issuer="Tower"))
    ran = run("brief", mission(pilot_at=at(-200, 10)), "--zones", zone, "--permit", permit, "-f", "html")
    text = re.sub(r"<[^>]+>", " ", ran.out)
    assert ran.code == 0 and "CLEARED" in text
    for part in (
        "+31 70 000 0000: Zone Z1",
        "P-1",
        "civil twilight from 05:",
        "pilot stands at",
        "30 m AGL",
        "10:00:00",
    ):
        assert part in text, part
    assert "://" not in re.sub(r'xmlns="[^"]+"', "", ran.out)


def test_the_briefing_of_several_flights_has_each_of_them(run, tmp_path: Path) -> None:
    one, other = a_mission(ACROSS), a_mission(BESIDE, times=["2026-05-14T15:00:00+02:00", "2026-05-14T15:01:00+02:00"])
    one["features"].append(other["features"][0] | {"id": "flight-2"})
    ran = run(
        "brief", write(tmp_path / "m.geojson", one), "--zones", zones(tmp_path / "z.geojson", a_zone()), "-f", "html"
    )
    text = " ".join(re.sub(r"<[^>]+>", " ", ran.out).split())
    for part in ("1.0 ", "2.1 ", "12-05 10:00:00", "14-05 15:01:00", "12-05: civil twilight", "14-05: civil twilight"):
        assert part in text, part
    for lon, lat, _ in (*ACROSS, *BESIDE):
        assert text.count(f"{lat:.5f} {lon:.5f}") >= 2, (
            lat,
            lon,
        )  # among the points, and where it leaves or comes down


@pytest.mark.parametrize(("height", "means"), [
    (100, "see that people are there, and not who"), (44, "tell people apart by their clothes"),
    (23, "recognise somebody whom one knows"), (12, "recognise anybody's face"),
])  # fmt: skip
def test_a_notice_says_what_the_camera_can_recognise(run, mission, height: float, means: str) -> None:
    text = run("notice", mission(height=height)).out
    assert means in text and "drones@city.example" in text and "72-hours" in text and "inspection of buildings" in text
    density = int(re.search(r"at most ([\d,]+) pixels", text)[1].replace(",", ""))
    assert density == ceil(2662.4 / (height - 2))  # over a person of 2 m


def test_a_notice_names_no_place_finer_than_its_grid_and_no_secret(run, mission) -> None:
    for format_ in ("text", "html"):
        text = run(
            "notice", mission(), "--lang", "nl", "--area", "Segbroek", "-f", format_, "--register", "amsterdam"
        ).out
        assert "Segbroek" in text and "7 mei 2026" in text and "tussen 10:00 en 10:15" in text
        assert "x7y" not in text and "NLDabcdefghij123" in text
        assert not re.search(r"\b(?:5\.0\d{2,}|52\.0\d{2,}|4\.9\d{2,}|51\.9\d{2,})\b", text)
        for metres in re.findall(r"RD (\d+) (\d+)", text):
            assert all(int(figure) % 500 == 0 for figure in metres)


def test_a_notice_of_a_flight_that_says_little_says_so(run, tmp_path: Path) -> None:
    bare = a_mission(ACROSS, untimed=True)
    text = run("notice", write(tmp_path / "m.geojson", bare)).out
    for part in ("still to be set", "has not been stated", "has not stated a contact"):
        assert part in text
    silent = a_mission(ACROSS, mission={"camera": {"recording": False}})
    assert "Nothing is recorded" in run("notice", write(tmp_path / "s.geojson", silent)).out
    filming = a_mission(ACROSS, mission={"camera": {"recording": False}}, recording=[True] * len(ACROSS))
    assert "Nothing is recorded" not in run("notice", write(tmp_path / "f.geojson", filming)).out
    assert run("notice", tmp_path / "s.geojson", "--register", "atlantis").code == 2


DAILY = {"from": "2026-06-01", "until": "2026-06-30", "daily": ["10:05", "11:50"], "days": ["MON", "TUE"]}
EVE = {"times": ["2026-12-31T23:50:00+01:00", "2027-01-01T00:20:00+01:00"]}


@pytest.mark.parametrize(("flights", "times"), [
    ([{}], "When: on 12 May 2026, between 10:00 and 10:15."),
    ([{}, {"times": ["2026-05-14T15:00:01+02:00", "2026-05-14T15:16:00+02:00"]}],
     "When: 12 May 2026 10:00-10:15; 14 May 2026 15:00-15:30."),
    ([{}, {"untimed": True}], "When: 12 May 2026 10:00-10:15; the time of 1 more is still to be set."),
    ([EVE], "When: 31 Dec 2026 23:45 - 1 Jan 2027 00:30."),
    ([{"period": DAILY}], "When: 10 days from 1 Jun 2026 to 30 Jun 2026, each 10:00-12:00."),
    ([{"period": DAILY | {"until": "2026-06-02"}}], "When: 1 Jun 2026 10:00-12:00; 2 Jun 2026 10:00-12:00."),
])  # fmt: skip
def test_a_notice_names_every_time_at_which_something_may_fly(
    flights: list[dict], times: str, run, tmp_path: Path
) -> None:
    """A flight of two days is none of the first only, and one that may be flown on any of ten days is told with all ten."""
    made = [a_mission(ACROSS, **flight) for flight in flights]
    made[0]["features"] = [feature | {"id": f"flight-{k}"} for k, one in enumerate(made) for feature in one["features"]]
    path = write(tmp_path / "m.geojson", made[0])
    assert times in run("notice", path).out.splitlines()
    assert "Wanneer: " in run("notice", path, "--lang", "nl").out
    period = "12 May 2026 10:00-10:15 (08:00-08:15Z)" if flights == [{}] else times.removeprefix("When: ")[:-1]
    assert f"- period: {period}" in run("notice", path, "--register", "amsterdam").out


def test_the_annex_has_its_tables(run, mission, tmp_path: Path) -> None:
    zone = zones(tmp_path / "z.geojson", a_zone(kind="REQ_AUTHORIZATION"))
    ran = run("annex", mission(volumes={}), "--zones", zone, "--sora")
    assert ran.code == 1
    for part in ("# Annex", "Omgevingswet", "Contingency volume", "| FAIL | AIR102 |", "REQ\\_AUTHORIZATION", "## SORA 2.5",
                 "SHA-256"):  # fmt: skip
        assert part in ran.out, part
    assert "# Bijlage bij de aanvraag" in run("annex", mission(), "--zones", zone, "--lang", "nl").out


def test_no_name_of_an_input_acts_on_a_handout(run, mission, tmp_path: Path) -> None:
    zone = zones(tmp_path / "z.geojson", a_zone(name=EVIL))
    path = mission(name=EVIL, pilot=EVIL, purpose=EVIL)
    for command in (["brief", path, "--zones", zone, "-f", "html"], ["notice", path, "-f", "html", "--area", EVIL]):
        assert "<script>alert" not in run(*command).out
    assert "<script" not in run("annex", path, "--zones", zone).out.replace("\\<", "")
    target = tmp_path / "b.pdf"
    assert (
        run("brief", path, "--zones", zone, "-o", target).code == 1 and EVIL in pypdf.PdfReader(target).metadata.title
    )


def test_the_exit_code_can_be_had_for_less(run, tmp_path: Path) -> None:
    old = zones(tmp_path / "n.geojson", a_zone(), metadata={"validFrom": None, "validTo": None})
    warned = ("check", write(tmp_path / "b.geojson", a_mission(BESIDE)), "--zones", old)
    assert run(*warned).code == 0 and run(*warned, "--fail-on", "warning").code == 1
    open_ = zones(tmp_path / "c.geojson", a_zone(kind="CONDITIONAL", restrictionConditions="ask"))
    across = write(tmp_path / "a.geojson", a_mission(ACROSS))
    assert [
        run("check", across, "--zones", open_, "--fail-on", level).code for level in ("violation", "undecided")
    ] == [3, 1]
    assert run("check", across, "--zones", open_, "--unknown", "warn").code == 0
