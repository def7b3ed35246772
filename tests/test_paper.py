"""The report on paper: the same words and figures as the page, tagged, with its fonts; and the page before a checker."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from builders import ACROSS, a_mission, a_simple_zone, a_zone, at, ring, write, zones
from depth import only_deep
from rasterio.transform import Affine
from rasters import a_raster

from dronectl import bundled
from dronectl.reports.speech import LANGUAGES, speech

CITIES = ["amsterdam/ams-zuidas-facade.geojson", "den-haag/dh-roof-77.geojson", "almere/alm-festival-watch.geojson",
          "eindhoven/ehv-oirschot-line.geojson", "apeldoorn/apd-park-survey.geojson"]  # fmt: skip
UNPRINTED = {"svg", "say", "lang", "verdict", "look", "label", "label_said", "id", "number", "sha256", "date"}
EVIL = '#pagebreak() "); #eval("1") <script>alert(1)</script> $x$ *bold* @ref // \\ `raw`'


def squeezed(text: str) -> str:
    """Text without what a line break may add or take."""
    return re.sub(r"[\s\u200b\u00ad-]", "", text)


def told(values: Any) -> list[str]:
    """Every text in a sheet that is printed, without drawings and keys of styles."""
    if isinstance(values, dict):
        return [text for name, value in values.items()
                if name not in UNPRINTED
                for text in told(value)]  # fmt: skip
    if isinstance(values, list):
        return [text for value in values for text in told(value)]
    return [values] if isinstance(values, str) and values else []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("city", CITIES[:3])
def test_paper_and_page_carry_the_same_words_and_figures(
    city: str, lang: str, run, tmp_path, browser, monkeypatch
) -> None:
    from dronectl.reports import as_html, as_pdf

    sheets: list[dict[str, Any]] = []
    for module in (as_html, as_pdf):
        whole = module.sheet
        monkeypatch.setattr(module, "sheet", lambda report, whole=whole: sheets.append(whole(report)) or sheets[-1])
    targets = [tmp_path / "r.html", tmp_path / "r.pdf"]
    for target in targets:
        run("check", f"{bundled.MISSIONS}/{city}", "--lang", lang, "-o", target)
    assert sheets[0] == sheets[1]
    paper = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(targets[1]).pages))
    opened = browser.new_page()
    opened.goto(targets[0].as_uri())
    page = squeezed(opened.evaluate("document.body.textContent"))
    opened.close()
    names = {row["name"] for mission in sheets[0]["missions"] for row in mission["checks"]}
    for text in told(sheets[0]):
        if text not in names:  # the long name of a rule is the tip of its code on the page
            assert squeezed(text) in paper, text
            assert squeezed(text) in page, text


def test_the_paper_is_tagged_archivable_and_holds_the_evidence(run, tmp_path: Path) -> None:
    target = tmp_path / "r.pdf"
    run("check", f"{bundled.MISSIONS}/{CITIES[0]}", "-o", target)
    reader = pypdf.PdfReader(target)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en" and "/StructTreeRoot" in root
    metadata = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>3<" in metadata and "<pdfaid:conformance>A<" in metadata and "pdfuaid" in metadata
    assert json.loads(reader.attachments["evidence.json"][0])["verdict"] == "violation"
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)
    assert len(reader.pages) == 3


def test_page_one_is_one_page_for_every_city(run, tmp_path: Path) -> None:
    for city in CITIES:
        target = tmp_path / "r.pdf"
        run("check", f"{bundled.MISSIONS}/{city}", "-o", target)
        first = pypdf.PdfReader(target).pages[0].extract_text()
        for part in ("Map", "What blocks", "What to watch", "What we could not check", "Height profile", "Time",
                     "Privacy in four numbers", "Who and why", "Evidence", "Abort if", "Emergency", "Signed"):  # fmt: skip
            assert part in first, (city, part)


@pytest.mark.parametrize("format_", ["pdf", "html"])
def test_no_name_of_an_input_acts_on_page_or_paper(format_: str, run, tmp_path: Path) -> None:
    mission = write(tmp_path / "m.geojson", a_mission(ACROSS, mission={"name": EVIL, "pilot": EVIL}))
    zone = zones(tmp_path / "z.geojson", a_zone(name=EVIL), a_simple_zone("privacy", id="<b>&#38;", name=EVIL))
    target = tmp_path / f"r.{format_}"
    assert run("check", mission, "--zones", zone, "-o", target).code == 1
    if format_ == "pdf":
        reader = pypdf.PdfReader(target)
        text = squeezed("".join(page.extract_text() for page in reader.pages))
        assert squeezed(EVIL) in text and reader.metadata.title == f"NOT CLEARED: {EVIL}"
    else:
        assert "<script>alert" not in target.read_text("utf-8")


def test_the_page_passes_axe_and_the_keyboard(browser, run, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for lang in LANGUAGES:
        target = tmp_path / "r.html"
        run("check", *(f"{bundled.MISSIONS}/{city}" for city in CITIES[:2]), "--lang", lang, "-o", target)
        context = browser.new_context(bypass_csp=True)  # axe is put into the page; what is tested is the page
        opened = context.new_page()
        opened.goto(target.as_uri())
        opened.wait_for_selector("#map[data-drawn]")
        found = Axe().run(
            opened, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
        )
        wrong = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found.response["violations"]]
        assert not wrong
        opened.keyboard.press("Tab")
        reached = set()
        for _ in range(60):
            reached.add(opened.evaluate("document.activeElement.getAttribute('class') || document.activeElement.id"))
            opened.keyboard.press("Tab")
        assert "go" in reached and any("map" in name or "leaflet" in name for name in reached)
        context.close()


def test_a_base_map_lies_under_the_map(run, tmp_path: Path) -> None:
    mission, zone = write(tmp_path / "m.geojson", a_mission(ACROSS)), zones(tmp_path / "z.geojson", a_zone())
    streets = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [at(-300, 30), at(300, 30)]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring(60, 60, 90, 90)]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring(9000, 0, 9010, 9)]}},
    ]}  # fmt: skip
    drawn = write(tmp_path / "streets.geojson", streets)
    plain, over = tmp_path / "plain.html", tmp_path / "over.html"
    run("check", mission, "--zones", zone, "-o", plain)
    run("check", mission, "--zones", zone, "-o", over, "--basemap", drawn)
    assert 'stroke="#c9c9c2"' not in plain.read_text("utf-8")
    text = over.read_text("utf-8")
    assert (
        text.count('stroke="#c9c9c2"') == 1
        and text.count('fill="#e3e3dd"') == 1
        and "base map: streets.geojson" in text
    )
    report = json.loads(run("check", mission, "--zones", zone, "-f", "json", "--basemap", drawn).out)
    assert report["inputs"][-1]["role"] == "basemap" and re.fullmatch(r"[0-9a-f]{64}", report["inputs"][-1]["sha256"])


def test_a_picture_and_tables_are_base_maps_too(run, tmp_path: Path) -> None:
    import geopandas
    import numpy as np
    import pyogrio
    from builders import LAT, LON, METRE_EAST, METRE_NORTH
    from shapely.geometry import Polygon

    mission, zone = write(tmp_path / "m.geojson", a_mission(ACROSS)), zones(tmp_path / "z.geojson", a_zone())
    pixels = np.zeros((80, 80), dtype="uint8")
    pixels[:, 40:] = 200
    place = Affine(10 * METRE_EAST, 0, LON - 400 * METRE_EAST, 0, -10 * METRE_NORTH, LAT + 400 * METRE_NORTH)
    photo = a_raster(tmp_path / "photo.tif", pixels, place, crs="EPSG:4326")
    target = tmp_path / "r.html"
    ran = run("check", mission, "--zones", zone, "-o", target, "--basemap", photo)
    assert ran.code == 1, ran.err
    found = re.search(r'href="data:image/png;base64,([^"]+)"', target.read_text("utf-8"))
    raw = base64.b64decode(found[1])
    width, height = (int.from_bytes(raw[k : k + 4], "big") for k in (16, 20))
    rows = zlib.decompress(raw[raw.index(b"IDAT") + 4 : raw.index(b"IEND") - 8])
    middle = rows[(height // 2) * (width + 1) + 1 : (height // 2 + 1) * (width + 1)]
    assert 30 < width < 80 and middle[0] == 0 and middle[-1] == 200
    house = geopandas.GeoDataFrame(
        {"kind": ["house"]}, geometry=[Polygon(ring(60, 60, 90, 90))], crs="EPSG:4326"
    ).to_crs("EPSG:28992")
    for name, driver in (("houses.gpkg", "GPKG"), ("houses.pmtiles", "PMTiles")):
        frame = house if driver == "GPKG" else house.to_crs("EPSG:3857")
        more = {"MAXZOOM": 15} if driver == "PMTiles" else {}
        pyogrio.write_dataframe(frame, tmp_path / name, driver=driver, **more)
        ran = run("check", mission, "--zones", zone, "-o", target, "--basemap", tmp_path / name)
        assert ran.code == 1, ran.err
        assert 'fill="#e3e3dd"' in target.read_text("utf-8"), driver


@pytest.mark.parametrize(("name", "content"), [
    ("a.tif", b"II*\0" + bytes(40)), ("a.gpkg", b"SQLite format 3\0" + bytes(90)), ("a.pmtiles", b"PMTiles\x03" + bytes(120)),
    ("a.geojson", b'{"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon", "coordinates": 3}}]}'),
    ("a.json", b'{"hello": 1}'), ("a.vrt", b"<VRTDataset/>"),
])  # fmt: skip
def test_a_file_that_is_no_base_map_is_refused(name: str, content: bytes, run, tmp_path: Path) -> None:
    mission, zone = write(tmp_path / "m.geojson", a_mission(ACROSS)), zones(tmp_path / "z.geojson", a_zone())
    (tmp_path / name).write_bytes(content)
    ran = run("check", mission, "--zones", zone, "-f", "html", "--basemap", tmp_path / name)
    assert ran.code == 4 and name in ran.err and not ran.out
    assert run("check", mission, "--zones", zone, "-f", "html", "--basemap", tmp_path / "none.gpkg").code == 4


def square(name: str, west: float, south: float, side: float) -> dict[str, Any]:
    area = {"type": "Polygon", "coordinates": [ring(west, south, west + side, south + side)]}
    return a_zone(name, geometry=area)


@only_deep
def test_a_thousand_findings_and_a_national_set_stay_a_small_page(browser, run, tmp_path: Path) -> None:
    points = [at(60 * (k % 2), 30 * k, 60) for k in range(40)]
    near = [square(f"N{k}", -40 + 3 * (k % 30), 1.2 * k, 30) for k in range(1000)]
    far = [square(f"F{k}", 9000 + 80 * (k % 60), 80 * k // 60, 40) for k in range(1500)]
    mission = write(tmp_path / "m.geojson", a_mission(points))
    zone = zones(tmp_path / "z.geojson", *near, *far)
    for target in (tmp_path / "r.html", tmp_path / "r.pdf"):
        assert run("check", mission, "--zones", zone, "-o", target).code == 1
        assert target.stat().st_size < 5_000_000, target
    opened = browser.new_page()
    opened.goto((tmp_path / "r.html").as_uri())
    opened.wait_for_selector("#map[data-drawn]")
    opened.close()
    assert len(pypdf.PdfReader(tmp_path / "r.pdf").pages) > 5


def test_every_word_of_the_page_has_both_languages() -> None:
    def keys(values: Any, path: str = "") -> set[str]:
        if not isinstance(values, dict):
            return {path + ("#" * len(values) if isinstance(values, list) else "")}
        if path.endswith("glossary_words"):
            return {path + "#" * len(values)}
        return {key for name, value in values.items() for key in keys(value, f"{path}.{name}")}

    def holes(values: Any) -> dict[str, list[str]]:
        return {key: sorted(re.findall(r"\{(\w+)\}", json.dumps(value))) for key, value in values.items()}

    english, dutch = (speech(lang) for lang in ("en", "nl"))
    assert keys(english) == keys(dutch)
    assert holes(english) == holes(dutch) and holes(english["facts"]) == holes(dutch["facts"])
