"""Values as publishers write them: numbers in strings, words in any case, times with and without an offset."""

from __future__ import annotations

import re
from datetime import MAXYEAR, date, datetime, time, timedelta
from math import isfinite
from typing import Any

from dronectl.measures import METRES_PER_FLIGHT_LEVEL, METRES_PER_FOOT, Band, Datum, Height
from dronectl.readers.document import Document
from dronectl.schedule import DAYS, EVENTS, Clock, Daily, Period
from dronectl.where import Where
from dronectl.zone import Authority, Restriction

UNLIMITED_FROM = 9999.0  # in either unit: the sentinels 9999, 99999, 100000 met in national files
FLIGHT_LEVEL = re.compile(r"FL\s*(\d+)", re.IGNORECASE)
UNLIMITED_WORDS = frozenset({"UNL", "UNLIM", "UNLTD", "UNLIMITED", "FL999", "FL660"})
NOTHING = frozenset({"", "null", "nulo", "none", "n/a", "-"})  # words of publishers where nothing is meant
ALWAYS_WORDS = frozenset({"ANY", "ALL", "EVERYDAY", "DAILY"})
DATUMS = {
    "AGL": Datum.AGL, "GND": Datum.AGL, "SFC": Datum.AGL, "AMSL": Datum.AMSL, "MSL": Datum.AMSL,
    "STD": Datum.FL, "WGS84": Datum.WGS84, "W84": Datum.WGS84, "WGS-84": Datum.WGS84,
}  # fmt: skip
RESTRICTIONS = {restriction.value: restriction for restriction in Restriction} | {
    "REQ_AUTHORISATION": Restriction.REQ_AUTHORIZATION,
}


def asked_from_afar(properties: dict[str, Any]) -> bool:
    """True for a zone that may matter far from its outline, as only its fields say.

    People spread, lenses are long, and a zone that stands for a limit shows that its limit can be asked.
    """
    if {"crowd", "law", "extendedProperties"} & properties.keys():
        return True
    own, kind, reason = (properties.get(name) for name in ("privacy", "kind", "reason"))
    people = kind is not None and ("crowd" in str(kind).lower() or "POPULATION" in str(reason).upper())
    return people or (isinstance(own, dict) and "max_px_per_m" in own)


def nothing(value: Any) -> bool:
    """True for null, an empty text, and the words that publishers write in their place."""
    return value is None or (isinstance(value, str) and value.strip().lower() in NOTHING)


def number(value: Any) -> float | None:
    """A finite number, also from a string; None where it is neither."""
    if isinstance(value, bool):
        return None
    if not isinstance(value, int | float | str):
        return None
    try:
        made = float(value)
    except (ValueError, OverflowError):
        return None
    return made if isfinite(made) else None


