"""Samples, gaps, detections, exposure and answers to residents, as text, JSON, CSV and GeoJSON."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dronectl.audit.looking import FAR_M, FEWEST, Exposure, Passing
from dronectl.audit.missing import Gap
from dronectl.audit.reconciling import KINDS, Answer
from dronectl.audit.sampling import Drawn
from dronectl.mission import masked
from dronectl.readers.moments import HOME_ZONE
from dronectl.reports.as_csv import cell
from dronectl.reports.dutch import Say, english
from dronectl.reports.words import clock_span, dumped, iso, tame

FORMATS = ("text", "json", "csv")
WIDTH = 100
KIND_WORDS = {
    "within-plan": "ours, within plan", "deviating": "ours, deviating", "no-plan": "ours, no plan",
    "other": "other registered", "unexplained": "unexplained",
}  # fmt: skip


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row[name]) for name in columns])
    return out.getvalue()


def sample(drawn: Sequence[Drawn], whole: int, seed: int, format_: str, tell: Say = english) -> str:
    """A sample with the reason why each flight is in it."""
    rows = [
        {"flight": one.flight, "path": one.path, "sha256": one.sha256, "start": iso(one.start), "stratum": one.stratum,
         "why": one.why}
        for one in drawn
    ]  # fmt: skip
    if format_ == "json":
        return dumped({"seed": seed, "flights": whole, "sample": rows})
    if format_ == "csv":
        return _table(("flight", "path", "sha256", "start", "stratum", "why"), rows)
    lines = [tell(f"{len(drawn)} of {whole} flights, seed {seed}")]
    lines += [f" {tame(one.flight):<32} {(iso(one.start) or '-')[:16]:<17} {tell(tame(one.why))}" for one in drawn]
    return "\n".join(lines) + "\n"


def gaps(found: Sequence[Gap], format_: str, tell: Say = english) -> str:
    """What was not logged."""
    rows = [
        {
            "source": one.source,
            "what": one.what,
            "from": iso(one.begin),
            "until": iso(one.end),
            "missing": round(one.missing, 3),
        }
        for one in found
    ]
    if format_ == "json":
        return dumped({"gaps": rows})
    if format_ == "csv":
        return _table(("source", "what", "from", "until", "missing"), rows)
    lines = []
    for one in found:
        span = "" if one.begin is None or one.end is None else f"  ({tell(clock_span(one.begin, one.end))})"
        lines += textwrap.wrap(f" {one.source:<8} {tell(tame(one.what))}{span}", WIDTH, subsequent_indent=" " * 10)
    lines.append(tell(f"{len(found)} gaps") if found else tell("nothing is missing"))
    return "\n".join(lines) + "\n"


def reconciled(answers: Sequence[Answer], format_: str, tell: Say = english) -> str:
    """What each detection was; the ones that nobody can explain are listed last."""
    rows = [
        {
            "time": iso(a.detection.time), "lat": a.detection.lat, "lon": a.detection.lon, "id": a.detection.id,
            "kind": a.kind,
            "flight": a.flight, "metres": None if a.metres is None else round(a.metres, 1), "why": a.why,
            "source": str(a.detection.where),
        }
        for a in answers
    ]  # fmt: skip
    counts = {kind: sum(a.kind == kind for a in answers) for kind in KINDS}
    if format_ == "json":
        return dumped({"detections": len(answers), "counts": counts, "answers": rows})
    if format_ == "csv":
        return _table(("time", "lat", "lon", "id", "kind", "flight", "metres", "why", "source"), rows)
    if format_ == "geojson":
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                "properties": row,
            }
            for row in rows
        ]
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"
    lines = []
    for answer in sorted(answers, key=lambda a: (a.kind == "unexplained", a.detection.time)):
        one = answer.detection
        flight = f" {tame(answer.flight)}, {answer.metres:.0f} m" if answer.metres is not None else ""
        lines.append(
            f" {(iso(one.time) or '')[:19]}Z {one.lat:.5f} {one.lon:.5f} {tame(one.id) or '-':<16} "
            f"{tell(KIND_WORDS[answer.kind])}{flight}"
        )
    ours = sum(counts[kind] for kind in KINDS[:3])
    lines.append(
        tell(
            f"{len(answers)} detections: {ours} ours ({counts['within-plan']} within plan, {counts['deviating']} deviating, "
            f"{counts['no-plan']} without a plan to hold it against), {counts['other']} other registered, "
            f"{counts['unexplained']} unexplained"
        )
    )
    return "\n".join(lines) + "\n"


def exposed(made: Exposure, format_: str, tell: Say = english) -> str:
    """Home-seconds and passes per area. Areas with few addresses stand together, and alone nowhere."""
    rows = _areas(made)
    if format_ == "json":
        return dumped({
            "flights": made.flights, "flights_not_counted": made.unseen, "fewest_addresses": FEWEST, "areas": rows,
            "home_seconds_outside": round(made.outside, 1),
        })  # fmt: skip
    if format_ == "csv":
        return _table(("area", "addresses", "passes", "home_seconds", "share_of_seconds", "share_of_addresses"), rows)
    lines = [f" {tell('area'):<34}{tell('addresses'):>11}{tell('passes'):>9}{tell('home-seconds'):>15}{tell('of all'):>9}"
             f"{tell('of addresses'):>15}"]  # fmt: skip
    for row in rows:
        shares = [_share(row["share_of_seconds"]), _share(row["share_of_addresses"])]
        lines.append(
            f" {tell(tame(row['area']))[:33]:<34}{row['addresses']:>11,}{row['passes']:>9,}{row['home_seconds']:>15,.0f}"
            f"{shares[0]:>9}{shares[1]:>15}"
        )
    lines.append(
        tell(
            f"{made.flights} flights; of {made.unseen} camera, times or places are not all known, and what they may have "
            "seen then is not in it"
        )
    )
    return "\n".join(lines) + "\n"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f} %"


def _areas(made: Exposure) -> list[dict[str, Any]]:
    told = [area for area in made.areas if not area.suppressed]
    few = [area for area in made.areas if area.suppressed]
    seconds = sum(area.home_seconds for area in made.areas) + made.outside
    homes = sum(area.homes for area in made.areas)
    rows = [(area.name, area.homes, area.passes, area.home_seconds) for area in told]
    if few and sum(area.homes for area in few) >= FEWEST:
        rows.append((f"{len(few)} areas with fewer than {FEWEST} addresses, together", sum(a.homes for a in few),
                     sum(a.passes for a in few), sum(a.home_seconds for a in few)))  # fmt: skip
    elif few:
        seconds -= sum(area.home_seconds for area in few)
        homes -= sum(area.homes for area in few)
    return [
        {
            "area": name, "addresses": count, "passes": passes, "home_seconds": round(long, 1),
            "share_of_seconds": round(long / seconds, 5) if seconds else None,
            "share_of_addresses": round(count / homes, 5) if homes else None,
        }
        for name, count, passes, long in rows
    ]  # fmt: skip


def passed(made: Passing, unread: int, format_: str, tell: Say = english) -> str:
    """The answer to whoever asks what flew near an address: nothing in it tells where the flight was going."""
    found = made.found
    rows = [
        {
            "from": iso(one.begin), "until": iso(one.end), "purpose": one.purpose, "operator": masked(one.operator),
            "height_m_agl": None if one.low_m is None else [one.low_m, one.high_m],
            "seconds_in_view": {name: None if s is None else round(s) for name, s in one.seconds.items()},
            "recorded": one.recorded, "contact": one.contact, "notice": one.notice, "sure": one.sure, "near": one.near,
        }
        for one in found
    ]  # fmt: skip
    if format_ == "json":
        return dumped({
            "radius_m": made.radius_m, "flights": rows, "flights_without_times": made.untimed,
            "flights_farther_off_camera_not_known": made.blind, "logs_not_read": unread,
        })  # fmt: skip
    lines = []
    for one in found:
        zone = ZoneInfo(HOME_ZONE)
        begin, end = datetime.fromtimestamp(one.begin, zone), datetime.fromtimestamp(one.end, zone)
        height = "height not known" if one.low_m is None else f"{one.low_m:.0f} to {one.high_m:.0f} m above ground"
        seen = "; ".join(
            f"{'not known' if s is None else f'{s:.0f} s'} at {name}" for name, s in reversed(one.seconds.items())
        )
        if all(s is None for s in one.seconds.values()):
            view = "whether your address was in view is not known"
        else:
            view = f"your address in view for at most: {seen}"
        recorded = {
            True: "it recorded during the flight",
            False: "nothing was recorded",
            None: "whether it recorded is not known",
        }
        parts = [
            f"{begin.day} {begin:%b %Y %H:%M}-{end:%H:%M}", one.purpose or "purpose not stated", height,
            view, recorded[one.recorded],
            f"contact: {one.contact}" if one.contact else "contact not stated",
        ]  # fmt: skip
        if not one.near:
            parts.insert(
                1, f"it stayed farther than {made.radius_m:g} m away, and your address was in its camera's view"
            )
        elif not one.sure:
            parts.insert(1, "it may have been near: its log has a gap then")
        lines += textwrap.wrap(
            "; ".join(tell(tame(part)) for part in parts), WIDTH, initial_indent=" ", subsequent_indent="   "
        )
    count = f"{len(found)} flight{'' if len(found) == 1 else 's'}" if found else "no flight is"
    closing = [f"{count} known to have come within {made.radius_m:g} m, or to have had your address in view"]
    if made.blind:
        closing.append(f"flights farther off, within {FAR_M / 1000:g} km, whose camera is not known: {made.blind}")
    if made.untimed:
        closing.append(f"{made.untimed} more came as near or had it in view, and their logs do not say when")
    if unread:
        closing.append(f"{unread} logs could not be read: there may be more")
    lines += [line for said in closing for line in textwrap.wrap(tell(said), WIDTH, subsequent_indent="   ")]
    return "\n".join(lines) + "\n"


def answered(columns: Sequence[str], rows: Sequence[Sequence[Any]], format_: str) -> str:
    """The rows that a query found."""
    told = [[_plain(value) for value in row] for row in rows]
    if format_ == "json":
        return dumped([dict(zip(columns, row, strict=True)) for row in told])
    if format_ == "csv":
        return _table(columns, [dict(zip(columns, row, strict=True)) for row in told])
    shown = [["" if value is None else tame(str(value)) for value in row] for row in told]
    wide = [max([len(name), *(len(row[k]) for row in shown)]) for k, name in enumerate(columns)]
    lines = ["  ".join(f"{name:<{w}}" for name, w in zip(columns, wide, strict=True)).rstrip()]
    lines += ["  ".join(f"{value:<{w}}" for value, w in zip(row, wide, strict=True)).rstrip() for row in shown]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
