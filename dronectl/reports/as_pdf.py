"""The report on paper: A4, tagged, with its fonts, and with the report for programs attached (PDF/A-3)."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from dronectl.check import Report
from dronectl.errors import MissingExtra
from dronectl.reports import as_json
from dronectl.reports.crew_sheet import briefed
from dronectl.reports.sheet import sheet

STANDARDS: Any = ["a-3a", "ua-1"]


def render(report: Report) -> bytes:
    return typeset("report.typ", {"sheet": sheet(report)}, as_json.render(report).encode())


def briefing(report: Report) -> bytes:
    """The two pages of the crew."""
    return typeset("brief.typ", {"sheet": briefed(report)})


def typeset(template: str, values: dict[str, Any], evidence: bytes | None = None) -> bytes:
    """A template of this folder with its values, as PDF. Raises `MissingExtra` where what it needs is not installed."""
    try:
        import font_source_sans_pro
        import typst
    except ImportError:
        raise MissingExtra("writing PDF", "pdf") from None
    from pathlib import Path
    from tempfile import TemporaryDirectory

    page = resources.files("dronectl.reports")
    text = page.joinpath("pdf").joinpath(template).read_text("utf-8")
    hatches = page.joinpath("page/hatches.svg").read_text("utf-8")
    inputs = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
    inputs["hatches"] = f"<defs>{hatches}</defs><style>{_style()}</style>"
    with TemporaryDirectory(prefix="dronectl-") as folder:
        if evidence is not None:
            Path(folder, "evidence.json").write_bytes(evidence)
            text += (
                '\n#pdf.attach("evidence.json", relationship: "source", mime-type: "application/json", '
                'description: "the report for programs")\n'
            )
        Path(folder, "paper.typ").write_text(page.joinpath("pdf/paper.typ").read_text("utf-8"), "utf-8")
        main = Path(folder, "main.typ")
        main.write_text(text, "utf-8")
        made: bytes = typst.compile(
            str(main), root=folder, font_paths=[str(Path(font_source_sans_pro.__file__).parent / "files")],
            ignore_system_fonts=True, sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=0,
        )  # fmt: skip
    return made


def _style() -> str:
    """How zones and text are drawn in a drawing that stands alone."""
    looks = ("PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "PRIVACY", "CROWD", "UNKNOWN")
    rules = [f".z-{look}{{fill:url(#h-{look})}}" for look in looks]
    rules += [".z-USPACE{fill:#0072b2;fill-opacity:.15}", ".z-NO_RESTRICTION{fill:none}"]
    rules += [
        "text{font-family:'Source Sans Pro';font-size:11px;fill:#1a1a1a;paint-order:stroke;stroke:#fff;stroke-width:2.5px}",
        ".on-dark{fill:#fff;stroke:none}",
    ]
    return "".join(rules)
