"""A pack of limits, as a file without faults gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import MAXYEAR, date
from typing import Any

from dronectl.category import within
from dronectl.law.comparison import comparison
from dronectl.records import dataclass
from dronectl.where import Where

STATEMENTS = {
    "vlos": bool, "follow_me": bool, "follow_me_m": float, "observer_beside_pilot": bool,
    "dangerous_goods_or_dropping": bool, "low_speed_mode": bool, "no_uninvolved_in_range": bool, "uninvolved_m": float,
    "green_light": bool, "near_emergency": bool, "emergency_permission": bool, "remote_id": bool, "geo_awareness": bool,
    "controlled_ground": bool, "sparsely_populated": bool, "keep_in_active": bool, "visibility_m": float,
    "reserved_airspace": bool, "tether_m": float, "atypical_airspace": bool, "manual_flight": bool,
}  # fmt: skip
PAPERS = (
    "purpose", "legal_basis", "dpia", "notice", "sensor_register", "retention_class", "camera_decision", "declaration",
    "authorisation", "alternatives", "contact",
)  # fmt: skip

NEEDED = ("id", "kind", "comparator", "article", "valid_from", "confidence", "title")


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
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


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
