"""The public register as files: GeoJSON, a table, a page, and metadata for a catalogue of data (DCAT-AP)."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from dronectl.audit.summary import ALL
from dronectl.geometry.sketch import Sketch
from dronectl.layer import Layer
from dronectl.readers.moments import HOME_ZONE
from dronectl.reports.as_csv import cell
from dronectl.reports.dutch import Say, english
from dronectl.reports.pages import page, part
from dronectl.reports.speech import number, speech
from dronectl.reports.words import tame
from dronectl.sharing.disclosure import Disclosure
from dronectl.sharing.register import Register, square_of
from dronectl.zone import Rings

NAMES = ("register.geojson", "register.csv", "index.nl.html", "index.en.html", "dataset.jsonld")
COLUMNS = (
    "flight_id", "date", "start_15min", "duration_5min_s", "areas", "grid_cells", "operator", "purpose_code", "legal_basis",
    "sensors", "max_height_band_m", "max_dori_level_on_people", "recorded", "retention_class", "plan", "plan_verdict",
    "deviations", "notice_ref", "sensor_register_ref", "contact", "withheld",
)  # fmt: skip
WIDTH, HEIGHT, LEAST_M = 960, 540, 3_000.0
SHADES = ("#cfe3f2", "#8fbfe0", "#4a90c4", "#1d5f94", "#0b3558")
AUTHORITY = "http://publications.europa.eu/resource/authority/"


def files(made: Register, test: Disclosure, addresses: int, areas: Layer | None = None) -> dict[str, str]:
    """Every file of the register, by name; the same register gives the same bytes. `areas` are drawn on the map."""
    document = {**made.document, "disclosure": _tested(made, test, addresses)}
    return {
        "register.geojson": json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        "register.csv": _csv(document), "index.nl.html": _page(document, test, "nl", areas),
        "index.en.html": _page(document, test, "en", areas), "dataset.jsonld": _dataset(document),
    }  # fmt: skip


def _tested(made: Register, test: Disclosure, addresses: int) -> dict[str, Any]:
    return {
        "fewest": test.fewest, "flights": len(made.document["features"]), "places": test.places, "told": test.told,
        "smallest": test.smallest, "guessed": test.guessed, "linked_places": test.linked, "addresses": addresses,
        "addresses_per_square": test.cells,
    }  # fmt: skip


def _csv(document: Mapping[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    for feature in document["features"]:
        row = feature["properties"]
        writer.writerow([cell(_flat(row[name])) for name in COLUMNS])
    return out.getvalue()


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(
            str(one) if not isinstance(one, Mapping) else f"{one['field']}: {one['ground']};" for one in value
        )
    return value


def _page(document: Mapping[str, Any], test: Disclosure, lang: str, areas: Layer | None) -> str:
    spoken = speech(lang)
    say = spoken["register"]
    purposes = spoken["notice"]["purposes"]
    records = [feature["properties"] for feature in document["features"]]
    script = part("register.js").strip()
    rows = [_row(record, say, purposes, lang) for record in records]
    named = sorted({area for record in records for area in record["areas"]})
    filters = [
        {"label": say["purpose"], "column": "purpose",
         "choices": [{"id": c, "said": purposes.get(c, say["other"])} for c in sorted({r["purpose_code"] for r in rows})]},
        {"label": say["area"], "column": "area", "choices": [{"id": tame(area), "said": tame(area)} for area in named]},
        {"label": say["month"], "column": "month",
         "choices": [{"id": month, "said": month} for month in sorted({r["month"] for r in rows})]},
    ]  # fmt: skip
    count = sum(document["not_in_it"].values())
    values = {
        "lang": lang, "say": spoken,
        "words": say["words"],
        "title": say["title"].format(publisher=tame(document["publisher"]), period=_period(document, say)),
        "facts": say["facts"].format(flights=len(records), withheld=count, made=document["made"]),
        "register": {**say, "intro": say["intro"].format(fewest=test.fewest)},
        "map": _map(records, say, lang, areas), "rows": rows,
        "filters": filters, "shown": say["shown"].format(count=len(rows), all=len(rows)),
        "withheld": _withheld(document, say), "test": _test(document["disclosure"], say, lang),
        "told": json.dumps({"shown": say["shown"]}, ensure_ascii=True).replace("<", "\\u003c"), "script": script,
    }  # fmt: skip
    return page("register.html.j2", values, scripts=[script])


def _period(document: Mapping[str, Any], say: Mapping[str, Any]) -> str:
    """The period as people say it."""
    return str(say["every"] if document["period"] == ALL else document["period"])


def _row(record: Mapping[str, Any], say: Mapping[str, Any], purposes: Mapping[str, str], lang: str) -> dict[str, Any]:
    start = record["start_15min"]
    moment = datetime.fromisoformat(start).astimezone(ZoneInfo(HOME_ZONE)) if start else None
    kept = record["retention_class"]
    recorded = say["recorded"][{True: "true", False: "false", None: "null"}[record["recorded"]]]
    level = record["max_dori_level_on_people"]
    verdict = say["verdicts"].get(record["plan_verdict"] or "", "")
    plan = say["plan"]["true" if record["plan"] else "false"]
    return {
        "flight_id": record["flight_id"], "purpose_code": record["purpose_code"],
        "when": f"{moment:%Y-%m-%d %H:%M}" if moment else say["nothing"], "month": (record["date"] or "")[:7],
        "minutes": number((record["duration_5min_s"] or 0) / 60, lang),
        "purpose": purposes.get(record["purpose_code"], say["other"]), "areas": ", ".join(record["areas"]) or say["nothing"],
        "areas_key": json.dumps([tame(area) for area in record["areas"]], ensure_ascii=False),
        "cells": number(len(record["grid_cells"]), lang),
        "band": say["metres"].format(band=record["max_height_band_m"]) if record["max_height_band_m"] != "unknown"
        else say["levels"]["unknown"],
        "level": say["levels"].get(level, say["levels"]["unknown"]),
        "recorded": say["kept"].format(retention=tame(str(kept))) if record["recorded"] and kept else recorded,
        "plan": f"{plan}: {verdict}" if verdict else plan, "contact": record["contact"] or say["nothing"],
    }  # fmt: skip


def _withheld(document: Mapping[str, Any], say: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = []
    for one in document["withheld_from_all"]:
        rows.append({"what": say["withheld_fields"][one["field"]], "ground": say["grounds"][one["ground"]]})
    for ground, count in document["not_in_it"].items():
        rows.append({"what": say["whole"].format(count=count), "ground": say["grounds"][ground]})
    for feature in document["features"]:
        record = feature["properties"]
        for one in record["withheld"]:
            what = say["withheld_fields"].get(one["field"], one["field"])
            rows.append({"what": say["of_flight"].format(flight=record["flight_id"], field=what),
                         "ground": say["grounds"].get(one["ground"], one["ground"])})  # fmt: skip
    return rows


def _test(found: Mapping[str, Any], say: Mapping[str, Any], lang: str) -> list[str]:
    shown = {name: number(value, lang) for name, value in found.items() if isinstance(value, int)}
    shown["smallest"] = shown.get("smallest", say["nothing"])
    shown["linked"] = shown["linked_places"]
    names = ("test_places", "test_told", "test_guess", "test_linked", "test_passed")
    return [say[name].format(**shown) for name in names]


def _map(
    records: Sequence[Mapping[str, Any]], say: Mapping[str, Any], lang: str, areas: Layer | None
) -> dict[str, str]:
    """The squares, darker where more flights came: drawn from what is published and from nothing else."""
    count = Counter(name for record in records for name in record["grid_cells"])
    if not count:
        return {"svg": "", "caption": say["map_none"]}
    order = sorted(count, key=lambda name: (-square_of(name).side, name))  # the finer ones on top
    rings = {name: np.array(square_of(name).ring()) for name in order}
    places = np.concatenate(list(rings.values()))
    sheet = Sketch.of(places[:, 0], places[:, 1], (WIDTH, HEIGHT, 10), spare=0.08, least_m=LEAST_M)
    most = max(count.values())
    caption = say["map_caption"].format(cells=number(len(count), lang), most=number(most, lang))
    drawn = [f"<title>{escape(say['map'])}</title><desc>{escape(caption)}</desc>"]
    for name in order:
        shade = SHADES[min(len(SHADES) - 1, (count[name] - 1) * len(SHADES) // most)]
        told = f"<title>{escape(name)}: {count[name]}</title>"
        drawn += _shapes(sheet, Rings(((rings[name],),)), f'fill="{shade}" stroke="#fff" stroke-width="1"', told)
    for zone in areas.zones if areas is not None else ():
        footprint = zone.volumes[0].footprint
        if isinstance(footprint, Rings):
            drawn += _shapes(
                sheet, footprint, 'fill="none" stroke="#555" stroke-width="1.5" stroke-dasharray="5 4"', ""
            )
            _, middle = sheet.area(footprint)
            if middle is not None:
                x, y = middle
                drawn.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{escape(tame(zone.name))}</text>')
    bar = sheet.scale * 1000
    drawn.append(
        f'<path d="M16 {HEIGHT - 18}h{bar:.1f}" stroke="#000" stroke-width="3"/><text x="16" y="{HEIGHT - 26}">1 km</text>'
    )
    svg = f'<svg class="map chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(drawn)}</svg>'
    return {"svg": svg, "caption": caption}


def _shapes(sheet: Sketch, footprint: Rings, look: str, inner: str) -> list[str]:
    """The rings of an area as polygons of a drawing."""
    outline, _ = sheet.area(footprint)
    made = []
    for ring in outline:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in ring)
        made.append(f'<polygon points="{points}" {look}>{inner}</polygon>')
    return made


def _dataset(document: Mapping[str, Any]) -> str:
    """The register as a dataset of a catalogue: DCAT-AP 3.0 in JSON-LD."""
    days = sorted(f["properties"]["date"] for f in document["features"] if f["properties"]["date"])
    corners = np.array(
        [at for f in document["features"] for name in f["properties"]["grid_cells"] for at in square_of(name).ring()]
    ).reshape(-1, 2)
    made: dict[str, Any] = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#", "locn": "http://www.w3.org/ns/locn#",
            "gsp": "http://www.opengis.net/ont/geosparql#",
        },
        "@type": "dcat:Dataset",
        "dct:title": [_text(lang, _title(document, lang)) for lang in ("en", "nl")],
        "dct:description": [_text(lang, speech(lang)["register"]["intro"].format(fewest=document["disclosure"]["fewest"]))
                            for lang in ("en", "nl")],
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": document["publisher"]},
        "dct:accessRights": {"@id": f"{AUTHORITY}access-right/PUBLIC"},
        "dct:issued": {"@value": document["made"], "@type": "xsd:date"},
        "dct:language": [{"@id": f"{AUTHORITY}language/{code}"} for code in ("NLD", "ENG")],
        "dcat:theme": [{"@id": f"{AUTHORITY}data-theme/{code}"} for code in ("TRAN", "GOVE")],
        "dcat:keyword": ["drone", "UAS", "transparency"],
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dct:title": _text("en", name), "dcat:accessURL": {"@id": name},
             "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{kind}"}}
            for name, kind in (("register.geojson", "application/geo+json"), ("register.csv", "text/csv"),
                               ("index.nl.html", "text/html"), ("index.en.html", "text/html"))
        ],
    }  # fmt: skip
    if days:
        made["dct:temporal"] = {"@type": "dct:PeriodOfTime", "dcat:startDate": {"@value": days[0], "@type": "xsd:date"},
                                "dcat:endDate": {"@value": days[-1], "@type": "xsd:date"}}  # fmt: skip
    if len(corners):
        (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        ring = ", ".join(
            f"{x:.4f} {y:.4f}" for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south))
        )
        made["dct:spatial"] = {"@type": "dct:Location",
                               "dcat:bbox": {"@value": f"POLYGON(({ring}))", "@type": "gsp:wktLiteral"}}  # fmt: skip
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _title(document: Mapping[str, Any], lang: str) -> str:
    say = speech(lang)["register"]
    return f"{say['words']}, {_period(document, say)}"


def _text(lang: str, words: str) -> dict[str, str]:
    return {"@language": lang, "@value": words}


def told(made: Register, test: Disclosure, tell: Say = english) -> str:
    """What was published and what was not, and what the attack found, for the terminal."""
    lines = [tell(f"{len(made.document['features'])} flights told; {sum(made.withheld.values())} not")]
    lines += [f"  {count}x {tell(ground)}" for ground, count in made.withheld.items()]
    lines += [
        f"  {feature['id']}: {tame(one['field'])}: {tell(one['ground'])}"
        for feature in made.document["features"]
        for one in feature["properties"]["withheld"]
    ]
    lines.append(tell(f"disclosure test: {test.places} places looked for, {test.told} in a square that is told"))
    for name, count in sorted(test.cells.items(), key=lambda pair: pair[1])[:5]:
        lines.append(tell(f"  {name} is shared by {count} addresses"))
    for leak in test.leaks:
        lines.append(tell(f"  LEAK {leak.attack}: {', '.join(leak.flights)} among {leak.addresses} addresses"))
    if test.passed:
        lines.append(tell(f"PASSED: no place can be told apart from fewer than {test.fewest} addresses"))
    else:
        lines.append(tell(f"FAILED: {len(test.leaks)} place(s) can be found; nothing was published"))
    return "\n".join(lines) + "\n"
