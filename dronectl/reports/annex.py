"""The annex of an application: who and why, the volume, what the zones ask, the SORA, and the files behind them."""

from __future__ import annotations

from collections.abc import Sequence

from dronectl.assessment import Assessment
from dronectl.check import Report
from dronectl.reports import sora
from dronectl.reports.as_md import plain
from dronectl.reports.sheet import sheet
from dronectl.reports.telling import teller


def render(report: Report, made: Assessment | None) -> str:
    """Markdown; `made` is the SORA of the only mission, None where none was asked for."""
    whole = sheet(report)
    say, (mission, *_) = whole["say"], whole["missions"]
    lines = [f"# {say['annex']}: {plain(mission['name'])}", "", f"{mission['facts']}, {mission['when']}", ""]
    lines += _table(f"## {say['who']}", (), [(row["name"], row["value"]) for row in mission["who"]])
    volume = [(row["name"], row["value"]) for row in mission["volume"]]
    lines += _table(f"## {say['volume']}", (), volume) if volume else [f"## {say['volume']}", "", say["none"], ""]
    asked = [row for row in mission["checks"] if row["label"] not in ("PASS", "n/a")]
    cells = [(row["label_said"], row["rule"], row["message"], row["remedy"]) for row in asked]
    lines += (
        _table(f"## {say['asks']}", say["ask_columns"], cells) if cells else [f"## {say['asks']}", "", say["none"], ""]
    )
    zones = [
        (f"{z['id']} {z['name']}", z["kind"], z["band"], z["hours"], z["call"], z["source"]) for z in whole["zones"]
    ]
    lines += (
        _table(f"## {say['zones']}", say["zone_columns"], zones)
        if zones
        else [f"## {say['zones']}", "", say["none"], ""]
    )
    if made is not None:
        lines += [
            line.replace("# ", "## ", 1) if line.startswith("#") else line
            for line in sora.render(made, "md", teller(report)).splitlines()
        ]
        lines.append("")
    files = [(i["role"], i["path"], i["what"], i["edition"], i["sha256"]) for i in whole["inputs"]]
    lines += _table(f"## {say['files']}", say["file_columns"], files)
    return "\n".join([*lines, *whole["method"], "", f"{say['report']} {whole['report_id']}"]) + "\n"


def _table(heading: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    width = len(rows[0])
    head = [*names] if names else [""] * width
    lines = [heading, "", f"| {' | '.join(head)} |", f"|{'---|' * width}"]
    return [*lines, *(f"| {' | '.join(plain(cell) for cell in row)} |" for row in rows), ""]