def text(value: Any) -> str:
    """A text, from a string or from ED-318's list of `{text, lang}`: English first, else the first."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return text(value.get("text"))
    if isinstance(value, list):
        entries = [entry for entry in value if isinstance(entry, dict) and isinstance(entry.get("text"), str)]
        for entry in entries:
            if str(entry.get("lang", "")).lower().startswith("en"):
                return str(entry["text"])
        if entries:
            return str(entries[0]["text"])
        return ", ".join(entry for entry in value if isinstance(entry, str))
    return ""


def restriction(value: Any, document: Document, where: Where) -> tuple[Restriction | None, str]:
    """The restriction, or None with the reason why it is not known."""
    if isinstance(value, str):
        word = value.strip().upper().replace("-", "_").replace(" ", "_")
        if word in RESTRICTIONS:
            if word != value or word == "REQ_AUTHORISATION":
                document.note(where, f"restriction is spelled {value!r}, read as {RESTRICTIONS[word].value}")
            return RESTRICTIONS[word], ""
    what = "states no restriction" if value in (None, "") else f"restriction {value!r} is not known"
    document.note(where, what, f"use one of {', '.join(sorted(RESTRICTIONS))}")
    return None, what


def reasons(value: Any, document: Document, where: Where) -> tuple[str, ...]:
    """Reasons as the standards spell them; wild texts such as "Air traffic" are read with a remark."""
    listed = value if isinstance(value, list) else [value] if value else []
    found = []
    for entry in listed:
        if not isinstance(entry, str):
            document.note(where, f"reason {entry!r} is not a word")
            continue
        word = re.sub(r"[^A-Z0-9]+", "_", entry.strip().upper()).strip("_")
        if word and word != entry:
            document.note(where, f"reason is spelled {entry!r}, read as {word}")
        if word:
            found.append(word)
    return tuple(dict.fromkeys(found))


def band(
    lower: Any, lower_ref: Any, upper: Any, upper_ref: Any, unit: Any, document: Document, where: Where
) -> tuple[Band, str]:
    """A height band in metres, and why it is not to be trusted, empty where it is.

    A missing lower limit is the ground, a missing upper limit is unlimited. What cannot be read becomes the widest band
    with a doubt. Whether the two limits agree is told when the file is settled (`footprints.settle`).
    """
    factor = _unit(unit, document, where)
    if factor is None:
        return Band(), f"the unit {unit!r} of its limits is not known"
    low, low_doubt = _limit(lower, lower_ref, factor, "lower", document, where)
    high, high_doubt = _limit(upper, upper_ref, factor, "upper", document, where)
    if high is not None and high.metres == 0 and (low is None or low.metres == 0):
        document.note(where, "upper limit is 0, read as unlimited", "leave the upper limit out if there is none")
        high = None
    return Band(low, high), low_doubt or high_doubt


def _unit(unit: Any, document: Document, where: Where) -> float | None:
    if unit in (None, ""):
        return 1.0
    word = str(unit).strip().lower()
    if word in ("m", "metre", "meter", "metres", "meters"):
        return 1.0
    if word in ("ft", "feet", "foot"):
        return METRES_PER_FOOT
    if word == "fl":
        return METRES_PER_FLIGHT_LEVEL
    document.note(where, f"unit {unit!r} is not known", "use m or ft")
    return None


def _limit(
    value: Any, reference: Any, factor: float, side: str, document: Document, where: Where
) -> tuple[Height | None, str]:
    if nothing(value):
        return None, ""
    if isinstance(value, str) and value.strip().upper().replace(" ", "") in UNLIMITED_WORDS:
        return None, ""
    if isinstance(value, str) and value.strip().upper() in ("GND", "SFC"):
        return Height(0.0, Datum.AGL), ""
    level = FLIGHT_LEVEL.fullmatch(value.strip()) if isinstance(value, str) else None
    if level:
        return Height(float(level[1]) * METRES_PER_FLIGHT_LEVEL, Datum.FL), ""
    metres = number(value)
    if metres is None:
        document.note(where, f"{side} limit {value!r} is not a number", "give metres or feet as a number")
        return None, f"its {side} limit {value!r} is not a number"
    if isinstance(value, str):
        document.note(where, f"{side} limit {value!r} is a string, read as a number")
    if side == "upper" and metres >= UNLIMITED_FROM:
        return None, ""
    word = str(reference or "").strip().upper()
    if word == "FL" or (factor == METRES_PER_FLIGHT_LEVEL and word in ("", "STD")):
        return Height(metres * METRES_PER_FLIGHT_LEVEL, Datum.FL), ""
    if reference in (None, ""):
        document.note(where, f"{side} limit {metres:g} names no vertical reference", "state AGL, AMSL or WGS84")
        return Height(metres * factor, None), ""
    if word not in DATUMS:
        document.note(where, f"vertical reference {reference!r} is not known", "state AGL, AMSL or WGS84")
        return Height(metres * factor, None), ""
    if word != reference or word not in Datum.__members__:
        document.note(where, f"vertical reference is spelled {reference!r}, read as {DATUMS[word].value}")
    return Height(metres * factor, DATUMS[word]), ""


def instant(words: str, *, last: bool = False) -> datetime:
    """A date and time, or a day, which begins at midnight and, as the `last` that is meant, ends at the next.

    Raises `ValueError`.
    """
    made = datetime.fromisoformat(words)
    if not last or made.year == MAXYEAR:
        return made
    try:
        date.fromisoformat(words)
    except ValueError:
        return made
    return made + timedelta(days=1)


def moment(value: Any, document: Document, where: Where, *, last: bool = False) -> datetime | None:
    """A date and time, with or without an offset, or a day; None with a remark where it cannot be read.

    A day that is the `last` of something ends at midnight, and belongs to it.
    """
    if nothing(value):
        return None
    if not isinstance(value, str):
        document.note(where, f"{value!r} is not a date and time", "write 2026-05-12T10:00:00Z")
        return None
    words = value.strip()
    extra = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d):\d\d(Z|[+-]\d\d:?\d\d)?", words)
    if extra:
        document.note(where, f"{value!r} has a field too many, read as {extra[1]}{extra[2] or ''}")
        words = extra[1] + (extra[2] or "")
    try:
        return instant(words, last=last)
    except ValueError:
        document.note(where, f"{value!r} is not a date and time", "write 2026-05-12T10:00:00Z")
        return None


def clock(value: Any) -> Clock | None:
    """A time of day; None where it cannot be read. 24:00 is the end of the day."""
    if not isinstance(value, str):
        return None
    word = value.strip().lstrip("T")
    end_of_day = re.fullmatch(r"24:00(?::00(?:\.0+)?)?(Z|[+-]\d\d:?\d\d)?", word)
    try:
        made = time.fromisoformat("00:00" + (end_of_day[1] or "") if end_of_day else word)
    except ValueError:
        return None
    shift = made.utcoffset()
    seconds = made.hour * 3600 + made.minute * 60 + made.second + made.microsecond / 1e6
    return Clock(86400.0 if end_of_day else seconds, shift.total_seconds() if shift is not None else None)


def daily(value: Any, document: Document, where: Where) -> tuple[tuple[Daily, ...], str]:
    """The daily stretches of a schedule, and why they are not to be trusted, empty where they are."""
    listed = value if isinstance(value, list) else [value] if value else []
    found = []
    for number_, entry in enumerate(listed):
        here = where / number_
        if not isinstance(entry, dict):
            document.note(here, "is not a daily period")
            return (), "a daily period could not be read"
        days = _days(entry.get("day"), document, here)
        if days is None:
            return (), f"the days {entry.get('day')!r} could not be read"
        ends: list[Clock | str | None] = []
        for name in ("start", "end"):
            event, at = entry.get(f"{name}Event"), entry.get(f"{name}Time")
            if event not in (None, ""):
                word = str(event).strip().upper()
                if word not in EVENTS:
                    document.note(here / f"{name}Event", f"{event!r} is not one of {', '.join(EVENTS)}")
                    return (), f"the light event {event!r} is not known"
                ends.append(word)
            elif at not in (None, ""):
                made = clock(at)
                if made is None:
                    document.note(here / f"{name}Time", f"{at!r} is not a time of day", "write 06:00Z")
                    return (), f"the time {at!r} could not be read"
                if made.offset_s is None:
                    document.note(here / f"{name}Time", f"{at!r} states no UTC offset", "write 06:00Z")
                ends.append(made)
            else:
                ends.append(None)
        if isinstance(ends[0], Clock) and ends[0] == ends[1]:
            document.note(here, "starts and ends at the same time, read as the whole day")
        if entry.get("day") or any(end is not None for end in ends):
            found.append(Daily(days, ends[0], ends[1]))
    return tuple(found), ""


def period(entry: Any, document: Document, where: Where) -> Period:
    """One period with its schedule; what cannot be read becomes a doubt."""
    if not isinstance(entry, dict):
        document.note(where, "is not a period")
        return Period(doubt="a period could not be read")
    start = moment(entry.get("startDateTime"), document, where / "startDateTime")
    end = moment(entry.get("endDateTime"), document, where / "endDateTime", last=True)
    for name, made in (("startDateTime", start), ("endDateTime", end)):
        if made is None and not nothing(entry.get(name)):
            return Period(doubt=f"its {name} {entry.get(name)!r} could not be read")
        if made is not None and made.tzinfo is None:
            document.note(where / name, f"{entry.get(name)!r} states no UTC offset", "write 2026-05-12T10:00:00Z")
    if start is not None and end is not None and (start.tzinfo is None) is (end.tzinfo is None) and end < start:
        document.note(where, "ends before it begins", "mend its start or its end")
    listed = entry.get("schedule") or entry.get("dailyPeriod")
    stretches, doubt = daily(listed, document, where / "schedule")
    return Period(start, end, stretches, doubt)


def _days(value: Any, document: Document, where: Where) -> frozenset[int] | None:
    listed = value if isinstance(value, list) else [value] if value else []
    if not listed:
        document.note(where, "names no day, read as every day")
        return frozenset()
    days: set[int] = set()
    for entry in listed:
        word = str(entry).strip().upper()
        if word in ALWAYS_WORDS:
            return frozenset()
        if word[:3] not in DAYS:
            document.note(where, f"day {entry!r} is not known", f"use {', '.join(DAYS)} or ANY")
            return None
        days.add(DAYS.index(word[:3]))
    return frozenset(days)


def authorities(value: Any) -> tuple[Authority, ...]:
    """Whom the publisher names; personal contact names are left out on purpose."""
    listed = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    return tuple(
        Authority(
            name=text(entry.get("name")),
            service=text(entry.get("service")),
            email=text(entry.get("email")),
            phone=text(entry.get("phone")),
            site_url=text(entry.get("siteURL")),
            purpose=text(entry.get("purpose")),
            interval_before=text(entry.get("intervalBefore")),
        )
        for entry in listed
        if isinstance(entry, dict)
    )
