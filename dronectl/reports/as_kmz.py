"""The report for a globe in one file: the KML, packed."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dronectl.check import Report
from dronectl.reports import as_kml


def render(report: Report) -> bytes:
    info = ZipInfo("doc.kml", date_time=(1980, 1, 1, 0, 0, 0))  # the same bytes whenever it is written
    info.compress_type = ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o644 << 16
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr(info, as_kml.render(report).encode(), compresslevel=9)
    return out.getvalue()
