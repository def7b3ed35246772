"""What a limit asks, in English and Dutch words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("en", "nl")
COMPARATORS = {
    "en": {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"},
    "nl": {
        "<": "minder dan", "<=": "hoogstens", ">": "meer dan", ">=": "ten minste", "never": "nooit",
        "required": "vereist", "within": "binnen", "is": "is", "in": "een van",
    },
}  # fmt: skip
PHRASES = {
    "en": {
        "one of": "one of", "yes": "yes", "no": "no", "every day": "every day",
        "hours": "between {first} and {last} local time, {days}",
        "volume": "at least what the table or the manufacturer states",
    },
    "nl": {
        "one of": "een van", "yes": "ja", "no": "nee", "every day": "elke dag",
        "hours": "tussen {first} en {last} lokale tijd, {days}",
        "volume": "ten minste wat de tabel of de fabrikant vermeldt",
    },
}  # fmt: skip
UNITS = {
    "hours": "uur", "minutes": "minuten", "years": "jaar", "days": "dagen", "m AGL": "m boven de grond",
    "m above the obstacle": "m boven het obstakel", "m above the pilot": "m boven de piloot",
    "m beyond the tether's length": "m meer dan de lengte van de kabel",
    "m from the edge of CTR 1": "m van de rand van CTR 1",
    "m of distance per m of height": "m afstand per m hoogte",
}  # fmt: skip
DAYS = {"MON": "ma", "TUE": "di", "WED": "wo", "THU": "do", "FRI": "vr", "SAT": "za", "SUN": "zo"}
VALUES = {
    "private under 250 g": "zelfbouw onder 250 g", "private under 25 kg": "zelfbouw onder 25 kg",
    "legacy under 250 g": "ouder onder 250 g", "legacy under 25 kg": "ouder onder 25 kg", "none": "geen",
}  # fmt: skip


def comparison(comparator: str, value: Any, unit: str, kind: str, more: Mapping[str, Any], lang: str = "en") -> str:
    """What a limit asks: `at most 120 m AGL`, `hoogstens 120 m boven de grond`."""
    dutch, phrases = lang == "nl", PHRASES[lang]
    if comparator in ("<", "<=", ">", ">=") and isinstance(value, int | float):
        figure = f"{value:g}".replace(".", ",") if dutch else f"{value:g}"
        return f"{COMPARATORS[lang][comparator]} {figure} {UNITS.get(unit, unit) if dutch else unit}".rstrip()
    values = more.get("values")
    if comparator == "in" and values:
        named = [VALUES.get(str(entry), str(entry)) if dutch else str(entry) for entry in values]
        return f"{phrases['one of']} {', '.join(named)}"
    if comparator == "is":
        return phrases["yes" if value is True else "no"]
    if kind == "hours":
        days = ", ".join(DAYS.get(day, day) if dutch else day for day in more.get("days", ()))
        return phrases["hours"].format(first=more["from"], last=more["until"], days=days or phrases["every day"])
    if kind == "volume":
        return phrases["volume"]
    return COMPARATORS[lang].get(comparator, comparator)
