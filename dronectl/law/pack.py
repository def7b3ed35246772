"""A pack of limits: its shape, and every fault that a file of it can have."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dronectl.category import within
from dronectl.config import LAYERS
from dronectl.errors import Fault
from dronectl.law.comparison import comparison
from dronectl.where import Where

COMPARATORS = ("<", "<=", ">", ">=", "in", "is", "never", "required", "within")
CONFIDENCES = ("A", "B", "C", "house")
SEVERITIES = ("violation", "warning", "info")
STATEMENTS = {
    "vlos": bool, "follow_me": bool, "follow_me_m": float, "observer_beside_pilot": bool,
    "dangerous_goods_or_dropping": bool, "low_speed_mode": bool, "no_uninvolved_in_range": bool, "uninvolved_m": float,
    "green_light": bool, "near_emergency": bool, "emergency_permission": bool, "remote_id": bool, "geo_awareness": bool,
    "controlled_ground": bool, "sparsely_populated": bool, "keep_in_active": bool, "visibility_m": float,
    "reserved_airspace": bool, "tether_m": float, "atypical_airspace": bool, "manual_flight": bool,
}  # fmt: skip
SITES = ("pilot_at", "observers_at")
REASONS = ("purpose", "legal_basis")
VIEWED = ("zones", "homes", "crowds", "public-ground")
PAPERS = (
    "purpose", "legal_basis", "dpia", "notice", "sensor_register", "retention_class", "camera_decision", "declaration",
    "authorisation", "alternatives", "contact",
)  # fmt: skip
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
NEEDED = ("id", "kind", "comparator", "article", "valid_from", "confidence", "title")
PACK = frozenset({
    "id", "edition", "regime", "categories", "country", "box", "valid_from", "valid_until", "source", "title", "opt_in",
    "extends", "without", "lacks", "in_parts",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """One limit: what is held against which figure, who says so, and when it is in force."""

    id: str
    kind: str
    comparator: str
    article: str
    valid_from: date
    valid_until: date | None
    confidence: str
    title: Mapping[str, str]
    """In `en` and `nl`."""
    value: float | bool | None = None
    unit: str = ""
    categories: tuple[str, ...] = ()
    """Categories that it binds, each with its subcategories; all, if there is none."""
    severity: str = "violation"
    message: Mapping[str, str] = field(default_factory=dict)
    remedy: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    """What its kind needs beside this."""
    where: Where = field(default_factory=lambda: Where(""))
    pack: str = ""
    edition: str = ""
    by_house: bool = False
    """True in a pack that binds only where the house asks for it."""

    @property
    def source(self) -> str:
        """Article, identifier, pack and confidence, as a report names them."""
        by = "configured by the user" if self.more.get("adopted") else f"confidence {self.confidence}"
        if self.confidence == "house":
            by = "house policy"
        return f"{self.article} ({self.id}, {self.pack} {self.edition}, {by})"

    @property
    def is_waivable(self) -> bool:
        """True for a rule of the house, which it can waive; a paper that law asks for is owed whoever asks for it."""
        return self.by_house and (self.kind != "paper" or self.confidence == "house")

    @property
    def parts(self) -> Iterator[str]:
        """The parts of categories that it names, such as `open/A2`."""
        return (str(name) for name in (*self.categories, *self.more.get("unless_categories", ())) if "/" in str(name))

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def binds(self, category: str) -> bool:
        """True where it binds a category such as `open/A2`."""
        apart = [str(name) for name in self.more.get("unless_categories", ())]
        return (not self.categories or within(category, self.categories)) and not within(category, apart)

    def kept(self, measured: float) -> bool:
        """True where a figure keeps to the limit, by its own comparator."""
        assert isinstance(self.value, int | float)
        return {
            "<": measured < self.value, "<=": measured <= self.value,
            ">": measured > self.value, ">=": measured >= self.value,
        }[self.comparator]  # fmt: skip

    @property
    def asks(self) -> str:
        """What it asks, within a sentence: `height above the closest point of the surface: at most 120 m AGL`."""
        title = self.title["en"]
        start = title[:1] if title[1:2].isupper() else title[:1].lower()
        return f"{start}{title[1:]}: {self.words}"

    @property
    def words(self) -> str:
        """The comparison in words: `at most 120 m AGL`."""
        return self.words_in("en")

    def words_in(self, lang: str) -> str:
        """The comparison in words of a language (`en`, `nl`)."""
        return comparison(self.comparator, self.value, self.unit, self.kind, self.more, lang)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """One edition of the rules of one regime."""

    id: str
    edition: str
    regime: str
    categories: tuple[str, ...]
    country: str
    """ISO 3166 alpha-3 of the country whose rules they are; empty where they bind everywhere."""
    box: tuple[float, float, float, float] | None
    """West, south, east, north in degrees: a box that holds the country, and more; None where they bind everywhere."""
    valid_from: date
    valid_until: date | None
    source: str
    title: Mapping[str, str]
    limits: tuple[Limit, ...]
    opt_in: bool = False
    """True for a pack that binds only where it is asked for."""
    extends: str = ""
    without: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    """Categories that it binds and whose own limits it does not hold."""
    in_parts: tuple[str, ...] = ()
    """Categories that are flown in one of their parts only: one that names none leaves the limits of all parts unasked."""
    adopts: tuple[str, ...] = ()
    """Limits of confidence C of other packs that this one adopts."""
    path: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        return f"{self.id}.{self.edition}"


def years_after(day: date, years: int) -> date:
    """The last day of something that lasts some years from a day on: 29 February ends on 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def pack_of(given: Mapping[str, Any], path: str, sha256: str = "") -> Pack:
    """A pack from the members of its file, which must be without faults (`faults_of`)."""
    where = Where(path)
    head = given["pack"]
    limits = tuple(
        replace(_limit(row, where / "limit" / number, head["id"], head["edition"]), by_house=head["regime"] == "house")
        for number, row in enumerate(given.get("limit", []))
    )
    return Pack(
        id=head["id"], edition=head["edition"], regime=head["regime"], categories=tuple(head.get("categories", ())),
        country=head.get("country", ""), box=tuple(head["box"]) if "box" in head else None,
        valid_from=head["valid_from"], valid_until=head.get("valid_until"),
        source=head["source"], title=head["title"], limits=limits, opt_in=head.get("opt_in", False),
        extends=head.get("extends", ""), without=tuple(head.get("without", ())),
        lacks=tuple(head.get("lacks", ())), in_parts=tuple(head.get("in_parts", ())),
        adopts=tuple(row["id"] for row in given.get("adopt", [])), path=path, sha256=sha256,
    )  # fmt: skip


