"""A new mission: what it flies, what it is led round, and its verdict; as text and JSON."""

from __future__ import annotations

import json
from typing import Any

from dronectl.planning import Photos, Planned, length_m
from dronectl.reports.dutch import Say, english
from dronectl.reports.suggestion import standing
from dronectl.reports.words import tame

FORMATS = ("text", "json")
KINDS = {"route": "route", "survey": "survey", "perimeter": "way round", "observe": "stand off the crowd"}


def render(
    kind: str, made: Planned, photos: Photos | None, written: str | None, format_: str, tell: Say = english
) -> str:
    """What was planned."""
    if format_ == "json":
        return json.dumps(_facts(kind, made, photos, written), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    said = [tell(text) for text in _sentences(made, photos)]
    lines = [f"{tell(KINDS[kind])}: {tell(made.report.verdict.words)}", *(f"  {text}" for text in said)]
    lines += standing(made.report, tell)
    last = f"written to {written}" if written is not None else "nothing was written: --output FILE writes it"
    return "\n".join([*lines, tell(last)]) + "\n"


def _sentences(made: Planned, photos: Photos | None) -> list[str]:
    (flight,) = made.mission.flights
    highest = float(flight.height.max())
    datum = flight.datum[1]
    told = [f"{length_m(flight):.0f} m in {len(flight.lon)} points, at {highest:.0f} m {datum.value if datum else ''}"]
    if flight.elapsed is not None:
        told.append(f"takes {flight.elapsed[-1] / 60:.1f} minutes")
    if photos is not None and made.strips is not None:
        strips = made.strips
        told.append(
            f"{len(strips.lines)} strips at most {strips.wide_m:.1f} m apart, {photos.gsd_m * 100:.2f} cm a pixel, "
            f"a photo every {photos.every_m:.1f} m"
        )
        told.append(f"covers {100 * strips.covered():.1f} % of the area; zones close {100 * strips.shut():.1f} % of it")
    if made.kept_off:
        told.append(f"led round {', '.join(map(tame, made.kept_off))}")
    return told


def _facts(kind: str, made: Planned, photos: Photos | None, written: str | None) -> dict[str, Any]:
    (flight,) = made.mission.flights
    facts: dict[str, Any] = {
        "schema": "dronectl/plan/v1", "kind": kind, "verdict": made.report.verdict.value,
        "length_m": round(length_m(flight), 2),
        "duration_s": None if flight.elapsed is None else round(float(flight.elapsed[-1]), 2),
        "kept_off": list(made.kept_off), "written": written,
        "points": [[lon, lat, height] for lon, lat, height in
                   zip(flight.lon.tolist(), flight.lat.tolist(), flight.height.tolist(), strict=True)],
    }  # fmt: skip
    if photos is not None and made.strips is not None:
        facts["survey"] = {
            "strips": len(made.strips.lines), "apart_m": round(made.strips.wide_m, 3),
            "angle_deg": round(made.strips.angle_deg, 2), "gsd_m": photos.gsd_m, "photo_every_m": round(photos.every_m, 3),
            "covered": round(made.strips.covered(), 5), "closed": round(made.strips.shut(), 5),
        }  # fmt: skip
    return facts
