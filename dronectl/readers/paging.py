"""Files that are one page of what a server has: how many features they hold of how many, and what stands for the rest.

Servers of maps give a thousand features or so at a time, and say so in what they answer: `numberMatched` (OGC API - Features,
WFS), `totalFeatures` (GeoServer), `totalCount` (OpenAIP), `exceededTransferLimit` (ArcGIS), or a link to the next page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dronectl.measures import Band
from dronectl.readers.document import Document
from dronectl.where import Where
from dronectl.zone import Dataset, Page, Remark, Volume, Zone, ZoneFile

TOTALS = ("numberMatched", "totalFeatures", "totalCount")
MORE = "exceededTransferLimit"
REMEDY = "give every page, or all in one file"


def page_of(document: Document) -> Page | None:
    """Which page a document is; None where it is all there is, as far as it says."""
    value = document.value
    if not isinstance(value, dict):
        return None
    listed = next((value[name] for name in ("features", "items") if isinstance(value.get(name), list)), None)
    if listed is None:
        return None
    held = len(listed) if document.part is None else document.part.of
    totals = [value[name] for name in TOTALS if type(value.get(name)) in (int, float)]
    if totals:
        total = int(max(totals))
        return Page(held=held, total=total) if total > held else None
    return Page(held=held, total=None) if _goes_on(value) else None


def _goes_on(value: dict[str, Any]) -> bool:
    """True where a collection says that there is more, and not how much."""
    properties, links = value.get("properties"), value.get("links")
    if value.get(MORE) is True or (isinstance(properties, dict) and properties.get(MORE) is True):
        return True
    return isinstance(links, list) and any(isinstance(link, dict) and link.get("rel") == "next" for link in links)


def apart(pages: Iterable[tuple[str, Page | None]]) -> list[bool]:
    """Which of some files are pages whose other pages are not among them; each is a digest and a page."""
    listed = list(pages)
    known = {(digest, page) for digest, page in listed if page is not None and page.total is not None}
    held: Counter[int | None] = Counter()
    for _, page in known:
        held[page.total] += page.held
    return [page is not None and (page.total is None or held[page.total] != page.total) for _, page in listed]


def with_rest(files: Sequence[ZoneFile]) -> list[ZoneFile]:
    """The files; a page whose other pages are not among them has one zone more, which may lie anywhere."""
    lonely = apart((file.dataset.sha256, file.page) for file in files)
    return [_with_rest(file) if alone else file for file, alone in zip(files, lonely, strict=True)]


def _with_rest(file: ZoneFile) -> ZoneFile:
    assert file.page is not None
    where, said = Where(file.dataset.path), what(file.page)
    rest = stand_in(said, where, file.dataset)
    remark = Remark(where=where, what=said, remedy=REMEDY)
    return replace(file, zones=(*file.zones, rest), remarks=(*file.remarks, remark))


def stand_in(said: str, where: Where, dataset: Dataset) -> Zone:
    """A zone, or a feature of a layer, that stands for those of which nothing is known: it may be anywhere.

    It is called as the file is.
    """
    name = Path(dataset.path).name
    nowhere = Volume(footprint=None, box=None, band=Band(), where=where, doubt=said)
    return Zone(
        id=name,
        name=name,
        restriction=None,
        reasons=(),
        volumes=(nowhere,),
        where=where,
        dataset=dataset,
        doubts=(said,),
    )


def what(page: Page) -> str:
    """What is said of a page."""
    if page.total is None:
        return f"it holds {page.held}, and says that there are more on other pages"
    return f"it holds {page.held} of {page.total}: the others are on other pages"