def _limit(row: Mapping[str, Any], where: Where, pack: str, edition: str) -> Limit:
    named = ("value", "unit", "categories", "severity", "message", "remedy")
    return Limit(
        id=row["id"], kind=row["kind"], comparator=row["comparator"], article=row["article"],
        valid_from=row["valid_from"], valid_until=row.get("valid_until"), confidence=row["confidence"], title=row["title"],
        value=row.get("value"), unit=row.get("unit", ""), categories=tuple(row.get("categories", ())),
        severity=row.get("severity", "violation"), message=row.get("message", {}), remedy=row.get("remedy", {}),
        more={key: value for key, value in row.items() if key not in (*NEEDED, "valid_until", *named)},
        where=where, pack=pack, edition=edition,
    )  # fmt: skip


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
    for name in head.keys() - PACK:
        faults.append(Fault(where / "pack" / name, "is no member of a pack", f"use one of {', '.join(sorted(PACK))}"))
    for name in given.keys() - {"pack", "limit", "adopt"}:
        faults.append(Fault(where / name, "is no part of a pack", "use [pack], [[limit]] and [[adopt]]"))
    rows = given.get("limit", [])
    if not isinstance(rows, list):
        return [*faults, Fault(where / "limit", "is no list", "write each limit as [[limit]]")]
    seen: set[str] = set()
    for number, row in enumerate(rows):
        faults.extend(_row_faults(row, where / "limit" / number, seen))
    for number, row in enumerate(given.get("adopt", [])):
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
    if kind not in KINDS:
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
    _values(row, kind, where, faults)
    return faults


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
    for name in ("when", "unless"):
        for word in row.get(name, ()):
            _one_of(word, (*STATEMENTS, *SITES, *REASONS), where / name, faults)
    for name in row.get("to", ()):
        _one_of(name, SITES, where / "to", faults)
