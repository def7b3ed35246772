"""Every fault that a file with a pack of limits can have, each with its place and the way out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from dronectl.category import ROOTS, known, within
from dronectl.config import LAYERS
from dronectl.errors import Fault
from dronectl.law.pack import NEEDED, PAPERS, STATEMENTS
from dronectl.where import Where
from dronectl.zone import SUBJECTS, Restriction

COMPARATORS = ("<", "<=", ">", ">=", "in", "is", "never", "required", "within")
CONFIDENCES = ("A", "B", "C", "house")
SEVERITIES = ("violation", "warning", "info")
SITES = ("pilot_at", "observers_at")
REASONS = ("purpose", "legal_basis")
VIEWED = ("zones", "homes", "crowds", "public-ground")
AIRCRAFT_FIELDS = ("class", "mtom_kg", "dimension_m", "max_speed_mps", "kinetic_energy_kj")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

# What is held against a limit: the members that it needs beside those of every limit, and those that it may have.
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "height": (frozenset({"value", "unit"}), frozenset()),
    "zone-height": (frozenset({"value", "unit"}), frozenset({"zones", "zones_where"})),
    "zone-depth": (frozenset({"value", "unit", "zones"}), frozenset()),
    "obstacle": (frozenset({"value", "unit", "taller_than_m", "within_m", "lifts"}), frozenset()),
    "keep-away": (frozenset({"value", "unit"}), frozenset({"zones", "zones_where", "layer"})),
    "people": (frozenset({"value", "unit"}), frozenset()),
    "recording": (frozenset({"values"}), frozenset()),
    "view": (frozenset({"value", "unit", "of"}), frozenset()),
    "one-to-one": (frozenset({"value", "unit"}), frozenset()),
    "assembly": (frozenset(), frozenset()),
    "zone": (frozenset(), frozenset({"radius_m"})),
    "speed": (frozenset({"value", "unit"}), frozenset()),
    "aircraft": (frozenset({"field"}), frozenset({"value", "values", "unit"})),
    "statement": (frozenset({"statement", "value"}), frozenset({"unit"})),
    "night": (frozenset({"statement", "value"}), frozenset()),
    "pilot": (frozenset({"field"}), frozenset({"value", "values", "unit", "unless_classes"})),
    "operator": (frozenset({"field"}), frozenset()),
    "validity": (frozenset({"field", "value", "unit"}), frozenset()),
    "paper": (frozenset({"paper"}), frozenset({"lead_days", "valid_years", "values"})),
    "hours": (frozenset({"from", "until"}), frozenset({"days"})),
    "sight": (frozenset({"value", "unit", "to"}), frozenset()),
    "observers": (frozenset({"value", "unit"}), frozenset()),
    "tether": (frozenset({"value", "unit"}), frozenset()),
    "volume": (frozenset({"field"}), frozenset({"value", "unit", "table", "mass_up_to_kg", "above", "least"})),
    "request": (frozenset({"field", "value", "unit"}), frozenset()),
    "reference": (frozenset(), frozenset({"value", "unit"})),
}
COMMON = frozenset({
    "id", "kind", "comparator", "article", "valid_from", "valid_until", "confidence", "title", "message", "remedy",
    "severity", "categories", "unless_categories", "when", "unless", "classes", "mtom_from_kg", "mtom_above_kg",
    "mtom_to_kg", "or_above_j", "or_camera",
    "purposes", "unless_purposes",
})  # fmt: skip
PACK = frozenset({
    "id", "edition", "regime", "categories", "country", "box", "valid_from", "valid_until", "source", "title", "opt_in",
    "extends", "without", "lacks", "in_parts",
})  # fmt: skip

LISTS = frozenset({
    "categories", "unless_categories", "when", "unless", "classes", "unless_classes", "purposes", "unless_purposes", "values",
    "days", "to", "without", "lacks", "in_parts",
})  # fmt: skip
NUMBERS = frozenset({
    "mtom_from_kg", "mtom_above_kg", "mtom_to_kg", "or_above_j", "taller_than_m", "within_m", "radius_m", "mass_up_to_kg",
    "lead_days", "valid_years",
})  # fmt: skip
WORDS = frozenset({"zones", "unit", "lifts", "above", "least", "extends", "country"})
SIZES = ("under 250 g", "under 25 kg", "of 25 kg or more")
CLASSES = ("C0", "C1", "C2", "C3", "C4", "C5", "C6", *(f"{kind} {size}" for kind in ("private", "legacy", "unlabelled")
                                                        for size in SIZES))  # fmt: skip
RESTRICTIONS = tuple(one.value for one in Restriction)
REASON_CODES = (
    "AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "EMERGENCY", "DAR", "FOREIGN_TERRITORY", "OTHER",
)  # ED-318 and ED-269, CodeZoneReasonType  # fmt: skip
ALIKE = 0.7  # of `difflib`: a letter more, less or in another place; a house figure
WHERE = ("ids", "reasons", "restrictions", "subjects")


def faults_of(given: Mapping[str, Any], path: str) -> list[Fault]:
    """Every fault of a pack file, each with its place and the way out."""
    where, faults = Where(path), list[Fault]()
    head = given.get("pack")
    if not isinstance(head, Mapping):
        return [
            Fault(where / "pack", "is missing", "begin the file with [pack]; `dronectl rules show house` prints one")
        ]
    for name in ("id", "edition", "regime", "source"):
        if not isinstance(head.get(name), str) or not head[name]:
            faults.append(Fault(where / "pack" / name, "is missing or no word", "write it in quotes"))
    _days(head, where / "pack", faults)
    _two_languages(head.get("title"), where / "pack" / "title", faults)
    box = head.get("box")
    if box is not None and not (
        isinstance(box, list) and len(box) == 4 and all(isinstance(side, int | float) for side in box)
    ):
        faults.append(Fault(where / "pack" / "box", "is no box", "give [west, south, east, north] in degrees"))
    _kinds_of(head, where / "pack", faults)
    for name in head.keys() - PACK:
        faults.append(Fault(where / "pack" / name, "is no member of a pack", f"use one of {', '.join(sorted(PACK))}"))
    for name in given.keys() - {"pack", "limit", "adopt"}:
        faults.append(Fault(where / name, "is no part of a pack", "use [pack], [[limit]] and [[adopt]]"))
    rows = given.get("limit", [])
    if not isinstance(rows, list):
        return [*faults, Fault(where / "limit", "is no list", "write each limit as [[limit]]")]
    seen: set[str] = set()
    stated = head.get("categories")
    bound: list[str] = stated if isinstance(stated, list) and _is_list(stated) else []
    for number, row in enumerate(rows):
        found = _row_faults(row, where / "limit" / number, seen)
        faults.extend(found or _never_bound(row, bound, where / "limit" / number))
    adopted = given.get("adopt", [])
    if not isinstance(adopted, list):
        return [*faults, Fault(where / "adopt", "is no list", "write each as [[adopt]]")]
    for number, row in enumerate(adopted):
        if not isinstance(row, Mapping) or not isinstance(row.get("id"), str) or not row.get("reason"):
            faults.append(Fault(where / "adopt" / number, "needs id and reason", "say which limit is adopted, and why"))
    return faults


def _days(row: Mapping[str, Any], where: Where, faults: list[Fault]) -> None:
    first, last = row.get("valid_from"), row.get("valid_until")
    if type(first) is not date:
        faults.append(Fault(where / "valid_from", "is missing or no date", "write a date without quotes: 2026-01-01"))
    if last is not None and type(last) is not date:
        faults.append(Fault(where / "valid_until", "is no date", "write a date without quotes: 2026-12-31"))
    elif type(first) is date and type(last) is date and last < first:
        faults.append(Fault(where / "valid_until", "lies before valid_from", "swap them"))


def _two_languages(value: Any, where: Where, faults: list[Fault]) -> None:
    if not isinstance(value, Mapping) or not all(
        isinstance(value.get(lang), str) and value[lang] for lang in ("en", "nl")
    ):
        faults.append(Fault(where, "is not said in English and Dutch", 'say both: title.en = "...", title.nl = "..."'))


def _row_faults(row: Any, where: Where, seen: set[str]) -> list[Fault]:
    faults: list[Fault] = []
    if not isinstance(row, Mapping):
        return [Fault(where, "is no limit", "write each limit as [[limit]]")]
    for name in NEEDED:
        if name not in row:
            faults.append(Fault(where / name, "is missing", "every limit says it"))
    identifier = row.get("id")
    if not isinstance(identifier, str) or not ID.fullmatch(identifier):
        faults.append(Fault(where / "id", f"is {identifier!r}", "use capitals, digits and hyphens: HOUSE-HOURS"))
    elif identifier in seen:
        faults.append(
            Fault(where / "id", f"{identifier} stands here twice", "give every limit an identifier of its own")
        )
    else:
        seen.add(identifier)
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return [*faults, Fault(where / "kind", f"is {kind!r}", f"use one of {', '.join(KINDS)}")]
    needs, may = KINDS[kind]
    for name in sorted(needs - row.keys()):
        faults.append(Fault(where / name, f"is missing: a limit of kind {kind} needs it", "add it"))
    for name in sorted(row.keys() - COMMON - needs - may):
        faults.append(Fault(where / name, f"is no member of a limit of kind {kind}", "leave it out"))
    _one_of(row.get("comparator"), COMPARATORS, where / "comparator", faults)
    _one_of(row.get("confidence"), CONFIDENCES, where / "confidence", faults)
    _one_of(row.get("severity", "violation"), SEVERITIES, where / "severity", faults)
    if not isinstance(row.get("article"), str) or not row["article"].strip():
        faults.append(
            Fault(where / "article", "is missing: a figure without a source is no law", "name article or policy")
        )
    if "valid_from" in row:
        _days(row, where, faults)
    for name in ("title", *(name for name in ("message", "remedy") if name in row)):
        _two_languages(row.get(name), where / name, faults)
    _kinds_of(row, where, faults)
    if not faults:  # what is of another kind is not looked into
        _values(row, kind, where, faults)
    return faults


def _kinds_of(row: Mapping[str, Any], where: Where, faults: list[Fault]) -> None:
    """Members that are not what they must be: a word in place of a list would be taken for its letters, and bind nothing."""
    for name, value in row.items():
        if name in LISTS and not _is_list(value):
            faults.append(Fault(where / name, f"is {value!r}", 'write a list of words: ["..."]'))
        if name in NUMBERS and not _is_number(value):
            faults.append(Fault(where / name, f"is {value!r}", "give a number, 0 or more"))
        if name in WORDS and not (isinstance(value, str) and value):
            faults.append(Fault(where / name, f"is {value!r}", "write it in quotes"))
        if name in ("or_camera", "opt_in") and not isinstance(value, bool):
            faults.append(Fault(where / name, f"is {value!r}", "write true or false"))
    chosen = row.get("zones_where", {})
    if not isinstance(chosen, Mapping) or not all(name in WHERE and _is_list(chosen[name]) for name in chosen):
        remedy = f"write lists of words for some of {', '.join(WHERE)}"
        faults.append(Fault(where / "zones_where", f"is {chosen!r}", remedy))
        return
    for word in chosen.get("restrictions", ()):
        _one_of(word, RESTRICTIONS, where / "zones_where" / "restrictions", faults)
    for name, words, exact in (("reasons", REASON_CODES, True), ("subjects", SUBJECTS, False)):
        for word in chosen.get(name, ()):
            _slip(word, words, where / "zones_where" / name, faults, exact=exact)


def _slip(word: str, words: tuple[str, ...], where: Where, faults: list[Fault], *, exact: bool) -> None:
    """A word that is nearly one that is known would choose no zone at all; any other may be a publisher's own.

    `exact` words choose as they are spelled, the others however they are written.
    """
    known = {one.casefold(): one for one in words}
    if word.casefold() in known:
        if exact and word not in words:
            faults.append(Fault(where, f"is {word!r}", f"write it as the standard does: {known[word.casefold()]}"))
        return
    near = get_close_matches(word.casefold(), known, n=1, cutoff=ALIKE)
    if near:
        faults.append(
            Fault(where, f"{word!r} is not known: is {known[near[0]]!r} meant?", "mend it, or use another word")
        )


def _never_bound(row: Mapping[str, Any], bound: Sequence[str], where: Where) -> list[Fault]:
    """Categories of a limit that no mission of its pack flies in."""
    strange = [word for word in row.get("categories", ()) if not (within(word, bound) if bound else known(word))]
    remedy = f"use {', '.join(bound or ROOTS)}, and parts of them"
    return [Fault(where / "categories", f"{word!r} is no category that the pack binds", remedy) for word in strange]


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) and word.strip() for word in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _one_of(value: Any, allowed: tuple[str, ...], where: Where, faults: list[Fault]) -> None:
    if value not in allowed:
        faults.append(Fault(where, f"is {value!r}", f"use one of {', '.join(allowed)}"))


def _values(row: Mapping[str, Any], kind: str, where: Where, faults: list[Fault]) -> None:
    value = row.get("value")
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if row.get("comparator") in ("<", "<=", ">", ">=") and "table" not in row and "least" not in row and not number:
        faults.append(Fault(where / "value", f"is {value!r}", "give a number"))
    if number and value is not None and value < 0:
        faults.append(Fault(where / "value", "lies below 0", "give 0 or more"))
    if row.get("comparator") == "in" and not (isinstance(row.get("values"), list) and row["values"]):
        faults.append(Fault(where / "values", "is missing: `in` needs a list", 'values = ["C2"]'))
    if kind in ("keep-away", "zone-height") and not {"zones", "zones_where", "layer"} & row.keys():
        faults.append(Fault(where / "zones", "is missing: away from what?", "name zones, zones_where or layer"))
    if "layer" in row:
        _one_of(row["layer"], LAYERS, where / "layer", faults)
    if "statement" in row:
        _one_of(row["statement"], tuple(STATEMENTS), where / "statement", faults)
    if "paper" in row:
        _one_of(row["paper"], PAPERS, where / "paper", faults)
    if kind == "aircraft":
        _one_of(row.get("field"), AIRCRAFT_FIELDS, where / "field", faults)
    if kind == "operator":
        _one_of(row.get("field"), ("registered", "insured"), where / "field", faults)
    if kind == "pilot":
        _one_of(row.get("field"), ("age", "competence"), where / "field", faults)
    if kind == "validity":
        _one_of(row.get("field"), ("competence", "registration"), where / "field", faults)
    if kind == "volume":
        _one_of(row.get("field"), ("contingency", "ceiling", "ground-risk-buffer"), where / "field", faults)
    if kind == "request":
        _one_of(row.get("field"), ("lead", "gap"), where / "field", faults)
    if kind == "view":
        _one_of(row.get("of"), VIEWED, where / "of", faults)
    if kind == "hours":
        for name in ("from", "until"):
            if not isinstance(row.get(name), str) or not CLOCK.fullmatch(row[name]):
                faults.append(Fault(where / name, f"is {row.get(name)!r}", 'write a local clock time: "07:00"'))
        for day in row.get("days", ()):
            _one_of(day, WEEKDAYS, where / "days", faults)
    for name in ("classes", "unless_classes"):
        for word in row.get(name, ()):
            _one_of(word, CLASSES, where / name, faults)
    if kind == "aircraft" and row.get("field") == "class":
        for word in row.get("values", ()):
            _one_of(word, CLASSES, where / "values", faults)
    for name in ("when", "unless"):
        for word in row.get(name, ()):
            _one_of(word, (*STATEMENTS, *SITES, *REASONS), where / name, faults)
    for name in row.get("to", ()):
        _one_of(name, SITES, where / "to", faults)
