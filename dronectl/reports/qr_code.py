"""A QR code as SVG."""

from __future__ import annotations

from html import escape
from io import BytesIO

EDGE = 2  # modules of white round the code


def draw(text: str, title: str) -> str:
    """A text as a QR code; the same text gives the same bytes."""
    import segno

    made = BytesIO()
    segno.make(text, micro=False, error="m").save(
        made, kind="svg", xmldecl=False, svgns=True, border=EDGE, omitsize=True, svgclass="code", lineclass=None, nl=False,
    )  # fmt: skip
    drawn = made.getvalue().decode()
    return drawn.replace(">", f' role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>', 1)
