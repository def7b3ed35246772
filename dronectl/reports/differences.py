"""What two sets of zones say differently: text, JSON, GeoJSON and a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from dronectl.differences import Differences, Pair, conditions
from dronectl.geometry.sketch import Sketch, shapes_of
from dronectl.reports.as_geojson import zone_features
from dronectl.reports.dutch import Say, english
from dronectl.reports.pages import page
from dronectl.reports.speech import speech
from dronectl.reports.words import period_text, tame
from dronectl.zone import Zone

FORMATS = ("text", "json", "geojson", "html")
KINDS = ("geometry", "heights", "times", "restriction", "reasons", "conditions", "identifier")
WORDS = {
    "geometry": "outlines", "heights": "heights", "times": "times", "restriction": "restrictions", "reasons": "reasons",
    "conditions": "conditions", "identifier": "identifiers",
}  # fmt: skip
COLOURS = {"a": "#D55E00", "b": "#0072B2"}  # Okabe-Ito
WIDTH, HEIGHT, LEAST_M = 900, 560, 500.0


def render(found: Differences, names: tuple[str, str], format_: str, lang: str = "en", tell: Say = english) -> str:
    """The differences in one of `FORMATS`; `names` are what the two sets are called."""
    if format_ == "json":
        return json.dumps(facts(found, names), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if format_ == "geojson":
        return json.dumps({"type": "FeatureCollection", "features": features(found)}, ensure_ascii=False) + "\n"
    return _page(found, names, lang, tell) if format_ == "html" else _text(found, names, tell)


def facts(found: Differences, names: tuple[str, str]) -> dict[str, Any]:
    """The differences as plain values."""
    return {
        "schema": "dronectl/zones-diff/v1", "a": names[0], "b": names[1], "same": found.same,
        "only_a": [_named(zone) for zone in found.only_a], "only_b": [_named(zone) for zone in found.only_b],
        "differs": [_row(pair) for pair in found.pairs if pair.what],
    }  # fmt: skip


def _named(zone: Zone) -> dict[str, Any]:
    return {"id": zone.id, "name": zone.name, "restriction": _asks(zone), "source": str(zone.where)}


def _row(pair: Pair) -> dict[str, Any]:
    made: dict[str, Any] = {"id": pair.a.id, "id_b": pair.b.id, "by": pair.by, "what": list(pair.what)}
    if pair.laid is not None:
        laid = pair.laid
        made |= {
            "area_a_m2": round(laid.area), "area_b_m2": round(laid.other), "area_ratio": _ratio(pair),
            "shared": round(laid.likeness, 4), "apart_m": round(laid.apart_m, 1),
        }  # fmt: skip
    for name in pair.what:
        if name in SAYS:
            made[f"{name}_a"], made[f"{name}_b"] = SAYS[name](pair.a), SAYS[name](pair.b)
    return made


def _ratio(pair: Pair) -> float | None:
    assert pair.laid is not None
    return round(pair.laid.other / pair.laid.area, 3) if pair.laid.area > 0 else None


def _asks(zone: Zone) -> str:
    return zone.restriction.value if zone.restriction else "not understood"


def _bands(zone: Zone) -> str:
    return "; ".join(sorted({str(volume.band) for volume in zone.volumes}))


def _times(zone: Zone) -> str:
    periods = [*zone.periods, *(period for volume in zone.volumes for period in volume.periods)]
    return "; ".join(tame(period_text(period)) for period in periods) or "always"


def _restriction(zone: Zone) -> str:
    return ", ".join([_asks(zone), *zone.categories])


def _reasons(zone: Zone) -> str:
    return ", ".join(sorted(zone.reasons)) or "-"


def _identifier(zone: Zone) -> str:
    return zone.id


def _conditions(zone: Zone) -> str:
    return "; ".join(tame(words) for words in conditions(zone)) or "-"


SAYS = {
    "heights": _bands, "times": _times, "restriction": _restriction, "reasons": _reasons, "conditions": _conditions,
    "identifier": _identifier,
}  # fmt: skip


def features(found: Differences) -> list[dict[str, Any]]:
    """Zones that only one has, and the parts of outlines that only one has."""
    made = []
    for side, zones in (("only-a", found.only_a), ("only-b", found.only_b)):
        for zone in zones:
            for feature in zone_features(zone):
                feature["properties"] = {"difference": side, "zone": zone.id, **feature["properties"]}
                made.append(feature)
    for pair in found.pairs:
        if pair.laid is None:
            continue
        for side, shape in (("part-only-a", pair.laid.only_one), ("part-only-b", pair.laid.only_other)):
            if shape is not None:
                properties = {"difference": side, "zone": pair.a.id, "area_ratio": _ratio(pair)}
                made.append({"type": "Feature", "geometry": shape, "properties": properties})
    return made


def _text(found: Differences, names: tuple[str, str], tell: Say) -> str:
    lines = [f"A {tame(names[0])}", f"B {tame(names[1])}"]
    for side, zones in (("only in A", found.only_a), ("only in B", found.only_b)):
        lines += [f" {tell(side)}: {tame(zone.id)}  {_asks(zone)}  {tame(zone.name)}" for zone in zones]
    for pair in found.pairs:
        if pair.what:
            lines += [f" {tame(pair.a.id)}  {said}" for said in sentences(pair, tell)]
    counts = [f"{len(found.only_a)} only in A", f"{len(found.only_b)} only in B", f"{found.same} the same"]
    counts += [f"{count} with other {WORDS[kind]}" for kind in KINDS if (count := found.differing(kind))]
    return "\n".join([*lines, "; ".join(tell(count) for count in counts)]) + "\n"


def sentences(pair: Pair, tell: Say = english) -> list[str]:
    """In what a zone differs, each as a sentence."""
    said = []
    for name in pair.what:
        if name == "geometry" and pair.laid is None:
            said.append(tell("only one of them says where it is"))
        elif name == "geometry":
            laid = pair.laid
            assert laid is not None
            ratio = _ratio(pair)
            share = f"area ratio {ratio:.2f}" if ratio is not None else "an area in one of them only"
            said.append(tell(f"{share}, {laid.likeness * 100:.0f} % shared, edges up to {laid.apart_m:.0f} m apart"))
        else:
            one, other = SAYS[name](pair.a), SAYS[name](pair.b)
            said.append(f"{tell(name)}: {tame(tell(one))} | {tame(tell(other))}")
    return said


def _page(found: Differences, names: tuple[str, str], lang: str, tell: Say) -> str:
    spoken = speech(lang)
    say = spoken["differences"]
    rows = [{"id": zone.id, "name": zone.name, "side": say[side], "said": _asks(zone)}
            for side, zones in (("only_a", found.only_a), ("only_b", found.only_b)) for zone in zones]  # fmt: skip
    rows += [{"id": pair.a.id, "name": pair.a.name, "side": say["differs"], "said": "; ".join(sentences(pair, tell))}
             for pair in found.pairs if pair.what]  # fmt: skip
    counts = [(say["only_a"], len(found.only_a)), (say["only_b"], len(found.only_b)), (say["same"], found.same)]
    counts += [(say["kinds"][kind], found.differing(kind)) for kind in KINDS]
    values = {
        "lang": lang, "say": spoken, "words": say["words"], "title": f"{names[0]} / {names[1]}", "differences": say,
        "names": [{"side": "A", "path": names[0]}, {"side": "B", "path": names[1]}], "rows": rows,
        "counts": [{"name": name, "count": count} for name, count in counts], "map": _map(features(found), say),
    }  # fmt: skip
    return page("differences.html.j2", values)


def _map(made: Sequence[dict[str, Any]], say: dict[str, Any]) -> dict[str, str]:
    shapes = [(feature["properties"]["difference"][-1], feature) for feature in made if feature["geometry"]]
    corners = [np.array(list(_positions(feature["geometry"]["coordinates"]))) for _, feature in shapes]
    if not corners:
        return {"svg": "", "caption": say["map_none"]}
    places = np.concatenate(corners)
    sheet = Sketch.of(places[:, 0], places[:, 1], (WIDTH, HEIGHT, 10), spare=0.05, least_m=LEAST_M)
    drawn = [f"<title>{escape(say['map'])}</title><desc>{escape(say['map_caption'])}</desc>"]
    for side, feature in shapes:
        for shape in shapes_of([json.dumps(feature["geometry"])], sheet.box(), 1):
            rings, _ = sheet.ground(shape)
            way = "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z" for ring in rings)
            dash = "" if side == "a" else ' stroke-dasharray="5 3"'
            drawn.append(
                f'<path d="{way}" fill-rule="evenodd" fill="{COLOURS[side]}" fill-opacity="0.35" stroke="{COLOURS[side]}"'
                f"{dash}><title>{escape(tame(str(feature['properties'].get('zone', ''))))}</title></path>"
            )
    svg = f'<svg class="map chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(drawn)}</svg>'
    return {"svg": svg, "caption": say["map_caption"]}


def _positions(coordinates: Any) -> Any:
    if isinstance(coordinates[0], int | float):
        yield coordinates[:2]
    else:
        for inner in coordinates:
            yield from _positions(inner)
