"""The operational volume of a mission as text, GeoJSON and ED-318."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from dronectl.geometry import box_of
from dronectl.measures import Band, Datum, Height
from dronectl.mission import Mission
from dronectl.prepared import Prepared
from dronectl.reports.as_geojson import volume_features
from dronectl.reports.words import tame
from dronectl.schedule import Period
from dronectl.volumes import SOURCE, OperationalVolume, outlines
from dronectl.writers.zones import ed318
from dronectl.zone import Dataset, Restriction, Rings, Volume, Zone, ZoneFile

FORMATS = ("text", "geojson", "ed318")
PARTS = {
    "flight-geography": ("FG", "flight geography"), "contingency-volume": ("CV", "contingency volume"),
    "ground-risk-buffer": ("GRB", "ground risk buffer"),
}  # fmt: skip


def render(ready: Prepared, format_: str) -> str:
    """The volume of a mission that has one, in one of `FORMATS`."""
    assert isinstance(ready.volume, OperationalVolume)
    return {"text": _text, "geojson": _geojson, "ed318": _ed318}[format_](ready, ready.volume)


def _text(ready: Prepared, volume: OperationalVolume) -> str:
    stated = set(volume.stated)
    own = {
        name: " (as stated)" if name in stated else ""
        for name in ("contingency_m", "contingency_up_m", "ground_risk_buffer_m")
    }
    lines = [f"operational volume of {tame(ready.mission.id)}"]
    lines.append(
        f"  flight geography    {volume.flight_geography_m:.1f} m beyond the path, to {volume.top_m:.1f} m AGL"
    )
    lines.append(
        f"  contingency volume  {volume.contingency_m:.1f} m wide{own['contingency_m']}, "
        f"to {volume.contingency_top_m:.1f} m AGL{own['contingency_up_m']}"
    )
    lines.append(
        f"  ground risk buffer  {volume.ground_risk_buffer_m:.1f} m wide{own['ground_risk_buffer_m']}, method {volume.method}"
    )
    if volume.worked_out is not None:
        lines.append(
            "  worked out" + (f" for {volume.speed_mps:g} m/s" if volume.speed_mps is not None else "") + ", metres:"
        )
        lines.extend(f"    {symbol:<7} {metres:>7.2f}" for symbol, metres in volume.worked_out.steps)
    lines.append(f"  source: {SOURCE}")
    return "\n".join(lines) + "\n"


def _geojson(ready: Prepared, volume: OperationalVolume) -> str:
    features = volume_features(ready.mission, volume, outlines(volume, ready.bare))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"


def _ed318(ready: Prepared, volume: OperationalVolume) -> str:
    mission = ready.mission
    dataset = Dataset(
        path=mission.path,
        sha256=mission.sha256,
        profile="operational volume",
        name=f"operational volume of {mission.id}",
    )
    zones = tuple(_zone(ready, volume, name, rings, dataset) for name, rings in outlines(volume, ready.bare).items())
    return ed318.render([ZoneFile(dataset=dataset, zones=zones)]).decode()


def _zone(ready: Prepared, volume: OperationalVolume, name: str, rings: Rings, dataset: Dataset) -> Zone:
    """One part of the volume as a zone that restricts nothing: where the flight will be."""
    mission = ready.mission
    identifier, words = PARTS[name]
    top = volume.top_m if name == "flight-geography" else volume.contingency_top_m  # what falls, falls from there
    band = Band(Height(0.0, Datum.AGL), Height(round(top, 2), Datum.AGL))
    part = Volume(footprint=rings, box=box_of(rings), band=band, where=mission.where)
    span = _span(mission)
    periods: tuple[Period, ...] = ()
    if span is not None:
        begin, end = (datetime.fromtimestamp(moment, UTC) for moment in span)
        periods = (Period(start=begin, end=end),)
    return Zone(
        id=identifier, name=f"{words} of {mission.id}", restriction=Restriction.NO_RESTRICTION, reasons=("OTHER",),
        volumes=(part,), periods=periods, where=mission.where, dataset=dataset,
        message="planned flight, not a restriction",
    )  # fmt: skip


def _span(mission: Mission) -> tuple[float, float] | None:
    spans = [flight.span for flight in mission.flights]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans) or not known:
        return None
    return min(first for first, _ in known), max(last for _, last in known)
