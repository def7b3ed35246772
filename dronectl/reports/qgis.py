"""How QGIS draws the layers of a report: rules with symbols, as a QML document (QGIS 3)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from dronectl.records import dataclass
from dronectl.reports.charts import STROKE
from dronectl.writers.xml import element
from dronectl.writers.xml import render as render_xml

BRUSH = {
    "PROHIBITED": "diagonal_x", "REQ_AUTHORIZATION": "b_diagonal", "CONDITIONAL": "dense6", "USPACE": "no",
    "PRIVACY": "vertical", "CROWD": "dense5", "NO_RESTRICTION": "no", "UNKNOWN": "horizontal",
}  # hatched, so that they are told apart in grey  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the features that an expression of QGIS picks are drawn."""

    label: str
    filter: str = ""
    line: str = "#000000"
    width_mm: float = 0.5
    dash: str = "solid"
    brush: str = ""
    """The hatch of an area; empty for a line."""


ZONES = tuple(
    Look(
        label=name.replace("_", " ").lower(),
        filter=f"\"look\" = '{name}'",
        line=STROKE[name],
        brush=brush,
        width_mm=0.6,
    )
    for name, brush in BRUSH.items()
)
FOOTPRINTS = tuple(
    Look(
        label=f"in view at {level:g} px/m",
        filter=f'"px_per_m" = {level:g}',
        line="#0072B2",
        brush="dense7",
        width_mm=0.3,
    )
    for level in (25, 62.5, 125, 250)
)
FINDINGS = (
    Look(label="violation", filter="\"status\" = 'failed' AND \"severity\" = 'violation'", line="#D55E00", width_mm=1.4,
         dash="dash"),
    Look(label="warning", filter="\"status\" = 'failed' AND \"severity\" <> 'violation'", line="#E69F00", width_mm=1.2,
         dash="dash"),
    Look(label="undecided", filter="\"status\" = 'undecided'", line="#5b2a86", width_mm=1.2, dash="dot"),
    Look(label="permitted or waived", filter="\"status\" IN ('permitted', 'waived')", line="#009E73", width_mm=1.0),
)  # fmt: skip
VOLUMES = (Look(label="operational volume", line="#333333", brush="no", dash="dash", width_mm=0.4),)
LAYERS: dict[str, tuple[Look, ...]] = {
    "missions": (Look(label="mission", width_mm=0.9),),
    "legs": (Look(label="leg", width_mm=0.5),),
    "zones": ZONES,
    "crowds": ZONES,
    "footprints": FOOTPRINTS,
    "volumes": VOLUMES,
    "findings": FINDINGS,
}
LABELS = {"zones": "id", "crowds": "id", "findings": "rule", "missions": "mission"}


def qml(looks: Sequence[Look], label: str = "") -> str:
    """A style for one layer, its features labelled with a field."""
    root = element(None, "qgis", version="3.22.0", styleCategories="Symbology|Labeling")
    renderer = element(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0", forceraster="0")
    rules = element(renderer, "rules", key="renderer")
    symbols = element(renderer, "symbols")
    for number, look in enumerate(looks):
        rule = element(rules, "rule", key=f"rule-{number}", label=look.label, symbol=str(number))
        if look.filter:
            rule.set("filter", look.filter)
        _symbol(symbols, look, number)
    if label:
        labeling = element(root, "labeling", type="simple")
        settings = element(labeling, "settings", calloutType="simple")
        style = element(settings, "text-style", fieldName=label, isExpression="0", fontSize="8", fontSizeUnit="Point",
                        textColor="26,26,26,255")  # fmt: skip
        element(
            style, "text-buffer", bufferDraw="1", bufferSize="1", bufferSizeUnits="MM", bufferColor="255,255,255,255"
        )
    body = render_xml(root).decode().partition("\n")[2]
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}"


def _symbol(symbols: Element, look: Look, number: int) -> None:
    kind = "fill" if look.brush else "line"
    symbol = element(symbols, "symbol", name=str(number), type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = element(symbol, "layer", **{"class": "SimpleFill" if look.brush else "SimpleLine", "enabled": "1", "locked": "0",
                                        "pass": "0"})  # fmt: skip
    colour = f"{int(look.line[1:3], 16)},{int(look.line[3:5], 16)},{int(look.line[5:7], 16)}"
    if look.brush:
        facts = {
            "color": f"{colour},160", "style": look.brush, "outline_color": f"{colour},255", "outline_style": look.dash,
            "outline_width": f"{look.width_mm:g}", "outline_width_unit": "MM", "joinstyle": "bevel",
        }  # fmt: skip
    else:
        facts = {
            "line_color": f"{colour},255", "line_style": look.dash, "line_width": f"{look.width_mm:g}",
            "line_width_unit": "MM", "joinstyle": "round", "capstyle": "round",
        }  # fmt: skip
    options = element(layer, "Option", type="Map")
    for name, value in facts.items():
        element(options, "Option", name=name, type="QString", value=value)
