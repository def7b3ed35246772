"""Permits: one JSON file each."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from dronectl import bundled
from dronectl.errors import Fault, InputError
from dronectl.measures import Band, Datum, Height
from dronectl.permit import Limit, Permit
from dronectl.readers import document as documents
from dronectl.readers import footprints, models
from dronectl.readers.moments import Clockwork
from dronectl.schemas.permit import PermitDocument, PermitPart
from dronectl.where import Where
from dronectl.zone import Volume

WILD = re.compile(r"[*?\[\]]")
FAMILY = re.compile(r"[A-Z]{3}\d{0,2}")


def _document(given: PermitPart, path: str | Path, where: Where) -> list[Fault]:
    """A fault where the paper behind a permit lies beside it and is not the one that was meant."""
    if given.document is None or not given.document.sha256 or not given.document.name:
        return []
    paper = bundled.resolve(str(path)).parent / Path(given.document.name).name
    if not paper.is_file() or sha256(paper.read_bytes()).hexdigest() == given.document.sha256.lower():
        return []
    what = f"{given.document.name} is another document than the one that the permit was made from"
    return [Fault(where / "document" / "sha256", what, "have the permit made again from the document that is in force")]


def read_permit(path: str | Path) -> Permit:
    """The permit of one file, or an `InputError` with all its faults."""
    document = documents.load_json(str(path))
    if not isinstance(document.value, dict) or "permit" not in document.value:
        raise InputError.at(document.where, "is no permit: it has no member `permit`", remedy="dronectl schema permit")
    given = models.parse(PermitDocument, document).permit
    clock = Clockwork()
    where = document.where / "permit"
    faults: list[Fault] = clock.faults
    begin = clock.read(given.from_, where / "from") if given.from_ is not None else None
    end = clock.read(given.until, where / "until") if given.until is not None else None
    if given.kind == "waiver":
        answers = given.approved_by or given.issuer
        for name, value in (
            ("reason", given.reason),
            ("issuer", answers),
            ("until", given.until),
        ):
            if not value:
                faults.append(Fault(where / name, "is missing: a waiver needs it", "say it in the waiver"))
    for name in ("zones", "rules", "missions", "aircraft", "pilots", "purposes"):
        for k, word in enumerate(getattr(given, name)):
            if not word.strip():
                faults.append(Fault(where / name / k, "is blank", "say what is meant, or leave it out"))
    for name, words in (("rules", given.rules), ("zones", given.zones)):
        for k, word in enumerate(words):
            if WILD.search(word) or (name == "rules" and FAMILY.fullmatch(word)):
                what = f"{word!r} stands for several: a permit names each of its {name} in full"
                faults.append(Fault(where / name / k, what, "name them one by one"))
    for name, limit in given.limits.items():
        if limit.max_m is None and limit.min_m is None:
            faults.append(
                Fault(where / "limits" / name, "sets neither max_m nor min_m", "state the figure that is allowed")
            )
    faults.extend(_document(given, path, where))
    if (given.lower is not None or given.upper is not None) and given.datum is None:
        faults.append(
            Fault(where / "datum", "is missing: the permit limits heights", "add AGL, AMSL, WGS84 or TAKEOFF")
        )
    area: Volume | None = None
    if given.area is not None:
        shape: Any = given.area
        draft = footprints.polygons(shape.type, shape.coordinates, Band(), document, faults, where / "area")
        area = footprints.settle([draft], document, faults)[0]
        if area.doubt:
            faults.append(Fault(where / "area", area.doubt, "redraw the area"))
    if faults:
        raise InputError(faults)
    datum = Datum(given.datum) if given.datum else None
    return Permit(
        id=given.id,
        kind=given.kind,
        issuer=given.issuer or given.approved_by,
        reason=given.reason,
        zones=frozenset(given.zones),
        rules=frozenset(given.rules),
        missions=frozenset(given.missions),
        aircraft=frozenset(given.aircraft),
        pilots=frozenset(given.pilots),
        purposes=frozenset(given.purposes),
        area=area,
        band=Band(
            Height(given.lower, datum) if given.lower is not None else None,
            Height(given.upper, datum) if given.upper is not None else None,
        ),
        begin=begin,
        end=end,
        limits={code: Limit(max_m=limit.max_m, min_m=limit.min_m) for code, limit in given.limits.items()},
        document=given.document.name if given.document else "",
        document_sha256=given.document.sha256 if given.document else "",
        path=document.path,
        sha256=document.sha256,
        where=where,
        assumptions=clock.assumptions,
        remarks=tuple(document.remarks),
    )
