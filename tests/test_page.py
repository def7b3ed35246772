"""The HTML report in a real browser: it makes no request, and shows verdict, map, profile and findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from dronectl import bundled

MISSION = f"{bundled.MISSIONS}/amsterdam/ams-zuidas-facade.geojson"
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def page(browser, run, tmp_path: Path):
    """The report of a mission that violates, opened from its file, with what it asked for and what it complained of."""
    file = tmp_path / "report.html"
    assert run("check", MISSION, "-o", file).code == 1
    opened = browser.new_page(viewport={"width": 1100, "height": 900})
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(file.as_uri())
    opened.wait_for_selector("#map[data-drawn]")
    yield opened
    opened.close()


def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(page) -> None:
    assert len(page.asked) == 1 and page.asked[0].startswith("file://")
    assert page.complaints == []
    assert "default-src 'none'" in page.get_attribute('meta[http-equiv="Content-Security-Policy"]', "content")


def test_the_page_shows_verdict_findings_profile_and_time(page) -> None:
    assert page.inner_text("#verdict .verdict") == "NOT CLEARED"
    body = page.inner_text("body")
    for part in ("AIR101", "PRV101", "Heliport VUmc", "What blocks", "Not for navigation".lower(), "stays responsible"):
        assert part in body, part
    charts = page.query_selector_all("svg.chart")
    assert len(charts) == 2 and all(chart.bounding_box()["width"] > 300 for chart in charts)
    assert page.query_selector("svg.chart polyline") and page.query_selector("svg.chart rect.z-PROHIBITED")


def test_the_map_draws_the_path_the_zones_and_the_pieces(page) -> None:
    assert len(page.query_selector_all("#map path.z-PROHIBITED")) >= 1
    assert page.query_selector_all("#map path[stroke='#D55E00'][stroke-dasharray='9 6']")
    assert len(page.query_selector_all("#map .pathnum")) == 6
    drawn = page.query_selector("#map path[stroke='#000']").bounding_box()
    assert drawn["width"] > 50 and drawn["height"] > 50


def test_a_finding_leads_to_its_place_on_the_map(page) -> None:
    before = page.inner_text("#map")
    page.click("button.go >> nth=0")
    page.wait_for_timeout(300)
    assert "prohibited-zone-entered" in page.inner_text("#map") and "prohibited-zone-entered" not in before


def test_the_map_is_a_map_that_can_be_moved_with_the_keyboard(page) -> None:
    zoom = "document.querySelector('#map path[stroke=\"#000\"]').getBoundingClientRect().width"
    before = page.evaluate(zoom)
    page.focus("#map")
    page.keyboard.press("+")
    page.wait_for_timeout(700)
    assert page.evaluate(zoom) > before * 1.2


def test_a_slider_shows_where_a_march_and_the_drone_are_at_a_time(browser, run, tmp_path: Path) -> None:
    file = tmp_path / "march.html"
    run("check", EXAMPLES / "march-watch.geojson", "--zones", EXAMPLES / "march.geojson", "-o", file)
    opened = browser.new_page(viewport={"width": 1100, "height": 900})
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(file.as_uri())
    opened.wait_for_selector("#map[data-drawn]")

    def crowds() -> int:
        return len(opened.query_selector_all("#map path.z-CROWD"))

    def drones() -> int:
        return len(opened.query_selector_all("#map .drone"))

    def slide(share: float) -> str:
        opened.eval_on_selector(
            "#clock input",
            "(s, share) => { s.value = Math.round(share * s.max); s.dispatchEvent(new Event('input')); }",
            share,
        )
        return opened.inner_text("#clock-said")

    everything = crowds()
    assert everything > 3 and drones() == 0 and opened.inner_text("#clock-said") == "all times together"
    assert slide(0.5) == "2026-05-16T13:08:00Z, crowd in place, drone in the air (black dot)"
    assert crowds() == 1 and drones() == 1
    drone, hover = (opened.query_selector(f"#map {what}").bounding_box() for what in (".drone", ".pathnum >> nth=2"))
    assert abs(drone["x"] + drone["width"] / 2 - hover["x"] - hover["width"] / 2) < 2
    half_way = opened.query_selector("#map path.z-CROWD").bounding_box()
    assert slide(0.25).startswith("2026-05-16T13:04:00Z")
    earlier = opened.query_selector("#map path.z-CROWD").bounding_box()
    assert earlier["x"] + earlier["width"] < half_way["x"] + half_way["width"] - 5  # the march goes east
    assert slide(1.0) == "2026-05-16T13:16:00Z, no crowd in place, drone in the air (black dot)"
    assert crowds() == 0
    opened.click("#clock button")
    assert crowds() == everything and drones() == 0
    slide(0.5)
    opened.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert crowds() == everything and not complaints
    opened.close()


def test_the_page_prints_on_a4(page, tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    page.pdf(path=str(target), prefer_css_page_size=True, print_background=True)
    raw = target.read_bytes()
    assert raw.startswith(b"%PDF") and b"/MediaBox [0 0 59" in raw  # 595 by 842 points


def test_the_printed_map_shows_the_whole_path(page) -> None:
    page.emulate_media(media="print")
    assert not page.query_selector("#map").is_visible()
    frame = page.query_selector("svg.map").bounding_box()
    path = page.query_selector("svg.map polyline[stroke='#000']").bounding_box()
    assert frame["x"] <= path["x"] and path["x"] + path["width"] <= frame["x"] + frame["width"]
    assert frame["y"] <= path["y"] and path["y"] + path["height"] <= frame["y"] + frame["height"]


def test_a_page_of_several_missions_names_each(browser, run, tmp_path: Path) -> None:
    file = tmp_path / "several.html"
    other = f"{bundled.MISSIONS}/apeldoorn/apd-teuge-road.geojson"
    run("check", MISSION, other, "-o", file)
    opened = browser.new_page()
    opened.goto(file.as_uri())
    opened.wait_for_selector("#map[data-drawn]")
    text = opened.inner_text("body")
    for number, name in ((1, "Façade inspection, Zuidas"), (2, "Road works, Teuge")):
        assert f"{name}: NOT CLEARED" in opened.inner_text(f"#mission-{number}") and f"Every check: {name}" in text
    opened.close()


def test_the_page_without_a_time_or_with_several_flights_is_drawn(browser, run, tmp_path: Path) -> None:
    for mission in ("apeldoorn/apd-school-roof.geojson", "almere/alm-weerwater-survey.plan"):
        file = tmp_path / "r.html"
        run("check", f"{bundled.MISSIONS}/{mission}", "-o", file)
        opened = browser.new_page()
        errors: list[str] = []
        opened.on("pageerror", lambda error, into=errors: into.append(str(error)))
        opened.goto(file.as_uri())
        opened.wait_for_selector("#map[data-drawn]")
        assert not errors and "no time stated" in opened.inner_text("body")
        opened.close()
